"""The page's list of a folder that several agencies share: how new files are named, what is told of files that come in."""

import io
from urllib.parse import quote

import pytest
from conftest import GOOD, MINIMAL, all_zero_but
from docx import Document
from pages_client import NoPrinter, listed, opened, page_of

import reportgen
from reportgen.serve.saying_here import said_here

OTHER = "某县档案局"


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setattr("reportgen.serve.routes.PageMaker", NoPrinter)
    with page_of(tmp_path) as client:
        yield client


def data_of(year, agency="某县统计局"):
    return MINIMAL.replace("2024", str(year)).replace("某县统计局", agency)


def sent(client, address, name, content, **params):
    return client.post(address, params=params, content=content, headers={"x-file-name": quote(name)})


def read_in(client, year, agency):
    text = all_zero_but().replace("year: 2024", f"year: {year}").replace("某县统计局", agency)
    return sent(client, "/api/import", "报告.docx", reportgen.docx(reportgen.read_content(text))).json()["file"]


@pytest.mark.parametrize(("there", "agency", "year", "named"), [
    ({}, OTHER, 2023, "2023.yaml"),
    ({"2024.yaml": "某县统计局"}, "某县统计局", 2023, "2023.yaml"),
    ({"2024.yaml": "某县统计局"}, OTHER, 2023, f"{OTHER}-2023.yaml"),
    ({"2023.yaml": "某县统计局"}, OTHER, 2024, f"{OTHER}-2024.yaml"),
    ({"2024.xlsx": "某县统计局"}, OTHER, 2023, f"{OTHER}-2023.yaml"),
    ({"2024.xlsx": "某县统计局"}, "某县统计局", 2024, "某县统计局-2024.yaml"),
    ({f"{OTHER}-2023.yaml": OTHER}, OTHER, 2024, f"{OTHER}-2024.yaml")])
def test_a_report_that_is_read_takes_no_name_by_which_it_is_another_agencys_last_year(tmp_path, client, there, agency, year, named):
    for name, whose in there.items():
        reportgen.save_report(tmp_path / name, reportgen.read_content(data_of(name.partition(".")[0][-4:], whose)))
    assert read_in(client, year, agency) == named
    assert "unusable" not in [one["state"] for one in listed(client)["files"]]


def test_a_form_beside_another_agencys_last_year_is_listed_and_converted(tmp_path, client):
    reportgen.save_report(tmp_path / "2024.xlsx", reportgen.read_content(data_of(2024)))
    (tmp_path / "2023.yaml").write_text(data_of(2023, OTHER), encoding="utf-8")
    (form,) = [one for one in listed(client)["files"] if one["form"]]
    assert (form["agency"], form["why"]) == ("某县统计局", "")
    assert client.post("/api/convert", json={"file": "2024.xlsx"}).json() == {"file": "2024.yaml"}
    said = opened(client)["said"]
    assert said[0].startswith("上年的数据文件没有用上（2023.yaml:2：")
    assert str(tmp_path) not in said[0]


def test_two_files_of_one_report_name_each_other_in_the_list(tmp_path, client):
    for name, year in (("2023.yaml", 2023), ("2024.yaml", 2024)):
        (tmp_path / name).write_text(data_of(year), encoding="utf-8")
    (tmp_path / "填报表.xlsx").write_bytes(reportgen.excel_form(reportgen.read(tmp_path / "2024.yaml")))
    why = {one["file"]: one["why"] for one in listed(client)["files"]}
    assert why == {"2023.yaml": "", "2024.yaml": "同一机关同一年度还有：填报表.xlsx；请认准要用的一份",
                   "填报表.xlsx": "同一机关同一年度还有：2024.yaml；请认准要用的一份"}


def test_a_workbook_that_is_no_form_says_so_without_the_line_of_another_file(tmp_path, client):
    (tmp_path / "2024.xlsx").write_bytes(b"PK no workbook")
    (file,) = listed(client)["files"]
    assert file["state"] == "unusable"
    assert not file["why"].startswith(("第", "2024.xlsx"))
    assert str(tmp_path) not in file["why"]


@pytest.mark.parametrize("name", ["我的报告.docx", "2024年 报告.PDF", "文件夹/报告.html", "没有后缀"])
def test_a_file_that_is_refused_is_called_as_its_owner_calls_it(tmp_path, client, name):
    (tmp_path / "2024.yaml").write_text(GOOD, encoding="utf-8")
    own = name.rpartition("/")[2].replace(".PDF", ".pdf")
    for address, params in (("/api/import", {}), ("/api/edited", {"file": "2024.yaml"})):
        refused = sent(client, address, name, b"\0 no report", **params)
        assert (refused.status_code, refused.json()["message"].partition("：")[0]) == (422, own)


def test_a_year_that_is_there_is_to_be_opened_not_named_otherwise(tmp_path, client):
    for year in (2024, 2025):
        (tmp_path / f"{year}.yaml").write_text(data_of(year), encoding="utf-8")
    refused = client.post("/api/new", json={"year": 2025, "before": "2024.yaml"})
    assert (refused.status_code, refused.json()["message"]) == (422, "2025.yaml：这一年的数据文件已经有了，请在列表里打开它，或先把它移走")


def test_another_agency_that_borrows_a_file_is_not_named_as_its_next_year(tmp_path, client):
    (tmp_path / "2024.yaml").write_text(data_of(2024), encoding="utf-8")
    made = client.post("/api/new", json={"year": 2025, "before": "2024.yaml", "agency": OTHER, "same": "other"}).json()
    assert made["file"] == f"{OTHER}-2025.yaml"
    assert opened(client, made["file"])["said"] == []


def test_a_heading_that_is_worded_otherwise_is_told_among_what_is_to_be_looked_over(client):
    document = Document(io.BytesIO(reportgen.docx(reportgen.read_content(all_zero_but()))))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace("存在的主要问题及改进情况", "存在的主要问题及整改措施")
    content = io.BytesIO()
    document.save(content)
    made = sent(client, "/api/import", "报告.docx", content.getvalue()).json()
    told = "标题原文：五、存在的主要问题及整改措施（按“五、存在的主要问题及改进情况”印）"
    assert told in made["unsure"]
    assert told not in made["left_out"]


def test_what_is_left_out_of_a_page_is_something(client):
    head = "<table><tr><td>索引号</td><td>\u200b</td><td>&nbsp;</td></tr></table>"
    body = "".join(f"<p>{text}</p>" for text in ("某县统计局2024年政府信息公开工作年度报告", "一、总体情况", "主动公开有进展。",
                                                 "五、存在的主要问题及改进情况", "解读不够。", "六、其他需要报告的事项", "无。"))
    made = sent(client, "/api/import", "报告.html", f"<html><body>{head}{body}</body></html>".encode()).json()
    assert "索引号" in "".join(made["left_out"])
    assert "" not in made["left_out"]


def test_a_changed_figure_is_shown_whole(tmp_path, client):
    text = reportgen.edit(all_zero_but(), {"applications.new.natural": 3440, "applications.granted.natural": 3440})
    (tmp_path / "2024.yaml").write_text(text, encoding="utf-8")
    document = Document(io.BytesIO(reportgen.docx(reportgen.read(tmp_path / "2024.yaml"), reportgen.Options(draft=True))))
    changed = [run for table in document.tables for cell in table._cells for paragraph in cell.paragraphs for run in paragraph.runs
               if run.text == "3440"]
    changed[0].text = "3441"
    content = io.BytesIO()
    document.save(content)
    found = sent(client, "/api/edited", "改过.docx", content.getvalue(), file="2024.yaml").json()
    pieces = [[(piece["kind"], piece["text"]) for piece in one["pieces"]] for one in found["changes"] if one["kind"] == "cell"]
    assert [("gone", "3440"), ("new", "3441")] in pieces


@pytest.mark.parametrize(("text", "here"), [
    ("2024.yaml:6：没有写机关名称（agency.name）", "2024.yaml:6：没有写机关名称"),
    ("“3件”数字后面有其他文字，备注请另写，见说明里的“备注”", "“3件”数字后面有其他文字，备注请写在表上方的“备注”里"),
    ("2025.xlsx：文件已经存在，请换一个名字，或先移走它", "2025.xlsx：这个文件已经有了；要重新做一份，请先把它移走或改名")])
def test_what_cannot_be_done_on_the_page_is_not_asked_for(text, here):
    assert said_here(text) == here
