"""Who may ask: only the browser that was opened with the token, only from the page itself.

Imports Starlette. Other programs and other pages on this machine can reach 127.0.0.1, too: the cookie says who asks, Host
keeps out names that somebody points here, Origin and Sec-Fetch-Site keep out other pages, those on another port included,
for which SameSite does nothing. A newcomer would rely on the cookie alone.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "token"  # noqa: S105 - the name of the parameter
TOLD = "xltool.told"
"""Set in the scope of a request whose unforeseen error the application has answered."""
_METHODS = ("GET", "HEAD", "POST")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # with no-referrer Chromium's own forms are posted with Origin: null
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_STRANGER = "请从运行 xltool page 时显示的地址打开这个页面（那个地址里有一次生成的口令）。"
_ELSEWHERE = "这个请求不是从 xltool 的页面发出的，没有处理。"


class Guard:
    """Lets through what is asked with the cookie, by this page, under this address; adds the headers to every answer.

    ``port``: the one the page is served on. ``token`` and the cookie's value are made anew for each run.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app, self.port = app, port
        self.token, self._ticket = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self.cookie = f"xltool-{port}"  # cookies do not know ports: two pages on one machine keep apart

    @property
    def address(self) -> str:
        """What is opened in the browser."""
        return f"http://127.0.0.1:{self.port}/?{TOKEN}={self.token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            elif scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        refused = self._refused(scope)
        try:
            await (refused or self.app)(scope, receive, with_headers)
        except Exception:
            if not scope.get(TOLD):  # answered and reported by the application; the server would print a traceback
                raise

    def _refused(self, scope: MutableMapping[str, Any]) -> Response | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return PlainTextResponse("地址不对。" + _STRANGER, 421)
        if scope["method"] not in _METHODS:
            return PlainTextResponse(_ELSEWHERE, 405, {"Allow": ", ".join(_METHODS)})
        site, origins = headers.get("sec-fetch-site", ""), headers.getlist("origin")
        own = f"http://{hosts[0].lower()}"
        if site not in ("", "same-origin", "none") or any(origin.lower() != own for origin in origins):
            return PlainTextResponse(_ELSEWHERE, 403)
        if scope["method"] == "POST" and not origins and site != "same-origin":
            return PlainTextResponse(_ELSEWHERE, 403)
        if scope["method"] == "GET" and scope["path"] == "/" and (answer := self._opened(scope)):
            return answer
        if not self._known(headers):
            return PlainTextResponse(_STRANGER, 403)
        return None

    def _opened(self, scope: MutableMapping[str, Any]) -> Response | None:
        """The token becomes a cookie, and leaves the address bar, the history and every referrer."""
        try:
            given = parse_qs(scope["query_string"].decode("ascii"), max_num_fields=5).get(TOKEN, [])
        except (UnicodeDecodeError, ValueError):
            return None
        if len(given) != 1 or not _same(given[0], self.token):
            return None
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self.cookie, self._ticket, httponly=True, samesite="strict", path="/")
        return answer

    def _known(self, headers: Headers) -> bool:
        jar = SimpleCookie()
        try:
            jar.load("; ".join(headers.getlist("cookie")))
        except CookieError:
            return False
        found = jar.get(self.cookie)
        return found is not None and _same(found.value, self._ticket)


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), known.encode("ascii"))
