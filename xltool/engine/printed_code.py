"""What is told of a printed form; ``paper_code`` computes it. Imports nothing of ours: it travels between processes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaperCode:
    """The code of one printed form: its title (自评表1), the project it is of (``""``: the department), the code.

    ``number``: of the project, from 1.
    """

    title: str
    project: str
    code: str
    number: int = 0
