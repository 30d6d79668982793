"""Documents that are not our workbook, as tables and paragraphs: Word, official sheets, web pages, PDF, text dumps."""
