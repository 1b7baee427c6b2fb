"""The roster of agencies: kinds of files, heads, encodings; who is missing, extra, twice, renamed."""

import io

import openpyxl
import pytest

from reportgen.findings import InputError
from reportgen.many.roster import Roster, RosterEntry, read_roster


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


ROWS = [["某市应报送机关名册", None, None, None], ["序号", "单位名称（全称）", "级别", "原名"],
        [1, "某市统计局", "市级", None], [2, "甲县数据局", "县级", "甲县大数据局"]]
ENTRIES = (RosterEntry("某市统计局", "市级", ""), RosterEntry("甲县数据局", "县级", "甲县大数据局"))


@pytest.mark.parametrize(("name", "content", "expected"), [
    ("a.txt", "某市统计局\n\n甲县数据局\n".encode(), (RosterEntry("某市统计局"), RosterEntry("甲县数据局"))),
    ("a.txt", "某市统计局\r\n甲县数据局".encode("gb18030"), (RosterEntry("某市统计局"), RosterEntry("甲县数据局"))),
    ("a.txt", "﻿单位\n某市统计局\n".encode(), (RosterEntry("某市统计局"),)),
    ("a.csv", "序号,机关名称,层级,原名\n1,某市统计局,市级,\n2,甲县数据局,县级,甲县大数据局\n".encode("gb18030"), ENTRIES),
    ("a.csv", "机关\t原名\n某市统计局\t\n".encode("utf-16"), (RosterEntry("某市统计局"),)),
    ("a.csv", "1,某市统计局\n2,甲县数据局\n".encode(), (RosterEntry("某市统计局"), RosterEntry("甲县数据局"))),
    ("a.xlsx", workbook(ROWS), ENTRIES),
    ("名册.dat", workbook(ROWS), ENTRIES),
])
def test_what_a_roster_may_be(tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_bytes(content)
    assert read_roster(path).entries == expected


@pytest.mark.parametrize(("content", "words"), [
    ("某市统计局,市级\n".encode(), "没有表头"), (b"", "没有机关名称"), (b"%PDF-1.7\n\x00\xff", "不是文本文件"),
    (b"PK\x03\x04word/document.xml", "这是 Word 文件"), (workbook([[1, 2], [3, 4]]), "没有机关名称"),
    (b"\xd0\xcf\x11\xe0broken", "Excel 文件打不开"),
])
def test_what_is_no_roster_is_refused(tmp_path, content, words):
    path = tmp_path / "名册"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_roster(path)


def test_what_is_odd_in_a_roster_is_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("机关,层级\n某市统计局,市级\n,市级\n某市 统计局,县级\n", encoding="utf-8")
    roster = read_roster(path)
    assert roster.entries == (RosterEntry("某市统计局", "市级"),)
    assert roster.told == (f"{path}:3：这一行没有机关名称，没有计入", f"{path}:4：“某市 统计局”在名册上重复，只计一次")


def test_a_roster_as_it_is_printed(tmp_path):
    """A heading over two rows, a level over several, sums, the heading again on the next page, notes below."""
    book = openpyxl.Workbook()
    book.active.append([])
    for row in (["序号", "单位名称", "级别", "联系"], [None, None, None, "电话"], [1, "甲局", "市直"], [2, "乙局"], ["小计", "2个"],
                ["序号", "单位名称", "级别", "联系"], [3, "合计生育办", "县级"], [4, "共青团某市委"], ["合计", "共4个单位"], [None, "注：名单截至2024年底"]):
        book.active.append(row)
    for span in ("A1:D1", "Z90:Z99", "A2:A3", "B2:B3", "C2:C3", "C4:C5", "C8:C9"):
        book.active.merge_cells(span)
    path = tmp_path / "名册.xlsx"
    book.save(path)
    roster = read_roster(path)
    assert roster.entries == (RosterEntry("甲局", "市直"), RosterEntry("乙局", "市直"), RosterEntry("合计生育办", "县级"),
                              RosterEntry("共青团某市委", "县级"))
    assert roster.told == (f"{path}:6：这一行是合计，没有计入", f"{path}:10：这一行是合计，没有计入",
                           f"{path}:11：“注：名单截至2024年底”不像机关名称，没有计入")


def test_who_is_missing_extra_twice_and_renamed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("机关,层级,原名\n甲局,市级,\n乙局,市级,\n丙局,县级,\n丁局,县级,老丁局\n戊（局）,,\n", encoding="utf-8")
    found = read_roster(path).attendance([("甲局", "1.yaml"), ("甲局", "2.yaml"), ("老丁局", "3.yaml"), ("外局", "4.yaml"),
                                          ("戊(局)", "5.yaml")])
    assert not found.complete
    assert found.lines() == [
        "名册 5 个机关，已报 3 个，缺 2 个：市级：乙局；县级：丙局",
        "有 1 份的机关不在名册上：外局（4.yaml）；名称写错的请改数据文件，名册漏列的请补上",
        "“甲局”报了 2 份：1.yaml、2.yaml；请只留一份",
        "3.yaml 用的是原名“老丁局”，名册上现名“丁局”；请改正"]


def test_a_former_name_that_another_agency_has_now_is_that_agency_s():
    roster = Roster((RosterEntry("数据局", former="信息办"), RosterEntry("信息办")))
    assert roster.attendance([("数据局", "1"), ("信息办", "2")]).lines() == ["名册 2 个机关，已报 2 个，报齐了"]
    assert roster.attendance([("信息办", "2")]).lines() == ["名册 2 个机关，已报 1 个，缺 1 个：数据局"]


def test_everybody_is_there():
    found = Roster((RosterEntry("甲局"), RosterEntry("乙局"))).attendance([("乙局", "1"), ("甲局", "2")])
    assert found.complete
    assert found.lines() == ["名册 2 个机关，已报 2 个，报齐了"]
