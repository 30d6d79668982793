"""xltool: performance self-evaluation workbooks, generated, checked, scored and collected.

``xltool.api`` is the interface for other programs, loaded when it is first asked for: starting a command takes no notice
of it. ``check`` and ``generate`` are not repeated here, because rooms of the tool have these names.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xltool import api as api
    from xltool.api import Campaign as Campaign
    from xltool.api import Outcome as Outcome
    from xltool.api import load_form as load_form

__version__ = "0.1.0"

_LAZY = ("Campaign", "Outcome", "load_form")


def __getattr__(name: str) -> Any:
    if name != "api" and name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    api = import_module("xltool.api")
    return api if name == "api" else getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), "api", *_LAZY})
