"""What one looks at: the overview, departments, their 主管部门, one department, findings, files, the review.

Imports ``campaign`` and the modules of this room. Figures come from ``Standings`` and ``Collected`` as the commands have
them; here they are only chosen and put on a page.
"""

from __future__ import annotations

from collections import Counter

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from xltool.campaign.collected import Receipt
from xltool.campaign.intake.choice import Choice
from xltool.campaign.intake.claims import TO_CLAIM
from xltool.campaign.intake.rounds import compare
from xltool.campaign.plain_words import OWN_ERRORS, lines_of
from xltool.campaign.review.sample_list import Assigned, list_path, read_list
from xltool.campaign.status import DepartmentLine
from xltool.findings import Severity, State
from xltool.page.charts import bars
from xltool.page.downloads import Offer, review_books, waiting
from xltool.page.rendering import asked, folder_of, page, sheet_of, shown_of, site_of
from xltool.page.shelf import CampaignView, FoundProblem, ident
from xltool.report.standing import SHOWN
from xltool.report.wording import by_weight
from xltool.writing.text import clean

_KINDS = {
    State.PASSED: "good",
    State.TO_CORRECT: "mend",
    State.INCOMPLETE: "grey",
    State.REJECTED: "bad",
    State.OUTDATED: "bad",
    State.BLANK: "grey",
    State.MISSING: "none",
    State.HELD: "mend",
    State.SKIPPED: "grey",
}
_NAMED = 40  # departments named on the overview
_LATEST = 12  # verdicts shown while a run goes on


def overview(request: Request) -> Response:
    """The campaign at a glance."""
    shown = shown_of(request)
    site_of(request).crew.warm(folder_of(request))
    found, collected = shown.standings, shown.collected
    figures = found.counts
    states = bars("各状态的部门数", [(state.value, figures.of(state), _KINDS[state]) for state in SHOWN])
    grades = bars("等次分布", [(grade, count, "plain") for grade, count in figures.grades.items()])
    missing = [line for line in found.lines if not line.state.came]
    back = [line for line in found.lines if line.state.open]
    return page(
        request,
        "overview.html",
        found=found,
        figures=figures,
        states=states,
        grades=grades,
        missing=missing[:_NAMED],
        missing_more=max(0, len(missing) - _NAMED),
        back=back[:_NAMED],
        back_more=max(0, len(back) - _NAMED),
        notes=_notes(shown),
        received=len(collected.receipts),
        marked=len(collected.marked),
        files=waiting(shown),
        latest=[(line, receipt) for receipt in _examined(shown)[:_LATEST] if (line := examined_at(receipt))],
        kinds=_KINDS,
    )


def _examined(shown: CampaignView) -> list[Receipt]:
    """The files that were examined, the latest first, as the ledger has it."""
    read = [receipt for receipt in shown.collected.receipts if receipt.head.examined and not receipt.skipped]
    return sorted(read, key=lambda receipt: (receipt.head.examined, receipt.head.path), reverse=True)


def examined_at(receipt: Receipt) -> str:
    """Return when a file was examined, to the minute."""
    return receipt.head.examined[:16].replace("T", " ")


def _notes(shown: CampaignView) -> list[str]:
    """What the officer has to see to, in the words of ``collect``."""
    collected, names = shown.collected, {code: line.name for code, line in shown.lines.items()}
    lines = [f"名册{note}" for note in collected.roster.notes]
    lines += [f"{path}：写的是{names.get(code, code)}，{TO_CLAIM}。" for path, code in collected.held.items()]
    lines += [f"{line.name}：{line.remark}。" for line in shown.standings.lines if line.unread]
    guessed = {receipt.head.path for receipt in collected.doubtful.values()}
    if unknown := [f"{p}，{why}" if why else p for p, why in collected.unplaced.items() if p not in guessed]:
        lines.append(f"认不出部门的文件 {len(unknown)} 个：{'；'.join(unknown[:10])}")
    lines += [f"没有计入“{path}”：{what}。" for path, what in [*collected.unrelated.items()][:10]]
    return lines


def departments(request: Request) -> Response:
    """Where every department stands."""
    shown = shown_of(request)
    state, text, authority = asked(request, "state"), asked(request, "q"), asked(request, "authority")
    lines = [
        line
        for line in shown.standings.lines
        if (not state or line.state.value == state)
        and (not authority or line.authority == authority)
        and _has(text, line.code, line.name)
    ]
    tiers = shown.standings.authorities
    return page(
        request,
        "departments.html",
        sheet=sheet_of(request, lines, "state", "q", "authority"),
        states=[one.value for one in SHOWN],
        kinds=_KINDS,
        found=shown.standings,
        authorities=list(tiers),
        own=shown.standings.by_authority[authority].sentence() if authority in tiers else "",
    )


def authorities(request: Request) -> Response:
    """How the units of every 主管部门 stand."""
    found = shown_of(request).standings
    text = asked(request, "q")
    rows = [(name, figures) for name, figures in found.by_authority.items() if _has(text, name)]
    return page(
        request,
        "authorities.html",
        sheet=sheet_of(request, rows, "q"),
        found=found,
        shown=found.counts.shown,
        whole=found.counts,
    )


def review(request: Request) -> Response:
    """The sample that is reviewed, who reviews it, what there is to be taken away."""
    shown = shown_of(request)
    lines: tuple[Assigned, ...] = ()
    problems: tuple[str, ...] = ()
    path = list_path(shown.collected)
    if path.is_file():
        try:
            lines = read_list(shown.collected)
        except OWN_ERRORS as error:
            problems = lines_of(error)
    campaign = shown.collected.campaign
    files = [offer for offer in waiting(shown) if offer.query in ("kind=sample", "kind=differences", "kind=summary")]
    books = [Offer(book.name, f"kind=book&id={ident(book.name)}", book) for book in review_books(campaign)]
    return page(
        request,
        "review.html",
        scored=shown.collected.form.spec.scoring.scored,
        sheet=sheet_of(request, lines),
        problems=problems,
        files=files,
        books=books[:_NAMED],
        path=str(path.absolute()),
        seed=campaign.name,
    )


def _has(text: str, *values: str) -> bool:
    return not text or any(text.casefold() in clean(value).casefold() for value in values)


def department(request: Request) -> Response:
    """One department: its versions, its score with the working, its findings, what there is to be taken away."""
    shown = shown_of(request)
    code = asked(request, "code")
    line, choice = shown.lines.get(code), shown.collected.choices.get(code)
    if line is None and choice is None:
        raise HTTPException(404, "名册里没有这个部门，也没有收到过它的文件。")
    receipt = shown.collected.chosen.get(code)
    outcome, history = None, ""
    if receipt is not None:
        with shown.collected.open() as opened:
            outcome = opened.outcome(receipt)
            if choice is not None and choice.previous is not None:
                before = opened.version(choice.previous.head, entries=True)
                now = opened.version(receipt.head, entries=True)
                history = compare(shown.collected.form, before, now).sentence()
    return page(
        request,
        "department.html",
        code=code,
        line=line or _unlisted(choice, code),
        listed=line is not None,
        versions=choice.versions if choice else (),
        choice=choice,
        receipt=receipt,
        outcome=outcome,
        scored=shown.collected.form.spec.scoring.scored,
        findings=by_weight(outcome.findings) if outcome else [],
        history=history,
        kinds=_KINDS,
        times={version.number: _time(version.head.modified) for version in (choice.versions if choice else ())},
        files=waiting(shown, line),
    )


def _unlisted(choice: Choice | None, code: str) -> DepartmentLine:
    """A department that is not on the roster and sent something."""
    head = choice.current.head if choice and choice.current else None
    name = choice.name if choice else code
    if head is None:
        return DepartmentLine(code, name, State.MISSING)
    counts = (head.rejects, head.corrections, head.notices)
    return DepartmentLine(code, name, head.state, head.path, 1, *counts, head.score, head.grade)


def _time(modified: int) -> str:
    import datetime

    try:
        return datetime.datetime.fromtimestamp(modified / 1e9).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, OSError, ValueError):
        return "时间读不出"


def findings(request: Request) -> Response:
    """All findings, by department, code and severity."""
    shown = shown_of(request)
    who, code, severity = asked(request, "q"), asked(request, "code").upper(), asked(request, "severity")
    own = asked(request, "department")
    every = shown.problems

    def fits(item: FoundProblem) -> bool:
        return (
            (not code or item.finding.code == code)
            and (not severity or item.finding.severity.value == severity)
            and (not own or item.department == own)
            and _has(who, item.department, item.name)
        )

    return page(
        request,
        "findings.html",
        sheet=sheet_of(request, [item for item in every if fits(item)], "q", "department", "code", "severity"),
        codes=sorted(Counter(item.finding.code for item in every).items()),
        severities=[level.value for level in Severity],
        own=shown.lines[own].name if own in shown.lines else own,
    )


def files(request: Request) -> Response:
    """Every file in 收回, whatever became of it."""
    shown = shown_of(request)
    text = asked(request, "q")
    names = {code: line.name for code, line in shown.lines.items()}
    every = _examined(shown) if asked(request, "order") == "latest" else shown.collected.receipts
    found = [(examined_at(r), r) for r in every if _has(text, r.head.path, r.head.department_name)]
    return page(request, "files.html", sheet=sheet_of(request, found, "q", "order"), names=names, kinds=_KINDS)


def job(request: Request) -> Response:
    """How far the work in the background is, and the verdicts it has come to, for the script of the page."""
    site, inside = site_of(request), "key" in request.path_params
    folder = folder_of(request) if inside else site.shelf.folder
    now = site.background.now
    mine = now.folder == folder
    verdicts = []
    if inside and mine and now.since:
        latest = sorted(
            (r for r in site.shelf.shown(folder).collected.receipts if r.head.examined >= now.since),
            key=lambda receipt: receipt.head.examined,
        )[-_LATEST:]
        verdicts = [
            {
                "file": clean(receipt.head.path),
                "department": clean(receipt.head.department_name),
                "state": receipt.state.value,
                "kind": _KINDS[receipt.state],
                "counts": "/".join(map(str, receipt.head.counts.values())),
            }
            for receipt in reversed(latest)
        ]
    return JSONResponse(
        {
            "number": now.number,
            "what": now.what,
            "running": now.running,
            "mine": mine,
            "done": now.done,
            "total": now.total,
            "name": clean(now.name),
            "trouble": now.trouble,
            "lines": [clean(line) for line in now.lines] if mine else [],
            "verdicts": verdicts,
        }
    )
