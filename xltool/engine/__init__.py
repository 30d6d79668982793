"""The engine: what follows from a filled form, computed in Python and written as Excel formulas.

Stands above ``form`` and below generate, read, check and score, because a generated workbook needs the
same values (as cached results) that checking a return needs.
"""
