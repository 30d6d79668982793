"""How people write targets and actuals: a list collected before the reader was mended, and what each is read as."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from xltool import notation
from xltool.notation.spoken import measure
from xltool.notation.understood import plain
from xltool.notation.words import NONES, spoken_unit

LIST = Path(__file__).with_name("written.txt")
YEAR = 2022


def listed() -> list[tuple[str, str]]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [(text, reading) for text, _, reading in (line.partition("\t") for line in lines if line[:1] != "#")]


def reading(text: str) -> str:
    """Return the reading of a text in the words of the list."""
    if notation.fold(text) in NONES:
        return "none"
    found = measure(text, YEAR)
    unit = spoken_unit(found.unit)
    if found.nature == "区间":
        ends = notation.read_interval(found.text)
        if ends is None:
            return "unread"
        return f"~ {plain(ends[0])} {plain(ends[1])} {unit}".rstrip()
    day = notation.read_deadline(found.text, YEAR) if not found.unit and not found.nature else None
    if day is not None and not found.text.isdigit():
        return f"@ {day.isoformat()}"
    number = notation.read_measure(found.text, "").value
    if number is None:
        return "words"
    return f"{found.nature or '.'} {plain(number)} {unit}".rstrip()


def same(told: str, expected: str) -> bool:
    """50000 is 5万, whichever way the list has it; the units are compared as we compare them."""

    def parts_of(text: str) -> tuple[object, ...]:
        sign, *parts = text.split(" ")
        if sign in (".", "≥", "≤", "=") and parts:
            unit = spoken_unit(parts[1]) if len(parts) > 1 else ""
            number = Decimal(parts[0])
            for word, factor in (("万", 10_000), ("亿", 10**8)):
                if unit.startswith(word):
                    return (sign, number * factor, unit.removeprefix(word))
            return (sign, number, unit)
        if sign == "~":
            return (sign, Decimal(parts[0]), Decimal(parts[1]), spoken_unit(parts[2]) if len(parts) > 2 else "")
        return (text,)

    return parts_of(told) == parts_of(expected)


def test_of_the_list_at_least_95_in_100_are_read_as_meant() -> None:
    """``pytest -s`` shows the figures, and what is read otherwise."""
    cases = listed()
    assert len(cases) >= 400
    wrong = [
        f"{text}: {expected}, read {reading(text)}" for text, expected in cases if not same(reading(text), expected)
    ]
    print(f"\n{len(cases) - len(wrong)} of {len(cases)}", *wrong, sep="\n")
    assert len(wrong) <= 0.05 * len(cases)


def test_a_figure_that_words_deny_or_date_is_not_taken_out_of_them() -> None:
    texts = (
        "年底前完成至少40小时",
        "每月10日前",
        "第3名",
        "预算标准1000元/人",
        "三公经费",
        "一类",
        "未完成2项",
        "不合格3个",
        "1：50",
        "5 6",
    )
    assert [text for text in texts if reading(text) != "words"] == []
