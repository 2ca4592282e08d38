"""The labels a person gave, on disk before anybody is told that they are saved. Nothing here loads torch.

Every click is an action with an id of its own: the same action sent twice counts once. The log of actions is never rewritten;
an undo is an action too. Axis of time: `seq` grows with every action, `place` is the seq at which a picture got its label.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ssl_core.settings import SettingsError

APPLICATION = 0x53454C46  # "SELF" in the file's header: another program's database isn't taken for ours
WAIT = 10.0  # seconds for another process to finish writing
MOST_CLASSES = 10  # the digits 1 to 9 and 0
LONGEST_NAME = 40
# One script for each version to the next: user_version counts those that ran.
MIGRATIONS = [
    """
    CREATE TABLE actions (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, action TEXT NOT NULL UNIQUE, batch TEXT NOT NULL, set_name TEXT NOT NULL,
        picture TEXT, class TEXT, before TEXT, before_place INTEGER, undone_by TEXT, at REAL NOT NULL);
    CREATE INDEX actions_of_set ON actions (set_name, seq);
    CREATE TABLE labels (
        set_name TEXT NOT NULL, picture TEXT NOT NULL, class TEXT NOT NULL, place INTEGER NOT NULL,
        PRIMARY KEY (set_name, picture)) WITHOUT ROWID;
    CREATE TABLE classes (set_name TEXT NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (set_name, place));
    """
]


class StoreError(SettingsError):
    """Labels can't be kept or read here, said in one sentence; nothing that was acknowledged is lost."""


class Action(NamedTuple):
    """One click: picture `id` of `set` is a `name`; None takes its label away; `undo` takes the last action back."""

    set: str
    id: str | None
    name: str | None
    action: str  # a UUID
    undo: bool = False


class Receipt(NamedTuple):
    """What is on disk after some actions; all but `saved` is about the set of the last one."""

    saved: int  # actions that are stored now, whether by this call or an earlier one
    total: int  # labelled pictures of the set
    seq: int
    now: dict[str, str | None]  # class of each picture that was touched
    undone: str  # what an undo took back, in words
    next_undo: str  # what the next undo would take back, "" for nothing


class Past(NamedTuple):
    """An action of the log."""

    seq: int
    id: str | None  # None: an undo
    name: str | None
    before: str | None
    undone: bool
    at: float


class Store:
    """Labels in one SQLite file: any thread, any number of processes."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def act(self, actions: Sequence[Action], together: bool = False) -> Receipt:
        """Stores actions, all or none, and answers when they are on disk; `together`: one undo takes all of them back.

        Raises:
            StoreError: where the file can't be written; no action of the call is stored then.
        """
        if not actions:
            raise SettingsError("There is no action to save. Send at least one.")
        with self._writing() as db:
            touched, undone = _apply(db, actions, actions[0].action if together else None)
            return _receipt(db, actions, touched, undone)

    def undo(self, set_name: str, action: str | None = None) -> Receipt:
        """Takes back the last action on a set that isn't taken back yet; `undone` says which, "" where there was none."""
        return self.act([Action(set_name, None, None, action or str(uuid.uuid4()), undo=True)])

    def labels(self, set_name: str) -> dict[str, str]:
        """Class by picture, in the order in which the pictures were labelled."""
        with self._reading() as db:
            rows = db.execute("SELECT picture, class FROM labels WHERE set_name = ? ORDER BY place, picture", (set_name,)) if db else ()
            return dict(list(rows))

    def count(self, set_name: str) -> int:
        """Labelled pictures of a set."""
        with self._reading() as db:
            return _count(db, set_name) if db else 0

    def state(self, set_name: str) -> Receipt:
        """What is on disk about a set, without changing it; `now` holds every label."""
        with self._reading() as db:
            if db is None:
                return Receipt(0, 0, 0, {}, "", "")
            return Receipt(0, _count(db, set_name), _seq(db, set_name), dict(self.labels(set_name)), "", _next_undo(db, set_name))

    def history(self, set_name: str) -> list[Past]:
        """Every action on a set, the oldest first."""
        query = "SELECT seq, picture, class, before, undone_by IS NOT NULL, at FROM actions WHERE set_name = ? ORDER BY seq"
        with self._reading() as db:
            return [Past(*row) for row in db.execute(query, (set_name,))] if db else []

    def classes(self, set_name: str) -> tuple[str, ...]:
        """The class names a person gave to a set, () where none."""
        with self._reading() as db:
            query = "SELECT name FROM classes WHERE set_name = ? ORDER BY place"
            return tuple(name for (name,) in db.execute(query, (set_name,))) if db else ()

    def set_classes(self, set_name: str, names: Sequence[str]) -> tuple[str, ...]:
        """Gives a set class names of one's own; a class that has labels can't go.

        Raises:
            SettingsError: where there are too few, too many, twice the same, or one with labels is missing.
        """
        clean = _clean_names(names)
        with self._writing() as db:
            used = [name for (name,) in db.execute("SELECT DISTINCT class FROM labels WHERE set_name = ?", (set_name,))]
            gone = [name for name in used if name not in clean]
            if gone:
                raise SettingsError(f"The class '{gone[0]}' still has labels. Take them away first, or keep the name.")
            db.execute("DELETE FROM classes WHERE set_name = ?", (set_name,))
            db.executemany("INSERT INTO classes VALUES (?, ?, ?)", [(set_name, place, name) for place, name in enumerate(clean)])
        return clean

    def close(self) -> None:
        """Gives the file back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = self._file = None

    # The file

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is on disk when the block has ended, or never was."""
        with self._lock, self._in_words():
            db = self._open()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        with self._lock, self._in_words():
            yield self._open() if self.path.exists() else None

    def _open(self) -> sqlite3.Connection:
        """The connection; a new one where the file was replaced or deleted under it, else labels would go to a file without a name."""
        if self._connection is not None and self._file == _identity(self.path):
            return self._connection
        self.close()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"Labels can't be kept in {self.path.parent}: {error.strerror}. Choose another place with SSL_RUNS.") from None
        db = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None, check_same_thread=False)
        try:
            _prepare(db, self.path)
        except BaseException:
            db.close()
            raise
        self._connection, self._file = db, _identity(self.path)
        return db

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            self.close()
            raise StoreError(f"{_sentence(str(error))} The labels are in {self.path}.") from None


def _clean_names(names: Sequence[str]) -> tuple[str, ...]:
    clean = tuple(class_name(name) for name in names)
    if not 2 <= len(clean) <= MOST_CLASSES:
        raise SettingsError(f"Own classes must be 2 to {MOST_CLASSES} names. Got {len(clean)}.")
    twice = next((name for k, name in enumerate(clean) if name in clean[:k]), None)
    if twice is not None:
        raise SettingsError(f"Two classes are called '{twice}'. Give each a name of its own.")
    return clean


def class_name(text: object) -> str:
    """A class name without stray spaces.

    Raises:
        SettingsError: where it is empty, too long, or not plain text.
    """
    clean = " ".join(text.split()) if isinstance(text, str) else ""
    if not 0 < len(clean) <= LONGEST_NAME or not clean.isprintable():
        raise SettingsError(f"A class name must be a text of 1 to {LONGEST_NAME} characters. Got {str(text)[:60]!r}.")
    return clean


@lru_cache(maxsize=8)
def label_store(root: Path) -> Store:
    """The labels kept beside the runs in `root`: one store a process."""
    return Store(root / "labels.sqlite")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    """Settings of a connection, and the tables as this version knows them."""
    version, owner = _pragma(db, "user_version"), _pragma(db, "application_id")
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if owner not in (0, APPLICATION) or (owner == 0 and tables):
        raise StoreError(f"{path} is another program's file, not a store of labels. Move it away, and a new one is made.")
    if version > len(MIGRATIONS):
        raise StoreError(f"The labels in {path} were written by a newer version of this program. Update it, or move the file away.")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")  # WAL's usual NORMAL may lose the last commits when the power goes
    if version < len(MIGRATIONS):
        _migrate(db, path, version)


def _migrate(db: sqlite3.Connection, path: Path, version: int) -> None:
    if version:
        copy = sqlite3.connect(path.with_name(f"{path.stem}.version{version}{path.suffix}"))
        with copy:
            db.backup(copy)
        copy.close()
    db.execute("BEGIN IMMEDIATE")  # another process may have been here first: look again inside
    for script in MIGRATIONS[_pragma(db, "user_version") :]:
        for statement in filter(str.strip, script.split(";")):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute("COMMIT")


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _sentence(fault: str) -> str:
    known = {
        "readonly": "Labels can't be saved: the file is read-only. Make it writable, or choose another place with SSL_RUNS.",
        "full": "Labels can't be saved: the disk is full. Free some space and try again.",
        "locked": "Labels can't be saved just now: another program holds the file. Try again.",
        "not a database": "The file of labels can't be read: it isn't one. Move it away, and a new one is made.",
        "malformed": "The file of labels is damaged. Move it away, and a new one is made.",
        "unable to open": "The file of labels can't be opened. Check that its folder is there and writable.",
        "disk i/o": "The disk doesn't answer as it should. Check it and try again.",
    }
    return next((words for part, words in known.items() if part in fault.lower()), f"The file of labels can't be used: {fault}.")


# Actions


def _apply(db: sqlite3.Connection, actions: Sequence[Action], batch: str | None) -> tuple[dict[str, None], str]:
    """Runs the actions that aren't in the log yet; the pictures touched, and what was undone."""
    touched, undone = dict.fromkeys(action.id for action in actions if action.id is not None and action.set == actions[-1].set), ""
    for action in actions:
        if db.execute("SELECT 1 FROM actions WHERE action = ?", (action.action,)).fetchone():
            pictures = [id for (id,) in db.execute("SELECT picture FROM actions WHERE undone_by = ?", (action.action,))]
        elif action.undo:
            undone, pictures = _undo(db, action)
        else:
            pictures = []
            _assign(db, action, batch or action.action)
        if action.set == actions[-1].set:
            touched.update(dict.fromkeys(pictures))
    return touched, undone


def _assign(db: sqlite3.Connection, action: Action, batch: str) -> None:
    key = (action.set, action.id)
    before = db.execute("SELECT class, place FROM labels WHERE set_name = ? AND picture = ?", key).fetchone() or (None, None)
    row = (action.action, batch, action.set, action.id, action.name, *before, time.time())
    seq = db.execute(
        "INSERT INTO actions (action, batch, set_name, picture, class, before, before_place, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row
    ).lastrowid
    assert seq is not None and action.id is not None
    # A corrected label keeps its place in the order: the curve over labels given tells of pictures, not of second thoughts.
    _put(db, action.set, action.id, action.name, before[1] or seq)


def _put(db: sqlite3.Connection, set_name: str, picture: str, name: str | None, place: int | None) -> None:
    if name is None:
        db.execute("DELETE FROM labels WHERE set_name = ? AND picture = ?", (set_name, picture))
    else:
        db.execute("INSERT OR REPLACE INTO labels VALUES (?, ?, ?, ?)", (set_name, picture, name, place))


def _undo(db: sqlite3.Connection, action: Action) -> tuple[str, list[str]]:
    """Takes the newest batch back, its last action first; the order of undoing makes every `before` right."""
    rows, words = _newest(db, action.set), _next_undo(db, action.set)
    db.execute(
        "INSERT INTO actions (action, batch, set_name, at) VALUES (?, ?, ?, ?)", (action.action, action.action, action.set, time.time())
    )
    for seq, picture, _name, before, place in rows:
        _put(db, action.set, picture, before, place)
        db.execute("UPDATE actions SET undone_by = ? WHERE seq = ?", (action.action, seq))
    return words, [row[1] for row in rows]


def _newest(db: sqlite3.Connection, set_name: str) -> list[tuple[int, str, str | None, str | None, int | None]]:
    """The actions of the newest batch that isn't taken back, the last one first."""
    live = "set_name = ? AND picture IS NOT NULL AND undone_by IS NULL AND class IS NOT before"  # what changed nothing isn't undone
    query = f"""SELECT seq, picture, class, before, before_place FROM actions WHERE {live} AND batch =
                (SELECT batch FROM actions WHERE {live} ORDER BY seq DESC LIMIT 1) ORDER BY seq DESC"""
    return db.execute(query, (set_name, set_name)).fetchall()


def _next_undo(db: sqlite3.Connection, set_name: str) -> str:
    rows = _newest(db, set_name)
    if not rows:
        return ""
    if len(rows) > 1:
        return f"{len(rows)} labels"
    _seq, _picture, name, before, _place = rows[0]
    if name is None:
        return f"clearing {before}"
    return f"{name} instead of {before}" if before else name


def _receipt(db: sqlite3.Connection, actions: Sequence[Action], touched: dict[str, None], undone: str) -> Receipt:
    name = actions[-1].set
    query = "SELECT class FROM labels WHERE set_name = ? AND picture = ?"
    now = {picture: (db.execute(query, (name, picture)).fetchone() or (None,))[0] for picture in touched}
    return Receipt(len(actions), _count(db, name), _seq(db, name), now, undone, _next_undo(db, name))


def _count(db: sqlite3.Connection, set_name: str) -> int:
    return int(db.execute("SELECT count(*) FROM labels WHERE set_name = ?", (set_name,)).fetchone()[0])


def _seq(db: sqlite3.Connection, set_name: str) -> int:
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM actions WHERE set_name = ?", (set_name,)).fetchone()[0])
