"""What the documents show can be typed and does what they say; their links lead somewhere."""

import re
import shutil
from urllib.parse import unquote

import click
import pytest
from conftest import ROOT
from documented import DOCUMENTS, Shown, commands, make_world, mentioned, run

from reportgen.cli.program import program

RUN = [shown for path in DOCUMENTS for shown in commands(path)]
# A block of the kind `shell` needs more than a folder of files (an edition of one's own); tests/test_future_edition.py runs it.
TYPED = [*RUN, *(shown for path in DOCUMENTS for shown in commands(path, "shell")), *(shown for path in DOCUMENTS for shown in mentioned(path))]
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    make_world(folder)
    return folder


def outputs(words):
    """Return what a command makes, which must not be there when it starts."""
    made = [words[at + 1] for at, word in enumerate(words) if word in ("-o", "--html", "--csv", "--table", "--comments")]
    if words[0] in ("new", "form") and "-o" not in words:
        made.append(words[1] + {"new": ".yaml", "form": ".xlsx"}[words[0]])
    if words[0] == "convert":
        made.append(words[-1])
    if words[:2] == ("template", "copy"):
        made.append(words[2])
    return made


def parsed(words):
    """Return what is wrong with the words of a command, or None."""
    group, name, rest = program(), "reportgen", list(words)
    context = click.Context(group, info_name=name)
    while isinstance(group, click.Group) and rest and not rest[0].startswith("-"):
        command = group.get_command(context, rest[0])
        if command is None:
            return f"no command {rest[0]}"
        group, name, rest = command, rest[0], rest[1:]
        context = click.Context(group, parent=context, info_name=name)
    known = {option for parameter in group.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return next((f"no option {word}" for word in rest
                 if word.startswith("-") and word.split("=")[0] not in known | {"-h", "--help"}), None)


def test_the_documents_show_commands():
    assert len(RUN) > 60


@pytest.mark.parametrize("shown", TYPED, ids=str)
def test_every_command_that_is_shown_is_known(shown):
    assert parsed(shown.words) is None


@pytest.mark.slow
@pytest.mark.parametrize("shown", RUN, ids=str)
def test_every_command_that_is_shown_runs(shown, world, tmp_path, monkeypatch, capsys):
    """Each in a folder of its own, with the files that the documents name, but for those that it makes."""
    here = tmp_path / "here"
    shutil.copytree(world, here)
    monkeypatch.chdir(here)
    for made in outputs(shown.words):
        path = here / made
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
    code = run(shown.words)
    printed = capsys.readouterr()
    assert code == 0, printed.out + printed.err
    for made in outputs(shown.words):
        assert (here / made).exists()
    said(shown, printed.out)


def said(shown: Shown, printed: str):
    """Hold what a command printed against the lines that the document quotes; … stands for anything."""
    for line in shown.prints:
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        assert re.search(f"^{pattern}$", printed, re.MULTILINE), (line, printed)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    missing = []
    for target in LINK.findall(text):
        if "://" in target:
            continue
        file, _, anchor = unquote(target).partition("#")
        where = (path.parent / file) if file else path
        if not where.exists() or (anchor and anchor not in anchors(where)):
            missing.append(target)
    assert missing == []


def anchors(path):
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


def test_no_command_of_a_manual_needs_a_path_of_the_environment():
    manuals = [ROOT / "README.zh-CN.md", *ROOT.glob("docs/zh/*.md")]
    assert len(manuals) > 5
    assert [path.name for path in manuals if ".venv" in path.read_text(encoding="utf-8")] == []
