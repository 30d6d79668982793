"""What else was done to a workbook: information for the bureau, one finding per kind, never an accusation.

Imports ``locate``, ``values``, ``notices``. An untouched return, and one merely saved by another program, has
none of these; what a format cannot tell (.xls, .ods) is not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from xltool.findings import RESULT_SHEET, Finding
from xltool.form.definition.model import FieldType
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.print_layout import PrintLayout
from xltool.form.layout.workbook_layout import Address, Layout, Role
from xltool.notation import fold
from xltool.read import file_notices
from xltool.read.book.areas import Cell, covered
from xltool.read.book.values import RawBook
from xltool.read.returned.locate import FoundSheet

_FAR_ROWS, _FAR_COLS = 500, 60
_PROGRAMS = ("_xlfn", "_xlws", "_xleta", "_xlpm", "_ET", "ExternalData_", "Slicer_", "Sheet_Title")


def integrity(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> tuple[Finding, ...]:
    """Return what was changed beside the figures, in a fixed order."""
    return tuple(finding for part in _PARTS for finding in part(book, layout, sheets))


def _protection(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    del book, layout
    open_ones = [item.sheet.title for item in sheets if item.sheet.facts.protected is False]
    if open_ones:
        yield file_notices.NO_PROTECTION.finding(sheets=_some(open_ones))


def _validations(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    del book
    count, where = 0, []
    for source, item in zip(layout.inputs, sheets, strict=True):
        areas = item.sheet.facts.validations
        if areas is None:
            continue
        places = [
            place
            for box in source.boxes
            if box.role is Role.INPUT and box.field is not None
            if box.field.type is FieldType.CHOICE or box.field.is_number
            if (place := item.cell(box.row, box.col)) is not None
        ]
        still = covered(areas, places)
        gone = [Address(item.sheet.title, *place).a1 for place in places if place not in still]
        if gone:
            count += len(gone)
            where.append(f"“{item.sheet.title}”{'、'.join(gone[:3])}{'等' if len(gone) > 3 else ''}")
    if where:
        yield file_notices.NO_VALIDATION.finding(count=count, where=_some(where))


def _lists(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    """The bureau's own lists are used in any case; a difference explains why a department chose another word.

    A list of words for the rules only is offered to nobody: where it differs, the form was changed after the issue.
    """
    del sheets
    ours = book.sheet(layouts.LISTS)
    if ours is None:
        yield file_notices.LISTS_EDITED.finding(what="“选项”表不在了")
        return
    changed, cells = [], []
    offered = {str(info.field.choices) for info in layout.form.fields.values()}
    columns = {ours.text(0, col): col for _, col in ours.cells}
    for place, (name, words) in enumerate(layout.form.spec.lists.items()):
        if name not in offered:
            continue
        col = columns.get(str(name), place)
        for row, word in enumerate(words.words, start=1):
            if ours.text(row, col) != word:
                cells.append(Address(ours.title, row, col).a1)
                if name not in changed:
                    changed.append(str(name))
    if cells:
        yield file_notices.LISTS_EDITED.finding(ours.title, tuple(cells), what=_some(changed))


def _hidden(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    what: list[str] = []
    for source, item in zip(layout.inputs, sheets, strict=True):
        if item.sheet.hidden:
            what.append(f"工作表“{item.sheet.title}”")
        if item.sheet.facts.no_height:
            what.append(f"“{item.sheet.title}”没有设过行高的行")
        for box in source.boxes:
            place = item.cell(box.row, box.col) if box.role is Role.INPUT else None
            if place in item.sheet.cells and place and item.sheet.facts.hides(place):
                what.append(f"“{item.sheet.title}”{Address(item.sheet.title, *place).a1}")
    known = {*layout.computed_titles, RESULT_SHEET, *(item.sheet.title for item in sheets)}
    what += [f"工作表“{s.title}”" for s in book.sheets if s.hidden and s.title not in known and s.cells]
    if what:
        yield file_notices.HIDDEN_DATA.finding(what=_some(what))


def _foreign(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    del layout, sheets
    facts = book.facts
    what = [f"名称“{name[:40]}”" for name in facts.names if not name.startswith(_PROGRAMS)]
    what += [f"外部链接“{link.rpartition('/')[2][:40]}”" for link in facts.links]
    if what:
        yield file_notices.FOREIGN.finding(what=_some(what))


def _active(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    del layout, sheets
    if book.facts.active:
        yield file_notices.ACTIVE.finding(what=_some(book.facts.active))


def _comments(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    del layout, sheets
    if book.sheet(RESULT_SHEET) is not None:
        return
    if book.facts.comments:
        yield file_notices.COMMENTS.finding(count=book.facts.comments)


def _far(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    del book
    for source, item in zip(layout.inputs, sheets, strict=True):
        last_row = max(item.rows.values(), default=0) + len(layout.inputs) + _FAR_ROWS
        last_col = max(item.cols.values(), default=0) + _FAR_COLS
        far = sorted(place for place in item.sheet.cells if place[0] > last_row or place[1] > last_col)
        if far and source:
            cells = tuple(Address(item.sheet.title, *place).a1 for place in far[:20])
            yield file_notices.FAR_CELL.finding(item.sheet.title, cells, cell=cells[0])


def _floating(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    del book
    for source, item in zip(layout.inputs, sheets, strict=True):
        areas = item.sheet.facts.floating
        boxes = [box for box in source.boxes if box.role is Role.INPUT] if areas else ()
        places = sorted({place for box in boxes if (place := item.cell(box.row, box.col))})
        under = [p for p in places if any(a <= p[0] <= c and b <= p[1] <= d for a, b, c, d in areas)]
        if under:
            cells = tuple(Address(item.sheet.title, *place).a1 for place in under[:20])
            yield file_notices.FLOATING.finding(item.sheet.title, cells, where=_some(cells))


def _printed(book: RawBook, layout: Layout, sheets: Sequence[FoundSheet]) -> Iterator[Finding]:
    """The official form is signed and stamped, so it must show what was filled in, protected or not.

    Its fixed words first: where they are no longer in their places, rows were moved, and no cell can be named.
    """
    del sheets
    for form in layout.prints:
        sheet = book.sheet(form.title)
        if sheet is None or sheet.xml.formulas is None:
            continue
        cells, formulas = sheet.cells, sheet.xml.formulas
        # Some programs drop formulas that show nothing; a cell that holds something else now was overwritten.
        typed, issued = cells.keys() - formulas.keys(), _issued(form)
        if typed.isdisjoint(issued):
            continue
        lost = [place for place in issued if place in typed]
        fixed = [box for box in form.boxes if box.cell.text and not box.formula and box.cell.rows != "table"]
        moved = any(fold(sheet.text(box.row, box.col)) != fold(box.cell.text) for box in fixed)
        if moved and sum(place in formulas for place in issued) * 2 >= len(issued):
            continue  # rows were moved and the formulas with them
        named = () if moved else tuple(Address(form.title, *place).a1 for place in lost[:20])
        yield file_notices.PRINT_FORMULAS.finding(form.title, named, title=form.title, count=len(lost))


@lru_cache(maxsize=64)
def _issued(form: PrintLayout) -> tuple[Cell, ...]:
    """The cells that hold a formula: fixed ones, and all of the part whose length depends on what is filled in."""
    flow = form.flow
    rows = range(flow.top, flow.top + flow.room) if flow else ()
    flowing = ((row, col) for row in rows for col in range(len(form.source.widths)))
    return (*((box.row, box.col) for box in form.boxes if box.formula), *flowing)


def _some(words: Sequence[str]) -> str:
    shown = "、".join(words[:5])
    return shown if len(words) <= 5 else f"{shown}等 {len(words)} 处"


_PARTS: tuple[Callable[[RawBook, Layout, Sequence[FoundSheet]], Iterator[Finding]], ...] = (
    _protection,
    _validations,
    _lists,
    _hidden,
    _foreign,
    _active,
    _comments,
    _far,
    _floating,
    _printed,
)
