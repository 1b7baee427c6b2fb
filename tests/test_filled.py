"""Filled lines are drawn from what is known of their glyphs: the same to the eye as what Pango draws."""

import pypdfium2
import pytest
from conftest import GOOD, MINIMAL, quoted
from generated import WITHOUT_SHRINKING
from hypothesis import example, given, settings
from hypothesis import strategies as st
from seen import drawn
from typesetters import typesetter

from reportgen.outputs.document import document
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.pdf.engine import filled
from reportgen.outputs.pdf.engine.filled import steps
from reportgen.sources import read_text

# Hanzi, marks of both widths, words that have ligatures, rare hanzi, and what is no plain glyph: a combining mark, a joiner.
LETTERS = "公开政府信息一二三，。、；：“”‘’（）〔〕—…·％3500.25%office AVATAR-fi䶮㛃e\u0301\u200d"


def both(text):
    """Return the PDF of prose drawn by known glyphs, and by Pango alone."""
    printed = document(read_text(f"{MINIMAL}overview: {quoted(text)}\n", "a.yaml"))
    contents = []
    for made in (filled.Glyph, lambda *values: None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(filled, "Glyph", made)
            contents.append(typesetter(fixed=False).typeset(printed, pdf.render_html(printed)).content)
    return contents


def rendered(content):
    with pypdfium2.PdfDocument(content) as opened:
        return [page.render(scale=1, grayscale=True).to_pil().tobytes() for page in opened]


@pytest.mark.slow
@example("%一")
@example("䶮 %0。o‘")
@example("- 公开")
@example("三 三.T—")
@example("成。数据统计期限为2024年1月1日至2024年12月31日，汇总范围为市政府" * 3)
@example("“公开”——政府信息……office AVATAR fi fl 3525件、97.59%，王䶮㛃e\u0301" * 12)
@given(st.text(alphabet=LETTERS, min_size=1, max_size=120))
@settings(WITHOUT_SHRINKING, max_examples=8)
def test_lines_look_as_pango_draws_them(text):
    known, plain = both(f"{text}。")
    # The first page has all the prose there is.
    assert drawn(known, slice(1)) == drawn(plain, slice(1))
    # PDFium forgets an adjustment that an empty string follows, so it has to see the same too.
    assert rendered(known) == rendered(plain)


@given(st.lists(st.tuples(st.floats(1, 40), st.integers(200, 1000)), min_size=1, max_size=60), st.floats(5, 60))
def test_what_is_cut_off_does_not_add_up(line, size):
    advances, widths = [advance for advance, _ in line], [width for _, width in line]
    at = wanted = 0.0
    for advance, width, step in zip(advances, widths, steps(advances, widths, size), strict=True):
        at, wanted = at + (width - step) * size / 1000, wanted + advance
        assert abs(at - wanted) <= size / 1000 / 2 + 1e-6


def made_in_order(texts, order):
    """Return the PDFs of reports with these texts, by the index of the text, made by one typesetter in an order."""
    printed = [document(read_text(GOOD.replace("主动公开、依申请公开", text), "a.yaml")) for text in texts]
    one = typesetter()
    made = {index: one.typeset(printed[index], pdf.render_html(printed[index])).content for index in order}
    return [made[index] for index in range(len(texts))]


@pytest.mark.parametrize("texts", [("王䶮㛃璟祎", "office e\u0301 3525", "𬭚𬳵“公开”……"),
                                   ("三 三。三三三 公开", "T T.x office 公开", "公开a b公开")])
def test_a_report_does_not_depend_on_those_made_before_it(texts):
    assert made_in_order(texts, (0, 1, 2)) == made_in_order(texts, (2, 1, 0))


@pytest.mark.slow
@given(st.lists(st.text(alphabet=f"{LETTERS} ", min_size=1, max_size=20).map(lambda text: f"公开{text}公开"), min_size=2, max_size=2))
@settings(WITHOUT_SHRINKING, max_examples=8)
def test_no_report_depends_on_one_made_before_it(texts):
    assert made_in_order(texts, (0, 1)) == made_in_order(texts, (1, 0))
