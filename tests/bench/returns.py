"""A campaign with as many returns as wanted.

Filled in alike, or a number of workbooks each in its own way; of each as many are made as it takes, their identity changed
part by part.

``python -m tests.bench.returns FOLDER COUNT [PROJECTS [VARIANTS]]`` makes one; VARIANTS: in so many different contents. Every 20th return has a wrong sum.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from tests.bench.contents import varied
from xltool.campaign.demo import Demo, DemoDepartment, DemoProject, load_demo, values_of
from xltool.campaign.issue import signing
from xltool.campaign.issue.outbox import RECORD
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.sheet import Roster, RosterRow, write_roster
from xltool.campaign.settings import Campaign, create
from xltool.engine.filled import from_values
from xltool.form import Issue, Key, form_by_id
from xltool.form.layout import workbook_layout
from xltool.generate.workbook import write

_CODE = "900000"
_NAME = "县样例单位九〇〇"
_VARIANTS = 20
_FLAWED = 20


def department(number: int) -> str:
    return f"{number:06d}"


def make(folder: Path, count: int, projects: int = 3, different: bool = False, variants: int = _VARIANTS) -> Campaign:
    """Make a campaign folder with ``count`` departments that have all returned their file.

    ``different``: in other contents, ``variants`` of them.
    """
    demo = load_demo()
    campaign = create(folder, demo.form, demo.year, demo.title, demo.deadline)
    numbers = range(1, count + 1)
    roster = Roster(
        tuple(_row(line, 部门编码=department(n), 部门名称=f"县样例单位{n:05d}") for line, n in enumerate(numbers, 2)),
        tuple(
            _row(2, 部门编码=department(n), 项目编码=f"{department(n)}-{p}", 项目名称=f"项目{n:05d}之{p}")
            for n in numbers
            for p in range(1, projects + 1)
        ),
    )
    write_roster(campaign.roster, roster)
    secret = signing.ensure(campaign, "xltool bench")
    filled = [(seed if different else 0, seed % _FLAWED == 0) for seed in range(1, min(count, variants) + 1)]
    made = {which: _Template(demo, projects, *which) for which in sorted(set(filled))}
    templates = [made[which] for which in filled]
    issues = []
    for n in numbers:
        template = templates[(n - 1) % len(templates)]
        issue = template.shape_of(n)
        issue = replace(issue, seal=signing.seal(secret, issue))
        issues.append(issue.to_json())
        (campaign.inbox / f"{department(n)}.xlsx").write_bytes(template.workbook(issue))
    (campaign.outbox / RECORD).write_text(json.dumps(issues), encoding="ascii")
    return campaign


class _Template:
    """A filled workbook and how to make another department's out of it."""

    def __init__(self, demo: Demo, projects: int, seed: int, flawed: bool) -> None:
        form = form_by_id(demo.form)
        roster = Roster(
            (_row(2, 部门编码=_CODE, 部门名称=_NAME),),
            tuple(
                _row(2, 部门编码=_CODE, 项目编码=f"{_CODE}-{p}", 项目名称=f"项目之{p}") for p in range(1, projects + 1)
            ),
        )
        self.issue = replace(issue_for(form, roster, roster.departments[0], demo.year), seal="0" * 32)
        one = DemoDepartment(
            _CODE, _NAME, "", tuple(DemoProject(f"{_CODE}-{p}", f"项目之{p}") for p in range(1, projects + 1)), "x.xlsx"
        )
        values = values_of(demo, one, form, self.issue)
        values = varied(values, form, seed) if seed else values
        if flawed:
            values[Key(0, form.field("三公经费预算数").id)] = form.spec.parameters[0].value * 0 + 99
        data = write(workbook_layout.build(form, self.issue), from_values(form, self.issue, values))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def shape_of(self, number: int) -> Issue:
        code = department(number)
        return replace(
            self.issue,
            department=code,
            department_name=f"县样例单位{number:05d}",
            issue_id=f"{number:016x}",
            prefill=MappingProxyType(
                {
                    key: f"县样例单位{number:05d}" if value == _NAME else value
                    for key, value in self.issue.prefill.items()
                }
            ),
            projects=tuple(replace(project, code=project.code.replace(_CODE, code)) for project in self.issue.projects),
        )

    def workbook(self, issue: Issue) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, part in self.parts.items():
                changed = part.replace(self.issue.issue_id.encode(), issue.issue_id.encode())
                changed = changed.replace(self.issue.seal.encode(), issue.seal.encode())
                archive.writestr(name, changed.replace(_NAME.encode(), issue.department_name.encode()))
        return stream.getvalue()


def _row(line: int, **values: str) -> RosterRow:
    return RosterRow(line, values)


def paths(campaign: Campaign) -> Iterator[Path]:
    return iter(sorted(campaign.inbox.glob("*.xlsx")))


if __name__ == "__main__":
    _given = [int(text) for text in sys.argv[2:]]
    _count, _projects, _variants = _given + [3, _VARIANTS][len(_given) - 1 :]
    make(Path(sys.argv[1]), _count, _projects, different=True, variants=_variants)
