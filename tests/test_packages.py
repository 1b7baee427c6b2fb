"""The wheel and the source archive: the same bytes from any tree, whole, and fit for a package index."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

pytestmark = pytest.mark.slow
# script/conformance installs them, by requirements/conformance.txt.
for tool in ("build", "twine"):
    pytest.importorskip(tool, reason=f"{tool} is not installed; sh script/conformance installs it")
UNCOMMITTED = shutil.ignore_patterns(".git", ".venv", "out", "dist", "mutants", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis", "hanzi")


def run(*arguments, cwd, **environment):
    done = subprocess.run([sys.executable, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False,
                          env={"PATH": os.environ["PATH"], "HOME": str(cwd), **environment})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def made(tree, out, *kinds, **environment):
    """Return what `python -m build` makes of a tree, by suffix; without kinds, a source archive and of that a wheel."""
    run("-m", "build", "--no-isolation", *kinds, "--outdir", out, tree, cwd=tree, **environment)
    return {path.suffix: path for path in out.iterdir()}


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """A source archive and the wheel that is made of it."""
    tree = tmp_path_factory.mktemp("tree") / "a"
    shutil.copytree(ROOT, tree, ignore=UNCOMMITTED)
    return made(tree, tree.parent / "made")


@pytest.fixture(scope="module")
def unpacked(packages, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(packages[".gz"]) as archive:
        archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (top,) = folder.iterdir()
    return top


def test_another_tree_gives_the_same_bytes(packages, tmp_path):
    """Another folder, times, rights, locale, zone and order of hashes; and the wheel of the tree itself."""
    tree = tmp_path / "另一处"
    shutil.copytree(ROOT, tree, ignore=UNCOMMITTED)
    for path in [one for one in tree.rglob("*") if one.is_file()]:
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o600 | path.stat().st_mode & 0o100)
    again = made(tree, tmp_path / "again", LC_ALL="C", TZ="America/New_York", PYTHONHASHSEED="7")
    direct = made(tree, tmp_path / "direct", "--wheel")
    assert {suffix: path.name for suffix, path in again.items()} == {suffix: path.name for suffix, path in packages.items()}
    assert [suffix for suffix in packages if packages[suffix].read_bytes() != again[suffix].read_bytes()] == []
    assert direct[".whl"].read_bytes() == packages[".whl"].read_bytes()


def test_an_index_would_take_them(packages):
    said = run("-m", "twine", "check", "--strict", *packages.values(), cwd=packages[".whl"].parent)
    assert said.count("PASSED") == 2


def test_the_wheel_holds_bill_and_licences(packages):
    with zipfile.ZipFile(packages[".whl"]) as wheel:
        inside = {name.split(".dist-info/")[1]: wheel.read(name) for name in wheel.namelist() if ".dist-info/" in name}
        fonts = {Path(name).name for name in wheel.namelist() if name.startswith("reportgen/fonts/") and name.endswith(".ttf")}
    assert inside["sboms/sbom.cdx.json"] == (ROOT / "sbom.cdx.json").read_bytes()
    for path in (ROOT / "LICENSE", *(ROOT / "reportgen" / "fonts" / "licences").iterdir()):
        assert inside[f"licenses/{path.relative_to(ROOT).as_posix()}"] == path.read_bytes()
    assert fonts == {path.name for path in (ROOT / "reportgen" / "fonts").glob("*.ttf")}


def test_the_source_archive_says_which_tests_it_cannot_run(unpacked):
    assert not (unpacked / "hanzi").exists()
    assert (unpacked / "script" / "build_fonts.py").is_file()
    said = run("-m", "pytest", "-q", "-rs", "-n", "0", "-p", "no:cacheprovider", "tests/test_hanzi.py", "tests/test_supply.py", "tests/test_text.py",
               cwd=unpacked, PYTHONPATH=str(unpacked))
    assert {line.rpartition(": ")[2] for line in said.splitlines() if line.startswith("SKIPPED")} == {
        "hanzi/, a distribution of its own, is not in the source archive"}
