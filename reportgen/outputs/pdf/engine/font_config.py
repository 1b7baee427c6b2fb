"""Give WeasyPrint's layout the fonts that its stylesheet names, and no others."""

from __future__ import annotations

from functools import cache
from typing import Any

_DECLARATIONS = "FcConfig * FcConfigCreate (void);"


def closed_configuration() -> Any:
    """Return a configuration that knows no font of the machine.

    WeasyPrint's own takes a character that the stylesheet's fonts lack from whatever is installed: other
    bytes on another machine, and perhaps a font whose licence forbids it.
    """
    return _closed_class()()


@cache
def _closed_class() -> Any:
    from weasyprint.text import ffi
    from weasyprint.text.fonts import FontConfiguration

    ffi.ffi.cdef(_DECLARATIONS, override=True)

    # WeasyPrint has no types, so to mypy its class is Any.
    class ClosedConfiguration(FontConfiguration):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            config = ffi.fontconfig.FcConfigCreate()
            font_map = ffi.ffi.cast("PangoFcFontMap *", self.font_map)
            ffi.pangoft2.pango_fc_font_map_set_config(font_map, config)
            # The map has its own reference, as in the class above.
            ffi.fontconfig.FcConfigDestroy(config)
            self._config = config

    return ClosedConfiguration
