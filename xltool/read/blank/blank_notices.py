"""Why a paper could not be made a form. FP: said to whoever drafts a form, never to a department."""

from xltool.findings import Notice, Severity

_SOURCE = "从空表起草表样 macros_docs/form-guide.md"


def _refusal(code: str, name: str, say: str, do: str) -> Notice:
    return Notice(code, name, Severity.REJECT, say, do, _SOURCE)


NO_TABLE = _refusal(
    "FP01",
    "没有表格",
    "文件里没有可以起草表样的表格{what}。",
    "请换成有空白正式表的 .docx、.xlsx 或 .html 文件；扫描件、图片请先照着打成表格。",
)
UNKNOWN = _refusal(
    "FP02",
    "认不出是哪种表",
    "{where}不像绩效自评表：认得的栏目只有{known}。",
    "请核对文件是不是自评表的空表；是的，请用 xltool form new 编号 --extends 基础 起草，照 macros_docs/form-guide.md 写版式。",
)
NO_POINTS = _refusal(
    "FP03",
    "没有得分的表",
    "{where}的指标表没有{missing}一栏，像是绩效目标表、绩效运行监控表、转移支付区域绩效自评表这样不计分的表，不能从空表起草。",
    "请换用计分的自评表；这张表只收数、不打分的，请用 xltool form new 编号 --extends _unscored 起草，照 macros_docs/form-guide.md“不打分的表样”写版式。",
)
POINTS = _refusal(
    "FP04",
    "分值合计不是满分",
    "空表上的分值合计是 {sum} 分，应当是 {full} 分：{parts}。",
    "请核对空表上各级指标括号里的分值，改对以后再起草。",
)
OTHER_ITEMS = _refusal(
    "FP05",
    "打分项不同",
    "{where}是按项打分的表，{count} 个打分项里有 {strange} 项是现有表样没有的：{which}。",
    "打分项的算法空表上看不出来，不能自动起草；请用 xltool form new 编号 --extends {base} 起草，在 form.yaml 的 grid 里写各项和算法。",
)
UNSOUND = _refusal(
    "FP06",
    "版式不能起草",
    "{where}的版式现在不能起草，没有写出表样：{why}。",
    "请用 xltool form new 编号 --extends {base} 起草，照 macros_docs/form-guide.md 写版式。",
)
NO_LEVELS = _refusal(
    "FP07",
    "没有认出指标",
    "{where}里没有认出一级、二级指标的各行{what}。",
    "请核对绩效指标表有没有表头，并且印着一级、二级指标的名称。",
)

NOTICES = (NO_TABLE, UNKNOWN, NO_POINTS, POINTS, OTHER_ITEMS, UNSOUND, NO_LEVELS)
