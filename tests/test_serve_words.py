"""What the page says, and what it does with what a clerk does wrong."""

import ast
import io
import re
from subprocess import CompletedProcess

import pytest
from conftest import GOOD, MINIMAL, ROOT
from docx import Document
from pages_client import NoPrinter, listed, opened, page_of

import reportgen
from reportgen.serve.saying_here import said_here

COMMAND = re.compile(r"reportgen [a-z]|(?<![\w-])--[a-z]")
SOURCES = [path for folder in ("checks", "datafile", "rules") for path in (ROOT / "reportgen" / folder).rglob("*.py")] + [
    ROOT / "reportgen" / "sources.py", ROOT / "reportgen" / "outputs" / "build.py"]
# What is asked on the page in other words, by a question of its own; and the page of all rules.
ASKED = ("--from 是“", "”的；同一个机关改了名称的，请加 --renamed；另一个机关、只借用它的类别和层级的，请加 --other-agency", "本页由 `reportgen explain --all` 生成")


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setattr("reportgen.serve.routes.PageMaker", NoPrinter)
    with page_of(tmp_path) as client:
        yield client


def chinese_texts():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("[一-鿿]", node.value):
                yield node.value


def test_no_message_that_reaches_the_page_names_a_command():
    named = [text for text in chinese_texts() if COMMAND.search(text) and not text.startswith(ASKED)]
    assert len(named) > 8
    # The parts of a message come one by one here, so that a line break before an option is not in them.
    assert [text for text in named if COMMAND.search(said_here(f"\n从严：{text}" if "--strict" in text else text))] == []
    rules = [reportgen.explained(rule) for rule in reportgen.all_rules().values()]
    assert any(COMMAND.search(text) for text in rules)
    assert [said_here(text) for text in rules if COMMAND.search(said_here(text)) or "README" in said_here(text)] == []


def test_punctuation_is_mended_by_a_button(tmp_path, client):
    (tmp_path / "2024.yaml").write_text(GOOD.replace("解读不够深入，", "解读不够深入,"), encoding="utf-8")
    (found,) = [one["message"] for one in opened(client)["findings"] if one["code"] == "WZ04"]
    assert found.endswith("；点“改正标点”改写")
    assert "点“改正标点”" in client.get("/api/explain", params={"code": "WZ04"}).json()["text"]


def test_an_expression_without_a_value_is_marked_where_it_stands(tmp_path, client):
    (tmp_path / "2024.yaml").write_text(GOOD.replace("本年没有", "新收{{ applications.new.total }}件、{{ nobody.here }}件，没有"), encoding="utf-8")
    found = opened(client)
    (number,) = [one["number"] for one in found["findings"] if one["code"] == "DR02"]
    assert found["findings"][number]["section"] == "other"
    (mark,) = [mark for mark in found["prose"]["other"]["paragraphs"][0]["marks"] if mark["finding"] == number]
    assert found["prose"]["other"]["lines"][0][mark["start"]:mark["end"]] == "{{ nobody.here }}"


def test_what_a_place_asks_of_lengths_is_sent(tmp_path, client):
    (tmp_path / "2024.yaml").write_text(GOOD, encoding="utf-8")
    assert opened(client)["lengths"] == {}
    (tmp_path / "检查规则.yaml").write_text(
        "rules:\n- {section: problems, least: 200, source: 某市通知, severity: warning}\n"
        "- {section: other, least: 10, most: 900, source: 某市通知, severity: warning}\n", encoding="utf-8")
    assert opened(client)["lengths"] == {"problems": [200, None], "other": [10, 900]}
    (tmp_path / "检查规则.yaml").write_text("rules: 无\n", encoding="utf-8")
    assert "message" in opened(client)


def test_last_years_file_of_another_name_is_asked_about(tmp_path, client):
    (tmp_path / "2024.yaml").write_text(MINIMAL, encoding="utf-8")
    wanted = {"year": 2025, "agency": "某县新统计局", "before": "2024.yaml"}
    asked = client.post("/api/new", json=wanted)
    assert (asked.status_code, asked.json()["other"]) == (409, True)
    assert not (tmp_path / "2025.yaml").exists()
    made = client.post("/api/new", json={**wanted, "same": "renamed"}).json()
    assert reportgen.read_content((tmp_path / made["file"]).read_bytes()).agency.name == "某县新统计局"
    refused = client.post("/api/new", json={**wanted, "year": 2027, "same": "other"}).json()["message"]
    assert refused.startswith("2024.yaml:1：上年的数据文件应是2026年度的")
    assert client.post("/api/new", json={**wanted, "same": "maybe"}).status_code == 400


def test_a_file_that_cannot_be_read_is_told_with_its_line_in_chinese(tmp_path, client):
    (tmp_path / "2024.yaml").write_text("year: 2024\nagency: [\n", encoding="utf-8")
    (file,) = listed(client)["files"]
    assert re.match("第 [23] 行：", file["why"])
    assert not re.search("[a-z]{4}", file["why"])


def test_paragraphs_that_changed_side_by_side_are_taken_one_by_one(tmp_path, client):
    text = GOOD.replace("本年没有收取信息处理费。", "|\n  第一段没有收取信息处理费。\n  第二段没有其他的事项。\n  第三段不变。")
    (tmp_path / "2024.yaml").write_text(text, encoding="utf-8")
    document = Document(io.BytesIO(reportgen.docx(reportgen.read(tmp_path / "2024.yaml"), reportgen.Options(draft=True))))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace("段没有", "段并没有")
    content = io.BytesIO()
    document.save(content)
    found = client.post("/api/edited", params={"file": "2024.yaml"}, content=content.getvalue(), headers={"x-file-name": "a.docx"}).json()
    assert [(one["old"], one["new"]) for one in found["changes"]] == [
        ("第一段没有收取信息处理费。", "第一段并没有收取信息处理费。"), ("第二段没有其他的事项。", "第二段并没有其他的事项。")]
    assert [(piece["kind"], piece["text"]) for piece in found["changes"][0]["pieces"]] == [
        ("same", "第一段"), ("new", "并"), ("same", "没有收取信息处理费。")]
    after = client.post("/api/take", json={"file": "2024.yaml", "version": found["version"], "upload": found["upload"], "numbers": [1]}).json()
    assert after["prose"]["other"]["lines"] == ["第一段没有收取信息处理费。", "第二段并没有其他的事项。", "第三段不变。"]


def test_what_was_made_opens_in_a_program_of_this_machine_and_nothing_else_does(tmp_path, client, monkeypatch):
    (tmp_path / "2024.yaml").write_text(MINIMAL, encoding="utf-8")
    opened_files = []
    monkeypatch.setattr("reportgen.files.viewer.shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr("reportgen.files.viewer.subprocess.run",
                        lambda words, **options: opened_files.append(words[1:]) or CompletedProcess(words, 0))
    (made,) = client.post("/api/make", json={"file": "2024.yaml", "version": opened(client)["version"], "kind": "form"}).json()["files"]
    assert client.post("/api/open", json={"file": made}).json() == {"opened": made}
    for other in ("2024.yaml", "送审", "../2024.yaml", ""):
        assert client.post("/api/open", json={"file": other}).status_code == 422
    # What a double click would run, which somebody put among what was made.
    (tmp_path / made).with_name("报告.desktop").write_text("[Desktop Entry]", encoding="utf-8")
    refused = client.post("/api/open", json={"file": "送审/报告.desktop"})
    assert (refused.status_code, refused.json()["message"].partition("，")[0]) == (422, "报告.desktop：不打开这种文件")
    assert opened_files == [[str(tmp_path / made)]]
    monkeypatch.setattr("reportgen.files.viewer.shutil.which", lambda name: None)
    refused = client.post("/api/open", json={"file": made})
    assert (refused.status_code, refused.json()["message"]) == (422, f"{made.removeprefix('送审/')}：这台电脑没有 xdg-open，请点文件名另存")


def test_what_a_field_cannot_have_is_shown_as_it_stands_and_can_be_taken_out(tmp_path, client):
    (tmp_path / "2024.yaml").write_text(GOOD + "publication: {published: 明天}\n", encoding="utf-8")
    found = opened(client)
    assert found["fields"]["publication.published"] == "明天"
    after = client.post("/api/edit", json={"file": "2024.yaml", "version": found["version"], "fields": {"publication.published": ""}}).json()
    assert not after["fields"].get("publication.published")
    assert [one["code"] for one in after["findings"] if one["code"] == "DR04"] == []


def test_a_word_file_that_waits_for_a_wrong_value_says_for_which(tmp_path, client):
    (tmp_path / "2024.yaml").write_text(GOOD, encoding="utf-8")
    content = reportgen.docx(reportgen.read(tmp_path / "2024.yaml"), reportgen.Options(draft=True))
    (tmp_path / "2024.yaml").write_text(GOOD + "publication: {published: 明天}\n", encoding="utf-8")
    refused = client.post("/api/edited", params={"file": "2024.yaml"}, content=content, headers={"x-file-name": "a.docx"})
    assert (refused.status_code, refused.json()["message"]) == (
        422, "有认不出的内容，请先改正：“发布日期”的“明天”不是日期，请写成 2025-01-18 或 2025年1月18日")
