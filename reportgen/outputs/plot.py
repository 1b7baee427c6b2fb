"""Draw charts with Matplotlib, in the report's fonts, so that they print in black and white.

Matplotlib is imported only here and only when a report has a chart. The words are outlines of the fonts, so
that the picture looks the same wherever it is shown.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportgen.findings import Origin, refuse
from reportgen.report.charts import Chart
from reportgen.standard import layout
from reportgen.standard.fonts import own_fonts, package_fonts

WIDTH = layout.TYPE_WIDTH / layout.MM_PER_POINT         # points
HEIGHT = layout.CHART_LINES * layout.LINE_PITCH
_DOTS = 600                                             # an inch, in Word files read by what knows no SVG
_GREY, _LINE = "0.6", 0.6                               # between black and white; points
# What Matplotlib says in a stylesheet of its own.
_DEFAULTS = 'stroke-linejoin="round" stroke-linecap="butt"'
# Parts of the picture's width: what Chinese labels of lying bars take a character, and the room for a value.
_CHARACTER, _VALUE = layout.CHART_SIZE / WIDTH, 0.12


@lru_cache(maxsize=32)
def svg(chart: Chart, fonts: Path | None = None) -> str:
    """Return a chart as an svg element; `fonts` is the user's folder of fonts.

    Raises InputError for fonts that cannot be used, and where Matplotlib is missing.
    """
    stream = io.BytesIO()
    with _style(chart, fonts):
        _figure(chart).savefig(stream, format="svg",
                               metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    text = stream.getvalue().decode("utf-8")
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", text[text.index("<svg"):],
                  flags=re.DOTALL)
    # In a page these would be styles of the page; as attributes they belong to the picture alone.
    text = re.sub(r' style="([^"]*)"', lambda found: _attributes(found[1]), text)
    text = text.replace("<svg ", f"<svg {_DEFAULTS} ", 1)
    # Several charts stand in one page.
    text = re.sub(r'( id="|href="#|url\(#)', rf"\g<1>{chart.id}-", text)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _attributes(style: str) -> str:
    pairs = (pair.partition(":") for pair in style.split(";") if pair.strip())
    return "".join(f' {name.strip()}="{value.strip()}"' for name, _, value in pairs)


@lru_cache(maxsize=32)
def png(chart: Chart, fonts: Path | None = None) -> bytes:
    """Return a chart as a PNG in shades of grey, for what shows no SVG; raises as `svg` does."""
    from PIL import Image

    with _style(chart, fonts):
        figure = _figure(chart)
        figure.set_dpi(_DOTS)
        figure.canvas.draw()
        canvas = figure.canvas
        picture = Image.frombytes("RGBA", canvas.get_width_height(), bytes(canvas.buffer_rgba())).convert("L")
    stream = io.BytesIO()
    picture.quantize(16, dither=Image.Dither.NONE).save(stream, format="png", optimize=True,
                                                        dpi=(_DOTS, _DOTS))
    return stream.getvalue()


def _style(chart: Chart, fonts: Path | None) -> Any:
    try:
        import matplotlib
    except ImportError as error:
        raise refuse(Origin("Matplotlib"),
                     "没有安装 Matplotlib，画不了图表；请运行 pip install matplotlib==3.11.2，"
                                           "或在数据文件的“图表”下面改写“否”") from error
    return matplotlib.rc_context({
        "font.family": _families(fonts), "font.size": layout.CHART_SIZE, "axes.unicode_minus": False,
        "svg.fonttype": "path", "svg.hashsalt": chart.id, "axes.linewidth": _LINE})


@lru_cache(maxsize=4)
def _families(folder: Path | None) -> tuple[str, ...]:
    """Make the fonts of running text known to Matplotlib and return their families, Latin first."""
    from matplotlib import font_manager

    files = (own_fonts(folder) if folder else package_fonts()).files
    found = []
    for role in ("latin", "fangsong"):
        font_manager.fontManager.addfont(files[role])
        found.append(font_manager.get_font(files[role]).family_name)
    return tuple(found)


def _figure(chart: Chart) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72))
    FigureCanvasAgg(figure)
    labels = [bar.label for bar in chart.bars]
    values = [float(bar.value or 0) for bar in chart.bars]
    texts = [bar.text for bar in chart.bars]
    look: dict[str, Any] = {"color": _GREY, "edgecolor": "0", "linewidth": _LINE}
    if chart.upright:
        axes = figure.add_axes((0.06, 0.12, 0.88, 0.76))
        bars = axes.bar(labels, values, width=0.45, **look)
        axes.set_xlim(-0.6, len(labels) - 0.4)
        axes.tick_params(axis="x", length=0)
        axes.set_yticks([])
        axes.spines[["top", "left", "right"]].set_visible(False)
    else:
        left = 0.05 + _CHARACTER * max(map(len, labels))
        axes = figure.add_axes((left, 0.04, 1 - left - _VALUE, 0.92))
        bars = axes.barh(labels, values, height=0.55, **look)
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0)
        axes.set_xticks([])
        axes.spines[["top", "bottom", "right"]].set_visible(False)
    axes.bar_label(bars, labels=texts, padding=3)
    low, high = min(0.0, *values), max(1.0, *values)
    (axes.set_ylim if chart.upright else axes.set_xlim)(low, high)
    return figure
