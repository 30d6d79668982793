"""XlsxWriter with text that stays text: the one place where it is imported (a test looks at every import).

Imports ``writing.text``. Whatever a caller hands over (cells, cached values, links, validations, headers, names of sheets,
properties) passes through here. XlsxWriter by itself takes ``<r>…</r>`` for markup, ``=`` for a formula, ``http://`` for
a link, spells ``_x0041_`` wrongly where two such stand together, and not at all in the value of a formula. A newcomer
would guard each call instead of the class.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from typing import IO, Any, TypeVar
from xml.sax.saxutils import escape, unescape

import xlsxwriter
from xlsxwriter.core import Core
from xlsxwriter.custom import Custom
from xlsxwriter.sharedstrings import SharedStrings, SharedStringTable
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

from xltool.files import AUTHOR, CALC_ID
from xltool.writing.text import EXCEL_LIMIT, cut, escaped, for_cell, for_part, sheet_name, units
from xltool.writing.theme import THEME

_T = TypeVar("_T")
column_name = xl_col_to_name
_TITLE, _MESSAGE, _PROPERTY, _LINK, _LINKS, _HEADER = 32, 255, 255, 2_079, 65_530, 255
_VALIDATION = {"input_title": _TITLE, "error_title": _TITLE, "input_message": _MESSAGE, "error_message": _MESSAGE}
_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
_RUN, _REFERENCE = ('<r><t xml:space="preserve">', "</t></r>"), {"_": "&#95;"}
_SPELT = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_MADE = datetime.datetime(2000, 1, 1)  # the same workbook twice is the same bytes


class TextSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter ships no types
    """A worksheet that takes every text for what it is."""

    def __init__(self) -> None:
        super().__init__()
        self.xls_strmax = 16 * EXCEL_LIMIT  # ``for_cell`` has seen to it, and spelling makes texts longer

    def _write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> int:
        return int(super()._write_string(row, col, _string(for_cell(string)), cell_format))

    def _write_formula(self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0) -> int:
        return int(super()._write_formula(row, col, formula, cell_format, _shown(value)))

    def _xml_formula_element(self, formula: str, result: Any, attributes: list[tuple[str, Any]]) -> None:
        if result == "":
            # As Excel writes it; XlsxWriter would call it a number.
            attributes = [*attributes, ("t", "str")]
        super()._xml_formula_element(formula, result, attributes)

    def put_formula(self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0) -> int:
        """Write a formula as it is, without ``=``: no array, no function newer than Excel 2010.

        XlsxWriter searches each formula for some hundred newer names, which took half the time.
        """
        if self._check_dimensions(row, col):
            return -1
        self.table[row][col] = CellFormulaTuple(formula, cell_format, _shown(value))
        return 0

    def _get_range_data(self, *area: int) -> list[Any]:
        """The values that a chart keeps of a range."""
        return [_plain(value) for value in super()._get_range_data(*area)]

    def _write_url(
        self, row: int, col: int, url: str, cell_format: Any = None, string: str | None = None, tip: Any = None
    ) -> int:
        """Write a link; where it cannot be one (odd characters, too long, too many), a refusal that the caller sees."""
        if for_part(url) != url or "\n" in url or units(url) > _LINK or self.hlink_count >= _LINKS:
            return -3
        return int(super()._write_url(row, col, url, cell_format, string, tip))

    def data_validation(self, *args: Any) -> int:
        """As XlsxWriter's; titles and messages are cut to what Excel takes."""
        *place, options = args
        texts = {name: for_part(options[name], limit) for name, limit in _VALIDATION.items() if options.get(name)}
        return int(super().data_validation(*place, {**options, **texts}))

    def set_header(self, header: str = "", options: Any = None, margin: Any = None) -> None:
        """Set the header of the page; the texts in it come from ``for_header``."""
        super().set_header("", options, margin)
        self.header = cut(for_cell(header), _HEADER)  # XlsxWriter would look for codes of pictures in the text

    def set_footer(self, footer: str = "", options: Any = None, margin: Any = None) -> None:
        """Set the footer of the page; the texts in it come from ``for_header``."""
        super().set_footer("", options, margin)
        self.footer = cut(for_cell(footer), _HEADER)


class TextBook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook whose sheets, names and properties take every text for what it is."""

    def __init__(self, target: IO[bytes], options: Mapping[str, Any]) -> None:
        literal = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        super().__init__(target, {**options, **literal})
        # Every formula has its result: nothing to calculate on opening, so nothing to save on closing either.
        self.calc_on_load, self.calc_id = False, CALC_ID
        self.theme_xml = THEME

    def add_worksheet(self, name: str, worksheet_class: type[TextSheet] = TextSheet) -> Any:
        """Add a sheet.

        Raises:
            ValueError: Excel would not take the name; ``sheet_name`` makes one that it takes.
        """
        if sheet_name(name, {str(known).lower() for known in self.sheetnames}) != name:
            raise ValueError(f"{name!r} cannot be the name of a sheet")
        return super().add_worksheet(name, worksheet_class)

    def set_properties(self, properties: Mapping[str, Any]) -> None:
        """Set the properties of the document; unless told otherwise it is ours and bears no clock."""
        whole = {"author": AUTHOR, "created": _MADE, **properties}
        super().set_properties({name: _property(value) for name, value in whole.items()})

    def set_custom_property(self, name: str, value: Any, property_type: str | None = None) -> int:
        """Set a property of our own."""
        return int(super().set_custom_property(name, _property(value), property_type) or 0)


class Strings(SharedStringTable):  # type: ignore[misc]
    """The texts of a workbook's cells. Cells keep the text itself; its number is given when all are known.

    First come the texts that do not depend on what is filled in, so that another department's workbook numbers them alike;
    ``varying``: the others, every one that was written, also those written again. ``numbers``: of all texts.
    """

    def __init__(self, fixed: Iterable[str] = (), times: int = 0) -> None:
        super().__init__()
        self.fixed = {text: number for number, text in enumerate(fixed)}
        self.times = times
        self.varying: list[str] = []
        self.numbers: dict[str, int] = {}
        self._vary = False

    def vary(self, paint: Callable[[], _T]) -> _T:
        """Paint what depends on what is filled in."""
        before, self._vary = self._vary, True
        try:
            return paint()
        finally:
            self._vary = before

    def number(self, varying: Sequence[str]) -> None:
        """Give every text its number; ``varying``: in the order of the workbook."""
        self.numbers = dict(self.fixed)
        for text in varying:
            self.numbers.setdefault(text, len(self.numbers))
        self.count, self.unique_count = self.times + len(varying), len(self.numbers)
        self.string_array = list(self.numbers)

    def _get_shared_string_index(self, string: str) -> str:
        if self._vary:
            self.varying.append(string)
        else:
            self.fixed.setdefault(string, len(self.fixed))
            self.times += 1
        return string

    def _sort_string_data(self) -> None:
        self.number(self.varying)


def written(write: Callable[[StringIO], None]) -> str:
    """Return what ``write`` writes."""
    target = StringIO()
    write(target)
    return target.getvalue()


def properties_xml(book: Any) -> tuple[str, str]:
    """Return the parts with a workbook's properties: those of all workbooks, and our own."""

    def part(of: Any, properties: Any) -> str:
        def write(target: StringIO) -> None:
            of._set_properties(properties)
            of._set_xml_writer(target)
            of._assemble_xml_file()

        return written(write)

    return part(Core(), book.doc_properties), part(Custom(), book.custom_properties)


def strings_xml(strings: Strings, known: dict[str, str]) -> str:
    """Return the part with the texts of cells; ``known`` remembers how each is written."""
    part = SharedStrings()
    part.string_table = strings

    def head(target: StringIO) -> None:
        part.fh = target
        part._xml_declaration()
        part._write_sst()

    def item(text: str) -> str:
        def write(target: StringIO) -> None:
            part.fh = target
            part._write_si(text)

        return written(write)

    pieces = [written(head)]
    for text in strings.string_array:
        if text not in known:
            known[text] = item(text)
        pieces.append(known[text])
    return "".join((*pieces, "</sst>"))


def _shown(value: Any) -> Any:
    """The result of a formula; a text that reads like an error is spelt, or XlsxWriter takes it for the error."""
    if not isinstance(value, str) or not value:
        return value
    shown = for_part(value)
    return f"_x0023_{shown[1:]}" if shown in _ERRORS else shown


def _property(value: Any) -> Any:
    return cut(for_cell(value), _PROPERTY) if isinstance(value, str) else value


def _string(text: str) -> str:
    """Text as XlsxWriter keeps it; what it would not spell rightly as one run of rich text, spelt here.

    The underscores are written as references, or XlsxWriter would spell them once more.
    """
    if "_x" not in text and not text.startswith("<r>"):
        return text
    if not _SPELT.search(text) and not text.endswith("</r>"):
        return text
    return f"{_RUN[0]}{escape(escaped(text), _REFERENCE)}{_RUN[1]}"


def _plain(kept: Any) -> Any:
    """The text again of what ``_string`` returned."""
    if not isinstance(kept, str) or not kept.startswith(_RUN[0]) or not kept.endswith(_RUN[1]):
        return kept
    spelt = unescape(kept[len(_RUN[0]) : -len(_RUN[1])], {reference: sign for sign, reference in _REFERENCE.items()})
    return spelt.replace("_x005F_", "_")
