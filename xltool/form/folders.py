"""Where forms are; nothing is read here, so that whoever only names forms loads none.

Three places, in this order: the campaign's 表样, the user's own folder, the library of the package. A form is asked for
by its id, and an id names a folder of these places that was listed, never a way: a returned file may name anything.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

FILE = "form.yaml"
_FOLDER = re.compile(r"[^/\\\\:\x00-\x1f.][^/\\\\:\x00-\x1f]{0,79}")
USERS_FOLDER = "XLTOOL_FORMS"
"""The environment variable that names the user's folder of forms."""


def is_id(text: str) -> bool:
    """Return whether a text can be a form's id: the name of one folder, never a way to another.

    >>> is_id("hunan-2022"), is_id("../hunan-2022"), is_id(".."), is_id("a/b"), is_id("C:x")
    (True, False, False, False, False)
    """
    return _FOLDER.fullmatch(text) is not None


def library() -> Path:
    """Return the folder of forms: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "workbook_templates"
    return installed if installed.is_dir() else package.parent / "workbook_templates"


def users_folder() -> Path:
    """Return where a person keeps forms of their own: 表样 in xltool under the home folder, unless ``XLTOOL_FORMS`` says."""
    said = os.environ.get(USERS_FOLDER, "")
    return Path(said) if said else Path.home() / "xltool" / "表样"


def ids_in(folder: Path) -> tuple[str, ...]:
    """Return the ids of the forms in a folder, sorted; folders with a leading _ only serve as a base."""
    names = (path.parent.name for path in folder.glob(f"*/{FILE}"))
    return tuple(sorted(name for name in names if not name.startswith("_") and is_id(name)))


def form_ids() -> tuple[str, ...]:
    """Return the ids of all forms in the library, sorted."""
    return ids_in(library())


def known_ids() -> tuple[str, ...]:
    """Return the ids of the forms in the library and in the user's folder, sorted."""
    return tuple(sorted({*form_ids(), *ids_in(users_folder())}))
