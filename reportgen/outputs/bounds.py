"""Bounds of what a template may do: steps, texts, numbers and time, counted while it runs.

Before it is compiled, the sequence of every loop is made to count its turns, with the text that a turn
prints, and every ~ to measure what it joins; filters, + and macros are counted where they are called.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import markup_join, str_join

from reportgen.files import limits
from reportgen.report.figures import ExpressionError
from reportgen.report.model import FAILED_MARK

# Names that no template can write.
COUNTED, JOINED = "(counted)", "(joined)"


class Budget:
    """What one rendering may still use up."""

    def __init__(self) -> None:
        self._left = limits.TEMPLATE_WORK
        self._end = time.monotonic() + limits.TEMPLATE_SECONDS

    def spend(self, work: int = limits.TEMPLATE_STEP) -> None:
        """Count some work; raises ExpressionError where there was too much of it."""
        self._left -= work
        if self._left < 0:
            raise too_much("循环的次数或生成的文字太多")
        if time.monotonic() > self._end:
            raise too_much(f"超过 {limits.TEMPLATE_SECONDS:g} 秒没有算完")


class BoundedTemplate(jinja2.Template):
    """A template each rendering of which has a budget of its own."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return the template filled in."""
        environment: Any = self.environment
        environment.budget = Budget()
        return super().render(*args, **kwargs)


def too_much(what: str) -> ExpressionError:
    """Build the error of a template that wants too much."""
    return ExpressionError(f"{what}，请改小", FAILED_MARK)


def bound(tree: nodes.Template) -> nodes.Template:
    """Return a parsed template whose loops count their turns and whose ~ measures."""
    for loop in list(tree.find_all(nodes.For)):
        text = sum(len(one.data) for one in loop.find_all(nodes.TemplateData))
        work = nodes.Const(limits.TEMPLATE_STEP + text)
        loop.iter = nodes.Filter(loop.iter, COUNTED, [work], [], None, None)
    _join_bounded(tree)
    return tree


def _join_bounded(node: nodes.Node) -> None:
    for name, value in list(node.iter_fields()):
        if isinstance(value, list):
            value[:] = [_bounded(one) for one in value]
        else:
            setattr(node, name, _bounded(value))


def _bounded(value: Any) -> Any:
    if isinstance(value, nodes.Node):
        _join_bounded(value)
    if isinstance(value, nodes.Concat):
        return nodes.Filter(nodes.List(value.nodes), JOINED, [], [], None, None)
    return value


@jinja2.pass_environment
def counted(environment: Any, values: Iterable[Any], work: int) -> Iterator[Any]:
    """Yield values and count each with the work that it stands for."""
    for value in values:
        environment.budget.spend(work)
        yield value


@jinja2.pass_eval_context
def joined(context: Any, values: list[Any]) -> str:
    """Return values joined as ~ does."""
    require_small(sum(_size(value) for value in values))
    return (markup_join if context.autoescape else str_join)(values)


def bounded_filter(name: str, filter_: Callable[..., Any],
                   spend: Callable[[int], None]) -> Callable[..., Any]:
    """Return a filter that is refused where its outcome would be too large, and counts what it makes."""
    check = _CHECKS.get(name)
    signature = inspect.signature(filter_) if check else None

    @functools.wraps(filter_)
    def run(*arguments: Any, **options: Any) -> Any:
        if check and signature:
            check(signature.bind(*arguments, **options).arguments)
        found = filter_(*arguments, **options)
        require_small(_size(found))
        spend(_size(found))
        return found

    return run


def require_small(size: int) -> None:
    """Refuse a text or a list of more than limits.TEMPLATE_TEXT; raises ExpressionError."""
    if size > limits.TEMPLATE_TEXT:
        raise too_much("一段文字或一个列表太长")


def require_sum(left: Any, right: Any) -> None:
    """Refuse what + would make too long."""
    if not isinstance(left, int) and not isinstance(right, int):
        require_small(_size(left) + _size(right))


def require_product(left: Any, right: Any) -> None:
    """Refuse a product of whole numbers that would grow without end."""
    bits = left.bit_length() + right.bit_length() if isinstance(left, int) and isinstance(right, int) else 0
    if bits > limits.TEMPLATE_BITS:
        raise too_much("数太大")


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | dict) else 1


def _check_replace(given: Mapping[str, Any]) -> None:
    text, old, new = (str(given[name]) for name in ("s", "old", "new"))
    require_small(len(text) + (text.count(old) if old else len(text) + 1) * len(new))


def _check_parts(given: Mapping[str, Any]) -> None:
    parts = given.get("linecount", 0) or given.get("slices", 0) or given.get("precision", 0)
    if abs(parts) > limits.TEMPLATE_PARTS:
        raise too_much("过滤器的参数太大")


def _check_round(given: Mapping[str, Any]) -> None:
    if abs(given.get("precision", 0)) > limits.TEMPLATE_BITS:
        raise too_much("过滤器的参数太大")


def _check_sum(given: Mapping[str, Any]) -> None:
    # Adding texts or lists one by one copies them each time.
    if isinstance(given.get("start", 0), str | list | tuple):
        raise ExpressionError("sum 只能从数开始加", FAILED_MARK)


def _check_join(given: Mapping[str, Any]) -> None:
    between = _size(str(given.get("d", "")))
    values = given["value"]
    if isinstance(values, list | tuple | str):
        require_small(sum(_size(value) for value in values) + between * len(values))
    elif between > limits.TEMPLATE_STEP:
        raise too_much("连接用的文字太长")


_CHECKS: dict[str, Callable[[Mapping[str, Any]], None]] = {
    "replace": _check_replace, "batch": _check_parts, "slice": _check_parts, "round": _check_round,
    "sum": _check_sum, "join": _check_join}


def complex_line(tokens: Iterable[tuple[int, str, str]]) -> int:
    """Return the line of a template where tags lie deepest in each other, or one tag is longest."""
    best, line, depth, length = 0, 0, 0, 0
    for number, kind, value in tokens:
        depth += (value in ("(", "[", "{", "for", "if", "macro")) - (value in (")", "]", "}")
                                                                      or value.startswith("end"))
        length = 0 if kind.endswith("begin") else length + 1
        if max(depth, length) > best:
            best, line = max(depth, length), number
    return line
