"""Everything in 收回 becomes outcomes, 退回 and 汇总. Every file is accounted for, none is read twice.

Imports the other ``campaign`` modules. The steps: look at the folder, examine what is new, choose, mark, sum
up; each notes in the ledger what it was made from and does nothing when that has not changed, so a run that
was stopped goes on where it was. Outcomes stay in the ledger and are opened one at a time: memory does not
grow with the number of returns.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType, TracebackType

from xltool import __version__
from xltool.campaign.intake.attribution import guesses
from xltool.campaign.intake.choice import Choice, choose, duplicates, noted, with_notice
from xltool.campaign.intake.claims import is_claimed
from xltool.campaign.intake.inbox import Contents, archive_of, look
from xltool.campaign.intake.marking import Marking, settled
from xltool.campaign.intake.waivers import Waivers, read_waivers
from xltool.campaign.issue import signing
from xltool.campaign.issue.outbox import RECORD, issued
from xltool.campaign.ledger.codec import record
from xltool.campaign.ledger.store import Head, Ledger, Seen, UnreadableResultError
from xltool.campaign.roster.sheet import Roster, read_roster, shape_for
from xltool.campaign.settings import Campaign, open_campaign
from xltool.examine import Desk, Examining, Job, Outcome, Pool
from xltool.examine.catalogue import catalogue
from xltool.files import clear_leftovers, probe
from xltool.findings import State, Status
from xltool.form import Form, form_by_id, library
from xltool.read import PASSING
from xltool.read.official import Official

Progress = Callable[[int, int, str], None]
_COMMIT_EVERY = 20
_WORKERS = 2


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


@dataclass(frozen=True, slots=True)
class Collected:
    """One run of collect. ``choices`` by department code; outcomes are opened through ``outcome``."""

    campaign: Campaign
    roster: Roster
    form: Form
    waivers: Waivers
    receipts: tuple[Receipt, ...]
    choices: Mapping[str, Choice]
    tally: Tally = Tally()

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
    def doubtful(self) -> Mapping[str, Receipt]:
        """Department code to a file that might be the department's, where nothing else came from it."""
        strangers = {
            r.head.path: r for r in self.receipts if not r.head.department and not r.head.held and not r.skipped
        }
        found = dict(guesses(self.roster, list(strangers))) if strangers else {}
        found |= {path: receipt.head.named for path, receipt in strangers.items() if receipt.head.named}
        return {code: strangers[path] for path, code in found.items() if code not in self.chosen}

    @property
    def held(self) -> Mapping[str, str]:
        """Path to the code of the department a file names, where the officer has yet to say whether it is that one's."""
        return {r.head.path: r.head.held for r in self.receipts if r.head.held and not r.skipped}

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


def collect(campaign: Campaign, progress: Progress, today: datetime.date | None = None) -> Collected:
    """Examine what is new, write the marked copies and 汇总.xlsx.

    ``today`` decides which exceptions still hold; by default the day of the run.

    Raises:
        RosterError, CampaignError, DefinitionError: the bureau's own files cannot be used.
        TargetLockedError: an output is open in Excel.
    """
    form = form_by_id(campaign.form)
    roster = read_roster(campaign.roster, form)
    day = (today or datetime.date.today()).isoformat()
    codes = {entry.code for entry in catalogue(form)}
    waivers = read_waivers(campaign, codes, {row["部门编码"] for row in roster.departments}, day)
    for folder in (campaign.summary.parent, campaign.returned):
        probe(folder)

    def desk() -> Desk:
        return Desk((str(form.id),), issued(campaign), official=official_of(campaign, form, roster))

    with Ledger(campaign.summary.parent) as ledger, Pool(desk, _WORKERS) as pool:
        for folder in (campaign.returned, campaign.summary.parent):
            clear_leftovers(folder)  # of a run that was killed; nobody else writes while the ledger is ours
        empty = Collected(campaign, roster, form, waivers, (), MappingProxyType({}))
        try:
            return _round(ledger, empty, pool, progress)
        except UnreadableResultError:
            ledger.drop_unreadable()
            return _round(ledger, empty, pool, progress)


def _round(ledger: Ledger, empty: Collected, pool: Pool, progress: Progress) -> Collected:
    campaign, form, waivers = empty.campaign, empty.form, empty.waivers
    files = look(ledger, campaign.inbox, now(), pool)
    contents = Contents(campaign.inbox, ledger.archives())
    examined = _examine(ledger, campaign, form, empty.roster, files, contents, pool, progress)
    heads, same, choices = _chosen(ledger, waivers)
    marking = Marking(ledger, campaign, form, waivers, choices)
    marked, blocked = marking.update(heads, same, contents, pool, progress)
    pool.close()
    result = replace(empty, receipts=_receipts(ledger, heads, same), choices=choices)
    tally = Tally(len(heads), examined, marked, _summarise(ledger, result), tuple(blocked))
    return replace(result, tally=tally)


def _chosen(ledger: Ledger, waivers: Waivers) -> tuple[list[Head], dict[str, str], Mapping[str, Choice]]:
    """The files that lie in 收回, those that repeat another, and which counts for each department."""
    archives = ledger.archives()
    every = [_weighed(ledger, head, waivers, archives) for head in ledger.heads(everything=True)]
    choices = MappingProxyType(choose(every))
    heads = [noted(head, choices.get(head.department)) for head in every if head.present]
    return heads, duplicates(heads), choices


def _receipts(ledger: Ledger, heads: list[Head], same: Mapping[str, str]) -> tuple[Receipt, ...]:
    copies = {path: copy for path, (_, copy) in ledger.marked().items()}
    return tuple(Receipt(head, same.get(head.path, ""), copies.get(head.path, "")) for head in heads)


def open_collected(campaign: Campaign, today: datetime.date | None = None) -> Collected:
    """Return what the last run of collect found, without looking at 收回.

    Raises:
        RosterError, CampaignError, DefinitionError: the bureau's own files cannot be used.
    """
    form = form_by_id(campaign.form)
    roster = read_roster(campaign.roster, form)
    day = (today or datetime.date.today()).isoformat()
    codes = {entry.code for entry in catalogue(form)}
    waivers = read_waivers(campaign, codes, {row["部门编码"] for row in roster.departments}, day)
    with Ledger(campaign.summary.parent, writing=False) as ledger:
        heads, same, choices = _chosen(ledger, waivers)
        return Collected(campaign, roster, form, waivers, _receipts(ledger, heads, same), choices)


def _weighed(ledger: Ledger, head: Head, waivers: Waivers, archives: Collection[str]) -> Head:
    """The head as the bureau decided: claimed for its department, exceptions taken out of its verdict."""
    if head.skipped:
        return head
    if head.held and is_claimed(head.path, archive_of(head.path, archives)):
        head = replace(head, department=head.held, held="")
    elif head.held or not waivers.of(head.department):
        return head
    outcome = settled(ledger, head, waivers)
    name = outcome.shape.department_name if outcome.shape else head.department_name
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
    digest = hashlib.sha256(f"{__version__}\n{form.id}\n{form.spec.version}".encode())
    # All forms, because a form may extend another.
    for path in sorted(library().rglob("form.yaml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def issues_fingerprint(campaign: Campaign) -> str:
    """Return a text that changes when something else was issued, or signed with another secret."""
    return _file_hash(campaign.outbox / RECORD) + _file_hash(signing.path_of(campaign))[:8]


def _examine(
    ledger: Ledger,
    campaign: Campaign,
    form: Form,
    roster: Roster,
    files: list[Seen],
    contents: Contents,
    pool: Pool,
    progress: Progress,
) -> int:
    """Examine what is new, in processes that can be killed: a file that hangs or bloats costs its own verdict."""
    rules = rules_fingerprint(form) + ("" if campaign.official else " 只收下发的工作簿")
    issues, own = _basis(campaign, roster), _own_basis(campaign)
    fresh = ledger.fresh(rules, issues, own)
    wanted: dict[str, Seen] = {}
    for seen in files:
        if seen.sha256 not in fresh:
            wanted.setdefault(seen.sha256, seen)
    if not wanted:
        return 0
    results = pool.run(Examining(_job(contents, seen), record) for seen in wanted.values())
    done = 0
    for done, (seen, kept) in enumerate(zip(wanted.values(), results, strict=True), start=1):
        ledger.begin()
        # A verdict that may be due to the machine, or on a content that was replaced meanwhile, holds for this run only.
        lasting = contents.unchanged(seen) and not kept.codes & PASSING
        basis = own.get(kept.department, "") if kept.department else issues
        ledger.put_result(seen.sha256, kept, rules if lasting else "", basis, __version__, now())
        if done % _COMMIT_EVERY == 0:
            ledger.commit()
        progress(done, len(wanted), seen.path)
    ledger.commit()
    return done


def _job(contents: Contents, seen: Seen) -> Job:
    if seen.skipped:
        return Job(Path(seen.path).name, contents.folder / seen.path, skipped=seen.skipped)
    return contents.job(seen.path)


def official_of(campaign: Campaign, form: Form, roster: Roster) -> Official | None:
    """Return how official forms are read in a campaign: as its form, for the roster's departments; None if refused."""
    if not campaign.official:
        return None
    shapes = {shape.department: shape for shape in issued(campaign).values()}
    for row in roster.departments:
        if row["部门编码"] not in shapes:
            shapes[row["部门编码"]] = shape_for(form, roster, row, campaign.year)
    return Official((str(form.id),), MappingProxyType(shapes), campaign.year)


def _basis(campaign: Campaign, roster: Roster) -> str:
    """What an unclaimed file waits for: what else is issued, and for official forms the roster's names."""
    known = issues_fingerprint(campaign)
    names = "\n".join(f"{row['部门编码']} {row['部门名称']}" for row in roster.departments)
    return known + hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _own_basis(campaign: Campaign) -> Mapping[str, str]:
    """What a department's files depend on: all that was ever issued to it, in order, and the secret."""
    secret = _file_hash(signing.path_of(campaign))[:8]
    numbers: dict[str, list[str]] = {}
    for number, shape in issued(campaign).items():
        numbers.setdefault(shape.department, []).append(number)
    return {
        code: hashlib.sha256(" ".join((secret, *found)).encode()).hexdigest()[:32] for code, found in numbers.items()
    }


def _summarise(ledger: Ledger, result: Collected) -> bool:
    """Write 汇总.xlsx unless it was made from exactly this."""
    from xltool.campaign.summarise import write_summary_of

    campaign = result.campaign
    digest = hashlib.sha256(f"{__version__} {campaign} {result.waivers} {_file_hash(campaign.roster)}".encode())
    for receipt in result.receipts:
        head = receipt.head
        digest.update(repr((head.path, head.sha256, head.modified, head.rules, head.issues, receipt.copy)).encode())
    digest.update(rules_fingerprint(result.form).encode())
    if campaign.last_year is not None:
        digest.update(_stamp(open_campaign(campaign.last_year).summary).encode())
    for code, choice in result.choices.items():
        digest.update(repr((code, choice.counts, [v.head.sha256 for v in choice.versions])).encode())
    basis = digest.hexdigest()
    if ledger.meta("summary") == f"{basis} {_stamp(campaign.summary)}":
        return False
    write_summary_of(result)
    ledger.put_meta("summary", f"{basis} {_stamp(campaign.summary)}")
    return True


def _stamp(path: Path) -> str:
    return f"{path.stat().st_size}-{path.stat().st_mtime_ns}" if path.is_file() else ""


def _file_hash(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:32]


def now() -> str:
    """Return the time of the clock, for the ledger."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")
