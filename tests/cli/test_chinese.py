"""No English inside what the commands say: click's own errors and help over all verbs; and a terminal without Chinese."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.test_commands import run
from xltool.cli import chinese, cli
from xltool.cli.verbs import VERBS

CONTEXT = click.Context(cli)
WORD = re.compile(r"[A-Za-z]{2,}")
TYPED = {"zzz", "no-such", "nonsense"}
"""What the tests type and the messages quote."""


def paths() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its name, those of a group as well."""
    for verb in VERBS:
        command = cli.get_command(CONTEXT, verb)
        assert command is not None
        yield (verb,), command
        for name, inner in getattr(command, "commands", {}).items():
            yield (verb, name), inner


COMMANDS = dict(paths())


def wrong(command: click.Command) -> Iterator[list[str]]:
    """Arguments that cannot be right: too many, unknown, without a value, with a wrong one, or with one too many."""
    arguments = ["zzz"] * sum(isinstance(item, click.Argument) for item in command.params)
    yield ["--nonsense"]
    yield [*arguments, *["zzz"] * 3]
    if isinstance(command, click.Group):
        yield ["no-such"]
    for item in command.params:
        if isinstance(item, click.Option) and item.is_flag:
            yield [f"{item.opts[-1]}=zzz"]
        elif isinstance(item, click.Option):
            yield [item.opts[-1]]
            if not isinstance(item.type, click.types.StringParamType):
                yield [*arguments, item.opts[-1], "/dev/null/zzz"]
                yield [*arguments, item.opts[-1], str(Path(__file__).parent)]
                yield [*arguments, item.opts[-1], __file__]
    if any(item.required for item in command.params):
        yield []


def allowed(names: tuple[str, ...], command: click.Command) -> set[str]:
    """Names of commands and options, and what was typed."""
    options = {option for item in command.params for option in item.opts + item.secondary_opts}
    every = {part for path in COMMANDS for part in path}
    return {"xltool", "--help", "--nonsense", *names, *options, *every, *TYPED}


@pytest.mark.parametrize("names", COMMANDS, ids=" ".join)
def test_wrong_arguments_are_answered_in_chinese(
    names: tuple[str, ...], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = COMMANDS[names]
    answered = 0
    for arguments in wrong(command):
        code, out, err = run(capsys, *names, *arguments)
        if not err.startswith("命令写法有误：") or code != 2:
            continue  # a path that may be written; what follows is no matter of click's
        answered += 1
        text = err.replace(__file__, "").replace(str(Path(__file__).parent), "").replace("/dev/null/zzz", "")
        for token in sorted(allowed(names, command), key=len, reverse=True):
            text = re.sub(rf"(?<![\w-]){re.escape(token)}(?![\w-])", "", text)
        assert WORD.findall(text) == [], (arguments, err)
        assert out == ""
        if arguments != ["no-such"]:
            assert f"请看 xltool {' '.join(names)} --help\n" in err
    assert answered >= 2


@pytest.mark.parametrize("names", [(), *COMMANDS], ids=" ".join)
def test_help_has_no_word_of_click(names: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *names, "--help")
    assert code == 0
    assert not re.search(
        r"\b(Usage|Options?|Commands?|Arguments?|Show|Error|Try|TEXT|INTEGER|RANGE|FILE|PATH|default|required)\b", out
    )
    assert "选项：" in out


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Option '-C' requires an argument.", "选项 -C 后面要写一个值。"),
        ("Option '-C' requires 2 arguments.", "选项 -C 后面要写一个值。"),
        ("Got unexpected extra arguments (a b)", "多写了 a b。名称里有空格的，请用英文引号括起来。"),
        ("Missing command.", "还要写一个命令。"),
        ("Something that click says in years to come 'x'.", "写法不对。"),
        ("请写成 2023-03-20 这样的日期", "请写成 2023-03-20 这样的日期。"),
        ("Path '县教育局.xlsx' is odd.", "写法不对。"),
    ],
)
def test_the_catalogue(message: str, said: str) -> None:
    assert chinese.told(click.UsageError(message)) == said


def test_errors_name_what_is_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "init", "x")[2] == "命令写法有误：缺少选项 --form。\n请看 xltool init --help\n"
    told = (
        "命令写法有误：选项 --year 的值不对：写的是 1900，应当在 2000 到 2100 之间。\n请看 xltool form preview --help\n"
    )
    assert run(capsys, "form", "preview", "a", "--year", "1900")[2] == told
    assert run(capsys, "collect", "--jso")[2].startswith("命令写法有误：没有选项 --jso，是不是 --json。\n")
    assert run(capsys, "form", "nix")[2].startswith(
        "命令写法有误：没有这个命令，可用的有 check、docs、edit、new、preview、take。\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no LC_ALL")
@pytest.mark.parametrize("more", [{}, {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}], ids=["coerced", "plain C"])
def test_a_locale_without_chinese_does_not_hinder(more: dict[str, str], tmp_path: Path) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    environment = {**kept, "LC_ALL": "C", **more}
    order = [sys.executable, "-m", "xltool", "init", "2022年 自评", "--form", "hunan-2022", "--year", "2022"]
    done = subprocess.run(order, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "2022年 自评" / "名册.xlsx").is_file()
    assert 'xltool generate -C "2022年 自评"' in done.stdout.decode("utf-8")
