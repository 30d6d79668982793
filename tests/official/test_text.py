"""What the text of a report says: how figures are written, and arithmetic that needs no form."""

from __future__ import annotations

import pytest

from tests.official import paper
from xltool.form import form_by_id
from xltool.form.layout.workbook_layout import Address
from xltool.notation.spoken import measure
from xltool.read.official import arithmetic, prose
from xltool.read.tables.grid import Paragraph

FORM = "hunan-2022"


def said(*texts: str) -> list[Paragraph]:
    return [paper.paragraph(text, number) for number, text in enumerate(texts, start=1)]


def told(*texts: str) -> dict[str, str]:
    form = form_by_id(FORM)
    found = prose.sentences(form, said(*texts), 2022)
    return {form.fields[key.id].field.name: str(reading.value) for key, reading in found.items()}


SENTENCES = [
    ("2022年年初预算收入为416.40万元。", {"年初预算收入": "416.40"}),
    ("我单位2022年度决算收入共584.83万元，比上年增加20万元。", {"决算总收入": "584.83"}),
    ("上年决算总收入500万元。2022年决算总收入584.83万元。", {"决算总收入": "584.83"}),
    ("“三公”经费预算数1.50万元，其中：因公出国（境）费用0万元，公务用车运行费1.0万元，公务接待费0.31万元。",
     {"三公经费预算数": "1.50", "因公出国费预算数": "0", "公务用车运行费预算数": "1.0", "公务接待费预算数": "0.31", "公务用车购置费预算数": "0"}),
    ("三公经费决算数为3100元。", {"三公经费决算数": "0.31", "公务用车购置费决算数": "0"}),
    ("三公经费决算数1.31元。", {"三公经费决算数": "#?", "公务用车购置费决算数": "0"}),
    ("政府采购支出总额12万元，其中：政府采购货物支出5万元、政府采购工程支出3万元、政府采购服务支出4万元。",
     {"政府采购支出合计": "12", "采购货物支出": "5", "采购工程支出": "3", "采购服务支出": "4"}),
    ("核定编制40名，其中行政编制20名，事业编制20名。", {"编制总数": "40", "行政编制数": "20", "事业编制数": "20"}),
    ("本单位工作扎实推进。", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences(text: str, expected: dict[str, str]) -> None:
    assert told(text) == expected


MEASURES = [
    ("≥50个", "≥", "50", "个", ""), ("不低于3次", "≥", "3", "次", ""), ("98%以上", "≥", "98", "%", ""), ("3-5次", "区间", "3-5", "次", ""),
    ("≤120元/人*月", "≤", "120", "元/人*月", ""), ("2022年11月底", "", "2022年11月底", "", ""), ("显著提升", "", "显著提升", "", ""),
    ("百分之九十五", "", "95", "%", "按 95% 读取"), ("三次", "", "3", "次", "按 3次 读取"), ("不少于两次", "≥", "2", "次", "按 ≥2次 读取"),
    ("每季度不少于1次", "≥", "1", "次", "按 ≥1次 读取"), ("合格率≥95%", "≥", "95", "%", "按 ≥95% 读取"), ("已完成150次", "", "150", "次", "按 150次 读取"),
    ("近200人", "", "200", "人", "按 200人 读取"), ("控制在20万元以内", "≤", "20", "万元", "按 ≤20万元 读取"), ("3个工作日内", "≤", "3", "个工作日", ""),
    ("一般公共服务", "", "一般公共服务", "", ""), ("三公经费", "", "三公经费", "", ""), ("—", "", "—", "", ""), ("", "", "", "", ""),
    ("按时完成", "", "按时完成", "", ""), ("逐年提高", "", "逐年提高", "", ""), ("≥**人", "", "≥**人", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "nature", "value", "unit", "note"), MEASURES)
def test_measures(text: str, nature: str, value: str, unit: str, note: str) -> None:
    found = measure(text)
    assert (found.nature, found.text, found.unit, found.note) == (nature, value, unit, note)


ARITHMETIC = [
    (("全年培训支出10万元，其中：县级培训6万元，乡镇培训5万元。",), ["WB01"]),
    (("全年培训支出11万元，其中：县级培训6万元，乡镇培训5万元。",), []),
    (("全年培训支出12万元，其中：县级培训6万元，乡镇培训5万元。",), []),  # 其中不必是全部
    (("下拨资金中，县级占总支出的60%，乡镇占总支出的45%。",), ["WB02"]),
    (("下拨资金中，县级占总支出的60%，乡镇占总支出的40%。",), []),
    (("本年支出决算总额581.42万元。", "综上，本年支出决算总额518.42万元。"), ["WB03"]),
    (("本年支出决算总额581.42万元。", "综上，本年支出决算总额581.42万元。"), []),
    (("本年支出决算总额581.42万元。", "上年支出决算总额518.42万元。"), []),
]


@pytest.mark.parametrize(("texts", "codes"), ARITHMETIC)
def test_arithmetic(texts: tuple[str, ...], codes: list[str]) -> None:
    assert [finding.code for finding in arithmetic.of_text(said(*texts), {})] == codes


def test_a_paragraph_is_the_place() -> None:
    (finding,) = arithmetic.of_text(said("概况", "全年支出10万元，其中：甲6万元，乙5万元。"), {})
    assert (finding.sheet, finding.cells) == ("正文", ("第2段",))
    assert Address("正文", 1, 0, "第2段").a1 == "第2段"
    assert all(figure in finding.message for figure in ("10万元", "11", "差 1"))


def test_who_signed_belongs_to_no_section() -> None:
    """The line for signatures below the report: a section that is published must not carry a telephone number."""
    form = form_by_id(FORM)
    found = prose.sections(
        form, said("六、其他需要说明的情况", "无", "填表人：王芳　　联系电话：0734-6231008　　填报日期：2023年3月9日")
    )
    assert {form.fields[key.id].field.name: reading.typed for key, reading in found.items()} == {
        "其他需要说明的情况": "无"
    }
