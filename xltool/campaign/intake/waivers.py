"""Exceptions as data: 豁免.xlsx or 豁免.toml (``[[waiver]]`` with code, department, reason, approver, until).

Imports ``campaign.settings``. An exception never changes a rule: the finding is taken out of the verdict and
shown as 豁免 with its reason wherever the result is shown. Mistakes in the file stop the run, all at once,
because a mistyped code would silently excuse nobody or the wrong department.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from xltool.campaign.settings import Campaign, CampaignError, read_toml
from xltool.examine.outcome import Outcome, Waived
from xltool.files import own_text, write_atomic
from xltool.writing.text import LOST, clean

XLSX, TOML = "豁免.xlsx", "豁免.toml"
COLUMNS = ("编号", "部门编码", "理由", "批准人", "有效期至")
EVERYONE = "*"
_LONGEST = 200  # characters of a text added here
_TOML_BYTES = 1_000_000
_TOML_KEYS = dict(zip(("code", "department", "reason", "approver", "until"), COLUMNS, strict=True))


@dataclass(frozen=True, slots=True)
class Waiver:
    """One approved exception. ``department`` ``*`` means all; ``until`` is the last day it holds."""

    code: str
    department: str
    reason: str
    approver: str
    until: datetime.date


@dataclass(frozen=True, slots=True)
class Waivers:
    """All exceptions of a campaign that hold on a day."""

    items: tuple[Waiver, ...] = ()

    def of(self, department: str) -> tuple[Waiver, ...]:
        """Return the exceptions of one department."""
        return tuple(item for item in self.items if item.department in (department, EVERYONE))

    def basis(self, department: str) -> str:
        """Return a text that changes whenever the department's exceptions do."""
        found = repr(self.of(department)) if self.of(department) else ""
        return hashlib.sha256(found.encode()).hexdigest()[:16] if found else ""

    def apply(self, outcome: Outcome) -> Outcome:
        """Return the outcome with excepted findings moved from ``findings`` to ``waived``."""
        if outcome.issue is None:
            return outcome
        by_code = {item.code: item for item in reversed(self.of(outcome.issue.department))}
        hit = [finding for finding in outcome.findings if finding.code in by_code]
        if not hit:
            return outcome
        waived = tuple(
            Waived(finding, item.reason, item.approver, item.until.isoformat())
            for finding in hit
            for item in (by_code[finding.code],)
        )
        kept = tuple(finding for finding in outcome.findings if finding.code not in by_code)
        return replace(outcome, findings=kept, waived=waived)


def read_waivers(campaign: Campaign, codes: Collection[str], departments: Collection[str], today: str) -> Waivers:
    """Read 豁免.xlsx or 豁免.toml of a campaign folder; neither is needed. Expired ones are left out.

    Raises:
        CampaignError: with every mistake found, by row.
    """
    problems: list[str] = []
    found: list[Waiver] = []
    for path, reader in ((campaign.folder / XLSX, _xlsx), (campaign.folder / TOML, _toml)):
        if path.exists():
            for where, values in reader(path):
                item = _waiver(f"{path.name} {where}", values, codes, departments, problems, campaign.year)
                if item is not None:
                    found.append(item)
    if problems:
        raise CampaignError("豁免需要修改：", problems)
    return Waivers(tuple(item for item in found if item.until.isoformat() >= today))


def write_waivers(path: Path, year: int = 2022) -> None:
    """Write an empty 豁免.xlsx to be filled in; ``year``: that is evaluated, for the sample of a date."""
    from xltool.report.workbook.book import Book, Column, Table

    with Book("豁免") as book:
        widths = (12, 16, 50, 16, 16)
        columns = tuple(Column(name, width) for name, width in zip(COLUMNS, widths, strict=True))
        note = f"编号见 xltool rules；部门编码填 * 表示所有部门；有效期写成 {year + 1}-12-31。"
        book.table(Table("豁免", "豁免：经批准不再要求修改的问题", note, columns, ()))
        book.save(path)


def add_waiver(
    campaign: Campaign, values: Mapping[str, str], codes: Collection[str], departments: Collection[str]
) -> Waiver:
    """Add an exception to 豁免.toml, below what stands there, and return it; 豁免.xlsx is the officer's own and stays as it is.

    ``values`` by the names of ``COLUMNS``.

    Raises:
        CampaignError: something in it is missing or wrong, or what stands in the file is. Nothing is written then.
    """
    problems: list[str] = []
    texts = {name: " ".join(values.get(name, "").split()) for name in COLUMNS}
    item = _waiver("这一条", texts, codes, departments, problems, campaign.year)
    long = [f"这一条：“{name}”超过 {_LONGEST} 个字。" for name, text in texts.items() if len(text) > _LONGEST]
    if item is None or long:
        raise CampaignError("豁免没有添加：", [*problems, *long])
    path = campaign.folder / TOML
    before = ""
    if path.exists():
        list(_toml(path))
        before = own_text(path, _TOML_BYTES).rstrip() + "\n\n"
    lines = [f"{key} = {_quoted(texts[name])}\n" for key, name in _TOML_KEYS.items()]
    write_atomic(path, f"{before}[[waiver]]\n{''.join(lines)}".encode())
    return item


def _quoted(text: str) -> str:
    """A basic string of TOML; what has no place in a text (control characters, halves of pairs) is gone."""
    kept = "".join(character for character in clean(text) if character.isprintable() or character == LOST)
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _waiver(
    where: str,
    values: Mapping[str, str],
    codes: Collection[str],
    departments: Collection[str],
    problems: list[str],
    year: int,
) -> Waiver | None:
    before = len(problems)
    problems += [f"{where}：“{name}”没有填。" for name in COLUMNS if not values.get(name)]
    code, department = values.get("编号", "").upper(), values.get("部门编码", "")
    if code and code not in codes:
        problems.append(f"{where}：没有编号为“{code}”的规则，可用 xltool rules 查看全部编号。")
    if department and department != EVERYONE and department not in departments:
        problems.append(f"{where}：部门编码“{department}”不在名册里。")
    until = _date(values.get("有效期至", ""))
    if values.get("有效期至") and until is None:
        problems.append(f"{where}：“有效期至”填的是“{values['有效期至']}”，请写成 {year + 1}-12-31 这样的日期。")
    if len(problems) > before or until is None:
        return None
    return Waiver(code, department, values["理由"], values["批准人"], until)


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text.strip()[:10].replace("/", "-"))
    except ValueError:
        return None


def _xlsx(path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    from xltool.campaign.roster.workbook_tables import tables

    table = next(iter(tables(path).values()))
    header: Mapping[int, str] = {}
    for number, line in table.lines():
        if not header:
            names = {col: "".join(text.split()) for col, text in line.items()}
            header = names if "编号" in names.values() else {}
        elif line.get(0) != "暂无数据":
            values = {name: line[col] for col, name in header.items() if col in line}
            if values:
                yield f"第 {number + 1} 行", values
    if not header:
        raise CampaignError(f"{path} 里没有找到表头。第一张工作表应有栏目：{'、'.join(COLUMNS)}。")


def _toml(path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    data = read_toml(path)
    items = data.get("waiver", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items) or set(data) - {"waiver"}:
        raise CampaignError(f"{path}：每条豁免请写成一段 [[waiver]]，其中写 {'、'.join(_TOML_KEYS)}。")
    for number, item in enumerate(items, start=1):
        yield f"第 {number} 条", {_TOML_KEYS.get(key, key): str(value).strip() for key, value in item.items()}
