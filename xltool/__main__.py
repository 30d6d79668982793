"""``python -m xltool``, and what the command ``xltool`` starts.

The processes that open returns import this module again: what they do not need is imported when the command runs.
"""

from typing import NoReturn


def main() -> NoReturn:
    """Run the command line.

    Where the system's locale knows no Chinese (``LC_ALL=C`` on Linux), files could not be named: Python starts again in its
    UTF-8 mode.
    """
    import os
    import sys

    if sys.getfilesystemencoding().lower() in ("ascii", "us-ascii", "iso8859-1", "latin-1") and not sys.flags.utf8_mode:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "xltool", *sys.argv[1:]])  # noqa: S606 - ourselves

    from xltool.cli import main as run

    run()


if __name__ == "__main__":
    main()
