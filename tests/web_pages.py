"""Pages as the sites of agencies show a report, what they say by cell, and their reading."""

from reportgen.imports.read import read_published

APPLICANTS = ("natural", "enterprise", "research", "public_interest", "legal_service", "other", "total")
# 表三 as sites show it: headings of two rows, groups cut off, labels shortened, quotes and numbers left out or changed.
ROWS = (
    ("一、本年新收政府信息公开申请数量", "applications.new"),
    ("二、上年结转政府信息公开申请数量", "applications.carried_in"),
    ("（一）予以公开", "applications.granted"),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "applications.partial"),
    ("1.属于国家秘密", "applications.refused.state_secret"),
    ("2.其他法律行政法规禁止公开", "applications.refused.forbidden_by_law"),
    ("3.危及\"三安全一稳定\"", "applications.refused.three_security_one_stability"),
    ("4.保护第三方合法权益", "applications.refused.third_party"),
    ("5.属于三类内部事务信息", "applications.refused.internal_affairs"),
    ("6.属于四类过程性信息", "applications.refused.process_info"),
    ("7.属于行政执法案卷", "applications.refused.enforcement_file"),
    ("8.属于行政查询事项", "applications.refused.administrative_query"),
    ("1.本机关不掌握相关政府信息", "applications.unavailable.not_held"),
    ("2.没有现成信息需要另行制作", "applications.unavailable.needs_creation"),
    ("3.补正后申请内容仍不明确", "applications.unavailable.still_unclear"),
    ("1.信访举报投诉类申请", "applications.not_processed.petition"),
    ("2.重复申请", "applications.not_processed.duplicate"),
    ("3.要求提供公开出版物", "applications.not_processed.publication"),
    ("4.无正当理由大量反复申请", "applications.not_processed.excessive"),
    ("5.要求行政机关确认或重新出具已获取信息", "applications.not_processed.reissue"),
    ("1.逾期不补正", "applications.other_handling.no_correction"),
    ("2.逾期未缴费", "applications.other_handling.fee_overdue"),
    ("3.其他", "applications.other_handling.other"),
    ("（七）总计", "applications.total_handled"),
    ("四、结转下年度继续办理", "applications.carried_out"),
)
HEAD = """<tr><td rowspan=3 colspan=3>（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）</td>
<td colspan=7>申请人情况</td></tr><tr><td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td><td rowspan=2>总计</td></tr>
<tr><td>商业企业</td><td>科研机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td></tr>"""


def page(rows=ROWS, number=lambda row, column: str(1000 * row + column), wrap="{}", **changes):
    """Return a web page of a report with 表三, and what it says there by cell."""
    body, cells = [HEAD], {}
    groups = {"refused": "（三）不予公开", "unavailable": "（四）无法提供", "not_processed": "（五）不予处理",
              "other_handling": "（六）其他处理"}
    of = [path.split(".")[1] for _, path in rows]
    results = [group for group in of if group not in ("new", "carried_in", "carried_out")]
    for row, (label, path) in enumerate(rows):
        group, lead, span = of[row], "", 2
        if group == results[0]:
            lead = f"<td rowspan={len(results)}>三、本年度办理结果</td>"
        elif group not in results:
            span = 3
        if group in groups and path.count(".") == 2:
            span = 1
            if of.index(group) == row:
                lead += f"<td rowspan={of.count(group)}>{groups[group]}</td>"
        values = [number(row, column) for column in range(7)]
        cells |= {f"{path}.{who}": value for who, value in zip(APPLICANTS, values, strict=True)}
        body.append(f"<tr>{lead}<td colspan={span}>&nbsp;{label}</td>"
                    + "".join(f"<td> {value}&nbsp;</td>" for value in values) + "</tr>")
    sections = {"overview": "<p>一、总体情况</p><p>全年平稳。</p>", "disclosure": "<h3>二、主动公开政府信息情况</h3>",
                "applications": "<p>三、行政机关收到和处理政府信息公开申请情况</p>" + wrap.format(f"<table>{''.join(body)}</table>"),
                "remedies": "<p>四、因政府信息公开工作被申请行政复议、提起行政诉讼情况</p>",
                "problems": "<p>五、存在的主要问题及整改措施</p><p>解读不够。</p>",
                "other": "<p>六、其他需要报告的事项</p><p>无。</p><p>某县统计局</p><p>2025年1月20日</p>"} | changes
    order = changes.pop("order", sections)
    text = ("<html><head><title>网站</title><script>var a='一、总体情况'</script></head><body><div>首页&gt;公开</div>"
            "<h1>某县统计局2024年政府信息公开工作年度报告</h1>" + "".join(sections[ident] for ident in order) + "</body></html>")
    return text, cells


def imported(tmp_path, content, name="page.html", **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_published(path, **options)


def figures(report, start="applications."):
    return {path: cell.text for path, cell in report.cells.items() if path.startswith(start) and not cell.blank}


def filled(report):
    """Return the typed cells; sums that the program adds are left out."""
    return {path: text for path, text in figures(report).items() if ".sum." not in path}
