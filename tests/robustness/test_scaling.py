"""Ten times the input takes at most fifteen times as long: readers, markers, notation, campaign; the strings are hostile.

What a quadratic step costs shows as a factor of up to 100, so the limit holds on a loaded machine, too: time is that of this
process alone, the best of several, and a miss is measured again before it counts.
"""

from __future__ import annotations

import contextlib
import gc
import time
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest

from tests.marked import hand_back
from tests.robustness.book import SHEET, Parts, pack, parts
from xltool import notation
from xltool.campaign.compare.similar_texts import pieces
from xltool.campaign.intake import marking, rounds
from xltool.campaign.intake.attribution import guesses
from xltool.campaign.intake.choice import choose
from xltool.campaign.intake.inbox import archive_of
from xltool.campaign.ledger.store import Head
from xltool.campaign.roster.sheet import Roster, RosterRow
from xltool.check import alike
from xltool.check.rules import _joined
from xltool.examine import Outcome
from xltool.expr.functions import text_functions
from xltool.findings import Finding, Severity, Status
from xltool.ooxml.limits import LIMITS
from xltool.read.book import areas, formats, sheet_xml
from xltool.read.book.active import of_formula, suspect
from xltool.read.book.cell_looks import look_of
from xltool.read.book.ods import read_ods
from xltool.read.book.values import SheetFacts
from xltool.read.book.xlsx import read_xlsx
from xltool.read.returned import locate
from xltool.writing import measure as shown
from xltool.writing import text as written

LONGEST = 32_767
FACTOR = 15
SORTED = 20  # what sorts or fills the caches of the machine, in a few milliseconds
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def seconds(work: Callable[[], object], rounds_: int, least: float = 0.0) -> float:
    """CPU seconds of one call, the best of several rounds; a round lasts at least so long. The collector waits outside."""
    best, calls = float("inf"), 1
    gc.disable()
    try:
        while rounds_:
            start = time.process_time()
            for _ in range(calls):
                work()
            spent = time.process_time() - start
            best = min(best, spent / calls)
            rounds_ -= spent >= least
            calls *= 1 if spent >= least else 4
    finally:
        gc.enable()
    return best


def factor(small: Callable[[], object], large: Callable[[], object]) -> float:
    """How many times longer the large one takes; measured again, with more patience, before it is too much."""
    found = 0.0
    for patience in (1, 3, 5):
        found = seconds(large, patience) / seconds(small, patience, 0.002)
        if found <= FACTOR:
            break
    return found


# --- texts: one cell of up to 32,767 characters ---

UNITS = (
    *[".", "1", "[", "]", "(", ")", "<", "-", "~", "/", "_", "'", "|", "第", "元", "万", "≥", "，", "年", "月", "％", "及"],
    *(" ", "\u3000", "\n", "[[", "1.", "1,", "1,000", "0.0", "2022年", "1-", "以上", "百分之", "_x000D_", '"', "]]", "\u0301"),
)  # fmt: skip
TEXTS: dict[str, Callable[[str], object]] = {
    "fold": notation.fold,
    "read_number 万元": lambda text: notation.read_number(text, "万元"),
    "read_number %": lambda text: notation.read_number(text, "%"),
    "read_measure": lambda text: notation.read_measure.__wrapped__(text, ""),
    "read_measure %": lambda text: notation.read_measure.__wrapped__(text, "%"),
    "read_measure 单位": lambda text: notation.read_measure.__wrapped__("3", text),
    "operator_of": notation.operator_of.__wrapped__,
    "leading_operator": notation.leading_operator,
    "read_interval": notation.read_interval.__wrapped__,
    "read_deadline": lambda text: notation.read_deadline.__wrapped__(text, 2022),
    "TRIM": text_functions.trimmed,
    "SUBSTITUTE": lambda text: text_functions.substituted(text, text[:1], "ab", Decimal(9)),
    "SEARCH": lambda text: text_functions.position("第三", "第" + text + "第三"),
    "unescape": sheet_xml.unescape,
    "number format": lambda text: (formats.is_date(164, text), formats.is_percent(164, text)),
    "formula": lambda text: of_formula(text, {"x"}),
    "part": lambda text: suspect(text.encode()),
    "alike": lambda text: alike.repeats(text[1:], text),
    "pieces": pieces,
    "clean": written.clean,
    "one_line": written.one_line,
    "for_cell": lambda text: written.for_cell(text + "\x01"),  # never by the short cut for clean texts
    "shorten": lambda text: shown.shorten(text, 60),
    "lines_needed": lambda text: shown.lines_needed(text, 40),
    "width": shown.width,
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str) -> None:
    function = TEXTS[name]

    def all_of(unit: str, length: int) -> None:
        body = (unit * (length // len(unit) + 1))[: length - 1]
        for text in (body, f"1{body[1:]}", f"{body[1:]}1", f"1{body[2:]}1"):
            with contextlib.suppress(ArithmeticError):  # not applicable
                function(text)

    slow = {}
    for unit in UNITS:
        found = factor(partial(all_of, unit, LONGEST // 10), partial(all_of, unit, LONGEST))
        if found > FACTOR:
            slow[unit] = round(found, 1)
    assert slow == {}


# --- parts of a workbook: many of something ---


def relation(number: int, kind: str, target: str, more: str = "") -> str:
    return f'<Relationship Id="x{number}" Type="{_OFFICE}/{kind}" Target="{target}"{more}/>'


def related(part: str, items: str) -> Parts:
    content, (folder, _, name) = parts(), part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels"
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    before = content.get(rels, empty.encode()).decode()
    return {**content, rels: before.replace("</Relationships>", f"{items}</Relationships>").encode()}


def sheet(old: str, new: str, content: Parts | None = None) -> Parts:
    content = content or parts()
    text = content[SHEET].decode()
    assert old in text
    return {**content, SHEET: text.replace(old, new, 1).encode()}


def commented(count: int, vml: str, authors: str = "") -> Parts:
    items = relation(1, "comments", "../odd/c.xml") + relation(2, "vmlDrawing", "../odd/v.vml")
    content = sheet(
        "</worksheet>", f'<legacyDrawing xmlns:r="{_OFFICE}" r:id="x2"/></worksheet>', related(SHEET, items)
    )
    ours = "".join(
        f'<comment ref="D{row}" authorId="0"><text><t>【审核】{row}</t></text></comment>' for row in range(5, 5 + count)
    )
    names = f"<authors><author>甲</author>{authors}</authors>"
    content["xl/odd/c.xml"] = f'<comments xmlns="{_MAIN}">{names}<commentList>{ours}</commentList></comments>'.encode()
    content["xl/odd/v.vml"] = f'<xml xmlns:v="v" xmlns:x="x">{vml}</xml>'.encode()
    return content


def note_box(row: int) -> str:
    return (
        f'<v:shape id="s{row}"><x:ClientData ObjectType="Note"><x:Row>{row}</x:Row><x:Column>3</x:Column>'
        "</x:ClientData></v:shape>"
    )


def mark_rule(row: int) -> str:
    return (
        f'<conditionalFormatting sqref="B{row}"><cfRule type="expression" priority="{row}"><formula>N("xltool-mark")=0'
        "</formula></cfRule></conditionalFormatting>"
    )


def many(count: int, make: Callable[[int], str]) -> str:
    return "".join(map(make, range(1, count + 1)))


def links(count: int) -> Parts:
    items = many(count, lambda n: relation(n, "hyperlink", "file:///c:/a.xlsx", ' TargetMode="External"'))
    made = many(count, lambda n: f'<hyperlink xmlns:r="{_OFFICE}" ref="B{n}" r:id="x{n}"/>')
    return sheet("<pageMargins", f"<hyperlinks>{made}</hyperlinks><pageMargins", related(SHEET, items))


def reviews(count: int) -> Parts:
    content = parts()
    book = content["xl/workbook.xml"].decode()
    made = many(count, lambda n: f'<sheet name="审核结果" sheetId="{n + 900}" xmlns:r="{_OFFICE}" r:id="x{n}"/>')
    content["xl/workbook.xml"] = book.replace("</sheets>", f"{made}</sheets>").encode()
    return {
        **related("xl/workbook.xml", many(count, lambda n: relation(n, "worksheet", "a.xml"))),
        "xl/workbook.xml": content["xl/workbook.xml"],
    }


BOOKS: dict[str, tuple[int, Callable[[int], Parts]]] = {
    "relationships to nothing": (3_000, lambda n: related("xl/workbook.xml", many(n, lambda i: relation(i, "x", f"a{i}")))),
    "old marks": (600, lambda n: sheet("<pageMargins", many(n, mark_rule) + "<pageMargins")),
    "blanks in a view": (100_000, lambda n: sheet("<sheetView ", "<sheetView" + " " * n)),
    "blanks in a value": (100_000, lambda n: sheet("<sheetView ", f'<sheetView x="{" " * n}" ')),
    "legacyDrawing without end": (30_000, lambda n: sheet("<pageMargins", f"<!--{'<legacyDrawing ' * n}--><pageMargins")),
    "columns": (3_000, lambda n: sheet("<cols>", "<cols>" + '<col min="1" max="200" width="9"/>' * n)),
    "our notes": (600, lambda n: commented(n, many(n, note_box))),
    "boxes without end": (10_000, lambda n: commented(1, "<v:shape id='a'>" * n)),
    "authors": (3_000, lambda n: commented(1, "", "<author>乙</author>" * n)),
    "links into the system": (600, links),
    "old reviews": (600, reviews),
    "formulas that fetch": (
        600,
        lambda n: sheet("</sheetData>", many(n, lambda i: f'<row r="{i + 900}"><c r="A{i + 900}"><f>RTD(1)</f></c></row>') + "</sheetData>"),
    ),
}  # fmt: skip


def marked(data: bytes, folder: Path) -> None:
    found = Finding("SG01", Severity.CORRECT, "差 0.19 万元。", "请核对。", "政府采购", ("C4", "D4", "Z9"))
    hand_back("自评表", data, Outcome("自评表.xlsx", (found,)), folder)


@pytest.mark.parametrize("name", BOOKS)
def test_marking(name: str, tmp_path: Path) -> None:
    count, make = BOOKS[name]
    small, large = pack(make(count)), pack(make(count * 10))
    assert factor(lambda: marked(small, tmp_path), lambda: marked(large, tmp_path)) <= FACTOR


def with_validations(count: int) -> Parts:
    areas_ = many(count, lambda n: f'<dataValidation type="whole" sqref="B{n}:C{n + 9}"/>')
    return sheet("<dataValidations", f"<dataValidations>{areas_}</dataValidations><dataValidations")


READ: dict[str, tuple[int, Callable[[int], Parts]]] = {
    "relationships": (3_000, lambda n: related(SHEET, many(n, lambda i: relation(i, "comments", "../odd/c.xml"))) | {"xl/odd/c.xml": b"<a>" + b"<comment/>" * n + b"</a>"}),
    "hidden columns": (3_000, lambda n: sheet("<cols>", "<cols>" + many(n, lambda i: f'<col min="{i}" max="{i}" hidden="1"/>'))),
    "validations": (3_000, with_validations),
    "number formats": (10_000, lambda n: {**parts(), "xl/styles.xml": f'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="{"[" * n}"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>'.encode()}),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_reading(name: str) -> None:
    count, make = READ[name]

    def read(data: bytes) -> None:
        look_of.cache_clear()  # each time as if for the first time
        book = read_xlsx(data, LIMITS)
        sheets = [sheet for sheet in book.sheets if sheet.title == "政府采购"]
        assert all(sheet.facts.hides((row, row)) in (True, False) for sheet in sheets for row in range(count // 10))

    small, large = pack(make(count)), pack(make(count * 10))
    assert factor(partial(read, small), partial(read, large)) <= FACTOR


def ods(count: int) -> bytes:
    """One long text, repeated over a thousand cells."""
    kinds = "office:value-type='string' table:number-columns-repeated='1000'"
    spaces = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'" for name in ("office", "table", "text")
    )
    cell = f"<table:table-cell {kinds}><text:p>{'字' * count * 100}</text:p></table:table-cell>"
    table = f"<table:table table:name='表'><table:table-row>{cell}</table:table-row></table:table>"
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
        archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return target.getvalue()


def findings(count: int) -> list[Finding]:
    return [Finding("SG01", Severity.CORRECT, f"{n}", "改", "表", (f"C{n}",), f"栏{n}") for n in range(count)]


def heads(count: int, department: Callable[[int], str] = str) -> list[Head]:
    return [
        Head(f"{n}/自评表.xlsx", f"{n:064x}", 9, n, "2023-03-01T08:00:00+08:00", True, "r", "i", "f", "1", department(n), "局", Status.ACCEPTED, "", 0, 1, 0, None, "", "")
        for n in range(count)
    ]  # fmt: skip


def roster(count: int) -> Roster:
    return Roster(
        tuple(RosterRow(n, {"部门编码": f"{n:06}", "部门名称": f"衡山县第{n:06}局"}) for n in range(count)), ()
    )


def hides(count: int) -> int:
    facts = SheetFacts(hidden_cols=tuple((2 * i, 2 * i) for i in range(count)))
    return sum(facts.hides((0, i)) for i in range(count))


def archived(count: int) -> list[str]:
    archives = dict.fromkeys(f"{i}.zip" for i in range(count))
    return [archive_of(f"{i}.zip/表.xlsx", archives) for i in range(count)]


COUNTS: dict[str, tuple[int, Callable[[int], object]]] = {
    "covered": (500, lambda n: areas.covered([(i, 0, i + 9, 9) for i in range(n)], [(i, i % 20) for i in range(n)])),
    "merged": (1_000, lambda n: areas.merged((i % 16_000, i % 16_000 + 3) for i in range(n))),
    "hides": (1_000, hides),
    "lost markers": (500, lambda n: locate._complete({2 * i: 2 * i for i in range(n)}, set(range(2 * n)))),
    "ods": (20, lambda n: read_ods(ods(n))),
    "copy names": (100, lambda n: marking._copy_names(heads(n))),
    "archives": (1_000, archived),
    "deep names": (100, lambda n: archive_of("a/" * n * 30, {"x": None})),
    "guesses": (100, lambda n: guesses(roster(n), [f"{i:06}衡山县第{i:06}局.pdf" for i in range(n)])),
    "rounds": (500, lambda n: rounds._matched(findings(n), findings(n))),
    "choices": (300, lambda n: marking.earlier_versions(choose(heads(n, lambda _: "101")))),
    "joined": (1_000, lambda n: _joined(findings(n))),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str) -> None:
    count, work = COUNTS[name]
    assert factor(partial(work, count), partial(work, count * 10)) <= SORTED


def test_a_quadratic_step_is_noticed() -> None:
    """The measure itself: what it is for, it finds."""

    def quadratic(count: int) -> int:
        return sum(1 for one in range(count) for other in range(count) if one == other)

    assert factor(partial(quadratic, 200), partial(quadratic, 2_000)) > FACTOR
