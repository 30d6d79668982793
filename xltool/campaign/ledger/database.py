"""Opening the ledger's SQLite files wherever an office keeps a campaign, and what is said when that does not work.

Imports ``campaign.settings`` and ``files``. Local disks use the write-ahead log, so that status reads while collect
writes. A network folder without shared memory falls back to a plain journal; one without locks is refused by name,
because two runs would overwrite each other there. A newcomer would only test on a local disk.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from xltool.campaign.settings import CampaignError

_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT))
_NETWORK = frozenset((sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS))
_BUSY = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))
_NO_WAL = _NETWORK | {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
_REBUILD = "请把它改名保存，再运行一次 xltool collect，台账会从“收回”里的文件重新建立"
_PATIENCE = 20
"""Seconds to wait for another program."""
_PLACE = (
    "多半是网络文件夹不支持文件锁或共享内存，或者磁盘满了。请清出空间，或把批次文件夹放到本机磁盘上再运行，做完再拷回去"
)

vfs = ""
"""How SQLite is to use files, where not as the system does; tests put a poor network folder's way here."""


def connect(path: Path) -> sqlite3.Connection:
    """Open a ledger for reading and writing.

    Raises:
        CampaignError: it cannot be used; says why.
    """
    _is_file(path)
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return _ready(path)
        except sqlite3.DatabaseError as error:
            # While two turn a new ledger over to the log, or the last one puts it away, SQLite does not wait by itself.
            if _kind(error) in _BUSY and time.monotonic() < until:
                time.sleep(0.02)
                continue
            raise CampaignError(explained(path, error) or f"{path} 打不开。{_REBUILD}。") from None


def _ready(path: Path) -> sqlite3.Connection:
    base = _opened(path, _PATIENCE)
    try:
        try:
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError as error:
            if _kind(error) not in _NO_WAL:
                raise
            base.close()
            base = _without_wal(path)
        base.execute("PRAGMA synchronous=NORMAL")
        base.execute("PRAGMA cache_size=-8000")
    except sqlite3.DatabaseError:
        base.close()
        raise
    return base


def locked(path: Path) -> sqlite3.Connection:
    """Take the one place of the writer: a second, empty database held exclusively, freed by the system on a kill.

    Raises:
        CampaignError: another xltool has it, or this folder has no locks.
    """
    _is_file(path)
    lock = None
    try:
        lock = _opened(path, 0)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        if lock is not None:
            lock.close()
        if _kind(error) in _BUSY:
            raise CampaignError("另一个 xltool 正在处理这个批次。请等它结束后再运行一次。") from None
        if _kind(error) in _DAMAGED:
            raise CampaignError(f"{path} 不是锁文件，或已损坏；里面没有数据。请删除它，再运行一次。") from None
        raise CampaignError(explained(path, error) or f"{path} 打不开。请检查文件夹的权限，再运行一次。") from None
    return lock


def explained(path: Path, error: sqlite3.Error) -> str:
    """Return what stands in the way of using a database and what to do; ``""`` if it is none of the machine's doing."""
    kind = _kind(error)
    if kind in _DAMAGED:
        return f"{path} 已损坏，或不是台账，读不出来。{_REBUILD}。"
    if kind == sqlite3.SQLITE_FULL:
        return f"{path} 写不进：磁盘已满或超出配额。请清出空间，再运行一次。"
    if kind in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return f"{path} 打不开或写不进：文件或文件夹没有写的权限，或者那里有一个同名的文件夹。请检查后再运行一次。"
    if kind in _BUSY:
        return f"{path} 正被另一个程序占用。请等它结束后再运行一次。"
    if kind in _NETWORK:
        return f"{path} 读写不了：{_PLACE}。"
    return ""


def _opened(path: Path, patience: float) -> sqlite3.Connection:
    """``patience``: seconds to wait for another program."""
    if not vfs:
        return sqlite3.connect(path, isolation_level=None, timeout=patience)
    where = f"file:{quote(str(path.absolute()))}?vfs={vfs}"
    return sqlite3.connect(where, uri=True, isolation_level=None, timeout=patience)


def _without_wal(path: Path) -> sqlite3.Connection:
    """A database that may have been written with a write-ahead log, opened and turned over without shared memory."""
    base = _opened(path, _PATIENCE)
    try:
        base.execute("PRAGMA locking_mode=EXCLUSIVE")  # a log needs no shared memory when only one looks at it
        base.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        base.execute("PRAGMA journal_mode=TRUNCATE")
        base.execute("PRAGMA locking_mode=NORMAL")
        base.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError:
        base.close()
        raise
    return base


def _kind(error: sqlite3.Error) -> int:
    """SQLite's primary result code."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _is_file(path: Path) -> None:
    """A pipe would never answer.

    Raises:
        CampaignError: something else than a file stands there.
    """
    with suppress(OSError):
        if path.exists() and not path.is_file():
            raise CampaignError(f"{path} 应当是文件，那里却是文件夹、管道或设备。请把它改名或移走，再运行一次。")
