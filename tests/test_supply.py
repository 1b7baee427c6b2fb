"""What is installed is pinned with hashes, and the metadata, the bill of materials and the table of licences say what the files are."""

import json
import re
import tomllib

import pytest
from conftest import ROOT
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

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


def test_no_package_of_npm_is_without_a_hash():
    lock = json.loads((ROOT / "script" / "conformance.d" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert packages
    assert [name for name, about in packages.items() if not about.get("integrity") or "resolved" in about] == []


@pytest.mark.parametrize(("folder", "fonts"), [(".", "reportgen/fonts"), ("hanzi", "reportgen_hanzi")])
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

    hanzi = tomllib.loads((ROOT / "hanzi" / "pyproject.toml").read_text(encoding="utf-8"))
    assert PROJECT["project"]["version"] == hanzi["project"]["version"] == __version__
