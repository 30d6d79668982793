"""PDF files with text."""

from xltool.read.tables.pdf.document import read_pdf

__all__ = ["read_pdf"]
