"""Which fields of a form play a part the program has to know of, and when it is filled in. Part of ``form.definition.model``.

Names and ids of fields never stand in the program: what compares years, holds a figure against the roster or names a
project asks here. A form without such a field leaves the role out, and what needs it is not done.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType

from xltool.files import safe_name


@dataclass(frozen=True, slots=True)
class Years:
    """The first and the last year that a form was made for; 0 where nobody says. Told, never a reason to refuse.

    >>> Years(2020).words, Years(2020, 2022).words, Years(2022, 2022).words, Years(0, 2019).words, Years().words
    ('2020 年度起', '2020—2022 年度', '2022 年度', '2019 年度及以前', '')
    """

    first: int = 0
    last: int = 0

    def outside(self, year: int) -> bool:
        """Whether a year is before the first or after the last."""
        return year < self.first or (self.last > 0 and year > self.last)

    @property
    def words(self) -> str:
        """The years for people; ``""`` where nobody says."""
        if not self.first and not self.last:
            return ""
        if not self.last:
            return f"{self.first} 年度起"
        if not self.first:
            return f"{self.last} 年度及以前"
        return f"{self.first} 年度" if self.first == self.last else f"{self.first}—{self.last} 年度"


@dataclass(frozen=True, slots=True)
class GridTotal:
    """The row of a grid that is the sum of the others, and what those are called together.

    ``parts``: in a formula it is their names in words; before a column's name (资金来源全年预算数) the cells of that column.
    """

    row: str
    parts: str


@dataclass(frozen=True, slots=True)
class Roles:
    """Names of fields by what they are.

    ``project_name``: the project's name, where the roster has none. ``nature``: the column that says how a target is
    meant. ``execution_rate``: a project's rate. ``opening`` and ``closing``: what the department carries in from last
    year and over to the next; ``carried``: a project's part of it, as it is budgeted. ``amount``: how large a project is,
    where projects are compared. ``controls``: a column of the
    roster's sheet 项目 to the project's figure that must equal it. ``goal`` and ``goal_result``: what a project was to
    reach and what it did, in words.
    """

    project_name: str = ""
    nature: str = ""
    execution_rate: str = ""
    opening: str = ""
    closing: str = ""
    carried: str = ""
    amount: str = ""
    goal: str = ""
    goal_result: str = ""
    controls: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


class Filed(StrEnum):
    """In which year a form is filled in, seen from 年度."""

    AFTER = "次年"
    DURING = "当年"
    BEFORE = "上年"

    @property
    def shift(self) -> int:
        """So many years after 年度."""
        return {Filed.AFTER: 1, Filed.DURING: 0, Filed.BEFORE: -1}[self]


@dataclass(frozen=True, slots=True)
class Timing:
    """Which part of 年度 a form is about and when it is filled in.

    ``until``: the last month of its figures. ``filed``: 次年 a self-evaluation, 当年 while the year runs, 上年 what is planned
    for it. ``deadline``: month and day of that year, unless a campaign says otherwise.
    ``called``: what a workbook is called in file names and letters.
    """

    until: int = 12
    filed: Filed = Filed.AFTER
    deadline: str = "03-31"
    called: str = "绩效自评表"

    @property
    def noun(self) -> str:
        """What it is called for short: 自评表."""
        return self.called.removeprefix("绩效")

    def due(self, year: int) -> str:
        """Return the deadline of a campaign of ``year`` as an ISO date."""
        return f"{year + self.filed.shift}-{self.deadline}"

    @property
    def example(self) -> str:
        """A day on which it may be filled in, with the year to be filled in by ``policy_texts.of_year``."""
        word = "年度" if self.filed is Filed.DURING else self.filed.value
        return f"{{{word}}}-{self.deadline[:2]}-15"


def unsound_timing(timing: Timing, anchor: str) -> Iterator[tuple[str, str]]:
    """Yield what cannot be: the text at whose line to tell (``anchor`` for numbers), and what."""
    if not 1 <= timing.until <= 12:
        yield anchor, f"timing 的 until 是数据到几月为止，只能是 1 到 12，现在是 {timing.until}"
    if not _DAY.fullmatch(timing.deadline):
        yield timing.deadline, f"timing 的 deadline 要写成 月-日，如 03-31，现在是“{timing.deadline}”"
    if not timing.called.strip() or len(timing.called) > 20 or safe_name(timing.called) != timing.called:
        yield (
            timing.called,
            f"timing 的 called 要用在文件名里，不能空着、太长或有 / \\ : 这样的字，现在是“{timing.called}”",
        )


def unknown_roles(roles: Roles, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that are no fields of the form: the text at whose line to tell, and what."""
    plain = [getattr(roles, item.name) for item in fields(roles) if item.name != "controls"]
    for name in (*plain, *roles.controls.values()):
        if name and name not in known:
            yield name, f"roles 里的“{name}”不是本表的栏目"
