"""Every file ever received with its outcome, kept in one SQLite file."""
