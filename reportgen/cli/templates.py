"""The commands for templates: copy them to edit, check what was edited."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reportgen.cli import messages as cli_messages
from reportgen.cli.commands import FILE, FOLDER, ChineseCommand, ChineseGroup
from reportgen.cli.editions import EDITION
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.format import Edition, all_editions

if TYPE_CHECKING:
    from reportgen.outputs.template_check import TemplateReport


@click.command(cls=ChineseCommand, help="检查改过的模板：字段、样式，以及 Word 和 PDF 是否一致")
@click.argument("file", metavar="模板", type=FILE, help="一份 Word 模板，或放着模板的文件夹")
@click.option("--edition", metavar="版本", type=EDITION, help="按哪一版格式检查，默认自动识别")
@click.option("--fonts", metavar="文件夹", type=FOLDER, help="本单位的公文字体")
def _check(file: Path, edition: Edition | None, fonts: Path | None) -> int:
    from reportgen.outputs.template_check import check_folder, check_template

    if not file.is_dir():
        return _print_template(file, check_template(file, edition), fonts)
    with cli_messages.progress("正在用样例报告试模板"), cli_messages.engine_messages():
        found = check_folder(file)
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


def _print_template(path: Path, report: TemplateReport, fonts: Path | None) -> int:
    from reportgen.outputs.template_check import untaken

    say(f"按 {report.edition.id} 版格式检查 {path}")
    for fault in report.faults:
        say(f"标记有误：{fault}")
    for field in report.lost:
        say(f"缺少字段：{{{{ {field} }}}}")
    for name in report.styles:
        say(f"缺少样式：{name}")
    for message in report.failed:
        say(f"试着生成时出错：{message}")
    for what in untaken(report.edition, path, fonts):
        say(f"PDF 和网页不采用：{what}")
    if report.sound:
        say("没有发现问题")
    return DONE if report.sound else FOUND


@click.command(cls=ChineseCommand, help="列出模板里可以用的字段（Markdown）")
def _fields() -> int:
    from reportgen.outputs.template.handbook import field_handbook

    say(field_handbook(), end="")
    return DONE


@click.command(cls=ChineseCommand, help="把模板复制出来修改")
@click.argument("folder", metavar="文件夹", type=FOLDER)
def _copy(folder: Path) -> int:
    from reportgen.files.place import write_file
    from reportgen.files.resources import template_names, templates_folder
    from reportgen.outputs.build_templates import template_file

    source = templates_folder()
    contents = {name: (source / name).read_bytes() for name in template_names()}
    for edition in all_editions():
        # An edition of the user's own has no template yet.
        if (name := f"{edition.id}/report.docx") not in contents:
            contents[name] = template_file(edition)
    for name, content in sorted(contents.items()):
        target = folder / name
        if target.exists():
            cli_messages.say_error(f"{target}：文件已经存在，没有覆盖")
            return UNUSABLE
        write_file(target, content)
        say(f"已复制 {target}")
    return DONE


template_command = ChineseGroup("template", commands={"check": _check, "copy": _copy, "fields": _fields})


def say_untaken(editions: Iterable[Edition], templates: Path | None, fonts: Path | None) -> None:
    """Say which changes of the Word templates the PDF does not have.

    `templates` and `fonts` are the user's folders.
    """
    from reportgen.files.resources import template
    from reportgen.outputs.template_check import untaken

    for edition in editions:
        path = template(f"{edition.id}/report.docx", templates)
        for what in untaken(edition, path, fonts):
            cli_messages.say_error(f"{path}：PDF 和网页不采用{what}")
