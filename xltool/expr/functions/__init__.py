"""What formulas can do, computed and written as Excel formulas."""
