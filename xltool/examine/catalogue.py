"""Every finding the tool can report: the form's rules and the notices about files and readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xltool import check, read
from xltool.findings import Severity
from xltool.form import Form
from xltool.form.model import Where
from xltool.form.wording import of_year
from xltool.read import official


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue; ``expect``, ``when``, ``where`` and ``only`` are empty for notices."""

    code: str
    name: str
    severity: Severity
    say: str
    do: str
    source: str
    expect: str = ""
    when: str = ""
    where: str = ""
    only: str = ""


_ONLY = {Where.BOTH: "", Where.WORKBOOK: "下发的工作簿", Where.OFFICIAL: "部门自己填的正式表和报告"}


def catalogue(form: Form) -> tuple[Entry, ...]:
    """Return all entries: the form's rules in their order, then notices by code."""
    rules = [
        Entry(
            rule.code,
            rule.name,
            rule.severity,
            rule.say,
            of_year(rule.do),
            rule.source,
            rule.expect,
            rule.when,
            "、".join(rule.at),
            _ONLY[rule.where],
        )
        for rule in form.spec.rules
    ]
    notices = sorted((*read.NOTICES, *official.NOTICES, *check.NOTICES), key=lambda notice: notice.code)
    return (*rules, *(Entry(n.code, n.name, n.severity, n.say, n.do, n.source) for n in notices))


def everywhere(forms: Sequence[Form]) -> dict[str, list[tuple[Form, Entry]]]:
    """Return every code of some forms with its entry in each form that has it; the wording may differ with the policy."""
    found: dict[str, list[tuple[Form, Entry]]] = {}
    for form in forms:
        for entry in catalogue(form):
            found.setdefault(entry.code, []).append((form, entry))
    return found
