"""What a page may ask: the shape of each request, read strictly."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from reportgen import api
from reportgen.files import limits

Name = Annotated[str, Meta(max_length=400)]
Text = Annotated[str, Meta(max_length=limits.PROSE_CHARACTERS)]


class CellChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What was typed into a cell."""

    number: Annotated[str, Meta(max_length=200)]
    remark: Annotated[str, Meta(max_length=2000)] = ""


class Edit(Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of one version of a file: cells by path, prose in lines by id, fields by id.

    `pages` says that the printed pages are looked at.
    """

    file: Name
    version: Name
    cells: Annotated[dict[str, CellChange], Meta(max_length=limits.REQUEST_CHANGES)] = {}
    prose: Annotated[dict[str, list[Text]], Meta(max_length=100)] = {}
    fields: Annotated[dict[str, Text], Meta(max_length=200)] = {}
    pages: bool = False


class Accept(Struct, frozen=True, forbid_unknown_fields=True):
    """A finding, by its number in a version, that somebody looked into and lets stand."""

    file: Name
    version: Name
    number: Annotated[int, Meta(ge=0)]
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]
    by: Annotated[str, Meta(min_length=1, max_length=200)]


class Withdraw(Struct, frozen=True, forbid_unknown_fields=True):
    """An acceptance, by the number of its finding in a version, that is to go."""

    file: Name
    version: Name
    number: Annotated[int, Meta(ge=0)]


class Mend(Struct, frozen=True, forbid_unknown_fields=True):
    """The punctuation of a whole passage is to be mended."""

    file: Name
    version: Name
    passage: Name


class New(Struct, frozen=True, forbid_unknown_fields=True):
    """A new year; `before` is last year's file, whose agency and 结转 are taken.

    Where that has another agency's name, `same` says whether it was renamed or is another agency.
    """

    year: Annotated[int, Meta(ge=1000, le=9998)]
    agency: Annotated[str, Meta(max_length=400)] = ""
    before: Name = ""
    same: api.SameAgency = api.SameAgency.BY_NAME


class OneFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A file."""

    file: Name


class Make(Struct, frozen=True, forbid_unknown_fields=True):
    """Files to be made of a version: draft, docx, pdf, release or form."""

    file: Name
    version: Name
    kind: Annotated[str, Meta(pattern="^(draft|docx|pdf|release|form)$")]


class Take(Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of an edited file, by number, that are to be taken over; `upload` is that file's number."""

    file: Name
    version: Name
    upload: Name
    numbers: Annotated[list[int], Meta(max_length=limits.REQUEST_CHANGES)]
