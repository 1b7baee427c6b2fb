"""Click in Chinese: commands and groups that explain themselves, and the kinds of values that they take."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from reportgen.cli.columns import terminal_width, with_meanings, wrapped
from reportgen.cli.messages import say

_DASHES = ("—", "–", "－", "―", "‐", "−")


class FilePath(click.ParamType[Path]):
    """A path, be there a file or not; shells complete it as one of `kind`, "file" or "dir"."""

    name = "文件"

    def __init__(self, kind: str = "file") -> None:
        self.kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return what was typed as a path."""
        return Path(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) \
            -> list[CompletionItem]:
        """Leave completion to the shell."""
        return [CompletionItem(incomplete, type=self.kind)]


class NumberOf(click.ParamType[float]):
    """A number of a Python type; `about` is what people call it."""

    name = "数"

    def __init__(self, kind: type[int] | type[float], about: str) -> None:
        self.kind, self.about = kind, about

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return what was typed as a number, or refuse it."""
        try:
            return self.kind(value)
        except ValueError:
            self.fail(f"应当是{self.about}，不能是“{value}”", param, ctx)


class OneOf(click.Choice[str]):
    """One of some words."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return what is said of another word."""
        return f"不能是“{value}”，可以是 {'、'.join(map(str, self.choices))}"


class Kinds(click.ParamType[tuple[str, ...]]):
    """Kinds of files, several with commas between them."""

    name = "种类"
    known = ("docx", "pdf")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) \
            -> tuple[str, ...]:
        """Return the kinds that were typed, each once, or refuse them."""
        kinds = tuple(dict.fromkeys(kind.strip() for kind in value.split(",") if kind.strip()))
        if not kinds or set(kinds) - set(self.known):
            self.fail(f"只能是 {'、'.join(self.known)}，多种用逗号隔开", param, ctx)
        return kinds


FILE, FOLDER = FilePath(), FilePath("dir")
WHOLE, DECIMAL = NumberOf(int, "整数"), NumberOf(float, "数字")
OPEN = click.option("--open", "show", is_flag=True, help="生成以后打开")


class ChineseCommand(click.Command):
    """A command that explains itself in Chinese and first undoes what a killed one left half-done."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words that were typed; raises click.UsageError where there are too many."""
        ctx.allow_extra_args = True
        typed = list(args)
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if rest and not ctx.resilient_parsing:
            raise click.UsageError(_too_many(rest, typed), ctx)
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and return its exit code."""
        from reportgen.cli.files import tidy
        from reportgen.files.moment import moment_given

        moment_given()
        tidy(ctx.params.values(), ctx.params["out"] if self.name == "batch" else None)
        return super().invoke(ctx)

    def get_help(self, ctx: click.Context) -> str:
        """Return what the command does, its arguments and options, in aligned columns."""
        return "\n".join([usage(ctx), *_about(self), *_parameters(self, ctx)])

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """Return the option that shows the help."""
        return _help_option()


class ChineseGroup(click.Group):
    """Commands under one name, which explains them in Chinese."""

    def sections(self) -> Mapping[str, Mapping[str, str]]:
        """Return by heading what each command does, by its name."""
        return {"命令": {name: command.help or "" for name, command in self.commands.items()}}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words that were typed; raises click.UsageError where none of them is a command."""
        if args and not ctx.resilient_parsing and all(word == "--" for word in args):
            raise click.UsageError("缺少命令", ctx)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: click.Context, args: list[str]) \
            -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first word names; raises click.UsageError with what was meant."""
        command = self.get_command(ctx, args[0])
        if command is None:
            raise click.UsageError(_strange(args[0]) or self.meant(args[0], ctx), ctx)
        return args[0], command, args[1:]

    def meant(self, word: str, ctx: click.Context) -> str:
        """Return what is said of a word that is no command."""
        return unknown("命令", word, self.list_commands(ctx))

    def get_help(self, ctx: click.Context) -> str:
        """Return what the commands do, under their headings."""
        lines = [usage(ctx), *_about(self)]
        for heading, commands in self.sections().items():
            lines += ["", f"{heading}：", *with_meanings(commands.items(), terminal_width())]
        return "\n".join([*lines, *_parameters(self, ctx), "",
                          f"一条命令的说明：{ctx.command_path} 命令 --help"])

    def get_help_option(self, ctx: click.Context) -> click.Option:
        """Return the option that shows the help."""
        return _help_option()


def _help_option() -> click.Option:
    return click.Option(["-h", "--help"], is_flag=True, is_eager=True, expose_value=False,
                        help="显示这份说明", callback=_show_help)


def usage(ctx: click.Context) -> str:
    """Return the line that says how a command is typed."""
    words = ["[选项]"] if any(isinstance(param, click.Option) for param in ctx.command.params) else []
    words += [_typed(param, ctx) for param in ctx.command.params if isinstance(param, click.Argument)]
    words += ["命令"] if isinstance(ctx.command, click.Group) else []
    return f"用法：{ctx.command_path} {' '.join(words)}".rstrip()


def _typed(param: click.Argument, ctx: click.Context) -> str:
    name = param.make_metavar(ctx) + ("…" if param.nargs == -1 else "")
    return name if param.required else f"[{name}]"


def _about(command: click.Command) -> list[str]:
    return ["", *wrapped(command.help, terminal_width())] if command.help else []


def _parameters(command: click.Command, ctx: click.Context) -> list[str]:
    """Return the sections of a command's arguments and options."""
    shown = command.get_params(ctx)
    arguments = [(param.make_metavar(ctx), param.help or "") for param in shown
                 if isinstance(param, click.Argument)]
    options = [(", ".join(param.opts) + ("" if param.is_flag else f" {param.make_metavar(ctx)}"),
                param.help or "") for param in shown if isinstance(param, click.Option) and not param.hidden]
    lines = []
    for heading, rows in (("参数", arguments), ("选项", options)):
        if rows:
            lines += ["", f"{heading}：", *with_meanings(rows, terminal_width())]
    return lines


def _show_help(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        say(ctx.get_help())
        ctx.exit()


def _too_many(words: Sequence[str], typed: Sequence[str]) -> str:
    """Return what is said of words that no argument takes; `typed` are all words."""
    strange = next(filter(None, map(_strange, words)), "")
    run_in = next((word for word in typed if re.fullmatch("-[a-z]{2,}", word)), "")
    hint = f"；“{run_in}”读成了 {run_in[:2]} {run_in[2:]}，选项和内容之间请空一格" if run_in else ""
    return strange or f"多出参数：{'、'.join(words)}{hint}"


def _strange(word: str) -> str:
    """Return what is said of a word that begins with a dash of Chinese or of Word; empty for others."""
    return f"“{word}”不是选项，选项前面是半角的减号，例如 --help" if word.startswith(_DASHES) else ""


def unknown(what: str, word: str, known: Sequence[str]) -> str:
    """Return what is said of a word that is not known: the one that may have been meant, or all there are."""
    near = difflib.get_close_matches(word, known, 1, 0.6)
    meant = f"是不是 {near[0]}？" if near else f"可以是 {'、'.join(known)}"
    return f"没有{what} {word}，{meant}"


def usage_message(error: click.UsageError) -> str:
    """Return in Chinese what is wrong with a command line."""
    if isinstance(error, click.NoSuchOption):
        if error.ctx and isinstance(error.ctx.command, click.Group) and error.option_name.startswith("--") \
                and not difflib.get_close_matches(error.option_name, list(_options(error.ctx)), 1):
            return f"没有选项 {error.option_name}；一条命令的选项写在命令后面"
        return unknown("选项", error.option_name, list(_options(error.ctx)))
    if isinstance(error, click.BadOptionUsage):
        flag = getattr(_options(error.ctx).get(error.option_name), "is_flag", False)
        return f"选项 {error.option_name} 后面{'不写内容' if flag else '要写一项内容'}"
    if isinstance(error, click.MissingParameter) and error.param:
        return f"缺少{_kind(error.param)}{_named(error.param)}"
    if isinstance(error, click.BadParameter) and error.param:
        return f"{_named(error.param)} {error.message}"
    return error.message


def _options(ctx: click.Context | None) -> dict[str, click.Parameter]:
    """Return the options of a command by every way to type them."""
    params = ctx.command.get_params(ctx) if ctx else []
    return {name: param for param in params if isinstance(param, click.Option) for name in param.opts}


def _named(param: click.Parameter) -> str:
    return param.opts[-1] if isinstance(param, click.Option) else str(getattr(param, "metavar", param.name))


def _kind(param: click.Parameter) -> str:
    return "选项 " if isinstance(param, click.Option) else "参数："
