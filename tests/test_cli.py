"""The command line, as a new user would try it, with wrong input too."""

import io
import json
import re
import subprocess
import sys
import types

import click
import lxml.html
import pytest
from conftest import EXAMPLES, GOOD, ROOT, all_zero_but

import reportgen
from reportgen import checks
from reportgen.cli.main import main
from reportgen.cli.printing import marked
from reportgen.files.place import safe_name, write_files
from reportgen.findings import Excerpt
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.pdf.engine import library
from reportgen.outputs.pdf.engine.library import EngineMissingError

BROKEN = GOOD + "remedies: {review: {upheld: 1, total: 2}}\n"


def test_build_writes_both_files_named_after_the_title(write, tmp_path, capsys):
    assert main(["build", str(write(GOOD)), "-o", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "某县统计局2024年政府信息公开工作年度报告.docx", "某县统计局2024年政府信息公开工作年度报告.pdf"]
    assert capsys.readouterr().out.count("已生成") == 2


def test_errors_stop_a_release_and_not_a_draft(write, tmp_path, capsys):
    path, out = write(BROKEN), tmp_path / "out"
    assert main(["build", str(path), "-o", str(out)]) == 1
    assert not out.exists()
    printed = capsys.readouterr()
    assert f"{path}:7：错误[GJ04]" in printed.out
    assert "--draft" in printed.err
    assert main(["build", str(path), "-o", str(out), "--draft", "--to", "docx"]) == 0
    assert len(list(out.iterdir())) == 1


def test_check_json_and_exit_codes(write, capsys):
    assert main(["check", str(write(GOOD)), "--json"]) == 0
    capsys.readouterr()
    assert main(["check", str(write(BROKEN)), str(write("", "empty.yaml")), "--json"]) == 2
    result = json.loads(capsys.readouterr().out)
    assert result["version"] == 1
    assert [finding["code"] for finding in result["reports"][0]["findings"]] == ["GJ04", "KN08"]
    assert result["reports"][0]["counts"] == {"error": 1, "warning": 0, "info": 1, "accepted": 0}
    assert result["reports"][0]["findings"][0]["excerpt"]["text"] == "总计2 ＝ 结果维持1 ＋ 结果纠正0 ＋ 其他结果0 ＋ 尚未审结0"
    assert result["reports"][1]["refused"][0]["message"].startswith("文件是空的")
    assert main(["check", str(write(BROKEN))]) == 1


@pytest.mark.parametrize(("arguments", "words"), [
    (["build"], "缺少参数：数据文件"), (["new", "abc"], "年度 应当是整数，不能是“abc”"), (["build", "x", "-o"], "选项 -o 后面要写一项内容"),
    (["bild", "x"], "没有命令 bild，是不是 build？"), (["zzz"], "没有命令 zzz；全部命令见 reportgen --help"),
    (["check", "x", "--strct"], "没有选项 --strct，是不是 --strict？"), (["check", "x", "--json=1"], "选项 --json 后面不写内容"),
    (["new", "2025", "甲"], "多出参数：甲"), (["2025.yaml"], "文件写在命令后面，例如 reportgen check 2025.yaml"),
    (["build", "x", "-out", "y"], "多出参数：y；“-out”读成了 -o ut，选项和内容之间请空一格"), (["--draft", "build", "x"], "没有选项 --draft；一条命令的选项写在命令后面"), (["build", "x", "--to", "ofd"], "--to 只能是 docx、pdf，多种用逗号隔开"), (["new", "2025", "——agency", "甲"], "“——agency”不是选项，选项前面是半角的减号"),
    (["—version"], "“—version”不是选项"), (["aggregate", "x", "--year", "2024"], "缺少选项 --agency"), (["--"], "缺少命令"),
    (["schema", "foo"], "种类 不能是“foo”，可以是 data、report"), (["template", "chek", "x"], "没有命令 chek，是不是 check？"),
    (["template", "check", "x", "--edition", "2099"], "--edition 没有“2099”这一版格式，可以是 2019、2021"),
    (["batch", "--timeout", "快"], "--timeout 应当是数字，不能是“快”"), (["-z"], "没有选项 -z"), (["check", "-zo", "x"], "没有选项 -z")])
def test_usage_errors_are_chinese(arguments, words, capsys):
    assert main(arguments) == 2
    printed = capsys.readouterr().err
    assert words in printed
    assert printed.startswith("用法：")
    assert not re.search("[a-z] [a-z]", printed.partition("\n")[2].replace("reportgen ", "").replace("-o ut", ""))


def test_every_message_of_click_that_a_user_can_cause_is_replaced():
    """Each kind of UsageError has its own words; a new kind in click must get some."""
    kinds = {kind.__name__ for kind in vars(click.exceptions).values()
             if isinstance(kind, type) and issubclass(kind, click.UsageError)}
    assert kinds == {"UsageError", "BadParameter", "MissingParameter", "NoSuchOption", "NoSuchCommand", "BadOptionUsage", "BadArgumentUsage",
                     "NoArgsIsHelpError"}


@pytest.mark.parametrize("arguments", [[], ["build"], ["check"], ["new"], ["editions"], ["template"],
                                       ["template", "check"], ["doctor"]])
def test_help_is_chinese(arguments, capsys):
    assert main([*arguments, "--help"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("用法：")
    assert not {"usage", "options:", "positional", "show this"} & set(printed.split())


def test_new_gives_a_file_that_reads_back_and_carries_last_year(tmp_path, capsys):
    target = tmp_path / "2025.yaml"
    assert main(["new", "2025", "--from", str(ROOT / "data/suqian/2024.yaml"), "-o", str(target)]) == 0
    report = reportgen.read(target)
    assert (report.agency.name, report.agency.kind, report.problems) == ("宿迁市人民政府", "government", ())
    filled = {path: cell.value for path, cell in report.cells.items() if not cell.blank}
    assert filled == {f"applications.carried_in.{column}": value for column, value in {
        "natural": 118, "enterprise": 5, "research": 0, "public_interest": 0, "legal_service": 1, "other": 1,
        "total": 125}.items()}
    assert main(["new", "2025", "--agency", "甲", "-o", str(target)]) == 2
    assert "已经存在" in capsys.readouterr().err


def test_new_of_the_old_edition_carries_items_forward(write, tmp_path):
    source = write("year: 2019\nagency: {name: 甲}\ndisclosure: {licensing: {prev_items: 5, change: -2}}\n", "2019.yaml")
    assert main(["new", "2020", "--from", str(source), "-o", str(tmp_path / "n.yaml")]) == 0
    assert reportgen.read(tmp_path / "n.yaml").cells["disclosure.licensing.prev_items"].value == 3


@pytest.mark.parametrize("arguments", [["new", "2010", "--agency", "甲"], ["new", "2025"]])
def test_new_refuses(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert list(tmp_path.iterdir()) == []


def test_editions_and_doctor(capsys):
    assert main(["editions"]) == 0
    assert "国办公开办函〔2021〕30号" in capsys.readouterr().out
    assert main(["doctor"]) == 0
    assert "可以生成 PDF" in capsys.readouterr().out


def test_without_pango_the_docx_is_built_and_the_pdf_explained(write, tmp_path, capsys, monkeypatch):
    def missing():
        raise EngineMissingError("缺少 Pango")

    for user in (pdf, library):
        monkeypatch.setattr(user, "engine", missing)
    assert main(["build", str(write(GOOD)), "-o", str(tmp_path / "out")]) == 2
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".docx"]
    assert "缺少 Pango" in capsys.readouterr().err


def test_checking_imports_nothing_that_prints_confines_or_compares():
    code = ("import sys; from reportgen.__main__ import start; start(); print(sorted({'weasyprint', 'docx', 'docxtpl', 'fontTools', 'lxml', "
            "'rapidfuzz', 'multiprocessing', 'reportgen.outputs', 'reportgen.imports.read'} & set(sys.modules)))")
    # It has last year's report beside it.
    done = subprocess.run([sys.executable, "-c", code, "check", str(ROOT / "data" / "suqian" / "2024.yaml")], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("options", [[], ["--draft"]])
def test_a_report_is_checked_once_when_it_is_built(write, tmp_path, monkeypatch, options):
    checked = []
    family = types.SimpleNamespace(RULES=(lambda report: checked.append(report) or (),))
    monkeypatch.setattr(checks, "FAMILIES", (*checks.FAMILIES, family))
    assert main(["build", str(write(GOOD)), "-o", str(tmp_path / "out"), "--to", "docx", *options]) == 0
    assert len(checked) == 1


def test_template_check_names_what_is_lost_misspelt_and_broken(tmp_path, capsys):
    import docx

    assert main(["template", "copy", str(tmp_path)]) == 0
    path = tmp_path / "2021" / "report.docx"
    assert main(["template", "check", str(path)]) == 0
    word = docx.Document(path)
    cells = word.tables[1].rows[3].cells
    first, rest = cells[3].paragraphs[0].runs
    first.text, rest.text = "{{ applications.new.naturel }}", ""
    word.save(path)
    capsys.readouterr()
    assert main(["template", "check", str(path)]) == 1
    printed = capsys.readouterr().out
    assert "缺少字段：{{ applications.new.natural }}" in printed
    assert "“{{ applications.new.naturel }}”：没有“applications.new.naturel”这一项，是不是“natural”？" in printed
    first.text = "{{ applications.new.natural }"
    word.save(path)
    assert main(["template", "check", str(path)]) == 1
    assert "标记有误：正文第" in capsys.readouterr().out
    assert main(["build", str(EXAMPLES[0]), "--templates", str(tmp_path), "-o", str(tmp_path / "o"), "--to", "docx"]) == 2
    assert "括号没有成对" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_template_that_is_no_docx(write, capsys):
    assert main(["template", "check", str(write("x", "a.docx"))]) == 2
    assert "Word" in capsys.readouterr().err


@pytest.mark.parametrize(("title", "name"), [
    ("a/b\\c", "abc"), ("../../etc", "etc"), ("x. . ", "x"), ("CON", "_CON"), ("...", "政府信息公开工作年度报告"),
    ("题" * 200, "题" * 66), ("a\nb", "ab")])
def test_safe_names(title, name):
    assert safe_name(title) == name


def test_a_failed_write_leaves_the_old_files(tmp_path, monkeypatch):
    write_files(tmp_path, {"a": b"old", "b": b"old"})
    (tmp_path / "c").mkdir()
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(reportgen.InputError, match="磁盘已满"):
        write_files(tmp_path, {"a": b"new", "b": b"new"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == {"a": b"old", "b": b"old"}


def test_output_folder_that_is_a_file(write, capsys):
    path = write(GOOD)
    assert main(["build", str(path), "-o", str(path), "--to", "docx"]) == 2
    assert "写不进" in capsys.readouterr().err


def test_hard_titles_and_characters_are_built(write, tmp_path):
    text = GOOD.replace("都有进展", "𠮷 & < > 都在") + f"title: {'长' * 200}\n"
    assert main(["build", str(write(text)), "-o", str(tmp_path / "out")]) == 0
    assert {path.stem for path in (tmp_path / "out").iterdir()} == {"长" * 62 + "（2024年）"}


def test_own_fonts(write, tmp_path, capsys):
    from fontTools.ttLib import TTFont

    folder = tmp_path / "fonts"
    folder.mkdir()
    path = str(write(GOOD))
    assert main(["build", path, "-o", str(tmp_path / "out"), "--fonts", str(folder)]) == 2
    assert "没有找到公文字体" in capsys.readouterr().err
    font = TTFont(io.BytesIO((ROOT / "reportgen" / "fonts" / "heiti.ttf").read_bytes()))
    font["name"].setName("SimHei", 1, 3, 1, 0x409)
    font.save(folder / "simhei.ttf")
    assert main(["build", path, "-o", str(tmp_path / "out"), "--fonts", str(folder)]) == 0
    font["OS/2"].fsType = 2
    font.save(folder / "simhei.ttf")
    pdf._typesetter.cache_clear()
    assert main(["build", path, "-o", str(tmp_path / "out"), "--fonts", str(folder)]) == 2
    assert "授权" in capsys.readouterr().err



def test_what_a_clerk_types_into_a_new_file_is_read(tmp_path):
    target = tmp_path / "2025.yaml"
    assert main(["new", "2025", "--agency", "某市: #1 局", "-o", str(target)]) == 0
    text = target.read_text(encoding="utf-8").replace("总体情况: |\n  \n", "总体情况: |\n  （一）主动公开。有。\n  第二段。\n")
    target.write_text(text.replace("类别:", "类别: 部门").replace("规章:\n    本年制发件数:", "规章:\n    本年制发件数: 3"), encoding="utf-8")
    report = reportgen.read(target)
    assert [paragraph.text for paragraph in report.prose["overview"]] == ["（一）主动公开。有。", "第二段。"]
    assert (report.agency.name, report.agency.kind) == ("某市: #1 局", "department")
    assert report.cells["disclosure.regulations.issued"].value == 3


def test_check_of_a_folder_ends_with_one_table(write, tmp_path, capsys):
    write(GOOD)
    (tmp_path / "sub").mkdir()
    write(BROKEN.replace("某县", "某乡"), "sub/x.yaml")
    write("year: 1\n", "sub/y.yml")
    assert main(["check", str(tmp_path)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[-5:-1]] == [
        ["文件", "机关", "年度", "错误", "警告", "提示", "已核实", "结果"],
        [str(tmp_path / "2024.yaml"), "某县统计局", "2024", "0", "0", "1", "0", "可以生成"],
        [str(tmp_path / "sub" / "x.yaml"), "某乡统计局", "2024", "1", "0", "1", "0", "有错误"],
        [str(tmp_path / "sub" / "y.yml"), "-", "-", "-", "-", "-", "-", "不能读取"]]
    assert lines[-1] == "共 3 份，可以生成 1 份，有错误或不能读取 2 份"
    (tmp_path / "empty").mkdir()
    assert main(["check", str(tmp_path / "empty")]) == 2
    assert "没有数据文件" in capsys.readouterr().err


def test_findings_are_grouped_by_section_with_the_figure_marked(write, capsys):
    path = write(BROKEN.replace("将加强培训", "将加强的的培训"))
    assert main(["check", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}（某县统计局，2024年度）", "── 基本信息",
        f"{path}:1：提示[KN08] 没有找到2023年度的数据文件，结转等跨年关系没有核对；请把它放在旁边（文件名只差年份），或用 --previous 指定",
        "── 四、政府信息公开行政复议、行政诉讼情况",
        f"{path}:7：错误[GJ04] 表四“行政复议”：“总计”2，“结果维持”1＋“结果纠正”0＋“其他结果”0＋“尚未审结”0＝1，相差1；请核对并改正",
        "    总计2 ＝ 结果维持1 ＋ 结果纠正0 ＋ 其他结果0 ＋ 尚未审结0", "        ^",
        "── 五、存在的主要问题及改进情况",
        f"{path}:5：警告[WZ05] “的的”像是多打了；请删去多余的",
        "    解读不够深入，将加强的的培训。", "                        ^^^^", "错误 1，警告 1，提示 1"]


def test_long_sentences_are_cut_around_the_mark():
    excerpt = Excerpt("甲" * 100 + "错" + "乙" * 100, 100, 101)
    lines = marked(excerpt, False)
    assert lines[0].count("错") == 1
    assert lines[0].startswith("…甲")
    assert lines[0].endswith("乙…")
    assert len(lines[1]) == 2 * lines[0].index("错") + 2
    assert marked(Excerpt("甲错乙", 1, 2), True) == ["甲\x1b[7m错\x1b[0m乙"]


def test_strict_makes_blanks_errors(write, tmp_path, capsys):
    path = str(write(all_zero_but("disclosure.coercion.decisions")))
    assert main(["check", path]) == 0
    assert main(["check", path, "--strict"]) == 1
    assert main(["build", path, "--strict", "-o", str(tmp_path / "out")]) == 1
    assert not (tmp_path / "out").exists()
    assert "错误[TB01]" in capsys.readouterr().out


def test_accepted_errors_do_not_stop_a_build(write, tmp_path, capsys):
    accepted = "accepted:\n- {code: GJ04, cell: remedies.review.total, reason: 含上年案件, by: 李四}\n"
    path = str(write(BROKEN + accepted))
    assert main(["build", path, "-o", str(tmp_path / "out"), "--to", "docx"]) == 0
    assert "已核实[GJ04]" in capsys.readouterr().out


def test_explain(capsys):
    assert main(["explain", "gj01"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("GJ01 申请收办平衡（勾稽，错误）")
    assert "怎样改：" in printed
    assert main(["explain"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("DR01")
    assert main(["explain", "ZZ99"]) == 2
    assert "没有编号ZZ99" in capsys.readouterr().err


def test_html_page_shows_what_was_typed_and_says_only_what_an_agency_can_do(write, tmp_path):
    text = BROKEN.replace("将加强培训", "将(加强)培训") + "disclosure: {coercion: {decisions: 八十多}}\n"
    folder = tmp_path / "某处"
    folder.mkdir()
    path = folder / "2024.yaml"
    path.write_text(text, encoding="utf-8")
    main(["check", str(path), "--html", str(tmp_path / "r.html")])
    page = lxml.html.parse(str(tmp_path / "r.html")).getroot()
    assert [one.text for one in page.xpath("//td/del")] == ["八十多"]
    shown = page.xpath("//body")[0].text_content()
    assert "没有找到" not in shown or "--previous" not in shown
    for word in ("reportgen", "--", "{{", str(tmp_path), "某处"):
        assert word not in shown, word
    assert "半角标点" in shown
    assert "2024.yaml 第" in shown


@pytest.mark.parametrize(("message", "expected"), [
    ("有 1 处半角标点，第一处“,”应为“，”；可运行 reportgen fix 改写", "有 1 处半角标点，第一处“,”应为“，”"),
    ("没有找到2023年度的数据文件，跨年关系没有核对；请把它放在旁边（文件名只差年份），或用 --previous 指定", "没有找到2023年度的数据文件，跨年关系没有核对"),
    ("这里写的是2023年；请核对，可以写成“{{ year }}年”", "这里写的是2023年；请核对"), ("请改正", "请改正"),
    ("{{ applications.new.total | growth(a) }}：没有上年数据文件，请用 --previous 指定，或把它放在本文件旁边",
     "正文中的表达式：没有上年数据文件，请把它放在本文件旁边"),
    ("文件是空的；可用 reportgen new 生成一份", "文件是空的"), ("可用 reportgen new 生成", "可用")])
def test_messages_for_agencies(message, expected):
    from reportgen.outputs.review import for_agencies

    assert for_agencies(message) == expected


def test_html_page_marks_the_cells_and_fetches_nothing(write, tmp_path, capsys):
    path = write(BROKEN.replace("将加强培训", "将<b>加强的的培训"))
    assert main(["check", str(path), str(EXAMPLES[0]), "--html", str(tmp_path / "r.html")]) == 1
    page = lxml.html.parse(str(tmp_path / "r.html")).getroot()
    assert [cell.text for cell in page.xpath("//td[@class='error' or @class='likely']")] == ["1", "0", "0", "0", "2"]
    assert [one.text for one in page.xpath("//mark")] == ["2", "的的"]
    assert all(link.text.strip("[]").isdigit() and link.text.startswith("[") for link in page.xpath("//td/a"))
    assert page.xpath("//blockquote")[1].text_content() == "解读不够深入，将<b>加强的的培训。"
    assert len(page.xpath("//h2")) == 2
    assert len(page.xpath("//script")) == 1
    assert page.xpath("//script[@src] | //link | //img | //@src | //*[@href and not(starts-with(@href, '#'))]") == []
    anchors = set(page.xpath("//@id"))
    assert {link[1:] for link in page.xpath("//@href")} <= anchors
    assert main(["check", str(path), "--html", str(tmp_path)]) == 2
    assert "文件夹" in capsys.readouterr().err


def test_a_new_file_computes_the_totals_that_stand_blank(tmp_path):
    target = tmp_path / "2024.yaml"
    assert main(["new", "2024", "--agency", "某县统计局", "-o", str(target)]) == 0
    text = target.read_text(encoding="utf-8")
    row = text.index("本年新收:")
    names = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
    filled = text[row:row + 120]
    for number, name in enumerate(names):
        filled = filled.replace(f"{name}:", f"{name}: {number}", 1)
    target.write_text(text[:row] + filled + text[row + 120:], encoding="utf-8")
    report = reportgen.read(target)
    assert report.cells["applications.new.total"].value == 15
    assert report.cells["applications.carried_in.total"].blank
