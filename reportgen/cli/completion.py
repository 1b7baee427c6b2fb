"""Completion of commands, options and file names in shells, which Click does."""

from __future__ import annotations

import os

import click
from click.shell_completion import get_completion_class, shell_complete

from reportgen.cli.commands import ChineseCommand, OneOf
from reportgen.cli.messages import DONE, say

# What the shell sets when it asks for completions.
VARIABLE = "_REPORTGEN_COMPLETE"
_SHELLS = {"bash": ('eval "$(reportgen completion bash)"', "~/.bashrc"),
           "zsh": ('eval "$(reportgen completion zsh)"', "~/.zshrc"),
           "fish": ("reportgen completion fish | source", "~/.config/fish/config.fish")}


@click.command(cls=ChineseCommand)
@click.argument("shell", metavar="Shell", type=OneOf(list(_SHELLS)), help="bash（4.4 以上）、zsh 或 fish")
def completion_command(shell: str) -> int:
    """Print the script that a shell runs to complete commands."""
    made = get_completion_class(shell)
    if made is not None:
        script = made(click.Command("reportgen"), {}, "reportgen", VARIABLE)
        line, file = _SHELLS[shell]
        say(f"# 把下面一行加到 {file} 末尾，重新打开终端，按 Tab 键补全命令、选项和文件名：\n# {line}")
        say(script.source_template % script.source_vars())
    return DONE


def answer_shell(program: click.Command) -> int:
    """Answer the shell that asks for completions; return the exit code."""
    return shell_complete(program, {}, "reportgen", VARIABLE, os.environ[VARIABLE])
