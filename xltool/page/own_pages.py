"""The bureau's own: the campaigns there are, settings, 名册, the form's rules, exceptions.

Imports ``campaign``, ``examine.catalogue``. These pages also open when the campaign cannot be used: they say what is wrong.
"""

from __future__ import annotations

import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xltool.campaign.intake.waivers import COLUMNS, Waiver, read_waivers
from xltool.campaign.kept_form import current, form_of
from xltool.campaign.plain_words import OWN_ERRORS, lines_of
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.settings import SENDER, Campaign, open_campaign
from xltool.examine.catalogue import catalogue, waivable
from xltool.findings import Severity
from xltool.form import form_ids, listed
from xltool.form.about import about
from xltool.page.rendering import asked, folder_of, page, sheet_of, site_of

_NAMES = dict(zip(SENDER, ("报给谁", "联系人", "电话", "收件方式"), strict=True))


def campaigns(request: Request) -> Response:
    """The campaigns to choose from, and making one; with one campaign only, that one."""
    shelf = site_of(request).shelf
    found = shelf.folders()
    if shelf.single:
        return RedirectResponse(f"/c/{next(iter(found))}/", 303)
    return choosing(request)


def choosing(request: Request, status: int = 200, lines: tuple[str, ...] = (), **typed: str) -> Response:
    """The page to choose from; ``lines``: why a campaign was not made, ``typed``: what was asked for."""
    shelf = site_of(request).shelf
    rows: list[tuple[str, str, Campaign | None, str]] = []
    for key, folder in shelf.folders().items():
        try:
            campaign = open_campaign(folder)
        except OWN_ERRORS as error:
            rows.append((key, folder.name, None, " ".join(lines_of(error))))
        else:
            rows.append((key, folder.name, campaign, ""))
    return page(
        request,
        "campaigns.html",
        status,
        rows=rows,
        folder=str(shelf.folder),
        forms=[listed(ident) for ident in form_ids()],
        year=datetime.date.today().year - 1,
        lines=lines,
        typed={"name": "", "form": "", "year": "", "deadline": "", **typed},
    )


def settings(request: Request) -> Response:
    """What xltool.toml says."""
    campaign = open_campaign(folder_of(request))
    rows = [
        ("form", "表样", campaign.form),
        ("year", "评价年度", str(campaign.year)),
        ("title", "汇总表标题", campaign.title),
        ("deadline", "报送截止日期", campaign.deadline or "（未设置）"),
        *((key, name, getattr(campaign, key) or "（没有写）") for key, name in _NAMES.items()),
        ("last_year", "上年批次", str(campaign.last_year) if campaign.last_year else "（没有写）"),
        ("official", "部门自己填的正式表和报告", "收" if campaign.official else "不收，只收下发的工作簿"),
    ]
    return page(request, "settings.html", rows=rows, folder=str(campaign.folder.absolute()))


def roster(request: Request) -> Response:
    """名册.xlsx: who is on it, and what has to be mended."""
    campaign = open_campaign(folder_of(request))
    problems: tuple[str, ...] = ()
    found = None
    try:
        found = read_roster(campaign.roster, current(campaign))
    except OWN_ERRORS as error:
        problems = lines_of(error)
    rows = found.departments if found else ()
    return page(
        request,
        "roster.html",
        path=str(campaign.roster.absolute()),
        problems=problems,
        notes=found.notes if found else (),
        sheet=sheet_of(request, rows),
        roster=found,
    )


def rules(request: Request) -> Response:
    """The form's rules and the notices about files."""
    campaign = open_campaign(folder_of(request))
    form = form_of(campaign)
    text, severity = asked(request, "q"), asked(request, "severity")
    found = [
        entry
        for entry in catalogue(form)
        if (not severity or entry.severity.value == severity)
        and (not text or any(text.casefold() in part.casefold() for part in (entry.code, entry.name, entry.say)))
    ]
    return page(
        request,
        "rules.html",
        sheet=sheet_of(request, found, "q", "severity"),
        severities=[level.value for level in Severity],
        about=about(form)[:3],
    )


def waivers(request: Request) -> Response:
    """The exceptions that hold, and adding one."""
    return excepting(request, open_campaign(folder_of(request)))


def excepting(
    request: Request, campaign: Campaign, status: int = 200, lines: tuple[str, ...] = (), **typed: str
) -> Response:
    """The page of exceptions; ``lines``: why one was not added, ``typed``: what was asked for."""
    form = form_of(campaign)
    codes = waivable(form)
    names = {entry.code: entry.name for entry in catalogue(form)}
    items: tuple[Waiver, ...] = ()
    departments: tuple[tuple[str, str], ...] = ()
    try:
        found = read_roster(campaign.roster, form)
        departments = tuple((row["部门编码"], row["部门名称"]) for row in found.departments)
        day = datetime.date.today().isoformat()
        items = read_waivers(campaign, codes, {code for code, _ in departments}, day).items
    except OWN_ERRORS as error:
        lines = (*lines, *lines_of(error))
    return page(
        request,
        "waivers.html",
        status,
        items=items,
        codes=sorted((code, names[code]) for code in codes),
        departments=departments,
        lines=lines,
        columns=COLUMNS,
        typed={
            "code": asked(request, "code"),
            "department": asked(request, "department"),
            "reason": "",
            "approver": "",
            "until": f"{datetime.date.today().year}-12-31",
            **typed,
        },
    )
