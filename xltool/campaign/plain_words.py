"""The errors that name the bureau's own files, as lines to show: on the terminal and on the page alike.

Imports ``campaign.settings``, ``campaign.roster`` and ``form``. A newcomer would word them where they are caught, and the
page would say something else than the command.
"""

from __future__ import annotations

from xltool.campaign.roster.sheet import RosterError
from xltool.campaign.settings import CampaignError
from xltool.files import TargetLockedError, UnusableFileError
from xltool.form import DefinitionError
from xltool.form.definition.strict import UnknownFormError

OWN_ERRORS = (RosterError, DefinitionError, CampaignError, TargetLockedError, UnusableFileError)
"""What the bureau can mend itself."""


def lines_of(error: BaseException) -> tuple[str, ...]:
    """Return what one of ``OWN_ERRORS`` says: what it is about, then the places."""
    if isinstance(error, RosterError):
        return ("名册需要修改：", *error.problems)
    if isinstance(error, UnknownFormError):
        return (error.text,)
    if isinstance(error, DefinitionError):
        return ("表样需要修改：", *map(str, error.problems))
    return error.lines if isinstance(error, CampaignError) else (str(error),)
