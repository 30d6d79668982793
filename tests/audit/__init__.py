"""Everything known to make Excel or WPS repair a workbook or misbehave, and LibreOffice does not mind: one audit for any .xlsx.

``audit(data)`` says what is wrong. ``test_rules.py`` breaks a workbook in every way that a rule names; ``test_written.py``
takes what the tool writes, of every kind, for every form.
"""

from __future__ import annotations

from tests.audit import formulas, package, sheets
from tests.audit.parsed import Parsed

RULES = {rule.__name__: rule for rule in (*formulas.RULES, *sheets.RULES, *package.RULES)}


def audit(data: bytes) -> list[str]:
    """What is wrong with a workbook, each as ``rule: where and what``; nothing if all is well.

    Args:
        data: an .xlsx that can be opened; its parts are well-formed XML.
    """
    book = Parsed.of(data)
    return [f"{name}: {found}" for name, rule in RULES.items() for found in rule(book)]
