"""文字, 隐私 and 发布: what is found in a text and, as important, what is not."""

import pytest
from conftest import GOOD, MINIMAL, ROOT
from hypothesis import given
from hypothesis import strategies as st

import reportgen
from reportgen.checks.identity import same_agency
from reportgen.checks.numbering import faults
from reportgen.checks.privacy import is_citizen_number, luhn
from reportgen.checks.texts import Passage
from reportgen.checks.wording import lonely
from reportgen.findings import Origin
from reportgen.standard.punctuation import mended

SEED = ROOT.parent / "shared" / "seed" / "xianning-2020.txt"
FAMILIES = ("WZ", "YS", "FB")
# The faults of the report that started this project, in a text of our own.
OWN_SEED = """本报告由概述,公开的情况,申请的情况,存在的问题以及改进,其他事项等六部分组成。
一、总体情况
我局结合实际,公开政政府信息。
(二)规范制度。明确责任。
二、主动公开情况
三、申请情况
四、复议情况
五、存在的问题
、其他需报告的事项
2021111
"""


def codes(read, text):
    """Return (code, marked) of what is found in one paragraph of 其他事项."""
    report = read(GOOD.replace("other: 本年没有收取信息处理费。", f"other: |\n  没有收取信息处理费。\n  {text}"))
    return [(f.code, f.excerpt.marked) for f in reportgen.check(report) if f.code.startswith(FAMILIES) and f.excerpt]


@pytest.mark.parametrize(("text", "expected"), [
    ("2023年，我局将继续提升质量。", [("WZ02", "2023年")]),
    ("统计期限为2023年1月1日至2023年12月31日。", [("WZ02", "2023年"), ("WZ02", "2023年")]),
    ("统计期自2024年1月1日起至12月31日止。", []),
    ("2023年印发的文件继续有效，2025年将深化公开。", []),
    ("落实《2023年政务公开工作要点》。", []),
    ("2025年，未收取信息处理费。", [("WZ02", "2025年")]),
    ("2023年，我局没有收取信息处理费。", [("WZ02", "2023年")]),
    ("2023年，我局没有收取信息处理费，与上年相比没有变化。", []),
    ("2025年，将继续公开。", []),
    ("与2023年相比有所增加。2023年，我局没有收取信息处理费。", [("WZ02", "2023年")]),
    ("完善审核审核发布机制。", [("WZ05", "审核审核")]),
    ("规范政府信息公开政府信息公开工作。", [("WZ05", "政府信息公开政府信息公开")]),
    ("区政府政府信息公开，便民服务服务中心，二〇二〇年，一件一件办，点点滴滴，年年岁岁。", []),
    ("法淀公开内容，截止目前已完成。", [("WZ14", "法淀"), ("WZ14", "截止目前")]),
    ("加以经济建设为中心，公布署名文件，各进一部分。", []),
    ("公布署名文件，截止目前已公开。", [("WZ14", "截止目前")]),
    ("区政府政府信息公开，完善审核审核机制。", [("WZ05", "审核审核")]),
    ("总结情况.全年公开20条。", [("WZ04", ".")]),
    ("一.加强管理。版本1.2，详见www.example.gov.cn/某.html，约3.5倍。", []),
    ("网址为http://www.example.gov.cn/art/20240118/1.html。", []),
    ("开展培训的的工作。", [("WZ05", "的的")]),
    ("目的的实现，为了了解情况，某市市场监管局，行政政策，人人知晓，件件有回音。", []),
    ("国办发[2023]5号、国办发（2023）6号、国办发【2023】7号。", [("WZ06", "[2023]")]),
    ("国办公开办函〔2021〕30号，公告（2024）第12号，（2024）苏01行初12号。", []),
    ("推进“一网通办。", [("WZ07", "“")]),
    ("推进一网通办”。", [("WZ07", "”")]),
    ("包括：1）甲，2）乙。", []),
    ("开展XX活动。", [("WZ08", "XX")]),
    ("共××件，由某某负责，数据待补充。", [("WZ08", "××"), ("WZ08", "某某"), ("WZ08", "待补充")]),
    ("功能有待完善，亟待完善；网址为www.gov.cn，共XXI章。", []),
    ("2024年2月30日发布。", [("WZ09", "2024年2月30日")]),
    ("发布于20240118。", [("WZ09", "20240118")]),
    ("电话0500-84000000，邮编223800，共20240118件。", []),
    ("2024年01月08日发布。", [("WZ13", "2024年01月08日")]),
    ("办理１２项任务。", [("WZ10", "１２")]),
    ("全年公开1,573,179条，时间为9:30，网址为http://www.example.gov.cn/a,b;c?d=1。", []),
    ("内容准确,来源权威。", [("WZ04", ",")]),
    ("出台办法(试行)。", [("WZ04", "(")]),
    ("我委认真落实。", [("WZ11", "我委")]),
    ("我委托第三方评估。", []),
    ("请与某市税务局联系。", [("WZ11", "某市税务局")]),
    ("请与某县统计局办公室联系。", []),
    ("身份证号11010519491231002X。", [("YS01", "11010519491231002X")]),
    ("编号110105194912310021。", []),
    ("手机138 0013 8000。", [("YS02", "138 0013 8000")]),
    ("手机138\u200b0013\u200b8000。", [("WZ01", "\u200b"), ("YS02", "138\u200b0013\u200b8000")]),
    ("手机1 3 8 0 0 1 3 8 0 0 0。", [("YS02", "1 3 8 0 0 1 3 8 0 0 0")]),
    ("证号110105 19491231 002X。", [("WZ09", "19491231"), ("YS01", "110105 19491231 002X")]),
    ("手机１３８００１３８０００。", [("WZ10", "１３８００１３８０００"), ("YS02", "１３８００１３８０００")]),
    ("网址http://www.example.gov.cn/13800138000/a.html。", []),
    ("电子邮箱：tjj@163.com。", []), ("联系方式：某路1号，电话0500-84000000，tjj@163.com。", []),
    ("卡号6222 0200 0000 0000 000。", [("YS03", "6222 0200 0000 0000 000")]),
    ("信用代码91320000MA1234567X，流水号6222020000000000001。", []),
    # The first is a card's number too, and told of once; what stands after it is seen as well.
    ("证号320102199001010205，手机13800138000。", [("YS01", "320102199001010205"), ("YS02", "13800138000")]),
    ("邮箱zhang@163.com，政务邮箱tj@example.gov.cn。", [("YS04", "zhang@163.com")]),
])
def test_one_paragraph(read, text, expected):
    found = codes(read, text)
    assert sorted(found) == sorted(expected)


def test_the_office_contact_is_not_private_but_what_stands_after_it_is(read):
    text = GOOD.replace("other: 本年没有收取信息处理费。", "other: 没有收取信息处理费。电话13800138000或13900139000，邮箱tjj@163.com，zhang@163.com。\n"
                        "contact: {phone: 138-0013-8000, email: TJJ@163.com}")
    assert [f.excerpt.marked for f in reportgen.check(read(text)) if f.code.startswith("YS")] == ["13900139000", "zhang@163.com"]


@pytest.mark.parametrize("field", ["publication: {topic: 甲的的乙}", "letterhead: {to: 甲的的乙}", "title: 甲的的乙",
                                   "signature: {name: 甲的的乙}", "notes: {remedies: 甲的的乙}",
                                   "remedies: {review: {upheld: {value: 0, remark: 甲的的乙}}}"])
def test_every_text_that_is_printed_is_read(read, field):
    report = read(GOOD + field + "\n")
    assert [(f.origin.line, f.excerpt.text) for f in reportgen.check(report) if f.code == "WZ05"] == [(7, "甲的的乙")]


def test_what_is_not_printed_needs_no_glyph_and_no_calendar(read):
    report = read(GOOD + "publication: {topic: 甲😀2024年2月30日}\nletterhead: {to: 乙😀2024年2月30日}\n")
    assert [(f.code, f.excerpt.text) for f in reportgen.check(report) if f.code in ("WZ01", "WZ09")] == [
        ("WZ01", "乙😀2024年2月30日"), ("WZ09", "乙😀2024年2月30日")]


def test_a_placeholder_beside_an_expression_without_a_value_is_found(read):
    report = read(MINIMAL + "overview: 收到申请{{ 申请办理.本年新收.总计 }}件，由某某负责。\n")
    assert "【待填】" in report.section_prose["overview"][0].text
    assert [f.excerpt.marked for f in reportgen.check(report) if f.code == "WZ08"] == ["某某"]


@pytest.mark.parametrize(("start", "end", "expected"), [
    (0, 1, ("0" + "1" * 30 + "……", 0, 1)), (29, 30, ("0" + "1" * 59 + "……", 29, 30)), (30, 31, ("0" + "1" * 60 + "……", 30, 31)),
    (31, 32, ("……" + "1" * 61 + "……", 32, 33)), (69, 70, ("……" + "1" * 60 + "2", 32, 33)),
    (68, 69, ("……" + "1" * 61 + "……", 32, 33)), (99, 100, ("……" + "1" * 30 + "2", 32, 33)), (0, 100, ("0" + "1" * 98 + "2", 0, 100))])
def test_an_excerpt_says_where_it_leaves_off(start, end, expected):
    excerpt = Passage("0" + "1" * 98 + "2", Origin("x.yaml"), "other").excerpt(start, end)
    assert (excerpt.text, excerpt.start, excerpt.end) == expected


@pytest.mark.parametrize(("texts", "expected"), [
    (["（一）甲", "（二）乙", "1.子", "2.丑", "（三）丙", "1.子"], []),
    (["（二）乙"], [(0, "（二）")]), (["（一）甲", "（三）丙"], [(1, "（三）")]), (["（一）甲", "（一）乙"], [(1, "（一）")]),
    (["（一）甲", "问题如下：", "（一）子"], []), (["1.甲", "2.乙", "4.丁", "5.戊"], [(2, "4.")]),
    (["一、甲", "（一）子", "二、乙", "（一）丑", "（三）寅"], [(4, "（三）")]),
    (["五、甲", "、乙"], [(0, "五、"), (1, "、")]),
    (["一是甲。二是乙。四是丁。"], [(0, "四是")]), (["一是甲。二是乙。二是丙。"], [(0, "二是")]), (["一是甲。", "二是乙。", "一是丙；二是丁。"], []), (["要统一是非，做到知行合一是关键。"], []),
    (["（1）甲；", "（2）乙；", "（2）丙。"], [(2, "（2）")])])
def test_numbering(texts, expected):
    assert [(fault.index, texts[fault.index][fault.start:fault.end]) for fault in faults(texts)] == expected


def seed_codes(read, lines):
    report = read("year: 2020\nagency: {name: 咸宁市市场监督管理局, kind: department}\noverview: |\n"
                  + "".join(f"  {line.strip()}\n" for line in lines), "2020.yaml")
    return report, {(f.code, f.excerpt.marked) for f in reportgen.check(report) if f.excerpt}


EXPECTED = {("WZ03", "(二)"), ("WZ03", "、"), ("WZ05", "政政府"), ("WZ09", "2021111"), ("WZ12", "六部分")}


def test_the_faults_of_a_published_report_are_found(read):
    report, found = seed_codes(read, OWN_SEED.splitlines())
    assert found >= EXPECTED
    messages = {f.code: f.message for f in reportgen.check(report) if f.code in ("WZ03", "WZ04", "WZ12")}
    assert "漏了编号“六”" in messages["WZ03"]
    assert "列出的是5个" in messages["WZ12"]
    assert "有 7 处半角标点" in messages["WZ04"]


@pytest.mark.skipif(not SEED.is_file(), reason="the report that started this is not beside this checkout")
def test_the_faults_of_the_seed_are_found(read):
    report, found = seed_codes(read, SEED.read_text(encoding="utf-8").splitlines())
    assert found >= EXPECTED
    assert "有 118 处半角标点" in next(f.message for f in reportgen.check(report) if f.code == "WZ04")
    text = SEED.read_text(encoding="utf-8")
    assert (text.count(","), mended(text).count(",")) == (81, 0)


@pytest.mark.parametrize(("opening", "expected"), [
    ("由总体情况、主动公开政府信息情况、其他需要报告的事项三个部分组成。", []),
    ("由总体情况、主动公开政府信息情况、其他需要报告的事项六个部分组成。", ["WZ12"]),
    ("由总体情况，收到和处理政府信息公开申请情况，政府信息公开行政复议、行政诉讼情况等三部分组成。", []),
    ("由办公室牵头，三个部分协同推进。", []),
    ("本报告包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、因政府信息公开申请行政复议、提起行政诉讼的情况、存在的主要问题及改进情况"
     "和其他需要报告的事项等六个部分。", []),
    ("根据《中华人民共和国政府信息公开条例》，报告包括总体情况、主动公开政府信息情况、申请情况、行政复议和行政诉讼情况，存在的主要问题及改进情况以及其他需要报告的事项"
     "等六部分。", []),
    ("本报告包括总体情况、主动公开政府信息情况、申请情况和其他需要报告的事项等六个部分。", ["WZ12"])])
def test_parts_announced_and_listed(read, opening, expected):
    report = read(GOOD + f"preamble: {opening}\n")
    assert [f.code for f in reportgen.check(report) if f.code == "WZ12"] == expected


@pytest.mark.parametrize(("name", "own", "expected"), [
    ("宿迁市", "宿迁市人民政府", True), ("洪泽区人民政府", "淮安市洪泽区人民政府", True), ("市市场监管局", "咸宁市市场监督管理局", True),
    ("咸宁市税务局", "咸宁市市场监督管理局", False), ("邻市人民政府", "某市人民政府", False), ("省发展改革委", "省发展和改革委员会", True)])
def test_names_of_agencies(name, own, expected):
    assert same_agency(name, own) is expected


@pytest.mark.parametrize(("title", "expected"), [
    ("某县统计局2024年政府信息公开工作年度报告", []), ("某县统计局2023年政府信息公开工作年度报告", ["FB05"]),
    ("某县统计局2024年度政务公开报告", ["FB03"]), ("某县税务局2024年政府信息公开工作年度报告", ["WZ11"])])
def test_titles(read, title, expected):
    report = read(GOOD + f"title: {title}\n")
    assert [f.code for f in reportgen.check(report) if f.code.startswith(("FB", "WZ"))] == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("注:行政复议(含诉讼),共2件;", "注：行政复议（含诉讼），共2件；"), ('推进"一网通办"', "推进“一网通办”"), ("等等...", "等等……"),
    ("(一)总体", "（一）总体"), ("电话(0500) 84000000", "电话(0500) 84000000"), ("1,573,179件,增长", "1,573,179件，增长"),
    ("共12件, 其中", "共12件，其中"), ("时间9:30", "时间9:30"), ("国办发[2020] 28号", "国办发〔2020〕 28号"),
    ("{{ a | share(b, 1) }},占", "{{ a | share(b, 1) }}，占"), ("A, B and C", "A, B and C"), ("结束.", "结束。"),
    ("第１２条", "第12条"), ("(OGI)公开", "（OGI）公开")])
def test_punctuation_is_mended(text, expected):
    assert mended(text) == expected


@given(st.text(alphabet="甲乙，。：“”()（）[]〔〕,;:?!.\"1２0号发 {}ab@/-", max_size=40))
def test_mending_twice_changes_nothing(text):
    assert mended(mended(text)) == mended(text)


@given(st.text(alphabet="（）“”《》()甲1", max_size=20))
def test_lonely_marks_are_what_keeps_a_text_from_pairing(text):
    alone = set(lonely(text))
    left = "".join(character for index, character in enumerate(text) if index not in alone)
    assert lonely(left) == [] or "1" in left


@given(st.integers(0, 10**15 - 1))
def test_luhn_finds_any_changed_digit(number):
    text = str(number)
    valid = next(text + digit for digit in "0123456789" if luhn(text + digit))
    for index, digit in enumerate(valid):
        changed = valid[:index] + str((int(digit) + 1) % 10) + valid[index + 1:]
        assert not luhn(changed)


@given(st.dates(), st.integers(0, 999))
def test_check_character_of_citizen_numbers(date, order):
    first = f"110105{date.year:04}{date:%m%d}{order:03}"
    assert sum(is_citizen_number(first + last) for last in "0123456789X") == 1


def test_rules_read_every_text_of_a_report(read):
    report = read(MINIMAL + "notes: {remedies: 注:一}\ndisclosure: {coercion: {decisions: {value: 1, remark: 含的的}}}\n"
                            "signature: {name: 某某局}\n")
    assert [f.code for f in reportgen.check(report) if f.code in ("WZ04", "WZ05", "WZ08")] == ["WZ08", "WZ04", "WZ05"]


def test_a_repeated_number_is_told_as_repeated():
    assert [fault.message for fault in faults(["一是甲。二是乙。二是丙。三是丁。"])] == ["“二是”写了两次；请重新编号"]


@pytest.mark.parametrize(("text", "expected"), [("15位", 15), ("16位", 16), ("19位", 19), ("20位", 20)])
def test_a_card_has_sixteen_to_nineteen_digits(read, text, expected):
    digits = next(number for last in range(10) if luhn(number := "6" + "2" * (expected - 2) + str(last)))
    assert codes(read, f"卡号{digits}。") == ([("YS03", digits)] if 16 <= expected <= 19 else [])


def test_every_confused_word_has_another_form():
    from reportgen.checks.wording import _words

    assert len({word.wrong for word in _words().confused}) == len(_words().confused)
    assert all(word.wrong != word.right and word.wrong not in word.right for word in _words().confused)


@pytest.mark.parametrize(("statement", "expected"), [
    ("未收取信息公开处理费。", []), ("未发生政府信息公开收费事项。", []), ("政府信息公开未发生收费情况。", []), ("无收取信息处理费情况。", []),
    ("没有收取任何费用。", []), ("没有其他需要报告的事项。", ["TB08"]), ("行政事业性收费目录已公开。", ["TB08"])])
def test_the_fee_may_be_stated_in_many_ways(read, statement, expected):
    report = read(GOOD.replace("other: 本年没有收取信息处理费。", f"other: {statement}"))
    assert [f.code for f in reportgen.check(report) if f.code == "TB08"] == expected
