"""What other programs hold on to: names, types, one source for all tables, no heavy import, nothing that is a tag."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import xltool
from tests import kit
from tests.bench.returns import make
from xltool.api.checked import CheckedOutcome
from xltool.campaign.collect import collect
from xltool.campaign.settings import Campaign
from xltool.campaign.summarise import write_tables
from xltool.form import form_by_id
from xltool.generate import generate
from xltool.report.workbook import exports


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    made = make(tmp_path_factory.mktemp("api") / "批次", 4, projects=1)
    (made.inbox / "000003.xlsx").write_bytes(b"PK no workbook")
    (made.inbox / "000002.xlsx").unlink()
    write_tables(collect(made, lambda _done, _total, _name: None))
    return made


def run(code: str, *options: str) -> str:
    command = [sys.executable, *options, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_importing_loads_nothing_and_the_interface_no_pandas(campaign: Campaign) -> None:
    path = campaign.inbox / "000001.xlsx"
    code = f"""
import sys, xltool
assert "xltool.api" not in sys.modules and "click" not in sys.modules
outcome = xltool.api.check({str(path)!r})
one = xltool.Campaign.open({str(campaign.folder)!r})
repr(one), one._repr_html_(), outcome._repr_html_(), one.tables, outcome.to_json()
print(sorted(set(sys.modules) & {{"pandas", "pyarrow", "click"}}))
"""
    assert run(code) == "[]\n"


def test_the_interface_is_what_it_was() -> None:
    """Only ever add."""
    assert set(xltool.api.__all__) >= {
        "Campaign",
        "CampaignError",
        "DefinitionError",
        "Finding",
        "Form",
        "NoParquetError",
        "Outcome",
        "Severity",
        "Status",
        "check",
        "generate",
        "load_form",
    }
    assert xltool.Campaign is xltool.api.Campaign
    with pytest.raises(AttributeError):
        _ = xltool.nothing_of_the_kind  # type: ignore[attr-defined]
    assert (Path(xltool.__file__).parent / "py.typed").is_file()


def test_a_script_without_a_main_guard_checks_a_file_once(campaign: Campaign, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    text = f"import xltool\nprint(xltool.api.check({str(campaign.inbox / '000001.xlsx')!r}).status.name)\n"
    script.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("WITH_FINDINGS\n", "")


def test_frames_show_what_the_workbook_and_the_files_show(campaign: Campaign) -> None:
    """Every table three times: the sheet of 汇总.xlsx, the Parquet file, the frame; header, rows, order."""
    book = openpyxl.load_workbook(campaign.summary)
    folder = campaign.summary.parent / "数据"
    with xltool.Campaign.open(campaign.folder) as one:
        names = one.tables
        for name in names:
            frame = one.table(name)
            kept = pd.read_parquet(folder / f"{name}.parquet")
            pd.testing.assert_frame_equal(
                frame, kept, check_dtype=False, check_categorical=False, check_index_type=False
            )
            assert kept.attrs == frame.attrs
            if name != "文件清单":
                assert _cells(frame) == _sheet(book[name], len(frame)), name
    assert [path.stem for path in sorted(folder.glob("*.csv"))] == sorted(names)
    assert set(book.sheetnames) - {"概览", "金额与得分"} == set(names) - {"文件清单"}


def _cells(frame: pd.DataFrame) -> list[list[object]]:
    body = [
        [
            None if pd.isna(value) else value.date().isoformat() if isinstance(value, pd.Timestamp) else value
            for value in row
        ]
        for row in frame.itertuples(index=False)
    ]
    return [list(frame.columns), *body]


def _sheet(sheet: Worksheet, rows: int) -> list[list[object]]:
    lines: list[list[object]] = [list(row) for row in sheet.iter_rows(min_row=3, max_row=3 + rows, values_only=True)]
    return [[str(name).replace("\n", "") for name in lines[0]], *lines[1:]]


def test_types(campaign: Campaign) -> None:
    with xltool.Campaign.open(campaign.folder) as one:
        status, scores, files = one.status(), one.scores(), one.table("文件清单")
        assert {name: str(kind) for name, kind in status.dtypes.items()} == {
            "部门编码": "string",
            "部门名称": "string",
            "状态": "category",
            "文件": "string",
            "退回": "Int64",
            "须改": "Int64",
            "提示": "Int64",
            "退回件": "string",
            "备注": "string",
        }
        assert [str(scores[name].dtype) for name in ("名次", "得分", "等次", "项目数")] == [
            "Int64",
            "Float64",
            "category",
            "Int64",
        ]
        assert str(files["文件时间"].dtype) == "datetime64[s]"
        assert scores["部门编码"].tolist()[0] == "000001"
        missing = status.loc[status["部门编码"] == "000002"].iloc[0]
        assert missing["状态"] == "未报"
        assert pd.isna(missing["文件"])
        assert pd.isna(missing["退回"])


def test_frames_are_the_callers_own(campaign: Campaign) -> None:
    with xltool.Campaign.open(campaign.folder) as one:
        first = one.scores()
        first["得分"] = 0.0
        first.attrs["columns"]["得分"] = {}
        assert one.scores()["得分"].max() > 0
        assert one.scores().attrs["columns"]["得分"] == {"type": "number"}
        with pytest.raises(KeyError, match="指标明细"):
            one.table("没有这张")


def test_an_outcome_as_a_frame(campaign: Campaign) -> None:
    outcome = xltool.api.check(campaign.inbox / "000001.xlsx")
    found = outcome.to_frame()
    assert found["编号"].tolist() == [finding.code for finding in outcome.findings]
    lines = outcome.to_frame("指标明细")
    assert outcome.scores is not None
    assert len(lines) == sum(len(part.lines) for part in outcome.scores.parts)
    nothing = xltool.api.check(b"no workbook")
    assert nothing.to_frame()["级别"].tolist() == ["退回"]
    assert nothing.to_frame("指标明细").empty


def test_a_form_that_is_not_there_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(xltool.api.DefinitionError, match="没有编号为“x”的表样"):
        xltool.api.check(b"", form="x")
    with pytest.raises(FileNotFoundError):
        xltool.api.check(tmp_path / "没有.xlsx")
    with pytest.raises(xltool.api.CampaignError):
        xltool.Campaign.open(tmp_path)


def test_a_notebook_shows_text_as_text() -> None:
    (one,) = xltool.api.check(b"x").findings
    finding = replace(one, sheet="<img src=x>", message="<script>x</script>")
    outcome = replace(xltool.api.check(b"x", name="<b>.xlsx"), findings=(finding,))
    shown = outcome._repr_html_()
    assert "&lt;script&gt;x&lt;/script&gt;" in shown
    assert "&lt;b&gt;.xlsx" in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<b>" not in shown


def test_generating_is_generating() -> None:
    form = form_by_id("hunan-2022")
    data = xltool.api.generate(form, "县教育局", code="101001", year=2022, projects=[("P1", "项目1")])
    assert data == generate(form, kit.issue(form))


def test_opening_our_workbook_with_pandas_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(xltool.api.generate("hunan-2022", "县教育局", code="1", year=2022, projects=[("P1", "项目1")]))
    code = f"import xltool.api, pandas; print(len(pandas.read_excel({str(path)!r}, sheet_name=None, engine='openpyxl')) > 5)"
    assert run(code, "-W", "error") == "True\n"


def test_without_pyarrow_there_is_csv_and_a_hint(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    folder = campaign.summary.parent / "数据"
    for path in folder.iterdir():
        path.unlink()
    collected = collect(campaign, lambda _done, _total, _name: None)
    assert write_tables(collected) == (folder, False)
    assert {path.suffix for path in folder.iterdir()} == {".csv"}
    with pytest.raises(exports.NoParquetError, match=r"xltool\[parquet\]"):
        exports.arrow()
    monkeypatch.undo()
    assert write_tables(collected) == (folder, True)


def test_the_lights_of_a_form_that_is_the_campaigns_own(campaign: Campaign, tmp_path: Path) -> None:
    folder = tmp_path / "own-form"
    folder.mkdir()
    (folder / "form.yaml").write_text("form: own-form\nextends: hunan-2022\ntitle: 自己的表样\n", encoding="utf-8")
    own = xltool.api.load_form(str(folder / "form.yaml"))
    found = xltool.api.check(campaign.inbox / "000001.xlsx")
    assert found.issue is not None
    theirs = replace(found, issue=replace(found.issue, form="own-form"))
    said = json.loads(CheckedOutcome.of(theirs, own).to_json())["scores"]
    assert said == json.loads(found.to_json())["scores"]
    assert said["light"] in ("绿灯", "黄灯", "红灯")
    assert all(one["light"] for one in said["projects"])
    assert json.loads(CheckedOutcome.of(theirs).to_json())["scores"]["light"] is None
