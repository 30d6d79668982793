"""Blank official forms as places publish them, re-made as facts: labels, merges, points. No figures, no names.

``→3`` covers three columns, ``↓5`` five rows (tests/official/paper.py). A paper is what is said above and below it and its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.official.paper import WRITERS, grid, to_html

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Blank:
    """``kind``: the format it is published in; ``source``: where such a form is used."""

    kind: str
    source: str
    before: tuple[str, ...]
    rows: Rows
    after: tuple[str, ...] = ()

    def data(self) -> bytes:
        return written(self.kind, self.before, [self.rows], self.after)


def written(kind: str, before: Sequence[str], tables: Sequence[Rows], after: Sequence[str] = ()) -> bytes:
    """A file with these tables; what is said after them stands in Word and on a page."""
    if kind == "docx" and after:
        from io import BytesIO

        import docx

        document = docx.Document(BytesIO(WRITERS["docx"](before, tables)))
        for text in after:
            document.add_paragraph(text)
        target = BytesIO()
        document.save(target)
        return target.getvalue()
    if kind == "html" and after:
        end = "".join(f"<p>{text}</p>" for text in after)
        return to_html(before, tables).replace(b"</body>", end.encode() + b"</body>")
    return WRITERS[kind](before, tables)


def block(first: str, seconds: Sequence[str], rows: int, blanks: int, side: int = 0) -> Rows:
    """The rows of a 一级: ``rows`` for each 二级, ``blanks`` cells in every row."""
    result: Rows = []
    for number, second in enumerate(seconds):
        for row in range(rows):
            line = [f"{first}↓{rows * len(seconds)}"] if not result else []
            line += [f"{second}↓{rows}" if rows > 1 else second] if row == 0 else []
            result.append([*line, *[""] * blanks])
        del number
    assert side == 0
    return result


OUTPUT = ("数量指标", "质量指标", "时效指标", "成本指标")
BENEFIT = ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")
SATISFIED = ("服务对象满意度指标",)


def _table(side: str, head: Sequence[str], blocks: Rows, more: int = 0) -> Rows:
    return [[f"{side}↓{len(blocks) + 1 + more}", *head], *blocks]


def national() -> Rows:
    blocks = [*block("产出指标\n(50分)", OUTPUT, 2, 6), *block("效益指标\n(30分)", BENEFIT, 2, 6)]
    blocks += block("满意度指标\n(10分)", SATISFIED, 2, 6)
    return [
        ["项目支出绩效自评表→9"],
        ["（　　　　年度）→9"],
        ["项目支\n出名称", "→8"],
        ["主管部门", "→3", "实施单位", "→4"],
        ["项目资金\n(万元)↓5", "→2", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额→2", "", "", "", "10", "", ""],
        ["其中：当年财政拨款→2", "", "", "", "—", "—", "—"],
        ["上年结转资金→2", "", "", "", "—", "—", "—"],
        ["其他资金→2", "", "", "", "—", "—", "—"],
        ["年度总\n体目标↓2", "预期目标→4", "实际完成情况→4"],
        ["→4", "→4"],
        *_table("绩效指标", ["一级指标", "二级指标", "三级指标", "年度\n指标值", "实际\n完成值", "分值", "得分", "偏差原因分析\n及改进措施"], blocks),
        ["总  分→6", "100", "", ""],
    ]


def hunan() -> Rows:
    blocks = [*block("产出指标（50分）", OUTPUT, 1, 6), *block("效益指标（30分）", BENEFIT, 1, 6)]
    blocks += block("满意度指标（10分）", SATISFIED, 1, 6)
    return [
        ["项目支出名称", "→8"],
        ["主管部门", "→3", "实施单位", "→4"],
        ["项目资金（万元）↓5", "→2", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额→2", "", "", "", "10", "", ""],
        ["其中：当年财政拨款→2", "", "", "", "—", "", "—"],
        ["上年结转资金→2", "", "", "", "—", "", "—"],
        ["其他资金→2", "", "", "", "—", "", "—"],
        ["年度总体目标↓2", "预期目标→4", "实际完成情况→4"],
        ["→4", "→4"],
        *_table("绩效指标", ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"], blocks),
        ["总分→6", "100", "", ""],
        ["填表人：　　　　填报日期：　　　　联系电话：　　　　单位负责人签字：→9"],
    ]


def hubei() -> Rows:
    blocks = [*block("产出指标", OUTPUT, 2, 4), *block("效益指标", BENEFIT, 2, 4), *block("满意度指标", SATISFIED, 2, 4)]
    return [
        ["项目名称", "→6"],
        ["主管部门", "→3", "项目实施单位", "→2"],
        ["项目类别", "1、部门预算项目□　2、省直专项□　3、省对下转移支付项目□→6"],
        ["项目属性", "1、持续性项目□　2、新增性项目□→6"],
        ["项目类型", "1、常年性项目□　2、延续性项目□　3、一次性项目□→6"],
        ["预算执行情况（万元）（20分）↓2", "→2", "预算数（A）", "执行数（B）", "执行率（B/A）", "得分（20分*执行率）"],
        ["年度财政资金总额→2", "", "", "", ""],
        ["年度绩效目标", "→3", "→3"],
        *_table("绩效指标（80分）", ["一级指标", "二级指标", "三级指标", "年初目标值（A）", "实际完成值（B）", "得分"], blocks),
        ["总分→6", ""],
        ["偏差大或目标未完成原因分析", "→6"],
        ["改进措施及结果应用方案", "→6"],
    ]


def sichuan() -> Rows:
    blocks = [*block("产出指标", ("数量指标", "质量指标", "时效指标", "成本指标"), 1, 8), *block("效益指标", BENEFIT, 1, 8)]
    blocks += block("满意度指标", SATISFIED, 1, 8)
    return [
        ["报表编号：510000_0013zp→11"],
        ["部门预算项目支出绩效自评表（2023年度）→11"],
        ["项目名称→2", "→9"],
        ["主管部门→2", "→4", "实施单位（盖章）", "→4"],
        ["项目基本情况→2↓4", "1.项目年度目标完成情况→9"],
        ["项目年度目标→4", "年度目标完成情况→5"],
        ["→4", "→5"],
        ["2.项目实施内容及过程概述→3", "→6"],
        ["预算执行情况（10分）→2↓6", "年度预算数（万元）→2", "年初预算", "调整后预算数", "预算执行数", "预算执行率", "权重", "得分", "原因"],
        ["总额→2", "", "", "", "", "10", "", "↓5"],
        ["其中：财政资金→2", "", "", "", "", "/", "/"],
        ["财政专户管理资金→2", "", "", "", "", "/", "/"],
        ["单位资金→2", "", "", "", "", "/", "/"],
        ["其他资金→2", "", "", "", "", "/", "/"],
        *_table("绩效指标（90分）", ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "完成值", "权重", "得分", "未完成原因分析"], blocks),
        ["合计→8", "100", "", ""],
        ["评价结论→2", "→9"],
        ["存在问题→2", "→9"],
        ["改进措施→2", "→9"],
        ["项目负责人：　　　　　　　　财务负责人：→11"],
    ]


def sichuan_fixed() -> Rows:
    """As above; 预算执行情况 stands beside its own five rows and the heads."""
    rows = sichuan()
    rows[8][0] = "预算执行情况（10分）→2↓6"
    return rows


def cost_first() -> Rows:
    blocks = [*block("成本指标（20分）", ("经济成本指标", "社会成本指标", "生态环境成本指标"), 1, 6)]
    blocks += block("产出指标（40分）", ("数量指标", "质量指标", "时效指标"), 2, 6)
    blocks += block("效益指标（20分）", ("经济效益指标", "社会效益指标", "生态效益指标"), 1, 6)
    blocks += block("满意度指标（10分）", SATISFIED, 1, 6)
    rows = national()
    return [
        ["2024年度项目支出绩效自评表→9"],
        *rows[2:11],
        *_table("绩效指标", ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"], blocks),
        ["总分→6", "100", "", ""],
    ]


def two_line_heads() -> Rows:
    blocks = [*block("产出指标（50分）", OUTPUT, 1, 6), *block("效益指标（30分）", BENEFIT, 1, 6)]
    blocks += block("满意度指标（10分）", SATISFIED, 1, 6)
    head = ["一级指标↓2", "二级指标↓2", "三级指标↓2", "分值↓2", "指标情况→2", "自评得分↓2", "未完成原因及改进措施↓2"]
    return [
        ["项目名称→2", "→7"],
        ["主管部门→2", "→3", "实施单位→2", "→2"],
        ["项目资金（万元）→2↓5", "", "年初预算数", "全年预算数（A）", "全年执行数（B）", "分值", "执行率（B/A）", "得分"],
        ["年度资金总额", "", "", "", "10", "", ""],
        ["其中：财政拨款", "", "", "", "—", "—", "—"],
        ["上年结转", "", "", "", "—", "—", "—"],
        ["其他资金", "", "", "", "—", "—", "—"],
        ["年度总体目标→2↓2", "年初设定目标→3", "全年实际完成情况→4"],
        ["→3", "→4"],
        [f"绩效指标↓{len(blocks) + 2}", *head],
        ["年度指标值", "全年实际值"],
        *blocks,
        ["总分→4", "100", "→2", "", ""],
    ]


def guangshui() -> Rows:
    blocks = [*block("产出指标（40分）", ("数量指标", "质量指标", "时效指标", "成本指标"), 1, 6)]
    blocks += block("效益指标（30分）", ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"), 1, 6)
    blocks += block("满意度指标（10分）", ("服务对象满意度指标",), 1, 6)
    return [
        ["项目名称", "→8"],
        ["项目主管单位", "→4", "项目实施单位", "→3"],
        ["项目属性", "1、常年性□ 2、延续性□ 3、一次性□ 4、新增性□→8"],
        ["预算执行情况（万元）（20分）↓2", "→2", "预算数（A）", "执行数（B）", "执行率（B/A）→2", "得分（20分*执行率）→2"],
        ["年度财政资金总额→2", "", "", "→2", "→2"],
        ["项目年度目标", "→8"],
        *_table("项目绩效（80分）", ["一级指标", "二级指标", "指标名称（三级指标）", "年初指标值", "年终完成值", "自评分", "复核分", "评价标准"], blocks),
    ]


def yinchuan() -> Rows:
    blocks = [*block("项目决策（10分）", ("项目目标", "项目立项"), 2, 6), *block("项目管理（25分）", ("投入管理", "财务管理", "项目实施"), 1, 6)]
    blocks += block("项目产出（30分）", OUTPUT, 1, 6)
    blocks += block("项目效益（35分）", (*BENEFIT, "服务对象满意度指标"), 1, 6)
    return [
        ["项目名称", "→8"],
        ["主管部门", "→4", "实施单位", "→3"],
        ["自评得分", "→4", "财政审核评分", "→3"],
        ["项目资金（万元）↓2", "→3", "年初预算数", "调整预算数（A）", "全年执行数（B）", "执行率（B/A）→2"],
        ["年度资金总额→3", "", "", "", "→2"],
        ["年度总体目标↓2", "年初设定目标→4", "年度总体目标完成情况→4"],
        ["→4", "→4"],
        *_table("绩效指标", ["一级指标", "二级指标", "三级指标", "参考分值", "指标值（A）", "全年实际值（B）", "得分", "未完成原因分析"], blocks),
    ]


def three_columns() -> Rows:
    blocks = [*block("产出指标", OUTPUT, 1, 7), *block("效益指标", BENEFIT, 1, 7), *block("满意度指标", SATISFIED, 1, 7)]
    return [
        ["项目名称", "→9"],
        ["主管部门", "→4", "实施单位", "→4"],
        ["项目资金（万元）↓5", "→3", "年初预算数", "全年预算数", "全年执行数→2", "执行率", "得分"],
        ["年度资金总额→3", "", "", "→2", "", ""],
        ["其中：本年财政拨款→3", "", "", "→2", "", ""],
        ["上年结转资金→3", "", "", "→2", "", ""],
        ["其他资金→3", "", "", "→2", "", ""],
        ["年度总体目标↓2", "预期目标→4", "实际完成情况→5"],
        ["→4", "→5"],
        *_table("绩效指标", ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "实际完成值", "得分", "偏差原因分析及改进措施"], blocks),
        ["总分→7", "100", ""],
    ]


def city() -> Rows:
    """A city's own: more sources of funds, facts of its own, boxes to tick, the bureau's score beside."""
    blocks = [*block("产出指标（50分）", OUTPUT, 1, 7), *block("效益指标（30分）", BENEFIT, 1, 7)]
    blocks += block("满意度指标（10分）", SATISFIED, 1, 7)
    return [
        ["项目名称", "→4", "项目编码", "→4"],
        ["主管部门", "→4", "实施单位", "→4"],
        ["项目负责人", "→4", "联系电话", "→4"],
        ["项目类型", "□新增　□延续　□一次性→4", "合同金额（元）", "→4"],
        ["项目资金\n（万元）↓6", "→2", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分→2"],
        ["年度资金总额→2", "", "", "", "10", "", "→2"],
        ["其中：上级补助→2", "", "", "", "—", "—", "—→2"],
        ["当年财政拨款→2", "", "", "", "—", "—", "—→2"],
        ["上年结转资金→2", "", "", "", "—", "—", "—→2"],
        ["其他资金→2", "", "", "", "—", "—", "—→2"],
        ["年度总体目标↓2", "预期目标→4", "实际完成情况→5"],
        ["→4", "→5"],
        *_table("绩效指标", ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "自评得分", "财政复核分", "偏差原因分析及改进措施"], blocks),
        ["总分→6", "100", "", "", ""],
        ["存在的主要问题", "→9"],
        ["下一步改进措施", "→9"],
    ]


def base_table() -> Rows:
    """Hunan's table of basic data of a department."""
    figures = ["", "", ""]
    rows = [
        "一、“三公”经费", "1、公务用车购置和维护经费", "其中：公车购置", "公车运行维护", "2、出国经费", "3、公务接待", "二、项目支出",
        "1、业务工作专项", "2、运行维护专项", "三、公用经费", "其中：办公经费", "水费、电费、差旅费", "会议费、培训费", "四、政府采购金额",
    ]
    return [
        ["财政供养人员情况→2↓2", "编制数", "2022年实际在职人数→2", "控制率"],
        ["", "→2", ""],
        ["经费控制情况→3", "2021年决算数", "2022年预算数", "2022年决算数"],
        *([f"{name}→3", *figures] for name in rows),
        ["五、部门基本支出预算调整→3", "—", "", "—"],
        ["楼堂馆所控制情况↓2", "批复规模（平方米）", "实际规模（平方米）", "规模控制率", "预算投资（万元）", "投资概算控制率"],
        ["", "", "", "", ""],
        ["厉行节约保障措施", "→5"],
        ["说明", "→5"],
    ]


BLANKS: dict[str, Blank] = {
    "national": Blank("docx", "财预〔2020〕10号 附件", ("附件1",), national()),
    "hunan": Blank("xlsx", "湖南县级 自评报告所附", ("2022年度项目支出绩效自评表", "填报单位：　　　　　　　　　　金额单位：万元"), hunan()),
    "hubei": Blank(
        "html", "湖北省项目自评表（20+80）", ("附件4：", "2022年度　　　　项目自评表", "单位名称：　　　　　　　　填报日期："), hubei(),
        ("备注：", "1.预算执行情况得分=执行率×20分。", "2.定量指标完成数汇总原则：绝对值直接累加计算，相对值按照资金额度加权平均计算。"),
    ),
    "sichuan": Blank("xlsx", "四川省预算管理一体化系统 自评表（2023）", (), sichuan()),
    "cost_first": Blank("docx", "财预〔2021〕101号 之后，成本指标单列", ("附件2",), cost_first()),
    "two_line_heads": Blank("docx", "安徽等地：分值在前，两行表头", ("2022年度项目支出绩效自评表",), two_line_heads(), ("填表人：　　　　联系电话：",)),
    "guangshui": Blank("html", "湖北广水：自评分、复核分、评价标准", ("广水市财政预算支出项目绩效目标自评表", "填报日期：　年　月　日"), guangshui()),
    "yinchuan": Blank("docx", "宁夏银川：决策、管理、产出、效益，参考分值", ("银川市本级部门项目支出绩效自评表", "（2021年）"), yinchuan()),
    "three_columns": Blank("xlsx", "云南等地：指标性质、指标值、度量单位，没有分值", ("项目支出绩效自评表", "（2022年度）"), three_columns()),
    "city": Blank("docx", "某市：多一行上级补助，有财政复核分", ("2024年度市级项目支出绩效自评表",), city(), ("填表人：　　　　　　单位负责人（签字）：", "注：分值由财政局批复。")),
    "base_table": Blank("xlsx", "湖南 部门整体支出绩效评价基础数据表", ("部门整体支出绩效评价基础数据表", "填报单位：　　　　　　金额单位：万元"), base_table(), ()),
}


def transfer() -> Rows:
    """No points at all."""
    blocks = [*block("产出指标", OUTPUT, 1, 4), *block("效益指标", BENEFIT, 1, 4), *block("满意度指标", SATISFIED, 1, 4)]
    return [
        ["转移支付（项目）名称→2", "→5"],
        ["中央主管部门→2", "→5"],
        ["地方主管部门→2", "→2", "资金使用单位", "→2"],
        ["资金投入情况（万元）→2↓4", "", "全年预算数（A）", "全年执行数（B）", "预算执行率（B/A×100%）→2"],
        ["年度资金总额", "", "", "→2"],
        ["其中：中央财政资金", "", "", "→2"],
        ["地方资金", "", "", "→2"],
        ["总体目标完成情况→2↓2", "总体目标→3", "全年实际完成情况→2"],
        ["→3", "→2"],
        *_table("绩效指标", ["一级指标", "二级指标", "三级指标", "指标值", "全年实际完成值", "未完成原因和改进措施"], blocks),
        ["说明", "→6"],
    ]


def targets() -> Rows:
    """What is asked for at the beginning of the year: nothing done yet."""
    blocks = [*block("产出指标", OUTPUT, 1, 2), *block("效益指标", BENEFIT, 1, 2), *block("满意度指标", SATISFIED, 1, 2)]
    return [
        ["项目名称", "→4"],
        ["主管部门及代码", "→2", "实施单位", ""],
        ["项目资金（万元）↓3", "年度资金总额→2", "→2"],
        ["其中：财政拨款→2", "→2"],
        ["其他资金→2", "→2"],
        ["年度目标", "→4"],
        *_table("绩效指标", ["一级指标", "二级指标", "三级指标", "指标值"], blocks),
    ]


def monitoring() -> Rows:
    blocks = [*block("产出指标", OUTPUT, 1, 6), *block("效益指标", BENEFIT, 1, 6), *block("满意度指标", SATISFIED, 1, 6)]
    return [
        ["项目名称", "→8"],
        ["主管部门", "→4", "实施单位", "→3"],
        ["项目资金（万元）↓3", "→2", "年初预算数", "1-7月执行数→2", "1-7月执行率", "全年预计执行数→2"],
        ["年度资金总额→2", "", "→2", "", "→2"],
        ["其中：本年一般公共预算拨款→2", "", "→2", "", "→2"],
        ["年度总体目标", "→8"],
        *_table("绩效指标", ["一级指标", "二级指标", "三级指标", "年度指标值", "1-7月执行情况", "全年预计完成情况", "偏差原因分析", "完成目标可能性"], blocks),
    ]


def scoring_table() -> Rows:
    """Scores for a department as a whole, item by item, each by a standard of its own."""
    items = {
        "部门决策（25分）": ("相关性", "明确性", "合理性", "测算依据", "目标管理"),
        "综合管理（30分）": ("专项资金分配时限", "执行中期评估", "预算执行进度监控", "资产管理信息化", "预算公开"),
        "部门绩效情况（45分）": ("部门特性指标", "重点改革完成情况", "人才培养", "社会公众满意度"),
    }
    rows: Rows = [["一级指标", "二级指标", "三级指标", "分值", "评价标准", "得分", "扣分原因"]]
    for first, names in items.items():
        for number, name in enumerate(names):
            rows.append([*([f"{first}↓{len(names)}"] if number == 0 else []), name, name, "5", "按完成情况打分", "", ""])
    return [*rows, ["合计→3", "100", "", "", ""]]


REFUSED = {
    "transfer": (Blank("docx", "转移支付区域绩效自评表", ("转移支付区域（项目）绩效目标自评表", "（2022年度）"), transfer()), "FP03"),
    "targets": (Blank("docx", "项目支出绩效目标申报表", ("项目支出绩效目标表", "（2024年度）"), targets()), "FP03"),
    "monitoring": (Blank("xlsx", "绩效运行监控表", ("项目支出绩效运行监控表", "（2022年度）"), monitoring()), "FP03"),
    "scoring_table": (Blank("docx", "部门整体支出绩效评价得分表（按项打分）", ("2017年部门整体支出绩效评价得分表",), scoring_table()), "FP05"),
}


def filled_in(rows: Rows) -> Rows:
    """The same form as somebody filled it in: a value in every blank cell."""
    plain = grid(rows)
    places = iter(cell for cell in plain.cells if not cell.text)
    return [[text if not text or text[0] != "→" and text[0] != "↓" else f"张三李四{text}" if next(places, None) else text for text in row] for row in rows]
