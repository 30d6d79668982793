"""Files with odd names: every one is collected, shown readably, and its marked copy has a name every system takes."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.bench.returns import make
from tests.cli.test_commands import run
from xltool.campaign.collect import collect
from xltool.campaign.correspondence.letters import write_letters
from xltool.campaign.settings import Campaign, open_campaign
from xltool.campaign.status import standings, write_list, write_reminders
from xltool.campaign.summarise import write_tables
from xltool.files import readable, safe_name

_WINDOWS_REFUSES = set('<>:"/\\|?*') | {chr(code) for code in range(32)}

NAMES = {
    b"\xbd\xcc\xd3\xfd\xbe\xd6.xlsx": (
        "教育局.xlsx",
        "000020_县样例单位00020",
    ),  # the department's; GBK bytes, as an old zip program leaves them
    b"\xff\xfe\xfd.xlsx": ("\ufffd\ufffd\ufffd.xlsx", "___"),
    b"CON.xlsx": ("CON.xlsx", "_CON"),
    b"nul": ("nul", "_nul"),
    b"a\nb\x1b[31mc.xlsx": ("a b\ufffd[31mc.xlsx", "a_b_[31mc"),
    "县\u202excod.xlsx".encode(): ("县xcod.xlsx", "县_xcod"),
    b"=HYPERLINK(1).xlsx": ("=HYPERLINK(1).xlsx", "=HYPERLINK(1)"),
    b"-rf.xlsx": ("-rf.xlsx", "-rf"),
    b"..x. . .xlsx": ("..x. . .xlsx", "x"),
    b"a:b*c?.xlsx": ("a:b*c?.xlsx", "a_b_c_"),
    b"a_b_c_.xlsx": ("a_b_c_.xlsx", "a_b_c_（xlsx）"),
    ("县" * 80 + "甲.xlsx").encode(): ("县" * 80 + "甲.xlsx", "县" * 66),
    ("县" * 80 + "乙.xlsx").encode(): ("县" * 80 + "乙.xlsx", "县" * 60 + "（2）"),
}


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems refuse such names themselves")
def test_every_output_with_odd_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file is a department's, so that its name reaches letters and reminders; the others are a scan each."""
    make(tmp_path / "批次", 20, projects=1)
    campaign = open_campaign(tmp_path / "批次")
    folder = os.fsencode(campaign.inbox)
    wrong = (campaign.inbox / "000020.xlsx").read_bytes()
    for path in list(campaign.inbox.iterdir()):
        path.unlink()
    for number, name in enumerate(NAMES):
        with open(folder + b"/" + name, "wb") as stream:  # noqa: PTH123 - the name is bytes
            stream.write(wrong if number == 0 else b"%PDF-1.4 " + str(number).encode())
    assert run(capsys, "collect", "-C", str(campaign.folder))[0] == 1
    result = collect(campaign, lambda *_: None)
    assert result.tally.examined == 0, "a name of odd bytes is found again in the ledger"
    assert len(result.receipts) == len(NAMES)
    copies = {path.name for path in campaign.returned.iterdir()}
    assert copies == {f"{copy}_退回.xlsx" for _, copy in NAMES.values()}
    assert not [name for name in copies if _WINDOWS_REFUSES & set(name)]
    _every_output(campaign, capsys)
    texts = {text for row in _cells(campaign.summary) for text in row}
    assert {name for name, _ in NAMES.values()} <= texts
    book = openpyxl.load_workbook(campaign.summary)
    assert not [c.value for s in book for row in s.iter_rows() for c in row if c.data_type == "f" and "HYPER" in str(c)]


def _cells(path: Path) -> list[list[str]]:
    book = openpyxl.load_workbook(path)
    return [
        [" ".join(str(value).split()) for value in row if value]
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
    ]


def _every_output(campaign: Campaign, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever else can be written about these files: none fails, all show the name as it was meant."""
    day = datetime.date(2023, 3, 20)
    result = collect(campaign, lambda *_: None)
    found = standings(result, day)
    write_list(campaign, found)
    assert "教育局.xlsx" in {text for row in _cells(campaign.summary.parent / "收件进度.xlsx") for text in row}
    reminders = [path.read_text("utf-8-sig") for path in write_reminders(campaign, found).paths]
    assert sum("“教育局.xlsx”" in text for text in reminders) == 1
    (notice,) = write_letters(result, day).notices
    assert "教育局.xlsx" in "".join(paragraph.text for paragraph in docx.Document(str(notice)).paragraphs)
    assert "教育局.xlsx" in (write_tables(result)[0] / "收件情况.csv").read_text("utf-8-sig")
    code, out, _ = run(capsys, "collect", "-C", str(campaign.folder), "--json")
    assert (code, out.count('"file": "教育局.xlsx"')) == (1, 1)
    paths = sorted(str(path) for path in campaign.inbox.iterdir() if path.name != "-rf.xlsx")
    code, out, _ = run(capsys, "check", *paths, "--out", str(campaign.folder / "审核"))
    assert (code, "文件：教育局.xlsx" in out) == (1, True)
    assert "\x1b" not in out
    assert "\u202e" not in out


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("", "_"), (" . ", "_"), ("aux.tar", "_aux.tar"), ("COM1", "_COM1"), ("COM10", "COM10"), ("LPT³.x", "_LPT³.x"),
        ("a\u200bb\ufeff", "a_b_"), ("x" * 300, "x" * 80), ("𠀀" * 80, "𠀀" * 50), ("\ud800", "_"), ("CONIN$", "_CONIN$"),
        ("constant", "constant"), ("县教育局（修改）", "县教育局（修改）"),
    ],
    ids=ascii,
)  # fmt: skip
def test_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert len(f"{safe_name(name)}_退回.xlsx".encode()) <= 255


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("县教育局.xlsx", "县教育局.xlsx"),
        ("县/" + b"\xc1\xaa\xcd\xa8.xlsx".decode("utf-8", "surrogateescape"), "县/联通.xlsx"),
        ("\udcff\udcff", "\ufffd\ufffd"),
        ("a\ud800", "a\ufffd"),
    ],
    ids=ascii,
)
def test_readable(name: str, shown: str) -> None:
    assert readable(name) == shown
