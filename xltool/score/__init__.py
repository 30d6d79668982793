"""Scores of one filled form with their working. Imports ``engine``, ``form`` and below.

What scores is loaded when it is first asked for: the process that hands out files only receives score sheets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xltool.score.score_sheet import ProjectScore, ScoreLine, ScoreSheet

if TYPE_CHECKING:
    from xltool.score.reckoning import score, scored_blocks

__all__ = ["ProjectScore", "ScoreLine", "ScoreSheet", "score", "scored_blocks"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from xltool.score import reckoning

    return getattr(reckoning, name)
