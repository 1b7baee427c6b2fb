"""The command that opens the page in the browser."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from reportgen.cli.commands import FILE, WHOLE, ChineseCommand
from reportgen.cli.interrupts import exit_code
from reportgen.cli.messages import DONE, UNUSABLE, say, say_error

_MISSING = "缺少网页填报要用的程序库，请先在程序的源码文件夹里运行 pip install -c constraints.txt .[serve]"


@click.command(cls=ChineseCommand)
@click.argument("target", metavar="文件或文件夹", type=FILE, default=Path(), required=False)
@click.option("--port", metavar="端口", type=WHOLE, default=0, help="默认由系统分配")
@click.option("--no-browser", is_flag=True, help="只给出地址，不打开浏览器")
def serve_command(target: Path, port: int, no_browser: bool) -> int:
    """Serve the page of a file or a folder until it is interrupted."""
    try:
        from reportgen.serve.listen import serve
    except ImportError:
        say_error(_MISSING)
        return UNUSABLE
    try:
        serve(target, _say_now, port, not no_browser)
    except KeyboardInterrupt as error:
        # What is written while the page is open is no outcome of this command, which would be counted.
        say("页面已关闭；显示过“已保存”的，都在数据文件里")
        return exit_code(getattr(error, "number", signal.SIGINT))
    return DONE


def _say_now(text: str) -> None:
    """Say something that is waited for, whatever standard output is."""
    say(text)
    sys.stdout.flush()
