"""The headings of a roster sheet: which column is which, and what the officer is told of those that are none.

Imports ``campaign.workbook_tables``. A heading means a column whatever blanks, line breaks, stars or （万元） it is
written with; money in another unit than 万元 is refused, two columns of one meaning too. A newcomer would compare
texts: 项目 名称 then silently leaves every project without its name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from xltool.campaign.roster.workbook_tables import OwnTable
from xltool.form.layout.workbook_layout import column_letters

_BRACKETS = re.compile(r"[(（\[【〔][^)）\]】〕]*[)）\]】〕]")
_DECORATION = re.compile(r"[\s*＊:：\u200b\ufeff]")
_OTHER_UNIT = re.compile(r"[(（\[【〔]\s*(?:单位[:：]?)?\s*((?:千|百|十|亿|百万|千万)?元)\s*[)）\]】〕]")
_NAMED = 6  # unused columns told one by one


def plain(heading: str) -> str:
    """Return a heading without what people add to it.

    >>> plain("*年初预算数\\n（万元）"), plain("项目 名称")
    ('年初预算数', '项目名称')
    """
    return _BRACKETS.sub("", _DECORATION.sub("", heading))


class Columns:
    """The columns of one sheet. ``names``: 0-based column to name; ``letters``: name to the column's letters.

    ``figures``: names that also count as columns here. ``problems`` stop the run, ``notes`` are only told.
    """

    def __init__(self, table: OwnTable, known: Iterable[str], figures: Iterable[str]) -> None:
        exact = dict.fromkeys((*known, *figures))
        loose: dict[str, str] = {}
        for name in exact:
            loose.setdefault(plain(name), name)
        self.names: dict[int, str] = {}
        self.problems: list[str] = []
        unused = []
        for col, heading in sorted(table.rows.get(0, {}).items()):
            name = heading if heading in exact else loose.get(plain(heading), "")
            if not name:
                unused.append((col, heading))
                continue
            where, unit = table.at(0, col), _OTHER_UNIT.search(heading)
            if unit is not None and name != heading:
                self.problems.append(
                    f"{where}：栏目“{_line(heading)}”写的单位是{unit[1]}，名册的金额单位是万元。"
                    f"请换算成万元，栏目写成“{name}”。"
                )
            if name in self.names.values():
                first = next(at for at, known_name in self.names.items() if known_name == name)
                self.problems.append(f"{where}：栏目“{name}”与 {column_letters(first)}1 重复。请只保留一栏。")
                continue
            self.names[col] = name
        self.letters = MappingProxyType({name: column_letters(col) for col, name in self.names.items()})
        self.notes = (*_unused(table, unused, [name for name in exact if name not in self.letters]), *self._far(table))

    def _far(self, table: OwnTable) -> Iterator[str]:
        """What stands in a column without a heading."""
        headed = table.rows.get(0, {})
        first = next(((row, col) for row, line in table.lines(1) for col in line if col not in headed), None)
        if first is not None:
            yield f"{table.at(*first)}：这一列没有栏目名称，里面的内容没有使用。不需要的请删除。"


def _unused(table: OwnTable, unused: list[tuple[int, str]], free: list[str]) -> Iterator[str]:
    for col, heading in unused[:_NAMED]:
        close = difflib.get_close_matches(plain(heading)[:40], free, 1, 0.7)
        hint = f"是不是“{close[0]}”？是的话请改成这个名称" if close else "请核对"
        yield f"{table.at(0, col)}：“{_line(heading)[:40]}”不是本表样的栏目，没有使用。{hint}。"
    if len(unused) > _NAMED:
        yield f"〔{table.title}〕另有 {len(unused) - _NAMED} 栏不是本表样的栏目，没有使用。请核对。"


def _line(text: str) -> str:
    return " ".join(text.split())
