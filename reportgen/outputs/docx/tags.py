"""Read the tags of a Word template by paragraph, and find those that do not do what they seem to.

`{{ … }}` prints within a paragraph; `{{p … }}` gives way to paragraphs of its own, `{%p … %}` and `{%tr … %}`
take the whole paragraph or row in which they stand. A tag of the wrong kind makes a file that Word cannot
open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jinja2
from lxml import etree

from reportgen.datafile.names import unknown_name
from reportgen.outputs.docx.tag_code import TagCode, read_code
from reportgen.outputs.sandbox import PrintedBlock, TemplateSandbox, reason
from reportgen.report.figures import ExpressionError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAG = re.compile(r"\{(\{|%)-?\s*(?:(p|r|tr|tc)\s+)?(.*?)\s*-?[}%]\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# The last four are docxtpl's own: spans, fills and merged cells of tables.
_WORDS = frozenset(("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "with", "endwith",
                    "macro",
                    "endmacro", "colspan", "cellbg", "vm", "hm"))
_BINDS = (r"for\s+(.+?)\s+in\b", r"set\s+([\w\s,]+?)\s*(?:=|$)", r"macro\s+(\w+\s*\(.*\))",
          r"with\s+(\w+)\s*=")
_KINDS = {"p": "段", "tr": "行", "tc": "单元格", "r": "段文字"}


@dataclass(frozen=True)
class TagFault:
    """What is wrong with one tag: the part, the paragraph counted from 1, its text, and why."""

    part: str
    number: int
    text: str
    why: str

    def __str__(self) -> str:
        place = f"{self.part}第{self.number}段" if self.number else self.part
        return f"{place}“{self.text}”：{self.why}"


@dataclass(frozen=True)
class Tag:
    """One tag: what opens it (`{{` or `{%`), its kind (p, r, tr, tc or none) and its code."""

    opening: str
    kind: str
    code: str

    @property
    def loose(self) -> bool:
        """Say whether only filling in shows what the tag puts where.

        True of all but plain fields and conditions over whole rows.
        """
        return self.opening == "{%" and not (self.kind == "tr"
                                             and re.match(r"(?:if|else|endif)\b", self.code))


@dataclass(frozen=True)
class TaggedParagraph:
    """One paragraph of a part: its number, its own text, and the text of the row around it, if any."""

    number: int
    text: str
    row: str

    @property
    def tags(self) -> list[Tag]:
        """Return the tags of the paragraph, comments left out."""
        text = _COMMENT.sub("", self.text).translate(_QUOTES)
        return [Tag("{" + found[1], found[2] or "", found[3]) for found in _TAG.finditer(text)]


# Word types these where code means the plain ones; docxtpl reads them so.
_QUOTES = str.maketrans("“”‘’", "\"\"''")


def tagged_paragraphs(root: Any) -> Iterator[TaggedParagraph]:
    """Yield the paragraphs of a part that have text, each with the text that stands in itself alone."""
    texts: dict[Any, list[str]] = {}
    for element in root.iter(f"{W}t"):
        texts.setdefault(next(element.iterancestors(f"{W}p"), None), []).append(element.text or "")
    for number, paragraph in enumerate(root.iter(f"{W}p"), 1):
        if paragraph in texts:
            row = next(paragraph.iterancestors(f"{W}tr"), None)
            around = "" if row is None else "".join(element.text or "" for element in row.iter(f"{W}t"))
            yield TaggedParagraph(number, "".join(texts[paragraph]), around)


class TagReader:
    """Read the tags of one template; `known` are the names that it may use, and what they lead to."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known
        self._sandbox = TemplateSandbox()
        self.used: set[str] = set()

    def faults(self, part: str, root: Any) -> Iterator[TagFault]:
        """Yield what is wrong with the tags of a part; `used` has the names that it uses afterwards."""
        found = list(tagged_paragraphs(root))
        bound = {name for passage in found for tag in passage.tags for name in _bound(tag)}
        for passage in found:
            why = self._why(passage, bound)
            if why:
                yield TagFault(part, passage.number, passage.text.strip()[:40], why)

    def _why(self, passage: TaggedParagraph, bound: set[str]) -> str:
        text = _COMMENT.sub("", passage.text)
        if text.count("{{") != text.count("}}") or text.count("{%") != text.count("%}"):
            return "标记的括号没有成对"
        for tag in passage.tags:
            why = self._wrong(tag, bound) or _lost(tag, passage, text)
            if why:
                return why
        return ""

    def _wrong(self, tag: Tag, bound: set[str]) -> str:
        """Return why a tag cannot be used, or an empty string."""
        if tag.opening == "{%":
            word = (re.match(r"\w*", tag.code) or [""])[0]
            if word not in _WORDS:
                return f"不认识“{word}”"
            code = _expression(tag.code, word)
            return self._names(read_code(code), bound) if code else ""
        read = read_code(tag.code)
        return self._names(read, bound) or self._kind(tag, read, bound)

    def _names(self, code: TagCode, bound: set[str]) -> str:
        """Return why the names of an expression lead nowhere, or an empty string."""
        for steps in code.names:
            if steps[0] in bound:
                continue
            self.used.add(".".join(steps))
            try:
                self._follow(steps)
            except (ExpressionError, jinja2.UndefinedError) as error:
                return reason(error)
        return code.why

    def _follow(self, steps: list[str]) -> Any:
        """Return what a dotted name leads to.

        Raises ExpressionError or UndefinedError where it leads nowhere.
        """
        if steps[0] not in self._known:
            raise unknown_name(steps[0], list(self._known))
        value = self._known[steps[0]]
        for step in steps[1:]:
            value = self._sandbox.getattr(value, step)
            if isinstance(value, jinja2.Undefined):
                raise ExpressionError(f"“{step}”前面已经是一个数或文字，不能再取下一级", "")
        return value

    def _kind(self, tag: Tag, code: TagCode, bound: set[str]) -> str:
        """Return why an expression may not stand in a tag of this kind."""
        blocks = [steps for steps in code.ends if steps and steps[0] not in bound
                  and isinstance(self._follow(steps), PrintedBlock)]
        if blocks and tag.kind != "p":
            return f"“{'.'.join(blocks[0])}”是成段的内容，要单独成一段，写成 {{{{p {tag.code} }}}}"
        if not blocks and tag.kind and not any(steps and steps[0] in bound for steps in code.ends):
            return f"“{tag.code}”不是成段的内容，写成 {{{{ {tag.code} }}}}，不要“{tag.kind}”"
        return ""


def _lost(tag: Tag, passage: TaggedParagraph, text: str) -> str:
    """Return what is lost when a tag takes its paragraph or row, or an empty string."""
    around = passage.row if tag.kind == "tr" else text if tag.kind == "p" else ""
    rest = _TAG.sub("", _COMMENT.sub("", around)).strip()
    if rest:
        kind = _KINDS[tag.kind]
        return f"带“{tag.kind}”的标记会取代整{kind}，同{kind}的“{rest[:12]}”会丢失；请分开写"
    return ""


def _expression(code: str, word: str) -> str:
    """Return the expression in a statement, if it has one."""
    rest = code.removeprefix(word).strip()
    if word in ("if", "elif", "colspan", "cellbg"):
        return rest
    if word == "for":
        found = re.fullmatch(r".+?\s+in\s+(.*)", rest, re.DOTALL)
        return re.sub(r"\s+(?:if\s.*|recursive)$", "", found[1], flags=re.DOTALL) if found else rest
    if word == "set":
        return rest.partition("=")[2].strip()
    return ""


def _bound(tag: Tag) -> list[str]:
    """Return the names that a statement binds."""
    for pattern in _BINDS if tag.opening == "{%" else ():
        if found := re.match(pattern, tag.code):
            return [*re.findall(r"\w+", found[1]), "loop"]
    return []


# Where a table or a paragraph may stand (ECMA-376-1, 17.2 to 17.4).
_HOLDS_BLOCKS = frozenset(f"{W}{name}" for name in (
    "body", "tc", "txbxContent", "hdr", "ftr", "footnote", "endnote", "comment", "sdtContent", "customXml",
    "ins",
    "del", "docPartBody"))
_BLOCKS = (f"{W}p", f"{W}tbl")


def misplaced(root: Any) -> str:
    """Return the text beside the first element that stands where Word allows none, or an empty string.

    `root` is a part as it was filled in.
    """
    for element in root.iter(*_BLOCKS):
        if element is not root and element.getparent().tag not in _HOLDS_BLOCKS:
            return _excerpt(element)
    for element in root.iter(f"{W}body", f"{W}tr", f"{W}tc", *_BLOCKS):
        if (element.text and element.text.strip()) or any(kid.tail and kid.tail.strip() for kid in element):
            return _excerpt(element)
    return next((_excerpt(element) for element in root.iter(f"{W}t") if len(element)), "")


def _excerpt(element: Any) -> str:
    parent = element.getparent()
    around = element if parent is None else parent
    text = "".join(element.itertext()).strip() or "".join(around.itertext()).strip()
    return text[:20]


def parsed(data: bytes | str) -> Any:
    """Return the root of a part; no entity is resolved and nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(data.encode() if isinstance(data, str) else data, parser)
