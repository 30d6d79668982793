"""What may be taken away: originals, marked copies, letters, lists, each found through what the campaign knows.

Imports ``campaign``. A request names a file of 收回 by its digest, or a department by its code, never a path; everything is
sent as something to be saved, never to be shown: a department's HTML must not run in the page's name.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from xltool.campaign.correspondence.letters import LETTERS, REPORT, notice_name
from xltool.campaign.issue.outbox import file_name
from xltool.campaign.province.merge import FILE as MERGED
from xltool.campaign.review.results import DIFFERENCES
from xltool.campaign.review.review_book import BOOKS
from xltool.campaign.review.sample_list import FOLDER as REVIEW
from xltool.campaign.review.sample_list import LIST as SAMPLE
from xltool.campaign.roster.issuing import issue_for
from xltool.campaign.roster.rewriting import kept_rosters
from xltool.campaign.settings import FILE, ROSTER, Campaign, open_campaign
from xltool.campaign.status import FOLDER, LIST, DepartmentLine, reminder_name
from xltool.campaign.summarise import DATA
from xltool.files import readable, safe_name
from xltool.page.rendering import asked, folder_of, shown_of, site_of
from xltool.page.shelf import CampaignView, ident


@dataclass(frozen=True, slots=True)
class Offer:
    """A file of the campaign that can be taken away: what it is called on the button, and its query."""

    label: str
    query: str
    path: Path


def waiting(shown: CampaignView, line: DepartmentLine | None = None) -> list[Offer]:
    """Return what is there: of a department, or of the campaign as a whole."""
    found = [Offer(label, query, path) for query, (label, path) in _known(shown, line).items()]
    return [offer for offer in found if offer.path.is_file()]


def _known(shown: CampaignView, line: DepartmentLine | None) -> dict[str, tuple[str, Path]]:
    campaign = shown.collected.campaign
    results = campaign.summary.parent
    if line is None:
        review = results / REVIEW
        return {
            "kind=summary": ("汇总.xlsx", campaign.summary),
            "kind=list": (LIST, results / LIST),
            "kind=report": (REPORT, results / LETTERS / REPORT),
            "kind=sample": (SAMPLE, review / SAMPLE),
            "kind=differences": (DIFFERENCES, review / DIFFERENCES),
        }
    found = {}
    for path in (line.file, line.unread):
        receipt = shown.receipts.get(ident(path)) if path else None
        if receipt is not None:
            own = _original(shown, path)
            if receipt.copy:
                found[f"kind=copy&id={ident(path)}"] = ("退回件（有标注的副本）", campaign.returned / receipt.copy)
            found[f"kind=original&id={ident(path)}"] = ("原件", own)
    who = f"department={_quoted(line.code)}"
    found[f"kind=letter&{who}"] = ("退回修改通知（Word）", results / LETTERS / notice_name(line))
    found[f"kind=reminder&{who}"] = ("催报文字", results / FOLDER / reminder_name(line))
    row = next((row for row in shown.collected.roster.departments if row["部门编码"] == line.code), None)
    if row is not None:
        issue = issue_for(shown.collected.form, shown.collected.roster, row, campaign.year, spare=campaign.spare_rows)
        found[f"kind=issued&{who}"] = ("下发表", campaign.outbox / file_name(issue, shown.collected.form))
    return found


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="", errors="surrogatepass")


def _original(shown: CampaignView, path: str) -> Path:
    """The file itself, of a member of an archive the archive."""
    with shown.collected.open() as opened:
        archive = opened.archive(shown.receipts[ident(path)])
    return shown.collected.campaign.inbox / (archive or path)


def download(request: Request) -> Response:
    """Send one of the campaign's files.

    Raises:
        HTTPException: there is no such file, or it lies elsewhere.
    """
    shown = shown_of(request)
    path = _found(request, shown)
    if path is None or not _within(path, shown.collected.campaign):
        raise HTTPException(404, "没有这个文件：还没有写出，或者已经移走、改名。")
    return _sent(path, safe_name(readable(path.stem)) + path.suffix.encode("utf-8", "replace").decode())


def _sent(path: Path, name: str) -> Response:
    return FileResponse(
        path, media_type="application/octet-stream", filename=name, content_disposition_type="attachment"
    )


def rosters(request: Request) -> Response:
    """Send the roster, or one that was replaced; also when it cannot be used, for then it is to be mended.

    Raises:
        HTTPException: there is no such file.
    """
    campaign, name = open_campaign(folder_of(request)), asked(request, "name") or ROSTER
    known = (campaign.roster, *kept_rosters(campaign.roster))
    path = next((path for path in known if path.name == name and path.is_file() and not path.is_symlink()), None)
    if path is None:
        raise HTTPException(404, "没有这份名册：可能已经移走、改名。")
    return _sent(path, name)


def merged_before(folder: Path) -> list[tuple[str, str]]:
    """Return what ``merge`` wrote into folders beside the campaigns: the folder's name, and when."""
    try:
        found = sorted(path for path in folder.iterdir() if _is_merged(path))
    except OSError:
        found = []
    return [(path.name, written_at(path / MERGED)) for path in found]


def _is_merged(path: Path) -> bool:
    own = path / MERGED
    return not path.is_symlink() and not (path / FILE).exists() and (path / DATA).is_dir() and own.is_file()


def merged(request: Request) -> Response:
    """Send a 汇总.xlsx that ``merge`` wrote.

    Raises:
        HTTPException: there is none.
    """
    folder, name = site_of(request).shelf.folder, asked(request, "name")
    path = next((folder / known / MERGED for known, _ in merged_before(folder) if known == name), None)
    if path is None or path.is_symlink() or site_of(request).shelf.single:
        raise HTTPException(404, "没有这个汇总：可能已经移走、改名。")
    return _sent(path, f"{name}_{MERGED}")


def written_at(path: Path) -> str:
    """Return when a file was written, in words."""
    try:
        return datetime.datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d %H:%M")
    except (OSError, OverflowError, ValueError):
        return "时间读不出"


def review_books(campaign: Campaign) -> list[Path]:
    """Return the reviewers' workbooks that are there."""
    return sorted((campaign.summary.parent / REVIEW / BOOKS).glob("*.xlsx"))


def _found(request: Request, shown: CampaignView) -> Path | None:
    kind, number, code = asked(request, "kind"), asked(request, "id"), asked(request, "department")
    campaign = shown.collected.campaign
    if kind == "book":
        return next((path for path in review_books(campaign) if ident(path.name) == number), None)
    if kind in ("original", "copy"):
        receipt = shown.receipts.get(number)
        if receipt is None:
            return None
        if kind == "original":
            return _original(shown, receipt.head.path)
        return campaign.returned / receipt.copy if receipt.copy else None
    line = shown.lines.get(code) if code else None
    if code and line is None:
        return None
    wanted = f"kind={kind}" + (f"&department={_quoted(code)}" if code else "")
    known = _known(shown, line).get(wanted)
    return known[1] if known else None


def _within(path: Path, campaign: Campaign) -> bool:
    """Whether it is a file of the campaign's folders; a link in them may lead anywhere, a folder be one on a server."""
    for folder in (campaign.inbox, campaign.returned, campaign.summary.parent, campaign.outbox):
        if path.is_relative_to(folder):
            try:
                return path.is_file() and path.resolve(strict=True).is_relative_to(folder.resolve(strict=True))
            except (OSError, ValueError, RuntimeError):
                return False
    return False
