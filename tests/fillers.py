"""Real programs that type a return into the issued workbook and save it. One that is not installed is skipped; CI installs all.

``tests/clients.py`` opens finished returns and saves them again; here every value is put in by the program itself.
"""

from __future__ import annotations

import datetime
import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from tests import clean, kit, uno_desk
from tests.clients import node_script
from tests.office import convert
from xltool.form import Form, Issue, form_by_id
from xltool.form.layout import workbook_layout as layouts

SYSTEM_PYTHON = "/usr/bin/python3"


class Entry(NamedTuple):
    """One cell as it is typed; a date is given as text where values pass through JSON."""

    sheet: str
    cell: str
    value: float | str | datetime.date

    @property
    def row(self) -> int:
        return int(re.sub("[A-Z]", "", self.cell))

    @property
    def column(self) -> int:
        return int(column_index_from_string(re.sub("[0-9]", "", self.cell)))


def issued() -> tuple[Form, Issue]:
    form = form_by_id(kit.FORM_ID)
    return form, kit.issue(form)


def entries(changes: dict[str, str] | None = None) -> list[Entry]:
    """The complete and right return of ``tests/cases/clean.yaml``, with some cells changed; ``""`` leaves one out."""
    form, made = issued()
    cells = layouts.build(form, made).cells
    return [
        Entry(cells[key].sheet, cells[key].a1, value if isinstance(value, str) else float(value))
        for key, value in clean.values(form, made, changes).items()
    ]


def at(name: str) -> tuple[str, str]:
    """Sheet and cell of a field, ``栏目/行`` in a table."""
    form, made = issued()
    (key,) = kit.keyed(form, {name: ""})
    place = layouts.build(form, made).cells[key]
    return place.sheet, place.a1


def template(folder: Path) -> Path:
    """The workbook as it goes out, with nothing filled in."""
    form, made = issued()
    path = folder / "下发表.xlsx"
    path.write_bytes(kit.workbook(form, made, {}))
    return path


Fill = Callable[[Path, Sequence[Entry], Path], None]


def by_openpyxl(source: Path, typed: Sequence[Entry], target: Path) -> None:
    book = openpyxl.load_workbook(source)
    for entry in typed:
        book[entry.sheet][entry.cell] = entry.value
    book.save(target)


def by_pandas(source: Path, typed: Sequence[Entry], target: Path) -> None:
    """``to_excel`` over the sheets of the existing workbook, one cell after the other."""
    import pandas

    shutil.copy(source, target)
    with pandas.ExcelWriter(target, engine="openpyxl", mode="a", if_sheet_exists="overlay") as writer:
        for entry in typed:
            pandas.DataFrame([[entry.value]]).to_excel(
                writer,
                sheet_name=entry.sheet,
                startrow=entry.row - 1,
                startcol=entry.column - 1,
                header=False,
                index=False,
            )


def by_pandas_anew(source: Path, typed: Sequence[Entry], target: Path) -> None:
    """All sheets read as tables, filled, and written to a new workbook: only values are left."""
    import pandas

    sheets = pandas.read_excel(source, sheet_name=None, header=None, dtype=object, engine="openpyxl")
    for entry in typed:
        table = sheets[entry.sheet]
        sheets[entry.sheet] = table = table.reindex(
            index=range(max(len(table), entry.row)), columns=range(max(table.shape[1], entry.column))
        )
        table.iat[entry.row - 1, entry.column - 1] = entry.value
    with pandas.ExcelWriter(target, engine="openpyxl") as writer:
        for title, table in sheets.items():
            table.to_excel(writer, sheet_name=title, header=False, index=False)


_SHEETJS = """
const [,, source, typed, target] = process.argv, X = require("xlsx"), b = X.readFile(source, {cellNF: true, cellStyles: true});
for (const [sheet, cell, value] of JSON.parse(require("fs").readFileSync(typed, "utf8")))
  X.utils.sheet_add_aoa(b.Sheets[sheet], [[value]], {origin: cell});
X.writeFile(b, target);
"""
_SHEETJS_ANEW = """
const [,, source, typed, target] = process.argv, X = require("xlsx"), b = X.readFile(source), n = X.utils.book_new();
for (const [sheet, cell, value] of JSON.parse(require("fs").readFileSync(typed, "utf8")))
  X.utils.sheet_add_aoa(b.Sheets[sheet], [[value]], {origin: cell});
for (const s of b.SheetNames) {
  const rows = X.utils.sheet_to_json(b.Sheets[s], {header: 1, raw: true, blankrows: true, range: {s: {r: 0, c: 0}, e: X.utils.decode_range(b.Sheets[s]["!ref"] || "A1").e}});
  X.utils.book_append_sheet(n, X.utils.aoa_to_sheet(rows), s);
}
X.writeFile(n, target);
"""
_EXCELJS = """
const [,, source, typed, target] = process.argv, E = require("exceljs"), b = new E.Workbook();
b.xlsx.readFile(source).then(() => {
  for (const [sheet, cell, value] of JSON.parse(require("fs").readFileSync(typed, "utf8"))) b.getWorksheet(sheet).getCell(cell).value = value;
  return b.xlsx.writeFile(target);
});
"""


def _by_node(package: str, script: str) -> Fill:
    def fill(source: Path, typed: Sequence[Entry], target: Path) -> None:
        values = target.with_name(f"{target.name}.json")
        values.write_text(json.dumps(typed), encoding="utf-8")
        node_script(package, script, target.parent, str(source), str(values), str(target))

    return fill


def by_gnumeric(source: Path, typed: Sequence[Entry], target: Path) -> None:
    """``--set`` types into the sheet that is in front, so every sheet is brought there in turn."""
    program = shutil.which("ssconvert")
    if program is None:
        pytest.skip("gnumeric is not installed")
    before, after = (target.with_name(f"{target.name}.{number}.gnumeric") for number in (1, 2))
    _run(program, source, before)
    titles = openpyxl.load_workbook(source, read_only=True).sheetnames
    for sheet in dict.fromkeys(entry.sheet for entry in typed):
        front, xml = titles.index(sheet), gzip.decompress(before.read_bytes()).decode()
        assert "SelectedTab=" in xml
        before.write_bytes(gzip.compress(re.sub('SelectedTab="[0-9]+"', f'SelectedTab="{front}"', xml).encode(), 1))
        orders = [
            f"{e.cell}={e.value if isinstance(e.value, str) else f'{e.value:.15g}'}" for e in typed if e.sheet == sheet
        ]
        _run(program, *(part for order in orders for part in ("--set", order)), before, after)
        after.replace(before)
    _run(program, before, target)


def _run(*command: str | Path) -> None:
    done = subprocess.run([*map(str, command)], check=True, capture_output=True, timeout=120)
    assert b"Failed to set" not in done.stderr, done.stderr.decode()


FILLS: dict[str, tuple[Fill, tuple[str, ...]]] = {
    "openpyxl": (by_openpyxl, ("xlsx",)),
    "pandas": (by_pandas, ("xlsx",)),
    "pandas 新建": (by_pandas_anew, ("xlsx",)),
    "SheetJS": (_by_node("xlsx", _SHEETJS), ("xlsx", "xls", "ods")),
    "SheetJS 新建": (_by_node("xlsx", _SHEETJS_ANEW), ("xlsx", "xls")),
    "exceljs": (_by_node("exceljs", _EXCELJS), ("xlsx",)),
    "gnumeric": (by_gnumeric, ("xlsx", "xls", "ods")),
}
"""Program, how it fills, the kinds it saves. LibreOffice has sessions of its own: ``typed_in_libreoffice``, ``converted``."""


def has_uno() -> bool:
    done = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return done.returncode == 0


def typed_in_libreoffice(source: Path, returns: Sequence[tuple[Sequence[Entry], Path]]) -> None:
    """Type into the cells of an open office as a person would: what looks like a date or a percentage becomes one."""
    lines = []
    for typed, target in returns:
        values = target.with_name(f"{target.name}.json")
        values.write_text(json.dumps(typed), encoding="utf-8")
        lines.append(f"typed\t{source}\t{target}\t{values}")
    jobs = source.with_name("jobs")
    jobs.write_text("\n".join(lines), encoding="utf-8")
    subprocess.run([SYSTEM_PYTHON, uno_desk.__file__, str(jobs)], check=True, timeout=300, capture_output=True)


def converted(source: Path, returns: Sequence[tuple[Sequence[Entry], str]], kind: str) -> list[Path]:
    """Typed by openpyxl, opened and saved as another kind by LibreOffice without a screen."""
    made = []
    for typed, name in returns:
        made.append(source.with_name(f"{name}.xlsx"))
        by_openpyxl(source, typed, made[-1])
    return convert(made, source.parent / "转换", kind)
