"""Forms and damaged files that come back to the page: what they change is told one by one, what cannot be taken too."""

import io
from urllib.parse import quote

import openpyxl
import pytest
from conftest import EXAMPLES, GOOD
from pages_client import listed, opened

import reportgen
from reportgen.form.plan import OVERVIEW_SHEET, SWITCH
from reportgen.serve.book import Book
from reportgen.serve.returned import content_sum, form_changes

DATA = "# 说明\n" + GOOD.replace("blanks: 0\n", "") + """contact: {office: 办公室, phone: 0527-1}
applications:
  new: {natural: 3, enterprise: 1, research: 0, public_interest: 0, legal_service: 0, other: 0, total: 4}   # 台账
  granted: {natural: 3}
"""
NATURAL, ENTERPRISE, TOTAL, GRANTED = ("applications.new.natural", "applications.new.enterprise", "applications.new.total", "applications.granted.natural")
SENT = "送审/某县统计局2024年政府信息公开工作年度报告填报表.xlsx"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2024.yaml").write_text(DATA, encoding="utf-8")
    return tmp_path


def form_of(data, sheets=None):
    """The form of a data file as somebody filled it in: the cells that have a text are given another, sheet by sheet."""
    book = openpyxl.load_workbook(io.BytesIO(reportgen.excel_form(reportgen.read_content(data))))
    for (sheet, place), value in (sheets or {}).items():
        book[sheet][place] = value
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def places(data):
    """Where each cell, field and passage of a data file stands in its form."""
    report = reportgen.read_content(reportgen.excel_form(reportgen.read_content(data)), "f.xlsx")
    return {ident: tuple(origin.cell.split("!")) for ident, origin in report.where.items() if "!" in origin.cell}


def sent(client, content, name="填好.xlsx"):
    return client.post("/api/edited", params={"file": "2024.yaml"}, content=content, headers={"x-file-name": quote(name)})


def take(client, found, *keys):
    numbers = [one["number"] for one in found["changes"] if one["key"] in keys]
    return client.post("/api/take", json={"file": "2024.yaml", "version": found["version"], "upload": found["upload"], "numbers": numbers})


def make_form(client):
    return client.post("/api/make", json={"file": "2024.yaml", "version": opened(client)["version"], "kind": "form"})


def test_changes_of_a_form_are_taken_one_by_one(folder, client):
    at = places(DATA)
    content = form_of(DATA, {at[NATURAL]: 5, at[ENTERPRISE]: None, at["contact.phone"]: "0527-2", ("其他事项", "A4"): "本年未收取信息处理费。"})
    found = sent(client, content).json()
    # A total of which a part is blank is blank.
    assert [(one["key"], one["old"], one["new"], one["empties"]) for one in found["changes"]] == [
        (NATURAL, "3", "5", False), (ENTERPRISE, "1", "", True), (TOTAL, "4", "", True), ("contact.phone", "0527-1", "0527-2", False),
        ("other", "本年没有收取信息处理费。", "本年未收取信息处理费。", False)]
    assert found["told"] == []
    take(client, found, NATURAL, "other")
    text = (folder / "2024.yaml").read_text(encoding="utf-8")
    report = reportgen.read_content(text)
    assert "   # 台账" in text
    assert [report.cells[path].text for path in (NATURAL, ENTERPRISE, TOTAL)] == ["5", "1", "4"]
    assert (report.texts["contact.phone"], report.passages["other"][0].text) == ("0527-1", "本年未收取信息处理费。")


def test_what_is_blank_in_a_form_goes_only_where_that_is_chosen(folder, client):
    found = sent(client, reportgen.new_form(2024, "某县统计局")).json()
    assert {one["empties"] for one in found["changes"]} == {True}
    assert {NATURAL, "contact.office", "problems"} <= {one["key"] for one in found["changes"]}
    take(client, found, GRANTED, "problems")
    report = reportgen.read(folder / "2024.yaml")
    assert (report.cells[GRANTED].blank, report.cells[NATURAL].text, report.passages["problems"]) == (True, "3", ())


@pytest.mark.parametrize("switch", ["是", "否"])
def test_where_blanks_are_0_a_blank_cell_is_shown_to_become_0(folder, client, switch):
    data = GOOD + "applications: {new: {natural: 3}}\n"
    (folder / "2024.yaml").write_text(data, encoding="utf-8")
    at = places(data)
    found = sent(client, form_of(data, {at[NATURAL]: None, at[ENTERPRISE]: None, (OVERVIEW_SHEET, SWITCH): switch})).json()
    assert [(one["key"], one["old"], one["new"], one["empties"]) for one in found["changes"]] == [(NATURAL, "3", "0", True)]
    assert found["told"] == (["填报表里有 2 格空着；数据文件写明没有填的格都是 0，这些格清空了也是 0"] if switch == "否" else [])
    take(client, found, NATURAL)
    assert reportgen.read(folder / "2024.yaml").cells[NATURAL].text == "0"


def test_a_form_that_says_that_blanks_are_0_fills_what_is_blank(folder, client):
    data = GOOD.replace("blanks: 0\n", "")
    (folder / "2024.yaml").write_text(data, encoding="utf-8")
    found = sent(client, form_of(data, {(OVERVIEW_SHEET, SWITCH): "是"})).json()
    filled = [one for one in found["changes"] if one["kind"] == "cell"]
    assert {(one["old"], one["new"], one["empties"]) for one in filled} <= {("", "0", False), ("", "0.00", False), ("", "0.00万元", False)}
    assert len(filled) > 100


def test_what_a_form_has_that_cannot_be_read_is_told_with_its_cell_and_nothing_is_emptied(client):
    at = places(DATA)
    sheet, place = at[NATURAL]
    found = sent(client, form_of(DATA, {(sheet, place): "约三十"})).json()
    assert NATURAL not in [one["key"] for one in found["changes"]]
    assert [told for told in found["told"] if f"{sheet}!{place}" in told and "约三十" in told and told.startswith("没有采用：填好.xlsx")]


def test_a_value_that_the_data_file_cannot_have_is_replaced_by_that_of_a_form(folder, client):
    (folder / "2024.yaml").write_text(DATA.replace("natural: 3, enter", "natural: 约三十, enter"), encoding="utf-8")
    found = sent(client, form_of(DATA)).json()
    assert [(one["key"], one["old"], one["new"]) for one in found["changes"]] == [(NATURAL, "约三十", "3")]


def test_an_acceptance_in_a_form_is_told(client):
    accepted = f"{DATA}accepted: [{{code: WZ04, sentence: 一句, reason: 原文如此, by: 张三}}]\n"
    assert sent(client, form_of(accepted)).json()["told"] == ["填报表“已核实”一页和数据文件里的不一样，没有采用；请在“检查”一栏写"]


@pytest.mark.parametrize(("data", "words"), [
    (DATA.replace("2024", "2023"), "这是2023年度的填报表，打开的是2024年度的数据文件"),
    (DATA.replace("某县统计局", "某县档案局"), "这是“某县档案局”的填报表，打开的是“某县统计局”的数据文件"),
    (DATA + "  other_handling: {natural: 1}\n", "行数与数据文件不同")])
def test_a_form_that_is_not_of_this_report_is_refused(folder, client, data, words):
    refused = sent(client, form_of(data))
    assert (refused.status_code, refused.json()["message"].startswith("填好.xlsx：")) == (422, True)
    assert words in refused.json()["message"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_form_of_a_report_says_nothing_else(path):
    report = Book(path).now().report
    form = reportgen.read_content(reportgen.excel_form(report), "f.xlsx")
    assert form_changes(report, form) == ([], [])
    assert content_sum(report) == content_sum(form) != ""


def test_a_form_is_named_by_its_agency_and_never_written_over(folder, client):
    (folder / "某县档案局-2024.yaml").write_text(DATA.replace("统计局", "档案局"), encoding="utf-8")
    assert make_form(client).json()["files"] == [SENT]
    other = opened(client, "某县档案局-2024.yaml")["version"]
    made = client.post("/api/make", json={"file": "某县档案局-2024.yaml", "version": other, "kind": "form"}).json()
    assert made["files"] == [SENT.replace("统计局", "档案局")]
    assert make_form(client).status_code == 422


def test_a_form_that_was_sent_out_is_listed_once_it_says_something_else(folder, client):
    make_form(client)
    (row,) = listed(client)["files"]
    assert (row["file"], row["why"]) == ("2024.yaml", "")
    (folder / SENT).write_bytes(form_of(DATA, {places(DATA)[NATURAL]: 5}))
    first, second = listed(client)["files"]
    assert (first["file"], first["why"]) == ("2024.yaml", "")
    assert (second["file"], second["into"]) == (SENT, "2024.yaml")
    assert "逐处采用" in second["why"]
    found = sent(client, (folder / SENT).read_bytes()).json()
    take(client, found, NATURAL, TOTAL)
    assert [one["file"] for one in listed(client)["files"]] == ["2024.yaml"]


def test_a_form_whose_values_cannot_be_read_stays_in_the_list(folder, client):
    make_form(client)
    (folder / SENT).write_bytes(form_of(DATA, {places(DATA)[NATURAL]: "约三十"}))
    assert [one["file"] for one in listed(client)["files"]] == ["2024.yaml", SENT]


def test_a_form_without_a_data_file_stays_to_be_converted(folder, client):
    make_form(client)
    (folder / "2024.yaml").unlink()
    (row,) = listed(client)["files"]
    assert (row["file"], row["into"]) == (SENT, "")


@pytest.mark.parametrize(("name", "content", "words"), [
    ("改过.docx", b"PK no more", "已损坏"), ("改过.docx", b"<half a download", "文件已损坏，或不是 Word 文件；请双击打开看看"),
    ("改过.pdf", b"\x00" * 99, "文件已损坏，或不是 PDF"), ("填好.xlsx", b"\x00" * 99, "已损坏"), ("填好.xls", b"\x00" * 99, "文件已损坏，或不是 Excel 文件")])
def test_a_damaged_file_is_told_to_be_damaged(client, name, content, words):
    refused = sent(client, content, name)
    assert refused.status_code == 422
    assert words in refused.json()["message"]
    assert "可以读取" not in refused.json()["message"]


@pytest.mark.parametrize(("reason", "by", "missing"), [(" \u3000", "张三", "理由"), ("原文如此", "\u200b ", "核实人")])
def test_a_finding_is_not_accepted_with_nothing_but_blanks(folder, client, reason, by, missing):
    (folder / "2024.yaml").write_text(GOOD.replace("解读不够深入，将", "解读不够深入,将"), encoding="utf-8")
    found = opened(client)
    before = (folder / "2024.yaml").read_bytes()
    number = next(one["number"] for one in found["findings"] if one["acceptable"])
    refused = client.post("/api/accept", json={"file": "2024.yaml", "version": found["version"], "number": number, "reason": reason, "by": by})
    assert (refused.status_code, f"没有写{missing}" in refused.json()["message"]) == (422, True)
    assert (folder / "2024.yaml").read_bytes() == before
