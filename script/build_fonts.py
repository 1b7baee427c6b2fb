"""Rebuild reportgen/fonts, or with --hanzi hanzi/reportgen_hanzi, from the named Debian and npm packages.

Needs a Debian or Ubuntu machine with apt-get, dpkg-deb, npm and fontTools. Every font is subset to
GB 2312, the 8105 characters of 《通用规范汉字表》 (Unihan kTGH) and the punctuation and signs of official
text, its vertical metrics are set to 0.88/0.12 em, its outlines are made quadratic and moved so that the ink
of hanzi and digits has its middle in the middle of the em box, and it is renamed, as the licences ask of
modified versions. The same packages give the same bytes; which they are, and their hashes, is in
script/fonts.toml.

The fonts of hanzi/ have the hanzi of GB 18030-2022 that those have not.

Usage: python script/build_fonts.py [--hanzi] [WORK_FOLDER]
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import hashlib
import logging
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from font_outlines import optical_centre, redraw, uneven
from fontTools import subset
from fontTools.ttLib import TTFont

from reportgen.standard.coverage import covered as covered_by_package
from reportgen.standard.fonts import CENTRE, LATIN_CODES, normalise_metrics

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "reportgen" / "fonts"
HANZI = ROOT / "hanzi" / "reportgen_hanzi"

PACKAGES = tomllib.loads((ROOT / "script" / "fonts.toml").read_text(encoding="utf-8"))["packages"]
DOCUMENTS = "deb/usr/share/doc"

# 1 January 2021 in seconds since 1904, the epoch of head.modified; any fixed moment will do.
FIXED_TIME = 3_692_304_000
DROPPED = ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF", "DSIG", "kern", "hdmx", "VDMX", "LTSH",
           "gasp", "cvt ", "fpgm", "prep", "STAT", "meta"]

ASCII = set(range(0x20, 0x7F))
PUNCTUATION = {ord(c) for c in (
    "·—…‘’“”〇〈〉《》「」『』【】〔〕〖〗、。〃々！＂＃％＆＇（）＊＋，－．／：；＜＝＞？＠［］＿｛｜｝～￥"
    "°±×÷−≤≥≠≈‰℃§№※→←↑↓○●◎△▲□■◆◇☆★√∶∽∑∏"
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ㎡㎥ \u3000\u00a0"
    "０１２３４５６７８９")} | set(range(0xFF21, 0xFF3B)) | set(range(0xFF41, 0xFF5B))
# What official prose uses beyond that: powers, money, measures, and numbers in circles, brackets and with a
# point; Greek letters for units.
SIGNS = {ord(c) for c in "¹²³•€£µ½¼¾′″∞‖∠∥∩∪∴∵∈℉㎎㎏㎜㎝㎞㏄☑✓"} | {
    code for first, last in ((0x2460, 0x249B), (0x2776, 0x277F), (0x3220, 0x3229), (0x3251, 0x325F),
                             (0x3280, 0x3289), (0x32B1, 0x32BF), (0x2160, 0x216B), (0x2170, 0x217B),
                             (0x391, 0x3A9), (0x3B1, 0x3C9)) for code in range(first, last + 1)}
# Two faces have the first ten alone, one of them taller than its line: all come from the rare face there.
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
DIGITS = {ord(c) for c in "0123456789"}


@dataclass(frozen=True)
class Source:
    """Where one built font comes from."""

    role: str
    family: str
    path: str
    licence: str
    characters: str = "hanzi"
    without: str = ""
    # What of it gets its middle in the middle of the em box.
    centred: str = "hanzi"


SOURCES = (
    Source("fangsong", "Reportgen FangSong", "deb/**/FandolFang-Regular.otf", "fandol",
           without="￥" + CIRCLED),
    Source("kaiti", "Reportgen KaiTi", "deb/**/arphic-gkai00mp/gkai00mp.ttf", "arphic", without=CIRCLED),
    Source("heiti", "Reportgen HeiTi", "npm/noto-sans-sc/**/NotoSansSC_500Medium.ttf", "noto-sans-sc"),
    Source("xiaobiaosong", "Reportgen XiaoBiaoSong", "npm/noto-serif-sc/**/NotoSerifSC_700Bold.ttf",
           "noto-serif-sc"),
    Source("latin", "Reportgen Latin", "npm/tinos/**/Tinos_400Regular.ttf", "tinos", characters="latin",
           centred="digits"),
    Source("songti", "Reportgen SongTi", "deb/**/FandolSong-Regular.otf", "fandol", characters="number",
           centred="digits"),
    Source("rare", "Reportgen Rare", "deb/**/LXGWWenKai-Light.ttf", "wenkai", characters="rare"),
)

# In the order in which they are asked for a character.
HANZI_SOURCES = (
    Source("hanzi1", "Reportgen Hanzi One", "deb/**/LXGWWenKai-Light.ttf", "wenkai", characters="others"),
    Source("hanzi2", "Reportgen Hanzi Two", "deb/**/BabelStoneHan.ttf", "babelstone", characters="others"),
    Source("hanzi3", "Reportgen Hanzi Three", "deb/**/HanaMinA.ttf", "hanazono", characters="others"),
    Source("hanzi4", "Reportgen Hanzi Four", "deb/**/HanaMinB.ttf", "hanazono", characters="others",
           centred="all"),
)
# GB 18030-2022, level 3: the unified ideographs of Unicode 11 and the twelve among the compatible ones.
GB18030 = frozenset(code for first, last in (
    (0x4E00, 0x9FEF), (0x3400, 0x4DB5), (0x20000, 0x2A6D6), (0x2A700, 0x2B734), (0x2B740, 0x2B81D),
    (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0)) for code in range(first, last + 1)) | {
    0xFA0E, 0xFA0F, 0xFA11, 0xFA13, 0xFA14, 0xFA1F, 0xFA21, 0xFA23, 0xFA24, 0xFA27, 0xFA28, 0xFA29}


def fetch(work: Path) -> None:
    """Download the packages into the folder `work`, unless they are there, and unpack them below it.

    Raises SystemExit where one is not what was pinned.
    """
    (work / "deb").mkdir(parents=True, exist_ok=True)
    for package, pinned in PACKAGES.items():
        archive = work / pinned["file"]
        debian = archive.suffix == ".deb"
        if not archive.exists():
            wanted = f"{package}{'=' if debian else '@'}{version(archive)}"
            get = ["apt-get", "download", "-qq"] if debian else ["npm", "pack", "--silent"]
            subprocess.run([*get, wanted], cwd=work, check=True)
        if hashlib.sha256(archive.read_bytes()).hexdigest() != pinned["sha256"]:
            raise SystemExit(f"{archive.name} is not the one of script/fonts.toml")
        if debian:
            subprocess.run(["dpkg-deb", "-x", archive, work / "deb"], check=True)
        else:
            with tarfile.open(archive) as opened:
                opened.extractall(work / "npm" / package.rpartition("/")[2], filter="data")


def version(archive: Path) -> str:
    """Return the version that the name of a package of Debian or npm says."""
    return archive.name.split("_")[1] if archive.suffix == ".deb" else archive.stem.rpartition("-")[2]


def standard_hanzi(work: Path) -> set[int]:
    """Return the code points of 《通用规范汉字表》, from Unihan's kTGH."""
    text = bz2.decompress(next(work.glob("deb/**/Unihan_OtherMappings.txt.bz2")).read_bytes()).decode()
    found = {int(m[1], 16) for m in re.finditer(r"^U\+([0-9A-F]+)\tkTGH\t", text, re.MULTILINE)}
    if len(found) != 8105:
        raise SystemExit(f"Unihan lists {len(found)} characters of 《通用规范汉字表》, not 8105")
    return found


def gb2312_hanzi() -> set[int]:
    """Return the 6763 hanzi of GB 2312-80."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return {ord(pair.decode("gb2312", "ignore") or "一") for pair in rows}


def common_hanzi() -> set[int]:
    """Return the 3755 hanzi of the first level of GB 2312-80, the common ones."""
    rows = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return {ord(pair.decode("gb2312", "ignore") or "一") for pair in rows}


def build(source: Source, work: Path, hanzi: set[int], folder: Path = FONTS) -> set[int]:
    """Write one font into a folder and return the code points that it covers."""
    path = next(work.glob(source.path))
    font = TTFont(path, recalcTimestamp=False)
    wanted = {
        "latin": ASCII | {code for first, last in LATIN_CODES for code in range(first, last + 1)},
        "number": DIGITS | {ord(" "), ord("—")},
        "hanzi": ASCII | PUNCTUATION | SIGNS | hanzi,
        "rare": PUNCTUATION | SIGNS | hanzi - gb2312_hanzi(),
        "others": hanzi,
    }[source.characters]
    # Before the font is cut down: the rare one has no common hanzi afterwards.
    measured = {"digits": DIGITS, "all": wanted}.get(source.centred) or common_hanzi()
    rise = CENTRE - optical_centre(font, measured)
    options = subset.Options(layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True,
                             drop_tables=[*subset.Options().drop_tables, *DROPPED], glyph_names=False)
    options.recalc_timestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=(wanted - {ord(c) for c in source.without}) & set(font.getBestCmap()))
    subsetter.subset(font)
    changes = f"moved by {rise:+.3f} em, dash drawn a full em" + (
        ", dots of the ellipsis evenly spaced" if uneven(font) else "")
    redraw(font, rise, CENTRE)
    normalise(font, source, path.name, changes)
    target = folder / f"{source.role}.ttf"
    font.save(target)
    return set(TTFont(target).getBestCmap())


def normalise(font: TTFont, source: Source, origin: str, changes: str) -> None:
    """Set one pair of vertical metrics and the new names in `font`, in place; `changes` are its outlines'."""
    normalise_metrics(font)
    os2 = font["OS/2"]
    os2.version = max(os2.version, 4)
    for field in ("sxHeight", "sCapHeight", "usDefaultChar", "usBreakChar", "usMaxContext"):
        if not hasattr(os2, field):
            setattr(os2, field, 0)
    for field in ("ulCodePageRange1", "ulCodePageRange2"):
        if not hasattr(os2, field):
            setattr(os2, field, 0)
    os2.fsSelection |= 1 << 7
    font["head"].created = font["head"].modified = FIXED_TIME
    name = font["name"]
    kept = [(record.nameID, record.toUnicode()) for record in name.names
            if record.nameID in (0, 13, 14) and record.platformID == 3 and record.langID == 0x409]
    notice = (f"Modified from {origin}: subset, hinting and layout tables removed, vertical metrics set "
              f"to 0.88 and 0.12 em, outlines quadratic and {changes}, "
              "renamed; by script/build_fonts.py of reportgen, 2026.")
    name.names = []
    postscript = source.family.replace(" ", "") + "-Regular"
    for ident, text in [*kept, (1, source.family), (2, "Regular"), (3, f"reportgen;{postscript}"),
                        (4, source.family), (5, "Version 1.000"), (6, postscript), (10, notice)]:
        name.setName(text, ident, 3, 1, 0x409)


def copy_hanzi_licences(work: Path) -> None:
    """Put the licences of the fonts of hanzi/ beside them."""
    target = HANZI / "licences"
    target.mkdir(exist_ok=True)
    for short, package in (("wenkai", "fonts-lxgw-wenkai"), ("babelstone", "fonts-babelstone-han"),
                           ("hanazono", "fonts-hanazono")):
        shutil.copyfile(work / DOCUMENTS / package / "copyright", target / f"{short}.txt")


def copy_licences(work: Path) -> None:
    """Put each font's licence beside it."""
    target = FONTS / "licences"
    target.mkdir(exist_ok=True)
    documents = work / DOCUMENTS
    (target / "fandol-README.txt").write_bytes((documents / "texlive-doc/fonts/fandol/README").read_bytes())
    (target / "fandol-GPL-3.txt").write_bytes(
        gzip.decompress((documents / "texlive-doc/fonts/fandol/COPYING.gz").read_bytes()))
    (target / "arphic-ARPHICPL.txt").write_bytes((documents / "fonts-arphic-gkai00mp/copyright").read_bytes())
    (target / "wenkai-OFL.txt").write_bytes((documents / "fonts-lxgw-wenkai/copyright").read_bytes())
    for short in ("noto-sans-sc", "noto-serif-sc", "tinos"):
        shutil.copyfile(work / "npm" / short / "package" / "LICENSE_FONT", target / f"{short}-OFL.txt")


def ranges(codes: set[int]) -> str:
    """Write code points as hexadecimal ranges: 20-7e,a0."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"{a:x}-{b:x}" if a != b else f"{a:x}" for a, b in runs)


def write_coverage(folder: Path, covered: dict[str, set[int]]) -> None:
    """Write the list of what each font of a folder covers."""
    lines = ["# Which code points each font covers; written by script/build_fonts.py.",
             *(f"{role}: {ranges(codes)}" for role, codes in covered.items())]
    (folder / "coverage.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    for role, codes in covered.items():
        print(f"{role:14}{len(codes):6} characters", file=sys.stderr)


def build_package(work: Path) -> None:
    """Build the fonts that travel with the package."""
    hanzi = standard_hanzi(work) | gb2312_hanzi()
    write_coverage(FONTS, {source.role: build(source, work, hanzi) for source in SOURCES})
    copy_licences(work)


def build_hanzi(work: Path) -> None:
    """Build the fonts of the hanzi that the package's have not; fails where one is in no font."""
    left = set(GB18030 - covered_by_package())
    covered = {}
    for source in HANZI_SOURCES:
        covered[source.role] = build(source, work, left, HANZI)
        left -= covered[source.role]
    if left:
        raise SystemExit(f"no font has {ranges(left)}")
    write_coverage(HANZI, covered)
    copy_hanzi_licences(work)


def main() -> None:
    """Fetch the packages, then build every font, its licence and the list of what they cover."""
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path, nargs="?", help="where packages are unpacked, and kept")
    parser.add_argument("--hanzi", action="store_true", help="build the fonts of hanzi/ instead")
    options = parser.parse_args()
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    work = options.work or Path(tempfile.mkdtemp(prefix="reportgen-fonts-"))
    fetch(work)
    if options.hanzi:
        build_hanzi(work)
    else:
        build_package(work)


if __name__ == "__main__":
    main()
