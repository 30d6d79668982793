"""Forms drafted from the blank papers, each made once."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tests.blank.papers import BLANKS
from xltool.form import Form, form_by_id, form_ids, load_form
from xltool.read.blank import BlankDraft, draft_from


@cache
def library() -> tuple[Form, ...]:
    return tuple(form_by_id(ident) for ident in form_ids())


@cache
def draft(name: str) -> BlankDraft:
    blank = BLANKS[name]
    return draft_from(blank.data(), f"空表.{blank.kind}", ident_of(name), library())


def ident_of(name: str) -> str:
    return f"paper-{name.replace('_', '-')}"


def as_form(text: str, ident: str) -> Form:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ident / "form.yaml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        return load_form(path)


@cache
def drafted(name: str) -> Form:
    return as_form(draft(name).text, ident_of(name))
