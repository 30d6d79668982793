"""The rule language: Excel formulas over field names, computed in Python and written as Excel.

Above ``notation`` in the import order, below ``form``. A newcomer's mistake would be to change one side
only: every function has both sides in one record of ``functions``, and tests compare them in LibreOffice.
"""

from __future__ import annotations

from xltool.expr.bind import bind, known_names, names
from xltool.expr.evaluate import arithmetic, broken, evaluate
from xltool.expr.functions.aggregates import ColumnValues
from xltool.expr.functions.decimals import formatted, is_format
from xltool.expr.functions.excel import beyond_excel, literal, nesting, to_excel
from xltool.expr.functions.known import FUNCTIONS
from xltool.expr.functions.python import Bound, breaks
from xltool.expr.language.errors import ExprError
from xltool.expr.language.parse import parse
from xltool.expr.language.shorthand import SHORTHANDS
from xltool.expr.language.symbols import NA, Cells, Env, NotApplicable, Scalar, Scope, Symbol, Type
from xltool.expr.language.tree import Expr
from xltool.expr.template import (
    BoundTemplate,
    Template,
    bind_template,
    parse_template,
    render,
    template_to_excel,
)

__all__ = [
    "FUNCTIONS",
    "NA",
    "SHORTHANDS",
    "Bound",
    "BoundTemplate",
    "Cells",
    "ColumnValues",
    "Env",
    "Expr",
    "ExprError",
    "NotApplicable",
    "Scalar",
    "Scope",
    "Symbol",
    "Template",
    "Type",
    "arithmetic",
    "beyond_excel",
    "bind",
    "bind_template",
    "breaks",
    "broken",
    "evaluate",
    "formatted",
    "is_format",
    "known_names",
    "literal",
    "names",
    "nesting",
    "parse",
    "parse_template",
    "render",
    "template_to_excel",
    "to_excel",
]
