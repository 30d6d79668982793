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
CONVERTED = Notice(
    "GF01",
    "按规范读取",
    _NOTICE,
    "填的是“{typed}”，{note}。",
    "请核对读取是否正确，下次请直接填数字。",
    "数字写法约定 macros_docs/notation.md",
)
OVERWRITTEN = Notice(
    "GF09",
    "计算格被改写",
    _NOTICE,
    "这一格应由公式计算，公式已不在，现在{now}，按规则重新计算是 {value}。",
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

NOTICES = (ERROR_VALUE, OFF_LIST, CONVERTED, OVERWRITTEN, STALE)
