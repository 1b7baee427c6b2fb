"""Full-width marks share their blank halves, in the PDF and in the DOCX alike; …… is even."""

import itertools

import docx
import pdfplumber
import pytest
from conftest import GOOD
from docx.oxml.ns import qn
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

import reportgen
from reportgen.files.resources import fonts_folder
from reportgen.standard import layout
from reportgen.standard.mark_space import CLOSING, OPENING, sharing

MARKS = "公开《一》（二）、“三”。（“四”）五，“六”：“七”。"


@pytest.mark.parametrize(("text", "expected"), [
    ("公开，公开。", []), ("《一》（二）", [2]), ("“一。”二", [2]), ("（“一”）", [0, 3]), ("）、", [0]), ("：“", [0]),
    ("”。）", [0, 1]), ("（一）二", []), ("）—", []), ("？”", []), (")，", []),
])
def test_which_marks_share(text, expected):
    assert sharing(text) == expected


@given(st.text(alphabet=f"公a3—…{CLOSING}{OPENING}", max_size=30))
def test_a_mark_shares_with_a_mark_that_has_a_blank_beside_it(text):
    for place in sharing(text):
        one, two = text[place:place + 2]
        assert one in CLOSING or (one in OPENING and two in OPENING)
        assert two in CLOSING + OPENING


def test_both_outputs_draw_a_sharing_mark_half_as_wide(read, tmp_path):
    text = GOOD.replace("主动公开、依申请公开", f"{MARKS}主动公开、依申请公开")
    word, printed = reportgen.build(read(text), tmp_path)
    paragraph = next(one for one in docx.Document(word).paragraphs if one.text.startswith(MARKS))
    spaced = [(run.text, run._r.find(f".//{qn('w:spacing')}")) for run in paragraph.runs]
    narrow = "".join(text for text, spacing in spaced if spacing is not None)
    assert narrow.startswith("》）、”。（”，”：”")
    half = round((layout.LETTER_SPACING - layout.BODY_SIZE / 2) * 20)
    assert {spacing.get(qn("w:val")) for _, spacing in spaced if spacing is not None} == {str(half)}
    with pdfplumber.open(printed) as opened:
        chars = [char for line in opened.pages[0].extract_text_lines(return_chars=True) for char in line["chars"]]
    start = "".join(char["text"] for char in chars).index(MARKS)
    wide = [two["x0"] - one["x0"] for one, two in zip(chars[start:], chars[start + 1:start + 20], strict=False)]
    for place, width in enumerate(wide):
        share = layout.BODY_SIZE / 2 if place in sharing(MARKS) else 0.0
        assert width == pytest.approx(layout.CHARACTER - share, abs=0.6)


@pytest.mark.parametrize("role", ["fangsong", "kaiti", "heiti", "xiaobiaosong", "rare"])
def test_the_six_dots_of_an_ellipsis_are_even(role):
    font = TTFont(fonts_folder() / f"{role}.ttf")
    name, em, drawn = font.getBestCmap()[ord("…")], font["head"].unitsPerEm, RecordingPen()
    font.getGlyphSet()[name].draw(drawn)
    dots = []
    for step, points in drawn.value:
        if step == "moveTo":
            dots.append(BoundsPen(None))
        getattr(dots[-1], step)(*points)
    boxes = sorted([one / em for one in dot.bounds] for dot in dots)
    first = [(left + right) / 2 for left, _, right, _ in boxes]
    both = first + [middle + font["hmtx"][name][0] / em for middle in first]
    assert [after - before for before, after in itertools.pairwise(both)] == pytest.approx([1 / 3] * 5, abs=0.01)
    assert all(box[2] - box[0] == pytest.approx(boxes[0][2] - boxes[0][0], abs=0.005) for box in boxes)
    assert all(box[1] == pytest.approx(boxes[0][1], abs=0.005) for box in boxes)
