"""One return of every form, and a campaign around it: what the audit is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from tests import clean, kit
from tests.audit import audit
from xltool.campaign.issue import signing
from xltool.campaign.issue.outbox import RECORD, record_of
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import Campaign, create
from xltool.examine import Pool
from xltool.files import write_atomic
from xltool.form import Form, Issue, form_by_id

SEALED_WITH = "xltool audit"
UNITS: Mapping[str, str] = {"001": '县“教育”局"一"\'局', "002": "=县司法局", "003": "县民政局"}
PROJECTS = ("校园“安全”\"改造'[一]/二?:" + "长" * 40, "没有填的项目")
"""Names at which the name of a file or a sheet, a formula, a link would stumble."""
CHANGES = {"偏差原因及改进措施/1": '=HYPERLINK("http://x")', "资金总额全年执行数": 999}


class Here(Pool):
    """Works in this process."""

    def run(self, tasks: Iterable[Any]) -> Iterator[Any]:
        for task in tasks:
            yield task.perform(self.desk)


def roster() -> Roster:
    units = tuple(kit.row(部门编码=code, 部门名称=name, 主管部门=UNITS["001"]) for code, name in UNITS.items())
    projects = (kit.row(部门编码="001", 项目编码=f"001-{n}", 项目名称=name) for n, name in enumerate(PROJECTS, start=1))
    return Roster(units, tuple(projects))


@cache
def returned(ident: str, projects: int = len(PROJECTS)) -> tuple[Form, Issue, bytes]:
    """What the first unit fills in, with mistakes; the second project it leaves blank. One is made for all tests of a process."""
    form, known = form_by_id(ident), roster()
    known = replace(known, projects=known.projects[:projects])
    made = issue_for(form, known, known.departments[0], 2022)
    secret = hashlib.sha256(SEALED_WITH.encode()).hexdigest().encode()
    made = replace(made, seal=signing.seal(secret, made))
    return form, made, kit.workbook(form, made, dict(clean.values(form, made, CHANGES)))


def begun(folder: Path, ident: str, projects: int = len(PROJECTS)) -> tuple[Campaign, Form, bytes]:
    """A campaign of three units: one has returned its file, of one came what nobody can read."""
    form, made, data = returned(ident, projects)
    campaign = create(folder, ident, 2022, '2022年"自评"汇总', "2023-03-31")
    signing.ensure(campaign, SEALED_WITH)
    write_roster(campaign.roster, roster(), form)
    write_atomic(campaign.outbox / RECORD, record_of([made]))
    (campaign.inbox / "001.xlsx").write_bytes(data)
    (campaign.inbox / "003 县民政局.xlsx").write_bytes(b"%PDF-1.4 no workbook")
    return campaign, form, data


def complaints(folder: Path) -> dict[str, list[str]]:
    """What the audit says of the workbooks in a folder, by their places; nothing of those that are well."""
    found = {
        str(path.relative_to(folder)): audit(data)
        for path in sorted(folder.rglob("*.xlsx"))
        if path.parent.name != "复核收回"  # what reviewers saved with other programs
        if (data := path.read_bytes()).startswith(b"PK")
    }
    return {name: problems for name, problems in found.items() if problems}
