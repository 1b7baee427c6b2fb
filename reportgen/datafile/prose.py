"""Read prose into paragraphs: heading levels, run-in headings, and the figures that expressions give."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from reportgen.datafile.expressions import Evaluator, expressions
from reportgen.datafile.fields import Problems
from reportgen.findings import Origin
from reportgen.report.figures import ExpressionError
from reportgen.report.model import Paragraph, Run

_UNPRINTABLE = ("Cc", "Cs", "Cn", "Co", "Zl", "Zp")   # categories of Unicode

# GB/T 9704-2012, 7.3.3: 一、 （一） 1. （1）. The half-width forms are read alike, since clerks type them.
_LEVELS = (
    (2, re.compile(r"[（(][一二三四五六七八九十百]{1,4}[）)]")),
    (3, re.compile(r"[0-9０-９]{1,2}[.．](?![0-9０-９])")),
    (4, re.compile(r"[（(][0-9０-９]{1,2}[）)]")),
)
_SECTION = re.compile(r"[一二三四五六七八九十]{1,3}、")
_OPENING, _CLOSING = "（(“‘《〈「『【〔[", "）)”’》〉」』】〕]"

WRONG_EXPRESSION = "DR02"


def paragraphs(lines: Iterable[tuple[int, str]], evaluator: Evaluator, problems: Problems,
               ) -> tuple[Paragraph, ...]:
    """Turn (line number, text) pairs into paragraphs; blank lines are skipped.

    A paragraph with an error is kept, with a mark in place of an expression that failed.
    """
    found = []
    for number, line in lines:
        text = line.strip(" \t\r\u3000")
        if text:
            found.append(_paragraph(text, problems.places.at(number), evaluator, problems))
    return tuple(found)


def _paragraph(text: str, origin: Origin, evaluator: Evaluator, problems: Problems) -> Paragraph:
    if _SECTION.match(text):
        problems.wrong(WRONG_EXPRESSION, origin,
                       f"“{text[:12]}”像是一级标题；各部分的标题由程序印出，正文里请从（一）起编号")
    if "{%" in text or "{#" in text:
        problems.wrong(WRONG_EXPRESSION, origin, "正文里只能用 {{ }} 表达式，不能用 {% %} 或 {# #}")
    runs = []
    for piece, is_expression in expressions(text):
        if not is_expression:
            if "{{" in piece or "}}" in piece:
                problems.wrong(WRONG_EXPRESSION, origin, "“{{”与“}}”没有成对")
            runs.append(Run(piece))
            continue
        try:
            runs.append(evaluator.evaluate(piece))
        except ExpressionError as error:
            if not error.told:
                problems.wrong(WRONG_EXPRESSION, origin, f"{{{{{piece}}}}}：{error}")
            runs.append(Run(error.mark, failed=True))
    plain = "".join(run.text for run in runs)
    level, lead = heading(plain)
    return Paragraph(tuple(runs), level, lead, origin)


def heading(text: str) -> tuple[int, int]:
    """Return the heading level that a paragraph opens with and how many characters the heading has.

    A run-in heading ends at the first 。 outside quotes and brackets, a heading line without 。 is all
    heading; a list item that ends in ； ， ： or 、 is text. (0, 0) for plain text.
    """
    level, number = next(((level, found.end()) for level, pattern in _LEVELS
                          if (found := pattern.match(text))), (0, 0))
    if not level:
        return 0, 0
    depth = 0
    for index, character in enumerate(text[number:], number):
        depth += (character in _OPENING) - (character in _CLOSING)
        if character == "。" and depth <= 0:
            return level, index + 1
    if "。" in text:
        # A bracket or quotation mark is not closed: the first 。 is the best end there is.
        return level, text.index("。") + 1
    return (0, 0) if text[-1] in "；，：、;,:" else (level, len(text))


def clean(text: str) -> tuple[str, list[str]]:
    """Remove control and other unprintable characters; return the text and the code points removed.

    Most cannot stand in a DOCX at all (XML 1.0, 2.2); U+2028 and U+2029 break lines that nobody sees broken.
    """
    # Quick for nearly all text; the ideographic space and line ends are not printable in Python's sense.
    if text.replace("\n", "").replace("\u3000", "").isprintable():
        return text, []
    removed = {character for character in text
               if character not in "\n\t" and unicodedata.category(character) in _UNPRINTABLE}
    if not removed:
        return text, []
    return ("".join(character for character in text if character not in removed),
            [f"U+{ord(character):04X}" for character in sorted(removed)])
