"""Files that are no blank paper: filled forms, several tables, forms without points, hostile texts. Never a half form."""

import pytest

from tests import kit
from tests.blank.drafts import as_form, library
from tests.blank.papers import BLANKS, REFUSED, Rows, national, written
from tests.official import printed
from xltool.ooxml.refused import Refused
from xltool.read.blank import BlankDraft, draft_from


def drafted_from(rows: Rows, kind: str = "html", *more: Rows) -> BlankDraft:
    return draft_from(written(kind, (), [rows, *more]), f"空表.{kind}", "odd", library())


def refusal(data: bytes, name: str) -> tuple[str, str]:
    with pytest.raises(Refused) as told:
        draft_from(data, name, "odd", library())
    return told.value.finding.code, told.value.finding.message


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_language_cannot_say_is_refused_in_words(name: str) -> None:
    blank, code = REFUSED[name]
    found, message = refusal(blank.data(), f"空表.{blank.kind}")
    assert found == code
    said = {
        "transfer": "的指标表没有“得分”一栏",
        "targets": "的指标表没有“实际完成值”“得分”一栏",
        "monitoring": "的指标表没有“实际完成值”“得分”一栏",
        "scoring_table": "是按项打分的表，14 个打分项里有 14 项是现有表样没有的：相关性、明确性",
    }
    assert said[name] in message


def filled(rows: Rows, value: str) -> Rows:
    return [[f"{value}{text}" if not text or text[0] in "→↓" else text for text in row] for row in rows]


def test_of_a_filled_form_only_the_labels_are_taken() -> None:
    rows = national()
    rows[1] = ["（2022年度）→9"]
    told = drafted_from(filled(rows, "张三"))
    assert "张三" not in told.text
    assert [line for line in told.decisions if "填过" in line] == [
        "这张表填过内容（第3行第2列、第4行第2列、第4行第4列、第6行第3列、第6行第4列、第6行第5列 等 74 处），"
        "只取了栏目，没有取填的内容。请核对版式。"
    ]
    empty = as_form(drafted_from(rows).text, "odd").spec.prints
    assert as_form(told.text, "odd").spec.prints == empty, "the same layout as from the blank one"


def test_printed_indicators_are_told_not_taken() -> None:
    rows = national()
    rows[12] = [*rows[12][:2], "培训人数", "≥100人", "", "10", "", ""]
    told = drafted_from(rows)
    assert "培训人数" not in told.text
    assert "指标表里印着 1 个三级指标，没有放进表样；各单位相同的，请写在名册的〔指标〕里。" in told.decisions


def test_of_several_tables_the_official_one_is_taken_and_said() -> None:
    plain: Rows = [["姓名", "电话", "地址"], ["", "", ""], ["", "", ""]]
    told = drafted_from(plain, "docx", BLANKS["base_table"].rows, national())
    assert (told.base, told.where) == ("hunan-department-2022", "第 2 个表格"), "the one with the most of a form"
    assert told.taken[-1] == (
        "文件里有 3 个表格，用的是第 2 个表格；其中第 3 个表格也像正式表，这次没有起草；"
        "要起草它，请写 --extends 它的表样，或者单独存成一个文件"
    )
    data = written("docx", (), [plain, BLANKS["base_table"].rows, national()])
    only = [form for form in library() if form.id == "national-2020"]
    assert draft_from(data, "空表.docx", "odd", only).where == "第 3 个表格"


def test_of_a_filled_form_with_labels_nobody_knows_every_other_cell_is_a_label() -> None:
    rows = filled(national(), "张三")
    rows.insert(3, ["合同编号", "X-1→3", "保管人", "李四→4"])
    told = drafted_from(rows)
    assert not any(word in told.text for word in ("张三", "李四", "X-1"))
    form = as_form(told.text, "odd")
    assert {"合同编号", "保管人"} <= {str(info.field.name) for info in form.fields.values()}


def test_a_table_that_is_no_form_is_refused() -> None:
    rows: Rows = [["姓名", "电话", "地址", "备注"], *[["", "", "", ""]] * 5]
    assert refusal(written("html", (), [rows]), "a.html") == (
        "FP02",
        "第 1 个表格不像绩效自评表：认得的栏目只有没有。",
    )
    assert refusal(written("docx", ("只有文字",), []), "a.docx")[0] == "FP01"
    assert refusal("没有表格的文字".encode(), "a.txt")[0] == "FP01"


def test_a_form_without_heads_of_indicators_is_refused() -> None:
    rows = [row for row in national() if not row[0].startswith("绩效指标")]
    code, message = refusal(written("html", (), [rows[:11]]), "a.html")
    assert code == "FP07"
    assert "没有找到“一级指标、二级指标、三级指标……”这样的表头" in message


def test_points_that_do_not_add_up_are_refused_with_the_sum() -> None:
    rows = [[text.replace("(30分)", "(35分)") for text in row] for row in national()]
    assert refusal(written("html", (), [rows]), "a.html") == (
        "FP04",
        "空表上的分值合计是 105 分，应当是 100 分：执行率分值 10、产出分值 50、效益分值 35、满意度分值 10。",
    )


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "加密.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "旧.doc"),
        (b"%PDF-1.4\n%%EOF", "扫描.pdf"),
        (b"PK\x03\x04" + b"\0" * 90, "坏.docx"),
        (b"", "空.xlsx"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "照片.png"),
    ],
    ids=["encrypted", "doc", "pdf", "broken", "nothing", "picture"],
)
def test_what_cannot_be_read_is_refused(data: bytes, name: str) -> None:
    code, message = refusal(data, name)
    assert code[:2] in ("WJ", "WD", "FP")
    assert message


def test_hostile_labels_stay_labels() -> None:
    """No formula, parameter, key or comment of a form.yaml comes from what a paper prints."""
    rows = national()
    texts = ['=HYPERLINK("http://x")', "{执行率分值}", 'a: [1, "b', "甲' #注", "\u202e反\x07"]
    rows[3:3] = [[text, "→3", "联系电话", "→4"] for text in texts]
    told = drafted_from(rows)
    form = as_form(told.text, "odd")
    (sheet,) = (sheet for sheet in form.spec.prints if sheet.id == "paper_form")
    assert [row.cells[0].text for row in sheet.rows[3:8]] == [
        '=HYPERLINK("http://x")', "｛执行率分值｝", 'a: [1, "b', "甲' #注", "反�",
    ]  # fmt: skip
    made = printed.tables(kit.evaluation(form, {}))[0]
    assert made[3][0] == '=HYPERLINK("http://x")'
    assert len({info.field.name for info in form.fields.values()}) == len(form.fields)
