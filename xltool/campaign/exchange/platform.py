"""The flat indicator table of the 预算管理一体化 platform: into the roster, and results back out of returns.

The platform's columns are fixed (``COLUMNS``); a ``*`` before a name only marks it as required. One sheet is
one project: its code is a column 项目编码, the name of the sheet, or given by the caller. Values keep the
platform's words; only the sign moves into 性质, and every such change is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xltool import notation
from xltool.campaign.roster import check as roster_check
from xltool.campaign.roster.columns import Columns
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.rewriting import Rewriting
from xltool.campaign.roster.sheet import COLUMNS as ROSTER_COLUMNS
from xltool.campaign.roster.sheet import INDICATORS, RosterError, RosterRow, columns_of
from xltool.campaign.roster.workbook_tables import OwnTable, tables
from xltool.campaign.settings import CampaignError
from xltool.engine.evaluation import Evaluation
from xltool.examine import Desk
from xltool.files import write_atomic
from xltool.findings import Finding
from xltool.form import Form, Key
from xltool.form.layout.workbook_layout import column_letters
from xltool.notation.parted import parted
from xltool.ooxml.refused import Refused
from xltool.read import read
from xltool.score import ProjectScore, score
from xltool.writing.text import sheet_name

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
        UnusableFileError: the file cannot be opened.
    """
    rows: list[Mapping[str, str]] = []
    notes: list[str] = []
    problems: list[str] = []
    found = False
    sheets = tables(path)
    for table in sheets.values():
        header, below = _header(table)
        if not header:
            continue
        found = True
        sheet = _Sheet(table, header, form, project, len(sheets) == 1)
        for number, line in table.lines(below):
            rows += sheet.row(number + 1, line)
        notes += sheet.notes
        problems += sheet.problems
    if not found:
        problems.append(f"{path.name}：前 15 行里没有找到这些栏目：{'、'.join(_NEEDED)}（或“一级指标”等相近的名称）。")
    if problems:
        raise RosterError(problems)
    return Imported(tuple(rows), tuple(notes))


def _header(table: OwnTable) -> tuple[list[str], int]:
    """The columns' names and the first row below them; a header may take two rows, with merged cells above."""
    for number in range(15):
        line = table.rows.get(number, {})
        for names, taken in ((line, 1), ({**line, **table.rows.get(number + 1, {})}, 2)):
            header = [_plain(names.get(col, "")) for col in range(max(names, default=-1) + 1)]
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

    def __init__(self, table: OwnTable, header: list[str], form: Form, project: str, only: bool) -> None:
        self.table, self.title, self.header, self.form = table, table.title, header, form
        title = table.title
        self.project = project or ("" if only and title.lower().startswith("sheet") else title)
        self.wanted = columns_of(form, INDICATORS)
        self.above = {"项目编码": "", "一级名称": "", "二级名称": ""}
        self.notes: list[str] = []
        self.problems: list[str] = []

    def at(self, number: int, column: str) -> str:
        letters = column_letters(self.header.index(column)) if column in self.header else "第 "
        return f"〔{self.title}〕{letters}{number}" + ("" if column in self.header else " 行")

    def row(self, number: int, line: Mapping[int, str]) -> Iterator[Mapping[str, str]]:
        """Yield the indicator in a line of the sheet, 1-based, if there is one."""
        values = {name: line[col] for col, name in enumerate(self.header) if name and col in line}
        name = values.get("三级名称", "")
        if not name or name in ("合计", "总分", "总计"):
            return
        self.problems += [
            f"{self.at(number, column)}：“{column}”{self.table.doubts[number - 1, col]}。"
            for col, column in enumerate(self.header)
            if column and (number - 1, col) in self.table.doubts
        ]
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
        nature, target, unit = self.nature(number, values)
        found = {
            "项目编码": code,
            "一级指标": level,
            "二级指标": group,
            "三级指标": name,
            "性质": nature,
            "指标值": target,
            "单位": unit,
            "分值": values.get("分值", ""),
        }
        yield MappingProxyType({column: text for column, text in found.items() if column in self.wanted})

    def group(self, level1: str, level2: str) -> tuple[str, str]:
        """The form's own names: exactly, with 指标 added, or the only group of that 一级 containing the words."""
        pairs = [
            (str(level.name), str(group.name))
            for table in self.form.project_tables.values()
            for level in table.levels
            for group in level.groups
        ]
        wanted = level2.removesuffix("指标")
        inside = [pair for pair in pairs if pair[0].removesuffix("指标") == level1.removesuffix("指标")]
        exact = [pair for pair in inside or pairs if pair[1].removesuffix("指标") == wanted]
        close = [pair for pair in inside if wanted and wanted in pair[1]]
        chosen = exact or (close if len(close) == 1 else [])
        return chosen[0] if len(chosen) == 1 else ("", "")

    def nature(self, number: int, values: Mapping[str, str]) -> tuple[str, str, str]:
        """性质, target and unit: from 计算符号, else from the sign or the kind of the target itself."""
        sign, target, unit = values.get("计算符号", ""), values.get("指标值", ""), values.get("计量单位", "")
        operator, rest = notation.leading_operator(target)
        two = parted(rest if operator else target) if not unit else None
        given = "定性" if sign in _QUALITATIVE else notation.leading_operator(sign)[0]
        if sign and not given and sign not in _OWN:
            self.problems.append(f"{self.at(number, '计算符号')}：计算符号“{sign}”不认识，可以用 ≥、≤、=、定性。")
        if notation.read_interval(target) is not None and given in ("", "="):
            nature = "区间"
        elif notation.read_deadline(notation.fold(rest or target)) is not None and given in ("", "=", "≤"):
            nature = "时限"
        elif given == "=" and two is None and notation.read_measure(target, unit).value is None:
            nature = "定性"  # "= 达标": the platform has no other sign for words
        elif given or sign in _OWN:
            nature = given or sign
        else:
            measured = two is not None or notation.read_measure(target, unit).value is not None
            nature = operator or ("=" if measured else "定性")
        kept = rest if operator and nature in ("≥", "≤", "=") else target
        if two is not None and nature in ("≥", "≤", "="):
            kept, unit = two
        if nature != sign or kept != target:
            shown = f"{sign}{target}" or "空"
            more = f"、单位 {unit}" if unit != values.get("计量单位", "") else ""
            self.notes.append(f"{self.at(number, '指标值')}：“{shown}”读作 性质 {nature}、指标值 {kept}{more}。")
        return nature, kept, unit


def refuse_unfit(path: Path, form: Form, rows: Sequence[Mapping[str, str]]) -> None:
    """Pass indicators with which the roster still is one that ``generate`` accepts.

    Raises:
        CampaignError: a project is not on the roster, or what is imported would be refused; lists everything.
        RosterError, UnusableFileError: the roster as it is cannot be used.
    """
    roster = read_roster(path, form)
    known = {row["项目编码"] for row in roster.projects}
    codes = dict.fromkeys(row["项目编码"] for row in rows)
    unknown = [code for code in codes if code and code not in known]
    kept = [row for row in roster.indicators if row["项目编码"] not in codes]
    letters = {name: column_letters(col) for col, name in enumerate(ROSTER_COLUMNS[INDICATORS])}
    new = [
        RosterRow(number, row, letters)
        for number, row in enumerate(rows, start=len(kept) + 2)
        if row["项目编码"] in known
    ]
    problems = [f"名册〔项目〕里没有项目编码“{code}”。" for code in unknown]
    problems += roster_check.check(replace(roster, indicators=(*kept, *new)), form)
    if problems:
        raise CampaignError("没有导入，名册没有改动。导入的内容（按导入以后的行号）有这些问题：", problems)


def add_to_roster(path: Path, rows: Sequence[Mapping[str, str]]) -> int:
    """Replace the indicators of the projects in ``rows``; other sheets, columns and projects stay.

    Returns how many old lines were replaced. The roster as it was is kept beside it as 名册_导入前.xlsx.

    Raises:
        UnusableFileError: the roster cannot be opened, or not be changed.
    """
    book = Rewriting(path)
    table = book.table(INDICATORS)
    columns = {name: col for col, name in Columns(table, ROSTER_COLUMNS[INDICATORS], ()).names.items()}
    codes, codes_at = {row["项目编码"] for row in rows}, columns.get("项目编码", -1)
    old = [line + 1 for line, cells in table.lines(1) if cells.get(codes_at) in codes]
    given = {name for row in rows for name in row}
    book.change(INDICATORS, [name for name in ROSTER_COLUMNS[INDICATORS] if name in given], {}, rows, old)
    book.save("_导入前")
    return len(old)


Lines = tuple[tuple[Decimal | str, ...], ...]


def results_of(data: bytes, desk: Desk) -> tuple[tuple[ProjectScore, Lines], ...]:
    """Return every project of a returned file with its lines in the platform's columns.

    Raises:
        Refused: it cannot be read.
    """
    result = read(data, desk.form_of, desk.issued, limits=desk.limits)
    if result.layout is None or result.filled is None:
        raise Refused(result.findings[0])
    evaluation = Evaluation(result.layout.form, result.filled)
    projects = enumerate(score(evaluation).projects, start=1)
    return tuple((project, tuple(_results(evaluation, index, project))) for index, project in projects)


def export_platform(
    returns: Iterable[tuple[str, tuple[tuple[ProjectScore, Lines], ...] | Finding]], path: Path
) -> tuple[int, list[str]]:
    """Write what ``results_of`` finds in returned files, one sheet per project; a finding is why nothing was found.

    Returns how many projects were written, and a line for each file or project left out.
    """
    from xltool.writing.workbook import TextBook

    target = BytesIO()
    book: Any = TextBook(target, {"in_memory": True})
    text, number = book.add_format({"num_format": "@"}), book.add_format({"num_format": "General"})
    written: dict[str, str] = {}
    titles: set[str] = set()
    left: list[str] = []
    for name, found in returns:
        if isinstance(found, Finding):
            left.append(f"{name}：读不了，没有导出（{found.message}）")
            continue
        for project, lines in found:
            ident = project.code or project.name
            if ident in written:
                left.append(f"{name}：项目“{project.code}”已经由“{written[ident]}”导出，请每个部门只给一个文件")
                continue
            written[ident] = name
            sheet = book.add_worksheet(sheet_name(ident, titles))
            titles.add(sheet.get_name().lower())
            for line, values in enumerate((COLUMNS, *lines)):
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
        for row in range(1, len(evaluation.filled.issue.rows(index, item.table)) + 1):

            def typed(name: str, row: int = row) -> str:
                ident = form.ids.get(name)
                return notation.text_of(evaluation.value(Key(index, ident, row))) if ident else ""

            if not typed(item.working or item.name):
                continue
            line = next(lines)
            lost = line.weight - line.final if line.weight is not None and line.final is not None else ""
            yield (
                line.level1, line.level2, line.name, typed("性质"), typed("指标值"), typed("实际完成值"), typed("单位"),
                "" if line.weight is None else line.weight, "" if line.final is None else line.final, lost,
                line.working, line.reason,
            )  # fmt: skip
