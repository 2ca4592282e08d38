"""Labels follow their pictures: where a folder's files changed, the rows kept by picture id get the new id of the same file. No torch.

A file is recognised by its mark (size, and time of change or checksum), so that it may be renamed or put into another folder; else by its
name. A picture whose file is missing gets the id "gone:" and the file's name: its labels are archived under that id until the file is
back. Where another data set has the name now, all rows of the former set are archived under the name, a line end and the former set's
identity: no data set can have such a name.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterable

from ssl_core.library.listing import Listing
from ssl_core.reading.sources import unlike

GONE = "gone:"
HERE = f"picture NOT LIKE '{GONE}%'"  # SQL: the row is about a picture whose file isn't missing
MOVED = "»"  # prefix of a new id until every row of a table has its new id: two pictures may exchange their ids
TABLES = ("actions", "labels", "classes", "files", "listings")  # every table with rows of a data set
SAME = 0.5  # share of the files that must be recognised by their marks for a set to be the same although its identity changed


def kept_digest(db: sqlite3.Connection, set_name: str) -> str | None:
    """Digest of the listing that a set's stored ids refer to; None where none is stored."""
    row = db.execute("SELECT digest FROM listings WHERE set_name = ?", (set_name,)).fetchone()
    return None if row is None else str(row[0])


def sync_ids(db: sqlite3.Connection, set_name: str, listing: Listing) -> None:
    """Changes a set's stored ids to those of this listing; call it inside a transaction."""
    kept = kept_digest(db, set_name)
    if kept == listing.digest:
        return
    if _is_another(db, set_name, listing):
        _change_sets(db, set_name, listing.identity)
        kept = kept_digest(db, set_name)
    if kept is None:  # labels older than stored file names: a picture's present file is taken for the one that was labelled
        ids = db.execute("SELECT DISTINCT picture FROM actions WHERE set_name = ? AND picture IS NOT NULL", (set_name,))
        keep(db, set_name, listing, [picture for (picture,) in ids])
    else:
        keep(db, set_name, listing, _unnoted(db, set_name))
        _move(db, set_name, listing)
        here = db.execute(f"SELECT picture FROM files WHERE set_name = ? AND {HERE}", (set_name,))
        keep(db, set_name, listing, [picture for (picture,) in here])
    db.execute("INSERT OR REPLACE INTO listings VALUES (?, ?, ?)", (set_name, listing.digest, listing.identity))


def keep(db: sqlite3.Connection, set_name: str, listing: Listing, pictures: Iterable[str]) -> None:
    """Stores the files of some pictures; an id that the listing lacks is stored as its own file name, unless one is stored already."""
    for picture in pictures:
        file, mark = listing.file_of.get(picture), listing.mark_of.get(picture, "")
        how, row = ("IGNORE", (picture.removeprefix(GONE), "")) if file is None else ("REPLACE", (file, mark))
        db.execute(f"INSERT OR {how} INTO files VALUES (?, ?, ?, ?)", (set_name, picture, *row))


def keep_seen(db: sqlite3.Connection, set_name: str, picture: str, file: str, mark: str) -> None:
    """Stores the file and mark that a person's browser showed for a picture that can't be listed just now."""
    db.execute("INSERT OR IGNORE INTO files VALUES (?, ?, ?, '')", (set_name, picture, file))
    db.execute("UPDATE files SET mark = ? WHERE set_name = ? AND picture = ? AND mark = ''", (mark, set_name, picture))


def _unnoted(db: sqlite3.Connection, set_name: str) -> list[str]:
    """Pictures without a stored file: they were labelled while the set couldn't be listed."""
    known = "SELECT picture FROM files WHERE set_name = ?1"
    query = f"SELECT DISTINCT picture FROM actions WHERE set_name = ?1 AND picture IS NOT NULL AND picture NOT IN ({known})"
    return [picture for (picture,) in db.execute(query, (set_name,))]


def current_id(listing: Listing, picture: str, file: str, mark: str = "") -> str:
    """The present id of the picture that a person saw as this file; a "gone:" id where the file is missing.

    Marks are compared before names: the file may have another name by now, and another file its former one.
    """
    if mark and (found := _marked(listing, picture, mark)):
        return found
    if not file or listing.file_of.get(picture) == file:
        return picture
    return next((there for there, each in listing.file_of.items() if each == file), GONE + file)


def _marked(listing: Listing, picture: str, mark: str) -> str:
    """The id of the file with this mark, asked first of the id that it had; "" where no file has it."""
    if listing.mark_of.get(picture) == mark:
        return picture
    return next((there for there, each in listing.mark_of.items() if each == mark), "")


def away(db: sqlite3.Connection, set_name: str) -> int:
    """Number of archived labels: of missing files, and of other sets that had this name."""
    mine, others = f"set_name = ?1 AND NOT {HERE}", "set_name > ?1 || char(10) AND set_name < ?1 || char(11)"
    return int(db.execute(f"SELECT count(*) FROM labels WHERE ({mine}) OR ({others})", (set_name,)).fetchone()[0])


def _is_another(db: sqlite3.Connection, set_name: str, listing: Listing) -> bool:
    """Whether the name means another data set now: its identity changed, and fewer than half of its files are recognised by their marks."""
    row = db.execute("SELECT identity FROM listings WHERE set_name = ?", (set_name,)).fetchone()
    if row is None or "" in (row[0], listing.identity) or row[0] == listing.identity:
        return False
    marks = [mark for (mark,) in db.execute("SELECT mark FROM files WHERE set_name = ? AND mark != ''", (set_name,))]
    here = set(listing.mark_of.values())
    return not marks or sum(mark in here for mark in marks) < SAME * len(marks)


def _change_sets(db: sqlite3.Connection, set_name: str, identity: str) -> None:
    """Archives the rows of the former set of this name, and restores those of the present one."""
    ((was,),) = db.execute("SELECT identity FROM listings WHERE set_name = ?", (set_name,)).fetchall()
    archived = f"{set_name}\n{was}"
    while any(db.execute(f"SELECT 1 FROM {table} WHERE set_name = ?", (archived,)).fetchone() for table in TABLES):
        archived += "\n"
    for table in TABLES:
        db.execute(f"UPDATE {table} SET set_name = ? WHERE set_name = ?", (archived, set_name))
        db.execute(f"UPDATE {table} SET set_name = ? WHERE set_name = ?", (set_name, f"{set_name}\n{identity}"))
    tell_browsers(db, set_name)


def tell_browsers(db: sqlite3.Connection, set_name: str, name: str | None = None, before: str | None = None) -> None:
    """Adds an action without a picture to the log: browsers see a larger `seq` and ask for all labels anew."""
    row = (str(uuid.uuid4()), set_name, name, before, time.time())
    db.execute("INSERT INTO actions (action, batch, set_name, class, before, at) VALUES (?1, ?1, ?2, ?3, ?4, ?5)", row)


def _move(db: sqlite3.Connection, set_name: str, listing: Listing) -> None:
    """Gives every stored picture the present id of its file, in the log too, so that an undo finds the picture."""
    # Pictures whose file isn't missing come first: of two that claim a file they keep it.
    query = f"SELECT picture, file, mark FROM files WHERE set_name = ? ORDER BY {HERE} DESC, picture"
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
    """Former id -> present id, all different. Marks are compared before names: a file's former name may be another file's by now."""
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
