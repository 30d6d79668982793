"""Raw cell values of a whole workbook, whatever program wrote it: the types that the readers of formats fill.

Imports ``looks`` and below, no reader; the readers import this, and ``opening`` imports them.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from xltool.files import cause
from xltool.form.layout.workbook_layout import ATTACHED_AREA
from xltool.ooxml.refused import Refused, refuse
from xltool.read import file_notices
from xltool.read.book.areas import Area, Cell
from xltool.read.book.cell_looks import Look


class Percent(Decimal):
    """A number in a cell with a percent format: the cell holds 0.97, people see and mean 97%."""

    @property
    def shown(self) -> str:
        """The number as people see it, with all its digits.

        >>> Percent("0.975").shown, Percent("1").shown
        ('97.5%', '100%')
        """
        return f"{(self * 100).normalize():f}%"


class NotANumberError(ValueError):
    """What stands in place of a number is none, or none that a cell can hold: NaN, 1E308, letters."""


PICTURE = "嵌在格里的图片"
"""In place of an error value: Excel keeps a picture in a cell behind ``#VALUE!``."""

Raw = Decimal | str | bool
LAYOUT_NAMES = re.compile(rf"_xlnm\.|_FilterDatabase|Print_Area|Print_Titles|{ATTACHED_AREA}", re.IGNORECASE)
"""Names every program gives to print areas, titles and filters, and the one we give to an area ourselves."""
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\Z")


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SheetXml:
    """What the values alone do not tell: which cells hold formulas (with their text) or error values, and how they look.

    ``formulas`` is None where the format does not let us see them (.xls). ``looks``: cells that are no plain text or number.
    """

    formulas: Mapping[Cell, str] | None = None
    errors: Mapping[Cell, str] = field(default_factory=_nothing)
    looks: Mapping[Cell, Look] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """State of a sheet; None where the format was not asked. Areas are (top, left, bottom, right).

    ``hidden_cols``: spans in order, none overlapping another (``areas.merged``).
    ``no_height``: rows nobody set are shown with no height. ``floating``: where pictures and text boxes lie.
    """

    protected: bool | None = None
    validations: tuple[Area, ...] | None = None
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_cols: tuple[tuple[int, int], ...] = ()
    no_height: bool = False
    floating: tuple[Area, ...] = ()

    def hides(self, cell: Cell) -> bool:
        """Whether a cell stands in a hidden row or column."""
        if cell[0] in self.hidden_rows:
            return True
        index = bisect_right(self.hidden_cols, cell[1], key=itemgetter(0)) - 1
        return index >= 0 and cell[1] <= self.hidden_cols[index][1]


@dataclass(frozen=True, slots=True)
class SheetContent:
    """What stands in a tab: its values (blank cells are absent), formulas, error values and state."""

    cells: Mapping[Cell, Raw]
    xml: SheetXml
    facts: SheetFacts = SheetFacts()


class RawSheet:
    """One tab. Its content is read when somebody asks for it: most tabs of a return hold nothing but our results.

    Asking may raise Refused, as ``open_book`` does.
    """

    def __init__(
        self,
        title: str,
        hidden: bool,
        load: Callable[[], SheetContent],
        protected: Callable[[], bool] | None = None,
        codes: Callable[[], Mapping[Cell, str]] = _nothing,
    ) -> None:
        self.title, self.hidden, self._load, self._protected, self._codes = title, hidden, load, protected, codes

    @property
    def protected(self) -> bool | None:
        """Whether the sheet is protected, told without reading its content where the format allows."""
        if self._protected is None:
            return self.facts.protected
        with as_verdict():
            return self._protected()

    @cached_property
    def _content(self) -> SheetContent:
        with as_verdict():
            return self._load()

    @cached_property
    def cells(self) -> Mapping[Cell, Raw]:
        """The values; blank cells are absent."""
        return self._content.cells

    @cached_property
    def xml(self) -> SheetXml:
        """Formulas and error values."""
        return self._content.xml

    @cached_property
    def codes(self) -> Mapping[Cell, str]:
        """Number formats that may show another text than the number, for who reads cells as they are seen."""
        with as_verdict():
            return self._codes()

    @cached_property
    def facts(self) -> SheetFacts:
        """Protection, validations, hidden rows and columns."""
        return self._content.facts

    def text(self, row: int, col: int) -> str:
        """Return a cell as text, ``""`` if blank."""
        value = self.cells.get((row, col), "")
        return value if isinstance(value, str) else str(value)


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What a workbook carries besides cells; all of it is reported, none of it is used."""

    names: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    comments: int = 0
    properties: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class RawBook:
    """All tabs in order."""

    kind: str
    sheets: tuple[RawSheet, ...]
    facts: BookFacts = BookFacts()

    def sheet(self, title: str) -> RawSheet | None:
        """Return a tab by name."""
        return next((sheet for sheet in self.sheets if sheet.title == title), None)


@contextmanager
def as_verdict() -> Iterator[None]:
    """Turn whatever a damaged file makes a library raise, also what is no Exception, into a verdict on this file.

    Raises:
        Refused: see ``file_notices``.
    """
    try:
        yield
    except (Refused, KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        raise refuse(file_notices.TOO_LARGE, what="内存不足") from None
    except BaseException as error:
        raise refuse(file_notices.DAMAGED, what=f"内容 {cause(error)}") from None


def position(reference: str) -> Cell | None:
    """Return (row, column), 0-based, of ``C5``; None if it is not a cell of a sheet.

    >>> position("$C$5"), position("XFE1")
    ((4, 2), None)
    """
    match = _CELL.match(reference)
    if match is None:
        return None
    col = 0
    for letter in match[1].upper():
        col = col * 26 + ord(letter) - 64
    row = int(match[2])
    return (row - 1, col - 1) if 0 < row <= 1_048_576 and col <= 16_384 else None


def number(text: str) -> Decimal:
    """Return a stored number: Excel keeps 15 digits, more would show the noise of binary fractions.

    Raises:
        NotANumberError: not a number, or none that Excel can hold.
    """
    try:
        value = float(text)
    except ValueError:
        raise NotANumberError(text) from None
    if not -1e308 < value < 1e308 or "_" in text:
        raise NotANumberError(text)
    return Decimal(format(value, ".15g"))


def moment(value: datetime.datetime) -> str:
    """Return a date cell as text: the date alone if there is no time."""
    return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
