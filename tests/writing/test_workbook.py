"""Text in is text out: what goes into a workbook, read again by openpyxl, calamine, our reader and the Open XML SDK."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from tests.validator import complaints, needs_validator
from tests.writing.strategies import NASTY, kept, texts
from xltool.files import AUTHOR, readable
from xltool.read.book.opening import open_book
from xltool.report.summary.gather import linked
from xltool.report.workbook.stream import Stream
from xltool.writing.text import EXCEL_LIMIT, for_header, sheet_name, units
from xltool.writing.workbook import TextBook

_SPELT = re.compile("_x([0-9a-fA-F]{4})_")


def made(values: Sequence[str], sheets: Sequence[str] = ("表",)) -> bytes:
    """Every text as a cell (A), a cached value (B), a merged cell (C), in a streamed row (sheet 2), in all else there is."""
    target = BytesIO()
    book = TextBook(target, {})
    names: set[str] = set()
    for name in sheets:
        names.add(sheet_name(name, {known.lower() for known in names}))
    sheet = None
    for name in sorted(names):
        sheet = book.add_worksheet(name)
        for row, text in enumerate(values):
            sheet.write_string(row, 0, text)
            sheet.write_formula(row, 1, "=1", None, text)
            sheet.merge_range(row, 2, row, 3, "")
            sheet.write_string(row, 2, text)
            for title in ("input_title", "error_title"):
                sheet.data_validation(
                    row, 5, row, 5, {"validate": "any", "input_message": text or "x", title: text or "x"}
                )
            sheet.write_url(row, 6, str(getattr(linked(text, f"../退回/{text}"), "target", "")), None, text)
        sheet.set_header("&L" + for_header("页" + "".join(values), 100))
        sheet.set_footer("&R" + for_header("页" + "".join(reversed(values)), 100))
    book.constant_memory = True
    stream = book.add_worksheet("流", Stream)
    book.constant_memory = False
    for row, text in enumerate(values):
        stream.put_row(row, None, [text, 1.5, text], [0, 0, 0])
    book.set_properties({"title": "".join(values), "subject": "".join(values)})
    book.set_custom_property("xltool", "".join(values) or "x", "text")
    book.close()
    return target.getvalue()


def excel(text: object) -> str:
    """A text of a part as Excel reads it; openpyxl only takes away what escapes an escape."""
    return _SPELT.sub(lambda match: chr(int(match[1], 16)), "" if text is None else str(text))


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, min_size=1, max_size=5))
@example(list(NASTY))
def test_cells_keep_their_text(values: list[str]) -> None:
    assume(all(text == readable(text) or re.search("[\ud800-\udfff]", text) for text in values))
    data, wanted = made(values), [kept(text) for text in values]
    ours = open_book(data)
    for title in ("表", "流"):
        sheet = next(sheet for sheet in ours.sheets if sheet.title == title)
        columns = (0, 1, 2) if title == "表" else (0, 2)
        for column in columns:
            assert [sheet.cells.get((row, column), "") for row in range(len(values))] == wanted
        lines = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(title).to_python(skip_empty_area=False)
        for column in columns:
            seen = [line[column] if column < len(line) else "" for line in lines] + [""] * len(values)
            assert [text.strip() for text in map(str, seen[: len(values)])] == [text.strip() for text in wanted]
    other = openpyxl.load_workbook(BytesIO(data))
    streamed = [excel(other["流"].cell(row + 1, 1).value) for row in range(len(values))]
    assert streamed == wanted, "texts inside the cell, which openpyxl shows as they are spelt"
    cells = [other["表"].cell(row + 1, 1) for row in range(len(values))]
    assert [str(cell.value or "") for cell in cells] == [text.replace("x005F_", "") for text in wanted]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}, "no formula, no number"


@settings(max_examples=30, deadline=None)
@given(st.lists(texts, min_size=1, max_size=4))
def test_names_of_sheets_are_taken_by_excel(values: list[str]) -> None:
    names: list[str] = []
    for text in values:
        names.append(sheet_name(text, {name.lower() for name in names}))
    assert len({name.lower() for name in names}) == len(values)
    for name in names:
        assert 0 < units(name) <= 31
        assert not set("[]:*?/\\'\n") & set(name)
        assert excel(name) == name
        name.encode()
    book = openpyxl.load_workbook(BytesIO(made(["x"], [*names])))
    assert {*names, "流"} == {*book.sheetnames} | ({"流"} & {*names})


@needs_validator
def test_the_sdk_finds_nothing(tmp_path: Path) -> None:
    """All at once, because the SDK takes seconds to start."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        made([*NASTY, "长" * 40_000, "😀" * 20_000, "<" * EXCEL_LIMIT, "_x0041_" * 5_000], ["_x0041_", "a'b"])
    )
    assert complaints(path) == {}


@pytest.mark.parametrize(
    "text", ["长" * 40_000, "😀" * 20_000, "_x0041_" * 5_000, "<r>" + "&" * 40_000 + "</r>"], ids=lambda text: text[:7]
)
def test_a_text_longer_than_a_cell_is_cut_and_says_so(text: str) -> None:
    data = made([text])
    for sheet in open_book(data).sheets:
        shown = str(sheet.cells[0, 0])
        assert units(shown) <= EXCEL_LIMIT
        assert shown.endswith("…（已截断）")
        assert text.startswith(shown.removesuffix("…（已截断）"))


def test_headers_with_codes_stay() -> None:
    book = openpyxl.load_workbook(BytesIO(made(["A&G", "&[Picture]&P"])))
    header = book["表"].oddHeader
    assert header is not None
    assert header.left is not None
    assert header.left.text == "页A&&G&&[Picture]&&P"


def test_a_name_excel_does_not_take_is_refused() -> None:
    book = TextBook(BytesIO(), {"in_memory": True})
    with pytest.raises(ValueError, match="cannot be the name of a sheet"):
        book.add_worksheet("_x0041_")
    book.fileclosed = True


def test_a_chart_keeps_the_text_itself() -> None:
    target, names = BytesIO(), ["<r>a</r>", "_x0041_的", "县教育局"]
    book = TextBook(target, {})
    sheet = book.add_worksheet("表")
    for row, name in enumerate(names):
        sheet.write_string(row, 0, name)
        sheet.write_number(row, 1, row)
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"categories": ["表", 0, 0, 2, 0], "values": ["表", 0, 1, 2, 1]})
    sheet.insert_chart(0, 3, chart)
    book.close()
    with zipfile.ZipFile(BytesIO(target.getvalue())) as archive:
        root = etree.fromstring(archive.read("xl/charts/chart1.xml"))
    kept_texts = [item.text for item in root.iter("{*}strCache") for item in item.iter("{*}v")]
    assert [excel(text) for text in kept_texts] == names


def test_a_workbook_bears_no_clock() -> None:
    stream = BytesIO()
    book = TextBook(stream, {"in_memory": True})
    book.set_properties({"title": "登记"})
    book.add_worksheet("表")
    book.close()
    properties = openpyxl.load_workbook(stream).properties
    assert (properties.title, properties.creator) == ("登记", AUTHOR)
    assert properties.created == properties.modified == datetime.datetime(2000, 1, 1)
