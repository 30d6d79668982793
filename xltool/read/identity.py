"""Who is this file from: the very hidden identity sheet, believed only as far as it can be checked."""

from __future__ import annotations

from dataclasses import dataclass

from xltool.form import Shape
from xltool.read import notices
from xltool.read.sniff import Refused
from xltool.read.values import RawBook


@dataclass(frozen=True, slots=True)
class Identity:
    """What the workbook says of itself."""

    form: str
    version: str
    issue: str
    department: str
    shape: str


def identify(book: RawBook) -> Identity:
    """Return the identity a workbook carries.

    Raises:
        Refused: it carries none, so it is not one of our templates.
    """
    for sheet in book.sheets:
        if sheet.text(0, 0) != "xltool":
            continue
        last = max(row for row, _ in sheet.cells)
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
    raise Refused(notices.NOT_OURS.finding())


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
