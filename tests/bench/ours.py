"""What is measured of the tool alone: generating by structure, and starting."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from tests import kit
from tests.bench.measure import cpu
from xltool.form import form_by_id
from xltool.generate import generate
from xltool.generate.stamp import Stamp

_MANY = 20  # the system counts CPU in hundredths of a second


def stamping() -> tuple[float, float]:
    """Seconds of CPU for a workbook with three projects: generated alone, and as another one of its structure."""
    form = form_by_id("hunan-2022")
    issue = kit.issue(form, 3)
    others = [
        replace(
            issue,
            department=str(number),
            department_name=f"样例单位{number}",
            issue_id=f"{number:016x}",
            prefill=MappingProxyType(
                {
                    key: value if isinstance(value, Decimal) else f"{value}{number}"
                    for key, value in issue.prefill.items()
                }
            ),
        )
        for number in range(_MANY)
    ]
    generate(form, issue)  # warm
    alone = cpu(lambda: [generate(form, other) for other in others[:3]]) / 3
    made = Stamp(form, issue)
    return alone, cpu(lambda: [made.workbook(other) for other in others]) / _MANY


def reporting() -> dict[str, float]:
    """A return's Word report against checking the return, by form: CPU of both, warm, three projects."""
    official = Official(known_ids())
    desk, found = Desk(known_ids(), official=official), {}
    for ident in form_ids():
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
        report, check = (_least(task, desk) for task in (Reporting(job), Examining(job, unchanged)))
        found[ident] = report / check
    return found


def _least(task: Reporting | Examining[Outcome], desk: Desk) -> float:
    """Seconds of CPU of a task, the least of seven runs after one."""
    task.perform(desk)
    return min(cpu(lambda: task.perform(desk)) for _ in range(7))


def start(*words: str) -> float:
    """Seconds of CPU of a command, the least of five runs."""

    def ask() -> None:
        subprocess.run([sys.executable, "-m", "xltool", *words], check=False, capture_output=True)

    return min(cpu(ask) for _ in range(5))
