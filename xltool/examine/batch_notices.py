"""What only shows when all returns lie side by side, by code: for the bureau's eyes, never in a department's file.

Imports ``findings``. ``campaign.compare`` looks for them; they stand here so that one catalogue has every code the tool
can tell. Their texts are made where the figures are; ``say`` is what a code means.
"""

from __future__ import annotations

from xltool.findings import Notice, Severity

_LOOK = "供抽查参考：请核对原件，需要时与部门联系。不告知部门，也不影响得分。"
_SOURCE = "财政部门抽查、复核自评结果"
ALL_FULL = "PL03"

NOTICES = tuple(
    Notice(code, name, Severity.NOTICE, say, _LOOK, _SOURCE)
    for code, name, say in (
        ("PL01", "部门之间文字雷同", "两个部门的长段文字相同或大部分相同，列出两处位置和相同的比例。"),
        ("PL02", "指标完全相同", "不同部门的项目，全部指标的名称和指标值完全相同。"),
        (ALL_FULL, "全部满分", "一个部门的全部指标自评满分；满分的部门占到一半的，另列一条。"),
        ("PL04", "比率明显偏离", "一个部门填的比率离全部部门的中位数很远。"),
        ("PL05", "与名册控制数不符", "部门填的数与名册里同名的控制数不等，列出两数和差。"),
        ("PL06", "不同部门的同一项目", "名称相同的项目由几个部门填报，可能重复。"),
        ("PL07", "与上年衔接", "与上年报送的不衔接：结转的数不等，指标取消或降低，文字照抄上年。"),
    )
)

_ASK = "请与复核人核对，改好后重新放进“复核收回”，再运行 xltool review collect。"
REVIEW_NOTICES = tuple(
    Notice(code, name, severity, say, _ASK, "财政部门抽查、复核自评结果；复核扣分应当写明依据")
    for code, name, severity, say in (
        ("FH11", "复核表读不出来", Severity.REJECT, "“复核收回”里的文件不是复核表，或打不开，或指标行找不到。"),
        ("FH12", "不是这个批次的复核表", Severity.REJECT, "复核表写的批次与本批次不同。"),
        ("FH13", "复核表还没有交", Severity.CORRECT, "名单上的复核人还没有交复核表。"),
        ("FH14", "两个人复核了同一个项目", Severity.CORRECT, "各行相同的采用一份，只作提示；得分不同的不采用。"),
        ("FH15", "还没有填完", Severity.CORRECT, "有的指标没有填复核得分，这个项目不计入。"),
        ("FH16", "复核得分超出范围", Severity.CORRECT, "复核得分不是数，或不在 0 和分值之间。"),
        ("FH17", "扣了分没有原因", Severity.CORRECT, "复核得分低于核定得分，没有写扣分原因。"),
        ("FH18", "自评得分在复核表里被改动", Severity.NOTICE, "复核表里的自评得分与发出时不同，按部门报送的计算。"),
        ("FH19", "部门后来换了报送的文件", Severity.CORRECT, "写出复核表以后部门换了文件；自评得分没有变的只作提示。"),
        ("FH20", "不在抽查名单里", Severity.NOTICE, "复核表里的项目不在现在的名单里，或没有能够评分的自评表。"),
        ("FH21", "高于核定得分没有依据", Severity.CORRECT, "复核得分高于核定得分，没有写依据。"),
    )
)
"""What is said of a reviewer's workbook (``campaign.review``)."""
