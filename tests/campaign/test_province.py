"""Many campaigns as one: every row with where it comes from, what does not fit named, memory flat."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.bench.returns import make
from xltool.campaign.collect import collect
from xltool.campaign.province.clashes import clashes
from xltool.campaign.province.merge import merge
from xltool.campaign.province.sources import find
from xltool.campaign.settings import CampaignError
from xltool.campaign.summarise import write_tables
from xltool.cli import main


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four departments, three of them returned."""
    folder = tmp_path_factory.mktemp("province") / "甲县"
    campaign = make(folder, 4, projects=1)
    (campaign.inbox / "000004.xlsx").unlink()
    write_tables(collect(campaign, lambda _done, _total, _name: None))
    return folder


def another(county: Path, target: Path, first: int, times: int = 1, version: str = "1.0") -> Path:
    """The tables of another county: other departments, other files, as many rows as wanted, another version."""
    target.mkdir(parents=True)
    for path in sorted((county / "汇总" / "数据").glob("*.parquet")):
        table = pq.read_table(path)
        note = json.loads(table.schema.metadata[b"xltool"]) | {"form_version": version, "campaign": target.name}
        columns = {name: table.column(name).to_pylist() * times for name in table.schema.names}
        if "部门编码" in columns:
            columns["部门编码"] = [f"{first + number:06d}" for number, _ in enumerate(columns["部门编码"])]
        if "SHA-256" in columns:
            columns["SHA-256"] = [f"{first + number:064x}" for number, _ in enumerate(columns["SHA-256"])]
        made = pa.table(columns, schema=table.schema)
        metadata = {**table.schema.metadata, b"xltool": json.dumps(note).encode()}
        pq.write_table(made.replace_schema_metadata(metadata), target / path.name)
    return target


def found(texts: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.about, one.where) for one in clashes(find(texts))]


def test_nothing_is_lost_and_every_row_says_where_it_comes_from(county: Path, tmp_path: Path) -> None:
    other = another(county, tmp_path / "乙县", 500)
    sources = find([str(county), str(other)])
    merged = merge(sources, tmp_path / "全市", "全市汇总")
    assert (merged.clashes, merged.departments, merged.returned) == ((), 8, 6)
    one = pd.read_parquet(county / "汇总" / "数据" / "指标明细.parquet")
    both = pd.read_parquet(tmp_path / "全市" / "数据" / "指标明细.parquet")
    assert both["区县"].value_counts().to_dict() == {"甲县": len(one), "乙县": len(one)}
    rest = both.loc[both["区县"] == "甲县"].drop(columns=["区县", "批次"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, one, check_dtype=False)
    assert both.loc[0, "批次"] == "衡山县2022年度预算绩效自评汇总"
    assert merged.rows["指标明细"] == 2 * len(one)


def test_the_workbook(county: Path, tmp_path: Path) -> None:
    merge(find([str(county), str(another(county, tmp_path / "乙县", 500))]), tmp_path / "全市", "全市汇总")
    book = openpyxl.load_workbook(tmp_path / "全市" / "汇总.xlsx")
    assert book.sheetnames == ["批次一览", "重复与不一致", "得分排名", "问题统计", "部门数据", "项目资金"]
    heads = [cell.value for cell in book["批次一览"][3]]
    rows = [
        dict(zip(heads, row, strict=True)) for row in book["批次一览"].iter_rows(min_row=4, max_row=5, values_only=True)
    ]
    wanted = ("区县", "应报部门", "已报", "收到率", "待修改", "未报", "平均得分", "优", "良")
    assert [tuple(row.get(name) for name in wanted) for row in rows] == [
        ("甲县", 4, 3, "75%", None, 1, 99.6, 3, None),
        ("乙县", 4, 3, "75%", None, 1, 99.6, 3, None),
    ]
    ranks = [row[:5] for row in book["得分排名"].iter_rows(min_row=4, max_row=11, values_only=True)]
    assert [(row[0], row[1], row[2]) for row in ranks][:6] == [
        (1, "甲县", "000001"),
        (1, "甲县", "000002"),
        (1, "甲县", "000003"),
        (1, "乙县", "000500"),
        (1, "乙县", "000501"),
        (1, "乙县", "000502"),
    ]
    assert {row[0] for row in ranks[6:]} == {None}
    data = book["部门数据"]
    heads = [cell.value for cell in data[3]]
    at = heads.index("决算总支出（万元）")
    body = list(data.iter_rows(min_row=4, max_row=11, values_only=True))
    assert str(data.cell(12, at + 1).value).startswith("=SUBTOTAL(109,")
    assert len([row for row in body if row[at] is not None]) == 6
    assert "填报日" not in heads  # what only serves other figures is none
    funds = book["项目资金"]
    shown = {head.value: cell.number_format for head, cell in zip(funds[3], funds[4], strict=True)}
    assert (shown["执行率（%）"], shown["自评总分（分）"], shown["资金总额全年执行数（万元）"]) == (
        "0.00%",
        "0.00",
        "#,##0.00",
    )


def test_what_does_not_fit_is_named(county: Path, tmp_path: Path) -> None:
    """The same county twice under two names: every department, every file; another version; a table is missing."""
    copy = another(county, tmp_path / "丙县", 500, version="0.9")
    (copy / "豁免.parquet").unlink()
    names = [(n, f"县样例单位0000{n}") for n in (1, 2, 3, 4)]
    assert found([str(county), f"又一个={county}", str(copy)]) == [
        *(("部门重复", f"00000{n} {name}", "甲县、又一个") for n, name in names),
        *(("文件重复", f"00000{n}.xlsx", "甲县、又一个") for n in (1, 2, 3)),
        ("表样版本", "表样版本", "甲县、又一个、丙县"),
        ("回收表版本", "1.0", "丙县"),
        ("缺表", "豁免", "丙县"),
    ]


def test_columns_of_several_forms_stand_side_by_side(county: Path, tmp_path: Path) -> None:
    other = another(county, tmp_path / "乙县", 500)
    path = other / "部门数据.parquet"
    table = pq.read_table(path)
    names = ["另一栏（万元）" if name == "决算总支出（万元）" else name for name in table.schema.names]
    table = table.rename_columns(names)
    at = names.index("年初预算收入（万元）")
    table = table.set_column(at, names[at], pa.array(["十"] * len(table)))
    pq.write_table(table.replace_schema_metadata(pq.read_schema(path).metadata), path)
    sources = find([str(county), str(other)])
    assert [(one.kind, one.about) for one in clashes(sources)] == [("栏目类型", "年初预算收入（万元）")]
    merge(sources, tmp_path / "全市")
    both = pd.read_parquet(tmp_path / "全市" / "数据" / "部门数据.parquet")
    first, second = both.loc[both["区县"] == "甲县"], both.loc[both["区县"] == "乙县"]
    assert second["决算总支出（万元）"].isna().all()
    assert first["另一栏（万元）"].isna().all()
    assert second["年初预算收入（万元）"].tolist() == ["十"] * 4


def test_the_same_twice_is_the_same_bytes(county: Path, tmp_path: Path) -> None:
    other = another(county, tmp_path / "乙县", 500)
    contents = []
    for name in ("一", "二"):
        merge(find([str(county), str(other)]), tmp_path / name, "全市")
        contents.append(
            {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        )
    assert contents[0] == contents[1]
    assert len(contents[0]) == 14


def test_what_cannot_be_merged_is_said(county: Path, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    for texts, said in (
        ([str(tmp_path / "空")], r"没有 Parquet 数据表。请先在那个批次里运行 xltool collect --tables"),
        ([str(county), str(county)], "有两个批次都叫“甲县”"),
    ):
        with pytest.raises(CampaignError, match=said):
            find(texts)
    broken = tmp_path / "丁县"
    shutil.copytree(county / "汇总" / "数据", broken)
    path = broken / "指标明细.parquet"
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(CampaignError, match=r"指标明细.parquet 读不了"):
        merge(find([str(county), str(broken)]), tmp_path / "全市")
    pq.write_table(pa.table({"甲": [1]}), broken / "一.parquet")
    with pytest.raises(CampaignError, match="不是 xltool 写的数据表"):
        find([str(broken)])


def test_the_command(county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counties number their departments each for itself: an equal code is nothing to look at, the same department is."""
    other = another(county, tmp_path / "乙县", 3)
    for places, ended, said in (
        ([str(county), f"邻县={other}"], 0, "2 个批次，部门 8 个，已报 6 个。"),
        ([str(county), f"又一个={county}"], 1, "部门重复 4 处（甲县、又一个）：000001 县样例单位00001、"),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(["merge", *places, "--out", str(tmp_path / "全市")])
        assert stopped.value.code == ended
        out = capsys.readouterr().out
        assert said in out
        assert ("部门重复" in out) == bool(ended)


_MEASURED = """
import resource, sys
from pathlib import Path
from xltool.campaign.province.merge import merge
from xltool.campaign.province.sources import find
print(merge(find(sys.argv[2:]), Path(sys.argv[1])).rows["指标明细"])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(county: Path, tmp_path: Path) -> None:
    """Five counties of 1,000 rows each, and of 50,000: the long tables go through, a batch at a time."""
    lines = pq.read_metadata(county / "汇总" / "数据" / "指标明细.parquet").num_rows
    peaks = []
    for wanted in (1_000, 50_000):
        folder = tmp_path / str(wanted)
        places = [another(county, folder / f"县{n}", n * 100_000, 1) for n in range(1, 6)]
        for place in places:
            table = pq.read_table(place / "指标明细.parquet")
            pq.write_table(pa.concat_tables([table] * (wanted // lines + 1)), place / "指标明细.parquet")
        command = [sys.executable, "-c", _MEASURED, str(folder / "全省"), *map(str, places)]
        rows, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        assert int(rows) >= 5 * wanted
        peaks.append(int(peak))
    assert peaks[1] < peaks[0] + 40_000  # kB
