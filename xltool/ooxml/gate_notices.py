"""The verdicts of the gate. Listed in the catalogue with the reader's (``read.file_notices``)."""

from xltool.findings import Notice, Severity

_REJECT = Severity.REJECT
_OURS = "请用财政局下发的原表填写，保存为 .xlsx 后重新报送。"
_SOURCE = "收件要求"

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
UNFINISHED = Notice("WJ17", "没有传完", _REJECT, "文件没有传完整（{what}）。", "请重新下载或请对方重新发送。", _SOURCE)
SUSPICIOUS_ZIP = Notice(
    "WJ18",
    "压缩结构异常",
    _REJECT,
    "文件的压缩结构异常（{what}），为安全起见没有读取。",
    "请用 Excel 或 WPS 打开原文件另存一次，再重新报送。",
    "收件安全",
)

NOTICES = (ENCRYPTED, DAMAGED, TOO_LARGE, UNFINISHED, SUSPICIOUS_ZIP)
