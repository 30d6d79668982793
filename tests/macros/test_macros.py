"""The optional macros, run by LibreOffice's Basic in its mode for VBA on workbooks as they are generated and handed back."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlrd

from tests import clean, kit, seed
from tests.marked import hand_back
from tests.office import convert, needs_office
from xltool.engine.filled import from_values
from xltool.form import form_by_id, form_ids
from xltool.form.layout import workbook_layout as layouts
from xltool.generate.workbook import write

MACROS = Path(__file__).parents[2] / "macros_docs" / "macros"
MODULES = sorted(MACROS.glob("*.bas"))
PAGES = {
    "xltool_print": "批量打印正式表",
    "xltool_values": "存成不带公式的副本",
    "xltool_next": "下一个问题",
    "xltool_summary": "没有本工具时的简单汇总",
}
RUNNER = Path(__file__).with_name("basic.py")


def run(folder: Path, jobs: list[dict[str, Any]]) -> list[list[Any]]:
    (folder / "jobs.json").write_text(json.dumps(jobs, ensure_ascii=False), encoding="utf-8")
    order = ["/usr/bin/python3", str(RUNNER), str(folder / "jobs.json"), str(folder / "answers.json")]
    subprocess.run(order, check=True, timeout=300)
    answers: list[list[Any]] = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    return answers


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_sources_are_ascii_explicit_and_need_nothing_of_the_system(module: Path) -> None:
    text = module.read_bytes().decode("ascii")
    assert text.startswith(f'Attribute VB_Name = "{module.stem}"\nOption Explicit\n')
    assert not re.search(
        r"(?im)^\s*(public |private )?declare |CreateObject|Shell|\bSendKeys|Auto_?Open|Workbook_Open", text
    )
    if "Workbooks.Open(" in text:  # no macro of a file that somebody sent may run
        assert len(re.findall(r"(?m)^    (?:before|guard) = Guarded\(\)$", text)) == 1
        assert len(re.findall(r"(?m)^    Unguarded (?:before|guard)$", text)) == 1
        assert text.index("= Guarded()") < text.index("Workbooks.Open(")
    page = (MACROS / f"{PAGES[module.stem]}.md").read_text(encoding="utf-8")
    assert all(part in page for part in (module.name, "## 怎样导入", "## 安全"))
    (name,) = re.findall(r"(?m)^Public Sub (\w+)\(\)", text)
    assert name in page


def test_every_official_sheet_has_a_name_the_macros_know() -> None:
    for ident in form_ids():
        form = form_by_id(ident)
        titles = [sheet.title for sheet in layouts.build(form, kit.issue(form)).prints]
        assert titles
        assert [title for title in titles if "自评表" not in title and title != "基础数据表"] == [], ident


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[Any]]]:
    """One office for all: a folder of two returns, one of a name that would calculate, and a marked copy."""
    folder = tmp_path_factory.mktemp("宏 测试")
    returns = folder / "收回"
    returns.mkdir()
    (folder / "pdf").mkdir()
    for ident, file in (("hunan-2022", "县教育局.xlsx"), ("hubei-2022", "=1+1 县水利局(最终版).xlsx")):
        form = form_by_id(ident)
        made = kit.issue(form)
        values = dict(clean.values(form, made))
        (returns / file).write_bytes(kit.workbook(form, made, values))
    form, issue, values = seed.seed()
    data = write(layouts.build(form, issue), from_values(form, issue, values))
    marked = hand_back("组织部.xlsx", data, kit.examined(data, form=form), folder)
    jobs: list[dict[str, Any]] = [
        {"module": "xltool_print", "call": "XltoolPrintFolder", "arguments": [str(returns), str(folder / "pdf")]},
        {"module": "xltool_values", "call": "XltoolToValues", "arguments": [str(returns / "县教育局.xlsx"), str(folder / "副本.xls")]},
        {"module": "xltool_summary", "call": "XltoolSummarise", "arguments": [str(returns), str(folder / "简单汇总.xls")]},
        {"module": "xltool_next", "call": "XltoolGoToNext", "arguments": [], "open": str(marked), "at": ["审核结果", "A1"], "times": 14},
    ]  # fmt: skip
    return folder, run(folder, [{**job, "module": str(MACROS / f"{job['module']}.bas")} for job in jobs])


@needs_office
@pytest.mark.office
def test_only_the_official_sheets_are_printed(results: tuple[Path, list[list[Any]]]) -> None:
    folder, answers = results
    assert answers[0] == [2]
    assert sorted(path.name for path in (folder / "pdf").iterdir()) == [
        "=1+1 县水利局(最终版)_自评表1.pdf",
        "县教育局_自评表1.pdf",
    ]
    order = ["pdftotext", str(folder / "pdf" / "县教育局_自评表1.pdf"), "-"]
    text = subprocess.run(order, check=True, capture_output=True).stdout.decode("utf-8")
    assert text.startswith("2022年度预算支出绩效自评表")
    assert "填报提示" not in text


@needs_office
@pytest.mark.office
def test_the_copy_holds_the_values_of_the_official_sheet_only(results: tuple[Path, list[list[Any]]]) -> None:
    """LibreOffice's VBA saves the old format whatever is asked for; that is converted to be looked at."""
    folder, answers = results
    assert answers[1] == [1]
    (copied,) = convert([folder / "副本.xls"], folder / "looked")
    book = openpyxl.load_workbook(copied)
    assert book.sheetnames == ["自评表1"]
    before = openpyxl.load_workbook(folder / "收回" / "县教育局.xlsx", data_only=True)["自评表1"]
    cells = [cell for row in before.iter_rows(max_col=9) for cell in row if cell.value not in (None, "")]
    assert len(cells) > 80
    sheet = book["自评表1"]
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []

    def same(mine: object, theirs: object) -> bool:
        if isinstance(mine, float):
            return isinstance(theirs, int | float) and abs(mine - theirs) < 1e-9
        return mine == theirs

    assert [(c.coordinate, c.value) for c in cells if not same(c.value, sheet[c.coordinate].value)] == []


@needs_office
@pytest.mark.office
def test_a_folder_is_summed_up_as_the_forms_show_it(results: tuple[Path, list[list[Any]]]) -> None:
    folder, answers = results
    assert answers[2] == [2]
    sheet = xlrd.open_workbook(str(folder / "简单汇总.xls")).sheet_by_index(0)
    rows = sorted(
        (sheet.row_values(number) for number in range(1, sheet.nrows)), key=lambda row: (row[0] == "合计", str(row[0]))
    )
    assert sheet.row_values(0) == [
        "文件", "部门编码", "部门名称", "封面状态", "项目名称", "全年预算数", "全年执行数", "执行率", "总分（表上的数）",
    ]  # fmt: skip
    ready = "✔ 可以报送：请打印“自评表”签字盖章，连同本文件一并报送。"
    assert rows == [
        ["=1+1 县水利局(最终版).xlsx", "101001", "县教育局", ready, "项目1", 70.0, 68.6, 0.98, 99.44],
        ["县教育局.xlsx", "101001", "县教育局", ready, "项目1", 70.0, 68.6, 0.98, 99.6],
        ["合计", "", "", "", "", 140.0, 137.2, "", ""],
    ]


@needs_office
@pytest.mark.office
def test_from_problem_to_problem_in_the_order_of_the_sheets(results: tuple[Path, list[list[Any]]]) -> None:
    """The first of 组织部's cells to correct, as ``campaign/test_demo`` lists them; notices are passed over."""
    assert results[1][3] == [
        "封面!7,3", "封面!8,3", "封面!9,3", "封面!10,3",
        "部门基本情况!12,3",
        "部门预决算!18,3",
        "“三公”经费!5,4", "“三公”经费!6,4", "“三公”经费!7,4", "“三公”经费!8,4", "“三公”经费!9,3", "“三公”经费!9,4",
        "资产管理!6,3",
        "绩效与问题!3,3",
    ]  # fmt: skip
