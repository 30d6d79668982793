"""The one way to open or rewrite a zip of XML (xlsx, ods, docx): the gate and the part patcher.

Imports ``findings``. Whoever needs what is inside such a file comes through ``gate``; whoever changes a part and
hands the rest on as it is comes through ``package``, which stands behind the gate.
"""
