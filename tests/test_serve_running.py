"""What takes long and goes on in the other process: it can be ended, and is not begun twice."""

import threading
import time
from concurrent.futures import Future

import pytest
from conftest import MINIMAL, all_zero_but
from pages_client import NoPrinter, page_of

import reportgen
from reportgen.files.owner import require_own
from reportgen.files.place import write_folder
from reportgen.findings import InputError
from reportgen.serve.saying_here import problems_here, said_here

SECONDS = 20


class Slow(NoPrinter):
    """A printer that never comes to an end by itself."""

    def __init__(self):
        self.asked = []

    def run(self, function, *args):
        self.asked.append((function.__name__, Future()))
        return self.asked[-1][1]


@pytest.fixture
def printer(monkeypatch):
    slow = Slow()
    monkeypatch.setattr("reportgen.serve.routes.PageMaker", lambda: slow)
    return slow


@pytest.fixture
def client(tmp_path, printer):
    with page_of(tmp_path) as client:
        yield client


def begun(printer, ask):
    """Ask for something in a thread and wait until the printer has it; give the thread and what it will have."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    end = time.monotonic() + SECONDS
    while not printer.asked:
        assert time.monotonic() < end
        time.sleep(0.01)
    return thread, answers


def ended(thread, answers):
    thread.join(SECONDS)
    (answer,) = answers
    return answer


def release(client, version):
    return client.post("/api/make", json={"file": "2024.yaml", "version": version, "kind": "release"})


def test_a_second_release_is_refused_while_one_goes_on_and_does_not_take_its_end_away(tmp_path, client, printer):
    (tmp_path / "2024.yaml").write_text(all_zero_but(), encoding="utf-8")
    version = client.get("/api/book", params={"file": "2024.yaml"}).json()["version"]
    thread, answers = begun(printer, lambda: release(client, version))
    second = release(client, version)
    assert (second.status_code, second.json()["message"]) == (422, "2024.yaml：上一次的还没有完成，请等它完成，或先取消它，再做一次")
    assert client.post("/api/cancel", json={"file": "2024.yaml"}).json() == {"cancelled": True}
    assert ended(thread, answers).json() == {"cancelled": True}
    assert [name for name, _ in printer.asked] == ["released_files"]
    assert client.post("/api/cancel", json={"file": "2024.yaml"}).json() == {"cancelled": False}


def test_reading_a_report_is_ended_and_nothing_is_written(tmp_path, client, printer):
    content = reportgen.docx(reportgen.read_content(all_zero_but()))
    thread, answers = begun(printer, lambda: client.post("/api/import", content=content, headers={"x-file-name": "a.docx"}))
    assert client.post("/api/cancel", json={"file": "a.docx"}).json() == {"cancelled": True}
    assert ended(thread, answers).json() == {"cancelled": True}
    assert list(tmp_path.iterdir()) == []


def test_converting_a_form_is_ended_and_the_form_stays_alone(tmp_path, client, printer):
    reportgen.save_report(tmp_path / "2024.xlsx", reportgen.read_content(MINIMAL))
    thread, answers = begun(printer, lambda: client.post("/api/convert", json={"file": "2024.xlsx"}))
    assert client.post("/api/cancel", json={"file": "2024.xlsx"}).json() == {"cancelled": True}
    assert ended(thread, answers).json() == {"cancelled": True}
    assert [path.name for path in tmp_path.iterdir()] == ["2024.xlsx"]


def test_a_report_is_read_and_a_form_converted(tmp_path, monkeypatch):
    monkeypatch.setattr("reportgen.serve.routes.PageMaker", NoPrinter)
    report = reportgen.read_content(all_zero_but())
    reportgen.save_report(tmp_path / "表.xlsx", report)
    with page_of(tmp_path) as client:
        read = client.post("/api/import", content=reportgen.docx(report), headers={"x-file-name": "a.docx"}).json()
        assert client.post("/api/convert", json={"file": "表.xlsx"}).json() == {"file": "表.yaml"}
        refused = client.post("/api/import", content=b"no report", headers={"x-file-name": "a.txt"})
    for name in (read["file"], "表.yaml"):
        assert reportgen.read(tmp_path / name).cells["applications.new.natural"].text == "0"
    assert (refused.status_code, refused.json()["message"].partition("：")[0]) == (422, "a.txt")


def test_a_refusal_of_the_folder_names_no_option_of_the_command(tmp_path):
    (tmp_path / "a.docx").write_bytes(reportgen.docx(reportgen.read_content(all_zero_but())))
    said = []
    for refused in (lambda: write_folder(tmp_path, {"a": b""}), lambda: write_folder(tmp_path / "a.docx" / "b", {"a": b""}),
                    lambda: require_own(tmp_path, "a", "另一个机关")):
        with pytest.raises(InputError) as error:
            refused()
        assert "-o" in str(error.value)
        said.append(said_here(problems_here(error.value)))
    assert [text for text in said if "-o" in text or str(tmp_path) in text] == []
    assert said[0].endswith("：已经有这个文件夹，里面有文件；请先移走")
    assert said[2].endswith("没有覆盖；请先移走这个文件")


@pytest.mark.parametrize("kind", ["release", "draft"])
def test_what_is_ended_half_way_leaves_no_folder(tmp_path, client, printer, kind):
    (tmp_path / "2024.yaml").write_text(all_zero_but(), encoding="utf-8")
    version = client.get("/api/book", params={"file": "2024.yaml"}).json()["version"]
    thread, answers = begun(printer, lambda: client.post("/api/make", json={"file": "2024.yaml", "version": version, "kind": kind}))
    # As one that is killed while it writes leaves it.
    folder = tmp_path / ("发布" if kind == "release" else "送审")
    folder.mkdir()
    (folder / ".reportgen-0123456789abcdef").write_bytes(b"")
    (folder / ".reportgen-0123456789abcdef.0.new").mkdir()
    assert client.post("/api/cancel", json={"file": "2024.yaml"}).json() == {"cancelled": True}
    assert ended(thread, answers).json() == {"cancelled": True}
    assert [one.name for one in tmp_path.iterdir()] == ["2024.yaml"]


def test_what_others_put_into_the_folder_of_outputs_stays(tmp_path, client, printer):
    (tmp_path / "2024.yaml").write_text(all_zero_but(), encoding="utf-8")
    version = client.get("/api/book", params={"file": "2024.yaml"}).json()["version"]
    thread, answers = begun(printer, lambda: release(client, version))
    (tmp_path / "发布").mkdir()
    (tmp_path / "发布" / "说明.txt").write_text("留着", encoding="utf-8")
    client.post("/api/cancel", json={"file": "2024.yaml"})
    assert ended(thread, answers).json() == {"cancelled": True}
    assert (tmp_path / "发布" / "说明.txt").is_file()
