"""Reports drawn as six kinds of sites show them, with what stands around a report there, and as WPS prints them."""

from html import escape

from reportgen.files.resources import fonts_folder

FURNITURE = ("首页", "政务公开", "当前位置：首页 > 政府信息公开年报", "分享到：微信 微博", "字号：大 中 小", "【打印本页】 【关闭窗口】",
             "上一篇：某局2018年部门预算", "下一篇：某局召开年中工作会议", "相关链接：", "主办：某市人民政府办公室　网站标识码：3201000001",
             "苏ICP备05000001号", "浏览次数：128")
ABOVE = "<div class=nav><ul><li><a>首页</a></li><li><a>政务公开</a></li></ul></div><div>当前位置：首页 &gt; 政府信息公开年报</div>"
BELOW = ("<div class=foot><p>主办：某市人民政府办公室　网站标识码：3201000001</p><p>苏ICP备05000001号</p></div>")
DATE = "2031-02-03"


def table(section, cells, inner=lambda text: text):
    """Draw a statutory table with its spans."""
    rows = []
    for row in section.rows:
        drawn = []
        for cell in row:
            text = cells.get(cell.path, "") if cell.path else cell.text
            spans = (f" colspan={cell.colspan}" if cell.colspan > 1 else "") + (f" rowspan={cell.rowspan}" if cell.rowspan > 1 else "")
            drawn.append(f"<td{spans}>{inner(escape(text))}</td>")
        rows.append(f"<tr>{''.join(drawn)}</tr>")
    return f"<table border=1>{''.join(rows)}</table>"


def parts(document, line, heading=None, inner=lambda text: text):
    """Yield the sections of a report, each as a list of pieces of a page; `line` draws a paragraph."""
    heading = heading or line
    yield [line(paragraph.text) for paragraph in document.preamble]
    last = document.sections[-1]
    for section in document.sections:
        pieces = [heading(section.heading)]
        pieces += [line(paragraph.text) for paragraph in section.before]
        if section.table:
            pieces.append(table(section, document.cells, inner))
        pieces += [line(paragraph.text) for group in (section.notes, section.after, section.paragraphs) for paragraph in group]
        if section is last and document.signature:
            pieces += [line(document.signature.name), line(document.signature.date)]
        yield pieces


def paragraph(text):
    return f"<p>　　{escape(text)}</p>"


def spanned(text):
    """Break a paragraph into runs, as editors of sites do."""
    half = len(text) // 2
    return f"<p style='text-indent:2em'><span><font>{escape(text[:half])}</font></span><span>{escape(text[half:])}</span></p>"


def page(body, title, head=""):
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}<title>{escape(title)}_年报_某市人民政府</title></head><body>{body}</body></html>"


def plain(document):
    """A heading and paragraphs, share buttons between them."""
    body = "".join(piece for part in parts(document, paragraph) for piece in part)
    return page(f"{ABOVE}<div class=main><h1>{escape(document.plain_title)}</h1><p>分享到：微信 微博</p><p>浏览次数：128</p>"
                f"<div>{body}</div><p>【打印本页】 【关闭窗口】</p></div>{BELOW}", document.plain_title)


def tagged(document):
    """The tags of 《政府网站发展指引》, the title apart from the article, paragraphs in runs."""
    body = "".join(piece for part in parts(document, spanned) for piece in part)
    head = (f"<meta name=ArticleTitle content='{escape(document.plain_title)}'><meta name=PubDate content='{DATE} 09:30'>"
            "<meta name=ContentSource content='某市政务公开办'><meta name=ColumnName content='年报'>")
    return page(f"{ABOVE}<div><div class=title>{escape(document.plain_title)}</div><div>来源：某市政务公开办　时间：{DATE} 09:30　字号：大 中 小</div>"
                f"<div class=TRS_Editor>{body}</div><p>相关链接：</p></div>{BELOW}", document.plain_title, head)


def carded(document):
    """A catalogue card as a table above the title."""
    body = "".join(piece for part in parts(document, spanned) for piece in part)
    card = ("<table><tr><td>索引号</td><td>0143/2031-00002</td><td>分类</td><td>年报</td></tr><tr><td>发布机构</td><td>某市政务公开办</td>"
            f"<td>公开日期</td><td>{DATE}</td></tr><tr><td>文号</td><td></td><td>关键词</td><td></td></tr></table>")
    return page(f"{ABOVE}<div>{card}</div><h1>{escape(document.plain_title)}</h1><div id=zoom>{body}</div>{BELOW}", document.plain_title)


def broken(document):
    """One element with line breaks, the card in lines of two entries."""
    body = "".join(piece for part in parts(document, lambda text: f"&nbsp;&nbsp;{escape(text)}<br>") for piece in part)
    card = f"索引号 : 0143/2031 文 号 :<br>主题分类: 发文单位: 某市政务公开办<br>名 称: {escape(document.plain_title)} 发布日期: {DATE}<br>"
    return page(f"{ABOVE}<h2>{escape(document.plain_title)}</h2><div>{card}</div><div class=content>{body}</div>{BELOW}", document.plain_title)


def in_frames(document):
    """Everything in tables that only lay the page out, with a list of other articles at the side and below."""
    body = "".join(piece for part in parts(document, paragraph) for piece in part)
    return page(f"<table><tr><td>{ABOVE}</td></tr><tr><td><table><tr><td><ul><li>某局2018年部门预算</li></ul></td><td><h1>{escape(document.plain_title)}</h1>"
                f"<div>{body}</div></td></tr></table></td></tr><tr><td><p>上一篇：某局2018年部门预算</p><p>下一篇：某局召开年中工作会议</p>{BELOW}</td></tr></table>",
                document.plain_title)


def in_wrappers(document):
    """Every section in an element of its own, the title only in the tags of the page."""
    wrapped = "".join(f"<section><div class=bd>{''.join(part)}</div></section>" for part in parts(document, paragraph))
    head = f"<meta name=ArticleTitle content='{escape(document.plain_title)}'><meta name=PubDate content={DATE}>"
    return page(f"{ABOVE}<article>{wrapped}</article><div><p>相关链接：</p><p>附件</p></div>{BELOW}", document.plain_title, head)


STYLES = (plain, tagged, carded, broken, in_frames, in_wrappers)
DATED = (tagged, carded, broken, in_wrappers)


def printed(document):
    """Return a page as WPS prints one: a white rectangle behind every line, page numbers, tables cut by pages."""
    def backed(text):
        return f"<span style='background:#fff'>{text}</span>"

    body = "".join(piece for part in parts(document, lambda text: f"<p>{backed(escape(text))}</p>", inner=backed) for piece in part)
    style = (f"@font-face{{font-family:Body;src:url({(fonts_folder() / 'fangsong.ttf').as_uri()})}}"
             "@page{size:A4;margin:3cm 2.6cm;@bottom-center{content:'- ' counter(page) ' -'}}body{font:16pt/29pt Body}"
             "p{text-indent:2em;margin:0;text-align:justify}h1{font-size:22pt;text-align:center}table{border-collapse:collapse;font-size:9pt;"
             "line-height:12pt;width:100%}td{border:.5pt solid #000}"
             # WeasyPrint sets what is left of a label that a page cuts outside of its cell, as no other program does;
             # rows that pages cut have a test of their own (tests/test_recognising.py).
             "tr{break-inside:avoid}")
    title = "<br>".join(map(escape, document.title))
    return f"<html><head><meta charset=utf-8><style>{style}</style></head><body><h1>{title}</h1>{body}</body></html>"
