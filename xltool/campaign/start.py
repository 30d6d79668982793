"""A new campaign: folders, settings, a guided 名册, 豁免, the form it begins with, the secret.

Imports ``campaign.settings``, ``kept_form``, ``issue``, ``roster`` and ``intake``.
"""

from __future__ import annotations

from pathlib import Path

from xltool.campaign.intake.waivers import XLSX, write_waivers
from xltool.campaign.issue import signing
from xltool.campaign.kept_form import FOLDER, adopt, keep
from xltool.campaign.roster.guided import write_guided
from xltool.campaign.settings import Campaign, create
from xltool.form import load_form, located, path_given


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
    campaign = create(folder, str(found.id), year, title, deadline or found.spec.timing.due(year))
    adopted = adopt(folder, found, source)
    keep(campaign, found)
    signing.ensure(campaign)
    write_guided(campaign.roster, found)
    write_waivers(campaign.folder / XLSX, year)
    return campaign, adopted
