"""隐私: private data that would be released."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from reportgen.checks.texts import passages
from reportgen.findings import Finding
from reportgen.report.model import Report
from reportgen.rules import finding
from reportgen.standard.numerals import HALF_WIDTH
from reportgen.standard.punctuation import UNSEEN

CITIZEN, MOBILE, CARD, MAIL = "YS01", "YS02", "YS03", "YS04"

_ASCII = HALF_WIDTH | str.maketrans("Ｘ＠．", "X@.")
_CITIZEN = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z-])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9])")
# Cards of banks begin with 3 to 6 (ISO/IEC 7812) and have 16 to 19 digits.
_CARD = re.compile(r"(?<![0-9A-Za-z])[3-6]\d{3}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,4})(?![0-9A-Za-z])")
# Begun only where a word begins: tried at each letter of a long one, it would take the square of its length.
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
# Mail services for private persons; an address under gov.cn or an agency's own domain is an office's.
_PRIVATE_MAIL = re.compile(
    r"(?i)^(?:vip\.)?(?:qq|foxmail|163|126|yeah|139|189|wo|sina|sohu|aliyun|gmail|hotmail|outlook|live|icloud|yahoo|21cn|tom)"
    r"\.(?:com|cn|net|com\.cn)$")
_GAP = re.compile(rf"(?<=[0-9])[\s{UNSEEN}]+(?=[0-9Xx])|[{UNSEEN}]+")
_ADDRESS = re.compile("(?:https?://|www\\.)[!-~]+")
# An agency publishes its own address beside one of these.
_OWN_MAIL = re.compile("(?:(?:电子邮箱|电子信箱|邮箱地址|电子邮件|[Ee]-?mail)[^。；;]{0,8}"
                       "|联系方式[^。]{0,40})$")
# GB 11643-1999: weights and check characters.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def private_data(report: Report) -> Iterator[Finding]:
    """Find numbers and addresses of persons; those of the office contact are not private."""
    contact = {_digits(report.contact.phone)}
    office_mail = report.contact.email.lower()
    published = ("preamble", report.edition.prose_sections[-1].id)
    for passage in passages(report):
        text, places = _without_gaps(passage.text.translate(_ASCII))
        taken: list[tuple[int, int]] = []
        for code, start, end, what in _private(text):
            if any(start < last and first < end for first, last in taken):
                continue
            taken.append((start, end))
            if code == MOBILE and any(_digits(text[start:end]) in known for known in contact if known):
                continue
            if code == MAIL and (text[start:end].lower() == office_mail or (
                    passage.section in published and _OWN_MAIL.search(text, 0, start))):
                continue
            yield finding(code, f"{what}；公开的报告里不能有，请删去{_office(code)}", passage.origin,
                          section=passage.section,
                          excerpt=passage.excerpt(places[start], places[end - 1] + 1))


def _without_gaps(text: str) -> tuple[str, list[int]]:
    """Return a text without the blanks and unseen characters within numbers, and where its characters stood.

    Web addresses are blotted out: their numbers are no person's.
    """
    text = _ADDRESS.sub(lambda found: "/" * len(found[0]), text)
    gaps = {place for found in _GAP.finditer(text) for place in range(*found.span())}
    places = [place for place in range(len(text)) if place not in gaps]
    return "".join(text[place] for place in places), places


def _private(text: str) -> Iterator[tuple[str, int, int, str]]:
    for found in _CITIZEN.finditer(text):
        if is_citizen_number(found[0]):
            yield CITIZEN, *found.span(), "像是居民身份证号"
    for found in _CARD.finditer(text):
        number = _digits(found[0])
        if 16 <= len(number) <= 19 and luhn(number):
            yield CARD, *found.span(), "像是银行卡号"
    for found in _MOBILE.finditer(text):
        yield MOBILE, *found.span(), "像是手机号码"
    for found in _MAIL.finditer(text):
        if _PRIVATE_MAIL.match(found[1]):
            yield MAIL, *found.span(), "像是个人邮箱"


def _office(code: str) -> str:
    return {MOBILE: "；是办公电话的，填进“联系方式”的电话",
            MAIL: "；是办公邮箱的，填进“联系方式”的邮箱"}.get(code, "")


def is_citizen_number(text: str) -> bool:
    """Say whether 18 characters are a citizen's number: a date of birth and the right check character.

    Source: GB 11643-1999.
    """
    try:
        datetime.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11] == text[17].upper()


def luhn(number: str) -> bool:
    """Say whether a number has the check digit of ISO/IEC 7812 (Luhn)."""
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits.removeprefix("86") if text.startswith(("+86", "86")) else digits


RULES = (private_data,)
