"""文表: each way in which agencies write a figure, right (silent) and wrong (found). A report and sentences of our own."""

import json

import pytest

import reportgen
from reportgen.checks.prose.judged import prose_coverage
from reportgen.checks.prose.subjects import own_names
from reportgen.checks.prose.tokens import combined, continued, idle
from reportgen.checks.prose.vocabulary import Token
from reportgen.cli.main import main
from reportgen.report.model import Agency

ROW = "{{natural: {0}, enterprise: 0, research: 0, public_interest: 0, legal_service: 0, other: 0}}"
FIGURES = {"new": 200, "carried_in": 11, "granted": 90, "partial": 30, "carried_out": 6, "other_handling": 5}
GROUPS = {"refused": {"state_secret": 2, "forbidden_by_law": 0, "three_security_one_stability": 0, "third_party": 0, "internal_affairs": 7,
                      "process_info": 8, "enforcement_file": 0, "administrative_query": 0},
          "unavailable": {"not_held": 31, "needs_creation": 10, "still_unclear": 0},
          "not_processed": {"petition": 15, "duplicate": 7, "publication": 0, "excessive": 0, "reissue": 0}}
APPLICATIONS = "".join(f"  {name}: {ROW.format(value)}\n" for name, value in FIGURES.items()) + "".join(
    f"  {group}:\n" + "".join(f"    {name}: {ROW.format(value)}\n" for name, value in rows.items()) for group, rows in GROUPS.items())
TABLES = f"""disclosure:
  regulations: {{issued: 1, repealed: 0, in_force: 4}}
  normative_documents: {{issued: 13, repealed: 3, in_force: 55}}
  licensing: {{decisions: 900}}
  penalty: {{decisions: 400}}
  coercion: {{decisions: 70}}
  fees: {{amount_wan_yuan: 12.5}}
applications:
{APPLICATIONS}remedies:
  review: {{upheld: 9, corrected: 2, other: 0, pending: 1}}
  litigation_direct: {{upheld: 3, corrected: 0, other: 0, pending: 0}}
  litigation_after_review: {{upheld: 1, corrected: 0, other: 0, pending: 1}}
"""


@pytest.fixture
def told(read):
    """Return a function that gives (code, marked) of what is found in the overview of an agency."""

    def told(sentence, agency="某省甲市人民政府", tables=TABLES):
        report = read(f"year: 2024\nagency: {{name: {agency}}}\noverview: |\n  {sentence}\n" + tables)
        return [(one.code, one.excerpt.marked) for one in reportgen.check(report) if one.code.startswith("WB")]

    return told


# A sentence with {} for its figure, the right figure, and a wrong one; what is found of the wrong one is the figure.
@pytest.mark.parametrize(("sentence", "right", "wrong"), [
    # Blanks and quotation marks between figure and unit, and no unit.
    ("收到申请 {} 件。", 200, 201), ("收到申请“{}”件。", 200, 201), ("收到申请 “{}” 件。", 200, 201), ("收到申请{}\u3000件。", 200, 201),
    ("收到申请200件，部分公开{}，不予公开17件。", 30, 31), ("尚未审结的行政复议{}。", 1, 2),
    # Subjects.
    ("本机关收到申请{}件。", 200, 201), ("我市收到申请{}件。", 200, 201), ("市政府收到申请{}件。", 200, 201), ("甲市累计收到申请{}件。", 200, 201),
    ("全市各职能部门、镇街共收到申请{}件。", 200, 201), ("全市各级行政机关收到申请{}件。", 200, 201),
    # What an application is called.
    ("收到政府信息公开申请案件{}件。", 200, 201), ("收到依申请公开信息{}条。", 200, 201), ("收到政府信息依申请公开{}件。", 200, 201),
    ("受理依申请公开事项{}件。", 200, 201), ("接收依申请办件{}件。", 200, 201), ("新收到政府信息公开申请共{}件。", 200, 201),
    ("办理公民、法人或其他组织通过网站、信函等途径提出的申请{}件。", 205, 207), ("共收到{}件申请。", 200, 201),
    # Results.
    ("同意公开答复{}件。", 90, 91), ("予以公开答复{}件。", 90, 91), ("部分公开答复{}件。", 30, 31), ("无法提供的{}件。", 41, 42), ("不予处理的{}件。", 22, 23),
    ("因本机关不掌握等原因无法提供{}件。", 41, 42), ("因本机关不掌握无法提供{}件。", 31, 32), ("属信访、重复申请等不予处理{}件。", 22, 21),
    # Carried over.
    ("结转下一年{}件。", 6, 7), ("顺延到下年度{}件。", 6, 7), ("转下年度办理{}件。", 6, 7), ("转下一年度办理答复的有{}件。", 6, 7), ("{}件结转至2025年继续办理。", 6, 7),
    ("收到申请200件，结转上年度{}件。", 11, 12), ("收到申请200件（含上年结转{}件）。", 11, 12), ("办结205件（包括上年度结转申请{}件）。", 11, 205),
    ("收到申请（含上年结转11件）{}件。", 211, 200), ("收到申请（含上年结转）{}件。", 211, 200), ("办结205件，另有{}件顺延到下年度答复。", 6, 7),
    # Shares.
    ("予以公开90件（{}%）。", "43.90", "42.90"), ("予以公开占{}%，不予公开占8.3%。", "43.9", "42.9"), ("其他情况占{}%。", "13.2", "14.2"),
    # Applicants and cases.
    ("收到申请200件，涉及自然人{}件。", 200, 199), ("因政府信息公开引发的行政复议{}起。", 12, 13), ("行政诉讼数为{}件。", 5, 6),
    ("有{}件涉及政府信息公开工作的行政复议。", 12, 13), ("行政复议件{}件。", 12, 13),
    # Documents.
    ("发布市政府规章{}部。", 4, 5), ("集中发布现行有效行政规范性文件{}件。", 55, 56), ("全年新增公开市政府规章{}件。", 1, 2),
    ("通过市政府网站集中公布规范性文件{}件。", 13, 14), ("动态更新行政规范性文件{}件。", 55, 54),
    ("发布规章4部、行政规范性文件{}件、政府常务会议16次。", 13, 14),
])
def test_a_right_figure_is_silent_and_a_wrong_one_is_found(told, sentence, right, wrong):
    assert told(sentence.format(right)) == []
    found = told(sentence.format(wrong))
    assert [str(wrong) in marked for _, marked in found] == [True], found


@pytest.mark.parametrize(("sentence", "code"), [
    ("收到申请200件，均已办结。", "WB04"), ("收到申请200件，均已按期办结。", "WB04"), ("收到申请200件，上年结转11件，所有申请均已按要求办理完成。", "WB04"),
    ("所有申请均已办结。", "WB04"), ("行政复议12件，均获维持。", "WB04"), ("未受理依申请公开事项。", "WB05"), ("未出现申请行政复议的情况。", "WB05"),
    ("公布规范性文件14件。", "WB07"), ("公布规范性文件约90件。", "WB06")])
def test_claims_are_found(told, sentence, code):
    assert [found for found, _ in told(sentence)] == [code]


@pytest.mark.parametrize("sentence", """
收到申请200件，均在法定期限内答复。
收到申请200件，均按时办结。
办结205件，均已答复。
收到申请200件，办结205件（含上年结转11件，另有6件顺延到下年度答复），均在法定期限内予以答复。
行政复议案件1200件，其中政府信息公开类12件。
制定规范性文件13件；清理，废止200件。
清理，废止200件。
行政强制案件20件。
通过网站、信函受理申请20件次。
通过政府网站受理申请20件。
网站受理申请20件，当面受理30件。
全市收到申请200件，其中市政府收到30件。
市政府办公室收到申请30件，均已办结。
完善规章制度，要求推进信息公开，全年发布133条。
公布政策、规范性文件类信息68条，行政许可类信息69条。
收到申请200件，详见https://www.example.gov.cn/a/20240101/申请300件。
按时办结率100%，答复率98%。
附件1，表3，第5，2023。
收取政府信息公开信息处理费3940元。
共收到网民留言3000条，办结2990件，均已答复。
办理人大建议45件，答复45件，均按期办结。
公开行政许可90条、行政处罚40条、行政强制7条。
公开规范性文件及解读材料80件。
以市政府为被告的行政诉讼30件，其中维持20件。
收到申请的单位有35个，没有收到申请的单位12个。
收到申请量前三的单位为市公安局50件、市自然资源局40件。
收到申请200件（其中县区150件，市直50件）。
""".strip().splitlines())
def test_what_only_looks_like_a_contradiction_is_silent(told, sentence):
    assert told(sentence) == []


def test_after_a_finding_that_is_let_pass_the_next_is_found(told):
    assert told("行政复议案件1200件，其中政府信息公开类12件，收到申请201件，部分公开31件。") == [("WB01", "201件"), ("WB01", "31件")]


BROKEN = TABLES.replace("granted: {natural: 90", "granted: {natural: 92").replace("carried_out: {natural: 6", "carried_out: {natural: 7")


@pytest.mark.parametrize(("figure", "expected"), [(210, []), (207, []), (209, [("WB01", "209件")])])
def test_a_sentence_may_go_by_either_side_of_a_broken_identity(told, figure, expected):
    # 200 and 11 came in; 207 were dealt with by their parts, 204 by what is left after 7 carried over.
    assert told(f"办结{figure}件。".replace("210", "204"), tables=BROKEN) == expected


def test_a_claim_is_judged_although_other_cells_are_blank(told):
    tables = TABLES.replace("corrected: 2, ", "", 1)
    assert told("行政复议12件，均获维持。", tables=tables) == [("WB04", "均获维持")]
    assert told("未发生行政复议。", tables=tables) == [("WB05", "未发生行政复议")]
    # At least ten were reviewed, so eight is wrong and twelve may be right.
    assert told("行政复议8件。", tables=tables) == [("WB01", "8件")]
    assert told("行政复议12件。", tables=tables) == []


@pytest.mark.parametrize(("agency", "own", "others"), [
    ("某市乙区审计局", ["区审计局", "审计局", "某市乙区审计局", "乙区审计局", "区局"], ["市审计局", "区统计局"]),
    ("甲市人民政府", ["市政府", "甲市", "甲市人民政府", "市人民政府"], ["区政府", "市委"]),
    ("丙县人民政府办公室", ["县政府办公室", "丙县人民政府办公室", "县人民政府办公室"], ["县政府", "市政府办公室"]),
    ("某市丁里街道办事处", ["丁里街道", "丁里街办", "丁里街道办事处"], ["戊街道"]),
    ("己县发展和改革局", ["县发改局", "发展和改革局", "县发展改革局"], ["县财政局"]),
    ("某市科学技术委员会", ["市科委", "市科学技术委员会"], ["市委", "市建委"]),
    ("庚镇人民政府", ["镇政府", "庚镇政府", "庚镇人民政府"], ["辛镇政府"])])
def test_how_an_agency_calls_itself(agency, own, others):
    exact, narrow = own_names(Agency(name=agency))

    def is_own(name):
        return bool(exact.fullmatch(name) or (narrow and narrow.fullmatch(name)))

    assert {name: is_own(name) for name in (*own, *others)} == {**dict.fromkeys(own, True), **dict.fromkeys(others, False)}


@pytest.mark.parametrize(("tokens", "expected"), [
    ([Token("part", verb=True), Token("not")], True), ([Token("column", beside=frozenset("甲"))], True), ([Token("not")], False),
    ([Token("part", verb=True), Token("part")], False), ([Token("part", verb=True), Token("column")], False)])
def test_words_that_go_with_other_things_too(tokens, expected):
    assert idle(tokens) is expected


def test_a_sum_is_of_the_words_beside_its_and_alone():
    one, two, both = (Token("part", options=options) for options in ([("a",)], [("b",)], [("a", "b"), ("c",)]))
    assert combined([one, Token("and"), two, both]) == (("a", "b"),)
    assert combined([both, one, Token("and"), two]) == (("a", "b"),)


def test_what_is_not_is_said_of_a_list_and_no_further():
    none, part = Token("not"), Token("part")
    assert continued([none], [part], "、") == [none, part]
    assert continued([none], [part], "，") == [part]


def test_a_department_speaks_of_itself(told):
    assert told("2024年，县发改局收到申请201件。", agency="己县发展和改革局") == [("WB01", "201件")]
    assert told("2024年，县统计局收到申请201件。", agency="己县发展和改革局") == []


def test_coverage_says_what_was_left_and_why(read):
    report = read("year: 2024\nagency: {name: 甲市人民政府}\npreamble: 受理古怪申请7件。\noverview: |\n  收到申请200件，办结205件。受理奇怪申请3件。上半年收到申请5件。"
                  "制作视频6个。\n  不予公开17件。\n  新收申请同比增长3%。制作图解8个，开展检查4件。\n" + TABLES)
    found = prose_coverage(report)
    assert (found.judged, found.others, found.percent) == (3, 3, 50)
    assert [(one.figure, one.why, one.words, one.section, one.clause) for one in found.left] == [
        ("3件", "words", "奇怪", "overview", "申请200件，办结205件。受理奇怪申请3件"),
        ("5件", "scope", "上半年", "overview", "05件。受理奇怪申请3件。上半年收到申请5件"), ("3%", "previous", "", "overview", "新收申请同比增长3%")]


@pytest.mark.parametrize(("sentence", "expected"), [
    ("共发布信息100条，其中动态60条、解读25条、其他16条。", ["WB08"]), ("共发布信息100条，其中动态60条、解读25条、其他15条。", []),
    ("共发布信息100条（其中动态60条，解读25条，其他14条），效果明显。", ["WB08"]), ("共发布信息100条，其中动态60条、解读25条。", []),
    ("共发布信息100条，其中动态60条、解读45条。", ["WB08"]), ("共发布信息100条，其中动态60条，解读41条，开展培训3次。", []),
    ("共发布信息100条，其中动态60条、解读40条（含图解30条）。", []), ("共发布信息约100条，其中动态60条、解读45条。", []),
    ("共发布信息100条，其中动态60条，占60%，解读41条，同比增长3%。", []), ("收到申请200件，其中自然人200件，办结205件。", []),
    ("共发布信息100条，其中动态60条、政务30条、解读10条、图解5条。", []),
    ("举办培训3次。共发布信息100条，其中动态60条、解读25条、其他16条。", ["WB08"]),
    ("共发布信息100条，其中动态60条（含图解30条）、解读25条、其他16条。", ["WB08"])])
def test_parts_and_their_sum_within_a_sentence(told, sentence, expected):
    assert [code for code, _ in told(sentence)] == expected


def test_the_command_tells_coverage_and_json_has_it_where_it_is_asked_for(write, capsys):
    path = write("year: 2024\nagency: {name: 甲市人民政府}\noverview: |\n  收到申请200件，受理奇怪申请3件。\n" + TABLES)
    main(["check", str(path), "--coverage"])
    said = capsys.readouterr().out
    assert "与表有关的数 2 个，核对了 1 个（50%）；与表无关的数 0 个" in said
    assert "有看不懂的词：“奇怪”" in said
    main(["check", str(path), "--json"])
    assert "coverage" not in json.loads(capsys.readouterr().out)["reports"][0]
    main(["check", str(path), "--json", "--coverage"])
    found = json.loads(capsys.readouterr().out)["reports"][0]["coverage"]
    assert (found["judged"], found["others"], [one["figure"] for one in found["left"]]) == (1, 0, ["3件"])
