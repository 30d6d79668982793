"""Web pages, text dumps and sheets: what each has of its own."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from tests.read.documents.builders import as_dump, saved
from xltool.ooxml.refused import Refused
from xltool.read.book.opening import open_book
from xltool.read.book.values import RawBook
from xltool.read.tables.grid import Document, Grid, Paragraph
from xltool.read.tables.open import open_document

ROW = "<tr><td>年初预算数</td><td>24</td></tr>"


def shown(document: Document) -> list[object]:
    """Paragraphs as text, tables as rows of texts."""
    return [
        item.text if isinstance(item, Paragraph) else [[c.text for c in item.row(r)] for r in range(item.height)]
        for item in document.items
    ]


PAGES = {
    "段落和表": ("<body><h1>标题</h1><p>一段</p><table>" + ROW + "</table>尾", ["标题", "一段", [["年初预算数", "24"]], "尾"]),
    "没有关上的标签": ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", [[["a", "b"], ["c", "d"]]]),
    "没有行的格": ("<table><td>a<td>b</table>", [[["a", "b"]]]),
    "表题在表外": ("<table><caption>表一</caption>" + ROW + "</table>", ["表一", [["年初预算数", "24"]]]),
    "看不见的不读": ("<script>var a='<table>'</script><style>p{}</style><table><tr><td>a<span style='display: none'>密</span></td><td hidden>b</td></tr></table>", [[["a"]]]),
    "删除线标签是修订": ("<table><tr><td>280.02<del>24</del></td></tr></table>", [[["280.02"]]]),
    "换行": ("<table><tr><td>一<br>二<p>三</p><div>四</div></td></tr></table>", [[["一\n二\n三\n四"]]]),
    "源代码里的折行": ("<table><tr><td>绩效\n   目标 Office\n  2016</td></tr></table>", [[["绩效目标 Office 2016"]]]),
    "实体": ("<table><tr><td>&ge;95&#37;&nbsp;</td></tr></table>", [[["≥95%"]]]),
    "表头单元格": ("<table><thead><tr><th>一级</th></tr></thead><tbody><tr><td>产出</td></tr></tbody></table>", [[["一级"], ["产出"]]]),
    "空表不算": ("<p>甲</p><table></table>", ["甲"]),
    "断在半路": ("<p>甲<table><tr><td>a<td>b", ["甲", [["a", "b"]]]),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_as_it_is_seen(name: str) -> None:
    page, expected = PAGES[name]
    assert shown(open_document(page.encode(), "a.html")) == expected


ENCODED = {
    "utf-8 有声明": ('<meta charset="utf-8">' + ROW, "utf-8"),
    "utf-8 没声明": ("<html>" + ROW, "utf-8"),
    "gbk 有声明": ('<meta http-equiv=Content-Type content="text/html; charset=gb2312">' + ROW, "gb18030"),
    "gbk 没声明": ("<html>" + ROW, "gb18030"),
    "声明 utf-8 其实是 gbk": ('<meta charset="utf-8">' + ROW, "gb18030"),
    "utf-16": ("<html>" + ROW, "utf-16"),
    "utf-8 带标记": ("<html>" + ROW, "utf-8-sig"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_every_encoding_is_read(name: str) -> None:
    page, encoding = ENCODED[name]
    document = open_document(f"<table>{page}</table>".encode(encoding), "a.xls")
    assert (document.kind, [cell.text for cell in next(document.grids).cells]) == ("html", ["年初预算数", "24"])


def test_a_bad_byte_or_two_do_not_lose_a_page() -> None:
    page = (
        ("<html><meta charset=gbk><p>甲</p><table>" + ROW + "</table>").encode("gb18030").replace(b"<p>", b"<p>\xff\0")
    )
    assert [cell.text for cell in next(open_document(page, "a.html").grids).cells] == ["年初预算数", "24"]


def test_excel_keeps_the_number_behind_the_text() -> None:
    page = "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table><tr><td x:num='0.9753'>98%</td><td x:num>24.5</td><td>1</td></tr></table>"
    cells = next(open_document(page.encode(), "a.xls").grids).cells
    assert [(cell.text, cell.number) for cell in cells] == [
        ("98%", Decimal("0.9753")),
        ("24.5", Decimal("24.5")),
        ("1", None),
    ]


def test_tables_in_tables_stay_in_their_cell() -> None:
    page = "<table><tr><td>a<table><tr><td>x</td></tr></table>b</td><td>c</td></tr></table>"
    (grid,) = open_document(page.encode(), "a.html").items
    assert isinstance(grid, Grid)
    assert [(c.text, [[i.text for i in g.cells] for g in c.inner]) for c in grid.cells] == [
        ("a\nb", [["x"]]),
        ("c", []),
    ]
    assert grid.cells[0].inner[0].cells[0].address.a1 == "第1行第1列内第1行第1列"


def test_pages_saved_in_one_file() -> None:
    mail = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; '
        'charset="gb2312"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<table><tr><td>=C4=EA=B3=F5</td></tr></table>'
        "\r\n--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n"
    )
    assert shown(open_document(mail.encode(), "a.mht")) == [[["年初"]]]


DUMPS = {
    "格里前面空行是居中": ("\t\n\n\n项目资金\n(万元)\n\t24\n\n\t\n\t25\n\n", [[["项目资金\n(万元)", "24"], ["", "25"]]]),
    "格里后面的空行不断行": ("\ta\n\tb\n\tc\n\n\ta\n\tb\n\n\tc\n\n\ta\n\tb\n\tc\n\n", [[["a", "b", "c"]] * 3]),
    "表后文字": ("\ta\n\tb\n\n\tc\n\td\n\n\n表后文字\n", [[["a", "b"], ["c", "d"]], "表后文字"]),
    "两张表中间有标题": ("\ta\n\tb\n\n" * 2 + "\n附件2\n\n" + "\tc\n\td\n\n" * 2, [[["a", "b"]] * 2, "附件2", [["c", "d"]] * 2]),
    "一格缩进的是段落": ("\t第一段\n\t第二段\n", ["第一段", "第二段"]),
    "书签去掉": ("[bookmark: _GoBack]正文\n", ["正文"]),
    "Word 自己另存的文本": ("标题\n项目名称\t党建\n年初预算数\t24\n", ["标题", [["项目名称", "党建"], ["年初预算数", "24"]]]),
    "短行末格到头": ("\t名称\n\t甲\n\n\ta\n\tb\n\tc\n\n", [[["名称", "甲"], ["a", "b", "c"]]]),
}  # fmt: skip


@pytest.mark.parametrize("name", DUMPS)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_text_dump_is_read(name: str, encoding: str) -> None:
    text, expected = DUMPS[name]
    assert shown(open_document(text.encode(encoding), "a.txt")) == expected


def test_every_cell_of_a_dump_is_one_column_wide() -> None:
    """Which of a short row's cells was wider is not in the dump: in 总分 the first, beside 项目名称 the last."""
    (grid,) = open_document(as_dump([["总分", "100"], ["a", "b", "c"]]).encode(), "a.txt").items
    assert isinstance(grid, Grid)
    assert [(cell.text, cell.col, cell.cols) for cell in grid.row(0)] == [("总分", 0, 1), ("100", 1, 1)]


def workbook() -> bytes:
    """Title, a merged label, percent, blank cells, a formula's error, a hidden sheet, a far column."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "自评表"
    values: dict[str, str | float] = {
        "B2": "项目支出绩效自评表",
        "B4": "产出",
        "C4": "数量",
        "C5": "质量",
        "D4": 0.975,
        "F5": 280.02,
    }
    for place, value in values.items():
        sheet[place] = value
    sheet["D4"].number_format = "0.0%"
    sheet.merge_cells("B2:F2")
    sheet.merge_cells("B4:B5")
    book.create_sheet("旧表").sheet_state = "hidden"
    book["旧表"]["A1"] = "旧"
    return saved(book)


def test_a_sheet_is_one_table_at_its_own_addresses() -> None:
    document = open_document(workbook(), "a.xlsx")
    (grid,) = document.items
    assert isinstance(grid, Grid)
    assert [(c.address.sheet, c.address.a1, c.text, c.rows, c.cols, c.number) for c in grid.cells] == [
        ("自评表", "B2", "项目支出绩效自评表", 1, 4, None),
        ("自评表", "B4", "产出", 2, 1, None),
        ("自评表", "C4", "数量", 1, 1, None),
        ("自评表", "D4", "97.5%", 1, 1, Decimal("0.975")),
        ("自评表", "F4", "", 1, 1, None),
        ("自评表", "C5", "质量", 1, 1, None),
        ("自评表", "D5", "", 1, 1, None),
        ("自评表", "F5", "280.02", 1, 1, Decimal("280.02")),
    ]
    assert [(f.code, f.message) for f in document.findings] == [("WD05", "隐藏的工作表没有读取：“旧表”。")]


def test_merges_are_read_alike_from_all_workbooks() -> None:
    """xlwt, openpyxl and OpenDocument say the same merge in three ways; the readers in one."""
    from tests.read.documents.builders import Spot, as_ods, as_xls, as_xlsx

    spots = [Spot(0, 0, 2, 1, "a"), Spot(0, 1, 1, 2, "b"), Spot(1, 1, 1, 1, "c"), Spot(1, 2, 1, 1, "d")]

    def merges(book: RawBook) -> set[tuple[int, int, int, int]]:
        return {area for area in book.sheets[0].facts.merges if area[:2] != area[2:]}

    assert [merges(open_book(write(spots))) for write in (as_xlsx, as_xls, as_ods)] == [
        {(0, 0, 1, 0), (0, 1, 0, 2)}
    ] * 3


def test_a_workbook_that_was_never_calculated_is_told() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = "总分", "=50+42"
    document = open_document(saved(book), "a.xlsx")
    assert [(f.code, f.sheet, f.cells) for f in document.findings] == [("GF03", "Sheet", ("B1",))]


REFUSED = {
    "空文件": (b"", "a.txt", "WJ01"),
    "列表文本照旧": ("名称,金额\n甲,1\n乙,2\n".encode(), "a.csv", "WJ15"),
    "RTF 照旧": (b"{\\rtf1 a}", "a.rtf", "WJ16"),
    "图片照旧": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a.png", "WJ16"),
    "xml 表格 2003 照旧": (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "a.xls", "WJ15"),
    "只有空白": (b" \n\n ", "a.txt", "WD10"),
    "空网页": (b"<html><body></body></html>", "a.html", "WD10"),
    "下载中": (b"x", "a.docx.crdownload", "WJ17"),
    "WPS 文字": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + b"\0" * 2000, "a.wps", "WD09"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_document_keeps_its_sentence(name: str) -> None:
    data, file, code = REFUSED[name]
    with pytest.raises(Refused) as refused:
        open_document(data, file)
    assert refused.value.finding.code == code


def test_an_et_file_is_a_workbook() -> None:
    """WPS's .et is an old workbook by its content, whatever its name."""
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    stream = io.BytesIO()
    book.save(stream)
    assert open_document(stream.getvalue(), "a.et").kind == "xls"
