"""收回/认领: files whose sender the tool cannot confirm and the officer has.

Imports ``examine.outcome`` and ``read``. Such a file names a department without proof; it counts for nobody until the
officer, having asked the department, moves it into the folder 认领. A newcomer would ask for a list to be filled
in: moving a file is something everybody can do, and the folder shows what was decided.
"""

from __future__ import annotations

import re
from dataclasses import replace

from xltool.examine.outcome import Outcome
from xltool.read import HELD

FOLDER = "认领"
TO_CLAIM = "来源待认领，没有计入；核实属实的，把文件放进“收回”里的“认领”文件夹再运行一次"
_SEPARATORS = re.compile(r"[/\\]")


def is_claimed(path: str, archive: str = "") -> bool:
    """Whether a file below 收回 lies in the folder. ``archive``: what it came in; its own folders are the sender's.

    >>> is_claimed("认领/a.xlsx"), is_claimed("包.zip/认领/a.xlsx", "包.zip"), is_claimed("认领/a.xlsx", "认领")
    (True, False, False)
    """
    return _SEPARATORS.split(archive or path, maxsplit=1)[0] == FOLDER and bool(_SEPARATORS.search(archive or path))


def claimed(outcome: Outcome) -> Outcome:
    """Return the outcome as it is once the officer has confirmed the sender."""
    kept = tuple(finding for finding in outcome.findings if finding.code not in HELD)
    return outcome if len(kept) == len(outcome.findings) else replace(outcome, findings=kept)
