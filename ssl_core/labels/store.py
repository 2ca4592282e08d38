"""The labels that a person gave: an action is on disk before its sender is told so. Nothing here loads torch.

Every click is an action with a UUID: the same action sent twice counts once. `labels/log.py` says what an action does.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

from ssl_core.labels.log import (
    Action,
    Past,
    Receipt,
    StoreError,
    apply,
    count,
    is_current,
    next_undo,
    prepare,
    receipt,
    rename_classes,
    seq,
)
from ssl_core.labels.moves import GONE, HERE, away, current_id, keep, keep_seen, kept_digest, sync_ids
from ssl_core.library import listing as sets_listing
from ssl_core.library.listing import Listing
from ssl_core.settings import SettingsError

WAIT = 10.0  # seconds for another process to finish writing
MOST_CLASSES = 10  # the digits 1 to 9 and 0
LONGEST_NAME = 40
READ_ONLY = "Make it writable, or choose another place with SSL_RUNS."


class Store:
    """Labels in one SQLite file, for any thread and any number of processes."""

    def __init__(self, path: Path, listing: Callable[[str], Listing | None] = sets_listing.listing) -> None:
        self.path, self._listing = Path(path), listing
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def act(self, actions: Sequence[Action], together: bool = False) -> Receipt:
        """Stores all actions or none, and returns when they are on disk; `together`: one undo takes all of them back.

        Raises:
            StoreError: where the file can't be written; no action of the call is stored then.
        """
        if not actions:
            raise SettingsError("There is no action to save. Send at least one.")
        listings = {name: self._listing(name) for name in dict.fromkeys(action.set for action in actions)}
        actions = [_where_it_is(action, listings[action.set]) for action in actions]
        with self._writing() as db:
            for name, listing in listings.items():
                if listing is not None:
                    sync_ids(db, name, listing)
                    keep(db, name, listing, [action.id for action in actions if action.set == name and action.id is not None])
            for action in actions:
                unlisted = listings[action.set] is None or (action.id or "").startswith(GONE)
                if unlisted and action.id is not None and action.file:
                    keep_seen(db, action.set, action.id, action.file, action.mark)
            touched, undone = apply(db, actions, actions[0].action if together else None)
            return receipt(db, actions, touched, undone)

    def undo(self, set_name: str, action: str | None = None) -> Receipt:
        """Undoes the last action on a set that wasn't undone; the receipt's `undone` says which, "" where there was none."""
        return self.act([Action(set_name, None, None, action or str(uuid.uuid4()), undo=True)])

    def labels(self, set_name: str) -> dict[str, str]:
        """Class by picture, in the order in which the pictures were labelled."""
        query = f"SELECT picture, class FROM labels WHERE set_name = ? AND {HERE} ORDER BY place, picture"
        with self._reading(set_name) as db:
            return dict(list(db.execute(query, (set_name,)) if db else ()))

    def files(self, set_name: str) -> dict[str, str]:
        """Picture id -> file name, a name that doesn't change when other files are added or removed; {} for a set without files."""
        listing = self._listing(set_name)
        return {} if listing is None else listing.file_of

    def marks(self, set_name: str) -> dict[str, str]:
        """Picture id -> what its file keeps when it is renamed (`Listing.mark_of`); pictures whose file shares its mark have none."""
        listing = self._listing(set_name)
        return {} if listing is None else listing.mark_of

    def count(self, set_name: str) -> int:
        """Labelled pictures of a set."""
        with self._reading(set_name) as db:
            return count(db, set_name) if db else 0

    def state(self, set_name: str) -> Receipt:
        """What is on disk about a set; `now` holds every label."""
        with self._reading(set_name) as db:
            if db is None:
                return Receipt(0, 0, 0, {}, "", "")
            now: dict[str, str | None] = dict(self.labels(set_name))
            return Receipt(0, count(db, set_name), seq(db, set_name), now, "", next_undo(db, set_name), away(db, set_name))

    def history(self, set_name: str) -> list[Past]:
        """Every action on a set, the oldest first."""
        query = "SELECT seq, picture, class, before, undone_by IS NOT NULL, at FROM actions WHERE set_name = ? ORDER BY seq"
        with self._reading(set_name) as db:
            return [Past(*row) for row in db.execute(query, (set_name,))] if db else []

    def classes(self, set_name: str) -> tuple[str, ...]:
        """The class names a person gave to a set, () where none."""
        with self._reading(set_name) as db:
            query = "SELECT name FROM classes WHERE set_name = ? ORDER BY place"
            return tuple(name for (name,) in db.execute(query, (set_name,))) if db else ()

    def set_classes(self, set_name: str, names: Sequence[str], now_of: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Sets the person's own class names of a data set. now_of: former name -> new name of classes that are renamed, labels included.

        Raises:
            SettingsError: too few or too many names, two are equal, or a class that has labels is missing.
        """
        clean = _clean_names(names)
        renamed = {was: class_name(now) for was, now in (now_of or {}).items()}
        listing = self._listing(set_name)
        with self._writing() as db:
            if listing is not None:
                sync_ids(db, set_name, listing)
            if renamed:
                rename_classes(db, set_name, renamed)
            _keep_labelled(db, set_name, clean)
            db.execute("DELETE FROM classes WHERE set_name = ?", (set_name,))
            db.executemany("INSERT INTO classes VALUES (?, ?, ?)", [(set_name, place, name) for place, name in enumerate(clean)])
        return clean

    def close(self) -> None:
        """Closes the connection; the next call opens another."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = self._file = None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed to disk when the block ends, rolled back where it raises."""
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

    def _follow(self, set_name: str) -> None:
        """Brings a set's labels up to date with its files before they are read."""
        listing = self._listing(set_name) if self.path.exists() else None
        if listing is None:
            return
        with self._reading() as db:
            kept = kept_digest(db, set_name) if db else None
            if db is None or kept == listing.digest or (kept is None and not seq(db, set_name)):
                return
        if os.access(self.path.parent, os.W_OK):
            with self._writing() as db:
                sync_ids(db, set_name, listing)
        elif kept is not None:
            raise StoreError(f"The pictures of '{set_name}' have changed, and labels can't follow them in {self.path.parent}. {READ_ONLY}")

    @contextmanager
    def _reading(self, set_name: str = "") -> Iterator[sqlite3.Connection | None]:
        """A connection for reading, None where there is no file; the labels of a named set are up to date with its files."""
        if set_name:
            self._follow(set_name)
        with self._lock, self._in_words():
            if not self.path.exists():
                yield None
            elif os.access(self.path.parent, os.W_OK):
                yield self._open()
            else:
                with closing(self._look()) as db:
                    yield db

    def _look(self) -> sqlite3.Connection:
        """A read-only connection, for a folder in which SQLite can't create its -wal and -shm files."""
        beside = self.path.with_name(f"{self.path.name}-wal").exists()
        db = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro{'' if beside else '&immutable=1'}", uri=True)
        if is_current(db, self.path):
            return db
        db.close()
        raise StoreError(f"The labels in {self.path} are an earlier version's, and the folder can't be written. {READ_ONLY}")

    def _open(self) -> sqlite3.Connection:
        """The open connection; a new one where the file was replaced or deleted, else labels would be written to a deleted file."""
        if self._connection is not None and self._file == _identity(self.path):
            return self._connection
        self.close()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"Labels can't be kept in {self.path.parent}: {error.strerror}. Choose another place with SSL_RUNS.") from None
        db = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None, check_same_thread=False)
        try:
            prepare(db, self.path)
        except BaseException:
            db.close()
            raise
        self._connection, self._file = db, _identity(self.path)
        return db

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            self.close()
            raise StoreError(f"{_sentence(str(error))} The labels are in {self.path}.") from None


def _keep_labelled(db: sqlite3.Connection, set_name: str, names: Sequence[str]) -> None:
    """Refuses names that leave out a class with labels; the error says it where only labels of missing files are left."""
    query = f"SELECT class, sum({HERE}), count(*) FROM labels WHERE set_name = ? GROUP BY class ORDER BY 2 DESC, class"
    gone = [row for row in db.execute(query, (set_name,)) if row[0] not in names]
    if not gone:
        return
    name, here, count = gone[0]
    if here:
        raise SettingsError(f"The class '{name}' still has labels. Take them away first, or keep the name.")
    labels = "1 label of a picture that isn't" if count == 1 else f"{count} labels of pictures that aren't"
    raise SettingsError(f"The class '{name}' has {labels} there any more. Keep the name until the files are back, or give it another.")


def _where_it_is(action: Action, listing: Listing | None) -> Action:
    return action if listing is None or action.id is None else action._replace(id=current_id(listing, action.id, action.file, action.mark))


def _clean_names(names: Sequence[str]) -> tuple[str, ...]:
    clean = tuple(class_name(name) for name in names)
    if not 2 <= len(clean) <= MOST_CLASSES:
        raise SettingsError(f"Own classes must be 2 to {MOST_CLASSES} names. Got {len(clean)}.")
    twice = next((name for k, name in enumerate(clean) if name in clean[:k]), None)
    if twice is not None:
        raise SettingsError(f"Two classes are called '{twice}'. Give each a name of its own.")
    return clean


def class_name(text: object) -> str:
    """A class name, its runs of spaces reduced to one.

    Raises:
        SettingsError: where it is empty, too long, or not plain text.
    """
    clean = " ".join(text.split()) if isinstance(text, str) else ""
    if not 0 < len(clean) <= LONGEST_NAME or not clean.isprintable():
        raise SettingsError(f"A class name must be a text of 1 to {LONGEST_NAME} characters. Got {str(text)[:60]!r}.")
    return clean


@lru_cache(maxsize=8)
def label_store(root: Path) -> Store:
    """The store of labels beside the runs in `root`, one for each process."""
    return Store(root / "labels.sqlite")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _sentence(fault: str) -> str:
    known = {
        "readonly": "Labels can't be saved: the file is read-only. " + READ_ONLY,
        "full": "Labels can't be saved: the disk is full. Free some space and try again.",
        "locked": "Labels can't be saved just now: another program holds the file. Try again.",
        "not a database": "The file of labels can't be read: it isn't one. Move it away, and a new one is made.",
        "codec": "The file of labels is damaged. Move it away, and a new one is made.",
        "malformed": "The file of labels is damaged. Move it away, and a new one is made.",
        "unable to open": "The file of labels can't be opened. Check that its folder is there and writable.",
        "disk i/o": "The disk doesn't answer as it should. Check it and try again.",
    }
    return next((words for part, words in known.items() if part in fault.lower()), f"The file of labels can't be used: {fault}.")
