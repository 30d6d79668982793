"""A returned file as its report: read, checked for what it owes, written. A task for the workers.

Imports ``examine``, ``report``. A newcomer would write reports in the process that talks to the officer: a file that hangs the
reader would hang it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from xltool.check import owed
from xltool.engine.evaluation import Evaluation
from xltool.examine import Desk, Job
from xltool.examine.one_return import opened
from xltool.findings import Finding
from xltool.report.documents.letter import LetterError
from xltool.report.documents.official_table import Paper
from xltool.report.documents.report import write_report
from xltool.report.documents.report_template import report_template

NO_REPORT = "表样“{form}”没有写自评报告的提纲（form.yaml 的 report）。"
_own_template = lru_cache(maxsize=8)(report_template)


@dataclass(frozen=True, slots=True)
class Reported:
    """The report of one return, or why there is none. ``missing``: how many cells it still owes."""

    code: str = ""
    name: str = ""
    data: bytes = b""
    missing: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Reporting:
    """A job to be reported on.

    ``template``: the bureau's, called ``called``; empty: the one of the return's own form. ``public``: without what is internal.
    """

    job: Job
    template: bytes = b""
    called: str = "自评报告模板"
    public: bool = False

    def perform(self, desk: Desk) -> Reported:
        """Return the report."""
        data = self.job.content(desk.limits)
        result = opened(self.job.name, data, desk.form_of, desk.issued, desk.limits, desk.official)
        if result.layout is None or result.filled is None:
            return self.failed(result.findings[0])
        evaluation = Evaluation(result.layout.form, result.filled)
        missing = owed(result.layout, evaluation)
        shape, form = result.layout.issue, result.layout.form
        if not form.spec.report.parts:
            return Reported(shape.department, shape.department_name, problem=NO_REPORT.format(form=form.id))
        template = self.template or _own_template(form)
        try:
            made = write_report(template, self.called, Paper(evaluation, missing), public=self.public)
        except LetterError as error:
            return Reported(shape.department, shape.department_name, problem=str(error))
        return Reported(shape.department, shape.department_name, made, len(missing))

    def failed(self, finding: Finding) -> Reported:
        """Return why there is no report."""
        return Reported(problem=f"{finding.message}{finding.remedy}")
