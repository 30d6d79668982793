"""退回: the marked copies that are not there yet, or were made from something else, are written; old ones go.

Imports ``campaign.ledger``, ``campaign.rounds`` and ``report``. A newcomer would write all copies anew in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from xltool.campaign.choice import Choice, with_notice
from xltool.campaign.claims import claimed
from xltool.campaign.inbox import Contents
from xltool.campaign.ledger import Head, Ledger
from xltool.campaign.rounds import compare
from xltool.campaign.settings import Campaign
from xltool.campaign.waivers import Waivers
from xltool.examine import Outcome
from xltool.files import TargetLockedError, readable, safe_name
from xltool.form import Form

_LOOK = "3"  # raise it when marked copies look different, so that they are written again
_COMMIT_EVERY = 20


@dataclass(frozen=True, slots=True)
class Marking:
    """What the copies depend on besides the files themselves."""

    ledger: Ledger
    campaign: Campaign
    form: Form
    waivers: Waivers
    choices: Mapping[str, Choice]

    def update(
        self,
        heads: list[Head],
        same: Mapping[str, str],
        contents: Contents,
        progress: Callable[[int, int, str], None],
    ) -> tuple[int, list[str]]:
        """Bring 退回 up to date. ``same``: files that repeat another.

        Returns:
            How many copies were written, and for each that is open in Excel what to do; one stops no other.
        """
        known, wanted = self.ledger.marked(), []
        blocked: list[str] = []
        count = 0
        names = _copy_names(heads)
        open_ones = {head.path for head in heads if _is_open(head) and head.path not in same}
        taken = {path: name for path, name in names.items() if path in open_ones}
        for head in heads:
            old = known.get(head.path)
            if head.path not in open_ones:
                blocked += self._remove(head.path, old, taken)
            elif old is None or old[0] != self._basis(head) or not (self.campaign.returned / old[1]).is_file():
                wanted.append(head)
        for path in known.keys() - {head.path for head in heads}:
            blocked += self._remove(path, known[path], taken)
        for number, head in enumerate(wanted, start=1):
            reason = self._write(head, names[head.path], contents)
            blocked += reason
            count += not reason
            if number % _COMMIT_EVERY == 0:
                self.ledger.commit()
            progress(number, len(wanted), f"退回件 {head.path}")
        self.ledger.commit()
        return count, blocked

    def _write(self, head: Head, name: str, contents: Contents) -> list[str]:
        from xltool.report.annotate import hand_back

        before = _before(self.choices, head)
        outcome = self._outcome(head, entries=before is not None)
        history = ""
        if before is not None:
            history = compare(self.form, self._outcome(before, entries=True), outcome).sentence()
        outcome = with_notice(outcome, head, self.choices.get(head.department))
        try:
            copy = hand_back(name, contents.data(head.path), outcome, self.campaign.returned, history).name
        except TargetLockedError as error:
            return [str(error)]
        self.ledger.begin()
        self.ledger.put_marked(head.path, self._basis(head), copy)
        return []

    def _outcome(self, head: Head, entries: bool) -> Outcome:
        return settled(self.ledger, head, self.waivers, entries)

    def _basis(self, head: Head) -> str:
        """A text that changes when the copy would."""
        before = _before(self.choices, head)
        basis = f"{_LOOK} {head.sha256} {head.rules} {head.issues} {self.waivers.basis(head.department)}"
        return basis + (f" {before.sha256} {before.rules}" if before else "")

    def _remove(self, path: str, old: tuple[str, str] | None, names: Mapping[str, str]) -> list[str]:
        """A copy that no longer applies is taken away, unless another file's copy has its name now.

        Returns what prevents it, if anything does.
        """
        if old is None:
            return []
        from xltool.report.annotate import copy_name

        if old[1] not in {copy_name(name) for other, name in names.items() if other != path}:
            try:
                (self.campaign.returned / old[1]).unlink(missing_ok=True)
            except OSError as error:
                return [str(TargetLockedError(self.campaign.returned / old[1], error))]
        self.ledger.put_marked(path, "", "")
        return []


def settled(ledger: Ledger, head: Head, waivers: Waivers, entries: bool = False) -> Outcome:
    """Return the outcome of a version as the bureau decided: claimed where it was, with the exceptions applied."""
    outcome = ledger.outcome(head.sha256, head.path, entries)
    return waivers.apply(claimed(outcome) if head.department else outcome)


def _is_open(head: Head) -> bool:
    """Whether there is something to correct, so that a copy goes back."""
    return not head.skipped and bool(head.rejects or head.corrections)


def _before(choices: Mapping[str, Choice], head: Head) -> Head | None:
    """The version of the same department before this one."""
    choice = choices.get(head.department) if head.department else None
    earlier: Head | None = None
    for version in choice.versions if choice else ():
        if version.head.sha256 == head.sha256:
            return earlier
        earlier = version.head
    return None


def _copy_names(heads: list[Head]) -> dict[str, str]:
    """Files whose names are alike once they are safe and short must not overwrite each other's copy."""
    taken: set[str] = set()
    result = {}
    for head in heads:
        path = Path(readable(head.path).replace("\\", "/"))
        names = (path.stem, f"{path.stem}（{path.suffix.lstrip('.')}）", "_".join(path.with_suffix("").parts))
        numbered = (f"{safe_name(path.stem, 60)}（{number}）" for number in range(2, len(heads) + 3))
        name = next(name for one in (*names, *numbered) if (name := safe_name(one)).casefold() not in taken)
        taken.add(name.casefold())
        result[head.path] = name
    return result
