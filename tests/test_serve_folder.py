"""The folder under the page: pipes, links and names in it, and what other programs do with it meanwhile."""

import os
import sys
import time

import pytest
from conftest import GOOD, MINIMAL, all_zero_but, close_folder
from pages_client import listed, opened

import reportgen
from reportgen.serve import outgoing, returned
from reportgen.serve.book import Book, OutOfDateError
from reportgen.serve.shelf import Shelf

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and names of POSIX")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "2024.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path / "in"


def names_listed(client):
    """The names in the list, and what it says beside it."""
    found = listed(client)
    return [one["file"] for one in found["files"]], found["said"]


@posix
def test_a_pipe_in_the_folder_keeps_nobody_waiting(folder, client):
    os.mkfifo(folder / "2022.yaml")
    (folder / "下").mkdir()
    os.mkfifo(folder / "下" / "2021.xlsx")
    said = "这不是普通文件（是设备或管道），没有读；请移走它"
    assert names_listed(client) == (["2024.yaml"], [f"2022.yaml：{said}", f"下/2021.xlsx：{said}"])
    answer = client.get("/api/book", params={"file": "2022.yaml"})
    assert (answer.status_code, answer.json()["message"]) == (422, f"2022.yaml：{said}")


@posix
def test_a_link_to_itself_does_not_end_the_list(folder, client):
    (folder / "2022.yaml").symlink_to("2022.yaml")
    assert names_listed(client) == (["2024.yaml"], ["2022.yaml：链接绕成了圈，没有读；请移走它"])
    assert client.get("/api/book", params={"file": "2022.yaml"}).status_code == 422


@posix
def test_a_file_that_becomes_a_pipe_is_not_waited_for(folder, client):
    version = opened(client)["version"]
    (folder / "2024.yaml").unlink()
    os.mkfifo(folder / "2024.yaml")
    answer = client.post("/api/edit", json={"file": "2024.yaml", "version": version, "cells": {"applications.new.natural": {"number": "3"}}})
    assert (answer.status_code, "不是普通文件" in answer.json()["message"]) == (422, True)


@pytest.mark.skipif(sys.platform != "linux", reason="file systems that take any bytes")
def test_a_name_in_another_encoding_is_listed_with_what_to_do(folder, client):
    for name in ("报告2023.yaml", "说明.doc"):
        (folder / os.fsdecode(name.encode("gbk"))).write_text(GOOD, encoding="utf-8")
    answer = listed(client)
    assert [line.partition("：")[0] for line in answer["said"]] == ["没有读取 说明.doc"]
    found = {one["file"]: one for one in answer["files"]}
    assert set(found) == {"2024.yaml", "报告2023.yaml"}
    assert found["报告2023.yaml"]["why"] == "文件名或文件夹名的编码不对（多半是 GBK），请改名"


@posix
@pytest.mark.parametrize("kind", ["form", "docx", "release"])
def test_nothing_is_made_through_a_link_out_of_the_folder(folder, client, kind):
    (folder / "2024.yaml").write_text(all_zero_but(), encoding="utf-8")
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    for name in ("送审", "发布"):
        (folder / name).symlink_to(elsewhere)
    answer = client.post("/api/make", json={"file": "2024.yaml", "version": opened(client)["version"], "kind": kind})
    assert (answer.status_code, answer.json()["message"].partition("：")[2]) == (422, "这是通向文件夹外面的链接，没有写；请移走它，再做一次")
    assert list(elsewhere.iterdir()) == []


@posix
def test_files_behind_links_out_of_the_folder_are_not_listed_without_a_word(folder, client):
    (folder.parent / "2023.yaml").write_text(MINIMAL, encoding="utf-8")
    (folder / "2023.yaml").symlink_to(folder.parent / "2023.yaml")
    assert names_listed(client) == (["2024.yaml"], ["2023.yaml：指向打开的文件夹外面，没有列出"])


def test_what_cannot_be_looked_into_is_told(folder, client, monkeypatch):
    (folder / "乙").mkdir()
    close_folder(monkeypatch, "乙")
    assert names_listed(client) == (["2024.yaml"], ["乙：文件夹读不出来（没有权限），里面的文件没有处理"])
    (folder / "2024.yaml").unlink()
    assert names_listed(client) == ([], ["乙：文件夹读不出来（没有权限），里面的文件没有处理"])


def test_a_folder_that_is_gone_is_told_and_an_empty_one_is_not(folder, client):
    (folder / "2024.yaml").unlink()
    assert names_listed(client) == ([], [])
    folder.rmdir()
    assert names_listed(client) == ([], ["in：文件夹读不出来（路径不存在），里面的文件没有处理"])


def test_what_another_program_writes_while_an_edit_is_read_is_not_written_over(folder, monkeypatch):
    path = folder / "2024.yaml"
    book, read = Book(path), Book._read
    version = book.now().version

    def slow(self, content, before):
        path.write_text(GOOD + "# 别处写的\n", encoding="utf-8")
        return read(self, content, before)

    monkeypatch.setattr(Book, "_read", slow)
    with pytest.raises(OutOfDateError) as error:
        book.change(version, {"applications.new.natural": reportgen.Typed("3", "")})
    assert path.read_text(encoding="utf-8") == error.value.now.text == GOOD + "# 别处写的\n"


@pytest.mark.parametrize("made", [outgoing.made_files, outgoing.released_files])
def test_what_was_changed_while_it_waited_is_not_made(folder, made):
    (folder / "2024.yaml").write_text(all_zero_but(), encoding="utf-8")
    asked = Shelf(folder).book("2024.yaml").now()
    (folder / "2024.yaml").write_text(all_zero_but() + "# 后来\n", encoding="utf-8")
    more = () if made is outgoing.released_files else (True, ("docx",))
    with pytest.raises(reportgen.InputError, match="在生成以前又改过了，没有生成"):
        made(str(asked.path), asked.version, str(folder / "送审"), *more)
    assert [path.name for path in folder.iterdir()] == ["2024.yaml"]


@pytest.mark.parametrize("address", ["/api/import", "/api/edited?file=2024.yaml"])
@pytest.mark.parametrize("name", ["a.%00b", "a.b%2fc", "%00", "a.docx%0a", "a." + "x" * 300])
def test_no_name_of_a_file_that_is_sent_breaks_its_reading(client, address, name):
    answer = client.post(address, content=b"no report", headers={"x-file-name": name})
    assert answer.status_code == 422


@pytest.mark.parametrize(("upload", "numbers"), [("gone", [0]), ("gone", [1, 2])])
def test_changes_of_an_edited_file_that_is_not_known_any_more_are_not_said_to_be_taken(client, upload, numbers):
    answer = client.post("/api/take", json={"file": "2024.yaml", "version": opened(client)["version"], "upload": upload, "numbers": numbers})
    assert (answer.status_code, answer.json()["message"]) == (422, "2024.yaml：读过的那份改过的文件已经不在了，没有采用；请再选一次那份文件")


@pytest.mark.parametrize(("number", "status"), [(-1, 400), (10 ** 30, 422), (99, 422)])
def test_a_finding_that_is_not_there_is_not_accepted(folder, client, number, status):
    answer = client.post("/api/accept", json={"file": "2024.yaml", "version": opened(client)["version"], "number": number, "reason": "已核实", "by": "张三"})
    assert answer.status_code == status
    assert (folder / "2024.yaml").read_text(encoding="utf-8") == GOOD


def test_a_fault_of_the_program_is_no_fault_of_the_request_and_is_told(client, monkeypatch, caplog):
    def broken(report):
        raise IndexError

    monkeypatch.setattr("reportgen.serve.shown.failed_lines", broken)
    with pytest.raises(IndexError):
        client.get("/api/book", params={"file": "2024.yaml"})
    (record,) = caplog.records
    caplog.clear()
    assert (record.getMessage(), record.exc_info[0]) == ("程序出错了（GET /api/book），请把下面的内容交给维护程序的人：", IndexError)


def test_long_paragraphs_are_compared_in_bounded_time():
    """Looked at in every pair, these would take a minute, in which nothing else is answered."""
    old = "存在的主要问题是公开工作还有差距，下一步将加强学习培训，本年新收申请12件，" * 2000
    new = old.replace("学习", "教育", 7)
    begun = time.process_time()
    pieces = returned._pieces(f"甲{old}", f"{new}乙")
    assert time.process_time() - begun < 5
    for kinds, text in ((("same", "gone"), f"甲{old}"), (("same", "new"), f"{new}乙")):
        assert "".join(piece["text"] for piece in pieces if piece["kind"] in kinds) == text
