"""Prose before and after the tables, and reports without table data, from the data file through every output."""

import json
import re
from functools import partial

import docx
import lxml.html
import openpyxl
import pdfplumber
import pytest
from conftest import GOOD, MINIMAL
from docx.oxml.ns import qn
from edited import copied, replaced, word
from generated import said
from round_trips import effective, through_workbook
from web_pages import imported, page

import reportgen
from reportgen.cli.main import main
from reportgen.comparison.years import compare
from reportgen.datafile.write import write_yaml
from reportgen.findings import InputError, Severity
from reportgen.form.write import write_workbook
from reportgen.imports.read import read_published
from reportgen.outputs.build import BuildRefusedError, Options
from reportgen.outputs.document import document
from reportgen.outputs.release import release
from reportgen.outputs.report_json import report_json
from reportgen.outputs.tables_book import write_tables
from reportgen.outputs.web_page import write_page
from reportgen.sources import read_text

AROUND = """before_table:
  disclosure: |
    （一）概况
    现行有效的规章{{ disclosure.regulations.in_force }}件。
  applications: 本年收到申请{{ applications.new.total }}件。
  remedies: 表四前一段。
notes: {applications: 注：含上年结转。}
after_table:
  disclosure: （二）说明。表二后一段。
  applications: |
    表三后一段。

    表三后二段。
  remedies: 表四后一段。
"""
FULL = GOOD + AROUND
# What a reader meets, in this order; @ is a table.
ORDER = ("二、主动公开政府信息情况", "（一）概况", "现行有效的规章0件。", "@", "（二）说明。表二后一段。", "三、收到和处理政府信息公开申请情况",
         "本年收到申请0件。", "@", "注：含上年结转。", "表三后一段。", "表三后二段。", "四、政府信息公开行政复议、行政诉讼情况", "表四前一段。", "@", "表四后一段。",
         "五、存在的主要问题及改进情况")


def within(found):
    """Return what is read from the second heading to the fifth."""
    found = list(found)
    return tuple(found[found.index(ORDER[0]):found.index(ORDER[-1]) + 1])


def test_the_prose_is_read_with_levels_figures_and_places(read):
    report = read(FULL)
    first, second = report.before_table["disclosure"]
    assert (first.text, first.level, first.is_heading) == ("（一）概况", 2, True)
    assert (second.text, second.runs[1].cells) == ("现行有效的规章0件。", ("disclosure.regulations.in_force",))
    lines = FULL.splitlines()
    for paragraphs in (*report.before_table.values(), *report.after_table.values()):
        for paragraph in paragraphs:
            assert paragraph.text[:4] in lines[paragraph.origin.line - 1]
    assert list(report.passages)[2:5] == ["before_table.disclosure", "notes.disclosure", "after_table.disclosure"]
    assert [p.text for p in report.section_prose["disclosure"]] == ["（一）概况", "现行有效的规章0件。", "（二）说明。表二后一段。"]


def test_chinese_keys_and_what_they_may_hold(read):
    report = read(GOOD + "表前文字: {主动公开: 甲。}\n表后文字: {申请办理: 乙。}\n")
    assert (report.before_table["disclosure"][0].text, report.after_table["applications"][0].text) == ("甲。", "乙。")
    with pytest.raises(InputError, match="“表前文字”下面应当分表填写：主动公开、申请办理、复议诉讼"):
        read(GOOD + "before_table: 甲。\n")
    with pytest.raises(InputError, match="“表后文字”里不认识“overview”"):
        read(GOOD + "after_table: {overview: 甲。}\n")


FAULTS = {"WZ05": "情况情况良好。", "WZ03": "（三）跳号。", "YS02": "联系电话13812345678。", "WB01": "本年收到申请3件。",
          "DR02": "{{ applications.none }}", "WZ08": "共办理XX件。", "WZ02": "2019年1月1日至12月31日。", "WZ04": "半角,逗号。"}


@pytest.mark.parametrize("group", ["before_table", "after_table"])
def test_every_rule_of_prose_sees_it(read, tmp_path, group):
    """And names its line in a data file, its cell in a form."""
    report = read(GOOD + f"{group}:\n  applications: |\n    一段。\n" + "".join(f"    {sentence}\n" for sentence in FAULTS.values()))
    form = through_workbook(report, tmp_path / "2024.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "2024.xlsx", read_only=True)["表三"]
    rows = {row[0]: number for number, row in enumerate(sheet.iter_rows(min_col=2, max_col=2, values_only=True), 1)}
    checked, in_form = reportgen.check(report), reportgen.check(form)
    for line, (code, sentence) in enumerate(FAULTS.items(), FIRST + 3):
        assert {one.origin.line for one in checked if one.code == code} == {line}
        assert {one.origin.cell for one in in_form if one.code == code} == {f"表三!B{rows[sentence]}"}


FIRST = len(GOOD.splitlines()) + 1


def test_numbers_go_on_from_before_a_table_to_after_it(read):
    assert [one.code for one in reportgen.check(read(FULL)) if one.code == "WZ03"] == []
    wrong = read(FULL.replace("（二）说明", "（三）说明"))
    assert [one.message for one in reportgen.check(wrong) if one.code == "WZ03"] == [
        "编号“（三）”接在“（一）”后面，应为“（二）”；请检查是否漏了一段，或重新编号"]


def test_a_section_like_last_years_is_told(read, write):
    long = "；".join(f"第{number}类信息按时公开并逐件审查" for number in "一二三四五六七八九十")
    write(GOOD.replace("2024", "2023") + f"before_table: {{remedies: {long}。}}\n", "2023.yaml")
    found = read(GOOD + f"before_table: {{remedies: {long}。}}\n")
    assert [one.section for one in reportgen.check(found) if one.code == "KN05"] == ["remedies"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return reportgen.build(read_text(FULL, "2024.yaml"), tmp_path_factory.mktemp("around"), options=Options(draft=True))


def test_the_docx_has_it_around_the_tables(files):
    body = docx.Document(files[0]).element.body
    said = ["@" if element.tag == qn("w:tbl") else "".join(text.text or "" for text in element.iter(qn("w:t")))
            for element in body if element.tag in (qn("w:tbl"), qn("w:p"))]
    # A line stays free below a table.
    assert within(text for text in said if text) == ORDER
    styles = {p.text: p.style.name for p in docx.Document(files[0]).paragraphs}
    assert (styles["（一）概况"], styles["表三后一段。"], styles["注：含上年结转。"]) == ("Heading 2", "Body Text", "表格附注")


def test_prose_before_a_table_that_takes_a_page_stands_on_the_page_before(files, tmp_path, read):
    """And its heading with it; without prose the heading begins the page, as ever."""
    heading, table = ORDER[5], "一、本年新收政府信息公开申请数量"

    def pages(path):
        with pdfplumber.open(path) as pdf:
            texts = [re.sub(r"\s", "", pdf_page.extract_text() or "") for pdf_page in pdf.pages]
        return [next(number for number, text in enumerate(texts) if wanted in text) for wanted in (heading, table)]

    def breaks(path):
        paragraphs = docx.Document(path).paragraphs
        headed = next(p for p in paragraphs if p.text == heading)
        return headed.paragraph_format.page_break_before, [p.text for p in paragraphs if 'w:type="page"' in p._p.xml]

    assert breaks(files[0]) == (None, ["本年收到申请0件。"])
    on, table_on = pages(files[1])
    assert on == table_on - 1
    plain = reportgen.build(read(GOOD), tmp_path, options=Options(draft=True))
    assert breaks(plain[0]) == (True, [])
    on, table_on = pages(plain[1])
    assert on == table_on


def test_page_book_and_json_have_it(files):
    printed = document(read_text(FULL, "2024.yaml"))
    main_ = lxml.html.fromstring(write_page(printed)).get_element_by_id("report")
    assert within("@" if element.tag == "table" else element.text_content().strip()
                  for element in main_.iter("h2", "h3", "p", "table")) == ORDER
    tables = json.loads(report_json(printed))["tables"]
    assert tables["disclosure"]["before"] == ["（一）概况", "现行有效的规章0件。"]
    assert list(tables["applications"]) == ["heading", "before", "cells", "notes", "after"]
    plain = json.loads(report_json(document(read_text(GOOD, "2024.yaml"))))["tables"]["disclosure"]
    assert list(plain) == ["heading", "cells", "notes"]


def test_the_book_of_tables_has_it_around_the_grid(tmp_path):
    path = tmp_path / "tables.xlsx"
    path.write_bytes(write_tables(document(read_text(FULL, "2024.yaml"))))
    column = [row[0] for row in openpyxl.load_workbook(path)["表三"].iter_rows(max_col=1, values_only=True)]
    assert column[1:4] == [ORDER[5], None, "本年收到申请0件。"]
    assert column[-4:] == ["四、结转下年度继续办理", "注：含上年结转。", "表三后一段。", "表三后二段。"]
    assert read_published(path).report.cells["applications.carried_out.total"].value == 0


@pytest.mark.parametrize("kind", ["docx", "pdf", "html"])
def test_it_comes_back(files, tmp_path, kind):
    report = read_text(FULL, "2024.yaml")
    path = tmp_path / "page.html"
    path.write_bytes(write_page(document(report)))
    found = read_published({"docx": files[0], "pdf": files[1], "html": path}[kind])
    assert said(found.report)["prose"] == said(report)["prose"]


def test_a_page_of_a_site_gives_it(tmp_path):
    text, _ = page()
    text = text.replace("<table", "<p>收到的申请都已办结。</p><p>没有收费。</p><table", 1).replace(
        "</table>", "</table><p>备注：含上年结转。</p><p>（二）注重沟通。</p>", 1)
    found = imported(tmp_path, text).report
    assert [p.text for p in found.before_table["applications"]] == ["收到的申请都已办结。", "没有收费。"]
    assert [p.text for p in found.notes["applications"]] == ["备注：含上年结转。"]
    assert [p.text for p in found.after_table["applications"]] == ["（二）注重沟通。"]


def test_form_and_data_file_give_each_other(tmp_path):
    report = read_text(FULL + "table_data: 有\n", "2024.yaml")
    assert effective(read_text(write_yaml(report), "x.yaml")) == effective(report)
    assert effective(through_workbook(report, tmp_path / "2024.xlsx")) == effective(report)
    many = read_text(GOOD + "before_table:\n  remedies: |\n" + "".join(f"    第{n}段。\n" for n in range(40)) + "after_table: {remedies: 后。}\n", "2024.yaml")
    assert effective(through_workbook(many, tmp_path / "2024.xlsx")) == effective(many)


def form(tmp_path, edit):
    """Write the form, edit it, and return its path."""
    path = tmp_path / "2024.xlsx"
    path.write_bytes(write_workbook(read_text(FULL, "2024.yaml")))
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def row_of(sheet, name):
    return next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == name)


@pytest.mark.parametrize(("edit", "message"), [
    (lambda sheet: sheet.delete_rows(row_of(sheet, "表后文字")), "表三：缺少“表后文字”这一行"),
    (lambda sheet: sheet.delete_rows(row_of(sheet, "表前文字")), "这里应当是“表前文字”")])
def test_rows_that_were_moved_are_refused(tmp_path, edit, message):
    with pytest.raises(InputError, match=re.escape(message)):
        reportgen.read(form(tmp_path, lambda book: edit(book["表三"])))


def test_what_changed_between_years_is_shown():
    new = read_text(FULL.replace("表四前一段", "表四前另一段"), "2024.yaml")
    old = read_text(FULL.replace("year: 2024", "year: 2023").replace("表四后一段。", ""), "2023.yaml")
    passages = {one.heading: one for one in compare([new, old]).passages}
    heading = ORDER[11]
    assert [[piece.kind for piece in p] for p in passages[f"{heading}（表前文字）"].paragraphs] == [["same", "new", "same"]]
    assert [[piece.kind for piece in p] for p in passages[f"{heading}（表后文字）"].paragraphs] == [["new"]]


@pytest.mark.parametrize(("kind", "name", "lose"), [
    ("docx", "2021/report.docx", None),
    ("pdf", "report.html", "{{- prose(section.after) }}"), ("page", "web.html", '{{- prose(passages["before_table." ~ section.id]) }}')])
def test_a_template_without_a_place_for_it_is_refused(tmp_path, kind, name, lose):
    folder = copied(tmp_path / "mine")
    if lose:
        replaced(folder, name, lose, "")
    else:
        word(folder, lambda found: [p._p.getparent().remove(p._p) for p in found.paragraphs if "after_table.remedies" in p.text])
        assert main(["template", "check", str(folder)]) == 1
    report = read_text(FULL, "2024.yaml")
    make = partial(write_page, document(report), templates=folder) if kind == "page" else partial(
        reportgen.build, report, tmp_path / "out", [kind], Options(draft=True, templates=folder))
    with pytest.raises(InputError, match=r"表格前后的文字“.*”没有印出来，模板里没有它的地方"):
        make()
    # What has no such prose is printed with it as ever.
    write_page(document(read_text(GOOD, "2024.yaml")), templates=folder)


WORDS = """overview: 主动公开、依申请公开、政府信息管理、平台建设和监督保障都有进展。
problems: 解读不够深入，将加强培训。
other: 本年没有收取信息处理费。
before_table: {disclosure: 本年没有制发规范性文件。}
"""


def codes(report, severity=Severity.ERROR):
    return [one.code for one in reportgen.check(report) if one.severity is severity]


@pytest.mark.parametrize(("more", "errors", "warnings"), [
    ("", ["TB10"], {"TB01"}), ("table_data: 有\n", ["TB10"], {"TB01"}), ("table_data: 无\n", ["TB10"], set()),
    ("table_data: none\ntable_data_reason: 当年设立\n", [], {"TB11"}),
    ("表格数据: 无\n表格数据说明: 当年设立\nblanks: 0\n", ["TB12"], set()),
    ("表格数据: 无\n表格数据说明: 当年设立\nremedies: {review: {upheld: 0}}\n", ["TB12"], set()),
    ("remedies: {review: {upheld: 0}}\n", [], {"TB01"})])
def test_a_report_without_figures_says_so_or_is_a_draft(read, tmp_path, more, errors, warnings):
    report = read(MINIMAL + WORDS + more)
    assert codes(report) == errors
    assert {code for code in codes(report, Severity.WARNING) if code.startswith("TB")} == warnings
    if errors:
        with pytest.raises(BuildRefusedError):
            reportgen.build(report, tmp_path, ["docx"])
        reportgen.build(report, tmp_path, ["docx"], Options(draft=True))
    else:
        made, = reportgen.build(report, tmp_path, ["docx"])
        assert "本年没有制发规范性文件。" in [p.text for p in docx.Document(made).paragraphs]
        cells = [cell.text for table in docx.Document(made).tables for row in table.rows for cell in row.cells]
        assert not any(re.fullmatch(r"\d+", text) for text in cells) or "review" in more


def test_a_report_that_says_so_is_released(read, tmp_path):
    text = MINIMAL + WORDS + """contact: {phone: 0500-84000000}
publication: {index_number: X001, document_number: 某统〔2025〕1号, topic: 政务公开, issuer: 某县统计局, published: 2025-01-18, issued: 2025-01-18, validity: 有效}
signature: {date: 2025-01-18}
"""
    with pytest.raises(BuildRefusedError):
        release(read(text), tmp_path / "none")
    made = release(read(text + "table_data: 无\ntable_data_reason: 当年设立\n"), tmp_path / "said")
    tables = json.loads(next(path for path in made if path.suffix == ".json").read_text(encoding="utf-8"))["tables"]
    assert {cell["value"] for table in tables.values() for cell in table["cells"].values()} == {None}
    assert tables["disclosure"]["before"] == ["本年没有制发规范性文件。"]
    assert "table_data" not in (tmp_path / "said").joinpath(next(p.name for p in made if p.suffix == ".json")).read_text(encoding="utf-8")


def test_a_text_in_the_column_of_their_names_is_told(tmp_path):
    def edit(book):
        sheet = book["表三"]
        sheet.cell(row_of(sheet, "表前文字") + 1, 1).value = "写错了格"

    report = reportgen.read(form(tmp_path, edit))
    assert [(finding.code, finding.origin.cell, finding.message) for finding in report.problems] == [
        ("DR05", "表三!A40", "“写错了格”没有读；文字请写在右边的格里")]
    assert effective(report) == effective(read_text(FULL, "2024.yaml"))
