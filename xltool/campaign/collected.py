"""What collect finds: every file with its verdict, which counts, and a way to the outcomes.

Imports the rooms of ``campaign`` below. Outcomes stay in the ledger and are opened one at a time: memory does not grow
with the number of returns. Everything that only looks at a campaign (status, 汇总, letters) starts here.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

from xltool import __version__
from xltool.campaign.intake.attribution import guesses, unrelated
from xltool.campaign.intake.choice import Choice, choose, duplicates, noted, with_notice
from xltool.campaign.intake.claims import is_claimed
from xltool.campaign.intake.handed_up import Packages, Via, key_finder, packages_in
from xltool.campaign.intake.inbox import archive_of
from xltool.campaign.intake.marking import settled
from xltool.campaign.intake.waivers import Waivers, read_waivers
from xltool.campaign.issue import signing
from xltool.campaign.issue.handed_down import path_of
from xltool.campaign.issue.outbox import RECORD, issued
from xltool.campaign.kept_form import form_of
from xltool.campaign.ledger.store import Head, Ledger
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster
from xltool.campaign.settings import Campaign
from xltool.engine.paper_code import BASIS
from xltool.examine import Desk, Outcome
from xltool.examine.catalogue import waivable
from xltool.findings import State, Status
from xltool.form import Form, library
from xltool.form.layout.issues import Issues
from xltool.read.wanted import Official


@dataclass(frozen=True, slots=True)
class Receipt:
    """One file in 收回: what the ledger knows, the identical file it repeats, its marked copy."""

    head: Head
    same_as: str = ""
    copy: str = ""

    @property
    def skipped(self) -> str:
        """Why it does not count, ``""`` if it does."""
        return f"与“{self.same_as}”内容相同" if self.same_as else self.head.skipped

    @property
    def status(self) -> Status:
        """The verdict on the file."""
        return Status.SKIPPED if self.skipped else Status.HELD if self.head.held else self.head.status

    @property
    def unread_remark(self) -> str:
        """What is to be said of it where it might be a department's and could not be taken."""
        file, why = self.head.path, self.head.why.rstrip("。")
        if self.same_as:
            return f"收到的“{file}”没有计入：与“{self.same_as}”内容完全相同，是{self.head.department_name}的表"
        if self.head.named and why:
            return f"收到的“{file}”没有计入：{why}"
        return f"收到的“{file}”像是本部门的，但读不出内容"

    @property
    def state(self) -> State:
        """The verdict in the words of every list."""
        return State.SKIPPED if self.skipped else State.HELD if self.head.held else self.head.state


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run did: files seen, examined now, marked copies written now, whether 汇总.xlsx was written.

    ``blocked``: marked copies that could not be written or taken away, each with what to do; the next run tries again.
    """

    files: int = 0
    examined: int = 0
    marked: int = 0
    summarised: bool = False
    blocked: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Return the counts in words."""
        rest = self.files - self.examined
        unread = f"，另有 {rest} 个没有变化或与别的文件相同、不用读" if rest else ""
        return f"本次核对 {self.examined} 个{unread}；写出退回件 {self.marked} 个。"


@dataclass(frozen=True, slots=True)
class Collected:
    """One run of collect. ``choices`` by department code; outcomes are opened through ``outcome``.

    ``packages``: what 主管部门 handed up.
    """

    campaign: Campaign
    roster: Roster
    form: Form
    waivers: Waivers
    receipts: tuple[Receipt, ...]
    choices: Mapping[str, Choice]
    tally: Tally = Tally()
    packages: Packages = field(default_factory=Packages)

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """Code and name of departments from which nothing usable came."""
        return tuple(
            (row["部门编码"], row["部门名称"]) for row in self.roster.departments if row["部门编码"] not in self.chosen
        )

    @property
    def chosen(self) -> Mapping[str, Receipt]:
        """Department code to the file that counts."""
        by_path = {receipt.head.path: receipt for receipt in self.receipts}
        return {code: by_path[choice.counts] for code, choice in self.choices.items() if choice.counts in by_path}

    @property
    def doubtful(self) -> dict[str, Receipt]:
        """Department code to a file that might be the department's, where nothing else came from it."""
        strangers = {
            r.head.path: r for r in self.receipts if not r.head.department and not r.head.held and not r.skipped
        }
        found = dict(guesses(self.roster, list(strangers))) if strangers else {}
        found |= {path: receipt.head.named for path, receipt in strangers.items() if receipt.head.named}
        return self.copied | {code: strangers[path] for path, code in found.items() if code not in self.chosen}

    @property
    def copied(self) -> dict[str, Receipt]:
        """Department code to a file called after it that is another department's to the last byte, where nothing else came."""
        same = {r.head.path: r for r in self.receipts if r.same_as and r.head.department and not r.head.skipped}
        found = guesses(self.roster, list(same)) if same else {}
        return {
            code: same[path]
            for path, code in found.items()
            if code not in self.chosen and code != same[path].head.department
        }

    @property
    def held(self) -> Mapping[str, str]:
        """Path to the code of the department a file names, where the officer has yet to say whether it is that one's."""
        return {r.head.path: r.head.held for r in self.receipts if r.head.held and not r.skipped}

    @property
    def unrelated(self) -> Mapping[str, str]:
        """Path to a sentence, for the files that can be nobody's return; nothing is handed back for them."""
        return unrelated(self.roster, (receipt.head for receipt in self.receipts if not receipt.skipped))

    @property
    def unplaced(self) -> Mapping[str, str]:
        """Path to why it was not read, of the files that might be somebody's return and do not say whose."""
        apart = self.unrelated
        return {
            r.head.path: r.head.why.rstrip("。")
            for r in self.receipts
            if not (r.head.department or r.head.held or r.head.named or r.skipped or r.head.path in apart)
        }

    def via(self, receipt: Receipt) -> str:
        """Return who handed a file up, in words; ``""`` where it came by itself."""
        via = self.packages.vias.get(receipt.head.path)
        return via.words if via is not None else ""

    def doubt(self, path: str) -> str:
        """Return why a file of a package is not believed, and a comma; ``""`` where there is nothing against it."""
        via = self.packages.vias.get(path)
        return f"{via.doubt}，" if via is not None and via.doubt else ""

    def told_otherwise(self, receipt: Receipt) -> str:
        """Return how the 主管部门 judged a file, where that was otherwise."""
        via, head = self.packages.vias.get(receipt.head.path), receipt.head
        if via is None or via.told is None or via.doubt:
            return ""
        theirs, ours = _verdict(via.told.state, via.told.total), _verdict(head.state.value, head.score)
        return "" if theirs == ours else f"{via.package.authority}核对为{theirs}，本局核对为{ours}"

    @property
    def packages_told(self) -> list[str]:
        """What came with every package and what is wrong with it, a sentence each."""
        return [f"{said.rstrip('。')}。" for package in self.packages.found for said in package.sentences()]

    def provenance(self, receipt: Receipt) -> Mapping[str, Any]:
        """Return how a file came, as JSON shows it."""
        via = self.packages.vias.get(receipt.head.path)
        if via is None:
            return {"via": None}
        package = via.package
        told = {"authority": package.authority, "package": package.path, "made": package.made, "by": package.by}
        state = {"state": receipt.state.value} if receipt.head.held else {}
        return {"via": {**told, "doubt": via.doubt or None}, **state}

    @property
    def marked(self) -> Mapping[str, str]:
        """Path to the name of the marked copy."""
        return {receipt.head.path: receipt.copy for receipt in self.receipts if receipt.copy}

    def open(self) -> Opened:
        """Return a way to the outcomes."""
        return Opened(self)


class Opened:
    """Reads outcomes from the ledger, one at a time, with the exceptions applied."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected
        self._ledger = Ledger(collected.campaign.summary.parent, writing=False)
        self._archives = self._ledger.archives()

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ledger.__exit__(kind, value, trace)

    def outcome(self, receipt: Receipt, entries: bool = False) -> Outcome:
        """Return the outcome of a file."""
        if receipt.same_as:
            return Outcome(receipt.head.path, (), skipped=receipt.skipped)
        head = receipt.head
        return with_notice(self.version(head, entries), head, self.collected.choices.get(head.department))

    def archive(self, receipt: Receipt) -> str:
        """Return the archive in 收回 a file came in, ``""`` for a file of its own."""
        return archive_of(receipt.head.path, self._archives)

    def version(self, head: Head, entries: bool = False) -> Outcome:
        """Return the outcome of any version, also of one that no longer lies in 收回."""
        return settled(self._ledger, head, self.collected.waivers, entries)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield all outcomes in the order of the files."""
        return map(self.outcome, self.collected.receipts)


def _verdict(state: str, total: Decimal | None) -> str:
    return f"{state} {total:.2f} 分" if total is not None else state


@dataclass(frozen=True, slots=True)
class Weighed:
    """The files that lie in 收回, those that repeat another, which counts for each department, how they came."""

    heads: list[Head]
    same: dict[str, str]
    choices: Mapping[str, Choice]
    packages: Packages


def weighed(ledger: Ledger, empty: Collected) -> Weighed:
    """Return what the ledger knows as the bureau decides it. ``empty``: the bureau's own files."""
    archives = ledger.archives()
    found = list(ledger.heads(everything=True))
    lists = ledger.packages()
    key_of = key_finder(empty.campaign) if lists else str
    packages = packages_in(lists, found, archives, empty.roster, key_of)
    every = [_weighed(ledger, head, empty.waivers, archives, packages.vias) for head in found]
    choices = MappingProxyType(choose(every))
    heads = [noted(head, choices.get(head.department)) for head in every if head.present]
    return Weighed(heads, duplicates(heads), choices, packages)


def receipts_of(ledger: Ledger, heads: list[Head], same: Mapping[str, str]) -> tuple[Receipt, ...]:
    """Return the files as a run tells of them, each with its marked copy."""
    copies = {path: copy for path, (_, copy) in ledger.marked().items()}
    return tuple(Receipt(head, same.get(head.path, ""), copies.get(head.path, "")) for head in heads)


def open_collected(campaign: Campaign, today: datetime.date | None = None) -> Collected:
    """Return what the last run of collect found, without looking at 收回.

    Raises:
        RosterError, CampaignError, DefinitionError: the bureau's own files cannot be used.
    """
    empty = nothing_of(campaign, today)
    with Ledger(campaign.summary.parent, writing=False) as ledger:
        found = weighed(ledger, empty)
        receipts = receipts_of(ledger, found.heads, found.same)
        return replace(empty, receipts=receipts, choices=found.choices, packages=found.packages)


def nothing_of(campaign: Campaign, today: datetime.date | None) -> Collected:
    """Return a campaign's own files read, and nothing come back yet.

    Raises:
        RosterError, CampaignError, DefinitionError: they cannot be used.
    """
    form = form_of(campaign)
    roster = read_roster(campaign.roster, form)
    day = (today or datetime.date.today()).isoformat()
    waivers = read_waivers(campaign, waivable(form), {row["部门编码"] for row in roster.departments}, day)
    return Collected(campaign, roster, form, waivers, (), MappingProxyType({}))


def _weighed(ledger: Ledger, head: Head, waivers: Waivers, archives: Collection[str], vias: Mapping[str, Via]) -> Head:
    """The head as the bureau decided: claimed for its department, exceptions taken out of its verdict."""
    if head.skipped:
        return head
    via = vias.get(head.path) if head.present else None
    if via is not None and via.doubt and head.department and not is_claimed(head.path, archive_of(head.path, archives)):
        return replace(head, department="", held=head.department)
    if head.held and is_claimed(head.path, archive_of(head.path, archives)):
        head = replace(head, department=head.held, held="")
    elif head.held or not waivers.of(head.department):
        return head
    outcome = settled(ledger, head, waivers)
    name = outcome.issue.department_name if outcome.issue else head.department_name
    rejects, corrections, found = outcome.counts().values()
    return replace(
        head,
        department_name=name,
        status=outcome.status,
        state=outcome.state,
        rejects=rejects,
        corrections=corrections,
        notices=found,
    )


def rules_fingerprint(form: Form) -> str:
    """Return a text that changes when the form, its rules or the tool do."""
    digest = hashlib.sha256(f"{__version__}\n{form.id}\n{form.spec.version}\n{BASIS}".encode())
    if form.composed:
        digest.update(form.composed.encode())
        return digest.hexdigest()[:32]
    # All forms, because a form may extend another.
    for path in sorted(library().rglob("form.yaml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def issues_fingerprint(campaign: Campaign) -> str:
    """Return a text that changes when something else was issued, or signed with another secret."""
    return file_hash(campaign.outbox / RECORD) + seals_fingerprint(campaign)


def seals_fingerprint(campaign: Campaign) -> str:
    """Return a text that changes when workbooks are signed otherwise."""
    return file_hash(signing.path_of(campaign))[:8] + file_hash(path_of(campaign))[:8]


def desk_of(campaign: Campaign, form: Form, roster: Roster) -> Desk:
    """Return what the workers of a campaign are told: its form, what it issued, how official forms are read."""
    known = issued(campaign)
    return Desk.of(form, known, _official(campaign, form, roster, known) if campaign.official else None)


def _official(campaign: Campaign, form: Form, roster: Roster, known: Issues) -> Official:
    """As the campaign's form, for the roster's departments."""
    codes = set(known.departments.values())
    missing = [row for row in roster.departments if row["部门编码"] not in codes]
    others = (issue_for(form, roster, row, campaign.year, spare=campaign.spare_rows) for row in missing)
    return Official((str(form.id),), known.by_department(others), campaign.year)


def file_hash(path: Path) -> str:
    """Return a digest of a file, ``""`` where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:32]
