"""Find the title of a published report, in whatever order it names agency, year and kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.imports.blocks import Text
from reportgen.report.align import squeezed
from reportgen.standard.numerals import HALF_WIDTH, parse_chinese

LONGEST_TITLE = 4
LONGEST_LINE = 50
_YEAR = re.compile(r"[（(]?(\d{4}|[二〇○零一三四五六七八九]{4})年(?:度)?[)）]?")
# What is left of a title without its year: whose it is, and that it is such a report.
_KIND = re.compile(r"(?:关于)?(?:印发|公布|发布|报送)?(?P<agency>[^_|—–>＞]*?)"
                   r"(?:关于|的)?(?:印发|公布|发布|报送)?"
                   r"(?:政府|政务)?(?:信息|政务)公开(?:工作)?(?:情况)?(?:的)?"
                   r"(?:年度工作报告|工作年度报告|年度报告|工作年报|年报|工作报告|总结报告|报告)(?:[（(].{1,10}[）)])?")
_NO_TITLE = re.compile("[：:，。；〔]")
# What a site puts behind the title of its page.
_TAIL = re.compile(r"\s*[-_|—–·]+\s*[^-_|—–·]+$")


@dataclass(frozen=True)
class Title:
    """A title: the text in lines, the agency and the year it names; `end` is the last line's index, or -1."""

    text: str = ""
    agency: str = ""
    year: int = 0
    end: int = -1


def parse_title(line: str) -> Title | None:
    """Return what one line says as a title, or None for a line that is none."""
    plain = squeezed(line).strip("《》")
    if len(plain) > LONGEST_LINE or _NO_TITLE.search(plain):
        return None
    years = list(_YEAR.finditer(plain.translate(HALF_WIDTH)))
    if len(years) != 1:
        return None
    year = years[0]
    rest = plain[:year.start()] + plain[year.end():]
    matched = _KIND.fullmatch(rest)
    if not matched:
        return None
    number = int(year[1]) if year[1].isdigit() else parse_chinese(year[1].replace("○", "〇"))
    return Title(plain, matched["agency"], number or 0)


def parse_page_title(text: str) -> Title | None:
    """Return what the title of a web page says, without what the site puts behind it."""
    while text:
        if found := parse_title(text):
            return found
        shorter = _TAIL.sub("", text)
        text = shorter if shorter != text else ""
    return None


def find_title(texts: Sequence[Text], heads: frozenset[int]) -> Title:
    """Return the title: the last before the first of the headings, at `heads`, that names an agency.

    A title is set in one to four lines, and its breaks fall anywhere.
    """
    plain = [squeezed(block.text) for block in texts]
    last = Title()
    for index in range(min(heads, default=len(texts))):
        found = list(_ending_at(index, plain))
        if found:
            best = _best(found, texts, "".join(plain[index + 1:]))
            if best.agency or not last.agency:
                last = best
    return last


def _ending_at(index: int, plain: list[str]) -> list[Title]:
    found = []
    for count in range(1, LONGEST_TITLE + 1):
        lines = plain[max(index - count + 1, 0):index + 1]
        if len(lines) < count or any(len(line) > LONGEST_LINE or _NO_TITLE.search(line) for line in lines):
            break
        title = parse_title("".join(lines))
        if title:
            found.append(Title("\n".join(lines), title.agency, title.year, index))
    return found


def _best(found: list[Title], texts: Sequence[Text], below: str) -> Title:
    """Return the most likely of titles that end in one line.

    The line above may be another's, of a letterhead; the agency's whole name is said again below.
    """
    alike = [one for one in found if len({block.look for block in texts[_begin(one):one.end + 1]}) == 1]
    last = texts[found[0].end]
    return next((one for one in reversed(found) if one.agency and one.agency in below), None) or \
        next((one for one in reversed(alike) if one.agency and last.look), None) or \
        next((one for one in found if one.agency), found[0])


def _begin(title: Title) -> int:
    return title.end - title.text.count("\n")

