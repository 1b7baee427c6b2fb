"""Take the changes that people made in an issued report over into the data file that it was built from.

Only what changed is touched: comments, order and the expressions of prose stay, as long as an expression
gives what the edited report says, or said before the tables changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest

from reportgen.datafile.edit import Editor, Step, cell_steps
from reportgen.datafile.expressions import expressions
from reportgen.datafile.fields import common_fields, section_fields
from reportgen.datafile.given import parse_date
from reportgen.datafile.text import Bare
from reportgen.datafile.write import cell_value
from reportgen.findings import Origin, refuse
from reportgen.format import Edition
from reportgen.imports.read import Imported
from reportgen.report.align import pairs, sentences, squeezed, standing
from reportgen.report.model import Cell, Paragraph, Report

# Reads a data file's text as `report` was read, last year's beside it.
Reader = Callable[[str], Report]


@dataclass
class Merged:
    """A data file with the changes of an edited report taken over.

    `cells` are (label, old, new) as printed; `prose` are (heading, lines that begin with - or +); `told` is
    what could not be taken over, or wants a look; `stale` are edited paragraphs that the tables overrule;
    `counts` are what was changed in the file, as `summary` tells.
    """

    text: str
    report: Report
    stale: frozenset[str] = frozenset()
    cells: list[tuple[str, str, str]] = field(default_factory=list)
    prose: list[tuple[str, list[str]]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def summary(self) -> str:
        """Return in a line how much was changed in the data file."""
        names = {"cells": "改了 {} 格", "computed": "有 {} 格合计随着重新计算",
                 "paragraphs": "改了 {} 段文字", "fields": "改了 {} 项标题、版头、落款等"}
        return "，".join(text.format(self.counts[name]) for name, text in names.items() if self.counts[name])

    @property
    def changed(self) -> bool:
        """Say whether the edited report says anything else than the data file."""
        return bool(self.cells or self.prose)


def take_over(text: str, report: Report, edited: Imported, read: Reader) -> Merged:
    """Return the text of a data file with what an edited report changed; `report` is the data file as read.

    Raises InputError where the edited report is of another year or edition, gives a group as one row where
    the data file gives its rows, or the outcome does not say what the edited report says.
    """
    _require_same(report, edited.report)
    merged = Merged(text, report, told=list(edited.unsure))
    merged.text = _with_cells(text, report, edited, read, merged)
    now = read(merged.text)
    stale = _with_prose(now, edited, merged)
    _with_fields(edited.report, merged)
    merged.report = read(merged.text)
    _require_said(merged.report, edited, stale)
    merged.stale = frozenset(stale)
    return merged


def _require_same(report: Report, edited: Report) -> None:
    if report.year != edited.year:
        raise refuse(Origin(edited.path),
                     f"这是{edited.year}年度的报告，数据文件 {report.path} 是{report.year}年度的")
    if report.single_rows != edited.single_rows:
        raise refuse(Origin(edited.path),
                     "（六）其他处理的行数与数据文件不同，不能逐格对照；请先在数据文件里改成一样")


def _with_cells(text: str, report: Report, edited: Imported, read: Reader, merged: Merged) -> str:
    """Change the cells that differ.

    A total that the file leaves out is written only where it is not the sum.
    """
    editor, given = Editor(text, report.path), edited.report.cells
    changed = [path for path, cell in report.cells.items()
               if path not in edited.doubtful and _differs(cell, given[path])]
    merged.cells = [(report.edition.cell_label(path), report.cells[path].text, given[path].text)
                    for path in changed]
    kept = [path for path in edited.doubtful if not report.cells[path].blank]
    if kept:
        merged.told.append(f"有 {len(kept)} 格没有读准，如{report.edition.cell_label(kept[0])}，"
                           "数据文件里的数保留不变")
    base = read(text).cells
    left_out = {path for path in report.edition.totals if base[path].computed or base[path].blank}
    written = [path for path in changed if path not in left_out]
    for path in written:
        editor.put(cell_steps(report.edition, path), cell_value(given[path], editor.chinese))
    now = read(editor.text())
    kept_apart = [path for path in report.cells
                  if path in left_out - edited.doubtful and _differs(now.cells[path], given[path])]
    for path in kept_apart:
        editor.put(cell_steps(report.edition, path), cell_value(given[path], editor.chinese))
    written += kept_apart
    merged.counts.update(cells=len(written), computed=len(set(changed) - set(written)))
    return editor.text()


def _differs(one: Cell, other: Cell) -> bool:
    return (one.value, one.text) != (other.value, other.text)


def _prose_steps(edition: Edition) -> Iterator[tuple[str, str, list[Step]]]:
    """Yield (id as in Report.passages, heading, path) of every piece of prose and note."""
    headings = {section.id: section.heading for section in edition.sections}
    for entry in (*common_fields(), *section_fields(edition)):
        if entry.kind == "prose":
            yield entry.id, headings.get(entry.id, entry.name), [(entry.id, entry.name)]
        for table in edition.tables.values() if entry.kind == "by_table" else ():
            yield f"{entry.id}.{table.id}", f"{table.short}{entry.name}", [(entry.id, entry.name),
                                                                           (table.id, table.name)]


def _with_prose(now: Report, edited: Imported, merged: Merged) -> set[str]:
    """Change the paragraphs that differ; return the edited texts that the changed tables overrule.

    Their expressions give the figures of the tables instead. `now` is the data file with its cells changed,
    `merged.report` as it was.
    """
    editor, stale = Editor(merged.text, now.path), set()
    for ident, heading, steps in _prose_steps(now.edition):
        before, after, given = (one.passages[ident] for one in (merged.report, now, edited.report))
        if before and not given:
            merged.told.append(f"没有读到{heading}的文字，数据文件里的保留不变")
            continue
        written = _written(now, ident)
        typed = [line for _, line in _written(edited.report, ident)]
        wordings = [(_plain(one), _plain(other)) for one, other in zip(after, before, strict=True)]
        lines: list[tuple[int | None, str]] = []
        shown: list[str] = []
        for a, b in pairs(wordings, [_plain(paragraph) for paragraph in given]):
            if (a is None) != (b is None):
                merged.counts["paragraphs"] += 1
            if b is None:
                shown += [f"- {before[a].text}"] if a is not None else []
            elif a is None:
                lines.append((None, typed[b]))
                shown.append(f"+ {given[b].text}")
            else:
                index, line = written[a]
                said = _plain(given[b])
                now_said, once_said = wordings[a]
                follows = said == once_said and once_said != now_said
                if said not in (now_said, once_said):
                    merged.counts["paragraphs"] += 1
                    line, told, follows = _line(line, before[a], after[a], given[b])
                    merged.told += told
                    shown += _difference(before[a].text, given[b].text)
                if follows:
                    stale.add(said)
                    merged.told.append(f"{heading}“{given[b].text[:20]}……”里取自表格的数，表格改了，文字没有改；"
                                       "已随表格改，请核对")
                lines.append((index, line))
        if [line for _, line in lines] != [line for _, line in written]:
            editor.lines(steps, lines)
        if shown:
            merged.prose.append((heading, shown))
    merged.text = editor.text()
    return stale


def _written(report: Report, ident: str) -> list[tuple[int, str]]:
    """Return the lines of a piece of prose that are paragraphs, each with its index among all lines."""
    stripped = [line.strip(" \t\r\u3000") for line in report.written.get(ident, ())]
    return [(index, line) for index, line in enumerate(stripped) if line]


def _plain(paragraph: Paragraph) -> str:
    return squeezed(paragraph.text)


def _line(source: str, before: Paragraph, after: Paragraph, given: Paragraph) -> tuple[str, list[str], bool]:
    """Return an edited paragraph with the expressions that still hold, and messages about the others.

    And whether one of them shows its value from before the tables changed.
    """
    pieces = list(expressions(source))
    figures = [index for index, (_, is_expression) in enumerate(pieces) if is_expression]
    places, earlier = (standing(one.runs, figures, given.text) for one in (after, before))
    line, at, told, follows = "", 0, [], False
    for index in figures:
        start, end = places.get(index) or earlier.get(index) or (-1, -1)
        if start < at:
            told.append(f"表达式 {{{{{pieces[index][0]}}}}} 的值“{before.runs[index].text}”"
                        "在传阅稿里改了，已写成文字")
            continue
        line += f"{given.text[at:start]}{{{{{pieces[index][0]}}}}}"
        at = end
        follows = follows or index not in places
    return line + given.text[at:], told, follows


def _difference(old: str, new: str) -> list[str]:
    """Return the sentences that differ, old ones after -, new ones after +."""
    one, other = sentences(old), sentences(new)
    lines = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            lines += [f"- {text}" for text in one[a:b]] + [f"+ {text}" for text in other[c:d]]
    return lines


def _with_fields(edited: Report, merged: Merged) -> None:
    """Change title, 版头, 版记, 附件 and signature where they differ; another agency is only told."""
    report, editor = merged.report, Editor(merged.text, merged.report.path)
    if squeezed(edited.title) != squeezed(report.title):
        editor.put([("title", "标题")], edited.plain_title)
        merged.counts["fields"] += 1
        merged.prose.append(("标题", [f"- {report.plain_title}", f"+ {edited.plain_title}"]))
    if edited.agency.name not in (report.agency.name, report.agency.short):
        merged.told.append(f"传阅稿的机关像是“{edited.agency.name}”，数据文件是“{report.agency.name}”，没有改，请核对")
    for entry in common_fields():
        if entry.id == "attachment":
            _with_field(editor, merged, [(entry.id, entry.name)], _attached(report.attachment),
                        _attached(edited.attachment))
        elif entry.id == "letterhead":
            for child in entry.fields:
                old, new = (one.texts.get(f"{entry.id}.{child.id}", "") for one in (report, edited))
                _with_field(editor, merged, [(entry.id, entry.name), (child.id, child.name)], old, new)
    signed, was = edited.signature, report.signature
    if was and not signed:
        merged.told.append("没有读到落款，数据文件里的保留不变")
    if signed:
        for ident, name, old, new in (("name", "名称", was.name if was else report.agency.name, signed.name),
                                      ("date", "日期", was.date if was else "", signed.date)):
            _with_field(editor, merged, [("signature", "落款"), (ident, name)], old, new)
    merged.text = editor.text()


def _with_field(editor: Editor, merged: Merged, steps: list[Step], old: str, new: str) -> None:
    """Change one field where the edited report has another text for it; one that it lacks is only told."""
    name = "".join(name for _, name in steps) if steps[0][0] == "signature" else steps[-1][1]
    if old and not new:
        merged.told.append(f"没有读到{name}“{old}”，数据文件里的保留不变")
    elif _bare(old) != _bare(new):
        date = parse_date(new)
        editor.put(steps, Bare(date.isoformat()) if date else new)
        merged.counts["fields"] += 1
        merged.prose.append((name, [*([f"- {old}"] if old else []), f"+ {new}"]))


def _attached(text: str) -> str:
    """Return which attachment a report is; one without a number is written as a plain yes."""
    return "是" if text in ("附件", "true", "yes") else text.removeprefix("附件")


def _bare(text: str) -> str:
    """Return a field without the marks that are printed with it anyway."""
    date = parse_date(text)
    return date.isoformat() if date else squeezed(text).removeprefix("抄送：").rstrip("。：:")


def _require_said(report: Report, edited: Imported, stale: set[str]) -> None:
    """Make sure that the outcome says what the edited report says.

    Raises InputError where it does not: something in the data file is written in a way that could not be
    changed.
    """
    wrong = [report.edition.cell_label(path) for path, cell in report.cells.items()
             if path not in edited.doubtful and _differs(cell, edited.report.cells[path])]
    for ident, heading, _ in _prose_steps(report.edition):
        given = edited.report.passages[ident]
        said = [_plain(paragraph) for paragraph in report.passages[ident]]
        wanted = [_plain(paragraph) for paragraph in given]
        if given and any(one != other and other not in stale for one, other in zip_longest(said, wanted)):
            wrong.append(heading)
    if wrong:
        raise refuse(Origin(report.path),
                     f"有 {len(wrong)} 处没有能写进数据文件，如{wrong[0]}，文件没有改动；请手工修改")
