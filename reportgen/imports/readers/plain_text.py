"""Read a report as text, as it is copied from a page, into blocks: a line is a paragraph."""

from __future__ import annotations

from itertools import groupby

from reportgen.imports.blocks import Blocks, Grid, Text

# So many lines in a row with cells between tabs are a table.
_FEWEST_ROWS = 3


def read_plain_text(content: bytes) -> Blocks:
    """Return the blocks of a text, in UTF-8, UTF-16 with its mark, or GBK."""
    blocks = Blocks()
    text = decoded(content)
    if "\ufffd" in text:
        blocks.said.append("有的字节认不出是什么字，请用 UTF-8 编码另存一份再读取")
    numbered = enumerate(text.splitlines(), 1)
    for tabbed, lines in groupby(numbered, key=lambda line: "\t" in line[1].strip("\t \u3000")):
        rows = list(lines)
        if tabbed and len(rows) >= _FEWEST_ROWS:
            cells = tuple(tuple(line.split("\t")) for _, line in rows)
            blocks.items.append(Grid(cells, f"第{rows[0][0]}行开始的表"))
        else:
            blocks.items += [Text(line, f"第{number}行") for number, line in rows]
    return blocks


def decoded(content: bytes) -> str:
    """Return the text of a file; what is in none of the encodings is marked."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")
