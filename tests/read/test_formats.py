"""Which cells show a date, and which date."""

from __future__ import annotations

import pytest

from xltool.read.book.formats import date_of, is_date
from xltool.read.book.values import position


@pytest.mark.parametrize(
    ("number_format", "code", "expected"),
    [
        (0, "", False), (2, "", False), (9, "", False), (10, "", False), (49, "", False),
        (14, "", True), (22, "", True), (27, "", True), (31, "", True), (36, "", True), (50, "", True), (58, "", True),
        (164, "0.0%", False), (164, '#,##0.00"元"', False), (164, "0.00_ ;[Red]-0.00", False), (164, '0"天"', False),
        (164, 'yyyy"年"m"月"d"日"', True), (164, "[$-804]yyyy-mm-dd;@", True), (164, "[h]:mm", True),
        (164, "[DBNum1][$-804]General", False), (164, "上午/下午h", True), (164, "m/d", True), (164, "@", False),
    ],
)  # fmt: skip
def test_is_date(number_format: int, code: str, expected: bool) -> None:
    assert is_date(number_format, code) is expected


@pytest.mark.parametrize(
    ("serial", "since_1904", "expected"),
    [
        (1, False, "1900-01-01"), (59, False, "1900-02-28"), (61, False, "1900-03-01"), (44682, False, "2022-05-01"),
        (43220, True, "2022-05-01"), (0, False, "None"), (-5, False, "None"), (2958466, False, "None"),
    ],
)  # fmt: skip
def test_date_of(serial: float, since_1904: bool, expected: str) -> None:
    assert str(date_of(serial, since_1904)).removesuffix(" 00:00:00") == expected


def test_position() -> None:
    places = [position(text) for text in ("A1", "$C$5", "XFD1048576", "XFE1", "A0", "A1048577", "C-5", "")]
    assert places == [(0, 0), (4, 2), (1048575, 16383), None, None, None, None, None]
