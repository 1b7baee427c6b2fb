"""Documents that are hard to set: long, zero, blank, rare characters, long tables, every part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

LONG_NAME = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县住房和城乡建设局"


@dataclass(frozen=True)
class Hard:
    """One hard document: the text of its data file, how to build it, and last year's data file."""

    name: str
    text: str
    draft: bool = False
    before: str = ""


def _long(count: int) -> str:
    """Return paragraphs of prose below a table's key, enough to run over a page."""
    return "".join(f"    第{number}项，围绕群众关心的事项及时公开，集中发布，"
                   "逐项列明依据、条件和时限，方便查阅和下载。\n" for number in range(1, count + 1))


def documents(example: Path) -> list[Hard]:
    """Return the hard documents, made from an example of edition 2021."""
    text = re.sub(r"\{\{[^}]*growth[^}]*\}\}", "增长0.40%", example.read_text(encoding="utf-8"))
    head, _, rest = text.partition("overview: |\n")
    overview, _, tables = rest.partition("\ndisclosure:")
    tables = "disclosure:" + tables
    figures, _, prose = tables.partition("\nproblems: |\n")
    signature = "signature: {date: 2025-03-20}\n"
    letterhead = ("letterhead:\n  mark: 宿迁市人民政府文件\n  document_number: 宿政发〔2025〕2号\n"
                  "  to: 省政府办公厅\n"
                  "  copies: 市委办公室，市人大常委会办公室，市政协办公室，市监委，市法院，市检察院\n"
                  "  printed_by: 宿迁市人民政府办公室\n  printed: 2025-03-20\n")
    # Enough paragraphs for forty pages of 22 lines.
    long = "\n".join([overview.rstrip("\n")] + [
        f"  {line.strip()}" for _ in range(26) for line in overview.splitlines()
        if line.strip() and not line.strip().startswith(("（", "1", "2", "3", "4"))] * 4)
    remark = "按实际办理情况填"
    remarked = re.sub(r"(?<=natural: )(\d+)(?=, enterprise)", rf"{{value: \1, remark: {remark}}}", figures)
    # Marks beside marks, and numbers that leave wide gaps on the line above.
    marks = ("某局印发《规定》（试行）、“方案”（“细则”），按“先审查、后公开。”的要求处理；"
             "《通知》：“应当公开的，一律公开。”公开信息1,808,595件、行政处罚决定2,822,652件，"
             "其中主动公开1,808,595件，依申请公开2,822,652件——均在期限内答复……根据〈政府信息公开信息处理费管理规定〉的通知》"
             "（国函〔2020〕109号）执行，误差为±5%，占97.59%。")
    minimal = "year: 2024\nagency: {name: 某县统计局}\n"
    words = ("overview: 主动公开、依申请公开、政府信息管理、平台建设和监督保障都有进展。\n"
             "problems: 解读不够深入，将加强培训。\nother: 本年没有收取信息处理费。\n")
    paragraphs = "other: |\n" + "\n".join(f"  第{number}段，本年没有收取信息处理费。" for number in range(13))
    # A line too much: only with lower tables and no line below them does the signature not take a page.
    tight = words.replace("other: 本年没有收取信息处理费。", "other: |\n" + "\n".join(
        f"  第{number}段，本年没有收取信息处理费。" for number in range(12)))
    remarks = ("disclosure: {licensing: {decisions: {value: 5, remark: "
               "其中委托乡镇实施的行政许可2件，网上办理的占九成以上}}}\n"
               "applications:\n  new: {natural: {value: 5, remark: "
               "其中经协商延长办理期限的2件，已在规定时间内全部办结}, "
               "enterprise: {value: 123456, remark: 含电子邮件申请}}\n"
               "  granted: {natural: {value: 5, remark: 含电子邮件申请}, enterprise: 123456}\n"
               "remedies: {review: {upheld: {value: 2, remark: 含驳回复议请求的1件}}}\n"
               "notes: {applications: 注1：本表数据含乡镇（街道）。, remedies: 注：截至年底。}\n")
    wide = ("applications: {new: {natural: 12345, enterprise: 123456, research: 1234567, other: 12345678}}\n"
            "remedies: {review: {upheld: 1234, corrected: 12345, other: 123456, pending: 12345678}}\n")
    around = (
        "before_table:\n"
        "  disclosure: |\n"
        "    （一）公开情况。本年制发规章{{ disclosure.regulations.issued }}件，作出行政许可决定"
        "{{ disclosure.licensing.decisions | thousands }}件；现行有效的规章和规范性文件集中公开，"
        "按效力状态分类标注。\n"
        "    1.规章和规范性文件\n"
        "    （1）规章。统一公开规章的正式版本，以网上方便下载的文件格式发布。\n"
        f"{_long(30)}"
        "  applications: |\n"
        "    本年新收政府信息公开申请{{ applications.new.total }}件，其中自然人占"
        "{{ applications.new.natural | share(applications.new.total) }}。\n"
        "    （一）申请渠道\n"
        "    以网络渠道为主，当面申请和信函申请较少。\n"
        "  remedies: 本年发生政府信息公开行政复议案件{{ remedies.review.total }}件，均依法办理。\n"
        "notes:\n  applications: 注：含上年结转。\n"
        "after_table:\n"
        "  disclosure: （二）汇总范围。上表为全市各级行政机关的汇总数。\n"
        "  applications: |\n"
        "    （二）办理结果。上表按照国务院办公厅的填报口径统计，本年受理的申请均在法定期限内答复。\n"
        f"{_long(12)}"
        "  remedies: 上述案件的具体情况见有关部门的年度报告。\n")
    without = ("table_data: 无\ntable_data_reason: 本机关当年十二月设立，没有各表所列的情形\n"
               "before_table:\n  disclosure: 本机关设立不足一月，没有制发规章和规范性文件。\n"
               "  applications: 本年没有收到政府信息公开申请。\n  remedies: 没有行政复议和行政诉讼案件。\n")
    rare = "某县璟祎镕旻玥喆䶮㛃𬭚𬳵𫘧局"
    return [
        Hard("long", f"{head}overview: |\n{long}\n{tables}"),
        Hard("zero", f"{minimal}blanks: 0\n{words}{signature}"),
        Hard("blank", minimal, draft=True),
        Hard("without", f"{minimal}{words}{without}{signature}"),
        Hard("around", f"{text}{around}"),
        Hard("rare", f"year: 2024\nagency: {{name: {rare}}}\nblanks: 0\n{words}{signature}"),
        Hard("title", f"{minimal}blanks: 0\n{words}title: {'长标题' * 67}\n"),
        Hard("agency", f"year: 2024\nagency: {{name: {LONG_NAME}}}\nblanks: 0\n{words}{signature}"),
        Hard("table", f"{head}overview: |\n{overview}\n{remarked}\nproblems: |\n{prose}"),
        Hard("attachment", f"{text}attachment: 2\n"),
        Hard("letterhead", f"{text}{letterhead}"),
        # The text ends so near the foot of an even page that the 版记 takes the next even one.
        Hard("bare", f"{minimal}blanks: 0\n{letterhead}{signature}" + words.replace(
            "other: 本年没有收取信息处理费。", "other: |\n" + "\n".join(
                f"  第{number}段，本年没有收取信息处理费。" for number in range(54)))),
        Hard("marks", f"{minimal}blanks: 0\n{signature}" + words.replace(
            "other: 本年没有收取信息处理费。", "other: |\n" + "\n".join(
                f"  第{'局' * number}{marks}" for number in range(28))), draft=True),
        Hard("draft", text, draft=True),
        Hard("charts", f"{text}charts: {{历年申请: 是, 办理结果: 是, 申请人: 是}}\n",
             before=example.with_name("2023.yaml").read_text(encoding="utf-8")),
        Hard("wide", f"{minimal}blanks: 0\n{words}{wide}", draft=True),
        Hard("remarks", f"{minimal}blanks: 0\n{words}{remarks}{signature}", draft=True),
        Hard("tight", f"{minimal}blanks: 0\n{tight}{signature}"),
        # Without care the signature of this one would stand alone on its page.
        Hard("signature", f"{minimal}blanks: 0\n{signature}"
             + words.replace("other: 本年没有收取信息处理费。", paragraphs)),
        Hard("levels",
             f"{minimal}blanks: 0\nproblems: |\n  1.没有上级的三级标题\n  正文。\n  （1）四级标题\n  正文。\n"
             f"{words.replace('problems: 解读不够深入，将加强培训。', '').strip()}\n{signature}"),
    ]
