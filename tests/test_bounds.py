"""Templates that want too much time or memory: refused, with the template and the line."""

import time

import pytest
from conftest import GOOD

import reportgen
from reportgen.cli.main import main
from reportgen.files.resources import template
from reportgen.outputs.build import Options, build
from reportgen.outputs.template.markup import render

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
