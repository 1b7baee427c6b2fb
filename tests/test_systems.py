"""What keeps the bytes of files the same on every system, and what a system may lack."""

import errno
import os
import subprocess
import sys
import types
from pathlib import PureWindowsPath

import pytest
from conftest import ROOT

from reportgen.files.folders import common_folder, parts_below
from reportgen.files.hold import hold
from reportgen.outputs.pdf.engine.library import font_fetcher
from reportgen.outputs.pdf.engine.start import font_sum
from reportgen.standard.cell_text import fill_up


def test_what_new_versions_of_pango_say_of_kerning_changes_no_name():
    def same(description):
        return description

    assert font_sum(same, b"Reportgen FangSong #kern 1") == font_sum(same, b"Reportgen FangSong") == b"Reportgen FangSong"
    assert font_sum(same, b"Reportgen FangSong #kern 0") != b"Reportgen FangSong"


def test_a_python_without_what_decrypts_sets_and_reads_pages():
    # One is left out of the folders of script/bundle; the other does not load everywhere.
    program = """
import sys
for name in ("pypdfium2", "cryptography"):
    sys.modules[name] = None
from reportgen.outputs.pdf.engine.library import engine
engine()
from reportgen.files.pdf_library import pdfplumber
print(pdfplumber().open.__name__)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "open\n"


def test_a_user_named_in_chinese_has_a_folder_that_the_libraries_can_open(tmp_path, monkeypatch):
    from reportgen.outputs.pdf.engine import plain_paths

    own, shared = tmp_path / "张三", tmp_path / "ProgramData"
    own.mkdir()
    shared.mkdir()
    monkeypatch.setattr(plain_paths.tempfile, "gettempdir", lambda: str(own))
    monkeypatch.setenv("PROGRAMDATA", str(shared))
    plain_paths._plain_parent.cache_clear()
    try:
        font = own / "fonts.conf"
        font.write_text("<fontconfig/>", encoding="utf-8")
        assert plain_paths.plain_file(font) == font
        monkeypatch.setattr(plain_paths.sys, "platform", "win32")
        assert plain_paths.font_folder(prefix="weasyprint-").startswith(str(shared / "weasyprint-"))
        copied = plain_paths.plain_file(font)
        assert str(copied).startswith(str(shared))
        assert copied.read_bytes() == font.read_bytes()
    finally:
        plain_paths._plain_parent.cache_clear()


def test_fonts_of_the_machine_are_not_looked_at_even_where_somebody_names_them(tmp_path):
    named = tmp_path / "fonts.conf"
    named.write_text(f"<fontconfig><dir>{ROOT / 'reportgen' / 'fonts'}</dir><cachedir>{tmp_path}</cachedir></fontconfig>", encoding="utf-8")
    program = """
from weasyprint.text.ffi import fontconfig
from reportgen.outputs.pdf.engine.library import font_configuration
def known(config):
    return fontconfig.FcConfigGetFonts(config, fontconfig.FcSetSystem).nfont
print(known(fontconfig.FcInitLoadConfigAndFonts()), known(font_configuration()._config))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True,
                          env={**os.environ, "FONTCONFIG_FILE": str(named)})
    assert done.stdout == f"{len(list((ROOT / 'reportgen' / 'fonts').glob('*.ttf')))} 0\n"


def test_lengths_add_up_the_same_with_every_version_of_python():
    # Added from left to right, as Python did before 3.12, the last row is a twentieth of a point higher.
    assert fill_up([0.1] * 7, 5.425)[-1] == 0.75


@pytest.mark.parametrize(("paths", "top", "below"), [
    ((r"\\server\share\a\2024.yaml", r"\\server\share\b\2024.yaml"), "\\\\server\\share\\", [("a", "2024.yaml"), ("b", "2024.yaml")]),
    ((r"\\server\share\a\2024.yaml", r"\\server\other\2024.yaml"), None,
     [("server_share", "a", "2024.yaml"), ("server_other", "2024.yaml")]),
    ((r"C:\a\2024.yaml", r"D:\2024.yaml"), None, [("C", "a", "2024.yaml"), ("D", "2024.yaml")]),
    ((r"C:\Annual\a\2024.yaml", r"c:\annual\b\2024.yaml"), r"C:\Annual", [("a", "2024.yaml"), ("b", "2024.yaml")]),
    ((r"\\?\UNC\server\share\a\2024.yaml",), r"\\?\UNC\server\share\a", [("2024.yaml",)]),
])
def test_files_on_shares_and_drives_have_a_folder_each(paths, top, below):
    files = [PureWindowsPath(path) for path in paths]
    found = common_folder([file.parent for file in files])
    assert found == (PureWindowsPath(top) if top else None)
    assert [parts_below(file, found) for file in files] == below


def test_fonts_on_a_share_are_found():
    """Paths of a share have a server in their address."""
    class Font(PureWindowsPath):
        def read_bytes(self):
            return b"font"

    fetcher = font_fetcher(frozenset({Font(r"\\server\共享 1\fangsong.ttf")}))
    address = "file://server/%E5%85%B1%E4%BA%AB%201/fangsong.ttf"
    assert fetcher.fetch(address).read() == b"font"
    with pytest.raises(ValueError, match="not allowed"):
        fetcher.fetch(address.replace("server", "other"))


@pytest.mark.parametrize(("number", "made", "mine"), [
    (None, "xb", True), (errno.EACCES, "xb", False), (errno.EINVAL, "xb", True), (errno.EINVAL, "rb+", False)])
def test_a_share_that_knows_no_locks_stops_nobody(tmp_path, monkeypatch, number, made, mine):
    """A lock that somebody else has is told from a lock that cannot be had."""
    def locking(handle, mode, length):
        if number:
            raise OSError(number, "")

    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", types.SimpleNamespace(locking=locking, LK_NBLCK=2))
    path = tmp_path / "a"
    if made != "xb":
        path.write_bytes(b"")
    with path.open(made) as stream:
        assert hold(stream) is mine


def test_what_a_double_click_runs_on_windows_is_read_by_its_oldest_interpreter():
    """Without these line ends cmd loses its labels; what is not ASCII it reads in the code page of the machine."""
    scripts = sorted((ROOT / "script" / "bundle.d" / "start").glob("*.cmd"))
    assert [path.name for path in scripts] == ["page.cmd", "report.cmd", "reportgen.cmd"]
    for path in scripts:
        content = path.read_bytes()
        assert content.isascii()
        assert content.count(b"\n") == content.count(b"\r\n") == len(content.splitlines())
