"""One returned file becomes a filled form with findings about how it was read.

The order of the gates: package, identity, form, issue, sheets, cells. The bureau's own copy of what was
issued wins over what the file says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from xltool import notation
from xltool.engine.filled import FilledForm, Reading, ReadingKind, default_readings, read_value
from xltool.findings import Finding
from xltool.form import Form, Issue, Key
from xltool.form.definition.model import Field
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.issues import Issues
from xltool.form.layout.workbook_layout import Address, Box, Layout, Placed, Role
from xltool.notation import fold
from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import Refused
from xltool.read import file_notices
from xltool.read.book.areas import Cell
from xltool.read.book.cell_looks import DATE, MONTH, PERCENT, PLAIN, Look
from xltool.read.book.opening import open_book
from xltool.read.book.values import PICTURE, Percent, Raw, RawBook
from xltool.read.returned.file_names import departments_named, speaks_of
from xltool.read.returned.identity import Identity, doubt, identify, issue_of
from xltool.read.returned.integrity import integrity
from xltool.read.returned.latest import blank, refuse_foreign, superseded
from xltool.read.returned.locate import FoundSheet, locate, marked_sheets
from xltool.read.returned.relaid import absent, arrange, blocks_known, check_headings, fitting, said
from xltool.read.worded import worded

_QUOTED = 40
"""Characters of a text that a notice about single characters still quotes; longer ones are for people to read."""
_PICTURE = ("=DISPIMG(", "_xlfn.DISPIMG(", "DISPIMG(", "_xlfn.IMAGE(", "IMAGE(")
"""How WPS, and Excel's function, keep a picture in a cell."""
_LOST_ZERO = re.compile(r"20[0-9]{2}\.1\Z")
"""A number that was perhaps typed as a month: 2022.10 becomes 2022.1."""
_MOST_PROJECTS = 200


@dataclass(frozen=True, slots=True)
class ReadResult:
    """``layout`` and ``filled`` are None if the file had to be refused; ``findings`` then say why."""

    findings: tuple[Finding, ...]
    layout: Placed | None = None
    filled: FilledForm | None = None
    identity: Identity | None = None


def read(
    data: bytes,
    form_of: Callable[[str], Form | None],
    issued: Issues | None = None,
    name: str = "",
    limits: Limits = LIMITS,
) -> ReadResult:
    """Read one returned file.

    Args:
        data: the file's bytes.
        form_of: gives a form by id, None if unknown.
        issued: the issues of the campaign, by issue id; None outside a campaign.
        name: the file's name, only to recognise unfinished downloads.
        limits: the gate's settings.
    """
    identity = None
    try:
        book = open_book(data, name, limits)
        identity = identify(book, issued)
        form, issue = _form_and_issue(identity, form_of, issued)
        result = _read_cells(book, layouts.build(form, issue), identity)
    except Refused as refused:
        return ReadResult((refused.finding,), identity=_proven(identity, issued))
    result = _held_against_issues(form, result, issued)
    names = issued.names if issued else {}
    what = doubt(identity, issue) or _other_cover(result, names) or _other_name(name, issue, names)
    if not what:
        return result
    held = file_notices.UNCONFIRMED.finding(department=issue.department_name[:40], what=what)
    return replace(result, findings=(held, *result.findings))


def _held_against_issues(form: Form, result: ReadResult, issued: Issues | None) -> ReadResult:
    """What was issued last decides what has to be answered; a workbook nobody has touched is no answer."""
    filled = result.filled
    if filled is None:
        return result
    if blank(form, filled):
        return replace(result, findings=(file_notices.BLANK.finding(), *result.findings))
    finding, issue = superseded(form, filled.issue, issued)
    if finding is None:
        return result
    return replace(result, findings=(finding, *result.findings), filled=replace(filled, issue=issue))


def _other_name(name: str, issue: Issue, names: Mapping[str, str]) -> str:
    """One department's answers in the workbook of another: in words, ``""`` unless the file's name says so."""
    if len(names) < 2 or speaks_of(name, issue.department, issue.department_name):
        return ""
    code = departments_named(names, [name]).get(name, "")
    return f"文件名写的是“{names[code][:40]}”" if code and code != issue.department else ""


def _form_and_issue(
    identity: Identity, form_of: Callable[[str], Form | None], issued: Issues | None
) -> tuple[Form, Issue]:
    form = form_of(identity.form)
    refuse_foreign(identity, form, issued, form_of)
    if form is None:
        raise Refused(file_notices.UNKNOWN_FORM.finding(form=identity.form[:40]))
    if identity.version != form.spec.version:
        raise Refused(
            file_notices.OTHER_VERSION.finding(form=identity.form, theirs=identity.version[:20], ours=form.spec.version)
        )
    if issued is None:
        return form, _fitting(form, issue_of(identity))
    if identity.issue_id not in issued:
        raise Refused(file_notices.NOT_ISSUED.finding(department=identity.department[:40] or "部门不明"))
    issue = issued[identity.issue_id]
    if (identity.form, identity.version) != (issue.form, issue.version):
        raise Refused(file_notices.TAMPERED.finding())
    return form, fitting(form, issue)


def _fitting(form: Form, issue: Issue) -> Issue:
    """An issue from a file must fit the form: no unknown fields, tables or blocks, no absurd size."""
    keys_fit = all(0 <= key.project <= len(issue.projects) for key in issue.prefill)
    if not keys_fit or len(issue.projects) > _MOST_PROJECTS:
        raise Refused(file_notices.TAMPERED.finding())
    if issue.layout:  # issued since layouts have fingerprints: a misfit comes from a change of the form
        return fitting(form, issue)
    if not blocks_known(form, issue) or any(key.id not in form.fields for key in issue.prefill):
        raise Refused(file_notices.TAMPERED.finding())
    return issue


def _proven(identity: Identity | None, issued: Issues | None) -> Identity | None:
    """The identity of a file that was refused, unless it may be somebody else's: then it is nobody's."""
    issue = issued.get(identity.issue_id) if identity is not None and issued else None
    return None if identity is not None and issue is not None and doubt(identity, issue) else identity


def _other_cover(result: ReadResult, names: Mapping[str, str]) -> str:
    """A copy of another department's workbook with a new name on its cover: in words, ``""`` if it is none."""
    if result.layout is None or result.filled is None:
        return ""
    own = result.layout.issue
    for finding in result.findings:
        if finding.code != file_notices.LOCKED_CHANGED.code:
            continue
        seen = fold(finding.seen)
        if seen in (fold(own.department), fold(own.department_name)):
            continue
        for code, name in names.items():
            if code != own.department and seen in (fold(code), fold(name)):
                return f"表上写着“{name[:40]}”"
    return ""


def _read_cells(book: RawBook, layout: Layout, identity: Identity) -> ReadResult:
    findings: list[Finding] = [identity.finding] if identity.finding else []
    readings: dict[Key, Reading] = {}
    sheets: list[FoundSheet] = []
    arrangement = arrange(layout, identity)
    there = arrangement.layout
    marked = marked_sheets(book, there)
    for sheet in there.inputs:
        located = locate(book, sheet, marked)
        if located is None:
            raise Refused(file_notices.NO_SHEET.finding(title=sheet.title))
        sheets.append(located)
        findings += located.findings
        for box in sheet.boxes:
            if box.key is not None:
                located.reordered |= arrangement.relaid  # what formulas of another form show is not compared
                reading = _box(layout, located, box, box.key, findings)
                unread = box.key.id in arrangement.changed and box.role is Role.INPUT
                readings[box.key] = Reading(address=reading.address) if unread else reading
    if arrangement.by_headings:
        findings += check_headings(arrangement, sheets)
    findings += said(layout, arrangement, sheets, marked)
    findings += integrity(book, there, sheets)
    readings |= absent(layout, arrangement, readings)
    readings |= default_readings(layout.form, layout.issue, readings)
    readings |= worded(layout.form, layout.issue, readings)
    return ReadResult(tuple(findings), there, FilledForm(layout.issue, MappingProxyType(readings)), identity)


def _box(layout: Layout, located: FoundSheet, box: Box, key: Key, findings: list[Finding]) -> Reading:
    """Read one cell. Merged boxes are looked through: some programs move the value to another of their cells."""
    item = layout.form.fields[key.id].field
    place = located.cell(box.row, box.col)
    if place is None:
        return Reading()
    title, sheet = located.sheet.title, located.sheet
    address = Address(title, *place)
    formula = (sheet.xml.formulas or {}).get(place)
    error = sheet.xml.errors.get(place)
    raw: Raw = sheet.cells.get(place, "")
    if box.role is Role.INPUT and raw == "" and formula is None and error is None:
        place, raw = _elsewhere(located, box, place)
        anchor = located.anchors.get(place, place)
        if anchor != place:  # under a merge of the department's own: what it shows there stands in its first cell
            place, raw = anchor, raw if item.is_number or not key.row else sheet.cells.get(anchor, raw)
        address = Address(title, *place)
    if item.compute:
        # What is shown there, taken as it is; it only serves to tell whether it agrees with our result.
        ours = formula is not None or sheet.xml.formulas is None
        if ours and located.reordered:
            return Reading(address=address, formula=True)  # our formula shows the result of the row that stood here
        return Reading(
            raw if isinstance(raw, Decimal) else str(raw), notation.text_of(raw), address=address, formula=ours
        )
    if box.role is not Role.INPUT:
        reading = read_value(item, raw, address)
        if formula is not None:
            reading = replace(reading, formula=True)
        return (
            _locked(layout, key, reading, item.name, findings)
            if box.role is Role.CONSTANT and not box.text
            else reading
        )
    if (isinstance(raw, str) and raw.startswith(_PICTURE)) or (formula or "").startswith(_PICTURE):
        return Reading(notation.UNREADABLE, "", ReadingKind.ERROR, problem="嵌在格里的图片", address=address)
    if error is not None:
        typed, problem = ("", error) if error == PICTURE else (error, "")
        return Reading(notation.UNREADABLE, typed, ReadingKind.ERROR, "", problem, address, formula is not None)
    if formula is not None and item.default and formula.lstrip("= ").upper().startswith("IFERROR("):
        return Reading(kind=ReadingKind.DEFAULT, typed=notation.text_of(raw), address=address, formula=True)
    if (
        sheet.xml.formulas is None
        and item.default
        and item.choices
        and raw not in layout.form.spec.lists[item.choices].words
    ):
        # .xls cannot hold our longer formulas and keeps a 0 in their place.
        return Reading(kind=ReadingKind.DEFAULT, address=address)
    reading = _understood(item, raw, address, sheet.xml.looks.get(place, PLAIN))
    if formula is not None:
        notice = file_notices.FORMULA if reading.typed else file_notices.NO_RESULT
        findings.append(
            notice.finding(title, (address.a1,), item.name, reading.typed[:200], typed=_short(reading.typed))
        )
        return replace(reading, formula=True)
    return reading


def _understood(item: Field, raw: Raw, address: Address, look: Look) -> Reading:
    """A text cell pasted over from elsewhere may hold 1 with a percent format: people see, and mean, 100%."""
    plain = notation.unified(raw) if isinstance(raw, str) else raw
    if isinstance(raw, Percent) and not item.is_number:
        reading = replace(read_value(item, raw.shown, address), note=f"以百分比格式存放，按 {raw.shown} 读取")
    elif isinstance(raw, str) and (seen := _day_seen(item, raw, look)):
        reading = replace(read_value(item, seen[0], address), note=seen[1])
    elif plain != raw and isinstance(plain, str) and isinstance(raw, str):
        note = (
            f"里面有看不见的字符、少见的空格或形近的字，按“{_short(plain.strip())}”读取"
            if len(plain) <= _QUOTED
            else ""
        )
        reading = replace(read_value(item, plain, address), typed=raw, note=note)
    else:  # the format has been looked at; from here on it is a number like any other
        reading = read_value(item, Decimal(raw) if isinstance(raw, Percent) else raw, address)
    if look.struck and reading.typed:
        reading = replace(reading, struck=look.struck)
    if isinstance(raw, Decimal) and not item.is_number and _LOST_ZERO.match(reading.typed):
        reading = replace(reading, shown=f"{reading.typed}0")
    elif isinstance(raw, Decimal) and raw and look.kind != DATE and (look.code or look.text or look.kind == PERCENT):
        shown = look.shown(raw)
        if shown != reading.typed:
            reading = replace(reading, shown=shown)
    return reading


def _day_seen(item: Field, raw: str, look: Look) -> tuple[str, str] | None:
    """A date cell that shows another thing than its day: no day at all, or an hour too; what is read, and the note."""
    if look.kind != DATE or (item.is_number and not item.is_date):
        return None
    day, _, time = raw.partition(" ")
    if look.code == MONTH and day.endswith("-01") and not time:
        month = f"{day[:4]}年{int(day[5:7])}月"
        return month, f"是日期格式，只显示到月，按 {notation.read_deadline(month)} 读取"
    return (day, f"还有时刻，按 {day} 读取") if time and day.count("-") == 2 else None


def _elsewhere(located: FoundSheet, box: Box, place: Cell) -> tuple[Cell, Raw]:
    for row in range(box.rows):
        for col in range(box.cols):
            other = (place[0] + row, place[1] + col)
            if located.sheet.cells.get(other, "") != "":
                return other, located.sheet.cells[other]
    return place, ""


def _locked(layout: Layout, key: Key, reading: Reading, name: str, findings: list[Finding]) -> Reading:
    """What the bureau fixed stays as it was issued; a change is reported."""
    ours = read_value(layout.form.fields[key.id].field, layout.issue.prefill[key], reading.address)
    if reading.value != ours.value and reading.address is not None:
        cell, seen = reading.address, _short(reading.typed) or "空"
        findings.append(
            file_notices.LOCKED_CHANGED.finding(
                cell.sheet, (cell.a1,), name, seen, ours.typed, ours=_short(ours.typed), now=seen
            )
        )
    return ours


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
