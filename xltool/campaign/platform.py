"""The flat indicator table of the 预算管理一体化 platform: into the roster, and results back out of returns.

The platform's columns are fixed (``COLUMNS``); a ``*`` before a name only marks it as required. One sheet is
one project: its code is a column 项目编码, the name of the sheet, or given by the caller. Values keep the
platform's words; only the sign moves into 性质, and every such change is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xltool import notation
from xltool.campaign.foreign import Table, tables
from xltool.campaign.roster import COLUMNS as ROSTER_COLUMNS
from xltool.campaign.roster import INDICATORS, RosterError
from xltool.engine.evaluate import Evaluation
from xltool.files import write_atomic
from xltool.form import Form, Key, Shape
from xltool.form.layout import column_letters
from xltool.score import ProjectScore, score
from xltool.writing.text import for_part, sheet_name

COLUMNS = (
    "一级名称", "二级名称", "三级名称", "计算符号", "指标值", "*实际完成值", "计量单位", "*分值", "*指标得分", "扣减分数",
    "完成情况描述", "偏差原因",
)  # fmt: skip
_NEEDED = ("一级名称", "二级名称", "三级名称", "指标值")
_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("一级指标", "一级指标名称"), "一级名称"),
        **dict.fromkeys(("二级指标", "二级指标名称"), "二级名称"),
        **dict.fromkeys(("三级指标", "三级指标名称", "指标名称", "绩效指标名称"), "三级名称"),
        **dict.fromkeys(("指标性质", "性质", "运算符号", "指标方向"), "计算符号"),
        **dict.fromkeys(("年度指标值", "目标值", "年度目标值", "指标目标值", "绩效目标值"), "指标值"),
        **dict.fromkeys(("度量单位", "单位", "指标单位"), "计量单位"),
        **dict.fromkeys(("权重", "指标分值", "指标权重"), "分值"),
        **dict.fromkeys(("项目代码", "项目编号"), "项目编码"),
    }
)
"""What versions and provinces call the platform's columns."""

_OWN = ("区间", "时限")  # our words, which an export of ours contains
_QUALITATIVE = ("定性", "定性描述", "文字描述", "描述")


@dataclass(frozen=True, slots=True)
class Imported:
    """Indicators read from the platform: roster rows, what was normalised, and what could not be read."""

    rows: tuple[Mapping[str, str], ...]
    notes: tuple[str, ...]


def read_platform(path: Path, form: Form, project: str = "") -> Imported:
    """Read the platform's table.

    Args:
        path: the platform's export, .xlsx or .xls.
        form: gives the 二级指标 that exist.
        project: the project's code, where the file does not say.

    Raises:
        RosterError: with every cell that cannot be taken over.
    """
    rows: list[Mapping[str, str]] = []
    notes: list[str] = []
    problems: list[str] = []
    found = False
    sheets = tables(path)
    for title, lines in sheets.items():
        header, below = _header(lines)
        if not header:
            continue
        found = True
        sheet = _Sheet(title, header, form, project, len(sheets) == 1)
        for number, line in enumerate(lines[below:], start=below + 1):
            if any(line):
                rows += sheet.row(number, line)
        notes += sheet.notes
        problems += sheet.problems
    if not found:
        problems.append(f"{path.name}：前 15 行里没有找到这些栏目：{'、'.join(_NEEDED)}（或“一级指标”等相近的名称）。")
    if problems:
        raise RosterError(problems)
    return Imported(tuple(rows), tuple(notes))


def _text(value: Any) -> str:
    return format(value, ".15g") if isinstance(value, float) else str(value).strip() if value is not None else ""


def _header(lines: Table) -> tuple[list[str], int]:
    """The columns' names and the first line below them; a header may take two lines, with merged cells above."""
    for number, line in enumerate(lines[:15]):
        after = lines[number + 1] if number + 1 < len(lines) else []
        both = [below or above for above, below in zip_longest(line, after, fillvalue="")]
        for names, taken in ((line, 1), (both, 2)):
            header = [_plain(text) for text in names]
            if set(_NEEDED) <= set(header):
                return header, number + taken
    return [], 0


def _plain(header: str) -> str:
    """The platform's name of a column, whatever stars, brackets, line breaks or other words a version gives it.

    >>> _plain("*三级指标\\n（指标名称）"), _plain("＊权重（分值）"), _plain("度量单位")
    ('三级名称', '分值', '计量单位')
    """
    bare = re.sub(r"[*＊\s]|[(（].*?[)）]", "", header)
    return _ALIASES.get(bare, bare)


class _Sheet:
    """One sheet being read: merged project, 一级 and 二级 cells leave blanks, which mean the cell above."""

    def __init__(self, title: str, header: list[str], form: Form, project: str, only: bool) -> None:
        self.title, self.header, self.form = title, header, form
        self.project = project or ("" if only and title.lower().startswith("sheet") else title)
        self.above = {"项目编码": "", "一级名称": "", "二级名称": ""}
        self.notes: list[str] = []
        self.problems: list[str] = []

    def at(self, number: int, column: str) -> str:
        letters = column_letters(self.header.index(column)) if column in self.header else "第 "
        return f"〔{self.title}〕{letters}{number}" + ("" if column in self.header else " 行")

    def row(self, number: int, line: Sequence[str]) -> Iterator[Mapping[str, str]]:
        values = {name: text for name, text in zip(self.header, line, strict=False) if name}
        name = values.get("三级名称", "")
        if not name or name in ("合计", "总分", "总计"):
            return
        for column in self.above:
            self.above[column] = values[column] = values.get(column, "") or self.above[column]
        code = values.get("项目编码", "") or self.project
        if not code:
            self.problems.append(
                f"{self.at(number, '三级名称')}：不知道是哪个项目的指标，请用 --project 给出项目编码。"
            )
        level, group = self.group(values["一级名称"], values["二级名称"])
        if not group:
            self.problems.append(
                f"{self.at(number, '二级名称')}：二级名称“{values['二级名称']}”对不上本表样的二级指标。"
            )
        nature, target = self.nature(number, values)
        yield MappingProxyType(
            {
                "项目编码": code,
                "一级指标": level,
                "二级指标": group,
                "三级指标": name,
                "性质": nature,
                "指标值": target,
                "单位": values.get("计量单位", ""),
                "分值": values.get("分值", ""),
            }
        )

    def group(self, level1: str, level2: str) -> tuple[str, str]:
        """The form's own names: exactly, with 指标 added, or the only group of that 一级 containing the words."""
        pairs = [
            (str(level.name), str(group.name))
            for table in self.form.tables.values()
            for level in table.levels
            for group in level.groups
        ]
        wanted = level2.removesuffix("指标")
        inside = [pair for pair in pairs if pair[0].removesuffix("指标") == level1.removesuffix("指标")]
        exact = [pair for pair in inside or pairs if pair[1].removesuffix("指标") == wanted]
        close = [pair for pair in inside if wanted and wanted in pair[1]]
        chosen = exact or (close if len(close) == 1 else [])
        return chosen[0] if len(chosen) == 1 else ("", "")

    def nature(self, number: int, values: Mapping[str, str]) -> tuple[str, str]:
        """性质 and target: from 计算符号, else from the sign or the kind of the target itself."""
        sign, target = values.get("计算符号", ""), values.get("指标值", "")
        operator, rest = notation.leading_operator(target)
        given = "定性" if sign in _QUALITATIVE else notation.leading_operator(sign)[0]
        if sign and not given and sign not in _OWN:
            self.problems.append(f"{self.at(number, '计算符号')}：计算符号“{sign}”不认识，可以用 ≥、≤、=、定性。")
        if notation.read_interval(target) is not None and given in ("", "="):
            nature = "区间"
        elif notation.read_deadline(notation.fold(rest or target)) is not None and given in ("", "=", "≤"):
            nature = "时限"
        elif given == "=" and notation.read_measure(target, values.get("计量单位", "")).value is None:
            nature = "定性"  # "= 达标": the platform has no other sign for words
        elif given or sign in _OWN:
            nature = given or sign
        else:
            measured = notation.read_measure(target, values.get("计量单位", ""))
            nature = operator or ("=" if measured.value is not None else "定性")
        kept = rest if operator and nature in ("≥", "≤", "=") else target
        if nature != sign or kept != target:
            shown = f"{sign}{target}" or "空"
            self.notes.append(f"{self.at(number, '指标值')}：“{shown}”读作 性质 {nature}、指标值 {kept}。")
        return nature, kept


def add_to_roster(path: Path, rows: Sequence[Mapping[str, str]]) -> int:
    """Replace the indicators of the projects in ``rows``; other sheets, columns and projects stay.

    Returns how many old lines were replaced. The roster as it was is kept beside it as 名册_导入前.xlsx.
    """
    import openpyxl

    data = path.read_bytes()
    book = openpyxl.load_workbook(BytesIO(data))
    sheet = book[INDICATORS] if INDICATORS in book.sheetnames else book.create_sheet(INDICATORS)
    header = [str(cell.value or "").strip() for cell in sheet[1]] if sheet.max_row else []
    missing = [column for column in ROSTER_COLUMNS[INDICATORS] if column not in header]
    start = max((number for number, name in enumerate(header, start=1) if name), default=0)
    for offset, column in enumerate(missing, start=start + 1):
        sheet.cell(1, offset, column)
    header = [*header[:start], *missing]
    codes = {row["项目编码"] for row in rows}
    codes_at = header.index("项目编码") + 1
    old = [line for line in range(sheet.max_row, 1, -1) if _text(sheet.cell(line, codes_at).value) in codes]
    for line in old:
        sheet.delete_rows(line)
    used = [n for n in range(1, sheet.max_row + 1) if any(cell.value not in (None, "") for cell in sheet[n])]
    for number, row in enumerate(rows, start=max(used) + 1):
        for name, text in row.items():
            cell = sheet.cell(number, header.index(name) + 1)
            cell.value, cell.data_type, cell.number_format = for_part(text), "s", "@"
    target = BytesIO()
    _respell(book, data)
    book.save(target)
    write_atomic(path.with_name(f"{path.stem}_导入前{path.suffix}"), data)
    write_atomic(path, target.getvalue())
    return len(old)


def _respell(book: Any, data: bytes) -> None:
    """Spell the texts that openpyxl read as they stand in the file's parts; it would save ``_x0041_`` bare, which is A."""
    import python_calamine

    other = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    for sheet in book.worksheets:
        odd = [c for line in sheet.iter_rows() for c in line if c.data_type == "s" and c.row and "_x" in str(c.value)]
        lines = other.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False) if odd else []
        for cell in odd:
            if cell.row <= len(lines) and isinstance(text := lines[cell.row - 1][cell.column - 1], str):
                cell.value = for_part(text)


def export_platform(
    returns: Iterable[tuple[str, bytes]],
    form_of: Callable[[str], Form | None],
    issued: Mapping[str, Shape] | None,
    path: Path,
) -> tuple[int, list[str]]:
    """Write the results of returned files in the platform's columns, one sheet per project.

    Returns how many projects were written, and a line for each file or project left out.
    """
    from xltool.read import read
    from xltool.writing.workbook import TextBook

    target = BytesIO()
    book: Any = TextBook(target, {"in_memory": True})
    text, number = book.add_format({"num_format": "@"}), book.add_format({"num_format": "General"})
    written: dict[str, str] = {}
    titles: set[str] = set()
    left: list[str] = []
    for name, data in returns:
        result = read(data, form_of, issued)
        if result.layout is None or result.filled is None:
            left.append(f"{name}：读不了，没有导出（{result.findings[0].message}）")
            continue
        evaluation = Evaluation(result.layout.form, result.filled)
        for index, project in enumerate(score(evaluation).projects, start=1):
            ident = project.code or project.name
            if ident in written:
                left.append(f"{name}：项目“{project.code}”已经由“{written[ident]}”导出，请每个部门只给一个文件")
                continue
            written[ident] = name
            sheet = book.add_worksheet(sheet_name(ident, titles))
            titles.add(sheet.get_name().lower())
            for line, values in enumerate((COLUMNS, *_results(evaluation, index, project))):
                for col, value in enumerate(values):
                    if isinstance(value, Decimal):
                        sheet.write_number(line, col, float(value), number)
                    else:
                        sheet.write_string(line, col, value, text)
            sheet.set_column(0, len(COLUMNS) - 1, 16)
    if written:
        book.close()
        write_atomic(path, target.getvalue())
    return len(written), left


def _results(evaluation: Evaluation, index: int, project: ProjectScore) -> Iterator[tuple[Decimal | str, ...]]:
    """The indicator rows of one project, in the order of the form."""
    form = evaluation.form
    for item in (item for item in form.spec.scoring.items if item.table):
        lines = iter([line for line in project.lines if line.level2])
        for row in range(1, len(evaluation.filled.shape.rows(index, item.table)) + 1):

            def typed(name: str, row: int = row) -> str:
                ident = form.ids.get(name)
                return notation.text_of(evaluation.value(Key(index, ident, row))) if ident else ""

            if not typed(item.working):
                continue
            line = next(lines)
            lost = line.weight - line.final if line.weight is not None and line.final is not None else ""
            yield (
                line.level1, line.level2, line.name, typed("性质"), typed("指标值"), typed("实际完成值"), typed("单位"),
                "" if line.weight is None else line.weight, "" if line.final is None else line.final, lost,
                line.working, line.reason,
            )  # fmt: skip
