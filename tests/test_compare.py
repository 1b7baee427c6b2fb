"""Comparing years: every cell, the ties, the prose, and the three kinds of file, read by others."""

import io
import re
import shutil

import docx
import lxml.html
import pdfplumber
import pytest
from conftest import GOOD, ROOT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from hypothesis import given
from hypothesis import strategies as st

import reportgen
from reportgen.cli.main import main
from reportgen.comparison.changes import only_changes
from reportgen.comparison.show import comparison_docx, comparison_pdf
from reportgen.comparison.years import compare, text_pieces
from reportgen.files import resources
from reportgen.findings import InputError
from reportgen.sources import read_text

SUQIAN = [ROOT / "data" / "suqian" / f"{year}.yaml" for year in (2023, 2024)]


@pytest.fixture(scope="module")
def found():
    return compare([reportgen.read(path) for path in reversed(SUQIAN)])


def line(found, table, row, column):
    rows = next(rows for spec, rows in found.tables if spec.id == table)
    return next(one for group in rows if group.label == row for one in group.lines if one.column == column)


def test_suqian(found):
    new = line(found, "applications", "一、本年新收政府信息公开申请数量", "总计")
    assert (new.texts, new.change, new.growth) == (("3511", "3525"), "+14", "+0.40%")
    review = line(found, "remedies", "行政复议", "总计")
    assert (review.texts, review.change, review.growth) == (("440", "170"), "-270", "-61.36%")
    assert [(tie.expected, tie.given, tie.agrees) for tie in found.ties if "总计" in tie.label] == [("121", "121", True)]
    assert [passage.heading for passage in found.passages] == ["引言", "一、总体情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"]
    assert all(re.fullmatch(r"\d{1,2}\.\d%", passage.similarity) for passage in found.passages)


def test_every_cell_is_there(found):
    for index, path in enumerate(SUQIAN):
        report = reportgen.read(path)
        texts = [one.texts[index] for _, rows in found.tables for row in rows for one in row.lines]
        assert texts == [cell.text for cell in report.cells.values()]


@given(st.text(alphabet="甲乙丙12，。", max_size=30), st.text(alphabet="甲乙丙12，。", max_size=30))
def test_both_texts_can_be_read_from_the_pieces(old, new):
    pieces = list(text_pieces(old, new))
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new


def test_a_number_changes_as_a_whole():
    assert [(piece.kind, piece.text) for piece in text_pieces("全年收到申请125件。", "全年收到申请135件。")] == [
        ("same", "全年收到申请"), ("gone", "125"), ("new", "135"), ("same", "件。")]


def reports_of(*texts):
    return [read_text(text, f"{number}.yaml") for number, text in enumerate(texts)]


def test_blank_zero_and_the_same():
    old = GOOD.replace("2024", "2023").replace("blanks: 0\n", "") + "applications: {new: {natural: 0, enterprise: 4, research: 2}}\n"
    new = GOOD.replace("blanks: 0\n", "") + "applications: {new: {natural: 3, enterprise: 4, other: 1}}\n"
    found = compare(reports_of(old, new))
    rows = {one.column: (*one.texts, one.change, one.growth) for one in found.tables[1][1][0].lines}
    assert rows == {"自然人": ("0", "3", "+3", ""), "商业企业": ("4", "4", "持平", ""), "科研机构": ("2", "", "", ""),
                    "社会公益组织": ("", "", "", ""), "法律服务机构": ("", "", "", ""), "其他": ("", "1", "", ""), "总计": ("", "", "", "")}
    assert found.ties == ()


def test_a_tie_that_does_not_hold():
    old = GOOD.replace("2024", "2023") + "applications: {carried_out: {natural: 3}, new: {natural: 3}}\n"
    found = compare(reports_of(old, GOOD))
    assert [(tie.expected, tie.given) for tie in found.ties if not tie.agrees] == [("3", "0"), ("3", "0")]


def test_editions_and_years_apart():
    found = compare(reports_of(GOOD.replace("2024", "2020"), GOOD, GOOD.replace("2024", "2022")))
    assert found.years == (2020, 2022, 2024)
    assert found.ties == ()
    assert found.tables[0][1][0].lines[0].texts == ("", "0", "0")
    assert found.tables[1][1][0].lines[0].texts == ("0", "0", "0")


@pytest.mark.parametrize(("texts", "words"), [((GOOD,), "两个年度"), ((GOOD, GOOD), "有两份"),
                                              ((GOOD, GOOD.replace("2024", "2023").replace("某县", "某乡")), "是“某乡统计局”的")])
def test_what_cannot_be_compared(texts, words):
    with pytest.raises(InputError, match=words):
        compare(reports_of(*texts))


def test_the_pdf_says_nothing_of_where_the_program_lies(tmp_path, monkeypatch):
    """The same program in another folder makes the same bytes, in its own fonts."""
    found = compare(reports_of(GOOD.replace("2024", "2023"), GOOD.replace("都有进展。", "都有进展。新的一段Ω①②③。")))
    here = comparison_pdf(found)
    there = tmp_path / "另一个文件夹" / "fonts"
    shutil.copytree(resources.fonts_folder(), there)
    monkeypatch.setattr(resources, "fonts_folder", lambda: there)
    assert comparison_pdf(found) == here
    with pdfplumber.open(io.BytesIO(here)) as document:
        fonts = {character["fontname"].partition("+")[2] for page in document.pages for character in page.chars}
    assert {name.split("-")[0] for name in fonts} == {"Reportgen"}


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
def test_the_files(tmp_path, capsys, kind):
    target = tmp_path / f"对比.{kind}"
    assert main(["compare", *map(str, SUQIAN), "--all", "-o", str(target)]) == 0
    first = target.read_bytes()
    assert main(["compare", *map(str, SUQIAN), "--all", "-o", str(target)]) == 0
    assert target.read_bytes() == first
    if kind == "html":
        page = lxml.html.parse(str(target))
        rows = [[cell.text_content() for cell in row] for row in page.xpath("//tr")]
        gone, come = ("".join(element.text_content() for element in page.xpath(f"//p/{tag}")) for tag in ("del", "ins"))
        assert page.xpath("//script | //link | //img") == []
    elif kind == "docx":
        word = docx.Document(target)
        rows = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
        runs = [run for paragraph in word.paragraphs for run in paragraph.runs]
        gone, come = ("".join(run.text for run in runs if getattr(run.font, name)) for name in ("strike", "underline"))
    else:
        with pdfplumber.open(target) as document:
            rows = [["".join((cell or "").split()) for cell in row] for page in document.pages for table in page.extract_tables() for row in table]
            text = "".join("".join(page.extract_text().split()) for page in document.pages)
        gone = come = text
    assert ["一、本年新收政府信息公开申请数量", "总计", "3511", "3525", "+14", "+0.40%"] in rows
    assert len(rows) >= 200 + 3
    assert "重大项目公开规范" in gone
    assert "加强政策公开" in come


def test_the_command_prints(capsys):
    assert main(["compare", str(SUQIAN[0].parent)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "一、本年新收政府信息公开申请数量  总计：3511 → 3525（+14，+0.40%）" in said
    assert not any("相符" in one for one in said[2:])
    assert any(one.startswith("一、总体情况：相似度 ") for one in said)


def test_the_command_prints_everything(capsys):
    assert main(["compare", str(SUQIAN[0].parent), "--all"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert any(one.endswith("按上年推算 121，本年填报 121，相符") for one in said)
    assert any(one.endswith("（持平）") for one in said)


def test_only_what_changed_the_heaviest_first():
    old = GOOD.replace("2024", "2023") + "applications: {new: {natural: 3, enterprise: 4}, granted: {natural: 3, enterprise: 4}}\n"
    new = GOOD + "applications: {new: {natural: 23, enterprise: 4, other: 1}, granted: {natural: 3, enterprise: 9}}\n"
    found = only_changes(compare(reports_of(old, new)))
    assert next((table.id, [(row.label[:8], [(one.column, one.texts, one.change) for one in row.lines]) for row in rows])
                for table, rows in found.tables if rows) == (
        "applications", [("一、本年新收政府", [("总计", ("7", "28"), "+21"), ("自然人", ("3", "23"), "+20"), ("其他", ("0", "1"), "+1")]),
                         ("（一）予以公开", [("商业企业", ("4", "9"), "+5"), ("总计", ("7", "12"), "+5")]),
                         ("（七）总计", [("商业企业", ("4", "9"), "+5"), ("总计", ("7", "12"), "+5")])])
    assert found.passages == ()
    assert re.search(r"绝对值.*未列出的：\d+ 格", found.about)


def test_an_unchanged_paragraph_is_counted_only(found):
    overview = next(one for one in only_changes(found).passages if one.heading == "一、总体情况")
    whole = next(one for one in found.passages if one.heading == "一、总体情况")
    assert len(overview.paragraphs) + overview.hidden == len(whole.paragraphs)
    assert all(any(piece.kind != "same" for piece in pieces) for pieces in overview.paragraphs)


def test_the_tables_of_the_docx(tmp_path, found):
    target = tmp_path / "对比.docx"
    target.write_bytes(comparison_docx(only_changes(found)))
    table = docx.Document(target).tables[-1]
    head, first = table.rows[0].cells, table.rows[1].cells
    assert [cell._tc.xpath("string(w:tcPr/w:shd/@w:fill)") for cell in head] == ["E2E0DA"] * 6
    assert [cell.paragraphs[0].alignment for cell in first] == [None, None, *[WD_ALIGN_PARAGRAPH.RIGHT] * 4]


def test_another_kind_of_file(tmp_path, capsys):
    assert main(["compare", *map(str, SUQIAN), "-o", str(tmp_path / "a.odt")]) == 2
    assert "后缀应当是" in capsys.readouterr().err
