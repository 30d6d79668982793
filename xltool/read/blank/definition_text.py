"""Pieces of a ``form.yaml`` as text, as people write them by hand. Imports ``writing``.

A newcomer would dump a tree with a YAML library: nobody could edit what comes out, and comments could not stand in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

_PLAIN = re.compile(r"(?:T\()?[\u4e00-\u9fff][\u4e00-\u9fff0-9A-Za-z（）()、]*|[a-z][a-z0-9_.]*(?<!\.)")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def scalar(value: object) -> str:
    """Return a value as YAML reads it back.

    >>> scalar("项目名称"), scalar("yes"), scalar('"（"&年度'), scalar(10), scalar(True)
    ('项目名称', '"yes"', '\\'"（"&年度\\'', '10', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if text.isprintable() and '"' in text:
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=not text.replace("\n", "").isprintable())


def flow(value: object) -> str:
    """Return a record on one line.

    >>> flow({"id": "a", "cells": [{"text": "甲", "cols": 2}]})
    '{id: a, cells: [{text: 甲, cols: 2}]}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def records(items: Sequence[Mapping[str, object]], indent: int) -> list[str]:
    """Return a list of records, one a line."""
    return [f"{' ' * indent}- {flow(item)}" for item in items]


def comment(text: str) -> list[str]:
    """Return a text as lines of comments."""
    return [f"# {line}" for line in " ".join(text.split("\n")).splitlines() or [""]]
