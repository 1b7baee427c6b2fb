"""No text becomes a formula: every workbook and CSV that is written, read by openpyxl, as XML and by the csv module."""

import csv
import io
import zipfile

import openpyxl
import pytest
from conftest import GOOD
from lxml import etree
from round_trips import effective
from slow_ones import mostly_slow

import reportgen
from reportgen.api import outcomes_csv
from reportgen.cli.main import main
from reportgen.findings import InputError
from reportgen.form.write import write_workbook
from reportgen.many.agencies_book import write_agencies
from reportgen.many.aggregate import aggregate
from reportgen.many.work import FindingRow, Outcome
from reportgen.outputs.document import document
from reportgen.outputs.tables_book import write_tables
from reportgen.sources import read_text

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STARTS = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]
# @ stands for a text.
DATA = """year: 2024
agency: {name: @}
title: @
contact: {phone: @, email: @}
letterhead: {to: @}
signature: {name: @}
overview: @
problems: |
  -
  +5
notes: {remedies: @}
disclosure:
  regulations: {issued: {value: 3, remark: @}}
applications: {new: {natural: 5, enterprise: {value: 1, remark: @}}}
accepted:
- {code: WZ05, sentence: @, reason: @, by: @}
"""


def hostile(text):
    return read_text(DATA.replace("@", f"'{text}'"), "=x.yaml")


def formulas(content):
    """Return the formulas of a workbook as (sheet, cell, formula), and its texts, from the XML."""
    found, texts = [], []
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            root = etree.fromstring(package.read(name))
            for cell in root.iter(f"{S}c"):
                formula, inline = cell.find(f"{S}f"), cell.find(f"{S}is")
                if formula is not None:
                    found.append((name, cell.get("r"), formula.text))
                if inline is not None:
                    assert cell.get("t") == "inlineStr"
                    texts.append("".join(inline.itertext()))
            found += [(name, "", element.text) for element in root.iter(f"{S}definedName", f"{S}hyperlink", f"{S}formula1", f"{S}formula2", f"{S}formula")]
            assert "externalLink" not in name
    return found, texts


def books(report, comment):
    return [write_workbook(report, comment), write_tables(document(report)),
            write_agencies(aggregate([read_text(GOOD.replace("某县统计局", f"'{report.agency.name}'"), report.path)], 2024, report.agency.name), report.agency.name, "2024-12-31")]


@pytest.mark.parametrize("start", mostly_slow(STARTS, quick=2))
def test_texts_of_a_workbook_stay_texts(start):
    text = f"{start}1+1"
    for harmless, made in zip(books(hostile("甲1+1"), "甲1+1\n甲"), books(hostile(text), f"甲1+1\n{text}"), strict=True):
        wanted, _ = formulas(harmless)
        found, texts = formulas(made)
        assert found == wanted
        assert any(one.startswith(text) for one in texts)
        book = openpyxl.load_workbook(io.BytesIO(made))
        seen = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str) and cell.value.startswith(text)]
        assert {(cell.data_type, cell.quotePrefix) for cell in seen} == {("s", True)}


@pytest.mark.parametrize("text", mostly_slow(["=1+1", "-", "+5", "@SUM(A1)", "＝1", "#N/A", "TRUE", "1", "_x0041_"], quick=2))
def test_texts_come_back_from_a_form(tmp_path, text):
    report = hostile(text)
    source, form, back = (tmp_path / name for name in ("2024.yaml", "a.xlsx", "b.yaml"))
    source.write_text(DATA.replace("@", f"'{text}'"), encoding="utf-8")
    assert main(["convert", str(source), str(form)]) == 0
    assert main(["convert", str(form), str(back)]) == 0
    assert effective(reportgen.read(form)) == effective(reportgen.read(back)) == effective(report)


@pytest.mark.parametrize(("remark", "expected"), [("", ("n", -3)), ("=1", ("s", "-3（=1）"))])
def test_a_negative_figure_stays_a_number(remark, expected):
    report = read_text(f"year: 2019\nagency: {{name: 某局}}\ndisclosure: {{licensing: {{change: {{value: -3, remark: '{remark}'}}}}}}\n", "x.yaml")
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(write_tables(document(report)))) for row in sheet.iter_rows() for cell in row]
    assert expected in [(cell.data_type, cell.value) for cell in cells]
    form = openpyxl.load_workbook(io.BytesIO(write_workbook(report)))
    assert ("n", -3) in [(cell.data_type, cell.value) for row in form["表二"].iter_rows() for cell in row]


def test_a_text_longer_than_a_cell_is_refused():
    report = read_text(GOOD + f"preamble: {'甲' * 40_000}\n", "x.yaml")
    with pytest.raises(InputError, match=r"引言!A4：文字有 40000 字"):
        write_workbook(report)


def test_a_comment_may_hold_anything(tmp_path):
    made = write_workbook(hostile("甲"), "\x01\ud800\ufffe=1+1\r\n乙")
    assert {"=1+1", "乙"} <= set(formulas(made)[1])


@pytest.mark.parametrize("start", [*STARTS, "\t", "\r", " =", "\u3000＝", "\n="])
def test_a_table_of_findings_holds_no_formula(start):
    row = FindingRow("WB01", "error", f"{start}位置", f"{start}说明")
    content = outcomes_csv([Outcome(f"{start}文件", "built", agency=f"{start}机关", year=2024, rows=(row,)), Outcome("x", "unusable", message=f"{start}1")])
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    texts = [cell for row in rows[1:] for cell in row if cell.endswith((f"{start}文件", f"{start}机关", f"{start}位置", f"{start}说明", f"{start}1"))]
    assert texts == [f"'{start}{end}" for end in ("文件", "机关", "位置", "说明", "1")]
    assert [cell for row in rows[1:] for cell in row if cell.lstrip().startswith(tuple(STARTS))] == []
