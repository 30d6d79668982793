"""A form as a workbook in which people who own it change it: a sheet for each kind, with checks that answer while typing.

Imports ``slots`` and ``writing``. Only what may be changed is unlocked. What every cell held stands once more on a hidden
sheet, so that on the way back only what somebody typed counts, also when the form was changed meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from xltool.campaign.form_editing.slots import (
    FORMAT,
    HIDDEN,
    MARK,
    NO,
    NOTHING,
    SLOTS,
    TITLE_ROWS,
    YES,
    EditSlot,
    SlotRole,
    shown,
)
from xltool.form.edit.editable import SEVERITIES, Editable, EditLine, EditPart, Takes
from xltool.form.edit.edited import Editing
from xltool.writing.measure import lines_needed, row_height
from xltool.writing.palette import (
    BLUE,
    COMPUTED_FILL,
    GREY,
    GRID,
    HEADER_FILL,
    HEI,
    INPUT_FILL,
    LABEL_FILL,
    RED,
    RED_FILL,
    SONG,
)
from xltool.writing.workbook import TextBook, column_name

ABOUT = "说明"
_OWN, _CHANGED, _BASIS = "", "改写了", "改写了；请核对依据"
_LONGEST, _PROMPT = 8_000, 255
_ALLOWED = {"format_columns": True, "format_rows": True, "autofilter": True}
_HINTS = {
    EditPart.ABOUT: "版本、名称、地区、依据印在表上。内容改了，请把版本也改一下，如 1.1。",
    EditPart.PARAMETERS: "评分办法里的数。百分数写成小数，如 0.85；改了数，请写上依据的文件。",
    EditPart.LISTS: "规则和下拉列表用的词。用语之间用“、”隔开，不要重复。",
    EditPart.BLOCKS: "各张填报表的标题，各块的标题和说明。文字里的 {参数} 会换成参数的数，请保留花括号。",
    EditPart.FIELDS: "单位看到的名称、提示、是否必填、最小和最大的数。“显示的名称”不填的，用栏目的名称。",
    EditPart.RULES: "核对什么、怎么说。文字里的 {栏目} 会换成单位填的内容，请保留花括号；不用的规则，“启用”选“否”。",
}
_HELP = {
    Takes.NUMBER: "请写数，百分数写成小数，如 0.85。",
    Takes.TRUTH: "请从列表里选。",
    Takes.SEVERITY: "退回：不能收；须改：要改了再报；提示：请看一眼。",
    Takes.WORDS: "用语之间用“、”隔开。",
    Takes.TEXT: "",
}


def edit_book(editing: Editing) -> bytes:
    """Return the workbook; the same form twice is the same bytes."""
    target = BytesIO()
    book: Any = TextBook(target, {"in_memory": True})
    book.set_properties({"title": f"修改表样 {editing.ident}"})
    drawn = _Drawn(book)
    parts = {part: [line for line in editing.lines if line.part is part] for part in EditPart}
    _about(book, drawn, editing, {part: len(lines) for part, lines in parts.items()})
    for part, lines in parts.items():
        drawn.sheet(part, lines)
    _hidden(book, editing)
    book.worksheets()[0].activate()
    book.close()
    return target.getvalue()


def fingerprint(editing: Editing) -> str:
    """Return what tells whether the form's own file is still the one the workbook was written from."""
    return hashlib.sha256(editing.text.encode("utf-8")).hexdigest()


class _Drawn:
    def __init__(self, book: Any) -> None:
        self.book = book
        base = {
            "font_name": SONG,
            "font_size": 10,
            "valign": "vcenter",
            "border": 1,
            "border_color": GRID,
            "text_wrap": True,
        }
        make = book.add_format
        self.head = make({**base, "bold": True, "bg_color": HEADER_FILL, "align": "center"})
        self.hint = make({"font_name": SONG, "font_size": 10, "font_color": GREY, "valign": "vcenter"})
        self.locked = make({**base, "bg_color": LABEL_FILL})
        self.base = make({**base, "bg_color": COMPUTED_FILL, "font_color": GREY})
        self.text = make({**base, "bg_color": INPUT_FILL, "locked": False, "num_format": "@"})
        figure = {"align": "right", "indent": 1}  # away from the text in the next cell
        self.number = make({**base, **figure, "bg_color": INPUT_FILL, "locked": False})
        self.base_number = make({**base, **figure, "bg_color": COMPUTED_FILL, "font_color": GREY})
        self.chosen = make({**base, "bg_color": INPUT_FILL, "locked": False, "num_format": "@", "align": "center"})
        self.check = make({**base, "font_color": BLUE})
        self.wrong = make({"font_color": RED, "bg_color": RED_FILL, "bold": True})
        self.other = make({"font_color": BLUE, "bold": True})

    def sheet(self, part: EditPart, lines: Sequence[EditLine]) -> None:
        sheet, slots = self.book.add_worksheet(str(part)), SLOTS[part]
        sheet.write_string(0, 0, _HINTS[part] + " 只改浅黄色的格子；清空的，恢复成基础表样的。", self.hint)
        sheet.set_row(0, 24)
        for col, slot in enumerate(slots):
            sheet.write_string(TITLE_ROWS - 1, col, slot.heading, self.head)
            sheet.set_column(col, col, slot.width)
        sheet.set_row(TITLE_ROWS - 1, 30)
        for row, line in enumerate(lines, start=TITLE_ROWS):
            sheet.set_row(row, row_height(max(lines_needed(_seen(line, slot), slot.width - 2) for slot in slots)))
            for col, slot in enumerate(slots):
                self.cell(sheet, row, col, slot, line, slots)
        last = max(TITLE_ROWS, TITLE_ROWS + len(lines) - 1)
        self.marks(sheet, slots, last)
        named = next((col for col, slot in enumerate(slots) if slot.role is SlotRole.NAME), 0)
        sheet.freeze_panes(TITLE_ROWS, named + 1)
        sheet.autofilter(TITLE_ROWS - 1, 0, last, len(slots) - 1)
        sheet.protect("", _ALLOWED)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(TITLE_ROWS - 1)
        sheet.set_margins(0.4, 0.4, 0.5, 0.5)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        printed = next(col for col, slot in enumerate(slots) if slot.role is SlotRole.CHECK)
        sheet.print_area(0, 0, last, printed)

    def cell(self, sheet: Any, row: int, col: int, slot: EditSlot, line: EditLine, slots: Sequence[EditSlot]) -> None:
        text = _seen(line, slot)
        if slot.role is SlotRole.CHECK:
            sheet.put_formula(row, col, _check(row, line, slots), self.check, _status(line))
            return
        entry = line.entries.get(slot.key) if slot.role in (SlotRole.ENTRY, SlotRole.BASE) else None
        if entry is None or slot.role is SlotRole.BASE:
            style = self.base if slot.role is SlotRole.BASE else self.locked
        else:
            style = self.number if entry.takes is Takes.NUMBER else self.text
            style = self.chosen if entry.takes in (Takes.TRUTH, Takes.SEVERITY) else style
            sheet.data_validation(row, col, row, col, _validation(slot, entry))
        if entry is not None and entry.takes is Takes.NUMBER and text:
            sheet.write_number(row, col, float(text), self.base_number if style is self.base else style)
        elif text:
            sheet.write_string(row, col, text, style)
        else:
            sheet.write_blank(row, col, None, style)

    def marks(self, sheet: Any, slots: Sequence[EditSlot], last: int) -> None:
        bases = {slot.key: column_name(col) for col, slot in enumerate(slots) if slot.role is SlotRole.BASE}
        for col, slot in enumerate(slots):
            here = f"{column_name(col)}{TITLE_ROWS + 1}"
            if slot.role is SlotRole.ENTRY:
                other = f"${bases[slot.key]}{TITLE_ROWS + 1}"
                rule = f'=AND({other}<>"",{here}<>"",NOT(EXACT({here},{other})))'
                sheet.conditional_format(
                    TITLE_ROWS, col, last, col, {"type": "formula", "criteria": rule, "format": self.other}
                )
            elif slot.role is SlotRole.CHECK:
                rule = f'=LEFT({here},1)="✘"'
                sheet.conditional_format(
                    TITLE_ROWS, col, last, col, {"type": "formula", "criteria": rule, "format": self.wrong}
                )


def _seen(line: EditLine, slot: EditSlot) -> str:
    """The text of a cell."""
    entry = line.entries.get(slot.key)
    match slot.role:
        case SlotRole.IDENT:
            return line.ident
        case SlotRole.NAME:
            return line.name
        case SlotRole.TOLD:
            return line.told.get(slot.key, "")
        case SlotRole.ENTRY:
            return shown(entry, entry.now) if entry else ""
        case SlotRole.BASE:
            return shown(entry, entry.inherited) if entry else ""
        case _:
            return _status(line)


def _status(line: EditLine) -> str:
    """What the check says of what is written now, which is in order."""
    differs = {
        key for key, entry in line.entries.items() if entry.inherited is not None and entry.now != entry.inherited
    }
    if not differs:
        return _OWN
    return _BASIS if line.part is EditPart.PARAMETERS and "source" not in differs else _CHANGED


def _check(row: int, line: EditLine, slots: Sequence[EditSlot]) -> str:
    """The formula that looks at a line: first what cannot be taken, then whether it differs from the base."""
    cells = {(slot.role, slot.key): f"${column_name(col)}{row + 1}" for col, slot in enumerate(slots)}
    headings = {slot.key: slot.heading for slot in slots if slot.role is SlotRole.ENTRY}
    tests: list[tuple[str, str]] = []
    differs: dict[str, str] = {}
    for key, entry in line.entries.items():
        here, base = cells[SlotRole.ENTRY, key], cells[SlotRole.BASE, key]
        tests += [(f'AND({here}<>"",{test})', f"✘ {headings[key]}{said}") for test, said in _tests(here, key, entry)]
        if entry.needed and entry.inherited is None:
            tests.append((f'{here}=""', f"✘ {headings[key]}不能空着"))
        if entry.inherited is not None:
            blank = f'{here}<>"",' if entry.inherited else f'{here}&""<>"{NOTHING}",'
            differs[key] = f"AND({blank}NOT(EXACT({here},{base})))"
    told = '""'
    if differs:
        told = f'IF(OR({",".join(differs.values())}),"{_CHANGED}","")'
        if line.part is EditPart.PARAMETERS:
            told = f'IF(AND({differs["value"]},NOT({differs["source"]})),"{_BASIS}",{told})'
    for test, said in reversed(tests):
        told = f'IF({test},"{said}",{told})'
    return told


def _tests(here: str, key: str, entry: Editable) -> list[tuple[str, str]]:
    match entry.takes:
        case Takes.NUMBER:
            return [(f"NOT(ISNUMBER({here}))", "应当是数")]
        case Takes.TRUTH:
            return [(f'{here}<>"{YES}",{here}<>"{NO}"', f"请选{YES}或{NO}")]
        case Takes.SEVERITY:
            return [(",".join(f'{here}<>"{word}"' for word in SEVERITIES), "请从列表里选")]
        case Takes.WORDS:
            doubled = f'"、"&SUBSTITUTE({here},"、","、、")&"、"'
            word = f'TRIM(MID(SUBSTITUTE({here},"、",REPT(" ",200)),(ROW($1:$150)-1)*200+1,200))'
            times = f'(LEN({doubled})-LEN(SUBSTITUTE({doubled},"、"&{word}&"、","")))/(LEN({word})+2)'
            return [
                (f'ISNUMBER(FIND("、、","、"&{here}&"、"))', "有空的用语"),
                (f'LEN({here})<4000,SUMPRODUCT(({word}<>"")*({times}>1))>0', "有重复"),
            ]
    limit = _PROMPT if key == "prompt" else _LONGEST
    return [(f"LEN({here})>{limit}", f"超过 {limit} 字")]


def _validation(slot: EditSlot, entry: Editable) -> dict[str, Any]:
    base = shown(entry, entry.inherited)
    told = _HELP[entry.takes] + (f"清空即恢复：{base}" if base else "")
    if entry.takes is Takes.TEXT and base:
        told += f" 不要任何文字的，写 {NOTHING}" if not entry.needed else ""
    rule: dict[str, Any] = {"input_title": slot.heading, "input_message": told} if told else {}
    match entry.takes:
        case Takes.NUMBER:
            return rule | {
                "validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12,
                "error_title": "应当是数", "error_message": "请只写数，百分数写成小数，如 0.85。",
            }  # fmt: skip
        case Takes.TRUTH | Takes.SEVERITY:
            words = [YES, NO] if entry.takes is Takes.TRUTH else list(SEVERITIES)
            return rule | {"validate": "list", "source": words, "error_message": "请从列表里选。"}
    limit = _PROMPT if entry.key == "prompt" else _LONGEST
    said = {"validate": "length", "criteria": "<=", "value": limit, "error_message": f"最多 {limit} 个字。"}
    return rule | said


def _about(book: Any, drawn: _Drawn, editing: Editing, counts: dict[EditPart, int]) -> None:
    sheet = book.add_worksheet(ABOUT)
    base = {"font_name": SONG, "font_size": 11, "valign": "vcenter", "text_wrap": True}
    heading = book.add_format({"font_name": HEI, "font_size": 16, "valign": "vcenter"})
    text, strong = book.add_format(base), book.add_format({**base, "bold": True})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 92)
    sheet.write_string(0, 0, f"修改表样：{editing.ident}", heading)
    sheet.set_row(0, 34)
    fate = (
        f"新写一个同名的表样，放在 {editing.path.parent.name} 里，在基础表样上改"
        if editing.new
        else "写进表样的 form.yaml"
    )
    rows = [
        ("怎样改", "只改浅黄色的格子，改好保存、关闭，再运行下面的命令。灰色的是基础表样的值，供比较；蓝色粗体是与基础表样不同的。"),
        ("恢复", "清空一格，或者写成与基础表样一样，就恢复成基础表样的，以后基础表样变了也跟着变。"),
        ("什么都不写", f"不要基础表样里的文字、自己也不写的，写 {NOTHING}。"),
        ("不要改的", "编号、名称、标题行；不要加行、删行、合并单元格，不要写公式。栏目、规则的增加和公式的修改，请交给写表样的人。"),
        ("检查", "右边“检查”一栏边改边看：✘ 的要先改好；“改写了”是与基础表样不同。"),
        ("先看改动", "xltool form take 本文件 --show"),
        ("收回", f"xltool form take 本文件   （批次里的表样，另写 -C 批次）。有一处不对就一处也不写；都对的，{fate}。"),
        ("收回以后", "会按整个表样再检查一遍。已经下发的批次，要重新 generate 才用新的表样。"),
    ]  # fmt: skip
    line = 2
    for name, told in rows:
        sheet.write_string(line, 0, name, strong)
        sheet.write_string(line, 1, told, text)
        sheet.set_row(line, row_height(lines_needed(told, 80)) + 6)
        line += 1
    line += 1
    sheet.write_string(line, 0, "工作表", drawn.head)
    sheet.write_string(line, 1, "里面是什么", drawn.head)
    for part, count in counts.items():
        line += 1
        sheet.write_url(line, 0, f"internal:'{part}'!A1", drawn.locked, str(part))
        sheet.write_string(line, 1, f"{count} 行。{_HINTS[part]}", drawn.locked)
        sheet.set_row(line, row_height(lines_needed(_HINTS[part], 80)) + 4)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.protect("", _ALLOWED)


def _hidden(book: Any, editing: Editing) -> None:
    sheet = book.add_worksheet(HIDDEN)
    for row, values in enumerate(((MARK, FORMAT), (editing.ident, fingerprint(editing)))):
        for col, value in enumerate(values):
            sheet.write_string(row, col, value)
    entries = [(line, key, entry) for line in editing.lines for key, entry in line.entries.items()]
    for row, (line, key, entry) in enumerate(entries, start=2):
        for col, value in enumerate((str(line.part), line.ident, key, shown(entry, entry.now))):
            sheet.write_string(row, col, value)
    sheet.very_hidden()
