"""Word documents from templates that the bureau edits."""
