"""A change put into a form.yaml: the entry alone differs, and taken back the file is what it was, byte for byte."""

from __future__ import annotations

import difflib
from decimal import Decimal
from pathlib import Path

import pytest

from xltool.form import DefinitionError
from xltool.form.edit.editable import Editable, EditLine, EditPart, Takes
from xltool.form.edit.edited import Editing, EntryEdit, changed, opened, verified
from xltool.form.edit.splice import Bare, Way, YamlValue, with_value, without_record, without_value

FORM = """\
# 某县的表样
form: mine
extends: national-2020
version: "1.0"   # 改了内容就改
title: 项目支出绩效自评表
region: '某县'
source: 某县财绩〔2024〕1号

parameters:
  # 执行率
  - {id: execution_floor, override: true, value: 0.85, source: 某县财绩〔2024〕1号 第五条}   # 从严
  - id: over_limit
    override: true
    value: 1.2

    source: "某县: 第六条"

lists:
  时效用语: {override: true, words: [及时,  '按时', 准点], source: 某县说法}   # 三个
  往年用语:
    override: true
    words:
      # 常见的
      - 续建
      - 结转   # 上年的
sheets:
  - id: cover
    override: true
    blocks:
      - id: unit_block
        override: true
        fields: [{id: phone, override: true, prompt: "写手机"}]

rules:
  - {code: QZ05, override: true, severity: 须改}
  - code: ZX03
    override: true
    say: >-
      执行率 {执行率}，
      请说明。
  - {code: MB01, remove: true}
"""


def write(folder: Path, text: str = FORM, ident: str = "mine", newline: str = "\n") -> Path:
    path = folder / ident / "form.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.replace("\n", newline).encode("utf-8"))
    return path


def of(editing: Editing, way: Way, key: str) -> tuple[EditLine, Editable]:
    return next(
        (line, entry)
        for line in editing.lines
        for entry in line.entries.values()
        if (entry.way, entry.key) == (way, key)
    )


def difference(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---"))]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XLTOOL_FORMS", str(tmp_path / "表样"))
    return tmp_path / "表样"


PLACES: list[tuple[Way, str, YamlValue, list[str]]] = [
    (("parameters", "execution_floor"), "value", Bare("0.8"), ["value: 0.85, ->value: 0.8, "]),
    (
        ("parameters", "over_limit"),
        "source",
        "第 #7 条: 新",
        ['    source: "某县: 第六条"->    source: "第 #7 条: 新"'],
    ),
    ((), "region", "某'市", ["region: '某县'->region: '某''市'"]),
    ((), "version", "1.1", ['version: "1.0"->version: "1.1"']),
    (
        ("lists", "时效用语"),
        "words",
        ("及时", "按时", "准点", "a, b"),
        ["[及时,  '按时', 准点]->[及时, '按时', 准点, \"a, b\"]"],
    ),
    (("sheets", "cover", "blocks", "unit_block", "fields", "phone"), "prompt", "写座机", ['"写手机"->"写座机"']),
    (("rules", "QZ05"), "severity", "提示", ["severity: 须改->severity: 提示"]),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(
    ("way", "key", "value", "swaps"), PLACES, ids=[f"{'.'.join(p[0][-1:])}:{p[1]}" for p in PLACES]
)
def test_a_value_changes_in_its_place_alone(
    way: Way, key: str, value: YamlValue, swaps: list[str], newline: str
) -> None:
    text = FORM.replace("\n", newline)
    wanted = text
    for swap in swaps:
        old, new = swap.split("->")
        assert wanted.count(old) == 1
        wanted = wanted.replace(old, new)
    assert with_value(text, way, key, value, None) == wanted


def test_words_of_a_list_that_stands_line_by_line() -> None:
    made = with_value(FORM, ("lists", "往年用语"), "words", ("续建", "遗留", "跨: 年", "结转"), None)
    assert difference(FORM, made) == ["+      - 遗留", '+      - "跨: 年"']
    assert difference(FORM, with_value(FORM, ("lists", "往年用语"), "words", ("结转",), None)) == ["-      - 续建"]


def test_a_folded_text_stays_folded() -> None:
    made = with_value(FORM, ("rules", "ZX03"), "say", "执行率 {执行率}。", None)
    assert difference(FORM, made) == ["-      执行率 {执行率}，", "-      请说明。", "+      执行率 {执行率}。"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_what_is_put_in_and_taken_out_again_leaves_the_file_as_it_was(home: Path, newline: str) -> None:
    """New records and keys of every kind, in lists and mappings of both styles."""
    editing = opened(str(write(home, newline=newline)))
    assert editing.text.count("\r\n") == (FORM.count("\n") if newline == "\r\n" else 0)
    new: list[tuple[Way, str, YamlValue, list[str]]] = [
        (("parameters", "grade_a"), "value", Bare("92"), ["+  - {id: grade_a, override: true, value: 92}"]),
        (("parameters", "over_limit"), "unit", "", []),
        (("lists", "满意用语"), "words", ("满意", "认可"), ["+  满意用语: {override: true, words: [满意, 认可]}"]),
        (
            ("sheets", "cover", "blocks", "unit_block", "fields", "head"),
            "label",
            "负责人",
            [
                '-        fields: [{id: phone, override: true, prompt: "写手机"}]',
                '+        fields: [{id: phone, override: true, prompt: "写手机"}, {id: head, override: true, label: 负责人}]',
            ],
        ),
        (
            ("sheets", "project", "blocks", "funds", "rows", "total"),
            "label",
            "资金总额",
            [
                "+  - id: project",
                "+    override: true",
                "+    blocks:",
                "+      - grid: funds",
                "+        override: true",
                "+        rows:",
                "+          - {id: total, override: true, label: 资金总额}",
            ],
        ),
        (("rules", "ZX03"), "off", Bare("true"), ["+    off: true"]),
        (("rules", "ZB01"), "do", "请填写。", ["+  - code: ZB01", "+    override: true", "+    do: 请填写。"]),
    ]
    for way, key, value, lines in new:
        if not lines:
            continue
        made = with_value(editing.text, way, key, value, editing.base)
        assert difference(editing.text, made) == lines, way
        assert without_value(made, way, key) == editing.text, way


def test_a_part_the_form_does_not_have_yet_stands_at_its_end(home: Path) -> None:
    short = 'form: mine\nextends: national-2020\nversion: "1.0"\n# parameters:\n#   - {id: x}\n'
    editing = opened(str(write(home, short)))
    made = with_value(short, ("parameters", "grade_a"), "value", Bare("92"), editing.base)
    assert made == short + "\nparameters:\n  - {id: grade_a, override: true, value: 92}\n"
    assert without_value(made, ("parameters", "grade_a"), "value") == short
    titled = with_value(short, (), "region", "某县", editing.base)
    assert difference(short, titled) == ["+region: 某县"]
    assert without_value(titled, (), "region") == short


def test_an_emptied_list_goes_and_its_comments_stay() -> None:
    short = "form: mine\nparameters:\n  # 从严\n  - {id: a, override: true, value: 1}\n  # 以后再说\nversion: x\n"
    assert without_record(short, ("parameters", "a")) == "form: mine\n  # 从严\n  # 以后再说\nversion: x\n"


def test_everything_that_can_be_changed_has_its_value_and_the_base_s(home: Path) -> None:
    editing = opened("mine", home) if write(home) else None
    assert editing is not None
    assert (editing.path, editing.new) == (home / "mine" / "form.yaml", False)
    floor = of(editing, ("parameters", "execution_floor"), "value")[1]
    assert (floor.now, floor.inherited, floor.takes) == ("0.85", "0.9", Takes.NUMBER)
    removed, off = of(editing, ("rules", "MB01"), "off")
    assert (removed.off_by_removal, off.now, off.inherited) == (True, "true", "false")
    assert {line.part for line in editing.lines} == set(EditPart)
    assert not any(
        entry.now == entry.inherited == "" and entry.needed for line in editing.lines for entry in line.entries.values()
    )


def test_a_form_with_all_changes_reads_back(home: Path) -> None:
    editing = opened(str(write(home)))
    wanted: list[tuple[Way, str, YamlValue]] = [
        (("parameters", "execution_floor"), "value", "0.9"),
        (
            ("parameters", "execution_floor"),
            "source",
            of(editing, ("parameters", "execution_floor"), "source")[1].inherited or "",
        ),
        (("rules", "MB01"), "off", "false"),
        (("rules", "QZ05"), "off", "true"),
        (("lists", "往年用语"), "words", ("结转", "续建")),
    ]
    changes = [EntryEdit(*of(editing, way, key), new) for way, key, new in wanted]
    text = changed(editing, changes)
    form = verified(editing, text)
    codes = {rule.code for rule in form.spec.rules}
    assert "MB01" in codes
    assert "QZ05" not in codes
    assert "QZ05" in text
    assert "execution_floor" not in text
    assert form.spec.lists["往年用语"].words == ("结转", "续建")
    assert {str(p.id): p.value for p in form.spec.parameters}["execution_floor"] == Decimal("0.9")


def test_an_alias_would_change_two_places_and_is_refused(home: Path) -> None:
    text = FORM.replace("source: 某县财绩〔2024〕1号\n", "source: &s 某县财绩〔2024〕1号\n").replace(
        '"某县: 第六条"', "*s"
    )
    editing = opened(str(write(home, text)))
    change = EntryEdit(*of(editing, ("parameters", "over_limit"), "source"), "别的")
    with pytest.raises(DefinitionError, match="文件的写法特别"):
        changed(editing, [change])


def test_a_form_of_the_library_is_changed_in_one_of_its_name(home: Path) -> None:
    editing = opened("national-2020")
    assert (editing.path, editing.new) == (home / "national-2020" / "form.yaml", True)
    text = changed(editing, [EntryEdit(*of(editing, ("parameters", "grade_a"), "value"), "91")])
    assert text == editing.text + "\nparameters:\n  - {id: grade_a, override: true, value: 91}\n"
    write(home, text, "national-2020")
    again = opened("national-2020")
    assert (again.new, of(again, ("parameters", "grade_a"), "value")[1].inherited) == (False, "90")
    with pytest.raises(DefinitionError, match="只用作基础"):
        opened(str(Path(__file__).parents[2] / "workbook_templates" / "_project"))
