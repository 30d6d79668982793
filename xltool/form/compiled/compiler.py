"""Makes the compiled form: resolves every name, types every formula, tells everything that is wrong by its line.

Imports the other modules of this room. A formula sees different names at different places (``_Binder.symbols``); in a
row a column's name means this row, inside SUM and the like the whole column, in a block only the block's rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from xltool import expr
from xltool.expr import Bound, BoundTemplate, ExprError, Scope, Symbol, Type
from xltool.form.compiled import names, policy, policy_texts, soundness, totals
from xltool.form.compiled.form import (
    CELL,
    CHOSEN,
    DATES,
    DEPARTMENT,
    FILED_LATER,
    FULL_MARKS,
    GROUP_POINTS,
    LAST_MONTH,
    LEVEL_POINTS,
    ON_CELLS,
    PROJECT,
    BoundRule,
    FieldInfo,
    Form,
    block_fields,
    item_column,
    item_id,
)
from xltool.form.compiled.item_rows import LEVELS, written_out
from xltool.form.definition.model import (
    DATE_CELL,
    DATE_UNIT,
    FieldType,
    FormSpec,
    GridBlock,
    Per,
    Rule,
    TableBlock,
    Unit,
    Where,
)
from xltool.form.definition.official import typed_symbols, unknown_names
from xltool.form.definition.paper import EACH_PROJECT, FOOT, PrintSheet, foot_words, unknown_in_report
from xltool.form.definition.result_policy import unsound
from xltool.form.definition.roles import unknown_roles, unsound_timing
from xltool.form.definition.scoring import unknown_scoring
from xltool.form.definition.strict import DefinitionError, Problem, YamlText, file_of, line_of


class _Binder:
    def __init__(self, spec: FormSpec, file: str) -> None:
        self.spec, self.file = spec, file
        self.problems: list[Problem] = []
        self.fields: dict[str, FieldInfo] = {}
        self.ids: dict[str, str] = {}
        self.tables: dict[str, TableBlock] = {}
        self.grids: dict[str, GridBlock] = {}
        self.homes: dict[str, Per] = {}
        self.blocks: dict[str, frozenset[str]] = {}
        self.scopes: dict[str, Scope] = {}
        self.formats = {str(name): unit.format for name, unit in spec.units.items()}

    def fail(self, text: str, message: str) -> None:
        self.problems.append(Problem(file_of(text) or self.file, line_of(text), message))

    # names

    def collect(self) -> None:
        for sheet in self.spec.sheets:
            for block in sheet.blocks:
                table = block.table if isinstance(block, TableBlock) else ""
                if isinstance(block, TableBlock):
                    self.tables[table] = block
                    self.homes[table] = sheet.per
                    self.blocks |= dict(soundness.blocks_of(block))
                grid = block.grid if isinstance(block, GridBlock) and block.items else ""
                if isinstance(block, GridBlock) and block.items:
                    self.grids[grid] = block
                    self.homes[grid] = sheet.per
                    for column in block.columns:
                        self.claim(item_id(grid, column.id), column.name, column.id)
                for item in block_fields(block):
                    of, row = (grid, item.id.split(".")[1]) if grid and item.id.startswith(f"{grid}.") else ("", "")
                    self.add(FieldInfo(item, sheet, table, of, row))
        for parameter in self.spec.parameters:
            self.claim(parameter.id, parameter.name, parameter.id)

    def add(self, info: FieldInfo) -> None:
        item = info.field
        self.claim(item.id, item.name, item.id)
        self.fields[item.id] = info
        if item.unit and item.unit not in self.spec.units:
            self.fail(item.unit, f"“{item.name}”的单位“{item.unit}”没有在 units 里定义")
        if item.choices and item.choices not in self.spec.lists:
            self.fail(item.choices, f"“{item.name}”的清单“{item.choices}”没有在 lists 里定义")

    def claim(self, ident: str, name: str, anchor: str) -> None:
        for text in dict.fromkeys((str(ident), str(name))):
            if text in self.ids:
                self.fail(anchor, f"名称“{text}”重复，已经用在别处")
            self.ids[text] = str(ident)

    def constants(self) -> dict[str, Symbol]:
        """The parameters, 满分 and what ``timing`` says, which are numbers everywhere."""
        timing, marks = self.spec.timing, self.spec.full_marks
        own = (
            (FULL_MARKS, marks, "分"),
            (FILED_LATER, Decimal(timing.filed.shift), ""),
            (LAST_MONTH, Decimal(timing.until), ""),
        )
        result = {name: Symbol(name, name, Type.NUMBER, unit, constant=value) for name, value, unit in own}
        for parameter in self.spec.parameters:
            symbol = Symbol(parameter.id, parameter.name, Type.NUMBER, parameter.unit, constant=parameter.value)
            result[parameter.id] = result[parameter.name] = symbol
        return result

    def symbols(self, on: str) -> dict[str, Symbol]:
        """The names a formula at ``on`` may use."""
        table, _, level = on.partition(".")
        result = self.constants()
        above = table == DEPARTMENT or self.homes.get(table) is Per.DEPARTMENT
        for info in self.fields.values():
            item = info.field
            here = info.table == table and not level if info.table else not (info.per_project and above)
            column = bool(info.table) or (info.per_project and above)
            kind = Type.NUMBER if item.is_number else Type.TEXT
            symbol = Symbol(item.id, item.name, kind, item.unit, scalar=here, column=column)
            result[item.id] = result[item.name] = symbol
        for grid in self.grids.values():
            for axis in grid.columns:
                kind = Type.NUMBER if axis.type in (FieldType.NUMBER, FieldType.DATE) else Type.TEXT
                symbol = Symbol(
                    item_id(grid.grid, axis.id), axis.name, kind, axis.unit, scalar=grid.grid == on, column=True
                )
                result[symbol.id] = result[symbol.name] = symbol
        for name, kind in names.of_place(on, self.tables, self.grids):
            result[name] = Symbol(name, name, kind, "分" if name in (LEVEL_POINTS, GROUP_POINTS) else "")
        return result | totals.words_of(self.spec)

    def scope(self, on: str, typed: bool = False) -> Scope:
        name = f"typed {on}" if typed else on
        if name not in self.scopes:
            symbols = self.symbols(on)
            computed = {ident for ident, info in self.fields.items() if info.field.compute}
            self.scopes[name] = Scope(
                symbols=symbols | typed_symbols(symbols, computed) if typed else symbols,
                lists={str(name): words.words for name, words in self.spec.lists.items()},
                tolerance={str(name): unit.tolerance for name, unit in self.spec.units.items()},
                parts=totals.parts_of(self.spec),
            )
        return self.scopes[name]

    # formulas

    def bind(self, text: str, on: str, anchor: str, rule: Rule | None = None) -> Bound | None:
        try:
            scope = self.scope(on, rule is not None and rule.where is Where.OFFICIAL)
            bound = expr.bind(expr.parse(text), scope, rule.tolerance if rule else None)
        except ExprError as error:
            self.fail(text, f"{anchor}：{error.message}")
            return None
        if file_of(text) == self.file:  # what is inherited may know more blocks than this form has
            for column, word in soundness.absent_levels(bound.root, self.blocks):
                self.fail(text, f"{anchor}：“{column}”里没有“{word}”这一块，见 levels")
        return bound

    def template(self, text: str, on: str, anchor: str, typed: bool = False) -> BoundTemplate | None:
        try:
            return expr.bind_template(expr.parse_template(text), self.scope(on, typed), self.formats)
        except ExprError as error:
            self.fail(text, f"{anchor}：{error.message}")
            return None

    def computed(self) -> dict[str, Bound]:
        result: dict[str, Bound] = {}
        for ident, info in self.fields.items():
            text = info.field.compute or info.field.default
            on = info.table or info.grid or info.sheet.per.value
            if text and (bound := self.bind(text, on, f"“{info.field.name}”的公式")):
                result[ident] = bound
        return result

    def check_cycles(self, computed: Mapping[str, Bound]) -> None:
        state: dict[str, int] = {}

        def visit(ident: str, path: tuple[str, ...]) -> None:
            if state.get(ident) == 2 or ident not in computed:
                return
            if state.get(ident) == 1:
                names = " → ".join(self.fields[item].field.name for item in (*path[path.index(ident) :], ident))
                self.fail(self.fields[ident].field.id, f"公式互相引用成了圈：{names}")
                return
            state[ident] = 1
            for symbol in computed[ident].refs:
                for target in self.cells_of(symbol.id, self.fields[ident]):
                    visit(target, (*path, ident))
            state[ident] = 2

        for ident in computed:
            visit(ident, ())

    def cells_of(self, ident: str, info: FieldInfo) -> list[str]:
        """The fields an id may mean in the formula of ``info``: a grid's column is this row, elsewhere all rows."""
        grid = self.grids.get(ident.partition(".")[0]) if item_column(ident) else None
        if grid is None:
            return [ident]
        rows = [info.item] if info.grid == grid.grid else [row.id for row in grid.rows]
        return [ident.replace("*", row) for row in rows]

    def rule(self, rule: Rule, on: str) -> BoundRule | None:
        anchor = f"规则 {rule.code}"
        expect = self.bind(rule.expect, on, anchor, rule)
        when = self.bind(rule.when, on, anchor, rule) if rule.when else None
        say = self.template(rule.say, on, anchor, rule.where is Where.OFFICIAL)
        at = tuple(self.ids.get(name, name) for name in rule.at)
        for ident, name in zip(at, rule.at, strict=True):
            known = ident == CELL if on in ON_CELLS else ident in self.fields or item_column(ident)
            if not known:
                self.fail(name, f"{anchor}：at 里的“{name}”不是本表的栏目")
        if at and at[0] in self.fields and self.fields[at[0]].field.hidden:
            self.fail(rule.at[0], f"{anchor}：at 里的“{rule.at[0]}”不显示在表里，请换成看得见的栏目")
        for bound, what in ((expect, "expect"), (when, "when")):
            if bound is not None and bound.type is not Type.BOOL:
                self.fail(rule.code, f"{anchor}：{what} 应当是一个成立或不成立的式子")
        grid = table if (table := on.partition(".")[0]) in self.grids else ""
        return BoundRule(rule, expect, when, say, at, grid) if expect and say else None

    def rules(self) -> Iterator[BoundRule]:
        seen: dict[str, int] = {}
        for rule in self.spec.rules:
            if rule.code in seen:
                self.fail(rule.code, f"规则编号 {rule.code} 重复，第 {seen[rule.code]} 行已经用过")
            seen[rule.code] = line_of(rule.code)
            table, _, level = rule.on.partition(".")
            if rule.on not in (DEPARTMENT, PROJECT, *ON_CELLS) and not (
                level in ("", *LEVELS)
                and (table in self.tables or (table in self.grids and self.levelled(table, level)))
            ):
                self.fail(rule.on, f"规则 {rule.code}：on 不认识“{rule.on}”")
                continue
            if bound := self.rule(rule, rule.on):
                yield bound

    def levelled(self, grid: str, level: str) -> bool:
        """Whether the rows of a grid of items have that level; without one they are rows like any."""
        return not level or all(names[LEVELS[level] - 1] for names in self.grids[grid].levels)

    # the rest

    def write_out(self) -> None:
        """Write out the printed rows that repeat for the items of a grid."""
        made = []
        for sheet in self.spec.prints:
            before = len(self.problems)
            for row in sheet.rows:
                grid, _, level = row.each.partition(".")
                if grid not in self.grids:
                    continue
                if problem := self.each(row.each, sheet.per):
                    self.fail(row.each, f"打印表“{sheet.title}”：{problem}")
                    continue
                for cell in (cell for cell in row.cells if cell.value):
                    on = cell.rows if not level and cell.rows in LEVELS else level
                    if not self.levelled(grid, on):
                        self.fail(cell.value, f"打印表“{sheet.title}”：“{grid}”有的行没有写 {on}")
                    else:
                        self.bind(cell.value, f"{grid}.{on}" if on else grid, f"打印表“{sheet.title}”")
            sound = len(self.problems) == before
            made.append(replace(sheet, rows=written_out(sheet.rows, self.grids, self.ids)) if sound else sheet)
        self.spec = replace(self.spec, prints=tuple(made))

    def print_cells(self) -> dict[tuple[str, int, int], Bound]:
        result: dict[tuple[str, int, int], Bound] = {}
        for sheet in (*self.spec.prints, *self.spec.report.tables):
            own = (EACH_PROJECT,) if sheet in self.spec.report.tables else ()
            for r, row in enumerate(sheet.rows):
                if row.each.partition(".")[0] in self.grids:
                    continue  # told already
                if row.each and row.each not in own and (problem := self.each(row.each, sheet.per)):
                    self.fail(row.each, f"打印表“{sheet.title}”：{problem}")
                    continue
                for c, cell in enumerate(row.cells):
                    on = row.each or sheet.per.value
                    if cell.value and (bound := self.bind(cell.value, on, f"打印表“{sheet.title}”")):
                        if bound.unit == DATE_UNIT and bound.type is Type.NUMBER and not cell.unit:
                            self.fail(
                                cell.value, f"打印表“{sheet.title}”：日期要写 unit: {DATE_UNIT}，不然印出来是一个数"
                            )
                        result[sheet.id, r, c] = bound
            result |= self.foot(sheet)
        return result

    def foot(self, sheet: PrintSheet) -> dict[tuple[str, int, int], Bound]:
        """What the signature line of a print shows of the fields."""
        result: dict[tuple[str, int, int], Bound] = {}
        where, symbols = f"打印表“{sheet.title}”的签字栏（footer）", self.scope(sheet.per.value).symbols
        for number, word in enumerate(foot_words(sheet.footer)):
            text = word.formula({name for name, symbol in symbols.items() if symbol.type is Type.TEXT})
            if "{" in word.label + text or "}" in word.label + text:
                self.fail(sheet.footer, f"{where}：大括号没有配成对")
            elif text:
                text = YamlText(text, line_of(sheet.footer), file_of(sheet.footer))
                if bound := self.bind(text, sheet.per.value, where):
                    result[sheet.id, FOOT, number] = bound
        return result

    def each(self, name: str, per: Per) -> str:
        """What is wrong with the table or grid that a printed row repeats for; ``""`` if nothing is."""
        table, _, level = name.partition(".")
        known = name in self.tables or (table in self.grids and level in ("", *LEVELS) and self.levelled(table, level))
        if not known:
            return f"没有名为“{name}”的表"
        if self.homes[table] is not per:
            return f"“{table}”{'每个部门一张' if per is Per.PROJECT else '每个项目一张'}，打印表的 per 要与它相同"
        return ""


def _used(spec: FormSpec) -> FormSpec:
    """The definition without the rules that are off or speak of a kind of cell it does not have; with the unit of its days."""
    types = {item.type for sheet in spec.sheets for block in sheet.blocks for item in block_fields(block)}
    kinds = {DATES: FieldType.DATE, CHOSEN: FieldType.MULTIPLE}
    rules = (
        rule for rule in spec.rules if not rule.off and kinds.get(rule.on, FieldType.TEXT) in (*types, FieldType.TEXT)
    )
    units = {DATE_UNIT: Unit("date", cell=DATE_CELL), **spec.units} if FieldType.DATE in types else spec.units
    return replace(spec, rules=tuple(rules), units=MappingProxyType(dict(units)))


def bind_form(spec: FormSpec, file: str) -> Form:
    """Verify a form as a whole and compile it.

    Raises:
        DefinitionError: with every problem found.
    """
    spec = _used(spec)
    unfilled = _Binder(spec, file)
    constants = Scope(symbols=unfilled.constants(), lists={}, tolerance={})
    spec, problems = policy_texts.fill(spec, constants, unfilled.formats, file)
    binder = _Binder(spec, file)
    binder.problems += problems
    binder.collect()
    for told in totals.problems(spec, binder.ids):
        binder.fail(*told)
    computed = binder.computed()
    binder.check_cycles(computed)
    binder.write_out()
    spec = binder.spec
    rules = tuple(binder.rules())
    prints = binder.print_cells()
    for told in (
        *unknown_names(spec.official, binder.ids),
        *unknown_roles(spec.roles, binder.ids),
        *unsound(spec.results),
        *unsound_timing(spec.timing, spec.form),
        *unknown_scoring(spec.scoring, binder.ids, binder.grids),
    ):
        binder.fail(*told)
    for told in unknown_in_report(spec.report, spec.official, {sheet.id for sheet in spec.prints}, binder.ids):
        binder.fail(*told)
    binder.problems += policy.check(spec, binder.tables, binder.homes, constants, file)
    for told in policy.full(spec, binder.grids, computed):
        binder.fail(*told)
    for told in (*soundness.titles(spec), *soundness.widths((*spec.prints, *spec.report.tables))):
        binder.fail(*told)
    fields = [(info.field, info.sheet, info.table) for info in binder.fields.values()]
    binder.problems += soundness.check(spec, fields, computed, file)
    if binder.problems:
        raise DefinitionError(sorted(set(binder.problems), key=lambda problem: (problem.line, problem.message)))
    return Form(
        spec=spec,
        fields=MappingProxyType(binder.fields),
        ids=MappingProxyType(binder.ids),
        tables=MappingProxyType(binder.tables),
        grids=MappingProxyType(binder.grids),
        computed=MappingProxyType(computed),
        rules=tuple(rule for rule in rules if rule.rule.where in (Where.BOTH, Where.WORKBOOK)),
        returned_rules=tuple(rule for rule in rules if rule.rule.where is not Where.OFFICIAL),
        official_rules=tuple(rule for rule in rules if rule.rule.where is not Where.WORKBOOK),
        prints=MappingProxyType(prints),
    )
