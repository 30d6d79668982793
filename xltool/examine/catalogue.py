"""Every finding the tool can report: the form's rules and the notices about files and readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xltool import check, read
from xltool.check import return_notices
from xltool.examine import batch_notices
from xltool.findings import Notice, Severity
from xltool.form import Form
from xltool.form.compiled.policy_texts import of_year
from xltool.form.definition.model import Where
from xltool.read import blank, official
from xltool.read.official import official_notices


@dataclass(frozen=True, slots=True)
class CatalogueLine:
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


_ONLY = {
    Where.BOTH: "",
    Where.BUREAU: "收回以后的核对，下发的表里不显示",
    Where.WORKBOOK: "下发的工作簿",
    Where.OFFICIAL: "部门自己填的正式表和报告",
}


_OF_SCORES = frozenset(
    {n.code for n in batch_notices.REVIEW_NOTICES}
    | {return_notices.UNSCORED.code, official_notices.SHIFTED.code, batch_notices.ALL_FULL}
)


def catalogue(form: Form) -> tuple[CatalogueLine, ...]:
    """Return all entries: the form's rules in their order, then notices by code; none on scores where there are none."""
    rules = [
        CatalogueLine(
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
    found = [n for n in notices() if form.spec.scoring.scored or n.code not in _OF_SCORES]
    return (*rules, *(CatalogueLine(n.code, n.name, n.severity, n.say, n.do, n.source) for n in found))


def notices() -> tuple[Notice, ...]:
    """Return every kind of finding that is no form's, by code: of files, readings, and all returns side by side."""
    every = (
        *read.NOTICES,
        *official.NOTICES,
        *blank.NOTICES,
        *check.NOTICES,
        *batch_notices.NOTICES,
        *batch_notices.REVIEW_NOTICES,
    )
    return tuple(sorted(every, key=lambda notice: notice.code))


def waivable(form: Form) -> frozenset[str]:
    """Return the codes an exception can be made of: all that departments are told of."""
    return frozenset(line.code for line in catalogue(form)) - {
        notice.code for notice in (*batch_notices.NOTICES, *batch_notices.REVIEW_NOTICES)
    }


def everywhere(forms: Sequence[Form]) -> dict[str, list[tuple[Form, CatalogueLine]]]:
    """Return every code of some forms with its entry in each form that has it; the wording may differ with the policy."""
    found: dict[str, list[tuple[Form, CatalogueLine]]] = {}
    for form in forms:
        for entry in catalogue(form):
            found.setdefault(entry.code, []).append((form, entry))
    return found
