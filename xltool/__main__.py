"""``python -m xltool``, and what the command ``xltool`` starts.

The processes that open returns import this module again: what they do not need is imported when the command runs.
"""

from typing import NoReturn


def main() -> NoReturn:
    """Run the command line."""
    from xltool.cli import main as run

    run()


if __name__ == "__main__":
    main()
