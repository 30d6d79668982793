"""A return of ours: who sent it, which form, its cells found again and read."""
