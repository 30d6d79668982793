"""What can be said about a document before anybody knows which form it is. WD: how a document was read."""

from xltool.findings import Notice, Severity

_SOURCE = "文档读取说明"

LEFT_OUT = Notice(
    "WD01",
    "文档里有没读的内容",
    Severity.NOTICE,
    "文档里有{what}，没有读取。",
    "请核对填报的内容不在那里面；在的请写到表格或正文里。",
    _SOURCE,
)
REVISIONS = Notice(
    "WD02",
    "文档里有修订",
    Severity.NOTICE,
    "文档里有没有处理的修订（{what}），按全部接受以后的内容读取。",
    "请在“审阅”里接受或拒绝全部修订后再报送。",
    _SOURCE,
)
NO_SPANS = Notice(
    "WD03",
    "文字稿看不到合并单元格",
    Severity.NOTICE,
    "这是从 Word 表格导出的文字稿，看不到合并单元格，按每行各格的次序读取。",
    "请核对读取是否正确；有 Word 原件的请报送原件。",
    _SOURCE,
)
CONVERTED = Notice(
    "WD04",
    "旧格式文档",
    Severity.NOTICE,
    "文件是旧格式的 Word 文档（.doc），转换以后读取。",
    "请核对读取是否正确；以后请另存为 .docx 报送。",
    _SOURCE,
)
HIDDEN_SHEETS = Notice(
    "WD05",
    "隐藏的工作表没有读",
    Severity.NOTICE,
    "隐藏的工作表没有读取：{what}。",
    "请核对填报的内容不在那里面；在的请取消隐藏。",
    _SOURCE,
)
SCANNED = Notice(
    "WD06",
    "扫描件",
    Severity.REJECT,
    "PDF 里是扫描的图片，没有文字，读不出内容。",
    "请报送 Word 或 Excel 原件；盖章的扫描件请另行报送。",
    "收件要求",
)
NEEDS_EXTRA = Notice(
    "WD07",
    "这种文档读不了",
    Severity.REJECT,
    "文件是{what}，这台电脑上没有安装读取它的组件。",
    "请用 Word 或 WPS 打开后另存为 .docx 再报送；财政局也可以安装 {extra} 后再核对。",
    "收件要求",
)
OLD_WORD = Notice(
    "WD08",
    "旧格式的 Word 文档",
    Severity.REJECT,
    "文件是旧格式的 Word 文档（.doc），里面的表读不出来（{what}）。",
    "请用 Word 或 WPS 打开后另存为 .docx 再报送。",
    "收件要求",
)
WPS_WRITER = Notice(
    "WD09",
    "WPS 文字文档",
    Severity.REJECT,
    "文件是 WPS 文字的 .wps 文档，读不出里面的表。",
    "请用 WPS 打开，另存为“Word 文档（.docx）”后再报送；文件内容不需要改动。",
    "收件要求",
)
NO_CONTENT = Notice(
    "WD10",
    "文档里没有内容",
    Severity.REJECT,
    "文档里没有文字，也没有表格。",
    "请核对是否报错了文件。",
    "收件要求",
)

ACTIVE = Notice(
    "WD11",
    "文档里有宏或嵌入内容",
    Severity.NOTICE,
    "文档里有{what}，没有运行，也没有读取。",
    "打开原件时请不要启用；不需要的请删除。",
    "收件安全",
)
COMMENTS = Notice(
    "WD12", "文档里有批注", Severity.NOTICE, "部门在文档里写了 {count} 条批注。", "请看原件里的批注。", _SOURCE
)
SPLIT_ROWS = Notice(
    "WD13",
    "分在两页的行",
    Severity.NOTICE,
    "PDF 里有 {count} 行被分在两页，已接成一行读取。",
    "请核对读取是否正确；有 Word 原件的请报送原件。",
    _SOURCE,
)

NOTICES = (
    LEFT_OUT, REVISIONS, NO_SPANS, CONVERTED, HIDDEN_SHEETS, SCANNED, NEEDS_EXTRA, OLD_WORD, WPS_WRITER, NO_CONTENT,
    ACTIVE, COMMENTS, SPLIT_ROWS,
)  # fmt: skip
