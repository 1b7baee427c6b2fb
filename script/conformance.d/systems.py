"""Run the folder of each system as far as a Linux machine can: wine, qemu, a root of an old Debian."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import office
from guests import Run, rooted, unpack, wine

ROOT = Path(__file__).resolve().parent.parent.parent
# A path as on an office's desktop.
PLACE = "桌面 文件"
OLDEST = (2, 28)
# What comes with its own loader is run by it alone.
_BROUGHT = "runtime/"
TITLE = "宿迁市2024年政府信息公开工作年度报告"


@dataclass
class System:
    """A folder, where it was unpacked, and how a program of it is run there, by its words."""

    name: str
    folder: Path
    run: Run
    found: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def program(self) -> str:
        """Return what starts reportgen in the folder."""
        return "reportgen.cmd" if self.name.startswith("windows") else "./reportgen"

    def step(
        self, name: str, words: list[str], beside: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program, note how long it takes, and that nothing is known to be wrong with it."""
        start = time.monotonic()
        done = self.run(words, self.folder, beside)
        self.seconds[name], self.found[name] = time.monotonic() - start, ""
        return done


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return what a program said."""
    return (done.stdout + done.stderr).decode("utf-8", "replace").strip()


def main() -> int:
    """Print tables of steps and of hashes; return 1 where a step fails or a hash differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("roots", type=Path)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    options.roots = options.roots.resolve()
    work = options.roots / "work"
    shutil.rmtree(work, ignore_errors=True)
    systems = [
        System(
            "windows-x86_64",
            unpack(options.dist, "windows-x86_64", work / "wine" / PLACE),
            wine(options.roots),
        ),
        System(
            "linux-x86_64",
            unpack(options.dist, "linux-x86_64", options.roots / "bullseye-amd64" / "home" / PLACE),
            rooted(options.roots / "bullseye-amd64"),
        ),
        System(
            "linux-aarch64",
            unpack(options.dist, "linux-aarch64", options.roots / "bookworm-arm64" / "home" / PLACE),
            rooted(options.roots / "bookworm-arm64"),
        ),
    ]
    for system in systems:
        steps(system)
        office.trials(system, work)
        if system.name.startswith("linux"):
            system.found["glibc"] = glibc(system.folder)
    return table(systems)


def steps(system: System) -> None:
    """Do what an agency does, one step after the other, and note what goes wrong."""
    data, out = "data/2024.yaml", "输出 文件"
    drawn = system.folder / "图表"
    drawn.mkdir()
    for year in (2023, 2024):
        text = (system.folder / "data" / f"{year}.yaml").read_text(encoding="utf-8")
        chart_keys = "charts: {历年申请: 是, 办理结果: 是, 申请人: 是}\n"
        (drawn / f"{year}.yaml").write_text(text + chart_keys, encoding="utf-8")
    many = system.folder / "各机关"
    for number in (1, 2):
        below = many / f"{number}局"
        below.mkdir(parents=True)
        for year in (2023, 2024):
            text = (system.folder / "data" / f"{year}.yaml").read_text(encoding="utf-8")
            # Line ends of Windows, and an agency of its own.
            text = text.replace("宿迁市", f"宿迁市{number}").replace("\n", "\r\n")
            (below / f"{year}.yaml").write_bytes(text.encode())
    if os.geteuid() == 0:
        for path in [drawn, *drawn.rglob("*"), many, *many.rglob("*")]:
            os.chown(path, 1000, 1000)
    for name, words, made in (
        ("doctor", ["doctor"], []),
        ("check", ["check", data], []),
        ("build", ["build", data, "-o", out], [f"{out}/{TITLE}.docx", f"{out}/{TITLE}.pdf"]),
        (
            "form",
            ["form", "2025", "--agency", "宿迁市人民政府", "--from", data, "-o", "2025.xlsx"],
            ["2025.xlsx"],
        ),
        ("from xlsx", ["convert", data, "2024.xlsx"], ["2024.xlsx"]),
        ("from docx", ["import", f"{out}/{TITLE}.docx", "-o", "docx.yaml"], ["docx.yaml"]),
        ("from pdf", ["import", f"{out}/{TITLE}.pdf", "-o", "pdf.yaml"], ["pdf.yaml"]),
        ("release", ["release", data, "-o", "发布"], []),
        (
            "charts",
            ["build", "图表/2024.yaml", "-o", "图表"],
            [f"图表/{TITLE}.docx", f"图表/{TITLE}.pdf"],
        ),
        ("batch", ["batch", "2024", "各机关", "-o", "全部", "--jobs", "2"], []),
    ):
        done = system.step(name, [system.program, *words])
        missing = [path for path in made if not (system.folder / path).is_file()]
        if done.returncode or missing:
            system.found[name] = f"exit {done.returncode}, missing {missing}: …{said(done)[-300:]}"


def glibc(folder: Path) -> str:
    """Name what needs a glibc newer than the oldest system's, beside what comes with its own loader."""
    newer = []
    for path in sorted(folder.rglob("*.so*")):
        if _BROUGHT in path.relative_to(folder).as_posix() or path.read_bytes()[:4] != b"\x7fELF":
            continue
        shown = subprocess.run(
            ["readelf", "--version-info", str(path)], capture_output=True, text=True, check=True
        )
        needs = [
            tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_(\d+\.\d+)", shown.stdout)
        ]
        if needs and max(needs) > OLDEST:
            newer.append(f"{path.name} {max(needs)}")
    return ", ".join(newer)


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of each file that was made, by its path."""
    below = ("输出 文件", "发布", "图表", "全部", office.FORMS, office.PROTECTED)
    made = [path for name in below for path in sorted((folder / name).rglob("*"))]
    made += [folder / name for name in ("2025.xlsx", "2024.xlsx", "docx.yaml", "pdf.yaml")]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in made
        # What batch notes for itself names what is installed here, and where.
        if path.is_file()
        and ".reportgen" not in path.parts
        and path.suffix in {".docx", ".pdf", ".xlsx", ".html", ".json", ".yaml"}
    }


def table(systems: list[System]) -> int:
    """Print steps and hashes by system; return 1 where one is not as it should be."""
    names = list(dict.fromkeys(name for system in systems for name in system.found))
    print(f"{'':12}" + "".join(f"{system.name:>20}" for system in systems))
    for name in names:
        cells = (
            "-"
            if name not in system.found
            else "FAIL"
            if system.found[name]
            else f"ok {system.seconds[name]:5.1f} s"
            if name in system.seconds
            else "ok"
            for system in systems
        )
        print(f"{name:12}" + "".join(f"{cell:>20}" for cell in cells))
    for system in systems:
        print(
            *(f"    {system.name}, {name}: {wrong}\n" for name, wrong in system.found.items() if wrong),
            sep="",
            end="",
        )
    made = {system.name: hashes(system.folder) for system in systems}
    files = sorted({name for found in made.values() for name in found})
    differ = 0
    for name in files:
        found = {one.get(name, "missing") for one in made.values()}
        differ += len(found) > 1
        print(f"{next(iter(found))[:16] if len(found) == 1 else 'DIFFERS':18}{name}")
        if len(found) > 1:
            print(
                *(f"    {system}: {one.get(name, 'missing')[:16]}\n" for system, one in made.items()),
                sep="",
                end="",
            )
    failed = sum(bool(wrong) for system in systems for wrong in system.found.values())
    print(
        f"{sum(len(system.found) for system in systems) - failed} passed, {failed} failed; "
        f"{len(files) - differ} files equal, {differ} differ"
    )
    return 1 if failed or differ else 0


if __name__ == "__main__":
    sys.exit(main())
