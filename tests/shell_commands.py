"""Run a command as a shell does, with its streams and its environment."""

import os
import shlex
import subprocess
import sys

from conftest import ROOT


def command(*arguments, shell="", **environment):
    """What a command returns and says, started by a shell with its streams as `shell` has them."""
    line = shlex.join([sys.executable, "-m", "reportgen", *map(str, arguments)])
    done = subprocess.run(["sh", "-c", f"{line} {shell}"], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={**os.environ, **environment}, timeout=120)
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception" not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr
