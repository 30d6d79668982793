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

_STEPS = {"".join(steps): steps for steps in (tuple("优良中低差"), tuple("优良中差"), tuple("好坏"), tuple("高中低"))}
"""Targets that only name the steps of which the answer is one, best first (省级平台的定性指标)."""
_IN_TIME = frozenset(("按时完成", "按期完成", "如期完成", "及时完成", "准时完成", "已按时完成", "已按期完成"))


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
        target = targets.get(columns[key.id][0], "")
        typed, answer = _typed(readings, key, target), key.id not in targets.values()
        plain = (_share(typed, reading.value) if answer and not unit else None) or _answered(
            typed, reading.value, key.id == target
        )
        if plain is None:
            plain = notation.in_row(reading.value, unit, nature, issue.year or None)
        elif key in issue.locked:
            continue
        if plain is not None:
            note = "" if key in issue.locked else reading.note or plain[1]
            found[key] = replace(reading, value=plain[0], note=note)
    return found


def _answered(target: str, text: str, itself: bool) -> tuple[str, str] | None:
    """An answer in words that only its target explains: none of 0, in time for a day, one of a scale of words (优良中低差)."""
    steps = _STEPS.get(target)
    if itself:
        return (steps[0], "") if steps else None
    if steps and text in steps[1:]:
        word = "未达成" if text == steps[-1] else "部分达成"
        return word, f"按 {word} 读取"
    if text in _IN_TIME and notation.read_deadline(target, None) is not None:
        return "按时", "按 按时 读取"
    if text == "无" and notation.read_measure(measure(target).text, "").value == 0:
        return "0", "按 0 读取"
    return None


def _share(target: str, text: str) -> tuple[str, str] | None:
    """A share that answers a percentage whose sign stands behind it, the row's unit being blank: 0.97 for ≥95%."""
    found = measure(target)
    limit = notation.read_measure(found.text, "").value if found.unit == "%" else None
    read = notation.read_measure(text, "%", limit) if limit is not None else None
    if read is None or read.value is None or not read.note or "/" in text:
        return None
    return f"{read.value.normalize():f}", read.note


def _typed(readings: Mapping[Key, Reading], key: Key, ident: str) -> str:
    found = readings.get(key._replace(id=ident)) if ident else None
    return notation.fold(found.typed) if found is not None else ""


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
