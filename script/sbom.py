"""Write the bills of materials of both distributions, sbom.cdx.json and hanzi/sbom.cdx.json.

CycloneDX 1.6, put into the wheels after PEP 770. They name what a wheel holds of others, its fonts,
with the hash of each file, its licence and the archive that it was built from. What a wheel needs is in its
metadata, and what it was tested with in requirements/run.txt. To be run after a font, script/fonts.toml or
the version was changed; the same files give the same bytes.

Usage: python script/sbom.py
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

from build_fonts import FONTS, HANZI, HANZI_SOURCES, SOURCES, Source, version
from fontTools.ttLib import TTFont
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
PINS = tomllib.loads((ROOT / "script" / "fonts.toml").read_text(encoding="utf-8"))


def bill(project: Path, fonts: Path, sources: tuple[Source, ...]) -> str:
    """Return the bill of the distribution whose pyproject.toml is in `project`, as text."""
    about = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, number = about["name"], about["version"]
    components = [component(fonts / f"{source.role}.ttf", project, source) for source in sources]
    main = {
        "type": "application" if fonts == FONTS else "library",
        "bom-ref": name,
        "name": name,
        "version": number,
        "licenses": [{"expression": about["license"]}],
        "purl": str(PackageURL("pypi", name=name, version=number)),
    }
    ordered = sorted(components, key=lambda one: one["name"])
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([main, ordered])).urn,
        "version": 1,
        "metadata": {"component": main},
        "components": ordered,
        "dependencies": [{"ref": name, "dependsOn": [one["bom-ref"] for one in ordered]}],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def component(font: Path, project: Path, source: Source) -> dict[str, Any]:
    """Return what a bill says of one font."""
    licence = PINS["licences"][source.licence]
    path = font.relative_to(project).as_posix()
    with TTFont(font, lazy=True) as opened:
        copyright_ = " ".join(opened["name"].getDebugName(0).split())
    return {
        "type": "file",
        "bom-ref": path,
        "name": path,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(font.read_bytes()).hexdigest()}],
        "licenses": [{"expression": licence["spdx"]}],
        "copyright": copyright_,
        "pedigree": {
            "ancestors": [origin(licence["package"])],
            "notes": f"{source.path.rpartition('/')[2]}, changed by script/build_fonts.py",
        },
    }


def origin(package: str) -> dict[str, Any]:
    """Return what a bill says of the archive that a font was built from."""
    pinned = PINS["packages"][package]
    number = version(Path(pinned["file"]))
    space, _, name = package.rpartition("/")
    url = PackageURL("npm", space, name, number) if space else PackageURL("deb", "debian", name, number)
    return {
        "type": "library",
        "name": package,
        "version": number,
        "hashes": [{"alg": "SHA-256", "content": pinned["sha256"]}],
        "purl": str(url),
    }


def main() -> int:
    """Write both bills."""
    for project, fonts, sources in ((ROOT, FONTS, SOURCES), (ROOT / "hanzi", HANZI, HANZI_SOURCES)):
        (project / "sbom.cdx.json").write_text(bill(project, fonts, sources), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
