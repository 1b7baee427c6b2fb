"""The JSON Schemas: every example is valid, every kind of fault is marked, and what is valid is what the reader takes."""

import json
from typing import ClassVar

import jsonschema
import pytest
import yaml
from conftest import EXAMPLES, GOOD, MINIMAL, ROOT
from hypothesis import example, given, settings
from hypothesis import strategies as st

import reportgen
from reportgen.cli.main import main
from reportgen.datafile.fields import Problems, common_fields
from reportgen.datafile.read import read_report
from reportgen.datafile.tables import TableReader
from reportgen.datafile.tree import Mapping, Scalar, Sequence
from reportgen.files.limits import FIGURE_DIGITS
from reportgen.findings import Places
from reportgen.format import CellType, Key, all_editions, edition_for, get_edition
from reportgen.outputs.document import document
from reportgen.outputs.report_json import report_json
from reportgen.outputs.schema import data_file_schema, report_schema

DATA = {edition.id: jsonschema.Draft202012Validator(data_file_schema(edition)) for edition in all_editions()}
REPORT = {edition.id: jsonschema.Draft202012Validator(report_schema(edition)) for edition in all_editions()}


class EditorLoader(yaml.SafeLoader):
    """Read YAML as editors do: dates stay text."""

    yaml_implicit_resolvers: ClassVar = {key: [(tag, regexp) for tag, regexp in resolvers if "timestamp" not in tag]
                                         for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def faults(text, edition="2021"):
    return sorted(".".join(map(str, error.absolute_path)) for error in DATA[edition].iter_errors(yaml.load(text, EditorLoader)))


@pytest.mark.parametrize("edition", all_editions(), ids=lambda edition: edition.id)
@pytest.mark.parametrize("kind", ["data", "report"])
def test_the_schemas_in_docs_are_what_the_command_prints(capsys, kind, edition):
    assert main(["schema", kind, "--edition", edition.id]) == 0
    printed = capsys.readouterr().out
    assert printed == (ROOT / "docs" / "schema" / f"{kind}-{edition.id}.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(printed))


@pytest.mark.parametrize("path", [*EXAMPLES, *sorted((ROOT / "tests" / "clean").glob("*.yaml"))], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_examples_are_valid(path):
    report = reportgen.read(path)
    assert faults(path.read_text(encoding="utf-8"), report.edition.id) == []
    assert list(DATA[report.edition.id].iter_errors(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader))) == []
    assert list(REPORT[report.edition.id].iter_errors(json.loads(report_json(document(report))))) == []


@pytest.mark.parametrize("year", [2020, 2024])
def test_a_new_file_is_valid(tmp_path, year):
    assert main(["new", str(year), "--agency", "某县统计局", "-o", str(tmp_path / "new.yaml")]) == 0
    assert faults((tmp_path / "new.yaml").read_text(encoding="utf-8"), edition_for(year).id) == []


@pytest.mark.parametrize(("text", "where"), [
    ("agency: {name: 某局}\n", [""]), ("year: 2024\n", [""]), ("年度: 2024\n机关: {名称: 某局}\n", []),
    (MINIMAL + "applicants: {}\n", [""]), ("year: 2018\nagency: {name: 某局}\n", ["year"]),
    (MINIMAL + "applications: {new: {natural: -1}}\n", ["applications.new.natural"]),
    (MINIMAL + "applications: {new: {natural: 1.5}}\n", ["applications.new.natural"]),
    (MINIMAL + "applications: {new: {natural: 约三十}}\n", ["applications.new.natural"]),
    (MINIMAL + "applications: {new: {natural: '1,024', enterprise: １２, other: '', total: }}\n", []),
    (MINIMAL + "applications: {new: {nature: 1}}\n", ["applications.new"]),
    (MINIMAL + "applications: {new: {natural: {value: 22, remark: 其中修订16件}}}\n", []),
    (MINIMAL + "applications: {new: {natural: {value: 22, note: 其中}}}\n", ["applications.new.natural"]),
    (MINIMAL + "applications: {other_handling: {natural: 1}}\n", []),
    (MINIMAL + "applications: {other_handling: {fee_overdue: {natural: 1}}}\n", []),
    (MINIMAL + "申请办理: {本年新收: {自然人: 3}}\n", []),
    (MINIMAL + "signature: {date: 明天}\n", ["signature.date"]), (MINIMAL + "signature: {date: 2025年1月18日}\n", []),
    (MINIMAL + "agency_: 1\nblanks: 1\n", ["", "blanks"]),
])
def test_faults_are_marked_where_they_are(text, where):
    assert faults(text) == where


def tree(value):
    """Return the node that reading makes of what an editor hands to the schema; every text of it quoted."""
    if isinstance(value, dict):
        return Mapping(1, [(Scalar(key, 1), tree(inner)) for key, inner in value.items()])
    if isinstance(value, list):
        return Sequence(1, [tree(inner) for inner in value])
    if isinstance(value, str):
        return Scalar(value, 1, plain=False)
    return Scalar("" if value is None else json.dumps(value), 1)


def taken(value, kind):
    """Say whether the reader takes what stands in a cell, without a word."""
    problems = Problems(Places("x.yaml"))
    edition, spec = next((edition, spec) for edition in all_editions() for spec in edition.cells.values() if spec.type is kind)
    key = Key(spec.column, spec.column_labels[-1], spec.path, cell=spec)
    TableReader(edition, problems).read(key, 1, tree(value))
    return not problems.found and not problems.findings


# Blanks within and around, both widths, every sign, the digits of other scripts, units whole and in part.
LETTERS = "00012345678999０１９,，.．+-−－＋—﹣ \t\n\x1c\u3000\u200b万元件٣𝟑一"
SIGNS = st.sampled_from(["", "", "", "+", "-", "＋", "－", "−", "--"])
BLANKS = st.sampled_from(["", "", "", " ", "\u3000", "\n", " \xa0"])
WHOLE = st.one_of(st.integers(0, 10**17).map(str), st.integers(0, 10**17).map("{:,}".format), st.sampled_from(
    ["0", "00", "0,000", "007", "1,02", "1,0245", "９９９，９９９，９９９，９９９，９９９", "1" * FIGURE_DIGITS, "1" * (FIGURE_DIGITS + 1), "0" * 16, ""]))
DECIMALS = st.sampled_from(["", "", ".0", ".00", ".5", "．５０", ".", ".1.2", "." + "3" * 14])
UNITS = st.sampled_from(["", "", "元", "万元", "万", "亿元", "元元", "件"])
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
FIGURES = st.builds(lambda wide, *parts: "".join(parts).translate(WIDE if wide else {}), st.booleans(),
                    BLANKS, SIGNS, BLANKS.filter(lambda blank: not blank), WHOLE, DECIMALS, BLANKS, UNITS, BLANKS)
CELL_TEXTS = st.one_of(FIGURES, FIGURES, st.text(alphabet=LETTERS, max_size=FIGURE_DIGITS + 3), st.text(max_size=5))
# Of an unquoted number an editor keeps the value, so only those count that can be written in one way.
NUMBERS = st.one_of(st.integers(-10**17, 10**17), st.integers(-20, 20), st.sampled_from([10**FIGURE_DIGITS, 10**FIGURE_DIGITS - 1, 1 - 10**FIGURE_DIGITS]),
                    st.sampled_from([0.5, 12.25, -0.5, 1024.0625]))
PRINTED = st.text(alphabet=st.characters(exclude_categories=["C"]), max_size=5)
PLAIN = st.one_of(CELL_TEXTS, CELL_TEXTS, NUMBERS, st.none(), st.booleans())
UNIT_TEXTS = st.one_of(st.none(), st.builds("".join, st.tuples(BLANKS, UNITS, BLANKS)), st.just(1))
PARTS = st.fixed_dictionaries({}, optional={"value": PLAIN, "数值": PLAIN, "unit": UNIT_TEXTS, "单位": UNIT_TEXTS,
                                            "remark": st.one_of(PRINTED, st.none(), st.booleans(), NUMBERS, st.just([])), "note": st.just("")})
CELLS = st.one_of(PLAIN, PLAIN, PARTS, st.builds(lambda value, unit: {"数值": value, "unit": unit}, PLAIN, UNIT_TEXTS), st.just([]), st.just([1]))


@example("-0,000", CellType.COUNT)
@example("−0", CellType.MONEY)
@example("-０.0万元", CellType.MONEY)
@example("0 元", CellType.MONEY)
@example("12.5\n万元", CellType.MONEY)
@example("12.5", CellType.MONEY)
@example(12.5, CellType.MONEY)
@example(0, CellType.MONEY)
@example("万元", CellType.MONEY)
@example({"value": 12.5, "单位": " 元 "}, CellType.MONEY)
@example({"value": "12.5万元", "unit": "元"}, CellType.MONEY)
@example({"value": "12.5 元", "unit": "元"}, CellType.MONEY)
@example({"unit": "万"}, CellType.MONEY)
@example({"value": 3, "unit": " "}, CellType.COUNT)
@example({"value": 3, "unit": "件"}, CellType.COUNT)
@example({"value": 3, "数值": 3}, CellType.COUNT)
@example("٣", CellType.COUNT)
@example("1" * 16, CellType.COUNT)
@example("-" + "1" * 15, CellType.SIGNED)
@example(10**15, CellType.AMOUNT)
@example("11111111111111.55", CellType.AMOUNT)
@settings(max_examples=800, deadline=None)
@given(CELLS, st.sampled_from(CellType))
def test_cells_of_the_schema_are_those_that_the_reader_takes(value, kind):
    schema = {"$ref": f"#/$defs/{kind.value}", "$defs": {**DATA["2021"].schema["$defs"], **DATA["2019"].schema["$defs"]}}
    assert jsonschema.Draft202012Validator(schema).is_valid(value) == taken(value, kind)


def file_taken(value):
    try:
        return read_report(tree(value), Places("x.yaml")).problems == ()
    except reportgen.InputError:
        return False


WORDS = st.one_of(PRINTED, st.sampled_from(["", " ", "部门", " 部门", "department", "是", "yes", "no", "0", " 0", "00", "2021", "2019 "]), st.none(),
                  st.booleans(), st.integers(-1, 1), st.sampled_from([2019, 2021]))
DATES = st.builds(lambda year, month, day, form, wide: form.format(year, month, day).translate(WIDE if wide else {}),
                  st.sampled_from(["2025", "2024", "1900", "2000", "0000", "0004", "205"]), st.sampled_from([*map(str, range(14)), "02", "002"]),
                  st.sampled_from(["1", "01", "28", "29", "30", "31", "32", "00"]),
                  st.sampled_from(["{}-{}-{}", "{}/{}/{}", "{}.{}.{}", "{}年{}月{}日", " {}年{}-{} ", "{}{}{}"]), st.booleans())
YEARS = st.one_of(st.integers(2015, 2030), st.sampled_from([99, 9999, 10000]), st.builds(
    lambda year, form, wide: form.format(year).translate(WIDE if wide else {}), st.integers(2015, 2035) | st.sampled_from([1021, 2100, 3000, 99]),
    st.sampled_from(["{}", "{}年", " {}年\n", "{}年度"]), st.booleans()), st.none(), st.just("٢٠٢٤"))
# A group of rows that may be one row: keys of either, figures of either.
ROWS = st.dictionaries(st.sampled_from(["natural", "自然人", "total", "other", "其他", "no_correction", "fee_overdue", "nobody"]), st.sampled_from(
    [3, 3, "", None, {}, {"value": 2}, {"备注": "无"}, {"natural": 1}, {"natural": 1, "自然人": 1}, {"value": 1, "natural": 1}, [], "约三"]), max_size=3) | st.none() | st.just(3)


@st.composite
def files(draw):
    """Return a data file with a few of its fields filled in, with what may and what may not stand there."""
    def named(entry):
        return draw(st.sampled_from([entry.id, entry.name]))

    def filled(entry):
        if entry.kind == "date":
            return draw(DATES | WORDS)
        if entry.kind == "group":
            children = draw(st.lists(st.sampled_from(entry.fields), max_size=2))
            return draw(st.sampled_from([None, "", []])) if not draw(st.integers(0, 9)) else {named(child): filled(child) for child in children}
        if entry.kind == "by_table":
            return draw(st.dictionaries(st.sampled_from(["disclosure", "主动公开", "行政许可"]), WORDS, max_size=2) | st.none())
        if entry.kind == "list":
            return draw(st.sampled_from([None, [], [None], ["a"], {}]))
        if entry.id == "title":
            return draw(WORDS | st.sampled_from([" " * 500, "题" * 400 + "\n", "题" * 401]))
        return draw(WORDS)

    made = {named(common_fields()[0]): draw(YEARS)}
    agency = draw(st.one_of(st.just("某局"), WORDS))
    made[draw(st.sampled_from(["agency", "机关"]))] = draw(st.sampled_from([{"name": agency}, {"name": agency}, {"名称": agency}, None, {"简称": "局"}]))
    for entry in draw(st.lists(st.sampled_from([entry for entry in common_fields() if not entry.required]), max_size=2)):
        made[named(entry)] = filled(entry)
    if not draw(st.integers(0, 2)):
        made[draw(st.sampled_from(["applications", "申请办理", "disclosure"]))] = {"other_handling": draw(ROWS)}
    return made


@example({"year": "２０２５年", "agency": {"name": "某局"}, "signature": {"date": "2025年2月30日"}})
@example({"year": 2024, "agency": {"name": ""}})
@example({"year": 2024, "年度": 2024, "agency": {"name": "某局"}})
@example({"year": 2024, "agency": {"name": "某局"}, "edition": 2019})
@settings(max_examples=150, deadline=None)
@given(files())
def test_files_of_the_schema_are_those_that_the_reader_takes(value):
    """A file of no edition is none of either; all others are of the edition that reading takes them for."""
    assert any(validator.is_valid(value) for validator in DATA.values()) == file_taken(value)


@pytest.mark.parametrize("change", [
    lambda data: data["tables"]["applications"]["cells"].pop("applications.new.total"),
    lambda data: data["tables"]["applications"]["cells"]["applications.new.total"].update(value="3"),
    lambda data: data["tables"]["applications"]["cells"]["applications.new.total"].update(label="总计"),
    lambda data: data["tables"]["applications"]["cells"].update({"applications.old.total": {"label": "", "value": 1}}),
    lambda data: data.update(version=2), lambda data: data.update(contact="13800000000"),
    lambda data: data["tables"]["remedies"].pop("notes")])
def test_wrong_json_is_marked(read, change):
    data = json.loads(report_json(document(read(GOOD))))
    assert REPORT["2021"].is_valid(data)
    change(data)
    assert not REPORT["2021"].is_valid(data)


@pytest.mark.parametrize("text", ["", "applications: {other_handling: {natural: 1}}\n"])
def test_blank_and_single_rows_are_valid_json(read, text):
    report = read(MINIMAL + text)
    data = json.loads(report_json(document(report, draft=True)))
    assert REPORT["2021"].is_valid(data)
    assert (get_edition("2021").may_be_single("applications.other_handling"), report.single_rows == frozenset()) == (True, not text)
