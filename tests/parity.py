"""One definition, two runtimes: fills a form with random and nasty values and lets LibreOffice calculate it.

All cached results are removed before LibreOffice opens a workbook, so what is compared has been calculated by
LibreOffice: every normalised value, computed field, score, rule state, 填报提示, cover line, 校验 line and cell of
the official form.
"""

from __future__ import annotations

import datetime
import random
import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from tests import kit
from tests.office import convert
from xltool.form import Form, Issue, Key
from xltool.form.definition.model import FieldType
from xltool.form.layout.places import cells
from xltool.form.layout.workbook_layout import column_letters

SERIAL_ZERO = datetime.date(1899, 12, 30)
NUMBERS = [
    "0",
    "1",
    "24",
    "280.02",
    "1.31",
    "0.005",
    "100",
    "99.5",
    "-3",
    "12345678.9",
    "10.3",
    "22.5",
    "0.5184",
    "51.84",
    "2",
]
NASTY: list[Decimal | str | bool] = [
    "24万元", "1.31元", " 7.50 ", "7.50.", "１２３", "1,234.5", "1,23", "—", "/", "无", "*", "abc", "=1+1", "@x", "#REF!", "95%", "100百分比",
    "３５％", "6/6", "3-5", "±10%", "1e5", "12:30", "(5)", "-", "\u00a05", "5\u3000", "五", "TRUE", "''", '"', "a\nb", "?", "~*", "**", "……",
]  # fmt: skip
TEXTS = [
    "无", "无50万元以上的项目", "没有", "培训人次", "服务对象满意度", "降低污染", "项目成本", "2021年完成", "2022年完成", "××", "100字以内", "A", "a",
    " 前后空格 ", "办公室、研究室、人事科", "项目资金控制在年初预算内", "项目1", "县教育局", "  ", "=cmd|' /C calc'!A0",
]  # fmt: skip
ACTUALS = [
    "达成", "部分达成", "未达成", "达标", "按实", "3", "≥3", "99%", "0.95", "95", "3次", "550万粒", "2022-11-30", "2022年11月30日", "2023.1.5",
    "2022年底前", "3-5", "90%-95%", "不低于3", "3以上", "合格", "基本完成", "120", "72890元", "6/6", "0", "-1",
]  # fmt: skip
DATES: list[Decimal | str] = [
    "2023-03-15", "2023年3月15日", "2023.3", "3月15日", "2022-12-31", "2024/1/2", "45000", Decimal(45000), Decimal(44895), "20230315", "三月",
]  # fmt: skip
UNITS = ["", "次", "%", "％", "人", "万元", "元/人·月", "万粒", "粒"]


RAW: list[Decimal | str | bool] = [True, Decimal("1.5"), Decimal(44895)]


def random_values(form: Form, made: Issue, seed: int) -> dict[Key, Decimal | str | bool]:
    chance = random.Random(seed)
    result: dict[Key, Decimal | str | bool] = {}
    share = chance.choice([0.3, 0.8, 1.0])
    nasty = chance.choice([0.05, 0.3])
    for key in cells(form, made):
        item = form.fields[key.id].field
        if not item.is_input or item.hidden or key in made.locked or chance.random() > share:
            continue
        if item.default and chance.random() < 0.5:
            continue
        if chance.random() < nasty:
            result[key] = chance.choice(NASTY + RAW)
        elif item.type is FieldType.CHOICE:
            result[key] = chance.choice(form.spec.lists[item.choices].words)
        elif item.type is FieldType.MULTIPLE:
            words = [*form.spec.lists[item.choices].words, "别的"]
            result[key] = chance.choice("、，; ").join(chance.sample(words, chance.randint(1, len(words))))
        elif item.is_date:
            result[key] = chance.choice(DATES)
        elif item.is_number:
            plain = chance.choice([chance.choice(NUMBERS), str(chance.randint(0, 40)), f"{chance.uniform(0, 60):.2f}"])
            result[key] = Decimal(plain)
        elif item.id == "filled_on":
            result[key] = chance.choice(DATES)
        elif item.id == "target_unit":
            result[key] = chance.choice(UNITS)
        elif key.row and item.id in ("target", "actual"):
            measured: list[Decimal | str] = [
                chance.choice(ACTUALS),
                str(chance.randint(0, 200)),
                Decimal(chance.randint(0, 9)),
            ]
            result[key] = chance.choice(measured)
        else:
            result[key] = chance.choice([*TEXTS, f"指标{chance.randint(1, 6)}"])
    return {key: value for key, value in result.items() if value != ""}


def without_caches(data: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as output:
        for info in source.infolist():
            content = source.read(info)
            if info.filename.startswith("xl/worksheets/"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            output.writestr(info.filename, content)
    return target.getvalue()


def formula_cells(data: bytes) -> set[tuple[str, str]]:
    book = openpyxl.load_workbook(BytesIO(data))
    return {(s.title, c.coordinate) for s in book for line in s.iter_rows() for c in line if c.data_type == "f"}


def values(data: bytes) -> dict[tuple[str, str], object]:
    """All values by sheet and cell; error values, which calamine would show as blanks, are looked for in the XML."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [found for sheet in sheets for found in re.findall(rb'<c r="[A-Z0-9]+"[^>]*t="e"', sheet)]
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    result: dict[tuple[str, str], object] = {}
    for title in book.sheet_names:
        for row, line in enumerate(book.get_sheet_by_name(title).to_python(skip_empty_area=False), start=1):
            for col, value in enumerate(line):
                if value != "":
                    # LibreOffice shows the result of DATE() as a date.
                    plain = (value - SERIAL_ZERO).days if isinstance(value, datetime.date) else value
                    result[title, f"{column_letters(col)}{row}"] = plain
    return result


ERROR_TEXTS = {"#REF!", "#N/A", "#DIV/0!"}  # typed as text; XlsxWriter cannot cache such a text


def same(ours: object, theirs: object) -> bool:
    if theirs in ERROR_TEXTS and ours is None:
        return True
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)) and not isinstance(theirs, bool):
        return abs(ours - theirs) <= 1e-6 * max(1, abs(ours))
    return ours == theirs


def assert_same(form: Form, made: Issue, fills: Iterable[dict[Key, Decimal | str | bool]], folder: Path) -> int:
    """Every formula cell of every fill gives in LibreOffice what Python computed; returns how many cells a workbook has."""
    originals: dict[str, bytes] = {}
    for number, fill in enumerate(fills):
        originals[f"fill{number}"] = data = kit.workbook(form, made, fill)
        (folder / f"fill{number}.xlsx").write_bytes(without_caches(data))
    wanted = formula_cells(originals["fill0"])
    different: list[tuple[object, ...]] = []
    for path in convert(sorted(folder.glob("fill*.xlsx")), folder / "out"):
        ours, theirs = values(originals[path.stem]), values(path.read_bytes())
        wrong = (cell for cell in sorted(wanted) if not same(ours.get(cell), theirs.get(cell)))
        different += [(path.stem, *cell, ours.get(cell), theirs.get(cell)) for cell in wrong]
    assert not different, f"{len(different)} cells differ, first: {different[:8]}"
    return len(wanted)
