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
    try:
        yield
    except Exception as error:
        from xltool.campaign.plain_words import OWN_ERRORS, lines_of  # most commands end without
        from xltool.writing.text import for_screen

        if not isinstance(error, OWN_ERRORS):
            raise
        head, *places = lines_of(error)
        raise click.ClickException("\n  ".join([for_screen(head), *_first(places)])) from None
