"""A department's own file, marked where something is to be corrected."""
