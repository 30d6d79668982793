"""Where everything stands: what is issued to a department, the sheets, the official forms, the calculation sheet."""
