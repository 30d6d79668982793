"""The bureau's own list of units or projects, whatever it looks like, into the roster.

Imports ``workbook_tables`` and ``rewriting``. The heading may stand below titles and take two lines; columns are known by
what bureaus call them; merged cells mean the cell above; what is taken and what is not is told line by line. Lines of the
roster are found again by code, then by name, and only what the list says is put there. A newcomer would ask for our template.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import MappingProxyType

from xltool import notation
from xltool.campaign.roster import check as roster_check
from xltool.campaign.roster.columns import plain
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.rewriting import Rewriting
from xltool.campaign.roster.sheet import COLUMNS, DEPARTMENTS, MONEY, PROJECTS, Roster, RosterError, RosterRow
from xltool.campaign.roster.workbook_tables import OwnTable, tables
from xltool.files import UnusableFileError, own_text
from xltool.form import Form
from xltool.form.layout.workbook_layout import column_letters
from xltool.read.book.areas import Area
from xltool.writing.text import for_cell

_CALLED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "部门编码": (
            "单位编码", "预算单位编码", "单位代码", "部门代码", "预算单位代码", "单位编号", "部门编号", "预算编码",
        ),
        "部门名称": ("单位名称", "预算单位名称", "预算单位", "单位", "部门", "填报单位", "单位全称", "部门单位名称"),
        "主管部门": ("主管部门名称", "主管单位", "主管局", "上级主管部门", "上级单位", "归口部门", "一级预算单位"),
        "联系人": ("联系人姓名", "填表人", "经办人", "绩效联系人", "财务联系人", "联络员", "单位联系人"),
        "联系电话": ("电话", "联系方式", "手机", "手机号", "手机号码", "办公电话", "联系人电话", "电话号码"),
        "项目编码": ("项目代码", "项目编号", "预算项目编码", "预算项目代码"),
        "项目名称": ("预算项目名称", "项目", "预算项目", "专项名称", "支出项目", "专项资金名称"),
        "实施单位": ("项目实施单位", "资金使用单位", "项目单位", "承担单位"),
        "年初预算数": ("年初预算", "年初预算金额", "预算数", "预算金额", "金额", "年初批复数", "批复金额", "年初数"),
        "全年预算数": ("全年预算", "调整预算数", "调整后预算数", "调整后预算", "全年预算金额", "调整预算"),
    }
)  # fmt: skip
"""What bureaus call the roster's columns, first ones first."""

_NAMES = {plain(word): name for name, words in _CALLED.items() for word in (name, *words)}
_DOWN = ("部门编码", "部门名称", "主管部门")  # merged over the lines of a unit
_UNIT = re.compile(r"单位[:：]?\s*(万元|千元|百万元|亿元|元)|[(（](万元|千元|百万元|亿元|元)[)）]")
_FACTORS = {"元": 4, "千元": 1, "万元": 0, "百万元": -2, "亿元": -4}
_TOTALS = ("合计", "小计", "总计", "共计", "注：", "备注：", "说明：", "填表", "制表")
_PLACE = re.compile(r"〔(部门|项目)〕([A-Z]+)([0-9]+)")
_FOUND_BY = ("部门编码", "部门名称", "项目编码", "项目名称")
_HEADING_WITHIN, _CSV_BYTES, _TOLD = 20, 20_000_000, 12


@dataclass(slots=True)
class TakenOver:
    """What was taken: new and changed lines per sheet; ``told``: which column is what; ``left``: what was not taken."""

    new: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    same: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def take(path: Path, roster_path: Path, form: Form, only: str = "") -> TakenOver:
    """Put a list into the roster; the roster as it was is kept beside it as 名册_导入前.xlsx.

    Args:
        path: .xlsx, .xls, .ods or .csv.
        roster_path: the roster.
        form: for what the roster is checked.
        only: the name of the sheet to take, all if none is named.

    Raises:
        RosterError: nothing could be taken, or the roster would not be one ``generate`` accepts; nothing was written.
        UnusableFileError: a file cannot be opened.
    """
    roster, found, taken = read_roster(roster_path, form), _Found(), TakenOver()
    sheets = _tables_of(path)
    for table in sheets.values():
        if not only or table.title == only:
            _List(table, taken, found).read()
    if not found.units and not found.projects:
        names = "、".join(sheets)
        raise RosterError(
            [
                f"{path.name}（{names}）：没有找到可以导入的行。表头里要有“部门编码”和“部门名称”，"
                "或者“部门编码”和“项目名称”（单位编码、单位名称、预算单位等说法都认）。",
                *taken.left[:_TOLD],
            ]
        )
    merged = _Merged(roster, taken)
    for unit in found.units.values():
        merged.unit(unit)
    for project in found.projects:
        merged.project(project)
    result = replace(roster, departments=tuple(merged.rows[DEPARTMENTS]), projects=tuple(merged.rows[PROJECTS]))
    if problems := list(roster_check.check(result, form)):
        told = [merged.traced(path.name, problem) for problem in problems]
        raise RosterError(["没有导入，名册没有改动。导入以后（按那时的行号）有这些问题：", *told])
    book = Rewriting(roster_path)
    for title in (DEPARTMENTS, PROJECTS):
        book.change(title, COLUMNS[title], merged.updates[title], merged.added[title])
    if any(merged.updates[title] or merged.added[title] for title in merged.added):
        book.save("_导入前")
    return taken


def _tables_of(path: Path) -> dict[str, OwnTable]:
    if path.suffix.lower() not in (".csv", ".txt"):
        return tables(path)
    try:
        lines = list(csv.reader(io.StringIO(own_text(path, _CSV_BYTES)), delimiter=_delimiter(path)))
    except csv.Error:
        raise UnusableFileError(
            path, "不是用逗号、分号或制表符分开的表。请用 Excel 或 WPS 打开，另存为 .xlsx"
        ) from None
    rows = {
        number: MappingProxyType({col: text.strip() for col, text in enumerate(line) if text.strip()})
        for number, line in enumerate(lines)
        if any(text.strip() for text in line)
    }
    return {path.stem: OwnTable(path.stem, MappingProxyType(rows), MappingProxyType({}))}


def _delimiter(path: Path) -> str:
    head = own_text(path, _CSV_BYTES)[:4_000]
    return max(",\t;", key=head.count)


@dataclass(slots=True)
class _Line:
    """What a line of the list says, where that is, and by the roster's column the letters of the list's."""

    values: dict[str, str]
    where: str
    letters: Mapping[str, str]


@dataclass(slots=True)
class _Found:
    units: dict[str, _Line] = field(default_factory=dict)
    projects: list[_Line] = field(default_factory=list)


class _List:
    """One sheet of the list."""

    def __init__(self, table: OwnTable, taken: TakenOver, found: _Found) -> None:
        self.table, self.taken, self.found = table, taken, found
        self.above: dict[str, str] = {}
        self._areas: dict[int, list[Area]] = {}
        for area in sorted(table.merges):
            if area[1] == area[3] and area[0] < area[2]:
                self._areas.setdefault(area[1], []).append(area)

    def read(self) -> None:
        columns, below = self._heading()
        if not columns:
            self.taken.left.append(f"〔{self.table.title}〕没有认出表头，整张没有导入。")
            return
        factor = self._factor(columns, below)
        for number, line in self.table.lines(below):
            self._line(number, {name: line[col] for col, name in columns.items() if col in line}, columns, factor)

    def _heading(self) -> tuple[dict[int, str], int]:
        """The columns that are known, and the first row of data; the row, or two, that knows most of them."""
        best: tuple[dict[int, str], int] = ({}, 0)
        rows = [number for number in self.table.rows if number < _HEADING_WITHIN]
        for number in rows:
            line = self.table.rows[number]
            for names, taken in ((line, 1), ({**line, **self.table.rows.get(number + 1, {})}, 2)):
                known: dict[int, str] = {}
                for col, text in sorted(names.items()):
                    name = _NAMES.get(plain(text), "")
                    if name and name not in known.values():
                        known[col] = name
                if len(known) > len(best[0]) and _enough(set(known.values())):
                    best = (known, number + taken)
        if best[0]:
            self._tell(*best)
        return best

    def _tell(self, columns: Mapping[int, str], below: int) -> None:
        texts = {**self.table.rows.get(below - 2, {}), **self.table.rows.get(below - 1, {})}
        said = "，".join(
            f"{column_letters(col)} 列“{' '.join(texts.get(col, '').split())}”→{name}" for col, name in columns.items()
        )
        self.taken.told.append(f"〔{self.table.title}〕表头在第 {below} 行：{said}。")
        unused = [text for col, text in sorted(self.table.rows.get(below - 1, {}).items()) if col not in columns]
        unused = [" ".join(text.split()) for text in unused if plain(text) not in ("序号", "编号")]
        if unused:
            self.taken.told.append(f"〔{self.table.title}〕没有用到的栏目：{'、'.join(unused[:_TOLD])}。")

    def _factor(self, columns: Mapping[int, str], below: int) -> dict[str, int]:
        """By how many digits each column of money is moved to be in 万元: its own heading says, or a title above."""
        found = {}
        above = " ".join(text for number in range(below) for text in self.table.rows.get(number, {}).values())
        for col, name in columns.items():
            if name not in MONEY:
                continue
            own = " ".join(self.table.rows.get(number, {}).get(col, "") for number in range(max(0, below - 2), below))
            said = _UNIT.search(own) or _UNIT.search(above)
            unit = (said[1] or said[2]) if said else ""
            found[name] = _FACTORS.get(unit, 0)
            if found[name]:
                self.taken.told.append(f"〔{self.table.title}〕“{name}”的单位是{unit}，已经换算成万元。")
            elif not unit:
                self.taken.told.append(f"〔{self.table.title}〕“{name}”没有写单位，按万元导入，请核对。")
        return found

    def _line(self, number: int, values: dict[str, str], columns: Mapping[int, str], factor: Mapping[str, int]) -> None:
        where = f"〔{self.table.title}〕第 {number + 1} 行"
        first = re.sub(r"\s", "", next(iter(self.table.rows[number].values())))
        if any(first.startswith(word) or re.sub(r"\s", "", values.get("部门名称", "")) == word for word in _TOTALS):
            self.taken.left.append(f"{where}：是“{first[:12]}”，没有导入。")
            return
        for col, name in columns.items():
            if doubt := self.table.doubts.get((number, col)):
                self.taken.left.append(f"{where}：“{name}”{doubt}。这一行没有导入。")
                return
        for col, name in columns.items():
            if name in _DOWN and not values.get(name):
                values[name] = self._merged(number, col)
        unit = {name: values[name] for name in ("部门编码", "部门名称") if values.get(name)}
        if unit:
            self.above = unit
        elif values.get("项目名称") or values.get("项目编码"):
            values |= self.above  # further projects of the unit above
        values = {name: for_cell(text) for name, text in values.items() if text}
        for name, digits in factor.items():
            values |= {name: _moved(values[name], digits)} if name in values else {}
        letters = MappingProxyType({name: column_letters(col) for col, name in columns.items()})
        self._take(_Line(values, where, letters), columns)

    def _merged(self, number: int, col: int) -> str:
        """The text of the merged area a cell lies in; a cell that is blank by itself means nothing."""
        areas = self._areas.get(col, [])
        at = bisect_left(areas, number, key=lambda area: area[0]) - 1  # areas of a sheet do not overlap
        if at < 0 or number > areas[at][2]:
            return ""
        top, left, _, _ = areas[at]
        return self.table.rows.get(top, {}).get(left, "")

    def _take(self, line: _Line, columns: Mapping[int, str]) -> None:
        code, name = line.values.get("部门编码", ""), line.values.get("部门名称", "")
        if not code and not name:
            self.taken.left.append(f"{line.where}：没有部门编码和名称，没有导入。")
            return
        known = self.found.units.get(code or name)
        own = {key: text for key, text in line.values.items() if key in COLUMNS[DEPARTMENTS]}
        is_project = "项目名称" in columns.values() or "项目编码" in columns.values()
        if known is None:
            self.found.units[code or name] = _Line(own, line.where, line.letters)
        elif not is_project and own != known.values:
            self.taken.left.append(
                f"{line.where}：部门编码“{code or name}”前面已经有了（{known.where}），这一行没有导入。"
            )
        else:
            known.values |= {key: text for key, text in own.items() if key not in known.values}
        if is_project and (line.values.get("项目名称") or line.values.get("项目编码")):
            self.found.projects.append(line)
        elif is_project:
            self.taken.left.append(f"{line.where}：没有项目名称，只导入了部门。")


def _enough(names: set[str]) -> bool:
    return {"部门编码", "部门名称"} <= names or ("项目名称" in names and bool({"部门编码", "部门名称"} & names))


def _moved(text: str, digits: int) -> str:
    """A sum in 万元, exactly; what is no bare number stays as it is and is checked as it stands.

    >>> _moved("1,234,567.8", 4), _moved("5", -4), _moved("24万元", 4)
    ('123.45678', '50000', '24万元')
    """
    number = notation.read_number(text, "")
    if not digits or not isinstance(number.value, Decimal) or not re.fullmatch(r"[-\d,，. ]+", text):
        return text
    return f"{number.value.scaleb(-digits).normalize():f}"


class _Merged:
    """The roster with the list put in: by code, by name where the list has no code."""

    def __init__(self, roster: Roster, taken: TakenOver) -> None:
        self.taken = taken
        self.rows = {DEPARTMENTS: list(roster.departments), PROJECTS: list(roster.projects)}
        self.updates: dict[str, dict[int, dict[str, str]]] = {DEPARTMENTS: {}, PROJECTS: {}}
        self.added: dict[str, list[dict[str, str]]] = {DEPARTMENTS: [], PROJECTS: []}
        self.codes: dict[str, str] = {}
        self._by: dict[tuple[str, str, str], list[int]] = {}  # sheet, column, text: where in rows
        for title, rows in self.rows.items():
            for at, row in enumerate(rows):
                self._index(title, at, row)
        self._from: dict[tuple[str, int], _Line] = {}
        self._numbers: dict[str, int] = {}  # by unit: how far its codes were counted
        self.last = {title: max((row.line for row in rows), default=1) for title, rows in self.rows.items()}

    def unit(self, line: _Line) -> None:
        code, name = line.values.get("部门编码", ""), line.values.get("部门名称", "")
        same = self._same(DEPARTMENTS, "部门编码", code) if code else self._same(DEPARTMENTS, "部门名称", name)
        if not code and len(same) != 1:
            self.taken.left.append(f"{line.where}：“{name}”没有部门编码，名册里也没有这个名称，没有导入。")
            return
        if not same and not name:
            self.taken.left.append(f"{line.where}：部门编码“{code}”没有名称，名册里也没有，没有导入。")
            return
        self.codes[code or name] = self.rows[DEPARTMENTS][same[0]]["部门编码"] if same else code
        self._put(DEPARTMENTS, same[0] if same else None, line.values, line)

    def project(self, line: _Line) -> None:
        unit = self.codes.get(line.values.get("部门编码", "") or line.values.get("部门名称", ""))
        if unit is None:
            return
        code, name = line.values.get("项目编码", ""), line.values.get("项目名称", "")
        rows = self.rows[PROJECTS]
        if code:
            same = self._same(PROJECTS, "项目编码", code)
        else:
            same = [at for at in self._same(PROJECTS, "项目名称", name) if rows[at]["部门编码"] == unit]
        if not code and not same:
            for number in count(self._numbers.get(unit, 1)):
                code = f"{unit}-{number:02}"
                if not self._same(PROJECTS, "项目编码", code):
                    self._numbers[unit] = number
                    break
            self.taken.told.append(f"{line.where}：“{name}”没有项目编码，编为 {code}。")
        values = {key: text for key, text in line.values.items() if key in COLUMNS[PROJECTS]}
        values |= {"部门编码": unit, **({"项目编码": code} if code else {})}
        self._put(PROJECTS, same[0] if same else None, values, line)

    def traced(self, file: str, problem: str) -> str:
        """Return a problem of the roster, with the place in the list it comes from, where it does."""
        place = _PLACE.search(problem)
        line = self._from.get((place[1], int(place[3]))) if place else None
        if place is None or line is None:
            return problem
        row = next((row for row in self.rows[place[1]] if row.line == int(place[3])), None)
        name = next((name for name, letters in row.columns.items() if letters == place[2]), "") if row else ""
        column = f" {line.letters[name]} 列" if name in line.letters else ""
        return f"{problem.rstrip('。')}（导入文件 {file} 的{line.where}{column}）。"

    def _same(self, title: str, column: str, text: str) -> list[int]:
        """Where in the rows of a sheet a column says so now; a row that said so before it was changed does not count."""
        rows = self.rows[title]
        return [at for at in sorted(set(self._by.get((title, column, text), ()))) if rows[at][column] == text]

    def _index(self, title: str, at: int, row: RosterRow) -> None:
        for column in _FOUND_BY:
            if text := row[column]:
                self._by.setdefault((title, column, text), []).append(at)

    def _put(self, title: str, at: int | None, values: Mapping[str, str], line: _Line) -> None:
        rows = self.rows[title]
        if at is None:
            self.last[title] += 1
            letters = {name: column_letters(col) for col, name in enumerate(COLUMNS[title])}
            rows.append(RosterRow(self.last[title], MappingProxyType(dict(values)), letters))
            self._index(title, len(rows) - 1, rows[-1])
            self._from[title, self.last[title]] = line
            self.added[title].append(dict(values))
            self.taken.new[title] = self.taken.new.get(title, 0) + 1
            return
        row = rows[at]
        fresh = {name: text for name, text in values.items() if text and row[name] != text}
        if not fresh:
            self.taken.same[title] = self.taken.same.get(title, 0) + 1
            return
        rows[at] = replace(row, values=MappingProxyType({**row.values, **fresh}))
        self._index(title, at, RosterRow(row.line, fresh))
        self._from[title, row.line] = line
        if row.line <= self._old(title):
            self.updates[title][row.line] = {**self.updates[title].get(row.line, {}), **fresh}
        else:
            self.added[title][row.line - self._old(title) - 1] |= fresh
        self.taken.changed[title] = self.taken.changed.get(title, 0) + 1

    def _old(self, title: str) -> int:
        """The last line the roster had before."""
        return self.last[title] - len(self.added[title])
