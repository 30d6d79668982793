"""A department's workbook is the same, byte for byte, whether it was generated alone or from another's structure."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest

from tests import kit
from xltool.form import Form, Issue, Key, Value, form_by_id, form_ids
from xltool.form.layout.places import cells
from xltool.generate import generate, stamp
from xltool.generate.sender import Sender
from xltool.generate.stamp import Stamp, batches, generated, structure

_TEXTS = (
    "", "—", "无", "是", "否", "3", "≥90%", "１２．５", "12,345.60", "约 30 万元", "一段\n两段", "很长的文字，" * 60, "万元",
    "<r><t>x</t></r>", "_x0041_", "=1+1", "#N/A", "a&b<c>\"d\"", "  两边有空格  ", "产出指标", "示例部门",
)  # fmt: skip
_NUMBERS = tuple(map(Decimal, ("0", "1", "1.0", "1.00", "-3.5", "100", "98.765", "1E+3", "123456789.12")))


def _inputs(form: Form, issue: Issue) -> list[Key]:
    """Cells that are typed in and hold no formula of the form: which of those stand is a matter of structure."""
    fields = {ident for ident, info in form.fields.items() if info.field.is_input and not info.field.default}
    return [key for key in cells(form, issue) if key.id in fields]


def _filled(form: Form, issue: Issue, dice: random.Random, share: float) -> Issue:
    """Another department: other names, and some cells filled with whatever a bureau may know of it."""
    prefill: dict[Key, Value] = dict(issue.prefill)
    for key in _inputs(form, issue):
        if dice.random() < share:
            number = form.fields[key.id].field.is_number and dice.random() < 0.8
            prefill[key] = dice.choice(_NUMBERS) if number else dice.choice(_TEXTS)
    for key in issue.prefill:
        if form.fields[key.id].field.default or dice.random() < 0.2:
            prefill[key] = issue.prefill[key]
    return replace(
        issue,
        department=str(dice.randrange(10**6)),
        department_name=dice.choice(_TEXTS) or "某部门",
        issue_id=f"{dice.randrange(16**16):016x}",
        prefill=MappingProxyType(prefill),
        projects=tuple(replace(item, code=dice.choice(_TEXTS), name=dice.choice(_TEXTS)) for item in issue.projects),
    )


@pytest.fixture
def _never_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_form: Form, issue: Issue) -> bytes:
        raise AssertionError(f"{issue.form} was generated in full")

    monkeypatch.setattr(stamp, "generate", refuse)


@pytest.mark.slow
@pytest.mark.usefixtures("_never_in_full")
@pytest.mark.parametrize("ident", form_ids())
@pytest.mark.parametrize("share", [0.02, 0.5])
def test_any_two_departments_of_a_structure(ident: str, share: float) -> None:
    form, dice = form_by_id(ident), random.Random(f"{ident} {share}")
    first, other = (_filled(form, kit.issue(form, 2), dice, share) for _ in range(2))
    assert structure(form, other) == structure(form, first)
    made = Stamp(form, first)
    _alike(made.first, generate(form, first))
    _alike(made.workbook(other), generate(form, other))
    _alike(made.workbook(first), made.first)  # what was stamped before leaves nothing behind


def test_one_that_differs_in_more_than_values_is_generated_in_full() -> None:
    """Where the form's own formula stood, the bureau knows the figure: another formula is gone."""
    form = form_by_id(kit.FORM_ID)
    issue = kit.issue(form)
    fields = {ident for ident, info in form.fields.items() if info.field.default}
    key = next(key for key in cells(form, issue) if key.id in fields)
    other = replace(issue, prefill=MappingProxyType({**issue.prefill, key: Decimal(7)}))
    assert structure(form, other) != structure(form, issue)
    _alike(Stamp(form, issue).workbook(other), generate(form, other))


def test_batches_hold_one_structure_and_lose_none() -> None:
    form = form_by_id(kit.FORM_ID)
    issues = [replace(kit.issue(form, 1 + number % 2), issue_id=str(number)) for number in range(90)]
    made = batches(form, issues)
    assert [len(batch) for batch in made] == [32, 13, 32, 13]
    assert [[len(issue.projects) for issue in batch] for batch in made] == [[1] * 32, [1] * 13, [2] * 32, [2] * 13]
    assert sorted(int(issue.issue_id) for batch in made for issue in batch) == list(range(90))


@pytest.mark.usefixtures("_never_in_full")
def test_a_batch_paints_once_and_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    form = form_by_id(kit.FORM_ID)
    issues = [replace(kit.issue(form), issue_id=str(number)) for number in range(4)]
    painted: list[Issue] = []

    class Counted(Stamp):
        def __init__(self, form: Form, issue: Issue, sender: Sender) -> None:
            painted.append(issue)
            super().__init__(form, issue, sender)

    monkeypatch.setattr(stamp, "Stamp", Counted)
    monkeypatch.setattr(stamp, "_kept", {})
    made = [*generated(form, issues[:3]), *generated(form, issues[3:])]
    assert painted == issues[:1]
    for issue, data in zip(issues, made, strict=True):
        _alike(data, generate(form, issue))


def _alike(stamped: bytes, alone: bytes) -> None:
    if stamped != alone:
        one, other = (
            {info.filename: archive.read(info) for info in archive.infolist()} for archive in _open(stamped, alone)
        )
        assert list(one) == list(other)
        assert [name for name in one if one[name] != other[name]] == []
    assert stamped == alone


def _open(*files: bytes) -> Iterator[zipfile.ZipFile]:
    for data in files:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
