"""Findings as comments in a Word file: one for each, at its words or its cell, and nothing else changed."""

import io
import zipfile
from dataclasses import replace

import docx
import pytest
from conftest import GOOD, ROOT
from docx.oxml.ns import qn
from lxml import etree

from reportgen.checks import check
from reportgen.findings import InputError
from reportgen.outputs.annotated import annotated
from reportgen.outputs.build import make
from reportgen.report.model import CHECKER
from reportgen.sources import read

SUQIAN = ROOT / "data" / "suqian" / "2024.yaml"
MARKS = [qn(tag) for tag in ("w:commentRangeStart", "w:commentRangeEnd", "w:commentReference")]


def commented(content):
    """Return (author, first line, words) of every comment."""
    word = docx.Document(io.BytesIO(content))
    found = []
    for comment in word.comments:
        words, inside = "", False
        for element in word.element.body.iter():
            if element.tag in MARKS[:2] and element.get(qn("w:id")) == str(comment.comment_id):
                inside = element.tag == MARKS[0]
            elif inside and element.tag == qn("w:t"):
                words += element.text or ""
        found.append((comment.author, comment.text.split("\n")[0], words))
    return found


def plain(data):
    """Return a main part without marks of comments, runs that look alike joined."""
    root = etree.fromstring(data)
    for element in list(root.iter(*MARKS)):
        gone = element.getparent() if element.tag == MARKS[2] else element
        gone.getparent().remove(gone)
    for paragraph in root.iter(qn("w:p")):
        before, before_look = None, b""
        for run in list(paragraph.iterchildren(qn("w:r"))):
            texts = [one for one in run if one.tag != qn("w:rPr")]
            simple = len(texts) == 1 and texts[0].tag == qn("w:t")
            look = etree.tostring(run.find(qn("w:rPr"))) if run.find(qn("w:rPr")) is not None else b""
            if simple and before is not None and before.getnext() is run and look == before_look:
                before.find(qn("w:t")).text += texts[0].text
                paragraph.remove(run)
            else:
                before, before_look = (run, look) if simple else (None, b"")
    for text in root.iter(qn("w:t")):
        text.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
    return etree.tostring(root, method="c14n")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Return the Word file of a good report with a wrong figure, a wrong word and two wrong cells."""
    folder = tmp_path_factory.mktemp("published")
    [path] = make(read(SUQIAN), folder, ["docx"]).paths
    word = docx.Document(path)
    run = next(run for paragraph in word.paragraphs for run in paragraph.runs if len(run.text) > 30)
    run.text = f"{run.text[:20]}的的{run.text[20:]}"
    cell = next(cell for table in word.tables for row in table.rows for cell in row.cells if cell.text == "3525")
    cell.paragraphs[0].runs[0].text = "9999"
    word.save(path)
    return path


def test_each_finding_of_a_published_report_is_a_comment(published):
    report = read(published)
    findings = check(report)
    found = commented(annotated(report, findings))
    assert len(found) == len(findings) > 3
    assert {author for author, _, _ in found} == {CHECKER}
    for finding, (_, line, words) in zip(findings, found, strict=True):
        assert finding.code in line
        assert finding.message.split("\n")[0] in line
        if finding.likely == "applications.new.total":
            assert words == "9999"
        elif finding.excerpt and not finding.cells:
            assert words == finding.excerpt.marked
    assert any(finding.likely == "applications.new.total" for finding in findings)
    assert any(words == "的的" for _, _, words in found)


def test_nothing_else_is_changed(published):
    report = read(published)
    content = annotated(report, check(report))
    assert content == annotated(report, check(report))
    with zipfile.ZipFile(published) as before, zipfile.ZipFile(io.BytesIO(content)) as after:
        assert set(after.namelist()) - set(before.namelist()) == {"word/comments.xml"}
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
        assert sorted(changed) == ["[Content_Types].xml", "word/_rels/document.xml.rels", "word/document.xml"]
        assert plain(before.read("word/document.xml")) == plain(after.read("word/document.xml"))
        assert b"w:date" not in after.read("word/comments.xml")


def test_a_checked_copy_reads_as_the_file_did(published, tmp_path):
    report = read(published)
    path = tmp_path / "批注.docx"
    path.write_bytes(annotated(report, check(report)))
    again = read(path)
    assert [[one.text for one in lines] for lines in again.passages.values()] == [
        [one.text for one in lines] for lines in report.passages.values()]
    assert {ident: cell.text for ident, cell in again.cells.items()} == {ident: cell.text for ident, cell in report.cells.items()}
    assert set(again.doubts) - set(report.doubts) == {f"文件里有 {len(check(report))} 条检查结果的批注，没有读取"}


def test_comments_of_others_stay(published, tmp_path):
    word = docx.Document(published)
    word.add_comment(word.paragraphs[0].runs, "请领导过目", "李四", "李")
    path = tmp_path / "2024年报.docx"
    word.save(path)
    report = read(path)
    findings = check(report)
    found = commented(annotated(report, findings))
    assert found[0][:2] == ("李四", "请领导过目")
    assert len(found) == len(findings) + 1


def test_a_data_file_gives_its_draft_with_comments(write):
    text = GOOD.replace("都有进展", "有了的的进展").replace("blanks: 0\n", "")
    report = read(write(text, "2024.yaml"))
    findings = check(report)
    found = commented(annotated(report, findings))
    assert len(found) == len(findings)
    where = {finding.code: words for finding, (_, _, words) in zip(findings, found, strict=True)}
    assert next(words for code, words in where.items() if code.startswith("WZ")) == "的的"
    # A blank cell has no words; the mark stands in it all the same.
    assert where["TB01"] == ""
    word = docx.Document(io.BytesIO(annotated(report, findings)))
    blank = next(number for number, finding in enumerate(findings) if finding.code == "TB01")
    mark = next(one for one in word.element.body.iter(MARKS[0]) if one.get(qn("w:id")) == str(blank))
    assert any(one.tag == qn("w:tc") for one in mark.iterancestors())


def test_what_has_no_place_is_at_the_title(write):
    report = read(write(GOOD, "2024.yaml"))
    findings = [one for one in check(report) if not (one.cells or one.excerpt or one.section)]
    assert findings
    assert all("政府信息公开工作年度报告" in "".join(words.split()) for _, _, words in commented(annotated(report, findings)))


def test_only_word_files_take_comments():
    pdf = ROOT / "tests" / "none.pdf"
    report = read(SUQIAN)
    with pytest.raises(InputError, match="只能写进 Word 文件"):
        annotated(replace(report, path=str(pdf), published=True), [])
