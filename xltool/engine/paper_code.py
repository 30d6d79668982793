"""校验码: eight characters over what an official form shows, the same on paper, in the workbook and at the bureau.

Imports ``evaluation``. ``generate.sheets.foot`` writes the same arithmetic as formulas; the parity test holds them together. What is
covered follows from what the form prints: every number, and every short text (no 长文字). A newcomer would hash the text of
the cells, which no workbook without macros can do, or one long product, which binary floats cannot hold: everything here
stays far below 2^53, and two remainders of 20 bits each make the eight characters. It shows that two papers differ; it is no
signature, because whoever has the workbook can compute it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from xltool import expr, notation
from xltool.engine.evaluation import Evaluation
from xltool.engine.printed_code import PaperCode as PaperCode
from xltool.expr import NA
from xltool.form import Form, Issue, Key, Value
from xltool.form.definition.model import FieldType, Per, PrintSheet
from xltool.form.definition.paper import CODE
from xltool.form.layout.print_layout import PrintBox, PrintLayout, lay_out, title_of

BASIS = "1"
"""Raise it when the same form would get another code: what the ledger keeps is then examined again."""
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, O, 1, I: on paper they are taken for each other."""
PRIMES, ROW_PRIME = (1048573, 1048571), 67108859
STEP, STIR = 7919, 777787
"""The factor from one figure of a row to the next, and of the last remainders: neighbouring sums look unlike each other."""
ROW_WEIGHTS, WEIGHTS_PRIME = ((57, 1013), (43, 20011)), 1048573
"""What a row weighs in each half: row² · 57 + row · 1013, the row from 1."""
PLACES, LARGEST, NUMBER = 4, 10**9, 123457
"""Figures count to 4 places, up to 10^9; ``NUMBER`` tells 0 from a blank cell."""
REACH, PAD = 120, " "
"""How many characters of a row's texts count one by one, a space between two texts; beyond them only how many there are."""
SYMBOLS = (
    "0123456789 .,:%‰-+/*()<>=≥≤±~×≠ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "，。、；：（）“”—一二三四五六七八九十百千万亿两年月日季度底前后内上下天时分周个次人户名项件处所家座台辆套张份批场期类种公里米吨亩元角"
    "不低高于少多超过达成部未完已是否有无全按实应保尽合格及规标准好优良中差较显著明提升降长效持续改善满意基本正常"
)
"""Characters told from one another, counted from ``PAD``, which is 0; all others are alike.

Part of what the code is: never changed. It begins with no blank, which Gnumeric would drop from the cell.
"""
WEIGHT, LENGTH = (6101, 104729), 9973
"""What a character weighs by its place in the text: place² · 6101 + place · 104729, and each of them besides."""
_WEIGHTS = tuple((place * place * WEIGHT[0] + place * WEIGHT[1]) % WEIGHTS_PRIME for place in range(1, REACH + 1))
_AT = {char: place - SYMBOLS.index(PAD) for place, char in enumerate(SYMBOLS)}
_STRANGER = len(SYMBOLS) - SYMBOLS.index(PAD)
_ALONE = re.compile(r"T\((\w+)\)")


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A row of a form, from 0, with the cells that count. ``flows``: it belongs to the part whose length varies."""

    row: int
    texts: tuple[PrintBox, ...]
    numbers: tuple[PrintBox, ...]
    flows: bool


@lru_cache(maxsize=64)
def rows(form: Form, layout: PrintLayout) -> tuple[CodeRow, ...]:
    """Return what counts on a form, in order: from the top, in each row the texts, then the numbers."""
    lines: dict[int, list[PrintBox]] = {}
    flowing = range(0)
    for box in layout.boxes:
        lines.setdefault(box.row, []).append(box)
    if layout.flow is not None:
        flowing = range(layout.flow.top, layout.flow.top + len(layout.flow.items))
        lines |= {layout.flow.top + number: list(boxes) for number, boxes in enumerate(layout.flow.items)}
    found = []
    for row, boxes in sorted(lines.items()):
        texts = tuple(box for box in boxes if _is_text(form, box))
        numbers = tuple(box for box in boxes if box.formula and box.cell.unit)
        if texts or numbers:
            found.append(CodeRow(row, texts, numbers, row in flowing))
    return tuple(found)


@lru_cache(maxsize=16)
def _refs(form: Form) -> Mapping[tuple[str, int, int], tuple[str, ...]]:
    """The fields every cell of the official forms asks for."""
    return {
        at: tuple(symbol.id for symbol in bound.refs if symbol.id in form.fields) for at, bound in form.prints.items()
    }


def _is_text(form: Form, box: PrintBox) -> bool:
    """Whether a cell shows a short text that is filled in or follows from what is: no label, no title, no long text."""
    cell = box.cell
    if not box.formula or cell.unit or cell.style == "title" or cell.rows in ("level1", "level2", "table"):
        return False
    types = [form.fields[ident].field.type for ident in _refs(form)[box.formula]]
    return bool(types) and FieldType.LONG not in types


def typed_key(form: Form, box: PrintBox) -> Key | None:
    """Return the field a cell shows as it was typed, and nothing else; None for other cells."""
    named = _ALONE.fullmatch(box.cell.value) if box.cell.style == "left" and box.formula else None
    if named is None:
        return None
    item = form.field(named[1])
    info = form.fields[item.id]
    if item.type not in (FieldType.TEXT, FieldType.LONG) or not item.is_input:
        return None
    return Key(box.place.project if info.per_project else 0, item.id, box.place.first if info.table else 0)


def asked(form: Form, issue: Issue, layout: PrintLayout) -> list[Key]:
    """Return what the department itself fills in of a form: while all of it is blank, there is nothing to certify."""
    return [key for key in _asked(form, layout) if key not in issue.locked]


@lru_cache(maxsize=64)
def _asked(form: Form, layout: PrintLayout) -> tuple[Key, ...]:
    """What is filled in of a form, whoever does so."""
    boxes = [*layout.boxes, *(box for item in (layout.flow.items if layout.flow else ()) for box in item)]
    found: dict[Key, None] = {}
    for box in boxes:
        for ident in _refs(form)[box.formula] if box.formula else ():
            info = form.fields[ident]
            item, key = (
                info.field,
                Key(box.place.project if info.per_project else 0, ident, box.place.first if info.table else 0),
            )
            if item.is_input and not item.prefill and not item.default and bool(info.table) == bool(box.place.table):
                found[key] = None
    return tuple(sorted(found, key=lambda key: (key.id, key.project, key.row)))


def seeds(issue: Issue, sheet: PrintSheet, project: int) -> tuple[int, int]:
    """Return what the two remainders begin with: whose form it is, of which year."""
    own = (issue.projects[project - 1].code or f"#{project}") if project else ""
    who = "\n".join((issue.form, str(issue.year), issue.department, own, str(sheet.id)))
    digest = int.from_bytes(hashlib.sha256(who.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return digest % PRIMES[0], digest % PRIMES[1]


def number_term(value: Value) -> int:
    """Return what a number counts; a text in its place (—) counts by its length, a blank 0.

    >>> number_term(Decimal("0.00005")), number_term(Decimal(0)), number_term("—"), number_term("")
    (123458, 123457, 1, 0)
    """
    if not isinstance(value, Decimal):
        return len(value)
    within = max(Decimal(-LARGEST), min(Decimal(LARGEST), value))
    return int(within.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP).scaleb(PLACES)) + NUMBER


def text_term(texts: Sequence[str]) -> int:
    """Return what the texts of a row count: characters by their place in ``SYMBOLS`` and in the row, and how many there are.

    >>> text_term(["", ""]), text_term(["3", ""]) == text_term(["4", ""])
    (0, False)
    """
    row = PAD.join(texts)
    known = sum(_AT.get(char, _STRANGER) * weight for char, weight in zip(row, _WEIGHTS, strict=False))
    return known + (len(row) - len(texts) + 1) * LENGTH


def row_remainder(terms: Iterable[int]) -> int:
    """Return what the cells of a row come to."""
    result = 0
    for term in terms:
        result = (result * STEP + term) % ROW_PRIME
    return result


def weighed(half: int, remainders: Mapping[int, int], seed: int) -> int:
    """Return a half of the code as a number, from what rows (from 0) come to."""
    (a, b), prime = ROW_WEIGHTS[half], PRIMES[half]
    parts = (
        value * (((row + 1) ** 2 * a + (row + 1) * b) % WEIGHTS_PRIME) % prime for row, value in remainders.items()
    )
    return (seed + sum(parts)) % prime * STIR % prime


def spelt(first: int, second: int) -> str:
    """Return the two stirred remainders as a code.

    >>> spelt(0, 1048570)
    '2222-ZZZU'
    """
    return "-".join("".join(LETTERS[half // 32**at % 32] for at in (3, 2, 1, 0)) for half in (first, second))


def shown(evaluation: Evaluation, box: PrintBox, *, flows: bool) -> Value:
    """Return what a cell of an official form shows."""
    if not box.formula:
        return ""
    key = typed_key(evaluation.form, box)
    if key is not None:
        text = notation.text_of(evaluation.filled.reading(key).content)
        return text.replace("\n", " ") if flows else text
    value = expr.evaluate(evaluation.form.prints[box.formula], evaluation.env(box.place))
    return "" if value is NA or isinstance(value, bool) else value


def remainder(evaluation: Evaluation, line: CodeRow) -> int:
    """Return what a row comes to."""
    texts = [notation.text_of(shown(evaluation, box, flows=line.flows)) for box in line.texts]
    numbers = [number_term(shown(evaluation, box, flows=line.flows)) for box in line.numbers]
    return row_remainder([text_term(texts), *numbers] if texts else numbers)


def code(evaluation: Evaluation, sheet: PrintSheet, project: int) -> str:
    """Return the code of an official form, ``""`` while the department has filled in nothing of it."""
    form, issue = evaluation.form, evaluation.identity()
    layout = lay_out(evaluation.form, issue, sheet, project)
    wanted = asked(form, issue, layout)
    if wanted and not any(evaluation.value(key) != "" for key in wanted):
        return ""
    found = {line.row: remainder(evaluation, line) for line in rows(form, layout)}
    return spelt(*(weighed(half, found, seed) for half, seed in enumerate(seeds(issue, sheet, project))))


def codes(evaluation: Evaluation) -> tuple[PaperCode, ...]:
    """Return the codes of all printed forms that have one."""
    return tuple(_codes(evaluation))


def _codes(evaluation: Evaluation) -> Iterator[PaperCode]:
    projects = evaluation.filled.issue.projects
    for sheet in evaluation.form.spec.prints:
        for number in (0,) if sheet.per is Per.DEPARTMENT else range(1, len(projects) + 1):
            if made := code(evaluation, sheet, number):
                yield PaperCode(title_of(sheet, number), projects[number - 1].name if number else "", made, number)


_NO_LETTERS = "0O1I"
_FOLD = {**{0xFF01 + at: 0x21 + at for at in range(94)}, 0x3000: 0x20}
_SPACES = re.compile(r"[\s\-‐‑‒–—_－·.]+")


def folded(typed: str) -> str:
    """Return a code as somebody typed it in the way it is written: capitals, no hyphen or space, halfwidth, no name before it."""
    return _SPACES.sub("", typed.translate(_FOLD)).upper().removeprefix(CODE).lstrip("：:")


def strange(text: str) -> str:
    """Return the characters of a folded code that occur in no code, each once."""
    return "".join(dict.fromkeys(char for char in text if char not in LETTERS))


def unused(text: str) -> bool:
    """Whether one of the letters left out on purpose is among them.

    >>> folded(" 校验码：7k3m－92qd "), strange("7K3O"), unused("7K3O")
    ('7K3M92QD', 'O', True)
    """
    return any(char in _NO_LETTERS for char in text)
