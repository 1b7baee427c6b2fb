"""The release: its files and their manifest, the web page and its marks, all or nothing."""

import hashlib
import json
import os
import re
import zipfile

import lxml.html
import openpyxl
import pytest
from conftest import EXAMPLES, GOOD, ROOT, all_zero_but

import reportgen
from reportgen.cli.main import main
from reportgen.findings import InputError
from reportgen.imports.read import read_published
from reportgen.outputs.document import document
from reportgen.outputs.release import MANIFEST, release
from reportgen.outputs.web_page import write_page

SUQIAN = ROOT / "data" / "suqian" / "2024.yaml"
NAME = "宿迁市2024年政府信息公开工作年度报告"


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "new"
    release(reportgen.read(SUQIAN), folder)
    return folder


def test_what_is_released(released):
    assert sorted(path.name for path in released.iterdir()) == sorted(
        [MANIFEST, *(f"{NAME}.{kind}" for kind in ("docx", "html", "json", "pdf", "xlsx"))])
    assert [path.name for path in released.parent.iterdir()] == ["new"]


def test_the_manifest_has_the_sum_of_every_other_file(released):
    lines = (released / MANIFEST).read_text(encoding="utf-8").splitlines()
    assert {tuple(line.split("  ")) for line in lines} == {
        (hashlib.sha256(path.read_bytes()).hexdigest(), path.name) for path in released.iterdir() if path.name != MANIFEST}


def test_docx_and_pdf_are_those_of_a_build(released, built):
    for kind in ("docx", "pdf"):
        assert (released / f"{NAME}.{kind}").read_bytes() == built[SUQIAN][kind].read_bytes()


def test_the_json_is_the_one_inside_the_pdf(released):
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import resolve1

    with (released / f"{NAME}.pdf").open("rb") as stream:
        names = resolve1(resolve1(PDFDocument(PDFParser(stream)).catalog["Names"])["EmbeddedFiles"])["Names"]
        inside = resolve1(resolve1(names[1])["EF"]["F"]).get_data()
    assert inside == (released / f"{NAME}.json").read_bytes()


def test_the_workbook_has_every_figure_as_a_number(released):
    book = openpyxl.load_workbook(released / f"{NAME}.xlsx")
    assert book.sheetnames == ["表二", "表三", "表四"]
    values = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)]
    expected = [float(cell.value) for cell in reportgen.read(SUQIAN).cells.values()]
    assert sorted(values) == sorted(expected)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_workbook_is_read_without_doubt(released):
    found = read_published(released / f"{NAME}.xlsx")
    assert [one[:5] for one in found.unsure] == ["没有找到“"] * 3
    assert {path: cell.text for path, cell in found.report.cells.items()} == {
        path: cell.text for path, cell in reportgen.read(SUQIAN).cells.items()}


def test_the_same_report_gives_the_same_bytes(released, tmp_path):
    release(reportgen.read(SUQIAN), tmp_path / "again")
    assert (tmp_path / "again" / MANIFEST).read_bytes() == (released / MANIFEST).read_bytes()


@pytest.mark.parametrize(("text", "words"), [
    (GOOD + "applications: {new: {total: 5}}\n", "[GJ03]"),
    (GOOD.replace("blanks: 0\n", ""), "[TB01]"),
    (all_zero_but("remedies.review.upheld"), "[TB01]"),
    (GOOD.replace("blanks: 0\n", "") + "accepted:\n  - {code: TB01, cell: applications.new.natural, reason: 没有, by: 张三}\n", "没有填"),
])
def test_errors_and_blanks_stop_a_release(write, tmp_path, capsys, text, words):
    assert main(["release", str(write(text)), "-o", str(tmp_path / "out")]) == 1
    said = capsys.readouterr()
    assert words in said.out + said.err
    assert [path.name for path in tmp_path.iterdir()] == ["2024.yaml"]


def test_a_folder_with_files_is_left_alone(write, tmp_path, capsys):
    target = tmp_path / "out"
    target.mkdir()
    (target / "别的.txt").write_text("x", encoding="utf-8")
    assert main(["release", str(write(GOOD)), "-o", str(target)]) == 2
    assert "已经有这个文件夹" in capsys.readouterr().err
    assert [path.name for path in target.iterdir()] == ["别的.txt"]
    (target / "别的.txt").unlink()
    assert main(["release", str(write(GOOD)), "-o", str(target)]) == 0


def test_a_failure_leaves_nothing(read, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="磁盘"):
        release(read(GOOD), tmp_path / "发布" / "2024" / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["2024.yaml"]
    with pytest.raises(InputError, match="磁盘"):
        reportgen.build(read(GOOD), tmp_path / "送审" / "2024", ("docx",))
    assert [path.name for path in tmp_path.iterdir()] == ["2024.yaml"]


@pytest.fixture
def page():
    return lxml.html.document_fromstring(write_page(document(reportgen.read(SUQIAN))))


def test_every_figure_carries_its_cell_and_value(page):
    report = reportgen.read(SUQIAN)
    marked = {element.get("data-cell"): element for element in page.xpath("//td/data")}
    assert {path: (element.get("value"), element.text) for path, element in marked.items()} == {
        path: (str(cell.value), cell.text) for path, cell in report.cells.items()}
    prose = [(run.cells, run.value, run.text) for ident in ("overview", "problems", "other")
             for paragraph in report.prose[ident] for run in paragraph.runs if run.cells]
    assert [(tuple(element.get("data-cell").split()), element.get("value"), element.text)
            for element in page.xpath("//p//data")] == prose
    assert len(prose) > 30
    assert (("applications.new.natural", "applications.new.total"), "97.59", "97.59%") in prose


def test_the_page_is_whole_and_asks_for_nothing(page, released):
    report = reportgen.read(SUQIAN)
    assert [element.text for element in page.xpath("//h2")] == [section.heading for section in report.edition.sections]
    assert page.xpath("//script | //link | //img | //iframe | //*[@src] | //@onclick") == []
    assert [element.text for element in page.xpath("//caption")] == [table.caption for table in report.edition.tables.values()]
    assert page.xpath("//th[not(@scope)]") == []
    ids = set(page.xpath("//@id"))
    assert all(set(headers.split()) <= ids for headers in page.xpath("//@headers"))
    tags = {element.get("name"): element.get("content") for element in page.xpath("//meta[@name]")}
    assert tags.items() >= {"ArticleTitle": NAME, "PubDate": "2025-03-20", "ContentSource": "宿迁市人民政府",
                            "ColumnName": "政府信息公开年报"}.items()
    links = lxml.html.parse(str(released / f"{NAME}.html")).xpath("//a[@download]/@href")
    from urllib.parse import unquote
    assert [(released / unquote(link)).exists() for link in links] == [True] * 4


def test_site_tags_and_card_come_from_the_data_file(read):
    report = read(GOOD + "site: {name: 某县人民政府, domain: www.example.gov.cn, id_code: '3200000001'}\n"
                  "publication: {index_number: X-1, issuer: 某县统计局, published: 2025-01-20, validity: 有效}\n")
    page = lxml.html.document_fromstring(write_page(document(report)))
    tags = {element.get("name"): element.get("content") for element in page.xpath("//meta[@name]")}
    assert (tags["SiteName"], tags["SiteDomain"], tags["SiteIDCode"]) == ("某县人民政府", "www.example.gov.cn", "3200000001")
    assert [(dt.text, dd.text) for dt, dd in zip(page.xpath("//dt"), page.xpath("//dd"), strict=True)] == [
        ("索引号", "X-1"), ("发文单位", "某县统计局"), ("名称", "某县统计局2024年政府信息公开工作年度报告"),
        ("发布日期", "2025年1月20日"), ("有效性", "有效")]


def test_what_is_typed_is_text_in_the_page(read):
    report = read(GOOD.replace("解读不够深入", "<script>alert(1)</script>&amp;<b>") + "site: {name: '\"><script>'}\n")
    content = write_page(document(report)).decode()
    assert "<script" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;&lt;b&gt;" in content


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_page_gives_its_expressions_back(tmp_path, path):
    report = reportgen.read(path)
    (tmp_path / "page.html").write_bytes(write_page(document(report)))
    found = read_published(tmp_path / "page.html").report

    def cells(one):
        return [run.cells for ident in one.prose for paragraph in one.prose[ident] for run in paragraph.runs
                if run.cells and not any(cell.startswith("previous.") for cell in run.cells)]

    assert cells(found) == cells(report)


def change(page, path, **attributes):
    """Change the marks of one cell of a table as somebody would by hand."""
    element = page.xpath(f"//td/data[@data-cell='{path}']")[0]
    for name, value in attributes.items():
        if name == "text":
            element.text = value
        else:
            element.set(name.replace("_", "-"), value)


@pytest.mark.parametrize("changes", [{"text": "3441"}, {"value": "3441"}, {"value": "x"}, {"value": ""}, {"data_unit": "元"},
                                     {"text": "3440（其中"}, {"data_cell": "applications.new.enterprise"}])
def test_a_page_edited_by_hand_gives_no_wrong_figure(page, tmp_path, changes):
    change(page, "applications.new.natural", **changes)
    (tmp_path / "page.html").write_bytes(lxml.html.tostring(page, encoding="utf-8"))
    found, report = read_published(tmp_path / "page.html"), reportgen.read(SUQIAN)
    wrong = {path for path, cell in found.report.cells.items() if not cell.blank and cell.text != report.cells[path].text}
    assert wrong == set()
    assert any("本年新收" in one for one in found.unsure) or found.report.cells["applications.new.natural"].text == "3440"


def test_figures_and_marks_changed_alike_are_read(page, tmp_path):
    change(page, "applications.new.natural", text="3441", value="3441")
    (tmp_path / "page.html").write_bytes(lxml.html.tostring(page, encoding="utf-8"))
    found = read_published(tmp_path / "page.html")
    assert found.unsure == ()
    assert found.report.cells["applications.new.natural"].text == "3441"
    # The sentence says what it said; the check will find that it differs.
    assert "自然人申请3440件" in "".join(paragraph.text for paragraph in found.report.prose["overview"])


def test_the_card_comes_back(read, tmp_path):
    report = read(GOOD + "publication: {index_number: X-1, topic: 政务公开, published: 2025-01-20, validity: 有效}\n")
    (tmp_path / "page.html").write_bytes(write_page(document(report)))
    found = read_published(tmp_path / "page.html").report
    assert {key: text for key, text in found.texts.items() if key.startswith("publication.")} == {
        "publication.index_number": "X-1", "publication.topic": "政务公开", "publication.published": "2025-01-20",
        "publication.validity": "有效"}


def test_a_release_is_valid_zip_and_json(released):
    for kind in ("docx", "xlsx"):
        assert zipfile.ZipFile(released / f"{NAME}.{kind}").testzip() is None
    data = json.loads((released / f"{NAME}.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"\d{4}", str(data["year"]))
