"""What Excel would not take in a formula: of a cell, a conditional format, a validation, a name, a chart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import FORMULAE

from tests.audit.parsed import Area, Formula, Parsed, areas, outside_texts, texts, units

LONGEST, DEEPEST, LITERAL = 8192, 60, 255
_VOLATILE = frozenset(["NOW", "TODAY", "RAND", "RANDBETWEEN", "OFFSET", "INDIRECT", "CELL", "INFO"])
_SHEET = re.compile(r"'((?:[^']|'')+)'!|([^\s'\"!(),&=<>+\-*/^:;{}$]+)!")
_DIGITS = re.compile("[0-9]+")
_WHOLE = re.compile(r"[“”‘’，（）；：＝＋－]")


def longer_than_8192(book: Parsed) -> Iterator[str]:
    for one in book.formulas:
        if units(one.text) > LONGEST:
            yield f"{one.where} ({units(one.text)})"


def deeper_than_60(book: Parsed) -> Iterator[str]:
    """Excel takes 64 levels, functions and brackets alike."""
    for one in book.formulas:
        if (found := shape_of(one).depth) > DEEPEST:
            yield f"{one.where} ({found})"


def not_a_formula(book: Parsed) -> Iterator[str]:
    """A quotation mark too many, a bracket missing, two values side by side."""
    for one in book.formulas:
        if found := shape_of(one).fault:
            yield f"{one.where}: {found}: {one.text[:60]}"


def literal_over_255(book: Parsed) -> Iterator[str]:
    for one in book.formulas:
        if len(one.text) > LITERAL and any(units(text) > LITERAL for text in texts(one.text)):
            yield one.where


def functions_excel_2010_lacks(book: Parsed) -> Iterator[str]:
    for one in book.formulas:
        if unknown := shape_of(one).functions - FORMULAE:
            yield f"{one.where}: {', '.join(sorted(unknown))}"


def volatile(book: Parsed) -> Iterator[str]:
    """Calculated on every opening, so that closing asks to save."""
    for one in book.formulas:
        if found := shape_of(one).functions & _VOLATILE:
            yield f"{one.where}: {', '.join(sorted(found))}"


def search_by_wildcard(book: Parsed) -> Iterator[str]:
    """MATCH and its like find no text of more than 255 characters by ``?*``."""
    for one in book.formulas:
        if re.search(r'\b[HV]?(?:LOOKUP|MATCH)\("[^"]*[?*]', one.text):
            yield one.where


def sheet_that_is_not_there(book: Parsed) -> Iterator[str]:
    """Also the sheets that links lead to, in formulas and in cells."""
    known = {title.casefold() for title in book.titles}
    for one in book.formulas:
        if "!" not in one.text and "#" not in one.text:
            continue
        meant = [(quoted or plain) for quoted, plain in _SHEET.findall(outside_texts(one.text))]
        meant += [
            found[1] or found[2] for text in texts(one.text) if text[:1] == "#" and (found := _SHEET.match(text[1:]))
        ]
        for name in meant:
            if name.replace("''", "'").casefold() not in known and name != "#REF":
                yield f"{one.where}: {name}"
    for sheet in book.sheets:
        for link in sheet.all("hyperlink"):
            found = _SHEET.match(link.get("location") or "")
            if found and (found[1] or found[2]).replace("''", "'").casefold() not in known:
                yield f"{sheet.name}!{link.get('ref')}: {link.get('location')}"


def dead_reference(book: Parsed) -> Iterator[str]:
    for one in book.formulas:
        if "#REF!" in outside_texts(one.text):
            yield one.where


def conditional_format_of_another_sheet(book: Parsed) -> Iterator[str]:
    """Excel 2007 repairs it, and others keep it in an extension."""
    for one in book.formulas:
        if one.role == "conditional" and "!" in outside_texts(one.text):
            yield one.where


def without_a_result(book: Parsed) -> Iterator[str]:
    """A preview shows nothing, or an error."""
    for sheet in book.sheets:
        for cell in sheet.cells:
            if cell.formula is not None and (cell.value is None or cell.kind == "e"):
                yield f"{sheet.name}!{cell.ref}: {cell.value}"


def formula_in_a_text_cell(book: Parsed) -> Iterator[str]:
    """F2 and Enter would turn it into a text."""
    text = {
        number
        for number, one in enumerate(book.formats)
        if one.get("numFmtId") == "49" or book.codes.get(one.get("numFmtId")) == "@"
    }
    for sheet in book.sheets:
        for cell in sheet.cells:
            if cell.formula is not None and cell.style in text:
                yield f"{sheet.name}!{cell.ref}"


def unlocked_formula_without_a_word(book: Parsed) -> Iterator[str]:
    """A green corner, unless ``ignoredErrors`` names it."""
    unlocked = set()
    for number, one in enumerate(book.formats):
        protection = one.find("{*}protection")
        if protection is not None and protection.get("locked") == "0":
            unlocked.add(number)
    for sheet in book.sheets:
        known = [
            one
            for error in sheet.all("ignoredError")
            if error.get("unlockedFormula") == "1"
            for one in areas(error.get("sqref"))
        ]
        for cell in sheet.cells:
            here = Area(cell.row, cell.col, cell.row, cell.col)
            if cell.formula is not None and cell.style in unlocked and not any(map(here.meets, known)):
                yield f"{sheet.name}!{cell.ref}"


def calculated_on_opening(book: Parsed) -> Iterator[str]:
    """Closing would ask to save: whatever is cached is right, and no Excel shall take it for the work of an older one."""
    found = book.book.find("{*}calcPr")
    if found is None:
        if any(cell.formula is not None for sheet in book.sheets for cell in sheet.cells):
            yield "no calcPr"
        return
    if found.get("fullCalcOnLoad") in ("1", "true"):
        yield "fullCalcOnLoad"
    if found.get("calcMode", "auto") != "auto" or found.get("forceFullCalc") in ("1", "true"):
        yield f"calcMode {found.get('calcMode')}, forceFullCalc {found.get('forceFullCalc')}"
    if int(found.get("calcId", "0")) < 191029:
        yield f"calcId {found.get('calcId')}"


def shared_formulas(book: Parsed) -> Iterator[str]:
    """One column each; apart or within each other; no other sheet, no list of constants; every member has its first."""
    for sheet in book.sheets:
        masters: dict[str, str] = {}
        spans: dict[int, list[tuple[int, int, str]]] = {}
        for cell in sheet.cells:
            if cell.formula is None or cell.formula.get("t") != "shared":
                continue
            ident, ref = cell.formula.get("si"), cell.formula.get("ref")
            if ref is None and ident not in masters:
                yield f"{sheet.name}!{cell.ref}: shares number {ident}, which nothing begins"
            if ref is None:
                continue
            if ident in masters or not cell.formula.text:
                yield f"{sheet.name}!{cell.ref}: number {ident} begins twice or is empty"
            masters[ident] = ref
            (span,) = areas(ref)
            if (span.top, span.left) != (cell.row, cell.col) or span.left != span.right:
                yield f"{sheet.name}!{cell.ref}: {ref}"
            plain = outside_texts(cell.formula.text or "")
            if "!" in plain or "{" in plain:
                yield f"{sheet.name}!{cell.ref}: {plain[:60]}"
            spans.setdefault(span.left, []).append((span.top, span.bottom, ref))
        for column in spans.values():
            open_: list[tuple[int, str]] = []
            for top, bottom, ref in sorted(column, key=lambda one: (one[0], -one[1])):
                while open_ and open_[-1][0] < top:
                    open_.pop()
                if open_ and bottom > open_[-1][0]:
                    yield f"{sheet.name}!{ref} overlaps {open_[-1][1]}"
                open_.append((bottom, ref))


def right_below_a_filter(book: Parsed) -> Iterator[str]:
    """Excel takes the row for one more of the list, unless it is one of SUBTOTALs."""
    for sheet in book.sheets:
        for one in sheet.all("autoFilter"):
            (list_,) = areas(one.get("ref"))
            below = [
                cell
                for cell in sheet.cells
                if cell.row == list_.bottom + 1 and list_.left <= cell.col <= list_.right and cell.value is not None
            ]
            if below and not any(c.formula is not None and "SUBTOTAL(" in (c.formula.text or "") for c in below):
                yield f"{sheet.name}!{below[0].ref}"


class Shape:
    """What does not depend on the numbers in a formula: how deep it is, what it calls, whether it can be read."""

    def __init__(self, text: str) -> None:
        self.depth, self.functions, self.fault = 0, set[str](), ""
        if text.startswith("="):
            self.fault = "begins with ="
        if _WHOLE.search(re.sub(r"'(?:[^']|'')*'", "", outside_texts(text))):
            self.fault = "full-width signs"
        try:
            tokens = Tokenizer(f"={text}").items
        except (TokenizerError, IndexError) as error:
            self.fault = str(error)
            return
        self._walk(tokens)

    def _walk(self, tokens: list[Token]) -> None:
        depth, apart = 0, False
        before: Token | None = None
        for token in tokens:
            if token.type == Token.WSPACE:
                apart = True  # between two ranges: what they have in common
                continue
            if token.type in (Token.FUNC, Token.PAREN, Token.ARRAY):
                depth += {Token.OPEN: 1, Token.CLOSE: -1}.get(token.subtype, 0)
                self.depth = max(self.depth, depth)
            if token.type == Token.FUNC and token.subtype == Token.OPEN:
                self.functions.add(token.value[:-1].rpartition(":")[2].upper())
            begins = token.type == Token.OPERAND or token.subtype == Token.OPEN
            shared_cells = apart and before is not None and token.subtype == before.subtype == Token.RANGE
            if begins and not shared_cells and before is not None and _ends(before):
                self.fault = f"{token.value[:20]!r} stands directly behind {before.value[:20]!r}"
            if token.type == Token.OPERAND and token.subtype != Token.TEXT and '"' in token.value.partition("'!")[2]:
                self.fault = "a quotation mark outside a text"
            before, apart = token, False
        if depth or (before is not None and before.type in (Token.OP_IN, Token.OP_PRE, Token.SEP)):
            self.fault = "ends too early"


def _ends(token: Token) -> bool:
    return bool(token.type == Token.OPERAND or token.subtype == Token.CLOSE)


_shape = cache(Shape)


def shape_of(formula: Formula) -> Shape:
    """Formulas of many rows differ in numbers only: they are taken apart once."""
    return _shape(_DIGITS.sub("1", formula.text))


RULES = (
    longer_than_8192,
    deeper_than_60,
    not_a_formula,
    literal_over_255,
    functions_excel_2010_lacks,
    volatile,
    search_by_wildcard,
    sheet_that_is_not_there,
    dead_reference,
    conditional_format_of_another_sheet,
    without_a_result,
    formula_in_a_text_cell,
    unlocked_formula_without_a_word,
    calculated_on_opening,
    shared_formulas,
    right_below_a_filter,
)
