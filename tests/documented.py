"""The commands that the documents show, and a folder in which they can be run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import openpyxl
from conftest import GOOD, ROOT

import reportgen
from reportgen.cli.main import main

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
AGENCY = "某市统计局"
_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_WAYS = (("sh", "script/reportgen"), ("./reportgen",), (r".venv\Scripts\reportgen",), ("reportgen",))
# What a document calls a file that the reader names himself.
_PLACEHOLDER = re.compile("[…<]|^(文件|文件夹|地址|COMMAND|FILE)$")


class Shown(NamedTuple):
    """A command in a document: where, the words after `reportgen`, and what the document says that it prints."""

    place: str
    words: tuple[str, ...]
    prints: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.place} {' '.join(self.words)}"


def blocks(path: Path) -> list[tuple[str, str, str]]:
    """Return place, kind and text of every fenced block of a document."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix()
    return [(f"{name}:{text.count(chr(10), 0, found.start()) + 2}", found["kind"],
             re.sub(f"^{found['indent']}", "", found["text"], flags=re.MULTILINE)) for found in _FENCE.finditer(text)]


def words_of(line: str) -> tuple[str, ...] | None:
    """Return what a line gives to reportgen, or None where it runs something else."""
    if not line.startswith(("sh script/report", "reportgen ", "./reportgen ", ".venv")):
        return None
    words = tuple(shlex.split(line, comments=True, posix=True))
    if ">" in words:
        words = words[:words.index(">")]
    if words[:2] == ("sh", "script/report"):
        return ("batch", "--flat", "--data", "data", "-o", "out", *words[2:])
    return next((words[len(way):] for way in _WAYS if words[:len(way)] == way), None)


def commands(path: Path, wanted: str = "sh") -> list[Shown]:
    """Return the commands of the fenced blocks of a kind in a document, in order."""
    found = []
    for place, kind, text in blocks(path):
        if kind == "text" and found:
            found[-1] = found[-1]._replace(prints=tuple(text.splitlines()))
        if kind == wanted:
            given = ((number, words_of(line)) for number, line in enumerate(text.splitlines()))
            name, start = place.rsplit(":", 1)
            found += [Shown(f"{name}:{int(start) + number}", words) for number, words in given if words is not None]
    return found


def mentioned(path: Path) -> list[Shown]:
    """Return the commands that stand in the sentences of a document, those without a file of the reader's own."""
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    given = (words_of(code) for code in re.findall(r"`((?:reportgen|\./reportgen|sh script/reportgen?) [^`]*)`", text))
    return [Shown(path.relative_to(ROOT).as_posix(), words) for words in given
            if words and not any(_PLACEHOLDER.search(word) for word in words)]


def run(words: tuple[str, ...]) -> int:
    """Run a command in this process and return its exit code; one of editions in another, told where they are."""
    if words[0] == "edition":
        return subprocess.run([sys.executable, "-m", "reportgen", *words],
                              env={**os.environ, "REPORTGEN_EDITIONS": "formats"}).returncode
    return main(list(words))


def roster(path: Path, names: list[str]) -> None:
    """Write a roster as a workbook."""
    book = openpyxl.Workbook()
    for row in (["机关名称"], *([name] for name in names)):
        book.active.append(row)
    book.save(path)


def data_file(name: str, year: int, more: str = "") -> str:
    """Return the text of a data file that raises no error, all its cells 0."""
    text = GOOD.replace("2024", str(year)).replace("某县统计局", name)
    return text.replace("本年没有收取", f"{year}年没有收取").replace("解读不够深入", f"{year}年解读不够深入") + more


def make_world(folder: Path) -> None:
    """Write every file that a document names: data files, forms, published reports, folders of many agencies."""
    texts = {f"{year}.yaml": data_file(AGENCY, year) for year in (2023, 2024, 2025)}
    texts |= {f"data/{year}.yaml": data_file(AGENCY, year) for year in (2023, 2024)}
    agencies = {"甲局": "某市教育局", "乙局": "某市公安局"}
    for short, name in agencies.items():
        texts |= {f"2023/{short}.yaml": data_file(name, 2023), f"收件/{short}.yaml": data_file(name, 2024)}
    texts["汇总.yaml"] = data_file("某市人民政府", 2024)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    roster(folder / "名册.xlsx", list(agencies.values()))
    assert main(["convert", str(folder / "2025.yaml"), str(folder / "2025.xlsx")]) == 0
    for source, names in {"2024.yaml": ["2024年报"], "2025.yaml": ["改过的"], "收件/甲局.yaml": ["已发布/甲局2024年报"]}.items():
        made = reportgen.build(reportgen.read(folder / source), folder / "made")
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True)
            # What has come in and what was published is there once, as Word.
            for path in made if "/" not in name else made[:1]:
                shutil.copy(path, (folder / name).with_suffix(path.suffix))
    shutil.copytree(ROOT / "templates", folder / "我的模板")
    shutil.copytree(ROOT / "templates", folder / "mine")
    edition = (ROOT / "reportgen" / "format" / "2021.yaml").read_text(encoding="utf-8")
    new = edition.replace("id: '2021'", "id: '2027'").replace("first_year: 2021", "first_year: 2027")
    old = edition.replace("first_year: 2021", "first_year: 2021\nlast_year: 2026")
    (folder / "formats").mkdir()
    (folder / "formats" / "2027.yaml").write_text(new, encoding="utf-8")
    (folder / "formats" / "2021.yaml").write_text(old, encoding="utf-8")
    subprocess.run([sys.executable, ROOT / "script" / "city.py", folder / "city", "--agencies", "3"], check=True)
    shutil.rmtree(folder / "made")
