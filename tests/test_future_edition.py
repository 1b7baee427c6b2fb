"""Every command with an edition that nobody has issued: a new row, a new column and a seventh section, as YAML alone."""

import json
import shutil
from importlib import resources

import docx
import jsonschema
import openpyxl
import pdfplumber
import pytest
import yaml
from lxml import html

import reportgen
from reportgen.cli.main import main
from reportgen.datafile.fix import _texts_at_top
from reportgen.format import all_editions
from reportgen.outputs.template.known import known_names
from reportgen.outputs.template.samples import samples

CHANGES = [
    ("id: '2021'", "id: '2027'"),
    ("first_year: 2021", "first_year: 2027"),
    # A row.
    ("              - {id: partial,", "              - {id: online, label: （二之一）网上公开, name: 网上公开}\n              - {id: partial,"),
    ("            'applications.not_processed.{}'", "            'applications.online.{}', 'applications.not_processed.{}'"),
    # A column.
    ("- {id: legal_service, label: 法律服务机构}", "- {id: legal_service, label: 法律服务机构}\n                  - {id: media, label: 新闻媒体}"),
    ("'{}.legal_service', '{}.other'", "'{}.legal_service', '{}.media', '{}.other'"),
    ("widths: [7, 15, 63, 11.6, 9.9, 9.9, 9.9, 9.9, 9.9, 9.9]", "widths: [8, 15, 61, 9, 9, 9, 9, 9, 9, 9, 9]"),
    # A section.
    ("name: 其他事项, kind: prose, roles: [fee]}", "name: 其他事项, kind: prose, roles: [fee]}\n  - {id: outlook, heading: 七、下一年度工作安排, name: 工作安排, kind: prose}"),
    ("  - {section: problems, words:", "  - {section: outlook, words: [工作安排]}\n  - {section: problems, words:"),
]

OLD = """
year: 2026
blanks: 0
agency: {name: 某市统计局, kind: 部门, level: 市}
overview: 2026年，主动公开、依申请公开、信息管理、平台建设、监督保障工作有序开展。
applications:
  new: {natural: 4}
  granted: {natural: 2}
  carried_out: {natural: 2}
problems: 存在公开目录更新不够及时的问题，已经改进。
other: 2026年没有收取信息处理费。
signature: {date: 2027-01-20}
"""

NEW = """
year: 2027
blanks: 0
agency: {name: 某市统计局, kind: 部门, level: 市}
publication: {published: 2028-01-20}
overview: |
  2027年，主动公开、依申请公开、信息管理、平台建设、监督保障工作有序开展。新收政府信息公开申请{{ applications.new.total }}件。
applications:
  new: {natural: 3, media: 2}
  carried_in: {natural: 2}
  granted: {natural: 4}
  online: {natural: 1, media: 1}
  carried_out: {media: 1}
problems: 存在栏目设置不够合理的问题，已经改进。
other: 2027年没有收取信息处理费。
outlook: 2028年，将继续做好网上公开工作。
signature: {date: 2028-01-20}
"""


def replaced(text, *changes):
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of editions and, beside it, data files and templates."""
    top = tmp_path_factory.mktemp("future")
    text = (resources.files("reportgen.format") / "2021.yaml").read_text(encoding="utf-8")
    (top / "editions").mkdir()
    (top / "editions/2021.yaml").write_text(replaced(text, ("first_year: 2021", "first_year: 2021\nlast_year: 2026")), encoding="utf-8")
    (top / "editions/2027.yaml").write_text(replaced(text, *CHANGES), encoding="utf-8")
    (top / "2026.yaml").write_text(OLD, encoding="utf-8")
    (top / "2027.yaml").write_text(NEW, encoding="utf-8")
    kept = (all_editions, known_names, samples, _texts_at_top)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPORTGEN_EDITIONS", str(top / "editions"))
        for one in kept:
            one.cache_clear()
        assert main(["template", "copy", str(top / "mine")]) == 0
        yield top
    for one in kept:
        one.cache_clear()


@pytest.fixture
def run(folder, capsys, monkeypatch):
    """Run a command in the folder and return its exit code and what it said."""
    monkeypatch.chdir(folder)

    def command(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out or said.err
    return command


@pytest.fixture(scope="module")
def released(folder):
    """The files of a release by suffix."""
    assert main(["release", str(folder / "2027.yaml"), "-o", str(folder / "release"), "--templates", str(folder / "mine")]) == 0
    return {path.suffix: path for path in (folder / "release").iterdir()}


def figures(path):
    return {cell: str(found.value) for cell, found in reportgen.read(path).cells.items()}


def test_the_edition_is_listed_and_sound(run, folder):
    code, said = run("editions")
    assert (code, said.splitlines()[1:]) == (0, ["2021  国办公开办函〔2021〕30号  适用于2021年至2026年  共200格",
                                                 "2027  国办公开办函〔2021〕30号  适用于2027年及以后  共233格"])
    code, said = run("edition", "check", "editions/2027.yaml")
    assert (code, said.splitlines()[-1]) == (0, "editions/2027.yaml：没有发现问题")


def test_a_new_data_file_has_the_row_the_column_and_the_section(run, folder):
    assert run("new", "2027", "--from", "2026.yaml", "-o", "blank.yaml")[0] == 0
    blank = yaml.safe_load((folder / "blank.yaml").read_text(encoding="utf-8"))
    assert blank["工作安排"] == ""
    assert blank["申请办理"]["网上公开"] == dict.fromkeys(
        ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "新闻媒体", "其他", "总计"))
    assert (blank["申请办理"]["上年结转"]["自然人"], blank["申请办理"]["上年结转"]["新闻媒体"]) == (2, None)


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("outlook", "outlook", []),
    # A figure of the new row, one of the new column, and what prose says of either.
    ("online: {natural: 1,", "online: {natural: 3,", ["GJ01", "GJ01"]),
    ("media: 1}\nproblems", "media: 2}\nproblems", ["GJ01", "GJ01"]),
    ("total }}件。", "total }}件，其中新闻媒体3件。", ["WB01"]),
    ("total }}件。", "total }}件，网上公开3件。", ["WB01"])])
def test_a_wrong_figure_is_found(old, new, expected, run, folder):
    (folder / "wrong").mkdir(exist_ok=True)
    (folder / "wrong/2026.yaml").write_text(OLD, encoding="utf-8")
    (folder / "wrong/2027.yaml").write_text(replaced(NEW, (old, new)), encoding="utf-8")
    said = json.loads(run("check", "wrong/2027.yaml", "--json")[1])
    assert [one["code"] for one in said["reports"][0]["findings"] if one["code"] != "FB04"] == expected


def test_the_form_goes_and_comes(run, folder):
    assert run("convert", "2027.yaml", "2027.xlsx")[0] == 0
    book = openpyxl.load_workbook(folder / "2027.xlsx")
    assert book.sheetnames[1:10] == ["基本信息", "总体情况", "表二", "表三", "表四", "问题与改进", "其他事项", "工作安排", "引言"]
    assert "2028年，将继续做好网上公开工作。" in [cell.value for cell in book["工作安排"]["A"]]
    assert run("convert", "2027.xlsx", "back.yaml")[0] == 0
    (folder / "2027.xlsx").unlink()
    assert figures(folder / "back.yaml") == figures(folder / "2027.yaml")


def test_a_release_prints_all_of_it(released):
    word = docx.Document(released[".docx"])
    assert [text for paragraph in word.paragraphs if (text := paragraph.text)][-4:] == [
        "七、下一年度工作安排", "2028年，将继续做好网上公开工作。", "某市统计局", "2028年1月20日"]
    rows = {row.cells[1].text: [cell.text for cell in row.cells[3:]] for row in word.tables[1].rows}
    assert rows["（二之一）网上公开"] == ["1", "0", "0", "0", "0", "1", "0", "2"]
    with pdfplumber.open(released[".pdf"]) as pdf:
        said = "".join(page.extract_text() for page in pdf.pages).replace("\n", "")
    assert all(text in said for text in ("（二之一）网上公开", "七、下一年度工作安排", "2028年，将继续做好网上公开工作。"))
    page = html.parse(released[".html"])
    assert [heading.text for heading in page.iter("h2")][-1] == "七、下一年度工作安排"
    assert len(page.xpath("//*[@id='applications']//th[text()='新闻媒体']")) == 1
    sheet = openpyxl.load_workbook(released[".xlsx"])["表三"]
    assert "新闻媒体" in [cell.value for row in sheet.iter_rows() for cell in row]


def test_the_schemas_hold_the_data_file_and_the_json(run, released):
    schema = json.loads(run("schema", "data")[1])
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(yaml.safe_load(NEW.replace("2028-01-20", "'2028-01-20'")))) == []
    schema = json.loads(run("schema", "report", "--edition", "2027")[1])
    published = json.loads(released[".json"].read_text(encoding="utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(published)) == []


@pytest.mark.parametrize("kind", [".docx", ".pdf", ".html"])
def test_what_was_published_is_read_again(kind, run, released, folder):
    assert run("import", released[kind], "-o", f"again{kind}.yaml")[0] == 0
    again = yaml.safe_load((folder / f"again{kind}.yaml").read_text(encoding="utf-8"))
    assert (again["工作安排"].strip(), again["其他事项"].strip()) == ("2028年，将继续做好网上公开工作。", "2027年没有收取信息处理费。")
    assert figures(folder / f"again{kind}.yaml") == figures(folder / "2027.yaml")


def test_many_reports(run, folder):
    (folder / "all").mkdir()
    for name in ("统计局", "财政局"):
        (folder / f"all/{name}2027.yaml").write_text(NEW.replace("某市统计局", f"某市{name}"), encoding="utf-8")
    code, said = run("batch", "all", "-o", "out", "--templates", "mine", "--jobs", "1")
    assert code == 0, said
    assert len(list((folder / "out").rglob("*.pdf"))) == 2
    assert run("aggregate", "all", "--agency", "某市人民政府", "--year", "2027", "-o", "sum.yaml")[0] == 0
    total = yaml.safe_load((folder / "sum.yaml").read_text(encoding="utf-8"))
    assert total["申请办理"]["网上公开"] == {"自然人": 2, "商业企业": 0, "科研机构": 0, "社会公益组织": 0, "法律服务机构": 0, "新闻媒体": 2, "其他": 0, "总计": None}


def test_years_of_two_editions_are_compared(run, folder):
    assert run("compare", "2026.yaml", "2027.yaml", "-o", "compare.html")[0] == 0
    said = html.parse(folder / "compare.html").getroot().text_content()
    assert all(text in said for text in ("（二之一）网上公开", "2028年，将继续做好网上公开工作。"))


def test_templates_are_tried(run, folder):
    shutil.copytree(folder / "mine/2027", folder / "alone/2027")
    code, said = run("template", "check", "alone")
    assert (code, said.splitlines()[-1]) == (0, "alone：Word、PDF 和网页的模板都试过，没有发现问题")
    assert "| `applications.online` |" in run("template", "fields")[1]


def test_without_its_template_a_build_says_what_to_do(run):
    code, said = run("build", "2027.yaml", "-o", "none")
    assert code == 2
    assert "找不到 2027 版的 Word 模板；请用 reportgen template copy 复制一套，再用 --templates 给出它的文件夹" in said


def test_punctuation_of_the_new_section_is_mended(run, folder):
    (folder / "fix.yaml").write_text(replaced(NEW, ("2028年，将继续", "2028年,将继续")), encoding="utf-8")
    assert run("fix", "fix.yaml")[0] == 0
    assert (folder / "fix.yaml").read_text(encoding="utf-8") == NEW
