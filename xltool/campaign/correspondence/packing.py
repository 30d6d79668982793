"""发送: the workbooks of 下发 packed for whoever gets them, with a text for the mail, and the register of what went to whom.

Imports ``issue``, ``roster``, ``written``. A receiver is a 主管部门 with its units, or a single unit. The register is the
bureau's own workbook: lines are only added, what somebody wrote beside them stays. Nothing is sent: the tool knows no
mail. A newcomer would compare files: a telephone number on 填报说明 makes another file, but the one sent out
before is still good.
"""

from __future__ import annotations

import datetime
import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Any

from xltool.campaign.issue.bundle import bundle_of
from xltool.campaign.issue.handed_down import handed_down
from xltool.campaign.issue.outbox import file_name, issued
from xltool.campaign.kept_form import form_of
from xltool.campaign.roster.rewriting import Rewriting
from xltool.campaign.roster.sheet import Roster, RosterRow
from xltool.campaign.roster.workbook_tables import tables
from xltool.campaign.settings import Campaign, CampaignError, date_of
from xltool.campaign.written import replace_all
from xltool.files import DistinctNames, read_own, safe_name, write_atomic
from xltool.form import Form
from xltool.progress import Progress, followed, silent
from xltool.writing.palette import HEADER_FILL, SONG
from xltool.writing.text import for_cell, one_line

FOLDER, REGISTER, MAIL, SHEET = "发送", "发送登记.xlsx", "邮件.txt", "发送登记"
COLUMNS = ("登记时间", "发给", "联系人", "联系电话", "部门编码", "部门名称", "文件", "下发编号", "文件指纹", "情况")
_WIDTHS = (18, 28, 12, 18, 14, 28, 46, 20, 20, 10)
_NEW, _AGAIN = "首次", "更新"
_BYTES = 50_000_000
_MADE = (1980, 1, 1, 0, 0, 0)  # in a zip: the same workbooks twice are the same bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one receiver gets. ``files``: unit, name and content; ``fresh``: those not noted yet, with what they are.

    ``bundle``: name and content of the 批次包 a 主管部门 gets to run the campaign of its units.
    """

    receiver: str
    contact: str
    phone: str
    files: tuple[tuple[RosterRow, str, bytes], ...]
    bundle: tuple[str, bytes] | None = None
    fresh: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Packed:
    """What was done. ``fresh``: receivers with something they did not have, and how many; ``lacking``: units not issued."""

    folder: Path
    register: Path
    receivers: int = 0
    fresh: list[tuple[str, int]] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)


def pack(
    campaign: Campaign,
    roster: Roster,
    now: datetime.datetime,
    *,
    by_unit: bool = False,
    zipped: bool = False,
    bundles: Form | None = None,
    progress: Progress = silent,
) -> Packed:
    """Write a folder, or a zip in it, for every receiver into 发送, and add to the register what is new there.

    Args:
        campaign: the campaign, whose workbooks lie in 下发.
        roster: says which 主管部门 a unit has.
        now: stands in the register.
        by_unit: every unit for itself, also where it has a 主管部门.
        zipped: one file to attach instead of several.
        bundles: the campaign's form, where every 主管部门 with units below it also gets a 批次包 (``issue.bundle``).
        progress: told of each receiver.

    Raises:
        CampaignError: nothing was issued; the register is not one; a campaign handed down is not handed down again.
        UnusableFileError, TargetLockedError: a file of the bureau cannot be read or written.
    """
    folder = campaign.folder / FOLDER
    result = Packed(folder, folder / REGISTER)
    on_record = issued(campaign)
    if not on_record:
        raise CampaignError("还没有下发表。请先运行 xltool generate。")
    form = form_of(campaign)
    called = form.spec.timing.called
    latest = {issue.department: (number, file_name(issue, form)) for number, issue in on_record.items()}
    if (above := handed_down(campaign)) is not None:
        if bundles is not None:
            raise CampaignError(f"这个批次是{above.bureau or '财政局'}交给{above.authority}办的，不能再做批次包。")
        by_unit = True  # all have the same 主管部门: this one
    noted = _noted(result.register)
    names, lines, current = DistinctNames(), [], set()
    receivers = _receivers(roster, by_unit)
    for receiver, units in followed(receivers.items(), len(receivers), progress, itemgetter(0)):
        parcel = _parcel(campaign, receiver, units, latest, noted, result.lacking)
        if not parcel.files:
            continue
        if bundles is not None and any(row["部门名称"] != receiver for row in units):
            name = f"{safe_name(receiver, 40)}_{campaign.year}年绩效自评_批次包.zip"
            made = now.astimezone().isoformat(timespec="seconds")
            parcel = replace(parcel, bundle=(name, bundle_of(campaign, bundles, roster, receiver, made)))
        stem = names(Path(safe_name(receiver, 60)))
        current.add(stem)
        written = replace_all(folder / stem, _contents(campaign, parcel, stem, zipped, called))
        result.receivers += 1
        result.kept += written.kept
        result.blocked += written.blocked
        if parcel.fresh and not written.blocked:
            result.fresh.append((receiver, len(parcel.fresh)))
            lines += list(_lines(parcel, latest, now))
    if not folder.is_dir():
        raise CampaignError(f"“{campaign.outbox}”里没有下发表，没有可以打包的。请先运行 xltool generate。")
    for other in sorted(path for path in folder.iterdir() if path.is_dir() and path.name not in current):
        result.kept += replace_all(other, ()).kept  # a receiver there is no more: only what is ours goes
        if not any(path.name != ".xltool-written" for path in other.iterdir()):
            for left in other.iterdir():
                left.unlink()
            other.rmdir()
    if lines:
        _register(result.register, lines)
    return result


def _receivers(roster: Roster, by_unit: bool) -> Mapping[str, Sequence[RosterRow]]:
    """Receivers in the roster's order, the 主管部门 itself first among its units."""
    if not by_unit:
        return roster.authorities
    found: dict[str, list[RosterRow]] = {}
    for row in roster.departments:
        found.setdefault(row["部门名称"] or row["部门编码"], []).append(row)
    return found


def _parcel(
    campaign: Campaign,
    receiver: str,
    units: Sequence[RosterRow],
    latest: dict[str, tuple[str, str]],
    noted: dict[tuple[str, str], str],
    lacking: list[str],
) -> Parcel:
    files, fresh = [], []
    for row in units:
        number, name = latest.get(row["部门编码"], ("", ""))
        path = campaign.outbox / name
        if not name or not path.is_file():
            lacking.append(f"{row['部门名称']}（{row['部门编码']}）")
            continue
        data = read_own(path, _BYTES)
        files.append((row, name, data))
        before = noted.get((receiver, row["部门编码"]))
        if before != number:
            fresh.append((row["部门编码"], _NEW if before is None else _AGAIN))
    head = units[0]
    return Parcel(receiver, head["联系人"], head["联系电话"], tuple(files), fresh=tuple(fresh))


def _print_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _contents(campaign: Campaign, parcel: Parcel, stem: str, zipped: bool, called: str) -> Iterator[tuple[str, bytes]]:
    yield MAIL, ("\ufeff" + mail(campaign, parcel, called, zipped).replace("\n", "\r\n")).encode("utf-8", "replace")
    if parcel.bundle is not None:
        yield parcel.bundle
    if not zipped:
        yield from ((name, data) for _, name, data in parcel.files)
        return
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # workbooks are compressed already
        for _, name, data in parcel.files:
            archive.writestr(zipfile.ZipInfo(name, _MADE), data)
    yield f"{stem}_{campaign.year}年{called}.zip", target.getvalue()


def mail(campaign: Campaign, parcel: Parcel, called: str, zipped: bool = False) -> str:
    """Return the text of the mail to one receiver: what is in it, how to fill in, until when, to whom.

    ``called``: what the workbooks are (绩效自评表).
    """
    single = len(parcel.files) == 1 and parcel.files[0][0]["部门名称"] == parcel.receiver
    day = date_of(campaign.deadline)
    until = f"于{day.year}年{day.month}月{day.day}日前" if day else "按通知规定的时间"
    again = {code for code, what in parcel.fresh if what == _AGAIN}
    sender = one_line(campaign.bureau) or "财政局"
    asked = "，".join(
        filter(None, (one_line(campaign.contact), f"电话 {one_line(campaign.phone)}" if campaign.phone else ""))
    )
    back = one_line(campaign.return_to) or "按通知规定的方式"
    parts = [
        f"主题：请{until}报送 {one_line(campaign.name)}",
        "",
        f"{one_line(parcel.receiver)}：",
        "",
        f"现发去 {campaign.year} 年度{called}"
        + ("" if single else f" {len(parcel.files)} 份，请转发给各单位，每个单位用自己的那一份")
        + ("（在附件的压缩包里，请先解压）" if zipped else "")
        + f"，请{until}报送。",
        "",
        *(
            f"  {number}. {one_line(row['部门名称'])}：{name}"
            + ("（内容有更新，请用这一份）" if row["部门编码"] in again else "")
            for number, (row, name, _) in enumerate(parcel.files, start=1)
        ),
        "",
        *(["以前发过的旧表作废；已经在旧表里填了的，请连同旧表一起告诉我们，可以转入新表。", ""] if again else []),
        *_how_to_collect(campaign, parcel),
        "怎样填：",
        "  1. 用 Excel 2010 以上或 WPS 打开，先看“填报说明”，再填黄色的格子；封面随时显示还差几格、哪里要改。",
        "  2. 右边“填报提示”里说明的问题，改好就消失；确实属实的，在旁边写明原因。",
        "  3. 填好后保存，不要另存为其他格式，不要复制到别的文件里，不要增删工作表。",
        "  4. 打印正式表，签字盖章，与电子表一起报送。",
        "",
        f"报送：{back}",
        f"联系：{asked or '见通知'}",
        "",
        sender,
        "",
    ]
    return "\n".join(parts)


def _how_to_collect(campaign: Campaign, parcel: Parcel) -> list[str]:
    if parcel.bundle is None:
        return []
    folder = safe_name(f"{parcel.receiver}{campaign.year}年自评", 60)
    return [
        f"贵部门自己收表、核对、汇总报送的，用“{parcel.bundle[0]}”（装好 xltool 的电脑上）：",
        f"  1. 建立批次：xltool init {folder} --from {parcel.bundle[0]}",
        f"  2. 收回的表放进“收回”，核对：xltool collect -C {folder}",
        f"  3. 汇总报送：xltool submit -C {folder}，把得到的报送包发给我们。",
        "批次包里有签发的标识，请不要转发给各单位。",
        "",
    ]


def _lines(parcel: Parcel, latest: dict[str, tuple[str, str]], now: datetime.datetime) -> Iterator[dict[str, str]]:
    fresh = dict(parcel.fresh)
    for row, name, data in parcel.files:
        code = row["部门编码"]
        if code in fresh:
            values = (
                now.strftime("%Y-%m-%d %H:%M"), parcel.receiver, parcel.contact, parcel.phone, code, row["部门名称"], name,
                latest[code][0], _print_of(data), fresh[code],
            )  # fmt: skip
            yield {column: for_cell(text) for column, text in zip(COLUMNS, values, strict=True)}


def _noted(register: Path) -> dict[tuple[str, str], str]:
    """Receiver and unit to the number of the issue that was noted for them last."""
    if not register.exists():
        return {}
    table = tables(register).get(SHEET)
    heads = {text: col for col, text in table.rows.get(0, {}).items()} if table is not None else {}
    needed = ("发给", "部门编码", "下发编号")
    if table is None or any(name not in heads for name in needed):
        raise CampaignError(
            f"{register} 里没有〔{SHEET}〕，或者缺少“{'、'.join(needed)}”这些栏目。请从备份恢复，或改名后再运行，另起一份。"
        )
    noted = {}
    for _, line in table.lines(1):
        receiver, code, number = (line.get(heads[name], "") for name in needed)
        noted[receiver, code] = number
    return noted


def _register(register: Path, lines: Sequence[dict[str, str]]) -> None:
    if not register.exists():
        _new_register(register)
    book = Rewriting(register)
    book.change(SHEET, COLUMNS, {}, lines)
    book.save()


def _new_register(register: Path) -> None:
    from xltool.writing.workbook import TextBook

    target = BytesIO()
    book: Any = TextBook(target, {"in_memory": True})
    book.set_properties({"title": SHEET})
    head = book.add_format({"bold": True, "bg_color": HEADER_FILL, "border": 1, "font_name": SONG, "valign": "vcenter"})
    text = book.add_format({"num_format": "@", "font_name": SONG})
    sheet = book.add_worksheet(SHEET)
    for col, (name, width) in enumerate(zip((*COLUMNS, "签收、备注"), (*_WIDTHS, 20), strict=True)):
        sheet.write_string(0, col, name, head)
        sheet.set_column(col, col, width, text)
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    write_atomic(register, target.getvalue())
