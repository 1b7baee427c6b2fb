"""Run a file of any kind through the command line, as it comes from outside, and say what is wrong with how that ended.

What is wrong is one line that begins with what kind of fault it is, the same for the same fault.
"""

import contextlib
import functools
import io
import logging
import os
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import docx
from conftest import GOOD, ROOT

import reportgen
from reportgen.cli.main import main
from reportgen.datafile.tree import decode, parse_tree
from reportgen.findings import InputError

CODES = (0, 1, 2, 130)
_QUIET = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
# By kind: the name of the file, then the commands. `{}` is the folder; `base.yaml`, `edited.docx` and `own` are put there.
KINDS = {
    "data": ("2024.yaml", (["check", "{}/2024.yaml"], ["fix", "{}/2024.yaml"], ["build", "{}/2024.yaml", "-o", "{}/out", "--to", "docx", "--draft"])),
    "into": ("2024.yaml", (["import", "{}/edited.docx", "--into", "{}/2024.yaml"],)),
    "form": ("2024.xlsx", (["check", "{}/2024.xlsx"], ["convert", "{}/2024.xlsx", "{}/made.yaml"], ["fix", "{}/2024.xlsx"])),
    "xlsx": ("a.xlsx", (["import", "{}/a.xlsx", "-o", "{}/made.yaml"],)),
    "xls": ("a.xls", (["import", "{}/a.xls", "-o", "{}/made.yaml"],)),
    "docx": ("a.docx", (["import", "{}/a.docx", "-o", "{}/made.yaml"],)),
    "edited": ("a.docx", (["import", "{}/a.docx", "--into", "{}/base.yaml"],)),
    "pdf": ("a.pdf", (["import", "{}/a.pdf", "-o", "{}/made.yaml"],)),
    "html": ("a.html", (["import", "{}/a.html", "-o", "{}/made.yaml"],)),
    "word": ("own/2021/report.docx", (["template", "check", "{}/own/2021/report.docx"], ["build", "{}/base.yaml", "-o", "{}/out", "--draft", "--templates", "{}/own"])),
    "css": ("own/report.css", (["build", "{}/base.yaml", "-o", "{}/out", "--draft", "--to", "pdf", "--templates", "{}/own"],)),
    "page": ("own/report.html", (["build", "{}/base.yaml", "-o", "{}/out", "--draft", "--to", "pdf", "--templates", "{}/own"],)),
    "web": ("own/web.html", (["release", "{}/base.yaml", "-o", "{}/out", "--templates", "{}/own"],)),
}
BASE = GOOD


class Watch:
    """Watch over what the program asks of the system: nothing is written outside a folder, no network, no other program."""

    def __init__(self):
        self.folder, self.found = None, []
        sys.addaudithook(self._hear)

    def _hear(self, event, arguments):
        if self.folder is None:
            return
        if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.gethostby", "urllib.", "http.", "ftplib.", "smtplib.")):
            self.found.append(f"network: {event}")
        elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile"):
            self.found.append(f"program: {event}")
        elif event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES and not isinstance(arguments[0], int):
            self._place(event, arguments[0])
        elif event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"):
            # A name within an open folder, as when a temporary one is taken away, says nothing.
            if any(isinstance(one, int) and one >= 0 for one in arguments[1 if event != "os.mkdir" else 2:]) and not Path(arguments[0]).is_absolute():
                return
            self._place(event, arguments[0])
            if event in ("os.rename", "os.link", "os.symlink"):
                self._place(event, arguments[1])

    def _place(self, event, path):
        path = str(Path(os.fsdecode(path)).absolute()) if isinstance(path, str | bytes | os.PathLike) else ""
        if path and path != os.devnull and not f"{path}/".startswith((f"{self.folder}/", f"{tempfile.gettempdir()}/")):
            self.found.append(f"outside: {event} {path}")


_watches = []


def watch():
    """Return the watch of this process: a hook cannot be taken away."""
    if not _watches:
        _watches.append(Watch())
    return _watches[0]


class _Ear(logging.Handler):
    def __init__(self, found):
        super().__init__(logging.WARNING)
        self.found = found

    def emit(self, record):
        self.found.append(f"logged: {record.name}: {record.msg}")


def examine(kind, data, folder):
    """Run the commands of a kind on a file in an empty folder; return what is wrong, nothing where all is well."""
    name, commands = KINDS[kind]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    (folder / "base.yaml").write_text(BASE, encoding="utf-8")
    if kind == "into":
        (folder / "edited.docx").write_bytes(edited_word())
    found = []
    for command in commands:
        found += _run([word.replace("{}", str(folder)) for word in command], folder)
    found += [f"left: {one.suffix}" for one in folder.rglob(".reportgen-*")]
    return list(dict.fromkeys(found))


def _run(arguments, folder):
    keeps = {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    wrong, code, said = [], None, io.StringIO()
    last, hook, guard = logging.lastResort, sys.unraisablehook, watch()
    logging.lastResort = _Ear(wrong)
    sys.unraisablehook = lambda one: wrong.append(f"ignored: {one.exc_type.__name__}")
    guard.folder, guard.found = folder, wrong
    try:
        with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            warnings.simplefilter("default")
            for category in _QUIET:
                warnings.simplefilter("ignore", category)
            code = main(arguments)
        wrong += [f"warned: {one.category.__name__} {Path(one.filename).name}:{one.lineno}" for one in warned]
    except SystemExit as left:
        code = left.code
    except BaseException as error:  # noqa: BLE001 - whatever comes out of the program is a fault of it
        wrong.append(_trace(error))
        code = 2
    finally:
        logging.lastResort, sys.unraisablehook, guard.folder = last, hook, None
    if code not in CODES:
        wrong.append(f"exit code: {code}")
    if code in (1, 2) and not said.getvalue().strip() and not wrong:
        wrong.append("silent: nothing was said")
    return [f"{' '.join(arguments[:2]) if arguments[0] == 'template' else arguments[0]}: {one}" for one in (*wrong, *_files(arguments, code, keeps))]


def _files(arguments, code, keeps):
    """Yield what is wrong with the files that a command was given, and with a data file that it wrote."""
    into = arguments[arguments.index("--into") + 1] if "--into" in arguments else arguments[1] if arguments[0] == "fix" else ""
    for path, content in keeps.items():
        if not path.is_file():
            if "/out" not in str(path):
                yield f"lost: {path.name}"
        elif path.read_bytes() != content and "/out" not in str(path):
            if str(path) != into or code != 0:
                yield f"changed: {path.name}"
            elif path.suffix == ".yaml":
                yield from _whole(path)
    made = next((Path(one) for one in arguments if one.endswith("made.yaml")), None)
    if made is not None and (code == 0) != made.exists():
        yield f"made: exit code {code}, {'a' if made.exists() else 'no'} file"
    elif made is not None and made.exists():
        yield from _whole(made)


def _whole(path):
    try:
        parse_tree(decode(path.read_bytes(), path.name), path.name)
    except InputError as error:
        yield f"half: {path.name} {error.problems[0][1]}"


def _trace(error):
    """Return a line for a traceback: the exception, and its last places in the program and in whatever it called."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if f"{os.sep}reportgen{os.sep}" in one.filename and "tests" not in one.filename]
    places = [f"{'/'.join(Path(one.filename).parts[-2:])}:{one.name}" for one in (*own[-2:], frames[-1])]
    return f"traceback: {type(error).__name__} " + " > ".join(dict.fromkeys(places))


@functools.cache
def edited_word():
    """Return a Word file that the data file BASE gives, edited."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "2024.yaml").write_text(BASE, encoding="utf-8")
        made, = reportgen.build(reportgen.read(folder / "2024.yaml"), folder / "out", ["docx"])
        word = docx.Document(str(made))
    for one in word.paragraphs:
        for run in one.runs:
            run.text = run.text.replace("不够", "仍然不够")
    # A figure where the data file has none.
    word.tables[0].rows[2].cells[-1].paragraphs[0].add_run("3")
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def seeds():
    """Return the files to begin with, by kind: small ones, and each kind's own."""
    import xlwt

    from reportgen.form.write import write_workbook

    clean = [path.read_bytes() for path in sorted((ROOT / "tests" / "clean").glob("202*.yaml"))][:3]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = folder / "2024.yaml"
        source.write_bytes(clean[-1])
        report = reportgen.read(source)
        small = folder / "small.yaml"
        small.write_text(BASE, encoding="utf-8")
        out = folder / "out"
        out.mkdir()
        main(["release", str(source), "-o", str(out / "release")])
        made = {one.suffix: one.read_bytes() for one in sorted((out / "release").iterdir())}
        reportgen.build(reportgen.read(small), out / "small", ["docx", "pdf"])
        small_made = {one.suffix: one.read_bytes() for one in (out / "small").iterdir()}
        form = write_workbook(report)
    book = xlwt.Workbook()
    sheet = book.add_sheet("年度报告")
    for row, text in enumerate(("某局2024年政府信息公开工作年度报告", "一、总体情况", "二、主动公开政府信息情况")):
        sheet.write(row, 0, text)
    for row in range(4, 12):
        for column in range(4):
            sheet.write(row, column, "规章" if column == 0 else row * column)
    stream = io.BytesIO()
    book.save(stream)
    templates = ROOT / "templates"
    return {"data": [*clean, BASE.encode()], "into": [BASE.encode()], "form": [form], "xlsx": [made[".xlsx"], form], "xls": [stream.getvalue()], "docx": [small_made[".docx"], made[".docx"]],
            "edited": [small_made[".docx"], edited_word()], "pdf": [small_made[".pdf"]], "html": [made[".html"]], "word": [(templates / "2021" / "report.docx").read_bytes()],
            "css": [(templates / "report.css").read_bytes()], "page": [(templates / "report.html").read_bytes()], "web": [(templates / "web.html").read_bytes()]}
