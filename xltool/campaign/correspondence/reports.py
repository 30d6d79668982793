"""The 自评报告 of every return that counts, as Word, from the template in the campaign folder.

Imports ``collect``, ``correspondence.letters``, ``report.documents``. The template lies under 模板 and is made there once; what the
bureau changes in it stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xltool.campaign.collected import Collected, desk_of
from xltool.campaign.correspondence.letters import TEMPLATE_BYTES, TEMPLATES
from xltool.campaign.intake.inbox import Contents
from xltool.campaign.kept_form import form_of
from xltool.campaign.ledger.store import Ledger
from xltool.campaign.settings import Campaign, CampaignError
from xltool.campaign.written import Written, replace_all
from xltool.examine import Desk, Job, Pool
from xltool.files import DistinctNames, read_own, safe_name, write_atomic
from xltool.form import Form, known_ids
from xltool.progress import Progress, followed, silent
from xltool.read.wanted import Official
from xltool.report.documents.letter import LetterError
from xltool.report.documents.reporting import NO_REPORT, Reported, Reporting

FOLDER, PUBLIC_FOLDER, TEMPLATE = "自评报告", "自评报告（公开）", "自评报告.docx"


@dataclass(frozen=True, slots=True)
class Reports:
    """What was written. ``owing``: reports in which something is missing, with how many places; ``left``: returns without one."""

    folder: Path
    paths: tuple[Path, ...]
    owing: tuple[tuple[str, int], ...] = ()
    left: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


def ensure_template(campaign: Campaign, form: Form) -> Path:
    """Return the campaign's template of the report; if it is not there yet, it is made.

    Raises:
        CampaignError: the form has no report.
    """
    from xltool.report.documents.report_template import report_template

    if not form.spec.report.parts:
        raise CampaignError(NO_REPORT.format(form=form.id))
    path = campaign.folder / TEMPLATES / TEMPLATE
    if not path.exists():
        write_atomic(path, report_template(form))
    return path


def write_reports(
    collected: Collected, out: Path | None = None, progress: Progress = silent, *, public: bool = False
) -> Reports:
    """Write the report of every return that counts and was not refused, by default into 汇总/自评报告.

    Raises:
        CampaignError, UnusableFileError: the template cannot be used.
    """
    campaign, form = collected.campaign, collected.form
    folder = out or campaign.summary.parent / (PUBLIC_FOLDER if public else FOLDER)
    path = ensure_template(campaign, form)
    template = _usable(path, form)
    receipts = [r for r in collected.chosen.values() if r.state.counted]
    with Ledger(campaign.summary.parent, writing=False) as ledger:
        contents = Contents(campaign.inbox, ledger.archives())
        jobs = [contents.job(receipt.head.path) for receipt in receipts]
    owing: list[tuple[str, int]] = []
    left: list[str] = []

    def files(pool: Pool) -> Iterator[tuple[str, bytes]]:
        done = pool.run(Reporting(job, template, str(path), public) for job in jobs)
        each = zip(receipts, done, strict=True)
        for receipt, made in followed(each, len(receipts), progress, lambda one: one[0].head.department_name):
            name = receipt.head.department_name
            if made.problem:
                left.append(f"{name}（{receipt.head.path}）：{made.problem}")
                continue
            owing.extend([(name, made.missing)] if made.missing else [])
            yield f"{safe_name(receipt.head.department)}_{safe_name(name, 40)}_{TEMPLATE}", made.data

    with Pool(lambda: reporting_desk(campaign)) as pool:
        written: Written = replace_all(folder, files(pool))
    return Reports(folder, written.paths, tuple(owing), tuple(left), written.kept, written.blocked)


def report_files(
    jobs: Sequence[Job],
    out: Path,
    campaign: Campaign | None,
    pool: Pool,
    progress: Progress = silent,
    *,
    public: bool = False,
) -> Reports:
    """Write the reports of single files into a folder."""
    template, called = b"", "自评报告模板"
    if campaign is not None:
        form = form_of(campaign)
        path = ensure_template(campaign, form)
        template, called = _usable(path, form), str(path)
    paths, owing, left, names = [], [], [], DistinctNames()
    each = zip(jobs, _each(jobs, template, called, pool, public), strict=True)
    for job, made in followed(each, len(jobs), progress, lambda one: one[0].name):
        if made.problem:
            left.append(f"{job.name}：{made.problem}")
            continue
        stem = names(job.path.parent / Path(job.name).name)
        target = out / f"{stem}_{TEMPLATE}"
        write_atomic(target, made.data)
        paths.append(target)
        owing += [(made.name or job.name, made.missing)] if made.missing else []
    return Reports(out, tuple(paths), tuple(owing), tuple(left))


def reporting_desk(campaign: Campaign | None) -> Desk:
    """Return what the workers are told: the campaign's form and issues, or every form."""
    from xltool.campaign.roster.reading import read_roster

    if campaign is None:
        return Desk(known_ids(), official=Official(known_ids()))
    form = form_of(campaign)
    return desk_of(campaign, form, read_roster(campaign.roster, form))


def _each(jobs: Iterable[Job], template: bytes, called: str, pool: Pool, public: bool) -> Iterator[Reported]:
    return pool.run(Reporting(job, template, called, public) for job in jobs)


def _usable(path: Path, form: Form) -> bytes:
    from xltool.report.documents.report import check_template

    template = read_own(path, TEMPLATE_BYTES)
    try:
        check_template(template, str(path), form)
    except LetterError as error:
        raise CampaignError(str(error)) from None
    return template
