"""Tell which fields an edited Word template lost or misspelt, and which of its tags are broken."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jinja2
from docxtpl import DocxTemplate
from jinja2 import nodes
from lxml import etree

from reportgen.editions import Edition, all_editions
from reportgen.typesetting import styles
from reportgen.writing.word import open_template, sandbox, style_ids

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
# Fields beside the tables that every edition's template has, and those that it may have.
_FIELDS = ("attachment", "letterhead", "title", "addressee", "preamble", "signature", "imprint", "draft_mark")
_OPTIONAL = ("year", "agency.name", "agency.short", "single_rows")


@dataclass(frozen=True)
class TemplateReport:
    """Hold what is wrong with a template; all empty where it is sound.

    `lost` and `unknown` are field paths, `unknown` with the nearest known one or ""; `styles` are missing styles;
    `broken` are (part, paragraph number, its text, why).
    """

    edition: Edition
    lost: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]
    styles: tuple[str, ...]
    broken: tuple[tuple[str, int, str, str], ...]

    @property
    def sound(self) -> bool:
        """Say whether nothing is wrong."""
        return not (self.lost or self.unknown or self.styles or self.broken)


def check_template(path: Path, edition: Edition | None = None) -> TemplateReport:
    """Hold a Word template against an edition, by default the one that shares most fields with it.

    Raises InputError for a file that is no DOCX.
    """
    word = open_template(path)
    broken = tuple(broken_paragraphs(word))
    used = {field for part in _parts(word) for field in _fields(part)}
    edition = edition or max(all_editions(), key=lambda candidate: len(used & set(expected_fields(candidate))))
    expected = expected_fields(edition)
    known = {*expected, *_OPTIONAL, *_single_row_fields(edition)}
    unknown = tuple((field, (difflib.get_close_matches(field, known, 1) or [""])[0])
                    for field in sorted(used - known))
    missing = tuple(name for name in styles.WRITTEN_STYLES if name not in style_ids(word))
    return TemplateReport(edition, tuple(field for field in expected if field not in used), unknown, missing, broken)


def expected_fields(edition: Edition) -> tuple[str, ...]:
    """Return the fields that an edition's template must have, in printing order."""
    prose = [section.id for section in edition.prose_sections]
    notes = [f"notes.{table}" for table in edition.tables]
    return (*_FIELDS, *prose, *edition.cells, *notes)


def _single_row_fields(edition: Edition) -> set[str]:
    groups = frozenset(path for path in edition.groups if edition.may_be_single(path))
    return set(edition.with_single_rows(groups).cells)


def _parts(word: DocxTemplate) -> Iterator[str]:
    """Yield the document's and every header's and footer's XML, patched as docxtpl renders it."""
    yield word.patch_xml(word.get_xml())
    for uri in (word.HEADER_URI, word.FOOTER_URI):
        for _, part in word.get_headers_footers(uri):
            yield word.patch_xml(word.get_part_xml(part))


def _fields(xml: str) -> Iterator[str]:
    """Yield the dotted path of every field that a part names; a part that does not parse gives what it can."""
    environment = sandbox()
    try:
        trees = [environment.parse(xml)]
    except jinja2.TemplateSyntaxError:
        trees = []
        for tag in _TAG.findall(xml):
            try:
                trees.append(environment.parse(tag))
            except jinja2.TemplateSyntaxError:
                continue
    for tree in trees:
        inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
        for node in tree.find_all((nodes.Name, nodes.Getattr)):
            if id(node) not in inner:
                yield _dotted(node)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


def broken_paragraphs(word: DocxTemplate) -> Iterator[tuple[str, int, str, str]]:
    """Yield (part, paragraph number from 1, text, why) for every paragraph whose tags Jinja cannot read."""
    environment = sandbox()
    parts = [("正文", word.get_xml())]
    for name, uri in (("页眉", word.HEADER_URI), ("页脚", word.FOOTER_URI)):
        parts += [(name, word.get_part_xml(part)) for _, part in word.get_headers_footers(uri)]
    for name, xml in parts:
        for number, paragraph in enumerate(etree.fromstring(xml.encode()).iter(f"{_W}p"), 1):
            text = "".join(node.text or "" for node in paragraph.iter(f"{_W}t"))
            why = _broken(text, environment)
            if why:
                yield name, number, text[:40], why


def _broken(text: str, environment: jinja2.Environment) -> str:
    plain = re.sub(r"(\{[{%])(?:tr|tc|p|r)(?=[ ])", r"\1", text).replace("“", '"').replace("”", '"')
    if plain.count("{{") != plain.count("}}") or plain.count("{%") != plain.count("%}"):
        return "括号没有成对"
    for tag in re.findall(r"\{\{.*?\}\}", plain):
        try:
            environment.parse(tag)
        except jinja2.TemplateSyntaxError:
            return "大括号里的写法有误"
    for tag in re.findall(r"\{%\s*(\w*)", plain):
        if tag not in ("if", "elif", "else", "endif", "for", "endfor", "set"):
            return f"不认识“{tag}”"
    return ""
