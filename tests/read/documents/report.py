"""A report with its form, as a department sends it: prose, one large table with merges, a table inside, odd runs."""

from __future__ import annotations

from functools import cache

from tests.read.documents.builders import p, tbl, tc, word

_LEVELS = (
    ("产出指标（50分）", ("数量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标（30分）", ("经济效益指标", "社会效益指标")),
)


def body(rows: int = 3) -> str:
    """The XML of the report; ``rows``: indicators of every second level."""
    merged, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    lines = [
        [tc("项目名称"), tc("党建工作经费", '<w:gridSpan w:val="6"/>')],
        [tc("主管部门"), tc("县委组织部", '<w:gridSpan w:val="2"/>'), tc("实施单位"), tc("县委组织部", '<w:gridSpan w:val="3"/>')],
        [tc("一级指标"), tc("二级指标"), tc("三级指标"), tc("年度指标值"), tc("实际完成值"), tc("分值"), tc("得分")],
    ]  # fmt: skip
    for level, seconds in _LEVELS:
        for second, name in enumerate(seconds):
            for number in range(rows):
                first = tc(level, merged) if not second and not number else tc("", more)
                upper = tc(name, merged) if not number else tc("", more)
                lines.append([first, upper, tc(f"完成工作{number}"), tc("≥50个"), tc("52"), tc("10"), tc("10")])
    lines.append([tc("总分", '<w:gridSpan w:val="5"/>'), tc("100"), tc(p("92") + tbl([tc("优")]))])
    ins = "<w:p><w:ins><w:r><w:t>全年支出581.42万元。</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>"
    return p("2022年度项目支出绩效自评报告") + p("“三公”经费决算数1.31元。") + ins + tbl(*lines) + p("填表人：张三")


@cache
def report(rows: int = 3) -> bytes:
    """The report as a .docx."""
    return word(body(rows))


@cache
def page(rows: int = 3) -> bytes:
    """The report as a page with its spans and depth of tags."""
    cells = "".join(
        f"<tr>{f'<td rowspan={rows}><p class=MsoNormal><b>数量指标</b></p></td>' if not n % rows else ''}"
        f"<td>完成工作{n}</td><td x:num>50</td><td>52</td></tr>"
        for n in range(rows * 6)
    )
    return (
        "<html><head><meta charset=utf-8><style>p{}</style></head><body><p>报告</p><table border=1>"
        f"<tr><td colspan=4>项目支出绩效自评表<table><tr><td>内</td></tr></table></td></tr>{cells}</table></body></html>"
    ).encode()
