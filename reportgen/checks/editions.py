"""What an edition has to agree with beyond its own file: rules, fields of data files, common words."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.checks.prose.vocabulary import words
from reportgen.datafile.fields import common_fields
from reportgen.files.typed_yaml import Path, Problem, perhaps_meant
from reportgen.format import Edition, Table
from reportgen.rules import all_rules


def edition_problems(edition: Edition) -> list[Problem]:
    """Return what of a sound edition the rest of the program does not know, or knows as something else."""
    return [*_codes(edition), *_fields(edition), *_words(edition)]


def _codes(edition: Edition) -> Iterator[Problem]:
    for name in ("identities", "limits", "ties"):
        for index, entry in enumerate(getattr(edition, name)):
            if entry.code not in all_rules():
                near = perhaps_meant(entry.code, all_rules())
                yield (name, index, "code"), f"检查规则里没有编号“{entry.code}”{near}"


def _fields(edition: Edition) -> Iterator[Problem]:
    fields = {entry.id: entry for entry in common_fields()}
    taken = {*fields, *(entry.name for entry in fields.values())}
    for index, section in enumerate(edition.sections):
        yield from ((("sections", index), f"“{name}”是数据文件里别的项目的名称，请换一个")
                    for name in (section.id, section.name) if name in taken)
    charts = [entry.id for entry in fields["charts"].fields]
    for index, chart in enumerate(edition.charts):
        if chart.id not in charts:
            yield (("charts", index, "id"),
                   f"数据文件的“图表”下面没有“{chart.id}”{perhaps_meant(chart.id, charts)}")
    choices = {entry.id: entry.choices for entry in fields["agency"].fields}
    for index, (kind, level) in enumerate(edition.language.rule_makers.allowed):
        for word, known in ((kind, choices["kind"]), (level, choices["level"])):
            if word not in known:
                yield (("language", "rule_makers", "allowed", index),
                       f"没有“{word}”{perhaps_meant(word, known)}")


def _words(edition: Edition) -> Iterator[Problem]:
    """Yield the phrases that are words of every edition, which they would no longer be."""
    common = {word for kind, entries in words().items() if kind != "scope" for word in entries}
    for index, section in enumerate(edition.sections):
        if isinstance(section, Table):
            at: Path = ("sections", index)
            yield from ((at, f"“{phrase}”在 words.yaml 里已有别的意思，请从 phrases 删去")
                        for block in section.blocks for top in (*block.rows, *block.columns)
                        for line in top.lines() for heading in line for phrase in heading.phrases
                        if phrase in common)
