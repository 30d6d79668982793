"""What Excel would repair or show wrongly on a sheet: texts, areas, validations, dates, links, order of parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise

from tests.audit.parsed import COLS, MAIN, ROWS, Area, Parsed, area, areas, outside_texts, units

TEXT, WIDEST, HIGHEST, LINKS = 32767, 255, 409.5, 65530
_WORKSHEET = [
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
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]
_BOOK = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
]
_STYLES = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
]
_DATE = re.compile(r"[ymdhs]|AM/PM", re.IGNORECASE)
_BUILT_IN_DATES = frozenset(map(str, [*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)]))
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?")
_LAST_DAY = 2_958_465


def text_over_32767(book: Parsed) -> Iterator[str]:
    for sheet in book.sheets:
        for cell in sheet.cells:
            text = book.text_of(cell)
            if text is not None and units(text) > TEXT:
                yield f"{sheet.name}!{cell.ref} ({units(text)})"


def value_that_cannot_be(book: Parsed) -> Iterator[str]:
    """A number that is none, a text or a format that is not there."""
    for sheet in book.sheets:
        for cell in sheet.cells:
            where = f"{sheet.name}!{cell.ref}: {cell.kind} {cell.value}"
            if not 0 <= cell.style < len(book.formats):
                yield f"{where}, format {cell.style}"
            if cell.value is None:
                if cell.kind in ("s", "inlineStr"):
                    yield where
                continue
            if (
                (cell.kind == "s" and book.text_of(cell) is None)
                or (cell.kind == "n" and not _NUMBER.fullmatch(cell.value))
                or (cell.kind == "b" and cell.value not in ("0", "1"))
                or cell.kind not in ("s", "n", "b", "str", "inlineStr", "e")
            ):
                yield where


def date_before_1900(book: Parsed) -> Iterator[str]:
    """Excel shows a row of hash signs."""
    days = set()
    for number, one in enumerate(book.formats):
        code = re.sub(r'"[^"]*"|\[[^]]*]|\\.', "", book.codes.get(one.get("numFmtId"), ""))
        if one.get("numFmtId") in _BUILT_IN_DATES or _DATE.search(code.replace("General", "")):
            days.add(number)
    for sheet in book.sheets:
        for cell in sheet.cells:
            day = cell.style in days and cell.kind == "n" and _NUMBER.fullmatch(cell.value or "")
            if day and not 0 <= float(day[0]) < _LAST_DAY + 1:
                yield f"{sheet.name}!{cell.ref}: {cell.value}"


def rows_or_cells_out_of_order(book: Parsed) -> Iterator[str]:
    for sheet in book.sheets:
        rows = [int(row.get("r", "0")) for row in sheet.all("row")]
        if any(one >= other for one, other in pairwise(rows)) or (rows and not 1 <= rows[0] <= rows[-1] <= ROWS):
            yield f"{sheet.name}: rows"
        for one, other in pairwise(sheet.cells):
            if (one.row, one.col) >= (other.row, other.col) or other.col > COLS:
                yield f"{sheet.name}!{other.ref}"
        for row in sheet.all("row"):
            if any(not (cell.get("r") or "").endswith(row.get("r")) for cell in row.iter(f"{MAIN}c")):
                yield f"{sheet.name}: row {row.get('r')}"


def widths_and_heights(book: Parsed) -> Iterator[str]:
    """Columns are described in order, each once; 255 characters wide and 409.5 points high at most."""
    for sheet in book.sheets:
        found = [(int(one.get("min")), int(one.get("max")), float(one.get("width", "9"))) for one in sheet.all("col")]
        for first, last, width in found:
            if not 1 <= first <= last <= COLS or not 0 <= width <= WIDEST:
                yield f"{sheet.name}: columns {first}-{last}, {width} wide"
        for one, other in pairwise(found):
            if one[1] >= other[0]:
                yield f"{sheet.name}: columns {other[0]}-{other[1]} twice or out of order"
        for row in sheet.all("row"):
            if not 0 <= float(row.get("ht", "15")) <= HIGHEST:
                yield f"{sheet.name}: row {row.get('r')}, {row.get('ht')} high"


def merged_cells(book: Parsed) -> Iterator[str]:
    """They do not overlap, are more than one cell, and hide no content."""
    for sheet in book.sheets:
        yield from (f"{sheet.name}!{pair}" for pair in _meeting(sheet.merged))
        hidden: dict[tuple[int, int], str] = {}
        for ref, one in sheet.merged:
            if (one.top, one.left) == (one.bottom, one.right):
                yield f"{sheet.name}!{ref} is one cell"
            if one.bottom - one.top < 500 and one.right - one.left < 500:
                hidden.update(
                    ((row, col), ref)
                    for row in range(one.top, one.bottom + 1)
                    for col in range(one.left, one.right + 1)
                    if (row, col) != (one.top, one.left)
                )
        for cell in sheet.cells:
            if cell.value is not None and (cell.row, cell.col) in hidden:
                yield f"{sheet.name}!{cell.ref} is hidden in {hidden[cell.row, cell.col]}"


def _meeting(found: Iterable[tuple[str, Area]]) -> Iterator[str]:
    """Areas in order of their rows: those that share cells."""
    for (one, first), (other, second) in combinations(sorted(found, key=lambda item: item[1]), 2):
        if first.meets(second):
            yield f"{one} and {other} overlap"


def validations(book: Parsed) -> Iterator[str]:
    """What a list and a rule may be long; one rule for a cell."""
    for sheet in book.sheets:
        seen: list[tuple[str, Area]] = []
        for rule in sheet.all("dataValidation"):
            where = f"{sheet.name}!{rule.get('sqref')}"
            seen += [(where, one) for one in areas(rule.get("sqref"))]
            for name, most in (("promptTitle", 32), ("errorTitle", 32), ("prompt", 255), ("error", 255)):
                if units(rule.get(name, "")) > most:
                    yield f"{where}: {name} ({units(rule.get(name, ''))})"
            for formula in rule:
                text = formula.text or ""
                if units(text) > 255 or (rule.get("type") == "list" and text.startswith('"') and units(text) > 257):
                    yield f"{where}: formula ({units(text)})"
            if rule.get("type") == "list" and not (rule.findtext(f"{MAIN}formula1") or ""):
                yield f"{where}: an empty list"
        yield from _meeting(seen)
        if len(seen) > 65_534:
            yield f"{sheet.name}: {len(seen)} validations"


def conditional_formats(book: Parsed) -> Iterator[str]:
    """Each has an area, an order of its own and a look that is there."""
    looks = book.styles.find(f"{MAIN}dxfs")
    for sheet in book.sheets:
        orders = Counter(rule.get("priority") for rule in sheet.all("cfRule"))
        yield from (f"{sheet.name}: priority {order} twice" for order, times in orders.items() if times > 1)
        for one in sheet.all("conditionalFormatting"):
            if not areas(one.get("sqref")):
                yield f"{sheet.name}: no area"
        for rule in sheet.all("cfRule"):
            look = rule.get("dxfId")
            if look is not None and (looks is None or int(look) >= len(looks)):
                yield f"{sheet.name}: look {look}"
            if any(units(one.text or "") > 8192 for one in rule.iter(f"{MAIN}formula")):
                yield f"{sheet.name}: formula"


def links(book: Parsed) -> Iterator[str]:
    for sheet in book.sheets:
        found = list(sheet.all("hyperlink"))
        if len(found) > LINKS:
            yield f"{sheet.name}: {len(found)}"
        for one in found:
            where = f"{sheet.name}!{one.get('ref')}"
            idents = [value for name, value in one.attrib.items() if name.endswith("}id")]
            targets = [sheet.relations[ident][1] for ident in idents if ident in sheet.relations]
            if len(targets) < len(idents) or not (idents or one.get("location")):
                yield f"{where} leads nowhere"
            if any(units(text) > 2079 for text in (*targets, one.get("location") or "")):
                yield f"{where} is too long"
            if units(one.get("tooltip") or "") > 255:
                yield f"{where}: tip"


def headers_and_footers(book: Parsed) -> Iterator[str]:
    for sheet in book.sheets:
        for holder in sheet.all("headerFooter"):
            for one in holder:
                if units(one.text or "") > 255:
                    yield f"{sheet.name}: {one.tag.partition('}')[2]} ({units(one.text or '')})"


def filters(book: Parsed) -> Iterator[str]:
    """The hidden name of a filter and the filter are of the same cells."""
    for index, sheet in enumerate(book.sheets):
        refs = [one.get("ref") for one in sheet.root.findall(f"{MAIN}autoFilter")]
        names = [
            text.rpartition("!")[2].replace("$", "")
            for name, owner, text in book.defined
            if name == "_xlnm._FilterDatabase" and owner == str(index)
        ]
        if names and refs and [area(ref) for ref in names] != [area(ref) for ref in refs]:
            yield f"{sheet.name}: {refs} {names}"
        if any(
            one.meets(other) for ref in refs for one in areas(ref) for text, other in sheet.merged if other[0] > one[0]
        ):
            yield f"{sheet.name}: merged cells within the filter"


def tables(book: Parsed) -> Iterator[str]:
    """Headings differ, and are what stands in the cells; names differ."""
    called: Counter[str] = Counter()
    for sheet in book.sheets:
        shown = {(cell.row, cell.col): book.text_of(cell) for cell in sheet.cells}
        for kind, part, _ in sheet.relations.values():
            if kind != "table":
                continue
            root = book.trees[part]
            called[(root.get("displayName") or "").casefold()] += 1
            heads = [one.get("name") or "" for one in root.iter(f"{MAIN}tableColumn")]
            twice = [head for head, times in Counter(map(str.casefold, heads)).items() if times > 1]
            if twice:
                yield f"{sheet.name}: {root.get('displayName')} has {'、'.join(twice)} twice"
            (where,) = areas(root.get("ref"))
            if where.right - where.left + 1 != len(heads):
                yield f"{sheet.name}: {root.get('displayName')} has {len(heads)} headings for {root.get('ref')}"
            elif root.get("headerRowCount", "1") != "0":
                for col, head in enumerate(heads, start=where.left):
                    text = shown.get((where.top, col))
                    if text is None or text.replace("\n", "_x000a_") not in (head, head.replace("\n", "_x000a_")):
                        yield f"{sheet.name}: {root.get('displayName')}, {head} stands above as {text}"
    yield from (f"the name {name} twice" for name, times in called.items() if times > 1)


def selected_sheets(book: Parsed) -> Iterator[str]:
    """One sheet is open, and it can be seen: of several selected, typing would go into all."""
    picked = [
        sheet.name for sheet in book.sheets if any(one.get("tabSelected") == "1" for one in sheet.all("sheetView"))
    ]
    if len(picked) > 1:
        yield f"selected together: {'、'.join(picked)}"
    shown = [one.get("state", "visible") for one in book.book.iter(f"{MAIN}sheet")]
    views = list(book.book.iter(f"{MAIN}workbookView"))
    active = int(views[0].get("activeTab", "0")) if views else 0
    if active >= len(shown) or shown[active] != "visible":
        yield f"the sheet that opens is number {active}: {shown[active : active + 1]}"
    first = int(views[0].get("firstSheet", "0")) if views else 0
    if first >= len(shown):
        yield f"first tab {first}"


def print_areas(book: Parsed) -> Iterator[str]:
    """Fixed, for LibreOffice and openpyxl; cells of the sheet itself."""
    titles = book.titles
    for name, owner, text in book.defined:
        if name not in ("_xlnm.Print_Area", "_xlnm.Print_Titles"):
            continue
        if owner is None or int(owner) >= len(titles):
            yield f"{name} of no sheet"
            continue
        here = re.escape(titles[int(owner)].replace("'", "''"))
        ref = r"\$?[A-Z]{1,3}\$?[0-9]+(:\$?[A-Z]{1,3}\$?[0-9]+)?|\$?[A-Z]+:\$?[A-Z]+|\$?[0-9]+:\$?[0-9]+"
        one = rf"('{here}'|{here})!({ref})"
        # A name behind an area: what the two have in common, so that Excel prints as far as there is something.
        if not re.fullmatch(rf"{one}(,{one})*( [^\W\dA-Za-z]\w*)?", text):
            yield f"{titles[int(owner)]}: {outside_texts(text)[:80]}"


def order_of_elements(book: Parsed) -> Iterator[str]:
    """Excel takes a part whose elements stand in another order for damaged."""
    parts = [(sheet.name, sheet.root, _WORKSHEET) for sheet in book.sheets]
    for name, root, order in [*parts, ("workbook", book.book, _BOOK), ("styles", book.styles, _STYLES)]:
        tags = [one.tag.partition("}")[2] for one in root if isinstance(one.tag, str) and one.tag.startswith(MAIN)]
        if any(tag not in order for tag in tags):
            yield f"{name}: {[tag for tag in tags if tag not in order]}"
            continue
        places = [order.index(tag) for tag in tags]
        if places != sorted(places) or any(n > 1 for tag, n in Counter(tags).items() if tag != "conditionalFormatting"):
            yield f"{name}: {' '.join(tags)}"


RULES = (
    text_over_32767,
    value_that_cannot_be,
    date_before_1900,
    rows_or_cells_out_of_order,
    widths_and_heights,
    merged_cells,
    validations,
    conditional_formats,
    links,
    headers_and_footers,
    filters,
    tables,
    selected_sheets,
    print_areas,
    order_of_elements,
)
