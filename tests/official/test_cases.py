"""Every case of the corpus gives exactly what was expected of it before the reader was written for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

import pytest

from tests.official.cases import Case, cases, held
from xltool.check import check
from xltool.engine.evaluation import Evaluation
from xltool.findings import Finding, Severity
from xltool.form import form_by_id, form_ids
from xltool.form.definition.model import Where
from xltool.read.official import Official, Recognised, recognise
from xltool.score import score

UNPLACED, HOW = "ZS02", "ZS"


def recognised(case: Case) -> Recognised:
    forms = [form_by_id(ident) for ident in form_ids()]
    found = recognise(case.document(), forms, Official(form_ids()))
    assert found is not None
    return found


def findings(found: Recognised) -> tuple[Finding, ...]:
    return (*check(found.places, Evaluation(found.places.form, found.filled)), *found.findings)


def line(finding: Finding) -> str:
    """``ZJ01 1.4.2``: the code and the cells as table.row.cell; a paragraph as 段3."""
    cells = []
    for cell in finding.cells:
        table = finding.sheet.removeprefix("表")
        place = re.fullmatch(r"第([0-9]+)行第([0-9]+)列", cell)
        cells.append(f"{table}.{place[1]}.{place[2]}" if place else f"段{cell.strip('第段')}")
    return " ".join([finding.code, *cells])


def told(found: Iterable[Finding], *severities: Severity) -> list[str]:
    """What was found of some severities; of the 提示 only those about content."""
    return sorted(
        line(item)
        for item in found
        if item.severity in severities and not (item.severity is Severity.NOTICE and item.code.startswith(HOW))
    )


@pytest.mark.parametrize("name", cases())
def test_case(name: str) -> None:
    case = cases()[name]
    found = recognised(case)
    said = findings(found)
    assert found.places.form.id == case.form
    assert str(found.filled.issue.year) == case.year
    assert set(case.missed) <= {*case.expect, *case.noted}
    assert told(said, Severity.REJECT, Severity.CORRECT) == case.musts
    assert told(said, Severity.NOTICE) == case.notices
    places = [cell for item in said if item.code == UNPLACED for cell in line(item).split(" ")[1:]]
    assert places == list(case.unplaced)


def counted(*severities: Severity) -> dict[str, tuple[int, int, int]]:
    """Per family of published forms: what an officer expects, what the program says, what of it is the same."""
    result: dict[str, tuple[int, int, int]] = {}
    for case in cases().values():
        if case.published:
            wanted = Counter(case.noted if Severity.NOTICE in severities else case.expect)
            given = Counter(told(findings(recognised(case)), *severities))
            one = (sum(wanted.values()), sum(given.values()), sum((wanted & given).values()))
            for family in (case.kind, "合计"):
                old = result.get(family, (0, 0, 0))
                result[family] = (old[0] + one[0], old[1] + one[1], old[2] + one[2])
    return result


def test_recall_and_precision() -> None:
    """Counted over the published forms; at least 95 % each of what must be corrected. ``pytest -s`` shows the figures."""
    assert sum(case.published for case in cases().values()) >= 18
    for severities in ((Severity.REJECT, Severity.CORRECT), (Severity.NOTICE,)):
        figures = counted(*severities)
        print(f"\n{'、'.join(severity.value for severity in severities)}")
        for family, (expected, given, both) in figures.items():
            shares = [f"{both / of:.1%}" if of else "—" for of in (expected, given)]
            print(f"{family}：应有 {expected}，说出 {given}，相同 {both}，查全 {shares[0]}，查准 {shares[1]}")
        expected, given, both = figures["合计"]
        if Severity.NOTICE not in severities:
            assert both >= 0.95 * expected
            assert both >= 0.95 * given


def test_every_rule_for_official_forms_is_hit() -> None:
    """What only official forms are asked has a case that hits it, and the other cases where it holds."""
    rules = {r.code for ident in form_ids() for r in form_by_id(ident).spec.rules if r.where is Where.OFFICIAL}
    every = (*cases().values(), *held().values())
    hit = {item.split(" ")[0] for case in every for item in (*case.expect, *case.noted)}
    assert rules <= hit


def test_points_as_they_are_written() -> None:
    """A form with other points than ours is scored with its own; in a campaign the bureau's count."""
    case = cases()["layout-other-points"]
    found = recognised(case)
    assert score(Evaluation(found.places.form, found.filled)).total == Decimal("98.40")
    (said,) = [item for item in found.findings if item.code == "ZS10"]
    assert all(part in said.message for part in ("执行率分值 20", "产出分值 40"))
    ours = recognise(case.document(), [form_by_id("national-2020")], Official(("national-2020",)))
    assert ours is not None
    assert next(item.message for item in ours.findings if item.code == "ZS10").endswith("得分按表样核定。")


def test_points_and_score_under_the_same_head() -> None:
    """一级指标 得分 二级指标 得分 三级指标 得分 … 得分: 8 points of which 0 were given."""
    found = recognised(cases()["hunan-score-2018"])
    typed = {key.id: reading.typed for key, reading in found.filled.readings.items()}
    assert [typed[f"overall.public_change.{which}"] for which in ("weight", "self")] == ["8", "0"]


def test_points_merged_over_rows_count_once() -> None:
    """40 + 30 as the heads of the blocks say, though some points stand beside two or three rows."""
    found = recognised(cases()["huangshi-library-2022"])
    points = [reading.value for key, reading in found.filled.readings.items() if key.id == "self_points"]
    assert sum(Decimal(str(value)) for value in points) == 70
