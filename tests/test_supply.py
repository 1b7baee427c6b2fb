"""What is installed is pinned with hashes, and the metadata, the bill of materials and the table of licences say what the files are."""

import json
import re
import sys
import tomllib
from dataclasses import replace

import click
import pytest
from conftest import ROOT, WITH_HANZI
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from reportgen.outputs import doctor

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LISTS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "requirements").glob("*.txt")}
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text):
    return {plain(name): version for name, version in PIN.findall(text)}


def names(requirements):
    return {plain(re.match(r"[A-Za-z0-9._-]+", line)[0]) for line in requirements}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_pin_is_that_of_the_constraints_and_has_a_hash(name):
    known = pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    listed = pins(LISTS[name])
    assert listed
    assert {one: known.get(one) for one in listed} == listed
    assert [block.splitlines()[0] for block in re.split(r"\n(?=[A-Za-z])", LISTS[name])
            if PIN.match(block) and "--hash=sha256:" not in block] == []
    assert "://" not in LISTS[name]


def test_the_lists_hold_what_the_project_asks_for():
    """After a dependency was added: sh script/lock."""
    extras, groups = PROJECT["project"]["optional-dependencies"], PROJECT["dependency-groups"]
    wanted = {"run": PROJECT["project"]["dependencies"], "dev": [*PROJECT["project"]["dependencies"], *extras["dev"]], **groups}
    assert {name: names(lines) - set(pins(LISTS[name])) for name, lines in wanted.items()} == {name: set() for name in wanted}
    assert set(LISTS) == set(wanted)


def test_the_folders_are_made_of_what_is_pinned():
    """After a part was added: sh script/bundle --pin."""
    parts = tomllib.loads((ROOT / "script" / "bundle.d" / "parts.toml").read_text(encoding="utf-8"))
    pinned = json.loads((ROOT / "script" / "bundle.d" / "pins.json").read_text(encoding="utf-8"))
    common = parts["licences"]["common"]
    wanted = {system: {common, *(parts["linux"]["packages"] if "debian" in settings else parts["licences"]["notices"])}
              for system, settings in parts["systems"].items()}
    assert {system: {name.split("_")[0] for name in names if name.endswith(".deb")} for system, names in pinned.items()} == wanted


def test_no_package_of_npm_is_without_a_hash():
    lock = json.loads((ROOT / "script" / "conformance.d" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert packages
    assert [name for name, about in packages.items() if not about.get("integrity") or "resolved" in about] == []


@pytest.mark.parametrize(("folder", "fonts"), [
    (".", "reportgen/fonts"), pytest.param("hanzi", "reportgen_hanzi", marks=WITH_HANZI)])
def test_the_bill_of_materials_names_every_font_as_it_is(folder, fonts):
    from hashlib import sha256

    project = ROOT / folder
    text = (project / "sbom.cdx.json").read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    about = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    main = bill["metadata"]["component"]
    assert [main["name"], main["version"], main["licenses"]] == [about["name"], about["version"], [{"expression": about["license"]}]]
    assert {one["name"]: one["hashes"][0]["content"] for one in bill["components"]} == {
        path.relative_to(project).as_posix(): sha256(path.read_bytes()).hexdigest() for path in (project / fonts).glob("*.ttf")}
    used = {one["licenses"][0]["expression"] for one in bill["components"]}
    assert used == set(about["license"].split(" AND ")) - {"Apache-2.0"}


def test_the_table_of_licences_is_that_of_the_bill():
    bill = json.loads((ROOT / "sbom.cdx.json").read_text(encoding="utf-8"))
    folder = ROOT / "reportgen" / "fonts" / "licences"
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in (folder / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    told = {f"reportgen/fonts/{name}": row[2] for row in rows for name in re.findall(r"`([^`]+)`", row[0])}
    assert told == {one["name"]: one["licenses"][0]["expression"] for one in bill["components"]}
    texts = {name for row in rows for name in re.findall(r"`([^`]+)`", row[3])}
    assert texts == {path.name for path in folder.glob("*.txt")}


def test_the_version_is_said_once():
    from reportgen.version import __version__

    assert PROJECT["project"]["version"] == __version__


@WITH_HANZI
def test_the_fonts_of_hanzi_have_the_version_of_the_program():
    hanzi = tomllib.loads((ROOT / "hanzi" / "pyproject.toml").read_text(encoding="utf-8"))
    assert hanzi["project"]["version"] == PROJECT["project"]["version"]


def test_doctor_lists_every_optional_part(monkeypatch):
    assert {part.extra for part in doctor.PARTS} == set(PROJECT["project"]["optional-dependencies"]) - {"dev"}
    for part in doctor.PARTS:
        assert plain(part.module) in names(PROJECT["project"]["optional-dependencies"][part.extra])
        here = replace(part, system=sys.platform)
        monkeypatch.setattr(doctor, "find_spec", {part.module: "there"}.get)
        assert here.line() == f"    {part.use}：有"
        monkeypatch.setattr(doctor, "find_spec", {}.get)
        assert here.line() == f"    {part.use}：没有；要用的，在程序的源码文件夹里运行 pip install -c constraints.txt .[{part.extra}]"
        assert replace(part, system="another").line() == f"    {part.use}：这个系统不用"
        assert part.line() in doctor.optional_parts()


def test_no_text_asks_for_the_other_project_of_the_name():
    """`pip install reportgen` brings what somebody else has put on the package index; our own name is not there yet."""
    places = [*(ROOT / "reportgen").rglob("*.py"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md"), ROOT / "hanzi" / "README.md"]
    assert [path.name for path in places if path.exists()
            and re.search(r"pip install[^`\n]*[ \"'](?:reportgen\b(?!-)|zfxxgk-report)", path.read_text(encoding="utf-8"))] == []


def test_what_is_said_of_security_is_there():
    """Tests, files, commands and options that SECURITY.md names exist."""
    from reportgen.cli.program import Program

    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    files = {*re.findall(r"\]\(([^)#]+)\)", text), *re.findall(r"\b(?:tests|script|docs)/[\w./-]*\w", text)}
    assert [name for name in sorted(files) if not (ROOT / name).exists()] == []
    assert len(files) > 15
    defined = {name: path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").glob("test_*.py")
               for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)}
    placed = re.findall(r"`(test_\w+)`\s+in\s+([\w./]+\.py)", text)
    assert {name for name, _ in placed} == set(re.findall(r"`(test_\w+)`", text))
    assert [(name, place) for name, place in placed if defined.get(name) != place] == []
    for name in re.findall(r"sh (script/\w+) (--\w+)", text):
        assert name[1] in (ROOT / name[0]).read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert {name.split()[0] for name in listed if not name.startswith("-")} == set(Program().list_commands(click.Context(Program())))
