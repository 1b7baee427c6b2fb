"""Make a folder for each system that runs where it is unpacked, with a Python, Pango and fonts of its own."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "script" / "bundle.d"))

import folder  # noqa: E402 - the folder is put on the path above
import inputs  # noqa: E402
import papers  # noqa: E402

LIMIT = 120 * 2**20


def main() -> int:
    """Make an archive for each system and one of rare hanzi, and print their paths and sizes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--system", action="append", choices=inputs.PARTS["systems"])
    taken = parser.add_mutually_exclusive_group()
    taken.add_argument("--pin", action="store_true")
    taken.add_argument("--newer", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        own = folder.own_wheels(Path(work))
        for system in options.system or inputs.PARTS["systems"]:
            given = inputs.inputs(system, options.pin, options.newer)
            tree = folder.folder(given, own)
            papers.add(tree, given, own)
            if tree.size() > LIMIT:
                raise SystemExit(f"{system}: {tree.size() / 2**20:.0f} MiB, more than {LIMIT / 2**20:.0f}")
            target = tree.pack(options.out / f"reportgen-{system}.{given.settings['archive']}")
            packed, size = target.stat().st_size / 2**20, tree.size() / 2**20
            print(f"{target}\t{packed:.0f} MiB\t{size:.0f} MiB unpacked")
        if not options.system:
            target = folder.hanzi(Path(work)).pack(options.out / "reportgen-hanzi.zip")
            print(f"{target}\t{target.stat().st_size / 2**20:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
