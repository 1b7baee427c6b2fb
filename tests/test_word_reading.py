"""Word files as people leave them: lists that Word numbers, tracked changes, hidden text, merged cells, symbols."""

import io

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from reportgen.imports.blocks import Grid, Text
from reportgen.imports.readers.docx import read_docx

W = nsdecls("w")


def blocks(edit):
    document = docx.Document()
    edit(document)
    stream = io.BytesIO()
    document.save(stream)
    return read_docx(stream.getvalue(), "x.docx")


def texts(found):
    return [item.text for item in found.items if isinstance(item, Text)]


def paragraph(document, inner, properties=""):
    """Add a paragraph of raw runs."""
    element = parse_xml(f"<w:p {W}>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>")
    document.element.body.insert(len(document.element.body) - 1, element)
    return element


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def numbered(document, levels, instances="", ident=90):
    """Add a list with levels of (format, text, extra)."""
    root = document.part.numbering_part.element
    written = "".join(f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{extra}<w:lvlText w:val="{text}"/></w:lvl>'
                      for at, (kind, text, extra) in enumerate(levels))
    root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="{ident}">{written}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {W} w:numId="{ident}"><w:abstractNumId w:val="{ident}"/></w:num>'))
    if instances:
        root.append(parse_xml(f'<w:num {W} w:numId="{ident + 1}"><w:abstractNumId w:val="{ident}"/>{instances}</w:num>'))


def item(document, text, level=0, ident=90):
    paragraph(document, run(text), f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{ident}"/></w:numPr>')


@pytest.mark.parametrize(("kind", "expected"), [
    ("chineseCounting", "一 二 九 十 十一 二十 二十一 一百〇五"), ("chineseCountingThousand", "一 二 九 十 十一 二十 二十一 一百〇五"),
    ("japaneseCounting", "一 二 九 十 十一 二十 二十一 一百〇五"), ("ideographDigital", "一 二 九 一〇 一一 二〇 二一 一〇五"),
    ("chineseLegalSimplified", "壹 贰 玖 壹拾 壹拾壹 贰拾 贰拾壹 壹佰零伍"), ("ideographTraditional", "甲 乙 壬 癸 甲 癸 甲 戊"),
    ("decimal", "1 2 9 10 11 20 21 105"), ("decimalZero", "01 02 09 10 11 20 21 105"), ("decimalFullWidth", "１ ２ ９ １０ １１ ２０ ２１ １０５"),
    ("decimalEnclosedCircle", "① ② ⑨ ⑩ ⑪ ⑳ 21 105"), ("decimalEnclosedParen", "⑴ ⑵ ⑼ ⑽ ⑾ ⒇ 21 105"),
    ("decimalEnclosedFullstop", "⒈ ⒉ ⒐ ⒑ ⒒ ⒛ 21 105"), ("lowerLetter", "a b i j k t u aaaaa"), ("upperLetter", "A B I J K T U AAAAA"),
    ("lowerRoman", "i ii ix x xi xx xxi cv"), ("upperRoman", "I II IX X XI XX XXI CV")])
def test_formats_of_numbers(kind, expected):
    def edit(document):
        numbered(document, [(kind, "%1、", "")])
        for _ in range(105):
            item(document, "甲")

    found = texts(blocks(edit))
    assert [found[number - 1].removesuffix("、甲") for number in (1, 2, 9, 10, 11, 20, 21, 105)] == expected.split()


def test_a_format_unknown_is_told():
    def edit(document):
        numbered(document, [("thaiLetters", "%1.", "")])
        item(document, "甲")

    found = blocks(edit)
    assert texts(found) == ["1.甲"]
    assert any("thaiLetters" in said for said in found.said)


def test_levels_restart_and_go_on():
    def edit(document):
        numbered(document, [("chineseCounting", "%1、", ""), ("chineseCounting", "（%2）", ""), ("decimal", "%1.%3", "<w:isLgl/>"),
                            ("decimal", "%4.", '<w:lvlRestart w:val="1"/>')],
                 '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>')
        for text, level in (("甲", 0), ("乙", 1), ("丙", 1), ("丁", 2), ("戊", 3), ("己", 1), ("庚", 3), ("辛", 0), ("壬", 1), ("癸", 3)):
            item(document, text, level)
        item(document, "另", 0, 91)
        item(document, "再", 0, 91)
        item(document, "无", 0, 0)

    assert texts(blocks(edit)) == ["一、甲", "（一）乙", "（二）丙", "1.1 丁", "1.戊", "（三）己", "2.庚", "二、辛", "（一）壬", "1.癸",
                                   "五、另", "六、再", "无"]


def test_numbers_of_styles_and_bullets():
    def edit(document):
        numbered(document, [("chineseCounting", "%1、", '<w:pStyle w:val="Heading1"/>'), ("bullet", "●", "")])
        style = document.styles["Heading 1"].element
        style.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="90"/></w:numPr>'))
        document.add_paragraph("总体情况", style="Heading 1")
        document.add_paragraph("主动公开情况", style="Heading 1")
        item(document, "一点", 1)
        paragraph(document, run("没有编号"), '<w:pStyle w:val="Heading1"/><w:numPr><w:numId w:val="0"/></w:numPr>')

    found = blocks(edit)
    assert texts(found) == ["一、总体情况", "二、主动公开情况", "一点", "没有编号"]
    assert [said for said in found.said if "项目符号" in said] == ["第3段“一点”前面的项目符号没有读取"]


@pytest.mark.parametrize(("inner", "text", "said"), [
    (run("看得见") + run("看不见", "<w:vanish/>"), "看得见", "隐藏的文字“看不见”"),
    (run("留") + run("划去", "<w:strike/>") + run("双线", "<w:dstrike/>") + run("不划", '<w:strike w:val="0"/>'), "留不划", "划了删除线的文字“划去双线”"),
    ("<w:r><w:ruby><w:rt><w:r><w:t>shèn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>慎</w:t></w:r></w:rubyBase></w:ruby></w:r>", "慎", "注音“shèn”"),
    ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="宋体" w:char="2460"/></w:r>', "√①", ""),
    ('<w:r><w:sym w:font="Symbol" w:char="F033"/><w:sym w:font="Webdings" w:char="F0A2"/></w:r>', "3〓", "认不出的符号“Webdings F0A2”"),
    (run("甲") + '<w:r><w:noBreakHyphen/></w:r>' + run("乙"), "甲-乙", "")])
def test_what_is_not_text_is_told(inner, text, said):
    found = blocks(lambda document: paragraph(document, inner))
    assert texts(found) == [text]
    assert len(found.said) == bool(said)
    assert said in "".join(found.said)


def test_a_hidden_style_hides():
    def edit(document):
        style = document.styles.add_style("内部", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
        style.font.hidden = True
        document.add_paragraph("公开").add_run("内部意见", style="内部")

    found = blocks(edit)
    assert texts(found) == ["公开"]
    assert found.said == ["第1段有隐藏的文字“内部意见”，没有读取"]


def test_a_deleted_mark_joins_paragraphs():
    mark = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'

    def edit(document):
        paragraph(document, run("上半句，"), mark)
        paragraph(document, run("下半句。"))
        paragraph(document, '<w:del w:id="2" w:author="a"><w:r><w:delText>整段删去</w:delText></w:r></w:del>', mark)
        paragraph(document, run("末段。"))

    assert texts(blocks(edit)) == ["上半句，下半句。", "末段。"]


def test_a_deleted_item_is_not_counted():
    mark = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="90"/></w:numPr>'

    def edit(document):
        numbered(document, [("decimal", "%1.", "")])
        item(document, "甲")
        paragraph(document, '<w:del w:id="2" w:author="a"><w:r><w:delText>乙</w:delText></w:r></w:del>', listed + mark)
        item(document, "丙")

    assert texts(blocks(edit)) == ["1.甲", "2.丙"]


def table(document, rows):
    found = document.add_table(len(rows), len(rows[0]))
    for row, line in zip(found.rows, rows, strict=True):
        for cell, text in zip(row.cells, line, strict=True):
            cell.text = text
    return found


@pytest.mark.parametrize(("merge", "expected"), [
    (((0, 0), (0, 1)), [("26⏎1", "（与旁边的格合并了）", "5"), ("3", "4", "6")]),
    (((0, 0), (1, 0)), [("26⏎3", "1", "5"), ("（与旁边的格合并了）", "4", "6")]),
    (((0, 0), (1, 1)), [("26⏎1⏎3⏎4", "（与旁边的格合并了）", "5"), ("（与旁边的格合并了）", "（与旁边的格合并了）", "6")])])
def test_merged_figures_are_not_run_together(merge, expected):
    def edit(document):
        found = table(document, [["26", "1", "5"], ["3", "4", "6"]])
        found.cell(*merge[0]).merge(found.cell(*merge[1]))

    grid, = [one for one in blocks(edit).items if isinstance(one, Grid)]
    assert list(grid.rows) == expected


def test_a_label_in_lines_is_one_label():
    def edit(document):
        found = table(document, [["行政许可", "1"]])
        found.cell(0, 0).add_paragraph("2024年")
        found.cell(0, 1).text = "22"
        found.cell(0, 1).add_paragraph("（其中修订16件）")

    grid, = [one for one in blocks(edit).items if isinstance(one, Grid)]
    assert grid.rows == (("行政许可2024年", "22（其中修订16件）"),)


def test_what_stands_beside_the_text():
    box = ('<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>框里的话</w:t></w:r></w:p>'
           "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>")

    def edit(document):
        paragraph(document, run("正文。") + box)
        document.sections[0].header.paragraphs[0].text = "页眉的话"
        document.sections[0].footer.paragraphs[0]._p.append(parse_xml(f'<w:fldSimple {W} w:instr="PAGE"><w:r><w:t>3</w:t></w:r></w:fldSimple>'))
        document.add_comment(document.paragraphs[0].runs[0], "请核实", author="甲")

    found = blocks(edit)
    assert texts(found) == ["正文。"]
    assert sorted(str(one) for one in found.beside) == sorted(["文本框“框里的话”", "页眉“页眉的话”", "第1段的批注“请核实”"])
    assert found.items[0].place == "第1段"


def test_hidden_rows_and_embedded_files_are_told():
    def edit(document):
        found = table(document, [["甲", "1"], ["乙", "2"]])
        found.rows[1]._tr.get_or_add_trPr().append(parse_xml(f"<w:hidden {W}/>"))
        document.element.body.insert(0, parse_xml(f'<w:altChunk {W}/>'))

    found = blocks(edit)
    assert [one.rows for one in found.items if isinstance(one, Grid)] == [(("甲", "1"),)]
    assert found.said == ["文件里嵌有另一份文件，没有读取；请把它的内容复制到正文里再读取", "第1张表有隐藏的一行“乙2”，没有读取"]
