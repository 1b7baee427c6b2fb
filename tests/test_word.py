"""The compiled Word template: what docxtpl itself would make of it, packed by hand."""

import io
import os
import re
import shutil
import zipfile

import docx
import pytest
from conftest import EXAMPLES, GOOD
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import reportgen
from reportgen.files.resources import templates_folder
from reportgen.files.zip import archive, packed
from reportgen.findings import InputError
from reportgen.outputs.document import document
from reportgen.outputs.docx.write import write_docx


def canonical(content, name):
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(name))
    # Rows are as high as the page has room, and the last stays with notes, which docxtpl does not know.
    for height in root.iter(qn("w:trHeight")):
        height.attrib.clear()
    for row in root.iter(qn("w:tr")):
        for keep in list(row.iter(qn("w:keepNext"))):
            keep.getparent().remove(keep)
    return etree.tostring(root, method="c14n")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_same_as_docxtpl_makes(built, path):
    report = built[path]["report"]
    word = DocxTemplate(templates_folder() / report.edition.id / "report.docx")
    word.render(reportgen.context(report))
    stream = io.BytesIO()
    word.save(stream)
    ours = built[path]["docx"].read_bytes()
    for name in ("word/document.xml", "word/header1.xml", "word/header2.xml", "word/footer1.xml", "word/styles.xml"):
        assert canonical(ours, name) == canonical(stream.getvalue(), name), name


@given(st.dictionaries(st.text(alphabet="ab/文.xml", min_size=1, max_size=12), st.binary(max_size=200), max_size=6))
def test_archives_are_read_by_others(members):
    content = archive(packed(name, data) for name, data in members.items())
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        assert {name: package.read(name) for name in package.namelist()} == members
        assert {info.date_time for info in package.infolist()} <= {(1980, 1, 1, 0, 0, 0)}


def test_a_template_edited_meanwhile_is_read_again(read, tmp_path):
    target = tmp_path / "2024"
    shutil.copytree(templates_folder(), target)
    printed = document(read(GOOD))
    path = target / "2021" / "report.docx"
    assert "改过的标题" not in docx.Document(io.BytesIO(write_docx(printed, target))).paragraphs[0].text
    word = docx.Document(path)
    paragraph = next(p for p in word.paragraphs if "{{ title }}" in p.text)
    paragraph.runs[0].text = "改过的标题{{ title }}"
    word.save(path)
    os.utime(path, ns=(1, 1))
    assert any(p.text.startswith("改过的标题某县统计局") for p in docx.Document(io.BytesIO(write_docx(printed, target))).paragraphs)


@pytest.mark.parametrize(("tag", "works"), [("{{ applications.new.total }}", True), ("{{ applications.new.all }}", False),
                                            ("{{ applications.other_handling.total }}", False), ("{{ year }}", True),
                                            ("{% if year %}{{ applications.new.natural }}{% endif %}", True)])
def test_fields_beside_the_tables(read, tmp_path, tag, works):
    target = tmp_path / "mine"
    shutil.copytree(templates_folder(), target)
    word = docx.Document(target / "2021" / "report.docx")
    word.add_paragraph(f"合计{tag}")
    word.save(target / "2021" / "report.docx")
    printed = document(read(GOOD + "applications: {new: {natural: 2024}}\n"))
    if works:
        assert docx.Document(io.BytesIO(write_docx(printed, target))).paragraphs[-1].text == "合计2024"
    else:
        with pytest.raises(InputError, match=f"没有“{re.search('[a-z_.]+', tag)[0]}|没有“all”"):
            write_docx(printed, target)


def test_breaks_and_tabs_are_words_own(read):
    printed = document(read(GOOD.replace("解读不够深入", "解读\\t不够深入").replace("problems: ", 'problems: "').replace("加强培训。", '加强培训。"')))
    text = zipfile.ZipFile(io.BytesIO(write_docx(printed))).read("word/document.xml").decode()
    assert '<w:t xml:space="preserve">解读</w:t><w:tab/><w:t xml:space="preserve">不够深入' in text
    assert "\t" not in text
