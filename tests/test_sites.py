"""Generated reports as sites show them and as office programs print them: nothing silently wrong, no sentence lost."""

import os
import shutil
import subprocess

import pytest
from generated import WITHOUT_SHRINKING, reports
from hypothesis import given, settings
from hypothesis import strategies as st
from site_styles import DATE, DATED, FURNITURE, STYLES, printed

import reportgen
from reportgen.files.resources import fonts_folder
from reportgen.imports.read import read_published
from reportgen.outputs.build import Options
from reportgen.outputs.document import document
from reportgen.report.align import squeezed
from reportgen.sources import read_text


def hold(found, report, *, whole=True):
    """Hold what was read against a report: figures right or told, every sentence where it stood.

    `whole` asks for every figure, and for paragraphs as they were.
    """
    typed = {path: cell.text for path, cell in report.cells.items() if not cell.blank}
    read = {path: cell.text for path, cell in found.report.cells.items() if not cell.blank}
    assert {path: (text, typed.get(path)) for path, text in read.items() if typed.get(path) != text} == {}
    lost = [path for path in typed if path not in read]
    assert [path for path in lost if path not in found.doubtful] == []
    assert not whole or lost == []
    stood, came = ({ident: [squeezed(one.text) for one in lines] for ident, lines in one_.passages.items() if lines}
                   for one_ in (report, found.report))
    if whole:
        assert came == stood
    else:
        # In a PDF a line that ends early may end its paragraph. What a page cuts off a label stands outside its table, where
        # notes stand; nowhere else is anything that was not written.
        stood, came = ({ident: "".join(lines) for ident, lines in passages.items()} for passages in (stood, came))
        notes = {ident for ident in {**stood, **came} if ident.startswith("notes.")}
        assert {ident for ident in notes if stood.get(ident, "") not in came.get(ident, "")} == set()
        assert {ident: text for ident, text in came.items() if ident not in notes} == {
            ident: text for ident, text in stood.items() if ident not in notes}
    assert (found.report.year, squeezed(found.report.title)) == (report.year, squeezed(report.title))
    assert (found.report.signature is None) == (report.signature is None)


def hold_page(text, style, tmp_path):
    report = read_text(text, "x.yaml")
    path = tmp_path / "page.html"
    path.write_text(style(document(report)), encoding="utf-8")
    found = read_published(path)
    hold(found, report)
    prose = "".join(one.text for lines in found.report.passages.values() for one in lines)
    assert [words for words in FURNITURE if words in prose and words not in text] == []
    if style in DATED:
        assert found.report.publication.published == DATE


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
@settings(WITHOUT_SHRINKING, max_examples=2)
@given(text=reports())
def test_a_report_on_a_site_comes_back(tmp_path_factory, style, text):
    hold_page(text, style, tmp_path_factory.mktemp("page"))


@pytest.mark.slow
@settings(WITHOUT_SHRINKING, max_examples=60)
@given(text=reports(), style=st.sampled_from(STYLES))
def test_any_report_on_any_site_comes_back(tmp_path_factory, style, text):
    hold_page(text, style, tmp_path_factory.mktemp("page"))


@pytest.mark.slow
@settings(WITHOUT_SHRINKING, max_examples=8)
@given(reports(largest=9999))
def test_a_pdf_with_white_rectangles_comes_back(tmp_path_factory, text):
    import weasyprint

    report = read_text(text, "x.yaml")
    path = tmp_path_factory.mktemp("out") / "wps.pdf"
    path.write_bytes(weasyprint.HTML(string=printed(document(report))).write_pdf())
    hold(read_published(path), report, whole=False)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is absent")
@settings(WITHOUT_SHRINKING, max_examples=4)
@given(reports(largest=9999))
def test_a_word_file_printed_by_libreoffice_comes_back(tmp_path_factory, text):
    # LibreOffice 7.4 gives 办 of this face no width in its PDF, so that nobody can tell what stands before and after it.
    report, folder = read_text(text.replace("办", "理"), "x.yaml"), tmp_path_factory.mktemp("out")
    path, = reportgen.build(report, folder, ["docx"], Options(draft=True))
    (folder / "fonts.conf").write_text(f"<fontconfig><dir>{fonts_folder()}</dir><cachedir>{folder / 'cache'}</cachedir></fontconfig>")
    subprocess.run(["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf", "--outdir", str(folder),
                    str(path)], check=True, capture_output=True, timeout=120, env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")})
    hold(read_published(path.with_suffix(".pdf")), report, whole=False)
