"""The JSON Schemas: every example is valid, every kind of fault is marked, and the patterns agree with the reader."""

import json
from typing import ClassVar

import jsonschema
import pytest
import yaml
from conftest import EXAMPLES, GOOD, MINIMAL, ROOT
from hypothesis import example, given
from hypothesis import strategies as st

import reportgen
from reportgen.cli import main
from reportgen.editions import CellType, all_editions, edition_for, get_edition
from reportgen.reading.values import MAX_DIGITS, ValueRefusedError, parse_money, parse_number
from reportgen.schema import data_file_schema, report_schema
from reportgen.writing.data import report_json
from reportgen.writing.document import document

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


@pytest.mark.parametrize("path", [*EXAMPLES, *(ROOT / "tests" / "clean").glob("*.yaml")], ids=lambda path: f"{path.parent.name}-{path.stem}")
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


def accepted(text, kind):
    """Say whether the reader takes a cell's text; it also bounds the digits and asks for a unit."""
    plain = parse_money(text)[0] if kind is CellType.MONEY else text
    if not text.strip():
        return True
    try:
        parse_number(plain, kind)
    except ValueRefusedError:
        return False
    return True


@example("-0,000", CellType.COUNT)
@example("−0", CellType.MONEY)
@example("-０.0万元", CellType.MONEY)
@given(st.one_of(st.text(alphabet="0123456789０１９,，.．+-−－＋ 万元", max_size=MAX_DIGITS), st.text(max_size=5)), st.sampled_from(CellType))
def test_patterns_agree_with_the_reader(text, kind):
    schema = {"$ref": f"#/$defs/{kind.value}", "$defs": {**DATA["2021"].schema["$defs"], **DATA["2019"].schema["$defs"]}}
    valid = jsonschema.Draft202012Validator(schema).is_valid(text)
    assert valid == accepted(text, kind), (text, kind)


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
