"""Targets and actuals written in words, or in another unit than their row's, as both sides read them.

Imports ``engine``, ``form``, ``notation``. Which columns these are, and which hold their unit and nature, the form's own
NUM and SHOWN say. What the bureau approved is read so without a word: nobody but the bureau could mend it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xltool import notation
from xltool.engine.filled import Reading, ReadingKind
from xltool.form import Form, Issue, Key
from xltool.notation.spoken import measure


def worded(form: Form, issue: Issue, readings: Mapping[Key, Reading]) -> dict[Key, Reading]:
    """Return the readings that mean a figure or a day which only the bureau's side can read."""
    columns, targets = _columns(form)
    found: dict[Key, Reading] = {}
    for key, reading in readings.items():
        if key.id not in columns or reading.kind is not ReadingKind.VALUE or not isinstance(reading.value, str):
            continue
        unit, nature = (_text(readings, key, ident) for ident in columns[key.id])
        if not unit and key.id not in targets.values():
            unit = _written(readings, key, targets.get(columns[key.id][0], ""), reading.value)
        plain = notation.in_row(reading.value, unit, nature, issue.year or None)
        if plain is not None:
            note = "" if key in issue.locked else reading.note or plain[1]
            found[key] = replace(reading, value=plain[0], note=note)
    return found


def _columns(form: Form) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Text columns with the columns of their units and natures; by the units' column that of the targets."""
    calls = [call for bound in form.computed.values() for call in bound.field_calls]
    shown = [symbols for name, symbols in calls if name == "SHOWN" and len(symbols) > 4]
    natures = {symbols[1].id: symbols[4].id for symbols in shown}
    columns = {
        symbols[0].id: (symbols[1].id, natures.get(symbols[1].id, ""))
        for name, symbols in calls
        if name == "NUM" and len(symbols) > 1
    }
    return columns, {symbols[1].id: symbols[0].id for symbols in shown}


def _written(readings: Mapping[Key, Reading], key: Key, target: str, actual: str) -> str:
    """The unit written behind a row's target, where the row has none and its actual is in another one."""
    theirs, ours = measure(notation.fold(_text(readings, key, target))).unit, measure(notation.fold(actual)).unit
    return theirs if theirs and ours and theirs != ours else ""


def _text(readings: Mapping[Key, Reading], key: Key, ident: str) -> str:
    value = readings[key._replace(id=ident)].value if ident and key._replace(id=ident) in readings else ""
    return value if isinstance(value, str) else ""
