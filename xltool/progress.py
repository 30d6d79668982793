"""How work that takes a while tells how far it is. Imports nothing of ours.

Whoever works calls a ``Progress``; a command shows it as a bar or as lines, the page as a line of its own, most as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Progress = Callable[[int, int, str], None]
"""How many are done, of how many, and what the last one was."""
_T = TypeVar("_T")


def silent(_done: int, _total: int, _name: str) -> None:
    """Tell nobody."""


def followed(
    items: Iterable[_T], total: int, progress: Progress, name: Callable[[_T], str] = lambda _: ""
) -> Iterator[_T]:
    """Yield ``items``, telling of each when the next one is asked for: then it is done.

    >>> told = []
    >>> [item for item in followed("ab", 2, lambda *step: told.append(step), str)], told
    (['a', 'b'], [(1, 2, 'a'), (2, 2, 'b')])
    """
    for number, item in enumerate(items, start=1):
        yield item
        progress(number, total, name(item))
