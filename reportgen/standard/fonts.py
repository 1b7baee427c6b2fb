"""Find the fonts of each role: those that travel with the package, or an agency's own official ones."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportgen.files import resources
from reportgen.files.scratch import temporary_folder
from reportgen.findings import Origin, refuse
from reportgen.standard import layout

# Vertical metrics of every embedded font, in em: equal ones keep the line pitch equal.
ASCENT, DESCENT = 0.88, 0.12
# The height above the baseline, in em, of the middle of the ink of hanzi and digits in the package's fonts:
# the middle of the em box, by which lines and cells are centred.
CENTRE = (ASCENT - DESCENT) / 2
# What the Latin face sets: digits, letters with accents (of pinyin too), what stands beside them (m², €300,
# №8, μg). Wider, it would take “ ” — … × and ÷ as well.
LATIN_CODES = ((0x20, 0x7E), (0xB2, 0xB3), (0xB5, 0xB5), (0xB9, 0xB9), (0xC0, 0xD6), (0xD8, 0xF6),
               (0xF8, 0x17F), (0x1CD, 0x1DC), (0x300, 0x30C), (0x391, 0x3A1), (0x3A3, 0x3A9), (0x3B1, 0x3C9),
               (0x20AC, 0x20AC), (0x2116, 0x2116))
LATIN_RANGE = ", ".join(f"U+{first:04X}-{last:04X}" for first, last in LATIN_CODES)

# How the official faces are called inside their files, by role.
OFFICIAL_NAMES = {
    "fangsong": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "方正仿宋_GBK", "方正仿宋简体"),
    "kaiti": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "方正楷体_GBK", "方正楷体简体"),
    "heiti": ("黑体", "SimHei", "方正黑体_GBK", "方正黑体简体"),
    "xiaobiaosong": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
}
_RESTRICTED = 0x0002  # OS/2 fsType: the licence forbids embedding


@dataclass(frozen=True)
class FontSet:
    """The font file of each role; `own` names the roles that the agency's own fonts fill.

    `extra` are fonts of other names that a Word template asks for, by name.
    """

    files: Mapping[str, Path]
    own: Mapping[str, str]
    extra: Mapping[str, Path] = field(default_factory=dict)

    def font_faces(self) -> str:
        """Return the @font-face rules, one family a file."""
        rules = []
        for role, path in self.files.items():
            unicode_range = f" unicode-range: {LATIN_RANGE};" if role == "latin" else ""
            rules.append(f'@font-face {{ font-family: "{_family(role)}"; '
                         f'src: url("{path.resolve().as_uri()}");{unicode_range} }}')
        for name, path in self.extra.items():
            rules.append(f'@font-face {{ font-family: "{_extra_family(name)}"; '
                         f'src: url("{path.resolve().as_uri()}"); }}')
        return "\n".join(rules)

    def families(self) -> dict[str, str]:
        """Return the CSS font-family list of each role.

        Latin letters and digits come from the Latin face, but in a title and a page number from its own. Rare
        hanzi come last, those of reportgen-hanzi after all.
        """
        latin, rare, heiti = (layout.FACES[role].family for role in ("latin", "rare", "heiti"))
        more = [family for role, family in layout.HANZI.items() if role in self.files]
        lists = {}
        for role, face in layout.FACES.items():
            first = [face.family] if role in layout.OWN_LATIN else [latin, face.family]
            names = [*first, heiti, rare] if role == "heiti" else [*first, rare, heiti]
            lists[role] = ", ".join(f'"{name}"' for name in dict.fromkeys([*names, *more]))
        return lists

    def family(self, font: str, own_digits: bool) -> str:
        """Return the CSS font-family list for a font named in a Word template, empty where there is none.

        With `own_digits` the font sets digits and letters as well.
        """
        role = role_of(font)
        if role is None and font not in self.extra:
            return ""
        first = layout.FACES[role].family if role else _extra_family(font)
        names = re.findall(r'"([^"]+)"', self.families()[role or "fangsong"])
        latin = layout.FACES["latin"].family
        if role is None:
            names.remove(layout.FACES["fangsong"].family)
        rest = [name for name in names if name not in (first, latin)]
        return ", ".join(f'"{name}"' for name in ([first, *rest] if own_digits else [latin, first, *rest]))

    def allowed(self) -> frozenset[Path]:
        """Return the files that the stylesheet may fetch."""
        return frozenset(path.resolve() for path in (*self.files.values(), *self.extra.values()))

    def signature(self) -> str:
        """Return a text that differs where any font does: the checksums in their tables (OpenType, otff)."""
        parts = [*self.files.items(), *self.extra.items()]
        return "\n".join(f"{name} {_directory(path)}" for name, path in parts)


def _extra_family(name: str) -> str:
    return "Reportgen Own " + re.sub(r"[^\w -]", "", name)


def _directory(path: Path) -> str:
    """Return the table directory of a font file, which has a checksum of every table."""
    with path.open("rb") as stream:
        head = stream.read(12)
        return hashlib.sha256(head + stream.read(16 * int.from_bytes(head[4:6]))).hexdigest()


def role_of(font: str) -> str | None:
    """Return the role of type that an official font fills, by any of its names."""
    return next((role for role, names in OFFICIAL_NAMES.items() if font in names), None)


def _family(role: str) -> str:
    return layout.HANZI[role] if role in layout.HANZI else layout.FACES[role].family


def package_fonts() -> FontSet:
    """Return the fonts that travel with the package."""
    return FontSet({path.stem: path for path in sorted(resources.fonts_folder().glob("*.[ot]tf"))}, {})


def with_hanzi(fonts: FontSet) -> FontSet:
    """Return fonts with those of reportgen-hanzi, where it is there."""
    folder = resources.hanzi_folder()
    more = {role: folder / f"{role}.ttf" for role in layout.HANZI} if folder else {}
    return replace(fonts, files={**fonts.files, **more})


def own_fonts(folder: Path, wanted: frozenset[str] = frozenset()) -> FontSet:
    """Return the package's fonts, replaced by the official ones in `folder`, and those `wanted` by name.

    Raises InputError where the folder is none, holds no official font, or one whose licence forbids
    embedding.
    """
    if not folder.is_dir():
        raise refuse(Origin(str(folder)), "找不到字体文件夹，请检查 --fonts")
    stats = ((path.name, path.stat()) for path in sorted(folder.iterdir()))
    return _own_fonts(folder, wanted, tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats))


@lru_cache(maxsize=4)
def _own_fonts(folder: Path, wanted: frozenset[str], version: tuple[tuple[str, int, int], ...]) -> FontSet:
    from fontTools.ttLib import TTFont, TTLibError

    base = package_fonts()
    # The adapted copies are needed for as long as the process may still typeset.
    copies = Path(temporary_folder("reportgen-fonts-"))
    files, own = dict(base.files), {}
    extra: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (".ttf", ".otf"):
            continue
        try:
            # Read whole, so that no file stays open.
            font = TTFont(io.BytesIO(path.read_bytes()), recalcTimestamp=False)
            names = {record.toUnicode() for record in font["name"].names if record.nameID in (1, 4, 6)}
        except (TTLibError, OSError, KeyError) as error:
            raise refuse(Origin(str(path)), "字体文件打不开，请换一份") from error
        role = next((role for role, known in OFFICIAL_NAMES.items() if names & set(known)), None)
        asked = next(iter(sorted(names & wanted)), None)
        if (role is None or role in own) and (asked is None or asked in extra):
            continue
        if font["OS/2"].fsType & 0x000F == _RESTRICTED:
            raise refuse(Origin(str(path)),
                         "这款字体的授权不允许嵌入 PDF，请换用可嵌入的版本，或移出这个文件夹")
        normalise_metrics(font)
        number_glyphs(font)
        # Kerning would make the width of a character depend on those beside it.
        for table in {"GPOS", "kern"} & set(font.keys()):
            del font[table]
        copy = copies / f"{role or f'own{len(extra)}'}{path.suffix.lower()}"
        font.save(copy)
        if role is not None and role not in own:
            files[role], own[role] = copy, path.name
        elif asked is not None:
            extra[asked] = copy
    if not own and not extra:
        official = "、".join(names[0] for names in OFFICIAL_NAMES.values())
        raise refuse(Origin(str(folder)),
                     f"文件夹里没有找到公文字体（{official} 的 .ttf 或 .otf；不支持 .ttc）")
    return FontSet(files, own, extra)


def normalise_metrics(font: Any) -> None:
    """Set the vertical metrics that keep the line pitch equal, in place."""
    em = font["head"].unitsPerEm
    hhea, os2 = font["hhea"], font["OS/2"]
    hhea.ascent, hhea.descent, hhea.lineGap = round(ASCENT * em), -round(DESCENT * em), 0
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = hhea.ascent, hhea.descent, 0
    os2.usWinAscent, os2.usWinDescent = hhea.ascent, -hhea.descent


def number_glyphs(font: Any) -> None:
    """Give the glyphs of a CID-keyed CFF font their index as CID, in place; other fonts stay as they are.

    WeasyPrint writes indexes where a PDF has CIDs (ISO 32000-1, 9.7.4.2), so a font in which they differ
    would show other characters in some viewers and fail PDF/A.
    """
    if "CFF " not in font or not hasattr(font["CFF "].cff[0], "ROS"):
        return
    top = font["CFF "].cff[0]
    old = font.getGlyphOrder()
    new = [".notdef", *(f"cid{index:05d}" for index in range(1, len(old)))]
    names = dict(zip(old, new, strict=True))
    strings = top.CharStrings
    strings.charStrings = {names[name]: index for name, index in strings.charStrings.items()}
    for table in font["cmap"].tables:
        table.cmap = {code: names[name] for code, name in table.cmap.items()}
    font["hmtx"].metrics = {names[name]: metric for name, metric in font["hmtx"].metrics.items()}
    top.charset = new
    font.setGlyphOrder(new)
