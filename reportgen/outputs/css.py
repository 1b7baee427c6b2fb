"""Write what a user changed in the Word template as rules of the stylesheet and of the web page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from reportgen.standard import layout, styles
from reportgen.standard.fonts import FontSet, role_of
from reportgen.standard.look import Look, StyleLook

_HEADINGS = {1: "h1:not(.title)", 2: "h2", 3: "h3", 4: "h4"}
# Where each style of the Word template stands in report.html.
_PRINT = {
    styles.BODY: "p.body", styles.TITLE: "h1.title", styles.ATTACHMENT: "p.attachment", styles.MARK: "p.mark",
    styles.NUMBER: "p.document-number", styles.ADDRESSEE: "p.addressee", styles.IMPRINT: ".imprint p",
    styles.NOTE: "p.note", styles.SIGNATURE: ".signature p",
    **{name: _HEADINGS[level] for level, name in styles.HEADINGS.items()},
    **{name: f".lead{level}" for level, name in styles.LEADS.items()},
    **{name: f"table.{size} th.row, table.{size} th.corner" for size, name in styles.TABLE_TEXT.items()},
    **{name: f"table.{size} th:not(.row):not(.corner)" for size, name in styles.TABLE_HEAD.items()},
    **{name: f"table.{size} td" for size, name in styles.TABLE_VALUE.items()},
}
# Where they stand in the margins of a page.
_MARGINS = {styles.PAGE_NUMBER["odd"]: (":right", "@bottom-right"),
            styles.PAGE_NUMBER["even"]: (":left", "@bottom-left"), styles.DRAFT: ("draft", "@top-center")}
# And in web.html, whose own sizes follow the screen.
_WEB = {
    styles.BODY: "main p", styles.TITLE: "h1", styles.ADDRESSEE: "p.plain", styles.NOTE: "p.note",
    styles.SIGNATURE: ".signature p", **{name: f"h{level + 1}" for level, name in styles.HEADINGS.items()},
    **dict.fromkeys(styles.TABLE_TEXT.values(), "th.row, th.corner"),
    **dict.fromkeys(styles.TABLE_HEAD.values(), "th:not(.row):not(.corner)"),
    **dict.fromkeys(styles.TABLE_VALUE.values(), "td"),
}
# What 1 rem of the web page is in points of the report, as 3号 is set there in 1.0625 rem.
_REM = layout.BODY_SIZE / 1.0625


def print_rules(look: Look, fonts: FontSet) -> str:
    """Return the rules for report.css, in the fonts that there are."""
    rules = [*_page_rules(look)]
    for name, one in look.styles.items():
        declarations = "; ".join(_declarations(one, fonts.family(one.font, one.own_digits), _points))
        if not declarations:
            continue
        if name in _MARGINS:
            page, box = _MARGINS[name]
            rules.append(f"@page {page} {{ {box} {{ {declarations} }} }}")
        else:
            rules.append(f"{_PRINT[name]} {{ {declarations} }}")
    return "\n".join([*rules, *_following(look)])


def _page_rules(look: Look) -> Iterator[str]:
    page, standard = look.page, Look().page
    if page != standard:
        sides = " ".join(f"{side}mm" for side in (page.top, page.right, page.bottom, page.left))
        yield f"@page {{ size: {page.width}mm {page.height}mm; margin: {sides} }}"
        # A table is as wide as its columns, in the middle of a line of another width.
        yield f"table {{ margin-left: {round((page.type_width - layout.TYPE_WIDTH) / 2, 3)}mm }}"
        yield f".imprint .foot {{ width: {page.type_width}mm }}"


def _following(look: Look) -> Iterator[str]:
    """Yield the distances that are empty lines of a style in the Word template."""
    pitches = {name: one.pitch for name, one in look.styles.items() if "pitch" in one.changed}
    title = look.styles.get(styles.TITLE)
    if styles.BODY in pitches or (title and "after" in title.changed):
        after = pitches.get(styles.BODY, layout.LINE_PITCH) + (title.after if title else 0)
        yield f"h1.title {{ margin-bottom: {_points(after)} }}"
    if styles.ADDRESSEE in pitches:
        pitch = pitches[styles.ADDRESSEE]
        yield f"p.attachment {{ margin-bottom: {_points(layout.ATTACHMENT_LINES * pitch)} }}"
        yield f"p.document-number {{ margin: {_points(layout.LETTERHEAD_LINES * pitch)} 0 }}"
    if styles.SIGNATURE in pitches:
        yield f".signature {{ margin-top: {_points(pitches[styles.SIGNATURE])} }}"


def web_rules(look: Look) -> str:
    """Return the rules for web.html, which names fonts and brings none along."""
    rules = []
    for name, one in look.styles.items():
        one = _without_indent(name, one)
        declarations = list(_declarations(one, _quoted(one.font), _ems(one.size)))
        colours = [text for text in declarations if text.startswith("color:")]
        rest = [text for text in declarations
                if not text.startswith(("color:", "font-size:", "line-height:"))]
        if "size" in one.changed:
            rest.append(f"font-size: {round(one.size / _REM, 4)}rem")
        if "pitch" in one.changed:
            rest.append(f"line-height: {round(one.pitch / one.size, 3)}")
        selector = _WEB.get(name)
        if selector and rest:
            rules.append(f"{selector} {{ {'; '.join(rest)} }}")
        if selector and colours:
            # On a dark screen the colours of paper cannot be read.
            rules.append(f"@media print, (prefers-color-scheme: light) {{ {selector} {{ {colours[0]} }} }}")
    if look.page != Look().page:
        sides = " ".join(f"{side}mm"
                         for side in (look.page.top, look.page.right, look.page.bottom, look.page.left))
        rules.append(f"@media print {{ @page {{ margin: {sides} }} }}")
    return "\n".join(rules)


def _without_indent(name: str, one: StyleLook) -> StyleLook:
    """Return a style whose first line is no change where it is indented by as many characters as ever."""
    standard = styles.STANDARD_STYLES.get(name)
    if standard and round(one.indent / (one.size + one.spacing), 2) == standard.indent:
        return replace(one, changed=one.changed - {"indent"})
    return one


def _declarations(one: StyleLook, family: str, length: Callable[[float], str]) -> Iterator[str]:
    changed = one.changed
    if changed & {"font", "own_digits"} and family:
        yield f"font-family: {family}"
    if "size" in changed:
        yield f"font-size: {_points(one.size)}"
    if "pitch" in changed:
        yield f"line-height: {_points(one.pitch)}"
    if "colour" in changed and re.fullmatch(r"[0-9A-F]{6}", one.colour):
        yield f"color: #{one.colour}"
    if "spacing" in changed:
        yield f"letter-spacing: {length(one.spacing)}"
    if "align" in changed:
        yield f"text-align: {one.align}"
    for name, property_ in (("indent", "text-indent"), ("left", "margin-left"), ("right", "margin-right"),
                            ("before", "margin-top"), ("after", "margin-bottom")):
        if name in changed:
            yield f"{property_}: {length(getattr(one, name))}"


def _quoted(font: str) -> str:
    """Return a font as a page names it; a name that is none is left out."""
    if not re.fullmatch(r"[\w \-]+", font):
        return ""
    generic = "sans-serif" if role_of(font) == "heiti" else "serif"
    return f'"{font}", {generic}'


def _ems(size: float) -> Callable[[float], str]:
    """Return what writes a length in points in ems of a size."""
    return lambda points: f"{round(points / size, 3):g}em"


def _points(points: float) -> str:
    return f"{round(points, 3):g}pt"
