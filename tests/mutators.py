"""Change files in the ways of their own formats: members and elements of packages, objects of PDFs, lines of texts.

`mutated(kind, data, draw)` makes a new file of one; `draw` is a random.Random, which decides everything.
"""

import io
import re
import struct
import zipfile
import zlib

from lxml import etree

NUMBERS = ("", "0", "-1", "1", "7", "99999999999", "2147483648", "1e999", "-0", "٣", "１", "x", "NaN", "0.5", "true", "9" * 400)
TEXTS = ("", "{{", "}}", "{{ x.y }}", "{% for a in [1] %}", "{% endfor %}", "{{p overview }}", "一、总体情况", "3,525", "-5", "　", "\u200b", "\u202e", "😀",
         "&#0;", "]]>", "2024", "某局2024年政府信息公开工作年度报告", "{{ 1/0 }}", "{{ loop.index }}", "}", "{", "%}", "“”", "印发", "\n", "件")
YAML = ("{{", "}}", ": ", "：", "|", ">", "- ", "&a", "*a", "!!str", "!", "\t", "#", "null", "~", "[", "]", "{", "}", '"', "'", "? ", "...", "---", "%YAML 1.1",
        "\x85", "\u2028", "\x00", "\ufeff", "\\x", "99999999999999999999", "-1", "1_000", "0x1F", "2024-13-40", "applications: {new: 3}\n", "空白: 0\n",
        "accepted:\n- {code: GJ01}\n", "applications:\n  result:\n    other: {natural: 1}\n", "notes: {remedies: x}\n", "{{ previous.applications.new.total }}",
        "{{ (1 }}", "{{ 1e999+1 }}", "\r\n", "\r", "  ", "year: 2019\n", "年度: 2024\n", "charts: {a: b}\n", "letterhead: 3\n", "agency: [x]\n", "@", "`", "=1+1")
HTML = ("<table>", "</table>", "<tr>", "<td>", "<td colspan=99999999>", "<td rowspan=0 colspan=-1>", "<!--", "-->", "<p>", "</p>", "<div>", "<svg>", "<math>", "<data value=1>",
        "<meta charset=gb2312>", "<br>", "&#x110000;", "&nbsp;", "<![CDATA[", "<template>", "<frameset>", "\x00", "<title>", "<td data-cell='a.b'>", "<a href='file:///etc/passwd'>x</a>",
        "<base href='http://192.0.2.1/'>", "<img src='http://192.0.2.1/a.png'>", "<u>", "<s>", "<ruby>", "<input>", "<ul><li>", "<h1>", "<?xml version='1.0'?>")
TAGS = ("{{ x }}", "{{ document.title }}", "{% if document %}", "{% endif %}", "{% for p in document %}", "{% endfor %}", "{% set a = 1 %}", "{{ 1/0 }}", "{{ document.title|sort }}",
        "{{ document.title|batch(0) }}", "{{ layout }}", "{{ range(9) }}", "{{ document.x.y }}", "{% macro f() %}", "{% endmacro %}", "{{ f() }}", "{# ", " #}", "{{ 'a' + 1 }}",
        "{{ [1]|first|round(2, 'x') }}", "{{ document.title|float|int }}", "{{ document|groupby('x') }}", "{{ -document }}", "{{ document.title[99] }}", "{{ {'a': 1}['b'] }}", "{{ [] | max }}",
        "{{ 'x'|truncate(-9) }}", "{{ document.title|map('upper')|list }}", "{{ loop }}", "{% block a %}{% endblock %}", "{% include 'x' %}", "{% filter upper %}", "{{ 2 ** 2 }}", "{{ 'a' < 1 }}")
CSS = ("text-decoration: underline", "text-decoration: line-through overline", "text-overflow: ellipsis; overflow: hidden; white-space: nowrap", "display: flex", "display: grid",
       "display: inline-block", "display: table-cell", "display: none", "float: left", "float: footnote", "position: absolute", "position: running(x)", "columns: 3", "width: 0", "height: -1mm", "font-size: 0",
       "font-size: 9999pt", "line-height: 0", "letter-spacing: 9em", "word-spacing: -9em", "text-align: justify-all", "text-align-last: justify", "white-space: pre", "writing-mode: vertical-rl", "direction: rtl",
       "hyphens: auto", "hyphenate-character: 'x'", "content: counter(page) target-counter(attr(href), page)", "content: url(http://192.0.2.1/)", "background: url(file:///etc/passwd)", "transform: rotate(0deg) scale(0)",
       "transform: matrix(0,0,0,0,0,0)", "break-before: page", "break-inside: avoid", "orphans: 99", "margin: 99999mm", "padding: 50%", "border: 9in double", "border-radius: 9mm", "box-decoration-break: clone",
       "opacity: 0", "z-index: -1", "overflow-wrap: anywhere", "block-ellipsis: auto; max-lines: 1; continue: discard", "font-feature-settings: 'vert'", "font-variant-caps: small-caps", "text-indent: -9em",
       "text-transform: full-width", "tab-size: 0", "grid-template-columns: repeat(9, 1fr)", "flex: 1 1 0", "size: 1mm 1mm", "bookmark-level: 1", "string-set: a content()", "visibility: collapse", "color: device-cmyk(0 0 0 1)",
       "background: linear-gradient(red, blue)", "image-resolution: 0dppx", "width: calc(1px / 0)", "width: var(--x)", "--x: var(--x)", "quotes: none", "list-style: disc inside", "border-collapse: separate", "table-layout: fixed",
       "text-underline-offset: 99em", "text-decoration-thickness: 50%", "vertical-align: -99em", "footnote-policy: line", "leader: dotted", "content: leader('.')", "margin-break: keep", "min-width: 9in", "max-height: 1px")
SELECTORS = ("p", "body", "html", "td", "table", "span", "*", "p::before", "p::first-letter", "p::first-line", "@page", "@page :first", "div", "h1", "svg", "tr:nth-child(odd)", "p::marker", "td > *", "p:has(span)", "@media print")
PDF_TOKENS = (b"null", b"true", b"-1", b"99999999999", b"[]", b"<<>>", b"/X", b"(x)", b"<00>", b"1 0 R", b"9999 0 R", b"4 0 R", b"0", b"1e9", b"[0 0 0 0]", b"/FlateDecode", b"/ASCIIHexDecode", b"/Identity-H", b"q", b"Q",
              b"BT", b"ET", b"Tj", b"TJ", b"Do", b"re", b"cm", b"Tf", b"0 0 0 0 0 0 cm", b"BI ID EI", b"BDC", b"EMC", b"' ", b'"', b"<<", b">>", b"]", b"[", b"(", b")", b"stream", b"endobj")


def mutated(kind, data, draw):
    """Return a file changed in one to four places."""
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3, 4))):
        data = _WAYS[kind](data, draw)
    return data[:4_000_000]


def _bytes(data, draw):
    """Flip, cut, repeat or overwrite bytes anywhere."""
    if not data:
        return b"x"
    at = draw.randrange(len(data))
    end = min(len(data), at + draw.choice((1, 2, 4, 16, 200)))
    way = draw.randrange(6)
    if way == 0:
        return data[:at] + bytes([data[at] ^ (1 << draw.randrange(8))]) + data[at + 1:]
    if way == 1:
        return data[:at]
    if way == 2:
        return data[:at] + data[end:]
    if way == 3:
        return data[:end] + data[at:]
    if way == 4:
        return data[:at] + draw.choice((b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\x7f")) + data[end:]
    other = draw.randrange(len(data))
    return data[:at] + data[other:other + end - at] + data[end:]


def _text(pieces):
    """Return the way to change a text line by line, with pieces of its language."""

    def change(data, draw):
        if draw.randrange(25) == 0:
            return _bytes(data, draw)
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        at = draw.randrange(len(lines))
        line = lines[at]
        place = draw.randint(0, len(line))
        way = draw.randrange(8)
        if way == 0:
            del lines[at:at + draw.choice((1, 1, 3, 20))]
        elif way == 1:
            lines.insert(draw.randrange(len(lines)), line)
        elif way == 2:
            other = draw.randrange(len(lines))
            lines[at], lines[other] = lines[other], line
        elif way == 3:
            lines[at] = " " * draw.randrange(9) + line.lstrip()
        elif way == 4:
            lines[at] = re.sub(r"[\w.]+", lambda found: draw.choice((found[0], found[0], draw.choice(pieces))), line)
        elif way == 5:
            lines[at] = line[:place]
        else:
            lines[at] = line[:place] + draw.choice(pieces) + line[place + draw.choice((0, 0, 0, 2, 9)):]
        return "\n".join(lines).encode("utf-8", "surrogateescape")

    return change


def _css(data, draw):
    if draw.randrange(3):
        rule = "; ".join(draw.choice(CSS) for _ in range(draw.choice((1, 1, 2, 4))))
        text = data.decode("utf-8", "surrogateescape")
        return (text + f"\n{draw.choice(SELECTORS)} {{ {rule} }}\n").encode("utf-8", "surrogateescape")
    return _text((*CSS, *SELECTORS, *TAGS, "{", "}", ";", "@import url(x);", "!important", "/*"))(data, draw)


def _xml(data, draw):
    """Change an element of a part, or its bytes where it is no XML."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return _bytes(data, draw)
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    one, other = draw.choice(elements), draw.choice(elements)
    parent = one.getparent()
    way = draw.randrange(10)
    if way == 0 and parent is not None:
        parent.remove(one)
    elif way == 1 and parent is not None:
        parent.append(_copy(one))
    elif way == 2 and other not in [one, *one.iterdescendants()]:
        other.append(_copy(one))
    elif way == 3 and one.attrib:
        del one.attrib[draw.choice(list(one.attrib))]
    elif way in (4, 5) and one.attrib:
        one.set(draw.choice(list(one.attrib)), draw.choice(NUMBERS))
    elif way == 6:
        one.text = draw.choice([text for text in (*TEXTS, *NUMBERS) if "\x00" not in text])
    elif way == 7:
        one.tag = other.tag
    elif way == 8:
        for child in list(one):
            one.remove(child)
    else:
        return _bytes(data, draw)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _copy(element):
    return etree.fromstring(etree.tostring(element, with_tail=False))


def _package(data, draw):
    """Change a member of a package, which members it has, or how they are packed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = [(one.filename, package.read(one)) for one in package.infolist()]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        return _bytes(data, draw)
    if not members or draw.randrange(14) == 0:
        return _bytes(data, draw)
    at = draw.randrange(len(members))
    large = [number for number, (name, _) in enumerate(members) if re.search(r"document\.xml$|sheet\d+\.xml|styles\.xml|numbering|workbook\.xml|sharedStrings", name)]
    if large and draw.randrange(3):
        at = draw.choice(large)
    name, content = members[at]
    way = draw.randrange(16)
    if way == 0:
        del members[at]
    elif way == 1:
        members[at] = (name, members[draw.randrange(len(members))][1])
    elif way == 2:
        members[at] = (draw.choice(("word/x.xml", "xl/x.xml", "../x", name.upper(), f"/{name}")), content)
    elif way == 3:
        members[at] = (name, draw.choice((b"", b"<a/>", b"\x00", b"<?xml version='1.0'?>", content[:len(content) // 2])))
    elif way == 4:
        members[at] = (name, content.replace(draw.choice((b"Target=", b"Id=", b"Type=", b"w:val=", b"r=", b"s=")), b"x=", 1))
    else:
        members[at] = (name, (_xml if re.search(r"\.(xml|rels)$", name) else _bytes)(content, draw))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in dict(members).items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    return stream.getvalue()


_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def _pdf(data, draw):
    """Change a stream as it is unpacked, or a token of an object."""
    way = draw.randrange(6)
    if way == 0:
        return _bytes(data, draw)
    streams = list(_STREAM.finditer(data))
    if way < 4 and streams:
        found = draw.choice(streams)
        try:
            inside = zlib.decompress(found[1])
        except zlib.error:
            inside = found[1]
        changed = _tokens(inside, draw) if draw.randrange(4) else _bytes(inside, draw)
        return data[:found.start(1)] + (zlib.compress(changed) if draw.randrange(8) else changed) + data[found.end(1):]
    plain = list(re.finditer(rb"obj\b(.*?)(?:stream|endobj)", data, re.DOTALL))
    if not plain:
        return _bytes(data, draw)
    found = draw.choice(plain)
    return data[:found.start(1)] + _tokens(found[1], draw) + data[found.end(1):]


def _tokens(data, draw):
    tokens = list(re.finditer(rb"[^\s\[\]<>()/]+|/[^\s\[\]<>()/]+|[\[\]()]|<<|>>|<[0-9A-Fa-f]*>", data))
    if not tokens:
        return draw.choice(PDF_TOKENS)
    found = draw.choice(tokens)
    new = draw.choice((b"", draw.choice(PDF_TOKENS), draw.choice(PDF_TOKENS), draw.choice(tokens)[0], found[0] + b" " + draw.choice(PDF_TOKENS)))
    return data[:found.start()] + new + data[found.end():]


def _records(data, draw):
    """Change a record of an old workbook (type and length of two bytes each), or a number in it."""
    if draw.randrange(2) or len(data) < 1024:
        return _bytes(data, draw)
    places, at = [], 512
    while at + 4 <= len(data):
        _, length = struct.unpack_from("<HH", data, at)
        if length > 8224:
            break
        places.append((at, length))
        at += 4 + length
    at, length = draw.choice(places or [(512, 0)])
    changed = bytearray(data)
    value = draw.choice((0, 1, 0x7FFF, 0xFFFF, 0x8000, draw.randrange(0x10000)))
    struct.pack_into("<H", changed, min(len(data) - 2, at + draw.choice((0, 2, 4, 4 + draw.randrange(max(length, 1))))), value)
    return bytes(changed)


_WAYS = {"data": _text(YAML), "into": _text(YAML), "html": _text(HTML), "page": _text((*HTML, *TAGS)), "web": _text((*HTML, *TAGS)), "css": _css, "form": _package, "xlsx": _package, "docx": _package,
         "edited": _package, "word": _package, "pdf": _pdf, "xls": _records}


def reduced(data, same, trials):
    """Return a file as small as it gets in so many trials while `same` holds: by members of a package, lines, bytes."""
    left = [trials]

    def holds(made):
        left[0] -= 1
        return same(made)

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = {one.filename: package.read(one) for one in package.infolist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        separator = b"\n" if data.count(b"\n") > 20 else b""
        return _shortened(data, separator, holds, left)
    if not holds(_packed(members)):
        return data
    for name in sorted(members, key=lambda name: -len(members[name])):
        fewer = {one: content for one, content in members.items() if one != name}
        if left[0] > 0 and holds(_packed(fewer)):
            members = fewer
    for name in sorted(members, key=lambda name: -len(members[name])):
        if left[0] > 0:
            members[name] = _fewer_elements(members[name], lambda content, name=name: holds(_packed({**members, name: content})), left)
    return _packed(members)


def _packed(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    return stream.getvalue()


def _fewer_elements(content, holds, left):
    """Take elements out of a part, the largest first."""
    try:
        root = etree.fromstring(content)
    except (etree.XMLSyntaxError, ValueError):
        return _shortened(content, b"", holds, left)
    for one in sorted((one for one in root.iter() if one is not root), key=lambda one: -sum(1 for _ in one.iter())):
        if left[0] <= 0:
            break
        parent = one.getparent()
        if parent is None or root not in [one, *one.iterancestors()]:
            continue
        at = parent.index(one)
        parent.remove(one)
        made = etree.tostring(root)
        if holds(made):
            content = made
        else:
            parent.insert(at, one)
    return content


def _shortened(data, separator, holds, left):
    pieces = data.split(separator) if separator else [data[at:at + 1] for at in range(len(data))]
    size = max(len(pieces) // 2, 1)
    while size and left[0] > 0:
        at = 0
        while at < len(pieces) and left[0] > 0:
            fewer = pieces[:at] + pieces[at + size:]
            if holds(separator.join(fewer)):
                pieces = fewer
            else:
                at += size
        size //= 2
    return separator.join(pieces)
