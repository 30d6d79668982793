"""A form changed in Excel: written, changed as people do, taken back; every mistake told at its cell, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.styles
import pytest

from tests.form.test_editing import FORM, difference, home, write
from tests.office import convert, needs_office
from xltool.campaign.form_editing import edit_taking
from xltool.campaign.form_editing.edit_book import edit_book
from xltool.campaign.form_editing.edit_reading import opened_book, typed_in
from xltool.campaign.form_editing.edit_taking import taken, write_taken
from xltool.campaign.form_editing.slots import SLOTS, SlotRole
from xltool.campaign.settings import CampaignError
from xltool.files import TargetLockedError, UnusableFileError
from xltool.form.edit.editable import EditPart
from xltool.form.edit.edited import Editing, changed, opened

__all__ = ["home"]
Change = Callable[[Any], object]


@pytest.fixture(scope="module")
def editing(tmp_path_factory: pytest.TempPathFactory) -> Editing:
    return opened(str(write(tmp_path_factory.mktemp("写出"))))


@pytest.fixture(scope="module")
def written(editing: Editing) -> bytes:
    return edit_book(editing)


@pytest.fixture(autouse=True)
def unsampled(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Writing every formula takes a second: once is enough."""
    if "every_kind" not in request.node.name:
        monkeypatch.setattr(edit_taking, "sample", lambda *_: b"")


def cell(book: Any, part: str, ident: str, heading: str) -> Any:
    """The cell of a record by its id and the column's heading."""
    sheet = book[part]
    heads = {str(sheet.cell(2, col).value): col for col in range(1, sheet.max_column + 1)}
    slots = SLOTS[EditPart(part)]
    at = heads[next(slot.heading for slot in slots if slot.role is SlotRole.IDENT)]
    row = next(row for row in range(3, sheet.max_row + 1) if sheet.cell(row, at).value == ident)
    return sheet.cell(row, heads[heading])


def put(book: Any, cells: Mapping[tuple[str, str, str], object]) -> list[str]:
    places = []
    for (part, ident, heading), value in cells.items():
        found = cell(book, part, ident, heading)
        found.value = value
        places.append(f"〔{part}〕{found.coordinate}")
    return places


def saved(folder: Path, data: bytes, *changes: Change) -> Path:
    book = openpyxl.load_workbook(BytesIO(data))
    for change in changes:
        change(book)
    path = folder / "改.xlsx"
    book.save(path)
    return path


FLOOR, LIMIT = ("参数", "execution_floor"), ("参数", "over_limit")


def test_an_untouched_workbook_changes_nothing(home: Path, written: bytes) -> None:
    write(home)
    made = taken(saved(home, written))
    assert (made.told, made.notes, made.text) == ((), (), FORM)


def test_the_same_form_is_the_same_workbook(home: Path, written: bytes) -> None:
    assert edit_book(opened(str(write(home)))) == written


def test_changes_of_every_kind(home: Path, written: bytes) -> None:
    path = write(home)
    places: list[str] = []
    book = saved(
        home,
        written,
        lambda book: places.extend(
            put(
                book,
                {
                    (*FLOOR, "值"): 0.8,
                    ("清单", "时效用语", "用语"): "及时、按时、准点、守时",
                    ("栏目", "cover/unit_block/phone", "必填"): "否",
                    ("规则", "MB01", "启用"): "是",
                    ("规则", "QZ05", "启用"): "否",
                    ("规则", "ZX03", "级别"): "提示",
                },
            )
        ),
    )
    made = taken(book)
    assert made.told == (
        f"{places[0]} execution_floor 执行率说明线 值：0.85 → 0.8",
        f"{places[1]} 时效用语：加上“守时”",
        f"{places[2]} cover/unit_block/phone 联系电话 必填：是 → 否",
        f"{places[5]} ZX03 执行率偏低说明 级别：须改 → 提示",
        f"{places[4]} QZ05 全部满分 启用：是 → 否",
        f"{places[3]} MB01 完成情况不照抄目标 启用：否 → 是（恢复成基础表样的）",
    )
    assert made.notes == (f"{places[0]} 执行率说明线的值改了，依据没有改，请核对：某县财绩〔2024〕1号 第五条",)
    assert difference(FORM, made.text) == [
        "-  - {id: execution_floor, override: true, value: 0.85, source: 某县财绩〔2024〕1号 第五条}   # 从严",
        "+  - {id: execution_floor, override: true, value: 0.8, source: 某县财绩〔2024〕1号 第五条}   # 从严",
        "-  时效用语: {override: true, words: [及时,  '按时', 准点], source: 某县说法}   # 三个",
        "+  时效用语: {override: true, words: [及时, '按时', 准点, 守时], source: 某县说法}   # 三个",
        '-        fields: [{id: phone, override: true, prompt: "写手机"}]',
        '+        fields: [{id: phone, override: true, prompt: "写手机", required: false}]',
        "-  - {code: QZ05, override: true, severity: 须改}",
        "+  - {code: QZ05, override: true, severity: 须改, off: true}",
        "-  - {code: MB01, remove: true}",
        "+    severity: 提示",
    ]
    assert path.read_text("utf-8") == FORM, "nothing is written before it is asked for"
    kept = write_taken(made)
    assert kept is not None
    assert (kept.read_text("utf-8"), path.read_text("utf-8")) == (FORM, made.text)
    again = taken(book)
    assert (again.told, again.text) == ((), made.text)


@pytest.mark.parametrize("value", [None, 0.9, "90%"], ids=["emptied", "as the base", "as people write it"])
def test_an_override_taken_back_is_gone_with_its_basis(
    home: Path, written: bytes, editing: Editing, value: object
) -> None:
    home.mkdir()
    edits = typed_in(opened_book(saved(home, written, lambda book: put(book, {(*FLOOR, "值"): value}))), editing)
    assert [(one.place, one.change.entry.key, one.change.new) for one in edits] == [
        ("〔参数〕D9", "value", "0.9"),
        ("〔参数〕D9", "source", "执行率低于 90% 须说明（可按本地要求调整）"),
    ]
    assert difference(FORM, changed(editing, [one.change for one in edits])) == [
        "-  - {id: execution_floor, override: true, value: 0.85, source: 某县财绩〔2024〕1号 第五条}   # 从严"
    ]


def told_of(folder: Path, data: bytes, editing: Editing, change: Change) -> tuple[str, ...]:
    with pytest.raises(CampaignError) as caught:
        typed_in(opened_book(saved(folder, data, change)), editing)
    return caught.value.lines[1:]


MISTAKES: dict[tuple[str, str, str], tuple[object, str]] = {
    ("基本情况", "region", "内容"): ("（空）", "写的是“（空）”，这一格必须有内容"),
    ("参数", "w_output", "值"): ("1e99999999", "写的是“1e99999999”，最多 15 位数字"),
    ("参数", "w_benefit", "值"): ("#REF!", "是错误值“#REF!”。请重新填写"),
    ("参数", "over_limit", "值"): ("八成五", "写的是“八成五”，不是数。请只写数，如 0.85"),
    ("参数", "adjust_limit", "名称"): ("调整线", "名称由“预算调整说明线”改成了“调整线”。公式里用着这个名称，请改回"),
    ("参数", "execution_floor", "值"): ("=1-0.15", "写的是公式“=1-0.15”。请直接写值"),
    ("清单", "时效用语", "用语"): ("及时、按时、及时", "“及时”重复。每个用语请只写一次"),
    ("清单", "往年用语", "用语"): ("续建、、结转", "第 2 个用语是空的。请去掉多余的“、”或空行"),
    ("清单", "满意用语", "用语"): ("满意，认可", "的用语“满意，认可”里有“，”。用语之间请用“、”隔开"),
    ("栏目", "cover/unit_block/phone", "最小"): (3, "写了“3”。这一栏对这一行没有意义，请清空"),
    ("栏目", "cover/unit_block/head", "必填"): ("可以", "写的是“可以”。请选 是 或 否"),
    ("规则", "QZ05", "启用"): ("不要", "写的是“不要”。请选 是 或 否"),
    ("规则", "ZX03", "级别"): ("警告", "写的是“警告”。请选 退回、须改、提示"),
    ("规则", "ZX03", "问题怎么说"): ("长" * 8_001, "的文字有 8001 个字，上限是 8000 个"),
    ("规则", "MB01", "请怎么改"): ("请改。", "写了“请改。”。这条规则停用着，请先启用，收回以后再改文字"),
}


def test_every_mistake_is_told_at_its_cell(home: Path, written: bytes, editing: Editing) -> None:
    home.mkdir()
    places: list[str] = []
    cells = {place: value for place, (value, _) in MISTAKES.items()}
    told = told_of(home, written, editing, lambda book: places.extend(put(book, cells)))
    assert sorted(told) == sorted(f"{place} {said}" for place, (_, said) in zip(places, MISTAKES.values(), strict=True))


def test_what_only_the_whole_form_tells_is_told_at_the_cell_as_well(home: Path, written: bytes) -> None:
    path, places = write(home), list[str]()
    mistakes: dict[tuple[str, str, str], tuple[object, str]] = {
        (*FLOOR, "值"): (1.5, "执行率说明线应当在 0 和 1 之间，预算调整说明线应当大于 0"),
        ("栏目", "cover/unit_block/phone", "填写提示"): ("长" * 300, "联系电话"),
        ("规则", "ZX03", "问题怎么说"): ("{没有这个栏目}", "规则 ZX03"),
        ("规则", "QZ05", "问题怎么说"): ("自评 {SUM(自评得分", "规则 QZ05"),
    }
    cells = {place: value for place, (value, _) in mistakes.items()}
    with pytest.raises(CampaignError) as caught:
        taken(saved(home, written, lambda book: places.extend(put(book, cells))))
    told = dict(line.split(" ", 1) for line in caught.value.lines[1:])
    assert sorted(told) == sorted(places)
    for place, (_, said) in zip(places, mistakes.values(), strict=True):
        assert said in told[place]
    assert path.read_text("utf-8") == FORM


def strike(found: Any) -> None:
    found.font = openpyxl.styles.Font(strike=True)


SHAPES: list[tuple[str, Change, str]] = [
    (
        "a row removed",
        lambda book: book["参数"].delete_rows(5),
        "〔参数〕少了“w_benefit 效益分值”这一行。请恢复这一行；不用的规则，“启用”选“否”",
    ),
    (
        "a row added",
        lambda book: book["参数"].append(["my", "我的", "", 3]),
        "编号是“my”，表样里没有。请不要加行、改编号；要加新的，请交给写表样的人",
    ),
    (
        "a row without id",
        lambda book: book["参数"].append(["", "", "", 3]),
        "编号空着，这一行却填了内容。请不要加行、改编号；要加新的，请交给写表样的人",
    ),
    (
        "an id changed",
        lambda book: put(book, {(*FLOOR, "编号"): "floor"}),
        "编号由“execution_floor”改成了“floor”。编号不能在这里改，请改回“execution_floor”",
    ),
    (
        "a row twice",
        lambda book: book["参数"].append(["w_benefit", "效益分值", "分", 30]),
        "“w_benefit”与第 5 行重复。请删除多出来的一行",
    ),
    (
        "merged",
        lambda book: book["参数"].merge_cells("D7:D9"),
        "〔参数〕D7 起的单元格合并了，看不出每一行填的是什么。请取消合并，逐格填写",
    ),
    ("a sheet gone", lambda book: book.remove(book["清单"]), "少了工作表〔清单〕。请不要删工作表、改工作表的名称"),
    (
        "a heading changed",
        lambda book: book["参数"].cell(2, 4, "数值"),
        "〔参数〕的标题行里少了“值”。请不要改标题行、删列",
    ),
    (
        "struck out",
        lambda book: strike(cell(book, *FLOOR, "依据")),
        "有文字带删除线，看不出是不是还要。请删掉不要的文字，去掉删除线",
    ),
]


@pytest.mark.parametrize(("change", "said"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES])
def test_a_sheet_that_lost_its_shape_is_not_taken(
    home: Path, written: bytes, editing: Editing, change: Change, said: str
) -> None:
    home.mkdir()
    told = told_of(home, written, editing, change)
    assert len(told) == 1
    assert told[0].endswith(said)


def test_lines_and_columns_in_another_order_are_the_same(home: Path, written: bytes) -> None:
    write(home)

    def shuffled(book: Any) -> None:
        sheet = book["参数"]
        rows = [[found.value for found in row] for row in sheet.iter_rows(min_row=2)]
        sheet.delete_rows(2, sheet.max_row)
        for row in (rows[0], *reversed(rows[1:])):
            sheet.append(row[::-1])
        put(book, {(*FLOOR, "值"): 0.8})

    made = taken(saved(home, written, shuffled))
    assert [line.split(" ", 1)[1] for line in made.told] == ["execution_floor 执行率说明线 值：0.85 → 0.8"]


def test_a_form_that_changed_meanwhile(home: Path, written: bytes) -> None:
    """Another place is kept beside what was typed; the same place is a question that only a person can answer."""
    write(home, FORM.replace("value: 1.2", "value: 1.4"))
    made = taken(saved(home, written, lambda book: put(book, {(*FLOOR, "值"): 0.8})))
    assert made.text == FORM.replace("value: 1.2", "value: 1.4").replace("value: 0.85", "value: 0.8")
    assert made.notes[0] == "表样在这份工作簿写出以后改过；两边改的不是同一处，都保留了。"
    write(home, FORM.replace("value: 0.85", "value: 0.7"))
    with pytest.raises(CampaignError, match=r"写出以后，表样里的这一处已经从“0\.85”改成“0\.7”"):
        taken(saved(home, written, lambda book: put(book, {(*FLOOR, "值"): 0.8})))
    assert taken(saved(home, written, lambda book: put(book, {(*FLOOR, "值"): 0.7}))).told == ()


def test_a_rule_added_meanwhile_is_no_missing_line(home: Path, written: bytes) -> None:
    write(
        home,
        FORM
        + "  - {code: ZZ01, name: 新, on: department, expect: 1 = 1, at: 部门名称, severity: 提示, say: 新, do: 新, source: 新}\n",
    )
    assert taken(saved(home, written)).told == ()


def test_other_files(home: Path, written: bytes, tmp_path: Path) -> None:
    write(home)
    with pytest.raises(UnusableFileError, match="里的表样编号不能用"):
        taken(saved(home, written, lambda book: book["_表样"].cell(2, 1, "../mine")))
    bare = openpyxl.Workbook()
    bare.save(tmp_path / "别的.xlsx")
    with pytest.raises(UnusableFileError, match="不是 xltool form edit 写出的工作簿"):
        taken(tmp_path / "别的.xlsx")
    (tmp_path / "坏的.xlsx").write_bytes(written[:20_000])
    with pytest.raises(UnusableFileError, match="打不开"):
        taken(tmp_path / "坏的.xlsx")
    write(home, FORM.replace("form: mine", "form: other"), "other")
    with pytest.raises(CampaignError, match="改的是表样“mine”，不是“other”"):
        taken(saved(tmp_path, written), "other")
    path = saved(tmp_path, written)
    path.with_name(f"~${path.name}").write_bytes(b"")
    assert taken(path).notes == ("改.xlsx 好像还开着。没有保存的改动读不到，请保存后再收回一次。",)


def test_a_form_yaml_that_is_held_by_another_program(
    home: Path, written: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(home)
    made = taken(saved(home, written, lambda book: put(book, {(*FLOOR, "值"): 0.8})))

    def held(target: Path, _data: bytes) -> None:
        if target == path:
            raise TargetLockedError(target)

    monkeypatch.setattr(edit_taking, "write_atomic", held)
    with pytest.raises(TargetLockedError, match="请关闭文件"):
        write_taken(made)
    assert path.read_text("utf-8") == FORM


@needs_office
@pytest.mark.office
def test_a_workbook_saved_by_libreoffice(home: Path, written: bytes, tmp_path: Path) -> None:
    """The checks answer as they were written; untouched it changes nothing, mistakes light up, changes arrive."""
    write(home)
    (tmp_path / "原样.xlsx").write_bytes(written)
    places: list[str] = []
    changes = {
        (*FLOOR, "值"): 0.8,
        (*LIMIT, "值"): "一点二",
        ("清单", "时效用语", "用语"): "及时、按时、及时",
        ("清单", "往年用语", "用语"): "续建、结转、遗留",
        ("规则", "ZX03", "级别"): "警告",
        ("规则", "ZB01", "级别"): "提示",
    }
    saved(tmp_path, written, lambda book: places.extend(put(book, changes)))
    same, other = convert([tmp_path / "原样.xlsx", tmp_path / "改.xlsx"], tmp_path / "存")
    made = taken(same)
    assert (made.told, made.text) == ((), FORM)
    before, after = (
        openpyxl.load_workbook(BytesIO(written), data_only=True),
        openpyxl.load_workbook(same, data_only=True),
    )
    for part in EditPart:
        checks = [
            [
                (found.coordinate, found.value or "")
                for row in book[part].iter_rows(min_row=3)
                for found in row
                if found.column == check_of(part)
            ]
            for book in (before, after)
        ]
        assert checks[0] == checks[1]
    looked = openpyxl.load_workbook(other, data_only=True)
    said = {ident: cell(looked, part, ident, "检查").value or "" for part, ident, _ in changes}
    assert said == {
        "execution_floor": "改写了",
        "over_limit": "✘ 值应当是数",
        "时效用语": "✘ 用语有重复",
        "往年用语": "改写了",
        "ZX03": "✘ 级别请从列表里选",
        "ZB01": "改写了",
    }
    with pytest.raises(CampaignError) as caught:
        taken(other)
    assert [line.split(" ")[0] for line in caught.value.lines[1:]] == [places[1], places[2], places[4]]


def check_of(part: EditPart) -> int:
    return next(at for at, slot in enumerate(SLOTS[part], start=1) if slot.role is SlotRole.CHECK)
