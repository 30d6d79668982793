"""The issues of a whole campaign, kept small: every process that examines returns knows all of them.

Imports ``issue``. As objects, ten thousand departments with their approved indicators would take several hundred MB in each
process; a file needs one of them. A newcomer would keep a dictionary of issues, or read the record for every file.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from xltool.form.layout.issue import Issue

_LEVEL = 1  # a seventh of the text; more would take longer and save little


@dataclass(frozen=True, slots=True)
class _Packed:
    """An issue as compressed JSON, and what is asked of all of them: whose it is."""

    department: str
    department_name: str
    seal: str
    data: bytes

    @classmethod
    def of(cls, issue: Issue) -> _Packed:
        data = zlib.compress(issue.to_json().encode("ascii"), _LEVEL)
        return cls(issue.department, issue.department_name, issue.seal, data)

    def issue(self) -> Issue:
        return replace(Issue.from_json(zlib.decompress(self.data).decode("ascii")), seal=self.seal)


class Issues(Mapping[str, Issue]):
    """Issues by issue id in the order of issue, or by department. Each is made anew when it is asked for."""

    def __init__(self, packed: Mapping[str, _Packed]) -> None:
        self._packed = dict(packed)
        self._latest = {one.department: key for key, one in self._packed.items()}
        self.names: Mapping[str, str] = {code: self._packed[key].department_name for code, key in self._latest.items()}
        """The names of the departments by their codes, as they were issued last."""

    @classmethod
    def of(cls, *issues: Issue) -> Issues:
        """Return these issues by their ids; without any, what a campaign has that issued nothing."""
        return cls.each(issues)

    @classmethod
    def each(cls, issues: Iterable[Issue]) -> Issues:
        """Return issues by their ids; one at a time is in memory."""
        return cls({issue.issue_id: _Packed.of(issue) for issue in issues})

    def __getitem__(self, key: str) -> Issue:
        return self._packed[key].issue()

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    @property
    def departments(self) -> Mapping[str, str]:
        """The code of each issue's department."""
        return {key: one.department for key, one in self._packed.items()}

    @property
    def last(self) -> Issue | None:
        """What was issued last of all."""
        return self[next(reversed(self._packed))] if self._packed else None

    def latest(self, department: str) -> Issue | None:
        """Return what was issued last to a department, None if nothing was."""
        key = self._latest.get(department)
        return self[key] if key is not None else None

    def by_department(self, others: Iterable[Issue] = ()) -> Issues:
        """Return the last of every department by its code; ``others``: of departments that have none here."""
        latest = {code: self._packed[key] for code, key in self._latest.items()}
        return Issues({**latest, **{issue.department: _Packed.of(issue) for issue in others}})
