"""Both sides read the same: every case and random nasty contents, recalculated by LibreOffice."""

from __future__ import annotations

import datetime
import math
import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook

from tests.notation.cases import DEADLINES, INTERVALS, MEASURES, NUMBERS, OPERATORS
from tests.office import convert, needs_office
from xltool import notation

FIELD_UNITS = ("万元", "元", "%", "人", "")
ROW_UNITS = ("次", "%", "%", "万元", "元", "人", "粒", "", "", "万粒", "百分比", "名", "元/人·月", "亿元")
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
        *(
            "不超过",
            "不得超过",
            "(含)",
            "内",
            "天内",
            "小时内",
            "m²",
            "⩾",
            "=>",
            "=<",
            "最高",
            "达",
            "﹥",
            "￥",
            "共",
            "已完成",
        ),
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
        return rng.choice((1.0, 100.0, 1e-4, 1e9)) * round(rng.uniform(-5, 5), rng.randrange(6))
    if kind < 0.3:  # a known way of writing, with one piece put in or taken out
        known = [str(case[0]) for table in (NUMBERS, MEASURES, OPERATORS, INTERVALS, DEADLINES) for case in table]
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
    text = "".join(rng.choice(_PIECES) for _ in range(rng.randint(1, 7)))
    # LibreOffice itself turns a tab into U+0001 when a cell has several lines.
    return text.replace("\t", "") if "\n" in text else text


def _inputs() -> list[tuple[object, str]]:
    """What stands in the input cell and the unit of its row."""
    rng = random.Random(20240301)
    pairs: list[tuple[object, str]] = [(text, unit) for text, unit, *_ in MEASURES]
    listed = [case[0] for table in (NUMBERS, OPERATORS, INTERVALS, DEADLINES) for case in table]
    pairs += [
        (typed, unit) for typed in (*listed, *(text for text, *_ in MEASURES)) for unit in rng.sample(ROW_UNITS, 2)
    ]
    pairs += [(_nasty(rng), rng.choice(ROW_UNITS)) for _ in range(700)]
    return pairs


@dataclass(frozen=True)
class Cell:
    """One row: the raw value, its folded text, the unit of the row; and where they stand."""

    raw: Decimal | str | bool
    text: str
    unit: str
    row: int

    @property
    def folded(self) -> str:
        return f"$C${self.row}"


def _field(raw: Decimal | str | bool, unit: str) -> object:
    number = notation.read_number(raw, unit)
    return {"blank": "", "none": "—", "unreadable": "#?"}.get(number.state, number.value)


def _end(text: str, index: int) -> object:
    ends = notation.read_interval(text)
    return None if ends is None else ends[index]


def _serial(day: object) -> object:
    return (day - EPOCH).days if isinstance(day, datetime.date) else day


def _both(cell: Cell) -> list[tuple[str, object, str]]:
    """Every reading: its name, what Python says, the formula."""
    at, text = cell.folded, cell.text
    return [
        ("fold", text, notation.fold_excel(f"$A${cell.row}")),
        *(
            (f"number {unit}", _field(cell.raw, unit), notation.number_excel(f"$A${cell.row}", at, unit))
            for unit in FIELD_UNITS
        ),
        ("measure", notation.read_measure(text, cell.unit).value, notation.measure_excel(at, f"$B${cell.row}")),
        ("operator", notation.operator_of(text), notation.operator_excel(at)),
        ("low", _end(text, 0), notation.interval_low_excel(at)),
        ("high", _end(text, 1), notation.interval_high_excel(at)),
        ("deadline", _serial(notation.read_deadline(text)), notation.deadline_excel(at)),
        ("deadline 2022", _serial(notation.read_deadline(text, 2022)), notation.deadline_excel(at, "2022")),
    ]


def _agree(python: object, office: object) -> bool:
    if isinstance(office, datetime.datetime):
        office = _serial(office.date())
    if isinstance(python, int | Decimal):
        return (
            isinstance(office, int | float)
            and not isinstance(office, bool)
            and math.isclose(python, office, rel_tol=1e-12, abs_tol=1e-15)
        )
    return (python or "") == (office or "")


@needs_office
@pytest.mark.office
def test_both_sides_read_the_same(tmp_path: Path) -> None:
    cells = []
    for row, (typed, unit) in enumerate(_inputs(), 1):
        raw = Decimal(repr(typed)) if isinstance(typed, float) else typed
        assert isinstance(raw, Decimal | str | bool)
        cells.append(Cell(raw, notation.fold(notation.text_of(raw)), unit, row))
    book = xlsxwriter.Workbook(str(tmp_path / "cases.xlsx"))
    sheet = book.add_worksheet()
    for cell in cells:
        if isinstance(cell.raw, bool):
            sheet.write_boolean(cell.row - 1, 0, cell.raw)
        elif isinstance(cell.raw, Decimal):
            sheet.write_number(cell.row - 1, 0, cell.raw)
        elif cell.raw:
            sheet.write_string(cell.row - 1, 0, cell.raw)
        sheet.write_string(cell.row - 1, 1, cell.unit)
        for column, (_, _, formula) in enumerate(_both(cell), 2):
            sheet.write_formula(cell.row - 1, column, formula if column == 2 else f'=IFERROR({formula},"")')
    last = len(cells) + 1
    sheet.write_formula(f"A{last}", "=1/0")
    sheet.write_formula(f"C{last}", notation.fold_excel(f"$A${last}"))
    sheet.write_formula(f"D{last}", notation.number_excel(f"$A${last}", f"$C${last}", "%"))
    book.close()

    (converted,) = convert([tmp_path / "cases.xlsx"], tmp_path / "out")
    recalculated = load_workbook(converted, data_only=True, read_only=True)
    rows = list(recalculated.worksheets[0].iter_rows(min_col=3, values_only=True))
    recalculated.close()
    wrong = [
        f"{cell.raw!r} [{cell.unit}] {name}: {python!r}, LibreOffice {office!r}"
        for cell, shown in zip(cells, rows, strict=False)
        for (name, python, _), office in zip(_both(cell), shown, strict=True)
        if not _agree(python, office)
    ]
    assert rows[len(cells)][:2] == (notation.UNREADABLE, notation.UNREADABLE)
    assert not wrong, f"{len(wrong)} differ\n" + "\n".join(wrong[:40])


def test_formulas_stay_within_the_limits_of_excel() -> None:
    formulas = [
        notation.fold_excel("$B$100"),
        *(notation.number_excel("$B$100", "$C$100", unit) for unit in ("万元", "%", "人")),
        notation.measure_excel("$B$100", "$C$100"),
        notation.operator_excel("$B$100"),
        notation.interval_low_excel("$B$100"),
        notation.interval_high_excel("$B$100"),
        notation.deadline_excel("$B$100", "$D$100"),
    ]
    for formula in formulas:
        assert len(formula) < 6200  # Excel takes 8192; callers put their own around it
        depth = deepest = 0
        for sign in formula:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            deepest = max(deepest, depth)
        assert deepest <= 58  # Excel takes 64 nested functions
