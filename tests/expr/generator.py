"""Random well-typed expressions, and values that officials really write."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.expr.scene import LENGTH

_NUMBER_FIELDS = ["甲", "乙", "丙", "丁", "数", "比"]
_TEXT_FIELDS = ["文", "字", "词"]
_TEXTS = [
    "a",
    "A",
    "abc",
    "a*c",
    "?",
    "~",
    "优",
    "良好",
    "无",
    "3",
    "0",
    "TRUE",
    "≥90",
    "3-5",
    "（含）",
    "b c",
    "Good",
    "“引”",
]
_NUMBERS = ["0", "1", "2", "3", "0.5", "10", "100", "0.01", "7%", "12.345"]


def expression(rng: random.Random) -> str:
    """Return an expression of any type."""
    return rng.choice([number, truth, truth, text])(rng, 3)


def number(rng: random.Random, depth: int) -> str:
    """Return a number expression."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice([*_NUMBER_FIELDS, *_NUMBER_FIELDS, *_NUMBERS, "倍数", "本行"])
    sub = depth - 1
    return _one_of(
        rng,
        [
            lambda: f"({number(rng, sub)}{rng.choice('+-*/')}{number(rng, sub)})",
            lambda: f"{number(rng, sub)}{rng.choice('+-*/')}{number(rng, sub)}",
            lambda: f"-{number(rng, sub)}",
            lambda: f"({number(rng, sub)})%",
            lambda: f"({number(rng, sub)})^{rng.choice(['2', '0.5', '-1', '0'])}",
            lambda: f"IF({truth(rng, sub)},{number(rng, sub)},{number(rng, sub)})",
            lambda: f"IFERROR({number(rng, sub)},{number(rng, sub)})",
            lambda: f"{rng.choice(['SUM', 'MIN', 'MAX', 'AVERAGE'])}({_several(rng, sub)})",
            lambda: f"{rng.choice(['COUNT', 'COUNTA', 'COUNTBLANK'])}({_fields(rng)})",
            lambda: f"COUNTIFS(类别列,{_criterion(rng, sub)})",
            lambda: f"SUMIFS(金额列,类别列,{_criterion(rng, sub)},地区列,{_criterion(rng, sub)})",
            lambda: f"COUNTIFS(数列,{rng.choice(['数', '1', '2', '本行'])})",
            lambda: "REACHED(数列,金额列)",
            lambda: f"{rng.choice(['ROUND', 'ROUNDUP', 'ROUNDDOWN'])}({number(rng, sub)},{rng.choice('0123')})",
            lambda: f"{rng.choice(['INT', 'ABS'])}({number(rng, sub)})",
            lambda: f"STEP({number(rng, 0)},2,{number(rng, sub)},{number(rng, 0)},1,{number(rng, 0)})",
            lambda: f"DEDUCT({number(rng, sub)},{number(rng, 0)},0.5{rng.choice(['', ',3', ',本行'])})",
            lambda: f"MOD({number(rng, sub)},{number(rng, 0)})",
            lambda: f"N({rng.choice(_NUMBER_FIELDS)})",
            lambda: f"LEN({text(rng, sub)})",
            lambda: f"SEARCH({text(rng, 0)},{text(rng, sub)})",
            lambda: f"DATE({rng.choice(['2024', '数'])},{rng.choice('127')},{number(rng, 0)})",
            lambda: f"{rng.choice(['YEAR', 'MONTH', 'DAY'])}(45000+{number(rng, 0)})",
        ],
    )


def truth(rng: random.Random, depth: int) -> str:
    """Return a truth expression."""
    if depth == 0:
        return rng.choice(["TRUE", "FALSE", "是", "ISBLANK(甲)", "ISBLANK(文)"])
    sub = depth - 1
    return _one_of(
        rng,
        [
            lambda: f"({number(rng, sub)}{rng.choice(['=', '<>', '<', '<=', '>', '>='])}{number(rng, sub)})",
            lambda: f"({_solid(rng, sub)}{rng.choice(['=', '<>'])}{_solid(rng, sub)})",
            lambda: f"{rng.choice(['AND', 'OR'])}({truth(rng, sub)},{truth(rng, sub)})",
            lambda: f"NOT({truth(rng, sub)})",
            lambda: f"IF({truth(rng, sub)},{truth(rng, sub)},{truth(rng, sub)})",
            lambda: f"{rng.choice(['ISNUMBER', 'ISERROR'])}({number(rng, sub)})",
            lambda: f"ISBLANK({rng.choice(_NUMBER_FIELDS + _TEXT_FIELDS)})",
            lambda: f"INLIST({text(rng, sub)},程度,禁词)",
            lambda: f"CONTAINS({text(rng, sub)},程度,禁词)",
        ],
    )


def text(rng: random.Random, depth: int) -> str:
    """Return a text expression."""
    if depth == 0 or rng.random() < 0.2:
        return rng.choice([*_TEXT_FIELDS, *_TEXT_FIELDS, "重点", _quoted(rng)])
    sub = depth - 1
    return _one_of(
        rng,
        [
            lambda: f"({text(rng, sub)}&{text(rng, sub)})",
            lambda: f"({text(rng, sub)}&{number(rng, sub)})",
            lambda: f"T({rng.choice(_TEXT_FIELDS)})",
            lambda: f"IF({truth(rng, sub)},{text(rng, sub)},{text(rng, sub)})",
            lambda: f"{rng.choice(['LEFT', 'RIGHT'])}({text(rng, sub)},{rng.choice('0123')})",
            lambda: f"MID({text(rng, sub)},{rng.choice('123')},{number(rng, 0)})",
            lambda: f"TRIM({text(rng, sub)})",
            lambda: f"SUBSTITUTE({text(rng, sub)},{_quoted(rng)},{text(rng, 0)})",
            lambda: f'TEXT({number(rng, sub)},"{rng.choice(["0", "0.00", "#,##0.0", "0.0%", "general"])}")',
        ],
    )


def _one_of(rng: random.Random, makers: list[Callable[[], str]]) -> str:
    return rng.choice(makers)()


def _quoted(rng: random.Random) -> str:
    return '"' + rng.choice(_TEXTS) + '"'


def _solid(rng: random.Random, depth: int) -> str:
    return rng.choice([text(rng, depth), _quoted(rng)])


def _several(rng: random.Random, depth: int) -> str:
    count = rng.randint(1, 3)
    options = [*_NUMBER_FIELDS, "金额列", "本行"]
    chosen = [rng.choice([rng.choice(options), number(rng, depth)]) for _ in range(count)]
    # Among several, the bare name of a column seen from its row is refused: it could mean either.
    return ",".join("+本行" if part == "本行" and count > 1 else part for part in chosen)


def _fields(rng: random.Random) -> str:
    return ",".join(rng.choices([*_NUMBER_FIELDS, *_TEXT_FIELDS, "金额列", "类别列"], k=rng.randint(1, 3)))


def _criterion(rng: random.Random, depth: int) -> str:
    return rng.choice([rng.choice(_TEXT_FIELDS), _quoted(rng), text(rng, depth)])


def values(rng: random.Random, used: tuple[str, ...]) -> dict[str, object]:
    """Return values for the fields used: mostly filled, now and then blank, "—" or unreadable."""
    given: dict[str, object] = {}
    for name in used:
        if name.endswith("列") or name == "本行":
            kind = _some_text if name in ("类别列", "地区列") else _some_number
            given[name] = [kind(rng) for _ in range(LENGTH)]
        elif name in _NUMBER_FIELDS:
            given[name] = _some_number(rng)
        elif name in _TEXT_FIELDS:
            given[name] = _some_text(rng)
        elif name == "是":
            given[name] = rng.choice([True, False, ""])
    return given


def _some_number(rng: random.Random) -> object:
    return rng.choices(
        [rng.randint(-5, 20), round(rng.uniform(-100, 1000), 2), round(rng.uniform(0, 3), 4), "", "—", "#?"],
        [8, 6, 4, 1, 0.5, 0.5],
    )[0]


def _some_text(rng: random.Random) -> object:
    word = rng.choice(_TEXTS).replace("（", "(").replace("）", ")")  # fields come folded
    return rng.choices([word, "", "#?"], [16, 1, 0.6])[0]
