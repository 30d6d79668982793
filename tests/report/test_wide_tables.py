"""A sheet of 汇总 that one can look at: a wide table of figures is cut between sheets of the form, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xltool.report.summary.figures import FIGURES, MOST, in_parts
from xltool.report.workbook.book import Column, Footer, Table

LEAD = tuple(Column(name, 10) for name in ("部门编码", "部门", "状态"))


def table(sizes: list[int], name: str = FIGURES) -> tuple[Table, dict[str, str]]:
    """Sections of so many figures; the third row's footer has a value in every column."""
    names = [(f"表{section}", f"数{section}-{at}") for section, size in enumerate(sizes) for at in range(size)]
    columns = (*LEAD, *(Column(f"{figure}\n（万元）", 13, total=True) for _, figure in names))
    rows = [("301", "甲", "通过", *range(len(names))), ("302", "乙", "未报", *(None for _ in names))]
    footer = Footer("控制数", {at: float(at) for at in range(3, len(columns))})
    made = Table(name, "批：部门数据", "说明", columns, rows, 2, True, (footer,) if names else ())
    return made, {f"{figure}（万元）": sheet for sheet, figure in names}


@given(st.lists(st.integers(1, 150), max_size=8))
def test_nothing_is_lost_and_no_sheet_is_wide(sizes: list[int]) -> None:
    whole, sections = table(sizes)
    parts = list(in_parts(whole, sections))
    assert all(part.columns[:3] == LEAD and len(part.columns) <= 3 + MOST for part in parts)
    assert [one for part in parts for one in part.columns[3:]] == list(whole.columns[3:])
    for index, row in enumerate(whole.rows):
        assert [value for part in parts for value in list(part.rows)[index][3:]] == list(row[3:])
    told = [part.footers[0].values[at] for part in parts for at in sorted(part.footers[0].values)] if sizes else []
    assert told == [float(at) for at in range(3, len(whole.columns))]
    assert len({part.name for part in parts}) == len(parts)


def test_a_section_stays_together_where_it_fits() -> None:
    whole, sections = table([4, 7, 13, 15, 4, 6, 39, 82])
    parts = list(in_parts(whole, sections))
    assert [(part.name, part.title.partition("（")[2], len(part.columns) - 3) for part in parts] == [
        ("部门数据", "表0、表1、表2、表3、表4、表5）", 49),
        ("部门数据2", "表6）", 39),
        ("部门数据3", "表7）", 60),
        ("部门数据4", "表7）", 22),
    ]


def test_other_tables_and_narrow_ones_stay_as_they_are() -> None:
    for made, sections in (table([60]), table([90], "指标明细")):
        assert list(in_parts(made, sections)) == [made]
