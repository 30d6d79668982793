"""How text from outside leaves the tool: into a workbook, a letter, a table, onto a line of a terminal.

Imports ``files`` only, so that whoever writes can use it. ``text`` says what can be kept, ``workbook`` is the one place
where XlsxWriter is imported. A newcomer would call a library's own ``write`` with a department's text.
"""
