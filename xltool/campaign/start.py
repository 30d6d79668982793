"""A new campaign: folders, settings, an empty 名册 and 豁免, the secret.

Imports ``campaign.settings``, ``issue``, ``roster`` and ``intake``.
"""

from __future__ import annotations

from pathlib import Path

from xltool.campaign.intake.waivers import XLSX, write_waivers
from xltool.campaign.issue import signing
from xltool.campaign.roster.sheet import Roster, write_roster
from xltool.campaign.settings import Campaign, create
from xltool.form import form_by_id


def start(folder: Path, form_id: str, year: int, deadline: str = "") -> Campaign:
    """Make a campaign folder; without a deadline it is the end of March of the year after.

    Raises:
        CampaignError: the folder already is one, or the deadline is no date. DefinitionError: no such form.
    """
    form = form_by_id(form_id)
    campaign = create(folder, form_id, year, f"{year}年度{form.spec.title}汇总", deadline or f"{year + 1}-03-31")
    signing.ensure(campaign)
    write_roster(campaign.roster, Roster(()), form)
    write_waivers(campaign.folder / XLSX)
    return campaign
