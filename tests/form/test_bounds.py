"""A definition from a stranger: whatever it holds is one message with file and line, at once."""

from __future__ import annotations

import os
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.cli.test_commands import run
from xltool.form import load_form

HEAD = 'form: mine\nextends: national-2020\nversion: "1"\n'


def unit(tolerance: str) -> str:
    return f"{HEAD}units:\n  万元: {{override: true, format: '0.00', tolerance: {tolerance}}}\n"


def aliases(levels: int) -> str:
    names = "abcdefghijklmnop"[:levels]
    lines = [f"a: &a [{', '.join('x' * 10)}]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]" for before, name in pairwise(names)]
    return "\n".join(lines)


SIZES = [
    ("容差是 NaN", unit("NaN"), "第 5 行：tolerance 应当是数，现在是“NaN”"),
    ("容差是无穷", unit("Infinity"), "第 5 行：tolerance 应当是数，现在是“Infinity”"),
    ("容差有一亿位", unit("1e99999999"), "第 5 行：tolerance 最多 15 位数字，现在是“1e99999999”"),
    ("容差小到一亿位", unit("1e-99999999"), "第 5 行：tolerance 最多 15 位数字，现在是“1e-99999999”"),
    (
        "列宽有一亿位",
        HEAD + "sheets:\n  - {id: project, override: true, widths: [1e99999999, 3]}\n",
        "第 5 行：widths 的一项 应在 0 到 9999 之间，现在是“1e99999999”",
    ),
    (
        "列宽是负数",
        HEAD + "sheets:\n  - {id: project, override: true, widths: [-3]}\n",
        "第 5 行：widths 的一项 应在 0 到 9999 之间，现在是“-3”",
    ),
    (
        "清单二十万个词",
        f"{HEAD}lists:\n  甲:\n    words: [{','.join('甲' * 200_000)}]\n",
        "第 6 行：内容太多（超过 60000 项）",
    ),
    (
        "清单五千个词",
        f"{HEAD}lists:\n  甲:\n    words: [{','.join('甲' * 5_000)}]\n",
        "第 6 行：words 有 5000 项，上限是 2000 项",
    ),
    ("方括号套十万层", f"{HEAD}title: {'[' * 100_000}\n", "第 4 行：套得太深（超过 30 层）"),
    ("横线套五千层", f"{HEAD}lists:\n  {'- ' * 5_000}a\n", "第 5 行：套得太深（超过 30 层）"),
    ("引用成倍增加", aliases(9), "第 5 行：内容太多（超过 60000 项）"),
    ("引用自己", "a: &a [*a]\n", "第 1 行：*a 引用了自己"),
    ("文字里有零字符", HEAD + 'title: "自\\0评"\n', "第 4 行：title 含有看不见的控制字符（U+0000），请删除"),
    ("文件里有零字符", HEAD + "title: 自\0评\n", "第 4 行：含有看不见的控制字符（U+0000），请删除"),
    ("半个字符", HEAD + 'title: "\\ud800"\n', "第 4 行：不是有效的 YAML：“\\u”后面不是能用的字符，请删除"),
    ("很长的文字", f"{HEAD}title: {'长' * 100_000}\n", "第 4 行：title 有 100000 个字，上限是 8000 个"),
    ("键是列表", HEAD + "? [a, b]\n: 1\n", "第 4 行：键应当是一个词"),
    ("基础表样在别处", "form: mine\nextends: ../../etc\n", "第 2 行：extends 要写成一个表样的编号"),
    (
        "公式里的数太大",
        HEAD + 'constraints:\n  - {id: own, that: "1e999999999>1", say: 太大}\n',
        "第 5 行：constraints：数字最多 15 位（Excel 只记 15 位）（这里只能用参数和满分）",
    ),
    (
        "括号套三千层",
        f'{HEAD}constraints:\n  - {{id: own, that: "{"(" * 3000}1{")" * 3000}>1", say: 太深}}\n',
        "第 5 行：constraints：公式太长（超过 400 个词）。请拆成几条规则（这里只能用参数和满分）",
    ),
]


@pytest.mark.parametrize(("name", "text", "told"), SIZES, ids=[case[0] for case in SIZES])
def test_form_check_answers_at_once_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, told: str
) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(text, encoding="utf-8")
    start = time.perf_counter()
    code, out, err = run(capsys, "form", "check", str(path))
    assert (code, out, err) == (2, "", f"表样需要修改：\n  form.yaml {told}\n"), name
    assert time.perf_counter() - start < 60


def test_a_file_of_a_hundred_megabytes_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "form.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    assert run(capsys, "form", "check", str(path)) == (
        2,
        "",
        "表样需要修改：\n  form.yaml：有 100.0 MB，上限是 1 MB，没有读取。请核对是不是放错了文件\n",
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_a_pipe_is_no_definition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "form.yaml")
    code, out, err = run(capsys, "form", "check", str(tmp_path / "form.yaml"))
    assert (code, out) == (2, "")
    assert err == "表样需要修改：\n  form.yaml：不是普通文件（是管道或设备），没有读取。请换成真正的文件\n"


def test_thousands_of_mistakes_are_shown_as_many_as_somebody_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(HEAD + "".join(f"键{number}: 1\n" for number in range(5_000)), encoding="utf-8")
    lines = run(capsys, "form", "check", str(path))[2].splitlines()
    assert (len(lines), lines[-1]) == (102, "  ……共 5000 处，先改这些。")


def test_anchors_of_a_sensible_size_may_be_used(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(HEAD + "lists:\n  甲: {words: &words [好, 中]}\n  乙: {words: *words}\n", encoding="utf-8")
    assert load_form(path).spec.lists["乙"].words == ("好", "中")
