"""A campaign as its last collect left it, as frames.

Imports ``campaign`` and ``report``. The tables are those of 汇总.xlsx; the long ones lie in a temporary file until they are
asked for. A newcomer would keep the frames: whoever changes one would change it for the next who asks.
"""

from __future__ import annotations

import os
import weakref
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from xltool.api import show
from xltool.api.checked import CheckedOutcome
from xltool.campaign import summarise
from xltool.campaign.collected import Collected, open_collected
from xltool.campaign.settings import open_campaign
from xltool.findings import Severity
from xltool.report.summary import figures, tables
from xltool.report.summary.gather import Gathered
from xltool.report.wording import MISSING
from xltool.report.workbook.book import Table
from xltool.report.workbook.frames import frame

if TYPE_CHECKING:
    import pandas as pd


class CampaignTables:
    """What the last ``collect`` of a campaign found. Open it again after another one.

    ``title``, ``year``, ``form`` (its id) and ``folder`` are the campaign's.
    """

    def __init__(self, collected: Collected) -> None:
        settings = collected.campaign
        self.folder, self.title, self.year, self.form = settings.folder, settings.title, settings.year, settings.form
        self._collected = collected
        self._stack = ExitStack()
        self._end = weakref.finalize(self, self._stack.close)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> CampaignTables:
        """Open a campaign folder.

        Raises:
            CampaignError: it is none, or its ledger is damaged. ``lines`` say what to do.
            RosterError, DefinitionError, UnusableFileError: the bureau's own files cannot be used.
        """
        return cls(open_collected(open_campaign(Path(folder))))

    @cached_property
    def _content(self) -> tuple[Gathered, tuple[Table, ...]]:
        """The summary's content; what only a campaign has is read now, because it needs the open ledger."""
        made, more = self._stack.enter_context(summarise.gathered(self._collected))
        kept = summarise.tables_of(self._collected, made, (replace(one, rows=tuple(one.rows)) for one in more))
        return made, tuple(kept)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of all tables."""
        return tuple(table.name for table in self._content[1])

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of 汇总.xlsx by the name of its sheet, or 文件清单.

        Raises:
            KeyError: there is no such table; says which there are.
        """
        found = {table.name: table for table in self._content[1]}
        if name not in found:
            raise KeyError(f"没有“{name}”，有的是：{'、'.join(found)}")
        return frame(found[name], summarise.about(self._collected))

    def status(self) -> pd.DataFrame:
        """收件情况: a row for every department and every file."""
        return self.table(tables.RECEIPT)

    def scores(self) -> pd.DataFrame:
        """得分排名: a row for every department.

        Raises:
            KeyError: the form has no scores.
        """
        return self.table(tables.DEPARTMENTS)

    def indicators(self) -> pd.DataFrame:
        """指标明细: a row for every scored indicator."""
        return self.table(tables.LINES)

    def findings(self) -> pd.DataFrame:
        """问题清单: a row for every finding."""
        return self.table(tables.PROBLEMS)

    def figures(self, *, projects: bool = False) -> pd.DataFrame:
        """部门数据, a row for every department; ``projects``: 项目资金, a row for every project."""
        return self.table(figures.FUNDS if projects else figures.FIGURES)

    def outcome(self, file: str) -> CheckedOutcome:
        """Return the outcome of a file, called as 收件情况 calls it.

        Raises:
            KeyError: there is no such file in 收回.
        """
        receipts = {receipt.head.path: receipt for receipt in self._collected.receipts}
        if file not in receipts:
            raise KeyError(f"“收回”里没有“{file}”")
        with self._collected.open() as opened:
            return CheckedOutcome.of(opened.outcome(receipts[file]), self._collected.form)

    def close(self) -> None:
        """Free what the tables take; happens of itself when the campaign is no longer used."""
        self._end()

    def __enter__(self) -> CampaignTables:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        """One line: title, folder, how many came."""
        return f"<Campaign {self._line()}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the line, and where every department stands, the first of them."""
        chosen = self._collected.chosen
        scored = self._collected.form.spec.scoring.scored
        rows = [
            (
                row["部门名称"],
                *(
                    (
                        *receipt.head.counts.values(),
                        *((receipt.head.total, receipt.head.grade) if scored else ()),
                    )
                    if receipt
                    else ()
                ),
            )
            for row in self._collected.roster.departments[:_SHOWN]
            for receipt in (chosen.get(row["部门编码"]),)
        ]
        rows = [row if len(row) > 1 else (*row, MISSING, *[""] * (len(Severity) - 1 + 2 * scored)) for row in rows]
        headers = ("部门", *(level.value for level in Severity), *(("得分", "等次") if scored else ()))
        return show.page(self._line(), headers, rows, f"全部在 .status() 里；各张表：{'、'.join(_NAMES)}。")

    def _line(self) -> str:
        roster = self._collected.roster.departments
        return f"{self.title} {self.folder.name} 应报 {len(roster)} 已报 {len(self._collected.chosen)}"


_SHOWN = 10
_NAMES = (".scores()", ".indicators()", ".findings()", ".figures()", ".table(名称)")
