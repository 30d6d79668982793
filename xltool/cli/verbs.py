"""The verbs, in the order of help. Imports nothing: what only needs their names loads no command."""

VERBS = (
    "demo",
    "init",
    "roster",
    "import-indicators",
    "generate",
    "pack",
    "check",
    "collect",
    "status",
    "letters",
    "report",
    "review",
    "merge",
    "migrate",
    "export-platform",
    "forms",
    "form",
    "rules",
    "explain",
    "help",
)
