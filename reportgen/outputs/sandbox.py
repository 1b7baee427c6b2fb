"""The sandbox in which every template runs: the Word template, the pages and the stylesheet.

Templates are untrusted. They read plain values: numbers, texts, sequences, mappings, names, and of our own
records the attributes listed in `READABLE`. They call nothing but their own macros, and know a short list of
filters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import DecimalException
from types import TracebackType
from typing import Any, ClassVar

import jinja2
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range

from reportgen.datafile.expressions import endless
from reportgen.datafile.names import Names
from reportgen.files import limits
from reportgen.format import GridCell, Table
from reportgen.outputs import bounds
from reportgen.report.figures import FILTERS, Arithmetic, Blank, ExpressionError
from reportgen.report.model import FAILED_MARK, Paragraph, Signature
from reportgen.report.remarks import PrintedMark

# What of Jinja a template may use; nothing that looks into objects, marks text as safe, or differs each time.
JINJA_FILTERS = frozenset((
    "abs", "batch", "capitalize", "count", "d", "default", "e", "escape", "first", "float", "groupby", "int",
    "items",
    "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace",
    "reverse",
    "round", "select", "selectattr", "slice", "sort", "string", "sum", "title", "trim", "truncate", "unique",
    "upper"))
JINJA_TESTS = frozenset((
    "defined", "undefined", "none", "odd", "even", "divisibleby", "number", "string", "mapping", "sequence",
    "iterable",
    "in", "eq", "equalto", "==", "ne", "!=", "lt", "lessthan", "<", "le", "<=", "gt", "greaterthan", ">",
    "ge", ">="))
_LOOP = frozenset(("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0",
                   "previtem", "nextitem"))
# What goes wrong while a template runs; each is a fault of the template.
FAILURES = (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError)

READABLE: dict[type, frozenset[str]] = {
    GridCell: frozenset(("kind", "text", "path", "colspan", "rowspan", "vertical", "header", "column", "id",
                         "headers",
                         "attributes", "is_head")),
    Table: frozenset(("id", "name", "short", "caption", "widths", "text")),
    Paragraph: frozenset(("text", "level", "lead", "is_heading")),
    PrintedMark: frozenset(("figure", "mark", "size", "below")),
    Signature: frozenset(("name", "date", "seal")),
}


def readable(*names: str) -> Callable[[type], type]:
    """Return a decorator that lets templates read these attributes of a class of records."""

    def note(record: type) -> type:
        READABLE[record] = frozenset(names)
        return record

    return note


class PrintedBlock(Names):
    """Stand for a passage of paragraphs, ready in the markup of its medium; false where it is empty.

    `fields` leads on to what it is made of, such as `signature.date`.
    """

    def __init__(self, markup: str, fields: Names | None = None) -> None:
        self._markup, self._fields = markup, fields

    def step(self, name: str) -> Any:
        """Return one of the fields that the passage is made of."""
        if self._fields is None:
            raise ExpressionError(f"“{name}”前面是成段的文字，不能再取下一级", FAILED_MARK)
        return self._fields.step(name)

    def known(self) -> list[str]:
        """Return the ids of the fields."""
        return self._fields.known() if self._fields is not None else []

    def __html__(self) -> str:
        return self._markup

    def __str__(self) -> str:
        return self._markup

    def __bool__(self) -> bool:
        return bool(self._markup)


class TemplateSandbox(ImmutableSandboxedEnvironment):
    """A Jinja environment for templates: strict, and closed but for what this module lists."""

    # Jinja's stubs type both as instance variables; its documentation sets them on the class.
    intercepted_binops: ClassVar[frozenset[str]] = frozenset(  # type: ignore[misc]
        ("+", "-", "*", "/", "//", "%", "**"))
    intercepted_unops: ClassVar[frozenset[str]] = frozenset(("+", "-"))  # type: ignore[misc]

    def __init__(self, autoescape: bool = True) -> None:
        super().__init__(undefined=jinja2.StrictUndefined, autoescape=autoescape, finalize=self._printed)
        self.template_class = bounds.BoundedTemplate
        self.budget = bounds.Budget()
        filters = {name: self.filters[name] for name in JINJA_FILTERS} | {
            name: _drafted(filter_) for name, filter_ in FILTERS.items()}
        self.filters = {name: bounds.bounded_filter(name, filter_, self._spend)
                        for name, filter_ in filters.items()}
        self.filters |= {bounds.COUNTED: bounds.counted, bounds.JOINED: bounds.joined}
        self.tests = {name: self.tests[name] for name in JINJA_TESTS}
        self.globals = {"range": safe_range}

    def compile(self, source: Any, *args: Any, **options: Any) -> Any:
        """Compile a template.

        Raises TemplateSyntaxError for one that cannot be read, or that Python cannot compile.
        """
        # What is constant is printed now.
        self.budget = bounds.Budget()
        try:
            return super().compile(source, *args, **options)
        except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
            line = bounds.complex_line(self.lex(source)) if isinstance(source, str) else 0
            raise jinja2.TemplateSyntaxError("层次太深，或太长", line) from error

    def _generate(self, source: Any, *args: Any, **options: Any) -> str:
        if line := endless(source):
            raise jinja2.TemplateSyntaxError("数太大", line)
        return super()._generate(bounds.bound(source), *args, **options)

    def concat(self, pieces: Iterable[str]) -> str:
        """Join what was printed, unless it is too much."""
        made = list(pieces)
        if sum(map(len, made)) > limits.TEMPLATE_WORK:
            raise bounds.too_much("生成的文字太多")
        return "".join(made)

    def _spend(self, work: int = limits.TEMPLATE_STEP) -> None:
        self.budget.spend(work)

    def _printed(self, value: Any) -> Any:
        shown = _printable(value)
        self._spend(len(shown) if isinstance(shown, str) else 1)
        return shown

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what a name leads to from an object; nothing of Python's own is found."""
        if isinstance(obj, jinja2.Undefined):
            # The first name that leads nowhere is the one to tell of.
            obj._fail_with_undefined_error()
        allowed = READABLE.get(type(obj))
        if allowed is not None:
            if attribute in allowed:
                return getattr(obj, attribute)
        elif isinstance(obj, Names):
            return obj.step(attribute)
        elif isinstance(obj, Blank):
            return obj
        elif isinstance(obj, Mapping):
            if attribute in obj:
                return obj[attribute]
        elif isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item of a mapping or a sequence, or what a name leads to."""
        if isinstance(obj, Mapping):
            return obj[argument] if argument in obj else self.undefined(obj=obj, name=str(argument))
        if isinstance(obj, str | list | tuple) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(obj=obj, name=str(argument))
        return self.getattr(obj, str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        """Let macros of the template and `range` be called, nothing else."""
        self._spend()
        return isinstance(obj, Macro) or obj is safe_range

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Calculate; in a draft with a missing value the result is its mark."""
        # Either can make a text or a number that fills the memory.
        if operator == "**" or (operator in "*%" and not _numeric(left, right)):
            raise ExpressionError(f"模板里不能用“{operator}”，只能用 + - * /", FAILED_MARK)
        if operator == "+":
            bounds.require_sum(left, right)
        elif operator == "*":
            bounds.require_product(left, right)
        try:
            return super().call_binop(context, operator, left, right)
        except ExpressionError as error:
            return _marked(error)

    def call_unop(self, context: Any, operator: str, arg: Any) -> Any:
        """Negate; in a draft with a missing value the result is its mark."""
        try:
            return super().call_unop(context, operator, arg)
        except ExpressionError as error:
            return _marked(error)


def _numeric(*values: Any) -> bool:
    return all(isinstance(value, int | float | Arithmetic) for value in values)


def _marked(error: ExpressionError) -> Blank:
    if error.draft:
        return Blank(str(error), error.mark, True)
    raise error


def _drafted(filter_: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: Any) -> Any:
        try:
            return filter_(*arguments)
        except ExpressionError as error:
            return _marked(error)

    return run


def _printable(value: Any) -> Any:
    """Return what `{{ }}` prints of a value.

    Raises ExpressionError for what has nothing to print.
    """
    if isinstance(value, Blank):
        return value.shown
    if value is None or (isinstance(value, Names) and not isinstance(value, PrintedBlock)):
        raise ExpressionError("表达式只写到一组数，还要写到具体的一格", FAILED_MARK)
    return value


def reason(error: BaseException) -> str:
    """Return in Chinese why a template failed."""
    if isinstance(error, ExpressionError):
        return str(error)
    text = str(error)
    if isinstance(error, jinja2.exceptions.SecurityError):
        return "模板里不能调用函数"
    if isinstance(error, jinja2.UndefinedError):
        found = re.search(r"has no (?:attribute|element) '?([^']+)'?|'([^']+)' is undefined", text)
        return f"没有“{found[1] or found[2]}”这一项" if found else "有不认识的名称"
    if found := re.search(r"No (filter|test) named '([^']+)'", text):
        kind = "过滤器" if found[1] == "filter" else "判断"
        return f"没有“{found[2]}”这个{kind}"
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"标记的写法有误：{error.message}"
    if isinstance(error, DecimalException | ZeroDivisionError | FloatingPointError):
        return "不能除以 0，或数太大"
    if isinstance(error, RecursionError):
        return "模板太复杂"
    if isinstance(error, OverflowError):
        return "循环的次数太多"
    return f"算不出来：{text}"


def line_of(error: BaseException) -> int:
    """Return the line of the template on which it failed, 0 where that is not known."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.lineno
    line, trace = 0, error.__traceback__
    while isinstance(trace, TracebackType):
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
