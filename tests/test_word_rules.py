"""What Word and WPS ask of a DOCX beyond its schema (ISO/IEC 29500-1, [MS-OI29500], [MS-DOCX])."""

import io
import zipfile

import pytest
from conftest import EXAMPLES, GOOD
from lxml import etree

from reportgen.outputs.document import document
from reportgen.outputs.docx.write import write_docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Characters that Word sets in Times New Roman without a hint, as far as reports have them.
NARROW = "“”‘’—…·°±×÷①⑩℃‰№→≥≤②"

WITH_IMPRINT = GOOD + """letterhead: {mark: 某县统计局文件, document_number: 某统发〔2025〕2号, copies: “某办”。, \
printed_by: 某县统计局办公室, printed: 2025-01-18}
notes: {remedies: 注：“结果纠正”含部分纠正。}
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    import reportgen

    path = tmp_path_factory.mktemp("word") / "2024.yaml"
    text = WITH_IMPRINT.replace("解读不够深入", f"（一）“解读”不够…深入。{NARROW}都有")
    path.write_text(text, encoding="utf-8")
    return zipfile.ZipFile(io.BytesIO(write_docx(document(reportgen.read(path)))))


def part(package, name):
    return etree.fromstring(package.read(name))


def test_quotation_marks_are_set_in_the_east_asian_face(package):
    bare = []
    for name in ("word/document.xml", "word/header1.xml", "word/footer1.xml", "word/footer2.xml"):
        for run in part(package, name).iter(f"{W}r"):
            text = "".join(found.text or "" for found in run.iterfind(f"{W}t"))
            fonts = run.find(f"{W}rPr/{W}rFonts")
            if set(text) & set(NARROW) and (fonts is None or fonts.get(f"{W}hint") != "eastAsia"):
                bare.append(text)
    assert bare == []
    paragraphs = part(package, "word/document.xml").iter(f"{W}p")
    assert any(set(NARROW) <= set("".join(found.text or "" for found in paragraph.iter(f"{W}t"))) for paragraph in paragraphs)


def test_every_style_has_the_hint_and_says_what_follows(package):
    sheet = part(package, "word/styles.xml")
    paragraph = [style for style in sheet.iterfind(f"{W}style") if style.get(f"{W}type") == "paragraph"]
    own = [style for style in paragraph if style.find(f"{W}name").get(f"{W}val") != "Normal"]
    assert [fonts.get(f"{W}eastAsia") for fonts in sheet.iter(f"{W}rFonts") if fonts.get(f"{W}hint") != "eastAsia"] == []
    ids = {style.get(f"{W}styleId") for style in sheet.iterfind(f"{W}style")}
    # Without w:next a style is followed by itself (17.7.4.10).
    after = {style.get(f"{W}styleId"): style.find(f"{W}next").get(f"{W}val") for style in own
             if style.find(f"{W}next") is not None}
    assert set(after.values()) <= ids
    assert {after[name] for name in ("Heading1", "Heading2", "Heading3", "Heading4", "Title")} == {"BodyText"}


def test_run_in_headings_are_linked_with_the_headings(package):
    sheet = part(package, "word/styles.xml")
    links = {style.get(f"{W}styleId"): link.get(f"{W}val") for style in sheet.iterfind(f"{W}style")
             if (link := style.find(f"{W}link")) is not None}
    assert {ident: links[links[ident]] for ident in ("Heading2", "Heading3", "Heading4")} == {
        "Heading2": "Heading2", "Heading3": "Heading3", "Heading4": "Heading4"}


def test_nothing_is_left_of_a_foreign_template(package):
    assert sorted(package.namelist()) == sorted([
        "[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml", "word/_rels/document.xml.rels",
        "word/document.xml", "word/fontTable.xml", "word/footer1.xml", "word/footer2.xml", "word/footer3.xml",
        "word/header1.xml", "word/header2.xml", "word/header3.xml", "word/settings.xml", "word/styles.xml"])
    everything = b"".join(package.read(name) for name in package.namelist()).decode()
    for foreign in ("Macintosh", "ＭＳ", "Cambria\"", "Calibri", "stylesWithEffects", "theme1.xml", "w:after=\"200\""):
        assert foreign not in everything, foreign


def test_settings_are_those_of_word_2013_and_later(package):
    settings = part(package, "word/settings.xml")
    modes = {one.get(f"{W}name"): one.get(f"{W}val") for one in settings.iter(f"{W}compatSetting")}
    assert modes["compatibilityMode"] == "15"
    assert settings.find(f"{W}zoom").get(f"{W}percent") == "100"
    fonts = {font.get(f"{W}name"): font for font in part(package, "word/fontTable.xml")}
    for name in ("仿宋_GB2312", "楷体_GB2312", "方正小标宋简体"):
        assert fonts[name].find(f"{W}altName") is not None, name
    used = {fonts_.get(f"{W}eastAsia") for fonts_ in part(package, "word/styles.xml").iter(f"{W}rFonts")}
    assert used <= set(fonts)


def test_the_imprint_is_there_for_readers_that_know_no_shapes(package):
    body = part(package, "word/document.xml")
    (choice,), (fallback,) = (list(body.iter(f"{MC}{name}")) for name in ("Choice", "Fallback"))
    words = ["".join(text.text for text in side.iter(f"{W}t")) for side in (choice, fallback)]
    assert words[0] == words[1] == "抄送：“某办”。某县统计局办公室2025年1月18日印发"
    assert choice.get("Requires") in choice.nsmap


def test_a_vertical_label_is_one_paragraph(package):
    cells = [cell for cell in part(package, "word/document.xml").iter(f"{W}tc")
             if cell.find(f"{W}tcPr/{W}textDirection") is not None]
    texts = ["".join(text.text for text in cell.iter(f"{W}t")) for cell in cells]
    assert [text for text in texts if text] == ["三、本年度办理结果"]
    assert {len(cell.findall(f"{W}p")) for cell in cells} == {1}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_examples_are_half_as_large_as_a_foreign_template_made_them(built, path):
    assert built[path]["docx"].stat().st_size < 20_000
