"""Reading published reports: round trips through DOCX and PDF, imitations of real pages, and bad input."""

import io
import re

import docx
import openpyxl
import pytest
from conftest import EXAMPLES
from generated import WITHOUT_SHRINKING, reports, said
from hypothesis import given, settings
from hypothesis import strategies as st
from web_pages import APPLICANTS, ROWS, figures, filled, imported, page

import reportgen
from reportgen.cli.main import main
from reportgen.findings import InputError
from reportgen.imports.read import read_published
from reportgen.outputs.build import Options
from reportgen.outputs.document import document
from reportgen.outputs.tables_book import write_tables
from reportgen.outputs.web_page import write_page
from reportgen.sources import read_text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
@pytest.mark.parametrize("kind", ["docx", "pdf", "html"])
def test_examples_come_back(built, tmp_path, path, kind):
    report = built[path]["report"]
    found = read_published(web_page(report, tmp_path) if kind == "html" else built[path][kind])
    assert found.unsure == ()
    assert said(found.report) == said(report)


def web_page(report, folder):
    path = folder / "page.html"
    path.write_bytes(write_page(document(report, draft=True)))
    return path


@pytest.mark.slow
@WITHOUT_SHRINKING
@given(reports(), st.sampled_from(["docx", "pdf", "html", "html"]))
def test_any_report_comes_back(tmp_path_factory, text, kind):
    report = read_text(text, "x.yaml")
    assert report.problems == ()
    folder = tmp_path_factory.mktemp("out")
    path, = [web_page(report, folder)] if kind == "html" else reportgen.build(report, folder, [kind], Options(draft=True))
    found, given = said(read_published(path).report), said(report)
    if kind == "html":
        # A page is no document of its own: no 版头, no 版记, no 附件.
        given |= {"attachment": "", "letterhead": {key: text for key, text in given["letterhead"].items() if key.endswith(".to")}}
    # One part after the other: a failure names what differs.
    for part in given.keys() - {"cells"}:
        assert found[part] == given[part]
    assert {path: (found["cells"].get(path), given["cells"].get(path)) for path in found["cells"] | given["cells"]
            if found["cells"].get(path) != given["cells"].get(path)} == {}


@WITHOUT_SHRINKING
@given(reports())
def test_the_released_tables_come_back(tmp_path_factory, text):
    report = read_text(text, "x.yaml")
    path = tmp_path_factory.mktemp("out") / "tables.xlsx"
    path.write_bytes(write_tables(document(report)))
    found = read_published(path).report
    # 10000.00 is a number to Excel, so its zeros do not come back.
    assert {path: (cell.value, cell.remark, cell.unit) for path, cell in found.cells.items()} == {
        path: (cell.value, cell.remark, cell.unit) for path, cell in report.cells.items()}
    assert found.single_rows == report.single_rows


@pytest.mark.slow
@settings(WITHOUT_SHRINKING, max_examples=4)
@given(reports(largest=10**9))
def test_figures_too_wide_for_their_cells_are_right_or_unsure(tmp_path_factory, text):
    report = read_text(text, "x.yaml")
    path, = reportgen.build(report, tmp_path_factory.mktemp("out"), ["pdf"], Options(draft=True))
    found = read_published(path)
    # A total that is not read is added up by the program, as in any data file.
    wrong = [path for path, cell in report.cells.items() if not cell.blank and found.report.cells[path].text != cell.text]
    assert [path for path in wrong if not any(report.edition.cell_label(path) in one
                                              for one in found.unsure)] == [], found.unsure


@pytest.mark.parametrize("wrap", [
    "{}", "<table><tr><td><div>{}</div></td></tr></table>",
    "<div><table><tr><td>广告</td></tr></table>{}</div>"])
def test_a_page_of_a_site(tmp_path, wrap):
    text, cells = page(wrap=wrap)
    found = imported(tmp_path, text)
    assert filled(found.report) == cells
    assert (found.report.agency.name, found.report.year) == ("某县统计局", 2024)
    assert [p.text for p in found.report.prose["problems"]] == ["解读不够。"]
    assert (found.report.signature.name, found.report.signature.date) == ("某县统计局", "2025年1月20日")
    assert any("没有找到表二" in one for one in found.unsure)


@pytest.mark.parametrize("lost", [r" ?colspan=\d", r" ?colspan=7", r" ?rowspan=[23]"])
def test_wrong_spans_give_no_wrong_figure(tmp_path, lost):
    text, cells = page()
    found = imported(tmp_path, re.sub(lost, "", text))
    assert {path: text for path, text in filled(found.report).items() if cells[path] != text} == {}
    assert len(filled(found.report)) == 175 or any("表三" in one for one in found.unsure)


def test_a_page_in_gbk(tmp_path):
    text, cells = page()
    text = text.replace("<head>", "<head><meta charset=gb2312>")
    assert filled(imported(tmp_path, text.encode("gb18030")).report) == cells


def test_blank_zero_slash_dash_and_separators(tmp_path):
    shown = ("", "0", "/", "-", "12,345", "１２", "3（其中修订1件）")
    text, _ = page(number=lambda row, column: shown[(row + column) % 7])
    found = imported(tmp_path, text)
    assert [cell.text if not cell.blank else None for path, cell in found.report.cells.items()
            if path.startswith("applications.new.")] == [None, "0", None, None, "12345", "12", "3（其中修订1件）"]
    assert any("“/”" in one and "没有当作 0" in one for one in found.unsure)
    assert any("“-”" in one for one in found.unsure)


def test_a_word_in_a_cell_is_not_a_figure(tmp_path):
    text, cells = page(number=lambda row, column: "约三十" if (row, column) == (0, 0) else "1")
    found = imported(tmp_path, text)
    assert filled(found.report) == {path: text for path, text in cells.items() if path != "applications.new.natural"}
    assert any("约三十" in one and "不是一个数" in one for one in found.unsure)


def test_other_handling_as_one_row(tmp_path):
    rows = (*ROWS[:20], ("（六）其他处理", "applications.other_handling"), *ROWS[23:])
    body, cells = page(rows)
    found = imported(tmp_path, body)
    assert filled(found.report) == cells
    assert found.report.single_rows == {"applications.other_handling"}


def test_totals_in_four_rows_only(tmp_path):
    text, cells = page(number=lambda row, column: "" if column == 6 and row not in (0, 1, 23, 24) else str(row))
    found = imported(tmp_path, text)
    report = found.report
    assert {path: cell.text for path, cell in report.cells.items() if path in cells and cells[path] and not cell.blank} \
        == {path: text for path, text in cells.items() if text}


def test_a_table_before_its_heading(tmp_path):
    text, cells = page(order=("overview", "applications", "disclosure", "remedies", "problems", "other"))
    found = imported(tmp_path, text)
    assert filled(found.report) == cells
    assert [p.text for p in found.report.prose["overview"]] == ["全年平稳。"]


def test_two_tables_that_look_alike(tmp_path):
    one, cells = page()
    two, _ = page(number=lambda row, column: "7" if (row, column) == (0, 0) else str(1000 * row + column))
    table = two[two.index("<table>"):two.index("</table>") + 8]
    found = imported(tmp_path, one.replace("</table>", "</table>" + table))
    assert any("都像表三" in text for text in found.unsure)
    assert filled(found.report) == {path: text for path, text in cells.items() if path != "applications.new.natural"}


def test_a_label_that_only_looks_alike_is_told(tmp_path):
    rows = tuple(("5.行政机关确认、再次出具已取得信息的要求" if path.endswith("reissue") else label, path) for label, path in ROWS)
    text, cells = page(rows)
    found = imported(tmp_path, text)
    lost = {path: value for path, value in cells.items() if filled(found.report).get(path) != value}
    told = any("再次出具" in one or ("没有认出来" in one and "表三" in one) for one in found.unsure)
    assert told
    assert set(lost) <= {path for path in cells if "reissue" in path}


@pytest.mark.parametrize(("row", "text"), [(row, text) for row in range(0, 25, 6) for text in ("+", "1 000 件", "1.5", "-3", "12 34")])
def test_no_figure_is_guessed(tmp_path, row, text):
    body, _ = page(number=lambda r, column: text if (r, column) == (row, 2) else "4")
    found = imported(tmp_path, body)
    path = f"{ROWS[row][1]}.research"
    assert found.report.cells[path].blank
    assert any(f"“{text}”" in one for one in found.unsure)


@pytest.mark.parametrize("text", [
    "1 234", "12\n34", "12<br>34", "<p>12</p><p>34</p>", "12\u3000345", "12&nbsp;345", "1\t2", "12, 345", "12 ,345", "1 .5", "1\u200923",
    "1234\u2009567", "1\u2009234\u200956", "1\u2009234 567", "12 34（其中 5 6 件）"])
def test_figures_that_may_be_two_are_not_run_together(tmp_path, text):
    """A total is not made up from its parts either: it is to be filled in."""
    body, _ = page(number=lambda row, column: text if (row, column) == (0, 6) else "4")
    found = imported(tmp_path, body)
    total = found.report.cells["applications.new.total"]
    assert (total.blank, total.typed, "applications.new.total" in found.doubtful) == (True, "读不准", True)
    told, = [one for one in found.unsure if "数字之间有空白" in one]
    assert told.startswith("表三“一、本年新收政府信息公开申请数量”行“总计”列印的是“1")


@pytest.mark.parametrize(("text", "number"), [
    ("1\u2009234", "1234"), ("12\u202f345\u202f678", "12345678"), ("1\u2005234（其中\n修订 1 件）", "1234（其中修订1件）"), ("<p>\n 12 </p>", "12"),
    ("1<b>2</b>3", "123"), ("12\u200b34", "1234"), ("3（2023 2024 年各 1 件）", "3（20232024年各1件）")])
def test_white_space_that_parts_no_figures(tmp_path, text, number):
    body, _ = page(number=lambda row, column: text if (row, column) == (0, 0) else "4")
    found = imported(tmp_path, body)
    assert found.report.cells["applications.new.natural"].text == number
    assert not any("空白" in one for one in found.unsure)


@pytest.mark.parametrize(("text", "number"), [
    ("12 34", None), ("12<br>34", None), ("12<i style='margin-left: 3pt'>34</i>", None), ("1234", "1234"), ("1<i>2</i>34", "1234")])
def test_a_pdf_with_figures_that_may_be_two(tmp_path, text, number):
    from weasyprint import HTML

    body, _ = page(number=lambda row, column: text if (row, column) == (0, 0) else "4")
    found = imported(tmp_path, HTML(string=body.replace("<head>", "<head><style>@page { size: A3 } table { border-collapse: collapse } td { border: 1pt solid }</style>")).write_pdf(),
                     "年报.pdf")
    cell = found.report.cells["applications.new.natural"]
    assert (None if cell.blank else cell.text) == number
    assert any("自然人" in one and "数字之间有空白" in one for one in found.unsure) == (number is None)
    assert found.report.cells["applications.new.total"].text == "4"


def test_a_word_file_with_figures_that_may_be_two(tmp_path, built):
    path = EXAMPLES[0]
    word = docx.Document(built[path]["docx"])
    cells = [cell for table in word.tables for row in table.rows for cell in row.cells if cell.text == "0"]
    cells[0].text, cells[1].text = "12 34", "12\t34"
    word.save(tmp_path / "a.docx")
    found = read_published(tmp_path / "a.docx")
    assert [one.split("印的是")[1] for one in found.unsure] == ["“12 34”，数字之间有空白，不知道是不是一个数，待填"] * 2
    report = built[path]["report"]
    assert {path: cell.text for path, cell in found.report.cells.items() if path not in found.doubtful} == {
        path: cell.text for path, cell in report.cells.items() if path not in found.doubtful}


def old_workbook(rows):
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("年报")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    return book


def new_workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def saved(make, number):
    """Return a workbook with 表三, its figures made by row and column."""
    rows = [["某县统计局2024年政府信息公开工作年度报告"], ["三、收到和处理政府信息公开申请情况"],
            ["", "", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]]
    for row, (label, path) in enumerate(ROWS):
        lead = {"refused": "（三）不予公开", "unavailable": "（四）无法提供", "not_processed": "（五）不予处理",
                "other_handling": "（六）其他处理"}.get(path.split(".")[1], "")
        rows.append([lead, label, *(number(row, column) for column in range(7))])
    stream = io.BytesIO()
    make(rows).save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("make", "name"), [(new_workbook, "旧表.xlsx"), (old_workbook, "旧表.xls")])
def test_a_workbook_of_the_tables(tmp_path, make, name):
    found = imported(tmp_path, saved(make, lambda row, column: row + column), name)
    assert filled(found.report) == {f"{path}.{who}": str(row + column) for row, (_, path) in enumerate(ROWS)
                                    for column, who in enumerate(APPLICANTS)}


@pytest.mark.parametrize(("make", "name"), [(new_workbook, "旧表.xlsx"), (old_workbook, "旧表.xls")])
def test_true_and_false_in_a_workbook_are_no_figures(tmp_path, make, name):
    content = saved(make, lambda row, column: {(0, 0): True, (1, 2): False}.get((row, column), 4))
    found = imported(tmp_path, content, name)
    assert [path for path, cell in found.report.cells.items() if path.startswith("applications.") and cell.blank] == [
        "applications.new.natural", "applications.carried_in.research"]
    assert [one.partition("印的是")[2] for one in found.unsure if "印的是" in one] == [
        "“True”，不是一个数，待填", "“False”，不是一个数，待填"]


def test_tracked_changes_are_read_as_accepted(tmp_path, built):
    from docx.oxml import parse_xml

    path = next(path for path in EXAMPLES if path.stem == "2024")
    document = docx.Document(built[path]["docx"])
    word = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
    paragraph = next(p for p in document.paragraphs if p.text.startswith("（一）主动公开"))
    paragraph._p.append(parse_xml(f"<w:ins {word} w:id='1' w:author='a'><w:r><w:t>新增一句。</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {word} w:id='2' w:author='a'><w:r><w:delText>删去一句。</w:delText></w:r></w:del>"))
    document.save(tmp_path / "edited.docx")
    found = read_published(tmp_path / "edited.docx")
    assert found.unsure == ("文件带有修订，按接受全部修订后的内容读取",)
    line = next(p.text for p in found.report.prose["overview"] if p.text.startswith("（一）主动公开"))
    assert line.endswith("新增一句。")
    assert figures(found.report, "") == figures(built[path]["report"], "")


def test_the_title_can_be_told(tmp_path):
    text, cells = page()
    text = text.replace("<h1>某县统计局2024年政府信息公开工作年度报告</h1>", "<h1>年报</h1>")
    with pytest.raises(InputError, match="--year"):
        imported(tmp_path, text)
    found = imported(tmp_path, text, year=2024, agency="某县统计局")
    assert (filled(found.report), found.report.agency.name) == (cells, "某县统计局")


def test_braces_in_prose_stay_text(tmp_path):
    text, _ = page(overview="<p>一、总体情况</p><p>写作{{ year }}的样子。</p>")
    found = imported(tmp_path, text)
    assert [p.text for p in found.report.prose["overview"]] == ["写作{ { year }}的样子。"]
    assert any("花括号" in one for one in found.unsure)


@pytest.mark.parametrize("suffix", ["yaml", "xlsx"])
def test_the_command_writes_a_file_that_says_the_same(tmp_path, built, capsys, suffix):
    path = EXAMPLES[0]
    target = tmp_path / f"{path.stem}.{suffix}"
    assert main(["import", str(built[path]["docx"]), "-o", str(target)]) == 0
    assert said(reportgen.read(target)) == said(built[path]["report"])
    assert main(["import", str(built[path]["docx"]), "-o", str(target)]) == 2
    assert "已经存在" in capsys.readouterr().err


def test_a_form_says_what_is_unsure(tmp_path):
    text, _ = page()
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    assert main(["import", str(tmp_path / "page.html"), "-o", str(tmp_path / "2024.xlsx")]) == 0
    guide = openpyxl.load_workbook(tmp_path / "2024.xlsx")["填报一览"]
    assert any("没有找到表二" in str(cell.value) for row in guide.iter_rows() for cell in row)
    assert len(filled(reportgen.read(tmp_path / "2024.xlsx"))) == 175


def test_the_command_lists_what_is_unsure(tmp_path, capsys):
    text, _ = page()
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    assert main(["import", str(tmp_path / "page.html"), "-o", str(tmp_path / "2024.yaml")]) == 0
    out = capsys.readouterr().out
    assert "没有找到表二" in out
    written = (tmp_path / "2024.yaml").read_text(encoding="utf-8")
    assert written.startswith("# 从 page.html 读取，请逐条核对：\n# 1. ")
    assert len(filled(reportgen.read(tmp_path / "2024.yaml"))) == 175
