"""Numbers that prose takes from the tables, which remember the cells they came from."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MAX_DECIMALS = 4


class ExpressionError(ValueError):
    """An expression has no value; the message says why, in Chinese.

    `mark` is what a draft prints instead. `draft` says that the value belongs to a draft, whose templates
    print the mark and go on; `told`, that a figure could not be read, which was told where it stands.
    """

    def __init__(self, message: str, mark: str, draft: bool = False, told: bool = False) -> None:
        super().__init__(message)
        self.mark, self.draft, self.told = mark, draft, told


class Arithmetic:
    """Give figures, and what stands for one that is not filled in, the operators of numbers."""

    def __add__(self, other: object) -> Figure:
        return combine(operator.add, self, other)

    def __radd__(self, other: object) -> Figure:
        return combine(operator.add, other, self)

    def __sub__(self, other: object) -> Figure:
        return combine(operator.sub, self, other)

    def __rsub__(self, other: object) -> Figure:
        return combine(operator.sub, other, self)

    def __mul__(self, other: object) -> Figure:
        return combine(operator.mul, self, other)

    def __rmul__(self, other: object) -> Figure:
        return combine(operator.mul, other, self)

    def __truediv__(self, other: object) -> Figure:
        return combine(operator.truediv, self, other)

    def __rtruediv__(self, other: object) -> Figure:
        return combine(operator.truediv, other, self)

    def __neg__(self) -> Figure:
        figure = as_figure(self)
        return Figure(-figure.value, figure.cells)

    def __pos__(self) -> Figure:
        return as_figure(self)

    def __abs__(self) -> Figure:
        figure = as_figure(self)
        return Figure(abs(figure.value), figure.cells)

    def __round__(self, digits: int = 0) -> Figure:
        figure = as_figure(self)
        return Figure(rounded(figure.value, _digits(digits)), figure.cells)

    def __lt__(self, other: object) -> bool:
        return as_figure(self).value < as_figure(other).value

    def __le__(self, other: object) -> bool:
        return as_figure(self).value <= as_figure(other).value

    def __gt__(self, other: object) -> bool:
        return as_figure(self).value > as_figure(other).value

    def __ge__(self, other: object) -> bool:
        return as_figure(self).value >= as_figure(other).value


@dataclass(frozen=True)
class Figure(Arithmetic):
    """A number with the cells it came from; `text` is how it prints where that is not its digits."""

    value: Decimal
    cells: tuple[str, ...] = ()
    text: str = ""

    def __str__(self) -> str:
        return self.text or format_decimal(self.value, MAX_DECIMALS)

    @property
    def printed_value(self) -> str:
        """Return the value with as many decimals as are printed, in plain digits with its sign."""
        digits = re.search(r"\.(\d+)", str(self))
        text = f"{rounded(self.value, len(digits[1]) if digits else 0):f}"
        return text if text.strip("-0.") else text.lstrip("-")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Figure | int | float | Decimal) and self.value == as_figure(other).value

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True)
class Blank(Arithmetic):
    """Stand in a template for what is not filled in: false in a condition, refused where its value is needed.

    `message` says what is missing. In a `draft` it prints `mark`; a `cell` of a table prints nothing by
    itself.
    """

    message: str
    mark: str
    draft: bool = False
    cell: bool = False

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return "" if self.cell else self.shown

    @property
    def shown(self) -> str:
        """Return what stands for the missing value within other text.

        Raises ExpressionError where the report is no draft.
        """
        if self.draft:
            return self.mark
        raise self.error()

    def error(self) -> ExpressionError:
        """Return the error of using the missing value."""
        return ExpressionError(self.message, self.mark, self.draft)


def as_figure(value: object) -> Figure:
    """Return a number or figure as a figure.

    Raises ExpressionError for what is not filled in, TypeError for anything else.
    """
    if isinstance(value, Figure):
        return value
    if isinstance(value, Blank):
        raise value.error()
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError(f"“{value}”不是数")
    return Figure(Decimal(str(value)))


def combine(operation: Callable[[Decimal, Decimal], Decimal], left: object, right: object) -> Figure:
    """Apply an arithmetic operation to two numbers and join their cells."""
    a, b = as_figure(left), as_figure(right)
    return Figure(operation(a.value, b.value), tuple(dict.fromkeys((*a.cells, *b.cells))))


def rounded(value: Decimal, digits: int) -> Decimal:
    """Round half up, as statistics do, to `digits` decimals."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def format_decimal(value: Decimal, digits: int) -> str:
    """Return the plain digits of a number with at most `digits` decimals and no trailing zeros."""
    text = f"{rounded(value, digits):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def share(value: object, whole: object, digits: object = 2) -> Figure:
    """Return what part of `whole` a number is, in per cent: 40.60%."""
    part, total = as_figure(value), as_figure(whole)
    if not total.value:
        raise ExpressionError("分母是 0，不能计算占比", "【分母为0】")
    result = part.value * 100 / total.value
    return Figure(result, (*part.cells, *total.cells), f"{rounded(result, _digits(digits)):f}%")


def growth(value: object, base: object, digits: object = 2) -> Figure:
    """Return how much a number grew against `base`: 增长1.08%, 下降3.20% or 持平."""
    new, old = as_figure(value), as_figure(base)
    if not old.value:
        raise ExpressionError("上年数是 0，不能计算增减百分比，请改写成增加多少件", "【上年为0】")
    result = (new.value - old.value) * 100 / old.value
    size = rounded(abs(result), _digits(digits))
    word = "持平" if new.value == old.value else f"{'增长' if result > 0 else '下降'}{size:f}%"
    return Figure(result, (*new.cells, *old.cells), word)


def thousands(value: object) -> Figure:
    """Return a number printed with thousands separators: 1,573,179."""
    figure = as_figure(value)
    whole, dot, decimals = format_decimal(figure.value, MAX_DECIMALS).partition(".")
    return Figure(figure.value, figure.cells, f"{int(whole):,}{dot}{decimals}")


def _digits(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= MAX_DECIMALS:
        raise TypeError(f"小数位数应为 0 至 {MAX_DECIMALS}")
    return value


# The filters of expressions and of templates, each by id and Chinese name.
FILTERS: dict[str, Callable[..., Figure]] = {
    "share": share, "占比": share, "growth": growth, "增幅": growth, "thousands": thousands,
    "千分位": thousands}
