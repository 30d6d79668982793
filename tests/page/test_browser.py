"""The page in Debian's Chromium, as an officer uses it: an hour of work in half a minute.

Skipped where Chromium or Playwright is missing. The page is the real command in a process of its own; the files are dropped
as a mouse drops them, and what the browser says to its console is read, because a blocked script says so there only.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import CAME
from xltool.campaign.settings import Campaign

CHROMIUM = "/usr/bin/chromium"
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed (CI installs it)"),
]
PICTURES = os.environ.get("XLTOOL_PAGE_PICTURES", "")
"""A folder: then the states of the page are kept there as pictures."""
DROP = """files => {
    const dropped = new DataTransfer();
    for (const file of files) {
        const bytes = Uint8Array.from(atob(file.data), one => one.charCodeAt(0));
        dropped.items.add(new File([bytes], file.name, {lastModified: 1680000000000}));
    }
    return dropped;
}"""


@contextmanager
def served(folder: Path, *, several: bool = False) -> Iterator[str]:
    """Run the command; give the address it prints. ``several``: the campaigns in a folder, not one."""
    named = [] if several else ["-C", str(folder)]
    command = [sys.executable, "-m", "xltool", "page", *named, "--no-browser"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdout is not None
    try:
        found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", process.stdout.readline())
        assert found
        yield found[0]
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(20)
        process.stdout.close()


@contextmanager
def elsewhere(html: str) -> Iterator[str]:
    """A page of somebody else's on this machine; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode("utf-8"))

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


def drop(page: Any, files: dict[str, bytes]) -> None:
    told = [{"name": name, "data": base64.b64encode(data).decode("ascii")} for name, data in files.items()]
    moved = {"dataTransfer": page.evaluate_handle(DROP, told)}
    page.dispatch_event("main", "dragover", moved)
    assert page.locator("#drop").is_visible()
    page.dispatch_event("main", "drop", moved)
    assert not page.locator("#drop").is_visible()


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def test_an_hour_of_an_officer(campaign: Campaign, browser: Any, tmp_path: Path) -> None:
    files = {f"{code}.xlsx": (campaign.inbox / f"{code}.xlsx").read_bytes() for code in CAME}
    files['<img src=x onerror=document.title="坏">.txt'] = b"<script>document.title='X'</script>"
    for folder in (campaign.inbox, campaign.returned, campaign.summary.parent):
        shutil.rmtree(folder)
    said: list[str] = []
    with served(campaign.folder) as address:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address)
        start = page.url
        assert "token" not in start
        assert page.evaluate("document.cookie") == "", "no script reads the cookie"
        picture(page, "empty")
        drop(page, files)
        # A verdict while it runs; a run that is over before the page asks leaves its last word only.
        page.locator("#work-list li, #work-line:has-text('核对完成')").first.wait_for(timeout=60_000)
        picture(page, "running")
        page.locator("#work-line", has_text="核对完成：收到文件 5 个，退回修改 1 个。").wait_for(timeout=60_000)
        picture(page, "overview")
        assert sorted(path.name for path in campaign.inbox.iterdir()) == [*(f"{c}.xlsx" for c in CAME), files_name()]
        # Nothing is wider than the screen, on any page.
        for path in ("", "departments", "findings", "files", "review", "waivers", "roster", "rules", "settings"):
            page.goto(start + path)
            picture(page, path or "start")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0, path
            assert page.title().startswith(("概况", "部门", "问题", "文件", "复核", "豁免", "名册", "规则", "设置"))
        # By keyboard: past the menu, to the filter, and on.
        page.goto(start + "findings")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "跳到正文"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("00020")
        page.keyboard.press("Enter")
        page.wait_for_url("**/findings?q=00020*")
        assert page.locator("tbody tr").first.locator("td").nth(1).inner_text() == "SG01"
        page.select_option("select[name=severity]", "提示")
        page.click("text=筛选")
        page.wait_for_url("**severity=*")
        assert "SG01" not in page.locator("tbody").inner_text()
        # Letters, and a file taken away.
        page.goto(start)
        page.click("text=写通知和通报")
        page.locator("#work-line", has_text="退回修改通知 1 份").wait_for(timeout=60_000)
        page.goto(start + "department?code=000020")
        picture(page, "department")
        for label, kept in (("退回修改通知", "通知/000020_县样例单位00020_退回修改通知.docx"), ("退回件", "")):
            with page.expect_download() as waiting:
                page.click(f"a.button:has-text('{label}')")
            got = tmp_path / "got"
            waiting.value.save_as(got)
            own = campaign.summary.parent / kept if kept else next(campaign.returned.glob("000020*"))
            assert (waiting.value.suggested_filename, got.read_bytes()) == (own.name, own.read_bytes())
        # A waiver; another window of the same browser sees it, one without the cookie sees nothing.
        page.click("tr:has-text('SG01') >> text=豁免…")
        page.fill("input[name=reason]", "经批准")
        page.fill("input[name=approver]", "局长")
        page.click("button.main")
        page.locator("#work-line", has_text="退回修改 0 个").wait_for(timeout=60_000)
        other = context.new_page()
        other.goto(start + "departments?state=通过")
        assert other.locator("tbody tr").count() == 4
        stranger = browser.new_context().new_page()
        assert stranger.goto(start).status == 403
        assert said == [], "no script was blocked, none failed"
        # A page on another port of this machine is the same site, so the cookie goes with what it posts.
        with elsewhere(f"<form method=post action={start}collect><button>抽奖</button></form>") as lure:
            other.goto(lure)
            with other.expect_response("**/collect") as answered:
                other.click("button")
            assert "xltool-" in answered.value.request.all_headers().get("cookie", "")
            assert answered.value.status == 403
        assert "本次核对 0 个" in page.locator("#work-line").inner_text()
        page.click("header button")
        page.locator("text=已经关闭").wait_for()


def files_name() -> str:
    return "_img src=x onerror=document.title=_坏__.txt"
