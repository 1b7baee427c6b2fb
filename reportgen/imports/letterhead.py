"""Read the 版头 above a title, and the 附件 mark (GB/T 9704-2012, 7.2 and 7.3.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reportgen.report.align import squeezed
from reportgen.report.model import DRAFT_MARK

_NUMBER = r"[\u4e00-\u9fff（）]{1,20}〔\d{4}〕\d{1,5}号"
# A line of 发文字号, of 签发人, or of both; more names stand in the lines below the first.
_LINE = re.compile(rf"\s*(?P<number>{_NUMBER})?\s*(?P<signers>签发人[：:])?\s*(?P<names>[\u4e00-\u9fff·\s]*)")
_LONGEST_NAME = 12


@dataclass(frozen=True)
class AboveTitle:
    """The fields of 版头 and the 附件 mark above a title, and the lines that they are read from."""

    letterhead: Mapping[str, str]
    attachment: str
    used: frozenset[str]


def above_title(lines: Sequence[str]) -> AboveTitle:
    """Return what the lines above the title say: 发文机关标志, 发文字号, 签发人, 附件."""
    lines = [line for line in lines if squeezed(line)]
    plain = [squeezed(line) for line in lines]
    marked = next((line for line in plain if re.fullmatch(r"附件\d*", line)), "")
    letterhead: dict[str, str] = {}
    used = {DRAFT_MARK, *filter(None, [marked])}
    begin, end, letterhead = _numbered(lines)
    if begin < end:
        used.update(plain[begin:end])
        if begin:
            letterhead["mark"] = plain[begin - 1]
    elif plain and plain[-1].endswith("文件"):
        letterhead["mark"] = plain[-1]
    used.update(filter(None, [letterhead.get("mark")]))
    return AboveTitle(letterhead, marked.removeprefix("附件") or ("是" if marked else ""), frozenset(used))


def _numbered(lines: Sequence[str]) -> tuple[int, int, dict[str, str]]:
    """Return where the lines of 发文字号 and 签发人 begin and end, and what they say."""
    names: list[str] = []
    alone: list[str] = []
    begin = -1
    for at, line in enumerate(lines):
        found = _LINE.fullmatch(line)
        said = "" if found is None else found["names"].strip()
        signs = found is not None and (found["signers"] is not None or begin >= 0)
        if found is None or not (found["number"] or signs) or (said and not signs):
            if begin >= 0:
                break
            continue
        begin = at if begin < 0 else begin
        names += _names(said)
        if found["number"]:
            return begin, at + 1, _said(found["number"], names)
        if at == begin:
            alone = list(names)
    # Without 发文字号 only the line that says 签发人 is sure.
    return (begin, begin + 1, _said("", alone)) if begin >= 0 else (0, 0, {})


def _said(number: str, names: list[str]) -> dict[str, str]:
    return {key: text for key, text in (("document_number", number), ("signers", "、".join(names))) if text}


def _names(text: str) -> list[str]:
    """Return the names in a text; one of two characters has a space between them."""
    found: list[str] = []
    for single, words in groupby(text.split(), lambda word: len(word) == 1):
        parts = list(words)
        found += ["".join(parts[at:at + 2]) for at in range(0, len(parts), 2)] if single else parts
    return [name[:_LONGEST_NAME] for name in found]
