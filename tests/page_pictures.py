"""Pictures of every state of the page, all of one demo campaign: ``python -m tests.page_pictures`` draws them anew.

Look at them, and commit them if they are as they should be. The page is the real command, the browser Debian's Chromium at
1366×768, what most officers' screens have. ``nox -s pictures`` draws these, too.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from tests.manual_pictures import COLOURS, DOCS
from tests.page.test_browser import CHROMIUM, drop, served
from xltool.campaign import demo
from xltool.campaign.change_settings import change
from xltool.campaign.collected import open_collected
from xltool.campaign.review.review_book import write_books
from xltool.campaign.review.sample_list import plan
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.roster.sheet import Roster, RosterRow, write_roster
from xltool.campaign.settings import Campaign
from xltool.campaign.start import start
from xltool.form import form_by_id

PICTURES = DOCS / "pictures" / "page"
SCREEN: Any = {"width": 1366, "height": 768}
_SHOWN = "203001"


def campaign(folder: Path) -> Campaign:
    """The example with a review, and with 主管部门."""
    made = demo.build(folder / "示例县2022年自评", lambda *_: None).campaign
    form = form_by_id(made.form)
    roster = read_roster(made.roster, form)
    above = ("衡山县教育局", "衡山县农业农村局", "衡山县卫生健康局")
    rows = [
        RosterRow(row.line, {**row.values, "主管部门": above[number % len(above)]}, row.columns)
        for number, row in enumerate(roster.departments)
    ]
    write_roster(made.roster, Roster(tuple(rows), roster.projects, roster.indicators), form)
    plan(open_collected(made), "20230410", [], ["张三", "李四"])
    write_books(open_collected(made))
    start(folder / "示例县2023年自评", made.form, 2023)
    return change(made.folder, {"bureau": "示例县财政局绩效管理股", "contact": "张三"})[0]


def draw(target: Path) -> None:
    """Draw every page as it stands, then what happens: files dropped, settings and a roster that are wrong, an error."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder, drawn = Path(name), Path(name) / "drawn"
        drawn.mkdir()
        made = campaign(folder)
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport=SCREEN)

        def kept(title: str) -> None:
            page.screenshot(path=str(drawn / f"{title}.png"))

        with served(folder, several=True) as address:
            page.goto(address)
            kept("campaigns")
        with served(made.folder) as address:
            page.goto(address)
            _states(page, page.url, made, kept)
        browser.close()
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for file in drawn.iterdir():
            _small(file, target / file.name)


def _states(page: Any, start: str, made: Campaign, kept: Any) -> None:
    files = {path.name: path.read_bytes() for path in sorted(made.inbox.glob("*.xlsx"))[:8]}
    for path in (
        "",
        "departments",
        "authorities",
        "findings",
        "files?order=latest",
        "review",
        "waivers",
        "roster",
        "rules",
    ):
        page.goto(start + path)
        kept(path.partition("?")[0] or "overview")
    page.goto(f"{start}department?code={_SHOWN}")
    kept("department")
    page.goto(f"{start}department?code=999")
    kept("told")
    page.goto(start + "settings")
    kept("settings")
    page.fill("input[name=deadline]", "四月中旬")
    page.fill("input[name=title]", "")
    page.click("button.main")
    kept("settings_wrong")
    page.goto(start + "roster")
    drop(page, {"名册.xlsx": next(made.inbox.glob("*.xlsx")).read_bytes()})
    page.locator("#work.trouble").wait_for()
    kept("roster_wrong")
    page.goto(start)
    page.evaluate("document.getElementById('drop').hidden = false")
    kept("dropping")
    for old in (*made.inbox.glob("*.xlsx"), *made.summary.parent.glob("台账*")):  # so that they are examined anew
        old.unlink()
    drop(page, files)
    page.locator("#work-list li, #work-line:has-text('核对完成')").first.wait_for(timeout=120_000)
    kept("running")
    page.locator("#work-line", has_text="核对完成").wait_for(timeout=120_000)
    kept("finished")
    page.click("header button")
    page.locator("text=已经关闭").wait_for()
    kept("closed")


def _small(source: Path, target: Path) -> None:
    from PIL import Image

    Image.open(source).convert("RGB").quantize(COLOURS).save(target, optimize=True)


if __name__ == "__main__":
    draw(PICTURES)
