"""Edited reports taken over into the data file: what changed is shown and written, all else stays byte for byte."""

import re

import docx
import pytest
from conftest import EXAMPLES, GOOD, MINIMAL, ROOT
from generated import WITHOUT_SHRINKING, frames, reports, said
from hypothesis import given
from hypothesis import strategies as st

import reportgen
from reportgen.cli.main import main
from reportgen.datafile.edit import Editor
from reportgen.datafile.text import Bare
from reportgen.datafile.write import write_yaml
from reportgen.findings import InputError
from reportgen.imports.merge import take_over
from reportgen.imports.read import Imported, read_published
from reportgen.sources import read_text

SUQIAN = ROOT / "data" / "suqian" / "2024.yaml"


def merged(text, edited, doubtful=(), unsure=()):
    def read(text):
        return read_text(text, "2024.yaml")

    found = Imported(read_text(edited, "edited.docx"), tuple(unsure), frozenset(doubtful))
    return take_over(text, read(text), found, read)


def changed_lines(old, new):
    """Return the lines of a text that are not in the other, in both directions."""
    one, other = old.splitlines(), new.splitlines()
    return [line.strip() for line in one if line not in other], [line.strip() for line in other if line not in one]


# Keys, comments and styles of all kinds; each change and the line that it makes.
DATA = """# 说明
year: 2024   # 年度
agency: {name: 某县统计局}
blanks: 0
overview: |  # 总体
  （一）主动公开。有进展。

  # 这是正文
  （二）依申请公开。收到{{ applications.new.total }}件，其中自然人{{ applications.new.natural }}件。
problems: 解读不够深入，将加强培训。   # 一句
other: "本年没有收取信息处理费。"
applications:
  new: {natural: 5, enterprise: 1}   # 新收
  carried_in:
    natural: 2   # 上年
    total:
  granted:
notes: {remedies: 注：含结转。}
before_table:
  applications: |
    （一）收到{{ applications.new.total }}件。  # 是正文
    （二）原有一段。
after_table: {remedies: 原在表后。}
"""


@pytest.mark.parametrize(("old", "new", "gone", "come"), [
    ("natural: 5, enterprise: 1", "natural: 5, enterprise: 3", ["new: {natural: 5, enterprise: 1}   # 新收"],
     ["new: {natural: 5, enterprise: 3}   # 新收"]),
    ("natural: 2   #", "natural: 4   #", ["natural: 2   # 上年"], ["natural: 4   # 上年"]),
    ("    total:\n", "    total: 9\n", ["total:"], ["total: 9"]),
    ("  granted:\n", "  granted: {natural: 7, other: 1}\n", ["granted:"], ["granted: {natural: 7, other: 1}"]),
    ("enterprise: 1}", "enterprise: 1, research: {value: 4, remark: 其中修订1件}}", ["new: {natural: 5, enterprise: 1}   # 新收"],
     ["new: {natural: 5, enterprise: 1, research: {value: 4, remark: 其中修订1件}}   # 新收"]),
    ("notes:", "remedies: {review: {upheld: 3}}\nnotes:", [], ["remedies:", "review: {upheld: 3}"]),
    ("  granted:\n", "  granted:\n  partial: {natural: 1}\n", [], ["partial: {natural: 1}"]),
    ("有进展。", "有新进展。", ["（一）主动公开。有进展。"], ["（一）主动公开。有新进展。"]),
    ("其中自然人", "自然人", ["（二）依申请公开。收到{{ applications.new.total }}件，其中自然人{{ applications.new.natural }}件。"],
     ["（二）依申请公开。收到{{ applications.new.total }}件，自然人{{ applications.new.natural }}件。"]),
    ("{{ applications.new.natural }}", "6", ["（二）依申请公开。收到{{ applications.new.total }}件，其中自然人{{ applications.new.natural }}件。"],
     ["（二）依申请公开。收到{{ applications.new.total }}件，其中自然人6件。"]),
    ("  （一）主动公开。有进展。\n", "  （一）主动公开。有进展。\n  另起一段。\n", [], ["另起一段。"]),
    ("  （一）主动公开。有进展。\n", "", ["（一）主动公开。有进展。"], []),
    ("解读不够深入，将加强培训。", "解读不够。", ["problems: 解读不够深入，将加强培训。   # 一句"], ["problems: |   # 一句", "解读不够。"]),
    ('"本年没有收取信息处理费。"', '"没有收费。"', ['other: "本年没有收取信息处理费。"'], ["other: |", "没有收费。"]),
    ("注：含结转。", "注：含上年结转。", ["notes: {remedies: 注：含结转。}"], ["notes: {remedies: 注：含上年结转。}"]),
    ("（二）原有一段。", "（二）新的一段。\n    又加一段。", ["（二）原有一段。"], ["（二）新的一段。", "又加一段。"]),
    ("    （二）原有一段。\n", "", ["（二）原有一段。"], []),
    ("原在表后。", "改了。", ["after_table: {remedies: 原在表后。}"], ["after_table: {remedies: 改了。}"]),
    ("after_table: {remedies", "after_table: {applications: 新增。, remedies", ["after_table: {remedies: 原在表后。}"],
     ['after_table: {remedies: 原在表后。, applications: "新增。\\n"}']),
    ("before_table:\n", "before_table:\n  disclosure: 新增。\n", [], ["disclosure: |", "新增。"]),
    ("notes:", "signature: {date: 2025-01-20}\nnotes:", [], ["signature: {date: 2025-01-20}"]),
    ("blanks: 0", "title: 某县统计局2024年度政府信息公开工作年度报告\nblanks: 0", [], ["title: 某县统计局2024年度政府信息公开工作年度报告"]),
    ("blanks: 0", "letterhead: {to: 县政府办公室}\nblanks: 0", [], ["letterhead: {to: 县政府办公室}"]),
])
def test_only_what_changed_is_written(old, new, gone, come):
    assert DATA.count(old) == 1
    found = merged(DATA, DATA.replace(old, new))
    lost, made = changed_lines(DATA, found.text)
    assert (lost, made) == (gone, come)


def test_nothing_changed_is_nothing_written():
    found = merged(DATA, DATA)
    assert (found.text, found.changed, found.told) == (DATA, False, [])


def test_figures_follow_the_tables():
    """Table and sentence changed alike keep the expression; a sentence left as it was is told."""
    edited = DATA.replace("natural: 5,", "natural: 6,")
    both = merged(DATA, edited)
    assert changed_lines(DATA, both.text)[1] == ["new: {natural: 6, enterprise: 1}   # 新收"]
    assert both.told == []
    left = merged(DATA, edited.replace("{{ applications.new.total }}", "6").replace("{{ applications.new.natural }}", "5"))
    assert left.text == both.text
    assert ["表格改了，文字没有改" in told for told in left.told] == [True, True]


def test_a_value_that_prose_changed_alone_becomes_text():
    found = merged(DATA, DATA.replace("收到{{ applications.new.total }}件", "收到16件"))
    assert "收到16件，其中自然人{{ applications.new.natural }}件" in found.text
    assert any("applications.new.total" in told and "已写成文字" in told for told in found.told)


def test_a_total_left_out_stays_left_out():
    found = merged(DATA, DATA.replace("natural: 5, enterprise: 1", "natural: 5, enterprise: 2, total: 7"))
    assert "total: 7" not in found.text
    found = merged(DATA, DATA.replace("natural: 5, enterprise: 1", "natural: 5, enterprise: 1, total: 7"))
    assert "new: {natural: 5, enterprise: 1, total: 7}   # 新收" in found.text


def test_a_cell_that_was_emptied_is_empty():
    data = DATA.replace("blanks: 0\n", "")
    found = merged(data, data.replace("natural: 2   #", "natural: null   #"))
    assert "    natural: null   # 上年" in found.text.splitlines()
    assert found.told == []


def test_a_cell_cannot_be_emptied_where_blanks_are_0():
    with pytest.raises(InputError, match="197 处没有能写进数据文件"):
        merged(DATA, DATA.replace("blanks: 0\n", ""))


def test_cells_not_read_are_kept_and_told():
    found = merged(DATA, DATA.replace("natural: 2   #", "natural: null   #"), doubtful=["applications.carried_in.natural", "applications.carried_in.total"])
    assert found.text == DATA
    assert any("没有读准" in told for told in found.told)


@pytest.mark.parametrize(("edited", "words"), [
    (DATA.replace("year: 2024 ", "year: 2023 "), "2023年度"), (DATA.replace("  granted:\n", "  other_handling: {natural: 1}\n"), "行数与数据文件不同")])
def test_what_cannot_be_compared_is_refused(edited, words):
    with pytest.raises(InputError, match=words):
        merged(DATA, edited)


@WITHOUT_SHRINKING
@given(st.data())
def test_any_edit_is_taken_over(data):
    frame = data.draw(frames())
    text = edited = data.draw(reports(frame=frame))
    if data.draw(st.booleans()):
        edited = data.draw(reports(frame=frame))
    elif figures := list(re.finditer(r"': '(\d+)'", text)):
        one = data.draw(st.sampled_from(figures))
        edited = f"{text[:one.start(1)]}{data.draw(st.integers(0, 999))}{text[one.end(1):]}"
    if data.draw(st.booleans()):
        text = write_yaml(read_text(text, "x.yaml"))
    found = merged(text, edited)
    wanted, got = said(read_text(edited, "x.yaml")), said(read_text(found.text, "x.yaml"))
    assert got["cells"] == wanted["cells"]
    told = sum("表格改了，文字没有改" in one for one in found.told)
    for ident, paragraphs in wanted["prose"].items():
        assert len(got["prose"][ident]) == len(paragraphs)
        told -= sum(one != other for one, other in zip(got["prose"][ident], paragraphs, strict=True))
    assert told >= 0


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_report_as_it_was_built_changes_nothing(built, tmp_path, capsys, path, kind):
    for example in path.parent.glob("*.yaml"):
        (tmp_path / example.name).write_bytes(example.read_bytes())
    target = tmp_path / path.name
    assert main(["import", str(built[path][kind]), "--into", str(target)]) == 0
    assert target.read_bytes() == path.read_bytes()
    assert capsys.readouterr().out == "没有改动\n"


@pytest.fixture
def edited(built, tmp_path):
    """Return an edited DOCX of an example: one cell, one sentence, one paragraph more."""
    document = docx.Document(built[SUQIAN]["docx"])
    cell = next(cell for row in document.tables[1].rows for cell in row.cells if cell.text == "1408")
    cell.paragraphs[0].runs[0].text = "1409"
    paragraph = next(p for p in document.paragraphs if p.text.startswith("加强平台安全防护"))
    paragraph.runs[0].text = paragraph.text.replace("定期开展", "每季度开展")
    paragraph.insert_paragraph_before("全年组织培训3次。", style=paragraph.style)
    document.save(tmp_path / "edited.docx")
    for year in (2023, 2024):
        (tmp_path / f"{year}.yaml").write_bytes(SUQIAN.with_name(f"{year}.yaml").read_bytes())
    return tmp_path / "edited.docx"


def test_the_command_shows_and_writes(edited, tmp_path, capsys):
    target = tmp_path / "2024.yaml"
    before = target.read_text(encoding="utf-8")
    assert main(["import", str(edited), "--into", str(target), "--show"]) == 0
    shown = capsys.readouterr().out
    assert target.read_text(encoding="utf-8") == before
    assert shown.splitlines() == [
        "表三“（一）予以公开”行“自然人”列：1408 → 1409", "── 一、总体情况", "+ 全年组织培训3次。",
        "- 加强平台安全防护，落实网络安全等级保护要求，定期开展漏洞扫描和应急演练，完善数据备份和恢复措施，保障网站和新媒体平稳运行。",
        "+ 加强平台安全防护，落实网络安全等级保护要求，每季度开展漏洞扫描和应急演练，完善数据备份和恢复措施，保障网站和新媒体平稳运行。"]
    assert main(["import", str(edited), "--into", str(target)]) == 0
    lost, made = changed_lines(before, target.read_text(encoding="utf-8"))
    assert [line[:12] for line in lost] == ["加强平台安全防护，落实网", "granted: {na"]
    assert [line[:9] for line in made] == ["全年组织培训3次。", "加强平台安全防护，", "granted: "]
    assert "已写进" in capsys.readouterr().out
    assert main(["check", str(target)]) == 1
    assert "GJ02" in capsys.readouterr().out


def test_a_form_takes_the_changes_too(edited, tmp_path):
    form = tmp_path / "form" / "2024.xlsx"
    form.parent.mkdir()
    assert main(["convert", str(tmp_path / "2024.yaml"), str(form)]) == 0
    (form.parent / "2023.yaml").write_bytes((tmp_path / "2023.yaml").read_bytes())
    assert main(["import", str(edited), "--into", str(form)]) == 0
    report = reportgen.read(form)
    assert said(report) == said(read_published(edited).report)
    assert sum(line.count("{{") for line in report.written["overview"]) == SUQIAN.read_text(encoding="utf-8").count("{{") - 2


@pytest.mark.parametrize(("start", "line_end"), [(b"\xef\xbb\xbf", "\n"), (b"", "\r\n")])
def test_marks_of_an_editor_stay(edited, tmp_path, start, line_end):
    target = tmp_path / "2024.yaml"
    target.write_bytes(start + target.read_text(encoding="utf-8").replace("\n", line_end).encode())
    assert main(["import", str(edited), "--into", str(target)]) == 0
    content = target.read_bytes()
    assert content.startswith(start)
    assert len(re.findall(rb"(?<!\r)\n", content)) == (0 if line_end == "\r\n" else content.count(b"\n"))


@pytest.mark.parametrize("arguments", [["--show"], ["--into", "a.yaml", "-o", "b.yaml"]])
def test_options_that_do_not_go_together(edited, capsys, arguments):
    assert main(["import", str(edited), *arguments]) == 2
    assert "--into" in capsys.readouterr().err


def test_a_data_file_with_faults_is_not_changed(edited, tmp_path, capsys):
    target = tmp_path / "bad.yaml"
    target.write_text(GOOD + "applications: {new: {natural: 约三十}}\n", encoding="utf-8")
    assert main(["import", str(edited), "--into", str(target)]) == 1
    assert "约三十" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(("text", "steps", "value", "expected"), [
    ("a: 1", [("a", "甲")], "2", "a: 2"), ("a: 1", [("b", "乙")], "2", "a: 1\nb: 2\n"),
    ("a:\n", [("a", "甲")], "2", "a: 2\n"), ("a: # c\nb: 1\n", [("a", "甲")], "2", "a: 2 # c\nb: 1\n"),
    ("a:\n", [("a", "甲"), ("b", "乙")], "2", "a: {b: 2}\n"), ("a: {}\n", [("a", "甲"), ("b", "乙")], "2", "a: {b: 2}\n"),
    ("a: {c: 1,}\n", [("a", "甲"), ("b", "乙")], "2", "a: {c: 1,b: 2}\n"), ("a: {c: 1}\n", [("a", "甲"), ("b", "乙")], "2", "a: {c: 1, b: 2}\n"),
    ("a:\n  c: 1 # x\n# y\nd: 1\n", [("a", "甲"), ("b", "乙")], "2", "a:\n  c: 1 # x\n  b: 2\n# y\nd: 1\n"),
    ("年度: 1\n", [("a", "甲"), ("b", "乙")], "2", "年度: 1\n甲: {乙: 2}\n"), ("甲: 1\n", [("a", "甲")], "2", "甲: 2\n"),
    ("a:\n  value: 1\n  remark: x\n# y\nb: 1\n", [("a", "甲")], "2", "a:\n  2\n# y\nb: 1\n"),
    ("a: |\n  x\n\nb: 1\n", [("c", "丙")], "2", "a: |\n  x\n\nb: 1\nc: 2\n"), ("a: |\n  x", [("c", "丙")], "2", "a: |\n  x\nc: 2\n"),
])
def test_values_are_put_where_they_stand(text, steps, value, expected):
    editor = Editor(text, "x.yaml")
    editor.put(steps, Bare(value))
    assert editor.text() == expected


def test_a_minimal_file_takes_everything(tmp_path):
    found = merged(MINIMAL, SUQIAN.read_text(encoding="utf-8").replace("{{ applications.new.total | growth(previous.applications.new.total) }}", "增长"))
    wanted = said(read_text(SUQIAN.read_text(encoding="utf-8").replace("{{ applications.new.total | growth(previous.applications.new.total) }}", "增长"), "x.yaml"))
    got = said(read_text(found.text, "x.yaml"))
    assert {key: got[key] for key in ("cells", "prose", "title", "year")} == {key: wanted[key] for key in ("cells", "prose", "title", "year")}
