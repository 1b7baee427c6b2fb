"""Print the examples with another WeasyPrint and hold the pages against those of the pinned one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from seen import seen  # noqa: E402 - the folder is put on the path above

DATA = ("data/suqian/2023.yaml", "data/suqian/2024.yaml", "data/xianning-scjg/2020.yaml",
        "tests/clean/2019.yaml")


def main(version: str) -> int:
    """Print what differs by data file; return 1 where anything does, or where no PDF is made."""
    failed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = _install(folder / "venv", version)
        for data in DATA:
            ours = _build(sys.executable, data, folder / "ours")
            theirs = _build(python, data, folder / "theirs")
            said = _difference(ours, theirs)
            failed |= bool(said)
            print(f"WeasyPrint {version}  {data}: {said or 'same text, positions, rules and tags'}")
            if not isinstance(theirs, bytes):
                break
    return int(failed)


def _install(folder: Path, version: str) -> str:
    """Return the Python of a new environment with this version."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    pins = folder / "constraints.txt"
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    pins.write_text("".join(line for line in lines if not line.startswith("weasyprint==")), encoding="utf-8")
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "-c", str(pins), str(ROOT)], check=True)
    # A version below what the package asks for is refused by the package itself, which is to be seen too.
    subprocess.run([*pip, "--no-deps", f"weasyprint=={version}"], check=True)
    return python


def _build(python: str, data: str, out: Path) -> bytes | str:
    """Return the PDF of a data file, or what was said instead."""
    ran = subprocess.run([python, "-m", "reportgen", "build", data, "-o", str(out)], cwd=ROOT, text=True,
                         capture_output=True, env={**os.environ, "PYTHONPATH": ""})
    pages = next(out.glob("*.pdf"), None) if out.exists() else None
    if pages:
        return pages.read_bytes()
    return ran.stderr.splitlines()[0] if ran.stderr else f"exit {ran.returncode}"


def _difference(ours: bytes | str, theirs: bytes | str) -> str:
    if not isinstance(ours, bytes) or not isinstance(theirs, bytes):
        return str(theirs if isinstance(ours, bytes) else ours)
    (pages, tags), (other_pages, other_tags) = seen(ours), seen(theirs)
    both = enumerate(zip(pages, other_pages, strict=False), 1)
    found = [f"page {number}" for number, (one, other) in both if one != other]
    if len(pages) != len(other_pages):
        found.append(f"{len(other_pages)} pages, not {len(pages)}")
    return ", ".join([*found, *(["tags"] if tags != other_tags else [])])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
