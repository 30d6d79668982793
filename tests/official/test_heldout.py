"""Published forms that were not used to mend anything: their findings were written before the program saw them.

Expectations as first written, and what the program first said, stand in corpus.md; the cases here say what it says now.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.official import seeded
from tests.official.cases import cases, held
from tests.official.test_cases import findings, recognised, told
from xltool.findings import Severity

HELD = held()


@pytest.mark.parametrize("name", HELD)
def test_held_out(name: str) -> None:
    case = HELD[name]
    found = recognised(case)
    said = findings(found)
    assert found.places.form.id == case.form
    assert str(found.filled.issue.year) == case.year
    assert told(said, Severity.REJECT, Severity.CORRECT) == case.musts
    assert told(said, Severity.NOTICE) == case.notices


def test_the_figures_of_the_held_out_forms() -> None:
    """By family, those published and those made up apart; at least 95 % each. ``pytest -s`` shows them."""
    for severities in ((Severity.REJECT, Severity.CORRECT), (Severity.NOTICE,)):
        figures: dict[str, Counter[str]] = {}
        for case in HELD.values():
            wanted = Counter(case.noted if Severity.NOTICE in severities else case.expect)
            given = Counter(told(findings(recognised(case)), *severities))
            for family in (f"{case.kind}，{'公开的' if case.published else '拟的'}", "合计"):
                seen = {"应有": wanted.total(), "说出": given.total(), "相同": (wanted & given).total()}
                figures.setdefault(family, Counter()).update(seen)
        print(f"\n{'、'.join(severity.value for severity in severities)}")
        for family, one in figures.items():
            print(f"{family}：应有 {one['应有']}，说出 {one['说出']}，相同 {one['相同']}")
        assert figures["合计"]["相同"] >= 0.95 * max(figures["合计"]["应有"], figures["合计"]["说出"])


@pytest.mark.parametrize("name", ["changning-2022", "xiangyang-hospital-2021", "lingling-2021", "suixi-aid-2019"])
def test_a_mistake_put_in_is_told_and_nothing_else(name: str) -> None:
    """Of every family some forms; all of them: ``python -m tests.official.seeded``."""
    for kind, must, hit, wrong in seeded.tried({**cases(), **HELD}[name]):
        assert (kind, sorted(hit), wrong) == (kind, sorted(must), [])
