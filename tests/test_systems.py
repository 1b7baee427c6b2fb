"""What keeps the bytes of files the same on every system, and what a system may lack."""

import struct
import subprocess
import sys

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen

from reportgen.outputs.pdf.engine.cff import private_first
from reportgen.outputs.pdf.engine.start import font_sum


def test_what_new_versions_of_pango_say_of_kerning_changes_no_name():
    def same(description):
        return description

    assert font_sum(same, b"Reportgen FangSong #kern 1") == font_sum(same, b"Reportgen FangSong") == b"Reportgen FangSong"
    assert font_sum(same, b"Reportgen FangSong #kern 0") != b"Reportgen FangSong"


def test_a_font_that_has_no_outlines_of_this_kind_stays_as_it_is(tmp_path):
    pen = T2CharStringPen(500, None)
    pen.moveTo((0, 0))
    pen.lineTo((400, 700))
    pen.closePath()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.setupCFF("A", {}, {".notdef": pen.getCharString()}, {})
    builder.setupHorizontalMetrics({".notdef": (500, 0)})
    builder.setupHorizontalHeader()
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "a.otf")
    font = (tmp_path / "a.otf").read_bytes()
    assert private_first(font) == font
    assert private_first(b"\0\1\0\0" + bytes(8)) == b"\0\1\0\0" + bytes(8)


def cff(private_at, outlines_at, body):
    """Return dictionaries as HarfBuzz writes them, and what follows them."""
    top = b"\x1d" + struct.pack(">i", outlines_at) + b"\x11"
    fonts = b"\x1c" + struct.pack(">h", 4) + b"\x1d" + struct.pack(">i", private_at) + b"\x12"
    return top + fonts + body


def font_of(table):
    """Return an OpenType font of a CFF table and a head."""
    start = 12 + 2 * 16
    entries = b"CFF " + bytes(4) + struct.pack(">II", start + 56, len(table))
    entries += b"head" + bytes(4) + struct.pack(">II", start, 54)
    return b"OTTO" + struct.pack(">4H", 2, 32, 1, 0) + entries + bytes(56) + table


def test_both_layouts_of_outlines_become_one():
    old = font_of(cff(15 + 8, 15, b"outlines" + b"priv"))
    new = font_of(cff(15, 15 + 4, b"priv" + b"outlines"))
    assert private_first(new) == new
    moved = private_first(old)
    assert moved[100:] == new[100:]
    # A whole font adds up to a number of the format (OpenType, head).
    padded = moved + bytes(-len(moved) % 4)
    assert sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF == 0xB1B0AFBA


def test_a_python_without_tls_and_without_what_decrypts_sets_and_reads_pages(tmp_path):
    # A Python that lacks them: as in the folders of script/bundle, and under wine.
    program = """
import sys
for name in ("ssl", "_ssl", "pypdfium2", "cryptography"):
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
        assert plain_paths.font_folder(prefix="weasyprint-").startswith(str(shared / "weasyprint-"))
        font = own / "fonts.conf"
        font.write_text("<fontconfig/>", encoding="utf-8")
        assert plain_paths.plain_file(font) == font
        monkeypatch.setattr(plain_paths.sys, "platform", "win32")
        copied = plain_paths.plain_file(font)
        assert str(copied).startswith(str(shared))
        assert copied.read_bytes() == font.read_bytes()
    finally:
        plain_paths._plain_parent.cache_clear()
