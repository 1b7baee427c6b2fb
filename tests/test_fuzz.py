"""Mangled data files end in findings or a clear refusal."""

import contextlib
import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import reportgen

CLEAN = (Path(__file__).parent / "clean" / "2024.yaml").read_text(encoding="utf-8")
PIECES = ["{{", "}}", "{{ applications.new.total }}", "{{ previous.x }}", "：", ":", "|", "- ", "&a", "*a", "!!str", "\t", "#",
          "null", "0", "-1", "1,024", "9" * 20, "（一）", "（", "”", "2021111", "占%", "同比增长1%", "同比持平", "均已办结", "未发生行政诉讼",
          "\x00", "\u202e", "😀", "１２", "\n", "\n\n", "accepted:\n- {code: GJ01}\n", "year: 2019\n", "blanks: 0\n", "[", "{", "'", '"',
          "上年结转、两项合计3件", "、", "万亿余件", "百分之百", "一百万件", "行政复议、行政诉讼均为0件"]


def mangled(seed):
    """Return the clean file after a few edits that the seed decides."""
    draw = random.Random(seed)
    text = CLEAN
    for _ in range(draw.randint(1, 4)):
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


@settings(max_examples=2000, deadline=None)
@given(st.integers(0, 2**32))
def test_mangled_files_never_end_in_a_traceback(tmp_path_factory, seed):
    path = tmp_path_factory.getbasetemp() / "2024.yaml"
    path.write_text(mangled(seed), encoding="utf-8")
    with contextlib.suppress(reportgen.InputError):
        findings = reportgen.check(reportgen.read(path))
        assert all(finding.message and finding.code for finding in findings)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "新收申请", "3525件", "其中", "自然人", "，", "。", "占", "办结", "行政复议", "维持", "规章", "废止", "较上年", "减少", "个百分点", "件", "5", "万元", "元", "（", "）", "合计"]), max_size=25))
def test_any_sentence_is_walked(tmp_path_factory, pieces):
    path = tmp_path_factory.getbasetemp() / "s" / "2024.yaml"
    path.parent.mkdir(exist_ok=True)
    text = "".join(pieces).replace("\n", "").replace("'", "").replace("\x00", "")
    path.write_text(CLEAN.replace("2024年，全市深化政务公开。", text), encoding="utf-8")
    (path.parent / "2023.yaml").write_text((Path(__file__).parent / "clean" / "2023.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    with contextlib.suppress(reportgen.InputError):
        reportgen.check(reportgen.read(path))
