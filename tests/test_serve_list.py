"""The list of a folder's files on the page: at once, each looked at once, nothing left out without a word."""

import os
import time

import pytest
from conftest import GOOD, MINIMAL, all_zero_but
from pages_client import NoPrinter, listed, opened, page_of

import reportgen
from reportgen import api
from reportgen.files import limits
from reportgen.serve.listing import Listing
from reportgen.serve.shelf import Shelf


@pytest.fixture(autouse=True)
def _no_printer(monkeypatch):
    monkeypatch.setattr("reportgen.serve.routes.PageMaker", NoPrinter)
    monkeypatch.setattr("reportgen.serve.routes.AHEAD", 0.0)


@pytest.fixture
def client(tmp_path):
    with page_of(tmp_path) as client:
        yield client


def write(folder, name, text=MINIMAL):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def states(found):
    return [(one["file"], one["agency"], one["state"]) for one in found["files"]]


def test_names_come_at_once_and_states_as_time_allows(tmp_path):
    for name in ("甲/2024.yaml", "乙/2024.yaml", "丙/2024.yaml"):
        write(tmp_path, name, MINIMAL.replace("某县统计局", f"{name[0]}县统计局"))
    made = Listing(Shelf(tmp_path))
    files = ["丙/2024.yaml", "乙/2024.yaml", "甲/2024.yaml"]
    assert states(made.rows(0)) == [(name, "", "waiting") for name in files]
    found = made.rows(1e-9)
    assert (found["waiting"], [state for _, _, state in states(found)]) == (2, ["empty", "waiting", "waiting"])
    assert made.rows(1e-9)["waiting"] == 1
    found = made.rows(60)
    assert (found["waiting"], states(made.rows(0))) == (0, [(name, f"{name[0]}县统计局", "empty") for name in files])


def test_a_file_is_looked_at_once_until_something_that_it_depends_on_changes(tmp_path, monkeypatch):
    looked = []

    def checked(report):
        looked.append(report.year)
        return check(report)

    check = api.check
    monkeypatch.setattr(api, "check", checked)
    path, form = write(tmp_path, "2024.yaml", all_zero_but()), tmp_path / "乙2024.xlsx"
    reportgen.save_report(form, reportgen.read_content(MINIMAL))
    made = Listing(Shelf(tmp_path))
    for _ in range(3):
        assert [state for _, _, state in states(made.rows(60))] == ["ready", "empty"]
    assert looked == [2024, 2024]
    write(tmp_path, "2023.yaml", MINIMAL.replace("2024", "2023"))
    assert [one["year"] for one in made.rows(60)["files"]] == [2024, 2024, 2023]
    # The one beside which last year's came, and last year's.
    assert sorted(looked[2:]) == [2023, 2024]
    reportgen.release(reportgen.read(path), tmp_path / "发布" / "某县统计局2024年政府信息公开工作年度报告")
    assert ("2024.yaml", "某县统计局", "released") in states(made.rows(60))
    path.write_text(all_zero_but().replace("解读不够", "解读还不够"), encoding="utf-8")
    assert ("2024.yaml", "某县统计局", "changed") in states(made.rows(60))


def test_the_years_that_a_chart_shows_are_read_again_too(tmp_path):
    path = tmp_path / "2024.yaml"
    names = [one.name for one in api.build_inputs(path, None, api.Options())]
    assert [year for year in range(2017, 2025) if f"{year}.yaml" in names] == [2020, 2021, 2022, 2023, 2024]


def test_last_year_is_seen_when_it_comes_while_the_page_is_open(tmp_path, client):
    write(tmp_path, "2024.yaml")
    assert client.get("/api/compare", params={"file": "2024.yaml"}).status_code == 422
    write(tmp_path, "2023.yaml", MINIMAL.replace("2024", "2023"))
    assert client.get("/api/compare", params={"file": "2024.yaml"}).json()["years"] == [2023, 2024]


def test_what_is_not_listed_is_told_with_what_to_do_on_the_page(tmp_path, client):
    outside = tmp_path.parent / f"{tmp_path.name}-outside.yaml"
    outside.write_text(MINIMAL, encoding="utf-8")
    write(tmp_path, "2024.yaml")
    for name in ("旧报告.docx", "旧报告.doc", "数.et", "发布/x/x.docx", "送审/x.pdf", "某县统计局2024年政府信息公开工作年度报告.pdf"):
        write(tmp_path, name, "")
    (tmp_path / "别处.yaml").symlink_to(outside)
    found = listed(client)
    assert [one["file"] for one in found["files"]] == ["2024.yaml"]
    assert found["said"] == [
        "没有读取 数.et：请把数填进填报表（.xlsx）",
        "没有读取 旧报告.doc：请用 Word 或 WPS 另存为 .docx，再用下面的“读取已发布的报告”读成数据文件",
        "没有读取 旧报告.docx：已发布的报告可用下面的“读取已发布的报告”读成数据文件",
        "别处.yaml：指向打开的文件夹外面，没有列出"]


def test_an_empty_folder_has_an_empty_list(client):
    assert client.get("/api/files?first=1").json() == {"files": [], "waiting": 0, "said": []}


def test_printing_begins_to_load_when_the_list_or_a_file_was_given(tmp_path, monkeypatch):
    begun = []

    class Printer(NoPrinter):
        def warm(self):
            begun.append(True)

    monkeypatch.setattr("reportgen.serve.routes.PageMaker", Printer)
    write(tmp_path, "2024.yaml", GOOD)
    with page_of(tmp_path) as client:
        client.get("/")
        client.get("/api/files?first=1")
        assert begun == []
        listed(client)
        assert begun == [True]
        opened(client)
        assert begun == [True, True]


def test_files_are_looked_at_before_anybody_asks(tmp_path, monkeypatch):
    monkeypatch.setattr("reportgen.serve.routes.AHEAD", 20.0)
    write(tmp_path, "2024.yaml", GOOD)
    with page_of(tmp_path) as client:
        end = time.monotonic() + 20
        while client.get("/api/files?first=1").json()["waiting"]:
            assert time.monotonic() < end
            time.sleep(0.02)


def test_a_folder_with_a_name_in_another_encoding_is_shown(tmp_path):
    folder = tmp_path / os.fsdecode(b"\xff\xfe2024")
    folder.mkdir()
    with page_of(folder) as client:
        assert "??2024" in client.get("/").text


def test_links_to_folders_outside_are_not_gone_through_and_a_drive_is_not_read_whole(tmp_path, client, monkeypatch):
    (tmp_path / "盘").symlink_to("/")
    for number in range(3):
        write(tmp_path, f"{number}/2024.yaml", MINIMAL.replace("统计局", f"{number}局"))
    found = listed(client)
    assert ([one["file"] for one in found["files"]], found["said"]) == (
        ["0/2024.yaml", "1/2024.yaml", "2/2024.yaml"], ["盘：指向打开的文件夹外面，没有列出"])
    monkeypatch.setattr(limits, "PAGE_FILES", 2)
    found = listed(client)
    assert ([one["file"] for one in found["files"]], found["said"][1:]) == (
        ["0/2024.yaml", "1/2024.yaml"], ["2：文件超过 2 个，从这里起没有看；请打开下面的一个文件夹"])
