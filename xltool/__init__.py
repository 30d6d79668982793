"""xltool: performance self-evaluation workbooks, generated, checked, scored and collected.

``xltool.api`` is the interface for other programs, loaded when it is first asked for: starting a command takes no notice
of it. ``check`` and ``generate`` are not repeated here, because rooms of the tool have these names.
Type checkers read ``__init__.pyi``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_LAZY = ("Campaign", "Outcome", "load_form")


def __getattr__(name: str) -> Any:
    if name != "api" and name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    api = import_module("xltool.api")
    return api if name == "api" else getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), "api", *_LAZY})
