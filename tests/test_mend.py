"""Rewriting punctuation in a data file where it stands."""

import pytest
import yaml
from conftest import GOOD, MINIMAL

import reportgen
from reportgen.cli.main import main
from reportgen.datafile import fix
from reportgen.datafile.fix import mend
from reportgen.findings import InputError
from reportgen.standard.punctuation import mended

TEXT = """# 说明, 不改(注释)
year: 2024
agency: {name: 某县统计局}   # 机关, 名称
title: 某县统计局2024年政府信息公开工作年度报告(试行)
disclosure:
  coercion:
    decisions: {value: 22, remark: '其中,修订16件'}
contact: {phone: '(0500)84000000', address: 某路1号,  email: a@b.gov.cn}
概: x
"""


def test_only_texts_change_and_comments_stay(write, capsys):
    text = TEXT.replace("概: x\n", "overview: |\n  (一)主动公开.全年,共{{ disclosure.coercion.decisions, }}件\n\n  第二段;\n"
                                   "problems: \"甲,乙\"\nother: '丙:丁'\n").replace("decisions, }}", "decisions }}")
    path = write(text.replace("某路1号, ", "'某路1号,2楼',"))
    before = path.read_text(encoding="utf-8")
    assert main(["fix", str(path), "--show"]) == 0
    assert path.read_text(encoding="utf-8") == before
    assert main(["fix", str(path)]) == 0
    after = path.read_text(encoding="utf-8")
    changed = {(old.strip(), new.strip()) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new}
    assert changed == {
        ("title: 某县统计局2024年政府信息公开工作年度报告(试行)", "title: 某县统计局2024年政府信息公开工作年度报告（试行）"),
        ("decisions: {value: 22, remark: '其中,修订16件'}", "decisions: {value: 22, remark: '其中，修订16件'}"),
        ("(一)主动公开.全年,共{{ disclosure.coercion.decisions }}件", "（一）主动公开。全年，共{{ disclosure.coercion.decisions }}件"),
        ("第二段;", "第二段；"), ('problems: "甲,乙"', 'problems: "甲，乙"'), ("other: '丙:丁'", "other: '丙：丁'")}
    printed = capsys.readouterr().out
    assert "+ 第二段；" in printed
    assert f"已改写 {path}" in printed
    assert main(["fix", str(path)]) == 0
    assert "没有要改的" in capsys.readouterr().out


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark_stay(write, ending, bom):
    text = (GOOD + "preamble: |\n  甲,乙\n").replace("\n", ending)
    path = write(bom + text.encode())
    assert main(["fix", str(path)]) == 0
    assert path.read_bytes() == bom + text.replace("甲,乙", "甲，乙").encode()


@pytest.mark.parametrize("text", ["overview: 甲,乙", "overview: >\n  甲,乙\n  丙;", "overview: |-\n    甲(乙)\n\n    丙;\n",
                                  "总体情况: \"甲,\\n乙\"", "overview: '甲,''乙'''", "notes: {remedies: '注:甲'}", "problems: 甲:乙"])
def test_what_is_read_is_what_was_meant(write, text):
    path = write(MINIMAL + text + "\n")
    old, new = mend(path)
    key = text.partition(":")[0]
    before, after = (yaml.safe_load(one)[key] for one in (old, new))
    if isinstance(before, dict):
        before, after = before["remedies"], after["remedies"]
    # What a backslash escapes is left alone.
    assert after.split() == ([mended(line) for line in before.split()] if "\\" not in text else before.split())
    reportgen.read(write(new, "new.yaml"))


def test_what_would_change_more_than_punctuation_is_not_written(write, monkeypatch):
    path = write(GOOD + "preamble: |\n  甲,乙\ncontact: {address: '一,二'}\n")
    with monkeypatch.context() as patch:
        patch.setattr(fix, "mended", lambda text: text.replace(",", "\n  "))
        with pytest.raises(InputError):
            mend(path)
    at = path.read_text(encoding="utf-8").index("'一,二'")
    monkeypatch.setattr(fix, "_texts", lambda text, name: [(at, at + 5, "'")])
    with pytest.raises(InputError):
        mend(path)


def test_files_that_cannot_be_used_are_refused(write, capsys):
    assert main(["fix", str(write("概述: 甲".encode("gb18030"), "旧.yaml"))]) == 2
    assert "旧.yaml" in capsys.readouterr().err
    assert main(["fix", str(write("year: [2024\n"))]) == 2
    assert "花括号" in capsys.readouterr().err
