"""Which of several files of one department counts.

Imports ``campaign.ledger``. The rule, shown beside every file: a file that can be accepted comes before one
that had to be sent back; among equals the later file time counts, then the later name. Identical files count
once. A time that lay in the future when the file was first seen proves nothing and comes before all others. A newcomer would prefer the file with fewer findings, and overrule what a department sent last.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from xltool.campaign.ledger.store import Head
from xltool.examine.outcome import Outcome
from xltool.files import readable
from xltool.findings import Finding, State, Status
from xltool.read import file_notices

RULE = (
    "能接收的文件优先；都能接收（或都不能）时，取文件时间最晚的；内容相同的只算一份；文件时间在将来的不作先后的依据。"
)
_AHEAD = 24 * 3600 * 10**9  # ns; clocks and time zones differ by less


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
    def replaced(self) -> Version | None:
        """The latest version that had passed and no longer counts, because another content came after it."""
        current = self.current
        earlier = [v for v in self.versions if current is not None and v.number < current.number and _passed(v.head)]
        return earlier[-1] if earlier else None

    def notice(self, head: Head) -> Finding | None:
        """What is to be said of a file that took the place of one that had passed, with both scores."""
        before = self.replaced
        if before is None or not head.present or head.path != self.counts:
            return None
        return file_notices.REPLACED.finding(
            now=_score(head), number=before.number, file=readable(before.head.path), before=_score(before.head)
        )

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


def _score(head: Head) -> str:
    return f"{head.total:.2f} 分" if head.total is not None else "没有得分"


def noted(head: Head, choice: Choice | None) -> Head:
    """Return the head with the notice its outcome gets (``with_notice``)."""
    if choice is None or choice.notice(head) is None:
        return head
    status = Status.WITH_FINDINGS if head.status is Status.ACCEPTED else head.status
    return replace(head, status=status, notices=head.notices + 1)


def with_notice(outcome: Outcome, head: Head, choice: Choice | None) -> Outcome:
    """Return the outcome with what the choice has to say of the file."""
    notice = choice.notice(head) if choice is not None else None
    return outcome if notice is None else replace(outcome, findings=(*outcome.findings, notice))


def _passed(head: Head) -> bool:
    return head.status is not Status.REJECTED and not head.corrections


def is_ahead(head: Head) -> bool:
    """Whether the file's time lay in the future when it was first seen: a wrong clock, or a time set by hand."""
    seen = datetime.datetime.fromisoformat(head.first_seen).timestamp()
    return head.modified > seen * 10**9 + _AHEAD


def duplicates(heads: Iterable[Head]) -> dict[str, str]:
    """Return path to the path of the identical file that is kept, for present files."""
    first: dict[tuple[str, str], str] = {}
    result = {}
    for head in heads:
        content = head.sha256, head.department  # a file the officer has claimed does not repeat the unclaimed one
        if content in first and head.size and not head.skipped:
            result[head.path] = first[content]
        first.setdefault(content, head.path)
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
    ahead = {head.sha256 for head in heads if is_ahead(head)}
    ordered = sorted(heads, key=lambda h: (h.sha256 not in ahead, h.modified, h.first_seen, h.path))
    versions = tuple(Version(number, head) for number, head in enumerate(ordered, start=1))
    present = [head for head in ordered if head.present]
    if not present:
        return Choice(code, ordered[-1].department_name, versions, "", "收到过的文件已不在“收回”里")
    chosen = max(
        present,
        key=lambda h: (
            h.status is not Status.REJECTED,
            h.state is not State.BLANK,
            h.sha256 not in ahead,
            h.modified,
            h.path,
        ),
    )
    reason = _reason(present)
    odd = [head for head in present if head.sha256 in ahead] if reason else []
    if odd:
        days = "、".join(f"“{head.path}”（{_day(head)}）" for head in odd)
        reason += f"；{days}的文件时间在将来，不作先后的依据"
    return Choice(code, chosen.department_name, versions, chosen.path, reason)


def _day(head: Head) -> str:
    try:
        return datetime.datetime.fromtimestamp(head.modified / 1e9).astimezone().date().isoformat()
    except (OverflowError, OSError, ValueError):
        return "时间读不出"


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
