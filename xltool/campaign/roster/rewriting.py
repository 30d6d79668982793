"""Lines put into a workbook the bureau keeps (名册, 发送登记): everything else in it stays as somebody left it. Or another
名册 in place of it: checked first, as ``generate`` checks it, and the old one is kept.

Imports ``reading``, ``workbook_tables``: openpyxl, which here rewrites, only meets what the gate let pass. The workbook as it was is
kept beside it where the caller says so. A newcomer would write a new workbook and lose the bureau's own columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from xltool.campaign.roster.columns import Columns
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster
from xltool.campaign.roster.workbook_tables import OWN_LIMITS, OwnTable, tables
from xltool.files import UnusableFileError, cause, read_own, write_atomic
from xltool.form import Form
from xltool.form.layout.workbook_layout import column_letters
from xltool.read import open_book
from xltool.writing.text import for_part

_KEPT = "_换下"
_FAR = (60_000, 200)  # rows and columns of a sheet; beyond, openpyxl would make every cell in between


class Rewriting:
    """A workbook that is being changed; nothing is written before ``save``.

    Raises:
        UnusableFileError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        import openpyxl

        self.path = path
        self._tables = tables(path)
        self._data = read_own(path, OWN_LIMITS.file)
        try:
            self._book: Any = openpyxl.load_workbook(BytesIO(self._data))
        except Exception as error:  # it may raise whatever it meets
            raise UnusableFileError(path, f"改写不了（{cause(error)}）。请用 Excel 或 WPS 打开，另存为 .xlsx") from None

    def table(self, title: str) -> OwnTable:
        """A sheet as it stands in the file, empty if there is none."""
        return self._tables.get(title, OwnTable(title, {}, {}))

    def change(
        self,
        title: str,
        names: Sequence[str],
        updates: Mapping[int, Mapping[str, str]],
        appended: Sequence[Mapping[str, str]],
        removed: Sequence[int] = (),
    ) -> None:
        """Put texts into a sheet that has its headings in line 1; headings it lacks are added.

        Args:
            title: of the sheet, made if it is not there.
            names: the headings that may be written.
            updates: 1-based line to what its cells become.
            appended: the lines that come below.
            removed: 1-based lines that go.

        Raises:
            UnusableFileError: the sheet reaches too far.
        """
        table = self.table(title)
        sheet = self._book[title] if title in self._book.sheetnames else self._book.create_sheet(title)
        if sheet.max_row > _FAR[0] or sheet.max_column > _FAR[1]:
            last = f"{column_letters(sheet.max_column - 1)}{sheet.max_row}"
            raise UnusableFileError(
                self.path, f"里〔{title}〕一直用到 {last}，远处有内容或格式。请删除多余的行和列，再导入"
            )
        columns = {name: col + 1 for col, name in Columns(table, names, ()).names.items()}
        free = max(table.rows.get(0, {}), default=-1) + 2
        for name in (name for name in names if name not in columns):
            sheet.cell(1, free, name)
            columns[name], free = free, free + 1
        for line, values in updates.items():
            _put(sheet, line, columns, values)
        for line in sorted(removed, reverse=True):
            sheet.delete_rows(line)
        below = max(table.rows, default=0) + 1 - len(removed)
        for line, values in enumerate(appended, start=max(below, 1) + 1):
            _put(sheet, line, columns, values)

    def save(self, before: str = "") -> None:
        """Write the workbook; ``before``: the ending of the name under which the old one is kept beside it.

        Raises:
            TargetLockedError: it is open in Excel.
        """
        target = BytesIO()
        self._respell()
        self._book.save(target)
        if before:
            write_atomic(self.path.with_name(f"{self.path.stem}{before}{self.path.suffix}"), self._data)
        write_atomic(self.path, target.getvalue())

    def _respell(self) -> None:
        """Undo what openpyxl would make of what it read.

        Texts are spelt as they stand in the file's parts, or ``_x0041_`` would be saved bare, which is A. An empty text is a
        blank cell. Where there is no formula, closing need not ask to save; of formulas openpyxl forgets the results.
        """
        ours = {sheet.title: sheet.cells for sheet in open_book(self._data, "").sheets}
        calculated = False
        for sheet in self._book.worksheets:
            for line in sheet.iter_rows():
                for cell in line:
                    calculated = calculated or cell.data_type == "f"
                    if cell.data_type == "s" and not cell.value:
                        cell.value = None
                    elif cell.data_type == "s" and "_x" in str(cell.value):
                        text = ours.get(sheet.title, {}).get((cell.row - 1, cell.column - 1))
                        if isinstance(text, str):
                            cell.value = for_part(text)
        self._book.calculation.fullCalcOnLoad = calculated


def _put(sheet: Any, line: int, columns: Mapping[str, int], values: Mapping[str, str]) -> None:
    for name, text in values.items():
        cell = sheet.cell(line, columns[name])
        cell.value, cell.data_type, cell.number_format = for_part(text), "s", "@"


@dataclass(frozen=True, slots=True)
class Replaced:
    """The roster as it is now; ``kept``: where the one before lies, None if there was none or it was the same."""

    roster: Roster
    kept: Path | None
    same: bool = False


def replace_roster(path: Path, target: Path, form: Form) -> Replaced:
    """Put the roster ``path`` in place of ``target``.

    Args:
        path: the new one, an .xlsx.
        target: the campaign's; what is there is kept beside it under a name with a number.
        form: for what it is checked.

    Raises:
        RosterError: it has mistakes; nothing was changed.
        UnusableFileError: it cannot be opened, or is no .xlsx.
        TargetLockedError: the roster is open in Excel.
    """
    data = read_own(path, OWN_LIMITS.file)
    if not data.startswith(b"PK"):
        raise UnusableFileError(path, "不是 .xlsx 工作簿，名册没有改动。请用 Excel 或 WPS 打开，另存为 .xlsx")
    roster = read_roster(path, form)
    before = read_own(target, OWN_LIMITS.file) if target.exists() else None
    if before == data:
        return Replaced(roster, None, same=True)
    kept = None
    if before is not None:
        kept = _free(target)
        write_atomic(kept, before)
    write_atomic(target, data)
    return Replaced(roster, kept)


def _free(target: Path) -> Path:
    """A name beside the roster that nobody has."""
    names = (target.with_name(f"{target.stem}{_KEPT}{number}{target.suffix}") for number in count(1))
    return next(path for path in names if not path.exists())


def kept_rosters(target: Path) -> tuple[Path, ...]:
    """Return the rosters that were replaced, the latest first."""
    found = (path for path in target.parent.glob(f"{target.stem}{_KEPT}*{target.suffix}") if path.is_file())
    numbered = {number: path for path in found if (number := path.stem.partition(_KEPT)[2]).isdecimal()}
    return tuple(numbered[number] for number in sorted(numbered, key=int, reverse=True))
