"""Who may ask: the cookie, the host, where a request comes from; and what every answer says of itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.page.conftest import FAULTS, ORIGIN, Officer
from xltool.campaign.settings import Campaign

EVERYWHERE = ("/", "/static/page.css", "/static/page.js", "/nowhere")
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def test_the_token_becomes_a_cookie_and_leaves_the_address(campaign: Campaign) -> None:
    officer = Officer(campaign.folder)
    answer = officer.client.get(f"/?token={officer.guard.token}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("xltool-8123=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert officer.guard.token not in cookie
    assert "Domain" not in cookie
    after = officer.client.get("/")
    assert after.status_code == 200
    assert str(after.url) == f"{ORIGIN}{officer.base}/"


@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=x", "?token=%E5%8E%BF", "?token=x&token={}", "?a={}", "?token={}x"]
)
def test_without_the_token_there_is_nothing(campaign: Campaign, query: str) -> None:
    officer = Officer(campaign.folder)
    answer = officer.client.get(f"/{query.format(officer.guard.token)}")
    assert answer.status_code == 403
    assert "xltool page" in answer.text
    assert not officer.client.cookies


def test_without_the_cookie_nothing_is_served_or_done(campaign: Campaign) -> None:
    officer = Officer(campaign.folder)
    for path in (*EVERYWHERE, officer.base + "/", officer.base + "/download?kind=summary"):
        assert officer.client.get(path).status_code == 403, path
    for path in ("/upload", "/collect", "/generate", "/letters", "/waive", "/settings", "/roster", "/review-plan"):
        assert officer.client.post(officer.base + path, headers={"Origin": ORIGIN}).status_code == 403, path
    officer.client.cookies.set("xltool-8123", "x")
    assert officer.client.get(officer.base + "/").status_code == 403
    assert officer.site.background.now.number == 0


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8123",
        "127.0.0.1",
        "127.0.0.1:8124",
        "127.0.0.1.evil.example:8123",
        "[::1]:8123",
        "",
    ],
)
def test_another_host_is_refused_with_the_cookie_too(officer: Officer, host: str) -> None:
    for path in ("/", officer.base + "/"):
        assert officer.client.get(path, headers={"Host": host}).status_code == 421
    opened = officer.client.get(f"/?token={officer.guard.token}", headers={"Host": host}, follow_redirects=False)
    assert (opened.status_code, "set-cookie" in opened.headers) == (421, False)


def test_two_hosts_are_none(officer: Officer) -> None:
    """What a client library would not send."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    hosts = [(b"host", b"127.0.0.1:8123"), (b"host", b"evil.example")]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": hosts}
    asyncio.run(officer.guard(scope, receive, send))
    assert sent[0]["status"] == 421


def test_localhost_is_this_machine_too(campaign: Campaign) -> None:
    officer = Officer(campaign.folder)
    client = TestClient(officer.guard, base_url="http://localhost:8123")
    assert client.get(f"/?token={officer.guard.token}").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8124"},
        {"Origin": "http://localhost:8123"},
        {"Origin": "https://127.0.0.1:8123"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
def test_a_post_from_elsewhere_is_refused(officer: Officer, headers: dict[str, str]) -> None:
    before = sorted(officer.folder.rglob("*"))
    for path in ("/collect", "/upload", "/waive"):
        sent = {"X-Name": "a.xlsx", **headers}
        answer = officer.client.post(officer.base + path, data={"code": "SG01"}, headers=sent)
        assert answer.status_code == 403, path
    assert officer.site.background.now.number == 0
    assert sorted(officer.folder.rglob("*")) == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_nothing_is_shown_inside_other_pages(officer: Officer, site: str) -> None:
    """Pages on another port of this machine are same-site: their requests carry the cookie."""
    for path in (officer.base + "/", officer.base + "/job", "/static/page.js"):
        assert officer.client.get(path, headers={"Sec-Fetch-Site": site}).status_code == 403
    token = f"/?token={officer.guard.token}"
    assert officer.client.get(token, headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_none_of_ours(officer: Officer, method: str) -> None:
    answer = officer.client.request(method, officer.base + "/", headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


def test_every_answer_carries_the_headers(officer: Officer) -> None:
    answers = [officer.client.get(path) for path in EVERYWHERE]
    answers.append(officer.client.get(officer.base + "/download?kind=summary"))
    answers.append(officer.client.get("/", headers={"Host": "evil.example"}))
    answers.append(officer.client.post(officer.base + "/collect"))
    assert sorted({answer.status_code for answer in answers}) == [200, 403, 404, 421]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer.url
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]


def test_a_button_needs_a_post(officer: Officer) -> None:
    for path in ("/collect", "/generate", "/letters", "/reminders", "/waive", "/upload"):
        assert officer.client.get(officer.base + path).status_code == 405, path
    assert officer.client.get("/leave").status_code == 405
    assert officer.site.background.now.number == 0


def test_a_form_is_what_a_form_sends(officer: Officer) -> None:
    post = {"Origin": ORIGIN, "Content-Type": "application/json"}
    assert officer.client.post(officer.base + "/waive", content=b"{}", headers=post).status_code == 415
    post["Content-Type"] = "application/x-www-form-urlencoded"
    assert officer.client.post(officer.base + "/waive", content=b"a=" + b"x" * 200_000, headers=post).status_code == 413
    many = b"&".join(b"a%d=1" % number for number in range(100))
    assert officer.client.post(officer.base + "/waive", content=many, headers=post).status_code == 400
    assert officer.client.post(officer.base + "/waive", content=b"\xff\xfe", headers=post).status_code == 400


def test_an_error_nobody_foresaw_is_told_without_its_words(officer: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_folder: object) -> None:
        raise LookupError("县教育局的秘密")

    monkeypatch.setattr(officer.site.shelf, "shown", broken)
    said = officer.get("/", status=500)
    assert "没有料到的问题" in said
    assert "秘密" not in said
    assert FAULTS == ["LookupError('县教育局的秘密')"]
    FAULTS.clear()
