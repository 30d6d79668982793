"""From data to HTML: templates, what every page has, one page of a long table.

Imports Jinja2, Starlette and ``writing``. Every text goes through ``writing.text.clean`` and is escaped, whatever a template
does with it; a newcomer would mark one as safe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from xltool.campaign.plain_words import OWN_ERRORS
from xltool.campaign.settings import Campaign, open_campaign
from xltool.page.background import Background, Crew
from xltool.page.shelf import CampaignView, Shelf, ident
from xltool.report.wording import cells_text
from xltool.writing.measure import points
from xltool.writing.text import clean

HERE = Path(__file__).parent
_PAGE = 50
_LONGEST_QUERY = 200
_T = TypeVar("_T")


def _finalised(value: object) -> object:
    """Whatever a template prints: text that HTML can carry, nothing for None."""
    if isinstance(value, Markup):
        return value
    return clean(str(value)) if value is not None else ""


_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_finalised,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["points"] = points
_TEMPLATES.filters["cells"] = cells_text
_TEMPLATES.filters["ident"] = ident


@dataclass(frozen=True)
class Site:
    """What all pages share: the campaigns, the thread and its processes, how to end."""

    shelf: Shelf
    background: Background
    crew: Crew
    stop: Callable[[], None]

    def end(self) -> None:
        """The program ends."""
        self.background.end()
        self.crew.end()


def site_of(request: Request) -> Site:
    """Return what all pages share."""
    site: Site = request.app.state.site
    return site


def folder_of(request: Request) -> Path:
    """Return the folder of the campaign an address names.

    Raises:
        HTTPException: there is none.
    """
    folder = site_of(request).shelf.folders().get(request.path_params["key"])
    if folder is None:
        raise HTTPException(404, "没有这个批次，可能已经移走或改名。")
    return folder


def shown_of(request: Request) -> CampaignView:
    """Return how the campaign an address names stands.

    Raises:
        HTTPException: there is none. RosterError, CampaignError …: the bureau's own files cannot be used.
    """
    return site_of(request).shelf.shown(folder_of(request))


def asked(request: Request, name: str) -> str:
    """Return a parameter of the address, ``""`` where it is not given; nobody types more than some characters."""
    return request.query_params.get(name, "").strip()[:_LONGEST_QUERY]


@dataclass(frozen=True)
class Excerpt(Generic[_T]):
    """One page of a long list. ``query``: what is asked for, without the page."""

    items: Sequence[_T]
    number: int
    pages: int
    count: int
    query: Mapping[str, str]

    def link(self, number: int) -> str:
        """Return the query of another page."""
        return "?" + urlencode({**{key: value for key, value in self.query.items() if value}, "page": number})


def sheet_of(request: Request, found: Sequence[_T], *names: str) -> Excerpt[_T]:
    """Cut the page that is asked for out of a list. ``names``: the parameters that chose the list."""
    text = asked(request, "page")
    pages = max(1, -(-len(found) // _PAGE))
    number = min(max(1, int(text)), pages) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    query = {name: asked(request, name) for name in names}
    return Excerpt(found[(number - 1) * _PAGE : number * _PAGE], number, pages, len(found), query)


def page(request: Request, template: str, status: int = 200, /, **values: object) -> HTMLResponse:
    """Return a page. Inside a campaign its name stands above it, read anew."""
    site, key = site_of(request), request.path_params.get("key", "")
    campaign: Campaign | None = None
    if key and (folder := site.shelf.folders().get(key)):
        try:
            campaign = open_campaign(folder)
        except OWN_ERRORS:  # the page itself says what is wrong with it
            campaign = None
    now = site.background.now
    known = {
        "base": f"/c/{key}" if key else "",
        "key": key,
        "campaign": campaign,
        "job": now,
        "mine": now.folder == (site.shelf.folders().get(key) if key else site.shelf.folder),
        "single": site.shelf.single,
        "here": request.url.path,
    }
    text = _TEMPLATES.get_template(template).render(**known, **values)
    return HTMLResponse(text.encode("utf-8", "replace"), status)
