"""文字: what stands in the text of a report and belongs to another year or another agency."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reportgen.checks.texts import Passage, passages, prose
from reportgen.findings import Finding
from reportgen.format import Edition
from reportgen.report.model import Report
from reportgen.rules import finding
from reportgen.standard.numerals import parse_chinese

OTHER_YEAR, OTHER_AGENCY, PARTS = "WZ02", "WZ11", "WZ12"

_NUMBERED = re.compile(r"^[\s\u3000]*(?:（[一二三四五六七八九十]+）|\d{1,2}[.、]|（\d{1,2}）)?")
_SENTENCE = re.compile(r"[^。！？\n]+")
# Bounded: the end of a mark that is never closed would be looked for from each.
_QUOTED = re.compile(r"《[^》]{0,300}》|“[^”]{0,300}”|〔[^〕]{0,300}〕")
# The period that the report covers.
_PERIOD = re.compile(r"(\d{4})年1月1日起?(?:至|到|—|-|－|～)(?:(\d{4})年)?12月31日")
# A sentence that opens with a year and goes on to say what the agency did in it.
_OPENS = re.compile(r"(\d{4})年(?:度)?(?:，|,)?(?=全[市县区省局镇乡]"
                    "|我[市县区省局委办厅院镇乡]|本[市县区省局机]|[市县区省镇乡](?:人民)?政府|全年|共|累计|在|按照|根据|围绕"
                    "|认真|未|没有|无|各级|收取|政府信息公开)")
# What a year is said to have brought, at some words' distance.
_DONE = re.compile("[^，。]{0,12}，?(?:全年|共|累计|均?未|没有|无|收取)")
_THIS_REPORT = re.compile(r"(\d{4})年(?:度)?(?:政府信息公开|政务公开)工作(?:年度报告|情况)")
_PLAN = re.compile(r"(\d{4})年，?(?:[我全本][市县区省局委办厅院镇乡机][^，。]{0,4})?"
                   "将(?:继续|进一步|从|重点|着力|坚持|按照|围绕)")
_COMPARES = re.compile(r"同比|相比|上年|去年|较|比|以来|针对|对照|问题整改|指出|反馈")

_KINDS = ("局", "委员会", "委", "厅", "人民政府", "办公室", "办事处", "管委会", "中心", "院", "部")
_BODY = r"[\u4e00-\u9fff]{2,20}?(?:人民政府|委员会|办事处|局|厅)"
_CONTACT = re.compile(rf"(?:请与|请联系|请向|联系单位：|联系部门：|由)({_BODY})"
                      "(?=办公室|政务|信息|联系|反映|负责|编制|解释|[，。]|$)")
_SELF = {"局": re.compile("我局"), "委": re.compile("我委(?!托)"), "厅": re.compile("我厅"),
         "镇": re.compile("我镇"),
         "乡": re.compile("我乡(?!村)"), "街道": re.compile("我街道")}
_REGION = re.compile(r"^[\u4e00-\u9fff]{1,8}?(?:省|自治区|市|自治州|州|盟|县|区|旗)")

_ANNOUNCED = re.compile(r"(?:由|包括|分为|包含|共有?|含)([^。]{6,400}?)(?:等|共|这|，共计|，共)?"
                        r"([一二三四五六七八九十]|\d{1,2})个?大?部分")
_INTRODUCED = re.compile("报告由|全文由|包括|包含|分为")
_MARK = re.compile("、|以及|和|及|与")


def other_years(report: Report) -> Iterator[Finding]:
    """Find another year where the report's own is meant."""
    for passage in prose(report):
        for start, end, year in _years(passage, report):
            if year != report.year:
                yield finding(OTHER_YEAR, f"这里写的是{year}年，本报告是{report.year}年度的；"
                                          "请核对，可以写成“{{ year }}年”", passage.origin,
                              section=passage.section,
                              excerpt=passage.excerpt(start, end))


def _years(passage: Passage, report: Report) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, year) of years that ought to be the report's."""
    text, year = _QUOTED.sub(lambda found: "\x00" * len(found[0]), passage.text), report.year
    last = report.edition.prose_sections[-1].id
    for found in _PERIOD.finditer(text):
        for group in (1, 2):
            if found[group]:
                yield found.start(group), found.end(group) + 1, int(found[group])
    for sentence in _SENTENCE.finditer(text):
        if _COMPARES.search(sentence[0]) or f"{year}年" in sentence[0]:
            continue
        opening = _OPENS.match(_NUMBERED.sub("", sentence[0])) if passage.section != "preamble" else None
        # In the last section, what was or was not done in a year to come is a slip as well.
        slip = opening and (int(opening[1]) < year or (
            int(opening[1]) > year and passage.section == last and _DONE.match(sentence[0], opening.end())))
        if opening and slip and not _PLAN.search(sentence[0]):
            at = text.index(opening[0], sentence.start())
            yield at, at + 5, int(opening[1])
        plan = _PLAN.search(sentence[0])
        if plan and int(plan[1]) <= year:
            # What is planned is for the years after the report's.
            yield sentence.start() + plan.start(), sentence.start() + plan.start() + 5, int(plan[1])
        own = _THIS_REPORT.search(sentence[0]) if passage.section == "preamble" else None
        if own:
            yield sentence.start() + own.start(), sentence.start() + own.start() + 5, int(own[1])


def other_agencies(report: Report) -> Iterator[Finding]:
    """Find another agency's name where this one's is meant."""
    agency = report.agency
    names = tuple(filter(None, (agency.name, agency.short)))
    title = re.match(r"(.+?)\d{4}年", report.plain_title)
    for passage in passages(report):
        named: list[tuple[int, int, str]] = []
        if passage.kind == "title" and title:
            named = [(title.start(1), title.end(1), title[1])]
        elif passage.kind == "signature.name":
            named = [(0, len(passage.text), passage.text)]
        elif passage.kind == "prose":
            named = [(found.start(1), found.end(1), found[1]) for found in _CONTACT.finditer(passage.text)]
        for start, end, name in named:
            if not any(same_agency(name, own) for own in names):
                yield _found(passage, start, end, f"“{name}”不像是本机关（{agency.name}）的名称；请核对")
        if passage.kind == "prose":
            for kind, pattern in _SELF.items():
                found = pattern.search(passage.text)
                if found and not any(kind in own for own in names) and _other_kind(agency.name, kind):
                    yield _found(passage, found.start(), found.end(),
                                 f"本机关是{agency.name}，这里自称“{found[0]}”；请核对")


def same_agency(name: str, own: str) -> bool:
    """Say whether a name can be another way to write an agency's own.

    Names without their region and kind (局, 委员会, …) are the same where one has two characters in a row of
    the other; names of governments are told apart by the region.
    """
    name, own = re.sub(r"\s", "", name), re.sub(r"\s", "", own)
    if name in own or own in name:
        return True
    one, two = _core(name), _core(own)
    if not one or not two:
        regions = [re.sub("人民政府|办事处|办公室", "", text) for text in (name, own)]
        return regions[0] in regions[1] or regions[1] in regions[0]
    pairs = {one[index:index + 2] for index in range(len(one) - 1)} or {one}
    return any(pair in two for pair in pairs)


def _core(name: str) -> str:
    core = _REGION.sub("", name)
    for kind in _KINDS:
        core = core.removesuffix(kind)
    return core


def _other_kind(name: str, kind: str) -> bool:
    """Say whether an agency's name shows that it is of another kind; other names than these show nothing."""
    kinds = ("局", "委员会", "厅", "镇人民政府", "乡人民政府", "街道办事处")
    own = next((word for word in kinds if name.endswith(word)), "")
    return bool(own) and kind not in own


def parts(report: Report) -> Iterator[Finding]:
    """Find an opening that announces another number of parts than it lists."""
    for passage in prose(report):
        if passage.section not in ("preamble", report.edition.overview.id):
            continue
        for found in _ANNOUNCED.finditer(passage.text):
            wanted = int(found[2]) if found[2].isdigit() else parse_chinese(found[2])
            counts = listed(_INTRODUCED.split(found[1])[-1], report.edition)
            if wanted and counts[-1] >= 3 and wanted not in counts:
                nearest = counts[0] if wanted < counts[0] else counts[-1]
                yield _found(passage, found.start(2), found.end(),
                             f"说有{found[2]}个部分，列出的是{nearest}个；请核对", PARTS)


def listed(text: str, edition: Edition) -> range:
    """Return how many parts a list may have.

    What the edition takes for one section is one part (存在的主要问题及改进情况); any other words after
    和, 及 or, beside commas, 、 may be a part of their own or of the one before.
    """
    for section in edition.sections:
        text = text.replace(section.heading.partition("、")[2], section.id)
    known = {section.id for section in edition.sections}
    least, doubtful, before = 0, 0, ""
    for item in re.split("[，,]" if re.search("[，,]", text) else "、", text):
        pieces = [piece for piece in _MARK.split(item) if piece.strip("等 ")]
        sections = [piece if piece in known else edition.section_headed(piece) for piece in pieces]
        new = [section for index, section in enumerate(sections)
               if section and section != (sections[index - 1] if index else before)]
        least += len(new) if any(sections) else bool(pieces)
        doubtful += max(0, len(pieces) - max(1, len([section for section in sections if section])))
        before = sections[-1] if sections else before
    return range(least, least + doubtful + 1)


def _found(passage: Passage, start: int, end: int, message: str, code: str = OTHER_AGENCY) -> Finding:
    return finding(code, message, passage.origin, section=passage.section,
                   excerpt=passage.excerpt(start, end))


RULES = (other_years, other_agencies, parts)
