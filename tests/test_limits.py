"""The limits stand in one module, and docs/limits.md says what they are; no other module has one of its own."""

import re

from conftest import ROOT

from reportgen.files import limits

UNITS = {"MB": 1024 * 1024, "KB": 1024}
ROW = re.compile(r"\| [^|]+ \| [^|\d]*([\d,]+)(?: (\w+))?[^|]*\| `(\w+)` \|")


def test_the_docs_say_every_limit():
    rows = ROW.findall((ROOT / "docs" / "limits.md").read_text(encoding="utf-8"))
    told = {name: int(number.replace(",", "")) * UNITS.get(unit, 1) for number, unit, name in rows}
    assert told == {name: value for name, value in vars(limits).items() if name.isupper() and not name.startswith("_")}
    assert len(rows) == len(told)


def test_what_is_read_has_no_limit_anywhere_else():
    rooms = ("datafile", "format", "imports", "files", "form/read.py", "form/entries.py", "outputs/bounds.py", "outputs/sandbox.py", "outputs/docx/template.py")
    found = [f"{path.relative_to(ROOT)}: {line}" for room in rooms for path in sorted((ROOT / "reportgen").glob(room if room.endswith(".py") else f"{room}/**/*.py"))
             if path.name != "limits.py" for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"_?MAX_(?!LISTED|ADDED)\w+(, \w+)* = ", line)]
    assert found == []


def test_no_limit_of_time_asks_the_clock_on_the_wall():
    """It may be set while a command runs; time.monotonic goes on, and no output says when it was made."""
    asked = [f"{path.relative_to(ROOT)}: {line.strip()}" for path in sorted((ROOT / "reportgen").rglob("*.py"))
             for line in path.read_text(encoding="utf-8").splitlines()
             if re.search(r"\btime\.(time|localtime|gmtime)\b|date(time)?\.(now|today|utcnow)\b|from time import .*\b(time|localtime|gmtime)\b", line)]
    assert asked == []
