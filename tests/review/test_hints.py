"""What a reviewer's book says beside a line while it is filled in is what collect says of it afterwards: every hint, in LibreOffice."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.bench.returns import make
from tests.office import convert, needs_office
from xltool.campaign.collect import collect
from xltool.campaign.collected import open_collected
from xltool.campaign.review.review_book import COMPUTED, NOTE, PROPOSED, REASON, REVIEW, SAID, TOP, WEIGHT, write_books
from xltool.campaign.review.review_collect import collect_reviews
from xltool.campaign.review.sample_list import plan
from xltool.campaign.settings import open_campaign

HINTS = {
    "还没有填复核得分": "FH15",
    "复核得分只填数字": "FH16",
    "复核得分应在 0 和分值之间": "FH16",
    "扣了分，请选或写扣分原因": "FH17",
    "高于核定得分，请写依据": "FH21",
}
STEP = "佐证材料不全（扣 20%）"
REASONS = ("", STEP, "台账对不上", " ", "　")


def lines(book: openpyxl.Workbook) -> Iterator[tuple[Worksheet, int]]:
    for sheet in book.worksheets:
        if re.match(r"\d+ ", sheet.title):
            yield from ((sheet, row) for row in range(TOP + 1, sheet.max_row))


def fill(book: openpyxl.Workbook) -> None:
    """Points around every border, with and without grounds."""
    dice = random.Random(7)
    for sheet, row in lines(book):
        weight, final = (Decimal(str(sheet.cell(row, col + 1).value or 0)) for col in (WEIGHT, COMPUTED))
        near = [final + Decimal(step) for step in ("0", "-0.01", "0.01", "-0.004", "0.004", "-2", "1")]
        said = dice.choice([None, "两分", "", " ", *map(float, (*near, weight, weight + 1, Decimal(-1), Decimal(0)))])
        sheet.cell(row, REVIEW + 1, said)
        sheet.cell(row, REASON + 1, dice.choice(REASONS) or None)
        sheet.cell(row, NOTE + 1, dice.choice(("", "看了台账")) or None)


@needs_office
@pytest.mark.office
def test_every_hint_is_what_collect_says(tmp_path: Path) -> None:
    make(tmp_path / "批次", 3, projects=2)
    campaign = open_campaign(tmp_path / "批次")
    collect(campaign, lambda _done, _total, _name: None)
    collected = open_collected(campaign)
    plan(collected, "1", tuple(f"{number:06d}" for number in range(1, 4)), ("张三",))
    write_books(collected)
    folder = campaign.summary.parent / "复核"
    (book,) = (folder / "复核表").glob("*.xlsx")
    opened = openpyxl.load_workbook(book)
    fill(opened)
    opened.save(book)
    (saved,) = convert([book], folder / "复核收回")

    told: dict[str, set[str]] = {}
    for one in collect_reviews(collected).said:
        told.setdefault(one.cell, set()).add(one.code)
    seen, waiting = set(), set()
    shown = openpyxl.load_workbook(saved, data_only=True)
    for sheet, row in lines(shown):
        place, hint = f"〔{sheet.title}〕H{row}", str(sheet.cell(row, SAID + 1).value or "")
        if hint == "还没有填复核得分":  # said once for a sheet, at its first line
            if sheet.title in waiting:
                continue
            waiting.add(sheet.title)
        assert (HINTS[hint] in told.get(place, set())) if hint else place not in told, (place, hint, told.get(place))
        seen.add(hint)
        weight, final, proposed = (sheet.cell(row, col + 1).value for col in (WEIGHT, COMPUTED, PROPOSED))
        if sheet.cell(row, REASON + 1).value == STEP:
            assert proposed == pytest.approx(max(0, float(str(final or 0)) - float(str(weight)) * 0.2), abs=0.005)
        else:
            assert not proposed
    assert seen == {"", *HINTS}
