"""The bureau's own: the campaigns there are, settings, 名册, the form's rules, exceptions; a campaign made, settings changed.

Imports ``campaign``, ``examine.catalogue``. These pages also open when the campaign cannot be used: they say what is wrong.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xltool.campaign.change_settings import BY_KEY, SETTINGS, SettingsError, change, values_of
from xltool.campaign.intake.waivers import COLUMNS, Waiver, read_waivers
from xltool.campaign.kept_form import current, form_of
from xltool.campaign.plain_words import OWN_ERRORS, lines_of
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.rewriting import kept_rosters
from xltool.campaign.settings import FILE, LAST_YEAR, Campaign, CampaignError, open_campaign
from xltool.campaign.start import start
from xltool.examine.catalogue import catalogue, waivable
from xltool.files import safe_name
from xltool.findings import Severity
from xltool.form import form_ids, listed
from xltool.form.about import about
from xltool.page.downloads import merged_before, written_at
from xltool.page.rendering import asked, folder_of, page, sheet_of, site_of
from xltool.page.shelf import ident

CHOICES = MappingProxyType(
    {"accept": "收", "refuse": "不收，只收下发的工作簿", "单位": "写给各单位", "主管部门": "写给主管部门"}
)
_KEPT = 5  # rosters of before that are named


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
        forms=list(listed(form_ids())),
        year=datetime.date.today().year - 1,
        lines=lines,
        typed={"name": "", "form": "", "year": "", "deadline": "", "out": "", "title": "", **typed},
        merged=merged_before(shelf.folder),
    )


def settings(request: Request) -> Response:
    """What xltool.toml says, to be changed."""
    return setting(request, open_campaign(folder_of(request)))


def setting(
    request: Request,
    campaign: Campaign,
    status: int = 200,
    problems: Mapping[str, str] = MappingProxyType({}),
    **typed: str,
) -> Response:
    """The page of settings; ``problems``: by the name of a setting why nothing was changed, ``typed``: what was asked for."""
    return page(
        request,
        "settings.html",
        status,
        fixed=(
            ("表样", campaign.form),
            ("评价年度", str(campaign.year)),
            ("批次文件夹", str(campaign.folder.absolute())),
        ),
        settings=SETTINGS,
        said=CHOICES,
        now={**values_of(campaign), **typed},
        problems=problems,
        before=neighbours(campaign),
    )


def neighbours(campaign: Campaign) -> tuple[str, ...]:
    """The campaigns beside this one, as last_year names them, and the one it names now: no other path comes from a page."""
    own = campaign.folder.absolute()
    try:
        found = sorted(path.name for path in own.parent.iterdir() if path != own and (path / FILE).is_file())
    except OSError:
        found = []
    now = values_of(campaign)[LAST_YEAR]
    return tuple(dict.fromkeys(("", now, *(f"../{name}" for name in found))))


def roster(request: Request) -> Response:
    """名册.xlsx: who is on it, what has to be mended, and the ones before it."""
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
        kept=[(path.name, written_at(path)) for path in kept_rosters(campaign.roster)[:_KEPT]],
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


def set_settings(request: Request, fields: Mapping[str, str]) -> Response:
    """``xltool set``, all settings of the page at once."""

    campaign = open_campaign(folder_of(request))
    now = site_of(request).background.now
    if now.running:
        return page(request, "told.html", 409, lines=(f"正在{now.what}，请等它做完再改。",))
    typed = {key: fields[key] for key in BY_KEY if key in fields}
    if typed.get(LAST_YEAR, "") not in neighbours(campaign):
        raise HTTPException(400, "请在页面上选上年的批次。")
    try:
        change(campaign.folder, typed)
    except SettingsError as error:
        return setting(request, campaign, 422, error.problems, **typed)
    return RedirectResponse(f"/c/{request.path_params['key']}/settings", 303)


def create(request: Request, fields: Mapping[str, str]) -> Response:
    """``xltool init``, in the folder the page was started in."""

    shelf = site_of(request).shelf
    typed = {name: fields.get(name, "") for name in ("name", "form", "year", "deadline")}
    year = typed["year"]
    try:
        if shelf.single:
            raise CampaignError(
                "这个页面只管一个批次。要建立新的，请运行 xltool init，或在上一级文件夹里打开 xltool page。"
            )
        if not (year.isascii() and year.isdigit() and len(year) == 4 and 2000 <= int(year) <= 2100):
            raise CampaignError("批次没有建立：评价年度请写成 2022 这样的四位数。")
        folder = shelf.folder / safe_name(typed["name"] or f"{year}年自评")
        if folder.exists():
            raise CampaignError(f"批次没有建立：已经有名为“{folder.name}”的文件夹，请换一个名称。")
        if typed["form"] not in form_ids():  # a path is for the command line alone
            raise CampaignError("批次没有建立：请选择表样。")
        start(folder, typed["form"], int(year), typed["deadline"])
    except OWN_ERRORS as error:
        return choosing(request, 422, lines_of(error), **typed)
    return RedirectResponse(f"/c/{ident(str(folder))}/roster", 303)


def leave(request: Request, _fields: Mapping[str, str]) -> Response:
    """End the page; what is being done in the background is waited for by nobody, so it has to be over."""
    site = site_of(request)
    if site.background.now.running:
        return page(request, "told.html", 409, lines=(f"正在{site.background.now.what}，请等它做完再关闭。",))
    site.stop()
    return page(request, "told.html", lines=("已经关闭，可以关上这个窗口。要再打开，请运行 xltool page。",))
