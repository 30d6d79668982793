"""From form and shape to a workbook. Imports ``engine``, ``form`` and below; writes with XlsxWriter."""

from xltool.generate.workbook import generate

__all__ = ["generate"]
