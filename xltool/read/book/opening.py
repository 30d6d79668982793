"""The only door to the readers of formats: any workbook as raw cell values.

.xlsx and .ods are read by our own walk over the XML: it sees in one pass what the libraries lose (error values,
formulas without a result, cells without a reference, Chinese date formats, validations, protection), and it cannot
abort the process on a far cell. Tests compare it with python-calamine and openpyxl, cell by cell.
.xls goes through xlrd.
"""

from __future__ import annotations

from xltool.ooxml.limits import LIMITS, Limits
from xltool.ooxml.refused import refuse
from xltool.read import file_notices
from xltool.read.book.ods import read_ods
from xltool.read.book.values import RawBook, as_verdict
from xltool.read.book.xls import read_xls
from xltool.read.book.xlsx import read_xlsx
from xltool.read.sniff import kind_of


def open_book(data: bytes, name: str = "", limits: Limits = LIMITS) -> RawBook:
    """Read every value of a workbook (.xlsx, .xlsm, Strict, .xls, .et, .ods).

    Raises:
        Refused: it cannot be read; the finding says why and what to do.
    """
    kind = kind_of(data, name, limits)
    with as_verdict():
        if kind == "xlsx":
            return read_xlsx(data, limits)
        if kind == "ods":
            return read_ods(data, limits)
        if kind == "xls":
            return read_xls(data, limits)
    raise refuse(file_notices.NOT_A_WORKBOOK, what="压缩包，请用收件文件夹核对")
