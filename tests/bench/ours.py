"""What is measured of the tool alone: generating by structure, and starting."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests import clean, kit
from tests.bench.contents import approved
from tests.bench.measure import as_installed, cpu
from xltool.campaign.issue.outbox import issued
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.sheet import Roster, RosterRow
from xltool.campaign.settings import Campaign
from xltool.examine import Desk, Job, Outcome, examine
from xltool.examine.jobs import Examining, unchanged
from xltool.form import Form, Issue, form_by_id, form_ids, known_ids
from xltool.generate import generate
from xltool.generate.stamp import Stamp, structure
from xltool.read.official import Official
from xltool.report.documents.reporting import Reporting

_MANY = 20  # the system counts CPU in hundredths of a second


def stamping(rows: int = 0) -> tuple[float, float]:
    """Seconds of CPU for a workbook with three projects: generated alone, and as another one of its structure.

    The departments differ in their names and codes, and with ``rows`` in as many approved indicators of each project.
    """
    form = form_by_id("hunan-2022")
    first, *others = (_issue(form, number, rows) for number in range(_MANY + 1))
    generate(form, first)  # warm
    alone = cpu(lambda: [generate(form, other) for other in others[:3]]) / 3
    made = Stamp(form, first)
    assert {structure(form, other) for other in others} == {structure(form, first)}
    return alone, cpu(lambda: [made.workbook(other) for other in others]) / _MANY


def _issue(form: Form, number: int, rows: int) -> Issue:
    code = f"{number:06d}"
    projects = [f"{code}-{project}" for project in (1, 2, 3)]
    roster = Roster(
        (RosterRow(2, {"部门编码": code, "部门名称": f"样例单位{number}"}),),
        tuple(RosterRow(2, {"部门编码": code, "项目编码": one, "项目名称": f"样例项目{one}"}) for one in projects),
        tuple(RosterRow(2, line) for one in projects for line in approved(form, one, number, rows)),
    )
    return issue_for(form, roster, roster.departments[0], 2022)


def warm(campaign: Campaign, files: Sequence[Path]) -> float:
    """Seconds of CPU for examining returns in this process, all that is loaded once loaded: the least of three runs."""
    form, known = form_by_id(campaign.form), issued(campaign)
    made = [(path.name, path.read_bytes()) for path in files]

    def work() -> None:
        for name, data in made:
            examine(name, data, {str(form.id): form}.get, known)

    work()
    return min(cpu(work) for _ in range(3))


def reporting(forms: Sequence[str] = ()) -> dict[str, tuple[float, float]]:
    """Seconds of CPU of a return's Word report and of checking it, by form, all by default: warm, three projects."""
    official = Official(known_ids())
    desk, found = Desk(known_ids(), official=official), dict[str, tuple[float, float]]()
    for ident in forms or form_ids():
        form = form_by_id(ident)
        issue = kit.issue(form, 3)
        first = clean.values(form, issue)
        values = {
            key._replace(project=number) if key.project else key: value
            for key, value in first.items()
            for number in (1, 2, 3)
        }
        data = kit.workbook(form, issue, {key: value for key, value in values.items() if key not in issue.locked})
        job = Job("回收表.xlsx", Path("回收表.xlsx"), data)
        found[ident] = _least(Reporting(job), desk), _least(Examining(job, unchanged), desk)
    return found


def _least(task: Reporting | Examining[Outcome], desk: Desk) -> float:
    """Seconds of CPU of a task, the least of seven runs after one."""
    task.perform(desk)
    return min(_spent(task, desk) for _ in range(7))


def _spent(task: Reporting | Examining[Outcome], desk: Desk) -> float:
    begin = time.process_time()
    task.perform(desk)
    return time.process_time() - begin


def start(*words: str) -> float:
    """Seconds of CPU of a command, the least of five runs after one, as of an installed program."""

    def ask() -> None:
        subprocess.run([sys.executable, "-m", "xltool", *words], check=False, capture_output=True)

    with as_installed():
        ask()
        return min(cpu(ask) for _ in range(5))
