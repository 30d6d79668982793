"""What a process takes of memory and of the processor, and how much it may."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


def give_back() -> None:
    """Return free memory to the system where the C library keeps it (glibc); elsewhere it is returned anyway.

    What is read once and taken apart (a large roster, the issues of ten thousand departments) leaves holes that would
    stay this process's for as long as it lives.
    """
    import ctypes

    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def limit_memory(extra: int) -> None:
    """Let the system refuse more memory than allowed, where it can (Linux); the parent watches everywhere."""
    try:
        import resource

        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        limit = int(pages) * resource.getpagesize() + extra
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, OSError, ValueError):
        return


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process takes: bytes of memory, seconds of the processor since it was started; zeros if it is gone."""

    memory: int = 0
    seconds: float = 0.0

    @classmethod
    def of(cls, pid: int | None) -> Usage:
        """Ask the system."""
        import psutil

        try:
            process = psutil.Process(pid or 0)
            spent = process.cpu_times()
            return cls(int(process.memory_info().rss), float(spent.user + spent.system))
        except psutil.Error:
            return cls()
