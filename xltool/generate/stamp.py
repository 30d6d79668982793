"""Many departments' workbooks of one structure: painted once, then only what differs is painted again.

Imports ``workbook``. Formulas, styles, layout and parts follow from the form and the rows; two departments differ in names,
approved figures and what follows from them. The steps that read any of that are done again (``generate.cells.steps``), with the
same code as the first time, and their cells replace those of the first workbook. Whatever would need more than
that is generated in full, so the bytes never depend on how a workbook came about. A newcomer would replace words in
the XML, and be wrong about lengths, counts and shared strings.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from xltool.engine.filled import from_values
from xltool.engine.formulas import Formulas
from xltool.engine.trace import WHOSE, Traced, followed
from xltool.form import Form, Issue
from xltool.form.layout import calculation_layout
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.workbook_layout import IDENTITY, column_letters
from xltool.generate.cells.steps import Step, Steps
from xltool.generate.pieces import packed, parts_of
from xltool.generate.sender import NOBODY, Sender
from xltool.generate.sheets import hidden
from xltool.generate.workbook import Painted, generate, properties
from xltool.writing.workbook import Strings, properties_xml, strings_xml

_SLOT = re.compile(r'<row r="(\d+)"[^>]*>|<c r="([A-Z]+\d+)"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
_BATCH = 32
_kept: dict[Hashable, Stamp] = {}
_STRING = re.compile(r'(<c [^>]* t="s"><v>)(\d+)</v></c>')


def structure(form: Form, issue: Issue) -> Hashable:
    """What two shapes have in common whose workbooks differ in values alone."""
    defaults = frozenset(key for key in issue.prefill if form.fields[key.id].field.default)
    rows = tuple(tuple(sorted(tables.items())) for tables in (issue.tables, *(one.tables for one in issue.projects)))
    return issue.form, issue.version, issue.year, rows, issue.locked, defaults


def batches(form: Form, issues: Sequence[Issue]) -> list[list[Issue]]:
    """Sort shapes by structure, in the order in which structures occur: what ``generated`` should get at a time."""
    groups: dict[Hashable, list[Issue]] = {}
    for issue in issues:
        groups.setdefault(structure(form, issue), []).append(issue)
    return [group[at : at + _BATCH] for group in groups.values() for at in range(0, len(group), _BATCH)]


def generated(form: Form, issues: Sequence[Issue], sender: Sender = NOBODY) -> Iterator[bytes]:
    """Generate the workbooks of a batch. The structure stays for the next batch of this process."""
    known = (form, structure(form, issues[0]), sender) if issues else None
    if len(issues) == 1 and known not in _kept:  # to remember how it is painted takes longer than to paint it
        yield generate(form, issues[0], sender)
        return
    for issue in issues:
        if known not in _kept:
            _kept.clear()
            _kept[known] = Stamp(form, issue, sender)
            yield _kept[known].first
        else:
            yield _kept[known].workbook(issue)


class _OtherwiseError(Exception):
    """More differs than values."""


@dataclass(slots=True)
class _Page:
    """The XML of a sheet in pieces. ``cells``, ``rows``: where they are; ``texts``: which shared string a cell holds."""

    name: str
    sheet: Any
    pieces: list[str] = field(default_factory=list)
    cells: dict[str, int] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    texts: dict[int, tuple[str, int]] = field(default_factory=dict)

    def cut(self, xml: str) -> None:
        """Take the sheet as it was written first."""
        end = 0
        for found in _SLOT.finditer(xml):
            self.pieces += (xml[end : found.start()], found[0])
            end, at = found.end(), len(self.pieces) - 1
            if found[1]:
                self.rows[int(found[1]) - 1] = at
                continue
            self.cells[found[2]] = at
            if text := _STRING.fullmatch(found[0]):
                self.texts[at] = text[1], int(text[2])
        self.pieces.append(xml[end:])

    def changed(self, steps: Sequence[_Done], moved: Mapping[int, int]) -> str | None:
        """Return the sheet after some steps; None if it is as before. ``moved``: shared strings with another number."""
        new: dict[int, str] = {}
        for done in steps:
            for (row, col), cell in done.changed.items():
                new[self.cells[f"{column_letters(col)}{row + 1}"]] = self.sheet.cell_xml(row, col, cell)
            for row, info in done.rows.items():
                at = self.rows[row]
                new[at] = self.sheet.row_xml(row, info, empty=self.pieces[at].endswith("/>"))
        if moved:
            for at, (head, number) in self.texts.items():
                if at not in new and number in moved:
                    new[at] = f"{head}{moved[number]}</v></c>"
        if all(self.pieces[at] == piece for at, piece in new.items()):
            return None
        pieces = self.pieces.copy()
        for at, piece in new.items():
            pieces[at] = piece
        return "".join(pieces)


@dataclass(frozen=True, slots=True)
class _Done:
    """What a step wrote when it was done again; ``value``: what it returned the first time."""

    step: Step[Any]
    value: Any
    rows: Mapping[int, Any]
    strings: tuple[int, int]
    changed: Mapping[tuple[int, int], Any]


def _changed(was: Mapping[int, Mapping[int, Any]], now: Mapping[int, Mapping[int, Any]]) -> dict[tuple[int, int], Any]:
    """The cells of a step that are not as they were: in the same places, with the same formulas.

    The blank cells of merged areas are written the first time only.
    """
    changed = {}
    for row, line in now.items():
        before = was.get(row, {})
        for col, cell in line.items():
            if (old := before.get(col)) is None:
                raise _OtherwiseError
            if cell is not old and not _same(cell, old):
                if _formula(cell) != _formula(old):
                    raise _OtherwiseError
                changed[row, col] = cell
    for row, line in was.items():
        again = now.get(row, {})
        if len(line) != len(again) and any(
            cell.__class__.__name__ != "Blank" for col, cell in line.items() if col not in again
        ):
            raise _OtherwiseError
    return changed


def _same(cell: Any, was: Any) -> bool:
    """Whether a cell is as it was: 1, 1.0 and True are equal, but not written alike."""
    return len(cell) == len(was) and all(
        one is other or (one == other and str(one) == str(other)) for one, other in zip(cell, was, strict=True)
    )


def _formula(cell: Any) -> str | None:
    return getattr(cell, "formula", None)


class Stamp:
    """One structure. ``first``: the workbook of the shape it was made from."""

    def __init__(self, form: Form, issue: Issue, sender: Sender = NOBODY) -> None:
        self.form, self.sender = form, sender
        self._base = Traced(form, from_values(form, issue, {}))
        layout = layouts.build(form, issue)
        self._formulas = Formulas(layout, calculation_layout.plan(layout), self._base)
        self._steps = Steps(self._base)
        self._painted = Painted(self._formulas, self._steps, sender)
        self._parts = {part.info.filename: part for part in parts_of(self._painted.close())}
        self.first = packed(self._parts.values())
        self._order = self._base.order()
        base = self._steps.strings
        self._varying = list(base.numbers.items())[len(base.fixed) :]
        self._formats = len(self._painted.styles.made)
        self._known: dict[str, str] = {}
        self._pages = []
        for number, (title, sheet) in enumerate(self._painted.sheets.items(), start=1):
            page = _Page(f"xl/worksheets/sheet{number}.xml", sheet)
            if title == IDENTITY:
                self._identity = page
            else:
                page.cut(self._parts[page.name].content.decode())
                self._pages.append(page)
            sheet.blank()
            sheet.steps, sheet.again = None, True

    def workbook(self, issue: Issue) -> bytes:
        """Return the workbook of another shape of the same structure, byte for byte as ``generate`` makes it."""
        try:
            changed = dict(self._changed(issue))
        except _OtherwiseError:
            return generate(self.form, issue, self.sender)
        return packed(
            part.of(changed[name].encode()) if name in changed else part for name, part in self._parts.items()
        )

    def _changed(self, issue: Issue) -> Iterator[tuple[str, str]]:
        """The parts that are not as in the first workbook."""
        now, differs = followed(self._base, self._order, from_values(self.form, issue, {}))
        differs.add(WHOSE)
        self._formulas.follow(now)
        base, done = self._steps.strings, list[_Done]()
        strings = Strings(base.fixed, base.times)
        for sheet in self._painted.sheets.values():
            sheet.str_table = strings
        try:
            for step in self._steps.all:
                if not differs.isdisjoint(step.reads):
                    done.append(self._again(step, strings))
                    if step.value != done[-1].value:
                        differs.add(step)
            yield from self._written(issue, strings, done)
        finally:
            self._formulas.follow(self._base)
            for one in done:
                one.step.value = one.value
            for sheet in self._painted.sheets.values():
                sheet.blank()

    def _again(self, step: Step[Any], strings: Strings) -> _Done:
        begin, was = len(strings.varying), step.value
        step.sheet.blank()
        step.value = strings.vary(step.work)
        if step.rows.keys() != step.sheet.row_info.keys():
            raise _OtherwiseError
        changed = _changed(step.cells, step.sheet.table)
        return _Done(step, was, step.sheet.row_info, (begin, len(strings.varying)), changed)

    def _written(self, issue: Issue, strings: Strings, done: Sequence[_Done]) -> Iterator[tuple[str, str]]:
        if len(self._painted.styles.made) != self._formats:
            raise _OtherwiseError
        identity, begin = self._identity.sheet, len(strings.varying)
        identity.afresh()
        strings.vary(partial(hidden.paint_identity, identity, self._formulas.layout, issue))
        texts, end, first = list[str](), 0, self._steps.strings.varying
        for one in done:
            texts += first[end : one.step.strings[0]] + strings.varying[one.strings[0] : one.strings[1]]
            end = one.step.strings[1]
        texts += first[end : self._painted.before_identity] + strings.varying[begin:]
        strings.number(texts)
        moved = {old: strings.numbers.get(text, -1) for text, old in self._varying}
        moved = {old: new for old, new in moved.items() if new != old}
        for page in self._pages:
            xml = page.changed([one for one in done if one.step.sheet is page.sheet], moved)
            if xml is not None:
                yield page.name, xml
        yield self._identity.name, identity.xml()
        yield "xl/sharedStrings.xml", strings_xml(strings, self._known)
        properties(self._painted.book, self.form, issue)
        yield from zip(("docProps/core.xml", "docProps/custom.xml"), properties_xml(self._painted.book), strict=True)
