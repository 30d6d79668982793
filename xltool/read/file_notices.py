"""What can be said about a returned file before looking at its figures. WJ: the file, GF: how it was read."""

from xltool.findings import Notice, Severity
from xltool.ooxml.gate_notices import DAMAGED as DAMAGED
from xltool.ooxml.gate_notices import ENCRYPTED as ENCRYPTED
from xltool.ooxml.gate_notices import NOTICES as GATE
from xltool.ooxml.gate_notices import SUSPICIOUS_ZIP as SUSPICIOUS_ZIP
from xltool.ooxml.gate_notices import TOO_LARGE as TOO_LARGE
from xltool.ooxml.gate_notices import UNFINISHED as UNFINISHED

_REJECT, _CORRECT, _NOTICE = Severity.REJECT, Severity.CORRECT, Severity.NOTICE
_OURS = "请用财政局下发的原表填写，保存为 .xlsx 后重新报送。"
_SOURCE = "收件要求"

EMPTY = Notice("WJ01", "空文件", _REJECT, "文件是空的（0 字节），可能没有传完。", "请重新发送填好的文件。", _SOURCE)
NOT_A_WORKBOOK = Notice("WJ02", "不是工作簿", _REJECT, "文件不是 Excel 工作簿（{what}）。", _OURS, _SOURCE)
WRAPPED = Notice(
    "WJ35",
    "由单位的加密软件加密",
    _REJECT,
    "文件由单位的文件加密软件（{what}）加密，在别的电脑上打不开。",
    "请在单位解密，或走外发流程以后，再重新报送。",
    _SOURCE,
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

TIMEOUT = Notice(
    "WJ12",
    "读取超时",
    _REJECT,
    "读这个文件用了超过 {seconds} 秒，已停止读取，其他文件不受影响。",
    _OURS,
    "读取上限，防止异常文件占住整批",
)
DIED = Notice(
    "WJ13",
    "读取中断",
    _REJECT,
    "读这个文件时程序中断（{what}），已跳过，其他文件不受影响。",
    "请用 Excel 或 WPS 打开原文件另存一次，再重新报送。",
    "读取在单独的进程里进行",
)
ARCHIVE_KIND = Notice(
    "WJ14", "压缩包格式", _REJECT, "文件是 {what} 压缩包，没有解开。", "请解压后直接报送里面的表，或改用 zip。", _SOURCE
)
OTHER_TABLE = Notice(
    "WJ15",
    "表格格式不同",
    _REJECT,
    "文件是{what}，不是 Excel 工作簿，读不出表的标识。",
    "请用 Excel 或 WPS 打开下发的原表填写，另存为 .xlsx 后重新报送。",
    _SOURCE,
)
NOT_A_TABLE = Notice(
    "WJ16",
    "不是表格",
    _REJECT,
    "文件是{what}，不是填报的工作簿。",
    "请报送填好的 Excel 工作簿；扫描件、说明材料请另行报送。",
    _SOURCE,
)
EMPTY_ARCHIVE = Notice(
    "WJ19", "压缩包里没有表", _REJECT, "压缩包里没有可以读取的文件。", "请报送填好的工作簿。", _SOURCE
)
DEEP_ARCHIVE = Notice(
    "WJ20", "压缩包套压缩包", _REJECT, "压缩包里还有多层压缩包，没有继续解开。", "请解压后直接报送里面的表。", _SOURCE
)
UNREADABLE_FILE = Notice(
    "WJ21",
    "文件打不开",
    _REJECT,
    "文件读不出来（{what}）。",
    "请关闭正在使用它的程序，或检查磁盘和网络后再运行一次。",
    _SOURCE,
)
COPIED = Notice(
    "WJ22",
    "填报表被复制到别的工作簿",
    _REJECT,
    "填报的工作表在，但没有下发表的标识，可能是复制到了别的工作簿里。",
    "请把内容填回财政局下发的原表，保存后重新报送。",
    _SOURCE,
)

CONTRADICTION = Notice(
    "WJ31",
    "标识互相矛盾",
    _REJECT,
    "表内隐藏的标识是“{hidden}”的，文件属性里的编号却是“{properties}”的，无法确认是哪个部门报送的，没有计入任何部门。",
    "请用财政局下发给本部门的原表填写后重新报送。",
    "下发时的签章",
)
UNCONFIRMED = Notice(
    "WJ32",
    "来源待认领",
    _REJECT,
    "这张表写的是“{department}”，但{what}，还不能确认是这个部门报送的，暂不计入。",
    "请用财政局下发给本部门的原表填写。财政局核实属实的，把文件放进“收回”里的“认领”文件夹再运行一次，即可计入。",
    "下发时的签章",
)
OTHER_LAYOUT = Notice(
    "WJ33",
    "表样改过，对不上栏目",
    _REJECT,
    "表样在这张表下发以后改过，表内又没有完整的栏目位置，不能确定各格对应哪一栏，没有读取。",
    "请把内容填到新下发的表里再报送；财政局也可以用 xltool migrate 转入新表。",
    "下发时的表样",
)
SUPERSEDED = Notice(
    "WJ36",
    "旧版下发表",
    _REJECT,
    "这是较早下发的一份，财政局后来重新下发过：{what}。没有评分。",
    "请用最近一次下发的表报送；已经填好的，财政局可以用 xltool migrate 转入新表。",
    "最近一次下发",
)
REISSUED = Notice(
    "WJ37",
    "后来重新下发过",
    _NOTICE,
    "这是较早下发的一份，财政局后来改过：{what}；批复的指标没有变，照常核对，名册上的数按最近一次下发。",
    "请核对改过的内容；不用换表。",
    "最近一次下发",
)
WRONG_YEAR = Notice(
    "WJ38",
    "年度不对",
    _REJECT,
    "这是 {theirs} 年度的表（{department}），本次报送 {ours} 年度。",
    "请用本次下发的表填写后重新报送。",
    _SOURCE,
)
BLANK = Notice(
    "WJ39",
    "空表",
    _REJECT,
    "这是没有填过的空表，没有一格是部门填的，视同未报。",
    "请填好后再报送；已经填好的，请核对是否报错了文件。",
    _SOURCE,
)
OTHER_FORM = Notice(
    "WJ40",
    "不是本次的表样",
    _REJECT,
    "这是“{theirs}”，本次报送用的是“{ours}”。",
    "请用本次下发的表填写后重新报送。",
    _SOURCE,
)
NO_ATTACHMENT = Notice(
    "WJ41", "邮件里没有附件", _REJECT, "这是一封邮件，里面没有附件。", "请报送填好的工作簿，或带附件的邮件。", _SOURCE
)
REPLACED = Notice(
    "WJ34",
    "替换了已通过的一版",
    _NOTICE,
    "这一份（{now}）替换了第 {number} 版“{file}”（{before}），那一版已经通过。",
    "请核对是否为本部门重新报送；不是的，请与财政局联系。",
    "收件要求",
)

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

BY_PROPERTIES = Notice(
    "GF11",
    "标识表缺失",
    _NOTICE,
    "隐藏的标识表不在了，已按{what}对应到下发的表。",
    "请核对部门是否正确；请不要删除隐藏的工作表。",
    "填报说明",
)
RESORTED = Notice(
    "GF12",
    "行的次序有变",
    _NOTICE,
    "表里的行换过次序，已按栏目名称对应读取。",
    "请核对读取是否正确；请不要排序。",
    "填报说明",
)
NO_PROTECTION = Notice(
    "GF13",
    "工作表保护已取消",
    _NOTICE,
    "以下工作表的保护已取消：{sheets}。",
    "不影响核对；请核对计算格没有改动。",
    "下发表",
)
NO_VALIDATION = Notice(
    "GF14",
    "填报限制不在了",
    _NOTICE,
    "有 {count} 格的下拉列表或数字限制不在了（{where}），可能是粘贴覆盖的。",
    "不影响核对；下次请粘贴为数值。",
    "下发表",
)
LISTS_EDITED = Notice(
    "GF15",
    "下拉选项被改",
    _NOTICE,
    "下拉选项与下发的不同（{what}），核对时按下发的选项。",
    "请按下发的选项填写。",
    "下发表",
)
HIDDEN_DATA = Notice(
    "GF16",
    "隐藏处有内容",
    _NOTICE,
    "有隐藏起来的内容（{what}），填报的部分照常读取。",
    "请核对隐藏的内容是否需要；打印件上看不到。",
    "下发表",
)
FOREIGN = Notice(
    "GF17",
    "有外来的名称或链接",
    _NOTICE,
    "工作簿里有{what}，核对时没有使用。",
    "请核对数值不依赖别的文件；不需要的请删除。",
    "收件安全",
)
ACTIVE = Notice(
    "GF18",
    "有宏或嵌入内容",
    _NOTICE,
    "工作簿里有{what}，没有运行。",
    "打开原件时请不要启用；下次请用下发的原表填写。",
    "收件安全",
)
COMMENTS = Notice("GF19", "有批注", _NOTICE, "部门在表里写了 {count} 条批注。", "请看原件里的批注。", "下发表")
FAR_CELL = Notice(
    "GF20",
    "表外远处有内容",
    _NOTICE,
    "在表格以外很远的地方（{cell} 等）有内容，没有读取。",
    "请核对是否误填；不需要的请删除。",
    "下发表",
)
COPIED_SHEET = Notice(
    "GF21",
    "工作表有副本",
    _CORRECT,
    "同一张表有两份：“{used}”和{others}，按“{used}”读取。",
    "请只保留填好的一份，并恢复原来的工作表名称。",
    "填报说明",
)
COPIED_ROWS = Notice(
    "GF22",
    "行有副本",
    _CORRECT,
    "有整行复制出来的行，按在前的一行读取，这几行没有读取。",
    "请把内容填到下发的行里，删除复制的行。",
    "填报说明",
)
UNREAD = Notice(
    "GF23",
    "插入处有内容",
    _CORRECT,
    "插入的行或列里有 {count} 格内容，不在下发的表内，没有读取。",
    "请把内容填到下发的行、列里；行不够时请联系财政局。",
    "填报说明",
)
PRINT_FORMULAS = Notice(
    "GF24",
    "打印表公式不在了",
    _NOTICE,
    "〔{title}〕有 {count} 格的公式不在了，打印出来的内容不会随填报变化；核对时没有使用这张表。",
    "请核对打印件与填报的内容一致，或用下发的原表重新打印。",
    "下发表",
)
RELAID = Notice(
    "GF27",
    "按下发时的位置读取",
    _NOTICE,
    "表样在这张表下发以后改过{renamed}，已按下发时各栏的位置读取。",
    "请核对读取是否正确；以后请用新下发的表。",
    "下发时的表样",
)
NEW_FIELDS = Notice(
    "GF28",
    "下发后增加的栏目",
    _CORRECT,
    "表样在这张表下发以后增加了 {count} 个栏目，这张表里没有：{names}。",
    "请填到新下发的表里再报送。",
    "下发时的表样",
)
OTHER_FIELD = Notice(
    "GF29",
    "栏目或单位已改",
    _CORRECT,
    "有 {count} 格下发时的栏目或单位，与现在表样里的不是同一个，没有读取。",
    "请填到新下发的表里再报送。",
    "下发时的表样",
)
DROPPED = Notice(
    "GF30",
    "栏目已取消",
    _NOTICE,
    "有 {count} 格填在现在的表样已经取消的栏目里，没有读取。",
    "请核对是否需要填到别的栏目。",
    "下发时的表样",
)

FLOATING = Notice(
    "GF33",
    "格子上有图片或文本框",
    _NOTICE,
    "有图片、文本框或图形盖在填报的格子上（{where}），里面的内容没有读取。",
    "请看原件；要报的内容请填在格子里。",
    "填报说明",
)

BUILTIN_PASSWORD = Notice(
    "GF34",
    "带 Excel 自带的密码",
    _NOTICE,
    "文件用 Excel 自带的默认密码加过密（保护工作簿结构时会这样），已照常读取，退回件不再加密。",
    "不用处理；要避免，请取消“保护工作簿”后再保存。",
    "文件格式说明 MS-OFFCRYPTO 默认密码",
)

NOTICES = (
    EMPTY, NOT_A_WORKBOOK, ENCRYPTED, DAMAGED, TOO_LARGE, NOT_OURS, UNKNOWN_FORM, OTHER_VERSION, NOT_ISSUED, NO_SHEET, TAMPERED,
    TIMEOUT, DIED, ARCHIVE_KIND, OTHER_TABLE, NOT_A_TABLE, UNFINISHED, SUSPICIOUS_ZIP, EMPTY_ARCHIVE, DEEP_ARCHIVE,
    UNREADABLE_FILE, COPIED, CONTRADICTION, UNCONFIRMED, OTHER_LAYOUT, REPLACED, WRAPPED,
    SUPERSEDED, REISSUED, WRONG_YEAR, BLANK, OTHER_FORM, NO_ATTACHMENT,
    FORMULA, NO_RESULT, MOVED, RENAMED, NO_MARKERS, LABEL_CHANGED, LOCKED_CHANGED,
    BY_PROPERTIES, RESORTED, NO_PROTECTION, NO_VALIDATION, LISTS_EDITED, HIDDEN_DATA, FOREIGN, ACTIVE, COMMENTS,
    FAR_CELL, COPIED_SHEET, COPIED_ROWS, UNREAD, PRINT_FORMULAS, FLOATING, BUILTIN_PASSWORD,
    RELAID, NEW_FIELDS, OTHER_FIELD, DROPPED,
)  # fmt: skip

UNOPENED = frozenset(
    notice.code
    for notice in (
        *GATE, EMPTY, NOT_A_WORKBOOK, TIMEOUT, DIED, ARCHIVE_KIND, OTHER_TABLE, NOT_A_TABLE, EMPTY_ARCHIVE, DEEP_ARCHIVE,
        UNREADABLE_FILE, WRAPPED, NO_ATTACHMENT,
    )
)  # fmt: skip
"""Verdicts on a file whose content was not read to the end: nobody opens it again, not to mark it either."""

HELD = frozenset((UNCONFIRMED.code,))
"""Verdicts that leave it to the bureau whose file it is; it counts for nobody until that is decided."""

PASSING = frozenset(notice.code for notice in (TIMEOUT, DIED, UNREADABLE_FILE))
"""Verdicts that may be due to the machine and not the file: given again, not remembered."""
