"""What is known of one file, with frames and a look for notebooks.

Imports ``examine`` and ``report``. The tables are those of 汇总.xlsx with this one file in it.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from xltool import examine
from xltool.api import show
from xltool.report.summary.summary_book import SummaryData, gather, tables_in
from xltool.report.summary.tables import PROBLEMS
from xltool.report.wording import by_weight, code_of, department, place
from xltool.report.workbook.frames import frame
from xltool.writing.measure import points
from xltool.writing.text import one_line

if TYPE_CHECKING:
    import pandas as pd

    from xltool.form import Form

_SHOWN = 10


class CheckedOutcome(examine.Outcome):
    """Findings and scores of one file; ``scores`` and ``issue`` are None if it could not be read."""

    __slots__ = ("_own",)

    @classmethod
    def of(cls, found: examine.Outcome, own: Form | None = None) -> CheckedOutcome:
        """Return an outcome of the tool as one of this interface. ``own``: its form, where that may be none of the library's."""
        made = cls(**{item.name: getattr(found, item.name) for item in fields(found)})
        object.__setattr__(made, "_own", own)
        return made

    def _form(self) -> Form | None:
        from xltool.form import form_by_id, known_ids

        own: Form | None = getattr(self, "_own", None)  # one that was copied has none
        if self.issue is None or (own is not None and own.id == self.issue.form):
            return own if self.issue is not None else None
        return form_by_id(self.issue.form) if self.issue.form in known_ids() else None

    def to_frame(self, table: str = PROBLEMS) -> pd.DataFrame:
        """Return one of the tables of 汇总.xlsx for this file: 问题清单, 指标明细, 项目排名, 部门数据, 项目资金, …

        Raises:
            KeyError: there is no such table; says which there are.
        """
        code = code_of(self)
        scored = self.scores is None or self.scores.scored
        data = SummaryData(self.file, 0, self.title, (), (self,), {code: self} if code else {}, scored=scored)
        made = gather(data)
        try:
            found = {one.name: one for one in tables_in(made)}
            if table not in found:
                raise KeyError(f"没有“{table}”，有的是：{'、'.join(found)}")
            return frame(found[table])
        finally:
            made.close()

    def to_json(self) -> str:
        """Return the outcome as one line of JSON, as ``xltool check --json`` prints it."""
        from xltool.report.json import to_json

        return to_json(self, self._form())

    def __repr__(self) -> str:
        """One line: file, department, verdict, counts, points."""
        return f"<Outcome {self._line()}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the line, and the weightiest findings."""
        found = by_weight(self.findings)
        rows = [(one.severity.value, one.code, place(one), one.message, one.remedy) for one in found[:_SHOWN]]
        more = f"另有 {len(found) - _SHOWN} 条，全部在 .to_frame() 里。" if len(found) > _SHOWN else ""
        return show.page(self._line(), ("级别", "编号", "位置", "说明", "怎么改"), rows, more)

    def _line(self) -> str:
        if self.skipped:
            return one_line(f"{self.file} 跳过（{self.skipped}）")
        counts = " ".join(f"{level} {count}" for level, count in self.counts().items())
        total = self.scores.total if self.scores else None
        score = f" 得分 {points(total)} {self.scores.grade}" if self.scores and total is not None else ""
        return one_line(f"{self.file} {department(self)} {self.state.value} {counts}{score}")
