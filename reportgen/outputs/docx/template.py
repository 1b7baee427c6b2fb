"""Compile a Word template once, and fill it in by writing text, so that only what changes costs anything.

docxtpl makes the template ready for Jinja; the template is untrusted and runs in the sandbox of templates.
The cells of the tables that hold one figure and nothing else, nine tenths of all fields, are put in after
Jinja has run.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from decimal import localcontext
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from lxml import etree

from reportgen.datafile.expressions import PRECISION
from reportgen.datafile.names import unknown_name
from reportgen.files import limits
from reportgen.files.damage import damage
from reportgen.files.package import CORE, core_properties, without_thumbnail
from reportgen.files.zip import Member, archive, packed
from reportgen.findings import InputError, Origin, refuse
from reportgen.format import get_edition
from reportgen.outputs.docx.tags import TagFault, TagReader, W, misplaced, parsed, tagged_paragraphs
from reportgen.outputs.sandbox import FAILURES, TemplateSandbox, line_of, reason
from reportgen.outputs.template.known import known_names

_FIELD = re.compile(r"\{\{\s*([a-z_0-9]+(?:\.[a-z_0-9]+)+)\s*\}\}")
# A field as it waits for its text, in characters for private use, which data files may not have.
_WAITING = re.compile("\ue000([a-z_0-9.]+)\ue001")
# Tags of docxtpl after which the columns of a table have to be counted again.
_COLUMNS = re.compile(r"\{%\s*(?:tc|colspan|hm|vm)\b|\{%tc\b")
CONTENT_TYPES = "[Content_Types].xml"
_PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
_PARTS = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_DRAWING = re.compile(r'(<wp:docPr\b[^>]*?\bid=")\d+')


@contextlib.contextmanager
def whole_template(path: Path) -> Iterator[None]:
    """Refuse a template that the libraries find damaged meanwhile; raises InputError."""
    try:
        yield
    except FileNotFoundError:
        raise refuse(Origin(str(path)), "找不到模板文件") from None
    except damage("zipfile", "lxml", "python-docx", "docxtpl") as error:
        raise refuse(Origin(str(path)),
                     "模板不是有效的 Word（.docx）文件，请用 Word 或 WPS 另存为 .docx") from error


def open_template(path: Path) -> DocxTemplate:
    """Open a Word template.

    Raises InputError where it cannot be read, is no DOCX, or unpacks to more than it may.
    """
    with whole_template(path):
        with zipfile.ZipFile(path) as package:
            if sum(info.file_size for info in package.infolist()) > limits.TEMPLATE_UNPACKED_BYTES:
                raise refuse(Origin(str(path)), "模板太大，不像是年度报告的 Word 模板")
        word = DocxTemplate(str(path))
        word.init_docx()
    return word


def style_ids(word: DocxTemplate) -> dict[str, str]:
    """Return the ids of a template's styles by name, in small letters, as LibreOffice writes Heading 2."""
    names = ((style.find(qn("w:name")), style.get(qn("w:styleId")))
             for style in word.docx.styles.element.findall(qn("w:style")))
    return {name.get(qn("w:val"), "").lower(): ident for name, ident in names if name is not None and ident}


def section_xml(word: DocxTemplate) -> str:
    """Return the w:sectPr of a template's last section, as its text has it."""
    body = etree.tostring(word.docx.element.body, encoding="unicode")
    _, start, rest = body.rpartition("<w:sectPr")
    return f"{start}{rest.partition('</w:sectPr>')[0]}</w:sectPr>" if start else ""


def template_parts(word: DocxTemplate) -> Iterator[tuple[str, str]]:
    """Yield the parts of a template that may have tags: what people call each, and its member's name."""
    yield "正文", word.docx.part.partname.lstrip("/")
    for relation in word.docx.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in _PARTS and not relation.is_external:
            yield _PARTS[kind], relation.target_part.partname.lstrip("/")


def saved(word: DocxTemplate) -> zipfile.ZipFile:
    """Return a template as python-docx writes it."""
    buffer = io.BytesIO()
    word.docx.save(buffer)
    return zipfile.ZipFile(buffer)


class WordTemplate:
    """A Word template made ready: `styles` are its styles' ids by name, `fields` the cells that it may name.

    `known` are all names that it may use, `section` is the w:sectPr of the text. Raises InputError for a
    tag that is broken, unknown or of the wrong kind.
    """

    def __init__(self, path: Path, fields: frozenset[str], known: Mapping[str, Any]) -> None:
        self.path = path
        self.word = open_template(path)
        self.styles = style_ids(self.word)
        self.section = section_xml(self.word)
        self._members: list[Member | str] = []
        self._labels: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self._templates: dict[str, jinja2.Template] = {}
        self._recount: set[str] = set()
        self._loose: set[str] = set()
        self._extensible: dict[str, str] = {}
        parts = {name: label for label, name in template_parts(self.word)}
        reader = TagReader(known)
        faults: list[TagFault] = []
        with saved(self.word) as package:
            for name in package.namelist():
                data = package.read(name)
                if name == CONTENT_TYPES or name.endswith("document.xml.rels"):
                    self._extensible[name] = etree.tostring(parsed(data), encoding="unicode")
                if name in parts:
                    root = parsed(data)
                    faults += reader.faults(parts[name], root)
                    if any(tag.loose for passage in tagged_paragraphs(root) for tag in passage.tags):
                        self._loose.add(name)
                    self._labels[name] = parts[name]
                    self._sources[name] = self._made_ready(root, fields)
                    self._members.append(name)
                elif name == CORE:
                    self._members.append(name)
                elif name != "docProps/thumbnail.jpeg":
                    self._members.append(packed(name, without_thumbnail(data) if name == "_rels/.rels"
                                                else data))
        if faults:
            raise faulty(path, faults)
        for name, source in self._sources.items():
            self._templates[name] = self._compiled(name, source)
            if _COLUMNS.search(source):
                self._recount.add(name)

    def _made_ready(self, root: Any, fields: frozenset[str]) -> str:
        """Return the XML of a part as Jinja reads it, with the cells that are one figure waiting for it."""
        for cell in root.iter(f"{W}tc"):
            runs = list(cell.iter(f"{W}t"))
            found = _FIELD.fullmatch("".join(text.text or "" for text in runs).strip()) if runs else None
            if found and found[1] in fields:
                runs[0].text = f"{{{{ \ue000{found[1]}\ue001 }}}}"
                for text in runs[1:]:
                    text.getparent().getparent().remove(text.getparent())
        source: str = self.word.patch_xml(etree.tostring(root, encoding="unicode"))
        source = source.replace("{{ \ue000", "\ue000").replace("\ue001 }}", "\ue001")
        # How docxtpl writes braces that are text.
        for written, brace in (("{_{", "{{"), ("}_}", "}}"), ("{_%", "{%"), ("%_}", "%}")):
            source = source.replace(written, f"{{{{ '{brace}' }}}}")
        return source

    def _compiled(self, name: str, source: str) -> jinja2.Template:
        try:
            return _SANDBOX.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise faulty(self.path, [self._located(name, error)]) from error

    def render(self, context: Mapping[str, Any], cells: Mapping[str, str], properties: tuple[str, str, str],
               pictures: Mapping[str, bytes], last_section: Callable[[str], str] = str,
               fitted: Callable[[str], str] = str) -> bytes:
        """Return the DOCX; `cells` are texts of XML by path, `properties` are date, title and author.

        `fitted` makes the text of a part of what it is while its cells still wait for their figures.

        `pictures` are those that the context names, by name, which is also the identifier of their
        relationship; `last_section` makes the last w:sectPr of what it is in the template. Raises InputError
        where the template fails, naming the paragraph.
        """
        written = {CORE: core_properties(*properties)}
        for name, template in self._templates.items():
            try:
                with localcontext(prec=PRECISION):
                    text = template.render(context)
                text = _WAITING.sub(lambda found: _cell(cells, found[1]), fitted(text))
            except FAILURES as error:
                raise faulty(self.path, [self._failed(name, context, error)]) from error
            if name in self._recount:
                with whole_template(self.path):
                    text = etree.tostring(self.word.fix_tables(text), encoding="unicode")
            text = _numbered(text)
            before, start, section = text.rpartition("<w:sectPr")
            if start:
                text = before + last_section(start + section)
            self._require_placed(name, text)
            written[name] = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n" + text.encode()
        members = [packed(member, written[member]) if isinstance(member, str) else member
                   for member in self._members]
        return archive(self._with_pictures(members, pictures) if pictures else members)

    def _require_placed(self, name: str, text: str) -> None:
        """Refuse a part that Word could not open, for what reading its tags alone does not tell."""
        try:
            root = parsed(text)
        except etree.XMLSyntaxError:
            where = "……"
        else:
            where = misplaced(root) if name in self._loose else ""
        if where:
            raise faulty(self.path, [TagFault(self._labels[name], 0, where, (
                "填好后的文件 Word 打不开，段落落在了段落里面；成段的内容要用 {{p …}} 并单独成一段"))])

    def _failed(self, name: str, context: Mapping[str, Any], error: BaseException) -> TagFault:
        """Return where a part failed; it is filled in once more with its paragraphs on lines of their own."""
        try:
            with localcontext(prec=PRECISION):
                self._compiled(name, _by_lines(self._sources[name])).render(context)
        except FAILURES as again:
            return self._located(name, again)
        return TagFault(self._labels[name], 0, self.path.name, reason(error))

    def _located(self, name: str, error: BaseException) -> TagFault:
        """Return the paragraph of a part in which Jinja stopped."""
        if isinstance(error, jinja2.TemplateSyntaxError):
            try:
                _SANDBOX.from_string(_by_lines(self._sources[name]))
            except jinja2.TemplateSyntaxError as again:
                error = again
        lines = _by_lines(self._sources[name]).splitlines()
        line = line_of(error)
        text = re.sub(r"<[^>]+>", "", lines[line - 1]) if 0 < line <= len(lines) else ""
        tags = re.findall(r"\{[{%]-?\s*(.*?)\s*-?[}%]\}", text)
        with saved(self.word) as package:
            for passage in tagged_paragraphs(parsed(package.read(name))):
                if any(tag.code in tags for tag in passage.tags):
                    shown = passage.text.strip()[:40]
                    return TagFault(self._labels[name], passage.number, shown, reason(error))
        return TagFault(self._labels[name], 0, text.strip()[:40], reason(error))

    def _with_pictures(self, members: list[Member], pictures: Mapping[str, bytes]) -> list[Member]:
        """Return the members with pictures, and those that declare them (ISO/IEC 29500-2)."""
        body = self.word.docx.part.partname.lstrip("/")
        folder, _, name = body.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels"
        added = {
            CONTENT_TYPES: "".join(
                f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in _PICTURES.items()
                if f'Extension="{end}"' not in self._extensible[CONTENT_TYPES]),
            relations: "".join(
                f'<Relationship Id="{name}" Type="{_IMAGE}" Target="media/{name}"/>' for name in pictures)}
        for place, more in added.items():
            start, end, rest = self._extensible[place].rpartition("</")
            content = packed(place, f"{start}{more}{end}{rest}".encode())
            members = [content if member.name == place else member for member in members]
        return [*members, *(packed(f"{folder}/media/{name}", data) for name, data in pictures.items())]


def faulty(path: Path, faults: list[TagFault]) -> InputError:
    """Build the refusal of a template, a line for each fault."""
    return InputError([(Origin(str(path)), f"模板{fault}") for fault in faults])


def _by_lines(source: str) -> str:
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", source)


def _numbered(text: str) -> str:
    """Return a part with its drawings numbered from 1, as identifiers have to be unique."""
    numbers = iter(range(1, text.count("<wp:docPr") + 1))
    return _DRAWING.sub(lambda found: f"{found[1]}{next(numbers)}", text)


def _cell(cells: Mapping[str, str], path: str) -> str:
    try:
        return cells[path]
    except KeyError:
        raise unknown_name(path, list(cells)) from None


_SANDBOX = TemplateSandbox()


def compiled(path: Path, edition: str) -> WordTemplate:
    """Return the Word template of an edition made ready, the same one as long as the file is the same.

    Raises InputError for a file that is no template, or has tags that cannot be used.
    """
    try:
        stat = path.stat()
    except OSError:
        raise refuse(Origin(str(path)), "找不到模板文件") from None
    with whole_template(path):
        return _compiled(path, edition, (stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=8)
def _compiled(path: Path, edition: str, version: tuple[int, int]) -> WordTemplate:
    return WordTemplate(path, word_fields(edition), known_names(edition))


@cache
def word_fields(edition: str) -> frozenset[str]:
    """Return every cell that a template of an edition may print, groups given as one row included."""
    plain = get_edition(edition)
    single = frozenset(group for group in plain.groups if plain.may_be_single(group))
    return frozenset((*plain.cells, *plain.with_single_rows(single).cells))
