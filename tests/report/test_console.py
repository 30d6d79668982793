"""What stands on the terminal."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from tests.report.factory import finding, outcome, outcomes
from xltool.examine.outcome import Outcome
from xltool.findings import Severity
from xltool.report.console import describe, table
from xltool.writing.measure import pad, shorten, width


def test_a_return_in_full() -> None:
    notice = finding(
        "NB01", Severity.NOTICE, sheet="项目1", cells=("E9",), message="全角数字按 120 读取。", remedy="请核对。"
    )
    made = outcome(findings=(notice, finding()))
    assert describe(made) == "\n".join(
        [
            "文件：收回/衡山县开云镇人民政府.xlsx",
            "部门：衡山县开云镇人民政府（301）",
            "结果：待修改（须改 1 条，提示 1 条）",
            "  须改 SG01 〔“三公”经费〕C4：预算数合计 1.50 万元，三项之和是 1.31 万元，差 0.19 万元。请核对三项明细。",
            "  提示 NB01 〔项目1〕E9：全角数字按 120 读取。请核对。",
            "项目 村级运转补助：92.50 分，优，自评总分 95.00",
        ]
    )


def test_other_verdicts() -> None:
    assert "结果：通过\n" in describe(outcome())
    assert describe(Outcome("~$a.xlsx", (), skipped="临时文件")) == "文件：~$a.xlsx\n结果：跳过（临时文件）"
    refused = describe(Outcome("a.xlsx", (finding("FL01", Severity.REJECT, sheet="", cells=(), message="打不开。"),)))
    assert refused.splitlines()[1:] == ["结果：退回（退回 1 条）", "  退回 FL01：打不开。请核对三项明细。"]
    assert "项目 村级运转补助：资料不全，自评总分 95.00" in describe(outcome(total=None, grade=""))


def test_limit_says_what_is_left() -> None:
    lines = describe(outcome(findings=(finding(),) * 5), limit=2).splitlines()
    assert sum("SG01" in line for line in lines) == 2
    assert "  另有 3 条未列出。" in lines


def test_many_cells_are_counted() -> None:
    cells = tuple(f"C{row}" for row in range(1, 21))
    assert "〕C1、C2、C3、C4、C5、C6、C7、C8：" in describe(outcome(findings=(finding(cells=cells[:8]),)))
    assert "〔“三公”经费〕C1、C2、C3、C4、C5、C6 等 20 格：" in describe(outcome(findings=(finding(cells=cells),)))


def test_text_of_a_department_cannot_steer_the_terminal() -> None:
    text = describe(outcome(file="a\x1b[2J\ud800.xlsx", findings=(finding(message="第一行\n第二行\x07。"),)))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "第一行 第二行。" in text
    text.encode()


def test_table_is_aligned_in_columns_of_the_terminal() -> None:
    lines = table(outcomes()[:5], ["县档案馆"]).splitlines()
    assert lines[0].split() == ["部门", "|", "状态", "|", "退回/须改/提示", "|", "得分", "|", "等次"]
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["通过", "待修改", "待修改", "待修改", "退回", "未报"]
    assert {width(line.split("|")[0]) for line in [lines[0], *lines[2:]]} == {width("开云镇人民政府 ")}
    assert lines[3].split("|")[2:] == ["          0/1/1 ", " 92.50 ", " 优"]


def test_fixed_words_are_gbk() -> None:
    texts = [describe(made) for made in outcomes()] + [table(outcomes(), ["县档案馆"])]
    for text in texts:
        assert text.encode("gbk").decode("gbk") == text


def test_widths() -> None:
    assert width("部门a") == 5
    assert pad("部门", 6) == "部门  "
    assert pad("1", 3, right=True) == "  1"
    assert shorten("义务教育薄弱环节", 10) == "义务教育…"
    assert shorten("义务教育", 10) == "义务教育"


def test_console_loads_nothing_heavy_of_this_package() -> None:
    code = "import sys, xltool.report.console; print(sorted({'xlsxwriter', 'lxml', 'yaml', 'xltool.expr'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_findings_of_a_skipped_file_are_not_listed() -> None:
    assert "SG01" not in describe(replace(outcome(findings=(finding(),)), skipped="系统文件"))
