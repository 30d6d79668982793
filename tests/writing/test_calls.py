"""Nothing in the tool writes past the room that keeps text as text: every import and call is looked at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import xltool

ROOT = Path(xltool.__file__).parent
WRITERS = {  # library: the modules that may import it for writing, and what they are for
    "xlsxwriter": {"writing/workbook.py"},
    "docx": {
        f"report/documents/{name}.py"
        for name in (
            "blank",
            "leaflet_template",
            "letter",
            "letter_templates",
            "placeholders",
            "report_template",
            "word_xml",
        )
    },
}
GUESSING = {"write", "write_row", "write_column", "write_comment", "write_rich_string", "insert_textbox", "add_table"}
SHEETS = {"sheet", "made", "self.sheet", "sheet.made", "self.made"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_writing_libraries_stay_in_their_room() -> None:
    found = {library: set() for library in WRITERS}  # type: dict[str, set[str]]
    for name, tree in modules():
        for library in set(imported(tree)) & WRITERS.keys():
            found[library].add(name)
    assert found == WRITERS


def test_no_call_guesses_what_a_text_is() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules()
        if name != "writing/workbook.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in GUESSING
        and ast.unparse(node.func.value) in SHEETS
    ]
    assert found == []


def test_texts_of_parts_are_spelt() -> None:
    """An lxml element's text is a constant of ours, or goes through ``for_part`` (workbooks) or ``clean`` (letters)."""
    found = [
        f"{name}: {ast.unparse(node.value)}"
        for name, tree in modules()
        if name.startswith(("report/", "ooxml/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Attribute) and target.attr == "text" for target in node.targets)
    ]
    assert sorted(found) == [
        "report/documents/letter_templates.py: code",
        "report/documents/placeholders.py: node.text[:start - at] + (value if first else '') + node.text[end - at:]",
        "report/documents/placeholders.py: piece",
        "report/documents/report.py: piece",
        "report/marked_copy/notes.py: AUTHOR",
        "report/marked_copy/notes.py: for_part(text)",
        "report/marked_copy/threads.py: for_part(notes[cell])",
        "report/marked_copy/word/comments.py: clean(text)",
    ]


def test_the_terminal_is_written_in_one_place() -> None:
    found = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("click.echo", "click.secho", "print", "sys.stdout.write")
    }
    assert found == {"cli/say.py", "cli/progress.py"}, "progress only draws a bar of its own signs"
