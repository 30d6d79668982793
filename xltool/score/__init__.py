"""Scores of one filled form with their working. Imports ``engine``, ``form`` and below."""

from xltool.score.score_sheet import ProjectScore, ScoreLine, ScoreSheet, score, scored_blocks

__all__ = ["ProjectScore", "ScoreLine", "ScoreSheet", "score", "scored_blocks"]
