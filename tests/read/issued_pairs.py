"""Returns whose sender or layout is in question, and their look-alikes; for ``test_notices``."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO

from tests import clean as fills
from tests import fillers, kit
from tests.form import edits
from tests.robustness.book import changed
from xltool.campaign.intake.choice import choose, with_notice
from xltool.campaign.ledger.store import Head
from xltool.examine import examine
from xltool.findings import Status
from xltool.form import Form, Issue
from xltool.form.definition.model import Field, FieldsBlock, FormSpec
from xltool.form.layout.issues import Issues
from xltool.read import read

_SEAL = "5ea1" * 8
_PROPERTY = re.compile(r'<property [^>]*name="xltool_issue"[^>]*>.*?</property>')
_DAY = 86_400 * 10**9


def contradicting() -> list[str]:
    """The hidden sheet says one issue, the file's properties another."""
    return _examined(changed("docProps/custom.xml", lambda text: re.sub(r"[0-9a-f]{16}<", "0123456789abcdef<", text)))


def without_properties() -> list[str]:
    """A program that keeps the hidden sheet and drops the properties."""
    return _examined(changed("docProps/custom.xml", lambda text: _PROPERTY.sub("", text)))


def _examined(data: bytes) -> list[str]:
    return kit.codes(kit.examined(data))


@cache
def _sealed() -> tuple[Form, Issue, bytes]:
    form, made = fillers.issued()
    made = replace(made, seal=_SEAL)
    return form, made, kit.workbook(form, made, fills.values(form, made))


def sealed(*, rightly: bool) -> list[str]:
    """A return with a seal, where the bureau's is that one or another."""
    form, made, data = _sealed()
    known = made if rightly else replace(made, seal="f" * 32)
    return kit.codes(examine("回收表", data, {form.id: form}.get, Issues.of(known)))


def relaid(change: Callable[[FormSpec], FormSpec], *, damaged: bool = False) -> Callable[[], list[str]]:
    """A return of a form that has been changed since; ``damaged``: its own places were touched."""

    def run() -> list[str]:
        form, made, data = _sealed()
        if damaged:
            data = _touched(data)
        result = read(data, lambda _: edits.with_spec(form, change(form.spec)), Issues.of(made))
        return [f"{finding.code} {finding.sheet}!{'+'.join(finding.cells)}" for finding in result.findings]

    return run


def _touched(data: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            new.writestr(info, re.sub(rb"(xltool:budget:0 \S+ )[0-9]+", rb"\g<1>99", old.read(info)))
    return target.getvalue()


Fields = tuple[Field, ...]


def fields(block: str, change: Callable[[Fields], Fields]) -> Callable[[FormSpec], FormSpec]:
    """Another order, or other fields, in a block."""

    def run(spec: FormSpec) -> FormSpec:
        place = next((s, b, item) for s, b, item in edits.blocks(spec) if getattr(item, "id", "") == block)
        assert isinstance(place[2], FieldsBlock)
        return edits.put_block(spec, place[0], place[1], replace(place[2], fields=change(place[2].fields)))

    return run


def same(spec: FormSpec) -> FormSpec:
    return spec


def reworded(spec: FormSpec) -> FormSpec:
    """Prompts and notes are no part of the layout."""
    return fields("staff_block", lambda items: tuple(replace(item, prompt="按编办批复填写") for item in items))(spec)


def turned(items: Fields) -> Fields:
    return items[::-1]


def one_more(items: Fields) -> Fields:
    return (Field("fax", "传真"), *items)


def in_yuan(items: Fields) -> Fields:
    return (replace(items[0], unit="元"), *items[1:])


def renamed(items: Fields) -> Fields:
    return (replace(items[0], name="年初预算总收入"), *items[1:])


def one_less(items: Fields) -> Fields:
    return items[1:]


def replacing(corrections: int) -> Callable[[], list[str]]:
    """A second version; the first had so many findings to correct."""

    def run() -> list[str]:
        first, second = _head("a", 1, corrections), _head("b", 2, 0)
        outcome = kit.examined(_sealed()[2])
        return kit.codes(with_notice(outcome, second, choose([first, second])["1"]))

    return run


def _head(path: str, number: int, corrections: int) -> Head:
    status = Status.WITH_FINDINGS if corrections else Status.ACCEPTED
    return Head(
        path, path, 1, number * _DAY, "2023-03-01T00:00:00+08:00", True, "", "", "1.0", "", "1", "县教育局", status, "",
        0, corrections, 0, None, "", "",
    )  # fmt: skip
