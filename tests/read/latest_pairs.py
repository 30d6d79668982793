"""Returns held against what was issued last, and mails: for each notice one that gets it and a look-alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from tests import clean as fills
from tests import fillers, kit
from tests.read.test_mail import eml
from xltool.examine import examine, examine_many, jobs_of
from xltool.form import Form, Issue, Key, Project, form_by_id
from xltool.form.layout.issues import Issues

Outcome = Callable[[], list[str]]


def returned(*, blank: bool = False) -> tuple[Form, Issue, bytes]:
    """The clean return of this year's issue, or the workbook as it was sent out."""
    form, made = fillers.issued()
    return form, made, kit.workbook(form, made, {} if blank else fills.values(form, made))


def against(*record: Callable[[Issue], Issue], blank: bool = False) -> Outcome:
    """The return, where the bureau has issued these one after the other."""

    def run() -> list[str]:
        form, made, data = returned(blank=blank)
        issued = Issues.each(change(made) for change in record)
        return kit.codes(examine("回收表.xlsx", data, {form.id: form}.get, issued))

    return run


def own(made: Issue) -> Issue:
    return made


def with_project(made: Issue) -> Issue:
    return replace(
        made, issue_id="0" * 16, projects=(*made.projects, Project("P9", "新增的项目", made.projects[0].tables))
    )


def renamed(made: Issue) -> Issue:
    named = {**made.prefill, Key(0, "department_name"): "县教育体育局"}
    return replace(made, issue_id="1" * 16, prefill=MappingProxyType(named))


def of_next_year(made: Issue) -> Issue:
    return replace(made, issue_id="2" * 16, year=made.year + 1)


def of_another_form(ident: str) -> Outcome:
    """The campaign's form is another one; the bureau knows only that."""

    def run() -> list[str]:
        form, made, data = returned()
        ours = replace(kit.issue(form_by_id(ident)), issue_id=made.issue_id if ident == form.id else "3" * 16)
        known = {ident: form_by_id(ident)}
        return kit.codes(examine("回收表.xlsx", data, known.get, Issues.of(ours)))

    return run


def mail(*attached: str) -> Outcome:
    """A whole mail in 收回, with workbooks attached."""

    def run() -> list[str]:
        _, _, data = returned()
        with TemporaryDirectory() as folder:
            path = Path(folder) / "来信.eml"
            path.write_bytes(eml(*((name, data) for name in attached)))
            results = examine_many(jobs_of([("来信.eml", path)]), [kit.FORM_ID], workers=1)
            return [code for _, outcome in results for code in kit.codes(outcome)]

    return run
