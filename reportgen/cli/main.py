"""The command line: parse options, call, print; nothing else."""

from __future__ import annotations

import argparse
import gc
import json
import signal
from collections.abc import Sequence
from pathlib import Path

from reportgen.checks import check
from reportgen.cli import checking as cli_checking
from reportgen.cli import editions as cli_editions
from reportgen.cli import exchange as cli_exchange
from reportgen.cli import files as cli_files
from reportgen.cli import interrupts as cli_interrupts
from reportgen.cli import many as cli_many
from reportgen.cli import messages as cli_messages
from reportgen.cli import results as cli_results
from reportgen.cli import streams as cli_streams
from reportgen.cli import templates as cli_templates
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.results import Result
from reportgen.files.moment import moment_given
from reportgen.files.place import written_count
from reportgen.findings import InputError
from reportgen.format import all_editions
from reportgen.outputs.build import KINDS, BuildRefusedError, Built, Options, make
from reportgen.sources import read_data_file, require_data_file


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 errors found, 2 unusable input or machine."""
    cli_streams.speak()
    # Reports make little garbage; looking for it costs a tenth of the time.
    gc.disable()
    try:
        options = parser().parse_args(arguments)
        moment_given()
        cli_files.tidy(options)
        code: int = options.run(options)
    except InputError as error:
        cli_messages.say_error(str(error))
        code = UNUSABLE
    except BrokenPipeError:
        # Who reads the output has had enough.
        cli_streams.abandon()
        code = DONE
    except cli_messages.OutputError as error:
        cli_messages.say_error(cli_streams.output_lost(error.__cause__))
        code = UNUSABLE
    except OSError as error:
        cli_messages.say_error(cli_streams.told(error))
        code = UNUSABLE
    except MemoryError:
        cli_messages.say_error("内存不足，没有完成；请关闭其他程序，或减少 --jobs，再试")
        code = UNUSABLE
    except KeyboardInterrupt as error:
        cli_messages.say_error(cli_interrupts.message(written_count()))
        code = cli_interrupts.exit_code(getattr(error, "number", signal.SIGINT))
    finally:
        gc.enable()
    return code


def run_process() -> int:
    """Run one command as a process of its own and return its exit code."""
    cli_interrupts.listen()
    try:
        code = cli_streams.refusal() or cli_streams.last_words(_left_with())
    except cli_interrupts.Interrupted as error:
        # Before the command began or after it was done.
        cli_messages.say_error(cli_interrupts.message(written_count()))
        code = cli_interrupts.exit_code(error.number)
    return cli_interrupts.settle(code)


def _left_with() -> int:
    """Run the command; return its exit code, that of the parser where it had something to say."""
    try:
        return main()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else UNUSABLE


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    top = cli_messages.ChineseParser("reportgen",
                                     "政府信息公开工作年度报告：填好一份数据文件，生成 Word 和 PDF")
    commands = top.commands()
    one_report = commands.add("build", "检查数据文件，生成 DOCX 和 PDF", _build)
    one_report.add_argument("file", metavar="数据文件", type=Path)
    one_report.add_argument("-o", dest="out", metavar="文件夹", type=Path, default=Path("out"),
                            help="放在哪里，默认 out")
    one_report.add_argument("--to", metavar="种类", default=",".join(KINDS),
                            help="docx、pdf 或 docx,pdf（默认）")
    one_report.add_argument("--draft", action="store_true", help="有错误也生成，每页上方标“送审稿”")
    one_report.add_argument("--strict", action="store_true", help="有没填的格也按错误处理")
    _add_sources(one_report)
    released = commands.add("release", "生成全部发布文件：Word、PDF、网页、Excel、JSON 和校验清单", _release)
    released.add_argument("file", metavar="数据文件", type=Path)
    released.add_argument("-o", dest="out", metavar="文件夹", type=Path, default=Path("release"),
                          help="新建的文件夹，默认 release")
    _add_sources(released)
    cli_checking.add_checking_commands(commands)
    fix = commands.add("fix", "改写数据文件里的半角标点、发文字号括号和全角数字", _fix)
    fix.add_argument("files", metavar="数据文件", type=Path, nargs="+")
    fix.add_argument("--show", action="store_true", help="只显示会改什么，不改文件")
    cli_exchange.add_exchange_commands(commands)
    cli_many.add_many_commands(commands)
    cli_editions.add_commands(commands)
    schema = commands.add("schema", "输出 JSON Schema，供编辑软件和其他程序使用", _schema)
    schema.add_argument("kind", metavar="种类", choices=("data", "report"),
                        help="data 数据文件，report 发布的 JSON")
    schema.add_argument("--edition", metavar="版本", type=cli_editions.named_edition, help="默认最新一版")
    cli_templates.add_template_commands(commands)
    commands.add("doctor", "检查这台电脑能不能生成 DOCX 和 PDF", _doctor)
    return top


def _add_sources(command: argparse.ArgumentParser) -> None:
    """Add what a report is built from besides its data file."""
    command.add_argument("--previous", metavar="文件", type=Path,
                         help="上年数据文件，默认取旁边同名的上一年文件")
    command.add_argument("--templates", metavar="文件夹", type=Path, help="自己修改过的模板")
    command.add_argument("--fonts", metavar="文件夹", type=Path, help="本单位的公文字体，嵌入 PDF")


def _build(options: argparse.Namespace) -> int:
    kinds = [kind.strip() for kind in options.to.split(",") if kind.strip()]
    if not kinds or set(kinds) - set(KINDS):
        cli_messages.say_error(f"--to 只能是 {'、'.join(KINDS)}，多种用逗号隔开")
        return UNUSABLE
    report = read_data_file(options.file, options.previous)
    code = DONE
    if "pdf" in kinds and (missing := _missing_engine()):
        cli_messages.say_error(missing)
        kinds.remove("pdf")
        code = UNUSABLE
    chosen = Options(draft=options.draft, templates=options.templates, fonts=options.fonts,
                     strict=options.strict)
    try:
        with cli_messages.progress("正在排版"), cli_messages.engine_messages():
            built = make(report, options.out, kinds, chosen) if kinds else Built([], ())
    except BuildRefusedError as error:
        cli_results.print_result(Result(str(options.file), report, error.findings))
        cli_messages.say_error(str(error))
        return FOUND
    cli_results.print_result(Result(str(options.file), report, [*check(report, options.strict),
                                                                 *built.said]))
    cli_templates.say_untaken([report.edition], options.templates, options.fonts)
    for path in built.paths:
        say(f"已生成 {path}")
    return code


def _release(options: argparse.Namespace) -> int:
    from reportgen.outputs.release import make_release as release

    report = read_data_file(options.file, options.previous)
    if missing := _missing_engine():
        cli_messages.say_error(missing)
        return UNUSABLE
    try:
        with cli_messages.progress("正在排版"), cli_messages.engine_messages():
            built = release(report, options.out, Options(templates=options.templates, fonts=options.fonts))
    except BuildRefusedError as error:
        cli_results.print_result(Result(str(options.file), report, error.findings))
        cli_messages.say_error(str(error))
        return FOUND
    cli_results.print_result(Result(str(options.file), report, [*check(report, strict=True), *built.said]))
    cli_templates.say_untaken([report.edition], options.templates, options.fonts)
    for path in built.paths:
        say(f"已生成 {path}")
    return DONE


def _missing_engine() -> str:
    from reportgen.outputs.pdf.engine.library import EngineMissingError, engine

    try:
        engine()
    except EngineMissingError as error:
        return str(error)
    return ""


def _fix(options: argparse.Namespace) -> int:
    from reportgen.datafile.fix import mend, mended_text
    from reportgen.files.place import rewrite_file
    from reportgen.form.plan import WORKBOOKS
    from reportgen.imports.target import target

    code = DONE
    for path in options.files:
        require_data_file(path)
        form = path.suffix.lower() in WORKBOOKS
        if form:
            report = cli_exchange.whole_report(path)
            if report is None:
                code = FOUND
                continue
            into = target(path, report)
            old, new = into.text, mended_text(into.text, str(path))
        else:
            old, new = mend(path)
        if old == new:
            say(f"{path}：没有要改的")
            continue
        say("\n".join(cli_messages.difference(old, new, str(path), numbered=not form)))
        if not options.show:
            rewrite_file(path, into.content(new) if form else new.encode())
            say(f"已改写 {path}")
    return code


def _schema(options: argparse.Namespace) -> int:
    from reportgen.outputs.schema import data_file_schema, report_schema

    make = data_file_schema if options.kind == "data" else report_schema
    say(json.dumps(make(options.edition or all_editions()[-1]), ensure_ascii=False, indent=1))
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    from reportgen.outputs.doctor import examine

    lines, sound = examine()
    say("\n".join(lines))
    return DONE if sound else UNUSABLE

