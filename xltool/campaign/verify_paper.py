"""Which return a 校验码 on paper belongs to. Imports ``collected``, ``ledger``, ``correspondence.letters``.

Every content ever received is asked, not only the one that counts: a paper of an earlier version is the very thing to find. A
newcomer would look only at what counts, and could not say why the paper is another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from xltool.campaign.collected import Collected
from xltool.campaign.correspondence.letters import project_of
from xltool.campaign.ledger.store import Head, Ledger
from xltool.engine.paper_code import PaperCode, folded, strange
from xltool.examine import Outcome

_LENGTH = 8


class PaperKind(StrEnum):
    """What a paper is: of the content that counts, of another version, of a file that is nobody's."""

    SAME = "same"
    OTHER = "other"
    UNCLAIMED = "unclaimed"


@dataclass(frozen=True, slots=True)
class PaperMatch:
    """A return with that code. ``number`` of ``count``: its version; ``now``: the code of the same form in what counts."""

    paper: PaperKind
    code: str
    department: str
    name: str
    title: str
    project: str
    number: int
    count: int
    state: str
    file: str
    now: str = ""


def impossible(typed: str) -> str:
    """Return why a text is no code, in words; ``""`` if it may be one.

    >>> impossible("7K3M-92QO")
    '“O”不会出现在校验码里（数字 0、1 和字母 O、I 都不用），请对照纸面再看一遍。'
    >>> impossible("7K3M-92Q"), impossible("７k3m 92qd")
    ('校验码是八个字（4 个，再 4 个），写的是 7 个。请对照纸面补全。', '')
    """
    text = folded(typed)
    if odd := strange(text):
        shown = "、".join(f"“{char}”" for char in odd[:_LENGTH])
        return f"{shown}不会出现在校验码里（数字 0、1 和字母 O、I 都不用），请对照纸面再看一遍。"
    if len(text) != _LENGTH:
        return f"校验码是八个字（4 个，再 4 个），写的是 {len(text)} 个。请对照纸面补全。"
    return ""


def verify(collected: Collected, typed: str) -> tuple[tuple[PaperMatch, ...], tuple[PaperMatch, ...]]:
    """Return the returns with a code, and, where there is none, those whose code differs in one character.

    Raises:
        UnreadableResultError: a result on record cannot be understood.
    """
    wanted = folded(typed)
    exact: list[PaperMatch] = []
    near: list[PaperMatch] = []
    with Ledger(collected.campaign.summary.parent, writing=False) as ledger:
        for head, outcome, paper in _papers(ledger):
            differ = sum(a != b for a, b in zip(folded(paper.code), wanted, strict=True))
            if differ <= 1:
                (near if differ else exact).append(_match(collected, ledger, head, outcome, paper))
    order = {PaperKind.SAME: 0, PaperKind.OTHER: 1, PaperKind.UNCLAIMED: 2}
    return tuple(sorted(exact, key=lambda found: order[found.paper])), () if exact else tuple(near)


def _papers(ledger: Ledger) -> Iterator[tuple[Head, Outcome, PaperCode]]:
    seen: set[str] = set()
    for head in sorted(ledger.heads(everything=True), key=lambda head: not head.present):
        if head.skipped or head.sha256 in seen:
            continue
        seen.add(head.sha256)
        outcome = ledger.outcome(head.sha256, head.path)
        for paper in outcome.papers:
            yield head, outcome, paper


def _match(collected: Collected, ledger: Ledger, head: Head, outcome: Outcome, paper: PaperCode) -> PaperMatch:
    code = head.department or head.held or (outcome.issue.department if outcome.issue else "")
    name = outcome.issue.department_name if outcome.issue else head.department_name
    choice = collected.choices.get(code)
    version = next((v for v in choice.versions if v.head.sha256 == head.sha256), None) if choice else None
    shown = (code, name, paper.title, project_of(outcome, paper))
    if choice is None or version is None:
        return PaperMatch(PaperKind.UNCLAIMED, paper.code, *shown, 0, 0, head.state.value, head.path)
    current = choice.current
    same = current is not None and current.number == version.number
    now = ""
    if current is not None and not same:
        theirs = ledger.outcome(current.head.sha256, current.head.path).papers
        now = next((p.code for p in theirs if (p.title, p.number) == (paper.title, paper.number)), "")
    kind = PaperKind.SAME if same or now == paper.code else PaperKind.OTHER
    state, path = version.head.state.value, version.head.path
    return PaperMatch(kind, paper.code, *shown, version.number, len(choice.versions), state, path, now)


def told(found: PaperMatch) -> str:
    """Return in words what a paper is."""
    whose = f"{found.department} {found.name} {found.project}（{found.title}）".replace(
        f" {found.name} 部门（", f" {found.name}（"
    )
    if found.paper is PaperKind.UNCLAIMED:
        return f"{found.code} 是“{found.file}”的{found.title}，这个文件写的是{found.name}，还没有认领。"
    version = f"第 {found.number} 版（共 {found.count} 版），{found.state}，文件“{found.file}”"
    if found.paper is PaperKind.SAME:
        return f"{found.code} 与收下的相同：{whose}，{version}。"
    then = f"计入的一版校验码是 {found.now}" if found.now else "现在没有计入的一版，或其中没有这张表"
    return f"{found.code} 不是计入的一版：{whose}，{version}；{then}。请部门用最后报送的文件重新打印。"


def unknown(typed: str) -> str:
    """Return what is to be said of a code nobody has sent."""
    text = folded(typed)
    return (
        f"{text[:4]}-{text[4:]} 没有找到：批次里收到过的文件都不是这个校验码。"
        "可能打印以后又改过表，或者这一版没有报送；也请再对照一遍纸面。"
    )
