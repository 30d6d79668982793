"""Changes inside a worksheet part, as edits of its bytes: our marks on cells, the old ones taken away.

Imports ``ooxml.package`` and ``report.sheet_scan``. A mark is a conditional format with a formula that nobody else writes. A newcomer
would recolour the cells; then the department's own colours are gone, and nobody can tell next round which
red was ours. Everything else in the part, the cells above all, stays byte for byte as it was.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from xltool.ooxml.package import NotPatchable
from xltool.report.marked_copy.sheet_scan import Scan, SheetEdits, attributes_at

SIGNATURE = b"xltool-mark"
_FORMULA = 'N("xltool-mark")=0'
_REFERENCE = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}(:[A-Z]{1,3}[1-9][0-9]{0,6})?")
_HEAD = 20_000  # bytes in which the views of a sheet stand; they come before its cells
_CHUNK = 400  # references in one sqref
_MOST_BLANKS = 1_000  # blank cells of one colour with a rule of their own


def valid(cell: str) -> bool:
    """Whether ``cell`` is an address or a range a mark can be put on."""
    return _REFERENCE.fullmatch(cell) is not None


def mark(sheet: SheetEdits, marks: Mapping[int, Sequence[str]]) -> None:
    """Take old marks off a sheet and put new ones on it; it is not selected any more.

    Args:
        sheet: A worksheet, UTF-8 XML.
        marks: Differential format to addresses.

    Raises:
        NotPatchable: the part is not plain XML in UTF-8, or not a worksheet.
    """
    part = sheet.part
    if not marks and SIGNATURE not in part and part.find(b"tabSelected", 0, _HEAD) < 0:
        return
    found = sheet.found
    ours = [(start, end) for start, end in found.conditional if part.find(SIGNATURE, start, end) >= 0]
    sheet.edits += [(start, end, b"") for start, end in ours]
    selected = ((a, b) for view in found.views for name, a, b in attributes_at(part, view) if name == b"tabSelected")
    sheet.edits += [(start, end, b"") for start, end in selected]
    if marks and found.root.rpartition(":")[2] == "worksheet":
        position = found.marks_at if found.marks_at >= 0 else found.end
        if part[position : position + 1] != b"<":
            raise NotPatchable("工作表没有内容")
        rules = "".join(_rules(found, _lowest(found, ours), marks)).encode("ascii")
        sheet.edits.append((position, position, rules))


def _lowest(found: Scan, ours: Sequence[tuple[int, int]]) -> int:
    """The last priority in use by rules that stay: the form's own colours win over our marks."""
    starts = [start for start, _ in ours]

    def stays(at: int) -> bool:
        index = bisect_right(starts, at) - 1
        return index < 0 or at >= ours[index][1]

    return max((number for at, number in found.priorities if stays(at)), default=0)


def _rules(found: Scan, priority: int, marks: Mapping[int, Sequence[str]]) -> Iterator[str]:
    """A blank cell loses its mark when it is filled in; the others keep it until the next round."""
    prefix = found.prefix
    for format_, cells in marks.items():
        blank = dict.fromkeys([cell for cell in cells if ":" not in cell and cell not in found.filled][:_MOST_BLANKS])
        lasting = [cell for cell in cells if cell not in blank]
        groups = [(lasting[first : first + _CHUNK], _FORMULA) for first in range(0, len(lasting), _CHUNK)]
        groups += [([cell], f"AND({_FORMULA},ISBLANK({_absolute(cell)}))") for cell in blank]
        for group, formula in groups:
            priority += 1
            yield (
                f'<{prefix}conditionalFormatting sqref="{" ".join(group)}">'
                f'<{prefix}cfRule type="expression" dxfId="{format_}" priority="{priority}">'
                f"<{prefix}formula>{formula}</{prefix}formula></{prefix}cfRule></{prefix}conditionalFormatting>"
            )


def _absolute(cell: str) -> str:
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"
