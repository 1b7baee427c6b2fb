"""Prose and all templates know one set of names, and reach nothing else."""

import io
import re
import types

import docx
import pytest
from conftest import EXAMPLES, GOOD, ROOT
from docx.oxml.ns import qn
from edited import FULL, LAST, WORD, add, copied, made, replaced, word
from jinja2.runtime import LoopContext

import reportgen
from reportgen.cli.main import main
from reportgen.findings import InputError
from reportgen.format import all_editions
from reportgen.outputs.build import Options, build, laid_out
from reportgen.outputs.document import document
from reportgen.outputs.docx.write import fill_in, word_context
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.sandbox import JINJA_FILTERS, TemplateSandbox
from reportgen.outputs.template_check import check_folder, check_template
from reportgen.outputs.web_page import write_page
from reportgen.standard import styles

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
    write = (lambda printed: write_page(printed, templates=folder)) if name == "web.html" else (lambda printed: pdf.typeset(printed, folder).content)
    with pytest.raises(InputError) as caught:
        write(document(report))
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{folder / name}:{at + 1}：")


def test_blank_is_not_zero_in_templates(read, tmp_path):
    folder = copied(tmp_path / "mine", WORD)
    word(folder, add("共{{ applications.new.total }}件，{{ applications.new.total + 1 }}，{{ previous.year }}，{{ contact.phone }}"))
    report = read(GOOD.replace("blanks: 0\n", ""))
    with pytest.raises(InputError, match="还有没填的项"):
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
    from reportgen.outputs import web_page as page
    from reportgen.outputs.template import markup

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
                except reportgen.datafile.names.ExpressionError:
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
    from reportgen.datafile.names import FieldNames, SumNames, TableNames

    attributes = {name for kind in (FieldNames, SumNames, TableNames) for name in (*dir(kind), *kind.__dataclass_fields__)}
    ids = {step for edition in all_editions() for path in edition.cells for step in path.split(".")}
    assert not ids & attributes
    assert styles.BODY in styles.STANDARD_STYLES
