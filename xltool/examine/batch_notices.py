"""What only shows when all returns lie side by side, by code: for the bureau's eyes, never in a department's file.

Imports ``findings``. ``campaign.compare`` looks for them; they stand here so that one catalogue has every code the tool
can tell. Their texts are made where the figures are; ``say`` is what a code means.
"""

from __future__ import annotations

from xltool.findings import Notice, Severity

_LOOK = "供抽查参考：请核对原件，需要时与部门联系。不告知部门，也不影响得分。"
_SOURCE = "财政部门抽查、复核自评结果"

NOTICES = tuple(
    Notice(code, name, Severity.NOTICE, say, _LOOK, _SOURCE)
    for code, name, say in (
        ("PL01", "部门之间文字雷同", "两个部门的长段文字相同或大部分相同，列出两处位置和相同的比例。"),
        ("PL02", "指标完全相同", "不同部门的项目，全部指标的名称和指标值完全相同。"),
        ("PL03", "全部满分", "一个部门的全部指标自评满分；满分的部门占到一半的，另列一条。"),
        ("PL04", "比率明显偏离", "一个部门填的比率离全部部门的中位数很远。"),
        ("PL05", "与名册控制数不符", "部门填的数与名册里同名的控制数不等，列出两数和差。"),
        ("PL06", "不同部门的同一项目", "名称相同的项目由几个部门填报，可能重复。"),
        ("PL07", "与上年衔接", "与上年报送的不衔接：结转的数不等，指标取消或降低，文字照抄上年。"),
    )
)
