"""The command line as a process: run one command, and say in Chinese whatever ends it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence

import click

from reportgen import api
from reportgen.cli import interrupts as cli_interrupts
from reportgen.cli import messages as cli_messages
from reportgen.cli import printing as cli_printing
from reportgen.cli import streams as cli_streams
from reportgen.cli.commands import usage, usage_message
from reportgen.cli.messages import DONE, FOUND, UNUSABLE, say
from reportgen.cli.program import program
from reportgen.files.place import written_count


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 errors found, 2 unusable input or machine."""
    cli_streams.speak()
    # Reports make little garbage; looking for it costs a tenth of the time.
    looked = gc.isenabled()
    gc.disable()
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
    except api.InputError as error:
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
    except api.ValuesLostError as error:
        cli_printing.print_lost(error)
        code = FOUND
    finally:
        if looked:
            gc.enable()
    return code


def run_process() -> int:
    """Run one command as a process of its own and return its exit code."""
    cli_interrupts.listen()
    try:
        code = cli_streams.refusal() or cli_streams.last_words(main())
    except cli_interrupts.Interrupted as error:
        # Before the command began or after it was done.
        cli_messages.say_error(cli_interrupts.message(written_count()))
        code = cli_interrupts.exit_code(error.number)
    # What is left goes with the process. To look for garbage in it first takes a tenth of a short command.
    gc.freeze()
    return cli_interrupts.settle(code)


def _run(words: list[str]) -> int:
    """Run the command that was typed and return its exit code."""
    top = program()
    if "_REPORTGEN_COMPLETE" in os.environ:
        from reportgen.cli.completion import answer_shell

        return answer_shell(top)
    try:
        with top.make_context("reportgen", words) as context:
            code: int = top.invoke(context)
    except click.exceptions.NoArgsIsHelpError as alone:
        say(alone.message)
        code = DONE
    except click.exceptions.Exit as left:
        code = left.exit_code
    except click.UsageError as error:
        if error.ctx:
            cli_messages.say_error(usage(error.ctx))
        cli_messages.say_error(f"命令写法有误：{usage_message(error)}")
        code = UNUSABLE
    return code
