"""How our own workbooks are written: sheets as data, looks, streaming."""
