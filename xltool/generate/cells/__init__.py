"""How cells are written: values, formulas, looks, and what is remembered of them."""
