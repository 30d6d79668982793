"""A bureau's campaign of 2023: six units, ten projects, issued, filled in, changed in the middle. All made by code."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests import clean, kit
from xltool.campaign.issue.outbox import IssueRun, generate_all, issued
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster, RosterRow, write_roster
from xltool.campaign.settings import Campaign, create, open_campaign
from xltool.form import Form, Issue, Key, Value, form_by_id

FORM, YEAR = "national-2020", 2023
UNITS: Mapping[str, tuple[str, int]] = {
    "101001": ("县教育局", 3),
    "101002": ("县卫生健康局", 2),
    "101003": ("县农业农村局", 2),
    "101004": ("县交通运输局", 1),
    "101005": ("县民政局", 1),
    "101006": ("县文化旅游局", 1),
}
_YEAR = re.compile(r"202[23]")
_BASE = 1_700_000_000  # time of the first file; each later file is a minute younger


def this_year(text: str) -> str:
    """The clean fill is one of 2022."""
    return _YEAR.sub(lambda found: str(int(found[0]) + 1), text)


def approved(form: Form) -> list[dict[str, str]]:
    """The indicators of the clean fill as a bureau approves them."""
    fill = clean.fills().forms.get(form.id, clean.fills().default)
    lines = fill.indicators or clean.fills().default.indicators
    wanted = ("一级指标", "二级指标", "三级指标", "性质", "指标值", "单位", "分值")
    return [{name: this_year(line.get(name, "")) for name in wanted} for line in lines]


@dataclass
class Bureau:
    """``projects``: code to what the roster says; ``indicators``: project code to its approved indicators."""

    folder: Path
    form_id: str = FORM
    year: int = YEAR
    units: dict[str, str] = field(default_factory=lambda: {code: name for code, (name, _) in UNITS.items()})
    projects: dict[str, dict[str, str]] = field(default_factory=dict)
    indicators: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    sent: int = 0

    def __post_init__(self) -> None:
        self.form = form_by_id(self.form_id)
        title = f"{self.year}年度绩效自评汇总"
        self.campaign: Campaign = create(self.folder, self.form_id, self.year, title, f"{self.year + 1}-03-31")
        for code, (_, count) in UNITS.items():
            for number in range(1, count + 1):
                self.add(code, number)

    def at(self, folder: Path) -> Bureau:
        """The same bureau with its campaign copied to another folder."""
        other = copy.copy(self)
        other.folder, other.campaign = folder, open_campaign(folder)
        other.projects, other.indicators = copy.deepcopy((self.projects, self.indicators))
        return other

    def add(self, unit: str, number: int) -> str:
        """Put a project with the clean fill's indicators on the roster."""
        code = f"{unit}-{number}"
        self.projects[code] = {"项目名称": f"{self.units[unit][1:3]}专项{number}", "年初预算数": "60.00"}
        self.indicators[code] = approved(self.form)
        return code

    def issue(self) -> IssueRun:
        """Write the roster, read it as the officer's and generate."""
        rows = [
            {"部门编码": code.partition("-")[0], "项目编码": code, **values} for code, values in self.projects.items()
        ]
        lines = [{"项目编码": code, **line} for code in self.projects for line in self.indicators.get(code, [])]
        roster = Roster(
            _rows([{"部门编码": code, "部门名称": name} for code, name in self.units.items()]),
            _rows(rows),
            _rows(lines),
        )
        write_roster(self.campaign.roster, roster)
        return generate_all(self.campaign, self.form, read_roster(self.campaign.roster, self.form), lambda *_: None)

    def shape(self, unit: str) -> Issue:
        """What was issued last to a unit."""
        return [shape for shape in issued(self.campaign).values() if shape.department == unit][-1]

    def values(
        self, unit: str, changes: Mapping[str, object] | None = None, project: int = 1, shape: Issue | None = None
    ) -> dict[Key, Value]:
        """A complete return without mistakes, some cells of one project changed."""
        made = shape or self.shape(unit)
        result: dict[Key, Value] = {}
        for number, one in enumerate(made.projects, start=1):
            alone = replace(made, projects=(one,), locked=frozenset())
            found = clean.values(self.form, alone, changes if number == project else None)
            for key, value in found.items():
                own = key._replace(project=number) if key.project else key
                result[own] = this_year(value) if isinstance(value, str) else value
        return {key: value for key, value in result.items() if key not in made.locked}

    def workbook(self, unit: str, values: Mapping[Key, Value], shape: Issue | None = None) -> bytes:
        return kit.workbook(self.form, shape or self.shape(unit), values)

    def send(self, name: str, data: bytes) -> Path:
        """A file arrives in 收回."""
        path = self.campaign.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.sent += 1
        os.utime(path, (_BASE + 60 * self.sent,) * 2)
        return path

    def fill(self, unit: str, changes: Mapping[str, object] | None = None, project: int = 1) -> Path:
        """The unit fills in and sends back what it was issued last."""
        return self.send(f"{unit}.xlsx", self.workbook(unit, self.values(unit, changes, project)))


def _rows(values: list[dict[str, str]]) -> tuple[RosterRow, ...]:
    return tuple(RosterRow(line, row) for line, row in enumerate(values, start=2))
