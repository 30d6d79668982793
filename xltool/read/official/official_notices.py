"""What can be said about an official form or report read as it is. ZS: how it was taken, WB: arithmetic of its text."""

from xltool.findings import Notice, Severity

_CORRECT, _NOTICE = Severity.CORRECT, Severity.NOTICE
_SOURCE = "正式表按原样读取 macros_docs/official.md"

READ_AS = Notice(
    "ZS01",
    "按正式表读取",
    _NOTICE,
    "这份文件不是下发的工作簿，已按“{title}”（{form}）的正式表读取：{why}。",
    "请核对表样是否认对；不对的用 --form 指定。",
    _SOURCE,
)
UNPLACED = Notice(
    "ZS02",
    "没有对应上的内容",
    _NOTICE,
    "有 {count} 处内容对应不到表样的栏目，没有读取：{where}。",
    "请看一眼这些地方有没有要紧的内容。",
    _SOURCE,
)
SCORED_SOURCE = Notice(
    "ZS03",
    "资金来源行不计分",
    _CORRECT,
    "资金来源各行不计分，这里填了“{what}”。",
    "分值和得分只填在年度资金总额一行，这里请填“—”。",
    "财预〔2020〕10号附件 自评表样",
)
IN_YUAN = Notice(
    "ZS04", "金额单位是元", _NOTICE, "表上金额单位是“元”，已换算成万元核对。", "请核对换算是否正确。", _SOURCE
)
SHIFTED = Notice(
    "ZS05",
    "得分错了一列",
    _NOTICE,
    "“得分”一列全空，数写在了后面的“偏差原因”一列，已按得分读取。",
    "请把得分移到“得分”一列。",
    _SOURCE,
)
DEPARTMENT = Notice(
    "ZS06",
    "部门按名称对应",
    _NOTICE,
    "文件里写的是“{theirs}”，已对应到名册的“{name}”。",
    "请核对部门是否正确。",
    _SOURCE,
)
UNSURE = Notice(
    "ZS07",
    "部门没有对应上",
    _NOTICE,
    "名册里没有与“{theirs}”相同的部门{like}，没有计入任何部门。",
    "请核对部门名称，或在文件名里写上部门编码。",
    _SOURCE,
)
OTHER_YEAR = Notice(
    "ZS08",
    "评价年度不同",
    _CORRECT,
    "文件写的是 {theirs} 年度，本次评价的是 {year} 年度。",
    "请核对是否报送了往年的表。",
    "评价年度",
)
TWO_PROJECTS = Notice(
    "ZS09",
    "名册里没有这个项目",
    _NOTICE,
    "名册里没有叫“{theirs}”的项目。",
    "请核对项目名称；名册有误的请与财政局联系。",
    "财政局名册",
)

OTHER_POINTS = Notice(
    "ZS10", "分值与表样不同", _NOTICE, "表上写的{theirs}，与表样的不同，{how}。", "请核对分值。", _SOURCE
)

PARTS = Notice(
    "WB01",
    "其中各项与合计",
    _CORRECT,
    "{total}，其中各项之和是 {sum} {unit}，差 {gap}。",
    "请核对合计与各项。",
    "报告文字：其中各项之和等于合计",
)
SHARES = Notice(
    "WB02",
    "占比合计",
    _CORRECT,
    "几项占比之和是 {sum}%，应当是 100%。",
    "请核对各项占比。",
    "报告文字：占比合计等于 100%",
)
TWICE = Notice(
    "WB03",
    "同一个数前后不一",
    _CORRECT,
    "“{name}”这里写 {here}，{where}写 {there}。",
    "请核对哪一个对，改成一致。",
    "报告文字：同一个数前后一致",
)
NOTICES = (
    READ_AS,
    UNPLACED,
    SCORED_SOURCE,
    IN_YUAN,
    SHIFTED,
    DEPARTMENT,
    UNSURE,
    OTHER_YEAR,
    TWO_PROJECTS,
    OTHER_POINTS,
    PARTS,
    SHARES,
    TWICE,
)
