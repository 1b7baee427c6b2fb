"""Templates are obeyed: an edit is seen in every output, what would not come out alike is refused, names are one set."""

import keyword
import re

import pytest
from conftest import GOOD, ROOT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from edited import FULL, WORD, add, copied, in_place, made, replaced, word
from generated import WITHOUT_SHRINKING, reports
from hypothesis import given, settings

from reportgen.cli.main import main
from reportgen.files.resources import templates_folder
from reportgen.findings import InputError
from reportgen.format import all_editions
from reportgen.outputs.build import Options, laid_out
from reportgen.outputs.docx.printed_words import docx_words
from reportgen.outputs.docx.tag_code import read_code
from reportgen.outputs.docx.write import fill_in
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.template.samples import samples
from reportgen.outputs.template_check import check_folder, untaken
from reportgen.outputs.web_page import write_page
from reportgen.outputs.words import first_difference
from reportgen.sources import read_text
from reportgen.standard import layout


def refusal(report, folder, **options):
    with pytest.raises(InputError) as caught:
        made(report, folder, **options)
    return str(caught.value)


@pytest.mark.parametrize("code", [
    "agency.name", "a_1.b2.c", "loop.index", "nota", "a.not", *keyword.kwlist, "true", "false", "none", "not.a", "none.a", "self", "recursive"])
def test_a_dotted_name_is_what_jinja_reads_it_as(code):
    # In brackets, which plain names are not, it goes through Jinja.
    plain, by_jinja = read_code(code), read_code(f"({code})")
    assert (bool(plain.why), plain.names, plain.ends) == (bool(by_jinja.why), by_jinja.names, by_jinja.ends)


@pytest.fixture(params=["in place", "in a folder"])
def templates(request, tmp_path, monkeypatch):
    """Return (folder to edit, folder to give to build)."""
    if request.param == "in place":
        return in_place(monkeypatch, tmp_path), None
    folder = copied(tmp_path / "mine")
    return folder, folder


def test_an_edit_of_the_stylesheet_is_obeyed(read, templates):
    folder, given_ = templates
    report = read(GOOD)
    with (folder / "report.css").open("a", encoding="utf-8") as stream:
        stream.write("td {background: #fdd}\n")
    pages = made(report, given_)[1].pages
    fills = {tuple(round(part, 2) for part in rect["non_stroking_color"] or ())  # a grey is one number
             if isinstance(rect["non_stroking_color"], tuple) else () for page in pages for rect in page.rects if rect["fill"]}
    assert (1, 0.87, 0.87) in fills


def test_an_edit_of_both_documents_is_obeyed(read, templates):
    folder, given_ = templates
    replaced(folder, "report.html", '<h1 class="title">', '<p class="body">另起的一段，{{ agency.name }}。</p><h1 class="title">')
    word(folder, lambda document: document.paragraphs[1].insert_paragraph_before("另起的一段，{{ agency.name }}。"))
    found, pages = made(read(GOOD), given_)
    assert "另起的一段，某县统计局。" in [paragraph.text for paragraph in found.paragraphs]
    assert "另起的一段，某县统计局。" in pages.pages[0].extract_text()


def test_an_edit_of_a_word_style_is_obeyed(read, templates):
    folder, given_ = templates
    word(folder, lambda document: setattr(document.styles["Title"].font.color, "rgb", RGBColor(0xC0, 0, 0)))
    report = read(GOOD)
    found, pages = made(report, given_)
    assert found.styles["Title"].font.color.rgb == RGBColor(0xC0, 0, 0)
    assert {tuple(round(part, 2) for part in char["non_stroking_color"]) for char in pages.pages[0].chars if round(char["size"]) == 22} == {(0.75, 0, 0)}
    page = write_page(laid_out(report, Options(templates=given_)), templates=given_).decode()
    assert "h1 { color: #C00000 }" in page


def test_an_edit_of_the_web_page_is_obeyed(read, templates):
    folder, given_ = templates
    replaced(folder, "web.html", "<header>", "<header><p>{{ contact.office }}</p>")
    assert "<header><p>办公室</p>" in write_page(laid_out(read(FULL), Options(templates=given_)), templates=given_).decode()


@pytest.mark.parametrize(("edit", "file", "said"), [
    (add("只在 Word 里的一段。"), "report.html", "只在Word里的一段。一、总体情况"),
    (lambda document: setattr(next(one for one in document.paragraphs if one.text == "一、总体情况").runs[0], "text", "一、总体的情况"),
     "report.html", "一、总体的情况"),
    (lambda document: setattr(document.sections[0].header.paragraphs[0].runs[0], "text", "内部资料"), "report.html", "单页的页眉页脚"),
    (lambda document: document.tables[0]._tbl.remove(document.tables[0].rows[-1]._tr), "report.html", "行政事业性收费"),
])
def test_what_only_the_word_template_says_is_refused(read, tmp_path, capsys, edit, file, said):
    folder = copied(tmp_path / "mine", WORD, "report.html")
    word(folder, edit)
    message = refusal(read(GOOD), folder)
    assert said in message
    assert f"改过 {WORD}，请在 {folder / file} 里同样改" in message
    assert main(["template", "check", str(folder)]) == 1
    # What the template lost is told before anything is tried with it.
    assert re.search("Word 和 PDF 的文字不一样|缺少字段", capsys.readouterr().out)


@pytest.mark.parametrize(("name", "old", "new", "said"), [
    ("report.html", "{{ section.heading }}</h1>\n{{- prose(section.paragraphs", "{{ section.heading }}：</h1>\n{{- prose(section.paragraphs", "一、总体情况："),
    ("report.css", "\n{{ word_styles }}", "h1.title::before { content: '关于' }\n{{ word_styles }}", "PDF 里是“关于某县统计局"),
    ("report.css", '"— " counter(page)', '"第 " counter(page)', "单页的页眉页脚"),
    ("report.html", "{{- prose(document.preamble) }}", "", "某年情况"),
])
def test_what_only_the_page_says_is_refused(read, tmp_path, name, old, new, said):
    folder = copied(tmp_path / "mine")
    replaced(folder, name, old, new)
    message = refusal(read(GOOD + "preamble: 某年情况。\n"), folder)
    assert said in message
    assert f"改过 {name}，请在 {folder / WORD} 里同样改" in message


@pytest.mark.slow
@given(reports())
@settings(WITHOUT_SHRINKING, max_examples=6)
def test_our_own_templates_say_the_same(text):
    report = read_text(text, "a.yaml")
    printed = laid_out(report, Options(draft=report.year % 2 == 0))
    assert first_difference(docx_words(fill_in(templates_folder() / report.edition.id / "report.docx", printed)),
                            pdf.typeset(printed).words) is None


@pytest.mark.parametrize("edition", [edition.id for edition in all_editions()])
def test_samples_have_everything(edition):
    whole, attached, bare = (report for report, _ in samples(edition))
    assert not any(cell.blank for report in (whole, attached, bare) for cell in report.cells.values())
    assert all(report.prose[section.id] and report.notes for report in (whole, attached) for section in report.edition.prose_sections)
    assert "letterhead.mark" in whole.texts
    assert attached.texts["attachment"] == "1"
    assert whole.previous is not None
    assert (bare.signature, bare.texts.get("contact.phone"), bool(bare.single_rows)) == (None, None, edition == "2021")


def test_a_folder_of_copies_is_sound(tmp_path):
    found = check_folder(copied(tmp_path / "mine"))
    assert (found.sound, found.failed, found.unread, len(found.words)) == (True, (), "", 2)


@pytest.mark.parametrize(("make", "said"), [
    (lambda folder: None, "找不到模板文件夹"), (lambda folder: folder.mkdir(), "文件夹里没有模板"),
    (lambda folder: copied(folder, WORD).joinpath("report.docx").touch(), "report.docx：不是模板的文件名"),
    (lambda folder: copied(folder).joinpath("报告.css").touch(), "报告.css：不是模板的文件名"),
])
@pytest.mark.parametrize("command", [["build"], ["release"], ["batch", "--jobs", "0"]])
def test_a_folder_that_would_be_ignored_is_refused(write, tmp_path, capsys, make, said, command):
    folder = tmp_path / "mine"
    make(folder)
    path = write(GOOD)
    assert main([command[0], str(path), *command[1:], "-o", str(tmp_path / "out"), "--templates", str(folder)]) == 2
    output = capsys.readouterr()
    assert said in output.err + output.out
    assert not list((tmp_path / "out").rglob("*.docx"))


# --- Styles -----------------------------------------------------------------------------------------------------------


def restyled(document):
    for name, size in (("Title", 26), ("Body Text", 15), ("heading 1", 17), ("表格小数字", 8), ("落款", 14)):
        document.styles[name].font.size = Pt(size)
    body = document.styles["Body Text"].paragraph_format
    body.line_spacing, body.space_after = Pt(26), Pt(4)
    document.styles["heading 1"].font.color.rgb = RGBColor(0, 0, 0x80)
    document.styles["heading 1"].element.rPr.rFonts.set(qn("w:eastAsia"), "楷体")
    document.sections[0].left_margin = document.sections[0].right_margin = Mm(25)


def test_sizes_fonts_colours_spacing_and_margins_reach_the_pdf(read, tmp_path):
    folder = copied(tmp_path / "mine", WORD)
    word(folder, restyled)
    report = read(FULL.replace("overview: ", "overview: " + "全年公开政府信息。" * 12))
    found, pages = made(report, folder)
    chars = [char for page in pages.pages for char in page.chars]
    sizes = {text: round(next(char["size"] for char in chars if char["text"] == text), 1) for text in "县全总"}
    assert sizes == {"县": 26, "全": 15, "总": 17}
    heading = next(char for char in chars if char["text"] == "总")
    assert "KaiTi" in heading["fontname"]
    assert tuple(round(part, 2) for part in heading["non_stroking_color"]) == (0, 0, 0.5)
    body = [char for char in pages.pages[0].chars if round(char["size"], 1) == 15]
    assert min(char["x0"] for char in body) == pytest.approx(25 / layout.MM_PER_POINT, abs=1)
    assert max(char["x1"] for char in body) == pytest.approx(185 / layout.MM_PER_POINT, abs=1)
    tops = sorted({round(char["top"], 1) for char in body})
    assert tops[1] - tops[0] == pytest.approx(26, abs=0.2)
    assert {round(char["size"], 1) for page in pages.pages for char in page.chars if char["text"] == "0" and char["size"] < 10} == {8}
    # The signature stands by characters of its own size in a line as wide as the new page.
    ind = next(one for one in found.paragraphs if one.style.name == "落款" and one.text)._p.pPr.ind
    assert int(ind.get(qn("w:left"))) == pytest.approx((int(160 / layout.MM_PER_POINT / 13.75) - 2 - 6.5 - 2) * 13.75 * 20, abs=40)
    page = write_page(laid_out(report, Options(templates=folder)), templates=folder).decode()
    for rule in ("h1 { font-size: 1.7266rem", "main p { margin-bottom: 0.267em; font-size: 0.9961rem; line-height: 1.733",
                 'h2 { font-family: "楷体", serif; font-size: 1.1289rem }', "@page { margin: 37.0mm 24.994mm 35.0mm 24.994mm }"):
        assert rule in page


def test_our_own_templates_change_nothing():
    for edition in all_editions():
        printed = laid_out(samples(edition.id)[0][0], Options())
        assert (printed.look.page.type_width, printed.look.styles, printed.look.untaken) == (156, {}, ())


def bold(document):
    document.styles["heading 1"].font.bold = True


def direct(document):
    next(one for one in document.paragraphs if one.text == "六、其他需要报告的事项").runs[0].font.size = Pt(20)


def other_font(document):
    document.styles["Title"].element.rPr.rFonts.set(qn("w:eastAsia"), "华文中宋")


def wider(document):
    document.tables[1]._tbl.tblGrid.findall(qn("w:gridCol"))[0].set(qn("w:w"), "900")


def shaded(document):
    document.tables[2].rows[0].cells[0]._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="FF0000"/>'))


@pytest.mark.parametrize(("edit", "said"), [
    (bold, "样式“标题 1”的加粗"), (direct, "“六、其他需要报告的事项”上直接设置的字号"), (other_font, "字体“华文中宋”"),
    (wider, "表三的列宽"), (shaded, "表四的底纹"),
    (lambda document: setattr(document.styles["Body Text"].paragraph_format, "line_spacing", 1.5), "样式“正文文本”的行距"),
    (lambda document: setattr(document.styles["Body Text"].font, "name", "Arial"), "样式“正文文本”的西文字体“Arial”"),
    (lambda document: document.add_section(), "分节")])
def test_what_the_pdf_cannot_take_is_told(write, tmp_path, capsys, edit, said):
    folder = copied(tmp_path / "mine", WORD)
    word(folder, edit)
    assert main(["template", "check", str(folder / WORD)]) == 0
    assert f"PDF 和网页不采用：{said}" in capsys.readouterr().out
    assert main(["build", str(write(GOOD)), "-o", str(tmp_path / "out"), "--templates", str(folder)]) == 0
    assert f"PDF 和网页不采用{said}" in capsys.readouterr().err


def test_a_stylesheet_without_place_for_word_styles_is_refused(read, tmp_path):
    folder = copied(tmp_path / "mine")
    replaced(folder, "report.css", "{{ word_styles }}", "")
    assert made(read(GOOD), folder)
    word(folder, restyled)
    assert "请从原模板复制最后一行 {{ word_styles }}" in refusal(read(GOOD), folder)


def test_fonts_that_a_template_asks_for_are_embedded(read, tmp_path):
    from fontTools.ttLib import TTFont

    fonts = tmp_path / "fonts"
    fonts.mkdir()
    font = TTFont(ROOT / "reportgen" / "fonts" / "kaiti.ttf")
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = "华文中宋"
    font.save(fonts / "中宋.ttf")
    folder = copied(tmp_path / "mine", WORD)
    word(folder, other_font)
    assert untaken(all_editions()[-1], folder / WORD, fonts) == []
    pages = made(read(GOOD), folder, fonts=fonts)[1]
    assert {char["fontname"].partition("+")[2] for char in pages.pages[0].chars if char["text"] == "县"} != {"Reportgen-XiaoBiaoSong"}
