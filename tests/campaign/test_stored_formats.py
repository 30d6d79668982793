"""Results on record in another format: the first version's open as ever; what cannot be understood is examined again."""

from __future__ import annotations

import dataclasses
import datetime
import json
import sqlite3
import zlib
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.campaign import first_format
from tests.campaign.test_collect import total_wrong
from tests.cli.test_commands import run
from tests.report import factory
from xltool.campaign.collect import collect
from xltool.campaign.collected import Collected, open_collected
from xltool.campaign.compare.last_year import last_year_of
from xltool.campaign.correspondence.letters import write_letters
from xltool.campaign.ledger import codec as stored
from xltool.campaign.ledger.codec import FORMAT, StoredError, pack, unpack
from xltool.campaign.ledger.store import FILE
from xltool.campaign.settings import Campaign, CampaignError, open_campaign
from xltool.examine.outcome import Figure, Outcome

Progress = Callable[[int, int, str], None]
DAY = datetime.date(2023, 3, 20)


def opened(result: Collected) -> dict[str, Outcome]:
    with result.open() as ledger:
        return {r.head.sha256: ledger.outcome(r, entries=True) for r in result.receipts}


@pytest.fixture
def first(campaign: Campaign, quiet: Progress) -> tuple[Campaign, dict[str, Outcome]]:
    """A campaign with one return to correct, collected by the first version."""
    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    outcomes = opened(collect(campaign, quiet))
    first_format.as_first_version(campaign.summary.parent / FILE, outcomes)
    return campaign, outcomes


def test_a_ledger_of_the_first_version_opens(first: tuple[Campaign, dict[str, Outcome]]) -> None:
    campaign, outcomes = first
    result = open_collected(campaign)
    bare = {sha256: dataclasses.replace(outcome, papers=()) for sha256, outcome in outcomes.items()}
    assert opened(result) == bare  # codes of printed forms came later
    assert len(write_letters(result, DAY).notices) == 1


def test_the_next_collect_examines_again_what_the_first_version_found(
    first: tuple[Campaign, dict[str, Outcome]], quiet: Progress
) -> None:
    campaign, outcomes = first
    result = collect(campaign, quiet)
    assert (result.tally.examined, opened(result)) == (4, outcomes)
    assert collect(campaign, quiet).tally.examined == 0


def test_outcomes_of_the_first_version_come_back_equal() -> None:
    for outcome in factory.outcomes():
        assert unpack(*first_format.pack(outcome)) == outcome


def _rewritten(data: bytes, change: Callable[[dict[str, object]], object]) -> bytes:
    found = json.loads(zlib.decompress(data))
    change(found)
    return zlib.compress(json.dumps(found).encode())


def test_a_field_more_or_less_harms_nobody() -> None:
    """Last year's outcome under this year's code, and this year's under last year's."""
    outcome = Outcome("a.xlsx", (), figures=(Figure("甲", "万元", Decimal("0.10")),), title="表")

    def more(found: dict[str, object]) -> None:
        table = found["outcome"]
        assert isinstance(table, dict)
        table["names"].append("from_next_year")
        table["rows"][0].append([1, 2])
        at = table["names"].index("figures")
        table["rows"][0][at]["names"].insert(0, "place")
        table["rows"][0][at]["rows"][0].insert(0, "B7")
        gone = table["names"].index("title")
        del table["names"][gone], table["rows"][0][gone]

    assert unpack(_rewritten(pack(outcome)[0], more)) == dataclasses.replace(outcome, title="")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip",
        zlib.compress(b"no json"),
        zlib.compress(b"[]"),
        zlib.compress(b"null"),
        zlib.compress(b'{"format": 99, "outcome": {}}'),
        zlib.compress(b'{"format": 2}'),
        zlib.compress(b'{"format": 2, "outcome": {"names": ["file"], "rows": [["a", "b"]]}}'),
        zlib.compress(b'{"format": 2, "outcome": {"names": ["file", "findings"], "rows": [["a", 7]]}}'),
        zlib.compress(b'["a", [], null, null, [], [], "", 0.1, "", [], "one more"]'),
        zlib.compress(b"[" * 100_000),
    ],
    ids=lambda data: str(len(data)),
)
def test_what_cannot_be_understood_is_one_error(data: bytes) -> None:
    with pytest.raises(StoredError):
        unpack(data)


def test_names_are_kept_with_what_they_name() -> None:
    found = json.loads(zlib.decompress(pack(factory.outcome())[0]))
    assert (found["format"], FORMAT) == (2, 2)
    table = found["outcome"]
    values = dict(zip(table["names"], table["rows"][0], strict=True))
    assert {"code", "severity", "message", "remedy", "sheet", "cells"} <= set(values["findings"]["names"])


def _damage(campaign: Campaign, digest: str, data: bytes) -> None:
    base = sqlite3.connect(campaign.summary.parent / FILE)
    base.execute("UPDATE results SET outcome = ? WHERE sha256 = ?", (data, digest))
    base.commit()
    base.close()


def test_letters_on_an_unknown_format_say_one_sentence(
    campaign: Campaign, quiet: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was a ValueError and its traceback."""
    total_wrong(campaign.inbox / "000001.xlsx", "000001.xlsx")
    result = collect(campaign, quiet)
    digest = result.chosen["000001"].head.sha256
    _damage(campaign, digest, zlib.compress(b'{"format": 3}'))
    code, _, errors = run(capsys, "letters", "-C", str(campaign.folder))
    assert code == 2
    (line,) = errors.strip().splitlines()
    assert line.endswith(
        "里“000001.xlsx”的核对结果读不懂（别的版本的 xltool 写的，或已损坏）。"
        "请在那个批次里再运行一次 xltool collect，会重新核对。"
    )


@pytest.mark.parametrize("data", [b"", zlib.compress(b'{"format": 3}'), b"half of it"], ids=lambda data: str(len(data)))
def test_the_next_collect_examines_a_damaged_result_again(campaign: Campaign, quiet: Progress, data: bytes) -> None:
    before = opened(collect(campaign, quiet))
    _damage(campaign, next(iter(before)), data)
    campaign.summary.unlink()
    result = collect(campaign, quiet)
    assert (result.tally.examined, opened(result)) == (1, before)


def test_a_version_that_is_gone_and_damaged_is_forgotten(campaign: Campaign, quiet: Progress) -> None:
    """Nobody can examine it again; everything else goes on."""
    collect(campaign, quiet)
    path = campaign.inbox / "000001.xlsx"
    total_wrong(path, "000001.xlsx")
    first, second = collect(campaign, quiet).choices["000001"].versions
    _damage(campaign, first.head.sha256, b"")
    campaign.summary.unlink()
    result = collect(campaign, quiet)
    assert [version.head.sha256 for version in result.choices["000001"].versions] == [second.head.sha256]


def test_last_year_s_ledger_in_another_format(campaign: Campaign, quiet: Progress) -> None:
    good = opened(collect(campaign, quiet))
    result = collect(campaign, quiet)
    digest = result.chosen["000002"].head.sha256
    _damage(campaign, digest, zlib.compress(b'{"format": 3}'))
    settings = campaign.folder / "xltool.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + 'last_year = "."\n', encoding="utf-8")
    said = r"核对结果读不懂.*请在那个批次里再运行一次 xltool collect"
    with last_year_of(open_collected(open_campaign(campaign.folder))) as before:
        assert before is not None
        with pytest.raises(CampaignError, match=said):
            list(before.compare(good[digest]))


def test_every_stored_kind_says_how_its_fields_are_written() -> None:
    """A field of a type that JSON does not know, added without saying how to keep it, must not slip through."""
    plain = {"str", "int", "float", "bool"}
    for cls, special in stored._KINDS.items():
        for item in dataclasses.fields(cls):
            if item.name not in stored._KEPT_APART.get(cls, ()):
                assert item.type in plain or item.name in special, f"{cls.__name__}.{item.name}"
