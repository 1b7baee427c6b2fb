"""Hold what reportgen builds against validators, LibreOffice, a ruler and golden images."""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "script" / "conformance.d"))

import form  # noqa: E402 - the folder is put on the path above
import golden  # noqa: E402
import hard  # noqa: E402
import offline  # noqa: E402
import readers  # noqa: E402
import rendering  # noqa: E402
import superdoc  # noqa: E402
import thousand  # noqa: E402
import web  # noqa: E402
import word_templates  # noqa: E402

import reportgen  # noqa: E402
from reportgen.outputs.annotated import annotated  # noqa: E402
from reportgen.outputs.build import Options  # noqa: E402
from reportgen.outputs.document import document  # noqa: E402
from reportgen.outputs.web_page import Download, write_page  # noqa: E402
from reportgen.standard import layout  # noqa: E402
from reportgen.standard.mark_space import CLOSING, HALF, OPENING  # noqa: E402

# Data files whose Excel form LibreOffice recalculates, one of each edition.
FORMS = ("data/suqian/2024", "tests/clean/2020")
# A line of the DOCX may break elsewhere than the PDF's in one of a hundred.
SAME_LINES = 0.99
EDGE = 0.3 / layout.MM_PER_POINT        # 0.3 mm, in points
PITCH = 0.05                            # points
GRID = 0.6                              # points: what two faces stand apart in a line


@dataclass
class Built:
    """One document with its files and what was found, by check: "" where it passes."""

    name: str
    report: reportgen.Report
    docx: Path
    pdf: Path
    example: bool
    draft: bool = False
    found: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def main() -> int:
    """Run every check on every document, print one table, and return 1 if any fails."""
    parser = argparse.ArgumentParser()
    parser.add_argument("tools", type=Path)
    parser.add_argument("--golden", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--every-cell", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = (options.keep or Path(folder)).resolve()
        built = build_all(work)
        vera(built, options.tools)
        sdk(built, options.tools)
        each(built, "qpdf", qpdf)
        word = rendering.libreoffice([one.docx for one in built], work / "libreoffice")
        forms = {name: form.check(ROOT / f"{name}.yaml", work / "form" / name, options.every_cell)
                 for name in FORMS}
        pages(built, options.tools, work / "web")
        again = reportgen.build(reportgen.read(ROOT / "data" / "suqian" / "2024.yaml"), work / "online")
        cut_off = offline.check(work / "offline", again)
        templates = word_templates.check([Path(one.report.path) for one in built if one.example],
                                         work / "templates")
        killed = thousand.check(ROOT / "data" / "suqian" / "2023.yaml", work / "thousand")
        examples = [one.docx for one in built if one.example]
        laid_out = superdoc.pages(examples, options.tools / "node_modules",
                                  work / "libreoffice" / "fonts.conf")
        for one in built:
            printed, set_ = rendering.rendered(one.pdf), rendering.rendered(word[one.docx])
            one.found["lines"] = lines(printed, set_)
            one.found["ruler"] = (ruler(printed, one) or off_grid(printed) or off_grid(set_)
                                   or rendering.overprinted(word[one.docx]))
            one.found["numbers"] = page_numbers(printed)
            one.found["readers"] = readers.check(one.docx, document(one.report, one.draft))
            # It breaks lines by rules of its own, which may be a page more or less.
            if abs(laid_out.get(one.docx, printed.pages) - printed.pages) > 1:
                one.found["readers"] += f" {printed.pages} pages, SuperDoc {laid_out[one.docx]}"
            if one.example:
                one.found["golden"] = golden.compare(one.pdf, one.name, write=options.golden)
    failed = table(built)
    for name, wrong in forms.items():
        print(f"form of {name}, recalculated by LibreOffice: {f'FAIL {wrong}' if wrong else 'ok'}")
    print(f"Word templates, shown and saved by LibreOffice: {f'FAIL {templates}' if templates else 'ok'}")
    print(f"unpacked without a network: {f'FAIL {cut_off}' if cut_off else 'ok'}")
    print(f"1,000 agencies, 30 broken, killed five times: {f'FAIL {killed}' if killed else 'ok'}")
    return 1 if failed or cut_off or templates or killed or any(forms.values()) else 0


def build_all(work: Path) -> list[Built]:
    """Build examples and hard documents twice, the second time in another process, zone and locale."""
    built = []
    for path in sorted((ROOT / "data").glob("*/*.yaml")):
        built.append(build(f"{path.parent.name}-{path.stem}", path, work, False, True))
    source = ROOT / "data" / "suqian" / "2024.yaml"
    for one in hard.documents(source):
        path = work / "data" / one.name / "2024.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.text, encoding="utf-8")
        if one.before:
            path.with_name("2023.yaml").write_text(one.before, encoding="utf-8")
        built.append(build(one.name, path, work, one.draft, False))
    return built


def build(name: str, data: Path, work: Path, draft: bool, example: bool) -> Built:
    """Build one document and compare it with a second building."""
    report = reportgen.read(data)
    docx, pdf = reportgen.build(report, work / "built" / name, options=Options(draft=draft))
    # One name for all, so that each can be told from its folder and none is too long for a tool.
    docx, pdf = docx.rename(docx.with_name(f"{name}.docx")), pdf.rename(pdf.with_name(f"{name}.pdf"))
    again = work / "again" / name
    command = [sys.executable, "-m", "reportgen", "build", str(data), "-o", str(again),
               *(["--draft"] if draft else [])]
    subprocess.run(command, check=True, capture_output=True, cwd=work,
                   env={"PATH": "/usr/bin:/bin", "TZ": "America/New_York", "LC_ALL": "C",
                        "PYTHONHASHSEED": "7",
                        "PYTHONPATH": str(ROOT), **offline.SETTINGS})
    sums = {path.suffix: hashlib.sha256(path.read_bytes()).hexdigest() for path in again.iterdir()}
    same = all(hashlib.sha256(path.read_bytes()).hexdigest() == sums[path.suffix] for path in (docx, pdf))
    return Built(name, report, docx, pdf, example, draft, {"again": "" if same else "bytes differ"})


def each(built: list[Built], check: str, run: Callable[[Built], str]) -> None:
    """Run one check on every document."""
    for one in built:
        one.found[check] = run(one)


def vera(built: list[Built], tools: Path) -> None:
    """Validate every PDF as PDF/A-3a and PDF/UA-1."""
    java = Path("/usr/share/java")
    jars = [tools / "vera.jar", tools, *(java / f"{name}.jar" for name in (
        "jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset",
        "javax.activation"))]
    done = subprocess.run(["java", "-cp", ":".join(map(str, jars)), "VeraCheck", "3a,ua1",
                           *(str(one.pdf) for one in built)], check=True, capture_output=True, text=True)
    results = {(file, flavour): (compliant, rules) for file, flavour, compliant, rules in (
        line.split("\t") for line in done.stdout.splitlines())}
    for one in built:
        for flavour in ("3a", "ua1"):
            compliant, rules = results.get((str(one.pdf), flavour), ("", "not validated"))
            one.found[flavour] = "" if compliant == "true" else rules


def sdk(built: list[Built], tools: Path) -> None:
    """Validate every DOCX with the Open XML SDK, and each example's draft with its findings as comments."""
    for one in built:
        one.found["sdk"] = _sdk_errors(one.docx, tools)
        if one.example and not one.found["sdk"]:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "commented.docx")
                path.write_bytes(annotated(one.report, reportgen.check(one.report)))
                one.found["sdk"] = _sdk_errors(path, tools)


def _sdk_errors(path: Path, tools: Path) -> str:
    validator = tools / "node_modules" / "@xarsh" / "ooxml-validator" / "dist" / "src" / "cli.js"
    done = subprocess.run(["node", str(validator), str(path), "--officeVersion", "Microsoft365"],
                          capture_output=True, text=True, check=False)
    result = json.loads(done.stdout) if done.stdout else {"ok": False, "errors": [done.stderr]}
    return "" if result["ok"] else f"{len(result['errors'])}: {result['errors'][:1]}"


def pages(built: list[Built], tools: Path, work: Path) -> None:
    """Show and print the web page of every document in Chromium."""
    with web.Viewer(tools / "node_modules" / "axe-core" / "axe.min.js", work) as viewer:
        for one in built:
            path = work / f"{one.name}.html"
            downloads = [Download(one.docx.name, "Word 文件", one.docx.stat().st_size)]
            path.write_bytes(write_page(document(one.report, one.draft), downloads))
            headings = [section.heading for section in one.report.edition.sections]
            one.found["web"] = viewer.wrong(path, one.name, headings, every=one.example)


def qpdf(one: Built) -> str:
    """Check the syntax of a PDF."""
    done = subprocess.run(["qpdf", "--check", str(one.pdf)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip()[:80]


def lines(printed: rendering.Rendered, word: rendering.Rendered) -> str:
    """Say how the DOCX, set by LibreOffice, departs from the PDF: pages, text, and where lines break."""
    # The rules of the 版记 look like a table's to the reader, so its text is left to the eye.
    one, two = ([line.text for line in side.lines if line.size > layout.IMPRINT_SIZE + 1]
                for side in (printed, word))
    if printed.pages != word.pages:
        return f"{printed.pages} pages, LibreOffice {word.pages}"
    if "".join(one) != "".join(two):
        at = next((index for index, (a, b) in enumerate(zip("".join(one), "".join(two), strict=False))
                   if a != b), 0)
        return f"text differs at {''.join(one)[at:at + 12]}"
    matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return "" if same >= SAME_LINES * len(one) else f"{same} of {len(one)} lines"


def ruler(printed: rendering.Rendered, one: Built) -> str:
    """Measure lines a page, pitch, edges and margins of the body text."""
    left = layout.MARGIN_LEFT / layout.MM_PER_POINT
    right = left + layout.TYPE_WIDTH / layout.MM_PER_POINT
    top = layout.MARGIN_TOP / layout.MM_PER_POINT
    body = [line for line in printed.lines if abs(line.size - layout.BODY_SIZE) < 0.1]
    paragraphs = {paragraph.text.replace(" ", "")[-3:] for section in one.report.passages.values()
                  for paragraph in section}
    for line in body:
        # The blank half of a mark hangs out of its line.
        starts, ends = (layout.BODY_SIZE * HALF * (mark in marks) for mark, marks in (
            (line.text[0], OPENING), (line.text[-1], CLOSING)))
        if line.right - ends > right + EDGE or line.left + starts < left - EDGE:
            return f"outside the type area: p. {line.page} {line.text[:10]}"
    for before, after in pairwise(body):
        gap = after.top - before.top
        next_line = before.page == after.page and 0 < gap < 1.5 * layout.LINE_PITCH
        if next_line and abs(gap - layout.LINE_PITCH) > PITCH:
            return f"pitch {gap:.2f} at p. {after.page} {after.text[:10]}"
        starts = left - layout.BODY_SIZE * HALF * (after.text[0] in OPENING)
        flows = abs(after.left - starts) < EDGE and len(after.text) > 1 and before.text[-3:] not in paragraphs
        ends = right + layout.BODY_SIZE * HALF * (before.text[-1] in CLOSING)
        if flows and abs(before.right - ends) > EDGE and len(before.text) > 15 and before.text[-1] != "：":
            off = (ends - before.right) * layout.MM_PER_POINT
            return f"ragged by {off:.2f} mm: p. {before.page} {before.text[-10:]}"
    for page in range(1, printed.pages + 1):
        own = [line for line in body if line.page == page]
        if own and min(line.top for line in own) < top - EDGE:
            return f"above the type area: p. {page}"
        if len({round(line.top) for line in own}) > layout.LINES:
            return f"{len(own)} lines on p. {page}"
    full = [line for line in body if len(line.text) == layout.CHARACTERS
            and not any(c.isascii() for c in line.text)]
    if one.example and not full:
        return f"no line of {layout.CHARACTERS} characters"
    return ""


def off_grid(printed: rendering.Rendered) -> str:
    """Say which line of the body does not stand on the 22 lines of its page, the heads of run-in lines aside.

    What stands above the title has its place in millimetres (GB/T 9704-2012, 7.2). Faces stand a little
    differently in their lines, so the most common place is that of the grid.
    """
    top = layout.MARGIN_TOP / layout.MM_PER_POINT
    titled = max((at for at, line in enumerate(printed.lines)
                  if line.page == 1 and abs(line.size - layout.TITLE_SIZE) < 0.1), default=-1)
    places = [(line, (line.top - top) % layout.LINE_PITCH) for line in printed.lines[titled + 1:]
              if abs(line.size - layout.BODY_SIZE) < 0.1]
    usual = Counter(round(place, 1) for _, place in places).most_common(1)[0][0] if places else 0.0
    off = next((line for line, place in places if abs(place - usual) > GRID), None)
    return f"off the grid: p. {off.page} {off.text[:10]}" if off else ""


def page_numbers(printed: rendering.Rendered) -> str:
    """Check every page's number: text, side, and place (GB/T 9704-2012, 7.5)."""
    # A blank page and the page of the 版记 behind it have none.
    blank = set(range(1, printed.pages + 1)) - {line.page for line in printed.lines} - set(printed.tables)
    numbers = [number for number in range(1, printed.pages + 1) if not {number, number - 1} & blank]
    if [text for text, *_ in printed.below] != [f"—{number}—" for number in numbers]:
        return f"found {[text for text, *_ in printed.below][-4:]}, expected {numbers[-4:]}"
    left = layout.MARGIN_LEFT / layout.MM_PER_POINT
    right = left + layout.TYPE_WIDTH / layout.MM_PER_POINT
    foot = (layout.PAGE_HEIGHT - layout.MARGIN_BOTTOM + layout.PAGE_NUMBER_DROP) / layout.MM_PER_POINT
    for number, (_, x0, x1, top) in zip(numbers, printed.below, strict=True):
        off = right - layout.BODY_SIZE - x1 if number % 2 else x0 - left - layout.BODY_SIZE
        dash = top + layout.PAGE_NUMBER_SIZE / 2
        if abs(off) > 1 or abs(dash - foot) > 1.5:
            return f"p. {number} is {off:.2f} pt off the side and {dash - foot:.2f} pt off 7 mm"
    return ""


def table(built: list[Built]) -> int:
    """Print one row a document and one column a check; return 1 if anything fails."""
    checks = ["3a", "ua1", "qpdf", "sdk", "again", "lines", "ruler", "numbers", "readers", "golden", "web"]
    print(f"{'document':18}" + "".join(f"{check:9}" for check in checks))
    failed = 0
    for one in built:
        print(f"{one.name:18}" + "".join(
            f"{'-' if check not in one.found else 'FAIL' if one.found[check] else 'ok':9}"
            for check in checks))
        for check in checks:
            if one.found.get(check):
                failed += 1
                print(f"    {check}: {one.found[check]}")
    print(f"{sum(len(one.found) for one in built) - failed} passed, {failed} failed")
    for one in built:
        for note in one.notes:
            print(f"{one.name}: {note}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
