"""Collect the wheels of reportgen and its needs into archives for machines without a network."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The tags under which wheels are published, newest first; an office's system may be as old as the last.
PLATFORMS = {
    "linux-x86_64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "windows": ("win_amd64",),
}
VERSIONS = ("3.11", "3.12", "3.13")
PIP = "pip==26.1.1"


def main() -> int:
    """Make an archive for each platform and print where it is; return 1 if a wheel is missing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--platform", action="append", choices=PLATFORMS)
    parser.add_argument("--python", action="append", choices=VERSIONS)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for platform in options.platform or ["linux-x86_64"]:
        with tempfile.TemporaryDirectory() as folder:
            top = Path(folder) / f"reportgen-{project['version']}-{platform}"
            wheels = top / "wheels"
            wheels.mkdir(parents=True)
            pip("wheel", "--no-deps", "-w", str(wheels), str(ROOT), str(ROOT / "hanzi"))
            for version in options.python or VERSIONS:
                download(wheels, platform, version, [
                    *project["dependencies"], *project["optional-dependencies"]["charts"], PIP])
            for name in ("README.md", "README.zh-CN.md", "LICENSE"):
                (top / name).write_bytes((ROOT / name).read_bytes())
            (top / "install.py").write_bytes((ROOT / "script" / "install.py").read_bytes())
            (top / "data").mkdir()
            example = ROOT / "data" / "suqian"
            for path in sorted(example.glob("*.yaml")):
                (top / "data" / path.name).write_bytes(path.read_bytes())
            print(pack(top, options.out, platform))
    return 0


def pip(*arguments: str) -> None:
    """Run pip of this environment, pinned."""
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments],
                   check=True)


def download(wheels: Path, platform: str, version: str, requirements: list[str]) -> None:
    """Download the wheels of a platform and a Python version; fails where one is not published."""
    tags = [argument for tag in PLATFORMS[platform] for argument in ("--platform", tag)]
    pip("download", "--only-binary", ":all:", "--implementation", "cp", "--python-version", version, *tags,
        "-c", str(ROOT / "constraints.txt"), "-d", str(wheels), *requirements)


def pack(top: Path, out: Path, platform: str) -> Path:
    """Pack a folder, as a zip for Windows and as a tar elsewhere; names in order, no owner, no time."""
    files = sorted(path for path in top.rglob("*") if path.is_file())
    if platform == "windows":
        target = out / f"{top.name}.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for path in files:
                archive.writestr(zipfile.ZipInfo(path.relative_to(top.parent).as_posix()), path.read_bytes())
        return target
    target = out / f"{top.name}.tar"
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for path in files:
            info = tarfile.TarInfo(path.relative_to(top.parent).as_posix())
            info.size, info.mode = path.stat().st_size, 0o644
            with path.open("rb") as stream:
                archive.addfile(info, stream)
    return target


if __name__ == "__main__":
    sys.exit(main())
