"""退回: the marked copies that are not there yet, or were made from something else, are written; old ones go.

Imports ``campaign.ledger``, ``campaign.rounds`` and ``report``. The copies are made by the workers, put in place here,
one after the other. A newcomer would write all copies anew in every run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from xltool.campaign.intake.choice import Choice, with_notice
from xltool.campaign.intake.claims import claimed
from xltool.campaign.intake.inbox import Contents
from xltool.campaign.intake.rounds import compare
from xltool.campaign.intake.waivers import Waivers
from xltool.campaign.ledger.store import Head, Ledger
from xltool.campaign.settings import Campaign
from xltool.examine import Outcome, Pool
from xltool.files import TargetLockedError, readable, safe_name, write_atomic
from xltool.form import Form
from xltool.progress import Progress

if TYPE_CHECKING:
    from xltool.report.marked_copy.annotate import Copy, HandingBack

_LOOK = "5"  # raise it when marked copies look different, so that they are written again
_COMMIT_EVERY = 20


@dataclass(frozen=True)
class Marking:
    """What the copies depend on besides the files themselves. ``unrelated``: files of nobody, which get none."""

    ledger: Ledger
    campaign: Campaign
    form: Form
    waivers: Waivers
    choices: Mapping[str, Choice]
    unrelated: Collection[str]

    @cached_property
    def earlier(self) -> Mapping[tuple[str, str], Head]:
        """By department and content: the version of the same department before it."""
        return earlier_versions(self.choices)

    def update(
        self,
        heads: list[Head],
        same: Mapping[str, str],
        contents: Contents,
        pool: Pool,
        progress: Progress,
    ) -> tuple[int, list[str]]:
        """Bring 退回 up to date. ``same``: files that repeat another.

        Returns:
            How many copies were written, and for each that is open in Excel what to do; one stops no other.
        """
        from xltool.report.marked_copy.annotate import copy_name

        known, wanted = self.ledger.marked(), []
        blocked: list[str] = []
        count = 0
        names = _copy_names(heads)
        without = same.keys() | set(self.unrelated)
        open_ones = {head.path for head in heads if _is_open(head) and head.path not in without}
        owners = _owners({path: name for path, name in names.items() if path in open_ones})
        for head in heads:
            old = known.get(head.path)
            if head.path not in open_ones:
                blocked += self._remove(head.path, old, owners)
            elif old is None or old[0] != self._basis(head) or not (self.campaign.returned / old[1]).is_file():
                wanted.append(head)
        for path in known.keys() - {head.path for head in heads}:
            blocked += self._remove(path, known[path], owners)
        handed = pool.run(self._task(head, contents) for head in wanted)
        for number, (head, copy) in enumerate(zip(wanted, handed, strict=True), start=1):
            reason = self._write(head, names[head.path], copy)
            blocked += reason
            count += not reason
            old = known.get(head.path)
            if not reason and old is not None and old[1] != copy_name(names[head.path], copy.suffix):
                blocked += self._take_away(head.path, old[1], owners)  # it was called after another department
            if number % _COMMIT_EVERY == 0:
                self.ledger.commit()
            progress(number, len(wanted), f"退回件 {head.path}")
        self.ledger.commit()
        return count, blocked

    def _task(self, head: Head, contents: Contents) -> HandingBack:
        from xltool.report.marked_copy.annotate import HandingBack

        before = self.earlier.get((head.department, head.sha256))
        outcome = self._outcome(head, entries=before is not None)
        history = ""
        if before is not None:
            history = compare(self.form, self._outcome(before, entries=True), outcome).sentence()
        outcome = with_notice(outcome, head, self.choices.get(head.department))
        return HandingBack(contents.job(head.path), outcome, history)

    def _write(self, head: Head, name: str, copy: Copy) -> list[str]:
        from xltool.report.marked_copy.annotate import copy_name

        target = self.campaign.returned / copy_name(name, copy.suffix)
        try:
            write_atomic(target, copy.data)
        except TargetLockedError as error:
            return [str(error)]
        self.ledger.begin()
        self.ledger.put_marked(head.path, self._basis(head), target.name)
        return []

    def _outcome(self, head: Head, entries: bool) -> Outcome:
        return settled(self.ledger, head, self.waivers, entries)

    def _basis(self, head: Head) -> str:
        """A text that changes when the copy would."""
        before = self.earlier.get((head.department, head.sha256))
        basis = f"{_LOOK} {head.sha256} {head.rules} {head.issues} {self.waivers.basis(head.department)}"
        return basis + (f" {before.sha256} {before.rules}" if before else "")

    def _remove(self, path: str, old: tuple[str, str] | None, owners: Mapping[str, str]) -> list[str]:
        """A copy that no longer applies is taken away, unless another file's copy has its name now.

        Returns what prevents it, if anything does.
        """
        if old is None:
            return []
        if reason := self._take_away(path, old[1], owners):
            return reason
        self.ledger.put_marked(path, "", "")
        return []

    def _take_away(self, path: str, name: str, owners: Mapping[str, str]) -> list[str]:
        if owners.get(Path(name).stem, path) == path:
            try:
                (self.campaign.returned / name).unlink(missing_ok=True)
            except OSError as error:
                return [str(TargetLockedError(self.campaign.returned / name, error))]
        return []


def earlier_versions(choices: Mapping[str, Choice]) -> dict[tuple[str, str], Head]:
    """Return the version before each one, by department and content."""
    return {
        (code, after.head.sha256): before.head
        for code, choice in choices.items()
        for before, after in pairwise(choice.versions)
    }


def settled(ledger: Ledger, head: Head, waivers: Waivers, entries: bool = False) -> Outcome:
    """Return the outcome of a version as the bureau decided: claimed where it was, with the exceptions applied."""
    outcome = ledger.outcome(head.sha256, head.path, entries)
    return waivers.apply(claimed(outcome) if head.department else outcome)


def _is_open(head: Head) -> bool:
    """Whether there is something to correct, so that a copy goes back."""
    return not head.skipped and bool(head.rejects or head.corrections)


def _copy_names(heads: list[Head]) -> dict[str, str]:
    """A copy is called after the department it goes back to; files whose copies would be called alike keep apart.

    Of a file that belongs to nobody we know its own name is all there is.
    """
    taken: set[str] = set()
    numbers: dict[str, int] = {}  # by stem: how far it was counted
    result = {}
    for head in heads:
        path = Path(readable(head.path).replace("\\", "/"))
        own = f"{head.department}_{safe_name(head.department_name, 40)}" if head.department else path.stem
        stem = safe_name(own, 60)
        more = f"{own}（{path.stem}）" if head.department else f"{own}（{path.suffix.lstrip('.')}）"
        names = (own, more, "_".join(path.with_suffix("").parts))
        name = next((one for one in map(safe_name, names) if one.casefold() not in taken), "")
        while not name:
            numbers[stem] = numbers.get(stem, 1) + 1
            one = safe_name(f"{stem}（{numbers[stem]}）")
            name = "" if one.casefold() in taken else one
        taken.add(name.casefold())
        result[head.path] = name
    return result


def _owners(names: Mapping[str, str]) -> dict[str, str]:
    """By the name of a copy without its ending: whose it is now."""
    from xltool.report.marked_copy.annotate import copy_name

    return {copy_name(name, ""): path for path, name in names.items()}
