"""Both sides read the same: every case and random nasty contents, recalculated by LibreOffice."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook

from tests.notation.cases import DEADLINES, INTERVALS, MEASURES, NUMBERS, OPERATORS
from tests.notation.test_reading import raw_of
from tests.office import convert, needs_office
from xltool import notation

FIELD_UNITS = ("万元", "元", "%", "人", "")
ROW_UNITS = ("次", "%", "万元", "元", "人", "粒", "")
EPOCH = datetime.date(1899, 12, 30)

_PIECES = (
    *"0123456789" * 3,
    *"０１２５９．．，,,..--－−++％%%//／≥≤><=＝＞＜～~—–±*?'\"|[]{}()（）@#&!^$¥￥eEk年月日。",
    *"\u00a0\u3000\u200b\u200d\ufeff\n\t 　  ",
    *(
        "万元",
        "元",
        "亿元",
        "万",
        "亿",
        "人",
        "名",
        "次",
        "人次",
        "粒",
        "百分之",
        "百分比",
        "元整",
        "万元整",
        "㎡",
        "以上",
        "以内",
        "及以上",
        "不低于",
    ),
    *(
        "不超过",
        "大于等于",
        "达到",
        "≥",
        "≤",
        ">=",
        "0.",
        "100",
        "1,000",
        "2022",
        "11",
        "-30",
        "年底",
        "前",
        "完成",
        "至",
        "到",
        "无",
        "😀",
        "𠮷",
    ),
)


def _nasty(rng: random.Random) -> object:
    kind = rng.random()
    if kind < 0.03:
        return rng.random() < 0.5
    if kind < 0.1:
        return rng.choice((1, 100, 1e-4, 1e9)) * round(rng.uniform(-5, 5), rng.randrange(6))
    if kind < 0.3:  # a known way of writing, with one piece put in or taken out
        known = [str(case[0]) for table in (NUMBERS, MEASURES, OPERATORS, INTERVALS, DEADLINES) for case in table]  # type: ignore[attr-defined]
        text = rng.choice(known)
        at = rng.randint(0, len(text))
        return text[:at] + rng.choice(("", *_PIECES)) + text[at + rng.randint(0, 1) :]
    if kind < 0.6:  # operator, number, unit, tail
        number = rng.choice(
            ("3", "0.95", "1,234.5", "12,34", "100", "７．５", ".5", "5.", "-2", "+4", "2022", "6/8", "3-5", "1e5", "")
        )
        head = rng.choice(("", "", "≥", "不超过", "大于或等于", "＝", "百分之", "±", " ", "≥ "))
        unit = rng.choice(("", "%", "万元", "元", "万", "亿", "人", "名", "次", "粒", "万粒", "年", "年底", "元/人·月"))
        return (
            head
            + number
            + rng.choice(("", " ", "."))
            + unit
            + rng.choice(("", "", "以上", "及以上", "以内", "。", ".", " ", "\n"))
        )
    return "".join(rng.choice(_PIECES) for _ in range(rng.randint(1, 7)))


def _inputs() -> list[object]:
    rng = random.Random(20240301)
    listed = [case[0] for table in (NUMBERS, MEASURES, OPERATORS, INTERVALS, DEADLINES) for case in table]  # type: ignore[attr-defined]
    return [
        *dict.fromkeys([*(text for text in listed if not isinstance(text, bool)), *(_nasty(rng) for _ in range(1500))]),
        True,
        False,
    ]


def _field(raw: Decimal | str | bool, unit: str) -> object:
    number = notation.read_number(raw, unit)
    return {"blank": "", "none": "—", "unreadable": "#?"}.get(number.state, number.value)


def _serial(text: str) -> object:
    day = notation.read_deadline(text)
    return None if day is None else (day - EPOCH).days


def _end(text: str, index: int) -> object:
    ends = notation.read_interval(text)
    return None if ends is None else ends[index]


def _agree(python: object, office: object) -> bool:
    if isinstance(python, int | Decimal):
        return isinstance(office, int | float) and math.isclose(python, office, rel_tol=1e-12, abs_tol=1e-15)
    return (python or "") == (office or "")


@needs_office
@pytest.mark.office
def test_both_sides_read_the_same(tmp_path: Path) -> None:
    inputs = _inputs()
    units = {unit: f"$B${row}" for row, unit in enumerate((*ROW_UNITS, "元/人·月", "万粒", "百分比", "名"), 1)}
    first = len(units) + 1
    book = xlsxwriter.Workbook(
        str(tmp_path / "cases.xlsx"), {"strings_to_formulas": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet()
    for unit, address in units.items():
        sheet.write_string(address.replace("$", ""), unit)

    # each column: what Python says of (raw, folded text), and the formula of (address, folded address)
    columns: list[tuple[str, Callable[[Decimal | str | bool, str], object], Callable[[str, str], str]]] = [
        ("fold", lambda _, text: text, lambda a, _: notation.fold_excel(a)),
        *(
            (
                f"number {unit}",
                lambda raw, _, unit=unit: _field(raw, unit),
                lambda a, b, unit=unit: notation.number_excel(a, b, unit),
            )
            for unit in FIELD_UNITS
        ),
        *(
            (
                f"measure {unit}",
                lambda _, text, unit=unit: notation.read_measure(text, unit).value,
                lambda _, b, at=at: f'IFERROR({notation.measure_excel(b, at)},"")',
            )
            for unit, at in units.items()
        ),
        ("operator", lambda _, text: notation.operator_of(text), lambda _, b: notation.operator_excel(b)),
        ("low", lambda _, text: _end(text, 0), lambda _, b: f'IFERROR({notation.interval_low_excel(b)},"")'),
        ("high", lambda _, text: _end(text, 1), lambda _, b: f'IFERROR({notation.interval_high_excel(b)},"")'),
        ("deadline", lambda _, text: _serial(text), lambda _, b: f'IFERROR({notation.deadline_excel(b)},"")'),
    ]
    for row, typed in enumerate(inputs, first):
        if isinstance(typed, bool):
            sheet.write_boolean(row - 1, 0, typed)
        elif isinstance(typed, int | float):
            sheet.write_number(row - 1, 0, typed)
        elif typed:
            sheet.write_string(row - 1, 0, str(typed))
        for column, (_, _, formula) in enumerate(columns, 1):
            sheet.write_formula(row - 1, column, "=" + formula(f"$A${row}", f"$B${row}"))
    sheet.write_formula(first + len(inputs) - 1, 0, "=1/0")
    last = first + len(inputs)
    sheet.write_formula(last - 1, 1, "=" + notation.fold_excel(f"$A${last}"))
    sheet.write_formula(last - 1, 2, "=" + notation.number_excel(f"$A${last}", f"$B${last}", "%"))
    book.close()

    (converted,) = convert([tmp_path / "cases.xlsx"], tmp_path / "out")
    rows = list(
        load_workbook(converted, data_only=True, read_only=True).active.iter_rows(min_row=first, values_only=True)
    )  # type: ignore[union-attr]
    wrong = []
    for typed, shown in zip(inputs, rows, strict=False):
        raw = raw_of(float(typed)) if isinstance(typed, int | float) and not isinstance(typed, bool) else raw_of(typed)
        text = notation.fold(notation.text_of(raw))
        for (name, python, _), office in zip(columns, shown[1:], strict=False):
            if not _agree(python(raw, text), office):
                wrong.append(f"{typed!r} {name}: {python(raw, text)!r}, LibreOffice {office!r}")
    assert len(rows) == len(inputs) + 1
    assert rows[-1][1:3] == (notation.UNREADABLE, notation.UNREADABLE)
    assert not wrong, f"{len(wrong)} of {len(inputs) * len(columns)}\n" + "\n".join(wrong[:40])


def test_formulas_stay_within_the_limits_of_excel() -> None:
    formulas = [
        notation.fold_excel("$B$100"),
        *(notation.number_excel("$B$100", "$C$100", unit) for unit in ("万元", "%", "人")),
        notation.measure_excel("$B$100", "$C$100"),
        notation.operator_excel("$B$100"),
        notation.interval_low_excel("$B$100"),
        notation.interval_high_excel("$B$100"),
        notation.deadline_excel("$B$100"),
    ]
    for formula in formulas:
        assert len(formula) < 5000  # Excel takes 8192; callers put their own around it
        depth = deepest = 0
        for sign in formula:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            deepest = max(deepest, depth)
        assert deepest <= 58  # Excel takes 64 nested functions
