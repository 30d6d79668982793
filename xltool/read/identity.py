"""Who is this file from: the very hidden identity sheet, believed only as far as it can be checked.

Where the sheet is gone, the bureau's own copies of what was issued can still tell: by the issue number in the
file's properties, or by the department's name on a sheet with our marker. Without them nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from xltool.findings import Finding
from xltool.form import Shape
from xltool.form.layout import IDENTITY
from xltool.notation import fold
from xltool.ooxml.refused import Refused
from xltool.read import notices
from xltool.read.values import RawBook

_MARKER = re.compile(r"xltool:[^:]+:[0-9]+\Z")


@dataclass(frozen=True, slots=True)
class Identity:
    """What the workbook says of itself. ``finding``: how it was found, if not the usual way."""

    form: str
    version: str
    issue: str
    department: str
    shape: str
    finding: Finding | None = None


def identify(book: RawBook, issued: Mapping[str, Shape] | None = None) -> Identity:
    """Return the identity a workbook carries.

    Raises:
        Refused: it carries none, so it is not one of our templates.
    """
    for sheet in sorted(book.sheets, key=lambda sheet: (sheet.title != IDENTITY, not sheet.hidden)):
        if sheet.text(0, 0) != "xltool":
            continue
        last = min(max(row for row, _ in sheet.cells), 10_000)
        pairs = [(sheet.text(row, 0), sheet.text(row, 1)) for row in range(last + 1)]
        values = dict(pairs)
        shape = "".join(value for name, value in pairs if name == "shape")
        return Identity(
            values.get("form", ""),
            values.get("version", ""),
            values.get("issue", ""),
            values.get("department", ""),
            shape,
        )
    return _without_sheet(book, issued or {})


def _without_sheet(book: RawBook, issued: Mapping[str, Shape]) -> Identity:
    number = book.facts.properties.get("xltool_issue", "")
    if number in issued:
        return _from(issued[number], "文件属性里的编号")
    marked = [sheet for sheet in book.sheets if any(_is_marker(value) for value in sheet.cells.values())]
    if not marked:
        raise Refused(notices.NOT_OURS.finding())
    longest = 2 * max((len(shape.department_name) for shape in issued.values()), default=0) + 100
    typed = {value for sheet in marked for value in sheet.cells.values() if isinstance(value, str)}
    texts = {fold(value) for value in typed if len(value) <= longest}
    named = [shape for shape in issued.values() if fold(shape.department_name) in texts]
    if len(named) != 1:
        raise Refused(notices.COPIED.finding())
    return _from(named[0], f"表上的部门名称“{named[0].department_name[:40]}”")


def _is_marker(value: object) -> bool:
    return isinstance(value, str) and bool(_MARKER.match(value))


def _from(shape: Shape, what: str) -> Identity:
    finding = notices.BY_PROPERTIES.finding(what=what)
    return Identity(shape.form, shape.version, shape.issue, shape.department, shape.to_json(), finding)


def shape_of(identity: Identity) -> Shape:
    """Return the shape the workbook carries.

    Raises:
        Refused: it is damaged or contradicts the rest of the identity.
    """
    try:
        shape = Shape.from_json(identity.shape)
    except ValueError:
        raise Refused(notices.TAMPERED.finding()) from None
    if (shape.form, shape.version, shape.issue) != (identity.form, identity.version, identity.issue):
        raise Refused(notices.TAMPERED.finding())
    return shape
