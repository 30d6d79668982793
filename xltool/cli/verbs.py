"""The verbs, in the order of help. Imports nothing: what only needs their names loads no command."""

VERBS = (
    "demo",
    "init",
    "import-indicators",
    "generate",
    "check",
    "collect",
    "page",
    "status",
    "waive",
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
)
