"""A workbook's parts, read once for all rules: sheets, cells, formulas, styles. Nothing of the tool is used here."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_IDENT = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ROWS, COLS = 1_048_576, 16_384
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})\Z")


class Area(NamedTuple):
    """Corners, 1-based, both within."""

    top: int
    left: int
    bottom: int
    right: int

    def meets(self, other: Area) -> bool:
        return not (
            self.bottom < other.top or other.bottom < self.top or self.right < other.left or other.right < self.left
        )


class Cell(NamedTuple):
    """``style``: index of its format; ``kind``: what its value is, as the part says; ``formula``: its element."""

    ref: str
    row: int
    col: int
    style: int
    kind: str
    formula: Any
    value: str | None


class Formula(NamedTuple):
    """``where``: sheet and place; ``role``: cell, conditional, validation, name or chart."""

    where: str
    role: str
    text: str


def place(ref: str) -> tuple[int, int]:
    """Row and column of a cell, 1-based.

    >>> place("C4"), place("$AA$10")
    ((4, 3), (10, 27))
    """
    found = _CELL.match(ref)
    if found is None:
        raise ValueError(f"{ref!r} is no cell")
    col = 0
    for letter in found[1]:
        col = col * 26 + ord(letter) - 64
    return int(found[2]), col


def area(ref: str) -> Area:
    """The area of ``A1`` or ``A1:B2``; whole columns and rows reach to the end.

    >>> area("B2:C9").bottom, area("1:3").right, area("A:B").bottom
    (9, 16384, 1048576)
    """
    first, _, last = ref.replace("$", "").partition(":")
    last = last or first
    if first.isdigit():
        return Area(int(first), 1, int(last), COLS)
    if first.isalpha():
        return Area(1, place(f"{first}1")[1], ROWS, place(f"{last}1")[1])
    return Area(*place(first), *place(last))


def areas(sqref: str | None) -> list[Area]:
    return [area(ref) for ref in (sqref or "").split()]


def outside_texts(formula: str) -> str:
    """The formula with every literal text empty; quotation marks in the name of a sheet are no text."""
    return re.sub(
        r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""", lambda found: found[0] if found[0][0] == "'" else '""', formula
    )


def texts(formula: str) -> list[str]:
    """The literal texts of a formula, as they read."""
    found = re.findall(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""", formula)
    return [text[1:-1].replace('""', '"') for text in found if text[0] == '"']


def _inline(held: Any) -> str | None:
    return None if held is None else "".join(held.itertext(f"{MAIN}t"))


def units(text: str) -> int:
    """How many characters Excel counts: those outside the basic plane are two."""
    return len(text) + sum(char > "\uffff" for char in text)


@dataclass
class Sheet:
    """``relations``: id to kind, target, and whether the target is outside."""

    name: str
    state: str
    part: str
    root: Any
    relations: dict[str, tuple[str, str, bool]]

    @cached_property
    def cells(self) -> list[Cell]:
        found = []
        for one in self.root.iter(f"{MAIN}c"):
            ref, kind = one.get("r", ""), one.get("t", "n")
            value = _inline(one.find(f"{MAIN}is")) if kind == "inlineStr" else one.findtext(f"{MAIN}v")
            row, col = place(ref)
            found.append(Cell(ref, row, col, int(one.get("s", "0")), kind, one.find(f"{MAIN}f"), value))
        return found

    def all(self, tag: str) -> Iterator[Any]:
        return iter(self.root.iter(f"{MAIN}{tag}"))

    @cached_property
    def merged(self) -> list[tuple[str, Area]]:
        return [(one.get("ref"), area(one.get("ref"))) for one in self.all("mergeCell")]


@dataclass
class Parsed:
    """``names``: of the parts, as the archive lists them; ``trees``: the XML of those that are XML."""

    names: list[str]
    parts: dict[str, bytes]
    trees: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, data: bytes) -> Parsed:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            made = cls(names, {name: archive.read(name) for name in names})
        for name, part in made.parts.items():
            if name.endswith((".xml", ".rels")):
                made.trees[name] = etree.fromstring(part)
        return made

    def relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        folder, name = posixpath.split(part)
        tree = self.trees.get(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
        found: dict[str, tuple[str, str, bool]] = {}
        for one in tree if tree is not None else ():
            target, outside = one.get("Target"), one.get("TargetMode") == "External"
            if not outside:
                target = (
                    target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                )
            found[one.get("Id")] = one.get("Type").rpartition("/")[2], target, outside
        return found

    @property
    def book(self) -> Any:
        return self.trees["xl/workbook.xml"]

    @cached_property
    def sheets(self) -> list[Sheet]:
        known = self.relations("xl/workbook.xml")
        found = []
        for one in self.book.iter(f"{MAIN}sheet"):
            _, part, _ = known[one.get(_IDENT)]
            if "/worksheets/" in part:
                made = Sheet(one.get("name"), one.get("state", "visible"), part, self.trees[part], self.relations(part))
                found.append(made)
        return found

    @property
    def titles(self) -> list[str]:
        return [one.get("name") for one in self.book.iter(f"{MAIN}sheet")]

    @cached_property
    def strings(self) -> list[str]:
        tree = self.trees.get("xl/sharedStrings.xml")
        return ["".join(item.itertext(f"{MAIN}t")) for item in tree] if tree is not None else []

    @property
    def styles(self) -> Any:
        return self.trees["xl/styles.xml"]

    @cached_property
    def formats(self) -> list[Any]:
        return list(self.styles.find(f"{MAIN}cellXfs"))

    @cached_property
    def codes(self) -> dict[str, str]:
        """Custom number formats by their number."""
        return {one.get("numFmtId"): one.get("formatCode") for one in self.styles.iter(f"{MAIN}numFmt")}

    @cached_property
    def defined(self) -> list[tuple[str, str | None, str]]:
        """Name, index of the sheet it belongs to, what it stands for."""
        found = self.book.iter(f"{MAIN}definedName")
        return [(one.get("name"), one.get("localSheetId"), one.text or "") for one in found]

    @cached_property
    def formulas(self) -> list[Formula]:
        found = [Formula(name, "name", text) for name, _, text in self.defined]
        for sheet in self.sheets:
            found += [
                Formula(f"{sheet.name}!{cell.ref}", "cell", cell.formula.text)
                for cell in sheet.cells
                if cell.formula is not None and cell.formula.text
            ]
            for rule in sheet.all("cfRule"):
                where = f"{sheet.name}!{rule.getparent().get('sqref')}"
                found += [Formula(where, "conditional", one.text or "") for one in rule.iter(f"{MAIN}formula")]
            for rule in sheet.all("dataValidation"):
                where = f"{sheet.name}!{rule.get('sqref')}"
                found += [Formula(where, "validation", one.text) for one in rule if one.text]
        for name in self.charts:
            found += [Formula(name, "chart", one.text) for one in self.trees[name].iter("{*}f") if one.text]
        return found

    @property
    def charts(self) -> list[str]:
        return [name for name in self.trees if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]

    def text_of(self, cell: Cell) -> str | None:
        """The text that a cell shows; None if it is no text."""
        if cell.kind == "s":
            number = int(cell.value or "-1")
            return self.strings[number] if 0 <= number < len(self.strings) else None
        return cell.value if cell.kind in ("str", "inlineStr") else None
