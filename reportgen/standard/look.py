"""How a Word template looks: its page and what differs in its known styles from the official layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.standard import layout, styles


@dataclass(frozen=True)
class StyleLook:
    """The look of a style; lengths in points.

    `changed` names what differs from the official layout, in the order of the fields. `font` is the name of
    the East Asian font, `own_digits` says that digits and letters are set in it too.
    """

    font: str
    own_digits: bool
    size: float
    colour: str
    spacing: float
    pitch: float
    align: str
    indent: float
    left: float
    right: float
    before: float
    after: float
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PageLook:
    """The page of a template in millimetres; `number_drop` is how far the dash stands below the 版心."""

    width: float = layout.PAGE_WIDTH
    height: float = layout.PAGE_HEIGHT
    top: float = layout.MARGIN_TOP
    right: float = layout.MARGIN_RIGHT
    bottom: float = layout.MARGIN_BOTTOM
    left: float = layout.MARGIN_LEFT
    number_drop: float = layout.PAGE_NUMBER_DROP

    @property
    def lines(self) -> int:
        """Return how many lines of the grid a page has."""
        return int((self.height - self.top - self.bottom) / layout.MM_PER_POINT / layout.LINE_PITCH)

    @property
    def type_width(self) -> float:
        """Return the width of the 版心."""
        return round(self.width - self.left - self.right, 3)


@dataclass(frozen=True)
class Look:
    """The look of a Word template: its page, its known styles by name, and what the PDF cannot take."""

    page: PageLook = PageLook()
    styles: Mapping[str, StyleLook] = field(default_factory=dict)
    untaken: tuple[str, ...] = ()

    def size(self, style: str) -> float:
        """Return the size of a style in points."""
        return self.styles[style].size if style in self.styles else styles.STANDARD_STYLES[style].size

    def pitch(self, style: str) -> float:
        """Return how far the lines of a style are apart, in points."""
        return self.styles[style].pitch if style in self.styles else styles.STANDARD_STYLES[style].pitch

    def characters(self, style: str) -> float:
        """Return how many characters of a style fill a line."""
        return self.page.type_width / layout.MM_PER_POINT / self.character(style)

    def character(self, style: str) -> float:
        """Return how far the characters of a style are apart, in points."""
        one = self.styles.get(style) or styles.STANDARD_STYLES[style]
        return one.size + one.spacing

    @property
    def fonts(self) -> frozenset[str]:
        """Return the fonts that are not the official ones of their style."""
        return frozenset(one.font for one in self.styles.values() if "font" in one.changed)


STANDARD = Look()
