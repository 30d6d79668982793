"""Returns that differ in everything people type: amounts, indicators, targets, sentences."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal

from xltool.form import Form, Key

_WHO = [
    "乡镇卫生院",
    "村级文化站",
    "中小学校",
    "水库大坝",
    "农村公路",
    "困难群众",
    "退役军人",
    "高标准农田",
    "污水管网",
    "社区食堂",
    "残疾人家庭",
    "企业职工",
]
_DOING = ["新建", "改造", "巡查", "培训", "慰问", "补助", "检修", "评估", "宣传", "走访"]
_COUNTED = (("场次", "场"), ("户数", "户"), ("人数", "人"), ("处数", "处"), ("里程", "公里"), ("面积", "亩"))
_SHARES = ["合格率", "覆盖率", "及时率", "整改率", "知晓率"]
_HOW = (
    "{who}{doing}全年完成{a}项，比计划多{b}项",
    "投入资金{a}.{b}万元用于{who}{doing}",
    "因{b}月连续降雨，{who}{doing}推迟了{a}天",
    "按季度组织{who}{doing}，先后印发通知{b}份",
    "{who}对{doing}工作的满意度为{c}.{b}%",
    "下一年度细化{who}{doing}的进度安排，逐项落实到人",
)
_LONG = 16


def varied(values: Mapping[Key, Decimal | str], form: Form, seed: int) -> dict[Key, Decimal | str]:
    """Return a department's answers made into another's: sums still add up, the words are others."""
    chance = random.Random(seed)
    scale = Decimal(chance.randint(8, 40)) / 10
    result: dict[Key, Decimal | str] = {}
    for key, value in values.items():
        item = form.fields[key.id].field
        if isinstance(value, Decimal):
            result[key] = value * scale if item.unit == "万元" else value
        elif len(value) >= _LONG:
            result[key] = "；".join(_sentence(chance) for _ in range(chance.randint(2, 6))) + "。"
        else:
            result[key] = value
    name = form.field("三级指标").id
    for key in values:
        if key.id == name:
            _indicator(result, form, key, chance)
    return result


def approved(form: Form, project: str, seed: int, rows: int = 12) -> list[dict[str, str]]:
    """Return the lines of a roster with a project's approved indicators: every seed has others, under the same 二级指标."""
    chance = random.Random(f"{project} {seed}")
    groups = [group.name for block in form.project_tables.values() for level in block.levels for group in level.groups]
    lines = []
    for number in range(rows):
        name, unit = chance.choice([*_COUNTED, *((share, "%") for share in _SHARES)])
        target = chance.randint(80, 97) if unit == "%" else chance.randint(3, 900)
        said = {"三级指标": f"{chance.choice(_WHO)}{chance.choice(_DOING)}{name}{number}", "性质": "≥"}
        said |= {"指标值": str(target), "单位": unit}
        lines.append({"项目编码": project, "二级指标": groups[number % len(groups)], **said})
    return lines


def _indicator(result: dict[Key, Decimal | str], form: Form, key: Key, chance: random.Random) -> None:
    """A measured indicator gets another name, target and actual; one without a number another name."""

    def cell(name: str) -> Key:
        return key._replace(id=form.field(name).id)

    who, doing = chance.choice(_WHO), chance.choice(_DOING)
    sign, unit = result.get(cell("性质"), ""), result.get(cell("单位"), "")
    if sign == "≥" and unit == "%":
        target = chance.randint(80, 97)
        result[key] = f"{who}{doing}{chance.choice(_SHARES)}"
        result[cell("指标值")], result[cell("实际完成值")] = (
            str(target),
            str(target + chance.randint(0, 25) / Decimal(10)),
        )
    elif sign in ("≥", "区间", "="):
        name, unit = chance.choice(_COUNTED)
        target = chance.randint(3, 900)
        result[key], result[cell("性质")], result[cell("单位")] = f"{who}{doing}{name}", "≥", unit
        result[cell("指标值")], result[cell("实际完成值")] = str(target), str(target + chance.randint(0, target // 10))
    elif sign == "定性":
        result[key] = f"{who}{doing}长效机制"


def _sentence(chance: random.Random) -> str:
    made = chance.choice(_HOW)
    who, doing = chance.choice(_WHO), chance.choice(_DOING)
    return made.format(who=who, doing=doing, a=chance.randint(11, 99), b=chance.randint(1, 9), c=chance.randint(80, 98))
