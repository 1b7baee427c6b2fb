"""The page for many agencies: the table that begins it, what it links to, its one script, its size."""

import base64
import hashlib

import lxml.html
import pytest
from conftest import GOOD

from reportgen.checks import check
from reportgen.findings import Finding, Origin, Severity
from reportgen.outputs.review import MOST_DRAWN, MOST_FINDINGS, Checked, review
from reportgen.report.main_figures import main_figures
from reportgen.sources import read_text

LAST = GOOD.replace("2024", "2023") + "applications: {new: {natural: 3}, granted: {natural: 3}}\n"
THIS = GOOD + "applications: {new: {natural: 5}, granted: {natural: 4}, carried_out: {natural: 1}}\n"


def page(*checked, told=()):
    return lxml.html.fromstring(review(checked, told))


def checked(text, file="2024.yaml"):
    report = read_text(text, file)
    findings = check(report)
    wrong = any(one.blocks for one in findings)
    return Checked(file=file, verdict="有错误" if wrong else "可以生成", wrong=wrong, agency=report.agency.name, year=report.year,
                   title=report.plain_title, findings=findings, report=report, figures=main_figures(report))


def test_main_figures_with_their_change(write):
    write(LAST, "2023.yaml")
    from reportgen import read
    figures = main_figures(read(write(THIS)))
    assert figures["新收申请"] == ("5", "+2")
    assert figures["行政复议"] == ("0", "持平")
    assert main_figures(read_text(THIS, "x.yaml"))["新收申请"] == ("5", "")
    assert main_figures(read_text(GOOD.replace("blanks: 0\n", ""), "x.yaml"))["新收申请"] == ("", "")


def test_a_row_an_agency_that_leads_to_its_findings():
    wrong = checked(THIS.replace("某县", "某乡").replace("natural: 5", "natural: 6"), "/报送/乙/2024.yaml")
    gone = Checked(file="/报送/丙/2024.yaml", verdict="不能读取", wrong=True, refused=((Origin("/报送/丙/2024.yaml", 3), "缩进不对"),))
    assert wrong.wrong
    found = page(checked(THIS, "/报送/甲/2024.yaml"), wrong, gone, told=["名册 4 个机关，已报 2 个，缺 2 个：某镇统计局"])
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in found.xpath("//table[@class='all']/tbody/tr")]
    assert [(row[0], row[2], row[3], row[7], row[-1]) for row in rows] == [
        ("某乡统计局", "有错误", str(sum(one.severity is Severity.ERROR for one in wrong.findings)), "6", "乙/2024.yaml"),
        ("丙/2024.yaml", "不能读取", "", "", "丙/2024.yaml"), ("某县统计局", "可以生成", "0", "5", "甲/2024.yaml")]
    anchors = set(found.xpath("//@id"))
    assert {link[1:] for link in found.xpath("//@href")} <= anchors
    assert "缩进不对" in found.xpath("//*[@id='r3']/following::ol[1]")[0].text_content()
    assert [one.text for one in found.xpath("//ul[@class='told']/li")] == ["名册 4 个机关，已报 2 个，缺 2 个：某镇统计局"]


def test_only_its_own_script_may_run_and_one_report_has_none():
    found = page(checked(THIS), checked(THIS.replace("某县", "某乡")))
    [script] = found.xpath("//script")
    allowed = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    [policy] = found.xpath("//meta[@http-equiv]/@content")
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    alone = page(checked(THIS))
    assert alone.xpath("//script") == []
    assert alone.xpath("//meta[@http-equiv]/@content")[0].endswith("script-src 'none'")


def test_the_page_of_two_thousand_is_bounded():
    findings = [Finding(code="WZ01", severity=Severity.WARNING, message="有的的" * 20, origin=Origin(f"a/{n}.yaml", n)) for n in range(50)]
    many = [Checked(file=f"a/{n}.yaml", verdict="可以生成", wrong=False, agency=f"第{n}局", year=2024, findings=findings)
            for n in range(2000)]
    text = review(many)
    assert len(text.encode()) < 15_000_000
    found = lxml.html.fromstring(text)
    assert len(found.xpath("//li[contains(@class, 'found')]")) == MOST_FINDINGS
    assert "另有 40 条没有列出" in text


@pytest.mark.parametrize(("count", "drawn"), [(MOST_DRAWN, True), (MOST_DRAWN + 1, False)])
def test_tables_are_drawn_of_few(count, drawn):
    one = checked(THIS)
    found = page(*[one] * count)
    assert bool(found.xpath("//table[not(@class)]")) is drawn
    assert bool(found.xpath("//p[contains(., '没有画各机关的表')]")) is not drawn
