"""Templates are obeyed: an edit is seen in every output, what would not come out alike is refused, names are one set."""

import io
import re
import types

import docx
import pdfplumber
import pytest
from conftest import EXAMPLES, GOOD, ROOT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from edited import WORD, add, copied, in_place, replaced, word
from generated import WITHOUT_SHRINKING, reports
from hypothesis import given, settings
from jinja2.runtime import LoopContext

import reportgen
from reportgen.cli import main
from reportgen.editions import all_editions
from reportgen.findings import InputError
from reportgen.reading import read_text
from reportgen.resources import templates_folder
from reportgen.typesetting import layout, styles
from reportgen.writing import pdf
from reportgen.writing.build import Options, build, laid_out, written
from reportgen.writing.document import document
from reportgen.writing.docx import fill_in, word_context
from reportgen.writing.page import write_page
from reportgen.writing.samples import samples
from reportgen.writing.sandbox import JINJA_FILTERS, TemplateSandbox
from reportgen.writing.template_check import check_folder, check_template, untaken
from reportgen.writing.words import docx_words, first_difference

FULL = GOOD + """contact: {office: 办公室, phone: 010-12345678}
publication: {published: 2025-01-18, document_number: 某统〔2025〕1号}
signature: {date: 2025-01-18}
applications: {new: {natural: 1234, enterprise: 6}, refused: {state_secret: {natural: 2}, third_party: {natural: 3}}}
"""
LAST = FULL.replace("year: 2024", "year: 2023").replace("natural: 1234", "natural: 1000")


def made(report, folder=None, **options):
    """Return the DOCX and the PDF of a report as paragraphs and pages."""
    options = Options(templates=folder, **options)
    files = written(laid_out(report, options), ("docx", "pdf"), options)
    return docx.Document(io.BytesIO(files["docx"])), pdfplumber.open(io.BytesIO(files["pdf"]))


def refusal(report, folder, **options):
    with pytest.raises(InputError) as caught:
        made(report, folder, **options)
    return str(caught.value)


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
    fills = {tuple(round(part, 2) for part in rect["non_stroking_color"]) for page in pages for rect in page.rects if rect["fill"]}
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
    folder = copied(tmp_path / "mine")
    word(folder, edit)
    message = refusal(read(GOOD), folder)
    assert said in message
    assert f"改过 {WORD}，请在 {folder / file} 里同样改" in message
    assert main(["template", "check", str(folder)]) == 1
    # What the template lost is told before anything is tried with it.
    assert re.search("Word 和 PDF 的文字不一样|缺少字段", capsys.readouterr().out)


@pytest.mark.parametrize(("name", "old", "new", "said"), [
    ("report.html", "{{ section.heading }}</h1>\n{{- prose", "{{ section.heading }}：</h1>\n{{- prose", "一、总体情况："),
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


@given(reports())
@settings(WITHOUT_SHRINKING, max_examples=6)
def test_our_own_templates_say_the_same(text):
    report = read_text(text, "a.yaml")
    printed = laid_out(report, Options(draft=report.year % 2 == 0))
    assert first_difference(docx_words(fill_in(templates_folder() / report.edition.id / "report.docx", printed)),
                            pdf.typeset(printed).words) is None


def test_a_table_that_a_page_cuts_says_the_same(read):
    remarks = "{value: 3, remark: " + "其中经协商延长办理期限的" * 6 + "}"
    rows = ", ".join(f"{row}: {{natural: {remarks}}}" for row in ("new", "carried_in", "granted", "partial", "carried_out"))
    found, pages = made(read(GOOD.replace("blanks: 0\n", f"blanks: 0\napplications: {{{rows}}}\n")))
    assert len(pages.pages) > 4
    assert found.tables


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


# --- Names ------------------------------------------------------------------------------------------------------------

SAME = {
    "{{ year }}": "2024", "{{ title }}": "某县统计局2024年政府信息公开工作年度报告", "{{ agency.name }}": "某县统计局", "{{ 机关.名称 }}": "某县统计局",
    "{{ contact.phone }}": "010-12345678", "{{ 联系方式.科室 }}": "办公室", "{{ publication.published }}": "2025年1月18日",
    "{{ signature.date }}": "2025年1月18日", "{{ signature.name }}": "某县统计局",
    "{{ applications.new.natural }}": "1234", "{{ 申请办理.本年新收.总计 }}": "1240", "{{ applications.refused.sum.natural }}": "5",
    "{{ applications.new.natural | thousands }}": "1,234", "{{ applications.new.enterprise | share(applications.new.total) }}": "0.48%",
    "{{ applications.new.total | 占比(applications.new.total, 0) }}": "100%", "{{ applications.new.natural / applications.new.enterprise }}": "205.6667",
    "{{ applications.new.natural - 34 }}": "1200", "{{ previous.applications.new.natural }}": "1000", "{{ 上年.年度 }}": "2023",
    "{{ applications.new.natural | growth(previous.applications.new.natural) }}": "增长23.40%",
    "{{ '多' if applications.new.natural > previous.applications.new.natural else '少' }}": "多",
    "{{ previous.contact.office }}": "办公室", "{{ -applications.new.enterprise }}": "-6",
}


@pytest.fixture
def pair(write):
    """Return this year's report, with last year's."""
    write(LAST, "2023.yaml")
    return reportgen.read(write(FULL))


@pytest.mark.parametrize("tag", SAME)
def test_prose_knows_the_names(write, pair, tmp_path, tag):
    write(FULL.replace("problems: 解读", f"problems: {tag}；解读").replace("problems: {{", "problems: |\n  {{"), "2024.yaml")
    assert f"{SAME[tag]}；解读" in reportgen.read(tmp_path / "2024.yaml").prose["problems"][0].text


def test_all_templates_know_the_names_of_prose(pair, tmp_path):
    folder = copied(tmp_path / "mine", WORD, "report.html", "web.html")
    word(folder, add(*(f"甲{tag}乙" for tag in SAME)))
    lines = "".join(f"<p>甲{tag}乙</p>" for tag in SAME)
    replaced(folder, "report.html", "{%- if document.addressee %}", f"{lines}{{%- if document.addressee %}}")
    replaced(folder, "web.html", "<header>", f"<header>{lines}")
    found, pages = made(pair, folder)
    page = write_page(laid_out(pair, Options(templates=folder)), templates=folder).decode()
    printed = "".join(page.extract_text() for page in pages.pages).replace("\n", "")
    for text in SAME.values():
        assert f"甲{text}乙" in [paragraph.text.replace("\n", "") for paragraph in found.paragraphs]
        assert f"甲{text}乙" in printed
        assert f"<p>甲{text}乙</p>" in page
    assert check_folder(folder).sound


@pytest.mark.parametrize(("texts", "expected"), [
    (["{%p for section in sections %}", "{{ loop.index }}{{ section.heading }}", "{%p endfor %}"], "1一、总体情况"),
    (["{%p if previous %}", "同比{{ applications.new.total | growth(previous.applications.new.total) }}", "{%p endif %}"], "同比增长23.26%"),
    (["{%p if contact.email %}", "邮箱{{ contact.email }}", "{%p else %}", "没有邮箱", "{%p endif %}"], "没有邮箱"),
    (["{% if year > 2023 %}今年{% endif %}的报告"], "今年的报告"), (["{% set 总数 = applications.new.total %}共{{ 总数 }}件"], "共1240件"),
    (["{{ agency.name ~ '（' ~ year ~ '）' }}"], "某县统计局（2024）"), (["{{ contact.email | default('无', true) }}"], "无"),
    (["{_{ 不是字段 }_}"], "{{ 不是字段 }}")])
def test_loops_and_conditions_work_in_word(pair, tmp_path, texts, expected):
    folder = copied(tmp_path / "mine", WORD)
    word(folder, add(*texts))
    assert check_template(folder / WORD).sound
    found = docx.Document(io.BytesIO(fill_in(folder / WORD, document(pair))))
    assert expected in [paragraph.text for paragraph in found.paragraphs]


def test_rows_of_a_table_can_be_looped_over(pair, tmp_path):
    folder = copied(tmp_path / "mine", WORD)

    def table(document):
        made_ = document.add_table(3, 1)
        for row, text in zip(made_.rows, ("{%tr for section in sections %}", "{{ section.heading }}", "{%tr endfor %}"), strict=True):
            row.cells[0].paragraphs[0].add_run(text)

    word(folder, table)
    assert check_template(folder / WORD).sound
    found = docx.Document(io.BytesIO(fill_in(folder / WORD, document(pair))))
    assert [row.cells[0].text for row in found.tables[-1].rows] == [section.heading for section in pair.edition.sections]


@pytest.mark.parametrize(("texts", "said"), [
    (["{{ applicatons.new.total }}"], "没有“applicatons”这一项，是不是“applications”？"),
    (["{{ applications.new.naturel }}"], "是不是“natural”？"), (["{{ contact.fax }}"], "没有“contact.fax”这一项"),
    (["{{ applications.new.total | shar }}"], "没有“shar”这个过滤器"), (["{{ previous.applications.old.total }}"], "没有“previous.applications.old”这一项"),
    (["{% if contct.phone %}有{% endif %}"], "没有“contct”这一项"), (["{%p for one in sectons %}", "{{ one.heading }}", "{%p endfor %}"], "没有“sectons”"),
    (["{{ overview }}"], "“overview”是成段的内容，要单独成一段，写成 {{p overview }}"),
    (["{{ overview if year else preamble }}"], "是成段的内容"), (["见{{p overview }}"], "同段的“见”会丢失"),
    (["{{r title }}"], "“title”不是成段的内容，写成 {{ title }}，不要“r”"), (["{{p year }}"], "“year”不是成段的内容"),
    (["{{ notes.remedies }}"], "“notes.remedies”是成段的内容"), (["{{ agency.name.upper }}"], "不能再取下一级"),
    (["{{ year"], "括号没有成对"), (["{{ 1 + }}"], "标记的写法有误"), (["{% include 'x' %}"], "不认识“include”"),
    (["{%p if year %}", "甲"], "标记的写法有误"), (["{% set x = overview %}{{ x }}"], "Word 打不开"),
    (["{{ applications }}"], "只写到一组数"), (["{{ year.__class__ }}"], "__class__"), (["{{ range(3) }}", "{{ agency.name() }}"], "不能调用函数"),
    (["{{ 'x' * 2000000000 }}"], "不能用“*”"), (["{% for a in range(99999999) %}{% endfor %}"], "循环的次数太多"),
])
def test_check_and_build_find_the_same_fault(pair, tmp_path, capsys, texts, said):
    folder = copied(tmp_path / "mine", WORD)
    word(folder, add(*texts))
    with pytest.raises(InputError) as caught:
        fill_in(folder / WORD, document(pair))
    message = str(caught.value)
    assert said in message
    assert message.startswith(f"{folder / WORD}：模板正文")
    assert main(["template", "check", str(folder / WORD)]) == 1
    assert said in capsys.readouterr().out


def test_a_fault_names_file_and_paragraph(pair, tmp_path):
    folder = copied(tmp_path / "mine", WORD)
    word(folder, add("共{{ applications.new.total / applications.new.research }}件"))
    number = 1 + next(at for at, one in enumerate(docx.Document(folder / WORD).paragraphs) if one.text.startswith("共"))
    with pytest.raises(InputError) as caught:
        fill_in(folder / WORD, document(pair))
    assert str(caught.value) == f"{folder / WORD}：模板正文第{number}段“共{{{{ applications.new.total / application”：不能除以 0，或数太大"


@pytest.mark.parametrize(("name", "tag", "said"), [
    ("report.html", "{{ applicatons.new.total }}", "没有“applicatons”"), ("report.html", "{{ overview.x }}", "不能再取下一级"),
    ("report.html", "{{ layout.re }}", "没有“re”"), ("report.html", "{{ layout.__class__ }}", "没有“__class__”"),
    ("report.html", "{{ document.report }}", "没有“report”"), ("report.html", "{{ year | attr('__class__') }}", "没有“attr”这个过滤器"),
    ("report.html", "{{ 1 + }}", "标记的写法有误"), ("report.css", "{{ layout.LINES.real }}", "没有“real”"),
    ("web.html", "{{ tags.append(1) }}", "不能调用函数"), ("web.html", "{{ cycler.__init__ }}", "没有“cycler”")])
def test_faults_of_pages_name_the_line(read, tmp_path, name, tag, said):
    folder = copied(tmp_path / "mine", name)
    text = (folder / name).read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(text, 1) if line.startswith(("<body", "html {", "<a class")))
    text.insert(at, tag)
    (folder / name).write_text("\n".join(text), encoding="utf-8")
    report = read(GOOD)
    write = (lambda printed: write_page(printed, templates=folder)) if name == "web.html" else (lambda printed: pdf.write_pdf(printed, folder))
    with pytest.raises(InputError) as caught:
        write(document(report))
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{folder / name}:{at + 1}：")


def test_blank_is_not_zero_in_templates(read, tmp_path):
    folder = copied(tmp_path / "mine", WORD)
    word(folder, add("共{{ applications.new.total }}件，{{ applications.new.total + 1 }}，{{ previous.year }}，{{ contact.phone }}"))
    report = read(GOOD.replace("blanks: 0\n", ""))
    with pytest.raises(InputError, match="未填"):
        fill_in(folder / WORD, document(report))
    draft = docx.Document(io.BytesIO(fill_in(folder / WORD, document(report, draft=True))))
    assert "共【待填】件，【待填】，【缺上年数据】，【待填】" in [paragraph.text for paragraph in draft.paragraphs]
    word(folder, lambda document: document.paragraphs[4].clear())
    assert "{{ applications.new.total }}" not in docx.Document(folder / WORD).paragraphs[4].text
    assert docx.Document(io.BytesIO(fill_in(folder / WORD, document(report)))).tables[1].rows[3].cells[-1].text == ""


def test_text_of_data_is_only_text(read, tmp_path):
    report = read(GOOD.replace("某县统计局", "'A & B <w:p/> {{ year }}'"))
    found, pages = made(report)
    assert "A & B <w:p/> {{ year }}" in found.paragraphs[0].text
    assert "A & B <w:p/> {{ year }}" in pages.pages[0].extract_text().replace("\n", "")


def test_a_template_that_libreoffice_saved_is_taken(read, tmp_path):
    folder = copied(tmp_path / "mine", WORD)

    def renamed(document):
        for style in document.styles.element.iter(qn("w:name")):
            style.set(qn("w:val"), re.sub(r"^heading", "Heading", style.get(qn("w:val"))))

    word(folder, renamed)
    assert check_template(folder / WORD).sound
    assert build(read(GOOD), tmp_path / "out", options=Options(templates=folder))


# --- What a template can reach ------------------------------------------------------------------------------------------


def contexts(monkeypatch):
    """Return every context in which a template runs, by template."""
    seen = {}
    from reportgen.writing import markup, page

    def noted(path, context, autoescape=True, render=markup.render):
        seen[path.name] = context
        return render(path, context, autoescape)

    monkeypatch.setattr(pdf, "render", noted)
    monkeypatch.setattr(page, "render", noted)
    report = reportgen.read(EXAMPLES[-1])
    printed = laid_out(report, Options())
    pdf.render_html(printed)
    pdf.render_css(pdf.package_fonts())
    write_page(printed)
    return {**seen, "report.docx": word_context(printed)}


def test_nothing_of_python_is_reached_from_any_context(monkeypatch):
    sandbox = TemplateSandbox()
    forbidden = (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType)
    found = contexts(monkeypatch)
    assert sorted(found) == ["report.css", "report.docx", "report.html", "web.html"]
    for name, context in found.items():
        stack, seen = [(name, value) for value in context.values()], set()
        while stack:
            path, value = stack.pop()
            assert not isinstance(value, forbidden), path
            if id(value) in seen or len(seen) > 20000:
                continue
            seen.add(id(value))
            steps = value.known() if hasattr(value, "known") else [*value] if isinstance(value, dict) else []
            for step in {*map(str, dir(type(value))), *map(str, getattr(value, "__dict__", ())), *steps}:
                try:
                    below = sandbox.getattr(value, step)
                except reportgen.reading.names.ExpressionError:
                    continue
                if not isinstance(below, sandbox.undefined):
                    stack.append((f"{path}.{step}", below))
            if isinstance(value, list | tuple):
                stack += [(f"{path}[]", one) for one in value[:50]]
        assert len(seen) > 100 or name == "report.css"
    assert set(sandbox.globals) == {"range"}
    assert not {"attr", "pprint", "safe", "format", "random", "xmlattr", "tojson", "forceescape"} & set(sandbox.filters)
    assert set(sandbox.filters) >= JINJA_FILTERS
    assert not sandbox.is_safe_callable(LoopContext.cycle)


def test_the_page_of_fields_is_what_the_command_prints(capsys):
    assert main(["template", "fields"]) == 0
    assert (ROOT / "docs" / "templates.md").read_text(encoding="utf-8") == capsys.readouterr().out


def test_names_of_editions_do_not_hide_behind_attributes():
    """docxtpl's own environment looks for attributes first."""
    from reportgen.reading.names import FieldNames, SumNames, TableNames

    attributes = {name for kind in (FieldNames, SumNames, TableNames) for name in (*dir(kind), *kind.__dataclass_fields__)}
    ids = {step for edition in all_editions() for path in edition.cells for step in path.split(".")}
    assert not ids & attributes
    assert styles.BODY in styles.STANDARD_STYLES
