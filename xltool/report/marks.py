"""Changes inside a worksheet part, as edits of its bytes: our marks on cells, the old ones taken away.

Imports ``ooxml.package``. A mark is a conditional format with a formula that nobody else writes. A newcomer
would recolour the cells; then the department's own colours are gone, and nobody can tell next round which
red was ours. Everything else in the part, the cells above all, stays byte for byte as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from xltool.ooxml.package import NotPatchable

SIGNATURE = b"xltool-mark"
_FORMULA = 'N("xltool-mark")=0'
_REFERENCE = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}(:[A-Z]{1,3}[1-9][0-9]{0,6})?")
_BEFORE = frozenset(
    [
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "sheetCalcPr",
        "sheetProtection",
        "protectedRanges",
        "scenarios",
        "autoFilter",
        "sortState",
        "dataConsolidate",
        "customSheetViews",
        "mergeCells",
        "phoneticPr",
        "conditionalFormatting",
    ]
)
_HEAD = 20_000  # bytes in which the views of a sheet stand; they come before its cells
_CHUNK = 400  # references in one sqref
_MOST_BLANKS = 1_000  # blank cells of one colour with a rule of their own
_SELECTED = re.compile(rb"\s+tabSelected\s*=\s*([\"'])(?:1|true)\1")


@dataclass(slots=True)
class _Scan:
    """What one pass over the part found; positions are byte offsets."""

    root: str = ""
    depth: int = 0
    insert_at: int = -1
    end: int = -1
    priorities: list[tuple[int, int]] = field(default_factory=list)
    views: list[int] = field(default_factory=list)
    conditional: list[tuple[int, int]] = field(default_factory=list)
    start: int = 0
    cell: str = ""
    filled: set[str] = field(default_factory=set)


def valid(cell: str) -> bool:
    """Whether ``cell`` is an address or a range a mark can be put on."""
    return _REFERENCE.fullmatch(cell) is not None


def patch(part: bytes, marks: Mapping[int, Sequence[str]]) -> bytes:
    """Return the part without old marks, not selected, with new ones.

    Args:
        part: A worksheet, UTF-8 XML.
        marks: Differential format to addresses.

    Raises:
        NotPatchable: the part is not plain XML in UTF-8, or not a worksheet.
    """
    if not marks and SIGNATURE not in part and part.find(b"tabSelected", 0, _HEAD) < 0:
        return part
    scan = _scan(part)
    ours = [(start, end) for start, end in scan.conditional if SIGNATURE in part[start:end]]
    edits = [(start, end, b"") for start, end in ours]
    for start in scan.views:
        end = part.index(b">", start)
        if _SELECTED.search(part, start, end):
            edits.append((start, end, _SELECTED.sub(b"", part[start:end])))
    if marks and scan.root.rpartition(":")[2] == "worksheet":
        position = scan.insert_at if scan.insert_at >= 0 else scan.end
        if part[position : position + 1] != b"<":
            raise NotPatchable("工作表没有内容")
        edits.append((position, position, "".join(_rules(scan, _lowest(scan, ours), marks)).encode("ascii")))
    for start, end, new in sorted(edits, reverse=True):
        part = part[:start] + new + part[end:]
    return part


def _lowest(scan: _Scan, ours: Sequence[tuple[int, int]]) -> int:
    """The last priority in use by rules that stay: the form's own colours win over our marks."""
    stay = [number for at, number in scan.priorities if not any(start <= at < end for start, end in ours)]
    return max(stay, default=0)


def _rules(scan: _Scan, priority: int, marks: Mapping[int, Sequence[str]]) -> Iterator[str]:
    """A blank cell loses its mark when it is filled in; the others keep it until the next round."""
    prefix = scan.root[: -len("worksheet")]
    for format_, cells in marks.items():
        blank = dict.fromkeys([cell for cell in cells if ":" not in cell and cell not in scan.filled][:_MOST_BLANKS])
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


def _scan(part: bytes) -> _Scan:
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in part[:100]:
        raise NotPatchable("工作表不是 UTF-8 编码")
    scan, parser = _Scan(), expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        scan.depth += 1
        local = name.rpartition(":")[2]
        if scan.depth == 1:
            scan.root = name
        elif scan.depth == 2:
            scan.start = parser.CurrentByteIndex
            if local not in _BEFORE and scan.insert_at < 0:
                scan.insert_at = scan.start
        elif local == "sheetView" and scan.depth == 3:
            scan.views.append(parser.CurrentByteIndex)
        elif local == "c":
            scan.cell = attributes.get("r", "")
        elif local in ("v", "is", "f"):
            scan.filled.add(scan.cell)
        if local == "cfRule":
            number = attributes.get("priority", "0")
            scan.priorities.append((parser.CurrentByteIndex, int(number) if re.fullmatch("[0-9]{1,8}", number) else 0))

    def end(name: str) -> None:
        if scan.depth == 1:
            scan.end = parser.CurrentByteIndex
        elif scan.depth == 2 and name.rpartition(":")[2] == "conditionalFormatting":
            here = parser.CurrentByteIndex  # behind the tag if the element is empty, before it if not
            scan.conditional.append(
                (scan.start, part.index(b">", here) + 1 if part[here : here + 2] == b"</" else here)
            )
        scan.depth -= 1

    def doctype(*_: Any) -> None:
        raise NotPatchable("工作表含有 DOCTYPE")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise NotPatchable(f"工作表不是完好的 XML：{error}") from None
    return scan
