"""Fixed tables are filled stencils: what stands on the page and in the structure is what WeasyPrint makes of the table."""

import atexit
import functools
import re
from dataclasses import replace

import pytest
from conftest import GOOD, ROOT
from generated import WITHOUT_SHRINKING, reports
from hypothesis import given, settings
from hypothesis import strategies as st
from seen import drawn, seen

from reportgen.reading import read_text
from reportgen.resources import templates_folder
from reportgen.typesetting.build_templates import stencils
from reportgen.typesetting.fonts import package_fonts
from reportgen.typesetting.stencil import from_json, to_json
from reportgen.writing import pdf
from reportgen.writing.document import document

SUQIAN = ROOT / "data" / "suqian" / "2024.yaml"
# Reading two PDFs back takes seconds.
FEW = settings(WITHOUT_SHRINKING, max_examples=4)
SHIPPED = (templates_folder() / "tables.json").read_text(encoding="utf-8")


@functools.cache
def typesetters():
    """Return one that fills stencils, and one that leaves every table to WeasyPrint."""
    filling, plain = (pdf._Typesetter(package_fonts(), None, {}) for _ in range(2))
    plain.fixed = False
    return filling, plain


# Before WeasyPrint's own modules go, as in `pdf`.
atexit.register(typesetters.cache_clear)


def both(printed):
    """Return the PDF of a document by stencils and without, and the tables that are stencils."""
    filling, plain = typesetters()
    _, filled = filling.page(pdf.render_html(printed))
    return filling.pdf(printed, None), plain.pdf(printed, None), filled


def test_what_is_shipped_is_what_the_script_records():
    fresh, shipped = stencils(), from_json(SHIPPED)
    assert fresh.keys() == shipped.keys()
    for key, stencil in fresh.items():
        ours = shipped[key]
        # Another version of Pango may name a font in other words, and round another way; a hundredth of a pixel cannot be seen.
        texts = []
        for one in (stencil, ours):
            texts.append(to_json({key: one}))
            for face in one.faces:
                texts[-1] = texts[-1].replace(face.name, face.family)
        numbers = [[float(number) for number in re.findall(r"-?[0-9]+\.[0-9]+", text)] for text in texts]
        assert numbers[0] == pytest.approx(numbers[1], abs=0.01)
        assert len({re.sub(r"-?[0-9]+(\.[0-9]+)?", "", text) for text in texts}) == 1
        assert stencil.structure == ours.structure


def test_the_example_is_all_stencils_and_looks_the_same(built):
    printed = document(built[SUQIAN]["report"])
    filled, plain, tables = both(printed)
    assert len(tables) == 3
    assert seen(filled) == seen(plain)
    # What a user gets, with the shipped stencils, is the same file.
    assert pdf.write_pdf(printed) == filled == built[SUQIAN]["pdf"].read_bytes()


@given(reports())
@FEW
def test_any_report_looks_the_same(text):
    filled, plain, _ = both(document(read_text(text, "a.yaml")))
    assert seen(filled) == seen(plain)


@given(st.lists(st.one_of(st.just(""), st.from_regex(r"-?[0-9]{1,7}(\.[0-9]{1,4})?", fullmatch=True)), min_size=9, max_size=9))
@FEW
def test_figures_of_any_kind_stand_where_weasyprint_sets_them(figures):
    printed = document(read_text(GOOD, "a.yaml"))
    paths = [path for path in printed.cells if path.startswith("disclosure.")]
    printed = replace(printed, cells=printed.cells | dict(zip(paths, figures, strict=False)))
    filled, plain, tables = both(printed)
    assert len(tables) == 3
    assert drawn(filled) == drawn(plain)


@pytest.mark.parametrize(("text", "size", "stencils"), [
    ("3", None, 3), ("3（其中修订2件）", None, 2), ("3", 7.5, 2), ("1" * 20, None, 2)])
def test_what_is_no_plain_figure_is_left_to_weasyprint(text, size, stencils):
    printed = document(read_text(GOOD, "a.yaml"))
    path = "disclosure.regulations.in_force"
    printed = replace(printed, cells=printed.cells | {path: text}, sizes={path: size} if size else {})
    filled, plain, tables = both(printed)
    assert len(tables) == stencils
    assert seen(filled) == seen(plain)


def test_fonts_that_another_pango_names_in_other_words_are_found(built):
    printed = document(built[SUQIAN]["report"])
    names = {face.name for stencil in from_json(SHIPPED).values() for face in stencil.faces}
    renamed = SHIPPED
    for number, name in enumerate(sorted(names)):
        renamed = renamed.replace(name, f"OTHER{number}")
    other = pdf._Typesetter(package_fonts(), None, from_json(renamed))
    assert other.pdf(printed, None) == built[SUQIAN]["pdf"].read_bytes()
    assert len(names) == 3


def test_own_templates_are_left_to_weasyprint(tmp_path):
    (tmp_path / "report.css").write_bytes((templates_folder() / "report.css").read_bytes())
    typesetter = pdf._Typesetter(package_fonts(), tmp_path, {})
    assert typesetter.page(pdf.render_html(document(read_text(GOOD, "a.yaml"))))[1] == {}
