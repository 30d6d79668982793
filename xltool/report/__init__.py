"""Everything shown to the bureau and the departments: console, JSON, 汇总 workbook, marked copies.

Imports ``examine`` and below. This file imports nothing on purpose: ``xltool.report.console`` must start
without pandas, XlsxWriter and lxml, so import the module you need.
"""
