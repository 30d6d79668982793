"""The words around a figure taken off, so that sign, figure and unit are left. Imports ``patterns`` and ``numerals``.

What is in doubt stays as it is: a figure behind words that deny or date it (未完成2项, 年底前完成至少40小时), two figures
that say different things, a figure of a thing that is only planned.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from xltool.notation.spoken.numerals import counted
from xltool.notation.spoken.patterns import NUMBER, REACHED, SIGN, SIGN_WORDS, UNIT, is_nothing, is_unit
from xltool.notation.understood import plain
from xltool.notation.words import FIGURE_UNITS

_FUSED: Final = re.compile(
    rf"(?P<share>(?:{SIGN})?{NUMBER}%)(?:{NUMBER})(?P<unit>[一-鿿]{{1,3}})"
    rf"|(?P<count>(?:{SIGN})?{NUMBER}(?P<counted>[一-鿿]{{1,3}}))(?:{NUMBER})%"
)
"""A share and a count in one cell, 100%1000件: the first is meant."""
_AROUND: Final = re.compile(rf"(?P<middle>[0-9.]*)(?P<one>{UNIT})±(?P<by>[0-9]+(?:\.[0-9]+)?)(?P<unit>{UNIT})")
_BOTH: Final = re.compile(
    rf"(?:(?:{SIGN})(?P<low>{NUMBER})(?P<unit>{UNIT})[且,，、和并]?(?P<below>{SIGN})(?P<high>{NUMBER})(?P=unit))"
    rf"|(?:(?P<low2>{NUMBER})(?P<unit2>{UNIT})[≤<][A-Za-z一-鿿]{{0,8}}[≤<](?P<high2>{NUMBER})(?P=unit2))"
)
_NAME: Final = r"[A-Za-z]{0,5}[一-鿿、“”]"
_QUOTED: Final = re.compile("“[^“”]*[0-9][^“”]*”")
"""A name with figures of its own: “0-6”岁儿童."""
_REMARK: Final = re.compile(r"\([^()]*\)")
_OTHER_FIGURE: Final = re.compile(r"[0-9].*(?:完成|实际|未|仅|只)|(?:完成|实际|未|仅|只).*[0-9]")
_PERIOD: Final = r"截至目前|截止目前|目前|上半年|下半年|今年|本年度?|当年|第?[一二三四]季度"
_BEFORE: Final = (
    re.compile(r"(?:平均)?(?:每人每?|每)(?:半年|季度|年度?|月|周|天|日)|全年|年均|一(?:年|月|周)(?=不|至)|月(?=[0-9])"),
    re.compile(
        r"[一-鿿]{0,8}?(?:与|同|比|较)(?:上年度?|去年|上一年度?|上年同期|去年同期|上年度?|20[0-9]{2}年度?)?(?:相比|同期)?"
        r"(?=增|减|下|上|提|降)|同比|环比"
    ),
    re.compile(r"(?:大约|大概|约有|约为?|将近|接近|近|共计|总计|总共|累计|合计|共|各|已经|已|实际|仅为|平均)+"),
    re.compile(
        rf"(?:{_PERIOD})(?=已|完|累|共|实)|现(?=已)|超额(?=完成)|其中|(?:一般)?在(?=[0-9])|预计|确保|力争|保证|\+(?=[0-9])"
        r"|(?:要|应当?|须|必须|需要?)(?=大于|小于|不|≥|≤|高于|低于|超过|至少|至多)"
    ),
)
_LEVEL: Final = re.compile(r"[一-鿿]{0,10}控制?在(?=约?[0-9])")
_AT_LEAST: Final = re.compile(r"[一-鿿]{0,16}?(?:必须|须|应当?|需要?|要)达到(?=[0-9])")
_STANDING: Final = re.compile(
    rf"(?P<words>{_NAME}{{1,24}}?)(?:大约|约|近|共|为)?(?P<rest>(?P<sign>{SIGN}|超)?\+?(?:{NUMBER}|百分之|每[人年月]).*)"
)
_INNER: Final = re.compile(rf"(?P<sign>{SIGN})(?P<words>{_NAME}{{1,16}}?)(?P<rest>{NUMBER}.*)")
_SHARE_OF: Final = re.compile(rf"(?P<whole>[一-鿿]{{1,16}}(?:{NUMBER}[一-鿿]{{1,4}})?)的(?P<share>{NUMBER}%)")
_CHANGED: Final = re.compile(
    rf"从?[^从]*[0-9][^从]*(?:提高|增加|提升|增长|上升|扩大|下降|降低|减少|降|升)[至到]了?(?:20[0-9]{{2}}年的?)?(?P<now>{NUMBER}.*)"
)
_NOW: Final = re.compile(r"[降升]至?到?了?(?=[0-9])|提(?=[0-9])")
_HARMLESS: Final = re.compile(
    r"[省市县区乡镇村本各]级|国家级|[高低]标准|标准(?=为|达)|[上下]半年|年度|无害化|无障碍|无线|无人机|无偿|未成年|非遗|非物质"
    r"|不动产|不安全|不合格率|不良率|第三方|年级|班级|前期|后期|后续|次日起|超额"
)
_DENIED: Final = r"[第无未没非不若类版超后]|[0-9一二三四五六七八九十]级|如(?!期)|年[底末初内]|月[底末初]|[年月日号]前|次[年月日]|前|左右"
_DOUBTFUL: Final = re.compile(_DENIED + r"|级|标准|按照")
_SURELY: Final = re.compile(_DENIED)
_PLANNED: Final = re.compile(r"[未没无不待拟尚后前外]|正在|准备|审批|申请|标准|以[上下内]|^[制位类级型式期岁率度]")
_RANKED: Final = ("年", "月", "日", "类", "级")
_NUMBERED: Final = ("期", "批", "轮", "次")
_TIME: Final = "个?工作日|个?小时|个月|分钟|秒|天|日"
_PLACE: Final = {"百": 100, "千": 1000}


def loosened(text: str) -> tuple[str, str]:
    """Return a text without the words around its figure, with the sign that holds if none is left in it.

    >>> loosened("控制在20万元"), loosened("已完成150次"), loosened("完成年初计划的119.64%"), loosened("100±5%")
    (('≤', '20万元'), ('', '150次'), ('', '119.64%'), ('', '95-105%'))
    >>> loosened("从50%提高到60%"), loosened("未完成2项"), loosened("涨幅控制在3%左右")
    (('', '60%'), ('', '未完成2项'), ('≤', '3%'))
    """
    if is_nothing(text):
        return "", "0"
    if (both := _between(text)) is not None:
        return "", both
    if (fused := _FUSED.fullmatch(text)) is not None and (fused["unit"] or fused["counted"]) in FIGURE_UNITS:
        return "", fused["share"] or fused["count"]
    text = counted(_tidied(text))
    if (changed := _CHANGED.fullmatch(text)) is not None:
        text = changed["now"]
    if (share := _SHARE_OF.fullmatch(text)) is not None and not re.search("[未没无]", share["whole"]):
        sign = next((word for word in SIGN_WORDS if text.startswith(word) and word not in REACHED), "")
        text = sign + share["share"]
    limit, before = "", None
    while before != text:
        before = text
        if (level := _LEVEL.match(text)) is not None:
            limit, text = "≤", text[level.end() :]
        text = counted(_sentence(_about(text)))
    return limit, _ended(text)


def among(text: str) -> str:
    """Return sign, figure and unit where a text holds one figure among words, "" where that is in doubt.

    >>> among("2023年购买13台安可电脑"), among("300公里农村公路安保工程"), among("每年至少组织1次演练")
    ('13台', '300公里', '至少1次')
    >>> [among(text) for text in ("76户174人", "470张床位补助正在审批", "第3名", "80周岁老人", "1类水体")]
    ['', '', '', '', '']
    """
    text = re.sub(r"^(?:在|于)?20[0-9]{2}年度?(?=[一-鿿])", "", _tidied(text))
    figures = list(re.finditer(r"[0-9]+(?:[,，][0-9]{3})*(?:\.[0-9]+)?", text))
    if len(figures) != 1:
        return ""
    words, behind = text[: figures[0].start()], text[figures[0].end() :]
    behind = re.sub(r"^(万?亿?)[余多]", r"\1", behind)
    unit = next((behind[:end] for end in range(min(8, len(behind)), 0, -1) if is_unit(behind[:end])), "")
    rest = behind.removeprefix(unit).removeprefix("左右")
    if not unit or unit in _RANKED or (not words and unit in _NUMBERED):
        return ""
    limit = "内" if (within := re.match(r"[之以]?内", rest)) and re.fullmatch(_TIME, unit) else ""
    rest = rest[within.end() :] if limit and within else rest
    if not re.fullmatch(r"[一-鿿、“”]{0,20}", rest) or _PLANNED.search(rest):
        return ""
    sign = next(
        (
            word
            for word in SIGN_WORDS
            if words.endswith(word) or re.search(f"{re.escape(word)}(?:有|组织|开展|进行)$", words)
        ),
        "",
    )
    name = words.removesuffix(sign).replace("/", "") if sign else words  # 实际小时数/计划小时数≥80%
    if not re.fullmatch(rf"{_NAME}{{0,24}}", name) and words not in ("", sign):
        return ""
    named = _HARMLESS.sub("", words.replace(sign, "") if sign else words)
    if (_SURELY if sign else _DOUBTFUL).search(named):
        return ""
    return f"{'' if sign in REACHED else sign}{figures[0][0]}{unit}{limit}"


def _tidied(text: str) -> str:
    """Money signs, powers of ten and remarks in brackets out of the way."""
    text = text.replace("於", "于").replace("未超过", "不超过").replace("∕", "/")
    text = re.sub(r"%?\((?:%|百分比)\)", "%", text)
    text = _QUOTED.sub("", text) if re.search("[0-9]", _QUOTED.sub("", text)) else text
    if (match := re.fullmatch(r"(.*[0-9])\((.{1,4})\)", text)) and is_unit(match[2]):
        text = match[1] + match[2]
    bare = _REMARK.sub(lambda remark: remark[0] if _OTHER_FIGURE.search(remark[0]) else "", text)
    text = bare or text
    text = re.sub(r"[￥¥](?=[0-9])", "", text)
    text = re.sub(r"([0-9.]+)[Ee]\+?([0-9]{1,2})(?![0-9])", _scientific, text)
    text = re.sub(r"元每(人|户|亩|村|次|天)", r"元/\1", text)
    text = text.replace("人/次", "人次")
    return re.sub(r"^([0-9]+)\+$", r"≥\1", text)


def _about(text: str) -> str:
    """A text without the words before it that say when, since when, about how much."""
    for pattern in _BEFORE:
        match = pattern.match(text)
        if match is not None and match.end() < len(text):
            text = text[match.end() :]
    text = _NOW.sub("", text, count=1) if _NOW.match(text) else text
    text = re.sub(r"^超(?=[0-9])", "超过", text)
    text = (
        _AT_LEAST.sub("≥", text)
        if (match := _AT_LEAST.match(text)) and not _SURELY.search(_HARMLESS.sub("", match[0]))
        else text
    )
    if (ended := re.sub(r"(?:左右|上下|之间)\Z", "", text)) != text:
        text = re.sub(rf"^(?:{'|'.join(REACHED)})(?=[0-9])", "", ended)
    return re.sub(r"以上的?目标\Z", "", text)


def _sentence(text: str) -> str:
    """A text without the name of what is measured."""
    if (inner := _INNER.fullmatch(text)) is not None and not _SURELY.search(
        _HARMLESS.sub("", inner["words"].replace("全年", ""))
    ):
        return ("" if inner["sign"] in REACHED else inner["sign"]) + inner["rest"]
    if text.startswith(SIGN_WORDS) or (standing := _STANDING.fullmatch(text)) is None:
        return text
    doubt = _SURELY if standing["sign"] and standing["sign"] not in REACHED else _DOUBTFUL
    if doubt.search(_HARMLESS.sub("", standing["words"])):
        return text
    rest = re.sub(r"^达到?(?=[0-9])", "", standing["rest"])  # 合格率达100%: that much, not at least
    return re.sub(r"^超(?=[0-9])", "超过", rest)


def _ended(text: str) -> str:
    """A text without the words behind its figure and unit."""
    text = re.sub(r"(?<=[0-9])(万?亿?)[余多](?=[一-鿿])", r"\1", text)
    if (match := re.fullmatch(rf"(.*?(?:{NUMBER})[^的]{{1,8}})的[一-鿿“”]{{1,12}}", text)) and not _PLANNED.search(
        text[match.end(1) + 1 :]
    ):
        text = match[1]
    text = re.sub(
        r"^(.*[0-9]%)[一-鿿]{1,4}$",
        lambda m: m[0] if m[0].endswith(("以上", "以下", "以内", "之内", "内")) else m[1],
        text,
    )
    text = re.sub(rf"^((?:{SIGN})?[0-9]+次)(?:宣传|培训|检查|活动|以上?宣传)$", r"\1", text)
    if (match := re.fullmatch(rf"(.*[0-9](?:{_TIME})[之以]?内)([一-鿿]{{2,12}})", text)) and not _PLANNED.search(
        match[2]
    ):
        text = match[1]
    text = re.sub(r"([0-9.]+%)内\Z", r"≤\1", text) if re.match(NUMBER, text) else text
    text = re.sub(r"(?<=[0-9])(元)总额内\Z", r"\1以内", text)
    return re.sub(r"([0-9]+(?:\.[0-9]+)?)([千百])(?=[元人户亩件次斤吨])", _multiplied, text)


def _between(text: str) -> str | None:
    if (match := _BOTH.fullmatch(text)) is not None:
        low, high = match["low"] or match["low2"], match["high"] or match["high2"]
        return f"{low}-{high}{match['unit'] or match['unit2'] or ''}"
    if (match := _AROUND.fullmatch(text)) is not None and match["one"] in ("", match["unit"]):
        middle, by = Decimal(match["middle"] or 0), Decimal(match["by"])
        return f"{plain(middle - by)}{'~' if by > middle else '-'}{plain(middle + by)}{match['unit']}"
    if (match := re.fullmatch(rf"({NUMBER})(?:-|~|至)({NUMBER})(%)", text)) and Decimal(match[1]) > Decimal(match[2]):
        return f"{match[2]}-{match[1]}{match[3]}"
    return None


def _scientific(match: re.Match[str]) -> str:
    try:
        return plain(Decimal(f"{match[1]}E{match[2]}"))
    except InvalidOperation:
        return match[0]


def _multiplied(match: re.Match[str]) -> str:
    return plain(Decimal(match[1]) * _PLACE[match[2]])
