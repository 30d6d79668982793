"""The department's own Word file back, with the cells in question shaded and a Word comment on each."""

from xltool.report.marked_copy.word.copy import is_word, marked_document

__all__ = ["is_word", "marked_document"]
