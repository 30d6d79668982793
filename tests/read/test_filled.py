"""Ordinary returns: right values typed into the issued workbook by programs other than ours, and saved by them.

A right return gets nothing, or exactly what the program lost; with one mistake in it, exactly that one more,
at its cell. The figures, the total and every final score are those of a return filled in the usual way.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests import clean, fillers, kit
from tests.fillers import FILLS, SYSTEM_PYTHON, Entry
from tests.office import needs_office
from xltool.examine import Outcome, examine
from xltool.form.layout.issues import Issues

_MISTAKES: tuple[tuple[dict[str, str], str], ...] = (
    ({"三公经费预算数": "5.59"}, "SG01 三公经费预算数"),
    ({"填表人": ""}, "BT01 填表人"),
    ({"财政拨款年初预算数": "55"}, "ZJ01 资金总额年初预算数"),
    ({"净资产": "300"}, "ZC01 净资产"),
    ({"偏差原因及改进措施/11": ""}, "DF16 偏差原因及改进措施/11"),
    ({"其他资金年初预算数": "六十"}, "BT02 其他资金年初预算数"),
    ({"年中追加收入": "31"}, "JS01 年中追加收入"),
)
"""One cell each, and the finding it must get. Every program gets another of them."""

_BARE = ["GF13 !", "GF14 !"]
_VALUES_ONLY = [
    "GF26 项目1!D13+D14+D15+J22+K22+J23+K23+J24+K24+J25+K25+J26+K26+J28+K28+J30+K30+J32+K32+J36+K36+J38+K38",
    *_BARE,
    "GF24 自评表1!A1+B2+G5+C12+C14+B15+C16+C18+A19+A20+C20+A21+A22+C22+B23+C24+C26+B28+C28+D30",
]
_LOST: dict[str, list[str]] = {
    "SheetJS xlsx": _BARE,
    "SheetJS ods": _BARE,
    "SheetJS xls": ["GF26 项目1!D15+K22+K23+K24+K25+K26+K28+K30+K32+K36+K38"],
    "SheetJS 新建 xls": ["GF26 项目1!D15+K22+K23+K24+K25+K26+K28+K30+K32+K36+K38"],
    "SheetJS 新建 xlsx": _VALUES_ONLY,
    "pandas 新建 xlsx": _VALUES_ONLY,
    "gnumeric xls": ["GF26 项目1!K22+K23+K24+K25+K26+K28+K30+K32+K36+K38"],
    "gnumeric ods": ["GF13 !"],
}
"""What a program loses of a workbook: protection, lists, or every formula (GF26: the self-scores are then blank)."""

_FILLS = [(name, kind) for name, (_, kinds) in FILLS.items() for kind in kinds]
_KINDS = ("xlsx", "xls", "ods")
needs_uno = pytest.mark.skipif(
    not Path(SYSTEM_PYTHON).exists() or not fillers.has_uno(), reason="python3-uno is not installed (CI installs it)"
)


def looked_at(data: bytes) -> Outcome:
    form, made = fillers.issued()
    return examine("回收表", data, {form.id: form}.get, Issues.of(made))


@cache
def ordinary() -> Outcome:
    form, made = fillers.issued()
    outcome = looked_at(kit.workbook(form, made, clean.values(form, made)))
    assert kit.codes(outcome) == []
    return outcome


def scores(outcome: Outcome) -> object:
    """All that counts; what the department itself stated is lost where a program loses the formula."""
    assert outcome.scores is not None
    return outcome.scores.total, [
        (project.total, project.grade, [(line.name, line.system, line.final) for line in project.lines])
        for project in outcome.scores.projects
    ]


def planted(number: int) -> tuple[dict[str, str], list[str]]:
    changes, wanted = _MISTAKES[number % len(_MISTAKES)]
    code, name = wanted.split()
    sheet, cell = fillers.at(name)
    return changes, [f"{code} {sheet}!{cell}"]


def assert_right(data: bytes, lost: Sequence[str]) -> None:
    outcome = looked_at(data)
    assert kit.codes(outcome) == [*lost]
    assert scores(outcome) == scores(ordinary())
    assert outcome.figures == ordinary().figures


def assert_wrong(data: bytes, finding: Sequence[str], lost: Sequence[str]) -> None:
    assert kit.codes(looked_at(data)) == [*finding, *lost]


@pytest.mark.parametrize(("name", "kind"), _FILLS, ids=[" ".join(item) for item in _FILLS])
def test_typed_by_another_program(name: str, kind: str, tmp_path: Path) -> None:
    fill, lost, source = FILLS[name][0], _LOST.get(f"{name} {kind}", []), fillers.template(tmp_path)
    right, wrong = (tmp_path / f"{word}.{kind}" for word in ("对", "错"))
    fill(source, fillers.entries(), right)
    assert_right(right.read_bytes(), lost)
    changes, finding = planted(_FILLS.index((name, kind)))
    fill(source, fillers.entries(changes), wrong)
    assert_wrong(wrong.read_bytes(), finding, lost)


@needs_office
@needs_uno
@pytest.mark.office
def test_typed_in_libreoffice(tmp_path: Path) -> None:
    """What is typed looks like text, numbers, dates and percentages and is taken as such by the office itself."""
    source, returns = fillers.template(tmp_path), []
    for number, kind in enumerate(_KINDS):
        returns += [
            (fillers.entries(), tmp_path / f"对.{kind}"),
            (fillers.entries(planted(number)[0]), tmp_path / f"错.{kind}"),
        ]
    fillers.typed_in_libreoffice(source, returns)
    for number, kind in enumerate(_KINDS):
        assert_right((tmp_path / f"对.{kind}").read_bytes(), [])
        assert_wrong((tmp_path / f"错.{kind}").read_bytes(), planted(number)[1], [])


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("kind", _KINDS)
def test_typed_by_openpyxl_and_converted_by_libreoffice(kind: str, tmp_path: Path) -> None:
    changes, finding = planted(3 + _KINDS.index(kind))
    right, wrong = fillers.converted(
        fillers.template(tmp_path), [(fillers.entries(), "对"), (fillers.entries(changes), "错")], kind
    )
    assert_right(right.read_bytes(), [])
    assert_wrong(wrong.read_bytes(), finding, [])


_RATES = ("基本支出占比", "项目支出占比", "资产使用率")
_DAY, _NUMBER = re.compile(r"\d{4}-\d\d-\d\d\Z"), re.compile(r"-?\d+(\.\d+)?\Z")
Write = Callable[[Entry], float | str | datetime.date]


def _number_as_text(entry: Entry) -> float | str | datetime.date:
    return f"{entry.value:.15g}" if isinstance(entry.value, float) else entry.value


def _rate(entry: Entry, write: Callable[[float], float | str]) -> float | str | datetime.date:
    rates = {fillers.at(name) for name in _RATES}
    return write(entry.value) if isinstance(entry.value, float) and (entry.sheet, entry.cell) in rates else entry.value


def _day(entry: Entry, write: Callable[[datetime.date], float | str | datetime.date]) -> float | str | datetime.date:
    text = entry.value
    return write(datetime.date.fromisoformat(text)) if isinstance(text, str) and _DAY.match(text) else text


def _text_as_number(entry: Entry) -> float | str | datetime.date:
    return float(entry.value) if isinstance(entry.value, str) and _NUMBER.match(entry.value) else entry.value


def _spaced(entry: Entry) -> float | str | datetime.date:
    return f" {entry.value}　" if isinstance(entry.value, str) else entry.value


_AS_TEXT = [
    "GF25 部门基本情况!C6+C9+C10+C11+C12+C13+C14",
    "GF25 部门预决算!C5+C6+C7+C8+C9+C11+C12+C13+C14+C15+C16+C17+C18",
    "GF25 “三公”经费!C5+D5+C6+D6+C7+D7+C8+D8+C9+D9",
    "GF25 政府采购!C4+C5+C6+C7",
    "GF25 资产管理!C4+C5+C6+C7+C8+C9",
    "GF25 项目1!D9+E9+G9+D10+E10+G10+H22+H23+H24+H25+H26+H28+H30+H32+H36+H38",
]
_WAYS: dict[str, tuple[Write, list[str]]] = {
    "数字都是文本": (_number_as_text, _AS_TEXT),
    "文字格里的数写成数值": (_text_as_number, []),
    "百分比写成文本 83.66%": (
        lambda entry: _rate(entry, lambda value: f"{value:.2%}"),
        ["GF25 部门预决算!C15+C17", "GF25 资产管理!C9"],
    ),
    "百分比写成 83.66": (
        lambda entry: _rate(entry, lambda value: value * 100),
        ["GF01 部门预决算!C15", "GF01 部门预决算!C17", "GF01 资产管理!C9"],
    ),
    "日期是日期": (lambda entry: _day(entry, lambda day: day), []),
    "日期写成 2023/3/15": (lambda entry: _day(entry, lambda day: f"{day.year}/{day.month}/{day.day}"), []),
    "日期写成 2023年3月15日": (
        lambda entry: _day(entry, lambda day: f"{day.year}年{day.month}月{day.day}日"),
        [],
    ),
    "日期写成序列数": (
        lambda entry: _day(entry, lambda day: float((day - datetime.date(1899, 12, 30)).days)),
        ["GF01 封面!C10", "GF01 项目1!F26", "GF01 项目1!I26"],
    ),
    "文字前后有空格": (_spaced, []),
}
"""How the same right values may be written, and what is said of it."""


@pytest.mark.parametrize("way", _WAYS)
def test_written_another_way(way: str, tmp_path: Path) -> None:
    write, notices = _WAYS[way]
    typed = [entry._replace(value=write(entry)) for entry in fillers.entries()]
    assert typed != fillers.entries()
    fillers.by_openpyxl(fillers.template(tmp_path), typed, tmp_path / "回收表.xlsx")
    assert_right((tmp_path / "回收表.xlsx").read_bytes(), notices)


def test_dates_and_texts_of_the_other_programs(tmp_path: Path) -> None:
    """A whole return whose numbers are texts and whose dates are dates, from each program that writes values itself."""
    source = fillers.template(tmp_path)
    wanted: dict[str, list[str]] = {}
    typed = [entry._replace(value=_day(entry, lambda day: day)) for entry in fillers.entries()]
    fillers.by_pandas(source, typed, tmp_path / "pandas.xlsx")
    wanted["pandas.xlsx"] = []
    texts = [entry._replace(value=_number_as_text(entry)) for entry in fillers.entries()]
    for name in ("SheetJS", "exceljs", "pandas"):
        FILLS[name][0](source, texts, tmp_path / f"{name} 文本.xlsx")
        wanted[f"{name} 文本.xlsx"] = [*_AS_TEXT, *_LOST.get(f"{name} xlsx", [])]
    assert {name: kit.codes(looked_at((tmp_path / name).read_bytes())) for name in wanted} == wanted
    for name in wanted:
        assert scores(looked_at((tmp_path / name).read_bytes())) == scores(ordinary())


def test_a_binary_workbook_is_sent_back_with_what_to_do(tmp_path: Path) -> None:
    """.xlsb, which calamine could read, has no place for what identifies our cells; saving it as .xlsx is one step."""
    target = tmp_path / "回收表.xlsb"
    FILLS["SheetJS"][0](fillers.template(tmp_path), fillers.entries(), target)
    (finding,) = looked_at(target.read_bytes()).findings
    assert (finding.code, finding.message) == ("WJ15", "文件是二进制工作簿 .xlsb，不是 Excel 工作簿，读不出表的标识。")
    assert "另存为 .xlsx" in finding.remedy
