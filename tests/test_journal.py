"""The journal of files that are put in place: what it undoes, what it leaves alone, and one that came from elsewhere."""

import hashlib
import json
import os

import pytest
from faults import calls, killed_at
from two_states import NEW, OLD, content, folder_with

from reportgen.files.journal import Journal, recover
from reportgen.files.place import write_files


def mixed_at(tmp_path):
    """The call at which a kill leaves one file of each pair."""
    for at in range(1, 100):
        folder = folder_with(tmp_path / f"mixed{at}", OLD)
        killed_at(lambda folder=folder: write_files(folder, NEW), at)
        if {content(folder)[name] for name in OLD} == {NEW["甲.docx"], OLD["甲.pdf"]}:
            return at
    raise AssertionError("never between two renamings")


def test_killed_while_undoing_it_is_undone_by_the_next(tmp_path):
    at = mixed_at(tmp_path)

    def half_done(name):
        folder = folder_with(tmp_path / name, OLD)
        killed_at(lambda: write_files(folder, NEW), at)
        return folder

    counted = half_done("count")
    for again in range(1, calls(lambda: recover(counted)) + 1):
        folder = half_done(str(again))
        killed_at(lambda folder=folder: recover(folder), again)
        recover(folder)
        assert content(folder) == OLD


def test_what_was_written_since_is_not_undone(tmp_path):
    folder = folder_with(tmp_path / "out", OLD)
    killed_at(lambda: write_files(folder, NEW), mixed_at(tmp_path))
    (folder / "甲.docx").write_bytes(b"edited in Word since")
    (line,) = [line for line in recover(folder) if "后来改过" in line]
    assert "甲.docx" in line
    assert content(folder) == {"甲.docx": b"edited in Word since", "甲.pdf": b"old pdf"}


@pytest.mark.parametrize("name", ["../victim", "{}/victim", "..", "", "a/../../victim", "a\0"])
@pytest.mark.parametrize(("before", "after"), [(None, ""), ("", "victim"), ("victim", "")])
def test_a_journal_from_elsewhere_reaches_no_other_folder(tmp_path, name, before, after):
    """A folder that came by mail may hold a journal: nothing outside it is written or removed."""
    victim, folder = tmp_path / "victim", folder_with(tmp_path / "out", {"甲.docx": b"docx"})
    if before is not None:
        victim.write_bytes(b"kept")
    kept, known = victim.exists(), {"victim": hashlib.sha256(b"kept").hexdigest(), "": ""}
    journal = folder / f".reportgen-{'0' * 16}"
    journal.write_text(json.dumps([{"name": name.format(tmp_path), "before": known[before or ""], "after": known[after]}]), encoding="utf-8")
    (folder / f"{journal.name}.0.old").write_bytes(b"planted")
    (line,) = recover(folder)
    assert "原来的文件没有动" in line
    assert content(folder) == {"甲.docx": b"docx"}
    assert victim.exists() == kept
    assert not kept or victim.read_bytes() == b"kept"


@pytest.mark.parametrize("text", ["[1]", '[{"name": 5, "before": "", "after": ""}]', "[" * 100_000, '[{"x": ' * 100_000, "5", "null", "\0", " " * 2**20 + "[]"])
def test_a_journal_that_is_none_is_taken_away(tmp_path, text):
    folder = folder_with(tmp_path / "out", OLD)
    (folder / f".reportgen-{'0' * 16}").write_text(text, encoding="utf-8")
    recover(folder)
    assert content(folder) == OLD


def test_a_pipe_named_by_a_journal_is_not_waited_for(tmp_path):
    journal = tmp_path / f".reportgen-{'0' * 16}"
    journal.write_text(json.dumps([{"name": "pipe", "before": "", "after": "x"}]), encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    assert len(recover(tmp_path)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_what_a_living_command_holds_is_left_alone(tmp_path):
    with Journal(tmp_path) as journal:
        journal.add("a", b"new")
        before = content(tmp_path)
        assert recover(tmp_path) == []
        assert content(tmp_path) == before
        journal.commit()
    assert content(tmp_path) == {"a": b"new"}
