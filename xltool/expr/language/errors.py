"""The one exception of the rule language. Imports nothing.

``ExprError`` is for the author of a form and is raised before any department's value is seen;
values never raise, they make an expression not applicable (see ``symbols.NA``).
"""

from __future__ import annotations


class ExprError(ValueError):
    """A rule that cannot be understood.

    ``message`` is Chinese and for the form's author; ``position`` the 0-based column in the
    rule's text, -1 when no single place is to blame.
    """

    def __init__(self, message: str, position: int = -1) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
