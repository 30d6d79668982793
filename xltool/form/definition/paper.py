"""What a form looks like on paper: the official forms, cell by cell, and the outline of the 自评报告.

Part of ``form.model``, which passes these names on; ``form.bind`` checks what they name. A newcomer would write the
report's text in Python: its sentences are those of ``official.sentences``, by which somebody else's report is read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from xltool.form.definition.official import OfficialForm

FOOT = -1
"""The row under which ``Form.prints`` has what a signature line shows: (print, ``FOOT``, number of the word)."""
EACH_PROJECT = "project"
"""``each: project`` in a row of a report's table: one such row for every project."""


class Per(StrEnum):
    """How often a sheet occurs in one department's workbook."""

    DEPARTMENT = "department"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class PrintCell:
    """A cell of an official form: fixed ``text`` or the ``value`` of a formula.

    ``rows``: a number, or ``level1`` / ``level2`` / ``table`` to merge down over those table rows.
    """

    text: str = ""
    value: str = ""
    cols: int = 1
    rows: str = "1"
    style: str = "center"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A row of an official form; with ``each`` it repeats for every row of that table.

    ``id``: a name by which a form that extends this one can change the row.
    """

    cells: tuple[PrintCell, ...]
    id: str = ""
    height: Decimal = Decimal(20)
    each: str = ""


@dataclass(frozen=True, slots=True)
class PrintSheet:
    """An official form, laid out cell by cell. ``footer``: the line for signatures; see ``foot_words``."""

    id: str
    title: str
    widths: tuple[int, ...]
    rows: tuple[PrintRow, ...]
    per: Per = Per.PROJECT
    landscape: bool = False
    repeat_rows: int = 1
    footer: str = ""


@dataclass(frozen=True, slots=True)
class FootWord:
    """A word of a signature line: its ``label``, what is typed behind it, and how many blanks follow, room for a pen.

    ``shown``: texts and, in braces, formulas; ``""`` for a word that only a pen completes.
    """

    label: str
    shown: str
    room: int

    def formula(self, texts: Collection[str]) -> str:
        """Return what is shown as one formula, ``""`` for nothing; ``texts``: fields that hold text. A stray brace stays."""
        parts = []
        for part in _FOOT_PARTS.findall(self.shown):
            inside = part[1:-1].strip() if len(part) > 1 and part[0] == "{" else ""
            quoted = '"' + part.replace('"', '""') + '"'
            parts.append(f"T({inside})" if inside in texts else f"({inside})" if inside else quoted)
        return "&".join([*parts, '""']) if parts else ""


PARTED = 2
"""So many blanks part the words of a signature line, whatever is typed: a reader knows them by that."""
_FOOT_WORD = re.compile(r"((?:\{[^{}]*\}|[^　])*)(　*)")
_FOOT_PARTS = re.compile(r"\{[^{}]*\}|[{}]|[^{}]+")


def foot_words(footer: str) -> tuple[FootWord, ...]:
    """Return the words of a signature line, which wide blanks part; blanks within braces do not.

    >>> foot_words("填表人：{填表人}　　　　单位盖章：")
    (FootWord(label='填表人：', shown='{填表人}', room=4), FootWord(label='单位盖章：', shown='', room=0))
    """
    words = []
    for found in _FOOT_WORD.finditer(footer):
        if found[0]:
            label, brace, shown = found[1].partition("{")
            words.append(FootWord(label, brace + shown, len(found[2])))
    return tuple(words)


def foot_text(words: Sequence[FootWord], values: Sequence[str]) -> str:
    """Return a signature line: what is typed takes the place of the blanks behind it, as ink does.

    >>> foot_text(foot_words("填表人：{填表人}　　　　单位盖章："), ["王建国", ""])
    '填表人：王建国　　单位盖章：'
    """
    made = [
        f"{word.label}{value}{'　' * (max(PARTED, word.room - len(value)) if word.room else 0)}"
        for word, value in zip(words, values, strict=True)
    ]
    return "".join(made)


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A part of the report, in this order: heading, sentences (one paragraph), texts (a paragraph for every line), table.

    ``lead``: words before the first sentence, with ``{栏目}``; ``sentences``: ids of ``official.sentences``; ``texts``:
    fields; ``table``: the id of a table of the report, or of an official form; ``forms``: all official forms. ``rank``: of
    the heading, from 1.
    """

    id: str
    heading: str = ""
    rank: int = 1
    lead: str = ""
    sentences: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    table: str = ""
    forms: bool = False


@dataclass(frozen=True, slots=True)
class ReportOutline:
    """The 自评报告: a title with ``{栏目}``, the parts, and the tables only the report has.

    ``internal``: fields that the version for the public leaves out, with the words beside them. A form without parts has
    no report.
    """

    title: str = ""
    parts: tuple[ReportPart, ...] = ()
    tables: tuple[PrintSheet, ...] = ()
    internal: tuple[str, ...] = ()


_NAMES = re.compile(r"\{([^{}]*)\}")
GAP = "_"
"""What stands in a sentence where a figure is missing, while it is read."""
_TO_FILL = re.compile(r"〔待补(?:：[^〔〕]{0,80})?〕")


def to_fill(what: str) -> str:
    """Return what a report has where something is missing; without ``what``, for a narrow column under its own head.

    >>> to_fill("在职人数"), without_to_fill("在职〔待补：在职人数〕人")
    ('〔待补：在职人数〕', '在职人')
    """
    return f"〔待补：{what.translate(_NO_BRACKETS)}〕" if what else "〔待补〕"


_NO_BRACKETS = str.maketrans("〔〕", "（）")


def without_to_fill(text: str, gap: str = "") -> str:
    """Return a text without the places where something is missing (``gap`` in their stead): nobody has filled them in."""
    return _TO_FILL.sub(gap, text) if "〔待补" in text else text


CODE = "校验码"
"""What stands before the eight characters at the foot of a printed form."""
_CODE = re.compile(rf"\s*{CODE}\s*[:：]?\s*[2-9A-Z]{{4}}\s*[-－—]?\s*[2-9A-Z]{{4}}(?![0-9A-Z])\s*")


def without_code(text: str) -> str:
    """Return a text without the 校验码, which is our own and nothing that was filled in.

    >>> without_code("校验码 7K3M-92QD"), without_code("单位盖章：　校验码：7K3M-92QD"), without_code("校验码使用率")
    ('', '单位盖章：', '校验码使用率')
    """
    return _CODE.sub("", text) if CODE in text else text


def unknown_in_report(
    report: ReportOutline, official: OfficialForm, prints: Collection[str], known: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield what the outline names and the form does not have: the text at whose line to tell, and what."""
    sentences = {str(sentence.id) for sentence in official.sentences}
    tables = {str(table.id) for table in report.tables} | set(prints)
    texts = [report.title, *(part.lead for part in report.parts)]
    names = [
        *((name, name) for text in texts for name in _NAMES.findall(text)),
        *((name, name) for name in report.internal),
    ]
    names += [(name, name) for part in report.parts for name in part.texts]
    yield from ((text, f"report 里的“{name}”不是本表的栏目") for text, name in names if name not in known)
    for part in report.parts:
        yield from (
            (name, f"report 里的句子“{name}”在 official 的 sentences 里没有")
            for name in part.sentences
            if name not in sentences
        )
        if part.table and part.table not in tables:
            yield part.table, f"report 里的表“{part.table}”不在 report 的 tables 里，也不是打印表"
