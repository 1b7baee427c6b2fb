"""The five commands that write, each with what stands before it, what may stand after it, and a next command."""

import contextlib
import io
import shutil
from pathlib import Path

import docx
from conftest import GOOD

from reportgen.cli.main import main

OLD = GOOD.replace("都有进展。", "都有进展,见下文。")
NEW = OLD.replace("解读不够深入", "解读仍然不够深入")
BROKEN = GOOD + "remedies: {review: {upheld: 1, total: 2}}\n"


def quiet(*arguments):
    """Run a command; return its exit code and all that it said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(list(map(str, arguments)))
    return code, said.getvalue()


class Case:
    """One command in a folder: `arguments` run it, `after` is what comes next and writes nothing of its own."""

    def __init__(self, name, top):
        self.name, self.top = name, top

    def path(self, name, folder=None):
        return Path(folder or self.top) / name

    def arguments(self, folder):
        return [str(folder / word) if isinstance(word, Path) else word for word in {
            "build": ["build", Path("2024.yaml"), "-o", Path("out")],
            "release": ["release", Path("2024.yaml"), "-o", Path("out")],
            "batch": ["batch", Path("in"), "-o", Path("out"), "--jobs", "0"],
            "fix": ["fix", Path("2024.yaml")],
            "into": ["import", Path("edited.docx"), "--into", Path("2024.yaml")]}[self.name]]

    def after(self, folder):
        return [str(folder / word) if isinstance(word, Path) else word for word in {
            "build": ["build", Path("broken.yaml"), "-o", Path("out")],
            "release": ["release", Path("broken.yaml"), "-o", Path("out")],
            "batch": ["batch", Path("broken.yaml"), "-o", Path("out"), "--jobs", "0"],
            "fix": ["check", Path("2024.yaml")], "into": ["check", Path("2024.yaml")]}[self.name]]

    def prepare(self):
        """Make what stands before the command, and note what stands after it."""
        self.top.mkdir(parents=True)
        self._write("broken.yaml", BROKEN.replace("某县统计局", "某乙县统计局"))
        if self.name == "batch":
            for text in (OLD, NEW):
                for number in range(2):
                    self._write(f"in/{number}/2024.yaml", text.replace("某县", f"某{number}县"))
                if text == OLD:
                    assert quiet(*self.arguments(self.top))[0] == 0
        else:
            self._write("2024.yaml", OLD)
            if self.name == "build":
                assert quiet(*self.arguments(self.top))[0] == 0
                self._write("2024.yaml", NEW)
            elif self.name == "into":
                assert quiet("build", self.path("2024.yaml"), "-o", self.path("made"), "--to", "docx")[0] == 0
                word = docx.Document(str(next(self.path("made").iterdir())))
                (one,) = [one for one in word.paragraphs if "解读不够深入" in one.text]
                one.runs[-1].text = one.runs[-1].text.replace("不够", "仍然不够")
                word.save(str(self.path("edited.docx")))
                shutil.rmtree(self.path("made"))
        self.old = self.state(self.top)
        done = self.copy(self.top.with_name(f"{self.top.name}-done"))
        code, said = quiet(*self.arguments(done))
        assert code == 0, said
        self.new = self.state(done)
        assert self.old != self.new
        return self

    def _write(self, name, text):
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text, encoding="utf-8")

    def copy(self, folder):
        shutil.copytree(self.top, folder)
        return folder

    def state(self, folder):
        """What belongs together, by the folder of each report."""
        if self.name in ("fix", "into"):
            return {"": (folder / "2024.yaml").read_bytes()}
        places = sorted((folder / "out").glob("in/*/2024" if (folder / "out/in").exists() else "*/2024")) if self.name == "batch" else [folder / "out"]
        return {str(place.relative_to(folder)): {one.name: one.read_bytes() for one in sorted(place.iterdir()) if not one.name.startswith(".")}
                for place in places if place.exists()}

    @staticmethod
    def flat(state):
        """The files of a state by place and name."""
        return {(place, name): content for place, files in state.items()
                for name, content in (files.items() if isinstance(files, dict) else [("", files)])}

    def kind(self, folder):
        """Whether each report is the old or the new one: "old", "new", "old and new" of a batch, or "mixed"."""
        state, kinds = self.state(folder), set()
        for place in {*self.old, *self.new, *state}:
            found = state.get(place)
            kinds.add("old" if found == self.old.get(place) else "new" if found == self.new.get(place) else "mixed")
        return "mixed" if "mixed" in kinds else " and ".join(sorted(kinds, reverse=True))

    def left(self, folder):
        """Temporary files that lie about."""
        return list(folder.rglob(".reportgen-*"))
