"""The printed page in the browser: what stands where on it, and when it is printed."""

import io
from concurrent.futures import Future

import pdfplumber
import pytest
from conftest import all_zero_but
from pages_client import NoPrinter, page_of
from PIL import Image

import reportgen
from reportgen.serve import preview
from reportgen.serve.book import Book, version_of
from reportgen.serve.cell_spots import cell_spots
from reportgen.serve.page_prose import prose_at, prose_box

SENTENCES = ("主动公开工作有新的进展，平台建设和监督保障继续加强。", "第二句说明政府信息管理的情况，内容与别处都不相同。",
             "本年新收政府信息公开申请{{ applications.new.total }}件，都已经按照规定办理。")


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    path = tmp_path_factory.mktemp("printed") / "2024.yaml"
    path.write_text(reportgen.edit(all_zero_but(), {
        "applications.new.natural": 12, "applications.granted.natural": 12,
        "overview": [SENTENCES[0] + SENTENCES[1], SENTENCES[2]]}), encoding="utf-8")
    report = reportgen.read(path)
    return report, preview.printed_pages(report)


def place_of(content, words):
    """Return page and place, in parts of its size, of the first character of words, as another reader finds them."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        for number, page in enumerate(document.pages):
            characters = [one for one in page.chars if one["text"].strip()]
            at = "".join(one["text"] for one in characters).find(words)
            if at >= 0:
                one = characters[at]
                return (number, (one["x0"] + one["x1"]) / 2 / float(page.width), (one["top"] + one["bottom"]) / 2 / float(page.height))
    raise AssertionError(words)


@pytest.mark.parametrize(("words", "paragraph", "sentence", "cells"), [
    ("主动公开工作", 0, SENTENCES[0], []), ("第二句说明", 0, SENTENCES[1], []), ("按照规定办理", 1, SENTENCES[2], []),
    ("12件，都已经", 1, SENTENCES[2], ["applications.new.total"])])
def test_a_place_in_printed_prose_leads_to_its_sentence_and_the_cell_of_its_figure(printed, words, paragraph, sentence, cells):
    report, content = printed
    found = prose_at(content, report, *place_of(content, words))
    line = report.written["overview"][paragraph].strip()
    assert (found["passage"], found["paragraph"], line[found["start"]:found["end"]], found["cells"]) == (
        "overview", paragraph, sentence, cells)


@pytest.mark.parametrize("words", ["一、总体情况", "年政府信息公开工作年度报告", "本年新收政府信息公开申请数量", "三、收到和处理政府信息公开申请情况"])
def test_headings_and_tables_are_no_prose(printed, words):
    report, content = printed
    assert prose_at(content, report, *place_of(content, words)) is None


def test_a_margin_and_a_page_that_is_not_there_are_no_prose(printed):
    report, content = printed
    assert prose_at(content, report, 0, 0.02, 0.5) is None
    assert prose_at(content, report, 99, 0.5, 0.5) is None


def test_a_paragraph_is_boxed_where_it_is_printed(printed):
    report, content = printed
    page, (left, top, width, height) = prose_box(content, report, "overview", 1)
    for words in ("本年新收政府信息公开申请12", "规定办理。"):
        number, across, down = place_of(content, words)
        assert (number, left < across < left + width, top < down < top + height) == (page, True, True)
    other = place_of(content, "第二句说明")
    assert not top < other[2] < top + height
    assert prose_box(content, report, "overview", 9) is None
    assert prose_box(content, report, "nothing", 0) is None


def test_tables_take_the_place_that_their_cells_stand_in(printed):
    report, content = printed
    found = cell_spots(content, report)
    assert [spot.cell for spot in found.cells] == list(report.edition.cells)
    for spot in found.cells:
        left, top, width, height = next(box for page, box in found.tables if page == spot.page and box[1] <= spot.box[1] <= box[1] + box[3])
        assert left <= spot.box[0] <= left + width
        assert spot.box[1] + spot.box[3] <= top + height + 1e-9


def test_a_page_without_colours_is_a_grey_picture_and_the_last_stands_for_those_after(printed):
    _, content = printed
    last = preview.page_count(content) - 1
    pictures = [Image.open(io.BytesIO(preview.picture(content, number))) for number in (0, last, last + 5)]
    assert {picture.mode for picture in pictures} == {"L"}
    assert pictures[0].tobytes() != pictures[1].tobytes() == pictures[2].tobytes()


def test_a_page_with_colours_keeps_them():
    red = io.BytesIO()
    Image.new("RGB", (30, 30), (200, 0, 0)).save(red, "PDF")
    with Image.open(io.BytesIO(preview.picture(red.getvalue(), 0))) as picture:
        assert picture.mode == "RGB"
        assert picture.getpixel((15, 15))[1] < 50


class Pool:
    """Stands for the other process: notes what it is asked and does nothing."""

    def __init__(self):
        self.asked = []

    def submit(self, tried, function, *args):
        future = Future()
        self.asked.append((function, future))
        return future


def maker():
    made = preview.PageMaker()
    made._pool = Pool()
    return made


def test_a_newer_version_takes_the_place_of_one_that_waits_and_leaves_one_that_runs():
    made = maker()
    running = made.pages("a", "1", None)
    running.set_running_or_notify_cancel()
    waiting, spots = made.pages("a", "2", None), made.spots("a", "1", b"", None)
    other = made.pages("b", "1", None)
    newest = made.pages("a", "3", None)
    assert [future.cancelled() for future in (running, waiting, spots, other, newest)] == [False, True, True, False, False]
    assert made.pages("a", "3", None) is newest
    assert made.pages("a", "2", None) is not waiting


def test_pages_that_are_looked_at_are_begun_when_the_file_has_the_change(tmp_path, monkeypatch):
    began = []

    class Printer(NoPrinter):
        def pages(self, path, version, report):
            began.append((path, version, report.cells["applications.new.natural"].number))

    monkeypatch.setattr("reportgen.serve.routes.PageMaker", Printer)
    path = tmp_path / "2024.yaml"
    path.write_text(all_zero_but(), encoding="utf-8")
    with page_of(tmp_path) as client:
        version = client.get("/api/book", params={"file": "2024.yaml"}).json()["version"]
        for number, pages in (("5", False), ("6", True)):
            version = client.post("/api/edit", json={"file": "2024.yaml", "version": version, "pages": pages, "cells": {
                "applications.new.natural": {"number": number}}}).json()["version"]
    assert began == [(str(path), version, "6")]


def test_the_printer_is_told_before_the_checks(tmp_path, monkeypatch):
    path = tmp_path / "2024.yaml"
    path.write_text(all_zero_but(), encoding="utf-8")
    book, order = Book(path), []
    version = book.now().version
    real = reportgen.check
    monkeypatch.setattr("reportgen.serve.book.api.check", lambda report: order.append("checked") or real(report))
    book.change(version, {"applications.new.natural": 7}, lambda version, report: order.append((version, path.read_bytes())))
    content = path.read_bytes()
    assert order == [(version_of(content), content), "checked"]
