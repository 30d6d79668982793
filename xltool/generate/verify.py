"""Whether a form can be written as a workbook: every formula is written once and measured.

Imports ``engine`` and ``form``. Excel repairs a file away whose formulas nest deeper than 64, and LibreOffice does not
mind, so nobody would notice before the departments. A newcomer would measure the rule's own text, which the workbook
wraps several times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xltool import expr
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.engine.formulas import Formula, Formulas
from xltool.expr import ExprError
from xltool.form import DefinitionError, Form, Issue
from xltool.form.definition.strict import Problem, file_of, line_of
from xltool.form.layout import calculation_layout
from xltool.form.layout import workbook_layout as layouts
from xltool.generate.cells.write import WriteRefusedError
from xltool.generate.workbook import write

CheckedFormula = tuple[str, str, Callable[[], Formula]]
"""The text at whose line to tell, what the formula is for, and the way to write it."""


def written(form: Form, issue: Issue) -> bytes:
    """Return the workbook of a form that somebody is writing.

    Raises:
        DefinitionError: Excel would not take it; says which formula, at its line.
    """
    layout = layouts.build(form, issue)
    filled = from_values(form, issue, {})
    formulas = Formulas(layout, calculation_layout.plan(layout), Evaluation(form, filled))
    problems: dict[tuple[str, str], Problem] = {}
    for text, name, make in _formulas(formulas):
        if problem := _problem(make):
            said = Problem(file_of(text) or "form.yaml", line_of(text), f"{name}：{problem}")
            problems.setdefault((name, text), said)
    if problems:
        raise DefinitionError(sorted(problems.values(), key=lambda problem: problem.line))
    try:
        return write(layout, filled)
    except (WriteRefusedError, ExprError) as error:
        raise DefinitionError([Problem("form.yaml", 0, f"写不成工作簿：{error}")]) from None


def _formulas(formulas: Formulas) -> Iterator[CheckedFormula]:
    form = formulas.form
    for rule, place, _ in formulas.states:
        yield rule.rule.expect, f"规则 {rule.rule.code}", lambda rule=rule, place=place: formulas.state(rule, place)  # type: ignore[misc]
    for key in formulas.keys:
        field = form.fields[key.id].field
        if field.compute or field.default:
            yield (
                field.compute or field.default,
                f"“{field.name}”的公式",
                lambda key=key: formulas.computed(key),  # type: ignore[misc]
            )
    for sheet in formulas.layout.prints:
        for box in sheet.boxes:
            if box.formula:
                text = box.cell.value
                yield text, f"打印表“{sheet.title}”", lambda box=box: formulas.printed(box.formula, box.place)  # type: ignore[misc]


def _problem(make: Callable[[], Formula]) -> str:
    try:
        beyond = expr.beyond_excel(make().text)
    except ExprError as error:
        return error.message
    return f"公式写进表里以后{beyond}。请拆成几个栏目或几条规则" if beyond else ""
