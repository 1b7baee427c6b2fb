"""Which paragraph became which, and where a figure of one still stands in the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.files import limits
from reportgen.report.align import pairs, sentences, standing, tokens
from reportgen.report.model import Run

LONG = "深化主动公开工作，完善政策文件库。"


def paired(old, new):
    return pairs([(one,) for one in old], new)


@pytest.mark.parametrize(("old", "new", "expected"), [
    ([], [], []), (["甲"], [], [(0, None)]), ([], ["甲"], [(None, 0)]),
    (["甲", "乙", "丙"], ["甲", "乙", "丙"], [(0, 0), (1, 1), (2, 2)]),
    (["甲", "乙", "丙"], ["甲", "丙"], [(0, 0), (1, None), (2, 1)]),
    (["甲", "丙"], ["甲", "乙", "丙"], [(0, 0), (None, 1), (1, 2)]),
    (["甲", "乙"], ["甲"], [(0, 0), (1, None)]), (["甲", "乙"], ["乙"], [(0, None), (1, 0)]),
    # What is gone stands before what is new in its place.
    (["甲", "乙"], ["丙", "丁"], [(0, None), (1, None), (None, 0), (None, 1)]),
    (["甲", "乙", "丙"], ["甲", "丁", "戊", "丙"], [(0, 0), (1, None), (None, 1), (None, 2), (2, 3)]),
    # Equal ones at both ends are not counted twice.
    (["甲", "甲"], ["甲"], [(0, 0), (1, None)]), (["甲"], ["甲", "甲"], [(0, 0), (None, 1)]),
    (["甲", "乙", "甲"], ["甲"], [(0, 0), (1, None), (2, None)]),
    # In order: of two that changed places one is gone and new.
    (["甲", "乙", "丙", "丁"], ["甲", "丙", "乙", "丁"], [(0, 0), (1, None), (2, 1), (None, 2), (3, 3)])])
def test_paragraphs_in_order(old, new, expected):
    assert paired(old, new) == expected


@pytest.mark.parametrize(("old", "new", "expected"), [
    (["0123456789"], ["0123abcdef"], [(0, 0)]),                             # 40 of 100 in common
    (["01234567890"], ["0123abcdef"], [(0, None), (None, 0)]),              # 38
    # The one that has more in common, wherever it stands.
    ([LONG], [LONG[:9] + "改", LONG[:-2] + "改"], [(None, 0), (0, 1)]),
    ([LONG[:9] + "改", LONG[:-2] + "改"], [LONG], [(0, None), (1, 0)]),
    # One that stays as it was counts for more than two that are alike.
    (["甲" * 9 + "子", "丙" * 9], ["丙" * 9, "甲" * 9 + "丑"], [(0, None), (1, 0), (None, 1)])])
def test_what_has_most_in_common_is_paired(old, new, expected):
    assert paired(old, new) == expected


def test_any_wording_counts_as_unchanged():
    old = [("甲５件", "甲5件"), ("乙",), ("丙六件", "丙6件")]
    assert pairs(old, ["甲5件", "丁", "丙六件"]) == [(0, 0), (1, None), (None, 1), (2, 2)]
    # One of its wordings is alike, the other is not.
    assert pairs([("子丑寅卯", LONG)], [LONG[:-2]]) == [(0, 0)]


def test_very_many_paragraphs_are_paired_where_they_are_equal(monkeypatch):
    old, new = ["子", LONG, "乙", "丑"], ["寅", LONG[:-2], "乙", "卯"]
    monkeypatch.setattr(limits, "PARAGRAPH_PAIRS", 16)
    assert paired(old, new) == [(0, None), (None, 0), (1, 1), (2, 2), (3, None), (None, 3)]
    monkeypatch.setattr(limits, "PARAGRAPH_PAIRS", 15)
    assert paired(old, new) == [(0, None), (1, None), (None, 0), (None, 1), (2, 2), (3, None), (None, 3)]


@given(st.lists(st.sampled_from("甲乙丙"), max_size=6), st.lists(st.sampled_from("甲乙丙"), max_size=6))
def test_as_many_as_possible_stay_paired(old, new):
    """The longest common subsequence, counted in another way."""
    longest = [0] * (len(new) + 1)
    for one in old:
        row = [0]
        for at, other in enumerate(new):
            row.append(longest[at] + 1 if one == other else max(row[at], longest[at + 1]))
        longest = row
    found = paired(old, new)
    kept = [(a, b) for a, b in found if a is not None and b is not None]
    assert all(old[a] == new[b] for a, b in kept)
    assert len(kept) == longest[-1]
    assert [a for a, _ in found if a is not None] == list(range(len(old)))
    assert [b for _, b in found if b is not None] == list(range(len(new)))


RUNS = (Run("收到"), Run("15", ("a",)), Run("件，增长"), Run("3.20%", ("b",)), Run("。"), Run("", ("c",)))


@pytest.mark.parametrize(("text", "expected"), [
    ("收到15件，增长3.20%。", {1: "15", 3: "3.20%"}),
    ("全年共收到15件，同比增长3.20%。", {1: "15", 3: "3.20%"}),
    ("收到5件，增长3.20%。", {3: "3.20%"}), ("收到115件，增长3.2%。", {}), ("收到1,500件，增长13.20%。", {}),
    ("增长3.20%。", {3: "3.20%"}), ("", {})])
def test_figures_that_still_stand(text, expected):
    found = standing(RUNS, (1, 3, 5), text)
    assert {index: text[start:end] for index, (start, end) in found.items()} == expected


def test_only_the_figures_asked_for_are_given():
    assert standing(RUNS, (3,), "收到15件，增长3.20%。") == {3: (8, 13)}


def test_a_figure_of_several_pieces_stands_whole_or_not_at_all():
    runs = (Run("共"), Run("5万元", ("a",)), Run("。"))
    assert standing(runs, (1,), "合计共5万元。") == {1: (3, 6)}
    assert standing(runs, (1,), "共5多万元。") == {}
    assert standing(runs, (1,), "共6万元。") == {}


@pytest.mark.parametrize(("text", "expected"), [
    ("共1,573件", ["共", "1,573", "件"]), ("占3.2%，5%", ["占", "3.2%", "，", "5%"]), ("12.", ["12", "."]),
    ("7、", ["7", "、"]), ("甲\n乙", ["甲", "\n", "乙"]), ("", [])])
def test_numbers_change_as_a_whole(text, expected):
    assert tokens(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("甲。乙！丙？丁；戊", ["甲。", "乙！", "丙？", "丁；", "戊"]), ("甲。。", ["甲。", "。"]), ("甲，乙", ["甲，乙"]), ("", [])])
def test_sentences_keep_their_marks(text, expected):
    assert sentences(text) == expected
