"""From a filled form to its score sheet.

All figures come from the form's own formulas (``scoring`` in ``form.yaml`` says which); nothing is
computed here, and nothing the return says about its own totals is believed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xltool import notation
from xltool.engine.evaluation import Evaluation
from xltool.expr.functions.decimals import quantized
from xltool.form import Form, Key
from xltool.form.definition.model import FieldType
from xltool.form.definition.scoring import OverallScoring, ScoredItem
from xltool.score.score_sheet import ProjectScore, ScoreLine, ScoreSheet


def score(evaluation: Evaluation) -> ScoreSheet:
    """Return the score sheet of a filled form. Points are rounded half-up to 2 decimals."""
    form, issue = evaluation.form, evaluation.filled.issue
    scoring = form.spec.scoring
    projects = tuple(
        ProjectScore(
            project.code,
            project.name or _text(evaluation, number, form.spec.roles.project_name),
            _points(evaluation, number, scoring.total),
            _text(evaluation, number, scoring.grade),
            _points(evaluation, number, scoring.stated),
            tuple(line for item in scoring.items for line in _lines(evaluation, item, number)),
        )
        for number, project in enumerate(issue.projects, start=1)
    )
    return ScoreSheet(
        _points(evaluation, 0, scoring.department_total),
        _text(evaluation, 0, scoring.department_grade),
        projects,
        _overall(evaluation, scoring.overall) if scoring.overall else None,
        scoring.scored,
    )


def scored_blocks(form: Form) -> Iterator[str]:
    """Give the 一级 a project's lines are scored under, in the form's order: those of the tables, the others by their name."""
    for item in form.spec.scoring.items:
        yield from (str(level.name) for level in form.tables[item.table].levels) if item.table else (str(item.name),)


def _overall(evaluation: Evaluation, overall: OverallScoring) -> ProjectScore:
    """The department-wide self-evaluation, item by item."""
    lines = [line for item in overall.items for line in _lines(evaluation, item, 0)]
    if overall.grid:
        lines = _items(evaluation, overall)
    return ProjectScore(
        "",
        "部门整体",
        _points(evaluation, 0, overall.total),
        _text(evaluation, 0, overall.grade),
        _points(evaluation, 0, overall.stated),
        tuple(lines),
    )


def _items(evaluation: Evaluation, overall: OverallScoring) -> list[ScoreLine]:
    grid = evaluation.form.grids[overall.grid]
    lines = []
    for row, (level1, level2) in zip(grid.rows, grid.levels, strict=True):
        cell = {column.name: f"{grid.grid}.{row.id}.{column.id}" for column in grid.columns}
        actual = (
            evaluation.value(Key(0, cell[overall.actual])) if cell[overall.actual] in evaluation.form.fields else ""
        )
        place = evaluation.filled.reading(Key(0, cell[overall.self])).address
        lines.append(
            ScoreLine(
                level1=level1 or str(grid.title),
                level2=level2,
                name=str(row.name),
                target="",
                actual=notation.show_number(actual, "%") if isinstance(actual, Decimal) else actual,
                weight=_points(evaluation, 0, cell[overall.weight]),
                system=_points(evaluation, 0, cell[overall.system]),
                stated=_points(evaluation, 0, cell[overall.self]),
                final=_points(evaluation, 0, cell[overall.final]),
                working=_text(evaluation, 0, cell[overall.working]) or "资料不全，不能测算",
                reason=_text(evaluation, 0, cell[overall.reason]),
                sheet=place.sheet if place else "",
                cell=place.a1 if place else "",
            )
        )
    return lines


def _key(evaluation: Evaluation, project: int, name: str, row: int = 0) -> Key | None:
    form = evaluation.form
    info = form.fields.get(form.ids.get(name, name))
    return Key(project if info.per_project else 0, info.field.id, row if info.table else 0) if info else None


def _points(evaluation: Evaluation, project: int, name: str, row: int = 0) -> Decimal | None:
    key = _key(evaluation, project, name, row)
    if key is None:
        return next((item.value for item in evaluation.form.spec.parameters if name in (item.name, item.id)), None)
    value = evaluation.value(key)
    return quantized(value, 2) if isinstance(value, Decimal) else None


def _text(evaluation: Evaluation, project: int, name: str, row: int = 0) -> str:
    key = _key(evaluation, project, name, row)
    value = evaluation.value(key) if key is not None else ""
    return str(value) if isinstance(value, str) else notation.text_of(value)


def _lines(evaluation: Evaluation, item: ScoredItem, project: int) -> Iterator[ScoreLine]:
    count = len(evaluation.filled.issue.rows(project, item.table)) if item.table else 1
    for row in range(1, count + 1):
        working = _text(evaluation, project, item.working, row)
        if item.table and not (working if item.working else _text(evaluation, project, item.name, row)):
            continue  # an unused row of the table
        place = _key(evaluation, project, item.self or item.name, row)
        address = evaluation.filled.reading(place).address if place else None
        yield ScoreLine(
            level1=_level(evaluation, item, project, row, FieldType.LEVEL1) or str(item.name),
            level2=_level(evaluation, item, project, row, FieldType.LEVEL2),
            name=_text(evaluation, project, item.name, row) if item.table else str(item.name),
            target=_text(evaluation, project, item.target, row) if item.target else "",
            actual=_text(evaluation, project, item.actual, row) if item.actual else "",
            weight=_points(evaluation, project, item.weight, row),
            system=_points(evaluation, project, item.system, row),
            stated=_points(evaluation, project, item.self, row),
            final=_points(evaluation, project, item.final, row),
            working=working or ("资料不全，不能测算" if item.working else ""),
            reason=_text(evaluation, project, item.reason, row) if item.reason else "",
            sheet=address.sheet if address else "",
            cell=address.a1 if address else "",
        )


def _level(evaluation: Evaluation, item: ScoredItem, project: int, row: int, kind: FieldType) -> str:
    if not item.table:
        return ""
    table_row = evaluation.filled.issue.rows(project, item.table)[row - 1]
    return (
        table_row.level1
        if kind is FieldType.LEVEL1
        else ""
        if table_row.level2 == table_row.level1
        else table_row.level2
    )
