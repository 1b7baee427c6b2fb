"""The punctuation of official Chinese, the coverage of the fonts, and limits on what templates may fetch."""

import ast
import io
import re
import statistics

import pytest
import yaml
from conftest import MINIMAL, ROOT

import reportgen
from reportgen.datafile.fields import common_fields
from reportgen.files.resources import fonts_folder
from reportgen.format import all_editions
from reportgen.outputs.document import document
from reportgen.outputs.pdf import write as pdf
from reportgen.standard.coverage import coverage
from reportgen.standard.fonts import CENTRE, LATIN_CODES, package_fonts
from reportgen.standard.layout import signature_indents

HALF_WIDTH = re.compile("[\u4e00-\u9fff”》][,;:?!(]|[,;:?!)][\u4e00-\u9fff“《]")
# How a YAML entry and a cell of a workbook are written.
SYNTAX = ("键: 值", "数值: ", "备注: ", "表二!B6", "表三!D7", "表三!D12")


def scalars(node):
    if isinstance(node, dict):
        for value in node.values():
            yield from scalars(value)
    elif isinstance(node, list):
        for value in node:
            yield from scalars(value)
    elif isinstance(node, str):
        yield re.sub(r"\{\{.*?\}\}", "", node)


def literals(source):
    """Yield the string literals of a module that are neither docstrings nor regular expressions."""
    tree = ast.parse(source)
    docstrings = {id(node.body[0].value) for node in ast.walk(tree)
                  if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body
                  and isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            text = node.value
            for allowed in SYNTAX:
                text = text.replace(allowed, "")
            if "\\" not in text and "[0-9]" not in text and "(?" not in text:
                yield text


def texts():
    for path in [*ROOT.glob("reportgen/**/*.yaml"), *ROOT.glob("data/**/*.yaml")]:
        yield from ((path.name, text) for text in scalars(yaml.safe_load(path.read_text(encoding="utf-8"))))
    for path in [*ROOT.glob("reportgen/**/*.py"), *ROOT.glob("templates/*"), *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".py":
                yield from ((path.name, literal) for literal in literals(text))
                continue
            for allowed in SYNTAX:
                text = text.replace(allowed, "")
            if path.suffix == ".md":
                text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
                text = re.sub(r"\]\([^)]*\)", "]", text)
            yield from ((path.name, line) for line in text.splitlines())


def test_no_half_width_punctuation_beside_chinese():
    assert [(name, text.strip()) for name, text in texts() if HALF_WIDTH.search(text)] == []


def test_the_guard_sees():
    assert HALF_WIDTH.search("注:行政复议")
    assert HALF_WIDTH.search("(一)主动公开")


# The character; a cell that is not filled in is 没有填的格 or 空白格.
SPACES = ("改用空格", "用空格", "空格不计", "空格不算", "加了空格", "路径里有空格", "汉字和空格", "汉字或空格")


def test_a_blank_cell_is_not_called_a_space():
    left = []
    for name, text in texts():
        for phrase in SPACES:
            text = text.replace(phrase, "")
        left += [(name, text.strip())] if "空格" in text else []
    assert left == []


def test_labels_use_official_characters():
    for edition in all_editions():
        for spec in edition.cells.values():
            assert not set("".join((spec.row_label, *spec.column_labels))) & set("()[]{},;:\"' \u3000")


def gb2312():
    return {bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
            if (row, cell) not in {(0xD7, c) for c in range(0xFA, 0xFF)}}


@pytest.mark.parametrize("role", ["fangsong", "kaiti", "heiti", "xiaobiaosong"])
def test_fonts_cover_official_text(role):
    known = coverage(fonts_folder())[role] | coverage(fonts_folder())["rare"]
    wanted = {ord(c) for c in gb2312() | set("，。、；：？！“”‘’（）《》〈〉〔〕【】—…·〇￥％＋－①⑩璟祎镕旻玥喆")}
    assert wanted - known == set()


def test_coverage_list_is_what_the_fonts_hold():
    from fontTools.ttLib import TTFont

    for role, path in package_fonts().files.items():
        font = TTFont(io.BytesIO(path.read_bytes()))
        assert set(font.getBestCmap()) == coverage(fonts_folder())[role]
        em = font["head"].unitsPerEm
        assert (font["hhea"].ascent, font["hhea"].descent) == (round(0.88 * em), -round(0.12 * em))


def test_fonts_have_their_licences():
    assert len(list((ROOT / "reportgen" / "fonts" / "licences").glob("*.txt"))) == 7


def test_the_latin_face_leaves_chinese_punctuation_alone():
    taken = {code for first, last in LATIN_CODES for code in range(first, last + 1)}
    assert taken | {ord(" ")} == coverage(fonts_folder())["latin"]
    assert not taken & set(map(ord, "“”‘’—…·±×÷℃‰"))


COMMON = {bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF, 7)}


@pytest.mark.parametrize("role", ["fangsong", "kaiti", "heiti", "xiaobiaosong", "latin", "songti"])
def test_the_faces_share_one_optical_centre(role):
    """A line of hanzi and digits is even, and a text has its middle in the middle of its cell."""
    digits = role in ("latin", "songti")
    middles = [sum(box) / 2 for box in ink(package_fonts().files[role], "0123456789" if digits else COMMON)]
    assert len(middles) == (10 if digits else len(COMMON))
    assert statistics.median(middles) == pytest.approx(CENTRE, abs=0.005)


@pytest.mark.parametrize("role", ["fangsong", "kaiti", "heiti", "xiaobiaosong"])
def test_two_dashes_join_at_the_height_of_the_middle(role):
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(package_fonts().files[role].read_bytes()))
    em, name = font["head"].unitsPerEm, font.getBestCmap()[ord("—")]
    glyph = font["glyf"][name]
    assert (font["hmtx"][name][0], glyph.xMin, glyph.xMax) == (em, 0, em)
    assert (glyph.yMin + glyph.yMax) / 2 / em == pytest.approx(CENTRE, abs=0.005)


def ink(path, characters):
    """Return the bottom and the top of characters' ink, in em."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(path.read_bytes()))
    em, cmap, glyphs = font["head"].unitsPerEm, font.getBestCmap(), font.getGlyphSet()
    boxes = []
    for one in characters:
        # A glyph's box in the font is that of its controls too.
        pen = BoundsPen(glyphs)
        glyphs[cmap[ord(one)]].draw(pen)
        boxes.append((pen.bounds[1] / em, pen.bounds[3] / em))
    return boxes


SIGNS = "éüǎ²³•€㎡℃‰±×÷≥≤→№①⑳㊿⑴⒇⒈㈠㈩❶Ⅻμ"


def test_signs_of_official_prose_are_covered():
    covered = set().union(*coverage(fonts_folder()).values())
    assert [sign for sign in SIGNS if ord(sign) not in covered] == []


def test_every_key_has_two_names():
    for entry in common_fields():
        assert entry.id.isascii()
        assert not entry.name.isascii()


@pytest.mark.parametrize(("name", "date", "expected"), [
    ("某市统计局", "2025年1月8日", (18.0, 20.0)),
    ("某县市场监督管理局", "2025年1月8日", (17.0, 19.0)),
    ("甲局", "2025年12月18日", (17.0, 19.0)),
    ("长" * 40, "", (0.0, 2.0))])
def test_signature_indents(name, date, expected):
    assert signature_indents(name, date) == expected


def test_nothing_is_fetched(read, tmp_path, monkeypatch, caplog):
    (tmp_path / "t").mkdir()
    page = (ROOT / "templates" / "report.html").read_text(encoding="utf-8")
    (tmp_path / "t" / "report.html").write_text(
        page.replace("</body>", '<img src="file:///etc/passwd"><img src="http://127.0.0.1:9/x"></body>'), encoding="utf-8")
    report = read(MINIMAL + "blanks: 0\n")
    asked = []

    def refuse(url):
        asked.append(url)
        raise ValueError("no such door")

    monkeypatch.setattr("socket.create_connection", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)
    pdf.typeset(document(report), tmp_path / "t")
    assert asked == []
    assert ["address not allowed" in record.getMessage() for record in caplog.records] == [True, True]
    caplog.clear()


@pytest.mark.parametrize("template", ["{{ document.__class__ }}", "{{ ''.__class__.__mro__ }}", "{{ missing }}", "{% if %}"])
def test_templates_run_in_a_sandbox(read, tmp_path, template):
    (tmp_path / "report.html").write_text(template, encoding="utf-8")
    with pytest.raises(reportgen.InputError):
        pdf.render_html(document(read(MINIMAL)), tmp_path)


def test_no_test_file_imports_another():
    """What tests share is in a module made for it, so that one file of tests can be read, and deleted, alone."""
    imported = {(path.name, line) for path in (ROOT / "tests").glob("*.py")
                for line in re.findall(r"^\s*(?:from|import) (?:tests\.)?test_\w+", path.read_text(encoding="utf-8"), re.MULTILINE)}
    assert imported == set()
