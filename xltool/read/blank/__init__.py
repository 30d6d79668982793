"""A blank official form becomes the draft of a ``form.yaml``: its layout, fields, points, and what a person must decide.

Imports ``read.official`` and ``read.tables``. Nothing a paper holds reaches the draft but its labels.
"""

from xltool.read.blank.blank_notices import NOTICES
from xltool.read.blank.drafting import BlankDraft, draft_from, unsound

__all__ = ["NOTICES", "BlankDraft", "draft_from", "unsound"]
