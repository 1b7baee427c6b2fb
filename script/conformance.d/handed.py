"""What is handed to the page: blocks as WPS and Excel put them on the clipboard, a Word file that is dropped,
a report that is read and one whose reading is cancelled.
"""

from __future__ import annotations

import base64
import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import season
from docx import Document
from hand import Hand, Process
from playwright.sync_api import Playwright

import reportgen

SENT = "送审/某县统计局2024年政府信息公开工作年度报告填报表.xlsx"
NEW = "applications.new.natural"
COLUMNS = ("natural", "enterprise", "research", "public_interest", "legal_service", "other")
NOTE = "document.querySelector('{} .gaps').textContent"
ALL = "[...document.querySelectorAll('[data-cell]')].map((one) => one.value)"
LAST = "remedies.litigation_after_review.total"
# Put on the clipboard by the browser itself, so that Ctrl+V brings what a spreadsheet would.
COPY = """async ([plain, html]) => {
  const piece = (text, type) => new Blob([text], {type});
  const items = {"text/plain": piece(plain, "text/plain"), "text/html": piece(html, "text/html")};
  await navigator.clipboard.write([new ClipboardItem(items)]);
}"""
DROP = """([selector, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name));
  const event = new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
  document.querySelector(selector).dispatchEvent(event);
  return event.defaultPrevented;
}"""


def check(playwright: Playwright) -> list[str]:
    """Hand all of it to the page and return what is wrong."""
    with season.opened(playwright) as (hand, data, process):
        hand.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        return [*blocks(hand), *dropped(hand, data), *broken(hand), *returned(hand, data),
                *imported(hand, data.parent, process), *hand.wrong]


def paste(hand: Hand, path: str, *rows: str) -> None:
    """Paste rows into a cell as a spreadsheet for Windows has them: CRLF, one at the end too, HTML beside."""
    cells = "".join(f"<tr>{''.join(f'<td>{one}</td>' for one in row.split(chr(9)))}</tr>" for row in rows)
    hand.click(season.cell_of(path))
    hand.page.evaluate(COPY, ["".join(f"{row}\r\n" for row in rows), f"<table>{cells}</table>"])
    hand.keys("Control+v")


def row_of(hand: Hand, row: str) -> list[str]:
    """Return what the cells of a row of the applications hold."""
    return [hand.value(season.cell_of(f"applications.{row}.{column}")) for column in COLUMNS]


def blocks(hand: Hand) -> Iterator[str]:
    """Paste blocks and say what does not become of them what should."""
    note = NOTE.format(season.APPLICATIONS)
    paste(hand, NEW, "1,204\t３\t\t-\t 0 \t１，０００", "2\t—\t5\t\t\t")
    hand.until(f"{note}.includes('粘贴了')")
    hand.saved()
    for row, wanted in (("new", ["1204", "3", "", "", "0", "1000"]),
                        ("carried_in", ["2", "", "5", "", "", ""])):
        if (got := row_of(hand, row)) != wanted:
            yield f"a pasted block: {row} has {got}"
    if "有 2 格是“-”" not in (said := hand.page.evaluate(note)):
        yield f"a pasted block with dashes: the page says “{said}”"
    before = hand.page.evaluate(ALL)
    paste(hand, NEW, "自然人\t企业", "7\t8", "合计\t9")
    hand.until(f"{note}.includes('没有粘贴：第 1 行第 1 列“自然人”、第 1 行第 2 列“企业”、"
               "第 3 行第 1 列“合计”不是数。')")
    hand.saved()
    if before != hand.page.evaluate(ALL):
        yield "a block with words in it was pasted in part"
    yield from larger(hand)
    hand.click(season.cell_of(NEW))
    hand.page.evaluate(COPY, ["１，２０５\r\n", "<table><tr><td>１，２０５</td></tr></table>"])
    hand.keys("Control+v")
    hand.saved()
    hand.until("document.querySelector('#section-applications .where').textContent")
    if (got := reading(hand)) != "1205":
        yield f"one pasted figure reads as {got}"


def reading(hand: Hand) -> str:
    """Return what the file has of the first cell, as it prints."""
    return str(hand.page.evaluate(f"""async () => {{
      const file = new URLSearchParams(location.search).get("file");
      return (await (await fetch(`/api/book?file=${{file}}`)).json()).cells["{NEW}"].shown;
    }}"""))


def larger(hand: Hand) -> Iterator[str]:
    """Paste blocks that reach out of the tables, one into a table without sums; undo each in one step."""
    for section, path in (("remedies", LAST), ("disclosure", "disclosure.fees.amount_wan_yuan")):
        note = f"#section-{section}"
        paste(hand, path, "1\t2\t3", "4\t5\t6")
        hand.until(f"{NOTE.format(note)}.includes('粘贴了 1 格。有 5 个数落在表外')")
        if not hand.page.evaluate(f"document.querySelector('{note} .gaps').offsetHeight"):
            yield f"what became of a block pasted into {section} is not shown"
        hand.saved()
        hand.keys("Control+z")
        hand.until(f"document.querySelector('{season.cell_of(path)}').value === ''")
        hand.saved()


def edited(data: Path) -> str:
    """Return the Word file of a draft with a word of it changed, for a script."""
    draft = io.BytesIO(reportgen.docx(reportgen.read(data), reportgen.Options(draft=True)))
    document: Any = Document(draft)
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if "加强培训" in run.text:
                run.text = run.text.replace("加强培训", "加强辅导")
    changed = io.BytesIO()
    document.save(changed)
    return base64.b64encode(changed.getvalue()).decode()


def take_one(hand: Hand) -> None:
    """Take over the change of a Word file that is in section five, once its changes are there."""
    hand.until("document.querySelector('#pane-out .changes')")
    # A signature without a date is read as prose by now: that is not chosen.
    hand.page.evaluate("""() => {
      for (const one of document.querySelectorAll("#pane-out .changes label"))
        one.querySelector("input").checked = one.textContent.includes("五、");
    }""")
    hand.click("#pane-out button", "采用选中的改动")


def dropped(hand: Hand, data: Path) -> Iterator[str]:
    """Drop a Word file that leaders changed, beside its place and there, and take the change over."""
    season.rest_of_prose(hand)
    content = edited(data)
    hand.click("#tab-out")
    if not hand.page.evaluate(DROP, ["#main", "改过.docx", content]):
        yield "a file that is dropped beside its place leads away from the page"
    hand.page.evaluate(DROP, [".zone", "改过.docx", content])
    take_one(hand)
    hand.until("document.querySelector('#pane-out').textContent.includes('已采用 1 处改动')")
    hand.until("document.getElementById('saved').textContent.startsWith('已保存')")
    if "加强辅导" not in (text := data.read_text(encoding="utf-8")):
        yield f"what a dropped file changes is not in the data file: {text}"


def broken(hand: Hand) -> Iterator[str]:
    """Drop half a download in the place of a Word file."""
    hand.page.evaluate(DROP, [".zone", "改过.docx", base64.b64encode(b"half a file").decode()])
    hand.until("document.querySelector('#pane-out .zone + div .told')")
    said = hand.page.evaluate("document.querySelector('#pane-out .zone + div').textContent")
    if "已损坏" not in said or "可以读取" in said:
        yield f"of a broken Word file the page says “{said}”"
    # The browser tells of every refusal.
    hand.wrong[:] = [one for one in hand.wrong if "422" not in one]


def filled(data: Path) -> bytes:
    """Return the form that was sent out as it comes back: one cell another, one blank that the file has."""
    report = reportgen.read(data)
    book = openpyxl.load_workbook(data.parent / SENT)
    form = reportgen.read(data.parent / SENT)
    for path, value in ((NEW, 31), ("applications.new.enterprise", None)):
        sheet, place = form.where[path].cell.split("!")
        book[sheet][place] = value
    if report.cells[NEW].blank or report.cells["applications.new.enterprise"].blank:
        raise ValueError("the cells are blank before")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def returned(hand: Hand, data: Path) -> Iterator[str]:
    """Send a form out, have it come back filled in, find it in the list and take what it changes."""
    season.enter(hand, "applications.new.enterprise", "3")
    hand.saved()
    hand.click("#pane-out .tools button", "Excel 填报表")
    hand.until(f"document.querySelector('#pane-out').textContent.includes('{SENT}')")
    content = filled(data)
    (data.parent / SENT).write_bytes(content)
    hand.open()
    hand.until(f"[...document.querySelectorAll('#files tr')].some((one) => one.dataset.item === '{SENT}' "
               "&& one.textContent.includes('逐处采用'))")
    hand.click(f"#files tr[data-item='{SENT}'] a", "打开数据文件")
    hand.until("document.querySelector('.statutory')")
    hand.click("#tab-out")
    hand.page.set_input_files("#pane-out input[type=file]", data.parent / SENT)
    hand.until("document.querySelector('#pane-out .changes')")
    chosen = hand.page.evaluate("""[...document.querySelectorAll("#pane-out .changes label")]
      .map((one) => [one.textContent.trim(), one.querySelector("input").checked])""")
    wanted = [["表三“一、本年新收政府信息公开申请数量”行“自然人”列", True],
              ["清空 表三“一、本年新收政府信息公开申请数量”行“商业企业”列", False]]
    if chosen != wanted:
        yield f"of a form the page offers {chosen}"
    hand.click("#pane-out button", "采用选中的改动")
    hand.until("document.querySelector('#pane-out').textContent.includes('已采用 1 处改动')")
    hand.saved()
    got = [hand.value(cell_field) for cell_field in map(season.cell_of, (NEW, "applications.new.enterprise"))]
    if got != ["31", "3"]:
        yield f"after a form was taken the cells have {got}"


def workers(process: Process) -> list[int]:
    """Return the processes that the server's helper for new processes has started."""
    parents: dict[int, int] = {}
    for one in Path("/proc").glob("[0-9]*"):
        try:
            fields = (one / "stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()
        except OSError:
            continue
        if int(fields[3]) == process.pid:
            parents[int(one.name)] = int(fields[1])
    return [pid for pid, parent in parents.items() if pid != process.pid and parent != process.pid]


def imported(hand: Hand, folder: Path, process: Process) -> Iterator[str]:
    """Cancel the reading of a report, of which nothing is left, and read it then."""
    hand.open()
    report = folder / "已发布" / "2022年报告.docx"
    report.parent.mkdir()
    older = season.LAST_YEAR.replace("2023", "2022").replace("统计局", "档案局")
    report.write_bytes(reportgen.docx(reportgen.read_content(older), reportgen.Options(draft=True)))
    before = sorted(folder.iterdir())
    # Who reads stands still, so that it is not done before it can be cancelled.
    stopped = workers(process)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    hand.page.set_input_files("#import input", report)
    hand.until("document.querySelector('#told progress')")
    hand.click("#told button", "取消")
    hand.until("document.getElementById('told').textContent === '已取消，没有读取。'")
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    if not hand.page.evaluate("document.activeElement.id === 'told'"):
        yield "after a cancelled reading the keyboard is nowhere"
    if (after := sorted(folder.iterdir())) != before:
        yield f"a cancelled reading left {after}"
    hand.page.set_input_files("#import input", report)
    hand.until("document.querySelector('#told a')")
    if len(sorted(folder.iterdir())) != len(before) + 1:
        yield "a report that was read is not there"
