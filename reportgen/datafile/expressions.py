"""Evaluate the expressions `{{ … }}` of prose in a sandbox.

Prose is untrusted. An expression may name cells and fields, calculate with + - * /, compare, choose with if
and use three filters. It cannot call anything, reach any attribute of a Python object, loop or grow: there
are no functions, no statements, no other filter, no `**`, and its length and nesting are bounded.

The values go into plain text, which each writer escapes for its own format; so nothing is escaped here.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, DecimalException, localcontext
from functools import lru_cache
from typing import Any, ClassVar

import jinja2
from jinja2 import nodes
from jinja2.sandbox import SandboxedEnvironment

from reportgen.datafile.names import FieldNames, Names, unknown_name
from reportgen.files import limits
from reportgen.report.figures import FILTERS, ExpressionError, Figure, as_figure, combine
from reportgen.report.model import FAILED_MARK, Run

PRECISION = 40

_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


class _Sandbox(SandboxedEnvironment):
    """A Jinja environment in which names lead through Names only and nothing can be called."""

    # Jinja's stubs type both as instance variables; its documentation sets them on the class.
    intercepted_binops: ClassVar[frozenset[str]] = frozenset(  # type: ignore[misc]
        ("+", "-", "*", "/", "//", "%", "**"))
    intercepted_unops: ClassVar[frozenset[str]] = frozenset(("+", "-"))  # type: ignore[misc]

    def getattr(self, obj: Any, attribute: str) -> Any:
        if not isinstance(obj, Names):
            raise ExpressionError(f"“{attribute}”前面已经是一个数或文字，不能再取下一级", FAILED_MARK)
        return obj.step(attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self.getattr(obj, str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def _generate(self, source: Any, *args: Any, **options: Any) -> str:
        if endless(source):
            raise ExpressionError("数太大", FAILED_MARK)
        return super()._generate(source, *args, **options)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Figure:
        if operator not in _OPERATIONS:
            raise ExpressionError(f"表达式里不能用“{operator}”，只能用 + - * /", FAILED_MARK)
        return combine(_OPERATIONS[operator], left, right)

    def call_unop(self, context: Any, operator: str, arg: Any) -> Figure:
        return -as_figure(arg) if operator == "-" else as_figure(arg)


def endless(tree: nodes.Template) -> int:
    """Return the line of a number such as 1e999, 0 where there is none.

    Jinja writes a name for it that Python does not know.
    """
    return next((one.lineno for one in tree.find_all(nodes.Const)
                 if isinstance(one.value, float) and not math.isfinite(one.value)), 0)


def _environment() -> _Sandbox:
    environment = _Sandbox(undefined=jinja2.StrictUndefined, autoescape=False, optimized=False)
    environment.filters = dict(FILTERS)
    environment.tests = {}
    environment.globals = {}
    return environment


_SANDBOX = _environment()


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> Callable[[Mapping[str, Any]], Any]:
    """Compile an expression once for all reports; what its names mean is looked up when it runs."""
    return _SANDBOX.compile_expression(expression, undefined_to_none=False)


class Evaluator:
    """Evaluate expressions over one report's names."""

    def __init__(self, names: Mapping[str, Any], chinese: Mapping[str, str]) -> None:
        self._root = FieldNames(names, chinese=chinese)
        self._known = {**names, **{alias: names[ident] for alias, ident in chinese.items() if ident in names}}

    def evaluate(self, expression: str) -> Run:
        """Return what an expression prints, with the cells that it came from.

        Raises ExpressionError, in Chinese, for anything that has no printable value.
        """
        expression = expression.strip()
        self._guard(expression)
        try:
            with localcontext(prec=PRECISION):
                value = self._simple(expression) if re.fullmatch(r"[\w.]+",
                                                                 expression) else self._jinja(expression)
                return self._printed(value)
        except ExpressionError:
            raise
        except (jinja2.TemplateError, TypeError, SyntaxError, RecursionError, ValueError,
                DecimalException) as error:
            raise ExpressionError(_in_chinese(error), FAILED_MARK) from error

    def _simple(self, expression: str) -> Any:
        """Follow a plain dotted name, which most expressions are, without compiling a template for it."""
        value: Any = self._root
        for name in expression.split("."):
            value = _SANDBOX.getattr(value, name)
        return value

    def _jinja(self, expression: str) -> Any:
        value = _compiled(expression)(self._known)
        if isinstance(value, jinja2.Undefined):
            name = getattr(value, "_undefined_name", None) or expression
            raise unknown_name(str(name), list(self._known))
        return value

    @staticmethod
    def _guard(expression: str) -> None:
        if not expression:
            raise ExpressionError("表达式是空的", FAILED_MARK)
        if len(expression) > limits.EXPRESSION_CHARACTERS:
            raise ExpressionError(f"表达式超过 {limits.EXPRESSION_CHARACTERS} 个字符", FAILED_MARK)
        depth = 0
        for character in expression:
            depth += (character in "([{") - (character in ")]}")
            if depth > limits.EXPRESSION_DEPTH:
                raise ExpressionError("表达式里的括号层次太深", FAILED_MARK)

    @staticmethod
    def _printed(value: Any) -> Run:
        if isinstance(value, Figure):
            return Run(str(value), value.cells, value.printed_value if value.cells else "")
        if isinstance(value, str):
            return Run(value)
        if isinstance(value, Names):
            raise ExpressionError("表达式只写到一组数，还要写到具体的一格", FAILED_MARK)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise ExpressionError("表达式的结果不是数，也不是文字", FAILED_MARK)
        return Run(str(as_figure(value)))


def _in_chinese(error: Exception) -> str:
    if isinstance(error, jinja2.UndefinedError):
        found = re.search(r"'([^']+)' is undefined", str(error))
        return f"没有“{found[1]}”这一项" if found else "表达式里有不认识的名称"
    if isinstance(error, jinja2.TemplateAssertionError):
        found = re.search(r"No (filter|test) named '([^']+)'", str(error))
        return f"没有“{found[2]}”这个过滤器，可用 share、growth、thousands" if found else "表达式写法有误"
    if isinstance(error, DecimalException):
        return "不能除以 0，或数太大"
    if isinstance(error, TypeError) and str(error).startswith(("“", "小数")):
        return str(error)
    if isinstance(error, jinja2.exceptions.SecurityError):
        return "表达式里不能调用函数"
    if isinstance(error, RecursionError):
        return "表达式太复杂"
    return "表达式写法有误"


def expressions(text: str) -> Iterator[tuple[str, bool]]:
    """Split prose into (piece, whether it is an expression); an unclosed `{{` stays text."""
    end = 0
    # Searched from both sides in turn: a pattern would look for the end of each {{ anew.
    while (start := text.find("{{", end)) >= 0 and (close := text.find("}}", start + 2)) >= 0:
        if start > end:
            yield text[end:start], False
        yield text[start + 2:close], True
        end = close + 2
    if end < len(text):
        yield text[end:], False
