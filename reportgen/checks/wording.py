"""文字: what stands in the text of a report, whatever the year and the agency."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from msgspec import Struct

from reportgen.checks.texts import Passage, passages
from reportgen.files import resources
from reportgen.files.typed_yaml import load_typed
from reportgen.findings import Finding
from reportgen.report.model import Report
from reportgen.rules import finding
from reportgen.standard import coverage
from reportgen.standard.punctuation import ADDRESS, FAULTS, Change

UNCOVERED, DOUBLED, UNPAIRED, CONFUSED = "WZ01", "WZ05", "WZ07", "WZ14"
PLACEHOLDER, NO_DATE, LEADING_ZERO = "WZ08", "WZ09", "WZ13"

# Doublings that are slips of the hand. Chinese doubles many characters rightly (市市场监管局, 目的的,
# 为了了解), so each stands here with what may not be around it.
_DOUBLED = re.compile(
    "(?<![目])的的|(?<![为除成])了了(?![解结然])|(?<![行财民邮家执参议党])政政府|公公开|(?<!重)申申请|机机关"
    "|依依法|进进一步|关关于|根根据|按按照|以以及|并并|我我|其其他|本本机关|本本年度|(?<=[0-9])件件|(?<=[0-9])条条|(?<=[0-9])万万|年年度(?=报告)"
    "|工作工作|情况情况|问题问题|部门部门|平台平台|监督监督|保障保障|措施措施|数据数据|[。，、；：]{2,}|(?<=[0-9])年年")
# A word typed twice. 二〇二〇年 is a year, 一件一件 and 点点滴滴 are said so.
_REPEATED = re.compile("(?P<word>(?![〇一二三四五六七八九十])([\u4e00-\u9fff])(?!\\2)[\u4e00-\u9fff]{1,7})"
                       "(?P=word)")
_PLACEHOLDER = re.compile(
    r"(?<![A-Za-z0-9])[XxＸｘ]{2,}(?![A-Za-z0-9])|[×✕╳〇○●□]{2,}|某某|某[甲乙丙](?!方)"
    r"|(?<![有等期亟])待(?:补充|填写?|完善|核实|定)(?=[，。；：、）】]|$)|此处填写|请填写|请在此|T[OB][DB]O?(?![A-Za-z])|_{2,}"
    "|【[^】]{0,10}(?:填|补|缺)[^】]{0,10}】", re.IGNORECASE)
_PAIRS = dict(zip("（“‘《〈〔【「『([", "）”’》〉〕】」』)]", strict=True))
_CLOSING = {close: open_ for open_, close in _PAIRS.items()}
_FULL_DATE = re.compile(r"(?<!\d)(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?")
_RUN_TOGETHER = re.compile(r"(?<![\d.〔\-—（(])(?:19|20)\d{2}[01]?\d[0-3]?\d(?![\d.\-件条个元万号%])")
_ADDRESS = re.compile(ADDRESS)
# Marks of a list, 1） or a), close a bracket that nothing opened.
_LIST_MARK = re.compile(r"(?:^|(?<=[。；：，\s]))[0-9a-zA-Z一二三四五六七八九十]{1,2}[）)]")


def uncovered(report: Report) -> Iterator[Finding]:
    """Find characters that none of the fonts has, such as emoji; they would print as boxes or not at all."""
    for passage in passages(report):
        if passage.kind.startswith("publication."):
            continue
        if missing := coverage.lacking(passage.text):
            named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in missing[:5])
            at = passage.text.index(missing[0])
            yield _found(UNCOVERED, passage, at, at + 1,
                         f"公文字体里没有{named}，打印出来会是空框；{_what_to_do(missing)}")


def _what_to_do(missing: list[str]) -> str:
    """Say what to do about characters that no font has; for hanzi there is a package of fonts."""
    hanzi = all(unicodedata.name(character, "").startswith("CJK UNIFIED") for character in missing)
    if hanzi and resources.hanzi_folder() is None:
        return "请安装补充字库 reportgen-hanzi，装法见 README"
    return "请改用其他字或删去"


def punctuation(report: Report) -> Iterator[Finding]:
    """Find half-width marks, brackets of document numbers and full-width digits, one finding a section."""
    words = {"WZ04": "半角标点", "WZ06": "没有用六角括号〔〕的发文字号", "WZ10": "全角数字"}
    found: dict[tuple[str, str], list[tuple[Passage, Change]]] = {}
    for passage in passages(report):
        if not passage.text.isascii():
            for code, find in FAULTS.items():
                found.setdefault((passage.section, code), []).extend((passage, change)
                                                                     for change in find(passage.text))
    for (_, code), changes in found.items():
        if changes:
            passage, first = changes[0]
            old = passage.text[first.start:first.end].rstrip()
            yield _found(code, passage, first.start, first.start + len(old),
                         f"有 {len(changes)} 处{words[code]}，第一处“{old}”应为“{first.new}”；"
                         "可运行 reportgen fix 改写")


class _Confused(Struct, frozen=True, forbid_unknown_fields=True):
    """A word typed for another; `unless` is what it may stand in, with the word as ~."""

    wrong: str
    right: str
    unless: str = ""


class _Words(Struct, frozen=True, forbid_unknown_fields=True):
    confused: tuple[_Confused, ...]
    rightly_doubled: tuple[str, ...]


@cache
def _words() -> _Words:
    text = (files("reportgen.checks") / "wording.yaml").read_text(encoding="utf-8")
    return load_typed(text, "wording.yaml", _Words)


@cache
def _confused() -> tuple[re.Pattern[str], dict[str, _Confused]]:
    known = {word.wrong: word for word in _words().confused}
    return re.compile("|".join(map(re.escape, known))), known


def confused_words(report: Report) -> Iterator[Finding]:
    """Find words that are often typed for others."""
    pattern, known = _confused()
    for passage in passages(report):
        for found in pattern.finditer(passage.text):
            word = known[found[0]]
            if word.unless and any(again.start() <= found.start() < again.end() for again in re.finditer(
                    word.unless.replace("~", word.wrong), passage.text)):
                continue
            yield _found(CONFUSED, passage, found.start(), found.end(),
                         f"“{word.wrong}”像是“{word.right}”之误；请改正")


def doubled_words(report: Report) -> Iterator[Finding]:
    """Find doubled characters and words."""
    for passage in passages(report):
        told: list[tuple[int, int]] = []
        for found in (*_DOUBLED.finditer(passage.text), *_REPEATED.finditer(passage.text)):
            if found.lastgroup == "word" and (found["word"] in _words().rightly_doubled or any(
                    first < found.end() and found.start() < last for first, last in told)):
                continue
            told.append(found.span())
            yield _found(DOUBLED, passage, found.start(), found.end(),
                         f"“{found[0]}”像是多打了；请删去多余的")


def unpaired(report: Report) -> Iterator[Finding]:
    """Find quotation marks and brackets without their other half."""
    for passage in passages(report):
        for at in lonely(passage.text):
            yield _found(UNPAIRED, passage, at, at + 1, f"“{passage.text[at]}”没有成对；请补上另一半，或删去")


def lonely(text: str) -> list[int]:
    """Return where the quotation marks and brackets stand that have no other half."""
    marks = {found.end() - 1 for found in _LIST_MARK.finditer(text)}
    open_: list[int] = []
    alone = []
    for index, character in enumerate(text):
        if character in _PAIRS:
            open_.append(index)
        elif character in _CLOSING and index not in marks:
            if any(text[at] == _CLOSING[character] for at in open_):
                while text[open_[-1]] != _CLOSING[character]:
                    alone.append(open_.pop())
                open_.pop()
            else:
                alone.append(index)
    return sorted([*alone, *open_])


def placeholders(report: Report) -> Iterator[Finding]:
    """Find what a draft leaves for somebody to fill in; an expression without a value is told of as such."""
    for passage in passages(report):
        for found in _PLACEHOLDER.finditer(passage.text):
            if any(start <= found.start() < end for start, end in passage.failed):
                continue
            yield _found(PLACEHOLDER, passage, found.start(), found.end(),
                         f"“{found[0]}”是占位文字；请填上真实的内容，或删去")


def impossible_dates(report: Report) -> Iterator[Finding]:
    """Find dates that are none, and those with leading zeros."""
    for passage in passages(report):
        if passage.kind.startswith("publication."):
            continue
        for found in _FULL_DATE.finditer(passage.text):
            if not _exists(found[1], found[2], found[3] or "1"):
                yield _found(NO_DATE, passage, found.start(), found.end(), f"没有“{found[0]}”这一天；请改正")
            elif found[2].startswith("0") or (found[3] or "").startswith("0"):
                plain = f"{found[1]}年{int(found[2])}月" + (f"{int(found[3])}日" if found[3] else "")
                yield _found(LEADING_ZERO, passage, found.start(), found.end(),
                             f"“{found[0]}”应写成“{plain}”")
        # The digits of an address are no date.
        for found in _RUN_TOGETHER.finditer(_ADDRESS.sub(lambda one: "/" * len(one[0]), passage.text)):
            yield _found(NO_DATE, passage, found.start(), found.end(),
                         f"“{found[0]}”像是日期，但读不出月和日；请写成年月日，例如 2021年1月18日")


def _exists(year: str, month: str, day: str) -> bool:
    try:
        datetime.date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _found(code: str, passage: Passage, start: int, end: int, message: str) -> Finding:
    return finding(code, message, passage.origin, section=passage.section,
                   excerpt=passage.excerpt(start, end))


RULES = (uncovered, punctuation, doubled_words, confused_words, unpaired, placeholders, impossible_dates)
