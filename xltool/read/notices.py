"""What can be said about a returned file before looking at its figures. WJ: the file, GF: how it was read."""

from xltool.findings import Notice, Severity

_REJECT, _CORRECT, _NOTICE = Severity.REJECT, Severity.CORRECT, Severity.NOTICE
_OURS = "请用财政局下发的原表填写，保存为 .xlsx 后重新报送。"
_SOURCE = "收件要求"

EMPTY = Notice("WJ01", "空文件", _REJECT, "文件是空的（0 字节），可能没有传完。", "请重新发送填好的文件。", _SOURCE)
NOT_A_WORKBOOK = Notice("WJ02", "不是工作簿", _REJECT, "文件不是 Excel 工作簿（{what}）。", _OURS, _SOURCE)
ENCRYPTED = Notice("WJ03", "加密", _REJECT, "文件设有打开密码，无法读取。", "请取消密码后另存，再重新报送。", _SOURCE)
DAMAGED = Notice(
    "WJ04",
    "损坏",
    _REJECT,
    "文件不完整或已损坏（{what}）。",
    "请用 Excel 或 WPS 打开原文件另存一次，再重新报送。",
    _SOURCE,
)
TOO_LARGE = Notice(
    "WJ05", "超出范围", _REJECT, "文件内容远超本表（{what}），没有读取。", _OURS, "读取上限，防止异常文件占满内存"
)
NOT_OURS = Notice(
    "WJ06", "不是下发的表", _REJECT, "没有找到本次下发表的标识，无法确认是哪个部门的哪张表。", _OURS, _SOURCE
)
UNKNOWN_FORM = Notice(
    "WJ07", "表样不认识", _REJECT, "这是表样“{form}”的表，本工具没有这个表样。", "请核对是否报错了文件。", _SOURCE
)
OTHER_VERSION = Notice(
    "WJ08",
    "表样版本不同",
    _REJECT,
    "这是表样“{form}”第 {theirs} 版，现在使用第 {ours} 版。",
    "请把内容填到新下发的表里再报送。",
    _SOURCE,
)
NOT_ISSUED = Notice("WJ09", "不是本批次下发", _REJECT, "这张表不是本批次下发的（{department}）。", _OURS, _SOURCE)
NO_SHEET = Notice("WJ10", "缺少工作表", _REJECT, "找不到工作表“{title}”，它可能被删除了。", _OURS, _SOURCE)
TAMPERED = Notice("WJ11", "标识不完整", _REJECT, "表内的标识不完整，无法对应到下发的表。", _OURS, _SOURCE)

FORMULA = Notice(
    "GF02", "填报格里是公式", _NOTICE, "填报格里是公式，按显示的结果“{typed}”读取。", "请核对结果是否正确。", "填报说明"
)
NO_RESULT = Notice("GF03", "公式没有结果", _CORRECT, "填报格里是公式，但没有计算结果。", "请直接填写结果。", "填报说明")
MOVED = Notice(
    "GF04",
    "行列有移动",
    _NOTICE,
    "表里增加或移动了行、列，已按行列标记对应读取。",
    "请核对读取是否正确；请不要增删行列。",
    "填报说明",
)
RENAMED = Notice(
    "GF05", "工作表改名", _NOTICE, "工作表“{title}”改名为“{now}”，已按标识对应。", "请不要修改工作表名称。", "填报说明"
)
NO_MARKERS = Notice(
    "GF06",
    "行列标记缺失",
    _NOTICE,
    "隐藏的行列标记不全，已按原来的位置和栏目名称读取。",
    "请核对读取是否正确。",
    "填报说明",
)
LABEL_CHANGED = Notice(
    "GF07",
    "栏目名称被改",
    _NOTICE,
    "栏目名称应为“{ours}”，现在是“{now}”，已按原栏目读取。",
    "请不要修改栏目名称。",
    "填报说明",
)
LOCKED_CHANGED = Notice(
    "GF08",
    "下发内容被改",
    _CORRECT,
    "下发时填好的是“{ours}”，现在是“{now}”，核对时按下发内容。",
    "请恢复下发时的内容；确需调整的请联系财政局。",
    "下发表",
)

NOTICES = (
    EMPTY, NOT_A_WORKBOOK, ENCRYPTED, DAMAGED, TOO_LARGE, NOT_OURS, UNKNOWN_FORM, OTHER_VERSION, NOT_ISSUED, NO_SHEET, TAMPERED,
    FORMULA, NO_RESULT, MOVED, RENAMED, NO_MARKERS, LABEL_CHANGED, LOCKED_CHANGED,
)  # fmt: skip
