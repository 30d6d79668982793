"""A form is changed after its workbooks went out, and nobody raised the version: right values or a finding."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest

from tests import kit
from tests.form import edits
from xltool.form import Form, Issue, Key, form_by_id, library, load_form
from xltool.form.definition.model import Axis, GridBlock
from xltool.form.layout import mapping
from xltool.form.layout import workbook_layout as layouts
from xltool.form.layout.issues import Issues
from xltool.form.layout.workbook_layout import Role
from xltool.read import ReadResult, read

_SAID = {"GF27", "GF28", "GF29", "GF30", "WJ33", "WJ10"}


@cache
def issued() -> tuple[Form, Issue, bytes, dict[Key, str]]:
    """A workbook with something else in every cell, and what is in which."""
    form = form_by_id(kit.FORM_ID)
    issue = kit.issue(form, projects=2)
    values: dict[Key, Decimal | str | bool] = {}
    for sheet in layouts.build(form, issue).inputs:
        for box in sheet.boxes:
            if box.role is Role.INPUT and box.key is not None and box.field is not None and not box.field.choices:
                number = 1000 + len(values)
                values[box.key] = Decimal(number) if box.field.is_number else f"第{number}处"
    return form, issue, kit.workbook(form, issue, values), {key: str(value) for key, value in values.items()}


def returned(form: Form, data: bytes | None = None) -> ReadResult:
    _, issue, ours, _ = issued()
    return read(data or ours, lambda _: form, Issues.of(issue))


def wrong(before: Form, form: Form, result: ReadResult) -> list[str]:
    """The cells whose value is another field's, or is missing or renamed without a word."""
    assert result.filled is not None
    typed = issued()[3]
    origin = {value: key for key, value in typed.items()}
    old, new = mapping.headings(before), mapping.headings(form)
    taken = {heading.digest for heading in new.values()}
    said = {finding.code for finding in result.findings}
    found = []
    for key, reading in result.filled.readings.items():
        if not form.fields[key.id].field.is_input or key in result.filled.issue.locked:
            continue
        if reading.typed in origin:
            source = origin[reading.typed]
            same = old[source.id].digest == new[key.id].digest
            if source != key or old[source.id].unit != new[key.id].unit:
                found.append(f"{key} has what was typed into {source}")
            elif not same and (old[source.id].digest in taken or "GF27" not in said):
                found.append(f"{key} has another heading now")
        elif key in typed and not said & {"GF28", "GF29", "WJ33"}:
            found.append(f"{key} was lost")
    return found


@pytest.mark.parametrize("seed", range(120))
def test_random_edits_give_right_values_or_a_finding(seed: int) -> None:
    rng, before = random.Random(seed), issued()[0]
    spec = before.spec
    for _ in range(rng.choice((1, 1, 2, 3, 5))):
        spec = rng.choice(edits.EDITS)(rng, spec)
    form = edits.with_spec(before, spec)
    result = returned(form)
    codes = {finding.code for finding in result.findings}
    assert codes <= _SAID | {"GF05", "GF14"}, codes
    if result.filled is None:
        assert codes <= {"WJ33", "WJ10"}
        return
    assert wrong(before, form, result) == []


def test_as_it_was_nothing_is_said() -> None:
    form = issued()[0]
    result = returned(form)
    assert (result.findings, wrong(form, form, result)) == ((), [])


def test_the_random_edits_reach_every_way_out() -> None:
    """Otherwise the property would say little: files are read by their places, in part, and refused."""
    seen: set[str] = set()
    before = issued()[0]
    for edit in dict.fromkeys(edits.EDITS):
        for seed in range(3):
            form = edits.with_spec(before, edit(random.Random(seed), before.spec))
            seen |= {finding.code for finding in returned(form).findings}
    assert seen >= {"GF27", "GF28", "GF29", "GF30", "WJ33"}


# The two cases that were found: a field inserted in the middle of a block, two columns of a grid that changed places.

STAFF: dict[str, object] = {"编制总数": 50, "行政编制数": 30, "事业编制数": 20, "在职人数": 45}
FUNDS: dict[str, object] = {"资金总额年初预算数": 24, "资金总额全年预算数": 30, "资金总额全年执行数": 29}


def edited(tmp_path: Path, *pairs: tuple[str, str]) -> Form:
    """The form as somebody changes it in an editor; the version stays."""
    text = (library() / kit.FORM_ID / "form.yaml").read_text(encoding="utf-8")
    for one, other in pairs:
        assert one in text
        text = text.replace(one, other, 1)
    path = tmp_path / "form.yaml"
    path.write_text(text, encoding="utf-8")
    return load_form(path)


def test_a_field_inserted_in_the_middle_of_a_block(tmp_path: Path) -> None:
    """The new 临聘人员数 took 行政编制's figure, and the file passed."""
    before = form_by_id(kit.FORM_ID)
    admin = "          - {id: posts_admin,"
    form = edited(
        tmp_path, (admin, f"          - {{id: temporary, name: 临聘人员数, type: number, unit: 人}}\n{admin}")
    )
    data = kit.workbook(before, kit.issue(before), dict(kit.keyed(before, STAFF)))
    result = read(data, lambda _: form)
    assert result.filled is not None
    values = {name: result.filled.reading(Key(0, form.field(name).id)).value for name in ("临聘人员数", *STAFF)}
    assert values == {"临聘人员数": "", **{name: Decimal(str(value)) for name, value in STAFF.items()}}
    assert [(f.code, f.message) for f in result.findings] == [
        ("GF27", "表样在这张表下发以后改过，已按下发时各栏的位置读取。"),
        ("GF28", "表样在这张表下发以后增加了 1 个栏目，这张表里没有：“临聘人员数”。"),
    ]
    outcome = kit.examined(data, form=form)
    marked = {cell for finding in outcome.findings if finding.label == "行政编制数" for cell in finding.cells}
    assert marked <= {"C11"}, "findings stand where the department finds the cell in its own file"


def test_two_grid_columns_that_changed_places() -> None:
    """预算 was read for 决算 without a finding."""
    before = form_by_id(kit.FORM_ID)

    def swapped(columns: tuple[Axis, ...]) -> tuple[Axis, ...]:
        opening, adjusted, executed = columns[:3]
        return (opening, executed, adjusted, *columns[3:])

    spec = before.spec
    for s, b, block in edits.blocks(spec):
        if isinstance(block, GridBlock) and block.grid == "funds":
            spec = edits.put_block(spec, s, b, replace(block, columns=swapped(block.columns)))
    form = edits.with_spec(before, spec)
    data = kit.workbook(before, kit.issue(before), dict(kit.keyed(before, FUNDS)))
    result = read(data, lambda _: form)
    assert result.filled is not None
    assert [result.filled.reading(Key(1, before.field(name).id)).value for name in FUNDS] == [24, 30, 29]
    assert kit_codes(result) == ["GF27 !"]


def kit_codes(result: ReadResult) -> list[str]:
    return [f"{finding.code} {finding.sheet}!{'+'.join(finding.cells)}" for finding in result.findings]


# What the hidden sheet says of the layout is believed only as far as the fingerprint goes.

Change = Callable[[str], str]


def hidden(change: Change) -> bytes:
    """The workbook with the texts of its hidden sheet changed."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(issued()[2])) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            new.writestr(info, change(part.decode()) if info.filename == "xl/sharedStrings.xml" else part)
    return target.getvalue()


def moved_on() -> Form:
    before = issued()[0]
    return edits.with_spec(before, edits.swap_blocks(random.Random(1), before.spec))


def test_places_that_were_changed_in_the_file_are_not_believed() -> None:
    data = hidden(lambda text: text.replace("posts_admin 9 2", "posts_admin 10 2"))
    assert data != issued()[2]
    assert kit_codes(returned(moved_on(), data)) == ["WJ33 !"]
    assert returned(issued()[0], data).findings == (), "of our layout we know the places ourselves"


def test_hostile_places_are_a_finding() -> None:
    for text in ("xltool:cover:0 =/9-1 x", "xltool:cover:x a 1 1", "xltool:cover:0 a/1-99999 1 1 " * 9, "x"):
        data = hidden(lambda part, text=text: part.replace("xltool:cover:0 ", f"{text} "))  # type: ignore[misc]
        assert kit_codes(returned(moved_on(), data)) in (["WJ11 !"], ["WJ33 !"]), text


# Workbooks issued before there were fingerprints carry places and no headings.


@cache
def landed() -> tuple[Issue, bytes]:
    """What the version before wrote: the same workbook without fingerprint and headings."""
    form, issue, _, _ = issued()
    old = replace(issue, layout="")
    anchors = []
    for sheet in layouts.build(form, old).inputs:
        boxes = [f"{box.key} {box.row} {box.col}" for box in sheet.boxes if box.role is Role.INPUT]
        anchors.append(" ".join((sheet.marker, *boxes)))

    def change(text: str) -> str:
        text = text.replace(f'"layout":"{issue.layout}",', "")
        for sheet in layouts.build(form, old).inputs:
            start = text.index(f"<t>{sheet.marker} ") + 3
            end = text.index("</t>", start)
            text = text[:start] + anchors.pop(0) + text[end:]
        for kind in ("places", "headings", "units", "rest"):
            text = text.replace(f"<t>{kind}</t>", f"<t>{'anchors' if kind == 'places' else 'nothing'}</t>")
        return text

    return old, hidden(change)


def test_what_was_issued_without_a_fingerprint_is_read_as_ever() -> None:
    form, (issue, data) = issued()[0], landed()
    for known in (Issues.of(issue), None):
        result = read(data, lambda _: form, known)
        assert (result.findings, wrong(form, form, result)) == ((), [])


@pytest.mark.parametrize("seed", range(60))
def test_without_a_fingerprint_a_changed_layout_is_refused(seed: int) -> None:
    """Its headings cannot be told from today's definition, so it is not read by today's places either."""
    rng, before, (issue, data) = random.Random(seed), issued()[0], landed()
    edit = rng.choice([edit for edit in edits.EDITS if edit is not edits.change_unit])
    form = edits.with_spec(before, edit(rng, before.spec))
    result = read(data, lambda _: form, Issues.of(issue))
    if result.filled is None:
        assert {finding.code for finding in result.findings} <= {"WJ33", "WJ11"}
        return
    origin = {value: key for key, value in issued()[3].items()}
    misread = {
        key: origin[reading.typed]
        for key, reading in result.filled.readings.items()
        if reading.typed in origin and origin[reading.typed] != key
    }
    # Two names that changed places look like two rows that did: each value follows its heading, and it is said.
    old, new = mapping.headings(before), mapping.headings(form)
    assert all(old[source.id].digest == new[key.id].digest for key, source in misread.items())
    assert not misread or "GF12" in {finding.code for finding in result.findings}
