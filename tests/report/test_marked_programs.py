"""Marked copies of returns that other programs saved: nothing else changes, nothing breaks, old marks go next round."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from tests.clean import values
from tests.clients import CLIENTS
from tests.marked import write_marked_copy
from tests.office import convert, needs_office
from tests.report.test_marked_copy import ALWAYS_CHANGED, marks, parts
from tests.validator import complaints, needs_validator
from xltool.examine import Outcome, examine
from xltool.form import form_by_id
from xltool.form.layout.issues import Issues
from xltool.report.marked_copy.notes import START

Save = Callable[[Path, str], Path]
FORM = form_by_id(kit.FORM_ID)
SHAPE = kit.issue(FORM)
PROGRAMS: list[tuple[str, Save]] = [
    ("as issued", lambda path, _: path),
    *((name, save) for name, save, kind in CLIENTS if kind == "xlsx"),
]


@cache
def flawed() -> bytes:
    """A return with a wrong total and a required cell left blank."""
    changes = {"三公经费预算数": Decimal(99), "联系电话": ""}
    return kit.workbook(FORM, SHAPE, values(FORM, SHAPE, changes))


def examined(path: Path) -> Outcome:
    return examine(path.name, path.read_bytes(), {FORM.id: FORM}.get, Issues.of(SHAPE))


def marked(path: Path, made: Outcome | None = None) -> Path:
    target = path.with_name(f"{path.stem}_退回.xlsx")
    write_marked_copy(path.read_bytes(), made or examined(path), target)
    return target


@pytest.fixture(scope="module", params=PROGRAMS, ids=[name for name, _ in PROGRAMS])
def returned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Save]:
    _, save = request.param
    path = tmp_path_factory.mktemp("marked") / "自评表.xlsx"
    path.write_bytes(flawed())
    return save(path, "xlsx"), save


def ours(path: Path) -> list[str]:
    """Cells that carry a comment of ours."""
    book = openpyxl.load_workbook(path)
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment and START in cell.comment.text
    ]


def test_nothing_else_changes(returned: tuple[Path, Save]) -> None:
    path, _ = returned
    old, new = parts(path), parts(marked(path))
    found = marks(marked(path))
    assert found, "there is something to mark"
    # Folders inside the zip (exceljs writes them) are no parts.
    changed = {name for name in old if old[name] != new.get(name) and not name.endswith("/")}
    sheets = {name for name in changed if name.startswith("xl/worksheets/sheet")}
    notes = {name for name in changed if "comment" in name.lower() or "vml" in name.lower() or "_rels/sheet" in name}
    assert changed <= ALWAYS_CHANGED | sheets | notes
    # Besides the sheets with marks only the one that was selected.
    assert len(sheets) <= len(found) + 1
    for name in sheets:
        assert cells(old[name]) == cells(new[name]), name


def cells(part: bytes) -> bytes:
    """Everything of a sheet but its marks, its selection and its reference to comments."""
    text = re.sub(
        rb"<conditionalFormatting (?:(?!</conditionalFormatting>).)*xltool-mark.*?</conditionalFormatting>", b"", part
    )
    return re.sub(rb"<legacyDrawing [^>]*/>| tabSelected=.\w+.", b"", text)


@needs_validator
def test_the_sdk_finds_nothing_it_did_not_find_before(returned: tuple[Path, Save]) -> None:
    path, _ = returned
    assert complaints(marked(path)) - complaints(path) == Counter()


# Gnumeric has no A1:INDEX(…): of 附页's area it keeps the text, as an error.
@pytest.mark.filterwarnings("ignore:Print area cannot be set to Defined name")
def test_the_next_round_has_only_its_own_marks(returned: tuple[Path, Save]) -> None:
    """The department corrects the marked copy in its program and sends it back."""
    path, save = returned
    first = marked(path)
    again = save(first.rename(first.with_name("再报.xlsx")), "xlsx")
    made = examined(again)
    clean = marked(again, Outcome(again.name, (), made.issue, made.scores))
    assert marks(clean) == {}
    assert ours(clean) == []
    assert b"xltool-mark" not in b"".join(parts(clean).values())
    assert openpyxl.load_workbook(clean).sheetnames.count("审核结果") == 1
    kept = marked(again)
    assert {sheet: set(found) for sheet, found in marks(kept).items()} == {
        sheet: set(found) for sheet, found in marks(marked(path)).items()
    }


@needs_office
@pytest.mark.office
def test_libreoffice_opens_it_with_list_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "自评表.xlsx"
    path.write_bytes(flawed())
    (saved,) = convert([marked(path)], tmp_path / "office")
    book = openpyxl.load_workbook(saved)
    assert book.sheetnames[0] == "审核结果"
    assert ours(saved) == ours(marked(path))
    links = [cell.hyperlink.location for row in book["审核结果"].iter_rows() for cell in row if cell.hyperlink]
    assert "'“三公”经费'!C9" in [(link or "").replace("“三公”经费.", "'“三公”经费'!") for link in links]
