"""The styles of the Word template, by which it is built and edited templates are judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reportgen.standard import layout


@dataclass(frozen=True)
class ParagraphStyle:
    """One paragraph style. Sizes and pitches in points, indents in characters of the body.

    `name` is what Word knows the style by; its built-in names are English. `outline` is the outline level
    from 0. `own_latin` says that digits and letters are set in the face too, not in the Latin one.
    """

    name: str
    face: str
    size: float
    pitch: float = layout.LINE_PITCH
    align: str = "both"
    indent: float = 0
    outline: int | None = None
    spacing: float = 0
    keep_next: bool = False
    own_latin: bool = False


BODY = "Body Text"
TITLE = "Title"
HEADINGS = {1: "heading 1", 2: "heading 2", 3: "heading 3", 4: "heading 4"}
LEADS = {2: "二级标题字", 3: "三级标题字", 4: "四级标题字"}
ATTACHMENT = "附件标识"
MARK = "发文机关标志"
NUMBER = "发文字号"
ADDRESSEE = "主送机关"
IMPRINT = "版记"
TABLE_TEXT = {"normal": "表格文字", "small": "表格小字"}
TABLE_HEAD = {"normal": "表格标题", "small": "表格小标题"}
TABLE_VALUE = {"normal": "表格数字", "small": "表格小数字"}
NOTE = "表格附注"
SIGNATURE = "落款"
PAGE_NUMBER = {"odd": "页码", "even": "双页页码"}
DRAFT = "送审稿标记"

_BODY: dict[str, Any] = {"size": layout.BODY_SIZE, "spacing": layout.LETTER_SPACING}

PARAGRAPH_STYLES = (
    ParagraphStyle(BODY, "fangsong", indent=layout.INDENT, **_BODY),
    ParagraphStyle(TITLE, "xiaobiaosong", layout.TITLE_SIZE, layout.TITLE_PITCH, "center"),
    ParagraphStyle(HEADINGS[1], "heiti", indent=layout.INDENT, outline=0, keep_next=True, **_BODY),
    ParagraphStyle(HEADINGS[2], "kaiti", indent=layout.INDENT, outline=1, keep_next=True, **_BODY),
    ParagraphStyle(HEADINGS[3], "fangsong", indent=layout.INDENT, outline=2, keep_next=True, **_BODY),
    ParagraphStyle(HEADINGS[4], "fangsong", indent=layout.INDENT, outline=3, keep_next=True, **_BODY),
    # The number as well (7.3.7).
    ParagraphStyle(ATTACHMENT, "heiti", align="left", own_latin=True, **_BODY),
    ParagraphStyle(MARK, "xiaobiaosong", layout.MARK_SIZES[1], layout.MARK_SIZES[1], "center"),
    ParagraphStyle(NUMBER, "fangsong", align="center", **_BODY),
    ParagraphStyle(ADDRESSEE, "fangsong", align="left", **_BODY),
    ParagraphStyle(IMPRINT, "fangsong", layout.IMPRINT_SIZE, layout.IMPRINT_PITCH, "left"),
    *(ParagraphStyle(names[size], face, points, round(points * layout.TABLE_LEADING, 1), align)
      for names, face, align in ((TABLE_TEXT, "fangsong", "left"), (TABLE_HEAD, "heiti", "center"),
                                 (TABLE_VALUE, "fangsong", "center"))
      for size, points in layout.TABLE_SIZE.items()),
    ParagraphStyle(NOTE, "fangsong", layout.NOTE_SIZE, layout.NOTE_PITCH, "left"),
    ParagraphStyle(SIGNATURE, "fangsong", align="left", **_BODY),
    ParagraphStyle(PAGE_NUMBER["odd"], "songti", layout.PAGE_NUMBER_SIZE, layout.PAGE_NUMBER_SIZE, "right"),
    ParagraphStyle(PAGE_NUMBER["even"], "songti", layout.PAGE_NUMBER_SIZE, layout.PAGE_NUMBER_SIZE, "left"),
    ParagraphStyle(DRAFT, "heiti", layout.PAGE_NUMBER_SIZE, layout.PAGE_NUMBER_SIZE, "center"),
)

# After these comes the body, where somebody goes on writing in Word.
FOLLOWED_BY_BODY = frozenset((BODY, TITLE, *HEADINGS.values(), ADDRESSEE, NOTE))

STANDARD_STYLES = {style.name: style for style in PARAGRAPH_STYLES}

# The run-in headings are character styles; level 2 is 楷体, levels 3 and 4 are set as the body (7.3.3).
CHARACTER_STYLES = {LEADS[2]: "kaiti", LEADS[3]: "fangsong", LEADS[4]: "fangsong"}

# What the writer itself sets, so that a template without one of them cannot be used.
WRITTEN_STYLES = (BODY, *(HEADINGS[level] for level in (2, 3, 4)), *LEADS.values(), ATTACHMENT, MARK, NUMBER,
                  ADDRESSEE,
                  IMPRINT, NOTE, SIGNATURE)
