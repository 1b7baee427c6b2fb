"""The command that opens the page in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from reportgen.cli.commands import FILE, WHOLE, ChineseCommand
from reportgen.cli.messages import DONE, UNUSABLE, say, say_error

_MISSING = "缺少网页填报要用的程序库，请先在程序的源码文件夹里运行 pip install -c constraints.txt .[serve]"

_WITHOUT_SSL = "这里的 Python 没有 ssl 模块，不能在网页里填报；请用 reportgen form 做的填报表，或从源码运行"


@click.command(cls=ChineseCommand)
@click.argument("target", metavar="文件或文件夹", type=FILE, default=Path(), required=False)
@click.option("--port", metavar="端口", type=WHOLE, default=0, help="默认由系统分配")
@click.option("--no-browser", is_flag=True, help="只给出地址，不打开浏览器")
def serve_command(target: Path, port: int, no_browser: bool) -> int:
    """Serve the page of a file or a folder until it is interrupted."""
    try:
        from reportgen.serve.listen import serve
    except ImportError as error:
        # The folders that run where they are unpacked have a Python without it.
        say_error(_WITHOUT_SSL if error.name == "_ssl" else _MISSING)
        return UNUSABLE
    serve(target, say, port, not no_browser)
    return DONE
