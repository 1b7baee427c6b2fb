"""Change the program in one place at a time and see that a test fails.

mutmut makes the mutants, runs for each the tests that call what it changes, and keeps what it found in
mutants/: `.venv/bin/mutmut show NAME` gives a change.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
# mutmut makes the mutants only when it runs one.
FIRST = "reportgen.report.align.x_tokens__mutmut_1"


def main() -> int:
    """Print every mutant of a sample that lives and the score of each module; return 1 if one lives."""
    parser = argparse.ArgumentParser(prog="conformance --mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="checks, or format.grid; by default all")
    parser.add_argument("--sample", type=int, default=12,
                        help="mutants of a module; 0: all, which takes hours")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    mutmut("run", "--max-children", "2", FIRST)
    names = [name for name in outcomes() if chosen(name, options.modules)]
    picked = sample(names, options.sample, options.seed)
    if not picked:
        parser.error("no mutants of these modules")
    mutmut("run", "--max-children", "2", *picked)
    found = outcomes()
    return report({name: found[name] for name in picked}, Counter(map(module, names)))


def mutmut(*arguments: str) -> str:
    """Run mutmut and return what it says; what fails ends the program with its last words."""
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(HERE)},
                          capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit((done.stdout + done.stderr)[-3000:])
    return done.stdout


def outcomes() -> dict[str, str]:
    """Return what became of each mutant, by its name."""
    lines = mutmut("results", "--all", "true").splitlines()
    return dict(line.strip().split(": ", 1) for line in lines)


def module(name: str) -> str:
    """Return the module of a mutant: format.grid."""
    return re.sub(r"\.x[^.]*$", "", name).removeprefix("reportgen.")


def chosen(name: str, modules: list[str]) -> bool:
    """Tell whether a mutant is of one of these modules or packages."""
    within = f"{module(name)}."
    return not modules or within.startswith(tuple(f"{one.removeprefix('reportgen.')}." for one in modules))


def sample(names: list[str], size: int, seed: int) -> list[str]:
    """Return some mutants of each module, the same ones for the same seed."""
    by_module = defaultdict(list)
    for name in sorted(names):
        by_module[module(name)].append(name)
    picked = []
    for one, known in by_module.items():
        if 0 < size < len(known):
            known = random.Random(f"{seed} {one}").sample(known, size)
        picked += known
    return picked


def report(found: dict[str, str], made: Counter[str]) -> int:
    """Print what lives, with its change, and a table by module."""
    alive = [name for name, outcome in found.items() if outcome not in ("killed", "timeout")]
    for name in alive:
        print(f"{name}: {found[name]}")
        changed = re.findall(r"^[-+](?![-+]).*", mutmut("show", name), re.MULTILINE)
        print(*(f"  {line}" for line in changed), sep="\n")
    tried, lost = Counter(map(module, found)), Counter(map(module, alive))
    print(f"{'module':28}{'killed':>8}{'tried':>8}{'made':>8}")
    for one, count in sorted(tried.items()):
        print(f"{one:28}{count - lost[one]:8}{count:8}{made[one]:8}")
    print(f"{'all':28}{len(found) - len(alive):8}{len(found):8}{made.total():8}")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
