"""The rule catalogue and the data dictionaries, written from the forms so that they cannot be out of date.

``xltool form docs macros_docs`` writes them; a test compares what is in the repository.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from xltool.examine.catalogue import CatalogueLine, catalogue
from xltool.findings import Severity
from xltool.form import Form
from xltool.form.compiled.form import FieldInfo, block_fields
from xltool.form.compiled.policy_texts import of_year
from xltool.form.definition.model import Field, FieldType, GridBlock, Group, InputSheet, Level, Per, TableBlock

_GENERATED = "这一页由 `xltool form docs macros_docs` 生成，请不要手改。"
_TYPES = {
    FieldType.TEXT: "文字",
    FieldType.LONG: "多行文字",
    FieldType.NUMBER: "数",
    FieldType.CHOICE: "选择",
    FieldType.DATE: "日期",
    FieldType.MULTIPLE: "选择（可以几个）",
    FieldType.LEVEL1: "一级指标",
    FieldType.LEVEL2: "二级指标",
}


def documents(forms: Sequence[Form]) -> dict[str, str]:
    """Return every generated page by its path below ``macros_docs``."""
    pages = {"rules.md": "\n".join(_rules(forms)) + "\n"}
    pages |= {f"forms/{form.id}.md": "\n".join(_dictionary(form)) + "\n" for form in forms}
    return pages


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(headers) + " |"
    yield "|" + "---|" * len(headers)
    for row in rows:
        yield "| " + " | ".join(map(_cell, row)) + " |"
    yield ""


def _rules(forms: Sequence[Form]) -> Iterator[str]:
    """Every code once; where forms differ in a rule, one section for each wording."""
    versions: dict[str, dict[CatalogueLine, list[str]]] = {}
    for form in forms:
        for entry in catalogue(form):
            versions.setdefault(entry.code, {}).setdefault(entry, []).append(form.id)
    yield "# 核对规则目录"
    yield ""
    yield _GENERATED
    yield ""
    yield f"共 {len(versions)} 个编号，{len(forms)} 个表样。编号后面是用这条规则的表样；写法见 rule-language.md。"
    yield ""
    yield "## 各表样有多少条规则"
    yield ""
    yield f"另有 {len(_notices(forms[0]))} 种与表样无关的发现（文件、读取、与名册比较），各表样都有。"
    yield ""
    yield from _table(("表样", "规则", *Severity, "各类编号"), (_counted(form) for form in forms))
    for code in sorted(versions):
        for entry, used in versions[code].items():
            where = "全部表样" if len(used) == len(forms) else "、".join(used)
            yield f"## {code} {entry.name}（{entry.severity.value}）"
            yield ""
            yield f"- 表样：{where}"
            yield from (
                f"- {name}：{'`' + _cell(text) + '`' if code_like else _cell(text)}"
                for name, text, code_like in (
                    ("应当成立", entry.expect, True),
                    ("适用条件", entry.when, True),
                    ("标记", entry.where, False),
                    ("只用于", entry.only, False),
                    ("说明", entry.say, False),
                    ("怎么改", entry.do, False),
                    ("依据", entry.source, False),
                )
                if text
            )
            yield ""


def _notices(form: Form) -> list[CatalogueLine]:
    codes = {rule.code for rule in form.spec.rules}
    return [entry for entry in catalogue(form) if entry.code not in codes]


def _counted(form: Form) -> tuple[str, ...]:
    """The form, how many rules it has, by severity, and by the letters of their codes."""
    rules = list(form.spec.rules)
    severities = Counter(rule.severity for rule in rules)
    kinds = Counter(rule.code.rstrip("0123456789") for rule in rules)
    return (
        form.id,
        str(len(rules)),
        *(str(severities[severity]) for severity in Severity),
        "、".join(f"{kind} {count}" for kind, count in sorted(kinds.items())),
    )


def _dictionary(form: Form) -> Iterator[str]:
    spec = form.spec
    yield f"# {spec.title}（{form.id}）数据字典"
    yield ""
    yield _GENERATED
    yield ""
    yield f"- 地区：{spec.region}"
    yield f"- 版本：{spec.version}"
    yield f"- 依据：{spec.source}"
    if spec.extends:
        yield f"- 以 {spec.extends} 为基础"
    yield ""
    yield "## 参数"
    yield ""
    yield from _table(
        ("编号", "名称", "值", "单位", "依据"),
        ((str(p.id), str(p.name), str(p.value), str(p.unit), str(p.source)) for p in spec.parameters),
    )
    for sheet in spec.sheets:
        yield f"## {sheet.title.replace('{n}', ' 1、2……')}"
        yield ""
        yield f"{sheet.heading}；{'每个项目一张' if sheet.per is Per.PROJECT else '每个部门一张'}。"
        yield ""
        yield from _sheet(form, sheet)
    yield "## 清单"
    yield ""
    yield from _table(("清单", "用语"), ((str(name), "、".join(words.words)) for name, words in spec.lists.items()))


def _sheet(form: Form, sheet: InputSheet) -> Iterator[str]:
    for block in sheet.blocks:
        if isinstance(block, TableBlock):
            levels = "；".join(
                f"{level.name}{_points(level)}：{'、'.join(group.name + _points(group) for group in level.groups)}"
                for level in block.levels
            )
            yield f"表“{block.name}”，{f'{block.rows} 行{_points(block)}' if block.rows else levels}。"
            yield ""
        elif isinstance(block, GridBlock) and block.title:
            yield f"{block.title}："
            yield ""
        rows = [_line(form, form.fields[item.id]) for item in block_fields(block)]
        if rows:
            yield from _table(("编号", "名称", "类型", "单位", "怎样得来", "说明"), rows)


def _points(of: Group | Level | TableBlock) -> str:
    return f"（{of.points}）" if of.points else ""


def _line(form: Form, info: FieldInfo) -> tuple[str, ...]:
    item = info.field
    kind = _TYPES[item.type] + (f"（{item.choices}）" if item.choices else "")
    return (str(item.id), str(item.name), kind, str(item.unit), _origin(item), _note(form, item))


def _origin(item: Field) -> str:
    if item.compute:
        return f"计算：`{item.compute}`"
    if item.default:
        return f"可改，开始时：`{item.default}`"
    if item.prefill:
        return f"名册 {item.prefill}" + ("，不可改" if item.locked else "，可改")
    return "填写" if item.is_input else "表样给定"


def _note(form: Form, item: Field) -> str:
    notes = ["必填"] if item.required else []
    notes += ["不显示"] if item.hidden else []
    notes += [of_year(item.prompt)] if item.prompt else []
    used = [str(rule.rule.code) for rule in form.rules if item.id in rule.at]
    return "；".join([*notes, *([f"规则 {'、'.join(used)}"] if used else [])])
