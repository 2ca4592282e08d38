"""A person's own data sets: the path of a folder elsewhere, or dropped pictures, each under SSL_RUNS/sets/<name>. No torch."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from ssl_core.reading import files, sources, splits
from ssl_core.reading.archives.unpacked import Report, silent
from ssl_core.reading.images import pixels
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.index import Index
from ssl_core.reading.splits import TEST, TRAIN
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.roots import runs_root, typed

NAME = re.compile(r"[^\W_][\w.-]{0,59}")  # letters and digits of any language; no character of a path
UNKEPT = re.compile('[<>:"|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]')  # characters replaced in the name of a dropped file
LONGEST = 60  # characters of a set's name
MOST_BYTES = 200  # of one part of a dropped file's name; file systems take 255, and a number may be added
DEEPEST = 8  # folders of a dropped file's name; deeper ones are joined to one
SPREAD = 50  # pictures tried first, spread evenly over a set, to find one that can be read
TRIED = 5_000  # pictures tried before a set is refused
EXAMPLES = 3  # dropped files that weren't kept, named
DAYS = 30  # for which a removed set can be restored, at least


class Own(NamedTuple):
    """One set of a person's own."""

    name: str
    title: str
    path: Path  # the folder or archive of its pictures
    elsewhere: bool  # whether `path` is the person's own, which is only read


def own_sets() -> list[Own]:
    """The person's own sets, by name."""
    notes = sorted(_root().glob("*/set.json"))
    return [own for own in (own_set(note.parent.name) for note in notes) if own is not None]


def own_set(name: str) -> Own | None:
    """One of the person's own sets, None where there is none of this name."""
    if not NAME.fullmatch(name):
        return None
    note = read_json(_root() / name / "set.json")
    if not isinstance(note, dict):
        return None
    path = note.get("path")
    return Own(name, str(note.get("title") or name), Path(path) if path else _root() / name / "pictures", bool(path))


def name_from(text: str) -> str:
    """A name as addresses and flags need it: "My cats!" becomes "my-cats".

    Raises:
        SettingsError: no letter or digit in it, or too long.
    """
    name = re.sub(r"[\W_]+", "-", text.strip().lower()).strip("-")
    if not NAME.fullmatch(name):
        raise SettingsError(f"The name of a data set must be 1 to {LONGEST} characters with a letter or digit. Got '{text[:LONGEST]}'.")
    return name


def note_folder(name: str, path: str | Path, taken: Collection[str] = (), report: Report = silent) -> str:
    """Makes a folder or an archive of pictures a data set by storing its path; the pictures are only read. Returns its name.

    Raises:
        SettingsError: no folder or archive there, no readable picture in it, a bad name or a taken one.
    """
    text = str(path).strip()
    place = typed(text)
    name = name.strip() or splits.stem(place)
    slug = _free(name, taken)
    if not text or "\0" in text or not files.is_set(place):
        raise SettingsError(
            f"'folder' must be the path of a folder or an archive ({files.KINDS}) with pictures. There is none at '{text[:200]}'."
        )
    with files.nothing_kept_of(place.resolve()):
        _readable(files.index(place.resolve(), report), f"'{text[:200]}'")
    _put(slug, name, {"path": str(place.resolve())})
    return slug


def keep_files(name: str, dropped: Sequence[tuple[str, bytes]], taken: Collection[str] = (), report: Report = silent) -> str:
    """Keeps dropped pictures as a data set; a folder in a file's name is its class. An archive is kept as it is. Returns its name.

    Raises:
        SettingsError: no readable picture among them, a bad name or a taken one.
    """
    slug = _free(name, taken)
    seen = [(file, data) for file, data in dropped if not _hidden(file)]
    archives = [(_safe_archive(file), data) for file, data in seen if file.lower().endswith(sources.ARCHIVES)]
    kept = [(_safe(file), data) for file, data in seen if sources.picture_or_table(file)]
    if archives and (kept or not _go_together([file for file, _ in archives])):
        raise SettingsError("An archive must be dropped alone, or as two that are named 'train' and 'test'. Drop one after another.")
    if not archives and not any(file.lower().endswith(sources.SUFFIXES) for file, _ in kept):
        raise SettingsError(f"There is no picture among the {len(dropped)} dropped files: {pixels.READ} files are read.")
    called = f"'{archives[0][0]}'" if len(archives) == 1 else "the dropped files"
    others = [re.split(r"[/\\]+", file)[-1] for file, _ in seen if not archives and not sources.picture_or_table(file)]
    beside: dict[str, object] = {"not_kept": {"files": len(others), "examples": sorted(others)[:EXAMPLES]}} if others else {}
    _put(slug, name, {"path": None, "id": _id(archives or kept), **beside}, _unlike(archives or kept), called, report)
    return slug


class NotKept(NamedTuple):
    """Dropped files that are neither pictures nor tables."""

    files: int
    examples: tuple[str, ...]


def not_kept(name: str) -> NotKept | None:
    """What was dropped with a set's pictures and isn't kept; None for nothing, and for a set that wasn't dropped."""
    note = read_json(_root() / name / "set.json") if NAME.fullmatch(name) else None
    said = note.get("not_kept") if isinstance(note, dict) else None
    return NotKept(int(said["files"]), tuple(map(str, said["examples"]))) if said else None


def _id(dropped: Sequence[tuple[str, bytes]]) -> str:
    """Digest of dropped files: the same files dropped again have the same digest, so that their labels are found again."""
    digest = hashlib.sha256()
    for file, data in sorted(dropped):
        digest.update(f"{file}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()[:16]


def _go_together(names: list[str]) -> bool:
    """One archive, or one for training and one for testing."""
    stems = [splits.stem(Path(name)).lower() for name in names]
    return len(names) == 1 or (len(names) == 2 and any(s in TRAIN for s in stems) and any(s in TEST for s in stems))


def remove(name: str) -> None:
    """Removes one of the person's own sets; `restore` brings it back. The folder that a path names stays as it is.

    A removed set is kept in `.trash/<name>~<second of its removal>`; those older than 30 days are deleted with the next removal.
    """
    if own_set(name) is None:
        raise SettingsError(f"'{name[:LONGEST]}' is not a data set of your own: only those can be removed.")
    now = int(time.time())
    for old in (_root() / ".trash").glob("*~*"):
        if 0 < _removed(old) < now - DAYS * 86_400:
            shutil.rmtree(old, ignore_errors=True)
    bin_ = _root() / ".trash" / f"{name}~{max([now, *(_removed(earlier) + 1 for earlier in _bins(name))])}"
    bin_.parent.mkdir(parents=True, exist_ok=True)
    os.replace(_root() / name, bin_)


def restore(name: str, taken: Collection[str] = ()) -> None:
    """Brings a removed set back; of several that had this name, the one that was removed last."""
    bins = _bins(name) if NAME.fullmatch(name) else []
    if not bins:
        raise SettingsError(f"There is no removed data set '{name[:LONGEST]}'.")
    _free(name, taken)
    os.replace(max(bins, key=_removed), _root() / name)


def removed(taken: Collection[str] = ()) -> dict[str, str]:
    """Names and titles of the removed sets that `restore` brings back, the one that was removed last first."""
    found: dict[str, str] = {}
    for bin_ in sorted((_root() / ".trash").glob("*"), key=_removed, reverse=True):
        name, note = bin_.name.partition("~")[0], read_json(bin_ / "set.json")
        if isinstance(note, dict) and name not in taken and not (_root() / name).exists():
            found.setdefault(name, str(note.get("title") or name))
    return found


def _bins(name: str) -> list[Path]:
    """The folders of removed sets of this name."""
    trash = _root() / ".trash"
    return [bin_ for bin_ in (trash / name, *trash.glob(f"{name}~*")) if bin_.is_dir()]


def _removed(bin_: Path) -> int:
    """When a set was removed, in seconds since 1970; 0 where the folder's name doesn't say."""
    second = bin_.name.rpartition("~")[2]
    return int(second) if second.isdecimal() else 0


def _root() -> Path:
    return runs_root() / "sets"


def _free(name: str, taken: Collection[str]) -> str:
    slug = name_from(name)
    if slug in taken or (_root() / slug).exists():
        raise SettingsError(f"There is already a data set '{slug}': choose another name.")
    return slug


def _readable(index: Index, place: str) -> None:
    """Refuses a set of which no picture can be read: 50 spread over the set are tried first, then the others, 5 000 at most."""
    entries = [*index.train, *index.test]
    first = [entries[k * len(entries) // SPREAD] for k in range(SPREAD)] if len(entries) > SPREAD else entries
    tried = [*dict.fromkeys([*first, *entries])][:TRIED]
    reason = ""
    for entry in tried:
        try:
            pixels.square(index.read(entry), 32)
            return
        except Unreadable as error:
            reason = f"{entry.name} {error}"
    which = "No picture" if len(tried) == len(entries) else f"None of the {len(tried):,} pictures (of {len(entries):,}) that were tried"
    raise SettingsError(f"{which} in {place} can be read: {reason}.")


def _put(
    slug: str,
    title: str,
    note: dict[str, object],
    dropped: Sequence[tuple[str, bytes]] = (),
    called: str = "",
    report: Report = silent,
) -> None:
    """Writes the set's folder in one step; where that fails nothing is left behind."""
    part = _root() / f".{slug}.{os.getpid()}.part"
    shutil.rmtree(part, ignore_errors=True)
    try:
        for file, data in dropped:
            (part / "pictures" / file).parent.mkdir(parents=True, exist_ok=True)
            (part / "pictures" / file).write_bytes(data)
        if dropped:
            with files.nothing_kept_of(part / "pictures"):
                _readable(files.fresh_index(part / "pictures", report, called), called)
        part.mkdir(parents=True, exist_ok=True)
        write_json(part / "set.json", {"title": " ".join(title.split())[:LONGEST], **note})
        os.replace(part, _root() / slug)
    except OSError as error:
        raise SettingsError(f"The data set '{slug}' can't be kept: {(error.strerror or str(error)).lower()}.") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _hidden(file: str) -> bool:
    """Whether an operating system made this file for itself, as macOS makes "._cat.jpg"; folders and archives leave such files out too."""
    parts = [part for part in re.split(r"[/\\]+", file) if part.strip(". ")]
    return any(re.match(r"\.[^.]|__MACOSX", part) and part.lower() not in sources.ARCHIVES for part in parts)


def _safe(file: str) -> str:
    """A dropped file's name without what could lead to another folder ("..", drives) and what some file systems refuse."""
    parts = [UNKEPT.sub("_", part).strip(" .") for part in re.split(r"[/\\]+", file)]
    *folders, last = [part for part in parts if part]
    deep = folders if len(folders) <= DEEPEST else [*folders[: DEEPEST - 1], "_".join(folders[DEEPEST - 1 :])]
    stem, _, suffix = last.rpartition(".")
    return "/".join([*map(_short, deep), f"{_short(stem) or 'picture'}.{suffix}"])


def _short(part: str) -> str:
    """A part of a name, cut where it is too long for a file system; a digest keeps different names different."""
    data = part.encode()
    if len(data) <= MOST_BYTES:
        return part
    mark = "~" + hashlib.sha256(data).hexdigest()[:8]
    return data[: MOST_BYTES - len(mark)].decode(errors="ignore") + mark


def _safe_archive(file: str) -> str:
    """The same for a dropped archive, whose contents stay as they are."""
    name = Path(re.split(r"[/\\]", file)[-1])
    stem = splits.stem(name)
    return (_short(UNKEPT.sub("_", stem).replace(".", "_")) or "pictures") + name.name[len(stem) :].lower()


def _unlike(dropped: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The same files, a number added to repeated names (compared without case, as some file systems do)."""
    seen: dict[str, int] = {}
    renamed = []
    for file, data in dropped:
        seen[file.lower()] = seen.get(file.lower(), 0) + 1
        stem, _, suffix = file.rpartition(".")
        renamed.append((file if seen[file.lower()] == 1 else f"{stem}~{seen[file.lower()]}.{suffix}", data))
    return renamed
