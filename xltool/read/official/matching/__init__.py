"""The lines of a document against the plan of a print: which cell holds which field.

Imports ``labels`` and ``plan`` of the room above and ``read.tables.grid``. From bottom to top: ``lines`` and
``levels``, ``sense`` (what a text may mean), ``state`` (where the reading stands), ``heads``, ``rows``, ``figures``, ``match``.
"""
