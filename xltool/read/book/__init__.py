"""A file's cells as they stand: xlsx, xls, ods read into one type."""
