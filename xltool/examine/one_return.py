"""The one way from a file's bytes to its outcome."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from xltool.check import check
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import FilledForm, ReadingKind
from xltool.examine.outcome import Entry, Figure, Outcome
from xltool.findings import Finding
from xltool.form import Form, Issue, Key
from xltool.ooxml.builtin_password import unsealed
from xltool.read import BUILTIN_PASSWORD, ENCRYPTED, LIMITS, Limits, ReadResult, not_a_return, read
from xltool.read.official import Official, read_official
from xltool.score import score


def examine(
    name: str,
    data: bytes,
    form_of: Callable[[str], Form | None],
    issued: Mapping[str, Issue] | None = None,
    limits: Limits = LIMITS,
    official: Official | None = None,
) -> Outcome:
    """Read, check and score one returned file. Never raises for anything in the file.

    ``official``: how to read a file that is an official form or report instead of our workbook; None refuses it.
    """
    start = time.perf_counter()
    if reason := not_a_return(name):
        return Outcome(name, (), skipped=reason)
    result = opened(name, data, form_of, issued, limits, official)
    if result.layout is None or result.filled is None:
        return Outcome(name, result.findings, _known(result, issued), seconds=time.perf_counter() - start)
    evaluation = Evaluation(result.layout.form, result.filled)
    findings = (*check(result.layout, evaluation), *result.findings)
    issue = result.layout.issue
    return Outcome(
        name,
        tuple(sorted(findings, key=_gravity)),
        issue,
        score(evaluation),
        _figures(evaluation, 0),
        tuple(_figures(evaluation, number) for number in range(1, len(issue.projects) + 1)),
        f"{issue.year}年度{result.layout.form.spec.title}" if issue.year else str(result.layout.form.spec.title),
        time.perf_counter() - start,
        entries=_entries(result.layout.form, result.filled),
        official=result.filled.stated is not None,
    )


def opened(
    name: str,
    data: bytes,
    form_of: Callable[[str], Form | None],
    issued: Mapping[str, Issue] | None = None,
    limits: Limits = LIMITS,
    official: Official | None = None,
) -> ReadResult:
    """Read one returned file as our workbook, or else as an official form or report; Excel's built-in password is opened."""
    result = _read(name, data, form_of, issued, limits, official)
    if [finding.code for finding in result.findings] == [ENCRYPTED] and (plain := unsealed(data, limits)) is not None:
        result = _read(name, plain, form_of, issued, limits, official)
        if result.layout is not None:
            result = replace(result, findings=(*result.findings, BUILTIN_PASSWORD.finding()))
    return result


def _read(
    name: str,
    data: bytes,
    form_of: Callable[[str], Form | None],
    issued: Mapping[str, Issue] | None,
    limits: Limits,
    official: Official | None,
) -> ReadResult:
    result = read(data, form_of, issued, name, limits)
    if result.layout is None and official is not None:
        result = read_official(result, data, name, form_of, official, limits)
    return result


def _entries(form: Form, filled: FilledForm) -> tuple[Entry, ...]:
    """What the department typed itself: no computed cells, no defaults, nothing the bureau fixed."""
    return tuple(
        Entry(key, reading.typed, reading.address.sheet, reading.address.a1)
        for key, reading in filled.readings.items()
        if reading.typed
        and reading.address is not None
        and reading.kind is not ReadingKind.DEFAULT
        and form.fields[key.id].field.is_input
        and key not in filled.issue.locked
    )


def _gravity(finding: Finding) -> int:
    return finding.severity.rank


def _known(result: ReadResult, issued: Mapping[str, Issue] | None) -> Issue | None:
    """A refused file still belongs to a department if it says which issue it is."""
    return issued.get(result.identity.issue_id) if result.identity and issued else None


def _figures(evaluation: Evaluation, project: int) -> tuple[Figure, ...]:
    figures = []
    for ident, info in evaluation.form.fields.items():
        item = info.field
        if (
            item.is_number
            and not info.table
            and info.per_project == (project > 0)
            and (not item.hidden or project == 0)
        ):
            value = evaluation.value(Key(project, ident))
            unit = "" if item.unit == "%" else item.unit
            figures.append(Figure(item.name, unit or item.unit, value if not isinstance(value, str) else None))
    return tuple(figures)
