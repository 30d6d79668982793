"""What is known of one returned file after examining it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from xltool.findings import Finding, Severity, Status, status_of
from xltool.form import Shape
from xltool.score import ScoreSheet


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the department level for the summary: name, unit, value (None: not given)."""

    name: str
    unit: str
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Findings and scores of one file. ``shape`` and ``scores`` are None if the file could not be read.

    ``figures``: the department's numbers; ``project_figures``: each project's, in order. ``title``: the form's.
    ``skipped``: the file is none of our business (a lock file, a system file); it has no findings.
    """

    file: str
    findings: tuple[Finding, ...]
    shape: Shape | None = None
    scores: ScoreSheet | None = None
    figures: tuple[Figure, ...] = ()
    project_figures: tuple[tuple[Figure, ...], ...] = ()
    title: str = ""
    seconds: float = field(default=0.0, compare=False)
    skipped: str = ""

    @property
    def status(self) -> Status:
        """The verdict."""
        return Status.SKIPPED if self.skipped else status_of(self.findings)

    def counts(self) -> Mapping[str, int]:
        """How many findings of each severity (退回, 须改, 提示), in that order."""
        return MappingProxyType({level.value: sum(f.severity is level for f in self.findings) for level in Severity})
