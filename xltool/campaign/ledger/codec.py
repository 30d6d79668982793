"""An outcome as text for the ledger, and back, equal in every field.

Imports ``examine`` and ``campaign.stored_first``. Objects of a kind are kept as a table: the names of their fields once,
then one list of values each. So a field is found by its name, a field more or less harms nobody, and many lines
stay small. What was typed is kept apart, because only comparisons between files need it. A newcomer would
store numbers as JSON numbers: 0.10 would come back as 0.1.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import attrgetter
from sys import intern
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from xltool.campaign.ledger.codec_first import named
from xltool.engine.paper_code import PaperCode
from xltool.examine.outcome import Entry, Figure, Outcome, Waived
from xltool.findings import Finding, Severity
from xltool.form import Issue, Key
from xltool.read import HELD
from xltool.score import ProjectScore, ScoreLine, ScoreSheet

FORMAT = 2
"""Raise it when what is kept can no longer be understood by field names alone; 1 is what had no names yet."""

_T = TypeVar("_T")
_Table = dict[str, Any]


class StoredError(Exception):
    """What the ledger holds cannot be understood: another format, or damaged."""


class Record(NamedTuple):
    """An outcome as the ledger keeps it: what is asked for often, then all of it. ``codes``: of the findings.

    ``held``: the department it names, where that has to be confirmed first; then it is no department's.
    """

    form: str
    form_version: str
    department: str
    department_name: str
    status: str
    skipped: str
    rejects: int
    corrections: int
    notices: int
    total: str | None
    grade: str
    main: bytes
    entries: bytes
    codes: frozenset[str]
    held: str
    state: str
    named: str
    why: str


def record(outcome: Outcome) -> Record:
    """Return the record of an outcome."""
    main, entries = pack(outcome)
    issue, scores = outcome.issue, outcome.scores
    codes = frozenset(finding.code for finding in outcome.findings)
    held = bool(codes & HELD)
    rejects, corrections, notices = outcome.counts().values()
    by_gravity = sorted(outcome.findings, key=lambda finding: finding.severity.rank)
    return Record(
        issue.form if issue else "",
        issue.version if issue else "",
        issue.department if issue and not held else "",
        issue.department_name if issue and not held else "",
        outcome.status.value,
        outcome.skipped,
        rejects,
        corrections,
        notices,
        _text(scores.total) if scores else None,
        scores.grade if scores else "",
        main,
        entries,
        codes,
        issue.department if issue and held else "",
        outcome.state.value,
        outcome.named,
        by_gravity[0].message if by_gravity and by_gravity[0].severity is Severity.REJECT else "",
    )


def pack(outcome: Outcome) -> tuple[bytes, bytes]:
    """Return (the outcome without its entries, the entries), compressed."""
    main = {"format": FORMAT, "outcome": _table(Outcome, [outcome])}
    return _zip(main), _zip({"format": FORMAT, "entries": _table(Entry, outcome.entries)})


def unpack(main: bytes, entries: bytes | None = None) -> Outcome:
    """Return the outcome; without its entries if they are not given.

    Raises:
        StoredError: it is of a format this version does not know, or damaged.
    """
    try:
        (outcome,) = _objects(Outcome, _unzip(main)["outcome"])
    except _DAMAGES as error:
        raise StoredError(repr(error)) from None
    return replace(outcome, entries=unpack_entries(entries)) if entries else outcome


def unpack_entries(entries: bytes) -> tuple[Entry, ...]:
    """Return what was typed.

    Raises:
        StoredError: as ``unpack``.
    """
    try:
        return _objects(Entry, _unzip(entries)["entries"])
    except _DAMAGES as error:
        raise StoredError(repr(error)) from None


_DAMAGES = (zlib.error, ValueError, TypeError, KeyError, IndexError, AttributeError, InvalidOperation, RecursionError)


def _zip(data: Any) -> bytes:
    return zlib.compress(json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode("ascii"), 1)


def _unzip(data: bytes) -> Any:
    found = json.loads(zlib.decompress(data))
    if isinstance(found, list):
        return named(found)
    if found["format"] != FORMAT:
        raise ValueError(f"format {found['format']}")
    return found


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _same(value: Any) -> Any:
    return value


def _many(cls: type[Any]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    return (lambda items: _table(cls, items)), (lambda table: _objects(cls, table))


def _one(cls: type[Any]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    return (
        lambda item: None if item is None else _table(cls, [item]),
        lambda table: None if table is None else _objects(cls, table)[0],
    )


_POINTS = (_text, _number)
_FIGURES = _many(Figure)
_KINDS: Mapping[Any, Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = MappingProxyType(
    {
        Outcome: {
            "findings": _many(Finding),
            "issue": (lambda issue: issue.to_json() if issue else None, lambda text: Issue.from_json(text) if text else None),
            "scores": _one(ScoreSheet),
            "figures": _FIGURES,
            "project_figures": (
                lambda projects: [_table(Figure, items) for items in projects],
                lambda tables: tuple(_objects(Figure, table) for table in tables),
            ),
            "waived": _many(Waived),
            "papers": _many(PaperCode),
        },
        Finding: {"severity": (lambda severity: severity.value, Severity), "cells": (list, tuple)},
        Waived: {"finding": _one(Finding)},
        # The same few names in every outcome: whoever keeps figures of many keeps the names once.
        Figure: {"name": (_same, intern), "unit": (_same, intern), "value": _POINTS},
        ScoreSheet: {"total": _POINTS, "projects": _many(ProjectScore), "overall": _one(ProjectScore)},
        ProjectScore: {"total": _POINTS, "stated": _POINTS, "lines": _many(ScoreLine)},
        ScoreLine: dict.fromkeys(("weight", "system", "stated", "final"), _POINTS),
        Entry: {"key": (str, Key.parse)},
        PaperCode: {},
    }
)  # fmt: skip
"""How the fields that are no plain texts and numbers are written and read."""

_KEPT_APART = {Outcome: ("entries",)}
_KEPT_AS = {"issue": "shape"}
"""What a field is called in the ledgers, where it has another name here by now."""
_NAMED = {kept: name for name, kept in _KEPT_AS.items()}


@lru_cache(maxsize=32)
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(item.name for item in fields(cls) if item.name not in _KEPT_APART.get(cls, ()))


def _table(cls: Any, items: Iterable[Any]) -> _Table:
    names = _names(cls)
    rows = list(map(attrgetter(*names), items))
    kinds = _KINDS[cls]
    if rows and kinds:
        columns = list(zip(*rows, strict=True))
        for index, name in enumerate(names):
            if name in kinds:
                columns[index] = tuple(map(kinds[name][0], columns[index]))
        rows = list(zip(*columns, strict=True))
    return {"names": [_KEPT_AS.get(name, name) for name in names], "rows": rows}


def _objects(cls: Callable[..., _T], table: _Table) -> tuple[_T, ...]:
    rows = table["rows"]
    if not rows:
        return ()
    names = [_NAMED.get(name, name) for name in table["names"]]
    columns: dict[str, Sequence[Any]] = dict(zip(names, zip(*rows, strict=True), strict=True))
    for name, (_, read) in _KINDS[cls].items():
        if name in columns:
            columns[name] = tuple(map(read, columns[name]))
    # A field that was not known then has its default, or is empty; one that is not known now is left out.
    arranged = [columns[name] if name in columns else (default,) * len(rows) for name, default in _defaults(cls)]
    return tuple(map(cls, *arranged))


@lru_cache(maxsize=32)
def _defaults(cls: Any) -> tuple[tuple[str, Any], ...]:
    """The fields of a kind in order, each with what it is where nothing was kept of it."""
    return tuple((item.name, "" if item.default is MISSING else item.default) for item in fields(cls))
