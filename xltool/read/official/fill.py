"""From matched cells to a filled form. Imports ``match``, ``spoken``, ``place``, ``engine``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from xltool import notation
from xltool.engine.filled import Reading, ReadingKind, read_value
from xltool.findings import Finding
from xltool.form import Form, Key
from xltool.form.definition.model import Field, FieldType
from xltool.form.layout.workbook_layout import Address
from xltool.notation.spoken import measure
from xltool.notation.words import NONES, SIGN_OF
from xltool.read.official import official_notices
from xltool.read.official.labels import squeeze
from xltool.read.official.matching.lines import LineCell
from xltool.read.official.matching.state import Match, Taken

YUAN = Decimal(10_000)
_NATURES = {
    "正向": "≥",
    "正向指标": "≥",
    "反向": "≤",
    "反向指标": "≤",
    "负向": "≤",
    "负向指标": "≤",
    "定性指标": "定性",
    "≧": "≥",
    "≦": "≤",
}
_NUMBERED = re.compile(r"^指标[0-9]*[:.、]? ?")
"""What a form prints before the name of an indicator: 指标1：/ is a row that is not used."""
_MONEY = re.compile("资金|预算|尾款|付款|支付|未付|拨付|拨款|结余|结转|结算")
_NOT_BEGUN = re.compile("招标|招投标|采购|审批|批复|审核同意|开工|停工|暂停|暂缓|未实施|未启动")
_BEHIND = re.compile("未|较晚|较慢|滞后|缓慢|延迟|推迟|推后|不足|不到位|列入下年|跨年")
"""What is said of money that was not spent as planned."""
_SENTENCE = 10
_TICKS, _BOXES = "☑√■☒✓✔", "□☐口"
_FEW = 4
"""So many figures in the column of reasons, and no points at all, are a column shift and not a coincidence."""


def readings_of(form: Form, match: Match) -> tuple[dict[Key, Reading], list[Finding]]:
    """Return a reading for every field that was found, and what there is to say about how."""
    findings: list[Finding] = []
    shifted = _shifted(form, match, findings)
    readings: dict[Key, Reading] = {}
    for taken in shifted:
        for key, reading in _readings(form, taken):
            old = readings.get(key)
            if old is None or (old.kind is ReadingKind.BLANK and reading.kind is not ReadingKind.BLANK):
                readings[key] = reading
    _without_units(shifted, readings)
    _reasons_apart(form, match, readings)
    _reason_of_money(form, match, readings)
    if any(
        taken.yuan and form.fields[taken.piece.field].field.unit == "万元" for taken in shifted if taken.piece.field
    ):
        first = next(t for t in shifted if t.yuan and t.piece.field and form.fields[t.piece.field].field.unit == "万元")
        findings.append(official_notices.IN_YUAN.finding(first.spot.address.sheet, (first.spot.address.a1,)))
    for spot in match.scored:
        seen = squeeze(spot.text)
        findings.append(
            official_notices.SCORED_SOURCE.finding(spot.address.sheet, (spot.address.a1,), "", seen, "—", what=seen)
        )
    return readings, findings


def _reasons_apart(form: Form, match: Match, readings: dict[Key, Reading]) -> None:
    """A reason written in a box of its own below the table is the reason of every row that has none, and of the rate."""
    for project, spot in match.reasons.items():
        if squeeze(spot.text) in NONES:
            continue
        for item in (item for item in form.spec.scoring.items if item.reason):
            rows = range(1, len(match.rows.get(project, ())) + 1) if item.table else (0,)
            for key in (Key(project, form.ids[item.reason], row) for row in rows):
                if key not in readings or readings[key].kind is ReadingKind.BLANK:
                    text = notation.fold(spot.text)
                    readings[key] = Reading(text, spot.text.strip(), ReadingKind.VALUE, "", "", spot.address)


def _reason_of_money(form: Form, match: Match, readings: dict[Key, Reading]) -> None:
    """Where the form has no box for it, the reason of the rate is what is said elsewhere about money that was not spent.

    The reason of a row that speaks of money; where nothing was spent at all, the one that says
    why nothing was begun; else a text beside the table.
    """
    columns = {form.ids[item.reason] for item in form.spec.scoring.items if item.table and item.reason}
    rows = [(key.project, reading) for key, reading in sorted(readings.items()) if key.id in columns]
    beside = [_text(spot) for spot in match.unplaced if match.projects == 1 and _says_unspent(spot.text)]
    for item in (item for item in form.spec.scoring.items if not item.table and item.reason):
        ident, actual = form.ids[item.reason], form.ids.get(item.actual, "")
        for project in range(1, match.projects + 1):
            own = Key(project if form.fields[ident].per_project else 0, ident)
            if own in readings and readings[own].kind is not ReadingKind.BLANK:
                continue
            said = [reading for of, reading in rows if of == project and squeeze(reading.typed) not in ("", *NONES)]
            spent = readings.get(Key(project, actual))
            why = (_MONEY, _NOT_BEGUN) if spent is not None and spent.value == 0 else (_MONEY,)
            found = [*(one for words in why for one in said if words.search(one.typed)), *beside]
            if found:
                readings[own] = found[0]


def _says_unspent(text: str) -> bool:
    """Whether a sentence says of money that it was not spent as planned."""
    return len(squeeze(text)) >= _SENTENCE and bool(_MONEY.search(text) and _BEHIND.search(text))


def _text(spot: LineCell) -> Reading:
    return Reading(notation.fold(spot.text), spot.text.strip(), ReadingKind.VALUE, "", "", spot.address)


def _without_units(every: Sequence[Taken], readings: dict[Key, Reading]) -> None:
    """An actual written with its row's unit is the figure."""
    for taken in every:
        if taken.piece.shown is None or taken.piece.shown[2]:
            continue
        key = Key(taken.project, taken.piece.field, taken.row)
        unit, reading = readings.get(key._replace(id=taken.piece.shown[1])), readings.get(key)
        if unit is None or reading is None or not isinstance(reading.value, str) or not isinstance(unit.value, str):
            continue
        figure = reading.value.removesuffix(unit.value).strip()
        if unit.value and figure != reading.value and notation.read_number(figure, "").value is not None:
            readings[key] = replace(reading, value=figure)


def stated_of(form: Form, match: Match) -> dict[tuple[int, str], Decimal]:
    """Return the parameters as they are written on the form."""
    stated: dict[tuple[int, str], Decimal] = dict(match.written)
    for taken in match.taken:
        if taken.piece.parameter and not taken.row:
            number = notation.read_number(taken.spot.text, "分").value
            if number is not None:
                stated[taken.project, taken.piece.parameter] = number
    names = {str(level.name): str(level.points) for table in form.project_tables.values() for level in table.levels}
    ids = {str(parameter.name): str(parameter.id) for parameter in form.spec.parameters}
    shared = Counter(names.values())
    for (project, level), points in match.points.items():
        stated[project, level] = points
        if names.get(level) and shared[names[level]] == 1:  # one parameter for all levels is not the points of one
            stated[project, ids[names[level]]] = points
    return stated


def _readings(form: Form, taken: Taken) -> Iterator[tuple[Key, Reading]]:
    piece, spot = taken.piece, taken.spot
    if not piece.field:
        return
    info = form.fields[piece.field]
    key = Key(taken.project if info.per_project else 0, piece.field, taken.row if info.table else 0)
    if piece.shown is not None:
        text_id, unit_id, nature_id = piece.shown
        yield from _shown(taken, key, text_id, unit_id, nature_id)
    elif info.field.type is FieldType.MULTIPLE:
        yield key, _several(form.spec.lists[info.field.choices].words, spot)
    elif info.field.choices and info.table:
        yield key, _nature(spot)
    elif info.field.choices:
        yield key, _chosen(form.spec.lists[info.field.choices].words, spot)
    elif not info.field.is_number and info.table and _beside_of_shown(form, piece.field):
        yield key, _measured(spot)
    else:
        yield key, number_or_text(info.field, spot.text, spot.address, spot.number, taken.yuan)


def number_or_text(
    item: Field, text: str, address: Address, number: Decimal | None = None, yuan: bool = False
) -> Reading:
    """Read a cell or a figure of a text as a field."""
    if not item.is_number:
        plain = "\n".join(line.strip() for line in text.strip().split("\n"))
        if (sign := _NUMBERED.sub("", notation.fold(text))) in NONES and sign != "无":
            plain = ""
        return replace(read_value(item, plain, address), typed=plain)
    if item.is_date:
        return read_value(item, text.strip(), address)
    raw: Decimal | str = text
    if number is not None and ("%" not in text or item.unit == "%"):
        raw = number
    squeezed = squeeze(text)
    if raw is text and item.unit == "分":
        raw = squeezed.removesuffix("分") or text
    if yuan and item.unit == "万元":
        read = notation.read_number(raw, "元")
        if read.value is not None:
            return Reading(read.value / YUAN, text.strip(), ReadingKind.VALUE, "", "", address)
    if raw is text:
        raw = squeezed
    reading = read_value(item, raw, address)
    typed = text.strip() or reading.typed
    note = "" if reading.note.startswith(notation.STORED_AS_TEXT) else reading.note
    return replace(reading, typed=typed, note=note)


def _shown(taken: Taken, key: Key, text_id: str, unit_id: str, nature_id: str) -> Iterator[tuple[Key, Reading]]:
    """A target or actual written as one: its sign, figure and unit are fields of their own."""
    spot, address = taken.spot, taken.spot.address
    found = measure(spot.text)
    typed = spot.text.strip()
    if not nature_id:  # an actual keeps its unit and sign: the rules look at them
        yield key, _measured(spot)
        return
    nature = taken.nature and _NATURES.get(
        squeeze(taken.nature), SIGN_OF.get(squeeze(taken.nature), squeeze(taken.nature))
    )
    text = found.text
    kind = ReadingKind.VALUE if notation.fold(text) else ReadingKind.BLANK
    yield Key(key.project, text_id, key.row), Reading(notation.fold(text), typed, kind, found.note, "", address)
    if not squeeze(taken.unit) and found.unit:
        yield Key(key.project, unit_id, key.row), Reading(found.unit, found.unit, ReadingKind.VALUE, "", "", address)
    if not nature and found.nature:
        yield (
            Key(key.project, nature_id, key.row),
            Reading(found.nature, found.nature, ReadingKind.VALUE, "", "", address),
        )


def _measured(spot: LineCell) -> Reading:
    """An actual: as it stands, unless it is written in words."""
    found, typed = measure(spot.text), spot.text.strip()
    text = f"{found.nature}{found.text}{found.unit}" if found.note else notation.fold(typed)
    return Reading(text, typed, ReadingKind.VALUE if text else ReadingKind.BLANK, found.note, "", spot.address)


def _nature(spot: LineCell) -> Reading:
    text = squeeze(spot.text)
    word = _NATURES.get(text, SIGN_OF.get(text, text))
    return Reading(word, spot.text.strip(), ReadingKind.VALUE if word else ReadingKind.BLANK, address=spot.address)


def _several(words: Sequence[str], spot: LineCell) -> Reading:
    """The ticked ones of several words with boxes; without boxes, what is written."""
    text = squeeze(spot.text)
    boxed = any(box in text for box in (*_TICKS, *_BOXES))
    after = any(f"{squeeze(word)}{box}" in text for word in words for box in (*_TICKS, *_BOXES)) and (
        text[:1] not in (*_TICKS, *_BOXES)
    )
    ticked = [
        word
        for word in words
        if any((f"{squeeze(word)}{t}" if after else f"{t}{squeeze(word)}") in text for t in _TICKS)
    ]
    said = "、".join(ticked) if boxed else spot.text.strip()
    return Reading(notation.fold(said), said, ReadingKind.VALUE if said else ReadingKind.BLANK, address=spot.address)


def _chosen(words: Sequence[str], spot: LineCell) -> Reading:
    """One of several words with boxes to tick; nothing where no tick can be told."""
    text = squeeze(spot.text)
    named = [word for word in words if squeeze(word) in text]
    grade = re.sub(r"^[(（]|[)）]$|等次?$|级$", "", text)
    if found := next((word for word in words if grade in (f"{word}秀", f"{word}好", f"{word}等")), ""):
        return Reading(notation.fold(found), found, ReadingKind.VALUE, address=spot.address)
    ticked = [
        word
        for word in named
        if any(f"{squeeze(word)}{box}" in text or f"{box}{squeeze(word)}" in text for box in _TICKS)
    ]
    several = len(named) > 1 or any(box in text for box in (*_TICKS, *_BOXES)) or re.search(r"2[、.]", text)
    word = ticked[0] if len(ticked) == 1 else "" if several else spot.text.strip()
    return Reading(notation.fold(word), word, ReadingKind.VALUE if word else ReadingKind.BLANK, address=spot.address)


def _beside_of_shown(form: Form, ident: str) -> bool:
    """Whether a text column is a target or actual, by the form's own NUM of it."""
    return any(
        name == "NUM" and symbols[0].id == ident
        for bound in form.computed.values()
        for name, symbols in bound.field_calls
    )


def _shifted(form: Form, match: Match, findings: list[Finding]) -> Sequence[Taken]:
    """Points that stand in the column of the reasons while their own column is blank are points."""
    result = list(match.taken)
    for item in (item for item in form.spec.scoring.items if item.table and item.reason and item.self):
        points, reason = form.ids[item.self], form.ids[item.reason]
        for project in range(1, match.projects + 1):
            mine = [(i, t) for i, t in enumerate(result) if t.project == project and t.row]
            own = [t for _, t in mine if t.piece.field == points]
            other = [(i, t) for i, t in mine if t.piece.field == reason and not t.spot.blank]
            figures = [(i, t) for i, t in other if _figure(t.spot.text)]
            if not own or any(not t.spot.blank for t in own) or len(figures) < _FEW or len(figures) < len(other):
                continue
            places = {t.row: t for t in own}
            for index, taken in figures:
                result[index] = replace(taken, piece=places[taken.row].piece)
                result.append(replace(places[taken.row], piece=taken.piece))
            spots = [t.spot.address for _, t in figures]
            findings.append(official_notices.SHIFTED.finding(spots[0].sheet, tuple(spot.a1 for spot in spots[:20])))
    return result


def _figure(text: str) -> bool:
    return notation.read_number(squeeze(text), "分").value is not None


def places_of(readings: Mapping[Key, Reading]) -> dict[Key, Address]:
    """Return where the fields stand."""
    return {key: reading.address for key, reading in readings.items() if reading.address is not None}
