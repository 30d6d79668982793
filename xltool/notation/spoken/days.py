"""Days as people say them: 第三季度, 9月中旬, 2022年上半年, 1月1日至12月31日, 于12月底前拨付到位. Imports ``deadlines``.

Read on the bureau's side only, and told: the workbook's formulas know the ways of ``deadlines``. What comes out is written
in one of those ways, so that nothing else has to know of this. A quarter, a half year, ten days and a period mean their
last day; a year that is not written stays unwritten.
"""

from __future__ import annotations

import re
from typing import Final

from xltool.notation.deadlines import read_deadline

_MONTHS: Final = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])[-~至—–](?P<year>20[0-9]{2})(?P<month>0[1-9]|1[0-2])")
_YEARS: Final = re.compile(r"20[0-9]{2}年?[-~至—–]+(?P<year>20[0-9]{2}年)")
_MONTH: Final = re.compile(r"^(20[0-9]{2}年)?(十[一二]?|[一二三四五六七八九])月")
_YEAR: Final = r"(?P<year>20[0-9]{2}年?|今年|当年|本年度?|每年)?"
_MONTH_NAMES: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_AROUND: Final = re.compile(
    r"(?:(?![一-鿿]*[未没不尚拟待])[一-鿿]{1,12}?(?=[于在](?:20[0-9]{2}年|[0-9]{1,2}月)))?"
    r"(?:力争|确保|保证|计划|预计|按时)?(?:项目|工程|任务)?(?:截至|截止到|截止|于|在|到)?(?P<rest>.+)"
)
_DONE: Final = r"(?:全部|全面|基本|按时)?(?:完成|完工|到位|竣工|验收|交付|办结|建成|拨付|发放|落地|投入使用|上线|开工|启动|结题|报送|取得|获得|通过)"
_THING: Final = "(?:(?![年月日号底末前内旬初份]|季度)[一-鿿])"
_AFTER: Final = re.compile(
    rf"(?P<day>.*?(?:[年月日号底末前内旬初份]|半年|季度|[0-9]))"
    rf"(?:[将可能]{_DONE}|(?![一-鿿]*[未没不尚拟待]){_THING}{{0,8}}?{_DONE}[一-鿿]{{0,16}})"
)
_QUARTER: Final = re.compile(rf"{_YEAR}第?(?P<which>[一二三四1-4])季度(?:末|底)?(?:之?前|以前|内)?")
_HALF: Final = re.compile(rf"{_YEAR}(?P<which>[上下])半年(?:之?前|以前|内|底|末)?")
_TEN: Final = re.compile(rf"{_YEAR}(?P<month>[0-9]{{1,2}})月份?(?P<which>上旬|中旬|下旬|初|中)(?:之?前|以前|内)?")
_PERIOD: Final = re.compile(
    r"(?P<year>20[0-9]{2})[年./-](?P<from>[0-9]{1,2}(?:[月./-](?:[0-9]{1,2}日?)?)?)(?:--|—|–|-|~|～|至|到)+(?P<till>(?:20[0-9]{2}[年./-])?[0-9]{1,2}(?:[月./-](?:[0-9]{1,2}日?)?)?(?:底|末)?)"
)
_DIGITS: Final = re.compile(r"(20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_ORDER: Final = {"一": 1, "二": 2, "三": 3, "四": 4}


def spoken_day(text: str) -> str:
    """Return a folded text without spaces as one that ``read_deadline`` reads, "" if it is no such day.

    >>> [spoken_day(text) for text in ("第三季度", "2022年上半年", "9月中旬", "2022年1月1日至12月31日", "20221130")]
    ['9月', '2022年6月', '9月20日', '2022年12月31日', '2022-11-30']
    >>> [spoken_day(text) for text in ("202001-202012", "2013—2017年", "十一月中旬", "全年")]
    ['2020-12', '2017年', '11月20日', '12月']
    >>> [spoken_day(text) for text in ("工程于2022年12月14日前完工", "6月24日改造项目全部完工", "6月24日工程未完工")]
    ['2022年12月14日前', '6月24日', '']
    >>> [spoken_day(text) for text in ("于12月底前拨付到位", "年底前完成至少40小时", "每月10日前", "3次")]
    ['12月底前', '', '', '']
    """
    if match := _DIGITS.fullmatch(text):
        return "-".join(match.groups()) if read_deadline("-".join(match.groups())) else ""
    if match := _MONTHS.fullmatch(text):
        return f"{match['year']}-{match['month']}"
    if match := _YEARS.fullmatch(text):
        return match["year"]
    if text == "全年":
        return "12月"
    text = _MONTH.sub(lambda month: f"{month[1] or ''}{_number(month[2])}月", re.sub(r"\((?:星期|周).\)", "", text))
    around = _AROUND.fullmatch(text)
    for candidate in dict.fromkeys((text, around["rest"] if around else text)):
        cut = _AFTER.fullmatch(candidate)
        for part in dict.fromkeys((candidate, cut["day"] if cut else candidate)):
            found = _said(part.replace("月份", "月"))
            if found and read_deadline(found, 2022) is not None:
                return found
    return ""


def _said(text: str) -> str:
    if match := _QUARTER.fullmatch(text):
        which = match["which"]
        return f"{_year(match['year'])}{3 * (_ORDER.get(which) or int(which))}月"
    if match := _HALF.fullmatch(text):
        return f"{_year(match['year'])}{6 if match['which'] == '上' else 12}月"
    if match := _TEN.fullmatch(text):
        month = f"{_year(match['year'])}{match['month']}月"
        day = {"上旬": "10日", "初": "10日", "中旬": "20日", "中": "20日"}.get(match["which"], "底")
        return f"{month}{day}"
    if match := _PERIOD.fullmatch(text):
        till = match["till"].replace("月底", "月").replace("月末", "月")
        return till if till.startswith("20") and len(till) > 4 else f"{match['year']}年{till}"
    text = re.sub(r"(20[0-9]{2})年?全年", r"\1年", text)
    return re.sub(r"^(?:今年|当年|本年度?|每年)(?=[0-9年])", "", text)


def _year(text: str | None) -> str:
    """The year as a deadline has it; one that means the year of the report is not written."""
    return f"{text[:4]}年" if text and text[0] == "2" else ""


def _number(month: str) -> int:
    return _MONTH_NAMES.index(month) + 1
