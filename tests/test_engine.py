"""What is replaced in WeasyPrint stands in one table, is looked for before it is used, and is put back."""

import ast
import functools
import json
import os
import re
from contextlib import contextmanager
from unittest import mock

import cffi
import pytest
from conftest import GOOD, ROOT
from seen import seen
from typesetters import typesetter

from reportgen.cli.main import main
from reportgen.many import stamp as stamps
from reportgen.outputs import doctor
from reportgen.outputs.build import Options
from reportgen.outputs.document import document
from reportgen.outputs.pdf import write as pdf
from reportgen.outputs.pdf.engine import library, patches
from reportgen.outputs.pdf.engine.patches import CONTRACTS, Tier
from reportgen.processes import pool
from reportgen.sources import read, read_text

ENGINE = ROOT / "reportgen" / "outputs" / "pdf" / "engine"


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_only_the_engine_knows_weasyprint_from_within():
    elsewhere = [path for path in (ROOT / "reportgen").rglob("*.py") if ENGINE not in path.parents]
    found = {(path.name, name) for path in elsewhere for name in imported(ast.parse(path.read_text(encoding="utf-8")))
             if name.split(".")[0] in ("weasyprint", "pydyf")}
    assert found == set()
    private = r"\._page_box|\._box\b|pango_layout|setattr\((weasyprint|pydyf)|(weasyprint|pydyf)\._"
    assert [path.name for path in elsewhere if re.search(private, path.read_text(encoding="utf-8"))] == []
    assert len(elsewhere) > 100


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.where)
def test_a_contract_is_kept_by_the_installed_version_and_missed_where_it_is_not(contract, monkeypatch):
    assert contract.kept()
    owner, name = contract.owner()
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, object())
        assert not contract.kept()
    with monkeypatch.context() as patch:
        patch.delattr(owner, name)
        assert not contract.kept()


@pytest.mark.parametrize(("function", "parameters"), [
    (lambda a: 0, "a"), (lambda a, b: 0, "a, b"), (lambda b, a: 0, "b, a"), (lambda a, b=0: 0, "a, *b"), (lambda a, b, c: 0, "a, b, c")])
def test_other_parameters_are_another_function(monkeypatch, function, parameters):
    monkeypatch.setattr(json, "dumps", function)
    kept = [one for one in ("a", "a, b", "b, a", "a, *b", "a, b, c") if patches.Contract("json:dumps", Tier.LOOK, "", "", one).kept()]
    assert kept == [parameters]


def replaced():
    """Return what the table says to replace, as it stands now."""
    return [getattr(*contract.owner()) for contract in CONTRACTS if contract.ours]


def test_what_is_replaced_is_put_back_whatever_happens():
    before = replaced()

    def failing():
        with patches.patched(*Tier):
            assert all(now is not then for now, then in zip(replaced(), before, strict=True))
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert replaced() == before
    assert len(before) == 8


@pytest.mark.parametrize("name", ["Point *", "Points", "Call", "Call[2]", "struct line *", "count(*)(Point *)", "unsigned int", "Nobody *"])
def test_types_of_c_are_what_cffi_makes_of_them_with_fewer_names(name):
    def made(*tiers):
        ffi = cffi.FFI()
        ffi.cdef("typedef int count; typedef struct {count x, y;} Point; typedef Point *Points; "
                 "struct line {Point from, to;}; typedef count (*Call)(Point *, struct line *);")
        with patches.patched(*tiers):
            try:
                found = ffi.typeof(name)
            except cffi.CDefError as error:
                return str(error)
            return str(found), found.kind, ffi.sizeof(found), len(ffi._parser._declarations)

    assert made(Tier.SPEED) == made()


@contextmanager
def changed(place):
    """Have a function of WeasyPrint take one more argument, as another version might."""
    contract = next(one for one in CONTRACTS if one.where == place)
    owner, name = contract.owner()
    before = getattr(owner, name)

    @functools.wraps(before)
    def longer(*values, another=None, **named):
        return before(*values, **named)

    del longer.__wrapped__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, longer)
        patches.broken.cache_clear()
        library.engine.cache_clear()
        yield
    patches.broken.cache_clear()
    library.engine.cache_clear()


@pytest.fixture(autouse=True)
def with_speed(monkeypatch):
    """Begin with the tier of speed also where the tests run without it."""
    monkeypatch.delenv(patches.SPEED_SWITCH[0], raising=False)


@contextmanager
def switched_off():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(*patches.SPEED_SWITCH)
        yield


SLOWER = {
    "weasyprint.draw.text.draw_first_line": lambda: changed("weasyprint.draw.text.draw_first_line"),
    "weasyprint.images.get_image_from_uri": lambda: changed("weasyprint.images.get_image_from_uri"),
    "REPORTGEN_SPEED": switched_off,
}


@pytest.mark.parametrize("path", ["data/suqian/2024.yaml", "tests/clean/2019.yaml", pytest.param("data/xianning-scjg/2020.yaml", marks=pytest.mark.slow)])
def test_without_speed_pages_look_and_sound_the_same(path):
    printed = document(read(ROOT / path))
    fast = typesetter().typeset(printed, pdf.render_html(printed))
    with switched_off():
        slow = typesetter().typeset(printed, pdf.render_html(printed))
    assert seen(fast.content) == seen(slow.content)
    assert fast.words == slow.words


@pytest.fixture(scope="module")
def fast():
    """Return what is seen of a small report, printed as ever."""
    printed = document(read_text(GOOD, "a.yaml"))
    return seen(typesetter().typeset(printed, pdf.render_html(printed)).content)


@pytest.mark.parametrize("why", SLOWER)
def test_speed_goes_where_a_contract_of_it_fails_and_the_doctor_says_so(why, fast):
    printed = document(read_text(GOOD, "a.yaml"))
    assert "没有加速" not in "\n".join(doctor.examine()[0])
    with SLOWER[why]():
        one = typesetter()
        slow = one.typeset(printed, pdf.render_html(printed))
        assert one.page(pdf.render_html(printed))[1] == {}
        said, sound = doctor.examine()
        assert sound
    assert [line for line in said if "排版没有加速" in line and why in line]
    assert fast == seen(slow.content)


def test_a_batch_knows_what_it_was_printed_with(monkeypatch, tmp_path):
    monkeypatch.setattr(stamps, "__file__", str(tmp_path / "many" / "stamp.py"))
    monkeypatch.setattr(stamps, "FILE", tmp_path / "tables.json")
    first = stamps.stamp(("pdf",), Options())
    stamps.FILE.write_text("{}", encoding="utf-8")
    assert stamps.stamp(("pdf",), Options()) == first
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert stamps.stamp(("pdf",), Options()) != first
    (tmp_path / "other.json").unlink()
    with switched_off():
        assert stamps.stamp(("pdf",), Options()) != first


def test_workers_have_the_settings_of_now():
    found = []
    with mock.patch.dict(os.environ, {"REPORTGEN_OLD": "1"}):
        found.append(pool._settings())
        pool._start(lambda: found.append(pool._settings()), {"REPORTGEN_NEW": "2"})
    assert found[0]["REPORTGEN_OLD"] == "1"
    assert found[1] == {"REPORTGEN_NEW": "2"}


def test_a_page_is_refused_where_a_contract_of_its_look_fails(write, tmp_path, capsys):
    with changed("weasyprint.layout.inline.justify_line"):
        assert main(["build", str(write(GOOD)), "-o", str(tmp_path / "out")]) == 2
        said = capsys.readouterr().err
        assert main(["doctor"]) == 2
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".docx"]
    assert "weasyprint.layout.inline.justify_line 与本程序所用的不同" in said
    assert f"pip install weasyprint=={patches.TRIED[-1]}" in said
