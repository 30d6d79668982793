"""复核: which projects the bureau looks at again, the reviewers' workbooks, and what comes of them."""
