"""Fixed tables are filled stencils: what stands on the page and in the structure is what WeasyPrint makes of the table."""

import atexit
import functools
import os
from dataclasses import replace

import msgspec
import pytest
from conftest import GOOD, ROOT
from generated import WITHOUT_SHRINKING, reports
from hypothesis import given, settings
from hypothesis import strategies as st
from seen import drawn, seen
from typesetters import typesetter

from reportgen.files.resources import templates_folder
from reportgen.outputs.build_templates import documents
from reportgen.outputs.document import document
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.pdf.engine import patches, recordings
from reportgen.outputs.pdf.engine.stencil import Stencil
from reportgen.sources import read_text
from reportgen.standard.fonts import package_fonts

NAME, OFF = patches.SPEED_SWITCH
pytestmark = pytest.mark.skipif(os.environ.get(NAME) == OFF, reason=f"no table is a stencil where {NAME} is {OFF}")
SUQIAN = ROOT / "data" / "suqian" / "2024.yaml"
# Reading two PDFs back takes seconds.
FEW = settings(WITHOUT_SHRINKING, max_examples=4)


@functools.cache
def typesetters():
    """Return one that fills stencils, and one that leaves every table to WeasyPrint."""
    return typesetter(), typesetter(fixed=False)


# Before WeasyPrint's own modules go, as in `pdf`.
atexit.register(typesetters.cache_clear)


def both(printed):
    """Return the PDF of a document by stencils and without, and the tables that are stencils."""
    filling, plain = typesetters()
    _, filled = filling.page(pdf.render_html(printed))
    return *(one.typeset(printed, pdf.render_html(printed)).content for one in (filling, plain)), filled


@pytest.fixture(scope="module")
def recorded():
    """Return the stencils of the editions' tables, as the build of the package records them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recordings, "write", lambda base, stencils: found.update({base: stencils}))
        found = {}
        pdf.record_tables(documents())
    return found


def test_what_is_recorded_serves_until_anything_changes(tmp_path, monkeypatch, recorded):
    (base, stencils), = recorded.items()
    monkeypatch.setattr(recordings, "FILE", tmp_path / "tables.json")
    assert recordings.known(base) == {}
    recordings.write(base, stencils)
    assert recordings.known(base) == stencils
    assert len(stencils) == 5
    fonts = package_fonts()
    css, (page, _) = pdf.render_css(fonts), pdf._texts(None)
    assert recordings.base(css, page, fonts) == base
    others = [recordings.base(f"{css} ", page, fonts), recordings.base(css, f"{page} ", fonts),
              recordings.base(css, page, replace(fonts, files={**fonts.files, "fangsong": fonts.files["kaiti"]}))]
    monkeypatch.setattr(recordings.metadata, "version", lambda name: "71.0")
    others.append(recordings.base(css, page, fonts))
    assert base not in others
    assert [recordings.known(other) for other in others] == [{}] * 4
    recordings.FILE.write_text("{", encoding="utf-8")
    assert recordings.known(base) == {}


def test_the_example_is_all_stencils_and_looks_the_same(built):
    printed = document(built[SUQIAN]["report"])
    filled, plain, tables = both(printed)
    assert len(tables) == 3
    assert seen(filled) == seen(plain)
    # What a user gets is the same file.
    assert pdf.typeset(printed).content == filled == built[SUQIAN]["pdf"].read_bytes()


@pytest.mark.slow
@given(reports())
@FEW
def test_any_report_looks_the_same(text):
    filled, plain, _ = both(document(read_text(text, "a.yaml")))
    assert seen(filled) == seen(plain)


@pytest.mark.slow
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


def test_fonts_that_another_pango_names_in_other_words_are_found(built, recorded):
    printed = document(built[SUQIAN]["report"])
    (stencils,) = recorded.values()
    names = {face.name for stencil in stencils.values() for face in stencil.faces}
    renamed = msgspec.json.encode(stencils).decode()
    for number, name in enumerate(sorted(names)):
        renamed = renamed.replace(name, f"OTHER{number}")
    other = typesetter(msgspec.json.decode(renamed, type=dict[str, Stencil]))
    assert other.typeset(printed, pdf.render_html(printed)).content == built[SUQIAN]["pdf"].read_bytes()
    assert len(names) == 3


@pytest.mark.parametrize(("name", "old", "new", "stencils"), [
    ("report.css", "", "", 3), ("report.html", "", "", 3), ("report.css", "html {", "td { color: #123456; }\nhtml {", 0),
    ("report.html", "<body", "<body id='x'", 0)])
def test_edited_pages_draw_their_tables_themselves(tmp_path, name, old, new, stencils):
    (tmp_path / name).write_text((templates_folder() / name).read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    printed = document(read_text(GOOD, "a.yaml"))
    assert len(pdf._for(printed, tmp_path, None).page(pdf.render_html(printed, tmp_path))[1]) == stencils
