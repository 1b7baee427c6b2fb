"""Rewrite the punctuation of a data file where it stands, so that comments, quotes and order are kept."""

from __future__ import annotations

import unicodedata
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from reportgen.datafile.fields import common_fields, section_fields
from reportgen.datafile.text import Plain, plain, require_same
from reportgen.datafile.tree import Mapping, Node, Sequence, decode, marked_tree, parse_tree, read_bytes
from reportgen.format import all_editions
from reportgen.standard.punctuation import mended

_REMARKS = frozenset(("remark", "备注"))


@cache
def _texts_at_top() -> frozenset[str]:
    """Return the keys at the top of a data file under which running text stands, of whatever edition.

    In other fields, such as a document number of another kind or an address, punctuation may mean something.
    """
    fields = [*common_fields(), *(field for edition in all_editions() for field in section_fields(edition))]
    return frozenset(name for field in fields if field.kind in ("prose", "by_table") or field.id == "title"
                     for name in (field.id, field.name))


def mend(path: Path) -> tuple[str, str]:
    """Return the text of a data file and the same with its punctuation mended.

    Only title, prose, notes and remarks change, and in double quotes only what needs no quoting. Raises
    InputError for a file that cannot be used; the outcome has the same keys, lines and other values.
    """
    name = str(path)
    content = read_bytes(path, name)
    old = decode(content, name)
    bom = "\ufeff" if content.startswith(b"\xef\xbb\xbf") else ""
    return bom + old, bom + mended_text(old, name)


def mended_text(old: str, name: str) -> str:
    """Return the text of a data file, called `name` in messages, with its punctuation mended as mend does."""
    meant = _meant(parse_tree(old, name), False, True)
    # A line that ends in CR LF is kept so: the marks count both.
    new = old
    for start, end, style in reversed(list(_texts(old, name))):
        piece = new[start:end]
        changed = _piece(piece, style)
        if changed != piece:
            new = new[:start] + changed + new[end:]
    require_same(new, meant, name)
    return new


def _piece(piece: str, style: str) -> str:
    if style == "|" or style == ">":
        # What stands beside the header is a comment.
        header, *lines = piece.split("\n")
        return "\n".join((header, *(mended(line) for line in lines)))
    if style:
        # Quotation marks of YAML, and what a backslash escapes, stay as they are.
        inner = piece[1:-1]
        return piece if "\\" in inner else piece[0] + mended(inner) + piece[-1]
    return mended(piece)


def _texts(text: str, name: str) -> list[tuple[int, int, str]]:
    """Return (start, end, style) of every scalar that holds running text."""
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
                walk(value, _runs(word, running, top), False)

    walk(marked_tree(text, name), False, True)
    return found


def _runs(key: str, running: bool, top: bool) -> bool:
    """Say whether running text stands under a key; `running` is whether it does already above it."""
    return running or key in _REMARKS or (top and key in _texts_at_top())


def _meant(node: Node, running: bool, top: bool) -> Plain:
    """Return what a tree has to say once it is mended: the same, but for the punctuation of running text."""
    if isinstance(node, Mapping):
        return {key.value: _meant(value, _runs(key.value, running, top), False) for key, value in node.items}
    if isinstance(node, Sequence):
        return [_meant(item, False, False) for item in node.items]
    return partial(_same_words, node.value) if running and not node.is_null else plain(node)


def _same_words(old: str, new: Plain) -> bool:
    return isinstance(new, str) and _words(old) == _words(new)


def _words(text: str) -> list[str]:
    """Return the letters and digits of each line, full-width ones as half-width ones."""
    return ["".join(character for character in unicodedata.normalize("NFKC", line) if character.isalnum())
            for line in text.split("\n")]
