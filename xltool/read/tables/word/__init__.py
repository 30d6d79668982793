"""Word documents: .docx walked as XML, .doc by way of .docx."""

from xltool.read.tables.word.document import OURS, DocumentWalk, body, document_part, read_docx

__all__ = ["OURS", "DocumentWalk", "body", "document_part", "read_docx"]
