"""下发: one workbook per department, and the record of what was issued.

The record is the bureau's own copy: returns are read against it, so what a department changed in the
hidden sheets has no effect. Issues are only ever added, never dropped.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from xltool.campaign import kept_form
from xltool.campaign.issue import signing
from xltool.campaign.issue.handed_down import handed_down, path_of
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.sheet import Roster, RosterRow
from xltool.campaign.settings import Campaign, CampaignError
from xltool.files import TargetLockedError, probe, read_own, safe_name, write_atomic
from xltool.form import Form, Issue, form_by_id, form_from
from xltool.form.layout.issues import Issues
from xltool.progress import Progress

if TYPE_CHECKING:
    from xltool.generate.sender import Sender

RECORD = "下发记录.json"
_RECORD_BYTES = 1_000_000_000
_RECORDED = re.compile(rb'\s*[\[,]\s*("(?:[^"\\]++|\\.)*+")')
"""The next of the texts of which the record is a list."""
_WORKERS = 4
_WORTH_A_PROCESS = 4  # workbooks; a process takes about as long to start


def file_name(issue: Issue, form: Form) -> str:
    """Return the name of a department's workbook of a form."""
    called = form.spec.timing.called
    return f"{safe_name(issue.department)}_{safe_name(issue.department_name, 40)}_{issue.year}年{called}.xlsx"


def sample(form: Form, year: int) -> bytes:
    """Return a workbook of a made-up department with two projects, for the author of a form to look at.

    Raises:
        DefinitionError: Excel would not take one of its formulas.
    """
    from xltool.generate.verify import written

    department = RosterRow(2, MappingProxyType({"部门编码": "101001", "部门名称": "示例部门"}))
    projects = tuple(
        RosterRow(
            number + 1,
            MappingProxyType({"部门编码": "101001", "项目编码": f"示例{number}", "项目名称": f"示例项目{number}"}),
        )
        for number in (1, 2)
    )
    return written(form, issue_for(form, Roster((department,), projects), department, year))


def issued(campaign: Campaign) -> Issues:
    """Return every issue this campaign has issued, by issue id, each with the seal its workbook carries.

    Shapes on record without a layout were issued before workbooks were signed: they have no seal.

    Raises:
        CampaignError, UnusableFileError: the record is damaged, or the secret is gone.
    """
    return Issues.each(_sealed(campaign))


def _sealed(campaign: Campaign) -> Iterator[Issue]:
    above, secret = handed_down(campaign), b""
    for issue in _on_record(campaign):
        if above is not None:
            yield above.sealed(issue, path_of(campaign))
        elif issue.layout:
            secret = secret or signing.load(campaign)
            yield replace(issue, seal=signing.seal(secret, issue))
        else:
            yield issue


def _on_record(campaign: Campaign) -> Iterator[Issue]:
    path = campaign.outbox / RECORD
    return issues_in(read_own(path, _RECORD_BYTES), path) if path.exists() else iter(())


def record_of(issues: Iterable[Issue]) -> bytes:
    """Return what stands in 下发记录.json."""
    return json.dumps([issue.to_json() for issue in issues], ensure_ascii=True, indent=0).encode("ascii")


def issues_in(record: bytes, path: Path | str) -> Iterator[Issue]:
    """Yield the issues of a 下发记录.json, one at a time: of ten thousand departments it is 50 MB of text.

    Raises:
        CampaignError: it is damaged.
    """
    try:
        at = 0
        while found := _RECORDED.match(record, at):
            yield Issue.from_json(json.loads(found[1]))
            at = found.end()
        if record[at:].strip() != (b"]" if at else b"[]"):
            raise ValueError(at)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise CampaignError(f"{path} 已损坏，读不出来。请从备份恢复，或删除后重新运行 xltool generate。") from None


@dataclass(frozen=True, slots=True)
class IssueRun:
    """What a run of 下发 wrote; ``blocked``: why some files could not be written.

    ``renewed``: the secret was gone and had to be made anew, so what was issued before has another seal.
    ``new``, ``changed``: names of the departments that had none before, and of those that had another one.
    """

    paths: tuple[Path, ...]
    blocked: tuple[str, ...]
    renewed: bool = False
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def generate_all(
    campaign: Campaign,
    form: Form,
    roster: Roster,
    progress: Progress,
    before: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    only: Collection[str] = (),
) -> IssueRun:
    """Write every department's workbook into 下发; what is issued is recorded before the first is written.

    A workbook that is open in Excel stays as it is and does not keep the others from being written.
    ``before``: last year's figures by department code and field name (``last_year.figures_before``). ``only``: codes
    of the departments that are wanted, all if there are none.

    Raises:
        CampaignError: a department is not on the roster; the record or the secret is damaged.
        TargetLockedError: the folder or the record cannot be written.
    """
    if (above := handed_down(campaign)) is not None:
        raise CampaignError(
            f"这个批次的表是{above.bureau or '财政局'}下发的，不在这里生成。要增减单位、项目或换表的，请联系{above.bureau or '财政局'}，"
            "拿到新的批次包后运行  xltool init 本文件夹 --from 批次包"
        )
    rows = [row for row in roster.departments if not only or row["部门编码"] in only]
    if unknown := sorted(set(only) - {row["部门编码"] for row in rows}):
        raise CampaignError(f"名册〔部门〕里没有部门编码 {'、'.join(unknown)}，没有生成。")
    if only and on_record_of_others(campaign, only) and kept_form.changed(campaign, form):
        raise CampaignError(
            "表样在下发以后改过，只给一部分部门换新的表，其余的就核对不了。请不加 --department，全部重新生成。"
        )
    renewed = not signing.path_of(campaign).exists() and any(issue.layout for issue in _on_record(campaign))
    secret = signing.ensure(campaign)
    bare = [
        issue_for(form, roster, row, campaign.year, before.get(row["部门编码"], {}), campaign.spare_rows)
        for row in rows
    ]
    made = [replace(issue, seal=signing.seal(secret, issue)) for issue in bare]
    probe(campaign.outbox, max((file_name(issue, form) for issue in made), key=len, default=""))
    # The order tells what was issued last to whom, also where an earlier issue is issued again.
    again = {issue.issue_id for issue in made}
    on_record = issued(campaign)
    latest = {code: number for number, code in on_record.departments.items()}
    earlier = {number: issue for number, issue in on_record.items() if number not in again}
    known = {**earlier, **{issue.issue_id: issue for issue in made}}
    kept_form.keep(campaign, form)
    write_atomic(campaign.outbox / RECORD, record_of(known.values()))
    paths: set[Path] = set()
    blocked: list[str] = []
    for number, (issue, data) in enumerate(_generated(form, made, sender_of(campaign)), start=1):
        path = campaign.outbox / file_name(issue, form)
        try:
            write_atomic(path, data)
        except TargetLockedError as error:
            blocked.append(str(error))
        else:
            paths.add(path)
        progress(number, len(made), path.name)
    wrote = [issue for issue in made if campaign.outbox / file_name(issue, form) in paths]
    new = tuple(issue.department_name for issue in wrote if issue.department not in latest)
    changed = tuple(
        issue.department_name for issue in wrote if latest.get(issue.department, issue.issue_id) != issue.issue_id
    )
    order = {campaign.outbox / file_name(issue, form): number for number, issue in enumerate(made)}
    return IssueRun(tuple(sorted(paths, key=order.__getitem__)), tuple(blocked), renewed, new, changed)


def on_record_of_others(campaign: Campaign, only: Collection[str]) -> bool:
    """Return whether anything was issued to departments other than these."""
    return any(issue.department not in only for issue in _on_record(campaign))


def sender_of(campaign: Campaign) -> Sender:
    """Return what 填报说明 says about the bureau and the deadline."""
    from xltool.generate.sender import Sender

    return Sender(campaign.bureau, campaign.contact, campaign.phone, campaign.return_to, campaign.deadline)


def _generated(form: Form, issues: Sequence[Issue], sender: Sender) -> Iterator[tuple[Issue, bytes]]:
    """Generate workbooks in several processes, structure by structure."""
    from xltool.generate.stamp import batches

    if not issues:
        return
    work = batches(form, issues)
    size = min(_WORKERS, os.cpu_count() or 1, 1 + len(issues) // _WORTH_A_PROCESS, len(work))
    crew = ProcessPoolExecutor(size, multiprocessing.get_context("spawn"), _undisturbed)
    try:
        told = ([_sent(issue) for issue in batch] for batch in work)
        for batch, made in zip(
            work, crew.map(partial(_workbooks, str(form.id), form.composed, sender), told), strict=True
        ):
            yield from zip(batch, made, strict=True)
    except BaseException:
        crew.shutdown(wait=False, cancel_futures=True)
        raise
    # Waited for, because Python wakes pools that are still closing when it ends, through a pipe that may be gone.
    crew.shutdown()


def _undisturbed() -> None:
    """Ctrl+C is for the process that was started; it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _sent(issue: Issue) -> tuple[str, str]:
    return issue.to_json(), issue.seal


def _workbooks(ident: str, composed: str, sender: Sender, sent: Sequence[tuple[str, str]]) -> list[bytes]:
    from xltool.generate.stamp import generated

    issues = [replace(Issue.from_json(text), seal=seal) for text, seal in sent]
    form = form_from(composed) if composed else form_by_id(ident)
    return list(generated(form, issues, sender))
