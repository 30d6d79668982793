"""What somebody changed in the workbook of a form, cell by cell, or why it cannot be taken.

Imports ``slots`` and ``read``: the workbook goes through the same gate and reader as a return. A line is known by its id, a
column by its heading, whatever order they stand in. What was typed is compared with what the cell held when it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from xltool.campaign.form_editing.slots import (
    FORMAT,
    HIDDEN,
    MARK,
    SLOTS,
    TITLE_ROWS,
    EditSlot,
    MistypedError,
    SlotRole,
    meant,
    plain_number,
    shown,
)
from xltool.campaign.roster.workbook_tables import OWN_LIMITS
from xltool.campaign.settings import CampaignError
from xltool.files import UnusableFileError, read_own
from xltool.form.definition.extend import is_id
from xltool.form.edit.editable import EditLine, EditPart
from xltool.form.edit.edited import Editing, EntryEdit
from xltool.form.layout.workbook_layout import column_letters
from xltool.read import Refused, open_book
from xltool.read.book.areas import Cell
from xltool.read.book.values import RawBook, RawSheet

_FAR = 20  # rows in which the headings may stand
_HEAD = "工作簿里有要改的地方，表样没有改动："


@dataclass(frozen=True, slots=True)
class TypedEdit:
    """A change and where it was typed: 〔参数〕D14."""

    change: EntryEdit
    place: str


@dataclass(frozen=True, slots=True)
class EditBook:
    """A workbook that ``edit_book`` wrote, as it came back. ``ident``: of the form; ``written``: by sheet, id and key, what stood there."""

    path: Path
    ident: str
    fingerprint: str
    written: Mapping[tuple[str, str, str], str]
    book: RawBook


def opened_book(path: Path) -> EditBook:
    """Return the workbook.

    Raises:
        UnusableFileError: it cannot be opened, or is none of ours.
    """
    data = read_own(path, OWN_LIMITS.file)
    try:
        book = open_book(data, path.name, OWN_LIMITS)
        hidden = book.sheet(HIDDEN)
        cells = hidden.cells if hidden is not None else {}
        rows: dict[int, dict[int, str]] = {}
        for (row, col), value in cells.items():
            rows.setdefault(row, {})[col] = str(value)
        for sheet in book.sheets:
            _ = sheet.cells  # whatever is wrong with a sheet is said here
    except Refused as refused:
        told = refused.finding.message.rstrip("。")
        raise UnusableFileError(path, f"打不开：{told}。请用 Excel 或 WPS 打开，另存为 .xlsx") from None
    if rows.get(0, {}).get(0) != MARK:
        raise UnusableFileError(
            path, "不是 xltool form edit 写出的工作簿。请用它写出的那一份来改，不要把内容复制到别的工作簿"
        )
    if rows[0].get(1) != FORMAT:
        raise UnusableFileError(path, "是别的版本的 xltool 写出的。请用现在的版本再写一份，把改动抄过去")
    written = {(row.get(0, ""), row.get(1, ""), row.get(2, "")): row.get(3, "") for at, row in rows.items() if at >= 2}
    head = rows.get(1, {})
    if not is_id(head.get(0, "")):  # a text from a file is never a way to another
        raise UnusableFileError(path, "里的表样编号不能用。请用 xltool form edit 再写一份")
    return EditBook(path, head.get(0, ""), head.get(1, ""), written, book)


def typed_in(book: EditBook, editing: Editing) -> tuple[TypedEdit, ...]:
    """Return what was changed, in the order of the form.

    Raises:
        CampaignError: something cannot be taken; every place is told, with what was seen and what to do.
    """
    reader = _Taking(book)
    found: list[TypedEdit] = []
    for part in EditPart:
        found += reader.part(part, [line for line in editing.lines if line.part is part])
    if reader.problems:
        raise CampaignError(_HEAD, reader.problems)
    return tuple(found)


class _Taking:
    def __init__(self, book: EditBook) -> None:
        self.book = book
        self.problems: list[str] = []

    def part(self, part: EditPart, lines: list[EditLine]) -> Iterator[TypedEdit]:
        sheet = self.book.book.sheet(part)
        if sheet is None:
            self.problems.append(f"少了工作表〔{part}〕。请不要删工作表、改工作表的名称")
            return
        page = _Page(sheet, SLOTS[part])
        self.problems += page.problems
        if page.problems:
            return
        known = {line.ident: line for line in lines}
        rows = dict(page.idents())
        strange = {row: ident for row, ident in rows.items() if ident not in known}
        missing = [ident for ident in known if ident not in rows.values()]
        for row, ident in strange.items():
            self.strange(page, row, ident, [known[other] for other in missing])
        told = {name for row in strange if (name := page.text(row, page.name))}
        for ident in missing:
            if (part, ident, next(iter(known[ident].entries))) not in self.book.written:
                continue  # came into the form after the workbook was written
            if not known[ident].name or known[ident].name not in told:
                self.problems.append(
                    f"〔{part}〕少了“{_called(known[ident])}”这一行。请恢复这一行；不用的规则，“启用”选“否”"
                )
        seen: dict[str, int] = {}
        for row, ident in rows.items():
            if ident in seen:
                place = page.place(row, page.ident)
                self.problems.append(f"{place} “{ident}”与第 {seen[ident] + 1} 行重复。请删除多出来的一行")
            elif ident in known:
                seen[ident] = row
                yield from self.line(page, row, known[ident])

    def strange(self, page: _Page, row: int, ident: str, missing: list[EditLine]) -> None:
        name = page.text(row, page.name)
        was = next((line.ident for line in missing if line.name and line.name == name), "")
        place = page.place(row, page.ident)
        if was:
            self.problems.append(f"{place} 编号由“{was}”改成了“{ident}”。编号不能在这里改，请改回“{was}”")
        else:
            seen = f"是“{ident}”，表样里没有" if ident else "空着，这一行却填了内容"
            self.problems.append(f"{place} 编号{seen}。请不要加行、改编号；要加新的，请交给写表样的人")

    def line(self, page: _Page, row: int, line: EditLine) -> Iterator[TypedEdit]:
        name = page.text(row, page.name)
        if page.name is not None and name != line.name:
            place = page.place(row, page.name)
            self.problems.append(f"{place} 名称由“{line.name}”改成了“{name}”。公式里用着这个名称，请改回")
        restored = {
            key for key, entry in line.entries.items() if entry.inherited is not None and entry.now != entry.inherited
        }
        found: list[TypedEdit] = []
        for key, col in page.entries.items():
            place = page.place(row, col)
            entry = line.entries.get(key)
            written = self.book.written.get((str(line.part), line.ident, key))
            text = page.text(row, col)
            if problem := page.odd(row, col):
                self.problems.append(f"{place} {problem}")
            elif entry is None or written is None:
                if text and text != (written or ""):
                    self.problems.append(f"{place} 写了“{text[:30]}”。{_why_not(line)}")
            elif not _same(text, written):
                try:
                    new = meant(entry, text)
                except MistypedError as error:
                    self.problems.append(f"{place} {error}")
                    continue
                found += self.change(TypedEdit(EntryEdit(line, entry, new), place), written)
        yield from found
        # The basis of a parameter goes with its value: nobody means to keep it beside the number of the base.
        source = line.entries.get("source")
        values = [typed for typed in found if typed.change.entry.key == "value"]
        keys = {typed.change.entry.key for typed in found}
        back = values and line.part is EditPart.PARAMETERS and values[0].change.new == values[0].change.entry.inherited
        if back and source is not None and source.inherited is not None and "source" in restored - keys:
            yield TypedEdit(EntryEdit(line, source, source.inherited), values[0].place)

    def change(self, typed: TypedEdit, written: str) -> Iterator[TypedEdit]:
        entry, new = typed.change.entry, typed.change.new
        now = shown(entry, entry.now)
        if new == entry.now:
            return
        if not _same(now, written):
            self.problems.append(
                f"{typed.place} 改成了“{shown(entry, new)[:40]}”；这份工作簿写出以后，表样里的这一处已经从“{written[:40]}”"
                f"改成“{now[:40]}”。请再运行一次 form edit，在新的一份里改这一处"
            )
            return
        yield typed


def _why_not(line: EditLine) -> str:
    if line.off_by_removal:
        return "这条规则停用着，请先启用，收回以后再改文字"
    return "这一栏对这一行没有意义，请清空"


def _called(line: EditLine) -> str:
    return f"{line.ident} {line.name}".strip()


def _same(text: str, other: str) -> bool:
    return text.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()


class _Page:
    """A sheet as it came back: where its headings stand, and what a cell says."""

    def __init__(self, sheet: RawSheet, slots: tuple[EditSlot, ...]) -> None:
        self.sheet, self.problems = sheet, list[str]()
        headings = [slot for slot in slots if slot.role in (SlotRole.IDENT, SlotRole.NAME, SlotRole.ENTRY)]
        rows: dict[int, dict[str, int]] = {}
        for (row, col), value in sorted(sheet.cells.items()):
            if row < _FAR and isinstance(value, str):
                rows.setdefault(row, {}).setdefault(value.strip(), col)
        self.head = max(
            rows, key=lambda row: (sum(slot.heading in rows[row] for slot in headings), -row), default=TITLE_ROWS - 1
        )
        columns = rows.get(self.head, {})
        lost = [slot.heading for slot in headings if slot.heading not in columns]
        if lost:
            self.problems.append(f"〔{sheet.title}〕的标题行里少了“{'”“'.join(lost)}”。请不要改标题行、删列")
        self.entries = {slot.key: columns.get(slot.heading, 0) for slot in slots if slot.role is SlotRole.ENTRY}
        self.ident = next((columns.get(slot.heading, 0) for slot in slots if slot.role is SlotRole.IDENT), 0)
        named = next((slot.heading for slot in slots if slot.role is SlotRole.NAME), None)
        self.name = columns.get(named) if named else None
        self.merged(set(columns.values()) if not lost else set())

    def merged(self, columns: set[int]) -> None:
        for top, left, bottom, right in self.sheet.facts.merges:
            if bottom > self.head and any(left <= col <= right for col in columns):
                self.problems.append(
                    f"{self.place(top, left)} 起的单元格合并了，看不出每一行填的是什么。请取消合并，逐格填写"
                )

    def place(self, row: int, col: int | None) -> str:
        return f"〔{self.sheet.title}〕{column_letters(col or 0)}{row + 1}"

    def idents(self) -> Iterator[tuple[int, str]]:
        """The lines below the headings, each with its id."""
        columns = {self.ident, *self.entries.values()}
        filled = {row for (row, col), value in self.sheet.cells.items() if col in columns and str(value).strip()}
        filled |= {row for row, col in self.sheet.xml.formulas or () if col in columns}
        yield from ((row, self.text(row, self.ident)) for row in sorted(filled) if row > self.head)

    def text(self, row: int, col: int | None) -> str:
        value = self.sheet.cells.get((row, col), "") if col is not None else ""
        if isinstance(value, bool):
            return str(value).upper()
        return (plain_number(str(value)) if isinstance(value, Decimal) else value).strip()

    def odd(self, row: int, col: int) -> str:
        """What of a cell is no plain value."""
        cell: Cell = (row, col)
        if cell in (self.sheet.xml.formulas or {}):
            return f"写的是公式“={(self.sheet.xml.formulas or {})[cell][:40]}”。请直接写值"
        if cell in self.sheet.xml.errors:
            return f"是错误值“{self.sheet.xml.errors[cell]}”。请重新填写"
        look = self.sheet.xml.looks.get(cell)
        return "有文字带删除线，看不出是不是还要。请删掉不要的文字，去掉删除线" if look and look.struck else ""
