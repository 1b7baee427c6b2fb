"""Word files that come back edited: whatever was changed by hand is taken over or told, and nothing else is."""

import shutil
import subprocess

import docx
import pytest
from conftest import GOOD
from generated import WITHOUT_SHRINKING
from hypothesis import assume, given
from hypothesis import strategies as st
from word_edits import DELETING, NOT_TOGETHER, SEEN, UNSEEN

from reportgen.cli.main import main
from reportgen.outputs.document import document
from reportgen.outputs.docx.write import write_docx
from reportgen.sources import read_text

DATA = GOOD.replace("主动公开、依申请公开、政府信息管理、平台建设和监督保障都有进展。", """|
  （一）主动公开政府信息一千条，公开的内容更加全面。
  （二）收到信息公开申请之后，都在规定的期限内作了答复。
  政府信息管理、平台建设和监督保障都取得了新的进展。""").replace("解读不够深入，将加强培训。", """|
  政策解读的形式不够丰富，深入程度也还不够。
  下一年将加强业务培训，把解读做得更加通俗易懂。""").replace("本年没有收取信息处理费。", "本年度本机关没有收取过信息处理费。") + """
letterhead: {mark: 某局文件, document_number: 某发〔2025〕2号, to: 省政府办公厅, copies: '市委办公室，市监委', printed_by: 某局办公室, printed: 2025-01-20}
attachment: 2
signature: {date: 2025-01-18}
notes: {applications: 注：含上年结转的。}
applications: {new: {natural: 26, enterprise: 13, research: 31}, carried_in: {natural: 42, enterprise: 53}}
"""


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Return a function that edits the issued file, imports it, and returns what was said, in pieces."""
    folder = tmp_path_factory.mktemp("edited")
    target, path, text = folder / "2024.yaml", folder / "传阅稿.docx", DATA
    content = write_docx(document(read_text(text, "2024.yaml"), draft=True))

    def edited(capsys, edits):
        target.write_text(text, encoding="utf-8")
        path.write_bytes(content)
        word = docx.Document(path)
        wanted = [edit(word, number) for edit, number in edits]
        word.save(path)
        code = main(["import", str(path), "--into", str(target)])
        said = capsys.readouterr()
        return wanted, code, said.out, said.err

    return edited


@pytest.mark.parametrize("edit", UNSEEN, ids=lambda edit: edit.__name__)
def test_what_prints_alike_is_no_change(issued, capsys, edit):
    assert [issued(capsys, [(edit, number)])[1:] for number in range(2)] == [(0, "没有改动\n", "")] * 2


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_what_another_program_saved_is_no_change(tmp_path, capsys, kind):
    (tmp_path / "2024.yaml").write_text(DATA, encoding="utf-8")
    name = f"{kind}.docx"
    (tmp_path / name).write_bytes(write_docx(document(read_text(DATA, "2024.yaml"), draft=True)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    steps = [(name, kind), (f"{kind}.{kind}", "docx")] if kind != "docx" else [(name, kind)]
    for source, target in steps:
        subprocess.run(["soffice", "--headless", profile, "--convert-to", target, "--outdir", str(tmp_path / "saved"), str(tmp_path / source)],
                       check=True, capture_output=True, timeout=300)
        (tmp_path / "saved" / f"{kind}.{target}").replace(tmp_path / f"{kind}.{target}")
    assert main(["import", str(tmp_path / name), "--into", str(tmp_path / "2024.yaml")]) == 0
    assert capsys.readouterr().out == "没有改动\n"


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("edit", SEEN, ids=lambda edit: edit.__name__)
def test_an_edit_is_told(issued, capsys, edit, number):
    judge(*issued(capsys, [(edit, number)]))


@WITHOUT_SHRINKING
@given(st.data())
def test_edits_together_are_told(issued, capsys, data):
    edits = data.draw(st.lists(st.tuples(st.sampled_from(SEEN + UNSEEN), st.integers(0, 40)), min_size=2, max_size=4, unique_by=lambda one: one[0]))
    # Without a heading Word numbers those below it anew, which is told of each; cells merged to the side are no
    # longer above those that were below them; a row may go with its table.
    for one in NOT_TOGETHER:
        assume(not one <= {edit for edit, _ in edits})
    # What is deleted would take with it what was edited there before, and runs are split with what they are.
    edits.sort(key=lambda one: (one[0] not in UNSEEN, one[0] not in DELETING))
    try:
        wanted, *said = issued(capsys, edits)
    except StopIteration:
        return     # one edit took away what another looks for
    judge(wanted, *said)


def judge(wanted, code, out, err):
    """Hold what was said against what was edited: every edit is told; nothing else is."""
    needles = [(one,) if isinstance(one, str) else one for one in wanted if one]
    if code:
        # Refused whole, with the file as it was: told, too.
        assert err.strip()
        return
    assert [one for one in needles if not any(part in out for part in (one if isinstance(one, frozenset) else one[:1]))] == [], out
    assert [piece for piece in pieces(out) if not any(part in piece for one in needles for part in one)] == [], out


def pieces(out):
    """Return what was said one by one, but for what is said of any file: a cell, a piece of prose, a message."""
    found = []
    for line in out.splitlines():
        if line.startswith(("- ", "+ ")):
            found[-1] += f"\n{line}"
        elif not line.startswith(("没有改动", "没有要写进", "已写进", "请核对：")) and "文件带有修订" not in line:
            found.append(line)
    return found
