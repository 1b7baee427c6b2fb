"""How reports are recognised however they are titled, headed, numbered, cut by pages and surrounded by a site."""

import json
import re

import docx
import pytest
import weasyprint
from conftest import GOOD, ROOT
from generated import said
from web_pages import figures, filled, imported, page

import reportgen
from reportgen.cli.main import main
from reportgen.datafile.read import read_report
from reportgen.datafile.tree import parse_tree
from reportgen.files.resources import fonts_folder
from reportgen.findings import Places
from reportgen.format import get_edition
from reportgen.imports.blocks import Grid
from reportgen.imports.read import read_published
from reportgen.imports.readers.pdf import read_pdf
from reportgen.imports.site import card_entries, is_furniture
from reportgen.imports.tables import FoundTables, recognise
from reportgen.imports.titles import parse_page_title, parse_title
from reportgen.outputs.build import Options
from reportgen.outputs.document import document
from reportgen.outputs.web_page import write_page
from reportgen.report.align import squeezed
from reportgen.report.model import Signature

TITLE = "某县统计局2024年政府信息公开工作年度报告"


@pytest.mark.parametrize(("title", "agency", "year"), [
    ("2019年某府办公厅政府信息公开工作年度报告", "某府办公厅", 2019),
    ("某局2023年政府信息公开年度报告", "某局", 2023),
    ("某局2021年度政府信息公开工作年度报告", "某局", 2021),
    ("某局2023年度政府信息公开年报", "某局", 2023),
    ("某局关于2020年政府信息公开工作情况的报告", "某局", 2020),
    ("关于某局2019年度政府信息公开工作年度报告", "某局", 2019),
    ("某市财政局二〇二一年政府信息公开工作年度报告", "某市财政局", 2021),
    ("某局政府信息公开工作年度报告（2022年）", "某局", 2022),
    ("《某局2022年政府信息公开工作年度报告（修订）》", "某局", 2022),
    ("2023年政府信息公开工作年度报告", "", 2023),
])
def test_titles_in_every_order(title, agency, year):
    found = parse_title(title)
    assert (found.agency, found.year) == (agency, year)


@pytest.mark.parametrize("line", ["政府信息公开年报", "2023年工作年度报告", "某局2022年政府信息公开工作年度报告，全文如下", "2023年3月政府信息公开工作"])
def test_what_is_no_title(line):
    assert parse_title(line) is None


@pytest.mark.parametrize("tail", ["-某县发改局", "_政府信息公开年报_某县人民政府", " | 某县"])
def test_the_title_of_a_page_without_its_site(tail):
    assert parse_page_title(TITLE + tail).text == TITLE


def text_report(**sections):
    """Return a report as text, one line a paragraph."""
    given = {"title": TITLE, "overview": "一、总体情况\n全年平稳。", "disclosure": "二、主动公开政府信息情况\n公开信息9条。",
             "applications": "三、收到和处理政府信息公开申请情况\n收到申请6件。", "remedies": "四、政府信息公开行政复议、行政诉讼情况\n没有发生。",
             "problems": "五、存在的主要问题及改进情况\n解读不够。", "other": "六、其他需要报告的事项\n无。"} | sections
    return "\n".join(text for text in given.values() if text)


def passages(found):
    return {ident: [one.text for one in lines] for ident, lines in found.report.passages.items() if lines}


WHOLE = {"overview": ["全年平稳。"], "before_table.disclosure": ["公开信息9条。"], "before_table.applications": ["收到申请6件。"],
         "before_table.remedies": ["没有发生。"], "problems": ["解读不够。"], "other": ["无。"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_read_in_its_encoding(tmp_path, encoding):
    found = imported(tmp_path, text_report().encode(encoding), "年报.txt")
    assert passages(found) == WHOLE
    assert (found.report.agency.name, found.report.year) == ("某县统计局", 2024)


@pytest.mark.parametrize(("sections", "told"), [
    ({"other": "、其他需报告的事项\n无。"}, "“其他需报告的事项”没有编号"),
    ({"other": "其他需要报告的事项\n无。"}, "没有编号"),
    ({"remedies": "四、因政府信息公开申请行政复议、提起行政诉讼的情况没有发生。"}, "与正文连在一段"),
    ({"problems": "五、存在的主要问题及改进情况：解读不够。"}, "与正文连在一段"),
    ({"applications": "四、收到和处理政府信息公开申请情况\n收到申请6件。", "remedies": "五、行政复议和行政诉讼情况\n没有发生。"}, "编号与格式不同"),
    ({"overview": "第一部分 总体情况\n全年平稳。"}, ""),
    ({"disclosure": "二、主动公开工作\n公开信息9条。", "applications": "三、依申请公开情况\n收到申请6件。"}, ""),
])
def test_headings_as_they_come(tmp_path, sections, told):
    found = imported(tmp_path, text_report(**sections), "年报.txt")
    assert passages(found) == WHOLE
    assert any(told in one for one in found.unsure)
    assert not any("合计不符" in one for one in found.unsure)


def test_headings_of_its_own_stay_in_the_section_before(tmp_path):
    found = imported(tmp_path, text_report(overview="一、总体情况\n全年平稳。\n二、工作机制保障\n设立小组。\n三、主动公开工作情况\n公开9条。"), "年报.txt")
    assert passages(found) == WHOLE | {"overview": ["全年平稳。", "（一）工作机制保障", "设立小组。", "（二）主动公开工作情况", "公开9条。"]}
    assert any("“二、工作机制保障”、“三、主动公开工作情况”不是格式里的部分" in one for one in found.unsure)
    assert found.report.problems == ()


def test_six_parts_in_five_headings(tmp_path):
    found = imported(tmp_path, text_report(problems="五、存在的主要问题、改进情况及其他需要报告的事项\n解读不够。无。", other=""), "年报.txt")
    assert passages(found)["problems"] == ["解读不够。无。"]
    assert any("像是还包括“六、其他需要报告的事项”" in one for one in found.unsure)


def test_a_card_above_and_a_broken_date(tmp_path):
    card = ("某县统计局\n今天是：\n您当前的位置 : 首页 >>年报>>正文\n" + TITLE + "\n索引号 : 0143 文  号 :\n主题分类: 发文单位:\n"
            f"名 称: {TITLE} 发布日期: 2025年01月18日\n有效性: 发文日期: 2025年13月\n本报告依据条例编制。")
    found = imported(tmp_path, text_report(title=card, other="六、其他需要报告的事项\n无。\n某县统计局\n2025118"), "年报.txt")
    assert passages(found) == WHOLE | {"preamble": ["本报告依据条例编制。"]}
    assert (found.report.publication.index_number, found.report.publication.published) == ("0143", "2025-01-18")
    assert any("“2025年13月”不是日期" in one for one in found.unsure)
    assert any("落款日期“2025118”认不出" in one for one in found.unsure)
    assert [one for one in found.left_out if "您当前的位置" in one]
    assert "2025118" in found.left_out


def test_cards_and_furniture():
    assert card_entries("发布机构：某局　公开日期：2025-01-18") == {"issuer": "某局", "published": "2025-01-18"}
    assert card_entries("主题分类: 发文单位:") == {}
    assert card_entries("索引号：0143主题分类：年报发布机构：某局　【字体：大 中 小】") == {
        "index_number": "0143", "topic": "年报", "issuer": "某局", "no_field": "大 中 小】"}
    assert card_entries("联系电话：0523-1") is None
    assert card_entries("本报告的发布日期：见网站") is None
    assert is_furniture("分享到：")
    assert not is_furniture("来源于群众的意见建议有待进一步收集，" * 4)


@pytest.mark.parametrize(("tags", "date", "told"), [
    ("<meta name=PubDate content='2025-01-18 16:34'>", "2025-01-18", False),
    ("<meta name=PubDate content='2025-01-19'>", "2025-01-18", True)])
def test_tags_and_card_of_a_page(tmp_path, tags, date, told):
    card = "<table><tr><td>索引号</td><td>0143</td><td>发布日期</td><td>2025-01-18</td></tr></table>" if told else ""
    text, cells = page(title="")
    found = imported(tmp_path, text.replace("<head>", f"<head>{tags}").replace("<h1>", f"{card}<h1>"))
    assert found.report.publication.published == date
    assert any("取了前者" in one for one in found.unsure) == told
    assert filled(found.report) == cells


def test_the_title_of_the_report_stays_when_the_agency_is_told(tmp_path):
    found = imported(tmp_path, text_report(title="关于2024年度政府信息公开工作情况的报告"), "年报.txt", year=2024, agency="某县统计局")
    assert (found.report.title, found.report.agency.name) == ("关于2024年度政府信息公开工作情况的报告", "某县统计局")


def test_a_row_that_is_not_in_the_format_is_told(tmp_path):
    text, cells = page()
    found = imported(tmp_path, text.replace("</table>", "<tr><td colspan=3>其中涉外申请</td>" + "<td>7</td>" * 7 + "</tr></table>"))
    assert filled(found.report) == cells
    assert any("“其中涉外申请”行没有读取" in one for one in found.unsure)


def test_a_continued_table_with_other_columns_is_not_read_by_place(tmp_path):
    """The second part has a column less to the left of its figures, so nobody knows whose they are."""
    text, cells = page()
    begin = text.index("<tr>", text.index("applications") if "applications" in text else text.index("7.属于行政执法案卷") - 60)
    row = text.rindex("<tr>", 0, text.index("1.信访举报投诉类申请"))
    second = text[row:text.index("</table>")].replace("<td rowspan=5>（五）不予处理</td>", "").replace("<td rowspan=3>（六）其他处理</td>", "")
    found = imported(tmp_path, text[:row] + "</table><p></p><table>" + second + text[text.index("</table>"):])
    wrong = {path: value for path, value in filled(found.report).items() if cells[path] != value}
    assert (wrong, begin > 0) == ({}, True)


def printed(body, style=""):
    """Return a PDF of a page."""
    font = f"@font-face{{font-family:Body;src:url({(fonts_folder() / 'fangsong.ttf').as_uri()})}}"
    return weasyprint.HTML(string=f"<html><meta charset=utf-8><style>{font}@page{{size:A4;margin:3cm 2.6cm}}body{{font:16pt/28pt Body}}"
                                  f"p{{margin:0;text-indent:2em;text-align:justify}}{style}</style>{body}</html>").write_pdf()


def test_an_overlong_line_does_not_part_the_others():
    url = "http://www.example.gov.cn/" + "a1b2c3d4" * 9
    blocks = read_pdf(printed("".join(f"<p>{'主动公开信息内容逐年增加' * 8}{number}。</p>" for number in range(4)) + f"<p>年报见{url}。</p>"), "x.pdf")
    assert [block.text[-3:] for block in blocks.items[:4]] == [f"加{number}。" for number in range(4)]
    assert blocks.said == []


def test_a_header_on_one_page_and_its_figures_on_the_next(tmp_path):
    """The page cuts 表三 below its header, and the parts of the table are drawn with other numbers of columns."""
    text, cells = page()
    head, rows = text[text.index("<table>") + 7:text.index("</table>")].split("</tr><tr><td colspan=3>&nbsp;一、", 1)
    cut = text.replace("<table>" + head, f"<table class=a>{head}</tr></table><div style='break-before:page'></div><table><tr><td colspan=3>&nbsp;一、", 1)
    cut = cut.replace("</tr><tr><td colspan=3>&nbsp;一、", "", 1)
    style = "table{border-collapse:collapse;font-size:9pt;line-height:11pt;width:100%;table-layout:fixed}td{border:.5pt solid #000}"
    found = imported(tmp_path, printed(cut[cut.index("<body>") + 6:cut.index("</body>")], style), "a.pdf")
    assert {path: value for path, value in filled(found.report).items() if cells[path] != value} == {}
    assert figures(found.report)
    assert rows


def test_parts_of_a_table_with_other_numbers_of_columns(tmp_path):
    """The page cuts 表三 above the rows that have no column for the items of a group: ten columns and nine."""
    text, cells = page()
    columns = "<colgroup><col width=5%><col width=9%><col width=37%>" + "<col width=7%>" * 7 + "</colgroup>"
    cut = text.replace("<table>", f"<table>{columns}").replace(
        "<tr><td colspan=2>&nbsp;（七）总计", f"</table><div style='break-before:page'></div><table>{columns}<tr><td></td><td colspan=2>&nbsp;（七）总计")
    style = "table{border-collapse:collapse;font-size:9pt;line-height:11pt;width:100%;table-layout:fixed}td{border:.5pt solid #000}"
    content = printed(cut[cut.index("<body>") + 6:cut.index("</body>")], style)
    assert filled(imported(tmp_path, content, "a.pdf").report) == cells


def test_radicals_ligatures_and_soft_hyphens(tmp_path):
    found = imported(tmp_path, text_report(overview="一、总体情况\n⼈⺠政府⻔户网站ofﬁce新\xad闻。"), "年报.txt")
    assert passages(found)["overview"] == ["人民政府门户网站office新闻。"]


def test_prose_in_a_frame_is_prose(tmp_path):
    text, cells = page(overview="<p>一、总体情况</p><table><tr><td><p>全年平稳。</p><p>公开有序。</p></td></tr></table>")
    found = imported(tmp_path, text)
    assert [one.text for one in found.report.prose["overview"]] == ["全年平稳。", "公开有序。"]
    assert filled(found.report) == cells


def test_a_table_of_another_kind_is_told(tmp_path):
    text, _ = page(overview="<p>一、总体情况</p><p>全年平稳。</p><table><tr><td>渠道</td><td>条数</td></tr><tr><td>网站</td><td>9</td></tr></table>")
    found = imported(tmp_path, text)
    assert any("“渠道”不是格式里的表，其中 7 个字没有读取" in one for one in found.unsure)


def test_pasted_tables_are_read(tmp_path):
    rows = ["行政复议\t行政诉讼", "结果维持\t结果纠正\t其他结果\t尚未审结\t总计", "1\t0\t0\t0\t1"]
    found = imported(tmp_path, text_report(remedies="四、政府信息公开行政复议、行政诉讼情况\n" + "\n".join(rows)), "年报.txt")
    assert any("不是格式里的表" in one for one in found.unsure)
    assert figures(found.report, "") == {}


def test_characters_that_get_lost_are_told(tmp_path, monkeypatch):
    from reportgen.imports.readers import pdf_page
    from reportgen.imports.sections import Sections

    kept, lines = Sections._keep, pdf_page._lines
    monkeypatch.setattr(Sections, "_keep", lambda self, block, text: None if text == "解读不够。" else kept(self, block, text))
    assert any("合计不符" in one for one in imported(tmp_path, text_report(), "年报.txt").unsure)
    monkeypatch.setattr(pdf_page, "_lines", lambda chars, page: list(lines(chars, page))[1:])
    assert any("各页印有" in one for one in read_pdf(printed("<p>主动公开信息内容逐年增加。</p>" * 3), "x.pdf").said)


@pytest.mark.parametrize(("end", "date"), [
    ("某县统计局\n2025年1月20日", "2025年1月20日"), ("某县统计局2025年1月20日", "2025年1月20日"),
    ("某县统计局\n二〇二五年一月二十日", "2025年1月20日"), ("某县统计局\n二〇二五年十二月十日", "2025年12月10日")])
def test_signatures(tmp_path, end, date):
    found = imported(tmp_path, text_report(other=f"六、其他需要报告的事项\n无。\n{end}\n附件：统计表.xlsx"), "年报.txt")
    assert passages(found) == WHOLE
    assert (found.report.signature.name, found.report.signature.date) == ("某县统计局", date)
    assert "附件：统计表.xlsx" in found.left_out


def test_a_table_of_contents_heads_nothing(tmp_path):
    contents = "\n".join(line for line in text_report(title="").splitlines() if "、" in line)
    found = imported(tmp_path, text_report(title=f"{TITLE}\n{contents}\n本报告依据条例编制。"), "年报.txt")
    read = passages(found)
    assert {ident: read[ident] for ident in WHOLE} == WHOLE
    assert read["preamble"][-1] == "本报告依据条例编制。"


def test_the_tags_of_a_site(tmp_path):
    text, _ = page()
    found = imported(tmp_path, text.replace("<head>", "<head><meta name=SiteName content=某市政府><meta name=ColumnName content=年报>"))
    assert (found.report.site.name, found.report.site.column) == ("某市政府", "年报")


SEED = ROOT.parent / "shared" / "seed" / "xianning-2020.txt"
# Of the seed: the card and the way to it, the broken date, and the words of headings, which the format prints.
NO_SENTENCE = re.compile(r"(?:[一二三四五六]、|、其他).{0,30}|.*(?::|：).{0,60}|[^。,，]{0,40}")


def as_page(text):
    """Return a text as a page of a site, the card in a list."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "<html><body><div>" + "".join(f"<li>{line}</li>" if " :" in line or "日期:" in line else f"<p>{line}</p>" for line in lines) + "</div></body></html>"


@pytest.mark.skipif(not SEED.exists(), reason="the seed is not part of this repository")
@pytest.mark.parametrize("kind", ["txt", "html"])
def test_the_seed_is_read_whole_and_comes_back(tmp_path, kind):
    text = SEED.read_text(encoding="utf-8")
    found = imported(tmp_path, text if kind == "txt" else as_page(text), f"a.{kind}")
    prose = squeezed("".join(one.text for lines in found.report.passages.values() for one in lines))
    lost = [line for line in text.splitlines() if squeezed(line) not in prose and not NO_SENTENCE.fullmatch(line.strip())]
    assert [line for line in lost if not line.startswith("四、")] == []
    assert squeezed(next(line for line in lost if line.startswith("四、")))[-40:] in prose
    assert found.report.publication.published == "2021-01-18"
    assert {ident for ident, lines in found.report.passages.items() if lines} == {
        "preamble", "overview", "before_table.disclosure", "before_table.applications", "before_table.remedies", "problems", "other"}
    assert any("认不出，没有读取" in one for one in found.unsure)
    assert any("没有编号" in one for one in found.unsure)
    path, = reportgen.build(found.report, tmp_path, ["docx"], Options(draft=True))
    headings = [one.text for one in docx.Document(path).paragraphs if re.match("[一二三四五六]、", one.text)]
    assert headings == [section.heading for section in found.report.edition.sections]
    (tmp_path / "page.html").write_bytes(write_page(document(found.report, draft=True)))
    for file in (path, tmp_path / "page.html"):
        assert said(read_published(file).report) == said(found.report)


def test_many_files_at_once(tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(text_report(), encoding="utf-8")
    (folder / "b.txt").write_text(text_report(), encoding="utf-8")
    (folder / "c.html").write_text(page()[0], encoding="utf-8")
    (folder / "d.doc").write_bytes(b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"))
    (folder / "2024.yaml").write_text("year: 2024", encoding="utf-8")
    (folder / "e.txt").write_text(text_report(title="某县教育局2023年政府信息公开工作年度报告"), encoding="utf-8")
    assert main(["import", str(folder), "-o", str(tmp_path / "out"), "--json", "--csv", str(tmp_path / "list.csv")]) == 1
    files = json.loads(capsys.readouterr().out)["files"]
    assert [(one["file"][-5:], one["result"], one["year"]) for one in files] == [
        ("a.txt", "doubtful", 2024), ("b.txt", "refused", 2024), (".html"[-5:], "refused", 2024), ("d.doc", "refused", 0), ("e.txt", "doubtful", 2023)]
    assert "同一机关同一年度" in files[1]["reason"]
    assert "旧版 Word 文档" in files[3]["reason"]
    assert {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.yaml")} == {
        "某县统计局/2024.yaml", "某县教育局/2023.yaml"}
    assert len((tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()) == 6
    assert main(["import", str(folder / "a.txt"), str(folder / "e.txt"), "-o", str(tmp_path / "out")]) == 1
    assert "已经存在" in capsys.readouterr().out


def test_many_files_take_no_agency(tmp_path, capsys):
    assert main(["import", "a.txt", "b.txt", "--agency", "某局"]) == 2
    assert "只能用于一个报告" in capsys.readouterr().err


def test_what_a_page_cut_off_a_row_is_doubted_not_blank():
    """The figures stand at the foot of one page, the label of their row at the head of the next."""
    edition, found = get_edition("2021"), FoundTables()
    head = [("", "", "", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")]
    figures = tuple(map(str, range(1, 8)))
    upper = Grid((*head, ("一、本年新收政府信息公开申请数量", None, None, *figures), ("二、上年结转政府信息公开申请数量", None, None, *figures),
                  ("三、本年度办理结果", "（一）予以公开", None, *figures), (None, "（六）其", "", "479", "6067", "", "", "", "", "711")), "第2页的表")
    lower = Grid((("", "", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "", "", "", "", "", "6840", ""),
                  (None, None, "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "", "310", "", "", "", "", ""),
                  ("四、结转下年度继续办理", None, None, *figures)), "第3页的表")
    assert [recognise(grid, edition, found) for grid in (upper, lower)] == ["applications", "applications"]
    row = "applications.other_handling.no_correction."
    assert found.cells[f"{row}other"] == "6840"
    assert {path for path in found.doubted if path.startswith(row)} == {
        f"{row}{column}" for column in ("natural", "enterprise", "research", "public_interest", "legal_service", "total")}
    assert not any(path.startswith("applications.other_handling.fee_overdue") for path in found.doubted)
    assert any("第3页的表的第一行像是被分页截成了两半" in one for one in found.unsure)


def test_a_total_that_could_not_be_read_is_not_made_up_from_its_parts():
    text = "year: 2024\nagency: {name: 某局}\nremedies: {review: {upheld: 1, corrected: 2, other: 3, pending: 4}}\n"
    tree, places, total = parse_tree(text, "x.yaml"), Places("x.yaml"), "remedies.review.total"
    assert read_report(tree, places).cells[total].value == 10
    assert read_report(tree, places, unread=frozenset((total,))).cells[total].blank



def test_a_total_that_was_not_read_is_asked_for_in_the_data_file(tmp_path):
    """All parts were read, so a total that is left out would be their sum."""
    book = tmp_path / "年报.html"
    book.write_text(page(number=lambda row, column: "3a" if (row, column) == (0, 6) else "1")[0], encoding="utf-8")
    assert main(["import", str(book), "-o", str(tmp_path / "年报.yaml")]) in (0, 1)
    text = (tmp_path / "年报.yaml").read_text(encoding="utf-8")
    line, = (number for number, one in enumerate(text.splitlines(), 1) if "读不准" in one)
    report = reportgen.read_data_file(tmp_path / "年报.yaml")
    assert report.cells["applications.new.total"].blank
    assert [(one.origin.line, one.message) for one in report.problems] == [
        (line, "表三“一、本年新收政府信息公开申请数量”行“总计”列：“读不准”不是数，这里应填0 或正整数")]
    whole = tmp_path / "whole.yaml"
    whole.write_text(text.replace("读不准", "8"), encoding="utf-8")
    assert reportgen.read_data_file(whole).cells["applications.new.total"].number == "8"


def test_a_signature_without_a_date_is_none_of_the_last_section(tmp_path):
    found = imported(tmp_path, text_report(other="六、其他需要报告的事项\n无。\n某县统计局"), "年报.txt")
    assert (passages(found)["other"], found.report.signature) == (["无。"], Signature("某县统计局"))
    assert "某县统计局" not in [*found.left_out, *found.unsure]


def test_a_word_file_without_a_date_comes_back_as_it_was(tmp_path):
    data, word = tmp_path / "2024.yaml", tmp_path / "a.docx"
    data.write_text(GOOD.rstrip("\n") + "\nsignature: {}\n", encoding="utf-8")
    word.write_bytes(reportgen.docx(reportgen.read_data_file(data)))
    merged = reportgen.merge(data, word, write=False)
    assert (merged.text, merged.told) == (data.read_text(encoding="utf-8"), [])
