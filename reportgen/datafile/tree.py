"""Read a YAML file into a small tree that keeps lines and takes every scalar as text.

Untrusted input: size, depth and number of nodes are bounded, anchors, aliases and tags are refused. The tree
is built from parser events in a loop, so that deep nesting cannot exhaust the stack.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from reportgen.files import limits
from reportgen.findings import InputError, Origin, os_reason, refuse

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HIDDEN_LINE_END = re.compile("[\x85\u2028\u2029]")
NULLS = ("", "~", "null", "Null", "NULL")


@dataclass
class Scalar:
    """A scalar as its text; `line` is where it starts, `literal` a block scalar whose lines are kept."""

    value: str
    line: int
    plain: bool = True
    literal: bool = False

    @property
    def is_null(self) -> bool:
        """Say whether nothing stands there."""
        return self.plain and self.value in NULLS


@dataclass
class Sequence:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass
class Mapping:
    """A mapping as (key, value) pairs in file order; keys are scalars, none twice."""

    line: int
    items: list[tuple[Scalar, Node]] = field(default_factory=list)


Node = Scalar | Sequence | Mapping


def read_tree(path: Path, name: str) -> Mapping:
    """Read the file at `path` into a tree; `name` is how messages call it.

    Raises InputError for a file that cannot be read, is too large, not UTF-8, empty, not YAML or not a
    mapping, and for a key twice, an anchor, an alias, a tag, a second document or nesting deeper than
    limits.DATA_DEPTH.
    """
    return parse_tree(decode(read_bytes(path, name), name), name)


def read_bytes(path: Path, name: str, limit: int = limits.DATA_BYTES) -> bytes:
    """Return the content of a file of at most `limit` bytes.

    Raises InputError where it cannot be read or is larger.
    """
    try:
        if path.is_dir():
            raise refuse(Origin(name), "这是一个文件夹，请指定其中的一份文件")
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except FileNotFoundError:
        raise refuse(Origin(name), "找不到这个文件，请检查文件名和所在文件夹") from None
    except OSError as error:
        raise refuse(Origin(name), f"文件读不出来（{os_reason(error)}），请检查权限或换一个位置") from error
    if len(content) > limit:
        raise refuse(Origin(name), f"文件超过 {limit // 1024 // 1024} MB，不像是一份年度报告的文件")
    return content


def decode(content: bytes, name: str) -> str:
    """Decode UTF-8, with or without a byte order mark, and name other encodings in the refusal.

    Raises InputError.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(Origin(name), "文件是 UTF-16 编码，请另存为 UTF-8 编码后重试")
    if content.startswith(b"PK\x03\x04"):
        raise refuse(Origin(name), "这是 Word、Excel 或压缩文件，不是 YAML 数据文件")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        raise refuse(Origin(name, line), "文件不是 UTF-8 编码，可能不是文本文件，或已损坏") from None
    raise refuse(Origin(name, line), "文件是 GBK 编码，请用记事本或 WPS 另存为 UTF-8 编码后重试")


def parse_tree(text: str, name: str) -> Mapping:
    """Parse YAML text into a tree whose root is a mapping.

    Raises InputError as read_tree does, and for a character that ends a line for YAML and not for its
    reader's eyes.
    """
    _refuse_hidden_line_ends(text, name)
    try:
        root = _Builder(name).build(text)
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        raise _explain(error, text, name) from error
    if root is None:
        raise refuse(Origin(name), "文件是空的；可用 reportgen new 生成一份空白数据文件")
    if not isinstance(root, Mapping):
        raise refuse(Origin(name, root.line), _colon_hint(text, root.line)
                     or "文件内容应当是“键: 值”，可用 reportgen new 生成一份空白数据文件对照")
    return root


def marked_tree(text: str, name: str) -> Any:
    """Return the nodes of YAML text as PyYAML composes them, or None for an empty one.

    Their marks count characters. Raises InputError for text that is not YAML.
    """
    # The C loader counts its marks otherwise, and takes some tabs that this one refuses.
    loader: Any = yaml.SafeLoader
    try:
        return yaml.compose(text, Loader=loader)
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        raise _explain(error, text, name) from error


def _refuse_hidden_line_ends(text: str, name: str) -> None:
    """Refuse U+0085, U+2028 and U+2029: what follows one of them in a text would be a key of the file."""
    found = _HIDDEN_LINE_END.search(text)
    if found:
        raise refuse(Origin(name, text.count("\n", 0, found.start()) + 1),
                     f"有看不见的换行符 U+{ord(found[0]):04X}，后面的文字会被当成另一行；"
                     "请删去，要换行的按回车键")


class _Builder:
    def __init__(self, name: str) -> None:
        self.name = name
        self.stack: list[tuple[Mapping | Sequence, Scalar | None]] = []
        self.root: Node | None = None
        self.repeated: list[tuple[Origin, str]] = []
        self.seen: list[dict[str, int]] = []
        self.nodes = 0
        self.documents = 0

    def build(self, text: str) -> Node | None:
        for event in yaml.parse(text, Loader=_Loader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            self._guard(event, line)
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event, line)
            elif isinstance(event, yaml.MappingStartEvent):
                self._open(Mapping(line))
            elif isinstance(event, yaml.SequenceStartEvent):
                self._open(Sequence(line))
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
        if self.repeated:
            raise InputError(self.repeated)
        return self.root

    def _guard(self, event: yaml.Event, line: int) -> None:
        where = Origin(self.name, line)
        self.nodes += 1
        if self.nodes > limits.DATA_NODES:
            raise refuse(where, "文件内容过多，不像是一份年度报告的数据文件")
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise refuse(where, "一个文件只能有一份报告，请删去中间的“---”及其后的内容")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refuse(where, "数据文件不能使用 YAML 的锚（&）和别名（*）；以 & 或 * 开头的文字请加引号")
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            raise refuse(where, "数据文件不能使用 YAML 标签；以 ! 开头的文字请加引号")
        if len(self.stack) > limits.DATA_DEPTH:
            raise refuse(where, "嵌套层次太深，请检查缩进和括号")

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        node = Scalar(event.value, line, plain=not event.style, literal=event.style == "|")
        if self.stack and isinstance(self.stack[-1][0], Mapping) and self.stack[-1][1] is None:
            seen = self.seen[-1]
            if event.value in seen:
                self.repeated.append((Origin(self.name, line),
                                      f"“{event.value}”重复出现，第{seen[event.value]}行已经有了，请删去一处"))
            seen.setdefault(event.value, line)
            self.stack[-1] = (self.stack[-1][0], node)
        else:
            self._put(node)

    def _open(self, node: Mapping | Sequence) -> None:
        if self.stack and isinstance(self.stack[-1][0], Mapping) and self.stack[-1][1] is None:
            raise refuse(Origin(self.name, node.line), "键只能是文字；含“{{ }}”的文字请加引号，或写在“|”下面")
        self.stack.append((node, None))
        self.seen.append({})

    def _close(self) -> None:
        node, _ = self.stack.pop()
        self.seen.pop()
        self._put(node)

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent, key = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif key is not None:
            parent.items.append((key, node))
            self.stack[-1] = (parent, None)


_EXPLANATIONS = (
    ("found character '\\t'", "缩进不能用制表符（Tab），请改用空格"),
    ("found a tab character", "缩进不能用制表符（Tab），请改用空格"),
    ("found character that cannot start any token",
     "这里的字符不能开头；以 @、`、% 或制表符开头的文字请加引号，缩进请用空格"),
    ("mapping values are not allowed", "冒号的位置不对：一行只能有一个“键: 值”，文字里含“: ”的请加引号"),
    ("could not find expected ':'", "缺少冒号：应写成“键: 值”，冒号用半角，后面空一格"),
    ("unexpected end of stream", "引号没有成对，或括号没有闭合"),
    ("did not find expected ',' or", "花括号或方括号没有闭合，或者漏了逗号"),
    ("did not find expected key", "缩进没有对齐，或引号没有成对"),
    ("block mapping", "缩进没有对齐，同一层的键要上下对齐"),
    ("block entry", "列表符号“-”的位置不对，请检查缩进"),
    ("control characters are not allowed", "含有不可见的控制字符，请删去后重新输入这一行"),
    ("special characters are not allowed", "含有不可见的控制字符，请删去后重新输入这一行"),
    ("found undefined tag handle", "以 ! 开头的文字请加引号"),
    ("alias", "以 * 或 & 开头的文字请加引号"),
    ("anchor", "以 * 或 & 开头的文字请加引号"),
    ("directive", "以 % 开头的文字请加引号"),
)


def _explain(error: Any, text: str, name: str) -> InputError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = " ".join(str(part)
                       for part in (getattr(error, "problem", None), getattr(error, "context", None),
                                              getattr(error, "reason", None)) if part)
    line = mark.line + 1 if mark else 0
    if isinstance(error, yaml.reader.ReaderError):
        # The C reader counts in bytes and the Python one in characters, so look for the character itself.
        found = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]", text)
        line = text.count("\n", 0, found.start()) + 1 if found else 0
    advice = next((advice for words, advice in _EXPLANATIONS if words in problem),
                  f"不是有效的 YAML（{problem}）")
    return refuse(Origin(name, line), _colon_hint(text, line) or advice)


def _colon_hint(text: str, line: int) -> str:
    """Return the advice for a full-width colon after a key at or just above `line`, the most common slip."""
    lines = text.splitlines()
    for number in (line, line - 1):
        if 1 <= number <= len(lines) and re.match(r"^[ \t]*[^\s:#：]{1,20}：", lines[number - 1]):
            return f"第{number}行的冒号是全角“：”，键后面的冒号要用半角“:”，并在后面空一格"
    return ""
