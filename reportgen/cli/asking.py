"""Ask the user what is meant, where somebody sits at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from reportgen.cli.messages import say_error


def ask(question: str, answers: Sequence[str]) -> int:
    """Return the number of the answer that the user chose, counted from 1; 0 where nobody can be asked.

    The last answer is what the end of the input means.
    """
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return 0
    say_error(question)
    for number, answer in enumerate(answers, 1):
        say_error(f"  {number}. {answer}")
    while True:
        say_error(f"请输入 1 到 {len(answers)}，按回车：")
        typed = sys.stdin.readline()
        if not typed:
            return len(answers)
        word = typed.strip().rstrip("．.")
        if word.isdecimal() and 1 <= int(word) <= len(answers):
            return int(word)
