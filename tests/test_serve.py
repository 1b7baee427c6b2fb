"""The page in the browser: what it shows, what it writes, what it refuses."""

import contextlib

import pytest
from conftest import GOOD, ROOT
from starlette.testclient import TestClient

import reportgen
from reportgen.serve.guard import Guard
from reportgen.serve.routes import application
from reportgen.serve.shelf import Shelf

HOST = "127.0.0.1:8000"
ORIGIN = {"origin": f"http://{HOST}"}
COMMENTED = "# 本单位的数据\n" + GOOD.replace("blanks: 0\n", "") + """applications:   # 依申请公开
  new: {natural: 3, enterprise: 1}   # 登记台账
"""


class NoPrinter:
    """Stands for the process that prints, which most tests do without."""

    def warm(self):
        pass

    def close(self):
        pass


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2024.yaml").write_text(COMMENTED, encoding="utf-8")
    return tmp_path


@contextlib.contextmanager
def page(folder, monkeypatch):
    monkeypatch.setattr("reportgen.serve.routes.PageMaker", NoPrinter)
    with TestClient(Guard(application(Shelf(folder)), "secret", 8000), base_url=f"http://{HOST}",
                    headers=ORIGIN) as client:
        assert client.get("/?token=secret", follow_redirects=False).status_code == 303
        yield client


@pytest.fixture
def client(folder, monkeypatch):
    with page(folder, monkeypatch) as client:
        yield client


def opened(client, file="2024.yaml"):
    return client.get("/api/book", params={"file": file}).json()


def edit(client, version, **changes):
    return client.post("/api/edit", json={"file": "2024.yaml", "version": version, **changes})


def test_the_list_says_how_far_each_file_is(folder, client):
    (folder / "2023.yaml").write_text("year: 2023\nagency: {name: 某县统计局}\n", encoding="utf-8")
    (folder / "2022.yaml").write_text("year: [\n", encoding="utf-8")
    listed = {one["file"]: one["state"] for one in client.get("/api/files").json()["files"]}
    assert listed == {"2022.yaml": "unusable", "2023.yaml": "empty", "2024.yaml": "unfinished"}


def test_what_is_typed_is_in_the_file_and_the_comments_stay(folder, client):
    found = edit(client, opened(client)["version"], cells={
        "applications.new.natural": {"number": "1,204", "remark": "含补正"},
        "applications.new.research": {"number": "2"}}, prose={"other": ["没有收取信息处理费。", "无。"]}).json()
    text = (folder / "2024.yaml").read_text(encoding="utf-8")
    assert "new: {natural: {value: 1204, remark: 含补正}, enterprise: 1, research: 2}   # 登记台账" in text
    assert text.startswith("# 本单位的数据\n")
    assert found["cells"]["applications.new.natural"] == {"raw": "1204", "shown": "1204", "remark": "含补正"}
    assert found["prose"]["other"]["lines"] == ["没有收取信息处理费。", "无。"]


def test_a_broken_identity_is_told_with_the_cell_that_mends_it(folder, client):
    (folder / "2024.yaml").write_text(GOOD + "applications: {new: {natural: 3, total: 4}, carried_out: {natural: 3}}\n",
                                      encoding="utf-8")
    (wrong,) = [one for one in opened(client)["findings"] if one["code"] == "GJ03" and one["likely"]]
    assert (wrong["likely"], wrong["proposed"]) == ("applications.new.total", "3")


def test_an_older_version_is_never_written_over(folder, client):
    version = opened(client)["version"]
    path = folder / "2024.yaml"
    path.write_text(COMMENTED.replace("natural: 3", "natural: 5"), encoding="utf-8")
    refused = edit(client, version, cells={"applications.new.natural": {"number": "9"}})
    assert refused.status_code == 409
    assert refused.json()["now"]["cells"]["applications.new.natural"]["raw"] == "5"
    assert "natural: 5" in path.read_text(encoding="utf-8")


def test_what_the_file_cannot_take_is_refused_and_nothing_is_written(folder, client):
    refused = edit(client, opened(client)["version"], cells={"applications.new.nobody": {"number": "1"}})
    assert refused.status_code == 422
    assert "没有“applications.new.nobody”这一项" in refused.json()["message"]
    assert (folder / "2024.yaml").read_text(encoding="utf-8") == COMMENTED


def test_a_finding_is_accepted_with_reason_and_name(folder, client):
    (folder / "2024.yaml").write_text(GOOD.replace("解读不够深入，将加强培训。", "解读不够深入,将加强培训。"), encoding="utf-8")
    found = opened(client)
    number = next(one["number"] for one in found["findings"] if one["acceptable"] and one["excerpt"])
    after = client.post("/api/accept", json={"file": "2024.yaml", "version": found["version"], "number": number,
                                             "reason": "原文如此", "by": "张三"}).json()
    assert [one["accepted"] for one in after["findings"] if "accepted" in one] == [{"reason": "原文如此", "by": "张三"}]
    mended = client.post("/api/mend", json={"file": "2024.yaml", "version": after["version"], "passage": "problems"}).json()
    assert mended["prose"]["problems"]["lines"] == ["解读不够深入，将加强培训。"]


def test_a_finding_is_marked_in_the_line_as_typed(folder, client):
    text = GOOD.replace("本年没有", "新收申请{{ applications.new.total }}件,没有")
    (folder / "2024.yaml").write_text(text, encoding="utf-8")
    found = opened(client)["prose"]["other"]
    (mark,) = found["paragraphs"][0]["marks"]
    line = found["lines"][0]
    assert "," in line[mark["start"]:mark["end"]]
    assert found["paragraphs"][0]["values"] == [
        {"expression": "applications.new.total", "value": "0", "failed": False, "cells": ["applications.new.total"]}]


def test_a_new_year_lies_beside_the_last(folder, client):
    (folder / "2024.yaml").write_text(GOOD + "applications: {carried_out: {natural: 3}}\n", encoding="utf-8")
    made = client.post("/api/new", json={"year": 2025, "before": "2024.yaml"}).json()
    assert made == {"file": "2025.yaml"}
    assert opened(client, "2025.yaml")["cells"]["applications.carried_in.natural"]["raw"] == "3"


def test_every_cell_of_the_editions_is_drawn_once():
    shelf = Shelf(ROOT / "data" / "suqian")
    from reportgen.serve.shown import layout

    drawn = [cell["path"] for section in layout(shelf.book("2024.yaml").now())["sections"] if section["kind"] == "table"
             for row in section["rows"] for cell in row if cell["path"]]
    assert drawn == list(reportgen.edition_for(2024).cells)
