"""Change values of a YAML data file where they stand, so that comments, quotes and order are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from reportgen.datafile.text import BlockText, Plain, Value, below, flow, plain, require_same
from reportgen.datafile.tree import marked_tree, parse_tree
from reportgen.findings import Origin, refuse
from reportgen.format import Edition

# A step of a path: the id and the Chinese name of a key, either of which the file may have.
Step = tuple[str, str]


def cell_steps(edition: Edition, path: str) -> list[Step]:
    """Return the way to a cell in a data file."""
    table, *steps = path.split(".")
    key = edition.keys[table]
    found = [(key.id, key.name)]
    for step in steps:
        key = key.children[step]
        found.append((key.id, key.name))
    return found


class Editor:
    """Collect changes of one data file's text, which has the line ends of Unix; `text` gives the outcome.

    `chinese` says whether the file's keys are Chinese names; added ones are alike. `name` is how messages
    call the file. Raises InputError for a text that is no YAML.
    """

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name = text, name
        self._meant = plain(parse_tree(_ended(text), name))
        self._root = marked_tree(text, name)
        self.chinese = any(key.value == "年度" for key, _ in self._root.value)
        self._changes: list[tuple[int, int, int, str]] = []
        self._added: dict[int, tuple[Any, dict[str, Any]]] = {}

    def text(self) -> str:
        """Return the text with every change made.

        Raises InputError where it does not read as what was there with the changes, and nothing else, made.
        """
        text = self._text
        changes = self._changes + [self._addition(node, entries) for node, entries in self._added.values()]
        # From the end; of two additions at one place the deeper comes first in the text, so last here.
        for start, end, _, new in sorted(changes, key=lambda change: (-change[0], -change[1], change[2])):
            text = text[:start] + new + text[end:]
        require_same(_ended(text), self._meant, self._name)
        return text

    def put(self, steps: Sequence[Step], value: Value) -> None:
        """Set what stands under a path to `value`: a text, a figure (Bare), nothing, or a mapping of such."""
        self._mean(steps, value)
        node, left = self._find(steps)
        if left:
            self._add(node, left, value)
        else:
            self._change(node.start_mark.index, self._end(node), flow(value))

    def lines(self, steps: Sequence[Step], new: Sequence[tuple[int | None, str]]) -> None:
        """Set the lines of a piece of prose, each given as (index of the line that it was or None, text).

        A line of the file whose index is left out goes; blank lines stay where they are.
        """
        texts = [text for _, text in new]
        self._mean(steps, lambda found: isinstance(found, str) and _typed(found.split("\n")) == _typed(texts))
        node, left = self._find(steps)
        if left:
            self._add(node, left, BlockText("".join(f"{text}\n" for text in texts)))
        elif node.style == "|":
            self._block_lines(node, new)
        elif self._within_flow(node):
            self._change(node.start_mark.index, self._end(node), flow("\n".join(texts)))
        else:
            self._become_block(node, texts)

    def append(self, step: Step, item: Mapping[str, str]) -> None:
        """Add one entry, a mapping of texts, at the end of a list at the top of the file."""
        key = next((key for key in self._meant if key.strip() in step), step[1] if self.chinese else step[0])
        self._meant[key] = [*(self._meant.get(key) or []), dict(item)]
        node, left = self._find([step])
        column = self._root.value[0][0].start_mark.column + 2
        if left:
            end = self._end(self._root)
            self._insert_lines(end, f"{' ' * (column - 2)}{key}:\n{' ' * column}- {flow(item)}\n")
        elif not node.value or not isinstance(node, yaml.SequenceNode):
            # An empty list becomes one of lines, of which an entry can be taken out again.
            start = node.start_mark.index
            before = self._text[self._text.rfind("\n", 0, start) + 1:start]
            head = "" if before and not before.strip() else f"\n{' ' * column}"
            self._change(start, self._end(node), f"{head}- {flow(item)}")
        elif node.flow_style:
            last = self._end(node.value[-1])
            comma = ", " if "," not in self._text[last:self._end(node) - 1] else ""
            self._change(self._end(node) - 1, self._end(node) - 1, f"{comma}{flow(item)}")
        else:
            self._insert_lines(self._end(node), f"{' ' * node.start_mark.column}- {flow(item)}\n")

    def remove(self, step: Step, line: int) -> None:
        """Take the entry that begins on a line of the file, counted from 1, out of a list at the top of it.

        Raises InputError where the list is not one of lines with such an entry.
        """
        node, left = self._find([step])
        items = node.value if not left and isinstance(node, yaml.SequenceNode) and not node.flow_style else []
        index = next((at for at, item in enumerate(items) if item.start_mark.line + 1 == line), None)
        if index is None:
            raise refuse(Origin(self._name, line), f"“{step[1]}”的这一条不能在这里删去，请在文件里删去")
        key = next(key for key in self._meant if key.strip() in step)
        self._meant[key] = [*self._meant[key][:index], *self._meant[key][index + 1:]]
        end = self._end(items[index])
        if len(items) == 1:
            self._change(node.start_mark.index, end, "[]")
            return
        start = self._text.rfind("\n", 0, items[index].start_mark.index) + 1
        self._change(start, (self._text.find("\n", end) + 1) or len(self._text), "")

    def _insert_lines(self, end: int, lines: str) -> None:
        """Add whole lines below what ends at `end`."""
        at = self._text.find("\n", max(end - 1, 0)) + 1
        if at:
            self._changes.append((at, at, 0, lines))
        else:
            self._changes.append((len(self._text), len(self._text), 0, f"\n{lines}"))

    def _mean(self, steps: Sequence[Step], value: Plain) -> None:
        """Note what the outcome has to say under a path."""
        node = self._meant
        names = [step[1] if self.chinese else step[0] for step in steps]
        for done, step in enumerate(steps):
            key = next((key for key in node if key.strip() in step), names[done])
            if done == len(steps) - 1:
                node[key] = value
            elif not isinstance(node.get(key), dict):
                # Nothing stands under the key yet.
                node[key] = {}
            node = node[key]

    def _block_lines(self, node: yaml.ScalarNode, new: Sequence[tuple[int | None, str]]) -> None:
        raw = self._text[node.start_mark.index:node.end_mark.index]
        head, _, body = raw.partition("\n")
        old = body.split("\n")
        indent = next((line[:len(line) - len(line.lstrip(" "))] for line in old if line.strip()),
                      " " * (self._indent(node) + 2))
        made, at = [head], 0
        for index, text in new:
            if index is not None:
                made += [line for line in old[at:index] if not line.strip()]
                at = index + 1
            made.append(indent + text)
        rest = [line for line in old[at:] if not line.strip()] or [""]
        self._change(node.start_mark.index, node.end_mark.index, "\n".join([*made, *rest]))

    def _become_block(self, node: yaml.ScalarNode, lines: Sequence[str]) -> None:
        """Turn a plain, quoted or folded scalar into a block of lines, its comment beside the header."""
        start, end = node.start_mark.index, self._end(node)
        if node.style == ">":
            # Its mark stands behind the line ends after it.
            header = self._text[start:end].partition("\n")[0]
            end = stop = start + len(self._text[start:end].rstrip(" \n"))
        else:
            header, stop = "", self._text.find("\n", end)
            stop = len(self._text) if stop < 0 else stop
        comment = re.search(r"\s+#.*", header) or re.match(r"\s*#.*", self._text[end:stop])
        indent = " " * (self._indent(node) + 2)
        block = "".join(f"\n{indent}{line}" for line in lines)
        space = " " if self._text[:start].endswith(":") else ""
        self._change(start, stop, f"{space}|{comment[0] if comment else ''}{block}")

    def _find(self, steps: Sequence[Step]) -> tuple[Any, list[Step]]:
        """Return the deepest node on a path, and the steps that it does not have."""
        node = self._root
        for done, step in enumerate(steps):
            entries = node.value if isinstance(node, yaml.MappingNode) else ()
            child = next((value for key, value in entries if key.value.strip() in step), None)
            if child is None:
                return node, list(steps[done:])
            node = child
        return node, []

    def _add(self, node: Any, steps: Sequence[Step], value: Any) -> None:
        """Note an entry that is not there; entries of the same new parent come together."""
        entries = self._added.setdefault(id(node), (node, {}))[1]
        names = [step[1] if self.chinese else step[0] for step in steps]
        for name in names[:-1]:
            entries = entries.setdefault(name, {})
        entries[names[-1]] = value

    def _addition(self, node: Any, entries: dict[str, Any]) -> tuple[int, int, int, str]:
        start, end = node.start_mark.index, self._end(node)
        if not isinstance(node, yaml.MappingNode):
            # Nothing stands under the key yet.
            return start, end, 0, self._spaced(start, flow(entries))
        if node.flow_style:
            last = self._end(node.value[-1][1]) if node.value else end - 1
            comma = ", " if node.value and "," not in re.sub(r"#.*", "", self._text[last:end - 1]) else ""
            return end - 1, end - 1, 0, comma + flow(entries)[1:-1]
        column = node.value[0][0].start_mark.column
        made = "".join(f"{' ' * column}{line}\n" for name, value in entries.items()
                       for line in _lines(name, value))
        at = self._text.find("\n", end) + 1
        if self._text[end - 1] == "\n":
            return end, end, column, made
        return (at, at, column, made) if at else (len(self._text), len(self._text), column, f"\n{made}")

    def _change(self, start: int, end: int, value: str) -> None:
        self._changes.append((start, end, 0, self._spaced(start, value) if start == end else value))

    def _spaced(self, start: int, value: str) -> str:
        return value if self._text[:start].endswith((" ", "{", "\n")) else f" {value}"

    def _end(self, node: Any) -> int:
        """Return where a node ends, without the comments and blank lines that follow a block collection."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        return int(node.end_mark.index)

    def _indent(self, node: Any) -> int:
        """Return how far the line on which a node begins is indented."""
        line = self._text[self._text.rfind("\n", 0, node.start_mark.index) + 1:]
        return len(line) - len(line.lstrip(" "))

    def _within_flow(self, node: Any) -> bool:
        return any(inner is node for outer in _nodes(self._root) if getattr(outer, "flow_style", False)
                   for inner in _nodes(outer))


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    if isinstance(node, yaml.CollectionNode):
        for entry in node.value:
            for child in entry if isinstance(entry, tuple) else (entry,):
                yield from _nodes(child)


def _ended(text: str) -> str:
    """Return a text that ends in a line end, as it does once something is added below."""
    return text if text.endswith("\n") else f"{text}\n"


def _typed(lines: Sequence[str]) -> list[str]:
    """Return the lines of prose that say something, as they are read."""
    return [text for line in lines if (text := line.strip(" \t\r\u3000"))]


def _lines(name: str, value: Value) -> list[str]:
    if isinstance(value, BlockText) and (block := below(value)):
        return [f"{name}: {block[0]}", *(f"  {line}" for line in block[1:])]
    if isinstance(value, dict) and any(isinstance(one, dict | BlockText) for one in value.values()):
        return [f"{name}:", *(f"  {line}" for key, one in value.items() for line in _lines(key, one))]
    return [f"{name}: {flow(value)}"]
