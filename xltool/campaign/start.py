"""A new campaign: folders, settings, a guided 名册, 豁免, the form it begins with, the secret; or all of it from the bureau.

Imports ``campaign.settings``, ``kept_form``, ``issue``, ``roster`` and ``intake``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from xltool.campaign.intake.waivers import XLSX, write_waivers
from xltool.campaign.issue import signing
from xltool.campaign.issue.bundle import read_bundle
from xltool.campaign.issue.handed_down import HandedDown, handed_down, path_of
from xltool.campaign.issue.outbox import RECORD, record_of
from xltool.campaign.kept_form import FOLDER, adopt, keep
from xltool.campaign.roster.guided import write_guided
from xltool.campaign.roster.reading import read_roster
from xltool.campaign.settings import FILE, Campaign, CampaignError, create, open_campaign
from xltool.files import write_atomic
from xltool.form import load_form, located, path_given


@dataclass(frozen=True, slots=True)
class Joined:
    """A campaign begun from the bureau's package. ``again``: it was there and was brought up to date; ``books``: workbooks."""

    campaign: Campaign
    above: HandedDown
    units: int
    books: int
    again: bool


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """What could not be made to its end (the disk was full) is no campaign: it can be begun again."""
    there, before = folder.exists(), (folder / FILE).exists()
    try:
        yield
    except BaseException:
        if not there:
            shutil.rmtree(folder, ignore_errors=True)
        elif not before:
            with suppress(OSError):  # the folder may be a file
                (folder / FILE).unlink(missing_ok=True)
        raise


def start_from(folder: Path, package: Path, deadline: str = "") -> Joined:
    """Make the campaign of a 主管部门 from the bureau's 批次包, or bring it up to date with a newer one.

    Settings, 收回 and the ledger of one that is there stay; 名册, 下发 and the form are the bureau's.

    Args:
        folder: the campaign's.
        package: the bureau's zip.
        deadline: an ISO date; by default the bureau's.

    Raises:
        CampaignError: it is no package or damaged; the folder is another campaign.
        DefinitionError, UnusableFileError: this version cannot use what is in it.
        TargetLockedError: a file cannot be written.
    """
    bundle = read_bundle(package)
    again = (folder / FILE).exists()
    with _whole(folder):
        if again:
            campaign = open_campaign(folder)
            before = handed_down(campaign)
            if before is None or (before.authority, before.key) != (bundle.above.authority, bundle.above.key):
                raise CampaignError(f"{folder} 是另一个批次，没有改动。请换一个文件夹名称。")
        else:
            settings = bundle.settings
            texts = [settings.get(name) for name in ("title", "deadline")]
            year = settings.get("year")
            if not all(isinstance(text, str) for text in texts) or not isinstance(year, int):
                raise CampaignError(f"{package} 已损坏，读不出来。请向财政局要一份新的批次包。")
            campaign = create(folder, str(bundle.form.id), year, str(texts[0]), deadline or str(texts[1]))
            write_waivers(campaign.folder / XLSX, year)
        keep(campaign, bundle.form)
        write_atomic(path_of(campaign), bundle.above.to_json().encode("utf-8"))
        write_atomic(campaign.roster, bundle.roster)
        for name, data in bundle.books.items():
            write_atomic(campaign.outbox / name, data)
        write_atomic(campaign.outbox / RECORD, record_of(bundle.issues))
    units = len(read_roster(campaign.roster, bundle.form).departments)
    return Joined(campaign, bundle.above, units, len(bundle.books), again)


def start(folder: Path, form: str, year: int, deadline: str = "") -> tuple[Campaign, Path | None]:
    """Make a campaign folder; without a deadline it is the one the form says.

    Args:
        folder: the new campaign's.
        form: id or path of the form.
        year: the year that is evaluated.
        deadline: an ISO date.

    Returns:
        The campaign, and where its copy of a form that somebody wrote lies; None for a form of the library.

    Raises:
        CampaignError: the folder already is one, or the deadline is no date.
        DefinitionError: there is no such form, or it cannot be used.
    """
    own = folder / FOLDER
    source = path_given(form) or located(form, [own])
    found = load_form(source, [own])
    title = f"{year}年度{found.spec.title}汇总"
    with _whole(folder):
        campaign = create(folder, str(found.id), year, title, deadline or found.spec.timing.due(year))
        adopted = adopt(folder, found, source)
        keep(campaign, found)
        signing.ensure(campaign)
        write_guided(campaign.roster, found)
        write_waivers(campaign.folder / XLSX, year)
    return campaign, adopted
