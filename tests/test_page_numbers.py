"""Page numbers, bookmarks and colours of what is printed (GB/T 9704-2012, 7.5 and 6.2)."""

import io
import zipfile

import pdfplumber
import pypdfium2
import pytest
from conftest import EXAMPLES, GOOD
from lxml import etree

from reportgen.outputs.build import Options, laid_out
from reportgen.outputs.docx.write import write_docx
from reportgen.outputs.pdf.write import typeset

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
LETTERHEAD = "signature: {date: 2025-01-18}\nletterhead: {copies: 县委办公室}\n"
FOOT = 752      # points: below the 版心


def with_paragraphs(count):
    body = "".join(f"  第{number}段文字。\n" for number in range(count))
    return GOOD.replace("other: 本年没有收取信息处理费。\n", f"other: |\n{body}") + LETTERHEAD


@pytest.fixture(scope="module")
def by_place(tmp_path_factory):
    """Return a document for each place of the 版记: one line more of text moves it on."""
    import reportgen

    path, found = tmp_path_factory.mktemp("imprint") / "2024.yaml", {}
    for count in range(10, 60):
        path.write_text(with_paragraphs(count), encoding="utf-8")
        one = laid_out(reportgen.read(path), Options())
        found.setdefault(one.imprint.place, one)
        if "skip" in found:
            return found
    raise AssertionError(f"no blank page came: {found.keys()}")


def numbers(content):
    with pdfplumber.open(io.BytesIO(content)) as opened:
        return ["".join(char["text"] for char in page.chars if char["top"] > FOOT) for page in opened.pages]


@pytest.mark.parametrize("place", ["same", "next", "skip"])
def test_neither_a_blank_page_nor_the_imprint_behind_it_has_a_number(by_place, place):
    found = numbers(typeset(by_place[place]).content)
    assert len(found) % 2 == 0
    expected = [f"— {number} —" for number in range(1, len(found) + 1)]
    assert found == ([*expected[:-2], "", ""] if place == "skip" else expected)


@pytest.mark.parametrize("place", ["same", "next", "skip"])
def test_the_docx_has_sections_without_numbers_there(by_place, place):
    with zipfile.ZipFile(io.BytesIO(write_docx(by_place[place]))) as package:
        body = etree.fromstring(package.read("word/document.xml"))
        targets = {one.get("Id"): one.get("Target") for one in etree.fromstring(
            package.read("word/_rels/document.xml.rels"))}
        sections = list(body.iter(f"{W}sectPr"))
        first = {reference.get(f"{W}type"): reference.get(RELATION)
                 for reference in sections[-1].iter(f"{W}footerReference")}
        assert b"PAGE" not in package.read(f"word/{targets[first['first']]}")
        assert b"PAGE" in package.read(f"word/{targets[first['default']]}")
    bare = [section.find(f"{W}titlePg") is not None for section in sections]
    assert bare == ([False, True, True] if place == "skip" else [False])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_everything_is_black_or_grey_and_nothing_else(built, path):
    with pdfplumber.open(built[path]["pdf"]) as opened:
        drawn = {tuple(thing[name]) if isinstance(thing[name], tuple | list) else (thing[name],)
                 for page in opened.pages for kind in ("chars", "rects", "lines", "curves")
                 for thing in getattr(page, kind) for name in ("non_stroking_color", "stroking_color")}
    assert {len(colour) for colour in drawn} == {1}
    assert (0,) in drawn


def test_the_printer_is_asked_for_both_sides_and_no_scaling(built):
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import resolve1

    with built[EXAMPLES[0]]["pdf"].open("rb") as file:
        preferences = resolve1(PDFDocument(PDFParser(file)).catalog["ViewerPreferences"])
        assert (preferences["Duplex"].name, preferences["PrintScaling"].name) == ("DuplexFlipLongEdge", "None")
        assert preferences["DisplayDocTitle"] is True


def test_run_in_headings_have_bookmarks(built):
    example = next(path for path in EXAMPLES if path.stem == "2024")
    outline = [(entry.level, entry.get_title()) for entry in
               pypdfium2.PdfDocument(built[example]["pdf"]).get_toc()]
    assert outline[:3] == [(0, "一、总体情况"), (1, "（一）主动公开。"), (2, "1.突出重点领域。")]
    report = built[example]["report"]
    headings = [paragraph.text[:paragraph.lead] for section in report.edition.prose_sections
                for paragraph in report.prose[section.id] if paragraph.lead]
    assert [title for level, title in outline if level] == headings
