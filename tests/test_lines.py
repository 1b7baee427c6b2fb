"""Lines of prose: where they break, what their marks give up, and that both outputs say the same."""

import io
import itertools
import re

import docx
import pdfplumber
import pypdfium2
import pytest
from conftest import GOOD, MINIMAL, quoted
from docx.oxml.ns import qn
from generated import WITHOUT_SHRINKING
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pdfminer.pdfpage import PDFPage
from typesetters import typesetter

import reportgen
from reportgen.outputs.build import Options
from reportgen.outputs.document import document
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.pdf.engine.patches import SPEED_SWITCH
from reportgen.sources import read_text
from reportgen.standard import layout
from reportgen.standard.fonts import package_fonts
from reportgen.standard.line_breaks import NOT_FIRST, NOT_LAST
from reportgen.standard.mark_space import CLOSING, HALF, OPENING
from reportgen.standard.set_lines import LATIN_WIDTHS, Setting, set_lines

BODY = Setting(layout.BODY_SIZE, layout.LETTER_SPACING, layout.TYPE_WIDTH / layout.MM_PER_POINT)
INDENT = layout.INDENT * layout.CHARACTER
# Lines of twelve characters, of one point each.
SHORT = Setting(1.0, 0.0, 12.0)
LEFT = layout.MARGIN_LEFT / layout.MM_PER_POINT
RIGHT = LEFT + layout.TYPE_WIDTH / layout.MM_PER_POINT


@pytest.mark.parametrize(("text", "lines", "marks", "less"), [
    # Two halves are shared, so a character more fits.
    ("一二三《四》（五六七）八九十", ["一二三《四》（五六七）八", "九十"], "", 0),
    ("一二三四五六七八九十一二三", ["一二三四五六七八九十一二", "三"], "", 0),
    # The number does not fit by half a character, and the gaps would be wide: the marks give way.
    ("一二，三，四五六七12345件八", ["一二，三，四五六七12345件", "八"], "，，", (0.5 + 1 / 32) / 2),
    # One mark has not room enough, none has none; then the line is spread.
    ("一二三，四五六七八123456件", ["一二三，四五六七八", "123456件"], "", 0),
    ("一二三四五六七八九123456件", ["一二三四五六七八九", "123456件"], "", 0),
    # So they do for the rest of a date, where they have room.
    ("一二，三，四五六七3月20日八", ["一二，三，四五六七3月20日", "八"], "，，", (0.5 + 1 / 32) / 2),
    ("一，二，三，四五六七3月20日八", ["一，二，三，四五六七3月", "20日八"], "", 0),
    # A mark that would then have fitted the line above gives nothing.
    ("一二三四五六七八九十一二，三四五六七八九123.4件", ["一二三四五六七八九十一", "二，三四五六七八九", "123.4件"], "", 0),
    # An address is divided before the next of its parts, a measure is not.
    ("一二三四五六七https://www.gov.cn/xinxi/a.html", ["一二三四五六七https://", "www.gov.cn/xinxi/a.html"], "", 0),
    ("一二三四五六七八九十30km/h", ["一二三四五六七八九十", "30km/h"], "", 0),
    ("一二三四五六七八九十一二三四，五六七八九十123.4件", ["一二三四五六七八九十一二", "三四，五六七八九十123.4件"], "，", 0.25 + 1 / 32),
])
def test_where_lines_end_and_what_marks_give(text, lines, marks, less):
    found = list(set_lines(text, 12.0, SHORT))
    ends = [end for end, _ in found]
    assert [text[start:end] for start, end in itertools.pairwise([0, *ends])] == lines
    narrower = {place: given_up for _, one in found for place, given_up in one.items()}
    assert "".join(text[place] for place in sorted(narrower)) == marks
    assert all(given_up == pytest.approx(less) for given_up in narrower.values())


def test_the_latin_widths_are_those_of_the_face():
    from fontTools.ttLib import TTFont

    with TTFont(package_fonts().files["latin"]) as font:
        widths, names = font["hmtx"], font.getBestCmap()
        assert {sign: widths[names[ord(sign)]][0] / font["head"].unitsPerEm for sign in map(chr, range(32, 127))} == {
            sign: pytest.approx(width, abs=0.0006) for sign, width in LATIN_WIDTHS.items() if sign.isascii()}


def printed(text):
    """Return the PDF of a report with this first paragraph."""
    report = document(read_text(f"{MINIMAL}overview: {quoted(text)}\n", "a.yaml"))
    return typesetter().typeset(report, pdf.render_html(report)).content


def overview(content):
    """Return the lines of the first section's text, each a list of characters."""
    with pdfplumber.open(io.BytesIO(content)) as opened:
        lines = [line["chars"] for page in opened.pages for line in page.extract_text_lines(return_chars=True)
                 if line["chars"][0]["size"] > layout.PAGE_NUMBER_SIZE + 1]
    texts = ["".join(char["text"] for char in line) for line in lines]
    first = next(at for at, text in enumerate(texts) if text.startswith("一、总体情况"))
    last = next(at for at, text in enumerate(texts) if text.startswith("二、主动公开"))
    return lines[first + 1:last]


LOOSE = ("某局公开信息，收到申请，办结申请，公开政府信息，公开了很多很多政府信息1,808,595件、行政处罚决定2,822,652件，实施行政强制2,808,595件。"
         "〈政府信息公开信息处理费管理办法〉的通知》（国办函〔2020〕109号）执行，公开。")

# With what its marks give up, the first number fits the first line.
TIGHT = "某局局，公开信息，收到申请，办结申请，公开12,808,595件，行政处罚决定52件。"


@pytest.mark.slow
@example(TIGHT)
@example(LOOSE)
@example("某公开 政府 信息：a b 公开 word 政府" * 6)
@example("某“一”（二）、《三》……——四，" * 12)
@given(st.text(alphabet="公开政府信息一二三，。、；：“”（）《》〔〕—…·％±3500.25件年月日 ab", min_size=40, max_size=160)
       .map(lambda text: f"某{text.lstrip()}"))
@settings(WITHOUT_SHRINKING, max_examples=20)
def test_the_pdf_breaks_where_the_docx_says(text):
    text = re.sub(" +", " ", f"{text}终")
    lines = overview(printed(text))
    ends = [end for end, _ in set_lines(text, BODY.width - INDENT, BODY)]
    assert ["".join(char["text"] for char in line) for line in lines] == [
        text[start:end].replace(" ", "") for start, end in itertools.pairwise([0, *ends])]
    for line in lines:
        # What is printed stands inside; no more than the blank half of a mark hangs out.
        first, last = line[0], line[-1]
        assert first["x0"] + HALF * layout.BODY_SIZE * (first["text"] in OPENING) > LEFT - 0.5
        assert last["x1"] - HALF * layout.BODY_SIZE * (last["text"] in CLOSING) < RIGHT + 0.5


@pytest.mark.parametrize("speed", ["on", "off"])
def test_halves_stay_together_and_loose_lines_say_their_text(monkeypatch, speed):
    monkeypatch.setenv(SPEED_SWITCH[0], speed)
    text = f"某{'局' * 10}——{'局' * 9}1,808,595,808,595件，公开{'局' * 30}。"
    content = printed(text)
    lines = overview(content)
    written = ["".join(char["text"] for char in line) for line in lines]
    assert "".join(written) == text
    assert not any(line[0] in NOT_FIRST or (line[-1] in NOT_LAST) for line in written)
    dashes = [(one, two) for line in lines for one, two in itertools.pairwise(line) if one["text"] == two["text"] == "—"]
    assert all(two["x0"] - one["x1"] < 0.1 for one, two in dashes)
    assert dashes
    gaps = [max(two["x0"] - one["x1"] for one, two in itertools.pairwise(line)) / layout.BODY_SIZE for line in lines[:-1]]
    loose = [line for line, gap in zip(written, gaps, strict=False) if gap > 0.1]
    assert loose
    streams = b"".join(page.contents[0].get_data() for page in PDFPage.get_pages(io.BytesIO(content)))
    said = [bytes.fromhex(found.decode()).decode("utf-16") for found in re.findall(rb"/ActualText <([0-9a-fA-F]+)>", streams)]
    assert said == loose
    with pypdfium2.PdfDocument(content) as opened:
        copied = opened[0].get_textpage().get_text_range()
    assert all(line in copied for line in loose)


def test_a_report_says_its_narrower_marks_in_the_docx(read, tmp_path):
    word, = reportgen.build(read(GOOD.replace("主动公开、依申请公开", f"{TIGHT}主动公开、依申请公开")), tmp_path, ["docx"],
                            Options(draft=True))
    found = next(one for one in docx.Document(word).paragraphs if one.text.startswith(TIGHT))
    text = found.text
    expected = [place for _, one in set_lines(text, BODY.width - INDENT, BODY) for place in one]
    assert expected
    at, spaced = 0, []
    for run in found.runs:
        spacing = run._r.find(f".//{qn('w:spacing')}")
        spaced += [] if spacing is None else [(at, int(spacing.get(qn("w:val"))))]
        at += len(run.text)
    assert "".join(text[place] for place in expected) == "，，，，，"
    assert dict(spaced) == dict.fromkeys(expected, spaced[0][1])
    # As much narrower as the number lacks, in twentieths of a point.
    assert -165 < spaced[0][1] < -20
