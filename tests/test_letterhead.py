"""签发人, 附注 and room for a seal, where GB/T 9704-2012 puts them, in PDF and DOCX."""

import io

import docx
import pdfplumber
import pypdfium2
import pytest
from conftest import GOOD

import reportgen
from reportgen.imports.letterhead import above_title
from reportgen.imports.read import read_published
from reportgen.outputs.build import Options, laid_out
from reportgen.outputs.document import document
from reportgen.outputs.docx.write import write_docx
from reportgen.outputs.pdf.write import typeset
from reportgen.standard.layout import signer_lines
from reportgen.standard.title import signature_lines

POINT = 72 / 25.4
LEFT, RIGHT = 28 * POINT, 184 * POINT
GOES_UP = GOOD + """letterhead: {mark: 某县统计局文件, document_number: 某统发〔2025〕2号, signers: 张三、欧阳修文、李四, remark: 此件公开发布}
signature: {date: 2025-01-18, seal: 是}
"""


@pytest.fixture
def printed(read):
    return document(read(GOES_UP))


def characters(content, text):
    """Return the characters of a text, the first time that it stands on a page."""
    with pdfplumber.open(io.BytesIO(content)) as opened:
        for page in opened.pages:
            whole = "".join(char["text"] for char in page.chars)
            if text in whole:
                return page.chars[whole.index(text):whole.index(text) + len(text)]
    raise AssertionError(f"{text} is on no page")


def test_the_number_stands_left_in_the_line_of_the_last_signer(printed):
    content = typeset(printed).content
    number, first, last = (characters(content, text) for text in ("某统发", "签发人：", "李\u3000四"))
    assert number[0]["x0"] == pytest.approx(LEFT + 16, abs=1)
    assert number[0]["top"] == pytest.approx(last[0]["top"], abs=1)
    assert last[0]["top"] - first[0]["top"] == pytest.approx(28.95, abs=1)
    second = characters(content, "欧阳修文")
    assert second[-1]["x1"] == pytest.approx(RIGHT - 16, abs=1)
    assert second[0]["top"] == pytest.approx(first[0]["top"], abs=1)
    assert "KaiTi" in second[0]["fontname"]
    assert "FangSong" in first[0]["fontname"]
    # Names stand below each other.
    assert characters(content, "张\u3000三")[0]["x0"] == pytest.approx(last[0]["x0"], abs=0.5)


def test_a_seal_has_room_and_its_date_is_in_the_middle_below_the_name(printed):
    content = typeset(printed).content
    date, name, text = (characters(content, words) for words in ("2025年1月18日", "某县统计局2025", "本年没有收取"))
    name = name[:5]
    assert date[-1]["x1"] == pytest.approx(RIGHT - 4 * 16, abs=5)
    assert (name[0]["x0"] + name[-1]["x1"]) / 2 == pytest.approx((date[0]["x0"] + date[-1]["x1"]) / 2, abs=2)
    # A seal of 42 mm that reaches to the foot of the date begins within a line below the text.
    lines = (name[0]["top"] - text[0]["top"]) / 28.95
    assert lines == pytest.approx(3, abs=0.05)


def test_the_remark_stands_below_the_date_two_characters_in(printed):
    content = typeset(printed).content
    remark, date = characters(content, "（此件公开发布）"), characters(content, "2025年1月18日")
    assert remark[0]["x0"] == pytest.approx(LEFT + 2 * 15.75, abs=1)
    assert remark[0]["top"] - date[0]["top"] == pytest.approx(28.95, abs=1.5)


def test_the_docx_says_the_same(printed):
    word = docx.Document(io.BytesIO(write_docx(printed)))
    texts = [paragraph.text for paragraph in word.paragraphs]
    lines = [text for text in texts if "\t" in text]
    assert lines == ["\t\t签发人：张\u3000三\u3000\u3000欧阳修文", "\t某统发〔2025〕2号\t\u3000\u3000\u3000\u3000李\u3000四"]
    stops = [[round(stop.position.pt, 1) for stop in paragraph.paragraph_format.tab_stops]
             for paragraph in word.paragraphs if "\t" in paragraph.text]
    # 签发人： and two names of three and four characters: 13 of 16 points, one more at the edge.
    assert stops == [[16.0, pytest.approx(442.2 - 16 - 13 * 16, abs=0.2)]] * 2
    assert texts[texts.index("2025年1月18日") + 1] == "（此件公开发布）"
    assert texts[texts.index("2025年1月18日") - 3:texts.index("2025年1月18日")] == ["", "", "某县统计局"]


@pytest.mark.parametrize(("signers", "lines"), [
    ("", ()),
    ("张三", (("签发人：", "张\u3000三"),)),
    ("张三、李四光", (("签发人：", "张\u3000三\u3000李四光"),)),
    ("张三 李四，王五六", (("签发人：", "张\u3000三\u3000李\u3000四"), ("\u3000" * 4, "王五六"))),
])
def test_lines_of_signers(signers, lines):
    assert signer_lines(signers) == lines


@pytest.mark.parametrize(("name", "date", "expected"), [
    ("某县统计局", "2025年1月18日", [("某县统计局", 18.25), ("2025年1月18日", 17.5)]),
    ("某县统计局", "", [("某县统计局", 19.0)]),
    # A name that would leave the line on the right stands against its edge.
    ("某自治州某自治县人民政府统计局", "2025年1月18日", [("某自治州某自治县人民政府统计局", 13.0), ("2025年1月18日", 17.5)]),
])
def test_indents_of_a_sealed_signature(name, date, expected):
    assert signature_lines(name, date, seal=True) == expected


def test_without_these_fields_nothing_moves(read):
    plain = document(read(GOOD + "letterhead: {mark: 某县统计局文件, document_number: 某统发〔2025〕2号}\n"))
    assert (plain.letterhead.signers, plain.remark) == ((), "")
    content = typeset(plain).content
    number = characters(content, "某统发〔2025〕2号")
    assert (number[0]["x0"] + number[-1]["x1"]) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=2)


@pytest.mark.parametrize(("lines", "expected"), [
    (["某局文件", "\t\t签发人：张\u3000三\u3000\u3000欧阳修文", "\t某发〔2025〕2号\t\u3000\u3000李\u3000四"],
     {"mark": "某局文件", "document_number": "某发〔2025〕2号", "signers": "张三、欧阳修文、李四"}),
    (["某局文件", "某发〔2025〕2号 签发人:张三"], {"mark": "某局文件", "document_number": "某发〔2025〕2号", "signers": "张三"}),
    (["某局文件", "某发〔2025〕2号"], {"mark": "某局文件", "document_number": "某发〔2025〕2号"}),
    (["某局文件", "签发人：张三", "索引号 123"], {"mark": "某局文件", "signers": "张三"}),
    (["某局文件"], {"mark": "某局文件"}),
    (["首页 信息公开"], {}),
])
def test_the_lines_above_a_title_are_read(lines, expected):
    assert above_title(lines).letterhead == expected


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_signers_and_remark_come_back(write, tmp_path, kind):
    report = reportgen.read(write(GOES_UP))
    files = {path.suffix[1:]: path for path in reportgen.build(report, tmp_path / "out")}
    found = read_published(files[kind])
    assert {key: text for key, text in found.report.texts.items() if key.startswith("letterhead.")} == {
        key: text for key, text in report.texts.items() if key.startswith("letterhead.")}
    assert found.report.signature.date == report.signature.date
    assert [doubt for doubt in found.unsure if "落款" in doubt or "签发" in doubt] == []


@pytest.mark.parametrize("text", [GOES_UP, GOOD + "letterhead: {mark: 某县统计局文件, document_number: 某统发〔2025〕2号}\n"])
def test_the_red_line_is_four_millimetres_below_the_ink_of_the_number(read, text):
    """GB/T 9704-2012, 7.2.7; measured on the page as it is rendered."""
    page = pypdfium2.PdfDocument(typeset(document(read(text))).content)[0]
    scale = 300 / 72
    image = page.render(scale=scale).to_pil().convert("RGB")
    _, height = image.size
    pixels = image.load()
    inside = range(int(LEFT * scale) + 10, int(RIGHT * scale) - 10, 3)
    red = [y for y in range(height) if all(pixels[x, y][0] > 200 and pixels[x, y][1] < 120 for x in inside)]
    black = [y for y in range(red[0]) if any(max(pixels[x, y]) < 120 for x in inside)]
    assert (red[0] - black[-1]) / 300 * 25.4 == pytest.approx(4, abs=0.25)


@pytest.mark.parametrize("end", ["", "letterhead: {remark: 此件公开发布}\n"], ids=["alone", "with a remark"])
@pytest.mark.parametrize("seal", ["否", "是"])
def test_a_signature_is_not_left_on_a_page_with_one_line(read, seal, end):
    """GB/T 9704-2012, 7.3.5.5: for some length of the text the pages before are tightened, and that is told."""
    other = "other: 本年没有收取信息处理费。\n"
    told = []
    for count in range(9, 15):
        body = "".join(f"  第{number}段文字。\n" for number in range(count))
        text = GOOD.replace(other, f"other: |\n{body}") + f"signature: {{date: 2025-01-18, seal: {seal}}}\n{end}"
        told += [finding.message for finding in laid_out(read(text), Options()).said]
    assert [message for message in told if "末页只有一行正文和落款" in message]
