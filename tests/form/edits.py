"""Random edits of a form, as somebody makes them between issue and collect with the version forgotten.

Rules, formulas and printed forms are left out: where a field is read from does not depend on them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import MappingProxyType

from xltool.form import Form
from xltool.form.compiled.form import FieldInfo, block_fields
from xltool.form.definition.model import (
    Axis,
    Field,
    FieldsBlock,
    FieldType,
    FormSpec,
    GridBlock,
    Group,
    InputSheet,
    TableBlock,
)

Block = FieldsBlock | GridBlock | TableBlock
Edit = Callable[[random.Random, FormSpec], FormSpec]


def with_spec(form: Form, spec: FormSpec) -> Form:
    """The form with other sheets, bound as far as reading needs it."""
    fields: dict[str, FieldInfo] = {}
    tables: dict[str, TableBlock] = {}
    for sheet in spec.sheets:
        for block in sheet.blocks:
            table = block.table if isinstance(block, TableBlock) else ""
            if isinstance(block, TableBlock):
                tables[table] = block
            for item in block_fields(block):
                fields[item.id] = FieldInfo(item, sheet, table)
    return replace(form, spec=spec, fields=MappingProxyType(fields), tables=MappingProxyType(tables))


def blocks(spec: FormSpec) -> Iterator[tuple[int, int, Block]]:
    for s, sheet in enumerate(spec.sheets):
        for b, block in enumerate(sheet.blocks):
            yield s, b, block


def put_block(spec: FormSpec, s: int, b: int, block: Block) -> FormSpec:
    sheet = spec.sheets[s]
    return _sheet(spec, s, replace(sheet, blocks=(*sheet.blocks[:b], block, *sheet.blocks[b + 1 :])))


def _sheet(spec: FormSpec, s: int, sheet: InputSheet) -> FormSpec:
    return replace(spec, sheets=(*spec.sheets[:s], sheet, *spec.sheets[s + 1 :]))


def _parts(block: Block) -> list[str]:
    """The lists of a block that have an order: what can be inserted, removed, moved, renamed in them."""
    if isinstance(block, FieldsBlock):
        return ["fields"]
    return ["rows", "columns"] if isinstance(block, GridBlock) else ["columns"]


def _pick(rng: random.Random, spec: FormSpec) -> tuple[int, int, Block, str]:
    s, b, block = rng.choice([place for place in blocks(spec) if not _fixed(place[2])])
    return s, b, block, rng.choice(_parts(block))


def _fixed(block: Block) -> bool:
    return any(item.hidden for item in block_fields(block))


def _change(rng: random.Random, spec: FormSpec, change: Callable[[list[Field | Axis]], None]) -> FormSpec:
    s, b, block, part = _pick(rng, spec)
    items = list(getattr(block, part))
    change(items)
    if not items:
        return spec
    changed: Block = replace(block, **{part: tuple(items)})  # type: ignore[arg-type]
    return put_block(spec, s, b, changed)


def insert(rng: random.Random, spec: FormSpec) -> FormSpec:
    def change(items: list[Field | Axis]) -> None:
        number, at = rng.randrange(10**6), rng.randrange(len(items) + 1)
        kind = FieldType.NUMBER if rng.random() < 0.5 else FieldType.TEXT
        new: Field | Axis = (
            Field(f"new{number}", f"新栏目{number}", type=kind)
            if isinstance(items[0], Field)
            else Axis(f"new{number}", f"新栏目{number}")
        )
        items.insert(at, new)

    return _change(rng, spec, change)


def remove(rng: random.Random, spec: FormSpec) -> FormSpec:
    def change(items: list[Field | Axis]) -> None:
        free = [at for at, item in enumerate(items) if not _level(item)]
        if free:
            items.pop(rng.choice(free))

    return _change(rng, spec, change)


def move(rng: random.Random, spec: FormSpec) -> FormSpec:
    def change(items: list[Field | Axis]) -> None:
        items.insert(rng.randrange(len(items)), items.pop(rng.randrange(len(items))))

    return _change(rng, spec, change)


def swap(rng: random.Random, spec: FormSpec) -> FormSpec:
    def change(items: list[Field | Axis]) -> None:
        one, other = rng.randrange(len(items)), rng.randrange(len(items))
        items[one], items[other] = items[other], items[one]

    return _change(rng, spec, change)


def rename(rng: random.Random, spec: FormSpec) -> FormSpec:
    def change(items: list[Field | Axis]) -> None:
        at = rng.randrange(len(items))
        items[at] = replace(items[at], name=f"{items[at].name}改", label="")

    return _change(rng, spec, change)


def swap_names(rng: random.Random, spec: FormSpec) -> FormSpec:
    """Two fields change names and labels and keep their ids: the headings say the opposite now."""

    def change(items: list[Field | Axis]) -> None:
        one, other = rng.randrange(len(items)), rng.randrange(len(items))
        first, second = items[one], items[other]
        items[one] = replace(first, name=second.name, label=second.label)
        items[other] = replace(second, name=first.name, label=first.label)

    return _change(rng, spec, change)


def swap_ids(rng: random.Random, spec: FormSpec) -> FormSpec:
    def change(items: list[Field | Axis]) -> None:
        one, other = rng.randrange(len(items)), rng.randrange(len(items))
        first, second = items[one], items[other]
        if not _level(first) and not _level(second):
            items[one], items[other] = replace(first, id=second.id), replace(second, id=first.id)

    return _change(rng, spec, change)


def change_unit(rng: random.Random, spec: FormSpec) -> FormSpec:
    def change(items: list[Field | Axis]) -> None:
        at = rng.randrange(len(items))
        if items[at].unit:
            items[at] = replace(items[at], unit="元" if items[at].unit != "元" else "万元")

    return _change(rng, spec, change)


def to_another_block(rng: random.Random, spec: FormSpec) -> FormSpec:
    found = [(s, b, block) for s, b, block in blocks(spec) if isinstance(block, FieldsBlock) and not _fixed(block)]
    (s, b, block), (t, c, other) = rng.sample(found, 2)
    if spec.sheets[s].per is not spec.sheets[t].per or len(block.fields) < 2:
        return spec
    at = rng.randrange(len(block.fields))
    item = block.fields[at]
    spec = put_block(spec, s, b, replace(block, fields=(*block.fields[:at], *block.fields[at + 1 :])))
    where = rng.randrange(len(other.fields) + 1)
    return put_block(spec, t, c, replace(other, fields=(*other.fields[:where], item, *other.fields[where:])))


def swap_blocks(rng: random.Random, spec: FormSpec) -> FormSpec:
    s = rng.randrange(len(spec.sheets))
    order = list(spec.sheets[s].blocks)
    rng.shuffle(order)
    return _sheet(spec, s, replace(spec.sheets[s], blocks=tuple(order)))


def rename_block(rng: random.Random, spec: FormSpec) -> FormSpec:
    s, b, block, _ = _pick(rng, spec)
    return put_block(spec, s, b, replace(block, title=f"{block.title}（改）"))


def swap_sheets(rng: random.Random, spec: FormSpec) -> FormSpec:
    order = list(spec.sheets)
    rng.shuffle(order)
    return replace(spec, sheets=tuple(order))


def rename_sheet(rng: random.Random, spec: FormSpec) -> FormSpec:
    s = rng.randrange(len(spec.sheets))
    return _sheet(spec, s, replace(spec.sheets[s], title=f"{spec.sheets[s].title}改"))


def another_level(rng: random.Random, spec: FormSpec) -> FormSpec:
    s, b, block = next(place for place in blocks(spec) if isinstance(place[2], TableBlock))
    assert isinstance(block, TableBlock)
    levels = list(block.levels)
    at = rng.randrange(len(levels))
    if rng.random() < 0.5:
        groups = (Group("新的二级指标"), *levels[at].groups)
        levels[at] = replace(levels[at], groups=groups)
    else:
        levels[at] = replace(levels[at], name=f"{levels[at].name}改")
    return put_block(spec, s, b, replace(block, levels=tuple(levels)))


def _level(item: Field | Axis) -> bool:
    return item.type in (FieldType.LEVEL1, FieldType.LEVEL2)


EDITS: tuple[Edit, ...] = (
    insert, insert, remove, move, swap, swap, rename, swap_names, swap_ids, change_unit, to_another_block, swap_blocks,
    rename_block, swap_sheets, rename_sheet, another_level,
)  # fmt: skip
