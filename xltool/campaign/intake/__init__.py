"""What comes back: files found, attributed to a department, chosen, marked."""
