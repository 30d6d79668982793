"""The one way from a file's bytes to its outcome."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from xltool.check import check
from xltool.check.slips import Slips, slips
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import FilledForm, ReadingKind
from xltool.engine.paper_code import codes
from xltool.examine.outcome import Entry, Figure, Outcome
from xltool.findings import BLANK_RETURN, OUTDATED_RETURN, Finding
from xltool.form import Form, Issue, Key
from xltool.form.layout.issues import Issues
from xltool.ooxml.builtin_password import unsealed
from xltool.read import BUILTIN_PASSWORD, ENCRYPTED, LIMITS, Limits, ReadResult, not_a_return, read
from xltool.read.returned.latest import named_by
from xltool.read.wanted import Official
from xltool.score import score

_UNUSABLE = frozenset({BLANK_RETURN, OUTDATED_RETURN})


def examine(
    name: str,
    data: bytes,
    form_of: Callable[[str], Form | None],
    issued: Issues | None = None,
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
        known = _known(result, issued)
        named = "" if known else named_by(result.identity, issued)
        return Outcome(name, result.findings, known, seconds=time.perf_counter() - start, named=named)
    issue, entries = result.layout.issue, _entries(result.layout.form, result.filled)
    unusable = tuple(finding for finding in result.findings if finding.code in _UNUSABLE)
    if unusable:  # nothing else in it is worth a line
        papers = codes(Evaluation(result.layout.form, result.filled))
        title, seconds = _title(result.layout.form, issue), time.perf_counter() - start
        return Outcome(name, unusable, issue, title=title, seconds=seconds, entries=entries, papers=papers)
    evaluation = Evaluation(result.layout.form, result.filled)
    findings, found = (*check(result.layout, evaluation), *result.findings), slips(result.layout, evaluation)
    return Outcome(
        name,
        tuple(sorted(findings, key=_gravity)),
        issue,
        score(evaluation),
        _figures(evaluation, 0, found),
        tuple(_figures(evaluation, number, found) for number in range(1, len(issue.projects) + 1)),
        _title(result.layout.form, issue),
        time.perf_counter() - start,
        entries=entries,
        official=result.filled.stated is not None,
        papers=codes(evaluation),
    )


def opened(
    name: str,
    data: bytes,
    form_of: Callable[[str], Form | None],
    issued: Issues | None = None,
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
    issued: Issues | None,
    limits: Limits,
    official: Official | None,
) -> ReadResult:
    result = read(data, form_of, issued, name, limits)
    if result.layout is None and official is not None:
        from xltool.read.official import read_official

        result = read_official(result, data, name, form_of, official, limits)
    return result


def _entries(form: Form, filled: FilledForm) -> tuple[Entry, ...]:
    """What the department typed itself: no computed cells, no defaults, nothing the bureau fixed."""
    return tuple(
        Entry(key._replace(id=str(key.id)), reading.typed, reading.address.sheet, reading.address.a1)
        for key, reading in filled.readings.items()
        if reading.typed
        and reading.address is not None
        and reading.kind is not ReadingKind.DEFAULT
        and form.fields[key.id].field.is_input
        and key not in filled.issue.locked
    )


def _title(form: Form, issue: Issue) -> str:
    return f"{issue.year}年度{form.spec.title}" if issue.year else str(form.spec.title)


def _gravity(finding: Finding) -> tuple[int, bool]:
    """The gravest first; among equals what is said of the file as a whole."""
    return finding.severity.rank, not finding.code.startswith("WJ")


def _known(result: ReadResult, issued: Issues | None) -> Issue | None:
    """A refused file still belongs to a department if it says which issue it is."""
    return issued.get(result.identity.issue_id) if result.identity and issued else None


def _figures(evaluation: Evaluation, project: int, found: Slips) -> tuple[Figure, ...]:
    figures = []
    for ident, info in evaluation.form.fields.items():
        item = info.field
        if (
            item.is_number
            and not item.is_date
            and not info.table
            and info.per_project == (project > 0)
            and (not item.hidden or (project == 0 and item.unit))
        ):
            key = Key(project, ident)
            value, name, unit = evaluation.value(key), str(item.name), str(item.unit)
            if isinstance(value, str):
                figures.append(Figure(name, unit, None))
            else:
                figures.append(Figure(name, unit, value, found.doubts(key, value, unit)))
    return tuple(figures)
