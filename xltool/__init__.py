"""xltool: performance self-evaluation workbooks, generated, checked, scored and collected."""

__version__ = "0.1.0"
