"""Make WeasyPrint's PDF/A-3a a PDF/UA-1 as well: tables whose cells know their headers, artifacts, identification.

It runs when WeasyPrint has made the PDF's objects and not yet written them. Measured with veraPDF: without
it, cells of tables with rowspans and all tables cut by a page fail PDF/UA-1 (ISO 14289-1, 7.5 and 7.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reportgen.standard import layout

# ISO 14289-1, clause 5: how a file says that it is PDF/UA-1; PDF/A-3 wants the schema beside it (ISO 19005-3,
# 6.6.2.3.2).
_IDENTIFICATION = (
    '<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>'
    '</rdf:Description><rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:category>internal'
    "</pdfaProperty:category><pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>"
    "<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>")


def finish(document: Any, pdf: Any) -> None:
    """Complete the structure of a PDF; `document` and `pdf` are WeasyPrint's and pydyf's.

    Tables take their headers from the HTML: `id` on th, `headers` on the cells below. A table without them is
    left as WeasyPrint tagged it.
    """
    objects = _Objects(pdf)
    for fragments in _tables(document).values():
        _join(fragments, objects)
        _relate(fragments)
    _level_headings(objects)
    _mark_artifacts(objects)
    _identify(objects)


class _Objects:
    """Look up the objects of a PDF by reference."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf

    def number(self, reference: Any) -> int:
        return int((reference.decode() if isinstance(reference, bytes) else reference).split()[0])

    def __getitem__(self, reference: Any) -> Any:
        return self.pdf.objects[self.number(reference)]

    def structure(self) -> Iterator[tuple[int, Any]]:
        """Yield every structure element below the root with its object number, in reading order."""
        root = self[self.pdf.catalog["StructTreeRoot"]]
        stack = list(reversed(root["K"]))
        while stack:
            reference = stack.pop()
            element = self[reference]
            yield self.number(reference), element
            kids = element.get("K", ()) if isinstance(element, dict) else element.kids
            stack += [kid for kid in reversed(kids) if isinstance(kid, bytes)]


def _boxes(box: Any) -> Iterator[Any]:
    from weasyprint.formatting_structure import boxes

    yield box
    if isinstance(box, boxes.ParentBox):
        for child in box.children:
            # An absolutely placed box stands behind a placeholder.
            yield from _boxes(getattr(child, "_box", child))


def overlaps(page: Any) -> bool:
    """Say whether the 版记 at the foot of a page stands on its text."""
    from weasyprint.formatting_structure import boxes

    # The first box of a page is its text, the others are its margins.
    text = list(_boxes(page._page_box.children[0]))
    foot = next((box for box in text if isinstance(box, boxes.BlockBox) and box.element is not None
                 and box.element.get("class") == "foot"), None)
    if foot is None:
        return False
    own = set(_boxes(foot))
    return any(box.position_y + box.height > foot.position_y for box in text
               if isinstance(box, boxes.LineBox | boxes.TableBox | boxes.ReplacedBox) and box not in own)


def page_starts(document: Any) -> dict[str, list[int]]:
    """Return by a table's id the rows that begin a page after its first, counted from 0 over the whole table."""
    found = {}
    for element, fragments in _tables(document).items():
        rows = list(element.iter("tr"))
        found[element.get("id", "")] = [rows.index(next(_body_rows(fragment)).element)
                                        for fragment in fragments[1:]
                                        if any(_body_rows(fragment))]
    return found


def cramped_labels(document: Any) -> dict[str, int]:
    """Return by a table's id the row, counted from 0, whose vertical label has too little room on the first page."""
    found = {}
    for element, fragments in _tables(document).items():
        rows = list(_body_rows(fragments[0]))
        for number, row in enumerate(rows[1:], 1):
            room = rows[-1].position_y + rows[-1].height - row.position_y
            reaching = (cell for cell in row.children if cell.rowspan > len(rows) - number)
            if len(fragments) > 1 and any(room < _label_height(cell) for cell in reaching):
                found[element.get("id", "")] = list(element.iter("tr")).index(row.element)
    return found


def _label_height(cell: Any) -> float:
    """Return what a vertical label takes, half a character above and below it, and 0 for any other cell."""
    if "vertical" not in cell.element.get("class", "").split():
        return 0.0
    length = len("".join(cell.element.itertext()).strip())
    return float((length + 1) * layout.VERTICAL_LEADING * cell.style["font_size"])


def _body_rows(fragment: Any) -> Iterator[Any]:
    for group in fragment.children:
        if not (group.is_header or group.is_footer):
            yield from group.children


def _tables(document: Any) -> dict[Any, list[Any]]:
    """Return the fragments of each table, in the order of the pages, by HTML element."""
    from weasyprint.formatting_structure import boxes

    found: dict[Any, list[Any]] = {}
    for page in document.pages:
        for box in _boxes(page._page_box):
            if isinstance(box, boxes.TableBox) and box.element is not None:
                found.setdefault(box.element, []).append(box)
    return found


def _rows(table: Any, heads: bool = True) -> Iterator[Any]:
    """Yield the rows of a fragment that have tagged cells."""
    for group in table.children:
        if heads or not (group.is_header or group.is_footer):
            yield from (row for row in group.children if any(hasattr(cell, "mark") for cell in row.children))


def _row_element(row: Any, objects: _Objects) -> Any:
    return objects[next(cell for cell in row.children if hasattr(cell, "mark")).mark["P"]]


def _join(fragments: list[Any], objects: _Objects) -> None:
    """Put the rows of later fragments into the first one's table; repeated heads stay outside the tree."""
    first_rows = list(_rows(fragments[0]))
    if len(fragments) < 2 or not first_rows:
        return
    body = objects[_row_element(first_rows[-1], objects)["P"]]
    known = {row.element: row for row in first_rows}
    for fragment in fragments[1:]:
        rows = list(_rows(fragment))
        if not rows:
            continue
        group = objects[_row_element(rows[0], objects)["P"]]
        owner = group if group["S"] == "/Table" else objects[group["P"]]
        for row in _rows(fragment, heads=False):
            element = _row_element(row, objects)
            if row.element in known:
                _continue_row(known[row.element], row, objects)
            else:
                known[row.element] = row
                element["P"] = body.reference
                body["K"].append(element.reference)
        parent = objects[owner["P"]]
        parent["K"][:] = [kid for kid in parent["K"] if kid != owner.reference]


def _continue_row(first: Any, rest: Any, objects: _Objects) -> None:
    """Put what a row that a page cuts has on the next page into its cells on the first."""
    cells = {cell.element: cell.mark for cell in first.children if hasattr(cell, "mark")}
    for cell in rest.children:
        if hasattr(cell, "mark") and cell.element in cells:
            mark = cells[cell.element]
            for kid in cell.mark["K"]:
                mark["K"].append(kid)
                objects[kid]["P"] = mark.reference
            cell.mark["K"][:] = []


def _relate(fragments: list[Any]) -> None:
    """Write scope, spans, identifiers and headers into the tags of cells, as the HTML has them."""
    import pydyf

    for fragment in fragments:
        for row in _rows(fragment):
            for cell in row.children:
                if not hasattr(cell, "mark") or not {"id", "headers"} & set(cell.element.keys()):
                    continue
                attributes = cell.mark["A"]
                for name, key in (("rowspan", "RowSpan"), ("colspan", "ColSpan")):
                    attributes.pop(key, None)
                    if int(cell.element.get(name, "1")) > 1:
                        attributes[key] = int(cell.element.get(name))
                headers = cell.element.get("headers", "").split()
                attributes.pop("Headers", None)
                if headers:
                    attributes["Headers"] = pydyf.Array(pydyf.String(header) for header in headers)
                if cell.element.tag == "th":
                    cell.mark["ID"] = pydyf.String(cell.element.get("id", ""))
                    attributes["Scope"] = "/Row" if cell.element.get("scope",
                                                                     "").startswith("row") else "/Column"


def _level_headings(objects: _Objects) -> None:
    """Keep headings from skipping a level, which PDF/UA forbids (ISO 14289-1, 7.4.2): 1. right below 一、 is H2."""
    last = 0
    for _, element in objects.structure():
        tag = element.get("S", "") if isinstance(element, dict) else ""
        if len(tag) == 3 and tag.startswith("/H") and tag[2].isdigit():
            last = min(int(tag[2]), last + 1)
            element["S"] = f"/H{last}"


def _mark_artifacts(objects: _Objects) -> None:
    """Turn marked content that is in no tree, running heads and repeated table heads, into artifacts."""
    import pydyf

    pdf = objects.pdf
    live = {number for number, _ in objects.structure()}
    numbers = objects[objects[pdf.catalog["StructTreeRoot"]]["ParentTree"]]["Nums"]
    for page, reference in enumerate(pdf.page_references):
        owners = numbers[2 * page + 1]
        dead = {mark for mark, owner in enumerate(owners) if objects.number(owner) not in live}
        stream = objects[objects[reference]["Contents"]].stream
        for index, item in enumerate(stream):
            if isinstance(item,
                          pydyf.Dictionary) and item.get("MCID") in dead and stream[index + 1] == b"BDC":
                stream[index - 1] = b"/Artifact"
                stream[index] = pydyf.Dictionary({"Type": "/Pagination"})
        for mark in dead:
            owners[mark] = b"null"


def _identify(objects: _Objects) -> None:
    """Say in the metadata that the file is PDF/UA-1, and name each attached file once."""
    import pydyf

    catalog = objects.pdf.catalog
    if "AF" in catalog:
        catalog["AF"] = pydyf.Array(dict.fromkeys(catalog["AF"]))
    metadata = objects[catalog["Metadata"]]
    content = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in metadata.stream)
    metadata.stream = [content.replace(b"</rdf:RDF>", _IDENTIFICATION.encode())]
