"""Printed texts as cells of ``prints``, and what kind of value a label asks for. Imports ``official.labels``.

The words here are how labels end in any form (万元, 率, 情况); the names of fields stand in the forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from xltool.form.definition.model import DATE_UNIT, FieldType
from xltool.read.official.labels import label_of, squeeze

_BRACES = str.maketrans("{}", "｛｝")
_NOT_NAME = re.compile(r"[\s=<>&+\-*/^%(),\"'{}＝＜＞＋，（）:：。.、；;？?！!【】\[\]《》·…]+")
_OPTION = re.compile(r"[□☐☑■○●◯√]")
_UNIT = re.compile(r"[(（]\s*(?:单位[:：])?\s*([^()（）\s]{1,6})\s*[)）]")
_BLANK_YEAR = re.compile(
    r"(?:20[0-9]{2}|20?[×xX*＊_]{1,4}|[×xX*＊_]{2,4})\s*(?=年)|(?<=[(（])[\s\u3000]*(?=年度)|^[\s\u3000_]+(?=年度)"
)
_DATED = re.compile(r"(20[0-9]{2})\s*(?=年)")
_SEGMENT = re.compile(r"([^\s\u3000:：]{2,14})[:：]([^:：]*?)(?=[\s\u3000]+[^\s\u3000:：]{2,14}[:：]|$)")

UNITS = {"万元": "万元", "元": "元", "%": "%", "人": "人", "个": "个", "分": "分", "平方米": "平方米"}
"""Units by what stands in brackets; those the base has not are added to it."""
NEW_UNITS = {
    "元": {"format": "0.00", "tolerance": "0.005", "cell": "#,##0.00"},
    "平方米": {"format": "general", "tolerance": "0.005", "cell": "#,##0.00"},
}
_LONG = (
    "情况",
    "说明",
    "内容",
    "目标",
    "原因",
    "措施",
    "依据",
    "概况",
    "意见",
    "建议",
    "分析",
    "简介",
    "描述",
    "方案",
    "概述",
    "结论",
    "问题",
    "总结",
)
_MONEY = (
    "预算",
    "资金",
    "金额",
    "支出",
    "拨款",
    "决算",
    "收入",
    "经费",
    "投资",
    "补助",
    "执行",
    "总额",
    "结转",
    "结余",
)
_POINTS = ("得分", "分值", "评分", "分数", "扣分", "复核分", "审核分", "核定分")
_RATES = ("率", "比例", "占比", "比重")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a label seems to ask for."""

    type: FieldType
    unit: str = ""
    lines: int = 1


def printed(text: str) -> str:
    """Return a text fit for ``text``: braces there would be parameters."""
    return "\n".join(line.strip() for line in text.translate(_BRACES).strip().split("\n"))


def label_text(text: str) -> str:
    """Return a printed label on one line, as an input sheet shows it.

    >>> label_text("项目支" + chr(10) + "出编号：")
    '项目支出编号'
    """
    return squeeze(printed(text).replace("\n", "")).strip("：:")[:40]


def literal(text: str) -> str:
    """Return a text as a literal of the rule language."""
    return '"' + text.replace('"', '""') + '"'


def joined(parts: list[str]) -> str:
    """Return a formula of parts, without blank literals."""
    kept = [part for part in parts if part != '""']
    return "&".join(kept) or '""'


def with_year(text: str, year: str, said: int) -> str:
    """Return the formula of a text that names the year, "" if it names none.

    Args:
        text: of a title, or of a label.
        year: the name of the field with the year.
        said: the year the paper is about; labels may name it and the one before.

    >>> with_year("2022年度自评表", "年度", 2022), with_year("（　　年度）", "年度", 0), with_year("2021年决算数", "年度", 2022)
    ('年度&"年度自评表"', '"（"&年度&"年度）"', '(年度-1)&"年决算数"')
    """
    text = printed(text)
    parts: list[str] = []
    at = 0
    for found in _BLANK_YEAR.finditer(text):
        number = _DATED.match(text, found.start())
        before = said - int(number[1]) if number and said else 0
        if before not in (0, 1):
            continue
        parts += [literal(text[at : found.start()]), f"({year}-1)" if before else year]
        at = found.end()
    return joined([*parts, literal(text[at:])]) if parts else ""


def segments(text: str) -> list[tuple[str, str]]:
    """Return labels with what stands behind each in one cell: 填表人：　　联系电话：.

    >>> segments("单位名称：某局　填报日期："), segments("金额单位：万元")
    ([('单位名称', '某局'), ('填报日期', '')], [('金额单位', '万元')])
    """
    return [(m[1], m[2].strip(" \u3000_")) for m in _SEGMENT.finditer(text.strip())]


def options(text: str) -> tuple[str, ...]:
    """Return the words of a cell with boxes to tick; empty if it has none.

    >>> options("□常年性 □延续性 □一次性"), options("1、新增□ 2、延续☑")
    (('常年性', '延续性', '一次性'), ('新增', '延续'))
    """
    if len(_OPTION.findall(text)) < 2:
        return ()
    words = [re.sub(r"^[0-9]+[、.．]|[\s\u3000()（）；;，,、/]", "", word) for word in _OPTION.split(text)]
    return tuple(dict.fromkeys(re.sub(r"^[0-9]+[.．]?", "", word)[:20] for word in words if word))


def guess(label: str) -> Guess:
    """Return what a label seems to ask for.

    >>> guess("合同金额（元）"), guess("资金使用率").unit, guess("存在问题及原因").type.value, guess("联系人").type.value
    (Guess(type=<FieldType.NUMBER: 'number'>, unit='元', lines=1), '%', 'long', 'text')
    >>> guess("验收日期").type.value
    'date'
    """
    plain, bare = squeeze(label), label_of(label)
    bracket = next((word for word in _UNIT.findall(plain) if word in UNITS), "")
    if bracket:
        return Guess(FieldType.NUMBER, UNITS[bracket])
    if bare.endswith(_RATES):
        return Guess(FieldType.NUMBER, "%")
    if bare.endswith(_POINTS):
        return Guess(FieldType.NUMBER, "分")
    if bare.endswith(_LONG):
        return Guess(FieldType.LONG, lines=3)
    if bare.endswith("日期"):
        return Guess(FieldType.DATE, DATE_UNIT)
    if bare.endswith("人数"):
        return Guess(FieldType.NUMBER, "人")
    if bare.endswith(_MONEY) or (bare.endswith(("数", "额")) and any(word in bare for word in _MONEY)):
        return Guess(FieldType.NUMBER, "万元")
    return Guess(FieldType.TEXT)


def named(text: str, taken: Collection[str], fallback: str) -> str:
    """Return the name of a field for a label: what formulas take, and no other field's.

    >>> named("1、项目编号：", (), "栏目"), named("A/B", (), "栏目"), named("项目编号", ("项目编号",), "栏目")
    ('项目编号', 'AB', '项目编号二')
    """
    word = _NOT_NAME.sub("", label_of(text))[:20].lstrip("0123456789") or fallback
    if re.fullmatch(r"[A-Za-z]{1,3}[0-9]*|所填.*|TRUE|FALSE", word):
        word = f"{word}{fallback}" if word.isascii() and len(word) < 2 else word
    return next(name for end in _ENDINGS if (name := f"{word}{end}") not in taken)


_ENDINGS = ("", "二", "三", "四", "五", *(f"之{number}" for number in range(6, 400)))
Namer = Callable[[str], str]
