"""Write YAML that reads as it was meant: one way to quote, and every outcome read before it lands.

U+0085, U+2028 and U+2029 end a line for YAML, so what follows them could become a key; they are only ever
written as escapes in double quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from reportgen.datafile import tree as yamltree
from reportgen.datafile.fields import Field
from reportgen.files import limits
from reportgen.findings import InputError, Origin, refuse

# What stands raw on a line for every YAML reader (YAML 1.2.2, rules 34 and 35), tabs left out.
_RAW = r" -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_ONE_LINE = re.compile(f"[{_RAW}]*")
_BLOCK = re.compile(rf"(?![ \t\n])[{_RAW}\t\n]*[{_RAW}]\n?")
_NOT_RAW = re.compile(f"[^{_RAW}]")
_NEEDS_QUOTES = set(":#?{}[],&*!|>'\"%@`")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
# YAML 1.2.2, 10.3.2: numbers of the core schema, which are not all numbers for PyYAML.
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+")
_RESOLVER: Any = yaml.resolver.Resolver()
_FIGURE = re.compile(r"[+-]?[0-9][0-9.\-]*[\u4e00-\u9fff]*")


class Bare(str):
    """A figure, year or date, which stands without quotes where it can."""


class BlockText(str):
    """Text in lines, which stands below its key, one line a paragraph, where it can."""


# A dict is written in braces on one line, entries one below the other.
Value = str | None | Mapping[str, Any] | tuple["Entry", ...] | list[tuple["Entry", ...]]
# What a reading gives: texts, None for nothing, lists and mappings. In what is meant, a function may stand
# for a text: it says whether a text will do.
Plain = Any


@dataclass(frozen=True)
class Entry:
    """A key to write: the value below, the comments above and beside.

    An empty comment is an empty line.
    """

    key: str
    value: Value = None
    above: tuple[str, ...] = ()
    beside: str = ""


def write_entries(entries: Sequence[Entry], name: str, head: Iterable[str] = ()) -> str:
    """Return the text of a YAML file with the comments of `head` above; it reads as the entries say.

    `name` is how the refusal calls the file. Raises InputError as require_same does.
    """
    text = "\n".join([*comments(head), *_lines(entries, "")]) + "\n"
    require_same(text, _meant(tuple(entries)), name)
    return text


def require_same(text: str, meant: Plain, name: str) -> None:
    """Make sure that the text of a file reads as what was meant: the same keys, the same scalars.

    Raises InputError, which names the keys above the first difference, where it does not or cannot be read at
    all.
    """
    if len(text.encode("utf-8", "surrogatepass")) > limits.DATA_BYTES:
        raise refuse(Origin(name),
                     f"写成的数据文件会超过 {limits.DATA_BYTES // 1024 // 1024} MB，读不回来，没有写；"
                                   "请先删减文字")
    try:
        found = plain(yamltree.parse_tree(text, name))
    except InputError as error:
        raise refuse(Origin(name), f"写成的 YAML 读不回来（{error.problems[0][1]}），没有写；"
                                   "请检查文字里有没有特殊字符") from error
    place = _difference(meant, found, ())
    if place is not None:
        raise refuse(Origin(name), f"“{'.'.join(place) or name}”写成 YAML 后读回来不一样，没有写；"
                                   "请检查这一处有没有特殊字符，或手工修改")


def plain(node: yamltree.Node) -> Plain:
    """Return what a tree says: its keys and scalars, without lines and ways of writing."""
    if isinstance(node, yamltree.Mapping):
        return {key.value: plain(value) for key, value in node.items}
    if isinstance(node, yamltree.Sequence):
        return [plain(item) for item in node.items]
    return None if node.is_null else node.value


def comments(lines: Iterable[str]) -> list[str]:
    """Return lines of a file that are comments and nothing else, whatever the texts hold."""
    whole = [line for text in lines for line in text.splitlines() or [""]]
    return [f"# {_NOT_RAW.sub('', line)}".rstrip() for line in whole]


def quoted(value: str) -> str:
    """Return a scalar on one line that reads back as the text that it is, in a block and in braces.

    A text that YAML readers take for a number, a truth value, a date or nothing is quoted, a Bare one is not.
    """
    if isinstance(value, Bare) and _FIGURE.fullmatch(value):
        return value
    if not _ONE_LINE.fullmatch(value):
        return '"' + "".join(_ESCAPES.get(character) or _escaped(character) for character in value) + '"'
    tag = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))
    if (tag == yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG and not _NUMBER.fullmatch(value)
            and not set(value) & _NEEDS_QUOTES and value == value.strip() and not value.startswith("-")):
        return value
    return "'" + value.replace("'", "''") + "'"


def flow(value: Value) -> str:
    """Return a value on one line: a mapping in braces, nothing as null."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(key)}: {flow(one)}" for key, one in value.items()) + "}"
    return quoted(value) if isinstance(value, str) else "null"


def field_text(field: Field, text: str) -> str:
    """Return the text of a plain field as a data file has it: a year or a date without quotes."""
    return Bare(text) if field.kind in ("year", "date") else field.choices.get(text, text)


def below(value: str) -> list[str] | None:
    """Return the header and the lines of a literal block, not indented.

    None where a text cannot stand in one.
    """
    if value and not _BLOCK.fullmatch(value):
        return None
    lines = value.removesuffix("\n").split("\n")
    return ["|" if value.endswith("\n") or not value else "|-", *lines]


def _escaped(character: str) -> str:
    if not _NOT_RAW.match(character):
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _lines(entries: Sequence[Entry], indent: str) -> list[str]:
    lines = []
    for entry in entries:
        lines += [line if not line else f"{indent}{comments([line])[0]}" for line in entry.above]
        start = f"{indent}{quoted(entry.key)}:"
        beside = f"   {comments([entry.beside])[0]}" if entry.beside else ""
        value = entry.value
        if isinstance(value, BlockText) and (block := below(value)):
            lines += [f"{start} {block[0]}{beside}", *(f"{indent}  {line}" for line in block[1:])]
        elif isinstance(value, tuple):
            lines += [f"{start}{beside}", *_lines(value, f"{indent}  ")]
        elif isinstance(value, list):
            lines.append(f"{start}{beside}")
            for item in value:
                first, *rest = _lines(item, "")
                lines += [f"{indent}  - {first}", *(f"{indent}    {line}" for line in rest)]
        else:
            lines.append(f"{start}{'' if value is None else ' ' + flow(value)}{beside}")
    return lines


def _meant(value: Value) -> Plain:
    if isinstance(value, tuple):
        return {entry.key: _meant(entry.value) for entry in value}
    if isinstance(value, list):
        return [_meant(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _meant(one) for key, one in value.items()}
    return value


def _difference(meant: Plain, found: Plain, place: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the keys above the first difference, or None where there is none."""
    if callable(meant):
        return None if meant(found) else place
    if isinstance(meant, dict) and isinstance(found, dict):
        for key in [*meant, *found]:
            if key not in meant or key not in found:
                return (*place, key)
        parts = [_difference(meant[key], found[key], (*place, key)) for key in meant]
    elif isinstance(meant, list) and isinstance(found, list) and len(meant) == len(found):
        parts = [_difference(one, other, place) for one, other in zip(meant, found, strict=True)]
    else:
        return None if meant == found else place
    return next((part for part in parts if part is not None), None)
