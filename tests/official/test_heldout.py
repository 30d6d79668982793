"""Published forms that were not used to mend anything: their findings were written before the program saw them.

Expectations as first written, and what the program first said, stand in corpus.md; the cases here say what it says now.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.official.cases import Case
from tests.official.test_cases import findings, recognised, told
from xltool.findings import Severity
from xltool.form.definition.strict import load

FOLDER = Path(__file__).with_name("heldout")
HELD = {path.stem: load(path, Case) for path in sorted(FOLDER.glob("*.yaml"))}


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
    """``pytest -s`` shows them."""
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for name, case in HELD.items():
        wanted += Counter(f"{name} {line}" for line in case.expect)
        given += Counter(
            f"{name} {line}" for line in told(findings(recognised(case)), Severity.REJECT, Severity.CORRECT)
        )
    both = sum((wanted & given).values())
    print(f"\n应有 {sum(wanted.values())}，说出 {sum(given.values())}，相同 {both}")
    assert both >= 0.95 * sum(wanted.values())
    assert both >= 0.95 * sum(given.values())
