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
from types import MappingProxyType

from xltool import __version__
from xltool.campaign.choice import Choice, choose, duplicates
from xltool.campaign.ledger import Head, Ledger, Seen
from xltool.campaign.outbox import RECORD, issued
from xltool.campaign.roster import Roster, read_roster
from xltool.campaign.rounds import compare
from xltool.campaign.settings import Campaign
from xltool.campaign.waivers import Waivers, read_waivers
from xltool.examine import Job, Outcome, examine_many
from xltool.examine.catalogue import catalogue
from xltool.files import clear_leftovers
from xltool.findings import Severity, Status
from xltool.form import Form, Shape, form_by_id, library

Progress = Callable[[int, int, str], None]
_COMMIT_EVERY = 20
_WORKERS = 2
_MARKS = "2"  # raise it when marked copies look different, so that they are written again


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
        return Status.SKIPPED if self.skipped else self.head.status


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run did: files seen, examined now, marked copies written now, whether 汇总.xlsx was written."""

    files: int = 0
    examined: int = 0
    marked: int = 0
    summarised: bool = False


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

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self._ledger.close()

    def outcome(self, receipt: Receipt, entries: bool = False) -> Outcome:
        """Return the outcome of a file."""
        if receipt.same_as:
            return Outcome(receipt.head.path, (), skipped=receipt.skipped)
        return self.version(receipt.head, entries)

    def version(self, head: Head, entries: bool = False) -> Outcome:
        """Return the outcome of any version, also of one that no longer lies in 收回."""
        return self.collected.waivers.apply(self._ledger.outcome(head.sha256, head.path, entries))

    def outcomes(self) -> Iterator[Outcome]:
        """Yield all outcomes in the order of the files."""
        return map(self.outcome, self.collected.receipts)


@dataclass(frozen=True, slots=True)
class _Found:
    """A file to examine."""

    path: Path
    name: str
    sha256: str


def returned_files(folder: Path) -> list[Path]:
    """Return every file below 收回, in a fixed order."""
    return sorted(
        (path for path in folder.rglob("*") if path.is_file()), key=lambda path: str(path.relative_to(folder))
    )


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
    with Ledger(campaign.summary.parent) as ledger:
        for folder in (campaign.returned, campaign.summary.parent):
            clear_leftovers(folder)  # of a run that was killed; nobody else writes while the ledger is ours
        files = _look(ledger, campaign)
        examined = _examine(ledger, campaign, form, files, progress)
        every = [_weighed(ledger, head, waivers) for head in ledger.heads(everything=True)]
        heads = [head for head in every if head.present]
        same = duplicates(heads)
        choices = MappingProxyType(choose(every))
        marked = _mark(ledger, campaign, form, heads, same, choices, waivers, progress)
        copies = {path: copy for path, (_, copy) in ledger.marked().items()}
        receipts = tuple(Receipt(head, same.get(head.path, ""), copies.get(head.path, "")) for head in heads)
        result = Collected(campaign, roster, form, waivers, receipts, choices)
        summarised = _summarise(ledger, result)
    tally = Tally(len(receipts), examined, marked, summarised)
    return Collected(campaign, roster, form, waivers, receipts, choices, tally)


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
        every = [_weighed(ledger, head, waivers) for head in ledger.heads(everything=True)]
        heads = [head for head in every if head.present]
        same = duplicates(heads)
        copies = {path: copy for path, (_, copy) in ledger.marked().items()}
        receipts = tuple(Receipt(head, same.get(head.path, ""), copies.get(head.path, "")) for head in heads)
        choices = MappingProxyType(choose(every))
    return Collected(campaign, roster, form, waivers, receipts, choices)


def _weighed(ledger: Ledger, head: Head, waivers: Waivers) -> Head:
    """The head with the department's exceptions taken out of its verdict."""
    if head.skipped or not waivers.of(head.department):
        return head
    outcome = waivers.apply(ledger.outcome(head.sha256, head.path))
    rejects, corrections, notices = outcome.counts().values()
    return replace(head, status=outcome.status, rejects=rejects, corrections=corrections, notices=notices)


def rules_fingerprint(form: Form) -> str:
    """Return a text that changes when the form, its rules or the tool do."""
    digest = hashlib.sha256(f"{__version__}\n{form.id}\n{form.spec.version}".encode())
    # All forms, because a form may extend another.
    for path in sorted(library().rglob("form.yaml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _look(ledger: Ledger, campaign: Campaign) -> list[Seen]:
    """Note what lies in 收回; only files whose size or time changed are read."""
    known, found = ledger.present(), []
    now = _now()
    ledger.begin()
    for path in returned_files(campaign.inbox):
        name, stat = str(path.relative_to(campaign.inbox)), path.stat()
        seen = known.pop(name, None)
        if seen is None or (seen.size, seen.modified) != (stat.st_size, stat.st_mtime_ns):
            seen = Seen(name, hashlib.sha256(path.read_bytes()).hexdigest(), stat.st_size, stat.st_mtime_ns)
            ledger.put_seen(seen, now)
        found.append(seen)
    for name in known:
        ledger.put_gone(name)
    ledger.commit()
    return found


def _examine(ledger: Ledger, campaign: Campaign, form: Form, files: list[Seen], progress: Progress) -> int:
    rules, issues = rules_fingerprint(form), _file_hash(campaign.outbox / RECORD)
    fresh = ledger.fresh(rules, issues)
    jobs: dict[str, _Found] = {}
    for seen in files:
        if seen.sha256 not in fresh:
            jobs.setdefault(seen.sha256, _Found(campaign.inbox / seen.path, seen.path, seen.sha256))
    if not jobs:
        return 0
    done = 0
    shapes = issued(campaign)
    for done, (job, outcome) in enumerate(_examine_all(jobs.values(), form, shapes), start=1):
        ledger.begin()
        ledger.put_result(job.sha256, outcome, rules, issues, __version__, _now())
        if done % _COMMIT_EVERY == 0:
            ledger.commit()
        progress(done, len(jobs), job.name)
    ledger.commit()
    return done


def _examine_all(
    found: Collection[_Found], form: Form, shapes: Mapping[str, Shape]
) -> Iterator[tuple[_Found, Outcome]]:
    """Examine files in processes that can be killed: a file that hangs or bloats costs its own verdict."""
    jobs = (Job(file.path.name, file.path) for file in found)
    results = examine_many(jobs, (str(form.id),), shapes, workers=min(_WORKERS, len(found)))
    for file, (_, outcome) in zip(found, results, strict=True):
        yield file, outcome


def _mark(
    ledger: Ledger,
    campaign: Campaign,
    form: Form,
    heads: list[Head],
    same: Mapping[str, str],
    choices: Mapping[str, Choice],
    waivers: Waivers,
    progress: Progress,
) -> int:
    """Write the marked copies that are not there yet or were made from something else."""
    from xltool.report.annotate import hand_back

    known, wanted = ledger.marked(), []
    names = _copy_names(heads)
    for head in heads:
        before = _before(choices, head)
        basis = f"{_MARKS} {head.sha256} {head.rules} {head.issues} {waivers.basis(head.department)}"
        basis += f" {before.sha256} {before.rules}" if before else ""
        old = known.get(head.path)
        if head.skipped or head.path in same or not (head.rejects or head.corrections):
            _unmark(ledger, campaign, head.path, old, names)
        elif old is None or old[0] != basis or not (campaign.returned / old[1]).is_file():
            wanted.append((head, basis, before))
    for path in known.keys() - {head.path for head in heads}:
        _unmark(ledger, campaign, path, known[path], names)
    count = 0
    for number, (head, basis, before) in enumerate(wanted, start=1):
        outcome = waivers.apply(ledger.outcome(head.sha256, head.path, entries=before is not None))
        ledger.begin()
        if any(finding.severity is not Severity.NOTICE for finding in outcome.findings):
            source = (campaign.inbox / head.path).read_bytes()
            history = ""
            if before is not None:
                earlier = waivers.apply(ledger.outcome(before.sha256, before.path, entries=True))
                history = compare(form, earlier, outcome).sentence()
            copy = hand_back(names[head.path], source, outcome, campaign.returned, history).name
            ledger.put_marked(head.path, basis, copy)
            count += 1
        else:
            _unmark(ledger, campaign, head.path, known.get(head.path), names)
        if number % _COMMIT_EVERY == 0:
            ledger.commit()
        progress(number, len(wanted), f"退回件 {head.path}")
    ledger.commit()
    return count


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
    """Files of the same name in different folders, or with different endings, must not overwrite each other's copy."""
    taken: set[str] = set()
    result = {}
    for head in heads:
        path = Path(head.path.replace("\\", "/"))
        names = (path.stem, f"{path.stem}（{path.suffix.lstrip('.')}）", "_".join(path.with_suffix("").parts))
        numbered = (f"{path.stem}（{number}）" for number in range(2, len(heads) + 3))
        name = next(name for name in (*names, *numbered) if name.casefold() not in taken)
        taken.add(name.casefold())
        result[head.path] = name
    return result


def _unmark(
    ledger: Ledger, campaign: Campaign, path: str, old: tuple[str, str] | None, names: Mapping[str, str]
) -> None:
    """A copy that no longer applies is taken away, unless another file's copy has its name now."""
    if old is None:
        return
    from xltool.report.annotate import copy_name

    if old[1] not in {copy_name(name) for other, name in names.items() if other != path}:
        (campaign.returned / old[1]).unlink(missing_ok=True)
    ledger.put_marked(path, "", "")


def _summarise(ledger: Ledger, result: Collected) -> bool:
    """Write 汇总.xlsx unless it was made from exactly this."""
    from xltool.campaign.summarise import write_summary_of

    campaign = result.campaign
    digest = hashlib.sha256(f"{__version__} {campaign} {result.waivers} {_file_hash(campaign.roster)}".encode())
    for receipt in result.receipts:
        head = receipt.head
        digest.update(repr((head.path, head.sha256, head.modified, head.rules, head.issues, receipt.copy)).encode())
    digest.update(rules_fingerprint(result.form).encode())
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
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32] if path.is_file() else ""


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def verdict_counts(result: Collected) -> Mapping[Status, int]:
    """Return how many departments stand where."""
    counts = dict.fromkeys(Status, 0)
    for receipt in result.chosen.values():
        counts[receipt.head.status] += 1
    return MappingProxyType(counts)
