"""A table with any merges, written in any format, is read as the very same grid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.read.documents.builders import Spot, as_docx, as_dump, as_html, as_ods, as_xls, as_xlsx
from xltool.read.tables.grid import Grid
from xltool.read.tables.open import open_document

WORDS = st.lists(
    st.text("绩效目标数量≥9.5%（元)ab&<", min_size=1, max_size=6), min_size=1, max_size=3
).map("\n".join)  # fmt: skip
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def tables(draw: st.DrawFn) -> list[Spot]:
    """A table of up to 6 × 5 places, some of them merged; every row and column begins somewhere."""
    height, width = draw(st.integers(2, 6)), draw(st.integers(2, 5))
    free = {(row, col) for row in range(height) for col in range(width)}
    spots = []
    while free:
        row, col = min(free)
        rows, cols = draw(st.sampled_from([(1, 1), (1, 1), (1, 2), (2, 1), (3, 1), (1, 4), (2, 2)]))
        area = {(r, c) for r in range(row, row + rows) for c in range(col, col + cols)}
        if not area <= free:
            area, rows, cols = {(row, col)}, 1, 1
        free -= area
        spots.append(Spot(row, col, rows, cols, draw(WORDS)))
    assume({s.row for s in spots} == set(range(height)) and {s.col for s in spots} == set(range(width)))
    return spots


def read(data: bytes, name: str) -> list[Spot]:
    """The only table of a document."""
    (grid,) = open_document(data, name).items
    assert isinstance(grid, Grid)
    return [Spot(c.row, c.col, c.rows, c.cols, c.text) for c in grid.cells]


@pytest.mark.parametrize(
    ("write", "name"),
    [(as_docx, "a.docx"), (as_html, "a.html"), (as_xlsx, "a.xlsx"), (as_xls, "a.xls"), (as_ods, "a.ods")],
    ids=["docx", "html", "xlsx", "xls", "ods"],
)
@given(spots=tables())
@SLOW
def test_the_same_grid_whatever_wrote_it(write: Callable[[list[Spot]], bytes], name: str, spots: list[Spot]) -> None:
    """Texts, positions and spans come back; blanks at the ends of a line are no text."""
    expected = [Spot(s.row, s.col, s.rows, s.cols, s.text) for s in sorted(spots, key=lambda s: (s.row, s.col))]
    assert read(write(spots), name) == expected


@given(
    rows=st.integers(2, 5).flatmap(
        lambda n: st.lists(st.lists(WORDS | st.just(""), min_size=n, max_size=n), min_size=2)
    )
)
@SLOW
def test_a_text_dump_gives_its_rows_and_cells(rows: list[list[str]]) -> None:
    """Every row of a dump has its cells; text around the table stays outside."""
    document = open_document(f"标题\n\n{as_dump(rows)}尾\n".encode(), "a.txt")
    before, grid, after = document.items
    assert isinstance(grid, Grid)
    assert [[cell.text for cell in grid.row(row)] for row in range(grid.height)] == rows
    assert [getattr(item, "text", "") for item in (before, after)] == ["标题", "尾"]


@given(spots=tables())
@SLOW
def test_places_are_counted_as_a_person_counts(spots: list[Spot]) -> None:
    """第2行第3列 is the third cell that is seen in the second row, in Word and on a page alike."""
    for write in (as_docx, as_html):
        (grid,) = open_document(write(spots), "a").items
        assert isinstance(grid, Grid)
        for row in range(grid.height):
            for number, cell in enumerate(grid.row(row), start=1):
                if cell.row == row:
                    assert cell.address.a1 == f"第{row + 1}行第{number}列"
