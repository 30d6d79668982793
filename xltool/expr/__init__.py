"""The rule language: Excel formulas over field names, computed in Python and written as Excel.

Above ``notation`` in the import order, below ``form``. A newcomer's mistake would be to change one side
only: every function has both sides in one record of ``functions``, and tests compare them in LibreOffice.
"""

from __future__ import annotations

from xltool.expr.bind import bind, known_names, names
from xltool.expr.decimals import formatted, is_format
from xltool.expr.errors import ExprError
from xltool.expr.evaluate import broken, evaluate
from xltool.expr.excel import literal, to_excel
from xltool.expr.functions import FUNCTIONS
from xltool.expr.nodes import Bound
from xltool.expr.parse import parse
from xltool.expr.symbols import NA, Cells, Env, NotApplicable, Scope, Symbol, Type, Value
from xltool.expr.template import (
    BoundTemplate,
    Template,
    bind_template,
    parse_template,
    render,
    template_to_excel,
)
from xltool.expr.tree import Expr

__all__ = [
    "FUNCTIONS",
    "NA",
    "Bound",
    "BoundTemplate",
    "Cells",
    "Env",
    "Expr",
    "ExprError",
    "NotApplicable",
    "Scope",
    "Symbol",
    "Template",
    "Type",
    "Value",
    "bind",
    "bind_template",
    "broken",
    "evaluate",
    "formatted",
    "is_format",
    "known_names",
    "literal",
    "names",
    "parse",
    "parse_template",
    "render",
    "template_to_excel",
    "to_excel",
]
