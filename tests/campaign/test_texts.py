"""Hostile texts through whole commands: every output opens, and says what the text said."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from lxml import etree

from tests import clean, kit
from tests.cli.test_commands import run
from tests.validator import complaints, needs_validator
from xltool.campaign.exchange.migrate import carried_by, migrate
from xltool.campaign.exchange.platform import add_to_roster, export_platform, results_of
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import Campaign
from xltool.examine import Desk
from xltool.form import form_by_id
from xltool.read.book.opening import open_book

FORM = form_by_id(kit.FORM_ID)
DESK = Desk((kit.FORM_ID,))
ODD = {  # as the part of a workbook spells it: what a reader sees
    "a_x000B_b": "a\nb",
    "a_x0007_b": "a\ufffdb",
    "_xD800_": "\ufffd",
    "唐_xD842__xDFB7_": "唐𠮷",
    "_x005F_x0041_x005F_x0042_": "_x0041_x0042_",
    "&lt;r&gt;&lt;b/&gt;x&lt;/r&gt;": "<r><b/>x</r>",
    "&lt;r&gt;坏&lt;/b&gt;&lt;/r&gt;": "<r>坏</b></r>",
    "{{x}}": "{{x}}",
    "&#x202E;反": "反",
}


def parts_parse(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))


def respelt(path: Path, texts: dict[str, str]) -> None:
    """Change texts of a workbook in its parts, where any spelling can be given; ``texts``: plain to spelt."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in content.items():
            for plain, spelt in texts.items() if name.startswith("xl/") else ():
                text = text.replace(f">{plain}<", f">{spelt}<")
            archive.writestr(name, text)


def texts_of(path: Path) -> set[str]:
    return {str(value) for sheet in open_book(path.read_bytes()).sheets for value in sheet.cells.values()}


def test_a_roster_of_odd_texts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``generate`` writes workbooks that open and hold the text; what could not be kept is told with its cell."""
    folder = tmp_path / "批次"
    assert run(capsys, "init", str(folder), "--form", str(FORM.id), "--year", "2022")[0] == 0
    typed = {spelt: wanted for spelt, wanted in ODD.items() if "_xD" not in spelt}
    departments = [kit.row(部门编码=f"10100{n}", 部门名称=f"名称{n}号") for n in range(len(typed))]
    write_roster(folder / "名册.xlsx", Roster(tuple(departments)), FORM)
    respelt(folder / "名册.xlsx", {f"名称{n}号": f"局{text}" for n, text in enumerate(typed)})
    code, out, err = run(capsys, "generate", "-C", str(folder))
    assert (code, f"已生成 {len(typed)} 个下发表" in out) == (0, True)
    told = [line for line in err.splitlines() if line.startswith("名册〔")]
    assert told == [
        "名册〔部门〕B3：有不能保留的字符（U+0007），换成了“□”。如不需要，请在名册里改好后重新生成。",
        "名册〔部门〕B8：有看不见的方向符号（U+202E），去掉了。如不需要，请在名册里改好后重新生成。",
    ]
    made = sorted((folder / "下发").glob("*.xlsx"))
    assert len(made) == len(typed)
    for path, wanted in zip(made, typed.values(), strict=True):
        parts_parse(path)
        openpyxl.load_workbook(path)
        assert f"局{wanted}" in texts_of(path)
    shutil.copy(made[3], folder / "收回" / "a.xlsx")
    assert run(capsys, "collect", "-C", str(folder))[0] == 1
    parts_parse(folder / "汇总" / "汇总.xlsx")
    assert "局<r><b/>x</r>" in texts_of(folder / "汇总" / "汇总.xlsx")


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete return whose first indicator is called 名称甲, in its parts and in what other cells show of it."""
    issue = kit.issue(FORM)
    path = tmp_path_factory.mktemp("return") / "回收表.xlsx"
    path.write_bytes(kit.workbook(FORM, issue, clean.values(FORM, issue, {"三级指标/1": "名称甲"})))
    return path


@pytest.mark.parametrize(("spelt", "wanted"), ODD.items(), ids=list(ODD))
def test_a_return_of_odd_texts(spelt: str, wanted: str, returned: Path, tmp_path: Path) -> None:
    """migrate and export-platform: files that open, with the text in them, and a word where some of it was lost."""
    path = Path(shutil.copy(returned, tmp_path / "回收表.xlsx"))
    respelt(path, {"名称甲": f"甲{spelt}"})
    moved = migrate(*carried_by(path.read_bytes(), DESK), lambda _: FORM)
    assert moved.left == ()
    lost = {
        "a\ufffdb": "有不能保留的字符（U+0007），换成了“\ufffd”",
        "\ufffd": "有不能保留的字符（U+FFFD），换成了“\ufffd”",
    }
    lost["反"] = "有看不见的方向符号（U+202E），去掉了"
    assert [told for _, told in moved.changed] == ([lost[wanted]] if wanted in lost else [])
    (tmp_path / "新.xlsx").write_bytes(moved.workbook)
    count, left = export_platform([("回收表.xlsx", results_of(path.read_bytes(), DESK))], tmp_path / "平台.xlsx")
    assert (count, left) == (1, [])
    for name in ("新.xlsx", "平台.xlsx"):
        parts_parse(tmp_path / name)
        openpyxl.load_workbook(tmp_path / name)
        assert f"甲{wanted}" in texts_of(tmp_path / name)


@needs_validator
def test_the_sdk_finds_nothing(returned: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(returned, tmp_path / "回收表.xlsx"))
    respelt(path, {"名称甲": "".join(ODD)})
    (tmp_path / "新.xlsx").write_bytes(migrate(*carried_by(path.read_bytes(), DESK), lambda _: FORM).workbook)
    export_platform([("回收表.xlsx", results_of(path.read_bytes(), DESK))], tmp_path / "平台.xlsx")
    assert [complaints(tmp_path / name) for name in ("新.xlsx", "平台.xlsx")] == [{}, {}]


def test_two_projects_of_one_short_name_get_two_sheets(tmp_path: Path) -> None:
    """Names of sheets hold 31 characters; that two codes begin alike does not make them one project."""
    issue = kit.issue(FORM, projects=2)
    projects = tuple(
        type(project)("长" * 31 + str(number), project.name, project.tables)
        for number, project in enumerate(issue.projects)
    )
    data = kit.workbook(FORM, replace(issue, projects=projects), {})
    count, left = export_platform([("a.xlsx", results_of(data, DESK))], tmp_path / "平台.xlsx")
    assert (count, left) == (2, [])
    assert openpyxl.load_workbook(tmp_path / "平台.xlsx").sheetnames == ["长" * 31, "长" * 28 + "(2)"]


def test_import_keeps_the_spelling_of_other_cells(tmp_path: Path) -> None:
    """openpyxl forgets what escapes an escape; what the bureau typed into other cells stays that text."""
    path = tmp_path / "名册.xlsx"
    projects = (kit.row(部门编码="001", 项目编码="P1", 项目名称="_x0041_的说明"),)
    write_roster(path, Roster((kit.row(部门编码="001", 部门名称="县教育局"),), projects))
    new = {"项目编码": "P1", "一级指标": "产出指标", "二级指标": "数量指标", "三级指标": "_x000B_\x07<r>", "性质": "≥"}
    assert add_to_roster(path, [new | {"指标值": "1", "单位": "个", "分值": "10"}]) == 0
    assert {"_x0041_的说明", "_x000B_\ufffd<r>"} <= texts_of(path)


def test_braces_in_a_return_do_not_stop_the_letters(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    path = campaign.inbox / "000001.xlsx"
    book = openpyxl.load_workbook(path)
    book["“三公”经费"]["C9"] = "{{x}}"
    book.save(path)
    assert run(capsys, "collect", "-C", str(campaign.folder))[0] == 1
    code, out, err = run(capsys, "letters", "-C", str(campaign.folder), "--today", "2023-03-20")
    assert (code, err) == (0, "")
    assert "退回修改通知 1 份" in out
    (notice,) = (campaign.summary.parent / "通知").glob("*_退回修改通知.docx")
    assert "{{x}}" in "".join(cell.text for table in docx.Document(str(notice)).tables for cell in table._cells)


def test_a_bad_template_is_named_with_its_placeholder(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "letters", "-C", str(campaign.folder), "--templates")[0] == 0
    path = campaign.folder / "模板" / "审核情况通报.docx"
    document = docx.Document(str(path))
    document.paragraphs[1].add_run("{{县长}}")
    document.save(str(path))
    run(capsys, "collect", "-C", str(campaign.folder))
    code, out, err = run(capsys, "letters", "-C", str(campaign.folder), "--today", "2023-03-20")
    assert (code, out) == (2, "")
    assert err.startswith(f"{path} 里的 {{{{县长}}}} 没有可填的内容（在正文里）。可以用的是：")
    assert len(err.splitlines()) == 1


def test_reminders_and_tables_hold_one_line_of_text(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    """A name with a line end, a colour and a formula: one line in the reminder, no formula in the CSV."""
    write_roster(
        campaign.roster,
        Roster((kit.row(部门编码="000009", 部门名称="＝1+1局\n第二行\x1b[31m\u202e"),)),
    )
    code, out, err = run(capsys, "collect", "-C", str(campaign.folder), "--tables")
    assert (code, "\x1b" in out + err) == (0, False)
    assert "＝1+1局 第二行□[31m" in out
    assert run(capsys, "status", "-C", str(campaign.folder), "--remind", "--today", "2023-03-20")[0] == 0
    (reminder,) = (campaign.summary.parent / "催报").glob("000009*.txt")
    assert reminder.read_text("utf-8-sig").splitlines()[0] == "＝1+1局 第二行□[31m："
    with (campaign.summary.parent / "数据" / "收件情况.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert "'＝1+1局\n第二行\ufffd[31m" in {text for row in rows for text in row}
    parts_parse(campaign.summary)


def test_json_of_a_name_in_halves(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    """A rare character spelt as two halves is that character; a lone half is lost; the second run says the same."""
    path = campaign.inbox / "000001.xlsx"
    book = openpyxl.load_workbook(path)
    book["“三公”经费"]["C9"] = "唐_xD842__xDFB7_和_xD83D_"
    book.save(path)
    lines = []
    for _ in range(2):
        code, out, _err = run(capsys, "collect", "-C", str(campaign.folder), "--json")
        assert code == 1
        out.encode()
        lines.append([json.loads(line) for line in out.splitlines()])
    texts = [finding["seen"] for data in lines[0] for finding in data["findings"]]
    assert "唐𠮷和\ufffd" in texts
    for first, second in zip(*lines, strict=True):
        assert {**first, "seconds": 0} == {**second, "seconds": 0}
