"""What people do with a folder: drop files on it, have files open, use servers, the page, read locked PDF."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from systems import System

FORMS, PROTECTED = "表 格", "受保护"
# What RC4 and AES are asked for by qpdf.
_CIPHERS = {"rc4": ["128", "--use-aes=n"], "aes": ["256"]}
_SERVER = "server"
_HOLD = """import sys
from reportgen.cli.main import main
with open(sys.argv[1], "rb"):
    sys.exit(main(sys.argv[2:]))
"""


def trials(system: System, work: Path) -> None:
    """Do all of it in a folder where a report was built before, and note what goes wrong."""
    _drop(system)
    _protected(system)
    if system.name.startswith("windows"):
        _open_in_word(system)
        _share(system, work)
    _page(system)


def _note(
    system: System,
    name: str,
    words: list[str],
    code: int,
    made: list[Path],
    told: str = "",
    beside: Sequence[str] = (),
) -> None:
    """Run a program and note what is not as it should be: its exit code, files, and words that it says."""
    done = system.step(name, words, beside)
    answer = (done.stdout + done.stderr).decode("utf-8", "replace")
    missing = [path.name for path in made if not path.is_file()]
    # What starts a program by a double click waits for a key, which nobody presses here.
    wrong = code >= 0 and done.returncode != code
    if wrong or missing or told not in answer:
        system.found[name] = f"exit {done.returncode}, missing {missing}: …{answer.strip()[-400:]}"


def _give(system: System, folder: Path) -> None:
    """Give a folder of a root to the user without rights who works there."""
    if os.geteuid() == 0 and not system.name.startswith("windows"):
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, 1000, 1000)


def _drop(system: System) -> None:
    """Drop two files at once on what starts the program, then what is no data file."""
    forms = system.folder / FORMS
    forms.mkdir()
    first, second, wrong = forms / "甲县 2024(1).yaml", forms / "乙县2024(2).yaml", forms / "报告 旧.docx"
    for path, agency in ((first, "甲县"), (second, "乙县")):
        # Last year's is looked for beside it.
        for year in ("2024", "2023"):
            text = (system.folder / "data" / f"{year}.yaml").read_text(encoding="utf-8")
            target = path.with_name(path.name.replace("2024", year))
            target.write_text(text.replace("宿迁市", agency), encoding="utf-8")
    shutil.copy(next((system.folder / "输出 文件").glob("*.docx")), wrong)
    _give(system, forms)
    made = [
        forms / f"{agency}2024年政府信息公开工作年度报告.{kind}"
        for agency in ("甲县", "乙县")
        for kind in ("docx", "pdf")
    ]
    _note(system, "drop two", [*_launcher(system, "生成报告"), *_given(system, first, second)], -1, made)
    _note(system, "drop wrong", [*_launcher(system, "生成报告"), *_given(system, wrong)], -1, [], "import")
    _note(system, "launcher", _launcher(system, "生成报告"), -1, [], "可以生成 PDF")


def _launcher(system: System, name: str) -> list[str]:
    """Return what a desktop runs for a launcher, without the files that are dropped on it."""
    if system.name.startswith("windows"):
        return [f"{name}.cmd"]
    entry = system.folder / f"{name}.desktop"
    line = next(line for line in entry.read_text(encoding="utf-8").splitlines() if line.startswith("Exec="))
    # Backslashes are doubled, and quote a dollar in an argument (Desktop Entry Specification, "Exec").
    line = line.removeprefix("Exec=").replace("\\\\", "\\")
    words = [word.replace("\\$", "$") for word in shlex.split(line)]
    return [*words[: words.index("%k")], str(_inside(system, entry))]


def _inside(system: System, path: Path) -> Path:
    """Return a path as it is in the root of a system."""
    return Path("/home") / path.relative_to(system.folder.parent.parent)


def _given(system: System, *paths: Path) -> list[str]:
    """Return paths as a desktop gives them: whole ones."""
    if system.name.startswith("windows"):
        return ["Z:" + str(path).replace("/", "\\") for path in paths]
    return [str(_inside(system, path)) for path in paths]


def _protected(system: System) -> None:
    """Read the PDF that was built, protected by its owner's password."""
    folder = system.folder / PROTECTED
    folder.mkdir()
    (plain,) = (system.folder / "输出 文件").glob("*.pdf")
    for name, options in _CIPHERS.items():
        command = ["qpdf", "--allow-weak-crypto", str(plain), "--encrypt", "", "owner", *options, "--"]
        subprocess.run([*command, str(folder / f"{name}.pdf")], check=True)
    _give(system, folder)
    for name in _CIPHERS:
        words = [system.program, "import", f"{PROTECTED}/{name}.pdf", "-o", f"{PROTECTED}/{name}.yaml"]
        _note(system, f"from {name}", words, 0, [folder / f"{name}.yaml"])
        (folder / f"{name}.pdf").unlink()


def _open_in_word(system: System) -> None:
    """Build a report whose DOCX is open in a program that lets nobody rename it."""
    (system.folder / "hold.py").write_text(_HOLD, encoding="utf-8")
    (report,) = (system.folder / "输出 文件").glob("*.docx")
    before = report.read_bytes()
    held = [r"python\python.exe", "-X", "utf8", "hold.py", f"输出 文件/{report.name}"]
    words = [*held, "build", "data/2024.yaml", "-o", "输出 文件"]
    _note(system, "open in Word", words, 2, [], '-o "输出 文件（2）"')
    if report.read_bytes() != before:
        system.found["open in Word"] = "the file that was open has changed"


def _share(system: System, work: Path) -> None:
    r"""Read from \\server\共享 and write there, with data on a drive too; wine has a folder for servers.

    The program stays on its drive: wine 8 starts no Python on a server.
    """
    top = work / "share"
    shutil.copytree(system.folder / "各机关", top / "各机关")
    shutil.copytree(system.folder / "data", top / "年报")
    link = work.parent / "wine" / "dosdevices" / "unc" / _SERVER / "共享"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(top)
    share = rf"\\{_SERVER}\共享"
    (report,) = (system.folder / "输出 文件").glob("*.pdf")
    made = top / "输出" / report.name
    words = [system.program, "build", rf"{share}\年报\2024.yaml", "-o", rf"{share}\输出"]
    _note(system, "share", words, 0, [made])
    if made.is_file() and made.read_bytes() != report.read_bytes():
        system.found["share"] = "another PDF than on a drive"
    words = ["batch", "2024", rf"{share}\各机关", "data", "-o", rf"{share}\全部", "--jobs", "2"]
    _note(system, "share, batch", [system.program, *words], 0, [])


def _page(system: System) -> None:
    """Open the page by a double click, and by a folder that is dropped; it ends with its window."""
    launcher, dropped = _launcher(system, "填报页面"), system.folder / FORMS
    for name, words, file in (
        ("page", launcher, system.folder / "data" / "2024.yaml"),
        ("page, drop", [*launcher, *_given(system, dropped)], dropped / "甲县 2024(1).yaml"),
    ):
        (shown,) = _given(system, file.parent)
        beside = [sys.executable, str(Path(__file__).with_name("served.py")), str(file), shown]
        _note(system, name, words, 0, [], "closing the window ended it", beside)
