"""Read the expression in a tag of a Word template: whether it compiles, and which names are in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import jinja2
from jinja2 import nodes

from reportgen.outputs.sandbox import TemplateSandbox, reason

# What nine tenths of the tags are, a dotted name, has nothing to compile. Jinja has values and an operator of
# these first words.
_PLAIN = re.compile(r"(?!(?:not|true|false|none)\b)[a-z_][a-z_0-9]*(?:\.[a-z_][a-z_0-9]*)*")


@dataclass(frozen=True)
class TagCode:
    """An expression: why it cannot be compiled, the dotted names in it, and those that it may print."""

    why: str
    names: list[list[str]]
    ends: list[list[str]]


@lru_cache(maxsize=1024)
def read_code(code: str) -> TagCode:
    """Return what is in an expression.

    Templates share most of their expressions, and each is read several times in one check.
    """
    if _PLAIN.fullmatch(code):
        steps = code.split(".")
        return TagCode("", [steps], [steps])
    source = f"{{{{ {code} }}}}"
    try:
        _sandbox().compile(source)
        tree = _sandbox().parse(source)
    except jinja2.TemplateSyntaxError as error:
        return TagCode(reason(error), [], [])
    chained: list[Any] = [*tree.find_all(nodes.Getattr), *tree.find_all(nodes.Getitem)]
    inner = {id(node.node) for node in chained}
    names = [_steps(node) for node in [*chained, *tree.find_all(nodes.Name)] if id(node) not in inner]
    return TagCode("", [steps for steps in names if steps],
                 list(_ends(next(tree.find_all(nodes.Output)).nodes[0])))


@cache
def _sandbox() -> TemplateSandbox:
    return TemplateSandbox()


def _steps(node: nodes.Node) -> list[str]:
    """Return the steps of a dotted name; none where it is no plain one."""
    if isinstance(node, nodes.Name):
        return [node.name]
    if isinstance(node, nodes.Getattr):
        before = _steps(node.node)
        return [*before, node.attr] if before else []
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value,
                                                                                            str):
        before = _steps(node.node)
        return [*before, node.arg.value] if before else []
    return []


def _ends(node: nodes.Node) -> Iterator[list[str]]:
    """Yield the dotted names of which one is what an expression prints."""
    if isinstance(node, nodes.CondExpr):
        yield from _ends(node.expr1)
        if node.expr2 is not None:
            yield from _ends(node.expr2)
    elif isinstance(node, nodes.Or | nodes.And):
        yield from _ends(node.left)
        yield from _ends(node.right)
    else:
        yield _steps(node)
