"""Every command ends with what to run or open next; a command written tomorrow as well."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests import kit
from tests.cli.test_commands import run
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.cli import cli
from xltool.cli.verbs import VERBS


def leaves(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None, name
            path = (*words, name)
            if isinstance(command, click.Group):
                yield from leaves(command, path)
            else:
                yield path, command


def says_next(function: object) -> bool:
    """Whether a command, or a function of its module or of another command that it calls, says what comes next."""
    waiting, seen = [inspect.unwrap(function)], set()  # type: ignore[arg-type]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        tree = ast.parse(inspect.getsource(one).lstrip())
        names = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        if "next_step" in names:
            return True
        imported = {
            alias.name: node.module
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("xltool.cli.")
            for alias in node.names
        }
        for name in names:
            module = (
                inspect.getmodule(one) if name not in imported else __import__(str(imported[name]), fromlist=[name])
            )
            found = getattr(module, name, None)
            if inspect.isfunction(found) and str(found.__module__).startswith("xltool.cli."):
                waiting.append(found)
    return False


def test_the_whole_tree_of_commands() -> None:
    found = dict(leaves(cli))
    assert {path[0] for path in found} == set(VERBS)
    assert [" ".join(path) for path, command in found.items() if not says_next(command.callback)] == []


def test_a_command_without_next_step_is_found() -> None:
    assert not says_next(silent)


def silent() -> int:
    quiet()
    return 0


def quiet() -> None:
    pass


def test_what_is_said_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a small campaign, with a blank in its name: the line is there, once, and its command can be typed as it stands."""
    folder = tmp_path / "2022年 自评"
    where = f'-C "{folder}"'

    def last(*words: str, code: int = 0, err: bool = False) -> str:
        ended, out, errors = run(capsys, *words)
        assert ended == code, errors
        steps = [line for line in (errors if err else out).splitlines() if line.startswith("下一步：")]
        assert len(steps) == 1, (words, out, errors)
        return steps[0]

    assert "xltool generate" in last("init", str(folder), "--form", kit.FORM_ID, "--year", "2022")
    assert last("status", "-C", str(folder)).endswith(f"xltool generate {where}")
    assert last("letters", "-C", str(folder)).endswith(f"xltool collect {where}")
    write_roster(
        folder / "名册.xlsx",
        Roster(
            (kit.row(部门编码="001", 部门名称="县教育局"),), (kit.row(部门编码="001", 项目编码="1", 项目名称="校园"),)
        ),
    )
    named = ("-C", str(folder))
    assert last("roster", "check", *named).endswith(f"xltool generate {where}")
    assert last("generate", *named).endswith(f"xltool collect {where}")
    assert last("pack", *named).endswith(f"xltool collect {where}")
    assert last("pack", *named).endswith(f"xltool status {where}")
    assert last("collect", *named).endswith(f"xltool status {where} --remind")
    assert last("status", *named).endswith(f"xltool status {where} --remind")
    assert last("status", *named, "--remind").endswith(f"xltool collect {where}")
    assert last("verify", "7K3M-92QD", *named, code=1).endswith(f"xltool status {where}")
    assert "xltool waive SG01" in last("explain", "SG01", err=True)
    assert "xltool explain" in last("rules", "--form", kit.FORM_ID, err=True)
    assert "xltool init" in last("forms", err=True)
    assert "xltool help" in last("help")
    assert "xltool help" in last("help", "收回")
    sample = tmp_path / "样表.xlsx"
    assert "xltool form preview" in last("form", "preview", kit.FORM_ID, "--out", str(sample), "--no-open")
