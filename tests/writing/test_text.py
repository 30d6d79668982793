"""Lines, JSON and CSV: what goes out can steer nothing."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.factory import finding, outcome
from tests.writing.strategies import NASTY, kept, texts
from xltool.report.json import to_json
from xltool.writing.text import clean, for_csv, for_json, for_screen, one_line, told_lost

STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]")


@given(texts)
def test_a_line_is_one_line(text: str) -> None:
    for shown in (one_line(text), for_screen(text)):
        assert not STEERING.search(shown)
        assert len(shown.splitlines()) <= 1
        shown.encode()
    assert for_screen("部门  |  得分") == "部门  |  得分", "a table stays aligned"


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_clean_once_is_clean(text: str) -> None:
    assert clean(text) == kept(text)
    assert clean(clean(text)) == clean(text)


@given(texts)
def test_json_stays_json(text: str) -> None:
    line = to_json(outcome(file="回收表.xlsx", findings=(finding(message=text, seen=text),)))
    assert not STEERING.search(line)
    data = json.loads(line.encode())
    assert data["findings"][0]["message"] == re.sub("[\ud800-\udfff]", "\ufffd", text), "exact, halves never joined"


def test_json_spells_what_it_quotes() -> None:
    assert for_json('{"a": "唐𠮷\u202e"}') == '{"a": "唐𠮷\\u202e"}'


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "+1",
        "-1",
        "@A",
        "\t=1",
        "\r=1",
        "\n=1",
        " \n=1",
        " =1",
        "\u3000＝1",
        "＝1",
        "＋1",
        "－1",
        "＠A",
        "\ufeff=1",
        "\n经费",
    ],
    ids=ascii,
)
def test_csv_never_calculates(text: str) -> None:
    assert for_csv(text) == f"'{clean(text)}"


@given(st.lists(texts, min_size=1, max_size=4))
def test_csv_comes_back(values: list[str]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerow([for_csv(text) for text in values])
    (row,) = csv.reader(io.StringIO(stream.getvalue(), newline=""))
    assert [text.removeprefix("'") for text in row] == [kept(text).removeprefix("'") for text in values]


def test_what_is_lost_is_said() -> None:
    assert told_lost("县教育局") == ""
    assert told_lost("a\r\nb\x0bc") == "", "line ends stay line ends"
    assert told_lost("a\x07\ufffeb") == "有不能保留的字符（U+0007、U+FFFE），换成了“\ufffd”"
    assert told_lost("长" * 40_000) == "超过一格的 32767 字，截断了"
