"""Findings about a filled form. Imports ``engine``, ``form`` and below; never looks into a file."""

from xltool.check.return_notices import NOTICES
from xltool.check.rules import check, owed

__all__ = ["NOTICES", "check", "owed"]
