"""The campaigns the page may show, and how one of them stands now.

Imports ``campaign``. A campaign is named in an address by a digest of its folder, looked up among those known: no path ever
comes from a request. What was read is kept while the files it was read from are the same, and only so long.
"""

from __future__ import annotations

import datetime
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from xltool.campaign.collected import Collected, Receipt, open_collected
from xltool.campaign.intake.waivers import TOML, XLSX
from xltool.campaign.kept_form import FOLDER as FORMS
from xltool.campaign.kept_form import KEPT
from xltool.campaign.ledger.store import FILE as LEDGER
from xltool.campaign.settings import FILE, ROSTER, SUMMARY, open_campaign
from xltool.campaign.status import DepartmentLine, Standings, standings
from xltool.findings import Finding
from xltool.report.wording import by_weight

_READ = (FILE, ROSTER, XLSX, TOML, f"{SUMMARY}/{LEDGER}", f"{SUMMARY}/{LEDGER}-wal", f"{FORMS}/{KEPT}")


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """A finding of a file that counts, or of one that is nobody's, with whose it is."""

    department: str
    name: str
    receipt: Receipt
    finding: Finding


@dataclass(frozen=True)
class CampaignView:
    """A campaign as it stands: what the commands know of it, and every finding once somebody asks for them."""

    collected: Collected
    standings: Standings
    day: datetime.date

    @cached_property
    def lines(self) -> dict[str, DepartmentLine]:
        """Where each department of the roster stands, by code."""
        return {line.code: line for line in self.standings.lines}

    @cached_property
    def receipts(self) -> dict[str, Receipt]:
        """Every file by its name in addresses."""
        return {ident(receipt.head.path): receipt for receipt in self.collected.receipts}

    @cached_property
    def problems(self) -> tuple[FoundProblem, ...]:
        """The findings that 问题清单 lists, gravest first within a file."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[FoundProblem]:
        collected = self.collected
        chosen = collected.chosen
        codes = {*self.lines, *chosen}
        order = [*self.lines, *(code for code in chosen if code not in self.lines)]
        counted = [(code, chosen[code]) for code in order if code in chosen]
        nobody = [
            ("", receipt)
            for receipt in collected.receipts
            if receipt.head.department not in codes and not receipt.skipped and any(receipt.head.counts.values())
        ]
        with collected.open() as opened:
            for code, receipt in (*counted, *nobody):
                if any(receipt.head.counts.values()):
                    name = receipt.head.department_name or "—"
                    for finding in by_weight(opened.outcome(receipt).findings):
                        yield FoundProblem(code, name, receipt, finding)


def ident(text: str) -> str:
    """Return the name of a path or a folder in addresses."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Shelf:
    """The campaigns of this page: the one it was opened with, or those in the folder it was started in."""

    def __init__(self, folder: Path, *, single: bool) -> None:
        self.folder, self.single = folder, single
        self._lock = threading.Lock()
        self._shown: dict[Path, tuple[object, CampaignView]] = {}

    def folders(self) -> dict[str, Path]:
        """Return the campaign folders by their name in addresses."""
        if self.single:
            return {ident(str(self.folder)): self.folder}
        try:
            found = sorted(path for path in self.folder.iterdir() if (path / FILE).is_file())
        except OSError:
            found = []
        return {ident(str(path)): path for path in found}

    def shown(self, folder: Path) -> CampaignView:
        """Return how a campaign stands now.

        Raises:
            RosterError, CampaignError, DefinitionError, UnusableFileError: the bureau's own files cannot be used.
        """
        day = datetime.date.today()
        stamp = (day, *(_stamp(folder / name) for name in _READ))
        with self._lock:
            known = self._shown.get(folder)
            if known is None or known[0] != stamp:
                collected = open_collected(open_campaign(folder), day)
                known = (stamp, CampaignView(collected, standings(collected, day), day))
                self._shown[folder] = known
            return known[1]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns
