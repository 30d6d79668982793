"""What can be said about readings, whatever the form. BT: completeness, GF: how values were taken."""

from xltool.findings import Notice, Severity

_CORRECT, _NOTICE = Severity.CORRECT, Severity.NOTICE

ERROR_VALUE = Notice("BT03", "错误值", _CORRECT, "这一格是{what}，读不出内容。", "请重新填写这一格。", "填报说明")
OFF_LIST = Notice(
    "BT04",
    "不在选项内",
    _CORRECT,
    "填的是“{typed}”，不在下拉选项（{words}）里。",
    "请从下拉列表中选择。",
    "下拉列表在粘贴时不起作用，收回后再核对一次",
)
OUT_OF_RANGE = Notice(
    "BT06",
    "超出范围",
    _CORRECT,
    "填的是 {typed}，这一格应当{limit}。",
    "请核对这个数。",
    "填报时的限制在粘贴时不起作用，收回后再核对一次",
)
CONVERTED = Notice(
    "GF01",
    "按规范读取",
    _NOTICE,
    "填的是“{typed}”，{note}。",
    "读得对的不用改；读错的请改成数字，日期请写全年月日。",
    "数字写法约定 macros_docs/notation.md",
)
STORED_AS_TEXT = Notice(
    "GF25",
    "数字存成文本",
    _NOTICE,
    "这里的数字以文本形式存放，已按数值读取。",
    "不用修改；用别的程序填写时，请把数字写成数值。",
    "数字写法约定 macros_docs/notation.md",
)
EMPTIED = Notice(
    "GF26",
    "公式不在了，格是空的",
    _NOTICE,
    "这里原有的公式不在了，现在是空的，打印出来也是空的；核定以重新计算的为准。",
    "自评得分、自评总分、自评等次请补填；多半是别的程序保存时丢了公式，用下发的原表填写可以避免。",
    "得分和合计一律重新计算；自评的格下发时由公式填好，可以改写",
)
OVERWRITTEN = Notice(
    "GF09",
    "计算格被改写",
    _NOTICE,
    "这一格应由公式计算，公式已不在，现在填的是“{typed}”，按规则重新计算是 {value}。",
    "不用修改，以重新计算的为准。",
    "得分和合计一律重新计算",
)
STALE = Notice(
    "GF10",
    "显示与计算不同",
    _NOTICE,
    "显示的是 {typed}，按规则计算是 {value}。",
    "请在 Excel 或 WPS 里重新计算并保存；以重新计算的为准。",
    "得分和合计一律重新计算",
)
SHOWN_OTHERWISE = Notice(
    "GF31",
    "显示的不是存的数",
    _CORRECT,
    "这里有 {count} 格的数字格式使显示的与存的数不同，如{shown}，存的是 {typed}；核对按存的数。",
    "请把格式改为普通数字，再按表里的单位填写看到的数。",
    "打印和核对应当是同一个数",
)
MONTH_UNCLEAR = Notice(
    "GF35",
    "看不出几月",
    _CORRECT,
    "这一格存的是数字 {typed}，填的可能是“{shown}”（在 Excel 里作为数字填，末尾的 0 会丢掉），看不出是 1 月还是 10 月；核对按 1 月。",
    "请写成“{year}年1月”或“{year}年10月”。",
    "时间早晚影响得分",
)
STRUCK_OUT = Notice(
    "GF32",
    "有划掉的文字",
    _CORRECT,
    "这一格里有划掉的文字{what}。",
    "请删去划掉的文字，只留下要报的内容。",
    "公式和打印件会把划掉的文字连在一起",
)
ALIKE = Notice(
    "ZB31",
    "指标相近",
    _NOTICE,
    "“{other}”与“{one}”名称相近，指标值和完成值也相同，可能是同一个指标。",
    "请只保留一处，或写出两者的区别。",
    "核对清单 指标重复",
)
GOAL_FIGURE = Notice(
    "WB04",
    "目标里的数与指标不同",
    _NOTICE,
    "文字写“{here}”，指标“{name}”是 {there}。",
    "请核对；两个数口径不同的，请写清楚。",
    "核对清单 目标与指标一致",
)
GOAL_NAME = Notice(
    "MB13",
    "目标只是项目名称的改写",
    _NOTICE,
    "预期目标“{goal}”与项目名称“{name}”只差几个字，看不出要达到什么。",
    "请写明全年做什么、做多少、达到什么效果。",
    "核对清单 目标与项目名称相同",
)
TEXT_PARTS = Notice(
    "MB14",
    "文字里各项与合计",
    _CORRECT,
    "{total}，各项之和是 {sum} {unit}，差 {gap}。",
    "请核对合计与各项。",
    "核对清单 文字里的分项与合计",
)
GOAL_COPIED = Notice(
    "MB21",
    "完成情况与目标只差序号、标点",
    _CORRECT,
    "实际完成情况与预期目标只差序号或标点，看不出全年做了什么。",
    "请写明全年实际做了什么、完成多少。",
    "核对清单 完成情况照抄目标",
)
UNSCORED = Notice(
    "DF31",
    "总分不能核定",
    _CORRECT,
    "资料不全，总分不能核定：{what}。",
    "请补齐或改填能够测算的实际完成值，也可以填写自评得分。",
    "得分和合计一律重新计算",
)
NOT_AS_ISSUED = Notice(
    "MC01",
    "与名册不同",
    _NOTICE,
    "财政局名册上的{what}是 {ours}，现在填的是 {theirs}。",
    "请核对；名册有误的请与财政局联系。",
    "财政局名册",
)
NOT_AS_ISSUED_UNIT = Notice(
    "MC02",
    "与名册相差几千倍",
    _CORRECT,
    "财政局名册上的{what}是 {ours}，现在填的是 {theirs}，看来是按“元”填的。",
    "请换算成万元，并看看其他金额是不是也按“元”填了。",
    "财政局名册；核对清单 元与万元混用",
)
UNLIKE = Notice(
    "BT20",
    "与同一项的其他年度相差几千倍",
    _CORRECT,
    "{what}填的是 {typed}，{other}是 {theirs}，相差几千倍，可能是按“元”填的。",
    "请核对单位，统一填{unit}。",
    "核对清单 元与万元混用",
)

NOTICES = (
    ERROR_VALUE,
    OFF_LIST,
    OUT_OF_RANGE,
    CONVERTED,
    STORED_AS_TEXT,
    EMPTIED,
    OVERWRITTEN,
    STALE,
    SHOWN_OTHERWISE,
    MONTH_UNCLEAR,
    STRUCK_OUT,
    ALIKE,
    GOAL_FIGURE,
    GOAL_NAME,
    TEXT_PARTS,
    GOAL_COPIED,
    UNSCORED,
    NOT_AS_ISSUED,
    NOT_AS_ISSUED_UNIT,
    UNLIKE,
)
