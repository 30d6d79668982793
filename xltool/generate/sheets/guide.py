"""The sheet 填报说明: one page, two at most, for the person who fills in, written from the definition so that it cannot contradict the checks.

Parameters, word lists and the whole catalogue of rules are the bureau's: ``xltool rules`` and ``form docs`` write them. A
newcomer would put them here; nobody reads twenty pages before filling in.
"""

from __future__ import annotations

from typing import Any

from xltool.form import Form, Issue
from xltool.form.compiled.policy_texts import of_year
from xltool.form.definition.model import Where
from xltool.generate.cells.styles import Styles
from xltool.generate.cells.write import lines, put
from xltool.generate.sender import Sender

_WIDTHS = (16, 80)
_PAGE = 1000.0
"""Points that stand on one page in type still easy to read; as wide as the page, 890 do."""
_MOST = 10
"""Rules that are worth reading beforehand; the others speak up when they are broken."""


def paint(sheet: Any, form: Form, issue: Issue, styles: Styles, sender: Sender) -> None:
    """Write when and where to hand in, how to fill in, the rules that matter most, what each sheet is for."""
    page = _Page(sheet, styles)
    page.heading(f"{issue.year}年度{form.spec.title}填报说明")
    page.title("一、报送")
    page.table(sender.lines())
    page.title("二、怎样填写")
    for number, text in enumerate(form.spec.instructions, start=1):
        page.paragraph(f"{number}. {of_year(text, issue.year)}")
    page.title("三、最要紧的几条")
    for number, text in enumerate(reminders(form), start=1):
        page.paragraph(f"{number}. {of_year(text, issue.year)}")
    page.paragraph("其他核对在填的时候由“填报提示”说明，“校验”表逐条列出。")
    page.title("四、各张表")
    printed = [source.title.replace("{n}", "1、2……") for source in form.spec.prints]
    page.table(
        [
            *(
                (source.title.replace("{n}", "1、2……"), source.heading + (f"（{source.note}）" if source.note else ""))
                for source in form.spec.sheets
            ),
            *([("、".join(printed), "正式表，自动生成，只用来打印、签字盖章")] if printed else []),
        ]
    )
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, int(page.tall <= _PAGE))  # a few lines more make the type smaller, no second page
    sheet.set_margins(left=0.6, right=0.6, top=0.5, bottom=0.6)
    sheet.set_start_page(1)
    sheet.set_footer("&C第 &P 页", {"margin": 0.3})


def reminders(form: Form) -> tuple[str, ...]:
    """The rules that matter most to whoever fills in a form, in words: those that its workbook checks."""
    checked = {rule.rule.code for rule in form.rules if rule.rule.where is not Where.OFFICIAL}
    return tuple(str(item.text) for item in form.spec.reminders if item.code in checked)[:_MOST]


class _Page:
    """A sheet written top down."""

    def __init__(self, sheet: Any, styles: Styles) -> None:
        self.sheet, self.styles, self.row, self.tall = sheet, styles, 0, 0.0
        for col, width in enumerate(_WIDTHS):
            sheet.set_column(col, col, width)

    def line(self, text: str, style: str, height: float) -> None:
        self.next(height)
        put(self.sheet, self.row, 0, text, self.styles.get(style), 1, len(_WIDTHS))
        self.row += 1

    def next(self, height: float) -> None:
        self.sheet.set_row(self.row, height)
        self.tall += height

    def heading(self, text: str) -> None:
        self.line(text, "heading", 36)

    def title(self, text: str) -> None:
        self.line(text, "title", 26)

    def paragraph(self, text: str) -> None:
        self.line(text, "text", 16.0 * lines(text, sum(_WIDTHS)) + 3)

    def table(self, rows: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> None:
        for label, text in rows:
            self.next(15.0 * max(lines(label, _WIDTHS[0]), lines(text, _WIDTHS[1])) + 5)
            put(self.sheet, self.row, 0, label, self.styles.get("label"))
            put(self.sheet, self.row, 1, text, self.styles.get("body"))
            self.row += 1
