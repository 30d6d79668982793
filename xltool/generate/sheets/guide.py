"""The sheet 填报说明, written from the definition so that it cannot contradict the checks."""

from __future__ import annotations

from typing import Any

from xltool import notation
from xltool.form import Form, Issue
from xltool.generate.cells.styles import Styles
from xltool.generate.cells.write import lines, put

_WIDTHS = (8, 26, 10, 50, 50)


def paint(sheet: Any, form: Form, issue: Issue, styles: Styles) -> None:
    """Write instructions, what each sheet is for, the scoring policy and all rules."""
    page = _Page(sheet, styles)
    page.heading(f"{issue.year}年度{form.spec.title}填报说明")
    page.title("一、怎样填写")
    for number, text in enumerate(form.spec.instructions, start=1):
        page.paragraph(f"{number}. {text}")
    page.title("二、各张表")
    for source in form.spec.sheets:
        page.paragraph(
            f"“{source.title.replace('{n}', '1、2……')}”：{source.heading}"
            + (f"（{source.note}）" if source.note else "")
        )
    for printed in form.spec.prints:
        page.paragraph(f"“{printed.title.replace('{n}', '1、2……')}”：正式表样，自动生成，用于打印盖章。")
    page.title("三、评分标准")
    page.table(
        ("序号", "名称", "数值", "依据"),
        [
            (
                str(number),
                str(item.name),
                notation.show_number(item.value, item.unit) + ("" if item.unit == "%" else item.unit),
                str(item.source),
            )
            for number, item in enumerate(form.spec.parameters, start=1)
        ],
    )
    sheet.set_h_pagebreaks([page.row])
    page.title("四、认得的用语")
    page.table(
        ("序号", "清单", "", "用语"),
        [
            (str(number), str(name), "", "、".join(words.words))
            for number, (name, words) in enumerate(form.spec.lists.items(), start=1)
        ],
    )
    page.title("五、核对规则")
    page.table(
        ("编号", "核对内容", "级别", "出现时怎样改", "依据"),
        [
            (
                str(item.rule.code),
                str(item.rule.name),
                item.rule.severity.value,
                str(item.rule.do),
                str(item.rule.source),
            )
            for item in form.rules
        ],
    )
    page.paragraph(f"依据：{form.spec.source}")
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页", {"margin": 0.3})


class _Page:
    """A sheet written top down."""

    def __init__(self, sheet: Any, styles: Styles) -> None:
        self.sheet, self.styles, self.row = sheet, styles, 0
        for col, width in enumerate(_WIDTHS):
            sheet.set_column(col, col, width)

    def line(self, text: str, style: str, height: float) -> None:
        self.sheet.set_row(self.row, height)
        put(self.sheet, self.row, 0, text, self.styles.get(style), 1, len(_WIDTHS))
        self.row += 1

    def heading(self, text: str) -> None:
        self.line(text, "heading", 36)

    def title(self, text: str) -> None:
        self.line(text, "title", 26)

    def paragraph(self, text: str) -> None:
        self.line(text, "text", 18.0 * lines(text, sum(_WIDTHS)) + 4)

    def table(self, headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        for line in (headers, *rows):
            style = "header" if line is headers else "body"
            last = len(line) - 1
            tall = max(
                lines(text, _WIDTHS[col] if col < last else sum(_WIDTHS[last:])) for col, text in enumerate(line)
            )
            self.sheet.set_row(self.row, 16.0 * tall + 6)
            for col, text in enumerate(line):
                put(
                    self.sheet,
                    self.row,
                    col,
                    text,
                    self.styles.get(style),
                    1,
                    len(_WIDTHS) - last if col == last else 1,
                )
            self.row += 1
        self.row += 1
