"""What a county reviewer sees in a list of indicators: those in the wrong place, those that stand there twice.

The corpus (``indicators.yaml``, ``published.yaml``) is read by eye. Each of its ``right`` entries that is reported is a
false alarm. Figures per 二级: ``pytest tests/content -k moved -s``, and macros_docs/decisions/0045.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import pytest

from tests import kit
from xltool.check import check
from xltool.check.alike import repeats
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.findings import Finding
from xltool.form import form_by_id, form_ids
from xltool.form.definition.strict import load
from xltool.form.layout import workbook_layout as layouts

FORM = form_by_id("national-2020")


@dataclass(frozen=True, slots=True)
class Wrong:
    name: str
    group: str
    unit: str
    belongs: str
    told: bool = True
    """False: only who knows the project sees it, the name does not say it."""


@dataclass(frozen=True, slots=True)
class Corpus:
    right: Mapping[str, tuple[str, ...]]
    wrong: tuple[Wrong, ...]
    different: tuple[tuple[str, ...], ...] = ()
    same: tuple[tuple[str, ...], ...] = ()


CORPUS: Corpus = load(Path(__file__).with_name("indicators.yaml"), Corpus)
PUBLISHED: Corpus = load(Path(__file__).with_name("published.yaml"), Corpus)
_SAID = re.compile("“(.+)”看来是(.+)，放在了(.+)。")
WRONG = (*CORPUS.wrong, *PUBLISHED.wrong)
Entry = tuple[str, str, str]
"""二级指标, name, unit."""


def entries_of(*corpora: Corpus) -> list[Entry]:
    every = [(group, entry) for corpus in corpora for group, names in corpus.right.items() for entry in names]
    return [(group, *entry.partition("|")[::2]) for group, entry in every]


def right() -> list[Entry]:
    entries = entries_of(CORPUS, PUBLISHED)
    assert len(entries_of(CORPUS)) > 200
    assert len(entries) + len(WRONG) >= 600
    return entries


def alike(entries: list[Entry], at_least: int) -> tuple[list[tuple[str, str]], int]:
    """The pairs of names within one 二级指标 that are alike, and how many pairs there are."""
    groups = {group: [name for place, name, _ in entries if place == group] for group in CORPUS.right}
    pairs = [pair for names in groups.values() for pair in combinations(names, 2)]
    assert len(pairs) > at_least
    return [pair for pair in pairs if repeats(*pair)], len(pairs)


def found(entries: Sequence[Entry], codes: tuple[str, ...], actual: str = "12") -> list[Finding]:
    """The findings of these codes where the bureau has approved nothing and the department wrote these indicators."""
    # The rows come from a roster; what stands in them is the department's own.
    approved = tuple(kit.row(项目编码="P1", 二级指标=group) for group, *_ in entries)
    made = replace(kit.issue(FORM, indicators=approved), locked=frozenset())
    values: dict[str, object] = {}
    rows: dict[str, list[int]] = {name: [] for name in dict.fromkeys(row.level2 for row in made.rows(1, "indicators"))}
    for number, row in enumerate(made.rows(1, "indicators"), start=1):
        rows[row.level2].append(number)
    for group, name, unit in entries:
        place = rows[group].pop(0)
        plain = {"三级指标": name, "性质": "≥" if unit else "定性", "指标值": "10" if unit else "良好", "单位": unit}
        values |= {f"{column}/{place}": text for column, text in plain.items() if text}
        values[f"实际完成值/{place}"] = actual if unit else "达成"
    evaluation = Evaluation(FORM, from_values(FORM, made, kit.keyed(FORM, values)))
    return [finding for finding in check(layouts.build(FORM, made), evaluation) if finding.code in codes]


def test_no_false_alarm_in_the_corpus() -> None:
    assert [finding.message for finding in found(right(), ("ZB07",))] == []


@pytest.mark.parametrize(
    "wrong", [wrong for wrong in WRONG if wrong.told], ids=lambda wrong: f"{wrong.name}在{wrong.group}"
)
def test_a_misfiled_indicator_is_told_where_it_belongs(wrong: Wrong) -> None:
    told = [finding.message for finding in found([(wrong.group, wrong.name, wrong.unit)], ("ZB07",))]
    assert told == [f"“{wrong.name}”看来是{wrong.belongs}，放在了{wrong.group}。"]


def test_what_is_not_in_the_name_is_not_guessed() -> None:
    hidden = [(wrong.group, wrong.name, wrong.unit) for wrong in WRONG if not wrong.told]
    assert [finding.message for finding in found(hidden, ("ZB07",))] == []


LEVEL1 = {
    **dict.fromkeys(("数量指标", "质量指标", "时效指标", "成本指标"), "产出指标"),
    **dict.fromkeys(("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"), "效益指标"),
    "满意度指标": "满意度指标",
}


def test_moved_indicators_are_told_back() -> None:
    """Every right entry moved to another 二级: how many are told, and how many of these where they came from.

    ``pytest -s`` shows recall and precision of every 二级 and 一级.
    """
    moved = {group: "数量指标" if group in ("质量指标", "成本指标") else "质量指标" for group in PUBLISHED.right}
    entries = right()
    told = found([(moved[group], name, unit) for group, name, unit in entries], ("ZB07",))
    places = {text.group(1, 3): text[2] for finding in told if (text := _SAID.match(finding.message))}
    one = [
        ("满意度指标" if "满意度" in group else group, places.get((name, moved[group]), ""))
        for group, name, _ in entries
    ]
    two = [(LEVEL1[group], LEVEL1.get(place, "")) for group, place in one]
    table = {}
    for pairs in (one, two):
        for group in dict.fromkeys(group for group, _ in pairs):
            hits = pairs.count((group, group))
            table[group] = (hits, sum(g == group for g, _ in pairs), sum(place == group for _, place in pairs))
    print(
        "",
        *(f"{group}: recall {hits}/{every}, precision {hits}/{said}" for group, (hits, every, said) in table.items()),
        sep="\n",
    )
    assert table["满意度指标"][0] >= 0.85 * table["满意度指标"][1]
    assert sum(group == place for group, place in one) >= 0.4 * len(one)
    assert sum(group == place for group, place in one) >= 0.85 * len(told)
    assert sum(table[group][0] for group in ("时效指标", "成本指标")) >= 0.6 * sum(
        table[group][1] for group in ("时效指标", "成本指标")
    )


@pytest.mark.parametrize("pair", CORPUS.same, ids="、".join)
def test_the_same_in_other_words_is_reported(pair: tuple[str, str]) -> None:
    assert found([("质量指标", name, "%") for name in pair], ("ZB18", "ZB31")) != []


@pytest.mark.parametrize("pair", CORPUS.different, ids="、".join)
def test_what_is_told_apart_is_not_reported(pair: tuple[str, str]) -> None:
    assert found([("质量指标", name, "%") for name in pair], ("ZB18", "ZB31")) == []


def test_similar_names_of_the_corpus_are_few() -> None:
    """Even if every target and actual were equal: none in the first list, hardly any in both together."""
    assert alike(entries_of(CORPUS), 2500)[0] == []
    found, pairs = alike(right(), 25_000)
    assert len(found) <= pairs // 1000, f"{len(found)} of {pairs}"


@pytest.mark.parametrize("ident", form_ids())
def test_every_place_suggested_is_one_of_the_form(ident: str) -> None:
    """A remedy that names a block the form does not have would contradict the form."""
    form = form_by_id(ident)
    blocks = {
        str(name)
        for level in form.tables["indicators"].levels
        for name in (level.name, *(g.name for g in level.groups))
    }
    formula = form.field("应归类").compute
    suggested = {text for text in formula.split('"')[1::2] if text.endswith("指标") and ", " + f'"{text}"' in formula}
    assert {part for text in suggested for part in text.split("或")} <= blocks
