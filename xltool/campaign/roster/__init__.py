"""The roster: the bureau's own list of departments, projects, budgets and approved indicators."""
