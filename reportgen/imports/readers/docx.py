"""Read a published DOCX into blocks; text that was inserted counts, text that was deleted does not."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any
from zipfile import ZipFile

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from reportgen.files import limits
from reportgen.files.damage import damage
from reportgen.findings import Origin, refuse
from reportgen.imports.blocks import REACHED, Aside, Blocks, Grid, Text
from reportgen.imports.readers.word_numbers import Numbering
from reportgen.imports.readers.word_runs import MATH, MISSING, SYMBOL, RunReader, Seen, boxed, described
from reportgen.imports.readers.word_styles import Styles, is_on
from reportgen.standard.styles import NOTE

# Between two figures of what was two cells.
_TWO_FIGURES = "⏎"
_FIGURE = re.compile(r"[\d,，.．+＋\-－]*\d[\d,，.．]*(?:万元|元)?")
_NOTE_PARTS = {"脚注": RELATION.FOOTNOTES, "尾注": RELATION.ENDNOTES, "批注": RELATION.COMMENTS}
_EDGES = (("页眉", RELATION.HEADER), ("页脚", RELATION.FOOTER))
_SPANS = tuple(qn(tag) for tag in ("w:gridSpan", "w:vMerge", "w:cellDel"))
_REVISED = tuple(qn(tag) for tag in ("w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:cellIns", "w:cellDel"))


def read_docx(content: bytes, name: str) -> Blocks:
    """Return the blocks of a DOCX.

    Raises InputError for a file that is none.
    """
    try:
        with ZipFile(io.BytesIO(content)) as package:
            tags = sum(package.read(one).count(b"<") for one in package.namelist() if one.endswith(".xml"))
        if tags > limits.WORD_TAGS:
            raise refuse(Origin(name), "Word 文件的段落和表格太多，不像是一份年度报告")
        return _Reader(Document(io.BytesIO(content)).part).read()
    except damage("python-docx", "zipfile", "lxml") as error:
        raise refuse(Origin(name),
                     "Word 文件打不开，可能已损坏；请在 Word 或 WPS 里打开后另存为 .docx") from error


class _Reader:
    """Read one Word file; `part` is its main part."""

    def __init__(self, part: Any) -> None:
        self.part, self.body = part, part.element.body
        self.styles = Styles(self._root(RELATION.STYLES))
        self.numbering = Numbering(self._root(RELATION.NUMBERING), self.styles)
        self.runs = RunReader(self.styles)
        self.blocks = Blocks()
        self.boxes: list[Any] = []
        self.count = {"p": 0, "tbl": 0}

    def _root(self, kind: str) -> Any:
        return next((_element(one) for one in self._parts(kind)), None)

    def _parts(self, kind: str) -> Iterator[Any]:
        for relation in self.part.rels.values():
            if relation.reltype == kind and not relation.is_external:
                yield relation.target_part

    def read(self) -> Blocks:
        said = self.blocks.said
        if next(self.body.iter(*_REVISED), None) is not None:
            said.append("文件带有修订，按接受全部修订后的内容读取")
        if next(self.body.iter(qn("w:altChunk"), qn("w:subDoc")), None) is not None:
            said.append("文件里嵌有另一份文件，没有读取；请把它的内容复制到正文里再读取")
        for group in _joined(_content(self.body)):
            if group[-1].tag == qn("w:p"):
                self.count["p"] += len(group)
                self.blocks.items += self._paragraph(group, f"第{self.count['p']}段")
            else:
                self.count["tbl"] += 1
                self.blocks.items += self._table(group[-1], f"第{self.count['tbl']}张表")
        for box in self.boxes:
            self._read_box(box)
        self._edges()
        if self.numbering.unknown:
            said.append(f"自动编号用了认不出的格式（{'、'.join(sorted(self.numbering.unknown))}），"
                        "按阿拉伯数字读取，请核对编号")
        return self.blocks

    def _paragraph(self, group: list[Any], place: str, inside: bool = False) -> list[Text]:
        """Return the lines of a paragraph; `group` are those that deleted marks made one of."""
        properties = group[-1].find(qn("w:pPr"))
        seen = Seen()
        text = "".join(self.runs.text(one, seen) for one in group)
        if text.strip() or not _touched(group):
            label, bullet = self.numbering.label(properties)
            if bullet:
                self.blocks.said.append(f"{place}“{text.strip()[:20]}”前面的项目符号没有读取")
            text = label + (text.lstrip(" \u3000") if label else text)
        self._tell(seen, place)
        style = properties.find(qn("w:pStyle")) if properties is not None else None
        ident = style.get(qn("w:val"), "") if style is not None else ""
        note = not inside and self.styles.name(ident) == NOTE
        return [Text(line, place, ident or place, note=note) for line in text.split("\n")]

    def _tell(self, seen: Seen, place: str) -> None:
        """Note what a paragraph has that is not in its text."""
        for kind, texts in seen.left.items():
            kept = {MATH: "按顺序读成文字，请核对", SYMBOL: f"读成了{MISSING}，请改正"}.get(kind, "没有读取")
            self.blocks.said.append(f"{place}有{kind}“{''.join(texts)[:40]}”，{kept}")
        for kind, ident in seen.notes:
            self.blocks.beside.append(Aside(kind, place, self._noted(kind, ident)))
        for drawing in seen.drawings:
            self.boxes += boxed(drawing)
            if what := described(drawing):
                self.blocks.beside.append(Aside("图片", place, what))

    def _noted(self, kind: str, ident: str) -> str:
        """Return the text of a footnote, an endnote or a comment."""
        root = self._root(_NOTE_PARTS[kind])
        note = next((one for one in root if one.get(qn("w:id")) == ident), None) if root is not None else None
        return "" if note is None else self._plain(note.iter(qn("w:p")))

    def _plain(self, paragraphs: Iterable[Any], fields: bool = True) -> str:
        runs = RunReader(self.styles, fields)
        return "".join(runs.text(one, Seen()) for one in paragraphs).strip()

    def _read_box(self, box: Any) -> None:
        """Read a text box: a 版记 as text, anything else as what stands beside the text."""
        lines = [text for one in box.iter(qn("w:p")) if (text := self._plain([one]))]
        if lines and any("印发" in line or line.startswith("抄送") for line in lines):
            self.blocks.items += [Text(line, "文本框") for line in lines]
        elif lines:
            self.blocks.beside.append(Aside("文本框", "", "".join(lines)))
        for drawing in box.iter(qn("w:drawing"), qn("w:pict")):
            if what := described(drawing):
                self.blocks.beside.append(Aside("图片", "文本框", what))

    def _edges(self) -> None:
        """Note what headers and footers say besides page numbers."""
        for kind, relation in _EDGES:
            parts = (_element(one).iter(qn("w:p")) for one in self._parts(relation))
            for text in dict.fromkeys(self._plain(one, fields=False) for one in parts):
                if re.search(r"\w", text):
                    self.blocks.beside.append(Aside(kind, "", text))

    def _table(self, table: Any, place: str) -> list[Text | Grid]:
        """Return a table as a grid; one that only lays a page out gives what is inside it."""
        if table.find(f".//{qn('w:tc')}//{qn('w:tbl')}") is not None:
            found: list[Text | Grid] = []
            for cell in table.iter(qn("w:tc")):
                if next(cell.iterancestors(qn("w:tbl")), None) is not table:
                    continue
                for group in _joined(_content(cell)):
                    found += (self._paragraph(group, place) if group[-1].tag == qn("w:p")
                              else self._table(group[-1], place))
            return found
        rows: list[tuple[str | None, ...]] = []
        for row in table.iter(qn("w:tr")):
            if is_on(row.find(f"{qn('w:trPr')}/{qn('w:hidden')}")):
                text = self._plain(row.iter(qn("w:p")))
                self.blocks.said.append(f"{place}有隐藏的一行“{text[:40]}”，没有读取")
            elif row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                rows.append(self._row(row, rows[-1] if rows else (), f"{place}第{len(rows) + 1}行"))
        return [Grid(tuple(rows), place)]

    def _row(self, row: Any, above: tuple[str | None, ...], place: str) -> tuple[str | None, ...]:
        line: list[str | None] = [None] * _count(row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}"), 0)
        for cell in row.iter(qn("w:tc")):
            properties = cell.find(qn("w:tcPr"))
            span = merge = gone = None
            if properties is not None:
                span, merge, gone = map(properties.find, _SPANS)
            if gone is not None:
                self.blocks.said.append(f"{place}有按修订删去的格，这一行各格的位置请核对")
                continue
            text = self._cell(cell, place)
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            over = above[len(line)] if goes_on and len(line) < len(above) else None
            reached = REACHED if _TWO_FIGURES in (over or text) or over == REACHED else None
            line.append(reached if goes_on else text)
            line += [reached] * (_count(span, 1) - 1)
        return tuple(line)

    def _cell(self, cell: Any, place: str) -> str:
        lines = [line.text for group in _joined(_content(cell))
                 for line in self._paragraph(group, place, inside=True)]
        figures = [line for line in lines if _FIGURE.fullmatch(line.strip())]
        return (_TWO_FIGURES if len(figures) > 1 else "").join(line for line in lines if line.strip())


def _element(part: Any) -> Any:
    """Return the root of a part, also of a kind that python-docx keeps as bytes."""
    element = getattr(part, "element", None)
    return element if element is not None else parse_xml(part.blob)


def _content(parent: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order, through content controls and accepted insertions."""
    for element in parent:
        if element.tag in (qn("w:p"), qn("w:tbl")):
            yield element
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml"),
                             qn("w:smartTag")):
            yield from _content(element)


def _joined(elements: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield each table, and each paragraph with those before it whose marks were deleted."""
    open_: list[Any] = []
    for element in elements:
        if element.tag == qn("w:p"):
            open_.append(element)
            if _touched([element]):
                continue
        elif open_:
            yield open_
            open_ = []
        if element.tag == qn("w:tbl"):
            yield [element]
        else:
            yield open_
            open_ = []
    if open_:
        yield open_


def _touched(group: Iterable[Any]) -> bool:
    """Say whether a paragraph's mark was deleted or moved away, so that it goes on in the next."""
    return any(one.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn(tag)}") is not None
               for one in group for tag in ("w:del", "w:moveFrom"))


def _count(element: Any, otherwise: int) -> int:
    """Return the bounded number that an element gives, or `otherwise`."""
    text = element.get(qn("w:val"), "") if element is not None else ""
    return min(int(text),
               limits.SPAN) if text.isascii() and text.isdigit() and int(text) >= otherwise else otherwise
