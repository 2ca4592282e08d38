"""The log of a person's actions on labels, and the tables that follow from it. Nothing here loads torch.

Rows are only added to the log (their picture ids change in `labels/moves.py`, their class names in `rename_classes`); an undo is an
action too. Order in time: `seq` grows with every action; `place` is the seq of the action that first labelled the picture.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ssl_core.labels.moves import GONE, HERE, away, tell_browsers
from ssl_core.settings import SettingsError

APPLICATION = 0x53454C46  # "SELF" in the file's header: tells our database from another program's
# A script from each version to the next; SQLite's user_version is the number of scripts that ran.
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
    """,
    """
    CREATE TABLE listings (set_name TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE files (
        set_name TEXT NOT NULL, picture TEXT NOT NULL, file TEXT NOT NULL, PRIMARY KEY (set_name, picture)) WITHOUT ROWID;
    """,
    """
    ALTER TABLE files ADD COLUMN mark TEXT NOT NULL DEFAULT '';
    UPDATE listings SET digest = '';
    """,  # no listing has an empty digest, so the next one is stored with every file's mark
    "ALTER TABLE listings ADD COLUMN identity TEXT NOT NULL DEFAULT ''",
]


class StoreError(SettingsError):
    """The file of labels can't be written or read, said in one sentence; no acknowledged action is lost."""


class Action(NamedTuple):
    """One click: picture `id` of `set` is a `name`; None takes its label away; `undo` takes the last action back."""

    set: str
    id: str | None
    name: str | None
    action: str  # a UUID
    undo: bool = False
    file: str = ""  # the file that the person saw under that id, "" where the sender didn't say: the file may have another id by now
    mark: str = ""  # that file's mark (`Listing.mark_of`), "" where the sender didn't say: the file may have another name by now


class Receipt(NamedTuple):
    """What is on disk after some actions; every field but `saved` is about the data set of the last action."""

    saved: int  # actions of the call that are on disk, written by this call or an earlier one
    total: int  # labelled pictures of the set
    seq: int
    now: dict[str, str | None]  # class of each picture that was touched
    undone: str  # what an undo took back, in words
    next_undo: str  # what the next undo would take back, "" for nothing
    away: int = 0  # archived labels: their files are missing, or another data set has the name now


class Past(NamedTuple):
    """An action of the log."""

    seq: int
    id: str | None  # None: an undo, pictures that moved, or a class that got another name
    name: str | None
    before: str | None
    undone: bool
    at: float


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Sets up a connection: durability settings, and the tables of this version."""
    version = check_version(db, path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")  # with NORMAL, the usual choice beside WAL, a power failure may lose the last commits
    if version < len(MIGRATIONS):
        _migrate(db, path, version)


def check_version(db: sqlite3.Connection, path: Path) -> int:
    """The version that wrote a file of labels. Raises StoreError where the file is another program's, or a later version's."""
    version, owner = _pragma(db, "user_version"), _pragma(db, "application_id")
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if owner not in (0, APPLICATION) or (owner == 0 and tables):
        raise StoreError(f"{path} is another program's file, not a store of labels. Move it away, and a new one is made.")
    if version > len(MIGRATIONS):
        raise StoreError(f"The labels in {path} were written by a newer version of this program. Update it, or move the file away.")
    return version


def is_current(db: sqlite3.Connection, path: Path) -> bool:
    """Whether this version wrote a file of labels, so that it can be read as it is."""
    return check_version(db, path) == len(MIGRATIONS)


def _migrate(db: sqlite3.Connection, path: Path, version: int) -> None:
    if version:
        copy = sqlite3.connect(path.with_name(f"{path.stem}.version{version}{path.suffix}"))
        with copy:
            db.backup(copy)
        copy.close()
    db.execute("BEGIN IMMEDIATE")  # another process may have migrated meanwhile: the version is read again inside the transaction
    for script in MIGRATIONS[_pragma(db, "user_version") :]:
        for statement in filter(str.strip, script.split(";")):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute("COMMIT")


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


# Actions


def apply(db: sqlite3.Connection, actions: Sequence[Action], batch: str | None) -> tuple[dict[str, None], str]:
    """Runs the actions that aren't in the log yet; the pictures whose label may have changed, and what was undone in words."""
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
    # A corrected label keeps its place: accuracy by number of labels counts labelled pictures, not corrections.
    _put(db, action.set, action.id, action.name, before[1] or seq)


def _put(db: sqlite3.Connection, set_name: str, picture: str, name: str | None, place: int | None) -> None:
    if name is None:
        db.execute("DELETE FROM labels WHERE set_name = ? AND picture = ?", (set_name, picture))
    else:
        db.execute("INSERT OR REPLACE INTO labels VALUES (?, ?, ?, ?)", (set_name, picture, name, place))


def _undo(db: sqlite3.Connection, action: Action) -> tuple[str, list[str]]:
    """Takes the newest batch back, last action first: so each action's `before` is the label that the next step restores."""
    rows, words = _newest(db, action.set), next_undo(db, action.set)
    db.execute(
        "INSERT INTO actions (action, batch, set_name, at) VALUES (?, ?, ?, ?)", (action.action, action.action, action.set, time.time())
    )
    for seq, picture, _name, before, place in rows:
        _put(db, action.set, picture, before, place)
        db.execute("UPDATE actions SET undone_by = ? WHERE seq = ?", (action.action, seq))
    _bring_classes_back(db, action.set, dict.fromkeys(row[3] for row in rows if row[3] is not None))
    return words, [row[1] for row in rows]


def _bring_classes_back(db: sqlite3.Connection, set_name: str, names: Iterable[str]) -> None:
    """Adds the classes of restored labels to the person's own classes, where they were removed from those meanwhile."""
    there = [name for (name,) in db.execute("SELECT name FROM classes WHERE set_name = ? ORDER BY place", (set_name,))]
    gone = [name for name in names if name not in there] if there else []
    db.executemany("INSERT INTO classes VALUES (?, ?, ?)", [(set_name, place, name) for place, name in enumerate(gone, len(there))])


def rename_classes(db: sqlite3.Connection, set_name: str, now_of: Mapping[str, str]) -> None:
    """Renames classes, all at once, in the labels and in the log: an undo restores labels under the new names."""
    for column, table in (("class", "labels"), ("class", "actions"), ("before", "actions")):
        cases = " ".join("WHEN ? THEN ?" for _ in now_of)
        query = f"UPDATE {table} SET {column} = CASE {column} {cases} ELSE {column} END WHERE set_name = ? AND picture IS NOT NULL"
        db.execute(query, (*(word for pair in now_of.items() for word in pair), set_name))
    for was, now in now_of.items():
        tell_browsers(db, set_name, now, was)


def _newest(db: sqlite3.Connection, set_name: str) -> list[tuple[int, str, str | None, str | None, int | None]]:
    """The actions of the newest batch that wasn't undone, the last action first."""
    live = (
        "set_name = ? AND picture IS NOT NULL AND undone_by IS NULL AND class IS NOT before"  # an action that changed nothing isn't undone
    )
    query = f"""SELECT seq, picture, class, before, before_place FROM actions WHERE {live} AND batch =
                (SELECT batch FROM actions WHERE {live} ORDER BY seq DESC LIMIT 1) ORDER BY seq DESC"""
    return db.execute(query, (set_name, set_name)).fetchall()


def next_undo(db: sqlite3.Connection, set_name: str) -> str:
    """What the next undo would take back, in words; "" for nothing."""
    rows = _newest(db, set_name)
    if not rows:
        return ""
    if len(rows) > 1:
        return f"{len(rows)} labels"
    _seq, _picture, name, before, _place = rows[0]
    if name is None:
        return f"clearing {before}"
    return f"{name} instead of {before}" if before else name


def receipt(db: sqlite3.Connection, actions: Sequence[Action], touched: dict[str, None], undone: str) -> Receipt:
    """What a caller of `act` is told."""
    name = actions[-1].set
    query = "SELECT class FROM labels WHERE set_name = ? AND picture = ?"
    now = {picture: (db.execute(query, (name, picture)).fetchone() or (None,))[0] for picture in touched if not picture.startswith(GONE)}
    return Receipt(len(actions), count(db, name), seq(db, name), now, undone, next_undo(db, name), away(db, name))


def count(db: sqlite3.Connection, set_name: str) -> int:
    """Number of labelled pictures of a set, without archived labels."""
    return int(db.execute(f"SELECT count(*) FROM labels WHERE set_name = ? AND {HERE}", (set_name,)).fetchone()[0])


def seq(db: sqlite3.Connection, set_name: str) -> int:
    """The seq of a set's last action, 0 where there is none."""
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM actions WHERE set_name = ?", (set_name,)).fetchone()[0])
