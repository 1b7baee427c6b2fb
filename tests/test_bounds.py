"""Templates that want too much time or memory: refused, with the template and the line."""

import re
import time

import pytest
from conftest import GOOD
from hypothesis import given
from hypothesis import strategies as st

import reportgen
from reportgen.cli.main import main
from reportgen.comparison.years import compare
from reportgen.datafile.expressions import expressions
from reportgen.files import limits
from reportgen.files.resources import template
from reportgen.outputs.build import Options, build
from reportgen.outputs.sandbox import TemplateSandbox
from reportgen.outputs.template.markup import render
from reportgen.report import align
from reportgen.report.figures import ExpressionError

DOUBLE = "{% set a = a ~ a %}" * 40
BOMBS = {
    "a range": "{% for a in range(99999999) %}{% endfor %}",
    "loops in loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "loops over data": "{% set a = range(3000)|list %}" + "{% for b in a %}" * 6 + "{% endfor %}" * 6,
    "text in loops": "{% for a in range(99999) %}" + "长" * 9999 + "{% endfor %}",
    "a product": '{{ "x" * 2000000000 }}',
    "a power": "{{ 9 ** 999999 }}",
    "a number": "{% set a = 9 %}" + "{% set a = a * a %}" * 40 + "{{ a }}",
    "joined": '{% set a = "xx" %}' + DOUBLE,
    "joined to many": '{% set a = "x"|batch(9999, "x")|list %}{{ ' + " ~ ".join(["a"] * 2000) + "|string }}",
    "added": '{% set a = "xx" %}' + "{% set a = a + a %}" * 40,
    "lists": "{% set a = [1] %}" + "{% set a = a + a %}" * 40,
    "replaced": '{% set a = "xx" %}' + '{% set a = a|replace("x", a) %}' * 9,
    "nothing replaced": '{% set a = "x" %}' + '{% set a = a|replace("", a ~ a) %}' * 9,
    "batches": '{{ [1]|batch(2000000000, "x")|list }}',
    "slices": '{{ [1]|slice(2000000000, "x")|list }}',
    "rounding": "{{ 5|round(-999999999) }}",
    "rounding up": '{{ 5|round(999999999, "ceil") }}',
    "sums": "{{ range(99999)|batch(1)|sum(start=[])|length }}",
    "a join": '{{ range(99999)|join("' + "长" * 9999 + '") }}',
    "many texts": '{{ range(99999)|map("string")|map("replace", "", "' + "长" * 9999 + '")|list|length }}',
    "macros": "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "printing macros": "{% macro f(n) %}" + "长" * 9999 + "{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "recursion": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "brackets": "{{ " + "(" * 9999 + "1" + ")" * 9999 + " }}",
    "braces": "{" * 100_000,
    "nested blocks": "{% for a in [1] %}" * 60 + "{% endfor %}" * 60,
    "a long sum": "{{ " + "+".join(["1"] * 20_000) + " }}",
    "digits": "{{ " + "9" * 99_999 + " }}",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_with_its_line(tmp_path, bomb):
    path = tmp_path / "report.html"
    path.write_text("<p>甲</p>\n\n" + BOMBS[bomb] + "\n", encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(reportgen.InputError) as refused:
        render(path, {})
    assert str(refused.value).startswith(f"{path}:3：模板用不了：")
    assert time.process_time() - begun < 10


def test_what_templates_do_is_still_done(tmp_path):
    path = tmp_path / "a.html"
    for text, printed in {"{% for a in [1, 2] %}{{ loop.index }}/{{ loop.length }},{% endfor %}": "1/2,2/2,",
                          "{{ '<' ~ 1 ~ 'b' }}": "&lt;1b", "{% set a = 2 %}{{ a * 3 + 4 }}": "10", "{{ [3, 4]|sum }}": "7",
                          "{{ [1, 2, 3]|batch(2, 'x')|list|length }}": "2", "{{ 'abc'|replace('b', 'x') }}": "axc",
                          "{{ 1.25|round(1) }}": "1.2", "{{ ['a', 'b']|join('、') }}": "a、b",
                          "{% macro f(x) %}[{{ x }}]{% endmacro %}{{ f('甲') }}{{ f('乙') ~ '' }}": "[甲][乙]"}.items():
        path.write_text(text, encoding="utf-8")
        assert render(path, {}) == printed


def test_a_word_template_is_bounded_too(write, tmp_path):
    import docx

    own = tmp_path / "own" / "2021" / "report.docx"
    own.parent.mkdir(parents=True)
    for text, words in (("{{ 'x' * 2000000000 }}", "不能用“*”"), ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "太多"),
                        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "层次太深")):
        word = docx.Document(str(template("2021/report.docx")))
        word.paragraphs[0].insert_paragraph_before(text)
        word.save(str(own))
        with pytest.raises(reportgen.InputError) as refused:
            build(reportgen.read(write(GOOD)), tmp_path / "out", ["docx"], Options(templates=tmp_path / "own"))
        assert words in str(refused.value)
        assert "正文第" in str(refused.value)


def test_the_command_ends_with_a_message(write, tmp_path, capsys):
    own = tmp_path / "own"
    own.mkdir()
    (own / "report.html").write_text('{{ "x" * 2000000000 }}', encoding="utf-8")
    assert main(["build", str(write(GOOD)), "-o", str(tmp_path / "out"), "--templates", str(own)]) == 2
    assert "report.html:1：模板用不了" in capsys.readouterr().err


def timed(work):
    begun = time.process_time()
    result = work()
    assert time.process_time() - begun < 5
    return result


@pytest.mark.parametrize("text", ["{" * 100_000, "{{" * 50_000 + "}", "}" * 100_000, "a" * 100_000, "a." * 50_000, "a@" * 50_000, "1" * 100_000,
                                  "（" * 100_000, "“" * 100_000, "一、" * 50_000, "1:" * 50_000, "www." * 25_000])
def test_long_runs_of_one_thing_take_linear_time(write, text, capsys):
    path = write(GOOD.replace("problems: 解读", f"problems: |\n  解读{text}"))
    assert timed(lambda: main(["check", str(path)])) in (0, 1)
    assert timed(lambda: main(["fix", str(path)])) in (0, 2)


@given(st.text("{} a\n"))
def test_expressions_are_split_as_the_pattern_says(text):
    text = text.replace("\n", "")
    found, end = [], 0
    for one in re.finditer(r"\{\{(.*?)\}\}", text):
        found += [(text[end:one.start()], False)] if one.start() > end else []
        found.append((one[1], True))
        end = one.end()
    found += [(text[end:], False)] if end < len(text) else []
    assert list(expressions(text)) == found


def test_twenty_thousand_paragraphs_are_compared(write, tmp_path, capsys):
    lines = [f"{number}件事。" for number in range(20_000)]
    paths = []
    for year, own in ((2023, lines), (2024, [*lines[:5000], "新的一段。", *lines[5000:], "末段。"])):
        text = GOOD.replace("2024", str(year)).replace("overview: ", "overview: |\n  " + "\n  ".join(own) + "\n  ")
        paths.append(write(text, f"{year}.yaml"))
    found = timed(lambda: compare([reportgen.read(path) for path in paths]))
    (changed,) = [one for one in found.passages if one.heading.endswith("总体情况")]
    new = [piece.text for paragraph in changed.paragraphs for piece in paragraph if piece.kind == "new"]
    assert new == ["新的一段。", "末段。"]


@given(st.lists(st.sampled_from("甲乙丙丁"), max_size=9), st.lists(st.sampled_from("甲乙丙丁"), max_size=9))
def test_equal_paragraphs_are_paired_in_order(old, new):
    found = align._equal([(one,) for one in old], new)
    assert [a for a, _ in found if a is not None] == list(range(len(old)))
    assert [b for _, b in found if b is not None] == list(range(len(new)))
    assert all(old[a] == new[b] for a, b in found if a is not None and b is not None)


@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_opcodes_lead_from_one_to_the_other(one, other):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(align, "MAX_LOOKS", -1)
        made = align.opcodes(one, other)
    assert "".join(other[c:d] for _, _, _, c, d in made) == other
    assert "".join(one[a:b] for _, a, b, _, _ in made) == one
    assert all(one[a:b] == other[c:d] for kind, a, b, c, d in made if kind == "equal")


@pytest.mark.parametrize("text", ["{{ 1e999+1 }}", "{{ 1e999 }}", "{{ 9e300*9e300*9e300*9e300 }}", "{{ (1e999) - 1 }}", "{{ 1e-999 / 1e-999 }}"])
def test_numbers_without_end_are_refused(read, tmp_path, text):
    report = read(GOOD.replace("problems: 解读", f"problems: |\n  {text}解读"))
    (problem,) = report.problems
    assert problem.code == "DR02"
    path = tmp_path / "report.html"
    path.write_text("{{ 1e999+1 }}", encoding="utf-8")
    with pytest.raises(reportgen.InputError, match=r"report\.html:1：模板用不了：标记的写法有误：数太大"):
        render(path, {})


OLD = "year: 2020\nagency: {name: 甲}\n"


@pytest.mark.parametrize("amount", ["3.٣٧", "٣", "3.3\u0967", "Ⅳ", "½", "3.³"])
def test_digits_of_other_scripts_are_no_figures(read, amount):
    report = read(OLD + f"disclosure: {{procurement: {{amount: {amount}}}}}\n")
    (path,) = [path for path in report.cells if path.endswith("procurement.amount")]
    assert report.cells[path].blank
    assert len([one for one in report.problems if amount in one.message]) == 1


def test_the_last_year_of_four_digits(write, tmp_path, capsys):
    path = write(GOOD.replace("2024", "9999"), "9999.yaml")
    assert main(["build", str(path), "-o", str(tmp_path / "out")]) == 0
    assert main(["new", "10000", "--agency", "甲", "-o", str(tmp_path / "n.yaml")]) == 2
    assert main(["new", "9999", "--agency", "甲", "-o", str(tmp_path / "n.yaml")]) == 0
    assert main(["form", "9999", "--agency", "甲", "-o", str(tmp_path / "n.xlsx")]) == 0
    assert main(["check", str(tmp_path / "n.yaml"), str(tmp_path / "n.xlsx")]) in (0, 1, 2)


@pytest.mark.parametrize("option", [("--jobs", "999999999999"), ("--jobs", "-1"), ("--timeout", "nan"), ("--timeout", "1e999"), ("--timeout", "0")])
def test_options_without_measure_are_refused(write, tmp_path, option, capsys):
    assert main(["batch", str(write(GOOD)), "-o", str(tmp_path / "out"), *option]) == 2
    assert "--jobs 应当是 0 到 256" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_each_compiling_and_rendering_has_a_budget_of_its_own(monkeypatch):
    sandbox = TemplateSandbox()
    monkeypatch.setattr(limits, "TEMPLATE_WORK", 3000)
    for _ in range(3):
        sandbox.budget.spend(sandbox.budget._left)
        template = sandbox.from_string("{{ 'a' }}{% for n in range(9) %}{{ n }}{% endfor %}")
        assert template.render() == template.render() == "a012345678"
    with pytest.raises(ExpressionError):
        sandbox.from_string("{% for n in range(20) %}{% endfor %}").render()
