"""What click says in English, in Chinese: one small catalogue for errors, one for help.

Imports click and ``writing``. Whatever click says that is not in the catalogue becomes one general sentence, never English inside Chinese;
``tests/cli/test_chinese.py`` goes through all verbs. A newcomer would set up gettext: click asks it for each text when it is
said, but finds no catalogue of its own, and its texts differ between versions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

_SAID = (
    (r"Option '(.+)' requires (?:an|\d+) arguments?\.", r"选项 \1 后面要写一个值。"),
    (r"Option '(.+)' does not take a value\.", r"选项 \1 后面不写值。"),
    (r"Got unexpected extra arguments? \((.*)\)", r"多写了 \1。名称里有空格的，请用英文引号括起来。"),
    (r"\w+ '(.*)' does not exist\.", r"没有“\1”，请核对名称和所在的文件夹。"),
    (r"\w+ '(.*)' is a directory\.", r"“\1”是文件夹，这里要写文件。"),
    (r"\w+ '(.*)' is a file\.", r"“\1”是文件，这里要写文件夹。"),
    (r"\w+ '(.*)' is not readable\.", r"“\1”读不了，请核对权限。"),
    (r"\w+ '(.*)' is not writable\.", r"“\1”写不了，请核对权限。"),
    (r"(.+) is not in the range (\d+)<=x<=(\d+)\.", r"写的是 \1，应当在 \2 到 \3 之间。"),
    (r"'(.*)' is not a valid integer(?: range)?\.", r"“\1”不是整数。"),
    (r"'(.*)' is not a valid \w+(?: \w+)*\.", r"“\1”的写法不对。"),
    (r"'(.*)' is not one of (.*)\.", r"“\1”不在可用的 \2 里。"),
    (r"Missing command\.", "还要写一个命令。"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), said) for pattern, said in _SAID)
_CHINESE = re.compile("[\u3400-\u9fff]")
_QUOTED = re.compile("'[^']*'|\\([^)]*\\)")

_HELP = (
    (re.compile(r"\bINTEGER(?: RANGE)?\b"), "整数"),
    (re.compile(r"\b(?:TEXT|FLOAT)\b"), "文字"),
    (re.compile(r"\b(?:FILENAME|FILE|DIRECTORY|PATH)\b"), "文件"),
)
_EXTRA = re.compile(r"\[[^\[\]]*\]\Z")


def told(error: click.UsageError) -> str:
    """Return what is wrong with a command line, as a sentence."""
    if isinstance(error, click.NoSuchOption):
        near = f"，是不是 {'、'.join(sorted(error.possibilities))}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}。"
    if isinstance(error, click.MissingParameter):
        return f"缺少{_name(error)}。"
    if isinstance(error, click.BadParameter):
        return f"{_name(error)} 的值不对：{_sentence(error.message)}"
    if "No such command" in error.message:
        group = error.ctx.command if error.ctx else None
        known = group.list_commands(error.ctx) if isinstance(group, click.Group) and error.ctx else []
        return f"没有这个命令，可用的有 {'、'.join(known)}。"
    return _sentence(error.message)


def _name(error: click.BadParameter) -> str:
    """The option as it is typed, the argument as help names it."""
    if isinstance(error.param, click.Option):
        return f"选项 {max(error.param.opts, key=len)}"
    if error.param is not None:
        return f"参数 {error.param.human_readable_name}"
    return f"选项 {error.param_hint}" if isinstance(error.param_hint, str) else "参数"


def _sentence(message: str) -> str:
    """A message of click in Chinese; one of ours as it is."""
    for pattern, said in _PATTERNS:
        if found := pattern.fullmatch(message):
            return found.expand(said)
    if _CHINESE.search(_QUOTED.sub("", message)):
        return message.rstrip("。") + "。"
    return "写法不对。"


def help_line(text: str) -> str:
    """Return the left column of help with click's names of types in Chinese."""
    for pattern, said in _HELP:
        text = pattern.sub(said, text)
    return text


def help_note(text: str) -> str:
    r"""Return the right column of help with click's remark at its end in Chinese.

    >>> help_note("评价年度  [default: 2024; 2000<=x<=2100]"), help_note("评价年度  [2000<=x<=2100; required]")
    ('评价年度  〔默认 2024；2000 到 2100〕', '评价年度  〔2000 到 2100；必须写〕')
    """
    found = _EXTRA.search(text)
    if found is None:
        return text
    note = re.sub(r"(\d+)<=x<=(\d+)", r"\1 到 \2", found[0][1:-1])
    note = note.replace("default: ", "默认 ").replace("required", "必须写").replace("; ", "；")
    return f"{text[: found.start()]}〔{note}〕"


def wrapped(text: str, room: int) -> list[str]:
    """Return ``text`` in lines of at most ``room`` columns; words and options stay whole where they fit.

    >>> wrapped("写出 --leaflet 一页纸", 10)
    ['写出', '--leaflet', '一页纸']
    """
    from xltool.writing.measure import width

    lines, line = [], ""
    for piece in re.findall(r"[!-~]+|.", text, re.DOTALL):
        for part in [piece] if width(piece) <= room else piece:
            if width(line + part) > room:
                lines.append(line.rstrip())
                line = ""
            line += part if line or part != " " else ""
    return [*lines, line.rstrip()]


def command_of(root: click.Group, args: Sequence[str]) -> str:
    """Return the command that ``args`` ask for, such as ``xltool form check``; errors of click's parser do not say it."""
    path, command = ["xltool"], root
    for word in args:
        context = click.Context(command)
        inner = command.get_command(context, word) if not word.startswith("-") else None
        if inner is None:
            break
        path.append(word)
        if not isinstance(inner, click.Group):
            break
        command = inner
    return " ".join(path)
