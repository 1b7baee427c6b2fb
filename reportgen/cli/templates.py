"""The commands for templates: copy them to edit, check what was edited."""

from __future__ import annotations

from pathlib import Path

import click

from reportgen import api
from reportgen.cli import messages as cli_messages
from reportgen.cli.commands import FILE, FOLDER, ChineseCommand, ChineseGroup
from reportgen.cli.editions import EDITION
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say


@click.command(cls=ChineseCommand, help="检查改过的模板：字段、样式，以及 Word 和 PDF 是否一致")
@click.argument("file", metavar="模板", type=FILE, help="一份 Word 模板，或放着模板的文件夹")
@click.option("--edition", metavar="版本", type=EDITION, help="按哪一版格式检查，默认自动识别")
@click.option("--fonts", metavar="文件夹", type=FOLDER, help="本单位的公文字体")
def _check(file: Path, edition: api.Edition | None, fonts: Path | None) -> int:
    """Check a Word template, or a folder of templates."""
    if not file.is_dir():
        return _print_template(file, api.check_template(file, edition), fonts)
    with cli_messages.progress("正在用样例报告试模板"), cli_messages.engine_messages():
        found = api.check_folder(file)
    code = DONE
    for path, report in found.words:
        code = max(code, _print_template(path, report, fonts))
    for message in found.failed:
        say(f"试着生成时出错：{message}")
    if found.unread:
        cli_messages.say_error(f"没有试 PDF：{found.unread}")
        return UNUSABLE
    if found.sound:
        say(f"{file}：Word、PDF 和网页的模板都试过，没有发现问题")
    return DONE if found.sound else FOUND


def _print_template(path: Path, report: api.TemplateReport, fonts: Path | None) -> int:
    say(f"按 {report.edition.id} 版格式检查 {path}")
    for fault in report.faults:
        say(f"标记有误：{fault}")
    for field in report.lost:
        say(f"缺少字段：{{{{ {field} }}}}")
    for name in report.styles:
        say(f"缺少样式：{name}")
    for message in report.failed:
        say(f"试着生成时出错：{message}")
    for what in api.untaken(report.edition, path, fonts):
        say(f"PDF 和网页不采用：{what}")
    if report.sound:
        say("没有发现问题")
    return DONE if report.sound else FOUND


@click.command(cls=ChineseCommand, help="列出模板里可以用的字段（Markdown）")
def _fields() -> int:
    """List what templates may use."""
    say(api.field_handbook(), end="")
    return DONE


@click.command(cls=ChineseCommand, help="把模板复制出来修改")
@click.argument("folder", metavar="文件夹", type=FOLDER, help="放在哪里，例如 我的模板")
def _copy(folder: Path) -> int:
    """Copy all templates into a folder."""
    for path in api.copy_templates(folder):
        say(f"已复制 {path}")
    return DONE


template_command = ChineseGroup("template", commands={"check": _check, "copy": _copy, "fields": _fields})
