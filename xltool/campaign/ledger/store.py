"""The ledger 汇总/台账.sqlite3: every file ever seen, and what was found in it.

Imports ``campaign.stored`` and below. A file is known by its content, a result belongs to a content and to
the rules it was examined under; where the file lies is only where it was seen. A newcomer would key by
name, and lose the earlier version when a department sends a new file under the same name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType, TracebackType

from xltool.campaign.ledger import database
from xltool.campaign.ledger.codec import FORMAT, Record, StoredError, unpack
from xltool.campaign.settings import CampaignError
from xltool.examine.outcome import Outcome
from xltool.files import readable
from xltool.findings import Severity, State, Status

FILE, LOCK = "台账.sqlite3", "台账.lock"

_SCHEMAS = (
    """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path BLOB NOT NULL,          -- below 收回, UTF-8 (a damaged name may hold half characters)
    name TEXT NOT NULL,          -- the same, to be read by people
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,   -- time of the file, ns
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    present INTEGER NOT NULL,    -- 1: lies there now
    PRIMARY KEY (path, sha256)
) WITHOUT ROWID;
CREATE TABLE results (
    sha256 TEXT PRIMARY KEY,
    rules TEXT NOT NULL,         -- fingerprint of form, rules and tool
    issues TEXT NOT NULL,        -- fingerprint of what had been issued
    form TEXT NOT NULL, form_version TEXT NOT NULL, tool_version TEXT NOT NULL,
    department TEXT NOT NULL, department_name TEXT NOT NULL,
    status TEXT NOT NULL, skipped TEXT NOT NULL,
    rejects INTEGER NOT NULL, corrections INTEGER NOT NULL, notices INTEGER NOT NULL,
    total TEXT, grade TEXT NOT NULL,
    examined TEXT NOT NULL,
    outcome BLOB NOT NULL, entries BLOB NOT NULL
);
CREATE INDEX results_department ON results (department);
CREATE TABLE marked (path BLOB PRIMARY KEY, basis TEXT NOT NULL, copy TEXT NOT NULL) WITHOUT ROWID;
""",
    """
CREATE TABLE archives (           -- lie in 收回; their members are among the files, as 包.zip/里面.xlsx
    path BLOB PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL
) WITHOUT ROWID;
""",
    """
ALTER TABLE results ADD COLUMN format INTEGER NOT NULL DEFAULT 1;  -- of outcome and entries
ALTER TABLE results ADD COLUMN held TEXT NOT NULL DEFAULT '';      -- the department it names, if that is to be confirmed
""",
    """
ALTER TABLE results ADD COLUMN state TEXT NOT NULL DEFAULT '';     -- in the words of every list
ALTER TABLE results ADD COLUMN named TEXT NOT NULL DEFAULT '';     -- the department a refused file says it is from
ALTER TABLE results ADD COLUMN why TEXT NOT NULL DEFAULT '';       -- what a refused file is, in one sentence
""",
    """
CREATE TABLE IF NOT EXISTS packages (  -- lists of what a 主管部门 handed up, by the digest of the list
    sha256 TEXT PRIMARY KEY, list TEXT NOT NULL
) WITHOUT ROWID;
""",
)
VERSION = len(_SCHEMAS)  # each step brings a ledger of the version before up to date
_HEADS = """SELECT f.path, f.sha256, f.size, f.modified, f.first_seen, f.present, r.rules, r.issues, r.form_version,
    r.tool_version, r.department, r.department_name, r.status, r.skipped, r.rejects, r.corrections, r.notices,
    r.total, r.grade, r.examined, r.held, r.state, r.named, r.why FROM files f LEFT JOIN results r ON r.sha256 = f.sha256"""


class UnreadableResultError(CampaignError):
    """A result on record is of a format this version does not know, or damaged; another collect examines the file again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file at a place with a content, as last seen. ``skipped``: why it is not read; told by its place, not stored."""

    path: str
    sha256: str
    size: int
    modified: int
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What the ledger knows of a file without opening its outcome.

    ``held``: the department it names, where nobody can tell yet whether it is that department's; ``department`` is
    empty then. ``named``: the department a refused file says it is from; ``why``: what it is, in one sentence.
    """

    path: str
    sha256: str
    size: int
    modified: int
    first_seen: str
    present: bool
    rules: str
    issues: str
    form_version: str
    tool_version: str
    department: str
    department_name: str
    status: Status
    skipped: str
    rejects: int
    corrections: int
    notices: int
    total: Decimal | None
    grade: str
    examined: str
    held: str = ""
    state: State = State.PASSED
    named: str = ""
    why: str = ""

    @property
    def counts(self) -> MappingProxyType[str, int]:
        """Findings of each severity."""
        numbers = (self.rejects, self.corrections, self.notices)
        return MappingProxyType(dict(zip((level.value for level in Severity), numbers, strict=True)))

    @property
    def score(self) -> Decimal | None:
        """The total, where it counts."""
        return self.total if self.state.counted else None


class Ledger:
    """An open ledger. ``writing`` takes the one place of the writer until closed; the system frees it on a kill."""

    def __init__(self, folder: Path, writing: bool = True) -> None:
        self.path = folder / FILE
        self._lock: sqlite3.Connection | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if writing:
            self._lock = database.locked(folder / LOCK)
        try:
            self._base = database.connect(self.path)
            self._prepare()
        except sqlite3.DatabaseError as error:
            self.close()
            raise CampaignError(database.explained(self.path, error) or f"{self.path} 读不出来。") from None
        except CampaignError:
            self.close()
            raise

    def _prepare(self) -> None:
        found = self._base.execute("PRAGMA user_version").fetchone()[0]
        if found > VERSION:
            self.close()
            raise CampaignError(f"{self.path} 是较新版本的 xltool 写的（第 {found} 版）。请更新 xltool 后再运行。")
        if found < VERSION:
            steps = "".join(_SCHEMAS[found:])
            try:
                self._base.executescript(f"BEGIN IMMEDIATE;{steps}PRAGMA user_version={VERSION};COMMIT;")
            except sqlite3.OperationalError:
                # Whoever looks at a campaign while its first run begins would make the same tables.
                with suppress(sqlite3.OperationalError):
                    self._base.execute("ROLLBACK")
                if self._base.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                    raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(value, sqlite3.Error) and (said := database.explained(self.path, value)):
            raise CampaignError(said) from None

    def close(self) -> None:
        """Write what is pending and let others write."""
        with suppress(AttributeError, sqlite3.Error):
            self.commit()
            self._base.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def begin(self) -> None:
        """Collect changes until ``commit``."""
        if not self._base.in_transaction:
            self._base.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make the changes durable."""
        if self._base.in_transaction:
            self._base.execute("COMMIT")

    def meta(self, key: str) -> str:
        """Return a remembered text, ``""`` if there is none."""
        row = self._base.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def put_meta(self, key: str, value: str) -> None:
        """Remember a text."""
        self._base.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def present(self) -> dict[str, Seen]:
        """Return the files that lay in 收回 when last looked at, by path."""
        rows = self._base.execute("SELECT path, sha256, size, modified FROM files WHERE present = 1")
        return {_text(path): Seen(_text(path), digest, size, at) for path, digest, size, at in rows}

    def put_seen(self, seen: Seen, now: str) -> None:
        """Note that a file lies there now; an earlier content at the same place is history."""
        path = _blob(seen.path)
        self._base.execute("UPDATE files SET present = 0 WHERE path = ? AND sha256 <> ?", (path, seen.sha256))
        self._base.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (path, sha256) DO UPDATE SET "
            "size = excluded.size, modified = excluded.modified, last_seen = excluded.last_seen, present = 1",
            (path, _shown(seen.path), seen.sha256, seen.size, seen.modified, now, now),
        )

    def put_gone(self, path: str) -> None:
        """Note that a file no longer lies there."""
        self._base.execute("UPDATE files SET present = 0 WHERE path = ?", (_blob(path),))

    def archives(self) -> dict[str, Seen]:
        """Return the archives that lay in 收回 when last looked at, by path."""
        rows = self._base.execute("SELECT path, sha256, size, modified FROM archives")
        return {_text(path): Seen(_text(path), digest, size, at) for path, digest, size, at in rows}

    def put_archive(self, seen: Seen) -> None:
        """Note an archive whose members have been noted."""
        row = (_blob(seen.path), seen.sha256, seen.size, seen.modified)
        self._base.execute("INSERT OR REPLACE INTO archives VALUES (?, ?, ?, ?)", row)

    def drop_archive(self, path: str) -> None:
        """Note that an archive no longer lies there, or is another one."""
        self._base.execute("DELETE FROM archives WHERE path = ?", (_blob(path),))

    def packages(self) -> dict[str, str]:
        """Return the lists of packages that were read, by their digest."""
        return dict(self._base.execute("SELECT sha256, list FROM packages"))

    def put_package(self, sha256: str, text: str) -> None:
        """Keep the list of a package, by the digest of the list."""
        self._base.execute("INSERT OR REPLACE INTO packages VALUES (?, ?)", (sha256, text))

    def put_result(self, sha256: str, kept: Record, rules: str, issues: str, tool: str, now: str) -> None:
        """Keep the outcome of a content; an earlier one of the same content is replaced."""
        self._base.execute(
            "INSERT OR REPLACE INTO results VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                sha256,
                rules,
                issues,
                kept.form,
                kept.form_version,
                tool,
                kept.department,
                kept.department_name,
                kept.status,
                kept.skipped,
                kept.rejects,
                kept.corrections,
                kept.notices,
                kept.total,
                kept.grade,
                now,
                kept.main,
                kept.entries,
                FORMAT,
                kept.held,
                kept.state,
                kept.named,
                kept.why,
            ),
        )

    def fresh(self, rules: str, issues: str, of: Mapping[str, str]) -> set[str]:
        """Return the contents whose result still holds.

        Args:
            rules: what they were to be examined under.
            issues: what unclaimed files wait for: whatever else is issued.
            of: by department, what its own files depend on: what was issued to it.
        """
        rows = self._base.execute(
            "SELECT sha256, department, issues FROM results WHERE rules = ? AND format = ? AND state <> ''",
            (rules, FORMAT),
        )
        return {sha256 for sha256, code, basis in rows if basis == (of.get(code, "") if code else issues)}

    def heads(self, everything: bool = False) -> Iterator[Head]:
        """Yield the files that lie in 收回, by path; ``everything``: also all that ever did."""
        where = "" if everything else " WHERE f.present = 1"
        for path, digest, size, at, first, present, *rest in self._base.execute(f"{_HEADS}{where} ORDER BY f.path"):
            if rest[0] is not None:
                rest[6], rest[11] = Status(rest[6]), Decimal(rest[11]) if rest[11] is not None else None
                rest[15] = State(rest[15]) if rest[15] else _told_by(rest[6], rest[9], rest[11])
                yield Head(_text(path), digest, size, at, first, bool(present), *rest)

    def outcome(self, sha256: str, file: str, entries: bool = False) -> Outcome:
        """Return the outcome of a content under the name of one of its files.

        Raises:
            UnreadableResultError: it is not to be understood; says what to do.
        """
        row = self._base.execute("SELECT outcome, entries FROM results WHERE sha256 = ?", (sha256,)).fetchone()
        try:
            return replace(unpack(row[0], row[1] if entries else None), file=file)
        except StoredError:
            raise UnreadableResultError(
                f"{self.path} 里“{readable(file)}”的核对结果读不懂（别的版本的 xltool 写的，或已损坏）。"
                "请在那个批次里再运行一次 xltool collect，会重新核对。"
            ) from None

    def drop_unreadable(self) -> int:
        """Forget the results that cannot be understood, so that their files are examined again; return how many."""
        bad = []
        for digest, main, entries in self._base.execute("SELECT sha256, outcome, entries FROM results"):
            try:
                unpack(main, entries)
            except StoredError:
                bad.append((digest,))
        self._base.executemany("DELETE FROM results WHERE sha256 = ?", bad)
        return len(bad)

    def marked(self) -> dict[str, tuple[str, str]]:
        """Return path to (what the marked copy was made from, its name)."""
        return {_text(path): (basis, copy) for path, basis, copy in self._base.execute("SELECT * FROM marked")}

    def put_marked(self, path: str, basis: str, copy: str) -> None:
        """Note the marked copy of a file; no ``copy``: there is none any more."""
        if copy:
            self._base.execute("INSERT OR REPLACE INTO marked VALUES (?, ?, ?)", (_blob(path), basis, copy))
        else:
            self._base.execute("DELETE FROM marked WHERE path = ?", (_blob(path),))


def _told_by(status: Status, corrections: int, total: Decimal | None) -> State:
    """The state of a result that an earlier version kept without one."""
    if status in (Status.REJECTED, Status.SKIPPED):
        return State.REJECTED if status is Status.REJECTED else State.SKIPPED
    return State.TO_CORRECT if corrections else State.PASSED if total is not None else State.INCOMPLETE


def _blob(path: str) -> bytes:
    return path.encode("utf-8", "surrogatepass")


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogatepass")


def _shown(path: str) -> str:
    return readable(path)
