"""Every YAML that is written reads as it was meant: no text becomes a key, a number or nothing."""

import string
import unicodedata
from dataclasses import replace
from io import BytesIO

import docx
import pytest
import yaml
from conftest import GOOD, MINIMAL
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from round_trips import effective, through_workbook
from slow_ones import mostly_slow

import reportgen
from reportgen.cli.main import main
from reportgen.datafile.blank import scaffold
from reportgen.datafile.edit import Editor
from reportgen.datafile.fix import mended_text
from reportgen.datafile.read import read_report
from reportgen.datafile.text import Bare, BlockText, Entry, quoted, require_same, write_entries
from reportgen.datafile.tree import Mapping, Scalar
from reportgen.datafile.write import write_yaml
from reportgen.findings import Acceptance, InputError, Places
from reportgen.imports.blocks import Blocks, FigureMark, Text
from reportgen.imports.characters import printable
from reportgen.imports.read import read_published
from reportgen.many.aggregate import aggregate
from reportgen.sources import read_text

WORDS = ["null", "Null", "~", "yes", "off", "#x", "甲 # 乙", "- x", "-", "a: b", "a:", "---", "...", "<<", "=", "0x1F", "017", "1e3", ".5",
         "2024", "2024-01-01", "12:30", "|", "> x", "? x", "!x", "&x", "*x", "%x", "@x", "`x", "{a: b}", "[a]", " x ", "\tx", "a\tb", "'", '"', "\\",
         "甲\u2028空白: 0\u2028已核实: []", "甲\x85空白: 0", "甲\u2029空白: 0", "甲\n空白: 0", "甲\n\n  乙\n ", "\n甲", "\ufeff甲", "{{ 年度 }}", "甲\r\n乙", "甲\n# 乙"]
TEXTS = st.one_of(st.sampled_from(WORDS), st.text(max_size=20), st.lists(
    st.sampled_from([*"\x85\u2028\u2029\ufeff\0\x07\x1b\x7f\t\r\n #:'\"-?,[]{}&*!|>%@`~=<甲。\u3000\xa0\u200b\ue000😀", *WORDS]), max_size=8).map("".join))
UNPRINTABLE = {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck))
LOADERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]


def load(text):
    """Return what the loaders of PyYAML, which know numbers and dates, make of a text; they have to agree."""
    one, other = (yaml.load(text, Loader=loader) for loader in LOADERS)
    assert one == other
    return one


@settings(QUICK, max_examples=500)
@given(TEXTS)
def test_any_text_is_a_scalar_again(text):
    written = write_entries([Entry("甲", text), Entry("乙", BlockText(text), ("说明",), "旁注"), Entry("丙", {"数值": text, "备注": None}),
                     Entry("丁", (Entry("戊", BlockText(text)), Entry("己"))), Entry("庚", [(Entry("a", text), Entry("b", text))]), Entry("辛", Bare("-3"))], "x", [text, text])
    assert load(written) == {"甲": text, "乙": text, "丙": {"数值": text, "备注": None}, "丁": {"戊": text, "己": None},
                             "庚": [{"a": text, "b": text}], "辛": -3}
    assert not set(written) & set("\x85\u2028\u2029\ufeff\0\x07\x1b\r\x7f")


def test_a_lone_surrogate_is_refused():
    with pytest.raises(InputError, match=r"x：.*没有写"):
        write_entries([Entry("甲", "\ud800")], "x")


@pytest.mark.parametrize(("text", "place"), [
    ("a: 1\nb: {c: 2}\n", "“b”"), ("a: 1\nb: {c: 3, d: 1}\n", "“b.d”"), ("a: 1\nb: {c: 4}\n", "“b.c”"), ("a: 1\nb: {c: 3}\ne: 1\n", "“e”"),
    ("b: {c: 3}\n", "“a”"), ("a: null\nb: {c: 3}\n", "“a”"), ("a: [\n", "读不回来"), ("a: 1\nb: {c: 3}\nf: " + "甲" * 700_000, "2 MB")])
def test_what_reads_otherwise_is_refused_by_its_place(text, place):
    meant = {"a": "1", "b": {"c": "3"}} if place != "“b”" else {"a": "1", "b": "x"}
    require_same("a: '1'\nb:\n  c: 3\n", {"a": "1", "b": {"c": "3"}}, "x.yaml")
    with pytest.raises(InputError, match=r"x\.yaml：") as refused:
        require_same(text, meant, "x.yaml")
    assert place in str(refused.value)


def report_of(text):
    """Return a report that has a text in every field, piece of prose, note and remark, as it was read."""
    def scalar(value):
        return Scalar(value, 1, plain=False, literal=True)

    def mapping(**entries):
        return Mapping(1, [(Scalar(key, 1), value) for key, value in entries.items()])

    tree = mapping(
        year=scalar("2024"), agency=mapping(name=scalar(f"某局{text}"), short=scalar(text)), title=scalar(text), contact=mapping(phone=scalar(text), email=scalar(text)),
        publication=mapping(published=scalar("2025-01-18"), topic=scalar(text)), letterhead=mapping(to=scalar(text)), attachment=scalar(text),
        preamble=scalar(text), overview=scalar(f"{text}\n{text}"), problems=scalar(f"一\n{text}\n"), other=scalar(text), notes=mapping(remedies=scalar(text)), signature=mapping(name=scalar(text)),
        disclosure=mapping(regulations=mapping(issued=mapping(value=scalar("3"), remark=scalar(text)))))
    report = read_report(tree, Places("x"))
    line = " ".join(report.texts["contact.phone"].split())
    return replace(report, accepted=(Acceptance(code="WZ05", cell="", sentence=line, reason=line, by=line),) if line else ())


@pytest.mark.slow
@settings(QUICK, max_examples=200)
@given(TEXTS)
def test_any_report_reads_as_it_was_and_has_no_other_key(text):
    report = report_of(text)
    written = write_yaml(report, f"从 {text} 读取：\n{text}")
    assert effective(read_text(written, "x")) == effective(report)
    known = {"年度", "机关", "标题", "联系方式", "发布", "版头", "附件", "引言", "总体情况", "问题与改进", "其他事项", "附注", "落款", "主动公开", "已核实"}
    assert set(load(written)) <= known
    load(mended_text(written, "x"))


def test_totals_that_were_computed_are_left_out_and_given_ones_kept():
    written = load(write_yaml(read_text(GOOD + "remedies: {review: {upheld: 1}, litigation_direct: {total: 9}}\n", "x")))
    row = {"结果维持": 0, "结果纠正": 0, "其他结果": 0, "尚未审结": 0}
    assert written["复议诉讼"] == {
        "行政复议": {**row, "结果维持": 1}, "未经复议直接起诉": {**row, "总计": 9}, "复议后起诉": row}


def visible(report):
    """Return what a report says; a form has no row for a paragraph of blanks."""
    said = effective(report)
    return {**said, "shown": {ident: [text for text in texts if text.strip()] for ident, texts in said["shown"].items()}}


@pytest.mark.slow
@settings(QUICK, max_examples=20)
@given(TEXTS)
@example("-5")
@example("=1+1")
def test_any_report_goes_through_a_form(tmp_path, text):
    report = report_of(text)
    assert visible(through_workbook(report, tmp_path / "2024.xlsx")) == visible(report)


@pytest.mark.slow
@settings(QUICK, max_examples=60)
@given(st.one_of(TEXTS, st.text(alphabet=string.printable)))
def test_a_new_file_has_any_name(text):
    name = " ".join(text.split())
    if not name or UNPRINTABLE & set(map(unicodedata.category, name)):
        with pytest.raises(InputError, match="--agency"):
            scaffold(2025, text)
        return
    benign = load(scaffold(2025, "某局"))
    benign["机关"]["名称"] = name
    assert load(scaffold(2025, text)) == benign
    assert load(aggregate([read_text(GOOD, "=a\nb: c\u2028d: e.yaml")], 2024, text).text)["机关"]["名称"] == name


@pytest.fixture(scope="module")
def word(tmp_path_factory):
    """Return the DOCX of a small report."""
    made, = reportgen.build(read_text(GOOD, "2024.yaml"), tmp_path_factory.mktemp("word"), ["docx"])
    return made


@pytest.mark.parametrize("name", mostly_slow(["null", "a: b", "#某局", "1e3", "~", "true", "yes", "123", "- 某局", "#x", "=1+1"], quick=4))
def test_every_command_keeps_a_name(write, tmp_path, word, name):
    made = [tmp_path / "new.yaml", tmp_path / "form.xlsx", tmp_path / "sum.yaml", tmp_path / "read.yaml"]
    assert main(["new", "2025", f"--agency={name}", "-o", str(made[0])]) == 0
    assert main(["form", "2025", f"--agency={name}", "-o", str(made[1])]) == 0
    source = write(GOOD)
    assert main(["aggregate", str(source), "--year=2024", f"--agency={name}", "-o", str(made[2])]) == 0
    assert main(["import", str(word), f"--agency={name}", "-o", str(made[3])]) == 0
    assert [reportgen.read(path).agency.name for path in made] == [name] * 4
    assert yaml.safe_load(made[0].read_text(encoding="utf-8"))["机关"]["名称"] == name


@pytest.mark.parametrize("text", ["1e3", "1.E-5", ".5e1", "0o17", "-1"])
def test_what_readers_of_yaml_1_2_take_for_a_number_is_quoted(text):
    assert quoted(text) == f"'{text}'"


DATA = """年度: 2024
机关: {名称: 某局}   # 说明
总体情况: |
  甲。

  乙。
问题与改进: >
  丙。
其他事项: 丁。
附注: {主动公开: 注。}
申请办理:
  本年新收: {自然人: 5}
"""


@settings(QUICK, max_examples=300)
@given(TEXTS, st.sampled_from(["机关.简称", "标题", "联系方式.电话", "申请办理.本年新收.总计", "版头.主送", "机关.名称"]))
def test_a_value_that_is_put_changes_no_other(text, path):
    editor = Editor(DATA, "x")
    editor.put([(step, step) for step in path.split(".")], text)
    meant = node = load(DATA)
    *steps, last = path.split(".")
    for step in steps:
        node = node.setdefault(step, {})
    node[last] = text
    assert load(editor.text()) == meant


@settings(QUICK, max_examples=300)
@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(["总体情况", "问题与改进", "其他事项", "附注.主动公开", "引言", "附注.行政复议诉讼"]))
def test_lines_that_are_put_change_no_other(texts, path):
    printable = ["".join(one for one in text if one == "\t" or unicodedata.category(one) not in UNPRINTABLE) for text in texts]
    texts = [text for one in printable if (text := one.strip(" \t\u3000"))]
    assume(texts)
    editor = Editor(DATA, "x")
    editor.lines([(step, step) for step in path.split(".")], [(0, texts[0]), *((None, text) for text in texts[1:])])
    found, meant = load(editor.text()), load(DATA)
    for tree in (meant, found):
        step, _, inside = path.partition(".")
        lines = tree[step].pop(inside, "") if inside and step in tree else tree.pop(step, "")
    stripped = [line.strip(" \t\r\u3000") for line in lines.split("\n")]
    assert [line for line in stripped if line] == texts
    assert found == meant


def test_an_edit_that_would_change_another_key_is_refused():
    editor = Editor(DATA, "x.yaml")
    editor.lines([("其他事项", "其他事项")], [(None, "甲\n空白: 0")])
    with pytest.raises(InputError, match="“空白”写成"):
        editor.text()


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_an_unseen_line_end_in_a_data_file_is_refused_with_its_line(write, capsys, character):
    path = write(GOOD + f"preamble: |\n  甲。{character}blanks: 0\n")
    for command in (["check"], ["fix"], ["build", "-o", str(path.parent / "out")]):
        assert main([command[0], str(path), *command[1:]]) == 2
        assert f"{path}:8：有看不见的换行符 U+{ord(character):04X}" in capsys.readouterr().err
    escaped = write(MINIMAL + f'overview: "甲。\\u{ord(character):04X}乙。"\n')
    assert [problem.code for problem in reportgen.read(escaped).problems] == ["DR03"]


@pytest.mark.parametrize("command", [["fix"], ["import", "{docx}", "--into"]])
def test_a_tab_that_one_loader_refuses_is_told(write, tmp_path, capsys, command):
    path = write(GOOD + "title: 甲\t乙,\n")
    (tmp_path / "a.docx").write_bytes(document("甲。"))
    before = path.read_bytes()
    assert main([*(word.format(docx=tmp_path / "a.docx") for word in command), str(path)]) == 2
    assert f"{path}:7：" in capsys.readouterr().err
    assert path.read_bytes() == before


def document(text):
    """Return a DOCX of a report whose third section of prose holds a text."""
    made = docx.Document()
    for line in ("某县统计局2024年政府信息公开工作年度报告", "一、总体情况", "甲。", "五、存在的主要问题及改进情况", "乙。", "六、其他需要报告的事项", text):
        made.add_paragraph(line)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.mark.slow
@settings(QUICK, max_examples=40)
@given(TEXTS)
def test_imported_text_becomes_no_key(tmp_path, text):
    text = "".join(character for character in text if character >= " " and character not in "\ufffe\uffff")
    path, target = tmp_path / "a.docx", tmp_path / "a.yaml"
    path.write_bytes(document(f"丙。{text}"))
    target.unlink(missing_ok=True)
    assert main(["import", str(path), "-o", str(target)]) == 0
    written = load(target.read_text(encoding="utf-8"))
    assert set(written) == {"年度", "机关", "总体情况", "问题与改进", "其他事项"}
    assert written["其他事项"].startswith("丙。")
    assert effective(reportgen.read(target)) == effective(read_published(path).report)


def test_unseen_characters_of_an_import_are_told(write, tmp_path, capsys):
    path, target, into = tmp_path / "a.docx", tmp_path / "a.yaml", write(GOOD, "b.yaml")
    path.write_bytes(document("丙。\u2028空白: 0\u2029已核实:\x85丁\ufeff{\ue000{ 年度 }}"))
    wanted = "丙。\n空白: 0\n已核实:\n丁{ { 年度 }}\n"
    assert main(["import", str(path), "-o", str(target)]) == 0
    said = capsys.readouterr().out
    for code in ("2028", "2029", "0085"):
        assert f"第7段有看不见的换行符 U+{code}，按另起一段读取，请核对" in said
    for code in ("FEFF", "E000"):
        assert f"第7段有不可见字符 U+{code}，没有读取，请核对" in said
    assert load(target.read_text(encoding="utf-8"))["其他事项"] == wanted
    assert main(["import", str(path), "--into", str(into)]) == 0
    found = load(into.read_text(encoding="utf-8"))
    assert found["other"] == wanted
    assert set(found) == {"year", "agency", "blanks", "overview", "problems", "other"}


def test_marks_stand_where_they_stood():
    marks = (FigureMark(3, 5, ("a",), "12"), FigureMark(7, 9, ("b",), "34"), FigureMark(5, 8, ("c",), "5"))
    found = printable(Blocks([Text("甲\ue000：12\u2028\ufeff34件", "第1段", marks=marks)]))
    assert [(text.text, [(text.text[mark.start:mark.end], mark.cells) for mark in text.marks]) for text in found.items] == [
        ("甲：12", [("12", ("a",))]), ("34件", [("34", ("b",))])]


def test_the_comment_beside_a_block_is_not_mended():
    text = MINIMAL + "overview: |   # 说明, 不改\n  甲,乙\n"
    assert mended_text(text, "x") == text.replace("甲,乙", "甲，乙")
