"""Signs that nobody sees, or that a terminal obeys, are shown as escapes."""

import json

from conftest import GOOD
from hypothesis import given
from hypothesis import strategies as st

from reportgen.cli.main import main
from reportgen.findings import UNSEEN, visible

UGLY = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u200b\u2066\ufeff\u2028\U000e0041"


def test_nothing_steers_the_terminal(write, tmp_path, capsys):
    where = tmp_path / f"甲{UGLY}局"
    where.mkdir()
    escaped = json.dumps(UGLY)
    bad = GOOD.replace("解读不够深入", f"解读{{{{ nothing.{UGLY[-4]} }}}},不够深入") + "remedies: {review: {upheld: 1, total: 2}}\n"
    (where / "2024.yaml").write_text(bad, encoding="utf-8")
    (where / "2022.yaml").write_text(f"year: 2022\nagency: {escaped}\n{escaped}: 1\n", encoding="utf-8")
    (where / f"旧{UGLY}.doc").write_bytes(b"")
    for arguments in (["check", where], ["check", where, "--json"], ["batch", where, "-o", tmp_path / "out", "--draft", "--jobs", "0", "--to", "docx"],
                      ["build", where / "2024.yaml", "-o", tmp_path / "out2", "--draft", "--to", "docx"], ["fix", where / "2024.yaml"],
                      ["check", str(where / "none"), f"--{UGLY}"], ["build", where / f"{UGLY}.yaml"]):
        main(list(map(str, arguments)))
        printed = capsys.readouterr()
        assert printed.out + printed.err
        assert not UNSEEN.search(printed.out + printed.err), arguments
        if "--json" in arguments:
            assert json.loads(printed.out)["reports"][1]["file"] == str(where / "2024.yaml")
            assert json.loads(printed.out)["reports"][0]["refused"]
    made = [path for out in ("out", "out2") for path in (tmp_path / out).rglob("*")]
    assert [path.suffix for path in made].count(".docx") == 2
    assert not [path for path in made if UNSEEN.search(path.name)]


@given(st.text())
def test_what_is_visible_reads_back(text):
    shown = visible(text)
    assert not UNSEEN.search(shown)
    assert json.loads(visible(json.dumps(text, ensure_ascii=False))) == text
