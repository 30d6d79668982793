"""Numbers, units, targets and dates as officials write them. (Signatures first; bodies follow.)"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

NONE = "—"
UNREADABLE = "#?"


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal | None
    state: Literal["number", "blank", "none", "unreadable"]
    note: str = ""
    problem: str = ""
    unit_clash: bool = False


def text_of(raw: Decimal | str | bool) -> str: raise NotImplementedError
def fold(text: str) -> str: raise NotImplementedError
def fold_excel(x: str) -> str: raise NotImplementedError
def read_number(raw: Decimal | str | bool, unit: str) -> Number: raise NotImplementedError
def number_excel(raw: str, folded: str, unit: str) -> str: raise NotImplementedError
def read_measure(text: str, unit: str) -> Number: raise NotImplementedError
def measure_excel(x: str, unit: str) -> str: raise NotImplementedError
def operator_of(text: str) -> str: raise NotImplementedError
def operator_excel(x: str) -> str: raise NotImplementedError
def leading_operator(text: str) -> tuple[str, str]: raise NotImplementedError
def read_interval(text: str) -> tuple[Decimal, Decimal] | None: raise NotImplementedError
def interval_low_excel(x: str) -> str: raise NotImplementedError
def interval_high_excel(x: str) -> str: raise NotImplementedError
def read_deadline(text: str, year: int | None = None) -> datetime.date | None: raise NotImplementedError
def deadline_excel(x: str) -> str: raise NotImplementedError
def show_number(value: Decimal, unit: str) -> str: raise NotImplementedError
def show_target(nature: str, target: str, unit: str) -> str: raise NotImplementedError
