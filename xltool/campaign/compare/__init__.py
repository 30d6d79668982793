"""Departments beside each other, last year and the roster: what one workbook alone cannot show."""
