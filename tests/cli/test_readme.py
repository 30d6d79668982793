"""The README's table of verbs says what the commands are: none missing, no option that does not exist."""

import re
from pathlib import Path

import click
import pytest

from xltool.cli import cli
from xltool.cli.verbs import VERBS

README = Path(__file__).parents[2] / "README.md"
ROW = re.compile(r"^\| `xltool ([a-z-]+)([^`]*)` \| (.+) \|$", re.MULTILINE)
ROWS = {found[1]: (found[2], found[3]) for found in ROW.finditer(README.read_text(encoding="utf-8"))}
CONTEXT = click.Context(cli)


def command_of(verb: str) -> click.Command:
    command = cli.get_command(CONTEXT, verb)
    assert command is not None
    return command


def test_every_verb_stands_in_the_table_in_the_order_of_help() -> None:
    assert tuple(ROWS) == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_the_table_names_options_that_exist_and_help_has_one_line(verb: str) -> None:
    command, (usage, purpose) = command_of(verb), ROWS[verb]
    known = {option for parameter in command.params for option in parameter.opts}
    named = set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", usage))
    assert named <= known, f"{verb}: {named - known}"
    needed = {p.opts[0] for p in command.params if isinstance(p, click.Option) and p.required}
    assert needed <= named, f"{verb}: what must be given is not in the table"
    if isinstance(command, click.Group):
        assert set(usage.strip().replace("\\|", "|").split("|")) == set(command.commands)
    assert command.short_help, verb
    assert purpose.strip(), verb
