"""Standard output and error that are closed, full or not read any more: told where it still can be."""

from __future__ import annotations

import io
import os
import sys

from reportgen.cli import messages as cli_messages
from reportgen.cli.messages import UNUSABLE
from reportgen.files.place import written_count
from reportgen.files.scratch import use_scratch
from reportgen.findings import InputError, os_reason


def refusal() -> int:
    """Return 0, or the exit code where nothing can be said or no Chinese file name be written; say why."""
    _fill()
    speak()
    if sys.stdout is None or sys.stderr is None:
        closed = "标准输出" if sys.stdout is None else "标准错误"
        print(f"{closed}是关闭的，有话没处说，没有运行；不需要的请接到 /dev/null",
              file=sys.stderr or sys.stdout, flush=True)
        return UNUSABLE
    encoding = sys.getfilesystemencoding()
    try:
        "政府信息公开".encode(encoding)
    except UnicodeEncodeError:
        cli_messages.say_error(f"系统的文件名编码是 {encoding}，写不出中文文件名；"
                               "请先运行 export LC_ALL=C.UTF-8 PYTHONUTF8=1，再试")
        return UNUSABLE
    try:
        use_scratch()
    except InputError as error:
        cli_messages.say_error(str(error))
        return UNUSABLE
    return 0


def last_words(code: int) -> int:
    """Bring out what is left to say; return the exit code, 2 where some of it cannot be said."""
    count = cli_messages.lost()
    if count:
        code = UNUSABLE
    try:
        if count:
            print(f"标准错误写不出去，有 {count} 条提示没有显示")
        sys.stdout.flush()
    except BrokenPipeError:
        abandon()
    except OSError as error:
        cli_messages.say_error(output_lost(error))
        code = UNUSABLE
    return code


def speak() -> None:
    """Have what is said written in UTF-8, whatever the terminal is set to."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def told(error: OSError) -> str:
    """Return what to say of an error of the system."""
    names = "、".join(str(name) for name in (error.filename, error.filename2) if name is not None)
    return f"{names or '系统出错'}：{os_reason(error)}；请检查路径、权限、内存和磁盘空间"


def output_lost(error: BaseException | None) -> str:
    """Return what to say where standard output failed, and write nothing more to it."""
    abandon()
    why = os_reason(error) if isinstance(error, OSError) else str(error)
    count = written_count()
    return f"标准输出写不出去（{why}），结果没有显示完" + (f"；写出了 {count} 个文件" if count else "")


def abandon() -> None:
    """Write nothing more to standard output, not even at the end."""
    empty = os.open(os.devnull, os.O_WRONLY)
    os.dup2(empty, sys.stdout.fileno())
    os.close(empty)


def _fill() -> None:
    """Keep the numbers of closed streams from being given to files, which would get what is said there."""
    while (empty := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(empty, True)
    os.close(empty)
