"""What reading a document costs, against merely opening it with python-docx; ``python -m tests.bench.documents``."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO

from tests.bench.measure import cpu
from tests.read.documents.builders import saved
from xltool.findings import Finding, Severity
from xltool.read.tables.open import open_document
from xltool.report.marked_copy.word import marked_document

_FINDINGS = tuple(
    Finding("ZB01", Severity.CORRECT, "实际完成值与得分不符。", "请核对。", "表1", (f"第{row}行第5列",))
    for row in range(3, 23)
)


@cache
def report(rows: int = 30, paragraphs: int = 60) -> bytes:
    """A report of prose and one form of nine columns, as python-docx writes it."""
    import docx

    document = docx.Document()
    for number in range(paragraphs):
        document.add_paragraph(
            f"{number}. 2022年年初预算安排收入306.37万元，其中一般公共财政拨款306.37万元；支出306.37万元。"
        )
    table = document.add_table(rows, 9)
    for row in table.rows:
        for number, cell in enumerate(row.cells):
            cell.text = "组织工作作出全局性部署，并督促贯彻落实" if number == 3 else "≥99%"
    table.cell(0, 2).merge(table.cell(0, 8))
    table.cell(3, 1).merge(table.cell(rows - 1, 1))
    return saved(document)


def open_only(data: bytes) -> None:
    """What a program pays before it has read a cell."""
    import docx

    docx.Document(BytesIO(data))


def read_by_library(data: bytes) -> None:
    """Every cell through python-docx."""
    import docx

    document = docx.Document(BytesIO(data))
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                assert cell.text is not None


def milliseconds(work: Callable[[], object], times: int = 20) -> float:
    """CPU of one run, the best of five batches."""
    work()
    return min(cpu(lambda: [work() for _ in range(times)]) for _ in range(5)) / times * 1000


def main() -> None:
    """Print the figures."""
    data = report()
    marked = marked_document(data, _FINDINGS)
    page = b"<html><table>" + b"<tr><td>a<td colspan=2>\xe2\x89\xa599%<td>b<td>c" * 60 + b"</table>"
    for name, work in (
        ("python-docx 打开", lambda: open_only(data)),
        ("python-docx 读完各格", lambda: read_by_library(data)),
        ("open_document", lambda: open_document(data, "a.docx")),
        ("marked_document, 20 格", lambda: marked_document(data, _FINDINGS)),
        ("marked_document, 第二轮", lambda: marked_document(marked, _FINDINGS)),
        ("网页 60 行", lambda: open_document(page, "a.html")),
    ):
        print(f"{name:<28}{milliseconds(work):8.2f} ms")


if __name__ == "__main__":
    main()
