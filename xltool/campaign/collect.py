"""Everything in 收回 becomes outcomes, 退回 and 汇总. Every file is accounted for, none is read twice.

Imports the other ``campaign`` modules. The steps: look at the folder, examine what is new, choose, mark, sum
up; each notes in the ledger what it was made from and does nothing when that has not changed, so a run that
was stopped goes on where it was. Outcomes stay in the ledger and are opened one at a time: memory does not
grow with the number of returns.
"""

from __future__ import annotations

import datetime
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from xltool import __version__
from xltool.campaign.collected import (
    Collected,
    Tally,
    desk_of,
    file_hash,
    issues_fingerprint,
    nothing_of,
    receipts_of,
    rules_fingerprint,
    seals_fingerprint,
    weighed,
)
from xltool.campaign.intake.attribution import unrelated
from xltool.campaign.intake.handed_up import list_text
from xltool.campaign.intake.inbox import Contents, look
from xltool.campaign.intake.marking import Marking
from xltool.campaign.issue.outbox import issued
from xltool.campaign.ledger.codec import record
from xltool.campaign.ledger.store import Ledger, Seen, UnreadableResultError
from xltool.campaign.roster.sheet import Roster
from xltool.campaign.settings import Campaign, open_campaign
from xltool.campaign.summarise import write_summary_of
from xltool.examine import Desk, Examining, Job, Opening, Pool
from xltool.examine.usage import give_back
from xltool.files import clear_leftovers, probe
from xltool.form import Form
from xltool.progress import Progress
from xltool.read import PASSING, is_package_list

_COMMIT_EVERY, _COMMIT_SECONDS = 20, 0.5  # whoever looks at the ledger meanwhile sees verdicts appear
_WORKERS = 2


def _own(desk: Callable[[], Desk]) -> Pool:
    return Pool(desk, _WORKERS)


def collect(
    campaign: Campaign, progress: Progress, today: datetime.date | None = None, hire: Callable[..., Pool] = _own
) -> Collected:
    """Examine what is new, write the marked copies and 汇总.xlsx.

    ``today`` decides which exceptions still hold; by default the day of the run. ``hire``: who does the work; the
    results do not depend on it.

    Raises:
        RosterError, CampaignError, DefinitionError: the bureau's own files cannot be used.
        TargetLockedError: an output is open in Excel.
    """
    empty = nothing_of(campaign, today)
    for folder in (campaign.summary.parent, campaign.returned):
        probe(folder)

    give_back()  # reading a large roster took several times what it holds
    desk = partial(desk_of, campaign, empty.form, empty.roster)
    with Ledger(campaign.summary.parent) as ledger, hire(desk) as pool:
        for folder in (campaign.returned, campaign.summary.parent):
            clear_leftovers(folder)  # of a run that was killed; nobody else writes while the ledger is ours
        try:
            return _round(ledger, empty, pool, progress)
        except UnreadableResultError:
            ledger.drop_unreadable()
            return _round(ledger, empty, pool, progress)


def _round(ledger: Ledger, empty: Collected, pool: Pool, progress: Progress) -> Collected:
    campaign, form, waivers = empty.campaign, empty.form, empty.waivers
    files = look(ledger, campaign.inbox, now(), pool)
    contents = Contents(campaign.inbox, ledger.archives())
    _read_lists(ledger, files, contents, pool)
    examined = _examine(ledger, campaign, form, empty.roster, files, contents, pool, progress)
    found = weighed(ledger, empty)
    marking = Marking(ledger, campaign, form, waivers, found.choices, unrelated(empty.roster, found.heads))
    marked, blocked = marking.update(found.heads, found.same, contents, pool, progress)
    pool.close()
    receipts = receipts_of(ledger, found.heads, found.same)
    result = replace(empty, receipts=receipts, choices=found.choices, packages=found.packages)
    tally = Tally(len(found.heads), examined, marked, _summarise(ledger, result, progress), tuple(blocked))
    return replace(result, tally=tally)


def _read_lists(ledger: Ledger, files: list[Seen], contents: Contents, pool: Pool) -> None:
    """Keep the lists of packages that were not known yet; one that cannot be opened is kept as an empty text."""
    known = ledger.packages()
    lists = {seen.sha256: seen for seen in files if is_package_list(seen.path) and not seen.skipped}
    fresh = {digest: seen for digest, seen in lists.items() if digest not in known}
    if not fresh:
        return
    texts = pool.run(Opening(contents.job(seen.path), list_text) for seen in fresh.values())
    ledger.begin()
    for digest, text in zip(fresh, texts, strict=True):
        ledger.put_package(digest, text if isinstance(text, str) else "")
    ledger.commit()


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
    done, last = 0, time.monotonic()
    for done, (seen, kept) in enumerate(zip(wanted.values(), results, strict=True), start=1):
        ledger.begin()
        # A verdict that may be due to the machine, or on a content that was replaced meanwhile, holds for this run only.
        lasting = contents.unchanged(seen) and not kept.codes & PASSING
        basis = own.get(kept.department, "") if kept.department else issues
        ledger.put_result(seen.sha256, kept, rules if lasting else "", basis, __version__, now())
        if done % _COMMIT_EVERY == 0 or time.monotonic() - last > _COMMIT_SECONDS:
            ledger.commit()
            last = time.monotonic()
        progress(done, len(wanted), seen.path)
    ledger.commit()
    return done


def _job(contents: Contents, seen: Seen) -> Job:
    if seen.skipped:
        return Job(Path(seen.path).name, contents.folder / seen.path, skipped=seen.skipped)
    return contents.job(seen.path)


def _basis(campaign: Campaign, roster: Roster) -> str:
    """What an unclaimed file waits for: what else is issued, and for official forms the roster's names."""
    known = issues_fingerprint(campaign)
    names = "\n".join(f"{row['部门编码']} {row['部门名称']}" for row in roster.departments)
    return known + hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _own_basis(campaign: Campaign) -> Mapping[str, str]:
    """What a department's files depend on: all that was ever issued to it, in order, and the secret."""
    secret = seals_fingerprint(campaign)
    numbers: dict[str, list[str]] = {}
    for number, code in issued(campaign).departments.items():
        numbers.setdefault(code, []).append(number)
    return {
        code: hashlib.sha256(" ".join((secret, *found)).encode()).hexdigest()[:32] for code, found in numbers.items()
    }


def _summarise(ledger: Ledger, result: Collected, progress: Progress) -> bool:
    """Write 汇总.xlsx unless it was made from exactly this."""
    campaign = result.campaign
    digest = hashlib.sha256(f"{__version__} {campaign} {result.waivers} {file_hash(campaign.roster)}".encode())
    for receipt in result.receipts:
        head = receipt.head
        digest.update(repr((head.path, head.sha256, head.modified, head.rules, head.issues, receipt.copy)).encode())
    digest.update(rules_fingerprint(result.form).encode())
    digest.update(repr(result.packages.found).encode("utf-8", "surrogatepass"))
    if campaign.last_year is not None:
        digest.update(_stamp(open_campaign(campaign.last_year).summary).encode())
    for code, choice in result.choices.items():
        digest.update(repr((code, choice.counts, [v.head.sha256 for v in choice.versions])).encode())
    digest.update(file_hash(campaign.summary.parent / "复核" / "复核结果.json").encode())
    basis = digest.hexdigest()
    if ledger.meta("summary") == f"{basis} {_stamp(campaign.summary)}":
        return False
    write_summary_of(result, progress)
    ledger.put_meta("summary", f"{basis} {_stamp(campaign.summary)}")
    return True


def _stamp(path: Path) -> str:
    return f"{path.stat().st_size}-{path.stat().st_mtime_ns}" if path.is_file() else ""


def now() -> str:
    """Return the time of the clock, for the ledger."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")
