"""Write a zip archive, the container of DOCX, whose unchanging members are packed once.

Times are the format's earliest, so that the same members give the same bytes (PKWARE APPNOTE 6.3, 4.3 and
4.4).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

_VERSION, _DEFLATED, _UTF8 = 20, 8, 0x800
_TIME, _DATE = 0, 0x21      # 1980-01-01, 00:00
_LEVEL = 6


@dataclass(frozen=True)
class Member:
    """One member, packed."""

    name: str
    checksum: int
    size: int
    content: bytes


def packed(name: str, data: bytes) -> Member:
    """Return a member with its data deflated."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Member(name, zlib.crc32(data), len(data), packer.compress(data) + packer.flush())


def archive(members: Iterable[Member]) -> bytes:
    """Return the archive of some members, in their order; none is larger than 4 GB."""
    body, directory, count = [], [], 0
    offset = 0
    for member in members:
        name = member.name.encode()
        flags = 0 if member.name.isascii() else _UTF8
        common = struct.pack("<HHHHHIIIHH", _VERSION, flags, _DEFLATED, _TIME, _DATE, member.checksum,
                             len(member.content), member.size, len(name), 0)
        body += [b"PK\x03\x04", common, name, member.content]
        directory.append(b"PK\x01\x02" + struct.pack("<H", _VERSION) + common
                         + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name)
        offset += 4 + len(common) + len(name) + len(member.content)
        count += 1
    entries = b"".join(directory)
    return b"".join([*body, entries, b"PK\x05\x06",
                     struct.pack("<HHHHIIH", 0, 0, count, count, len(entries), offset, 0)])
