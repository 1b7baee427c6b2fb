"""Words that differ in a few places, written once: 结转（到|至|）（下年|下年度） stands for six words."""

from __future__ import annotations

import re
from itertools import product

_CHOICE = re.compile("（([^（）]*)）")


def spelled(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words with their choices （a|b|） written out; a choice may be empty."""
    return tuple(dict.fromkeys(one for word in words for one in _spell(word)))


def _spell(word: str) -> list[str]:
    if "（" not in word:
        return [word]
    parts = _CHOICE.split(word)
    # Every other part is what a pair of brackets holds.
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return ["".join(chosen) for chosen in product(*choices)]
