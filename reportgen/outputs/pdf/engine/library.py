"""Load WeasyPrint, and give it the files that it may have: the fonts and a colour profile."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reportgen.outputs.pdf.engine.patches import TRIED, Tier, broken, patched
from reportgen.outputs.pdf.engine.plain_paths import font_folder, plain_file
from reportgen.outputs.pdf.engine.start import import_late


class EngineMissingError(Exception):
    """Say in Chinese what PDF output lacks on this machine and how to get it."""


@cache
def engine() -> Any:
    """Return the weasyprint module.

    Raises EngineMissingError where it, or a library that it needs, is not there, and where it is a version in
    which lines cannot be filled and tags not completed.
    """
    _libraries_found()
    try:
        with patched(Tier.START), _without_fonts(), warnings.catch_warnings():
            # There are none, because every font that is printed comes from the program or from its user.
            warnings.filterwarnings("ignore", "No fonts configured in FontConfig")
            weasyprint = import_late("weasyprint")
    except ImportError as error:
        raise EngineMissingError("没有安装 WeasyPrint，不能生成 PDF；请运行 pip install weasyprint。"
                                 "DOCX 不受影响") from error
    except OSError as error:
        raise EngineMissingError(
            "缺少 Pango 排版库，不能生成 PDF；Debian、Ubuntu、银河麒麟、统信请运行 "
            "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0，"
            "Windows 请在程序的源码文件夹里运行 pip install .[windows]，macOS 的装法见 README。"
            "DOCX 不受影响") from error
    from weasyprint.text import fonts

    fonts.mkdtemp = font_folder
    if failing := broken(Tier.LOOK):
        raise EngineMissingError(
            f"WeasyPrint {weasyprint.__version__} 的 {'、'.join(one.where for one in failing)} "
            "与本程序所用的不同，"
            f"不能排出合格的 PDF；请运行 pip install weasyprint=={TRIED[-1]}。DOCX 不受影响")
    return weasyprint


def _libraries_found() -> None:
    """Name the folder of the DLLs that a wheel brought."""
    found = find_spec("gstreamer_libs") if sys.platform == "win32" else None
    if found and found.submodule_search_locations:
        folder = str(Path(found.submodule_search_locations[0]) / "bin")
        os.environ.setdefault("WEASYPRINT_DLL_DIRECTORIES", folder)
        # A name with a full stop is looked up along the path, and loaded from the folder.
        os.environ["PATH"] = os.pathsep.join((folder, os.environ.get("PATH", "")))


@contextlib.contextmanager
def _without_fonts() -> Iterator[None]:
    """Have fontconfig know none of the system's fonts, for as long as it takes to load or configure it.

    A character that the stylesheet's fonts lack would be taken from whatever is installed: other bytes on
    another machine, and perhaps a font whose licence forbids it. So the machine's own configuration gives way
    even where somebody named it; programs that are started from this process have it again.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(plain_file(Path(__file__).with_name("fonts.conf")))
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def font_configuration() -> Any:
    """Return a configuration that knows the fonts that are added to it and none of the machine."""
    engine()
    from weasyprint.text.fonts import FontConfiguration

    process = os.getpid()

    # WeasyPrint has no types, so to mypy its class is Any.
    class Fonts(FontConfiguration):  # type: ignore[misc]
        def __del__(self) -> None:
            # A process that was forked from this one has the object too, and not the folder.
            if os.getpid() == process:
                super().__del__()

    with _without_fonts():
        return Fonts()


def pango_version() -> str:
    """Return the version of Pango that WeasyPrint found."""
    from weasyprint.text.ffi import pango

    version = pango.pango_version()
    return f"{version // 10000}.{version // 100 % 100}.{version % 100}"


def font_fetcher(allowed: frozenset[Path]) -> Any:
    """Return a fetcher that gives WeasyPrint the allowed font files and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    # By their addresses as the stylesheet has them, which may lead to a share.
    files = {path.as_uri(): path for path in allowed}

    # WeasyPrint has no types, so to mypy its class is Any.
    class FontFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> Any:
            if url not in files:
                raise ValueError(f"address not allowed: {url}")
            return URLFetcherResponse(url, files[url].read_bytes())

    return FontFetcher(allowed_protocols=("file",), allow_redirects=False)


def output_profile() -> Any:
    """Return the colour profile that PDF/A asks for.

    WeasyPrint would open its own for every document and leave it open; and it writes what the colour library
    makes of the profile, which differs from one time to the next, where this one writes the file as it is.
    """
    from weasyprint.css import ColorProfile

    raw = (resources.files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()

    class OutputProfile(ColorProfile):  # type: ignore[misc]
        content = raw

    return OutputProfile(io.BytesIO(raw), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))
