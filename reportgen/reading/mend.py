"""Rewrite the punctuation of a data file where it stands, so that comments, quotes and order are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from reportgen.findings import Origin, refuse
from reportgen.punctuation import mended
from reportgen.reading.fields import common_fields
from reportgen.reading.yamltree import Mapping, Node, Scalar, Sequence, decode, parse_tree, read_bytes

# The plain fields that are read as running text; in the others, such as a document number of another kind or an
# address, punctuation may mean something.
_TEXTS = frozenset(name for entry in common_fields() if entry.kind in ("prose", "notes") or entry.id == "title"
                   for name in (entry.id, entry.name))
_PROSE = frozenset(("overview", "problems", "other", "总体情况", "问题与改进", "其他事项"))
_REMARKS = frozenset(("remark", "备注"))


def mend(path: Path) -> tuple[str, str]:
    """Return the text of a data file and the same with its punctuation mended.

    Only title, prose, notes and remarks change, and in double quotes only what needs no quoting. Raises InputError
    for a file that cannot be used; the outcome has the same keys, lines and other values.
    """
    name = str(path)
    content = read_bytes(path, name)
    old = decode(content, name)
    bom = "\ufeff" if content.startswith(b"\xef\xbb\xbf") else ""
    return bom + old, bom + mended_text(old, name)


def mended_text(old: str, name: str) -> str:
    """Return the text of a data file, called `name` in messages, with its punctuation mended as mend does."""
    before = parse_tree(old, name)
    # A line that ends in CR LF is kept so: the marks count both.
    new = old
    for start, end, style in reversed(list(_texts(old))):
        piece = new[start:end]
        changed = _piece(piece, style)
        if changed != piece:
            new = new[:start] + changed + new[end:]
    if _shape(parse_tree(new, name)) != _shape(before):
        raise refuse(Origin(name), "改写后文件结构会变，没有改写；请按检查结果逐处手工修改")
    return new


def _piece(piece: str, style: str) -> str:
    if style == "|" or style == ">":
        return "\n".join(mended(line) for line in piece.split("\n"))
    if style:
        # Quotation marks of YAML, and what a backslash escapes, stay as they are.
        inner = piece[1:-1]
        return piece if "\\" in inner else piece[0] + mended(inner).replace("\x00", "") + piece[-1]
    return mended(piece)


def _texts(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, style) of every scalar that holds running text."""
    loader: Any = yaml.SafeLoader    # the C loader counts its marks otherwise
    root = yaml.compose(text, Loader=loader)
    found: list[tuple[int, int, str]] = []

    def walk(node: Any, running: bool, top: bool) -> None:
        if isinstance(node, yaml.ScalarNode):
            if running:
                found.append((node.start_mark.index, node.end_mark.index, node.style or ""))
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                walk(item, False, False)
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                word = getattr(key, "value", "")
                walk(value, running or word in _REMARKS or (top and word in _TEXTS | _PROSE), False)

    walk(root, False, True)
    return found


def _shape(node: Node) -> object:
    """Return a tree without the values of its texts, to compare what may not change."""
    if isinstance(node, Mapping):
        return [(key.value, key.line, _shape(value)) for key, value in node.items]
    if isinstance(node, Sequence):
        return [_shape(item) for item in node.items]
    return (node.line, node.literal, len(mended(node.value).split("\n"))) if isinstance(node, Scalar) else None
