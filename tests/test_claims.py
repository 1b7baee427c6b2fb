"""文表: figures and claims of prose against the tables. The figures are those of 宿迁 2024, the sentences our own."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import EXAMPLES, ROOT
from hypothesis import given
from hypothesis import strategies as st

import reportgen
from reportgen.checks.prose.numbers import find_numbers
from reportgen.checks.prose.rules import prose_against_tables
from reportgen.report.model import Paragraph, Run
from reportgen.standard.numerals import format_chinese, parse_chinese

SUQIAN = reportgen.read(next(path for path in EXAMPLES if path.parts[-2:] == ("suqian", "2024.yaml")))


def findings(sentence, report=SUQIAN):
    """Return what is found in a sentence under 总体情况."""
    prose = {**dict.fromkeys(report.prose, ()), "overview": (Paragraph((Run(sentence),)),)}
    return list(prose_against_tables(replace(report, prose=prose)))


def told(sentence, report=SUQIAN):
    """Return (code, marked stretch, first cell) of what is found in a sentence under 总体情况."""
    return [(finding.code, finding.excerpt.marked, finding.cells[0]) for finding in findings(sentence, report)]


TOTAL, IN, OUT = "applications.new.total", "applications.carried_in.total", "applications.carried_out.total"


def test_sentences_of_a_published_report():
    assert told("全市收办申请3646件，同比增长1.05%。予以公开1431件、部分公开471件、不予公开92件、无法提供941件、不予处理117件、"
                "其他处理469件，转下年度125件。被申请行政复议134件，被提起行政诉讼57件。") == [
        ("WB03", "1.05%", TOTAL), ("WB01", "134件", "remedies.review.total"),
        ("WB01", "57件", "remedies.litigation_direct.total")]


@pytest.mark.parametrize(("sentence", "expected"), [
    ("收到申请3526件。", [("WB01", "3526件", TOTAL)]),
    ("收到申请（含上年结转）3525件。", [("WB01", "3525件", TOTAL)]),
    ("收到政府信息公开申请3440件，其中自然人3440件。", [("WB01", "3440件", TOTAL)]),
    ("新收三千五百二十六件。", [("WB01", "三千五百二十六件", TOTAL)]),
    ("新收申请3,526件。", [("WB01", "3,526件", TOTAL)]),
    ("新收申请３５２６件。", [("WB01", "３５２６件", TOTAL)]),
    ("1432件予以公开。", [("WB01", "1432件", "applications.granted.total")]),
    ("不予公开93件，其中属于国家秘密3件。", [("WB01", "93件", "applications.refused.state_secret.total"),
                               ("WB01", "3件", "applications.refused.state_secret.total")]),
    ("新收申请中，自然人3439件，法人或其他组织86件。", [("WB01", "3439件", "applications.new.natural"),
                                      ("WB01", "86件", "applications.new.enterprise")]),
    ("新收3525件，上年结转121件，两项合计3647件。", [("WB01", "3647件", TOTAL)]),
    ("行政复议和行政诉讼共248件。", [("WB01", "248件", "remedies.review.total")]),
    ("行政复议、行政诉讼248件。", [("WB01", "248件", "remedies.review.total")]),
    ("复议后起诉的行政诉讼51件。", [("WB01", "51件", "remedies.litigation_after_review.total")]),
    ("行政复议170件，其中结果维持89件。", [("WB01", "89件", "remedies.review.upheld")]),
    ("制定行政规范性文件50件，废止228件，现行有效420件。", [("WB01", "228件", "disclosure.normative_documents.repealed")]),
    ("制发规章2件、行政规范性文件51件。", [("WB01", "51件", "disclosure.normative_documents.issued")]),
    ("作出行政许可决定158.3万件。", [("WB01", "158.3万件", "disclosure.licensing.decisions")]),
    ("行政事业性收费7.28亿元。", [("WB01", "7.28亿元", "disclosure.fees.amount_wan_yuan")]),
    ("行政事业性收费72702.2578万元。", [("WB01", "72702.2578万元", "disclosure.fees.amount_wan_yuan")]),
    ("新收申请约2000件。", [("WB06", "约2000件", TOTAL)]),
    ("予以公开1431件，占41.64%。", [("WB02", "41.64%", "applications.granted.total")]),
    ("自然人申请占新收申请的96.59%。", [("WB02", "96.59%", "applications.new.natural")]),
    ("新收申请3525件，同比下降0.40%。", [("WB03", "0.40%", TOTAL)]),
    ("新收申请3525件，比上年增加15件。", [("WB03", "15件", TOTAL)]),
    ("行政复议170件，与上年持平。", [("WB03", "与上年持平", "remedies.review.total")]),
    ("予以公开1431件，占40.64%，占比较上年提高7.48个百分点。", [("WB03", "7.48个百分点", "applications.granted.total")]),
    ("去年新收申请3512件。", [("WB01", "3512件", f"previous.{TOTAL}")]),
    ("2023年收到申请3511件，2024年收到3526件。", [("WB01", "3526件", TOTAL)]),
    ("收到申请3525件，均已按期办结。", [("WB04", "均已按期办结", OUT)]),
    ("收到申请3525件均已办结。", [("WB04", "均已办结", OUT)]),
    ("行政复议170件，均获维持。", [("WB04", "均获维持", "remedies.review.corrected")]),
    ("未收到政府信息公开申请。", [("WB05", "未收到政府信息公开申请", TOTAL)]),
    ("未发生行政复议、行政诉讼。", [("WB05", "未发生行政复议", "remedies.review.total"),
                       ("WB05", "行政诉讼", "remedies.litigation_direct.total")]),
    ("没有因政府信息公开申请提起的行政诉讼。", [("WB05", "没有因政府信息公开申请提起的行政诉讼", "remedies.litigation_direct.total")]),
    ("未发生行政复议被纠正的情况。", [("WB05", "未发生行政复议被纠正的情况", "remedies.review.corrected")]),
])
def test_contradictions_are_found(sentence, expected):
    assert told(sentence) == expected


@pytest.mark.parametrize("sentence", """
全市收到申请3525件，同比增长0.4%；收办申请3646件，同比增长1.08%。
收到申请（含上年结转）3646件，办结3521件，结转2025年继续办理125件。
新收申请3500余件，其中自然人申请近3500件，占比超过97%。
作出行政许可决定157.3万件，行政处罚决定267.6万件，收费7.27亿元。
办理申请3646件。办理申请3521件。
行政诉讼77件。行政诉讼52件。
2023年收到申请3511件，2024年收到3525件。
较上年，新收申请增加14件。
网上申请200件，占5%；信函申请120件，其中自然人100件。
市本级共收到政府信息公开申请320件，同比增长12%，均已按期答复。
其中，市政府办公室办理申请25件，均已办结。
2022年收到申请300件，办结298件。
上半年收到申请1500件，办结1400件。
办理行政复议案件500件，其中纠正20件。
全市行政复议机构共受理行政复议案件812件，审结790件。
主动公开政府信息1.2万条，规范性文件80件。
公开行政许可信息3000条、行政处罚信息200条。
处理群众来信20件，均已办结。
上年结转的121件申请全部办结。
人大代表建议45件、政协提案30件，均已办结。
培训3次，参加120人次，覆盖率100%。
收到征地拆迁类申请800件，占22%。
申请量居前三位的是征地补偿、规划许可、财政资金类，分别为800件、300件、200件。
制定规范性文件公开目录3项，废止过时制度5项。
全市共有行政规范性文件制定主体35个，审查规范性文件50件。
向申请人作出书面答复3600件，当面沟通500余次。
开展行政处罚案卷评查2次，抽查案卷80件。
一件事一次办，每一件申请都有回音。
新收申请中，80%以上通过网络提交。
按时办结率100%，予以公开率40%。
行政诉讼败诉3件，败诉率4%。
公开行政事业性收费项目25项。
发布规章解读2件，规范性文件解读45件。
政府信息公开申请办理工作指引印发50份。
三年来共收到申请9800件，年均3266件。
第3件申请由第三方评估。
被复议机关纠正3件次，被法院判决败诉2件。
收到政府信息公开申请3525件次，通过信函、当面、网络方式分别为500件、25件、3000件。
对12件不予公开的申请说明理由。
未收到投诉举报，未发生舆情事件，没有发生泄密事件。
除结转的125件外，其余申请均已办结。
全市行政机关负责人出庭应诉行政诉讼案件300件，出庭率98%。
其中涉及自然资源领域的申请1200件，占比34%。
一是强化培训，组织3期。二是加强督查，通报2次。
修改《政府信息公开申请办理规范》等规范性文件3件。
""".strip().splitlines())
def test_sentences_that_contradict_nothing_raise_nothing(sentence):
    assert told(sentence) == []


def figures():
    for path in [path for path in EXAMPLES if path.parts[-2] == "suqian"]:
        report = reportgen.read(path)
        for section, paragraphs in report.prose.items():
            for number, paragraph in enumerate(paragraphs):
                for at, run in enumerate(paragraph.runs):
                    if run.cells and section != "preamble":
                        yield pytest.param(report, section, number, at, id=f"{path.parts[-2]}-{path.stem}-{section}-{number}-{at}")


def off_by_one(text):
    """Return a printed figure changed by one, thousands separators kept."""
    found = re.search(r"[\d,]+(\.\d+)?", text)
    value = Decimal(found[0].replace(",", "")) + 1
    return text[:found.start()] + (f"{value:,}" if "," in found[0] else str(value)) + text[found.end():]


@pytest.mark.parametrize(("report", "section", "number", "at"), list(figures()))
def test_every_prose_figure_that_is_off_by_one_is_found(report, section, number, at):
    assert list(prose_against_tables(report)) == []
    paragraph = report.prose[section][number]
    run = paragraph.runs[at]
    runs = (*paragraph.runs[:at], replace(run, text=off_by_one(run.text)), *paragraph.runs[at + 1:])
    changed = (*report.prose[section][:number], replace(paragraph, runs=runs), *report.prose[section][number + 1:])
    found = list(prose_against_tables(replace(report, prose={**report.prose, section: changed})))
    start = sum(len(one.text) for one in runs[:at])
    assert any(finding.section == section and finding.excerpt.text in "".join(one.text for one in runs)
               and off_by_one(run.text).removeprefix("增长") in finding.excerpt.marked for finding in found), (start, found)


@pytest.mark.parametrize("year", [2020, 2024])
def test_every_typed_figure_that_is_off_by_one_is_found(year):
    report = reportgen.read(ROOT / "tests" / "clean" / f"{year}.yaml")
    count = 0
    for paragraph in report.prose["overview"]:
        for number in find_numbers(paragraph.text):
            text = paragraph.text[:number.start] + off_by_one(paragraph.text[number.start:])
            assert [marked for _, marked, _ in told(text, report)], text
            count += 1
    assert count > 25


def test_a_blank_cell_contradicts_nothing():
    blank = {path: replace(SUQIAN.cells[path], value=None) for path in (TOTAL, "applications.new.natural")}
    assert told("收到申请3640件。", replace(SUQIAN, cells={**SUQIAN.cells, **blank})) == []


@given(st.integers(0, 99))
def test_numerals_read_back(value):
    assert parse_chinese(format_chinese(value)) == value


@pytest.mark.parametrize(("text", "value"), [
    ("三千五百二十五", 3525), ("二〇二四", 2024), ("一百零五", 105), ("两", 2), ("十", 10), ("一万", None), ("", None), ("甲", None)])
def test_numerals(text, value):
    assert parse_chinese(text) == value


@pytest.mark.parametrize(("text", "expected"), [
    ("3,525件", [(3525, 1, "count")]), ("157.3万件", [(1573000, 1000, "count")]), ("百分之五", [(5, 1, "percent")]),
    ("1.08%", [(Decimal("1.08"), Decimal("0.01"), "percent")]), ("7.27亿元", [(727000000, 1000000, "money")]),
    ("第3件", []), ("（A5件）", []), ("编a5件", []), ("（a）5件", [(5, 1, "count")]), ("国办发〔2020〕109号", []), ("2024年", []), ("3525", []), ("0715-8138667件", []), ("2个百分点", [(2, 1, "points")]),
    (f"{'9' * 21}件、3件", [(3, 1, "count")]), (f"{'9' * 20}件", [(int("9" * 20), 1, "count")])])
def test_numbers(text, expected):
    assert [(number.value, number.step, number.unit) for number in find_numbers(text)] == expected


def between(new, old):
    """Return the report with the reviews of this year and of last as given."""
    path = "remedies.review.total"

    def given(report, value):
        return replace(report, cells={**report.cells, path: replace(report.cells[path], value=value)})

    return replace(given(SUQIAN, new), previous=given(SUQIAN.previous, old))


@pytest.mark.parametrize(("new", "old", "expected"), [
    (105, 100, []), (95, 100, []), (106, 100, ["WB03"]), (94, 100, ["WB03"]), (0, 0, []), (1, 0, ["WB03"])])
def test_an_even_year_may_differ_by_its_share_and_no_more(new, old, expected):
    assert [code for code, _, _ in told(f"行政复议{new}件，与上年持平。", between(new, old))] == expected


@pytest.mark.parametrize(("sentence", "expected"), [
    ("予以公开1431件，占40.64%，占比较上年提高6.48个百分点。", []), ("予以公开1431件，占40.64%，占比较上年提高6.48百分点。", []),
    ("予以公开1431件，占40.64%，占比较上年提高6.46百分点。", ["6.46百分点"]), ("予以公开1431件，占40.64%，占比较上年降低6.48个百分点。", ["6.48个百分点"]),
    ("新收申请3525件，同比增长0.40%。", []), ("新收申请3525件，同比增长0.40个百分点。", [])])
def test_percentage_points_are_not_per_cent(sentence, expected):
    assert [marked for _, marked, _ in told(sentence)] == expected


@pytest.mark.parametrize(("sentence", "words"), [
    ("新收申请3525件，上年结转121件，合计3646件，同比增长2.08%。", "“总计”列上年为3607，本年为3646，增长1.08%；"),
    ("予以公开1431件，占40.64%，占比较上年提高7.48个百分点。", "的比重比上年提高6.48个百分点；"),
    ("不予公开92件，占2.61%，占比较上年提高1.46个百分点。", "的比重比上年降低1.46个百分点；"),
    ("收到申请121件。", "相差3404（这个数与表三“二、上年结转政府信息公开申请数量”行“总计”列相同，可能取错了格）；")])
def test_messages_say_what_the_tables_have(sentence, words):
    assert [words in finding.message for finding in findings(sentence)] == [True]


def test_what_did_not_change_is_called_so():
    assert [finding.message.rpartition("，")[2] for finding in findings("行政复议100件，同比增长3%。", between(100, 100))] == ["持平；请核对文字和表格"]
