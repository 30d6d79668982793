"""What we wrote into a folder in which people work, too (催报, 通知): only that is written over or taken away.

Imports ``files``. A hidden list beside the files holds the digest of everything we wrote there; a letter somebody has
edited, or put there, is none of ours any more and is named instead. A newcomer would clear the folder by file type.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from xltool.files import TargetLockedError, UnusableFileError, own_text, read_own, write_atomic

RECORD = ".xltool-written"
_RECORD_BYTES, _FILE_BYTES = 20_000_000, 50_000_000


@dataclass(frozen=True, slots=True)
class Written:
    """``paths``: what is there now and ours. ``kept``: what people changed and we left alone. ``blocked``: could not be written."""

    paths: tuple[Path, ...]
    kept: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


def replace_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> Written:
    """Write files into ``folder``; what we wrote there before and is not among them goes.

    Every digest is noted before its file is written, so a run that was killed leaves nothing we would not know.
    """
    known = _known(folder)
    first = not known  # nothing noted yet: an earlier version of ours wrote here, by the same names
    paths, kept, blocked, current = [], [], [], {}
    for name, data in files:
        path, digest = folder / name, hashlib.sha256(data).hexdigest()
        current[name] = known.get(name, set()) | {digest}
        if not first and _foreign(path, current[name]):
            kept.append(f"{path} 改过，或不是本工具写的，没有覆盖。需要新的请先把它改名或移走，再运行一次。")
            continue
        try:
            _note(folder, name, digest)
            write_atomic(path, data)
        except TargetLockedError as error:
            blocked.append(str(error))
            continue
        current[name] = {digest}
        paths.append(path)
    for name in sorted(known.keys() - current.keys()):
        path = folder / name
        if _foreign(path, known[name]):
            kept.append(f"{path} 已经不需要了，但改过，没有删除。请核对后自行处理。")
            continue
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            blocked.append(str(TargetLockedError(path, error)))
            current[name] = known[name]
    if current or known:
        lines = [f"{digest}  {name}" for name, digests in sorted(current.items()) for digest in sorted(digests)]
        write_atomic(folder / RECORD, "".join(f"{line}\n" for line in lines).encode("utf-8"))
    return Written(tuple(paths), tuple(kept), tuple(blocked))


def _known(folder: Path) -> dict[str, set[str]]:
    """Name to the digests of what we wrote under it; nothing if the list is not there or cannot be read."""
    found: dict[str, set[str]] = {}
    with contextlib.suppress(UnusableFileError):
        for line in own_text(folder / RECORD, _RECORD_BYTES).splitlines():
            digest, _, name = line.partition("  ")
            if name and name == Path(name).name:
                found.setdefault(name, set()).add(digest)
    return found


def _note(folder: Path, name: str, digest: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / RECORD).open("a", encoding="utf-8") as stream:
            stream.write(f"{digest}  {name}\n")
    except OSError as error:
        raise TargetLockedError(folder / RECORD, error) from None


def _foreign(path: Path, digests: set[str]) -> bool:
    """Whether something stands there that we did not write as it is now."""
    try:
        path.lstat()
    except OSError:
        return False
    try:
        return hashlib.sha256(read_own(path, _FILE_BYTES)).hexdigest() not in digests
    except UnusableFileError:
        return True
