"""What a form is made of, in a few lines: for ``xltool form check`` and for authors who override."""

from __future__ import annotations

from collections.abc import Iterable

from xltool.form.compiled.form import Form
from xltool.form.definition.changes import Changes
from xltool.form.definition.strict import file_of


def about(form: Form, changes: Changes | None = None) -> list[str]:
    """Return title and counts, and what the form itself says differently from the one it extends.

    Args:
        form: the form.
        changes: what it did away with, to be told as well.
    """
    spec = form.spec
    lines = [
        f"{spec.form}  第 {spec.version} 版  {spec.region}  {spec.title}",
        f"依据：{spec.source}",
        *([f"适用年度：{spec.years.words}"] if spec.years.words else []),
        f"填报表 {len(spec.sheets)} 张、打印表 {len(spec.prints)} 张、栏目 {len(form.fields)} 个、"
        f"参数 {len(spec.parameters)} 个、规则 {len(spec.rules)} 条",
    ]
    if spec.extends:
        top = file_of(spec.form)
        lines.append(f"以 {spec.extends} 为基础，本表样自己写的：")
        lines += _own("参数", (f"{p.name}＝{p.value}" for p in spec.parameters if file_of(p.id) == top))
        lines += _own("栏目", (i.field.name for i in form.fields.values() if file_of(i.field.id) == top))
        levels = (level.name for table in form.tables.values() if not table.rows for level in table.levels)
        lines += _own("一级指标", (name for name in levels if file_of(name) == top))
        lines += _own("打印表", (sheet.title for sheet in spec.prints if file_of(sheet.id) == top))
        lines += _own("规则", (rule.code for rule in spec.rules if file_of(rule.code) == top))
    if changes is not None:
        lines += _own("没有要的组", changes.groups)
        lines += _own("去掉的", changes.removed)
        lines += _own(f"随表去掉的规则 {len(changes.rules)} 条", changes.rules)
    if not spec.scoring.scored:
        lines.append("没有得分：各处不写得分、等次。")
    lines.append("表样没有问题。")
    return lines


def year_told(form: Form, year: int) -> str:
    """Return what to say where a form was not made for a year; ``""`` where it was, or nobody says."""
    spec = form.spec
    if not spec.years.outside(year):
        return ""
    return (
        f"表样 {spec.form}（{spec.title}）适用 {spec.years.words}，本批次是 {year} 年度。"
        "请核对本年度的文件；有新的表样的，用 xltool forms 看。仍用这个的，不必理会。"
    )


def _own(what: str, names: Iterable[str]) -> list[str]:
    words = list(names)
    return [f"  {what}：{'、'.join(words)}"] if words else []
