"""Every rule of every form has a case that hits it and one where it applies and holds.

A case changes a few cells of the clean fill (``clean.yaml``). On its own form the whole outcome is compared,
no more, no fewer; on every other form that has the rule, the findings of that rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import pytest

from tests import clean, kit
from xltool.check import check
from xltool.engine.evaluation import Evaluation
from xltool.engine.filled import from_values
from xltool.form import Form, Issue, Key, form_by_id, form_ids
from xltool.form.definition.strict import load
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.places import of_rule
from xltool.form.layout.workbook_layout import Layout


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Case:
    """``cells``: 栏目, or 栏目/三级指标 in the table (* for every indicator). ``expect``: code and cell. No ``rule``: a trap, clean in every form."""

    name: str
    expect: tuple[str, ...]
    rule: str = ""
    form: str = "hunan-2022"
    only: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=_none)


@dataclass(frozen=True, slots=True)
class CaseFile:
    cases: tuple[Case, ...]


@cache
def cases() -> tuple[Case, ...]:
    files = (path for path in sorted(clean.CASES.glob("*.yaml")) if path.name != "clean.yaml")
    return tuple(case for path in files for case in load(path, CaseFile).cases)


@cache
def laid_out(ident: str) -> tuple[Form, Issue, Layout]:
    form = form_by_id(ident)
    made = kit.issue(form)
    return form, made, layouts.build(form, made)


def rows_by_name(form: Form, made: Issue) -> dict[str, str]:
    names = clean.named(form, made)
    return {text: name.partition("/")[2] for name, text in names.items() if name.startswith("三级指标/")}


def changes(case: Case, form: Form, made: Issue) -> dict[str, str] | None:
    """The case's cells by row number; None if this form lacks one of its indicators."""
    rows = rows_by_name(form, made)
    result: dict[str, str] = {}
    for name, text in case.cells.items():
        column, _, indicator = name.partition("/")
        item = form.fields.get(form.ids.get(column, column))
        if indicator not in ("", "*") and indicator not in rows:
            return None
        if item is not None and item.field.is_input:
            places = rows.values() if indicator == "*" else [rows[indicator]] if indicator else [""]
            result |= {f"{column}/{row}" if row else column: str(text) for row in places}
    return result


def evaluated(case: Case, ident: str) -> Evaluation | None:
    form, made, _ = laid_out(ident)
    changed = changes(case, form, made)
    return None if changed is None else Evaluation(form, from_values(form, made, clean.values(form, made, changed)))


def found(evaluation: Evaluation, ident: str) -> list[str]:
    """``ZJ01 资金总额年初预算数`` per finding; several cells joined by +, a table's by their indicator."""
    form, made, layout = laid_out(ident)
    keys = {(address.sheet, address.a1): key for key, address in layout.cells.items()}
    names = {int(number): text for text, number in rows_by_name(form, made).items()}

    def cell(key: Key) -> str:
        return str(form.fields[key.id].field.name) + (f"/{names.get(key.row, key.row)}" if key.row else "")

    findings = check(layout, evaluation)
    return [
        f"{finding.code} {'+'.join(cell(keys[finding.sheet, a1]) for a1 in finding.cells[:2])}" for finding in findings
    ]


@cache
def runs(ident: str) -> tuple[tuple[Case, Evaluation], ...]:
    """The cases that can be told in a form, evaluated there."""
    codes = {str(rule.rule.code) for rule in form_by_id(ident).rules}
    wanted = [c for c in cases() if (ident in c.only if c.only else not c.rule or c.rule in codes)]
    made = [(case, evaluated(case, ident)) for case in wanted]
    untold = [case.name for case, evaluation in made if evaluation is None and not case.rule]
    assert not untold, f"{ident}: these traps cannot be told"
    return tuple((case, evaluation) for case, evaluation in made if evaluation is not None)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.rule or '陷阱'} {case.name}")
def test_the_whole_outcome(case: Case) -> None:
    ident = case.only[0] if case.only else case.form
    evaluation = evaluated(case, ident)
    assert evaluation is not None
    assert sorted(found(evaluation, ident)) == sorted(case.expect)


@pytest.mark.parametrize("ident", form_ids())
def test_the_same_rule_in_every_form(ident: str) -> None:
    """Which of a block's cells are named first differs with the form's blocks, so here the codes are compared."""
    different = {}
    for case, evaluation in runs(ident):
        ours = [line.split()[0] for line in found(evaluation, ident)]
        wanted = [line.split()[0] for line in case.expect]
        if case.rule:
            ours, wanted = [[code for code in codes if code == case.rule] for codes in (ours, wanted)]
        if sorted(ours) != sorted(wanted):
            different[case.rule, case.name] = (ours, wanted)
    assert different == {}


@pytest.mark.parametrize("ident", form_ids())
def test_every_rule_has_a_hitting_and_a_clean_case(ident: str) -> None:
    form, made, _ = laid_out(ident)
    states: dict[str, set[bool | None]] = {str(rule.rule.code): set() for rule in form.rules}
    filled = [Evaluation(form, from_values(form, made, clean.values(form, made)))]
    filled += [evaluation for _, evaluation in runs(ident)]
    for evaluation in filled:
        for rule in form.rules:
            if len(states[rule.rule.code] & {True, False}) < 2:
                states[rule.rule.code] |= {evaluation.fails(rule, place) for place in of_rule(form, rule, made)}
    assert {code for code, seen in states.items() if True not in seen} == set(), "no hitting case"
    assert {code for code, seen in states.items() if False not in seen} == set(), "no clean case"
