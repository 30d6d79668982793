"""``--to``: whom letters and reminders go to, this once otherwise than ``xltool.toml`` says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xltool.campaign.settings import Campaign

ADDRESSEES = ("单位", "主管部门", "都写")
"""As ``campaign.settings`` has them; not imported, so that help is instant."""
TO_HELP = "写给谁：单位、主管部门（列明所属单位）、都写；默认按 xltool.toml 的 letters_to"


def addressed(campaign: Campaign, addressee: str | None) -> Campaign:
    """Return the campaign writing to ``addressee``, or as its settings say."""
    return replace(campaign, letters_to=addressee) if addressee else campaign
