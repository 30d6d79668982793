"""What the roster makes of a form for one department, and how cells are named.

A ``Key`` names a cell wherever it stands; addresses exist only in ``form.layout.workbook_layout``. The same issue that
generated a workbook is needed to read it, so it travels inside the workbook and in the campaign folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

Value = Decimal | str


class Key(NamedTuple):
    """A cell: ``project`` counts from 1 (0 = department level), ``row`` of a table from 1 (0 = no table)."""

    project: int
    id: str
    row: int = 0

    def __str__(self) -> str:
        return f"{self.project}/{self.id}/{self.row}"

    @staticmethod
    @lru_cache(maxsize=10_000)
    def parse(text: str) -> Key:
        """Inverse of ``str``; raises ValueError. The same text gives the same object: issues have them by the thousand."""
        project, name, row = text.split("/")
        return Key(int(project), name, int(row))


class TableRow(NamedTuple):
    """One row of a table: its blocks; ``approved`` rows came from the roster."""

    level1: str
    level2: str
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the department; ``tables`` maps a table's id to its rows."""

    code: str
    name: str
    tables: Mapping[str, tuple[TableRow, ...]]


@dataclass(frozen=True, slots=True)
class Issue:
    """Identity and dimensions of one department's workbook.

    ``prefill`` holds what the bureau filled in beforehand; ``locked`` those of them nobody may change. ``layout``: the
    fingerprint of the layout it was issued with (``form.layout.mapping``). ``seal``: the campaign's signature, known to the
    bureau and the workbook only; it is never written with the rest. Both are empty for what was issued before
    there were any. ``tables``: the rows of the department's own tables.
    """

    form: str
    version: str
    year: int
    department: str
    department_name: str
    issue_id: str
    projects: tuple[Project, ...]
    prefill: Mapping[Key, Value] = field(default_factory=lambda: MappingProxyType({}))
    locked: frozenset[Key] = frozenset()
    layout: str = ""
    seal: str = field(default="", compare=False, repr=False)
    tables: Mapping[str, tuple[TableRow, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def rows(self, project: int, table: str) -> tuple[TableRow, ...]:
        """Return the rows of a table in project ``project`` (from 1; 0: of the department)."""
        return (self.projects[project - 1].tables if project else self.tables).get(table, ())

    def to_json(self) -> str:
        """Return the issue as one line of ASCII JSON, the same for the same issue."""
        data = {
            "form": self.form,
            "version": self.version,
            "year": self.year,
            "department": self.department,
            "department_name": self.department_name,
            "issue": self.issue_id,
            **({"layout": self.layout} if self.layout else {}),
            **({"tables": _plain(self.tables)} if self.tables else {}),
            "projects": [
                {
                    "code": project.code,
                    "name": project.name,
                    "tables": _plain(project.tables),
                }
                for project in self.projects
            ],
            "prefill": {
                str(key): {"n": str(value)} if isinstance(value, Decimal) else value
                for key, value in sorted(self.prefill.items())
            },
            "locked": [str(key) for key in sorted(self.locked)],
        }
        return json.dumps(data, ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Issue:
        """Read what ``to_json`` wrote. The text may come from a return, so it is not trusted.

        Raises:
            ValueError: whatever is wrong with it.
        """
        try:
            data: dict[str, Any] = json.loads(text)
            return cls(
                form=_text(data["form"]),
                version=_text(data["version"]),
                year=int(data["year"]),
                department=_text(data["department"]),
                department_name=_text(data["department_name"]),
                issue_id=_text(data["issue"]),
                projects=tuple(_project(item) for item in data["projects"]),
                prefill=MappingProxyType({Key.parse(key): _value(value) for key, value in data["prefill"].items()}),
                locked=frozenset(Key.parse(key) for key in data["locked"]),
                layout=_text(data.get("layout", "")),
                tables=_tables(data.get("tables", {})),
            )
        except (KeyError, TypeError, AttributeError, RecursionError, InvalidOperation) as error:
            raise ValueError(f"not an issue: {error!r}") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _value(value: Any) -> Value:
    return Decimal(value["n"]) if isinstance(value, dict) else _text(value)


@lru_cache(maxsize=10_000)
def _shared(rows: tuple[TableRow, ...]) -> tuple[TableRow, ...]:
    """The rows of most projects are alike: kept once, ten thousand issues stay small."""
    return rows


def _plain(tables: Mapping[str, tuple[TableRow, ...]]) -> dict[str, list[list[object]]]:
    return {table: [[row.level1, row.level2, int(row.approved)] for row in rows] for table, rows in tables.items()}


def _tables(item: Any) -> Mapping[str, tuple[TableRow, ...]]:
    tables = {
        _text(table): _shared(tuple(TableRow(_text(a), _text(b), bool(approved)) for a, b, approved in rows))
        for table, rows in item.items()
    }
    if sum(map(len, tables.values())) > 2000:
        raise ValueError("too many rows")
    return MappingProxyType(tables)


def _project(item: Any) -> Project:
    return Project(_text(item["code"]), _text(item["name"]), _tables(item["tables"]))
