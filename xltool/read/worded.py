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


def worded(form: Form, issue: Issue, readings: Mapping[Key, Reading]) -> dict[Key, Reading]:
    """Return the readings that mean a figure or a day which only the bureau's side can read."""
    columns = _columns(form)
    found: dict[Key, Reading] = {}
    for key, reading in readings.items():
        if key.id not in columns or reading.kind is not ReadingKind.VALUE or not isinstance(reading.value, str):
            continue
        unit, nature = (_text(readings, key, ident) for ident in columns[key.id])
        plain = notation.in_row(reading.value, unit, nature, issue.year or None)
        if plain is not None:
            note = "" if key in issue.locked else reading.note or plain[1]
            found[key] = replace(reading, value=plain[0], note=note)
    return found


def _columns(form: Form) -> dict[str, tuple[str, str]]:
    """Text columns with the columns of their units and natures."""
    calls = [call for bound in form.computed.values() for call in bound.field_calls]
    natures = {symbols[1].id: symbols[4].id for name, symbols in calls if name == "SHOWN" and len(symbols) > 4}
    return {
        symbols[0].id: (symbols[1].id, natures.get(symbols[1].id, ""))
        for name, symbols in calls
        if name == "NUM" and len(symbols) > 1
    }


def _text(readings: Mapping[Key, Reading], key: Key, ident: str) -> str:
    value = readings[key._replace(id=ident)].value if ident and key._replace(id=ident) in readings else ""
    return value if isinstance(value, str) else ""
