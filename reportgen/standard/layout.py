"""The numbers of the official layout, once; the Word template and the stylesheet both take them from here.

Source, unless a line says otherwise: GB/T 9704-2012 《党政机关公文格式》, with the clause beside each number.
Lengths are in millimetres, type sizes in points.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

MM_PER_POINT = 25.4 / 72

# Page, 5.1 and 5.2.1: A4, 天头 37 mm, 订口 28 mm, 版心 156 mm × 225 mm.
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
MARGIN_TOP, MARGIN_LEFT = 37.0, 28.0
TYPE_WIDTH, TYPE_HEIGHT = 156.0, 225.0
MARGIN_RIGHT = PAGE_WIDTH - MARGIN_LEFT - TYPE_WIDTH
MARGIN_BOTTOM = PAGE_HEIGHT - MARGIN_TOP - TYPE_HEIGHT

# Grid, 5.2.3: 22 lines of 28 characters fill the 版心.
LINES, CHARACTERS = 22, 28
# 22 × 29 pt is more than 225 mm, so the pitch is the height divided, in Word's twentieths of a point.
LINE_PITCH_TWIPS = int(TYPE_HEIGHT / LINES / MM_PER_POINT * 20)
LINE_PITCH = LINE_PITCH_TWIPS / 20
# 28 × 16 pt is more than 156 mm; a quarter point less between characters is the nearest that Word can write
# and that leaves 28 on a line.
LETTER_SPACING = -0.25

# Sizes: 5.2.2 body 3号, 7.3.1 title 2号, 7.5 page number 4号; tables 五号 and 小五 by custom.
BODY_SIZE = 16.0
TITLE_SIZE = 22.0
TITLE_PITCH = LINE_PITCH    # custom: the lines of the title stand on the grid like all others
PAGE_NUMBER_SIZE = 14.0
TABLE_SIZE = {"normal": 10.5, "small": 9.0}
TABLE_LEADING = 1.1         # line height in tables, in parts of the size
NOTE_SIZE = 10.5
NOTE_PITCH = 16.0           # custom
CHARACTER = BODY_SIZE + LETTER_SPACING
INDENT = 2                  # 7.3.3: characters that a paragraph's first line is indented

# Page number, 7.5: the dash 7 mm below the 版心, one character in from the outer edge.
PAGE_NUMBER_DROP = 7.0
DRAFT_MARK_RISE = 12.0      # custom: how far the mark of a draft stands above the 版心

# Signature, 7.3.5.2: two characters from the right; the date two characters right of the agency's first.
SIGNATURE_INSET = 2
# With a seal, 7.3.5.1: the date four characters from the right, the agency in the middle above it; the top of
# the seal within a line of the text. A seal of 42 mm, as counties and cities have it, takes four lines, of
# which the third and fourth are agency and date.
SEAL_INSET = 4
SEAL_LINES = 2
# 签发人, 7.2.6: one character from the right, two names a line; 发文字号 then one character from the left.
SIGNERS_INSET = 1
SIGNERS_LABEL = "签发人："
SIGNERS_PER_LINE = 2

# Letterhead, 7.2.4: 发文机关标志 35 mm below the top of the 版心; 7.2.5: 发文字号 two lines below it; 7.2.7:
# the red line 4 mm below that; 7.3.1: the title two lines below the line; 7.3.2: 主送机关 one line below the
# title.
MARK_DROP = 35.0
MARK_SIZES = (22.0, 54.0)   # custom: points, as large as one line allows between these
LETTERHEAD_LINES = 2
RED_LINE_GAP = 4.0
# From the foot of a line of the body up to the ink of 发文字号, as the faces have it.
LINE_FOOT = 2.43
RED_LINE_PADDING = round(RED_LINE_GAP - LINE_FOOT, 2)
RED_LINE_WIDTH = 1.5        # custom, points
RED = "FF0000"
# 附件, 7.3.7: its heading on the first line, the title on the third.
ATTACHMENT_LINES = 1
# 版记, 7.4: outer rules 0.35 mm, inner ones 0.25 mm; 4号, one character in from both sides.
IMPRINT_SIZE = 14.0
IMPRINT_RULES = (0.35, 0.25)
IMPRINT_PITCH = 24.0        # custom, points
COPIES_INDENT = 3           # 7.4.2: lines after the first begin under the first name, after 抄送：

# Tables, custom: heights of rows in millimetres; those of 表三 follow from the page that it fills.
ROW_HEIGHT = {"normal": 8.4, "small": 7.2}
SMALLEST_ROW = {"normal": 6.8, "small": 5.6}
REMARK_LINES = {"normal": 2, "small": 1}    # a cell with its remark; a longer one becomes a note
CELL_AIR = 0.7              # mm, at least, between the lines of a label and the rules above and below
BLOCK_FILL = "E6E6E6"       # light grey behind 第二十条第（一）项, printable in black and white
RULE_WIDTH = 0.5            # points
CELL_PADDING = 0.8          # mm, left and right
VERTICAL_LEADING = 1.1      # distance of the characters of a vertical label, in parts of the size
VERTICAL_START = 0.3         # of a label in a table that no page holds: below the rule, in sizes
VERTICAL_MARK = (0.45, 0.6)     # how far its mark goes left and down from beside its character, in sizes
SMALLEST_FIGURE = 5.5       # points, 七号: a figure too wide for its cell is set smaller, down to this

# Charts, custom: as wide as the 版心; the height in lines of the body, so that the lines after it keep their
# places.
CHART_LINES = 6             # with a line for the caption of each, three fit a page of 22
CHART_SIZE = 10.5           # points, of the words in it and of its caption


@dataclass(frozen=True)
class FontRole:
    """One role of type: the official face that the DOCX names and the built font that the PDF embeds.

    `others` are faces that stand in for the official one where it is not installed, `kind` is its family in
    Word's terms.
    """

    role: str
    official: str
    family: str
    others: tuple[str, ...] = ()
    kind: str = "auto"


# 7.3 names 仿宋, 楷体, 黑体 and 小标宋; the Word names are those of the faces that offices install.
FACES = {
    "fangsong": FontRole("fangsong", "仿宋_GB2312", "Reportgen FangSong",
                         ("仿宋", "FangSong", "华文仿宋"), "modern"),
    "kaiti": FontRole("kaiti", "楷体_GB2312", "Reportgen KaiTi", ("楷体", "KaiTi", "华文楷体"), "modern"),
    "heiti": FontRole("heiti", "黑体", "Reportgen HeiTi", ("SimHei",), "modern"),
    "xiaobiaosong": FontRole("xiaobiaosong", "方正小标宋简体", "Reportgen XiaoBiaoSong",
                             ("方正小标宋_GBK", "华文中宋", "SimSun")),
    "songti": FontRole("songti", "宋体", "Reportgen SongTi", ("SimSun",)),
    "latin": FontRole("latin", "Times New Roman", "Reportgen Latin", kind="roman"),
    "rare": FontRole("rare", "", "Reportgen Rare"),
}

# The families of reportgen-hanzi by the names of their files, in the order in which they are asked.
HANZI = {"hanzi1": "Reportgen Hanzi One", "hanzi2": "Reportgen Hanzi Two",
         "hanzi3": "Reportgen Hanzi Three", "hanzi4": "Reportgen Hanzi Four"}

# A title's digits are set in its own face, by custom: beside its heavy hanzi the Latin face would look thin.
# Those of the page number are half-width 宋体, 7.5.
OWN_LATIN = frozenset({"xiaobiaosong", "songti"})


def signature_indents(name: str, date: str, characters: int = CHARACTERS) -> tuple[float, float]:
    """Return how far from the left edge of the 版心 name and date begin, in characters.

    A line has so many characters. GB/T 9704-2012, 7.3.5.2: the name ends two characters from the right and
    the date begins two characters after the name does; a date longer than the name ends two characters from
    the right, and the name moves left with it.
    """
    edge = characters - SIGNATURE_INSET
    start = edge - text_width(name)
    if text_width(date) > text_width(name):
        start = edge - text_width(date) - INDENT
    start = max(start, 0.0)
    return start, start + INDENT


def sealed_indents(name: str, date: str, characters: int = CHARACTERS) -> tuple[float, float]:
    """Return how far from the left edge name and date of a sealed signature begin, in characters (7.3.5.1).

    The name stands in the middle above the date; one that would leave the line moves left as far as needed.
    """
    edge = characters - SEAL_INSET
    widths = text_width(name), text_width(date)
    if not date:
        return max(edge - widths[0], 0.0), 0.0
    start = max(edge - widths[1], 0.0)
    middle = start + (widths[1] - widths[0]) / 2
    return max(min(middle, characters - widths[0]), 0.0), start


def signer_lines(signers: str) -> tuple[tuple[str, str], ...]:
    """Return the names of 签发人, parted by 、 or spaces, in lines, and what stands before each (7.2.6).

    Names of two characters are spread to three, so that those of several lines stand below each other.
    """
    names = [f"{name[0]}\u3000{name[1]}" if len(name) == 2 else name
             for name in re.split(r"[、，,\s]+", signers) if name]
    lines = [names[at:at + SIGNERS_PER_LINE] for at in range(0, len(names), SIGNERS_PER_LINE)]
    width = max(map(len, names), default=0)
    written = ["\u3000".join([*(name.ljust(width, "\u3000") for name in line[:-1]), line[-1]])
               for line in lines]
    labels = (SIGNERS_LABEL, *["\u3000" * len(SIGNERS_LABEL)] * len(lines))
    return tuple(zip(labels, written, strict=False))


def figure_size(text: str, width: float, size: float) -> float:
    """Return the size in points, in Word's half points, at which a cell's text fits a width in millimetres.

    At most `size`. Chinese breaks anywhere, and an address in a remark where it has to, so only the digits
    and marks that stand together count; a result below SMALLEST_FIGURE cannot be read.
    """
    room = (width - 2 * CELL_PADDING) / MM_PER_POINT - RULE_WIDTH
    pieces = (piece for piece in re.findall(r"[!-~]+", text) if not re.search("[A-Za-z]", piece))
    widest = max(map(text_width, pieces), default=0.0)
    return size if widest * size <= room else int(room / widest * 2) / 2


def mark_size(text: str, width: float = TYPE_WIDTH) -> float:
    """Return the size in points at which a 发文机关标志 fills a line of a width in mm.

    In Word's half points.
    """
    smallest, largest = MARK_SIZES
    fitting = width / MM_PER_POINT / max(text_width(text), 1)
    return max(smallest, min(largest, int(fitting * 2) / 2))


def letterhead_rest(mark_size: float, lines: int) -> float:
    """Return the space in points with which a 版头 takes whole lines; it has so many `lines` of 签发人."""
    gaps = MARK_DROP / MM_PER_POINT + RED_LINE_PADDING / MM_PER_POINT + RED_LINE_WIDTH
    height = gaps + mark_size + (2 * LETTERHEAD_LINES + max(lines, 1)) * LINE_PITCH
    return round(grid_lines(height) * LINE_PITCH - height, 2)


def grid_lines(height: float) -> int:
    """Return how many lines of the grid a block of a height in points takes."""
    return math.ceil(round(height / LINE_PITCH, 3))


def copies_lines(text: str) -> int:
    """Return how many lines 抄送 takes in the 版记; a line more is better than one too few."""
    room = TYPE_WIDTH / MM_PER_POINT / IMPRINT_SIZE - 2
    if text_width(text) <= room:
        return 1
    return 1 + math.ceil((text_width(text) - room + 1) / (room - COPIES_INDENT - 1))


def text_width(text: str) -> float:
    """Return the width of a text in characters; ASCII takes half of one."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def numbers() -> dict[str, object]:
    """Return the numbers of the layout by name, as templates read them."""
    return {name: value for name, value in globals().items()
            if (name.isupper() and isinstance(value, int | float | str | tuple))
            or name in ("TABLE_SIZE", "ROW_HEIGHT")}
