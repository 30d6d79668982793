"""What each way of writing is read as, what is said about it, how it is printed."""

from __future__ import annotations

import datetime
import doctest
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.notation.cases import DEADLINES, INTERVALS, MEASURES, NUMBERS, OPERATORS
from xltool import notation
from xltool.notation import chain, deadlines, folding, measures, numbers, spans, understood, words

DOC = Path(__file__).parents[2] / "macros_docs" / "notation.md"


def raw_of(typed: object) -> Decimal | str | bool:
    return Decimal(repr(typed)) if isinstance(typed, float) else typed  # type: ignore[return-value]


@pytest.mark.parametrize(("typed", "unit", "expected", "said"), NUMBERS)
def test_number(typed: object, unit: str, expected: str | None, said: str) -> None:
    number = notation.read_number(raw_of(typed), unit)
    if expected in {"", "—"}:
        assert number == notation.Number(None, "blank" if expected == "" else "none")
        return
    assert number.value == (None if expected is None else Decimal(expected))
    assert number.state == ("unreadable" if expected is None else "number")
    assert (number.problem if expected is None else number.note).startswith(said.removeprefix("?"))
    assert bool(number.note) == (bool(said) and expected is not None)
    assert number.unit_clash == ("带有单位" in number.problem)


@pytest.mark.parametrize(("text", "unit", "expected", "said"), MEASURES)
def test_measure(text: str, unit: str, expected: str | None, said: str) -> None:
    number = notation.read_measure(text, unit)
    assert number.value == (None if expected is None else Decimal(expected))
    if expected is None:
        assert number.state == ("unreadable" if said else "none" if text else "blank")
        assert number.problem.startswith(said.removeprefix("?"))
        assert bool(number.problem) == bool(said)
    else:
        assert number.state == "number"
        assert number.note.startswith(said)
        assert bool(number.note) == bool(said)


@pytest.mark.parametrize(("text", "expected"), OPERATORS)
def test_operator(text: str, expected: str) -> None:
    assert notation.operator_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("≥3", ("≥", "3")),
        ("不超过 5天", ("≤", "5天")),
        ("＝３", ("=", "3")),
        ("3次以上", ("", "3次以上")),
        (">=3", ("≥", "3")),
    ],
)
def test_leading_operator(text: str, expected: tuple[str, str]) -> None:
    assert notation.leading_operator(text) == expected


@pytest.mark.parametrize(("text", "expected"), INTERVALS)
def test_interval(text: str, expected: tuple[str, str] | None) -> None:
    assert notation.read_interval(text) == (None if expected is None else tuple(map(Decimal, expected)))


@pytest.mark.parametrize(("text", "expected"), DEADLINES)
def test_deadline(text: str, expected: str | None) -> None:
    assert notation.read_deadline(text) == (None if expected is None else datetime.date.fromisoformat(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11月底", "2022-11-30"),
        ("11月30日前", "2022-11-30"),
        ("年底前", "2022-12-31"),
        ("2023年2月", "2023-02-28"),
        ("3", None),
        ("11.30", None),
    ],
)
def test_deadline_of_a_known_year(text: str, expected: str | None) -> None:
    assert notation.read_deadline(text, 2022) == (None if expected is None else datetime.date.fromisoformat(expected))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1.50", "万元", "1.5"),
        ("1E+3", "元", "1000"),
        ("0.5184", "%", "51.84%"),
        ("-0.0", "分", "0"),
        ("1E-7", "", "0.0000001"),
    ],
)
def test_show_number(value: str, unit: str, expected: str) -> None:
    assert notation.show_number(Decimal(value), unit) == expected


UNITS = st.sampled_from([*words.SIMPLE_UNITS, "元/人·月", "万粒", "", "名"])
VALUES = st.decimals(-(10**9), 10**9, places=4)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert notation.fold(notation.fold(text)) == notation.fold(text)


@given(VALUES, UNITS)
def test_a_shown_number_reads_back(value: Decimal, unit: str) -> None:
    assert notation.read_number(notation.show_number(value, unit), unit).value == value


@given(st.text("0123456789.,-+%万亿元次人≥≤<>=/ 以上内百分之年月日底前~±［】[]}!", max_size=12), UNITS)
def test_reading_never_raises(text: str, unit: str) -> None:
    for number in (notation.read_number(text, unit), notation.read_measure(text, unit)):
        assert (number.value is not None) == (number.state == "number")
        assert bool(number.problem) == (number.state == "unreadable")
    notation.read_interval(text)
    notation.read_deadline(text, 2022)


def test_the_page_names_every_word() -> None:
    page = DOC.read_text(encoding="utf-8")
    told = [word for word, _ in words.SYNONYMS] + list(words.SIMPLE_UNITS) + list(words.NONES) + list(words.SIGN_OF)
    told += [*words.BOUNDS, *words.BARE_OPENERS]
    told += [word for trailing in words.TRAILING.values() for word in trailing]
    assert [word for word in told if f"`{word}`" not in page] == []


@pytest.mark.parametrize("module", [chain, deadlines, folding, measures, understood, numbers, spans, words])
def test_examples_in_the_docstrings(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
