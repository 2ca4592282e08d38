"""Labels go with their pictures: where a folder has changed, what was kept by place is moved by file. Nothing here loads torch.

A file is known again by its mark, so that it may be renamed and sorted into other folders, else by its name. A picture that isn't there
any more has the id "gone:" and its file's name: its labels sleep under it until the file is back. Where another set has the name by now,
everything of the set before sleeps under that name, a line end and its identity, which no set can be called.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterable

from ssl_core.library.listing import Listing
from ssl_core.reading.sources import unlike

GONE = "gone:"
HERE = f"picture NOT LIKE '{GONE}%'"  # of a row about a picture that is there
MOVED = "»"  # heads a new id until all rows of a table have theirs: two pictures may change places
TABLES = ("actions", "labels", "classes", "files", "listings")  # all that is known of a set
SAME = 0.5  # share of the files that must be known again by their marks, where a set's identity is another


def kept_digest(db: sqlite3.Connection, set_name: str) -> str | None:
    """The listing that a set's ids are about, None where nobody noted it."""
    row = db.execute("SELECT digest FROM listings WHERE set_name = ?", (set_name,)).fetchone()
    return None if row is None else str(row[0])


def sync_ids(db: sqlite3.Connection, set_name: str, listing: Listing) -> None:
    """Makes a set's ids be about this listing; inside a transaction of the caller's."""
    kept = kept_digest(db, set_name)
    if kept == listing.digest:
        return
    if _is_another(db, set_name, listing):
        _change_sets(db, set_name, listing.identity)
        kept = kept_digest(db, set_name)
    if kept is None:  # named before files were noted: what stands at a place now is taken for what stood there
        ids = db.execute("SELECT DISTINCT picture FROM actions WHERE set_name = ? AND picture IS NOT NULL", (set_name,))
        keep(db, set_name, listing, [picture for (picture,) in ids])
    else:
        keep(db, set_name, listing, _unnoted(db, set_name))
        _move(db, set_name, listing)
        here = db.execute(f"SELECT picture FROM files WHERE set_name = ? AND {HERE}", (set_name,))
        keep(db, set_name, listing, [picture for (picture,) in here])
    db.execute("INSERT OR REPLACE INTO listings VALUES (?, ?, ?)", (set_name, listing.digest, listing.identity))


def keep(db: sqlite3.Connection, set_name: str, listing: Listing, pictures: Iterable[str]) -> None:
    """Notes which files some pictures are; an id that the set doesn't have is its own name, where nobody noted another."""
    for picture in pictures:
        file, mark = listing.file_of.get(picture), listing.mark_of.get(picture, "")
        how, row = ("IGNORE", (picture.removeprefix(GONE), "")) if file is None else ("REPLACE", (file, mark))
        db.execute(f"INSERT OR {how} INTO files VALUES (?, ?, ?, ?)", (set_name, picture, *row))


def keep_seen(db: sqlite3.Connection, set_name: str, picture: str, file: str) -> None:
    """Notes which file a person saw at a picture, where nobody can list the set just now."""
    db.execute("INSERT OR IGNORE INTO files VALUES (?, ?, ?, '')", (set_name, picture, file))


def _unnoted(db: sqlite3.Connection, set_name: str) -> list[str]:
    """Pictures of which nobody noted the file: they were named while the set couldn't be listed."""
    known = "SELECT picture FROM files WHERE set_name = ?1"
    query = f"SELECT DISTINCT picture FROM actions WHERE set_name = ?1 AND picture IS NOT NULL AND picture NOT IN ({known})"
    return [picture for (picture,) in db.execute(query, (set_name,))]


def current_id(listing: Listing, picture: str, file: str) -> str:
    """The id of a picture that a person saw as this file, wherever it stands now."""
    if not file or listing.file_of.get(picture) == file:
        return picture
    return next((there for there, each in listing.file_of.items() if each == file), GONE + file)


def away(db: sqlite3.Connection, set_name: str) -> int:
    """Labels whose pictures aren't there now, and those of other sets that had this name."""
    mine, others = f"set_name = ?1 AND NOT {HERE}", "set_name > ?1 || char(10) AND set_name < ?1 || char(11)"
    return int(db.execute(f"SELECT count(*) FROM labels WHERE ({mine}) OR ({others})", (set_name,)).fetchone()[0])


def _is_another(db: sqlite3.Connection, set_name: str, listing: Listing) -> bool:
    """Whether other pictures have this name now: the set's identity is another, and few of its files are known again by their marks."""
    row = db.execute("SELECT identity FROM listings WHERE set_name = ?", (set_name,)).fetchone()
    if row is None or "" in (row[0], listing.identity) or row[0] == listing.identity:
        return False
    marks = [mark for (mark,) in db.execute("SELECT mark FROM files WHERE set_name = ? AND mark != ''", (set_name,))]
    here = set(listing.mark_of.values())
    return not marks or sum(mark in here for mark in marks) < SAME * len(marks)


def _change_sets(db: sqlite3.Connection, set_name: str, identity: str) -> None:
    """Lays everything of the set that had this name to sleep, and wakes what the one that has it now had before."""
    ((was,),) = db.execute("SELECT identity FROM listings WHERE set_name = ?", (set_name,)).fetchall()
    asleep = f"{set_name}\n{was}"
    while any(db.execute(f"SELECT 1 FROM {table} WHERE set_name = ?", (asleep,)).fetchone() for table in TABLES):
        asleep += "\n"
    for table in TABLES:
        db.execute(f"UPDATE {table} SET set_name = ? WHERE set_name = ?", (asleep, set_name))
        db.execute(f"UPDATE {table} SET set_name = ? WHERE set_name = ?", (set_name, f"{set_name}\n{identity}"))
    tell_browsers(db, set_name)


def tell_browsers(db: sqlite3.Connection, set_name: str, name: str | None = None, before: str | None = None) -> None:
    """A line of the log without a picture, so that browsers see that what they know is old."""
    row = (str(uuid.uuid4()), set_name, name, before, time.time())
    db.execute("INSERT INTO actions (action, batch, set_name, class, before, at) VALUES (?1, ?1, ?2, ?3, ?4, ?5)", row)


def _move(db: sqlite3.Connection, set_name: str, listing: Listing) -> None:
    """Gives every picture of the log the id that its file has now, so that an undo finds it too."""
    query = f"SELECT picture, file, mark FROM files WHERE set_name = ? ORDER BY {HERE} DESC, picture"  # who is here comes first
    known = db.execute(query, (set_name,)).fetchall()
    moves = [(was, now) for was, now in _found_again(known, listing).items() if now != was]
    if not moves:
        return
    db.execute("CREATE TEMP TABLE moves (was TEXT PRIMARY KEY, now TEXT NOT NULL) WITHOUT ROWID")
    db.executemany("INSERT INTO moves VALUES (?, ?)", moves)
    new = f"'{MOVED}' || (SELECT now FROM moves WHERE was = picture)"
    for table in ("actions", "labels", "files"):
        db.execute(f"UPDATE {table} SET picture = {new} WHERE set_name = ? AND picture IN (SELECT was FROM moves)", (set_name,))
        db.execute(f"UPDATE {table} SET picture = substr(picture, 2) WHERE set_name = ? AND picture LIKE '{MOVED}%'", (set_name,))
    db.execute("DROP TABLE moves")
    tell_browsers(db, set_name)


def _found_again(known: list[tuple[str, str, str]], listing: Listing) -> dict[str, str]:
    """The id that each known picture has now, no two the same. A name counts after a mark: another picture may bear it now."""
    id_of = {file: picture for picture, file in listing.file_of.items()}
    marked = {mark: picture for picture, mark in listing.mark_of.items()}
    now, taken, gone = dict[str, str](), set[str](), set[str]()
    for was, _file, mark in known:
        there = marked.get(mark)
        if there is not None and there not in taken:
            taken.add(there)
            now[was] = there
    for was, file, _mark in known:
        if was in now:
            continue
        there = id_of.get(file)
        if there is None or there in taken:
            there = GONE + unlike(file, gone)
            gone.add(there.removeprefix(GONE))
        taken.add(there)
        now[was] = there
    return now
