"""A form begun on another one: the ``form.yaml`` an author starts from. Imports ``load``."""

from __future__ import annotations

from pathlib import Path

from xltool.files import safe_name, write_atomic
from xltool.form.compiled.form import Form
from xltool.form.definition.extend import FILE, is_id
from xltool.form.definition.strict import DefinitionError, Problem
from xltool.form.load import find_form, library, load_form

_TEXT = """\
# {ident}：以 {base} 为基础。没有写的都跟基础表样一样；写法见 macros_docs/form-guide.md。
form: {ident}
extends: {base}
version: "1.0"
title: {title}
region: ××县   # 请改
source: 本县关于绩效自评的通知，文号   # 请改

# 要改的参数，去掉行首的 #，改数，写上依据。下面是基础表样现在的数；一行都不改的，不用动。
# parameters:
{parameters}
"""


def draft(ident: str, base: str, folder: Path) -> Path:
    """Write the beginning of a form and return its path.

    Raises:
        DefinitionError: the id cannot be one, is taken in this folder, or there is no such base.
        TargetLockedError: it cannot be written.
    """
    path = place_for(ident, folder)
    hidden = library() / base / FILE  # _unscored: a base for others, in no list of forms
    found = (
        load_form(hidden) if is_id(base) and base.startswith("_") and hidden.is_file() else find_form(base, [folder])
    )
    write_atomic(path, _text(ident, found).encode("utf-8"))
    return path


def place_for(ident: str, folder: Path) -> Path:
    """Return where the ``form.yaml`` of a new form goes.

    Raises:
        DefinitionError: the id cannot be one, or is taken in this folder.
    """
    if not is_id(ident) or ident.startswith("_") or ident != ident.strip() or not _plain(ident):
        told = f"“{ident}”不能作编号：请用字母、数字、汉字和 - 组成，如 mycounty-2024"
        raise DefinitionError([Problem(FILE, 0, told)])
    path = folder / ident / FILE
    if path.exists():
        raise DefinitionError([Problem(str(path), 0, "已经有这个表样，没有改动")])
    return path


def _plain(ident: str) -> bool:
    """Whether YAML reads it as a text without quotes, and every system as a folder."""
    return ident.replace("-", "").replace("_", "").isalnum() and ident[0].isalpha() and safe_name(ident) == ident


def _text(ident: str, base: Form) -> str:
    lines = [
        f"#   - {{id: {p.id}, override: true, value: {p.value}, source: 请写依据}}   # {p.name}"
        for p in base.spec.parameters
    ]
    title = base.spec.title
    return _TEXT.format(ident=ident, base=base.id, title=title, parameters="\n".join(lines))
