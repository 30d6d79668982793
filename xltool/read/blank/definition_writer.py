"""The text of a drafted ``form.yaml``. Imports ``definition_text`` and what was found.

Written as people write it: what is different from the base, one record a line, with what has to be decided above it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xltool.form.definition.model import FieldsBlock, FieldType, InputSheet, TableBlock
from xltool.read.blank.additions import YamlEntry, sheet_of
from xltool.read.blank.definition_text import comment, flow, records, scalar
from xltool.read.blank.level_points import Marks, table_of
from xltool.read.blank.likeness import Likeness
from xltool.read.blank.paper_rows import PaperRows
from xltool.read.blank.paper_widths import is_wide
from xltool.read.blank.printed_words import NEW_UNITS
from xltool.writing.text import one_line

_PRINT = "paper_form"
_SOURCE = "空表（请写文件名称和文号）"
_EXTRA_WIDTH = 12


def definition(
    one: Likeness,
    ident: str,
    file: str,
    marks: Marks,
    rows: PaperRows,
    taken: Sequence[str],
    decisions: Sequence[str],
) -> str:
    """Return the whole text."""
    spec = one.form.spec
    base = str(one.form.id)
    lines = comment(
        f"{ident}：从空表起草，以 {base} 为基础。没有写的都跟基础表样一样；写法见 macros_docs/form-guide.md。"
    )
    lines += ["#", f"# 空表：{one_line(file)}", *(line for text in taken for line in comment(f"  {one_line(text)}"))]
    lines += ["#", "# 要人定的事（定好一条，删掉一条）："]
    lines += [line for number, text in enumerate(decisions, 1) for line in comment(f"  {number}. {one_line(text)}")]
    lines += ["", f"form: {ident}", f"extends: {base}", 'version: "1.0"', f"title: {scalar(str(spec.title))}"]
    lines += ["region: ××县   # 请改", f"source: {_SOURCE}   # 请改"]
    if marks.full != spec.full_marks:
        lines.append(f"full_marks: {marks.full:f}")
    if marks.weights and marks.weights != tuple(str(name) for name in spec.weights):
        lines.append(f"weights: {flow(list(marks.weights))}")
    lines += _units(rows) + _parameters(one, marks) + _lists(rows) + _sheets(one, marks, rows) + _prints(one, rows)
    return "\n".join(lines) + "\n"


def _units(rows: PaperRows) -> list[str]:
    if not rows.additions.units:
        return []
    made = []
    for name in sorted(rows.additions.units):
        settings = NEW_UNITS.get(name, {"format": "general"})
        values = {key: Decimal(value) if key == "tolerance" else value for key, value in settings.items()}
        made.append(f"  {scalar(name)}: {flow(values)}")
    return ["", "units:", *made]


def _parameters(one: Likeness, marks: Marks) -> list[str]:
    known = {str(p.name): str(p.id) for p in one.form.spec.parameters}
    items: list[YamlEntry] = []
    for name, value in marks.values.items():
        if name in known:
            items.append({"id": known[name], "override": True, "value": value, "source": _SOURCE})
        else:
            made = f"w_paper_{sum('name' in item for item in items) + 1}"
            items.append({"id": made, "name": name, "value": value, "unit": "分", "source": _SOURCE})
    return ["", "parameters:", *records(items, 2)] if items else []


def _lists(rows: PaperRows) -> list[str]:
    made = [
        f"  {scalar(name)}: {flow({'words': list(words), 'source': _SOURCE})}"
        for name, words in rows.additions.lists.items()
    ]
    return ["", "lists:", *made] if made else []


def _sheets(one: Likeness, marks: Marks, rows: PaperRows) -> list[str]:
    by_sheet: dict[str, list[str]] = {}
    sheets = {str(sheet.id): sheet for sheet in one.form.spec.sheets}
    add = rows.additions
    if add.fields:
        sheet = sheet_of(one)
        place = _after_names(one, sheet)
        lines = ["      - id: paper_fields", *([f"        after: {place}"] if place else [])]
        lines += ["        title: 正式表上的其他内容", "        fields:", *records(add.fields, 10)]
        by_sheet.setdefault(str(sheet.id), []).extend(lines)
    for grid in sorted({*add.grid_rows, *add.grid_columns}):
        lines = [f"      - grid: {grid}", "        override: true"]
        lines += ["        rows:", *records(add.grid_rows[grid], 10)] if grid in add.grid_rows else []
        lines += ["        columns:", *records(add.grid_columns[grid], 10)] if grid in add.grid_columns else []
        by_sheet.setdefault(_sheet_with(one, grid), []).extend(lines)
    table = table_of(one)
    widths: Sequence[int] = ()
    if table is not None and marks.levels:
        lines = _levels(table, marks)
        if add.columns:
            lines += ["        columns:", *records(add.columns, 10)]
            widths = _wider(sheets[_sheet_with(one, table.table)], table, add.columns)
        if lines:
            head = [f"      - table: {table.table}", "        override: true"]
            by_sheet.setdefault(_sheet_with(one, table.table), []).extend([*head, *lines])
    if not by_sheet:
        return []
    result = ["", "sheets:"]
    for ident, lines in by_sheet.items():
        result += [f"  - id: {ident}", "    override: true"]
        if widths and table is not None and ident == _sheet_with(one, table.table):
            spans = sheets[ident].spans
            value = spans.value + len(add.columns)
            result += [f"    widths: {flow(list(widths))}"]
            result += [f"    spans: {flow({'label': spans.label, 'value': value, 'unit': spans.unit})}"]
        result += ["    blocks:", *lines]
    return result


def _sheet_with(one: Likeness, block: str) -> str:
    """The sheet on which a grid or table stands."""
    for sheet in one.form.spec.sheets:
        if any(block in (getattr(b, "grid", ""), getattr(b, "table", "")) for b in sheet.blocks):
            return str(sheet.id)
    raise KeyError(block)


def _after_names(one: Likeness, sheet: InputSheet) -> str:
    """The block with the project's name, behind which further facts stand; "" for the end of the sheet."""
    name = one.sense.ident(str(one.form.spec.official.project_name))
    blocks = (b for b in sheet.blocks if isinstance(b, FieldsBlock) and any(f.id == name for f in b.fields))
    return next((str(block.id) for block in blocks), "")


def _levels(table: TableBlock, marks: Marks) -> list[str]:
    """The blocks of the table, if they are not the base's."""
    known = {str(g.name): g for level in table.levels for g in level.groups}
    old = [(str(lv.name), str(lv.points), [(str(g.name), g.rows) for g in lv.groups]) for lv in table.levels]
    new = [(lv.name, lv.parameter, [(g.name, max(1, g.rows)) for g in lv.groups]) for lv in marks.levels]
    if old == new:
        return []
    lines = ["        levels:"]
    for level in marks.levels:
        lines += [f"          - name: {scalar(level.name)}", f"            points: {scalar(level.parameter)}"]
        groups: list[YamlEntry] = []
        for group in level.groups:
            base = known.get(group.name)
            entry: YamlEntry = {"name": group.name, "rows": max(1, group.rows)}
            groups.append(entry if base is not None and base.required else entry | {"required": False})
        lines.append(f"            groups: {flow(groups)}")
    return lines


def _wider(sheet: InputSheet, table: TableBlock, columns: Sequence[Mapping[str, object]]) -> list[int]:
    """The sheet's widths with room for the new columns, each behind the one it follows."""
    shown = [str(column.id) for column in table.columns if not column.hidden]
    widths = list(sheet.widths)
    for column in columns:
        at = shown.index(str(column["after"])) + 1 if str(column["after"]) in shown else len(shown)
        shown.insert(at, str(column["id"]))
        wide = _EXTRA_WIDTH * (2 if column.get("type") == FieldType.LONG.value else 1)
        widths.insert(min(at, len(widths) - 1), wide)
    return widths


def _prints(one: Likeness, rows: PaperRows) -> list[str]:
    sheet = one.print.sheet
    lines = ["", "prints:", f"  - {flow({'id': str(sheet.id), 'remove': True})}", f"  - id: {_PRINT}"]
    lines += [f"    title: {scalar(str(sheet.title))}", f"    per: {sheet.per.value}"]
    lines += [f"    widths: {flow(rows.widths)}"] + (["    landscape: true"] if is_wide(rows.widths) else [])
    footer = rows.showing.footer(rows.signed)
    lines += ["    repeat_rows: 1", *([f"    footer: {scalar(footer)}"] if footer else []), "    rows:"]
    return lines + records(rows.rows, 6)
