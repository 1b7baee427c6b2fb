"""Names in the code: one thing a name, so that a search for a name finds one thing."""

import ast
from collections import defaultdict
from pathlib import Path

import reportgen

PACKAGE = Path(reportgen.__file__).parent
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "__init__.py"]
# The same step for another kind of thing: a file that is read, a format that is written, a model.
REPEATED_STEPS = {"charts", "docx", "editions", "html", "look", "model", "pdf", "read", "styles", "tables", "tree", "write"}


def public_names(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name


def strings(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def repeated(entries):
    places = defaultdict(list)
    for name, path in entries:
        places[name].append(path.relative_to(PACKAGE).as_posix())
    return {name: found for name, found in places.items() if len(found) > 1}


def test_no_public_class_or_function_name_stands_in_two_modules():
    assert repeated((name, path) for path in MODULES for name in public_names(path)) == {}


def test_a_name_of_a_module_repeats_only_for_the_same_step_of_another_kind():
    twice = repeated((path.stem, path) for path in MODULES)
    assert {name: paths for name, paths in twice.items() if name not in REPEATED_STEPS} == {}


def test_digits_in_full_width_and_chinese_numerals_are_listed_once():
    tables = [path.relative_to(PACKAGE).as_posix() for path in MODULES
              if {"０１２３", "〇一二三"} & {text[:4] for text in strings(path)}]
    assert tables == ["standard/numerals.py"]


def test_the_guard_sees(tmp_path):
    path = tmp_path / "x.py"
    path.write_text("class A:\n    def f(self): pass\n\n\ndef g(): pass\n\n\ndef _h(): pass\n", encoding="utf-8")
    assert list(public_names(path)) == ["A", "g"]
    twice = [("a", PACKAGE / "x.py"), ("a", PACKAGE / "y" / "z.py"), ("b", PACKAGE / "x.py")]
    assert repeated(twice) == {"a": ["x.py", "y/z.py"]}
