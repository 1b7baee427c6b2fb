"""Name all that we replace in WeasyPrint or reach into, with what each place has to look like for that.

A version is not asked for by its number: each contract is held against the version that is installed. Where
one of the look fails, there is no PDF; where one of speed fails, pages are printed without that tier, the
same and slower. REPORTGEN_SPEED=off switches it off.
"""

from __future__ import annotations

import contextlib
import enum
import importlib
import inspect
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from reportgen.outputs.pdf.engine.drawing import draw_filled, draw_said
from reportgen.outputs.pdf.engine.filling import justify_line, split_first_line, text_align
from reportgen.outputs.pdf.engine.start import few_names, font_sum, no_library

# With these the examples were built and compared; others serve where the contracts are kept.
TRIED = ("69.0", "70.0")
# The variable that switches the second tier off, and its value.
SPEED_SWITCH = ("REPORTGEN_SPEED", "off")


class Tier(enum.Enum):
    """What a contract is for: how pages look, how fast they are made, how fast WeasyPrint is imported."""

    LOOK = "look"
    SPEED = "speed"
    START = "start"


@dataclass(frozen=True)
class Contract:
    """A place in a library: what for, the first version seen with it, and what it has to look like.

    `place` is a module and a name in it; `parameters` are those of a function in their order, with * before
    those that a call may leave out; `names` are attributes that it has or that its code reads or sets.
    `ours` makes what stands in for it, from it; None where it is only called.
    """

    place: str
    tier: Tier
    why: str
    since: str
    parameters: str | None = None
    names: tuple[str, ...] = ()
    ours: Callable[[Any], Any] | None = None

    @property
    def where(self) -> str:
        """Return the place as people write it."""
        return self.place.replace(":", ".")

    def owner(self) -> tuple[Any, str]:
        """Return the object with the place as an attribute, and its name; AttributeError, ImportError."""
        module, _, path = self.place.partition(":")
        found: Any = importlib.import_module(module)
        *above, name = path.split(".")
        for one in above:
            found = getattr(found, one)
        return found, name

    def kept(self) -> bool:
        """Say whether the installed version has the place as it has to look like."""
        try:
            owner, name = self.owner()
            found = getattr(owner, name)
            if self.parameters is not None and _parameters(found) != self.parameters:
                return False
        except (AttributeError, ImportError, TypeError, ValueError):
            return False
        code = getattr(found, "__code__", None)
        used = {*code.co_names, *code.co_consts} if code else set()
        return all(name in used or hasattr(found, name) for name in self.names)


def _parameters(function: Any) -> str:
    return ", ".join(("" if one.default is one.empty else "*") + name
                     for name, one in inspect.signature(function).parameters.items())


def _instead(function: Callable[..., Any]) -> Callable[[Any], Any]:
    """Return what makes a stand-in of a function that takes the one that it stands in for first."""
    return lambda before: partial(function, before)


# What the tier of speed buys of a warm PDF is in docs/performance.md, each measured alone.
CONTRACTS = (
    Contract("weasyprint.layout.inline:split_first_line", Tier.LOOK,
             "Chinese lines end where GB/T 15834 lets them, and fill the line", "68.1",
             "text, style, context, max_width, justification_spacing, *is_line_start, *minimum",
             ours=_instead(split_first_line)),
    Contract("weasyprint.layout.inline:justify_line", Tier.LOOK,
             "what is left over of a line goes between its characters", "68.1", "context, line, extra_width",
             ours=_instead(justify_line)),
    Contract("weasyprint.layout.inline:text_align", Tier.LOOK,
             "the blank halves of marks hang out of the line", "68.1", "context, line, available_width, last",
             ours=_instead(text_align)),
    Contract("weasyprint.draw:draw_text", Tier.LOOK, "lines with wide gaps say their text", "68.1",
             "stream, textbox, offset_x, text_overflow, block_ellipsis", ours=_instead(draw_said)),
    Contract("weasyprint.text.line_break:Layout", Tier.LOOK,
             "our lines are a subclass, which the functions that draw text take", "68.1",
             "style, *justification_spacing, *max_width",
             ("setup", "get_first_line", "set_text", "deactivate", "reactivate")),
    Contract("weasyprint.text.line_break:line_size", Tier.LOOK, "how high a line of a font is", "68.1",
             "line, style"),
    Contract("weasyprint.text.ffi:pango", Tier.LOOK, "the glyphs of characters and their widths", "68.1",
             names=("pango_layout_get_baseline", "pango_layout_set_single_paragraph_mode",
                    "pango_layout_set_text", "pango_version", "PANGO_GLYPH_EMPTY",
                    "PANGO_GLYPH_UNKNOWN_FLAG")),
    Contract("weasyprint.document:Page.__init__", Tier.LOOK,
             "where things came to stand, before a page is written", "68.1", "self, page_box",
             ("_page_box",)),
    Contract("weasyprint.layout.absolute:AbsolutePlaceholder.__init__", Tier.LOOK,
             "what is absolutely placed stands behind this", "68.1", "self, box", ("_box",)),
    Contract("weasyprint.text.fonts:mkdtemp", Tier.LOOK, "fonts lie where libraries can open them", "68.1",
             "*suffix, *prefix, *dir"),
    Contract("weasyprint.pdf.fonts:md5", Tier.LOOK, "fonts are called the same with every version of Pango",
             "68.1", names=("__name__",), ours=_instead(font_sum)),
    Contract("weasyprint:Document.write_pdf", Tier.LOOK,
             "tags are completed before the PDF is written: a public hook", "68.1",
             "self, *target, *zoom, *finisher, options"),
    Contract("weasyprint.formatting_structure.boxes:TableCellBox", Tier.LOOK,
             "boxes know their place and what moves them", "69.0",
             names=("hit_area", "transformation_matrix", "is_table_wrapper", "is_absolutely_positioned",
                    "rounded_padding_box")),
    Contract("weasyprint.urls:URLFetcher", Tier.LOOK, "only the fonts are fetched: a public class", "68.1",
             names=("fetch",)),
    Contract("weasyprint.css:ColorProfile", Tier.LOOK, "the colour profile of PDF/A, from memory", "69.0",
             "file_object, src, rendering_intent, components"),
    Contract("pydyf:PDF.__init__", Tier.LOOK, "tags and tables are changed in these objects", "0.12.1",
             "self", ("objects", "catalog", "pages", "info", "reference")),
    Contract("pydyf:PDF.add_object", Tier.LOOK, "and some are added", "0.12.1", "self, object_"),
    Contract("pydyf:Stream.__init__", Tier.LOOK, "and streams are packed once", "0.12.1",
             "self, *stream, *extra, *compress", ("stream", "extra", "compress")),
    Contract("weasyprint.draw.text:draw_first_line", Tier.SPEED,
             "lines of known glyphs are drawn without Pango", "68.1",
             "stream, textbox, text_overflow, block_ellipsis, matrix", ours=_instead(draw_filled)),
    Contract("weasyprint:HTML.__init__", Tier.SPEED,
             "a page that is XML is parsed as such, and its tables can be taken out", "68.1",
             names=("wrapper_element", "etree_element")),
    Contract("weasyprint.images:get_image_from_uri", Tier.SPEED,
             "a table's stencil is a picture in the cache of pictures: a public option", "68.1",
             "cache, url_fetcher, options, url, *forced_mime_type, *context, *orientation"),
    Contract("weasyprint.pdf.stream:Stream.__init__", Tier.SPEED, "tables are recorded in a stream of ours",
             "68.1", "self, fonts, page_rectangle, resources, images, tags, color_profiles, output_intent, "
             "args, kwargs"),
    Contract("weasyprint.pdf.stream:Stream", Tier.SPEED, "and drawn into those of the pages", "68.1",
             names=("add_font", "set_alpha", "marked", "artifact", "set_text_matrix", "set_font_size",
                    "show_text")),
    Contract("weasyprint.draw:draw_stacking_context", Tier.SPEED, "what is recorded is drawn by this", "68.1",
             "stream, stacking_context"),
    Contract("weasyprint.stacking:StackingContext.from_box", Tier.SPEED, "and made of a table by this",
             "68.1", "box, page, *child_contexts"),
    Contract("weasyprint.pdf.fonts:Font.__init__", Tier.SPEED, "the fonts of a PDF know what they show",
             "68.1", "self, pango_font, description, font_size",
             ("hash", "family", "widths", "to_unicode")),
    Contract("cffi.cparser:Parser._parse", Tier.SPEED,
             "a type of C is parsed with the names in it, not with all that are declared", "2.1.1",
             "self, csource", ("_declarations",), ours=few_names),
    Contract("ctypes.util:find_library", Tier.START,
             "libraries are not looked for with a compiler, in processes of their own", "68.1", "name",
             ours=no_library),
)
_LOCK = threading.RLock()


@cache
def broken(tier: Tier) -> list[Contract]:
    """Return the contracts of a tier that the installed libraries do not keep."""
    return [one for one in CONTRACTS if one.tier is tier and not one.kept()]


def speed_off() -> str:
    """Return why pages are made without the tier of speed, in Chinese; empty where they are made with it."""
    name, off = SPEED_SWITCH
    if os.environ.get(name) == off:
        return f"环境变量 {name} 为 {off}"
    failing = broken(Tier.SPEED)
    return f"{'、'.join(one.where for one in failing)} 与本程序所用的不同" if failing else ""


def tiers() -> tuple[Tier, ...]:
    """Return the tiers that pages are made with."""
    return (Tier.LOOK,) if speed_off() else (Tier.LOOK, Tier.SPEED)


@contextlib.contextmanager
def patched(*wanted: Tier) -> Iterator[None]:
    """Have ours stand in for what the table names in these tiers, for as long as it takes; one at a time."""
    with _LOCK, contextlib.ExitStack() as after:
        for contract in CONTRACTS:
            if contract.tier in wanted and contract.ours is not None:
                owner, name = contract.owner()
                before = getattr(owner, name)
                after.callback(setattr, owner, name, before)
                setattr(owner, name, contract.ours(before))
        yield
