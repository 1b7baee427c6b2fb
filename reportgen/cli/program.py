"""All commands: what each does, in which module it stands."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from reportgen.cli.commands import ChineseGroup
from reportgen.cli.messages import say
from reportgen.version import __version__

_SUMMARY = "政府信息公开工作年度报告：填好一份数据文件，检查，生成 Word 和 PDF"
_ABOUT = {
    "常用命令": {
        "serve": "在浏览器里填报、检查、看页面、发布",
        "form": "生成 Excel 填报表",
        "check": "检查数据文件或已发布的报告，不生成报告",
        "build": "检查数据文件，生成 DOCX 和 PDF",
        "release": "生成全部发布文件：Word、PDF、网页、Excel、JSON 和校验清单",
        "import": "读取已发布的报告（Word、PDF、网页、文本、Excel），写成数据文件"},
    "数据文件": {
        "new": "生成一份空白数据文件（YAML）",
        "convert": "数据文件与 Excel 填报表互相转换",
        "fix": "改写数据文件里的半角标点、发文字号括号和全角数字",
        "explain": "解释检查结果的编号",
        "compare": "对比一个机关两个或多个年度的报告"},
    "许多机关": {
        "batch": "检查并生成许多机关的报告",
        "aggregate": "把各机关的表格汇总成本级政府的数据文件"},
    "格式、模板和这台电脑": {
        "open": "打开生成的文件或文件夹",
        "template": "检查或导出模板",
        "editions": "列出各版格式",
        "edition": "检查一版格式的文件",
        "schema": "输出 JSON Schema，供编辑软件和其他程序使用",
        "doctor": "检查这台电脑能不能生成 DOCX 和 PDF",
        "completion": "输出让终端补全命令的脚本"}}
_MODULES = {
    "serve": "serving", "form": "exchange", "new": "exchange", "convert": "exchange", "import": "exchange",
    "check": "checking", "explain": "checking", "fix": "checking",
    "build": "building", "release": "building", "doctor": "building",
    "open": "opening", "completion": "completion",
    "batch": "many", "aggregate": "many", "compare": "many",
    "template": "templates", "editions": "editions", "edition": "editions", "schema": "editions"}
_EXAMPLE = (
    "reportgen form 2026 --agency 某市统计局 --from 2025.yaml",
    "reportgen check 2026.xlsx",
    "reportgen build 2026.xlsx -o 送审 --open",
    "reportgen release 2026.xlsx -o 发布")


class Program(ChineseGroup):
    """All commands, of which each is loaded when it is needed.

    That of `check` is `check_command` in its module.
    """

    def sections(self) -> Mapping[str, Mapping[str, str]]:
        """Return by heading what each command does, by its name, the most used first."""
        return _ABOUT

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return [name for commands in _ABOUT.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command, or return None where there is none of that name."""
        if cmd_name not in _MODULES:
            return None
        command: click.Command = getattr(import_module(f"reportgen.cli.{_MODULES[cmd_name]}"),
                                         f"{cmd_name}_command")
        command.name = cmd_name
        command.help = next(commands[cmd_name] for commands in _ABOUT.values() if cmd_name in commands)
        return command

    def meant(self, word: str, ctx: click.Context) -> str:
        """Return what is said of a word that is no command, perhaps a file."""
        if Path(word).suffix:
            return f"没有命令 {word}；文件写在命令后面，例如 reportgen check {word}"
        near = difflib.get_close_matches(word, self.list_commands(ctx), 1, 0.6)
        return f"没有命令 {word}" + (f"，是不是 {near[0]}？" if near else "；全部命令见 reportgen --help")

    def get_help(self, ctx: click.Context) -> str:
        """Return what the commands do, with an example of a year."""
        head, options, tail = super().get_help(ctx).rpartition("\n\n选项：")
        return "".join((head, "\n\n例如：\n", "\n".join(f"  {line}" for line in _EXAMPLE), options, tail))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, without loading them, or the options."""
        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [CompletionItem(name, help=text) for commands in _ABOUT.values()
                for name, text in commands.items() if name.startswith(incomplete)]


def program() -> Program:
    """Return the group of all commands."""
    return Program("reportgen", help=_SUMMARY, params=[
        click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, help="显示版本",
                     callback=_show_version)])


def _show_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        say(f"reportgen {__version__}")
        ctx.exit()
