"""Who is this file from: the very hidden identity sheet, believed only as far as it can be checked.

What the campaign signed when it issued a workbook stands in the hidden sheet and in the file's properties; both must
name the same issue, and the signature must be the bureau's. Where the sheet is gone, the properties can still tell;
a department's name on a sheet with our marker is a hint for the officer. Without them nothing is guessed.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from xltool.findings import Finding
from xltool.form import Issue
from xltool.form.layout import mapping
from xltool.form.layout.issues import Issues
from xltool.form.layout.workbook_layout import IDENTITY
from xltool.notation import fold
from xltool.ooxml.refused import Refused
from xltool.read import file_notices
from xltool.read.book.values import RawBook, RawSheet

_MARKER = re.compile(r"xltool:[^:]+:[0-9]+\Z")
_MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """What the workbook says of itself. ``finding``: how it was found, if not the usual way.

    ``rows``: what the hidden sheet says of the layout, kind and text; see ``carried``. ``named``: known only by the
    department's name on a sheet, which anybody can type.
    """

    form: str
    version: str
    issue_id: str
    department: str
    issue: str
    finding: Finding | None = None
    seal: str = ""
    rows: mapping.Rows = ()
    named: bool = False

    def carried(self) -> mapping.LayoutMap | None:
        """Return the layout the workbook says it was issued with, None if it does not say.

        Raises:
            Refused: what it says is damaged.
        """
        try:
            return mapping.parse(self.rows)
        except ValueError:
            raise Refused(file_notices.TAMPERED.finding()) from None


def identify(book: RawBook, issued: Issues | None = None) -> Identity:
    """Return the identity a workbook carries.

    Raises:
        Refused: it carries none, so it is not one of our templates; or it carries two that contradict each other.
    """
    for sheet in sorted(book.sheets, key=lambda sheet: (sheet.title != IDENTITY, not sheet.hidden)):
        if sheet.text(0, 0) == "xltool":
            identity = _told(sheet)
            other = book.facts.properties.get("xltool_issue", "")
            if other and other != identity.issue_id:
                raise Refused(_contradiction(identity, other, issued or Issues.of()))
            return identity
    return _without_sheet(book, issued or Issues.of())


def _told(sheet: RawSheet) -> Identity:
    last = min(max(row for row, _ in sheet.cells), _MOST_ROWS)
    pairs = tuple((sheet.text(row, 0), sheet.text(row, 1)) for row in range(last + 1))
    values = dict(pairs)
    return Identity(
        values.get("form", ""),
        values.get("version", ""),
        values.get("issue", ""),
        values.get("department", ""),
        "".join(value for name, value in pairs if name == "shape"),
        seal=values.get("seal", ""),
        rows=pairs,
    )


def _contradiction(identity: Identity, other: str, issued: Issues) -> Finding:
    ours, theirs = issued.get(identity.issue_id), issued.get(other)
    return file_notices.CONTRADICTION.finding(
        hidden=(ours.department_name if ours else identity.department)[:40] or "部门不明",
        properties=theirs.department_name[:40] if theirs else "另一份表",
    )


def _without_sheet(book: RawBook, issued: Issues) -> Identity:
    properties = book.facts.properties
    number = properties.get("xltool_issue", "")
    if number in issued:
        return _from(issued[number], "文件属性里的编号", properties.get("xltool_seal", ""))
    marked = [sheet for sheet in book.sheets if any(_is_marker(value) for value in sheet.cells.values())]
    if not marked:
        raise Refused(file_notices.NOT_OURS.finding())
    longest = 2 * max(map(len, issued.names.values()), default=0) + 100
    typed = {value for sheet in marked for value in sheet.cells.values() if isinstance(value, str)}
    texts = {fold(value) for value in typed if len(value) <= longest}
    # A department may have been issued several workbooks in the course of a campaign: the latest counts.
    named = [code for code, name in issued.names.items() if fold(name) in texts]
    issue = issued.latest(named[0]) if len(named) == 1 else None
    if issue is None:
        raise Refused(file_notices.COPIED.finding())
    return _from(issue, f"表上的部门名称“{issue.department_name[:40]}”", named=True)


def _is_marker(value: object) -> bool:
    return isinstance(value, str) and bool(_MARKER.match(value))


def _from(issue: Issue, what: str, seal: str = "", named: bool = False) -> Identity:
    finding = file_notices.BY_PROPERTIES.finding(what=what)
    text = issue.to_json()
    return Identity(issue.form, issue.version, issue.issue_id, issue.department, text, finding, seal, named=named)


def issue_of(identity: Identity) -> Issue:
    """Return the issue the workbook carries.

    Raises:
        Refused: it is damaged or contradicts the rest of the identity.
    """
    try:
        issue = Issue.from_json(identity.issue)
    except ValueError:
        raise Refused(file_notices.TAMPERED.finding()) from None
    if (issue.form, issue.version, issue.issue_id) != (identity.form, identity.version, identity.issue_id):
        raise Refused(file_notices.TAMPERED.finding())
    return issue


def doubt(identity: Identity, issue: Issue) -> str:
    """Return why a workbook may not be the one that was issued with this issue, in words; ``""`` if it is.

    What was issued without a seal has nothing to compare; that stands in the record of issue.
    """
    if not issue.seal:
        return ""
    if identity.named:
        return "隐藏的标识表不在了，只有表上写的部门名称"
    if not identity.seal:
        return "没有下发时的签章"
    if not hmac.compare_digest(identity.seal.encode("utf-8", "replace"), issue.seal.encode()):
        return "签章与下发时的不同"
    return ""
