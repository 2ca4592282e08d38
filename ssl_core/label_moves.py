"""Labels go with their pictures: where a folder has changed, what was kept by place is moved by file name. Nothing here loads torch.

A picture that isn't there any more has the id "gone:" and its file's name: its labels sleep under it until the file is back.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterable
from typing import NamedTuple

GONE = "gone:"
HERE = f"picture NOT LIKE '{GONE}%'"  # of a row about a picture that is there
MOVED = "»"  # heads a new id until all rows of a table have theirs: two pictures may change places


class Listing(NamedTuple):
    """What a data set's files are called now, by picture: {"train-12": "cats/a.jpg"}."""

    digest: str
    file_of: dict[str, str]


def kept_digest(db: sqlite3.Connection, set_name: str) -> str | None:
    """The listing that a set's ids are about, None where nobody noted it."""
    row = db.execute("SELECT digest FROM listings WHERE set_name = ?", (set_name,)).fetchone()
    return None if row is None else str(row[0])


def follow(db: sqlite3.Connection, set_name: str, listing: Listing) -> None:
    """Makes a set's ids be about this listing; inside a transaction of the caller's."""
    kept = kept_digest(db, set_name)
    if kept == listing.digest:
        return
    if kept is None:  # named before files were noted: what stands at a place now is taken for what stood there
        ids = db.execute("SELECT DISTINCT picture FROM actions WHERE set_name = ? AND picture IS NOT NULL", (set_name,))
        keep(db, set_name, listing, [picture for (picture,) in ids])
    else:
        _move(db, set_name, listing)
    db.execute("INSERT OR REPLACE INTO listings VALUES (?, ?)", (set_name, listing.digest))


def keep(db: sqlite3.Connection, set_name: str, listing: Listing, pictures: Iterable[str]) -> None:
    """Notes which files some pictures are; an id that the set doesn't have is its own name."""
    rows = [(set_name, picture, listing.file_of.get(picture, picture.removeprefix(GONE))) for picture in pictures]
    db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", rows)


def placed(listing: Listing, picture: str, file: str) -> str:
    """The id of a picture that a person saw as this file, wherever it stands now."""
    if not file or listing.file_of.get(picture) == file:
        return picture
    return next((there for there, each in listing.file_of.items() if each == file), GONE + file)


def away(db: sqlite3.Connection, set_name: str) -> int:
    """Labels whose pictures aren't there now."""
    return int(db.execute(f"SELECT count(*) FROM labels WHERE set_name = ? AND NOT {HERE}", (set_name,)).fetchone()[0])


def _move(db: sqlite3.Connection, set_name: str, listing: Listing) -> None:
    """Gives every picture of the log the id that its file has now, so that an undo finds it too."""
    id_of = {file: picture for picture, file in listing.file_of.items()}
    known = db.execute("SELECT picture, file FROM files WHERE set_name = ?", (set_name,))
    moves = [(was, now) for was, file in known if (now := id_of.get(file, GONE + file)) != was]
    if not moves:
        return
    db.execute("CREATE TEMP TABLE moves (was TEXT PRIMARY KEY, now TEXT NOT NULL) WITHOUT ROWID")
    db.executemany("INSERT INTO moves VALUES (?, ?)", moves)
    new = f"'{MOVED}' || (SELECT now FROM moves WHERE was = picture)"
    for table in ("actions", "labels", "files"):
        db.execute(f"UPDATE {table} SET picture = {new} WHERE set_name = ? AND picture IN (SELECT was FROM moves)", (set_name,))
        db.execute(f"UPDATE {table} SET picture = substr(picture, 2) WHERE set_name = ? AND picture LIKE '{MOVED}%'", (set_name,))
    db.execute("DROP TABLE moves")
    row = (str(uuid.uuid4()), set_name, time.time())  # a line of the log, so that browsers see that theirs is old
    db.execute("INSERT INTO actions (action, batch, set_name, at) VALUES (?1, ?1, ?2, ?3)", row)
