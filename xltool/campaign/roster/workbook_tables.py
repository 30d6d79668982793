"""Tables of the bureau's own workbooks (名册, 豁免, the platform's export) as texts, the way a person sees them.

Imports ``read``: the same reader and the same gate as for returns, so a far cell or a bomb is a message here, too.
001001 stays 001001, 95% is 95%, a date 2022-11-30. Where a cell shows something else than it holds, or has lost
digits, the cell is named in ``doubts`` and whoever needs it refuses it. A newcomer would take the stored numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from xltool.files import UnusableFileError, read_own
from xltool.form.layout.workbook_layout import column_letters
from xltool.read import LIMITS, Refused, open_book
from xltool.read.book.areas import Area, Cell
from xltool.read.book.number_formats import as_shown
from xltool.read.book.values import Percent, Raw, RawSheet

OWN_LIMITS = replace(LIMITS, file=20_000_000, unpacked=60_000_000, part=40_000_000, tags=2_000_000)
"""Twenty times a province's roster. These files are read in our own process, so less than of a return."""

_EXACT = 15  # digits a spreadsheet keeps of a number
_CUT = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]{1,3}")  # what is left of a long code that went through a number
_LOST = "是数字格式，超过 15 位，后面的数字已经丢失。请把这一栏设为文本格式，重新填写"


@dataclass(frozen=True, slots=True)
class OwnTable:
    """One tab. ``rows``: row to column to text, 0-based, blanks absent; ``doubts``: cells whose text cannot be relied on.

    ``merges``: the merged areas, in no order.
    """

    title: str
    rows: Mapping[int, Mapping[int, str]]
    doubts: Mapping[Cell, str]
    merges: tuple[Area, ...] = ()

    def lines(self, start: int = 0) -> Iterator[tuple[int, Mapping[int, str]]]:
        """Yield the rows that hold something from ``start`` on, in order."""
        return ((number, line) for number, line in self.rows.items() if number >= start)

    def at(self, row: int, col: int) -> str:
        """Return where a cell stands, in words: 〔部门〕A2."""
        return f"〔{self.title}〕{column_letters(col)}{row + 1}"


def tables(path: Path) -> dict[str, OwnTable]:
    """Return the tabs of an .xlsx, .xls or .ods file by name, in order.

    Raises:
        UnusableFileError: the file cannot be opened, or is nothing like a table; with the tab where it is one tab.
    """
    data = read_own(path, OWN_LIMITS.file)
    tab = ""
    try:
        found = {}
        for sheet in open_book(data, path.name, OWN_LIMITS).sheets:
            tab = f"〔{sheet.title}〕"
            found[sheet.title] = _table(sheet)
    except Refused as refused:
        advice = "请用 Excel 或 WPS 打开，另存为 .xlsx"
        raise UnusableFileError(path, f"打不开：{tab}{refused.finding.message.rstrip('。')}。{advice}") from None
    return found


def _table(sheet: RawSheet) -> OwnTable:
    rows: dict[int, dict[int, str]] = {}
    doubts: dict[Cell, str] = {}
    codes = sheet.codes
    for place, value in sorted({**sheet.xml.errors, **sheet.cells}.items()):
        text, doubt = _shown(value, codes.get(place, ""))
        if text:
            rows.setdefault(place[0], {})[place[1]] = text
        if doubt:
            doubts[place] = doubt
    return OwnTable(sheet.title, MappingProxyType(rows), MappingProxyType(doubts), tuple(sheet.facts.merges))


def _shown(value: Raw, code: str) -> tuple[str, str]:
    """The text a person sees, and why it cannot be relied on, if so."""
    if isinstance(value, bool):
        return str(value).upper(), ""
    if isinstance(value, Percent):
        return value.shown, ""
    if isinstance(value, Decimal):
        if value and value.adjusted() >= _EXACT:
            return f"{value:f}", _LOST
        text, sure = as_shown(value, code)
        return text, "" if sure else f"里存的是 {value:f}，显示出来的是 {text}。请把单元格格式改为常规，按实际的数填写"
    return value.strip(), _LOST.replace("是数字格式，", "变成了科学记数，") if _CUT.fullmatch(value.strip()) else ""
