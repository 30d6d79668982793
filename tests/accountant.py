"""An accountant at the keyboard: opens a workbook, types cell by cell, saves.

``python -m tests.accountant`` measures the whole way on the seed's department: the workbook as issued, everything
the report says typed in, its mistakes corrected, 可以报送 on the cover.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tests import kit, seed, told
from tests.desktop import Desktop
from xltool.form import Form, Key
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.workbook_layout import GUIDE, Layout
from xltool.generate import generate
from xltool.read import read


@dataclass(slots=True)
class Work:
    """What was done: cells typed into, keys pressed (a Chinese character counts as one), entries refused."""

    cells: int = 0
    keys: int = 0
    refused: list[str] = field(default_factory=list)


def type_in(desk: Desktop, layout: Layout, entries: Mapping[Key, str], work: Work) -> None:
    """Go through the sheets from the cover on and type; ``""`` clears a cell. Ends on the cover."""
    titles = [layout.inputs[0].title, GUIDE, *(sheet.title for sheet in layout.inputs[1:])]
    at = 0
    desk.settle()
    for source in layout.inputs:
        cells = [(box, entries[box.key]) for box in source.boxes if box.key is not None and box.key in entries]
        if not cells:
            continue
        desk.sheet(titles.index(source.title) - at)
        at = titles.index(source.title)
        for box, text in sorted(cells, key=lambda item: (item[0].row, item[0].col)):
            address = layouts.Address(source.title, box.row, box.col).a1
            if not desk.enter(address, text):  # “请填写数字”: the sheet refuses it
                work.refused.append(f"{source.title}!{address}")
            work.cells += 1
            work.keys += len(address) + len(text) + 4
    desk.sheet(-at)


def typed(form: Form, values: Mapping[Key, Decimal | str]) -> dict[Key, str]:
    """What a person types for values: 51.84 into a cell that shows percent, spaces for line breaks."""
    result = {}
    for key, value in values.items():
        text = value if isinstance(value, str) else f"{value:f}"
        if isinstance(value, Decimal) and form.fields[key.id].field.unit == "%":
            text = f"{(value * 100).normalize():f}"
        result[key] = " ".join(text.split("\n"))
    return result


def lost(data: bytes, form: Form, entries: Mapping[Key, str], refused: Sequence[str] = ()) -> list[str]:
    """Names of the fields that do not hold what was typed into them, except the cells that refused it."""
    filled = read(data, lambda _: form).filled
    assert filled is not None
    found = []
    for key, text in entries.items():
        reading = filled.reading(key)
        kept = typed(form, {key: reading.content})[key] if isinstance(reading.content, Decimal) else reading.typed
        if kept != text and not (reading.address and f"{reading.address.sheet}!{reading.address.a1}" in refused):
            if isinstance(reading.content, Decimal) and Decimal(text.replace(",", "") or "nan") == Decimal(kept):
                continue
            found.append(f"{form.fields[key.id].field.name}（{text[:20]}→{kept[:20]}）")
    return found


def corrections(form: Form, names: Mapping[str, str]) -> dict[Key, str]:
    """Changes by name, by cell."""
    return {key: text for name, text in names.items() for key in kit.keyed(form, {name: text})}


def main() -> None:
    """Measure and print."""
    form, issue, values = seed.seed()
    layout = layouts.build(form, issue)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "accountant.xlsx"
        path.write_bytes(generate(form, issue))
        first, second = Work(), Work()
        entries, changes = typed(form, values), corrections(form, seed.corrections())
        started = time.monotonic()
        with Desktop(path) as desk:
            opened = time.monotonic()
            type_in(desk, layout, entries, first)
            filled = time.monotonic()
            type_in(desk, layout, changes, second)
            verdict = desk.shows(told.verdict_cell(path.read_bytes()))
            desk.save()
            done = time.monotonic()
        data = path.read_bytes()
        outcome = kit.examined(data)
        print(f"打开 {opened - started:.0f} 秒")
        print(
            f"填报 {first.cells} 格、{first.keys} 次按键，{filled - opened:.0f} 秒，当场拒绝 {'、'.join(first.refused)}"
        )
        print(f"改错 {second.cells} 格、{second.keys} 次按键，{done - filled:.0f} 秒")
        print(f"封面：{verdict}")
        print(f"与输入不同的格：{'、'.join(lost(data, form, entries | changes, first.refused)) or '没有'}")
        print(
            f"核对：{outcome.status}",
            *(f"{f.severity} {f.code} {f.sheet} {f.cells} {f.message}" for f in outcome.findings),
            sep="\n  ",
        )


if __name__ == "__main__":
    main()
