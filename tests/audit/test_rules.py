"""Every rule of the audit finds what it is for: a workbook without fault, broken in one place at a time."""

from __future__ import annotations

import re
import zipfile
from functools import cache
from io import BytesIO

import pytest
import xlsxwriter

from tests.audit import RULES, audit

ONE, TWO, BOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml"
DEEP = "IF(A1," * 61 + "1" + ")" * 61
LONG = "长" * 256


@cache
def whole() -> bytes:
    """A workbook that has a bit of everything."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.calc_on_load, book.calc_id = False, 191029
    one, two = book.add_worksheet("表 一"), book.add_worksheet("表二")
    unlocked, text = book.add_format({"locked": False}), book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    one.write_formula("A1", "=SUM(B1:B3)", None, 6)
    one.write_formula("A2", "='表 一'!A1&\"是\"", None, "6是")
    one.write_formula("A3", "=B3*2", unlocked, 6)
    one.write_formula("A4", '=HYPERLINK("#表二!A1","去")', None, "去")
    one.ignore_errors({"formula_unlocked": "A3"})
    one.write_column("B1", [1, 2, 3])
    one.write_string("C1", "字", text)
    one.write_number("C2", 44000, day)
    one.write_url("C3", "internal:表二!A1", string="去")
    one.write_url("C4", "http://example.com/", string="外")
    one.merge_range("D1:E2", "合")
    one.set_column("A:C", 12)
    one.set_column("D:D", 13)
    one.data_validation(
        "B1:B3", {"validate": "list", "source": ["甲", "乙"], "input_title": "题", "input_message": "说"}
    )
    one.data_validation("C1", {"validate": "any", "input_message": "说"})
    one.conditional_format(
        "B1:B3", {"type": "formula", "criteria": "=$B1>2", "format": book.add_format({"bold": True})}
    )
    one.conditional_format("C1", {"type": "formula", "criteria": "=$C1=1"})
    one.write_comment("B2", "批注")
    one.write_comment("B3", "批注")
    one.set_footer("&C页")
    one.print_area("A1:E9")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='表 一'!$B$1:$B$3"})
    one.insert_chart("G1", chart)
    two.write_row("A1", ["名", "数"])
    two.write_row("A2", ["一", 1])
    two.write_row("A3", ["二", 2])
    two.write_formula("B4", "=SUBTOTAL(109,B2:B3)", None, 3)
    two.autofilter("A1:B3")
    two.add_table("D1:E3", {"columns": [{"header": "列1"}, {"header": "列2"}], "autofilter": False})
    book.define_name("范围", "=表二!$A$1:$B$3")
    book.set_custom_property("甲", "一", "text")
    book.set_custom_property("乙", "二", "text")
    book.close()
    return target.getvalue()


def changed(part: str, old: str, new: str) -> bytes:
    """The workbook with one place of one part changed."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(whole())) as source, zipfile.ZipFile(target, "w") as output:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                text = content.decode("utf-8")
                found = re.sub(old, lambda match: match.expand(new) if "\\" in new else new, text, count=1)
                assert found != text, (part, old)
                content = found.encode("utf-8")
            output.writestr(name, content)
    return target.getvalue()


def shared(*runs: tuple[int, int, int]) -> str:
    """Rows 11 and on with shared formulas in column A: number, first and last row of each."""
    first = {start: (number, f' ref="A{start}:A{end}"') for number, start, end in runs}
    return "".join(
        f'<row r="{row}"><c r="A{row}"><f t="shared" si="{first[row][0]}"{first[row][1]}>B{row}</f><v>0</v></c></row>'
        for row in sorted(first)
    )


F = r"<f>SUM\(B1:B3\)</f>"
END = r"</sheetData>"
CASES = [
    ("longer_than_8192", ONE, F, f"<f>{'+'.join(['A9'] * 3000)}</f>"),
    ("deeper_than_60", ONE, F, f"<f>{DEEP}</f>"),
    ("deeper_than_60", BOOK, r"表二!\$A\$1:\$B\$3</definedName></", f"{'(' * 61}1{')' * 61}</definedName></"),
    ("not_a_formula", ONE, F, '<f>"a"b"</f>'),
    ("not_a_formula", ONE, F, '<f>"a" "b"</f>'),
    ("not_a_formula", ONE, F, "<f>SUM(B1</f>"),
    ("not_a_formula", ONE, F, "<f>=B1</f>"),
    ("not_a_formula", ONE, F, "<f>IF(B1，1)</f>"),
    ("not_a_formula", ONE, F, "<f>B1+</f>"),
    ("not_a_formula", ONE, r"<formula>\$B1&gt;2", '<formula>"a"b'),
    ("literal_over_255", ONE, F, f'<f>LEN("{LONG}")</f>'),
    ("functions_excel_2010_lacks", ONE, F, "<f>_xlfn.TEXTJOIN(1,1,B1)</f>"),
    ("functions_excel_2010_lacks", ONE, F, "<f>IFS(B1,1)</f>"),
    ("volatile", ONE, F, "<f>TODAY()</f>"),
    ("search_by_wildcard", ONE, F, '<f>MATCH("??*",B1:B3,0)</f>'),
    ("sheet_that_is_not_there", ONE, F, "<f>表三!A1</f>"),
    ("sheet_that_is_not_there", ONE, "#表二!A1", "#表三!A1"),
    ("sheet_that_is_not_there", ONE, 'location="表二!A1"', 'location="表三!A1"'),
    ("sheet_that_is_not_there", "xl/charts/chart1.xml", "'表 一'!", "'表三'!"),
    ("dead_reference", ONE, F, "<f>#REF!+1</f>"),
    ("conditional_format_of_another_sheet", ONE, r"<formula>\$B1&gt;2", "<formula>表二!$A$1"),
    ("without_a_result", ONE, rf"({F})<v>6</v>", r"\1"),
    ("without_a_result", ONE, rf'<c r="A1">({F})<v>6</v>', r'<c r="A1" t="e">\1<v>#NAME?</v>'),
    ("formula_in_a_text_cell", ONE, r'<c r="A1">', '<c r="A1" s="1">'),
    ("unlocked_formula_without_a_word", ONE, r'sqref="A3" unlockedFormula', 'sqref="A5" unlockedFormula'),
    ("calculated_on_opening", BOOK, 'calcId="191029"', 'calcId="191029" fullCalcOnLoad="1"'),
    ("calculated_on_opening", BOOK, 'calcId="191029"', 'calcId="124519"'),
    ("calculated_on_opening", BOOK, 'calcId="191029"', 'calcId="191029" calcMode="manual"'),
    ("shared_formulas", ONE, END, shared((0, 11, 15), (1, 13, 17)) + END),
    ("shared_formulas", ONE, F, '<f t="shared" si="7"/>'),
    ("shared_formulas", ONE, F, '<f t="shared" ref="A1:B2" si="0">B1</f>'),
    ("shared_formulas", ONE, F, '<f t="shared" ref="A1:A2" si="0">表二!B1</f>'),
    ("right_below_a_filter", TWO, r"SUBTOTAL\(109,B2:B3\)", "SUM(B2:B3)"),
    ("text_over_32767", "xl/sharedStrings.xml", "字", "长" * 32_768),
    ("value_that_cannot_be", ONE, r"<v>44000</v>", "<v>nan</v>"),
    ("value_that_cannot_be", ONE, r"<v>44000</v>", "<v></v>"),
    ("value_that_cannot_be", ONE, '<c r="A1">', '<c r="H1" t="inlineStr"/><c r="A1">'),
    ("value_that_cannot_be", ONE, r't="s"><v>0', 't="s"><v>99'),
    ("value_that_cannot_be", ONE, r'<c r="A1">', '<c r="A1" s="99">'),
    ("date_before_1900", ONE, r"<v>44000</v>", "<v>-1</v>"),
    ("rows_or_cells_out_of_order", ONE, r'<row r="2"', '<row r="1"'),
    ("rows_or_cells_out_of_order", ONE, r'<c r="B1"', '<c r="A1"'),
    ("widths_and_heights", ONE, r'<col min="1" max="3" width="[0-9.]+"', '<col min="1" max="3" width="256"'),
    ("widths_and_heights", ONE, r'<col min="1" max="3"', '<col min="1" max="4"'),
    ("widths_and_heights", ONE, r'<row r="2"', '<row ht="410" r="2"'),
    ("merged_cells", ONE, r'<mergeCell ref="D1:E2"/>', '<mergeCell ref="D1:E2"/><mergeCell ref="E2:F3"/>'),
    ("merged_cells", ONE, r"D1:E2", "D1:D1"),
    ("merged_cells", ONE, r"D1:E2", "A1:E2"),
    ("validations", ONE, 'promptTitle="题"', f'promptTitle="{"题" * 33}"'),
    ("validations", ONE, 'prompt="说"', f'prompt="{LONG}"'),
    ("validations", ONE, '"甲,乙"', f'"{LONG}"'),
    ("validations", ONE, r'sqref="C1" (prompt)|(<dataValidation [^>]*)sqref="C1"', r'\2 sqref="B2"'),
    ("conditional_formats", ONE, r'priority="2"', 'priority="1"'),
    ("conditional_formats", ONE, r'dxfId="0"', 'dxfId="9"'),
    ("links", ONE, r'<hyperlink ref="C4" r:id="rId1"', '<hyperlink ref="C4"'),
    ("links", "xl/worksheets/_rels/sheet1.xml.rels", "http://example.com/", "http://example.com/" + "x" * 2_080),
    ("headers_and_footers", ONE, "&amp;C页", f"&amp;C{LONG}"),
    ("filters", BOOK, r"表二!\$A\$1:\$B\$3</definedName>", "表二!$A$1:$B$9</definedName>"),
    ("filters", TWO, r"</sheetData>", '</sheetData><mergeCells><mergeCell ref="A2:B2"/></mergeCells>'),
    ("tables", "xl/tables/table1.xml", "列2", "列1"),
    ("tables", "xl/tables/table1.xml", 'name="列2"', 'name="列3"'),
    ("tables", "xl/tables/table1.xml", 'ref="D1:E3"', 'ref="D1:F3"'),
    ("selected_sheets", TWO, "<sheetView ", '<sheetView tabSelected="1" '),
    ("selected_sheets", BOOK, 'sheetId="1"', 'sheetId="1" state="hidden"'),
    ("print_areas", BOOK, r"'表 一'!\$A\$1:\$E\$9", "OFFSET('表 一'!$A$1,0,0,2,2)"),
    ("print_areas", BOOK, r"'表 一'!\$A\$1:\$E\$9", "表二!$A$1:$E$9"),
    ("order_of_elements", ONE, r"(<mergeCells.*?</mergeCells>)(.*)(<pageMargins[^>]*>)", r"\2\3\1"),
    ("order_of_elements", BOOK, r"(<definedNames.*</definedNames>)(<calcPr[^>]*>)", r"\2\1"),
    ("names_of_sheets", BOOK, 'name="表二"', 'name="表 一"'),
    ("names_of_sheets", BOOK, 'name="表二"', f'name="{"表" * 32}"'),
    ("names_of_sheets", BOOK, 'name="表二"', 'name="表[二]"'),
    ("names_of_sheets", BOOK, 'name="表二"', 'name="History"'),
    ("names_of_sheets", BOOK, 'sheetId="2"', 'sheetId="1"'),
    ("defined_names", BOOK, 'name="范围"', 'name="范 围"'),
    ("defined_names", BOOK, 'name="范围"', 'name="AB12"'),
    ("defined_names", BOOK, 'name="范围"', 'name="R1C1"'),
    ("defined_names", BOOK, "</definedNames>", '<definedName name="范围">1</definedName></definedNames>'),
    ("defined_names", BOOK, r'localSheetId="0"', 'localSheetId="5"'),
    ("cell_formats", STYLES, r'(<cellXfs.*?fontId=)"0"', r'\1"99"'),
    ("cell_formats", STYLES, r'<cellXfs count="\d+"', '<cellXfs count="77"'),
    ("cell_formats", STYLES, r'numFmtId="164"( |")', r'numFmtId="165"\1'),
    ("cell_formats", STYLES, r'<sz val="11"/>', '<sz val="500"/>'),
    (
        "cell_formats",
        STYLES,
        r"(<cellXfs count=)\"\d+\">",
        r'\1"65496">' + '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' * 65_491,
    ),
    (
        "charts_without_chinese_fonts",
        "xl/charts/chart1.xml",
        r"<c:plotVisOnly",
        '<c:txPr><a:p><a:pPr><a:defRPr><a:latin typeface="宋体"/></a:defRPr></a:pPr></a:p></c:txPr><c:plotVisOnly',
    ),
    ("notes", "xl/comments1.xml", 'ref="B3"', 'ref="B2"'),
    ("notes", "xl/comments1.xml", 'authorId="0"', 'authorId="4"'),
    ("notes", ONE, r"<legacyDrawing [^>]*/>", ""),
    ("parts_and_relations", "xl/_rels/workbook.xml.rels", "theme/theme1.xml", "theme/theme9.xml"),
    ("parts_and_relations", "[Content_Types].xml", r'<Override PartName="/xl/styles.xml"[^>]*/>', ""),
    ("parts_and_relations", "[Content_Types].xml", "/xl/styles.xml", "/xl/styles9.xml"),
    ("parts_and_relations", ONE, r'<drawing r:id="rId\d+"', '<drawing r:id="rId77"'),
    ("properties", "docProps/custom.xml", 'name="乙"', 'name="甲"'),
    ("properties", "docProps/custom.xml", 'pid="3"', 'pid="2"'),
    ("properties", "docProps/custom.xml", "二<", f"{LONG}<"),
]


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert audit(whole()) == []


@pytest.mark.parametrize(("rule", "part", "old", "new"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)])
def test_what_is_broken_is_found(rule: str, part: str, old: str, new: str) -> None:
    assert rule in {found.partition(":")[0] for found in audit(changed(part, old, new))}


def test_every_rule_has_been_seen_to_find_something() -> None:
    assert {case[0] for case in CASES} == set(RULES)
