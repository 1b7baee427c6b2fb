"""The crash matrix: every call of every command that writes fails once and is killed once."""

import errno

import pytest
from crashes import Case, quiet
from faults import Faults, calls, killed_at

THIN = 7    # of so many calls one is tried where not all are


@pytest.mark.parametrize(("name", "step"), [
    ("build", THIN), ("fix", 1), ("into", THIN), *(pytest.param(name, 1, marks=pytest.mark.slow) for name in ("build", "release", "batch", "into"))])
@pytest.mark.parametrize("error", [None, errno.EIO, errno.ENOSPC])
def test_the_old_or_the_new_and_no_traceback(tmp_path, name, step, error):
    case = Case(name, tmp_path / "case").prepare()
    counted = case.copy(tmp_path / "counted")
    total = calls(lambda: quiet(*case.arguments(counted)))
    assert total > 5
    found = set()
    for at in range(1, total + 1, step):
        folder = case.copy(tmp_path / str(at))
        if error is None:
            killed_at(lambda folder=folder: quiet(*case.arguments(folder)), at)
        else:
            with Faults(at, error).at_work():
                code, said = quiet(*case.arguments(folder))
            assert "程序出错" not in said
            assert code in (0, 2), said
            assert code == 2 or case.kind(folder) == "new"
        quiet(*case.after(folder))
        assert case.kind(folder) in ("old", "new", "old and new"), at
        assert case.left(folder) == []
        found.add(case.kind(folder))
    assert found >= {"old"} if step > 1 else found >= {"old", "new"}
