"""macros_docs/commands.md: every verb with its arguments, options and defaults, from click itself.

``xltool form docs`` writes it with the pages that follow from the forms; a test compares it.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

_GENERATED = "这一页由 `xltool form docs macros_docs` 生成，请不要手改。"


def reference(root: click.Group) -> str:
    """Return the page."""
    return "\n".join(_page(root)) + "\n"


def _page(root: click.Group) -> Iterator[str]:
    context = click.Context(root, info_name="xltool")
    commands = [(name, root.get_command(context, name)) for name in root.list_commands(context)]
    yield from ("# 命令", "", _GENERATED, "")
    yield "每条命令加 `--help`（或 `-h`）看写法。怎样用它们办一年的事，见[财政局操作手册](manual/财政局操作手册.md)。"
    yield ""
    yield from ("| 命令 | 作用 |", "|---|---|")
    yield from (f"| [{name}](#{name}) | {command.short_help} |" for name, command in commands if command)
    yield ""
    for name, command in commands:
        if command is not None:
            yield from _command(command, f"xltool {name}", 2)


def _command(command: click.Command, path: str, rank: int) -> Iterator[str]:
    arguments = [item for item in command.params if isinstance(item, click.Argument)]
    options = [item for item in command.params if isinstance(item, click.Option)]
    inner = command.commands if isinstance(command, click.Group) else {}
    shown = [
        path,
        *(_argument(item) for item in arguments),
        *(["[选项]"] if options else []),
        *(["命令"] if inner else []),
    ]
    yield from (f"{'#' * rank} {path.removeprefix('xltool ') if rank == 2 else path}", "", f"`{' '.join(shown)}`", "")
    yield from _help(command.help or "")
    if options:
        yield from ("| 选项 | 作用 | 默认 |", "|---|---|---|")
        for option in options:
            names = "、".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
            value = "" if option.is_flag else f" {_metavar(option)}"
            yield f"| {names}{value} | {(option.help or '').replace('|', '、')} | {_default(option)} |"
        yield ""
    for name, sub in inner.items():
        yield from _command(sub, f"{path} {name}", rank + 1)


def _argument(item: click.Argument) -> str:
    name = item.human_readable_name
    return name if item.required or name.startswith("[") else f"[{name}]"


def _metavar(option: click.Option) -> str:
    if option.metavar:
        return option.metavar
    kind = option.type
    if isinstance(kind, click.IntRange):
        return f"{kind.min}—{kind.max}"
    return {"form_id": "表样", "deadline": "日期"}.get(str(option.name), "文字")


def _default(option: click.Option) -> str:
    """What holds if the option is not written; "必须写" where there is nothing."""
    if option.required:
        return "必须写"
    if option.multiple or option.default in (None, "", ()) or not isinstance(option.default, str | int):
        return ""
    if option.is_flag:
        return "是" if option.default else ""
    return "当前文件夹" if option.default == "." else str(option.default)


def _help(text: str) -> Iterator[str]:
    """The paragraphs of a command's help; what click leaves as it is (\\b) becomes a block of code."""
    for part in text.strip().split("\n\n"):
        if "\b" in part:
            yield from (
                "```",
                *(line.strip().removeprefix("例：") for line in part.replace("\b", "").strip().splitlines()),
                "```",
                "",
            )
        else:
            yield from ("".join(line.strip() for line in part.splitlines()), "")
