"""Targets and actuals copied from public pages (``published.txt``): what is read as a person reads it, and what is not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.notation.test_written import LIST, reading, same

PUBLISHED = Path(__file__).with_name("published.txt")
MISSED = (
    *("新建300米深机井1座", "不满意0票", "每年的3月至12月每月巡查不少于1次"),
    *("按800元标准", "9月全省实施复明手术新增1203例", "达8878例", "完成1240万农村贫困人口脱贫任务"),
    *("在预算年度结束后2个月内", "综合治理后年保土量3.51万t", "0.064次/10万公顷"),
)
"""Read as words where a person finds a figure, but for 按800元标准 and 达8878例: those as 800元 and as at least 8878例."""


def published() -> list[tuple[str, str, str, str]]:
    """The kind, the text, its reading, its source."""
    found, kind = [], ""
    for line in PUBLISHED.read_text(encoding="utf-8").splitlines():
        if line.startswith("# -- "):
            kind = line.removeprefix("# -- ")
        elif not line.startswith("#"):
            text, expected, source = line.split("\t")
            found.append((kind, text, expected, source))
    return found


def test_of_what_is_published_at_least_95_in_100_is_read_as_meant() -> None:
    """``pytest -s`` shows the figures of every kind."""
    cases = published()
    wrong = [(kind, text) for kind, text, expected, _ in cases if not same(reading(text), expected)]
    every, missed = Counter(kind for kind, *_ in cases), Counter(kind for kind, _ in wrong)
    print("", *(f"{every[kind] - missed[kind]} of {every[kind]}: {kind}" for kind in every), sep="\n")
    assert len(cases) >= 400
    assert len(wrong) <= 0.05 * len(cases)
    assert {text for _, text in wrong} == set(MISSED)


def test_the_list_is_another_one_and_every_source_is_named() -> None:
    cases = published()
    texts = [text for _, text, *_ in cases]
    assert len(set(texts)) == len(texts)
    other = {line.partition("\t")[0] for line in LIST.read_text(encoding="utf-8").splitlines() if line[:1] != "#"}
    assert other.isdisjoint(texts)
    head = PUBLISHED.read_text(encoding="utf-8")
    numbers = {source for *_, source in cases if not source.startswith("#")}
    assert [number for number in sorted(numbers) if f"\n# {number} http" not in head] == []
