"""What an author easily gets wrong and nothing else would notice: cells nobody can fill in, sheets that do not fit.

Used only by ``form.compiled.compiler``. Names, formulas and types are checked there; here are the properties of fields, sheets,
grids, tables, printed rows and lists. Every problem is told at the line that should change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from xltool import expr, notation
from xltool.expr import Bound, Type
from xltool.expr.functions.nodes import Apply, Const, Node, Ref
from xltool.form.definition.model import (
    LAST_YEAR,
    Field,
    FieldsBlock,
    FieldType,
    FormSpec,
    GridBlock,
    InputSheet,
    Per,
    PrintSheet,
    Rule,
    TableBlock,
)
from xltool.form.definition.strict import Problem, file_of, line_of
from xltool.writing.text import sheet_name

SOURCES: Mapping[str, str] = {
    "批次": "任何表",
    "部门": "部门的表",
    "项目": "项目的表",
    "指标": "项目的绩效指标表的栏目",
    LAST_YEAR: "部门的表的数字格",
}
"""Where a field may be filled from, the sheets of the roster and last year's return, and where such a field can stand."""

PROMPT = 255
"""Excel takes no more characters in an input message."""

_SEVERAL = 40  # words of a list that several may be chosen of: each is a function within a function
_ROWS = 200  # of one 二级指标

_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_CODE = re.compile(r"[A-Z]{2,4}[0-9]{2,3}")
_DOWN = ("level1", "level2", "table")
_STYLES = ("center", "left", "title")
_RESERVED = ("填报说明", "附页", "校验", "计算", "选项", "_xltool")

Complaint = tuple[str, str]
"""The text at whose line to tell, and what."""


def check(
    spec: FormSpec, fields: Sequence[tuple[Field, InputSheet, str]], computed: Mapping[str, Bound], file: str
) -> list[Problem]:
    """Return what is wrong; ``fields`` are all fields with their sheet and table ("" outside tables)."""
    told = [
        *_own_id(spec, file),
        *(line for item, sheet, table in fields for line in _field(item, sheet, table)),
        *_types(fields, computed),
        *_choices(spec, fields, computed),
        *_last_year(fields),
        *_titles(spec),
        *(line for sheet in spec.sheets for line in _sheet(sheet)),
        *(line for sheet in spec.prints for line in _print(spec, sheet)),
        *(line for rule in spec.rules for line in _rule(rule)),
        *_policy(spec),
    ]
    return [Problem(file_of(text) or file, line_of(text), message) for text, message in told]


def _own_id(spec: FormSpec, file: str) -> Iterator[Complaint]:
    if spec.extends and file_of(spec.form) != file:
        yield spec.extends, f"没有写 form：以“{spec.extends}”为基础的表样要有自己的编号"


def _field(item: Field, sheet: InputSheet, table: str) -> Iterator[Complaint]:
    said = f"“{item.name}”"
    if not _ID.fullmatch(item.id):
        yield item.id, f"{said}的编号“{item.id}”只能用小写英文字母、数字和下划线，以字母开头"
    if item.prefill:
        source = item.prefill.partition(".")
        fits = {
            "部门": sheet.per is Per.DEPARTMENT and not table,
            "项目": sheet.per is Per.PROJECT and not table,
            "指标": bool(table) and sheet.per is Per.PROJECT,
            LAST_YEAR: sheet.per is Per.DEPARTMENT and not table and item.is_number,
        }
        if source[0] not in SOURCES or not source[2]:
            yield item.prefill, f"{said}的 prefill 要写成“{'、'.join(SOURCES)}”之一加点和列名，如 项目.项目名称"
        elif not fits.get(source[0], True):
            yield (
                item.prefill,
                f"{said}取自{'上年的回收表' if source[0] == LAST_YEAR else f'名册〔{source[0]}〕'}，只能放在{SOURCES[source[0]]}里",
            )
    if item.locked and not item.prefill:
        yield item.name, f"{said}写了 locked: true 而没有 prefill，谁也填不了"
    if item.hidden and item.is_input:
        yield item.name, f"{said}写了 hidden: true 而没有 compute，谁也填不了"
    if item.required and not item.is_input:
        yield item.name, f"{said}是计算出来的，不能写 required: true"
    if (item.type in (FieldType.CHOICE, FieldType.MULTIPLE)) is not bool(item.choices):
        yield item.name, f"{said}：type: choice（或 multiple）和 choices: 清单 要一起写"
    if len(item.prompt) > PROMPT:
        yield item.prompt, f"{said}的 prompt 有 {len(item.prompt)} 个字，Excel 的输入提示最多 {PROMPT} 个字"


def _types(fields: Sequence[tuple[Field, InputSheet, str]], computed: Mapping[str, Bound]) -> Iterator[Complaint]:
    for item, _, _ in fields:
        bound = computed.get(item.id)
        if bound is not None and bound.type is not (Type.NUMBER if item.is_number else Type.TEXT):
            wanted = "数字，或去掉 type: number" if item.is_number else "文字，或写上 type: number"
            yield item.compute or item.default, f"“{item.name}”的公式得出{bound.type.word}，应当得出{wanted}"


def _last_year(fields: Sequence[tuple[Field, InputSheet, str]]) -> Iterator[Complaint]:
    """What is taken from last year's return is named as it is in this form."""
    numbers = {
        item.name for item, sheet, table in fields if item.is_number and not table and sheet.per is Per.DEPARTMENT
    }
    for item, _, _ in fields:
        source, _, name = item.prefill.partition(".")
        if source == LAST_YEAR and name and name not in numbers:
            yield item.prefill, f"“{item.name}”取自上年的“{name}”，部门的表里没有这个数字格"


def _choices(
    spec: FormSpec, fields: Sequence[tuple[Field, InputSheet, str]], computed: Mapping[str, Bound]
) -> Iterator[Complaint]:
    """A formula that proposes a word must propose one of the list."""
    several = {str(item.choices) for item, _, _ in fields if item.type is FieldType.MULTIPLE}
    for name in sorted(several & set(spec.lists)):
        words = spec.lists[name].words
        if len(words) > _SEVERAL:
            yield spec.lists[name].words[0], f"清单“{name}”有 {len(words)} 个词；可以选几个的，最多 {_SEVERAL} 个"
        for word in words:
            if re.search(r"[、，,；;\s]", word):
                yield word, f"清单“{name}”里的“{word}”有顿号、逗号、分号或空格；可以选几个的，词与词就分不开"
    for item, _, _ in fields:
        words = spec.lists[item.choices].words if item.choices in spec.lists else ()
        for word in _results(computed[item.id].root) if words and item.id in computed else ():
            if word not in words:
                yield item.default or item.compute, f"“{item.name}”的公式给出“{word}”，不在清单“{item.choices}”里"


def _results(node: Node) -> Iterator[str]:
    if isinstance(node, Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, Apply) and node.name == "IF":
        yield from (*_results(node.args[1]), *_results(node.args[2]))


def absent_levels(node: Node, blocks: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """Yield the words a formula compares a 一级 or 二级 with and its table does not have: the column's name and the word.

    ``blocks``: id of a column of levels → the names its rows can have, folded as the words are.
    """
    if not isinstance(node, Apply):
        return
    if node.name in ("=", "<>"):
        for one, other in ((node.args[0], node.args[1]), (node.args[1], node.args[0])):
            known = blocks.get(one.symbol.id) if isinstance(one, Ref) else None
            if isinstance(one, Ref) and isinstance(other, Const) and known and str(other.value) not in known:
                yield one.symbol.name, str(other.value)
    for arg in node.args:
        yield from absent_levels(arg, blocks)


def blocks_of(table: TableBlock) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the columns of levels with the names their rows can have."""
    names = {
        FieldType.LEVEL1: frozenset(notation.fold(level.name) for level in table.levels),
        FieldType.LEVEL2: frozenset(notation.fold(group.name) for level in table.levels for group in level.groups),
    }
    yield from ((str(item.id), names[item.type]) for item in table.columns if item.type in names)


def _titles(spec: FormSpec) -> Iterator[Complaint]:
    seen = {name.lower() for name in _RESERVED}  # as Excel compares them
    sheets: tuple[InputSheet | PrintSheet, ...] = (*spec.sheets, *spec.prints)
    for sheet in sheets:
        if sheet.title.lower() in seen:
            yield sheet.title, f"工作表名“{sheet.title}”已经用过，或是工具自己要用的"
        seen.add(sheet.title.lower())
        if (sheet.per is Per.PROJECT) is not ("{n}" in sheet.title):
            say = "要有 {n}（第几个项目）" if sheet.per is Per.PROJECT else "不是每个项目一张，不能有 {n}"
            yield sheet.title, f"工作表名“{sheet.title}”{say}"


def _sheet(sheet: InputSheet) -> Iterator[Complaint]:
    spans = sheet.spans
    for block in sheet.blocks:
        if isinstance(block, FieldsBlock):
            wide = spans.label + spans.value + spans.unit
        elif isinstance(block, GridBlock):
            wide = spans.label + sum(column.cols for column in block.columns if not column.hidden)
            yield from _grid(block)
        else:
            wide = sum(not column.hidden for column in block.columns)
            yield from _table(block)
        if wide + 1 > len(sheet.widths):
            yield sheet.title, f"表“{sheet.title}”要占 {wide} 列加“填报提示”一列，widths 只有 {len(sheet.widths)} 列"


def _grid(block: GridBlock) -> Iterator[Complaint]:
    known = {f"{row.id}.{column.id}" for row in block.rows for column in block.columns}
    for name in block.cells:
        if name not in known:
            yield name, f"网格 {block.grid} 的 cells 里没有“{name}”这一格，要写成 行.列"
    levelled = [row for row in block.rows if row.level1 or row.level2]
    if not block.items and (levelled or block.points or block.subtotals):
        first = levelled[0].id if levelled else block.grid
        yield first, f"网格 {block.grid} 没有写 items: true，不能写 level1、level2、points、subtotals"
    elif levelled and not block.rows[0].level1:
        yield block.rows[0].id, f"网格 {block.grid} 的第一行要写 level1"
    seen: set[str] = set()
    for name in (name for row in block.rows for name in (row.level1, row.level2) if name):
        if name in seen:
            yield name, f"“{name}”在网格 {block.grid} 里写了两次；同一块的各行排在一起，只在第一行写"
        seen.add(name)
    for name in block.points:
        if name not in seen:
            yield name, f"网格 {block.grid} 的 points 里的“{name}”不是哪一行的 level1、level2"
    numbers = {column.name for column in block.columns if column.type is FieldType.NUMBER and not column.hidden}
    for name in block.subtotals:
        if name not in numbers or not levelled:
            yield name, f"网格 {block.grid} 的 subtotals 里的“{name}”不是看得见的数字列，或者没有一行写了 level1"


def _table(block: TableBlock) -> Iterator[Complaint]:
    seen: set[str] = set()
    plain = bool(block.rows) and block.levels[0].name is block.name
    if bool(block.rows) is not plain or (block.points and not plain) or not block.levels:
        yield block.table, f"表“{block.name}”写 levels，或者写 rows（有几行）和 points（一共几分），两样写一样"
    if plain and any(column.type in (FieldType.LEVEL1, FieldType.LEVEL2) for column in block.columns):
        yield block.table, f"表“{block.name}”写了 rows，没有一级、二级指标，不能有 level1、level2 的栏目"
    for level in block.levels:
        for name in () if plain else (level.name, *(group.name for group in level.groups)):
            if name in seen:
                yield name, f"“{name}”在 levels 里写了两次"
            seen.add(name)
        for group in level.groups:
            if group.rows < 1:
                yield group.name, f"“{group.name}”的 rows 至少是 1"
            elif group.rows > _ROWS:
                yield group.name, f"“{group.name}”的 rows 是 {group.rows}，最多 {_ROWS} 行"


def _print(spec: FormSpec, sheet: PrintSheet) -> Iterator[Complaint]:
    where, below = f"打印表“{sheet.title}”", [0] * len(sheet.widths)
    repeated = [row.each for row in sheet.rows if row.each]
    twice = [each for at, each in enumerate(repeated) if each in repeated[:at]]
    if twice:
        yield twice[0], f"{where}：each: {twice[0]} 写了两行，一个表在一张打印表上只能重复一次"
    for number, row in enumerate(sheet.rows, start=1):
        line = row.id or next((cell.value or cell.text for cell in row.cells if cell.value or cell.text), sheet.title)
        for cell in row.cells:
            anchor = cell.value or cell.text or line
            if not cell.rows.isdigit() and cell.rows not in _DOWN:
                yield anchor, f"{where}第 {number} 行：rows 只能写数、level1、level2 或 table，现在是“{cell.rows}”"
            elif cell.rows in _DOWN[:2] and not row.each:
                yield anchor, f"{where}第 {number} 行：rows: {cell.rows} 只能用在写了 each 的行里"
            if cell.style not in _STYLES:
                yield anchor, f"{where}第 {number} 行：style 只能是 {'、'.join(_STYLES)}，现在是“{cell.style}”"
            if cell.unit and cell.unit not in spec.units:
                yield cell.unit, f"{where}第 {number} 行：单位“{cell.unit}”没有在 units 里定义"
        free = [at for at, rows in enumerate(below) if rows == 0]
        wide = sum(cell.cols for cell in row.cells)
        if wide < len(free):
            yield line, f"{where}第 {number} 行只排了 {wide} 列，应当排满 {len(free)} 列"
        below = [max(0, rows - 1) for rows in below]
        for cell in row.cells:
            rows = int(cell.rows) if cell.rows.isdigit() else 2 if cell.rows == "table" else 1
            for at in free[: cell.cols]:
                below[at] = rows - 1
            free = free[cell.cols :]


def _rule(rule: Rule) -> Iterator[Complaint]:
    if not _CODE.fullmatch(rule.code):
        yield rule.code, f"规则编号“{rule.code}”要写成两到四个大写字母加两三位数字，如 XX01"
    if not rule.at:
        yield rule.code, f"规则 {rule.code}：at 是空的，要写明标记哪一格"


def _policy(spec: FormSpec) -> Iterator[Complaint]:
    years = spec.years
    if any(year and not 2000 <= year <= 2100 for year in (years.first, years.last)) or 0 < years.last < years.first:
        yield spec.form, "years 的 first、last 要写成 2020 这样的年度，first 不晚于 last"
    for parameter in spec.parameters:
        if not parameter.source.strip():
            yield parameter.id, f"参数“{parameter.name}”没有写依据（source）"
        if parameter.unit and parameter.unit not in spec.units:
            yield parameter.unit, f"参数“{parameter.name}”的单位“{parameter.unit}”没有在 units 里定义"
    for name, words in spec.lists.items():
        if not words.words:
            yield name, f"清单“{name}”是空的"
        for word in sorted(word for word, count in Counter(words.words).items() if count > 1):
            yield word, f"清单“{name}”里“{word}”写了两次"
    for name, unit in spec.units.items():
        if not expr.is_format(unit.format):
            yield (
                name,
                f"单位“{name}”的 format 只能是 0、0.00、#,##0.00、0.00%、general、date 这样的，现在是“{unit.format}”",
            )
        if unit.tolerance < 0:
            yield name, f"单位“{name}”的 tolerance 不能是负数"


def titles(spec: FormSpec) -> Iterator[Complaint]:
    """Yield the titles that Excel does not take for a sheet."""
    for title in (*(sheet.title for sheet in spec.sheets), *(sheet.title for sheet in spec.prints)):
        if len(title) > 26 or sheet_name(title) != title:
            yield title, f"工作表名“{title}”太长，或含有 [ ] : * ? / \\ ' 这样 Excel 不接受的字"


def widths(sheets: Iterable[PrintSheet]) -> Iterator[Complaint]:
    """Yield the printed rows that are wider than their sheet."""
    for sheet in sheets:
        for wide in (sum(cell.cols for cell in row.cells) for row in sheet.rows):
            if wide > len(sheet.widths):
                yield sheet.title, f"打印表“{sheet.title}”有一行占 {wide} 列，表宽只有 {len(sheet.widths)} 列"
