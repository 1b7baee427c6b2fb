"""Read the edition files into the typed view and refuse one that is not sound."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from reportgen.files.typed_yaml import TypedYaml
from reportgen.findings import InputError, Origin, os_reason, refuse
from reportgen.format.model import Edition
from reportgen.format.soundness import problems

# A folder of more editions; a file that is named as one of the package's stands in for it.
FOLDER = "REPORTGEN_EDITIONS"

Source = tuple[Edition, TypedYaml]


@cache
def all_editions() -> tuple[Edition, ...]:
    """Return every edition, oldest first.

    Raises InputError for an edition file that is not sound, and for editions that do not follow one another.
    """
    return read_editions(edition_files().values())


def get_edition(ident: str) -> Edition:
    """Return the edition with the given id, "2019" or "2021".

    Raises KeyError where there is none and InputError where an edition's file is not sound.
    """
    return {edition.id: edition for edition in all_editions()}[ident]


def edition_for(year: int) -> Edition | None:
    """Return the edition that reports of `year` follow, or None."""
    return next((edition for edition in all_editions() if edition.covers(year)), None)


def edition_files() -> dict[str, Path]:
    """Return the edition files by name: the package's own and those of the folder REPORTGEN_EDITIONS.

    Raises InputError for a folder that is not there.
    """
    folders = [Path(__file__).parent]
    if own := os.environ.get(FOLDER):
        if not Path(own).is_dir():
            raise refuse(Origin(own), f"找不到这个文件夹，请检查环境变量 {FOLDER}")
        folders.append(Path(own))
    return {path.name: path for folder in folders for path in sorted(folder.glob("[0-9]*.yaml"))}


def read_editions(files: Iterable[Path]) -> tuple[Edition, ...]:
    """Return the editions of some files, oldest first; raises InputError as all_editions does."""
    sources = sorted((read_edition(path) for path in files), key=lambda source: source[0].first_year)
    if found := list(_years(sources)):
        raise InputError(found)
    return tuple(edition for edition, _ in sources)


def read_edition(path: Path) -> Source:
    """Return the edition of a file with the file's content; raises InputError for one that is not sound."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise refuse(Origin(str(path)), f"文件读不出来（{os_reason(error)}）") from error
    except UnicodeDecodeError as error:
        raise refuse(Origin(str(path)), "文件不是 UTF-8 编码，请另存为 UTF-8 编码") from error
    edition, content = parse_edition(text, str(path))
    if path.name != f"{edition.id}.yaml":
        raise content.refused([(("id",), f"与文件名不同，文件名应为 {edition.id}.yaml")])
    return edition, content


def parse_edition(text: str, name: str) -> Source:
    """Build an edition from the text of its file, named `name` in errors; return it with that content.

    Raises InputError for a missing or unknown entry, a type that is none, a path that two cells share,
    widths that do not fill the page, and an identity or tie over cells that do not exist.
    """
    content = TypedYaml(text, name)
    edition = content.convert(Edition)
    if found := problems(edition):
        raise content.refused(found)
    return edition, content


def _years(sources: list[Source]) -> Iterator[tuple[Origin, str]]:
    """Yield the editions after which the next does not follow."""
    for (edition, content), (after, _) in pairwise(sources):
        if edition.last_year is None:
            yield content.at(("first_year",)), (
                f"缺少 last_year：{after.id} 版从{after.first_year}年开始，{edition.id} 版应写 last_year: "
                f"{after.first_year - 1}")
        elif edition.last_year >= after.first_year:
            yield content.at(("last_year",)), (
                f"{edition.id} 版到{edition.last_year}年，"
                f"与 {after.id} 版（从{after.first_year}年开始）重叠；"
                "请改正")
        elif edition.last_year < after.first_year - 1:
            yield content.at(("last_year",)), (
                f"{edition.id} 版到{edition.last_year}年，{after.id} 版从{after.first_year}年开始，"
                "中间的年份没有格式；请改正")
