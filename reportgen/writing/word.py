"""Compile a Word template once, and fill it in by writing text, so that only what changes costs anything.

docxtpl makes the template ready for Jinja; the template is untrusted and runs in Jinja's sandbox, with strict undefined
and autoescape. The plain fields of the tables, nine tenths of all, are put in after Jinja has run.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from reportgen.findings import Origin, refuse
from reportgen.writing.package import CORE, core_properties, without_thumbnail
from reportgen.writing.zip import Member, archive, packed

MAX_TEMPLATE_BYTES = 20 * 1024 * 1024
_FIELD = re.compile(r"\{\{\s*([a-z_0-9]+(?:\.[a-z_0-9]+)+)\s*\}\}")
# A field as it waits for its text; XML allows neither character.
_WAITING = re.compile("\x01([a-z_0-9.]+)\x02")
# Tags of docxtpl after which the columns of a table have to be counted again.
_COLUMNS = re.compile(r"\{%\s*(?:tc|colspan|hm|vm)\b|\{%tc\b")
CONTENT_TYPES = "[Content_Types].xml"
_PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_DRAWING = re.compile(r'(<wp:docPr\b[^>]*?\bid=")\d+')


def sandbox() -> jinja2.Environment:
    """Return the Jinja environment in which Word templates run."""
    return ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)


def open_template(path: Path) -> DocxTemplate:
    """Open a Word template.

    Raises InputError where it cannot be read, is no DOCX, or unpacks to more than MAX_TEMPLATE_BYTES.
    """
    try:
        with zipfile.ZipFile(path) as package:
            if sum(info.file_size for info in package.infolist()) > MAX_TEMPLATE_BYTES:
                raise refuse(Origin(str(path)), "模板太大，不像是年度报告的 Word 模板")
        word = DocxTemplate(str(path))
        word.init_docx()
    except FileNotFoundError:
        raise refuse(Origin(str(path)), "找不到模板文件") from None
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise refuse(Origin(str(path)), "模板不是有效的 Word（.docx）文件，请用 Word 或 WPS 另存为 .docx") from error
    return word


def style_ids(word: DocxTemplate) -> dict[str, str]:
    """Return the ids of all styles of a template by name."""
    return {element.find(qn("w:name")).get(qn("w:val")): element.get(qn("w:styleId"))
            for element in word.docx.styles.element.findall(qn("w:style"))}


class WordTemplate:
    """A Word template made ready: `styles` are its styles' ids by name, `fields` the cells that it may name.

    Raises jinja2.TemplateSyntaxError for a broken tag.
    """

    def __init__(self, path: Path, fields: frozenset[str]) -> None:
        self.word = open_template(path)
        self.styles = style_ids(self.word)
        buffer = io.BytesIO()
        self.word.docx.save(buffer)
        environment = sandbox()
        written = {part.partname.lstrip("/") for part in self._parts()}
        self._members: list[Member | str] = []
        self._templates: dict[str, jinja2.Template] = {}
        self._recount: set[str] = set()
        self._extensible: dict[str, str] = {}
        with zipfile.ZipFile(buffer) as package:
            for name in package.namelist():
                data = package.read(name)
                if name == CONTENT_TYPES or name.endswith("document.xml.rels"):
                    self._extensible[name] = _text(data)
                if name in written:
                    source = self.word.patch_xml(_text(data))
                    self._templates[name] = environment.from_string(
                        _FIELD.sub(lambda found: f"\x01{found[1]}\x02" if found[1] in fields else found[0], source))
                    if _COLUMNS.search(source):
                        self._recount.add(name)
                    self._members.append(name)
                elif name == CORE:
                    self._members.append(name)
                elif name != "docProps/thumbnail.jpeg":
                    self._members.append(packed(name, without_thumbnail(data) if name == "_rels/.rels" else data))

    def _parts(self) -> Iterator[Any]:
        part = self.word.docx.part
        yield part
        for relation in part.rels.values():
            if relation.reltype.rpartition("/")[2] in ("header", "footer", "footnotes", "endnotes"):
                yield relation.target_part

    def render(self, context: Mapping[str, Any], cells: Mapping[str, str], properties: tuple[str, str, str],
               pictures: Mapping[str, bytes]) -> bytes:
        """Return the DOCX; `cells` are texts of XML by path, `properties` are date, title and author.

        `pictures` are those that the context names, by name, which is also the identifier of their relationship.
        Raises jinja2.TemplateError for an unknown field.
        """
        written = {CORE: core_properties(*properties)}
        for name, template in self._templates.items():
            text = _WAITING.sub(lambda found: _cell(cells, found[1]), template.render(context))
            if name in self._recount:
                text = etree.tostring(self.word.fix_tables(text), encoding="unicode")
            numbers = iter(range(1, text.count("<wp:docPr") + 1))
            text = _DRAWING.sub(lambda found, numbers=numbers: f"{found[1]}{next(numbers)}", text)  # type: ignore[misc]
            written[name] = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n" + text.encode()
        members = [packed(member, written[member]) if isinstance(member, str) else member for member in self._members]
        return archive(self._with_pictures(members, pictures) if pictures else members)

    def _with_pictures(self, members: list[Member], pictures: Mapping[str, bytes]) -> list[Member]:
        """Return the members with pictures, and what says of which kind and whose they are (ISO/IEC 29500-2)."""
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


def _text(data: bytes) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.tostring(etree.fromstring(data, parser), encoding="unicode")


def _cell(cells: Mapping[str, str], path: str) -> str:
    try:
        return cells[path]
    except KeyError:
        raise jinja2.UndefinedError(f"'{path}' is undefined") from None


def compiled(path: Path, fields: frozenset[str]) -> WordTemplate:
    """Return a Word template made ready, the same one as long as the file is the same.

    Raises InputError for a file that is no template, jinja2.TemplateError for a broken tag.
    """
    try:
        stat = path.stat()
    except OSError:
        return WordTemplate(path, fields)
    return _compiled(path, fields, (stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=8)
def _compiled(path: Path, fields: frozenset[str], version: tuple[int, int]) -> WordTemplate:
    return WordTemplate(path, fields)
