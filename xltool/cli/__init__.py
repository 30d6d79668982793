"""The command line: one file per verb. Only here click is imported.

A command reads its arguments, calls one function, prints, sets the exit code: 0 fine, 1 findings of
退回 or 须改, 2 usage or a file of the bureau's to mend, 3 a fault of ours, 130 stopped. Everything heavy is imported inside the commands, so help is instant.
"""

from __future__ import annotations

import datetime
import importlib
import signal
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

import click

from xltool.cli.verbs import VERBS

FINE, FINDINGS, USAGE, FAULT, STOPPED = 0, 1, 2, 3, 130

_HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        args = args.replace("[OPTIONS]", "[选项]").replace("COMMAND [ARGS]...", "命令 [参数]…")
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        from xltool.cli.chinese import help_line, help_note, wrapped
        from xltool.writing.measure import pad, width

        told = [(help_line(left), help_note(right)) for left, right in rows]
        first = min(max(width(left) for left, _ in told), col_max)
        for left, right in told:
            lines = wrapped(right, self.width - self.current_indent - first - col_spacing)
            if width(left) > first:
                self.write(f"{'':>{self.current_indent}}{left}\n")
                left = ""
            for line in lines:
                self.write(f"{'':>{self.current_indent}}{pad(left, first)}{'':>{col_spacing}}{line}".rstrip() + "\n")
                left = ""


class _Context(click.Context):
    formatter_class = _Formatter


class _Chinese(click.Command):
    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段帮助"
        return option


class Command(_Chinese):
    """A command whose help is Chinese throughout."""


class VerbGroup(_Chinese, click.Group):
    """A verb with verbs of its own."""


class _Verbs(_Chinese, click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"xltool.cli.{cmd_name.replace('-', '_')}").command
        return command


def day_of(text: str) -> datetime.date:
    """Return the day an option names, today if it names none.

    Raises:
        click.BadParameter: it is not a date.
    """
    try:
        return datetime.date.fromisoformat(text) if text else datetime.date.today()
    except ValueError:
        raise click.BadParameter("请写成 2023-03-20 这样的日期", param_hint="--today") from None


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(None, "--version", package_name="xltool", message="xltool %(version)s", help="显示版本")
def cli() -> None:
    """绩效自评表：下发、收回、核对、评分、汇总。

    \b
    先看一遍内置示例：  xltool demo
    核对一个回收文件：  xltool check 文件.xlsx
    办一个年度批次：    xltool init 2023年自评 --form hunan-2022 --year 2023

    \b
    退出码：0 没有要改的；1 有“退回”或“须改”；2 命令或财政局自己的文件（名册、表样、模板等）
    需要修改，或者文件写不进；3 程序内部的问题，另写一份报告；130 用 Ctrl+C 停止。
    """


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; never shows a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A GBK console cannot show every character of a department's text; that must not stop the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if hasattr(signal, "SIGBREAK"):  # Windows: Ctrl+Break ends the run as Ctrl+C does, not in the middle of a file
        signal.signal(signal.SIGBREAK, signal.default_int_handler)
    sys.exit(_run(list(sys.argv[1:] if args is None else args)))


def _run(args: list[str]) -> int:
    from xltool.cli.say import say, say_text

    try:
        result: Any = cli.main(args=args, prog_name="xltool", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        say_text(error.format_message())
        return USAGE
    except click.UsageError as error:
        from xltool.cli import chinese

        say(f"命令写法有误：{chinese.told(error)}", f"请看 {chinese.command_of(cli, args)} --help", err=True)
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        say("已停止。已经写好的文件是完整的，可以再次运行。", err=True)
        return STOPPED
    except click.ClickException as error:
        say_text(error.format_message(), err=True)
        return USAGE
    except SystemExit:  # click's answer to a reader that stopped reading (`| head`)
        return STOPPED
    except Exception as error:
        return _unforeseen(error, args)
    return result if isinstance(result, int) else FINE


def _unforeseen(error: Exception, args: Sequence[str]) -> int:
    from xltool.cli import fault
    from xltool.cli.say import say_text

    said = fault.of_the_machine(error) if isinstance(error, OSError) else ""
    say_text(said or fault.tell(error, args, datetime.datetime.now()), err=True)
    return USAGE if said else FAULT
