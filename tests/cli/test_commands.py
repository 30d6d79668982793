"""The commands as an officer uses them: help, output, exit codes, files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.cli import main
from xltool.cli.verbs import VERBS
from xltool.form import form_by_id


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(args)
    output = capsys.readouterr()
    return int(stopped.value.code or 0), output.out, output.err


@pytest.fixture
def campaign(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "2022年 自评"
    assert run(capsys, "init", str(folder), "--form", kit.FORM_ID, "--year", "2022")[0] == 0
    roster = Roster(
        (kit.row(部门编码="001", 部门名称="县教育局"), kit.row(部门编码="002", 部门名称="县司法局")),
        (kit.row(部门编码="001", 项目编码="001-1", 项目名称="校园安全"),),
    )
    write_roster(folder / "名册.xlsx", roster)
    return folder


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_explains_itself_in_chinese(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, output, _ = run(capsys, verb, "--help")
    assert code == 0
    assert output.startswith("用法：xltool " + verb)
    assert "例：xltool " + verb in output
    assert "显示这段帮助" in output


def test_help_lists_all_commands_without_loading_excel_libraries() -> None:
    code = "import sys; from xltool.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint(sorted(set(sys.modules) & {'pandas','openpyxl','xlsxwriter','lxml','python_calamine','yaml','xltool.form'}))"
    output = subprocess.check_output([sys.executable, "-c", code], env={**os.environ, "PYTHONUTF8": "1"}).decode()
    assert all(verb in output for verb in VERBS)
    assert output.strip().endswith("[]")


def test_a_check_loads_only_what_hands_files_out(tmp_path: Path) -> None:
    (tmp_path / "回收.xlsx").write_bytes(b"x")
    code = (
        "import sys\nfrom xltool.cli import main\ntry: main(['check', sys.argv[1]])\nexcept SystemExit as end: print(end.code)\n"
        "print(sorted({'yaml', 'lxml', 'zipfile', 'xltool.expr', 'xltool.notation', 'xltool.form.load', 'xltool.read.archive',"
        " 'xltool.campaign', 'xltool.generate', 'xltool.examine.one_return'} & set(sys.modules)))\n"
        "tracker = getattr(sys.modules.get('multiprocessing.resource_tracker'), '_resource_tracker', None)\n"
        "print(getattr(tracker, '_pid', None))"
    )
    asked = [sys.executable, "-c", code, str(tmp_path / "回收.xlsx")]
    output = subprocess.check_output(asked, env={**os.environ, "PYTHONUTF8": "1"}).decode()
    assert "结果：退回（退回 1 条）" in output
    assert output.splitlines()[-3:] == ["1", "[]", "None"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["check"], "缺少参数"),
        (["check", "没有这个.xlsx"], "参数 文件… 的值不对：没有“没有这个.xlsx”"),
        (["collect", "--nonsense"], "没有选项 --nonsense"),
        (["chekc"], "没有这个命令"),
        (["explain", "ZZ99"], "没有编号为 ZZ99 的规则"),
        (["generate", "-C", "没有这个文件夹"], "不是批次文件夹"),
        (["init", "x", "--form", "不存在", "--year", "2022"], "没有编号为“不存在”的表样，可用的有："),
        (["init", "x", "--form", "hunan2022", "--year", "2022"], "没有编号为“hunan2022”的表样，是不是“hunan-2022”？"),
    ],
)
def test_usage_errors_are_plain_and_exit_with_2(
    args: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, errors = run(capsys, *args)
    assert (code, message in errors) == (2, True), errors
    assert "Traceback" not in errors


def test_a_forgotten_folder_is_named(
    campaign: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who forgets -C, or mistypes it, is told which campaigns lie there, not to make another."""
    monkeypatch.chdir(campaign.parent)
    code, _, errors = run(capsys, "collect")
    assert (code, errors.strip()) == (
        2,
        "当前文件夹不是批次文件夹（没有 xltool.toml）。请在 -C 后面写批次文件夹的名称（这里的批次：“2022年 自评”）；"
        "还没有批次的，先运行 xltool init 建立。",
    )
    assert "“2022年”不是批次文件夹（没有这个文件夹）" in run(capsys, "collect", "-C", "2022年")[2]


def test_year_of_a_bureau(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """init → roster → generate → returns come in → check → collect. An untouched template is no return."""
    code, output, _ = run(capsys, "generate", "-C", str(campaign))
    assert (code, "已生成 2 个下发表" in output) == (0, True)
    names = sorted(path.name for path in (campaign / "下发").glob("*.xlsx"))
    assert names == ["001_县教育局_2022年绩效自评表.xlsx", "002_县司法局_2022年绩效自评表.xlsx"]

    data = (campaign / "下发" / names[0]).read_bytes()
    (campaign / "收回" / "子文件夹").mkdir()
    (campaign / "收回" / "子文件夹" / "教育局（改名）.xlsx").write_bytes(data)
    (campaign / "收回" / "副本.xlsx").write_bytes(data)
    (campaign / "收回" / "~$教育局.xlsx").write_bytes(b"lock")
    (campaign / "收回" / "说明.docx").write_bytes(b"hello")

    code, output, _ = run(capsys, "collect", "-C", str(campaign), "--json")
    assert code == 1
    lines = {line["file"]: line for line in map(json.loads, output.splitlines())}
    assert {name: line["status"] for name, line in lines.items()} == {
        "~$教育局.xlsx": "skipped",
        "副本.xlsx": "rejected",
        str(Path("子文件夹") / "教育局（改名）.xlsx"): "skipped",
        "说明.docx": "rejected",
    }
    assert (lines["副本.xlsx"]["department"], lines["副本.xlsx"]["state"]) == ("县教育局", "空表")
    assert (campaign / "汇总" / "汇总.xlsx").is_file()
    assert sorted(path.name for path in (campaign / "退回").iterdir()) == ["001_县教育局_退回.xlsx", "说明_退回.xlsx"]

    code, output, _ = run(capsys, "collect", "-C", str(campaign))
    assert (
        "应报 2 个，已报 0 个（收到率 0%）：通过 0 个，待修改 0 个，空表 1 个，未报 1 个。收到文件 4 个，退回修改 2 个。"
        in output
    )


def test_json_line_has_the_promised_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form = form_by_id(kit.FORM_ID)
    made = kit.issue(form)
    values = {
        "三公经费预算数": 1.5,
        "因公出国费预算数": 0,
        "公务用车购置费预算数": 0,
        "公务用车运行费预算数": 1,
        "公务接待费预算数": 0.31,
    }
    path = tmp_path / "回收 表.xlsx"
    path.write_bytes(kit.workbook(form, made, dict(kit.keyed(form, values))))
    code, output, _ = run(capsys, "check", str(path), "--json", "--out", str(tmp_path / "审核"))
    line = json.loads(output)
    assert code == 1
    assert list(line) == [
        "file",
        "status",
        "department",
        "form",
        "version",
        "findings",
        "scores",
        "seconds",
        "waived",
        "source",
        "state",
        "codes",
    ]
    found = next(finding for finding in line["findings"] if finding["code"] == "SG01")
    assert {key: found[key] for key in ("severity", "sheet", "cell", "label", "seen", "expected")} == {
        "severity": "须改",
        "sheet": "“三公”经费",
        "cell": "C9",
        "label": "三公经费预算数",
        "seen": "1.5",
        "expected": "1.31",
    }
    assert found["message"] == "预算数合计 1.50 万元，各项之和是 1.31 万元，差 0.19 万元。"
    assert found["remedy"] == "请核对合计与各项明细。"
    assert set(line["scores"]) == {"total", "grade", "projects", "light"}
    assert (tmp_path / "审核" / "回收 表_退回.xlsx").is_file()


def test_a_gbk_console_never_makes_output_fail(tmp_path: Path) -> None:
    form = form_by_id(kit.FORM_ID)
    path = tmp_path / "回收表.xlsx"
    values: dict[str, object] = {"三公经费预算数": "①½👍\u200b", "存在的问题": "é Ω 💡"}
    path.write_bytes(kit.workbook(form, kit.issue(form), dict(kit.keyed(form, values))))
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    for args in (["check", str(path)], ["check", str(path), "--json"], ["rules"], ["--help"]):
        done = subprocess.run(
            [sys.executable, "-m", "xltool", *args], capture_output=True, env=environment, check=False
        )
        assert done.returncode in (0, 1), done.stderr.decode("gbk", "replace")
        assert done.stdout.decode("gbk")


def test_a_roster_with_mistakes_names_every_cell(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = Roster(
        (kit.row(部门编码="001", 部门名称="县教育局"), kit.row(部门编码="001", 部门名称="")),
        (kit.row(部门编码="009", 项目编码="1", 项目名称="甲", 年初预算数="二十四"),),
        (kit.row(项目编码="1", 二级指标="数量", 三级指标="人次"),),
    )
    write_roster(campaign / "名册.xlsx", roster)
    code, _, errors = run(capsys, "generate", "-C", str(campaign))
    assert code == 2
    assert [line.strip() for line in errors.splitlines()[1:]] == [
        "〔部门〕B3：“部门名称”没有填。",
        "〔部门〕A3：部门编码“001”与 A2 重复。",
        "〔项目〕A2：部门编码“009”不在〔部门〕里。",
        "〔项目〕F2：“年初预算数”填的是“二十四”，应当是数（万元）。",
        "〔指标〕C2：二级指标“数量”不是本表样的二级指标（可持续影响指标、成本指标、数量指标、时效指标、服务对象满意度指标、生态效益指标、社会效益指标、经济效益指标、质量指标）。",
    ]


def test_status_and_letters_speak_plainly(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "collect", "-C", str(campaign))[0] == 0
    code, output, _ = run(capsys, "status", "-C", str(campaign), "--today", "2023-04-02", "--list", "--remind")
    assert code == 0
    assert "已过 2 天。应报 2 个，已报 0 个（收到率 0%）：通过 0 个，待修改 0 个，未报 2 个。" in output
    assert "已写出催报文字 2 份" in output
    assert (campaign / "汇总" / "收件进度.xlsx").is_file()
    code, output, _ = run(capsys, "letters", "-C", str(campaign))
    assert code == 0
    assert "退回修改通知 0 份" in output
    assert (campaign / "汇总" / "通知" / "审核情况通报.docx").is_file()
    assert run(capsys, "status", "-C", str(campaign), "--today", "明天")[0] == 2


def test_a_rule_is_explained_for_every_form_that_words_it_differently(capsys: pytest.CaptureFixture[str]) -> None:
    code, output, _ = run(capsys, "explain", "df02")
    assert code == 0
    assert output.count("DF02  自评等次（须改）") == 2
    assert "表样　　sichuan-2022" in output
    assert "70 分起为中" in output
    code, output, _ = run(capsys, "explain", "DF02", "--form", "national-2020")
    assert (code, output.count("DF02"), "表样" in output, "60 分起为中" in output) == (0, 1, False, True)


def test_rules_of_all_forms_say_whose_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, "rules")[1].splitlines()
    codes = [line.split()[0] for line in lines]
    assert len(codes) == len(set(codes))
    assert next(line for line in lines if line.startswith("SC01")).endswith("〔sichuan-2022〕")
    assert next(line for line in lines if line.startswith("ZJ01")).endswith("年度资金总额）")


def test_one_department_is_issued_anew_and_the_others_stay(campaign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is new, changed and unchanged is told; --department writes one workbook and forgets none of the others."""
    folder = campaign / "下发"
    code, output, _ = run(capsys, "generate", "-C", str(campaign), "--department", "002")
    assert (code, [path.name[:3] for path in folder.glob("*.xlsx")]) == (0, ["002"])
    assert "新增 1 个，有变化 0 个，没有变化 0 个" in output
    assert run(capsys, "generate", "-C", str(campaign))[0] == 0
    before = {path.name: path.read_bytes() for path in folder.glob("*.xlsx")}
    roster = Roster(
        (kit.row(部门编码="001", 部门名称="县教育局"), kit.row(部门编码="002", 部门名称="县司法局")),
        (
            kit.row(部门编码="001", 项目编码="001-1", 项目名称="校园安全与消防"),
            kit.row(部门编码="002", 项目编码="002-1"),
        ),
    )
    write_roster(campaign / "名册.xlsx", roster)
    code, output, _ = run(capsys, "generate", "-C", str(campaign), "--department", "001")
    assert (code, "新增 0 个，有变化 1 个，没有变化 0 个" in output, "有变化的：县教育局。" in output) == (
        0,
        True,
        True,
    )
    after = {path.name: path.read_bytes() for path in folder.glob("*.xlsx")}
    assert {name[:3] for name in after if after[name] != before[name]} == {"001"}
    code, output, _ = run(capsys, "generate", "-C", str(campaign))
    assert "新增 0 个，有变化 1 个，没有变化 1 个" in output
    assert "有变化的：县司法局。" in output
    code, _, errors = run(capsys, "generate", "-C", str(campaign), "--department", "009", "--department", "001")
    assert (code, "名册〔部门〕里没有部门编码 009，没有生成。" in errors) == (2, True)


@pytest.mark.parametrize("deadline", ["三月底", "2023-02-30", "2023-13-01", "31"])
def test_a_deadline_must_be_a_date(deadline: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "批次"
    code, _, errors = run(capsys, "init", str(folder), "--form", kit.FORM_ID, "--year", "2022", "--deadline", deadline)
    assert (code, f"截止日期“{deadline}”不是日期，请写成 2023-03-31 这样的日期。" in errors) == (2, True)
    assert not (folder / "xltool.toml").exists()
    assert (
        run(capsys, "init", str(folder), "--form", kit.FORM_ID, "--year", "2022", "--deadline", "2023年4月5日")[0] == 0
    )
    path = folder / "xltool.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("2023年4月5日", deadline), encoding="utf-8")
    code, _, errors = run(capsys, "generate", "-C", str(folder))
    assert (code, f"设置“deadline”是报送截止日期，填的是“{deadline}”" in errors) == (2, True)


def test_imported_indicators_never_make_a_roster_that_generate_refuses(
    campaign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Projects that are not on the roster and targets nobody can read are listed; the roster stays as it was."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["项目编码", "一级指标", "二级指标", "三级指标", "计算符号", "指标值", "计量单位"])
    sheet.append(["001-1", "产出指标", "数量指标", "演练次数", "≥", "3", "次"])
    sheet.append(["001-9", "产出指标", "数量指标", "演练次数", "≥", "3", "次"])
    sheet.append(["001-1", "产出指标", "数量指标", "参加人数", "≥", "大约", "人"])
    book.save(tmp_path / "平台.xlsx")
    before = (campaign / "名册.xlsx").read_bytes()
    code, _, errors = run(capsys, "import-indicators", str(tmp_path / "平台.xlsx"), "-C", str(campaign))
    assert code == 2
    assert errors.splitlines() == [
        "没有导入，名册没有改动。导入的内容（按导入以后的行号）有这些问题：",
        "  名册〔项目〕里没有项目编码“001-9”。",
        "  〔指标〕F4：性质是 ≥，指标值“大约”不能读作一个数字；文字描述的请把性质改为“定性”。",
    ]
    assert (campaign / "名册.xlsx").read_bytes() == before
    assert not (campaign / "名册_导入前.xlsx").exists()


@pytest.mark.parametrize("verb", ["check", "preview"])
def test_a_form_that_is_not_there(verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "没有.yaml"
    code, _, errors = run(capsys, "form", verb, str(path))
    assert (code, f"{path}：没有这个文件，请核对路径" in errors) == (2, True)
