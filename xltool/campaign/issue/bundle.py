"""批次包: what a 主管部门 needs to run the bureau's campaign for its own units, as one zip.

Imports the other modules of this room, ``roster``, ``kept_form`` and ``read``. It holds the units' lines of the roster, the form
as it was issued, the record of issues with their seals, and the workbooks themselves: the ones the bureau issued, so that
what comes back there is what the bureau would accept. Only contents are taken from a package, never a name or a path.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from xltool.campaign.issue import signing
from xltool.campaign.issue.handed_down import HandedDown, parsed
from xltool.campaign.issue.outbox import RECORD, file_name, issued, issues_in, record_of
from xltool.campaign.roster.sheet import Roster, authority_of, roster_workbook
from xltool.campaign.settings import ROSTER, Campaign, CampaignError
from xltool.files import read_own
from xltool.form import Form, Issue, composed_of, form_from
from xltool.read import Archived, Refused

ABOVE, SETTINGS, FORM, BOOKS = "上级.json", "批次.json", "表样.yaml", "下发"
_BYTES = 2_000_000_000
_MADE = (1980, 1, 1, 0, 0, 0)  # the same content twice is the same bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """A package read. ``settings``: of the bureau's campaign; ``books``: file name in 下发 to content."""

    above: HandedDown
    settings: Mapping[str, Any]
    form: Form
    roster: bytes
    issues: tuple[Issue, ...]
    books: Mapping[str, bytes]


def bundle_of(campaign: Campaign, form: Form, roster: Roster, authority: str, made: str) -> bytes:
    """Return the package for a 主管部门. ``made``: when, in ISO 8601.

    Raises:
        CampaignError: this is itself a campaign handed down; the record or the secret is damaged.
        UnusableFileError: a workbook cannot be read.
    """
    secret = signing.load(campaign)
    units = tuple(row for row in roster.departments if authority_of(row) == authority)
    codes = {row["部门编码"] for row in units}
    projects = tuple(row for row in roster.projects if row["部门编码"] in codes)
    of_project = {row["项目编码"] for row in projects}
    part = Roster(units, projects, tuple(row for row in roster.indicators if row["项目编码"] in of_project))
    issues = [issue for issue in issued(campaign).values() if issue.department in codes]
    seals = {issue.issue_id: issue.seal for issue in issues}
    above = HandedDown(authority, campaign.bureau.strip(), signing.key_of(secret, authority), seals, made)
    settings = {"form": campaign.form, "year": campaign.year, "title": campaign.title, "deadline": campaign.deadline}
    latest = {issue.department: file_name(issue, form) for issue in issues}
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, data: bytes, packed: int = zipfile.ZIP_DEFLATED) -> None:
            archive.writestr(zipfile.ZipInfo(name, _MADE), data, packed)

        add(ABOVE, above.to_json().encode("utf-8"))
        add(SETTINGS, json.dumps(settings, ensure_ascii=False).encode("utf-8"))
        add(FORM, composed_of(form).encode("utf-8"))
        add(ROSTER, roster_workbook(part, form))
        add(RECORD, record_of(issues))
        for name in latest.values():
            path = campaign.outbox / name
            if path.is_file():
                add(f"{BOOKS}/{name}", read_own(path, _BYTES), zipfile.ZIP_STORED)
    return target.getvalue()


def read_bundle(path: Path) -> Bundle:
    """Read a package.

    Raises:
        CampaignError: it is none, or damaged; says what to do.
        UnusableFileError: it cannot be read.
        DefinitionError: this version of the tool cannot use the form in it.
    """
    archive = Archived.opened(path.name, read_own(path, _BYTES))
    names = {member.name for member in archive.members} if archive is not None else set()
    if archive is None or not {ABOVE, SETTINGS, FORM, ROSTER, RECORD} <= names:
        raise CampaignError(
            f"{path} 不是财政局给主管部门的批次包，或者不完整。批次包由财政局用 xltool pack --with-campaign 做出。"
        )
    try:
        above = parsed(archive.content(ABOVE), f"{path} 里的 {ABOVE}")
        settings = json.loads(archive.content(SETTINGS).decode("utf-8"))
        if not isinstance(settings, dict):
            raise TypeError
        form = form_from(archive.content(FORM).decode("utf-8"), f"{path.name}/{FORM}")
        issues = tuple(issues_in(archive.content(RECORD), f"{path} 里的 {RECORD}"))
        known = {file_name(issue, form) for issue in issues}
        books = {name: archive.content(f"{BOOKS}/{name}") for name in sorted(known) if f"{BOOKS}/{name}" in names}
        return Bundle(above, settings, form, archive.content(ROSTER), issues, books)
    except (Refused, ValueError, TypeError, RecursionError):
        raise CampaignError(f"{path} 已损坏，读不出来。请向财政局要一份新的批次包。") from None
