"""The 校验 sheet (every rule with its state) and the status panel on the cover."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from xltool import expr
from xltool.engine.formulas import Formula, Formulas
from xltool.findings import Severity
from xltool.form.compiled.policy_texts import of_year
from xltool.form.definition.model import Rule
from xltool.form.layout.workbook_layout import (
    ATTACHED,
    CHECKS,
    Address,
    Layout,
    Role,
    SheetLayout,
    column_letters,
    keys_at,
    sheet_prefix,
)
from xltool.generate.cells.states import BoundState, States
from xltool.generate.cells.steps import Step, step
from xltool.generate.cells.styles import Styles
from xltool.generate.cells.write import put, put_formula
from xltool.generate.sender import Sender
from xltool.generate.sheets import attached

OK, BROKEN, OPEN, NOTICE, NONE = "✔", "✘", "待填", "！", "—"
_HEADERS = (
    ("编号", 8),
    ("核对内容", 24),
    ("工作表", 14),
    ("级别", 7),
    ("状态", 7),
    ("处数", 7),
    ("说明", 58),
    ("怎么改", 40),
    ("依据", 36),
)


def paint_checks(sheet: Any, layout: Layout, formulas: Formulas, states: States, styles: Styles) -> None:
    """List every rule, sheet by sheet: state, number of places, text with the figures, remedy, source."""
    put(sheet, 0, 0, "校验：每条规则的当前结果", styles.get("heading"), 1, len(_HEADERS))
    sheet.set_row(0, 32)
    put(
        sheet,
        1,
        0,
        f"{OK} 符合　{OPEN} 还没有填　{BROKEN} 须改　{NOTICE} 提示　{NONE} 未填或不适用；点“工作表”到第一处要改的格子。",
        styles.get("text"),
        1,
        len(_HEADERS),
    )
    for col, (header, width) in enumerate(_HEADERS):
        sheet.set_column(col, col, width)
        put(sheet, 2, col, header, styles.get("header"))
    sheet.set_row(2, 24)
    row = 3
    for rule in layout.form.rules:
        for source in layout.inputs:
            line = states.by_line.get((rule.rule.code, source.title))
            if line:
                _words(sheet, row, line[0][0].rule, layout.issue.year, styles)
                step(sheet, _line, sheet, row, line, source, formulas, styles)
                row += 1
    area = (3, 4, max(3, row - 1), 4)
    for mark, style in ((BROKEN, "red"), (NOTICE, "amber"), (OK, "green")):
        sheet.conditional_format(
            *area, {"type": "cell", "criteria": "==", "value": f'"{mark}"', "format": styles.get(style)}
        )
    sheet.autofilter(2, 0, max(3, row - 1), len(_HEADERS) - 1)
    sheet.freeze_panes(3, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.set_start_page(1)  # the official forms before it begin with 1, too
    sheet.set_footer("&C第 &P 页")


def _words(sheet: Any, row: int, rule: Rule, year: int, styles: Styles) -> None:
    """What of a rule's line is the same in every workbook of the form."""
    body, middle = styles.get("body"), styles.get("middle")
    put(sheet, row, 0, rule.code, middle)
    put(sheet, row, 1, rule.name, body)
    put(sheet, row, 3, rule.severity.value, middle)
    put(sheet, row, 7, of_year(rule.do, year), body)
    put(sheet, row, 8, rule.source, body)
    sheet.set_row(row, 32)


def _line(
    sheet: Any, row: int, line: list[BoundState], source: SheetLayout, formulas: Formulas, styles: Styles
) -> None:
    rule = line[0][0].rule
    body, middle = styles.get("body"), styles.get("middle")
    broken, holds = formulas.count(line, broken=True), formulas.count(line, broken=False)
    bad = OPEN if rule.open else NOTICE if rule.severity is Severity.NOTICE else BROKEN
    count = f"$F{row + 1}"  # the row relative, so that it stays right when somebody sorts the list
    state = bad if broken.cached else OK if holds.cached else NONE
    put_formula(sheet, row, 2, _link(source.title, _first_broken(line, formulas)), styles.get("link"))
    put_formula(
        sheet, row, 4, Formula(f'IF({count}>0,"{bad}",IF({holds.text}>0,"{OK}","{NONE}"))', state), styles.get("state")
    )
    put_formula(sheet, row, 5, broken, middle)
    if len(line) == 1:
        cell = formulas.state_cell(*line[0]).absolute
        text = formulas.message(*line[0]) if broken.cached else ""
        put_formula(sheet, row, 6, Formula(f'IF({count}>0,{cell},"")', text), body)
    else:
        text = f"共 {broken.cached} 处，请看该表右侧的“填报提示”。" if broken.cached else ""
        put_formula(
            sheet, row, 6, Formula(f'IF({count}>0,"共 "&{count}&" 处，请看该表右侧的“填报提示”。","")', text), body
        )


def _link(title: str, target: str) -> Formula:
    """A link to a cell of a sheet, whole in one cell, so that it stays right when somebody sorts the list."""
    return Formula(f"HYPERLINK({expr.literal(f'#{sheet_prefix(title)}')}&{target},{expr.literal(title)})", title)


def _first_broken(line: Sequence[BoundState], formulas: Formulas) -> str:
    """The expression of the first cell of a sheet for which a rule is broken, column by column, such as ``"D9"``.

    The lines of 计算 stand as far from each other as the rows of the sheet: the place of a state among those of its
    column tells the row. The length is asked for, because Excel's wildcards do not see texts over 255 characters; two
    at least, because a rule that holds says 0. If none is broken, the first cell the rule speaks of.
    """
    layout = formulas.layout
    spots = [(formulas.state_cell(rule, place), layout.cells[keys_at(layout, rule, place)[0]]) for rule, place in line]
    text = f'"{spots[0][1].a1}"'
    if len(spots) == 1:
        return text
    by_column = sorted(spots, key=lambda spot: (spot[0].col, spot[0].row))
    runs = [list(run) for _, run in groupby(by_column, key=lambda spot: (spot[0].col, spot[1].col))]
    for run in sorted(runs, key=lambda run: run[0][1].col, reverse=True):
        (first, target), (last, _) = run[0], run[-1]
        states_here = f"{first.absolute}:{last.absolute.rpartition('!')[2]}"
        text = (
            f'IFERROR("{column_letters(target.col)}"&(MATCH(TRUE,INDEX(LEN({states_here})>1,0),0)+{target.row}),{text})'
        )
    return text


def paint_panel(
    sheet: Any, layout: Layout, formulas: Formulas, states: States, styles: Styles, more: Step[bool], sender: Sender
) -> None:
    """Write the live status below the cover's fields: per sheet what is open, and the verdict.

    ``more``: whether the official forms had no room for everything; ``sender``: until when and to whom, in a line below. Hidden columns to the right hold three counts and the first open cell of each sheet.
    """
    step(sheet, _panel, sheet, layout, formulas, states, styles, more)
    cover = layout.inputs[0]
    row, wide = cover.last_row + 4 + len(layout.inputs), cover.hint_col
    for mark, style in ((OK, "green"), (BROKEN, "red")):
        criteria = f'=LEFT($B${row + 1},1)="{mark}"'
        rule = {"type": "formula", "criteria": criteria, "format": styles.get(style)}
        sheet.conditional_format(row, 1, row, wide, rule)
    if said := sender.sentence():
        put(sheet, row + 1, 1, said, styles.get("title"), 1, wide)
        sheet.set_row(row + 1, 24)
    sheet.set_column(wide + 2, wide + 5, None, None, {"hidden": True})


def _panel(sheet: Any, layout: Layout, formulas: Formulas, states: States, styles: Styles, more: Step[bool]) -> None:
    cover = layout.inputs[0]
    row, wide = cover.last_row + 2, cover.hint_col
    put_formula(sheet, row - 1, 1, _waker(formulas))
    put(sheet, row, 1, "填报状态", styles.get("title"), 1, wide)
    sheet.set_row(row, 24)
    sheet.set_row(row + 1, 22)
    put(sheet, row + 1, 1, "工作表（点击前往）", styles.get("header"))
    put(sheet, row + 1, 2, "状态", styles.get("header"), 1, wide - 2)
    put(sheet, row + 1, wide, "说明", styles.get("header"))
    first, counts = row + 2, wide + 2
    totals = [0, 0, 0]
    for offset, source in enumerate(layout.inputs):
        numbers = _counts(sheet, first + offset, counts, source, formulas, states)
        _progress(sheet, first + offset, wide, source, numbers, styles)
        totals = [a + b for a, b in zip(totals, numbers, strict=True)]
    last = first + len(layout.inputs) - 1
    called = str(layout.form.spec.timing.noun)
    _verdict(sheet, last + 1, (first, last), wide, totals, more.get(), called, styles)


def _waker(formulas: Formulas) -> Formula:
    """A formula that shows nothing and needs every cell of 计算, on the sheet people see first.

    LibreOffice takes an empty text for a missing result, and until such a cell has been calculated no change passes
    through it. This cell needs all of them, so they are calculated on opening, whichever sheet is open (decision 8).
    """
    return Formula(f'IF(ISNUMBER(SUMPRODUCT(LEN({formulas.everything()}))),"","")', "")


def _counts(sheet: Any, row: int, col: int, source: SheetLayout, formulas: Formulas, states: States) -> list[int]:
    """How many cells are open, must be corrected, deserve a look; and where the first of them is."""
    others = states.of_sheet(source.title, to_fill=False)
    groups = [
        states.of_sheet(source.title, to_fill=True),
        [state for state in others if state[0].rule.severity is not Severity.NOTICE],
        [state for state in others if state[0].rule.severity is Severity.NOTICE],
    ]
    counts = [formulas.count(group, broken=True) for group in groups]
    for offset, count in enumerate(counts):
        put_formula(sheet, row, col + offset, count)
    put_formula(sheet, row, col + 3, _first_open(source, formulas, states))
    return [int(count.cached) for count in counts]


def _progress(sheet: Any, row: int, wide: int, source: SheetLayout, numbers: list[int], styles: Styles) -> None:
    blank, bad, notice, target = (f"${column_letters(wide + 2 + offset)}${row + 1}" for offset in range(4))
    put_formula(sheet, row, 1, _link(source.title, target), styles.get("link"))
    text = f'IF({blank}+{bad}=0,"✔ 已填好","还差必填 "&{blank}&" 格"&IF({bad}=0,"","，须改 "&{bad}&" 处"))'
    to_correct = f"，须改 {numbers[1]} 处" if numbers[1] else ""
    shown = f"还差必填 {numbers[0]} 格{to_correct}" if numbers[0] + numbers[1] else "✔ 已填好"
    put_formula(sheet, row, 2, Formula(text, shown), styles.get("body"), 1, wide - 2)
    hint = f'IF({notice}>0,"另有提示 "&{notice}&" 处，请核对","")'
    noticed = f"另有提示 {numbers[2]} 处，请核对" if numbers[2] else ""
    put_formula(sheet, row, wide, Formula(hint, noticed), styles.get("body"))
    sheet.set_row(row, 22)


def _first_open(source: SheetLayout, formulas: Formulas, states: States) -> Formula:
    """The address of the first cell of a sheet that is marked as open or wrong, else of its first input.

    The marks column holds texts such as ``|D|H|``: the columns marked in that row.
    """
    column = column_letters(source.hint_col + 1)
    marks = f"{sheet_prefix(source.title)}${column}$2:${column}${source.last_row + 1}"
    box = next((box for box in source.boxes if box.role is Role.INPUT), source.boxes[0])
    cell = Address(source.title, box.row, box.col).a1
    first = f"MATCH(TRUE,INDEX(LEN({marks})>0,0),0)"
    text = f"INDEX({marks},{first})"
    formula = f'IFERROR(MID({text},2,FIND("|",{text},2)-2)&({first}+1),"{cell}")'
    for row in range(1, source.last_row + 1):
        marked = states.marked(formulas, source.title, row) if (source.title, row) in states.marks else ""
        if marked:
            return Formula(formula, f"{marked[1 : marked.index('|', 1)]}{row + 1}")
    return Formula(formula, cell)


def _verdict(
    sheet: Any, row: int, lines: tuple[int, int], wide: int, totals: list[int], more: bool, called: str, styles: Styles
) -> None:
    first, last = lines
    blank, bad = (
        f"SUM(${letter}${first + 1}:${letter}${last + 1})" for letter in map(column_letters, (wide + 2, wide + 3))
    )
    ready = f"✔ 可以报送：请打印“{called}”签字盖章，连同本文件一并报送。"
    also = f"{called}印不下的文字在“{ATTACHED}”：右键点工作表标签、取消隐藏，一并打印。"
    text = (
        f'IF({blank}+{bad}=0,"{ready}"&IF({attached.USED}="","","{also}"),IF({bad}=0,"还没有填完：还差必填 "&{blank}&" 格。",'
        f'"✘ 暂不能报送：还差必填 "&{blank}&" 格，须改 "&{bad}&" 处，详见“{CHECKS}”表。"))'
    )
    if totals[1]:
        shown = f"✘ 暂不能报送：还差必填 {totals[0]} 格，须改 {totals[1]} 处，详见“{CHECKS}”表。"
    elif totals[0]:
        shown = f"还没有填完：还差必填 {totals[0]} 格。"
    else:
        shown = ready + (also if more else "")
    put_formula(sheet, row, 1, Formula(text, shown), styles.get("verdict"), 1, wide)
    sheet.set_row(row, 30)
