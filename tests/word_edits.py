"""Edits of an issued Word file in Word's own ways: each says what must be told of it, nothing for one that changes no word.

An edit takes python-docx's document and a random number, changes the document, and returns what a message
must quote; None where it changes nothing that is printed.
"""

import copy

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.numbering import NumberingPart
from docx.shared import Pt
from docx.text.paragraph import Paragraph

W = nsdecls("w")
# What else is said of a section without text, and of a table whose labels or columns no longer are the format's.
EMPTIED = ("没有找到“", "没有读到")
UNREAD = ("没有认出来", "行没有读取：", "没有找到表", "没有读准", "与格式的行名不同", "不是格式里的")
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000"
                    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")


def element(text):
    return parse_xml(text.replace(">", f" {W}>", 1) if "/>" not in text.split(">", 1)[0] + ">" else text.replace("/>", f" {W}/>", 1))


def run(text, properties=""):
    return element(f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>')


def prose(document, number):
    """Return a paragraph of the body's prose."""
    found = [one for one in document.paragraphs if one.style.name == "Body Text" and len(one.text) > 12]
    return found[number % len(found)]


def headings(document):
    return [one for one in document.paragraphs if one.style.name == "Heading 1"]


def statutory(document, number):
    return document.tables[number % len(document.tables)]


def figure(document, number):
    """Return a cell with a figure, and the row's cells as XML."""
    cells = [cell for table in document.tables for cell in table._tbl.iter(qn("w:tc"))
             if "".join(one.text or "" for one in cell.iter(qn("w:t"))).isdigit()]
    return cells[number % len(cells)]


def typed(cell):
    return "".join(one.text or "" for one in cell.iter(qn("w:t")))


def put(cell, text):
    first, *others = cell.iter(qn("w:t"))
    first.text = text
    for one in others:
        one.text = ""


def split_runs(document, number):
    paragraph = prose(document, number)
    text = paragraph.runs[-1].text
    paragraph.runs[-1].text = text[:3]
    paragraph._p.append(element('<w:proofErr w:type="spellStart"/>'))
    for one in text[3:]:
        paragraph._p.append(run(one))


def set_in_bold(document, number):
    for one in prose(document, number).runs:
        one.bold, one.font.size = True, Pt(20)


def leave_empty_lines(document, number):
    prose(document, number).insert_paragraph_before("")


def numbering(document):
    """Return the root of numbering.xml, which Word adds with the first list."""
    try:
        return document.part.numbering_part.element
    except NotImplementedError:
        part = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, element("<w:numbering/>"), document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
        return part.element


def let_word_number_the_headings(document, number):
    root = numbering(document)
    root.insert(0, element('<w:abstractNum w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
                           '<w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'))
    root.append(element('<w:num w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for heading in headings(document):
        heading.runs[0].text = heading.runs[0].text[2:] if heading.runs[0].text[1:2] == "、" else heading.runs[0].text
        heading._p.get_or_add_pPr().append(element('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>'))


def let_word_number_the_prose(document, number):
    root = numbering(document)
    root.insert(0, element('<w:abstractNum w:abstractNumId="78"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
                           '<w:lvlText w:val="（%1）"/></w:lvl></w:abstractNum>'))
    root.append(element('<w:num w:numId="78"><w:abstractNumId w:val="78"/></w:num>'))
    for paragraph in document.paragraphs:
        if paragraph.style.name == "Body Text" and paragraph.text.startswith(("（一）", "（二）")):
            text = paragraph.text[3:]
            for one in paragraph.runs[1:]:
                one._r.getparent().remove(one._r)
            paragraph.runs[0].text = text
            paragraph._p.get_or_add_pPr().append(element('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="78"/></w:numPr>'))


def insert_tracked(document, number):
    prose(document, number)._p.append(element(f'<w:ins w:id="9" w:author="甲"><w:r><w:t>新增第{number}句。</w:t></w:r></w:ins>'))
    return f"新增第{number}句。"


def delete_tracked(document, number):
    paragraph = prose(document, number)
    text = paragraph.text
    deleted = element('<w:del w:id="8" w:author="甲"/>')
    for one in list(paragraph._p.iter(qn("w:r"))):
        for kept in one.iter(qn("w:t")):
            kept.tag = qn("w:delText")
        deleted.append(one)
    paragraph._p.append(deleted)
    return text[:10], *EMPTIED


def strike(document, number):
    paragraph = prose(document, number)
    paragraph._p.append(run(f"划去第{number}句。", "<w:strike/>"))
    return f"划去第{number}句。"


def hide(document, number):
    prose(document, number)._p.append(run(f"隐去第{number}句。", "<w:vanish/>"))
    return f"隐去第{number}句。"


def put_ruby(document, number):
    prose(document, number)._p.append(element(
        f"<w:r><w:ruby><w:rt><w:r><w:t>zhu{number}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>注</w:t></w:r></w:rubyBase></w:ruby></w:r>"))
    return f"zhu{number}", "注"


def put_symbol(document, number):
    prose(document, number)._p.append(element('<w:r><w:sym w:font="Wingdings 3" w:char="F07B"/></w:r>'))
    return "Wingdings 3", "〓"


def join_paragraphs(document, number):
    paragraph = prose(document, number)
    following = paragraph._p.getnext()
    if following is None or following.tag != qn("w:p"):
        return None
    text = Paragraph(following, paragraph._parent)
    if text.style.name != "Body Text" or not text.text:
        return None
    paragraph._p.get_or_add_pPr().append(element('<w:rPr><w:del w:id="7" w:author="甲"/></w:rPr>'))
    # Shown as gone where it stood, and as new in the paragraph that it is now part of.
    return frozenset((text.text[:10], paragraph.text[:10]))


def add_paragraph(document, number):
    paragraph = prose(document, number)
    paragraph.insert_paragraph_before(f"另起第{number}段，内容是新的。", style=paragraph.style)
    return f"另起第{number}段"


def remove_paragraph(document, number):
    paragraph = prose(document, number)
    text = paragraph.text
    paragraph._p.getparent().remove(paragraph._p)
    return text[:10], *EMPTIED


def change_a_figure(document, number):
    cell = figure(document, number)
    put(cell, "9417")
    return "9417"


def merge_cells(document, number):
    cell = figure(document, number)
    following = cell.getnext()
    if following is None or not typed(following).isdigit():
        return None
    one, other = typed(cell), typed(following)
    for child in list(following):
        if child.tag == qn("w:p"):
            cell.append(child)
    properties = cell.get_or_add_tcPr()
    for span in properties.findall(qn("w:gridSpan")):
        properties.remove(span)
    properties.insert(1, element('<w:gridSpan w:val="2"/>'))
    following.getparent().remove(following)
    return f"{one}⏎{other}", "与旁边的格合并了", "并格", *UNREAD


def change_a_label(document, number):
    cells = [cell for table in document.tables for cell in table._tbl.iter(qn("w:tc")) if len(typed(cell)) > 3 and not typed(cell).isdigit()]
    cell = cells[number % len(cells)]
    put(cell, f"{typed(cell)}改{number}号")
    return f"改{number}号", *UNREAD


def add_a_row(document, number):
    table = statutory(document, number)
    row = copy.deepcopy(table._tbl.tr_lst[-1])
    for cell in row.iter(qn("w:tc")):
        if next(cell.iter(qn("w:t")), None) is not None:
            put(cell, f"{number}03")
    table._tbl.append(row)
    return f"{number}03"


def add_a_column(document, number):
    table = statutory(document, number)
    for row in table._tbl.tr_lst:
        cell = copy.deepcopy(row.tc_lst[-1])
        for one in cell.iter(qn("w:vMerge"), qn("w:gridSpan")):
            one.getparent().remove(one)
        for one in cell.findall(qn("w:p"))[1:]:
            cell.remove(one)
        if next(cell.iter(qn("w:t")), None) is None:
            cell.find(qn("w:p")).append(run(""))
        put(cell, f"{number}04")
        row.append(cell)
    return f"{number}04", *UNREAD


def add_a_table(document, number):
    table = document.add_table(2, 2)
    prose(document, number)._p.addnext(table._tbl)
    table.cell(0, 0).text, table.cell(1, 1).text = f"补充第{number}表", f"{number}05"
    return f"补充第{number}表", f"{number}05"


def merge_cells_down(document, number):
    """Merge a figure with the one below it, as Word does: both numbers in the upper cell."""
    cells = [cell for table in document.tables for cell in table._tbl.iter(qn("w:tc")) if typed(cell).isdigit()]
    for cell in cells[number % len(cells):]:
        row = cell.getparent()
        below = row.getnext()
        place = len(row.tc_lst) - row.tc_lst.index(cell)
        lower = below.tc_lst[-place] if below is not None and len(below.tc_lst) >= place else None
        if lower is not None and typed(lower).isdigit():
            one, other = typed(cell), typed(lower)
            cell.append(copy.deepcopy(lower.find(qn("w:p"))))
            put(lower, "")
            cell.get_or_add_tcPr().append(element('<w:vMerge w:val="restart"/>'))
            lower.get_or_add_tcPr().append(element("<w:vMerge/>"))
            return f"{one}⏎{other}", "与旁边的格合并了", "并格", *UNREAD
    return None


def remove_a_row(document, number):
    rows = [row for table in document.tables for row in table._tbl.tr_lst if sum(typed(cell).isdigit() for cell in row.tc_lst) > 2]
    row = rows[number % len(rows)]
    label = next(typed(cell) for cell in row.tc_lst if typed(cell) and not typed(cell).isdigit())
    row.getparent().remove(row)
    return label[:12], "│".join(map(typed, row.tc_lst))[:20], *UNREAD


def remove_a_table(document, number):
    table = statutory(document, number)._tbl
    label = next(typed(cell) for cell in table.iter(qn("w:tc")) if len(typed(cell)) > 3)
    table.getparent().remove(table)
    return label[:12], *UNREAD


def add_a_footnote(document, number):
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    notes = f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>见第{number}号附表。</w:t></w:r></w:p></w:footnote></w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml", notes.encode(),
                document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    prose(document, number)._p.append(element('<w:r><w:footnoteReference w:id="2"/></w:r>'))
    return f"见第{number}号附表。"


def add_a_box(document, number):
    prose(document, number)._p.append(element(
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r>'
        f"<w:t>框里第{number}句</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"))
    return f"框里第{number}句"


def add_a_comment(document, number):
    paragraph = prose(document, number)
    document.add_comment(paragraph.runs[-1], f"请核实第{number}处", author="甲")
    return f"请核实第{number}处"


def add_a_picture(document, number):
    import io

    prose(document, number).add_run().add_picture(io.BytesIO(PNG))
    return "图片"


def change_the_header(document, number):
    document.sections[0].header.paragraphs[0].add_run(f"内部第{number}号")
    return f"内部第{number}号"


def reword_a_heading(document, number):
    found = headings(document)
    heading = found[number % len(found)]
    was = heading.text
    heading.runs[0].text = f"{heading.text[:2]}关于第{number}项的概述"
    return f"关于第{number}项的概述", was


def remove_a_heading(document, number):
    found = headings(document)
    heading = found[number % len(found)]
    text = heading.text
    heading._p.getparent().remove(heading._p)
    return text


def styled(name, old, new, shown=""):
    def edit(document, number):
        paragraph = next(one for one in document.paragraphs if one.style.name == name and old in one.text)
        paragraph.runs[0].text = paragraph.text.replace(old, new)
        return shown or new or old, old

    edit.__name__ = f"{name}_{old}_{new}"
    return edit


def in_the_imprint(old, new, shown=""):
    def edit(document, number):
        found = next(one for one in document.element.body.iter(qn("w:t"))
                     if old in (one.text or "") and any(up.tag == qn("w:txbxContent") for up in one.iterancestors()))
        found.text = found.text.replace(old, new)
        return shown or new or old, old

    edit.__name__ = f"imprint_{old}_{new}"
    return edit


def add_a_note(document, number):
    table = document.tables[0]._tbl
    style = next(style for style in document.styles if style.name == "表格附注")
    table.addnext(element(f'<w:p><w:pPr><w:pStyle w:val="{style.style_id}"/></w:pPr><w:r><w:t>说明第{number}条。</w:t></w:r></w:p>'))
    return f"说明第{number}条。"


UNSEEN = (split_runs, set_in_bold, leave_empty_lines, let_word_number_the_headings, let_word_number_the_prose)
SEEN = (insert_tracked, delete_tracked, strike, hide, put_ruby, put_symbol, join_paragraphs, add_paragraph, remove_paragraph,
        change_a_figure, merge_cells, change_a_label, add_a_row, add_a_column, add_a_table, merge_cells_down, remove_a_row, remove_a_table, add_a_footnote, add_a_box, add_a_comment, add_a_picture,
        change_the_header, reword_a_heading, remove_a_heading, add_a_note,
        styled("发文机关标志", "某局文件", "某厅文件"), styled("发文字号", "某发〔2025〕2号", "某发〔2025〕7号"), styled("发文字号", "某发〔2025〕2号", "", "发文字号“某发〔2025〕2号”"),
        styled("附件标识", "附件2", "附件5", "+ 5"), styled("附件标识", "附件2", "", "附件“2”"), styled("主送机关", "省政府办公厅", "省人大"),
        in_the_imprint("市监委", "市委编办"), in_the_imprint("2025年1月20日", "2025年1月27日", "2025-01-27"), in_the_imprint("某局办公室", "某局机要室"),
        styled("落款", "某县统计局", "某县调查队"), styled("落款", "2025年1月18日", "2025年1月19日"),
        styled("Title", "2024年政府", "2024年度政府", "2024年度政府"), styled("Title", "工作年度报告", "工作年度报告（修订）"), styled("表格附注", "注：含上年结转的。", "含上年结转的案件。"))
DELETING = (remove_a_table, remove_a_row, delete_tracked, remove_paragraph, remove_a_heading)
NOT_TOGETHER = ({let_word_number_the_headings, remove_a_heading}, {merge_cells, merge_cells_down}, {remove_a_row, remove_a_table})
