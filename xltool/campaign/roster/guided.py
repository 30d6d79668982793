"""The roster that ``init`` writes: three sheets to fill in with lists and hints, and a sheet 说明 with samples.

Imports ``sheet``. Samples stand on 说明, which nobody reads as data: a newcomer would put them among the lines, and 示例部门
would be sent a template. Lists only advise (a code may be typed before its department is), units stand in the hints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xltool.campaign.roster.sheet import COLUMNS, DEPARTMENTS, INDICATORS, MONEY, NEEDED, PROJECTS, columns_of
from xltool.files import write_atomic
from xltool.form import Form
from xltool.writing.palette import HEADER_FILL, INPUT_FILL, SONG
from xltool.writing.workbook import TextBook, column_name

ABOUT = "说明"
_LINES = 2_000  # with lists and hints; more lines are read all the same
_WIDTHS: Mapping[str, int] = MappingProxyType(
    {"部门名称": 30, "主管部门": 26, "项目名称": 36, "实施单位": 26, "三级指标": 36, "指标值": 18, "联系电话": 18}
)
_WIDTH = 14

HINTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (DEPARTMENTS, "部门编码"): "预算单位编码，每个部门一个，不能重复。是文本，001 的零不会丢。",
        (DEPARTMENTS, "部门名称"): "全称，印在下发表上。",
        (DEPARTMENTS, "主管部门"): "二级单位填它的主管部门；主管部门自己填自己，或不填。打包发送按它分。",
        (DEPARTMENTS, "联系人"): "负责填表的人，印在发送登记里。可以不填。",
        (DEPARTMENTS, "联系电话"): "可以不填。",
        (PROJECTS, "部门编码"): "实施这个项目的部门，先在〔部门〕里填好。",
        (PROJECTS, "项目编码"): "每个项目一个，全名册不重复。",
        (PROJECTS, "项目名称"): "与预算批复一致，印在下发表上，部门不能改。",
        (PROJECTS, "主管部门"): "印在正式表上的主管部门。",
        (PROJECTS, "实施单位"): "不填的由部门填。",
        (PROJECTS, "年初预算数"): "万元。不填的由部门填；填了的部门不能改。",
        (PROJECTS, "全年预算数"): "万元，调整后的预算。不填的由部门填。",
        (INDICATORS, "项目编码"): "先在〔项目〕里填好。没有批复指标的项目，这张表里不写，由部门自己填。",
        (INDICATORS, "一级指标"): "可以不填，由二级指标决定。",
        (INDICATORS, "二级指标"): "从列表里选。",
        (INDICATORS, "三级指标"): "批复的指标名称，部门不能改。",
        (INDICATORS, "性质"): "≥、≤、=、区间、时限，文字描述的选“定性”。",
        (INDICATORS, "指标值"): "只填数或文字，符号填在“性质”，单位填在“单位”。",
        (INDICATORS, "单位"): "个、人、%、万元……",
        (INDICATORS, "分值"): "不填的由部门填；填了的，各一级指标合计要等于本级分值。",
    }
)
_SAMPLES: Mapping[str, Sequence[Mapping[str, str]]] = MappingProxyType(
    {
        DEPARTMENTS: (
            {"部门编码": "101001", "部门名称": "示例县教育局", "主管部门": "示例县教育局", "联系人": "张三", "联系电话": "0700-1234567"},
            {"部门编码": "101002", "部门名称": "示例县第一中学", "主管部门": "示例县教育局", "联系人": "李四", "联系电话": "0700-1234568"},
        ),
        PROJECTS: (
            {
                "部门编码": "101002", "项目编码": "101002-01", "项目名称": "校舍维修", "主管部门": "示例县教育局",
                "实施单位": "示例县第一中学", "年初预算数": "60.00", "全年预算数": "58.50",
            },
        ),
        INDICATORS: (
            {"项目编码": "101002-01", "三级指标": "维修教室数量", "性质": "≥", "指标值": "20", "单位": "间"},
            {"项目编码": "101002-01", "三级指标": "验收合格率", "性质": "=", "指标值": "100", "单位": "%"},
        ),
    }
)  # fmt: skip
_STEPS = (
    "〔部门〕每行一个要下发的单位，〔项目〕每行一个项目，〔指标〕每行一个已批复的指标（没有批复的不填）。带 * 的必填。",
    "已经有自己的名单的，不用重抄：运行  xltool roster import 文件  ，标题行、合并单元格、.xls、.ods、.csv 都可以。",
    "一体化平台导出的指标表，运行  xltool import-indicators 文件  。",
    "随时可以运行  xltool roster check  ，看看哪里还要改、哪里值得看一眼。",
    "金额一律是万元；写了“元”的会要求改。编码都是文本。",
    "〔部门〕可以另加栏目，栏目名称与表样的数相同的（如在职人数），作为控制数与部门报来的比较。",
)


def write_guided(path: Path, form: Form) -> None:
    """Write an empty roster for somebody who has never seen one.

    Raises:
        TargetLockedError: it is open in Excel.
    """
    target = BytesIO()
    book: Any = TextBook(target, {"in_memory": True})
    book.set_properties({"title": "名册"})
    _about(book, form)
    for title in COLUMNS:
        _sheet(book, title, form)
    book.worksheets()[1].activate()
    book.close()
    write_atomic(path, target.getvalue())


def _columns(form: Form, title: str) -> list[str]:
    return columns_of(form, title)


def _heading(title: str, name: str) -> str:
    """A star before what must be filled in, the unit after what is money; reading takes both away."""
    return f"{'*' if name in NEEDED[title] else ''}{name}{'（万元）' if name in MONEY else ''}"


def _sheet(book: Any, title: str, form: Form) -> None:
    plain = {"border": 1, "font_name": SONG, "valign": "vcenter", "text_wrap": True}
    head = book.add_format({**plain, "bold": True, "bg_color": HEADER_FILL})
    text = book.add_format({"num_format": "@", "font_name": SONG})
    must = book.add_format({**plain, "num_format": "@", "bg_color": INPUT_FILL})
    sheet, columns = book.add_worksheet(title), _columns(form, title)
    for col, name in enumerate(columns):
        needed = name in NEEDED[title]
        sheet.write_string(0, col, _heading(title, name), head)
        sheet.set_column(col, col, _WIDTHS.get(name, _WIDTH), text)
        hint: dict[str, Any] = {"input_title": name, "input_message": HINTS.get((title, name), "表样从这一栏取数。")}
        choices = _choices(form, title, name)
        options = (
            {"validate": "list", "source": choices, "error_type": "information"} if choices else {"validate": "any"}
        )
        if choices:
            hint["error_message"] = "列表里没有这一项，请核对；要保留就按“确定”。"
        sheet.data_validation(1, col, _LINES, col, {**options, **hint})
        if needed:
            letter = column_name(col)
            others = f"COUNTA($A2:${column_name(len(columns) - 1)}2)"
            rule = {"type": "formula", "criteria": f'=AND({others}>0,${letter}2="")', "format": must}
            sheet.conditional_format(1, col, _LINES, col, rule)
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, _LINES, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _choices(form: Form, title: str, name: str) -> str | list[str]:
    """The list of a column: the form's words, or the codes of another sheet; nothing if it is free."""
    if name == "部门编码" and title == PROJECTS:
        return f"={DEPARTMENTS}!$A$2:$A${_LINES}"
    if title != INDICATORS:
        return []
    if name == "项目编码":
        return f"={PROJECTS}!$B$2:$B${_LINES}"
    levels = [level for table in form.project_tables.values() for level in table.levels]
    nature = form.ids.get(form.spec.roles.nature, "")
    words = {
        "一级指标": [str(level.name) for level in levels],
        "二级指标": [str(group.name) for level in levels for group in level.groups],
        "性质": [str(word) for word in form.spec.lists[form.fields[nature].field.choices].words] if nature else [],
    }.get(name, [])
    return words if len(",".join(words)) <= 255 else []


def _about(book: Any, form: Form) -> None:
    sheet = book.add_worksheet(ABOUT)
    base = {"font_name": SONG, "valign": "vcenter"}
    heading = book.add_format({**base, "bold": True, "font_size": 16})
    bold = book.add_format({**base, "bold": True, "bg_color": HEADER_FILL, "border": 1})
    text = book.add_format({**base, "text_wrap": True})
    cell = book.add_format({**base, "border": 1, "num_format": "@", "font_color": "#595959", "text_wrap": True})
    width = max(len(_columns(form, title)) for title in COLUMNS)
    sheet.set_column(0, width - 1, 15)
    sheet.merge_range(0, 0, 0, width - 1, f"名册怎样填（{form.spec.title}）", heading)
    sheet.set_row(0, 32)
    line = 1
    for number, step in enumerate(_STEPS, start=1):
        sheet.merge_range(line, 0, line, width - 1, f"{number}. {step}", text)
        sheet.set_row(line, 24)
        line += 1
    for title in COLUMNS:
        line += 1
        columns = _columns(form, title)
        sheet.write_string(line, 0, f"示例〔{title}〕（只供看，不会读取）", book.add_format({**base, "bold": True}))
        for col, name in enumerate(columns):
            sheet.write_string(line + 1, col, _heading(title, name), bold)
        samples = _samples(form, title)
        for number, values in enumerate(samples):
            for col, name in enumerate(columns):
                sheet.write_string(line + 2 + number, col, values.get(name, ""), cell)
            sheet.set_row(line + 2 + number, 22)
        line += 2 + len(samples)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _samples(form: Form, title: str) -> list[Mapping[str, str]]:
    """Sample lines; indicators stand in the first blocks this form has."""
    if title != INDICATORS:
        return list(_SAMPLES[title])
    pairs = [
        (level, group) for table in form.project_tables.values() for level in table.levels for group in level.groups
    ]
    return [
        {**values, "一级指标": str(level.name), "二级指标": str(group.name)}
        for values, (level, group) in zip(_SAMPLES[title], pairs, strict=False)
    ]
