"""A form as a workbook to change it in, and back again. Imports ``form.edit``, ``read`` and ``writing``."""
