"""Files that real programs write: other kinds of tables refused with the right word, locked ones named as such."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import xlwt

from tests import kit
from tests.clients import node_script
from tests.read.test_clients import issued
from tests.read.test_happenings import clean
from tests.readers import differences
from xltool.examine import examine
from xltool.form import form_by_id
from xltool.ooxml.builtin_password import unsealed
from xltool.ooxml.limits import LIMITS
from xltool.read.book.opening import open_book
from xltool.read.book.values import Percent
from xltool.report.marked_copy.annotate import marked_copy

_SAVE = """
const [,, source, folder, ...kinds] = process.argv, X = require("xlsx"), b = X.readFile(source, {cellNF: true});
for (const kind of kinds) X.writeFile(b, `${folder}/${kind}`, {bookType: kind});
"""
KINDS = {
    "xlsb": ("WJ15", "二进制工作簿 .xlsb"),
    "xlml": ("WJ15", "XML 表格 2003"),
    "html": ("WJ15", "网页格式的表格"),
    "csv": ("WJ15", "CSV 文本"),
    "txt": ("WJ15", "CSV 文本"),
    "fods": ("WJ15", "单文件 ODF（.fods）"),
    "sylk": ("WJ15", "SYLK 文本表格"),
    "dif": ("WJ15", "DIF 文本表格"),
    "biff2": ("WJ15", "很旧的 .xls 格式"),
    "biff3": ("WJ15", "很旧的 .xls 格式"),
    "biff4": ("WJ15", "很旧的 .xls 格式"),
    "rtf": ("WJ16", "RTF 文档"),
    "dbf": ("WJ02", "内容无法识别"),
    "wk3": ("WJ02", "内容无法识别"),
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kinds")
    source = folder / "return.xlsx"
    source.write_bytes(clean())
    node_script("xlsx", _SAVE, folder, str(source), str(folder), *KINDS, "biff5", "biff8")
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_other_tables_of_sheetjs(kind: str, saved: Path) -> None:
    code, what = KINDS[kind]
    (finding,) = kit.examined((saved / kind).read_bytes(), "回收表.xls").findings
    assert (finding.code, what in finding.message) == (code, True), finding.message


@pytest.mark.parametrize("kind", ["biff5", "biff8"])
def test_old_binary_workbooks_of_sheetjs(kind: str, saved: Path) -> None:
    """Within a campaign the bureau's own copy tells the shape: cut texts of Excel 95 do not matter."""
    form = form_by_id(kit.FORM_ID)
    outcome = examine("回收表.et", (saved / kind).read_bytes(), lambda _: form, issued())
    original = kit.examined(clean())
    if kind == "biff8":
        assert kit.codes(outcome) == []
        assert (outcome.scores, outcome.figures) == (original.scores, original.figures)
    else:
        assert outcome.figures == original.figures


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("html:HTML (StarCalc)", "WJ15"),
        ("fods", "WJ15"),
        ("csv:Text - txt - csv (StarCalc):44,34,76", "WJ15"),
        ("pdf", "WJ16"),
    ],
)
def test_other_tables_of_libreoffice(kind: str, code: str, tmp_path: Path) -> None:
    from tests.office import SOFFICE, convert

    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    source = tmp_path / "return.xlsx"
    source.write_bytes(clean())
    suffix = kind.split(":")[0]
    convert([source], tmp_path / "out", kind)
    assert kit.codes(kit.examined((tmp_path / "out" / f"return.{suffix}").read_bytes())) == [f"{code} !"]


def test_encrypted_xlsx() -> None:
    """Agile encryption as Excel 2010 and later write it."""
    from msoffcrypto.format.ooxml import OOXMLFile

    target = BytesIO()
    OOXMLFile(BytesIO(clean())).encrypt("geheim", target)
    (finding,) = kit.examined(target.getvalue()).findings
    assert (finding.code, finding.message) == ("WJ03", "文件设有打开密码，无法读取。")


def _encrypted(password: str) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    target = BytesIO()
    OOXMLFile(BytesIO(clean())).encrypt(password, target)
    return target.getvalue()


def test_a_file_with_the_password_built_into_excel_is_read() -> None:
    """Excel opens it without asking, so to its sender it has no password; the marked copy has none either."""
    data = _encrypted("VelvetSweatshop")
    outcome, plain = kit.examined(data), kit.examined(clean())
    assert kit.codes(outcome) == [*kit.codes(plain), "GF34 !"]
    assert (outcome.issue, outcome.scores) == (plain.issue, plain.scores)
    assert kit.codes(kit.examined(marked_copy(data, outcome))) == kit.codes(plain)


def test_what_is_no_file_with_that_password_stays_encrypted() -> None:
    data = _encrypted("VelvetSweatshop")
    assert unsealed(_encrypted("geheim")) is None
    assert unsealed(clean()) is None
    assert unsealed(data[: len(data) // 2]) is None
    assert unsealed(data, replace(LIMITS, file=10_000)) is None
    assert kit.codes(kit.examined(data[:-600])) in (["WJ03 !"], ["WJ17 !"])


def test_encrypted_zip(tmp_path: Path) -> None:
    program = shutil.which("zip")
    if program is None:
        pytest.skip("zip is not installed")
    (tmp_path / "a.xlsx").write_bytes(clean())
    subprocess.run([program, "-q", "-P", "x", "a.zip", "a.xlsx"], cwd=tmp_path, check=True)
    assert kit.codes(kit.examined((tmp_path / "a.zip").read_bytes(), "a.zip")) == ["WJ03 !"]


_TYPED: list[tuple[object, str, object]] = [
    (1.5, "General", "1.5"),
    (0.97, "0%", Percent("0.97")),
    (1, "0.00%", Percent(1)),
    (datetime.date(2022, 11, 30), "yyyy-mm-dd", "2022-11-30"),
    (datetime.date(2022, 11, 30), 'yyyy"年"m"月"d"日"', "2022-11-30"),
    (44895, '[$-804]yyyy"年"m"月"', "2022-11-30"),
    (datetime.datetime(2022, 11, 30, 8, 30), "yyyy-mm-dd hh:mm", "2022-11-30 08:30:00"),
    (44895, '0"天"', "44895"),
    (12.5, "0分", "12.5"),
    (1234567.891, "#,##0.00", "1234567.891"),
    (True, "General", True),
    ("文字 ", "General", "文字 "),
    ("010", "@", "010"),
    (-0.000001, "0.00", "-0.000001"),
    (123456789012345, "0", "123456789012345"),
    (0.1 + 0.2, "General", "0.3"),
]


def test_every_type_of_value_in_xls() -> None:
    """Written by xlwt, read by us through xlrd and by calamine."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row, (value, code, _) in enumerate(_TYPED):
        sheet.write(row, 1, value, xlwt.easyxf(num_format_str=code))
    sheet.write(65535, 255, "x")
    target = BytesIO()
    book.save(target)
    _compare(target.getvalue())


@pytest.mark.parametrize("since_1904", [False, True])
def test_every_type_of_value_in_xlsx(since_1904: bool) -> None:
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"date_1904": since_1904})
    sheet = book.add_worksheet("表")
    for row, (value, code, _) in enumerate(_TYPED):
        moved = value - 1462 if since_1904 and value == 44895 and "年" in code else value
        sheet.write(row, 1, moved, book.add_format({"num_format": code}))
    sheet.write(65535, 255, "x")
    book.close()
    _compare(target.getvalue())


def _compare(data: bytes) -> None:
    book = open_book(data)
    (sheet,) = book.sheets
    seen = [sheet.cells[row, 1] for row in range(len(_TYPED))]
    assert [str(value) for value in seen] == [str(wanted) for _, _, wanted in _TYPED]
    assert [type(value) is Percent for value in seen] == [isinstance(wanted, Percent) for _, _, wanted in _TYPED]
    assert sheet.cells[65535, 255] == "x"
    # calamine takes 0分 for a date and reads years of 1904 as 1900 in some formats; nothing else differs.
    odd = {row for row, (_, code, _) in enumerate(_TYPED) if code == "0分"}
    assert [item for item in differences(book, data) if item[1][0] not in odd] == []


def _named(text: str) -> bytes:
    """A compound file whose directory names a stream; nothing else is looked at before it is refused."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + text.encode("utf-16-le") + bytes(2048)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%TSD-Header-###%\x88\x85" + bytes(range(256)), "TSD"),
        (b"b\x14#e\x01\0E-SafeNet\0LOCK" + bytes(range(256)), "E-SafeNet"),
        (b"\0\0\0E-SafeNet   LOCK\0" + bytes(range(256)), "E-SafeNet"),
        (_named("DRMEncryptedDataSpace") + _named("EncryptedPackage")[8:], "Office 权限管理"),
        (_named("DRMContent") + _named("Workbook")[8:], "Office 权限管理"),
    ],
    ids=["TSD", "E-SafeNet", "E-SafeNet later", "IRM xlsx", "IRM xls"],
)
def test_what_a_unit_s_own_software_encrypted_has_its_own_advice(data: bytes, what: str) -> None:
    (finding,) = kit.examined(data, "回收表.xlsx").findings
    assert (finding.code, finding.message, finding.remedy) == (
        "WJ35",
        f"文件由单位的文件加密软件（{what}）加密，在别的电脑上打不开。",
        "请在单位解密，或走外发流程以后，再重新报送。",
    )
