"""The seed's department: its return as it was, and what its accountant changes until nothing is left to correct."""

from __future__ import annotations

from decimal import Decimal

from tests import kit
from xltool.campaign import demo as demos
from xltool.campaign.roster.issuing import issue_for
from xltool.form import Form, Issue, Key, form_by_id

ROWS = 18

CORRECTIONS: dict[str, str] = {
    "填表人": "李梅",
    "联系电话": "0734-5810021",
    "单位负责人": "王建军",
    "填报日期": "2023-03-10",
    "内设机构个数": "8",
    "在职人数": "24",
    "年末结转结余": "3.41",
    "三公经费预算数": "1.31",
    "因公出国费决算数": "0",
    "公务用车购置费决算数": "0",
    "公务用车运行费决算数": "1.00",
    "公务接待费决算数": "0.31",
    "三公经费决算数": "1.31",
    "净资产": "162.43",
    "整体绩效目标完成情况": "完成既定绩效目标。全年支出581.42万元，保障各项工作正常运转，强化财务、人事、资产管理；年中追加的项目资金按规定程序报批。",
    "大额项目绩效说明": "组织工作专项全年执行280.02万元，完成组织工作部署和督促检查，绩效目标全部完成。",
    "项目名称": "组织工作专项",
    "主管部门": "中共衡山县委组织部",
    "实施单位": "中共衡山县委组织部办公室",
    "财政拨款年初预算数": "24",
    "资金总额全年预算数": "280.02",
    "财政拨款全年预算数": "280.02",
    "资金偏差说明": "年中追加组织工作专项经费，用于弥补行政经费不足。",
    "预期目标": "2022年召开组织工作会议3次以上，督促贯彻落实进度完成率99%以上，群众满意度99%以上。",
    "目标完成情况": "2022年召开组织工作会议3次，督促贯彻落实进度完成率99%，群众满意度99%。",
    "自评总分": "100",
}
"""By field; the indicators follow. ``""`` clears a cell."""

_KEPT: dict[int, dict[str, str]] = {
    1: {"三级指标": "组织工作会议", "单位": "次", "分值": "10", "实际完成值": "3", "自评得分": "10"},
    3: {"分值": "10", "实际完成值": "99", "自评得分": "10"},
    4: {"三级指标": "质量达标率", "性质": "定性", "指标值": "达标", "单位": "", "分值": "5", "实际完成值": "达标", "自评得分": "5"},
    5: {"分值": "10", "自评得分": "10"},
    7: {"三级指标": "公共服务所需成本", "性质": "定性", "指标值": "按实", "分值": "15", "实际完成值": "按实", "自评得分": "15"},
    11: {"三级指标": "基层党组织战斗力", "性质": "定性", "指标值": "提升", "单位": "", "分值": "10", "实际完成值": "达成", "自评得分": "10"},
    13: {"三级指标": "无污染", "性质": "定性", "指标值": "达标", "分值": "10", "实际完成值": "达标", "自评得分": "10"},
    15: {"三级指标": "实现提质增效", "性质": "定性", "指标值": "长期", "单位": "", "分值": "10", "实际完成值": "达成", "自评得分": "10"},
    17: {"分值": "10", "实际完成值": "99", "自评得分": "10"},
}  # fmt: skip
_COLUMNS = ("三级指标", "性质", "指标值", "单位", "分值", "实际完成值", "自评得分")


def corrections() -> dict[str, str]:
    """All cells the accountant changes, ``栏目/行`` in the table: rows that are kept, rows that are cleared."""
    rows = {row: _KEPT.get(row, dict.fromkeys(_COLUMNS, "")) for row in range(1, ROWS + 1)}
    return CORRECTIONS | {f"{name}/{row}": text for row, cells in rows.items() for name, text in cells.items()}


def seed() -> tuple[Form, Issue, dict[Key, Decimal | str]]:
    """Form, shape and return of the department, with all its mistakes."""
    demo = demos.load_demo()
    form = form_by_id(demo.form)
    roster = demos.roster_of(demo)
    issue = issue_for(form, roster, roster.departments[0], demo.year)
    return form, issue, demos.values_of(demo, demo.departments[0], form, issue)


def changed(form: Form, values: dict[Key, Decimal | str], changes: dict[str, str]) -> dict[Key, Decimal | str]:
    """A return after some changes."""
    result = dict(values)
    for name, text in changes.items():
        (key,) = kit.keyed(form, {name: text})
        if text == "":
            result.pop(key, None)
        else:
            result[key] = Decimal(text) if form.fields[key.id].field.is_number else text
    return result
