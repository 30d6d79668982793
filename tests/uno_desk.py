"""What people do in LibreOffice, through UNO. Runs under the system's own Python: ``python3 uno_desk.py deed source target``.

Prints nothing; a deed that fails raises. A fresh office with a profile of its own is started and ended here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".xls": "MS Excel 97", ".ods": "calc8", ".et": "MS Excel 97"}


def prop(name: str, value: Any) -> Any:
    from com.sun.star.beans import PropertyValue

    return PropertyValue(name, 0, value, 0)


def sheet_of(book: Any, name: str) -> Any:
    sheet = book.Sheets.getByName(name)
    if sheet.isProtected():
        sheet.unprotect("")
    return sheet


def sort(book: Any) -> None:
    """Sort the visible columns of 资产管理 by the label, Z to A; the hidden markers stay."""
    import uno
    from com.sun.star.table import TableSortField

    area = sheet_of(book, "资产管理").getCellRangeByName("B4:D9")
    area.clearContents(0)
    field = TableSortField()
    field.Field, field.IsAscending = 0, False
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    descriptor = tuple(
        prop("SortFields", fields) if item.Name == "SortFields" else prop(item.Name, item.Value)
        for item in area.createSortDescriptor()
        if item.Name not in ("CopyOutputData", "OutputPosition")
    )
    merged = sheet_of(book, "资产管理").getCellRangeByName("B4:F9")
    merged.merge(False)
    area.sort(descriptor)


def paste(book: Any) -> None:
    """Copy a text cell and an amount cell over the amounts of 政府采购: content, format, validation and lock go with them."""
    texts, sheet = sheet_of(book, "封面"), sheet_of(book, "政府采购")
    sheet.copyRange(sheet.getCellRangeByName("C5").CellAddress, texts.getCellRangeByName("C7").RangeAddress)
    amounts = sheet_of(book, "资产管理")
    sheet.copyRange(sheet.getCellRangeByName("C6").CellAddress, amounts.getCellRangeByName("B4").RangeAddress)


def insert(book: Any) -> None:
    """Two rows above and a row in the middle, a column in front."""
    sheet = sheet_of(book, "资产管理")
    sheet.Rows.insertByIndex(1, 2)
    sheet.Rows.insertByIndex(7, 1)
    sheet.Columns.insertByIndex(1, 1)


def rename(book: Any) -> None:
    book.Sheets.getByName("资产管理").Name = "资产"


def values(book: Any) -> None:
    """Typed and pasted values: a percent format in a text cell, a date, full-width digits, an error, a formula."""
    formats = book.NumberFormats
    from com.sun.star.lang import Locale

    def styled(sheet: str, cell: str, value: float, code: str) -> None:
        place = sheet_of(book, sheet).getCellRangeByName(cell)
        key = formats.queryKey(code, Locale("en", "US", ""), True)
        place.NumberFormat = formats.addNew(code, Locale("en", "US", "")) if key < 0 else key
        place.Value = value

    styled("项目1", "I24", 0.97, "0.00%")
    styled("封面", "C10", 45000, "YYYY-MM-DD")
    sheet = sheet_of(book, "政府采购")
    sheet.getCellRangeByName("C4").String = "２．４"
    sheet.getCellRangeByName("C5").Formula = "=1/0"
    sheet.getCellRangeByName("C6").Formula = "=1.1"
    sheet.getCellRangeByName("C6").Formula = "=0.6+0.5"


def nothing(book: Any) -> None:
    """Only save."""
    del book


def typed(book: Any, cells: list[tuple[str, str, float | str]]) -> None:
    """Type into cells; the sheets stay protected, so a locked cell would refuse."""
    for sheet, cell, value in cells:
        place = book.Sheets.getByName(sheet).getCellRangeByName(cell)
        if isinstance(value, str):
            place.FormulaLocal = value
        else:
            place.Value = value


DEEDS = {deed.__name__: deed for deed in (sort, paste, insert, rename, values, nothing)}


def copied(desktop: Any, source: str) -> Any:
    """All input sheets copied into a new workbook; the hidden ones left behind."""
    book = desktop.loadComponentFromURL(source, "_blank", 0, (prop("Hidden", True),))
    fresh = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (prop("Hidden", True),))
    for name in book.Sheets.ElementNames:
        if name not in ("填报说明", "附页", "校验", "计算", "选项", "_xltool", "自评表1"):
            fresh.Sheets.importSheet(book, name, fresh.Sheets.Count)
    book.close(True)
    return fresh


def connected(profile: str) -> tuple[Any, Any]:
    import uno

    pipe = Path(profile).name  # several desks may be open at once
    office = subprocess.Popen(
        ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", "--nologo",
         f"--accept=pipe,name={pipe};urp;"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(150):
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # not yet
            time.sleep(0.2)
        else:
            return office, remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
    office.kill()
    raise RuntimeError("LibreOffice does not answer")


def main(jobs: list[str]) -> None:
    """``deed source target [password]`` for every job, one per line of the file named; ``typed``: with a file of cells."""
    with tempfile.TemporaryDirectory(prefix="lo-uno-") as profile:
        office, desktop = connected(profile)
        try:
            for job in jobs:
                deed, source, target, *password = job.split("\t")
                if deed == "copied":
                    book = copied(desktop, Path(source).as_uri())
                else:
                    book = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (prop("Hidden", True),))
                    if deed == "typed":
                        typed(book, json.loads(Path(password.pop()).read_text(encoding="utf-8")))
                    else:
                        DEEDS[deed](book)
                how = [prop("FilterName", FILTERS[Path(target).suffix])]
                how += [prop("Password", password[0])] if password else []
                book.storeToURL(Path(target).as_uri(), tuple(how))
                book.close(True)
        finally:
            try:
                desktop.terminate()
                office.wait(20)
            except Exception:
                office.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines())
