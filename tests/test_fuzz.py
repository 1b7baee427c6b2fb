"""Mangled data files end in findings or a clear refusal."""

import contextlib
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reportgen
from reportgen.datafile.read import read_report
from reportgen.datafile.tree import Mapping, parse_tree
from reportgen.findings import Places
from reportgen.sources import read_text

CLEAN = (Path(__file__).parent / "clean" / "2024.yaml").read_text(encoding="utf-8")
PIECES = ["{{", "}}", "{{ applications.new.total }}", "{{ previous.x }}", "：", ":", "|", "- ", "&a", "*a", "!!str", "\t", "#",
          "null", "0", "-1", "1,024", "9" * 20, "（一）", "（", "”", "2021111", "占%", "同比增长1%", "同比持平", "均已办结", "未发生行政诉讼",
          "\x00", "\u202e", "😀", "１２", "\n", "\n\n", "accepted:\n- {code: GJ01}\n", "year: 2019\n", "blanks: 0\n", "[", "{", "'", '"',
          "上年结转、两项合计3件", "、", "万亿余件", "百分之百", "一百万件", "行政复议、行政诉讼均为0件"]


def mangled(seed):
    """Return the clean file after a few edits that the seed decides."""
    draw = random.Random(seed)
    text = CLEAN
    for _ in range(draw.choice((1, 1, 2, 3))):
        lines = text.split("\n")
        at = draw.randrange(len(lines))
        kind = draw.randrange(6)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(draw.randrange(len(lines)), lines[at])
        elif kind == 2:
            lines[at] = lines[at].replace(draw.choice("0123456789：，,:{}"), draw.choice(PIECES), 1)
        elif kind == 3:
            other = draw.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            place = draw.randint(0, len(lines[at]))
            lines[at] = lines[at][:place] + draw.choice(PIECES) + lines[at][place + draw.choice((0, 0, 3)):]
        text = "\n".join(lines)
    return text


# A file in four gets as far as the checks.
@pytest.mark.slow
@settings(max_examples=1200, deadline=None)
@given(st.integers(0, 2**32))
def test_mangled_files_never_end_in_a_traceback(seed):
    with contextlib.suppress(reportgen.InputError):
        findings = reportgen.check(read_text(mangled(seed), "2024.yaml"))
        assert all(finding.message and finding.code for finding in findings)


BEFORE = read_text((Path(__file__).parent / "clean" / "2023.yaml").read_text(encoding="utf-8"), "2023.yaml")
TREE = parse_tree(CLEAN, "2024.yaml")


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "新收申请", "3525件", "其中", "自然人", "，", "。", "占", "办结", "行政复议", "维持", "规章", "废止", "较上年", "减少", "个百分点", "件", "5", "万元", "元", "（", "）", "合计"]), max_size=25))
def test_any_sentence_is_walked(pieces):
    """The sentence goes into the tree, not the text: it need not be YAML."""
    tree = Mapping(1, [(key, replace(node, value=node.value.replace("2024年，全市深化政务公开。", "".join(pieces).replace("\n", "")))
                        if key.value == "overview" else node) for key, node in TREE.items])
    reportgen.check(read_report(tree, Places("2024.yaml"), BEFORE))
