"""The bureau's own files are files, too: damaged, hostile, too large, no files at all. One sentence, exit code 2."""

from __future__ import annotations

import errno
import io
import os
import re
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests import kit
from tests.cli.test_commands import run
from xltool.campaign.intake.waivers import write_waivers
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import create
from xltool.files import TargetLockedError, whole

HERE = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1"}
_PROGRESS = re.compile(r"(?:生成|核对) [0-9]+/[0-9]+ ")
SETTINGS = 'form = "{form}"\nyear = {year}\ntitle = "{title}"\ndeadline = "2023-03-31"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign of one department from which nothing came yet."""
    campaign = create(tmp_path / "自评", kit.FORM_ID, 2022, "自评汇总", "2023-03-31")
    department = kit.row(部门编码="001", 部门名称="县教育局")
    write_roster(campaign.roster, Roster((department,), (kit.row(部门编码="001", 项目编码="001-1", 项目名称="校园"),)))
    return campaign.folder


def bomb(inside: str) -> bytes:
    """A zip whose one part is 300 MB of blanks."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(inside, "w") as part:
        for _ in range(300):
            part.write(b" " * 1_000_000)
    return target.getvalue()


def said(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    """Exit code and what is said on the error stream, without the lines of progress a slow machine shows."""
    code, _, err = run(capsys, *args)
    return code, "".join(line for line in err.splitlines(keepends=True) if not _PROGRESS.match(line))


def test_a_far_cell_in_the_roster_is_named_and_does_no_harm(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.load_workbook(folder / "名册.xlsx")
    book["部门"]["XFD1048576"] = "x"
    book.save(folder / "名册.xlsx")
    told = "名册〔部门〕XFD1048576：这一列没有栏目名称，里面的内容没有使用。不需要的请删除。\n"
    assert said(capsys, "generate", "-C", str(folder)) == (0, told)
    assert said(capsys, "collect", "-C", str(folder)) == (0, told)


def test_a_far_format_does_not_hold_up_the_import(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(folder / "名册.xlsx")
    book["指标"]["ZZ1048576"].number_format = "0.00"
    book.save(folder / "名册.xlsx")
    platform = openpyxl.Workbook()
    for row in (
        ["一级名称", "二级名称", "三级名称", "计算符号", "指标值", "计量单位"],
        ["产出指标", "数量指标", "培训", "≥", "3", "次"],
    ):
        platform.worksheets[0].append(row)
    platform.save(tmp_path / "平台.xlsx")
    args = ("import-indicators", str(tmp_path / "平台.xlsx"), "-C", str(folder), "--project", "001-1")
    assert said(capsys, *args) == (
        2,
        f"{folder / '名册.xlsx'} 里〔指标〕一直用到 ZZ1048576，远处有内容或格式。请删除多余的行和列，再导入。\n",
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "文件是空的（0 字节），可能没有传完"),
        (b"PK\x03\x04 half", "文件没有传完整（没有文件结尾）"),
        (b"\x00" * 5000, "文件没有传完整（内容全是空字节）"),
        (bomb("xl/workbook.xml"), "文件内容远超本表（展开后 300 MB），没有读取"),
    ],
    ids=["空", "半个", "空字节", "压缩炸弹"],
)
@pytest.mark.parametrize("name", ["名册.xlsx", "豁免.xlsx"])
def test_workbooks_that_cannot_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes, why: str
) -> None:
    (folder / name).write_bytes(data)
    told = f"{folder / name} 打不开：{why}。请用 Excel 或 WPS 打开，另存为 .xlsx。\n"
    assert said(capsys, "collect", "-C", str(folder)) == (2, told)


def test_a_roster_of_a_hundred_megabytes_is_not_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "名册.xlsx").open("wb") as stream:
        stream.truncate(100_000_000)
    told = f"{folder / '名册.xlsx'} 有 100.0 MB，上限是 20 MB，没有读取。请核对是不是放错了文件。\n"
    assert said(capsys, "generate", "-C", str(folder)) == (2, told)


def test_a_roster_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "名册.xlsx").unlink()
    told = f"{folder / '名册.xlsx'} 读不出来：没有这个文件或文件夹。请核对名称和位置。\n"
    assert said(capsys, "generate", "-C", str(folder)) == (2, told)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("名册.xlsx", "generate"),
        ("xltool.toml", "collect"),
        ("豁免.xlsx", "collect"),
        ("豁免.toml", "collect"),
        ("催报模板.txt", "status"),
        ("模板/退回修改通知.docx", "letters"),
        ("模板/审核情况通报.docx", "letters"),
        ("下发/下发记录.json", "generate"),
    ],
)
def test_a_pipe_in_place_of_a_file_is_never_waited_for(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, verb: str
) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    more = ("--remind",) if verb == "status" else ()
    told = f"{path} 不是普通文件（是管道或设备），没有读取。请换成真正的文件。\n"
    if name.endswith("通知.docx"):  # nobody has anything to correct, so nobody asks for it
        told = ""
    assert said(capsys, verb, "-C", str(folder), *more) == (2 if told else 0, told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SETTINGS.format(form="hunan-2022", year="2022", title='半个"'), " 写法有误：第 3 行第 13 列附近。{how}"),
        ("year = " + "[" * 5000, ' 写法有误：括号套得太深。请按 名称 = "值" 的写法修改。'),
        ("year = " + "9" * 5000, " 写法有误：文件末尾附近。{how}"),
        (
            SETTINGS.format(form="hunan-2022", year="99999", title="甲"),
            "：设置“year”是评价年度，请写成 2022 这样的四位数。",
        ),
        (SETTINGS.format(form="hunan-2022", year="true", title="甲"), "：设置“year”没有写，或写法不对。"),
        (
            SETTINGS.format(form="hunan-2022", year="2022", title="甲" * 300),
            "：设置“title”太长（上限 200 个字），或含有换行等控制字符。",
        ),
        (
            SETTINGS.format(form="hunan-2022", year="2022", title="甲\\n乙"),
            "：设置“title”太长（上限 200 个字），或含有换行等控制字符。",
        ),
    ],
    ids=["引号", "括号", "很长的数", "年度", "年度是真假", "很长的标题", "标题换行"],
)
def test_settings_are_told_with_their_place(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    (folder / "xltool.toml").write_text(text, encoding="utf-8")
    how = '每行写成 名称 = "值"，文字要有英文引号，路径里的反斜杠改用 /。'
    assert said(capsys, "status", "-C", str(folder)) == (2, f"{folder / 'xltool.toml'}{told.format(how=how)}\n")


def test_texts_may_be_saved_by_any_chinese_notepad(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SETTINGS.format(form=kit.FORM_ID, year="2022", title="衡山县自评")
    template = "{部门}：\r\n请于{截止日期}前报送，{{不是占位}}。\r\n"
    for encoding in ("gbk", "utf-8-sig", "utf-16"):
        (folder / "xltool.toml").write_bytes(text.encode(encoding))
        (folder / "催报模板.txt").write_bytes(template.encode(encoding))
        assert said(capsys, "status", "-C", str(folder), "--remind", "--today", "2023-03-20") == (0, "")
        written = (folder / "汇总" / "催报" / "001_县教育局.txt").read_bytes()
        assert written.decode("utf-8-sig") == "县教育局：\r\n请于2023年3月31日前报送，{不是占位}。\r\n"


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{部门}\n{部门.__class__}", " 第 2 行的 {部门.__class__} 没有可填的内容。"),
        ("{部门:>99999999999}", " 第 1 行的 {部门:>99999999999} 没有可填的内容。"),
        ("{}", " 第 1 行的 {} 没有可填的内容。"),
    ],
)
def test_a_reminder_can_only_name_what_there_is(
    folder: Path, capsys: pytest.CaptureFixture[str], template: str, told: str
) -> None:
    (folder / "催报模板.txt").write_text(template, encoding="utf-8")
    code, err = said(capsys, "status", "-C", str(folder), "--remind")
    known = "可以用的是：{部门}、{批次}、{截止日期}、{时限}、{状态}、{文件}、{问题数}、{退回件}、{表}。"
    assert (code, err) == (2, f"{folder / '催报模板.txt'}{told}{known}\n")


def test_a_reminder_template_that_is_no_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "催报模板.txt").write_bytes(b"\x00\x01\x02" * 99)
    told = f"{folder / '催报模板.txt'} 不是文字文件。请用记事本打开，另存为 UTF-8 编码的文本。\n"
    assert said(capsys, "status", "-C", str(folder), "--remind") == (2, told)


def test_a_letter_template_that_is_a_bomb_is_not_unpacked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "模板" / "审核情况通报.docx"
    path.parent.mkdir()
    path.write_bytes(bomb("word/document.xml"))
    told = f"{path} 打不开：文件内容远超本表（展开后 300 MB），没有读取。请用 Word 或 WPS 另存为 .docx，或删除后重新生成。\n"
    assert said(capsys, "letters", "-C", str(folder)) == (2, told)


def test_a_damaged_record_of_what_was_issued(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "下发" / "下发记录.json"
    for text in ("[1, 2]", '["{}"]', "[" * 100_000, "{", "\\ud800", '"'):
        path.write_text(text, encoding="utf-8")
        told = f"{path} 已损坏，读不出来。请从备份恢复，或删除后重新运行 xltool generate。\n"
        assert said(capsys, "generate", "-C", str(folder)) == (2, told)


def test_mistakes_in_the_waivers_name_their_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_waivers(folder / "豁免.xlsx")
    book = openpyxl.load_workbook(folder / "豁免.xlsx")
    sheet = book.worksheets[0]
    line = next(row[0].row for row in sheet.iter_rows() if row[0].value == "编号")
    for col, text in ((1, "SG01"), (3, "合并核算"), (4, "王科长"), (5, "2023-12-31")):
        sheet.cell(line + 1, col, text)
    sheet.cell(line + 1, 2, 1)
    sheet.cell(line + 1, 2).number_format = "000"
    book.save(folder / "豁免.xlsx")
    assert said(capsys, "collect", "-C", str(folder)) == (0, ""), "001 kept as a number with a format"
    sheet.cell(line + 1, 2).number_format = "General"
    book.save(folder / "豁免.xlsx")
    told = f"豁免需要修改：\n  豁免.xlsx 第 {line + 1} 行：部门编码“1”不在名册里。\n"
    assert said(capsys, "collect", "-C", str(folder)) == (2, told)


def test_check_keeps_the_copies_of_files_of_one_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "自评表.xlsx").write_bytes(folder.encode())
    paths = [str(tmp_path / folder / "自评表.xlsx") for folder in ("a", "b")]
    code, out, _ = run(capsys, "check", *paths, "--out", str(tmp_path / "d"))
    assert code == 1
    assert sorted(path.name for path in (tmp_path / "d").iterdir()) == [
        "b_自评表_退回.xlsx",
        "自评表_退回.xlsx",
    ]
    assert out.count("已写出") == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_no_temporary_folder_is_one_sentence(folder: Path) -> None:
    """TMPDIR and every other choice of Python's are not to be written to."""
    script = (
        "import sys, tempfile\n"
        "tempfile._candidate_tempdir_list = lambda: ['/dev/full']\n"
        "from xltool.cli import main\n"
        "import xltool.report.workbook.spool as spool\n"
        "spool._IN_MEMORY = 1\n"
        f"main(['collect', '-C', {str(folder)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=HERE, timeout=120, cwd=folder)
    assert (done.returncode, done.stderr.decode()) == (
        2,
        "没有可用的临时文件夹。请检查 TEMP（TMPDIR）指的文件夹，或清出磁盘空间，再运行一次。\n",
    )


@pytest.mark.parametrize("words", [("init", "--form", kit.FORM_ID, "--year", "2022"), ("demo",)])
def test_a_file_where_a_folder_is_to_be(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "自评").write_bytes(b"x")
    for path in (tmp_path / "自评", tmp_path / "自评" / "2022年"):
        told = f"写不进 {path}：那里有一个同名的文件或文件夹。请把它改名或移走，再运行一次。原有的文件没有改动。\n"
        assert said(capsys, words[0], str(path), *words[1:]) == (2, told)


def test_a_cluster_where_nobody_answers_is_one_sentence(folder: Path) -> None:
    """In a process of its own: what Dask had to say, it said when the program ended."""
    pytest.importorskip("distributed")
    words = ["collect", "-C", str(folder), "--dask", "tcp://127.0.0.1:9"]
    done = subprocess.run([sys.executable, "-m", "xltool", *words], env=HERE, capture_output=True, check=False)
    told = "连不上计算集群 tcp://127.0.0.1:9（连接不上）。请确认调度程序已经启动，地址写成 tcp://主机:8786。"
    assert (done.returncode, done.stderr.decode("utf-8").split()) == (2, told.split())


def test_a_campaign_that_could_not_be_made_can_be_made_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full half-way: nothing of a new folder stays, of one that was there nothing else goes; then it works."""
    full = tmp_path / "已有" / "名册.xlsx"

    def fails(path: Path, _form: object) -> None:
        raise TargetLockedError(path, OSError(errno.ENOSPC, "No space left on device"))

    (tmp_path / "已有").mkdir()
    (tmp_path / "已有" / "通知.docx").write_bytes(b"theirs")
    with monkeypatch.context() as patched:
        patched.setattr("xltool.campaign.start.write_guided", fails)
        for name in ("新的", "已有"):
            code, told = said(capsys, "init", str(tmp_path / name), "--form", kit.FORM_ID, "--year", "2022")
            assert (code, "磁盘已满或超出配额。请清出空间，再运行一次" in told) == (2, True)
    assert not (tmp_path / "新的").exists()
    assert (tmp_path / "已有" / "通知.docx").read_bytes() == b"theirs"
    for name in ("新的", "已有"):
        assert said(capsys, "init", str(tmp_path / name), "--form", kit.FORM_ID, "--year", "2022") == (0, "")
    assert full.is_file()
    code, told = said(capsys, "init", str(tmp_path / "新的"), "--form", kit.FORM_ID, "--year", "2022")
    assert (code, "已经是批次文件夹，没有改动" in told, (tmp_path / "新的" / "xltool.toml").is_file()) == (
        2,
        True,
        True,
    )


def test_a_small_file_takes_little_memory(tmp_path: Path) -> None:
    """As much as may be read is not reserved beforehand: a Windows without room for it would refuse."""
    path = tmp_path / "小文件.json"
    path.write_bytes(b"[]")
    tracemalloc.start()
    try:
        assert whole(path, 2, 1_000_000_000) == b"[]"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert whole(path, 1, 10) == b"[]", "it has grown since it was asked for its size"
    assert whole(path, 1, 1) == b"["
