"""Targets and actuals written in words, or in another unit than their row's, as both sides read them.

Imports ``engine``, ``form``, ``notation``. Which columns these are, and which hold their unit and nature, the form's own
NUM and SHOWN say. What the bureau approved is read so without a word: nobody but the bureau could mend it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from xltool import notation
from xltool.engine.filled import Reading, ReadingKind
from xltool.form import Form, Issue, Key
from xltool.notation.spoken import measure
from xltool.notation.words import NONES

_STEPS = {"".join(steps): steps for steps in (tuple("优良中低差"), tuple("优良中差"), tuple("好坏"), tuple("高中低"))}
"""Targets that only name the steps of which the answer is one, best first (省级平台的定性指标)."""
_IN_TIME = frozenset(("按时完成", "按期完成", "如期完成", "及时完成", "准时完成", "已按时完成", "已按期完成"))
_UP = re.compile("增长|上升|提高|提升|增加|上涨")
_DOWN = re.compile("下降|降低|减少|压减|回落")

_ANY_YEAR = 2020
"""A year for days written without one: only whether it is a day is asked."""
_ALL_DONE = re.compile(r"(?:已|全部|均|按时|按期)*(?:完成|达成|达到|落实|实施)?100%(?:完成|达成|落实|实施)?")
"""That all of it was done, said of a day or of something that no figure measures."""
_BETTER = (
    "改善",
    "提升",
    "提高",
    "增强",
    "加强",
    "优化",
    "改进",
    "完善",
    "减少",
    "降低",
    "下降",
    "增加",
    "增长",
    "促进",
    "保障",
)
_SAME = (("改善", "提升", "提高", "增强", "加强", "优化", "改进", "完善"), ("减少", "降低", "下降"), ("增加", "增长"))
"""Words of which one answers the other."""
_ONLY_BETTER = re.compile(
    "(?:已|均|都|得到|有|有所|不断|持续|逐步|进一步|显著|明显|大幅|较大|有效|全面)*(?P<word>[一-鿿]{2})"
)
_CLEARLY = re.compile("显著|明显|大幅|较大|极大|有效|全面")
_HALF = re.compile("部分|基本|一定|初步|略|稍|有待|未|没|无|尚|需|应|计划|将|不(?!断)|[0-9]")
_LONGEST = 20
_LIMIT = re.compile("[不未](?:得|能|可)?(?:超|突破)|控制在|以?内$")
_KEPT = re.compile(
    "(?:均|都|全部)?(?:[未不没无]有?(?:超|突破)[^0-9，。；但]{0,8}|控制在[^0-9，。；但]{0,8}(?:内|范围))"
)


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
        asked, answer = _typed(readings, key, target), key.id not in targets.values()
        plain = _share(asked, reading.value) if answer and not unit else None
        plain = plain or _answered(asked, reading.value, key.id == target)
        if not (answered := plain is not None):
            if answer and _in_words(asked):
                if reading.note:
                    found[key] = replace(reading, value=notation.fold(reading.typed), note="")
            elif not _opposite(asked, reading.value):
                plain = notation.in_row(reading.value, unit, nature, issue.year or None)
        elif key in issue.locked:
            continue
        if plain is not None:
            note = "" if key in issue.locked else (plain[1] if answered else reading.note) or plain[1]
            found[key] = replace(reading, value=plain[0], note=note)
    return found


def _in_words(target: str) -> bool:
    """Whether a target asks for no figure and no day: then none need be taken out of its answer.

    >>> _in_words("稳步壮大"), _in_words("≥3人"), _in_words("6月底前"), _in_words("")
    (True, False, False, False)
    """
    if not target or target in NONES or notation.read_interval(target) is not None:
        return False
    found = measure(target, _ANY_YEAR)
    return notation.read_measure(found.text, "").value is None and notation.read_deadline(found.text, _ANY_YEAR) is None


def _opposite(target: str, actual: str) -> bool:
    """Whether 下降3% is answered by 增长3%: the two threes are not the same."""
    return any(_UP.search(one) and _DOWN.search(other) for one, other in ((target, actual), (actual, target)))


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
    if not target or target in NONES:
        return None
    dated = not target.isdigit() and any(notation.read_deadline(target, year) is not None for year in (None, _ANY_YEAR))
    measured = notation.read_measure(measure(target).text, "").value is not None
    if (dated or not measured) and _ALL_DONE.fullmatch(text):
        return "已完成", "按 已完成 读取"
    if text != target and not dated and not measured and (_improved(target, text) or _kept_within(target, text)):
        return "达成", "按 达成 读取"
    return None


def _improved(target: str, text: str) -> bool:
    """Whether an answer says that what its target wants better has become so, no more weakly than wanted.

    >>> _improved("改善条件", "明显改善"), _improved("显著提升", "有所提升"), _improved("改善条件", "基本改善")
    (True, False, False)
    >>> _improved("有所提升", "明显改善"), _improved("有所提升", "明显减少"), _improved("明显提升", "改善")
    (True, False, False)
    """
    if len(text) > _LONGEST or _HALF.search(text) or (_CLEARLY.search(target) and not _CLEARLY.search(text)):
        return False
    if any(word in target and word in text for word in _BETTER):
        return True
    wanted, given = _ONLY_BETTER.fullmatch(target), _ONLY_BETTER.fullmatch(text)
    return (
        wanted is not None and given is not None and any({wanted["word"], given["word"]} <= {*same} for same in _SAME)
    )


def _kept_within(target: str, text: str) -> bool:
    """Whether an answer says that a limit in words was kept.

    >>> _kept_within("不超预算", "未超预算"), _kept_within("控制在预算内", "没有超出预算"), _kept_within("不超预算", "超预算")
    (True, True, False)
    """
    return _LIMIT.search(target) is not None and _KEPT.fullmatch(text) is not None


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
