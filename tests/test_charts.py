"""Charts: what they show, that both files have them, and that they are pictures of the tables and nothing else."""

import base64
import io
import re
import zipfile
from xml.etree import ElementTree

import docx
import pdfplumber
import pypdfium2
import pytest
import yaml
from conftest import GOOD, ROOT
from drawn_charts import in_pdf, in_svg, lengths_in_picture, require_shown
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageStat

import reportgen
from reportgen.cli.main import main
from reportgen.files.resources import templates_folder
from reportgen.format import all_editions
from reportgen.outputs.document import document
from reportgen.outputs.docx.write import write_docx
from reportgen.outputs.pdf.write import render_html, typeset
from reportgen.outputs.plot import png, svg
from reportgen.outputs.report_json import report_json
from reportgen.outputs.web_page import write_page
from reportgen.report.charts import charts
from reportgen.sources import read_text
from reportgen.standard import layout

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DOTS = 600
ALL = "charts: {历年申请: 是, 办理结果: 是, 申请人: 是}\n"
FIGURES = """applications:
  new: {natural: 5, enterprise: 2, research: 0, public_interest: 0, legal_service: 0, other: 1}
  granted: {natural: 3}
  refused: {state_secret: {natural: 1}, process_info: {enterprise: 2}}
"""


@pytest.fixture(scope="module")
def years(tmp_path_factory):
    """Return the example with charts, its last year's file beside it."""
    folder = tmp_path_factory.mktemp("years")
    for year in (2023, 2024):
        text = (ROOT / "data" / "suqian" / f"{year}.yaml").read_text(encoding="utf-8")
        (folder / f"{year}.yaml").write_text(text + ALL, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def files(years, tmp_path_factory):
    """Return the DOCX and the PDF of the example with charts."""
    return reportgen.build(reportgen.read(years / "2024.yaml"), tmp_path_factory.mktemp("out"))


def bars(text):
    return [[(bar.label, bar.value) for bar in chart.bars] for chart in charts(read_text(GOOD + text, "a.yaml"))]


def test_bars_are_the_figures_of_the_tables():
    assert bars("charts: {办理结果: 是, 申请人: 否}\n" + FIGURES) == [
        [("予以公开", 3), ("部分公开", 0), ("不予公开", 3), ("无法提供", 0), ("不予处理", 0), ("其他处理", 0)]]
    assert bars("charts: {申请人: 是}\n" + FIGURES) == [
        [("自然人", 5), ("商业企业", 2), ("科研机构", 0), ("社会公益组织", 0), ("法律服务机构", 0), ("其他", 1)]]
    assert bars("") == bars("charts:\n") == []


def test_a_blank_is_no_zero():
    text = GOOD.replace("blanks: 0\n", "") + "charts: {results: yes, applicants: yes}\napplications: {new: {natural: 5}}\n"
    (chart,) = charts(read_text(text, "a.yaml"))
    assert [bar.text for bar in chart.bars] == ["5", "未填", "未填", "未填", "未填", "未填"]
    assert "自然人5件，商业企业未填，" in chart.alt


def test_every_edition_has_the_bars_of_the_results_that_it_adds_up():
    for edition in all_editions():
        total = next(identity for identity in edition.identities if identity.code == "GJ02")
        results = next(spec for spec in edition.charts if spec.id == "results")
        assert list(results.bars.values()) == [term.replace("{}", "total") for term in total.right]
        # Bars are called what the rows and columns are.
        rows = edition.keys["applications"].children
        names = {key.name for key in (*rows.values(), *rows["new"].children.values())}
        assert {label for spec in edition.charts for label in spec.bars if not spec.years} <= names


def test_years_come_from_the_files_beside(tmp_path, capsys):
    for year, count in ((2019, 10), (2020, 20), (2021, 30), (2022, 40), (2023, 50), (2024, 60)):
        text = f"year: {year}\nagency: {{name: 某县统计局}}\nblanks: 0\napplications: {{new: {{natural: {count}}}}}\n"
        (tmp_path / f"{year}.yaml").write_text(f"{text}charts: {{历年申请: 是}}\n", encoding="utf-8")
    (chart,) = charts(reportgen.read(tmp_path / "2024.yaml"))
    assert [(bar.label, bar.value) for bar in chart.bars] == [
        ("2020年", 20), ("2021年", 30), ("2022年", 40), ("2023年", 50), ("2024年", 60)]
    assert chart.title == "2020—2024年新收政府信息公开申请数量"
    # One that is missing ends the row.
    (tmp_path / "2022.yaml").unlink()
    (chart,) = charts(reportgen.read(tmp_path / "2024.yaml"))
    assert [bar.label for bar in chart.bars] == ["2023年", "2024年"]
    (tmp_path / "2023.yaml").unlink()
    report = reportgen.read(tmp_path / "2024.yaml")
    assert charts(report) == ()
    (found,) = [one for one in reportgen.check(report) if one.code == "FB07"]
    assert str(found.origin).endswith("2024.yaml:5")
    assert found.message == "图表“历年申请”画不出来，至少要有两年的数；请把往年的数据文件放在同一文件夹"


def test_a_wrong_answer_is_told(read):
    report = read(GOOD + "charts: {办理结果: 要}\n")
    assert [one.message for one in report.problems] == ["“办理结果”只能写是、否，这里写的是“要”"]


def test_the_pdf_shows_every_chart_as_a_figure_with_alt_text(files, years):
    report = reportgen.read(years / "2024.yaml")
    expected = charts(report)
    # Made here again, so that a warning of WeasyPrint fails this test.
    assert typeset(document(report)).content == files[1].read_bytes()
    with pdfplumber.open(files[1]) as opened:
        found = [(one["alt_text"], one["page_number"]) for one in walk(opened.structure_tree) if one["type"] == "Figure"]
        texts = [page.extract_text() for page in opened.pages]
        assert [alt for alt, _ in found] == [chart.alt for chart in expected]
        for number, (chart, (_, page)) in enumerate(zip(expected, found, strict=True), 1):
            assert chart.caption(number).replace("\u3000", "") in texts[page - 1].replace("\u3000", "").replace(" ", "")
        # Bars and words are paths, which are read below; there is no raster image.
        assert not any(page.images for page in opened.pages)


def test_the_docx_has_every_chart_as_a_picture_with_alt_text(files, years):
    expected = charts(reportgen.read(years / "2024.yaml"))
    word = docx.Document(files[0])
    assert len(word.inline_shapes) == 3
    for number, (shape, chart) in enumerate(zip(word.inline_shapes, expected, strict=True), 1):
        assert shape._inline.docPr.get("descr") == chart.alt
        assert round(shape.width.mm, 1) == layout.TYPE_WIDTH
        relation = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        picture = Image.open(io.BytesIO(word.part.related_parts[relation].blob))
        # The picture is not stretched: it gives up a point of 174 to the line that it stands on.
        assert shape.height / shape.width == pytest.approx(picture.height / picture.width, rel=0.01)
        assert shape.height.pt == pytest.approx(layout.CHART_LINES * layout.LINE_PITCH - 1)
        extent = shape._inline.graphic.graphicData.pic.spPr.xfrm.ext
        assert (extent.cx, extent.cy) == (shape.width, shape.height)
        assert picture.width > layout.TYPE_WIDTH / 25.4 * 590
        assert [round(dots) for dots in picture.info["dpi"]] == [600, 600]
        drawn = ElementTree.fromstring(word.part.related_parts[relation.replace("png", "svg")].blob)
        assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
        assert chart.caption(number) in [paragraph.text for paragraph in word.paragraphs]
    names = zipfile.ZipFile(files[0]).namelist()
    assert len(names) == len(set(names))


def test_charts_are_grey_and_of_outlines_alone(years):
    for chart in charts(reportgen.read(years / "2024.yaml")):
        drawn = svg(chart)
        for colour in re.findall("#([0-9a-f]{6})", drawn):
            assert colour[:2] == colour[2:4] == colour[4:]
        assert "<text" not in drawn
        assert set(re.findall(r'id="\w+-(\w+)-', drawn)) == {"fangsong", "latin"}
        assert "http" not in drawn.replace("http://www.w3.org/", "")
        # Drawn again, they are the same bytes.
        assert png(chart) == png.__wrapped__(chart)
        assert svg(chart) == svg.__wrapped__(chart)


def test_the_web_page_and_the_json_have_them(years):
    printed = document(reportgen.read(years / "2024.yaml"))
    page = write_page(printed).decode()
    pictures = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">', page)
    assert [alt for _, alt in pictures] == [chart.alt for chart in printed.charts]
    assert [base64.b64decode(one).decode() for one, _ in pictures] == [svg(chart) for chart in printed.charts]
    assert "img-src data:" in page
    assert b'"id": "history"' in report_json(printed)


@pytest.mark.parametrize("kind", ["docx", "pdf", "html"])
def test_a_published_report_gives_its_charts_back(files, years, tmp_path, capsys, kind):
    source = {"docx": files[0], "pdf": files[1], "html": tmp_path / "a.html"}[kind]
    if kind == "html":
        source.write_bytes(write_page(document(reportgen.read(years / "2024.yaml"))))
    assert main(["import", str(source), "-o", str(tmp_path / "2024.yaml")]) in (0, 1)
    capsys.readouterr()
    report = reportgen.read(tmp_path / "2024.yaml")
    assert {key: text for key, text in report.texts.items() if key.startswith("charts.")} == {
        "charts.history": "yes", "charts.results": "yes", "charts.applicants": "yes"}
    assert not any("图1" in paragraph.text or "图3" in paragraph.text for paragraph in report.prose["overview"])


def test_a_template_without_the_charts_is_refused(years, tmp_path, capsys):
    text = (templates_folder() / "report.html").read_text(encoding="utf-8")
    (tmp_path / "report.html").write_text(text.replace("in charts %}", "in () %}"), encoding="utf-8")
    assert main(["build", str(years / "2024.yaml"), "-o", str(tmp_path / "out"), "--templates", str(tmp_path)]) == 2
    assert "模板里没有印图表（charts）的地方" in capsys.readouterr().err


def test_a_batch_sees_that_an_earlier_year_has_changed(years, tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    for path in years.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    text = (folder / "2023.yaml").read_text(encoding="utf-8")
    (folder / "2022.yaml").write_text(text.replace("year: 2023", "year: 2022"), encoding="utf-8")
    options = ["batch", str(folder), "-o", str(tmp_path / "out"), "--jobs", "0", "--year", "2024", "--to", "docx"]
    for expected in ("已生成 1", "没有变化 1"):
        assert main(options) == 0
        assert expected in capsys.readouterr().out
    (folder / "2022.yaml").write_text(text.replace("year: 2023", "year: 2022") + "# 改过\n", encoding="utf-8")
    assert main(options) == 0
    assert "已生成 1" in capsys.readouterr().out


def test_own_fonts_are_those_of_the_charts_too(years, tmp_path):
    font = TTFont(io.BytesIO((ROOT / "reportgen" / "fonts" / "kaiti.ttf").read_bytes()))
    font["name"].setName("仿宋_GB2312", 4, 3, 1, 0x804)
    (tmp_path / "fonts").mkdir()
    font.save(tmp_path / "fonts" / "fangsong.ttf")
    printed = document(reportgen.read(years / "2024.yaml"))
    word = zipfile.ZipFile(io.BytesIO(write_docx(printed, None, tmp_path / "fonts"))).read("word/media/chart2.svg").decode()
    page = render_html(printed, None, tmp_path / "fonts")
    own, packaged = (outline(name, "予") for name in ("kaiti.ttf", "fangsong.ttf"))
    for drawn in (word, page):
        assert own in drawn
        assert packaged not in drawn


def outline(name, character):
    """Return how a character of one of the package's fonts is drawn, as the data of a path."""
    font = TTFont(ROOT / "reportgen" / "fonts" / name)
    pen = SVGPathPen(None)
    font["glyf"][font.getBestCmap()[ord(character)]].draw(pen, font["glyf"])
    return pen.getCommands()


@pytest.fixture(scope="module")
def by_hand(years):
    """Return the label, the printed value and the number of every bar of every chart, from the data files as they are."""
    tables = [yaml.safe_load((years / f"{year}.yaml").read_text(encoding="utf-8"))["applications"] for year in (2023, 2024)]
    last, who = tables[1], ("natural", "enterprise", "research", "public_interest", "legal_service", "other")

    def total(row):
        return row["total"] if "total" in row else sum(map(total, row.values()))

    shown = [[(f"{year}年", total(table["new"])) for year, table in zip((2023, 2024), tables, strict=True)],
             [(label, total(last[row])) for label, row in (
                 ("予以公开", "granted"), ("部分公开", "partial"), ("不予公开", "refused"), ("无法提供", "unavailable"),
                 ("不予处理", "not_processed"), ("其他处理", "other_handling"))],
             list(zip(("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"), (last["new"][one] for one in who), strict=True))]
    return [[(label, str(number), number) for label, number in chart] for chart in shown]


@pytest.fixture(scope="module")
def in_the_pdf(files):
    """Return what the PDF has of each chart as drawn, where it stands there, and how its page looks at 600 dots an inch."""
    with pdfplumber.open(files[1]) as opened:
        figures = [one for one in walk(opened.structure_tree) if one["type"] == "Figure"]
    found, looks = [], {}
    with pypdfium2.PdfDocument(files[1]) as opened:
        for figure in figures:
            number, (ident,) = figure["page_number"] - 1, figure["mcids"]
            if number not in looks:
                looks[number] = opened[number].render(scale=DOTS / 72).to_pil().convert("L")
            found.append((*in_pdf(opened[number], ident), looks[number]))
    return found


def walk(nodes):
    for node in nodes:
        yield node
        yield from walk(node.get("children", ()))


def pictures(files):
    """Return the SVG and the PNG of every chart of a DOCX, as Word finds them."""
    word = docx.Document(files[0])
    for shape in word.inline_shapes:
        blip = shape._inline.graphic.graphicData.pic.blipFill.blip
        yield tuple(word.part.related_parts[ident].blob for ident in (
            next(one.get(f"{RELATION}embed") for one in blip.iter("{*}svgBlip")), blip.embed))


def test_every_bar_of_the_pdf_shows_its_figure(in_the_pdf, by_hand):
    assert len(in_the_pdf) == len(by_hand) == 3
    for (chart, _, _), expected in zip(in_the_pdf, by_hand, strict=True):
        require_shown(chart.shown(), expected)


def test_every_bar_of_the_docx_shows_its_figure(files, by_hand):
    found = list(pictures(files))
    assert len(found) == 3
    for (drawn, picture), expected in zip(found, by_hand, strict=True):
        chart = in_svg(drawn)
        rows = chart.shown()
        require_shown(rows, expected)
        # The picture for what knows no SVG: the bars by their own dots, half a line taken off at either end.
        lengths = lengths_in_picture(Image.open(io.BytesIO(picture)).convert("L"), chart, DOTS / 72, 0x99)
        assert lengths == pytest.approx([max(length - 0.6, 0) for _, value, length in rows if value != "0"], abs=0.2)


def test_the_picture_for_word_looks_like_the_page_at_every_word_and_bar(files, in_the_pdf):
    """Another program draws the PDF; each piece is held against what stands in its own place there, by the ink that either has."""
    for (chart, (left, top, _, _), sheet), (_, content) in zip(in_the_pdf, pictures(files), strict=True):
        picture = Image.open(io.BytesIO(content))
        assert (picture.mode, picture.size) == ("L", (3685, 1448))
        corner = [round(side * DOTS / 72) for side in (left, top)]
        sheet = sheet.crop((*corner, corner[0] + picture.width, corner[1] + picture.height))
        pieces = [*chart.bars, *chart.grounds, *(box for _, box in chart.characters)]
        for box in pieces:
            place = [round(side * DOTS / 72) + more for side, more in zip(box, (-6, -6, 6, 6), strict=True)]
            mine, other = (one.crop(place).resize([max(1, (place[at + 2] - place[at]) // 8) for at in (0, 1)]) for one in (picture, sheet))
            ink = min(sum(255 - value for value in one.tobytes()) for one in (mine, other))
            differing = ImageStat.Stat(ImageChops.difference(mine, other)).sum[0]
            # Both put edges on dots in their own ways: up to 0.23 was measured for the same character, from 0.38 on for two alike (6 and 0).
            assert differing < 0.3 * ink, (box, differing / ink)
            for one in (picture, sheet):
                one.paste(255, place)
        # Nothing is left beside the pieces.
        assert picture.getextrema() == sheet.getextrema() == (255, 255)
