"""What a formula is: its text, its tree, its names."""
