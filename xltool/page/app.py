"""The addresses of the page, and what is answered when something is not there or goes wrong.

Imports the other modules of this room.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from xltool.campaign.plain_words import OWN_ERRORS, lines_of
from xltool.page import actions, own_pages, pages
from xltool.page.actions import action
from xltool.page.downloads import download, merged, rosters
from xltool.page.guard import TOLD, Guard
from xltool.page.rendering import HERE, Site, page
from xltool.page.uploads import upload, upload_roster

_STATIC = {"page.css": "text/css", "page.js": "text/javascript", "page.svg": "image/svg+xml"}


def site(shared: Site, port: int, on_fault: Callable[[Exception], str]) -> Guard:
    """Return the page as an ASGI application behind its guard.

    Args:
        shared: the campaigns, and who works; whoever made it ends it.
        port: on 127.0.0.1.
        on_fault: says what to tell of an error nobody foresaw.
    """
    get, post = ["GET"], ["POST"]
    campaign = {
        "/": pages.overview,
        "/departments": pages.departments,
        "/authorities": pages.authorities,
        "/review": pages.review,
        "/department": pages.department,
        "/findings": pages.findings,
        "/files": pages.files,
        "/job": pages.job,
        "/download": download,
        "/roster-file": rosters,
        "/settings": own_pages.settings,
        "/roster": own_pages.roster,
        "/rules": own_pages.rules,
        "/waivers": own_pages.waivers,
    }
    done = {
        "/collect": actions.run_collect,
        "/generate": actions.run_generate,
        "/letters": actions.run_letters,
        "/reminders": actions.run_reminders,
        "/report": actions.run_report,
        "/pack": actions.run_pack,
        "/verify": actions.check_code,
        "/waive": actions.waive,
        "/settings": own_pages.set_settings,
        "/review-plan": actions.run_plan,
        "/review-book": actions.run_books,
        "/review-collect": actions.run_reviews,
    }
    routes = [
        Route("/", own_pages.campaigns, methods=get),
        Route("/create", action(own_pages.create), methods=post),
        Route("/merge", action(actions.run_merge), methods=post),
        Route("/merged", merged, methods=get),
        Route("/job", pages.job, methods=get),
        Route("/leave", action(own_pages.leave), methods=post),
        Route("/static/{name}", _static, methods=get),
        *(Route(f"/c/{{key}}{path}", handle, methods=get) for path, handle in campaign.items()),
        *(Route(f"/c/{{key}}{path}", action(handle), methods=post) for path, handle in done.items()),
        Route("/c/{key}/upload", upload, methods=post),
        Route("/c/{key}/roster", upload_roster, methods=post),
    ]

    def internal(request: Request, error: Exception) -> Response:
        request.scope[TOLD] = True
        return page(request, "told.html", 500, lines=tuple(on_fault(error).split("\n")))

    handlers = {HTTPException: _refused, Exception: internal, **dict.fromkeys(OWN_ERRORS, _own)}
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.state.site = shared
    return Guard(app, port)


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404, "没有这个页面。")
    return FileResponse(HERE / "static" / name, media_type=_STATIC[name])


def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    own = isinstance(error, HTTPException) and not error.detail.isascii()
    return page(request, "told.html", status, lines=(str(error.detail) if own else "没有这个页面。",))  # type: ignore[attr-defined]


def _own(request: Request, error: Exception) -> Response:
    """What the bureau can mend itself: said on a page, with the ways to look at it."""
    return page(request, "told.html", 409, lines=lines_of(error))
