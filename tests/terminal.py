"""Run a command at a terminal of some width, with what a user types there."""

import os
import re
import struct
import subprocess
import sys


def at_terminal(arguments, folder, typed="", columns=80, **more):
    """Return the exit code and what the terminal showed, line ends as in a file; `more` are variables of the environment."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CI", "COLUMNS")}
    running = subprocess.Popen([sys.executable, "-m", "reportgen", *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs,
                               cwd=folder, env={**environment, "TERM": "xterm", **more})
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:     # The other end is closed.
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return running.wait(), shown.decode().replace("\r\n", "\n")


def without_colours(text):
    return re.sub("\x1b\\[[0-9;]*m", "", text)
