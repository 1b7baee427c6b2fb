"""Make a DOCX the same bytes on every run: fixed times, order, compression and document properties."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from reportgen.files.moment import moment_given

CORE = "docProps/core.xml"
_NAMESPACES = {
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
# The earliest moment that a zip member can have.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def timestamp(date: str) -> str:
    """Return the moment that files carry, in UTC.

    SOURCE_DATE_EPOCH where it is set, or the start of the ISO date.
    """
    moment = moment_given()
    return f"{date}T00:00:00Z" if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def reproducible(content: bytes, date: str, title: str = "", author: str = "") -> bytes:
    """Rewrite a DOCX with fixed zip times and the given document properties; `date` is ISO."""
    source = zipfile.ZipFile(io.BytesIO(content))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        names = source.namelist()
        for name in names:
            if name == "docProps/thumbnail.jpeg":
                continue
            data = source.read(name)
            if name == CORE:
                data = core_properties(date, title, author)
            elif name == "_rels/.rels":
                data = without_thumbnail(data)
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, data)
    return buffer.getvalue()


def without_thumbnail(data: bytes) -> bytes:
    """Drop the picture of an empty page that python-docx's default template brings along."""
    root = etree.fromstring(data)
    for relation in list(root):
        if relation.get("Target") == "docProps/thumbnail.jpeg":
            root.remove(relation)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def core_properties(date: str, title: str, author: str) -> bytes:
    """Return docProps/core.xml; `date` is ISO."""
    moment = timestamp(date)
    def tag(prefix: str, name: str) -> str:
        return f"{{{_NAMESPACES[prefix]}}}{name}"

    root = etree.Element(tag("cp", "coreProperties"), nsmap=_NAMESPACES)
    for prefix, name, text in (("dc", "title", title), ("dc", "creator", author),
                               ("cp", "lastModifiedBy", author),
                               ("dc", "language", "zh-CN")):
        etree.SubElement(root, tag(prefix, name)).text = text
    for name in ("created", "modified"):
        element = etree.SubElement(root, tag("dcterms", name))
        element.set(tag("xsi", "type"), "dcterms:W3CDTF")
        element.text = moment
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
