"""Which of several files of one department counts.

Imports ``campaign.ledger``. The rule, shown beside every file: a file that can be accepted comes before one
that had to be sent back; among equals the later file time counts, then the later name. Identical files count
once. A newcomer would prefer the file with fewer findings, and overrule what a department sent last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xltool.campaign.ledger import Head
from xltool.findings import Status

RULE = "能接收的文件优先；都能接收（或都不能）时，取文件时间最晚的；内容相同的只算一份。"


@dataclass(frozen=True, slots=True)
class Version:
    """One content a department sent: its number in order of time, and whether it still lies in 收回."""

    number: int
    head: Head


@dataclass(frozen=True, slots=True)
class Choice:
    """A department's versions in order of time; ``counts``: the path that counts, ``""`` if none lies there."""

    department: str
    name: str
    versions: tuple[Version, ...]
    counts: str
    reason: str

    @property
    def current(self) -> Version | None:
        """The version that counts."""
        return next((v for v in reversed(self.versions) if v.head.path == self.counts and v.head.present), None)

    @property
    def previous(self) -> Version | None:
        """The version before the one that counts."""
        current = self.current
        earlier = [v for v in self.versions if current is not None and v.number < current.number]
        return earlier[-1] if earlier else None


def duplicates(heads: Iterable[Head]) -> dict[str, str]:
    """Return path to the path of the identical file that is kept, for present files."""
    first: dict[str, str] = {}
    result = {}
    for head in heads:
        if head.sha256 in first and head.size and not head.skipped:
            result[head.path] = first[head.sha256]
        first.setdefault(head.sha256, head.path)
    return result


def choose(heads: Iterable[Head]) -> dict[str, Choice]:
    """Return every department's choice, by department code, from all files ever seen."""
    sent: dict[str, dict[str, Head]] = {}
    for head in heads:
        if head.department and not head.skipped:
            contents = sent.setdefault(head.department, {})
            known = contents.get(head.sha256)
            if known is None or (head.present, _reversed(head.path)) > (known.present, _reversed(known.path)):
                contents[head.sha256] = head
    return {code: _choice(code, list(contents.values())) for code, contents in sorted(sent.items())}


def _reversed(path: str) -> tuple[int, ...]:
    """Earlier names first: the first of identical files is the one that is kept."""
    return (*(-ord(character) for character in path), 1)


def _choice(code: str, heads: list[Head]) -> Choice:
    ordered = sorted(heads, key=lambda head: (head.modified, head.first_seen, head.path))
    versions = tuple(Version(number, head) for number, head in enumerate(ordered, start=1))
    present = [head for head in ordered if head.present]
    if not present:
        return Choice(code, ordered[-1].department_name, versions, "", "收到过的文件已不在“收回”里")
    chosen = max(present, key=lambda head: (head.status is not Status.REJECTED, head.modified, head.path))
    return Choice(code, chosen.department_name, versions, chosen.path, _reason(present))


def _reason(present: list[Head]) -> str:
    if len(present) == 1:
        return ""
    good = [head for head in present if head.status is not Status.REJECTED]
    what = f"共 {len(present)} 份不同的文件"
    if not good:
        return f"{what}，都不能接收，取时间最晚的"
    if len(good) == 1:
        return f"{what}，只有这一份能接收"
    return f"{what}，{'都能接收' if len(good) == len(present) else f'{len(good)} 份能接收'}，取时间最晚的"
