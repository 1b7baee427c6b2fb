"""The page in the browser: what it shows, what it writes, what it refuses."""

import io
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2
import pytest
import yaml
from conftest import GOOD, MINIMAL, ROOT, all_zero_but
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pages_client import NoPrinter, listed, opened, page_of

import reportgen
from reportgen.serve.shelf import Shelf

COMMENTED = "# 本单位的数据\n" + GOOD.replace("blanks: 0\n", "") + """applications:   # 依申请公开
  new: {natural: 3, enterprise: 1}   # 登记台账
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2024.yaml").write_text(COMMENTED, encoding="utf-8")
    return tmp_path


def edit(client, version, **changes):
    return client.post("/api/edit", json={"file": "2024.yaml", "version": version, **changes})


def test_the_list_says_how_far_each_file_is(folder, client):
    (folder / "2023.yaml").write_text("year: 2023\nagency: {name: 某县统计局}\n", encoding="utf-8")
    (folder / "2022.yaml").write_text("year: [\n", encoding="utf-8")
    states = {one["file"]: one["state"] for one in listed(client)["files"]}
    assert states == {"2022.yaml": "unusable", "2023.yaml": "empty", "2024.yaml": "unfinished"}


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
    stale = next(one for one in mended["findings"] if one["code"] == "HS01")
    gone = client.post("/api/withdraw", json={"file": "2024.yaml", "version": mended["version"], "number": stale["number"]}).json()
    assert not [one for one in gone["findings"] if one["withdraws"]]
    assert "张三" not in (folder / "2024.yaml").read_text(encoding="utf-8")


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


EDITION = reportgen.edition_for(2024)
FIGURES = st.one_of(st.integers(0, 99999).map(str), st.sampled_from(["", "1,234", "１２", "-", "无", "3.5", "0"]))
REMARKS = st.sampled_from(["", "含补正", "“其中”3件: 上年", "# 不是注释"])
LINES = st.lists(st.sampled_from(["（一）主动公开。", "新收{{ applications.new.total }}件。", "- 像是列表", "键: 值", "'引号' \"双\"", "{{ 不成对"]), max_size=4)
EDITS = st.lists(st.one_of(
    st.tuples(st.just("cells"), st.sampled_from(sorted(EDITION.cells)), st.tuples(FIGURES, REMARKS)),
    st.tuples(st.just("prose"), st.sampled_from(["overview", "preamble", "notes.applications", "other"]), LINES),
    st.tuples(st.just("fields"), st.sampled_from(["contact.phone", "agency.short", "signature.name"]),
              st.sampled_from(["", "0527-1", "某: 局", "#1", "yes"]))), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(edits=EDITS)
def test_what_the_page_writes_is_what_the_api_writes(edits):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr("reportgen.serve.routes.PageMaker", NoPrinter)
        path = Path(folder) / "2024.yaml"
        path.write_text(COMMENTED, encoding="utf-8")
        text = COMMENTED
        with page_of(folder=Path(folder)) as client:
            version = opened(client)["version"]
            for kind, key, value in edits:
                asked = {"number": value[0], "remark": value[1]} if kind == "cells" else value
                answer = edit(client, version, **{kind: {key: asked}})
                version = answer.json().get("version", version)
                meant = reportgen.Typed(*value) if kind == "cells" else value or (None if kind == "fields" else [])
                try:
                    text = reportgen.edit(text, {key: meant}, str(path))
                    assert answer.status_code == 200
                except reportgen.InputError:
                    assert answer.status_code == 422
        assert path.read_text(encoding="utf-8") == text
        for comment in ("# 本单位的数据\n", "   # 依申请公开\n", "   # 登记台账\n"):
            assert comment in text


def test_changes_of_an_edited_word_file_are_taken_one_by_one(folder, client):
    (folder / "2024.yaml").write_text("# 说明\n" + GOOD.replace("解读不够深入", "解读不深"), encoding="utf-8")
    document = Document(io.BytesIO(reportgen.docx(reportgen.read(folder / "2024.yaml"), reportgen.Options(draft=True))))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace("解读不深", "解读还不够深").replace("没有收取", "未收取")
    content = io.BytesIO()
    document.save(content)
    found = client.post("/api/edited", params={"file": "2024.yaml"}, content=content.getvalue(), headers={"x-file-name": "a.docx"}).json()
    assert [(one["label"], one["old"], one["new"]) for one in found["changes"]] == [
        ("五、存在的主要问题及改进情况", "解读不深，将加强培训。", "解读还不够深，将加强培训。"),
        ("六、其他需要报告的事项", "本年没有收取信息处理费。", "本年未收取信息处理费。")]
    after = client.post("/api/take", json={"file": "2024.yaml", "version": found["version"], "upload": found["upload"], "numbers": [1]}).json()
    assert (after["prose"]["problems"]["lines"], after["prose"]["other"]["lines"]) == (
        ["解读不深，将加强培训。"], ["本年未收取信息处理费。"])
    assert (folder / "2024.yaml").read_text(encoding="utf-8").startswith("# 说明\n")


@pytest.mark.slow
def test_pages_show_where_each_cell_stands_and_a_release_is_that_of_the_command(tmp_path):
    (tmp_path / "2024.yaml").write_text(all_zero_but() + "signature: {date: 2025-01-10}\n", encoding="utf-8")
    with page_of(tmp_path) as client:
        found = opened(client)
        client.post("/api/edit", json={"file": "2024.yaml", "version": found["version"], "cells": {
            "applications.new.natural": {"number": "12"}, "applications.granted.natural": {"number": "12"}}})
        pages = client.get("/api/pages", params={"file": "2024.yaml"}).json()
        assert [spot[1] for spot in pages["spots"]] == list(EDITION.cells)
        picture = client.get("/api/page", params={"file": "2024.yaml", "number": 0})
        assert picture.content.startswith(b"\x89PNG")
        page, _, left, top, width, height = pages["spots"][list(EDITION.cells).index("applications.new.natural")]
        content = reportgen.pdf(reportgen.read(tmp_path / "2024.yaml"), reportgen.Options(draft=True))
        sheet = pypdfium2.PdfDocument(content)[page]
        across, up = sheet.get_size()
        text = sheet.get_textpage().get_text_bounded(left * across - 1, (1 - top - height) * up - 1, (left + width) * across + 1, (1 - top) * up + 1)
        assert text.strip() == "12"
        version = opened(client)["version"]
        made = client.post("/api/make", json={"file": "2024.yaml", "version": version, "kind": "release"}).json()
        assert listed(client)["files"][0]["state"] == "released"
        (tmp_path / "2023.yaml").write_text(MINIMAL.replace("2024", "2023"), encoding="utf-8")
        refused = client.post("/api/make", json={"file": "2023.yaml", "version": opened(client, "2023.yaml")["version"], "kind": "pdf"})
        assert (refused.status_code, "没有生成报告" in refused.json()["message"]) == (422, True)
        again = client.post("/api/make", json={"file": "2024.yaml", "version": version, "kind": "release"})
        assert again.status_code == 422
    same = reportgen.release(reportgen.read(tmp_path / "2024.yaml"), tmp_path / "again")
    assert [(tmp_path / file).read_bytes() for file in made["files"]] == [path.read_bytes() for path in same]


def test_what_blocks_is_refused_by_the_release(folder, client):
    (folder / "2024.yaml").write_text(MINIMAL, encoding="utf-8")
    made = client.post("/api/make", json={"file": "2024.yaml", "version": "older", "kind": "form"})
    assert made.status_code == 409
    made = client.post("/api/make", json={"file": "2024.yaml", "version": opened(client)["version"], "kind": "form"}).json()
    assert reportgen.read(folder / made["files"][0]).agency.name == "某县统计局"


def test_only_what_was_made_is_handed_out_and_never_as_a_page(folder, client):
    made = client.post("/api/make", json={"file": "2024.yaml", "version": opened(client)["version"], "kind": "form"}).json()["files"]
    handed = client.get("/made", params={"file": made[0]})
    assert handed.content == (folder / made[0]).read_bytes()
    assert handed.headers["content-disposition"].startswith("attachment; ")
    (folder / "送审" / "link.yaml").symlink_to(folder / "2024.yaml")
    for other in ("2024.yaml", "送审", "送审/none.xlsx", "送审/../2024.yaml", "送审/link.yaml", "../2024.yaml", ""):
        assert client.get("/made", params={"file": other}).status_code == 422


@pytest.mark.parametrize(("list_", "line", "left"), [
    ("已核实:\n  # 甲\n  - {编号: A, 理由: 一}   # 一\n  - 编号: B\n    理由: 二\n# 尾\n", 4, "已核实:\n  # 甲\n  - 编号: B\n    理由: 二\n# 尾\n"),
    ("已核实:\n- 编号: A\n  理由: 一\n- 编号: B\n  理由: 二   # 二", 5, "已核实:\n- 编号: A\n  理由: 一\n"),
    ("已核实:\n  - 编号: A\n    理由: 一   # 一\n其他: 无\n", 3, "已核实:\n  []   # 一\n其他: 无\n")])
def test_an_acceptance_is_withdrawn_and_the_others_stay(list_, line, left):
    assert reportgen.withdraw_acceptance(f"年度: 2024\n{list_}", line) == f"年度: 2024\n{left}"


@pytest.mark.parametrize("list_", ["", "已核实:\n", "已核实: []\n其他: 无\n", "已核实:\n  - {编号: B, 理由: 二}   # 二\n其他: 无\n", "已核实: [ ]   # 无\n"])
def test_an_acceptance_is_given_and_withdrawn_as_often_as_one_likes(list_):
    text = f"年度: 2024\n{list_}"
    for reason in ("一", "又一", "再一"):
        text = reportgen.accept_finding(text, {"code": "A", "reason": reason, "by": "甲"})
        accepted = yaml.safe_load(text)["已核实"]
        assert accepted[-1] == {"编号": "A", "理由": reason, "核实人": "甲"}
        line = next(at for at, one in enumerate(text.splitlines(), 1) if "编号: A" in one)
        text = reportgen.withdraw_acceptance(text, line)
        assert yaml.safe_load(text)["已核实"] == accepted[:-1]
    assert [one for one in text.splitlines() if "其他" in one] == [one for one in list_.splitlines() if "其他" in one]


@pytest.mark.parametrize("list_", ["已核实: [{编号: A, 理由: 一}]\n", "已核实:\n- 编号: A\n", "其他: 无\n"])
def test_an_acceptance_that_does_not_begin_there_is_left(list_):
    with pytest.raises(reportgen.InputError, match="请在文件里删去"):
        reportgen.withdraw_acceptance(f"年度: 2024\n{list_}", 2)


def test_each_compared_figure_says_its_cell(folder, client):
    (folder / "2023.yaml").write_text(COMMENTED.replace("2024", "2023").replace("natural: 3", "natural: 7"), encoding="utf-8")
    found = client.get("/api/compare", params={"file": "2024.yaml"}).json()
    lines = [line for table in found["tables"] for row in table["rows"] for line in row["lines"]]
    assert [(line["cell"], line["texts"]) for line in lines if line["cell"] == "applications.new.natural"] == [
        ("applications.new.natural", ["7", "3"])]
    assert {line["cell"] for line in lines} <= set(EDITION.cells)
    assert {tie["cell"] for tie in found["ties"]} <= set(EDITION.cells)


def test_requests_side_by_side_share_the_book_of_a_file(tmp_path):
    """Two books of one file would not wait for each other."""
    (tmp_path / "2024.yaml").write_text(GOOD, encoding="utf-8")
    shelf, begin = Shelf(tmp_path), threading.Barrier(8)

    def book(_):
        begin.wait()
        return id(shelf.book("2024.yaml"))

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(book, range(8)))) == 1
