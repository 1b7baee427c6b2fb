"""Write findings into a Word file as comments, each at its words or its cell; nothing else is changed.

A comment is a range in the main part and a text in a part of its own (ISO/IEC 29500-1, 17.13.4). All other
members of the package are copied as they are.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zipfile import ZipFile

from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree

from reportgen.files.damage import damage
from reportgen.files.zip import archive, packed
from reportgen.findings import SEVERITY_NAMES, Excerpt, Finding, Origin, refuse
from reportgen.imports.recognise import TITLE
from reportgen.report.align import squeezed
from reportgen.report.model import CHECKER

_INITIALS = "检"
_TEXT_SIZE = Pt(9)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "[Content_Types].xml"
_GONE = tuple(qn(tag) for tag in ("w:del", "w:moveFrom"))
# What stands for text that an excerpt leaves out.
_CUT = "…"


def with_comments(content: bytes, name: str, findings: Iterable[Finding],
                  places: Mapping[str, int]) -> bytes:
    """Return a Word file with a comment for every finding; `places` are what `word_places` gives of it.

    A finding stands at its words, or its cell, or the heading of its section, or else at the title. Raises
    InputError for a file that cannot be taken apart.
    """
    try:
        word: Any = Document(io.BytesIO(content))
        paragraphs = _Paragraphs(list(word.element.body.iter(qn("w:p"))) or [word.add_paragraph()._p], places)
        for finding in findings:
            comment = word.comments.add_comment(_text(finding), CHECKER, _INITIALS)
            del comment._comment_elm.attrib[qn("w:date")]
            for paragraph in comment.paragraphs:
                _set_small(paragraph)
            _mark(paragraphs.place(finding), comment.comment_id)
        return _rebuilt(content, word.part)
    except damage("python-docx", "zipfile", "lxml") as error:
        raise refuse(Origin(name), "这个 Word 文件写不进批注；请在 Word 或 WPS 里打开后另存为 .docx，"
                                   "再用另存的检查") from error


def _text(finding: Finding) -> str:
    """Return what a comment says of a finding, in lines."""
    word = "已核实" if finding.accepted else SEVERITY_NAMES[finding.severity]
    lines = [f"{word}［{finding.code}］{finding.message}"]
    if finding.accepted:
        lines.append(f"理由：{finding.accepted.reason}；核实人：{finding.accepted.by}")
    if finding.source:
        lines.append(f"依据：{finding.source}")
    if finding.origin.line or finding.origin.cell:
        lines.append(f"位置：{finding.origin}")
    return "\n".join(lines)


def _set_small(paragraph: Any) -> None:
    """Set a comment's paragraph as comments are, whatever the document's text looks like."""
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph._p.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "0")
    for run in paragraph.runs:
        run.font.size = _TEXT_SIZE


@dataclass(frozen=True)
class _Place:
    """Where a comment is anchored: the runs of a paragraph, or the paragraph where it has none."""

    paragraph: Any
    runs: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class _Paragraphs:
    """All paragraphs of a Word file in order, and where the report's parts stand among them."""

    all: list[Any]
    places: Mapping[str, int]

    def place(self, finding: Finding) -> _Place:
        """Return where the comment on a finding goes."""
        if finding.excerpt and (found := self._words(finding.excerpt, finding.section)):
            return found
        cells = [path for path in (finding.likely, *finding.cells) if path in self.places]
        head = finding.section if finding.section in self.places else TITLE
        paragraph = self.all[self.places.get(cells[0] if cells else head, 0)]
        return _Place(paragraph, list(_runs(paragraph)))

    def _words(self, excerpt: Excerpt, section: str) -> _Place | None:
        """Return the runs with the words of an excerpt, first looked for in its section."""
        before = squeezed(excerpt.text[:excerpt.start]).lstrip(_CUT)
        after = squeezed(excerpt.text[excerpt.end:]).rstrip(_CUT)
        words = squeezed(excerpt.marked)
        for paragraph in self._from(section):
            letters = _Letters(paragraph)
            at = letters.text.find(before + words + after)
            if at >= 0:
                start = at + len(before)
                # Of a stretch without length the whole sentence is marked.
                first, last = (start, start + len(words)) if words else (at, at + len(before + after))
                return _Place(paragraph, letters.cut(first, last))
        return None

    def _from(self, section: str) -> Iterator[Any]:
        """Yield the paragraphs outside tables, those of a section first."""
        starts = sorted(at for ident, at in self.places.items() if "." not in ident)
        begin = self.places.get(section, 0)
        end = next((at for at in starts if at > begin), len(self.all))
        for paragraph in (*self.all[begin:end], *self.all[:begin], *self.all[end:]):
            if next(paragraph.iterancestors(qn("w:tbl")), None) is None:
                yield paragraph


class _Letters:
    """The text of a paragraph without white space, and the run and place of each of its characters."""

    def __init__(self, paragraph: Any) -> None:
        self.where = [(run, at) for run in _runs(paragraph) for at, letter in enumerate(_run_text(run))
                      if squeezed(letter)]
        self.text = "".join(_run_text(run)[at] for run, at in self.where)

    def cut(self, first: int, last: int) -> list[Any]:
        """Return the runs with the characters from `first` to `last`, cut off from their neighbours."""
        (begin, start), (end, stop) = self.where[first], self.where[last - 1]
        # The end first: what is cut off behind it leaves the places before it as they are.
        _split(end, stop + 1)
        cut = _split(begin, start)
        runs = [begin if cut is None else cut]
        if end is not begin:
            between = list(dict.fromkeys(run for run, _ in self.where[first:last]))
            runs += between[1:]
        return runs


def _runs(paragraph: Any) -> Iterator[Any]:
    """Yield the runs of a paragraph that are printed, without those of boxes in it."""
    for run in paragraph.iter(qn("w:r")):
        above = list(run.iterancestors(qn("w:p"), *_GONE))
        if above and above[0] is paragraph and next(run.iterancestors(qn("w:r")), None) is None:
            yield run


def _run_text(run: Any) -> str:
    return "".join(text.text or "" for text in run.iterfind(qn("w:t")))


def _split(run: Any, at: int) -> Any:
    """Part a run before a character and return the second; None where it cannot or need not be parted."""
    texts = [one for one in run if one.tag != qn("w:rPr")]
    if len(texts) != 1 or texts[0].tag != qn("w:t") or not 0 < at < len(texts[0].text or ""):
        return None
    second = copy.deepcopy(run)
    run.addnext(second)
    whole = texts[0].text
    for one, part in ((texts[0], whole[:at]), (second.find(qn("w:t")), whole[at:])):
        one.text = part
        one.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return second


def _mark(place: _Place, ident: int) -> None:
    """Set the marks of a comment around its runs, or at the end of a paragraph without any."""
    start, end = (_element(tag, ident) for tag in ("w:commentRangeStart", "w:commentRangeEnd"))
    reference = OxmlElement("w:r")
    reference.append(_element("w:commentReference", ident))
    if place.runs:
        place.runs[0].addprevious(start)
        place.runs[-1].addnext(reference)
        place.runs[-1].addnext(end)
    else:
        place.paragraph.extend((start, end, reference))


def _element(tag: str, ident: int) -> Any:
    element = OxmlElement(tag)
    element.set(qn("w:id"), str(ident))
    return element


def _rebuilt(content: bytes, part: Any) -> bytes:
    """Return the package with its main part and its comments as they are now."""
    comments = part.part_related_by(RELATIONSHIP_TYPE.COMMENTS)
    main, own = (str(one.partname).removeprefix("/") for one in (part, comments))
    with ZipFile(io.BytesIO(content)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    if own not in members:
        folder, _, file = main.rpartition("/")
        relations = f"{folder}/_rels/{file}.rels"
        members[relations] = _with_relation(members[relations], f"/{own}")
        members[_TYPES] = _with_type(members[_TYPES], f"/{own}")
    members |= {main: part.blob, own: comments.blob}
    return archive(packed(name, data) for name, data in members.items())


def _with_relation(data: bytes, target: str) -> bytes:
    root = etree.fromstring(data, _parser())
    used = {one.get("Id") for one in root}
    ident = next(name for number in range(1, len(used) + 2) if (name := f"rId{number}") not in used)
    etree.SubElement(root, f"{{{_PACKAGE}/relationships}}Relationship", Id=ident,
                     Type=RELATIONSHIP_TYPE.COMMENTS, Target=target)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _with_type(data: bytes, name: str) -> bytes:
    root = etree.fromstring(data, _parser())
    etree.SubElement(root, f"{{{_PACKAGE}/content-types}}Override", PartName=name,
                     ContentType=CONTENT_TYPE.WML_COMMENTS)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)
