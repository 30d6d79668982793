"""What happens to a return between the department and the bureau: accepted, or reported at the right cell.

Each case edits a correctly filled workbook the way a person or program would and names the findings that
may appear on top of the file's own (none of its own: it is complete and right).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

from tests import kit
from tests.office import convert, needs_office
from xltool.campaign.demo import load_demo, roster_of, values_of
from xltool.campaign.roster.issuing import issue_for
from xltool.examine import Outcome
from xltool.form import form_by_id


@cache
def clean() -> bytes:
    """The first department of the example that has no findings."""
    demo, form = load_demo(), form_by_id(kit.FORM_ID)
    roster = roster_of(demo)
    for department, row in zip(demo.departments, roster.departments, strict=True):
        made = issue_for(form, roster, row, demo.year)
        if department.file.endswith(".xlsx") and len(made.projects) == 1:
            data = kit.workbook(form, made, dict(values_of(demo, department, form, made)))
            if not kit.examined(data).findings:
                return data
    raise AssertionError("the example has no clean department")


def edited(change: Callable[[Workbook], None]) -> Outcome:
    book = openpyxl.load_workbook(BytesIO(clean()))
    change(book)
    target = BytesIO()
    book.save(target)
    return kit.examined(target.getvalue())


def put(sheet: str, cell: str, value: str | None) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value

    return change


def on(sheet: str, action: str, *args: int) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        getattr(book[sheet], action)(*args)

    return change


def rename(book: Workbook) -> None:
    book["资产管理"].title = "资产"


def no_markers(book: Workbook) -> None:
    for row in range(1, book["资产管理"].max_row + 1):
        book["资产管理"].cell(row, 1).value = None


def rows_without_markers(book: Workbook) -> None:
    no_markers(book)
    book["资产管理"].insert_rows(3, 2)


def extra_sheet(book: Workbook) -> None:
    book.create_sheet("我的草稿", 0)["A1"] = "=1/0"


def lists_edited(book: Workbook) -> None:
    book["选项"]["A2"] = "大于"


def without_a_rules_list(book: Workbook) -> None:
    """As in a workbook issued before the form had a list of words that only its rules use."""
    sheet = book["选项"]
    sheet.delete_cols(next(cell.column for cell in sheet[1] if cell.value == "空话用语"))


def without_a_dropdown(book: Workbook) -> None:
    sheet = book["选项"]
    sheet.delete_cols(next(cell.column for cell in sheet[1] if cell.value == "性质"))


def sorted_rows(book: Workbook) -> None:
    """The visible columns of three rows change places; the hidden markers stay."""
    sheet = book["资产管理"]
    lines = [[sheet.cell(row, col).value for col in range(2, 5)] for row in (4, 5, 6)]
    for row, line in zip((6, 4, 5), lines, strict=True):
        for col, value in enumerate(line, start=2):
            sheet.cell(row, col).value = value


def sorted_table(book: Workbook) -> None:
    """Two rows of the indicator table, of different blocks, change places under the markers."""
    sheet = book["项目1"]
    first = next(row for row in range(1, 60) if sheet.cell(row, 2).value == "产出指标")
    other = next(row for row in range(first, 60) if sheet.cell(row, 3).value != sheet.cell(first, 3).value)
    for col in range(2, 14):
        one, two = sheet.cell(first, col), sheet.cell(other, col)
        one.value, two.value = two.value, one.value


def copied_sheet(book: Workbook) -> None:
    book.copy_worksheet(book["资产管理"])


def copied_row(book: Workbook) -> None:
    sheet = book["资产管理"]
    for col in range(1, 6):
        sheet.cell(12, col).value = sheet.cell(5, col).value


def filled_insert(book: Workbook) -> None:
    book["资产管理"].insert_rows(6)
    book["资产管理"]["C6"] = 5


def unprotected(book: Workbook) -> None:
    book["资产管理"].protection.sheet = False
    book["封面"].protection.sheet = False


def hidden_row(book: Workbook) -> None:
    book["资产管理"].row_dimensions[5].hidden = True


def hidden_sheet(book: Workbook) -> None:
    book.create_sheet("底稿")["A1"] = 5
    book["底稿"].sheet_state = "hidden"


def commented(book: Workbook) -> None:
    book["资产管理"]["C5"].comment = Comment("问一下", "张三")


def foreign_name(book: Workbook) -> None:
    book.defined_names["去年"] = DefinedName("去年", attr_text="'[去年.xlsx]表'!$A$1")


def far_cell(book: Workbook) -> None:
    book["资产管理"]["XFD1048576"] = "x"


def no_validations(book: Workbook) -> None:
    book["政府采购"].data_validations.dataValidation.clear()


def printed_over(book: Workbook) -> None:
    """Typed over the official form itself, its protection taken off: what is printed no longer follows."""
    sheet = book["自评表1"]
    sheet.protection.sheet = False
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    for cell in cells[3:5]:
        cell.value = "手工填的"


def printed_moved(book: Workbook) -> None:
    book["自评表1"].protection.sheet = False
    book["自评表1"].insert_rows(3)


def computed_over(book: Workbook) -> None:
    """The same figure as computed, typed over the formula, and another one."""
    book["项目1"]["J24"], book["项目1"]["J26"] = 15, 9


def computed_emptied(book: Workbook) -> None:
    book["项目1"]["J24"] = None


def no_identity(book: Workbook) -> None:
    del book["_xltool"]


CASES: list[tuple[str, Callable[[Workbook], None], list[str]]] = [
    ("原样另存", lambda _: None, []),
    ("中间插入空行", on("资产管理", "insert_rows", 6), ["GF04 资产管理!", "GF14 !"]),
    ("上面插入两行", on("部门预决算", "insert_rows", 1, 2), ["GF04 部门预决算!", "GF14 !"]),
    ("插入一列", on("资产管理", "insert_cols", 3), ["GF04 资产管理!", "GF14 !"]),
    ("工作表改名", rename, ["GF05 资产!"]),
    ("栏目名称改了", put("资产管理", "B4", "资产总计"), ["GF07 资产管理!B4"]),
    ("行列标记全丢", no_markers, ["GF06 资产管理!"]),
    ("标记全丢又插行", rows_without_markers, ["GF06 资产管理!", "GF14 !"]),
    ("多出一张工作表", extra_sheet, []),
    ("清单被改", lists_edited, ["GF15 选项!A2"]),
    ("下发时还没有的词语清单", without_a_rules_list, []),
    ("下拉的清单没有了", without_a_dropdown, ["GF15 选项!A2+A3+A4+A5+A6+A7"]),
    ("全角数字", put("政府采购", "C5", "０.００"), ["GF01 政府采购!C5"]),
    ("清空一格", put("政府采购", "C5", None), ["BT01 政府采购!C5"]),
    ("公式没有结果", put("政府采购", "C5", "=1+1"), ["BT01 政府采购!C5", "GF03 政府采购!C5"]),
    ("文本数字带千分位", put("资产管理", "C4", "999,999.00"), ["ZC01 资产管理!C6", "GF01 资产管理!C4"]),
    ("错误值", put("资产管理", "C4", "#REF!"), ["BT03 资产管理!C4"]),
    ("在隐藏标记下排过序", sorted_rows, ["GF12 资产管理!"]),
    ("指标表排过序", sorted_table, ["GF12 项目1!"]),
    ("工作表有副本", copied_sheet, ["GF21 资产管理!"]),
    ("行有副本", copied_row, ["GF22 资产管理!B12"]),
    ("插入的行里有内容", filled_insert, ["GF23 资产管理!C6", "GF04 资产管理!", "GF14 !"]),
    ("保护取消", unprotected, ["GF13 !"]),
    ("填报限制被粘贴覆盖", no_validations, ["GF14 !"]),
    ("填报行被隐藏", hidden_row, ["GF16 !"]),
    ("隐藏的外来工作表", hidden_sheet, ["GF16 !"]),
    ("有批注", commented, ["GF19 !"]),
    ("外来名称", foreign_name, ["GF17 !"]),
    ("远处有内容", far_cell, ["GF20 资产管理!XFD1048576"]),
    ("打印表公式被改写", printed_over, ["GF24 自评表1!B3+F3"]),
    ("打印表插入行", printed_moved, []),
    ("计算格被改写", computed_over, ["GF09 项目1!J24", "GF09 项目1!J26"]),
    ("计算格被清空", computed_emptied, ["GF26 项目1!J24"]),
    ("标识表被删", no_identity, ["WJ22 !"]),
    ("下发内容被改", put("封面", "C4", "别的部门"), ["GF08 封面!C4"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_happening(change: Callable[[Workbook], None], expected: list[str]) -> None:
    assert kit.codes(edited(change)) == expected


@needs_office
@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_saved_by_libreoffice(kind: str, tmp_path: Path) -> None:
    """LibreOffice's own save, and its .xls and .ods, are read like the original."""
    source = tmp_path / "return.xlsx"
    source.write_bytes(clean())
    outcome = kit.examined(convert([source], tmp_path / "out", kind)[0].read_bytes())
    assert kit.codes(outcome) == []
    assert outcome.scores == kit.examined(clean()).scores


def test_not_a_workbook() -> None:
    seen = {name: kit.codes(kit.examined(data)) for name, data in HOSTILE.items()}
    assert seen == {name: [f"{code} !"] for (name, code) in WANTED.items()}


HOSTILE = {
    "空": b"",
    "文本": "你好".encode("gbk"),
    "PDF": b"%PDF-1.4 ...",
    "截断": b"",
    "别的工作簿": b"",
}
WANTED = {"空": "WJ01", "文本": "WJ02", "PDF": "WJ16", "截断": "WJ17", "别的工作簿": "WJ06"}


def _other() -> bytes:
    target = BytesIO()
    Workbook().save(target)
    return target.getvalue()


HOSTILE["截断"] = clean()[:5000]
HOSTILE["别的工作簿"] = _other()
