"""Read the YAML files that maintainers write into typed structures; refuse what does not fit.

Unknown, repeated and missing keys and values of another type are told in Chinese with file, line and path.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec
import yaml

from reportgen.files import limits
from reportgen.files.struct_types import known_type
from reportgen.findings import InputError, Origin, refuse

T = TypeVar("T")
Step = str | int
Path = tuple[Step, ...]
Problem = tuple[Path, str]

# An edition has about 20 KB and 2000 nodes, those that aliases repeat counted in.

# How msgspec names the values of a mapping with any keys.
ANY = "[...]"

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TYPES = {"str": "文字", "int": "整数", "float": "数", "bool": "true 或 false", "array": "列表",
          "object": "“键: 值”", "null": "空"}


class TypedYaml:
    """The content of one file, which knows on what line each of its values stands."""

    def __init__(self, text: str, name: str) -> None:
        """Read a text; `name` is how messages call its file.

        Raises InputError for text that is not YAML, too large, or has a key twice.
        """
        self.name = name
        if len(text) > limits.RULES_CHARACTERS:
            raise refuse(Origin(name), f"文件超过 {limits.RULES_CHARACTERS} 字")
        loader = _Loader(text)
        try:
            self._root = loader.get_single_node()
            self._refuse_repeated()
            self._data = loader.construct_document(self._root) if self._root else None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise refuse(Origin(name, mark.line + 1 if mark else 0),
                         "不是有效的 YAML，请检查这一行附近的缩进、冒号、引号和括号") from error
        finally:
            loader.dispose()

    def convert(self, kind: type[T]) -> T:
        """Return the content as a `kind`, a type that msgspec knows.

        Raises InputError for content that does not fit it.
        """
        try:
            return msgspec.convert(self._data, known_type(kind))
        except msgspec.ValidationError as error:
            path, message = _explained(str(error), kind)
            raise self.refused([(path, message)]) from error

    def refused(self, problems: Iterable[Problem]) -> InputError:
        """Return the refusal of what is wrong with the values at some paths."""
        return InputError((self.at(path), f"{shown_path(path)}：{message}" if path else message)
                          for path, message in problems)

    def at(self, path: Path) -> Origin:
        """Return the place of a value, or of the perhaps_meant one around it that there is."""
        node, line = self._root, 0
        for step in path:
            if isinstance(node, yaml.MappingNode):
                pairs = (pair for pair in node.value if pair[0].value == step)
                key, node = next(pairs, (node, None))
                line = key.start_mark.line
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step] if step < len(node.value) else node
                line = node.start_mark.line
        return Origin(self.name, line + 1)

    def _refuse_repeated(self) -> None:
        found: list[tuple[Origin, str]] = []
        open_ = [self._root]
        for count in range(limits.RULES_NODES):
            if not open_:
                break
            node = open_.pop()
            if isinstance(node, yaml.SequenceNode):
                open_ += node.value
            elif isinstance(node, yaml.MappingNode):
                seen: dict[str, int] = {}
                for key, value in node.value:
                    line = key.start_mark.line + 1
                    if seen.setdefault(key.value, line) != line:
                        found.append((Origin(self.name, line),
                                      f"“{key.value}”重复出现，第{seen[key.value]}行已经有了，请删去一处"))
                    open_.append(value)
            if count == limits.RULES_NODES - 1:
                raise refuse(Origin(self.name), f"文件内容过多，超过 {limits.RULES_NODES} 项")
        if found:
            raise InputError(sorted(set(found), key=lambda one: one[0].line))


def load_typed(text: str, name: str, kind: type[T]) -> T:
    """Return the content of a YAML file as a `kind`; raises InputError as TypedYaml does."""
    return TypedYaml(text, name).convert(kind)


def shown_path(path: Path) -> str:
    """Return how a message names a path: sections 第2项 blocks 第1项."""
    return " ".join(f"第{step + 1}项" if isinstance(step, int) else step for step in path if step != ANY)


def perhaps_meant(word: str, known: Iterable[str]) -> str:
    """Return the advice that names the nearest known word, or all known ones where they are few."""
    known = list(known)
    near = difflib.get_close_matches(word, known, 1, 0.6)
    if near:
        return f"，是不是“{near[0]}”？"
    return f"，这里可以写：{'、'.join(known)}" if 0 < len(known) <= 20 else ""


def _explained(error: str, kind: Any) -> Problem:
    """Return path and Chinese message of what msgspec says in English."""
    message, _, place = error.partition(" - at ")
    path = tuple(int(step[1:-1]) if step[1:-1].isdigit() else step.lstrip(".")
                 for step in re.findall(r"\[\d+\]|\[\.\.\.\]|\.[^.\[`]+", place))
    words = re.findall(r"[`'](.*?)[`'](?=$|[ ,])", message)
    if "unknown field" in message:
        return (*path, words[0]), f"不认识“{words[0]}”{perhaps_meant(words[0], _fields(kind, path))}"
    if "missing required field" in message:
        return path, f"缺少“{words[0]}”"
    if message.startswith("Invalid"):
        return path, f"不能写“{words[0]}”{perhaps_meant(words[0], _values(kind, path))}"
    if "matching regex" in message:
        return path, f"写法不对，应符合 {words[1]}"
    if len(words) == 2:
        wanted, given = ("或".join(_TYPES.get(name, name) for name in word.split(" | ")) for word in words)
        return path, f"应为{wanted}，这里是{given}"
    return path, message


def _types(kind: Any, path: Path) -> Iterator[Any]:
    """Yield what may stand at a path, unions taken apart."""
    found = list(_apart(msgspec.inspect.type_info(kind)))
    for step in path:
        found = [one for type_ in found for below in _below(type_, step) for one in _apart(below)]
    yield from found


def _apart(type_: Any) -> Iterator[Any]:
    yield from type_.types if isinstance(type_, msgspec.inspect.UnionType) else (type_,)


def _below(type_: Any, step: Step) -> Iterator[Any]:
    if isinstance(type_, msgspec.inspect.StructType):
        yield from (field.type for field in type_.fields if field.encode_name == step)
    elif isinstance(step, int) and hasattr(type_, "item_type"):
        yield type_.item_type
    elif isinstance(type_, msgspec.inspect.DictType):
        yield type_.value_type


def _fields(kind: Any, path: Path) -> list[str]:
    """Return the keys that may stand at a path."""
    found: dict[str, None] = {}
    for type_ in _types(kind, path):
        if isinstance(type_, msgspec.inspect.StructType):
            found |= dict.fromkeys(([type_.tag_field] if type_.tag_field else [])
                                   + [field.encode_name for field in type_.fields])
    return list(found)


def _values(kind: Any, path: Path) -> list[str]:
    """Return the words that may stand at a path: a choice's, or the tags of a structure's kinds."""
    found: list[str] = []
    for type_ in _types(kind, path):
        if isinstance(type_, msgspec.inspect.LiteralType):
            found += map(str, type_.values)
        elif isinstance(type_, msgspec.inspect.EnumType):
            found += (str(member.value) for member in type_.cls)
    return found or [str(type_.tag) for type_ in _types(kind, path[:-1])
                     if isinstance(type_, msgspec.inspect.StructType)]
