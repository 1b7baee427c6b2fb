"""Reports of both editions, made by hypothesis, and what a report says: for round trips of any kind."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from reportgen.format import CellType, all_editions


def said(report):
    """Return what a report says to its readers, white space aside."""
    squeeze = "".join
    return {
        "cells": {path: (cell.text, cell.value, cell.remark) for path, cell in report.cells.items() if not cell.blank},
        "prose": {ident: [squeeze(paragraph.text.split()) for paragraph in paragraphs]
                  for ident, paragraphs in report.passages.items() if paragraphs},
        "title": squeeze(report.title.split()), "agency": report.agency.name, "signature": report.signature,
        "year": report.year, "single": report.single_rows, "letterhead": {key: text for key, text in report.texts.items() if key.startswith("letterhead.")}, "attachment": report.texts.get("attachment", "")}


PROSE = st.text(alphabet="公开政府信息申请办理情况工作组织培训更新，。、；：“”（）一二三0123456789%A", min_size=1, max_size=150)


LETTERHEADS = ("{mark: 某局文件, document_number: 某发〔2026〕2号, to: 省政府办公厅, copies: '市委办公室，市监委', printed_by: 某局办公室, "
               "printed: 2026-01-20}", "{to: 市政府办公室}", "{mark: 某局文件, document_number: 某发〔2026〕2号, signers: 张三、欧阳修文、李四光}", "{mark: 某省某市某区人民政府文件}", "{copies: 市委办公室}")
# How prose takes its figures from the cells @ and #.
FIGURES = ("", "{{ @ }}件", "{{ @ | thousands }}件，占{{ @ | share(#) }}", "{{ @ + # }}件", "{{ @ | growth(#, 1) }}", "{{ @ / 3 }}")


def flow(rows):
    """Write cells as nested YAML in flow style."""
    tree = {}
    for path, value in rows.items():
        node = tree
        *steps, last = path.split(".")[1:]
        for step in steps:
            node = node.setdefault(step, {})
        node[last] = value
    return str(tree)


@st.composite
def frames(draw):
    """Return edition, year, agency and groups given as one row."""
    edition = draw(st.sampled_from(all_editions()))
    groups = frozenset({"applications.other_handling"} if edition.id == "2021" and draw(st.booleans()) else ())
    return (edition, draw(st.integers(edition.first_year, edition.last_year or 2030)),
            draw(st.sampled_from(["某局", "某某省某市某某区人民政府办公室政务公开科"])), groups)


@st.composite
def reports(draw, largest=99_999_999, frame=None):
    """Return the text of a data file: any cells, single rows, remarks, notes; paragraphs of any length, around tables too."""
    edition, year, agency, groups = frame or draw(frames())
    lines = [f"year: {year}", f"agency: {{name: {agency}}}"]
    given_ = set()
    for table in edition.tables:
        rows = {}
        for path, spec in edition.with_single_rows(groups).cells.items():
            if path.startswith(f"{table}.") and draw(st.integers(0, 3)):
                value = {CellType.COUNT: st.integers(0, largest if table == "applications" else largest // 10), CellType.SIGNED: st.integers(-10**5, 10**5),
                         CellType.AMOUNT: st.decimals(0, 10**4, places=draw(st.integers(0, 4))),
                         CellType.MONEY: st.just("12.50万元")}[spec.type]
                rows[path] = str(draw(value))
                if spec.type is not CellType.MONEY and float(rows[path]) > 0:
                    given_.add(path)
                if spec.type is CellType.COUNT and not draw(st.integers(0, 9)):
                    rows[path] = {"value": rows[path], "remark": "其中修订2件"}
        lines.append(f"{table}: {flow(rows)}")
        if draw(st.booleans()):
            lines.append(f"notes: {{{table}: 注：含上年结转的案件。}}" if not any(line.startswith("notes") for line in lines) else "# 无")
    given_ = sorted(given_)

    def paragraphs():
        return [f"总的情况：{line}{draw(st.sampled_from(FIGURES)) if len(given_) > 1 else ''}。".replace(
            "@", draw(st.sampled_from(given_ or [""]))).replace("#", draw(st.sampled_from(given_ or [""])))
            for line in draw(st.lists(PROSE, min_size=1, max_size=3))]

    for ident in ("preamble", "overview", "problems", "other"):
        lines += [f"{ident}: |", *(f"  {line}" for line in paragraphs())]
    for group in ("before_table", "after_table"):
        around = draw(st.sets(st.sampled_from(list(edition.tables))))
        lines += [f"{group}:"] if around else []
        for table in sorted(around):
            lines += [f"  {table}: |", *(f"    {line}" for line in paragraphs())]
    lines += ["signature: {date: 2026-01-20}"] if draw(st.booleans()) else []
    if draw(st.booleans()):
        lines.append(f"letterhead: {draw(st.sampled_from(LETTERHEADS))}")
    elif draw(st.booleans()):
        lines.append("attachment: 2")
    return "\n".join(lines) + "\n"


# Shrinking a report takes minutes.
WITHOUT_SHRINKING = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck),
                             phases=[Phase.explicit, Phase.reuse, Phase.generate])
