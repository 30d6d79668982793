"""Documents that are not our workbook: the same table written in every format, odd features by name, hostile files."""
