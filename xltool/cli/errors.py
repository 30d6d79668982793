"""What the bureau can mend itself becomes one plain sentence and exit code 2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

_SHOWN = 100


def _first(problems: Sequence[object]) -> list[str]:
    """As many as somebody will read."""
    from xltool.writing.text import for_screen

    more = [f"……共 {len(problems)} 处，先改这些。"] if len(problems) > _SHOWN else []
    return [*(for_screen(str(problem)) for problem in problems[:_SHOWN]), *more]


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the errors that name the bureau's own files into messages."""
    from xltool.campaign.roster.sheet import RosterError
    from xltool.campaign.settings import CampaignError
    from xltool.files import TargetLockedError, UnusableFileError
    from xltool.form import DefinitionError
    from xltool.writing.text import for_screen

    try:
        yield
    except RosterError as error:
        raise click.ClickException("名册需要修改：\n  " + "\n  ".join(_first(error.problems))) from None
    except DefinitionError as error:
        raise click.ClickException("表样需要修改：\n  " + "\n  ".join(_first(error.problems))) from None
    except CampaignError as error:
        raise click.ClickException("\n  ".join(map(for_screen, error.lines))) from None
    except (TargetLockedError, UnusableFileError) as error:
        raise click.ClickException(for_screen(str(error))) from None
