"""Make WeasyPrint's PDF/A-3a a PDF/UA-1 too: headers of cells, artifacts, identification.

It runs when WeasyPrint has made the PDF's objects and not yet written them. Measured with veraPDF: without
it, cells of tables with rowspans and all tables cut by a page fail PDF/UA-1 (ISO 14289-1, 7.5 and 7.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from reportgen.outputs.pdf.engine.pages import rows, tables

# Points of a CSS pixel (CSS Values and Units 3, 6.2).
_PIXEL = 0.75
# ISO 14289-1, clause 5: how a file says that it is PDF/UA-1; PDF/A-3 wants the schema beside it (ISO 19005-3,
# 6.6.2.3.2).
_IDENTIFICATION = (
    '<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>'
    '</rdf:Description><rdf:Description rdf:about="" '
    'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    "<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:category>internal'
    "</pdfaProperty:category><pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>"
    "<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>")


def complete_tags(document: Any, pdf: Any) -> None:
    """Complete the structure of a PDF; `document` and `pdf` are WeasyPrint's and pydyf's.

    Tables take their headers from the HTML: `id` on th, `headers` on the cells below. A table without them is
    left as WeasyPrint tagged it.
    """
    objects = Objects(pdf)
    for parts in _fragments(document, objects).values():
        _join(parts, objects)
        _relate(parts, objects)
    _place_figures(objects)
    live = _level_headings(objects)
    _mark_artifacts(objects, live)
    _identify(objects)


class Objects:
    """Look up the objects of a PDF by reference."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf

    def number(self, reference: Any) -> int:
        """Return the number of the object that a reference means."""
        return int((reference.decode() if isinstance(reference, bytes) else reference).split()[0])

    def __getitem__(self, reference: Any) -> Any:
        return self.pdf.objects[self.number(reference)]

    def structure(self) -> Iterator[tuple[int, Any]]:
        """Yield every structure element below the root with its object number, in reading order."""
        return self._below(self[self.pdf.catalog["StructTreeRoot"]])

    def _below(self, top: Any) -> Iterator[tuple[int, Any]]:
        stack = list(reversed(top["K"]))
        while stack:
            number = self.number(stack.pop())
            element = self.pdf.objects[number]
            yield number, element
            stack += [kid for kid in reversed(element.get("K", ())) if isinstance(kid, bytes)]

    def all_below(self, top: Any, *tags: str) -> list[Any]:
        """Return the elements below one that have one of the tags, in reading order."""
        return [element for _, element in self._below(top) if element.get("S") in tags]

    def owners(self, page: int) -> Any:
        """Return what the marks of a page belong to: references by the numbers (MCID) of the marks."""
        return self[self[self.pdf.catalog["StructTreeRoot"]]["ParentTree"]]["Nums"][2 * page + 1]

    def drawn(self, page: int) -> list[Any]:
        """Return what is drawn on a page, to be changed in place."""
        content: list[Any] = self[self[self.pdf.page_references[page]]["Contents"]].stream
        return content


class _Row(NamedTuple):
    """A row of a table on one page: its HTML element, its tag, and its cells' tags by HTML element."""

    html: Any
    element: Any
    cells: dict[Any, Any]
    outside: bool


class _Part(NamedTuple):
    """A table on one page: its element and the rows that have cells."""

    element: Any
    rows: list[_Row]


def _fragments(document: Any, objects: Objects) -> dict[Any, list[_Part]]:
    """Return the parts of each table with their elements, by HTML element, in the order of the pages.

    WeasyPrint tags tables, rows and cells in the order of their boxes. Where that is not so, because a
    template makes a table of something else, there is nothing to complete.
    """
    boxes = [box for box in tables(document) if box.element.tag == "table"]
    elements = [element for _, element in objects.structure() if element.get("S") == "/Table"]
    found: dict[Any, list[_Part]] = {}
    if len(boxes) != len(elements):
        return found
    for box, element in zip(boxes, elements, strict=True):
        listed, tagged = list(rows(box)), objects.all_below(element, "/TR")
        if len(listed) != len(tagged):
            return {}
        part = _Part(element, [])
        for (row, outside), own in zip(listed, tagged, strict=True):
            cells = [objects[kid] for kid in own["K"] if isinstance(kid, bytes)]
            if row.children and len(cells) == len(row.children):
                part.rows.append(_Row(row.element, own, {
                    cell.element: one for cell, one in zip(row.children, cells, strict=True)}, outside))
        found.setdefault(box.element, []).append(part)
    return found


def _join(parts: list[_Part], objects: Objects) -> None:
    """Put the rows of later parts into the first one's table; repeated heads stay outside the tree."""
    first = parts[0]
    if len(parts) < 2 or not first.rows:
        return
    body = objects[first.rows[-1].element["P"]]
    known = {row.html: row for row in first.rows}
    for part in parts[1:]:
        for row in part.rows:
            if row.outside:
                continue
            if row.html in known:
                _continue_row(known[row.html], row, objects)
            else:
                known[row.html] = row
                row.element["P"] = body.reference
                body["K"].append(row.element.reference)
        if part.rows:
            above = objects[part.element["P"]]
            above["K"][:] = [kid for kid in above["K"] if kid != part.element.reference]


def _continue_row(first: _Row, rest: _Row, objects: Objects) -> None:
    """Put what a row that a page cuts has on the next page into its cells on the first."""
    for html, cell in rest.cells.items():
        if html in first.cells:
            for kid in cell["K"]:
                first.cells[html]["K"].append(kid)
                objects[kid]["P"] = first.cells[html].reference
            cell["K"][:] = []


def _relate(parts: list[_Part], objects: Objects) -> None:
    """Write scope, spans, identifiers and headers into the tags of cells, as the HTML has them."""
    import pydyf

    for html, cell in (pair for part in parts for row in part.rows for pair in row.cells.items()):
        # Up to version 69 what WeasyPrint puts around the text of a cell is called a cell too.
        for inner in objects.all_below(cell, "/TD", "/TH"):
            inner["S"] = "/NonStruct"
        if not {"id", "headers"} & set(html.keys()):
            continue
        attributes = cell["A"] = pydyf.Dictionary({"O": "/Table"})
        for name, key in (("rowspan", "RowSpan"), ("colspan", "ColSpan")):
            if int(html.get(name, "1")) > 1:
                attributes[key] = int(html.get(name))
        if headers := html.get("headers", "").split():
            attributes["Headers"] = pydyf.Array(pydyf.String(header) for header in headers)
        if html.tag == "th":
            cell["ID"] = pydyf.String(html.get("id", ""))
            attributes["Scope"] = "/Row" if html.get("scope", "").startswith("row") else "/Column"


def _level_headings(objects: Objects) -> set[int]:
    """Keep headings from skipping a level (ISO 14289-1, 7.4.2): 1. right below 一、 is H2.

    Returns the numbers of all elements in the tree.
    """
    last, live = 0, set()
    for number, element in objects.structure():
        live.add(number)
        tag = element.get("S", "")
        if len(tag) == 3 and tag.startswith("/H") and tag[2].isdigit():
            last = min(int(tag[2]), last + 1)
            element["S"] = f"/H{last}"
    return live


def _mark_artifacts(objects: Objects, live: set[int]) -> None:
    """Turn marked content that is in no tree, running heads and repeated table heads, into artifacts."""
    import pydyf

    for page in range(len(objects.pdf.page_references)):
        owners, content = objects.owners(page), objects.drawn(page)
        dead = {mark for mark, owner in enumerate(owners) if objects.number(owner) not in live}
        for index, item in enumerate(content):
            begins = isinstance(item, pydyf.Dictionary) and content[index + 1] == b"BDC"
            if begins and item.get("MCID") in dead:
                content[index - 1] = b"/Artifact"
                content[index] = pydyf.Dictionary({"Type": "/Pagination"})
        for mark in dead:
            owners[mark] = b"null"


def _place_figures(objects: Objects) -> None:
    """Say of figures where they stand in points from the page's lower left corner (ISO 32000-1, 14.8.5.4.3).

    WeasyPrint has them in CSS pixels from the upper left one.
    """
    import pydyf

    for _, element in objects.structure():
        layout = element.get("A")
        if element.get("S") == "/Figure" and layout and "BBox" in layout:
            height = objects[element["Pg"]]["MediaBox"][3]
            left, top, right, bottom = (side * _PIXEL for side in layout["BBox"])
            layout["BBox"] = pydyf.Array((left, height - bottom, right, height - top))


def _identify(objects: Objects) -> None:
    """Say in the metadata that the file is PDF/UA-1, and name each attached file once."""
    import pydyf

    catalog = objects.pdf.catalog
    if "AF" in catalog:
        catalog["AF"] = pydyf.Array(dict.fromkeys(catalog["AF"]))
    metadata = objects[catalog["Metadata"]]
    content = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in metadata.stream)
    metadata.stream = [content.replace(b"</rdf:RDF>", _IDENTIFICATION.encode())]
