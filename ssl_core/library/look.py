"""What only the pixels of a set tell: duplicates, sizes, colours, files that can't be read; kept by a job that opens every picture once.

A look is about files: it stays true where the same files are split, classed or labelled anew, and is asked for anew where files change.
No torch at import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from ssl_core.functional.duplicates.hashing import SIDE
from ssl_core.jobs import start as jobs_start
from ssl_core.jobs.status import Status
from ssl_core.library.look_job import files_digest, names_of
from ssl_core.library.looked import WHY, Leak, Leaks, Looked
from ssl_core.library.names import SPLITS, find
from ssl_core.library.sets import open_set
from ssl_core.reading import files
from ssl_core.reading.index import Index
from ssl_core.records.asked import Asked
from ssl_core.records.requests import LookRequest
from ssl_core.settings import SettingsError
from ssl_core.system.memory import Kept
from ssl_core.types import PictureId

METHOD = 2  # of looking; a new number asks every set anew
KEPT = 8  # digests, and leaks of sets without groups, held in memory: a screen asks every second

_digests: Kept[tuple[str, ...], str] = Kept(4 * KEPT)
_leaks: Kept[tuple[str, ...], Leaks] = Kept(KEPT)


def look(name: str) -> Looked | None:
    """What was seen of a data set as its files are now; None until a look at them is done.

    Raises:
        SettingsError: there is no such set, or it can't be opened.
    """
    found = _asked(name).result()
    return None if found is None else Looked.read(found)


def look_status(name: str) -> Status | None:
    """How the look at a data set stands; None where nobody has asked for it."""
    return _asked(name).status()


def ask_look(name: str) -> Path:
    """Makes the job's folder where there is none yet; the folder. Nothing is started."""
    asked = _asked(name)
    return asked.ask_again(lost=lambda: asked.finished() is None)


def request_look(name: str) -> Path:
    """Starts a process that opens every picture once; the job's folder."""
    folder = ask_look(name)
    jobs_start.start(folder)
    return folder


def stop_look(name: str) -> None:
    """Asks the job to end."""
    _asked(name).stop()


def leaks(name: str, groups: Mapping[str, str] | None = None) -> Leaks | None:
    """Which test pictures have the same file, the same pixels, a near duplicate or the same group in training; None before a look.

    groups: file -> what pictures have in common that were taken together (a patient, a day), by default those of the set's reading.
    """
    seen = look(name)
    if seen is None:
        return None
    if groups is not None:
        return _leaks_of(name, seen, groups)
    digests = tuple(open_set(name, split, SIDE).digest() for split in SPLITS)
    index = _index_of(name)
    own = _groups_of(index) if index and index.groups else {}
    kind = f"{len(own)} {index.account.assumed.get('group')}" if index and index.account else ""
    return _leaks.get((str(_asked(name).folder), *digests, kind), lambda: _leaks_of(name, seen, own))


def leaking_places(name: str) -> dict[int, Leak] | None:
    """The same by the pictures' places in the test split; None before a look."""
    if (found := leaks(name)) is None:
        return None
    by_file = {leak.test: leak for leak in found.found}
    return {place: by_file[file] for place, file in enumerate(names_of(open_set(name, "test", SIDE))) if file in by_file}


def leaks_of_index(name: str, index: Index) -> Leaks:
    """The leaks of a set as another choice would read it, by the look at the same files and by the choice's groups.

    Raises:
        SettingsError: these files weren't looked at.
    """
    found = _asked_of(name, index.files_digest).result()
    if found is None:
        raise SettingsError(
            f"'apart' of '{name[:60]}' needs a finished look at the same pictures: their pixels say what leaks. There is none. "
            "Look at the pictures first, on the screen Pictures or by core.request_look, then choose it again."
        )
    train, test = ([index.bare(entry.name) for entry in index.entries(split)] for split in SPLITS)
    return _leaks_between(Looked.read(found), train, test, _groups_of(index))


def _index_of(name: str) -> Index | None:
    """The index of a folder or an archive, None of a set that is built in."""
    path = find(name).path
    return None if path is None else files.index(path)


def _groups_of(index: Index) -> dict[str, str]:
    return {index.bare(file): group for file, group in index.groups.items()}


def _leaks_of(name: str, seen: Looked, groups: Mapping[str, str]) -> Leaks:
    train, test = (names_of(open_set(name, split, SIDE)) for split in SPLITS)
    return _leaks_between(seen, train, test, groups)


def _leaks_between(seen: Looked, train: list[str], test: list[str], groups: Mapping[str, str]) -> Leaks:
    bad = {file for file, _ in seen.unreadable}
    tested = [file for file in test if file not in bad]
    ways = [_of_groups(seen.same_bytes), _of_groups(seen.same_pixels), _near(seen), _of_groups(_together(groups))]
    learnt = set(train) - bad
    partners = [_partners(way, learnt, tested) for way in ways]
    found = [Leak(file, *_first(file, partners)) for file in tested if any(file in way for way in partners)]
    return Leaks(found, len(tested))


def apart(name: str, groups: Mapping[str, str] | None = None) -> list[str]:
    """The test pictures to leave out so that none leaks, by file; [] before a look."""
    found = leaks(name, groups)
    return [leak.test for leak in found.found] if found else []


def picture_ids(name: str) -> dict[str, PictureId]:
    """File -> the picture's split and index."""
    return {file: PictureId(split, i) for split in SPLITS for i, file in enumerate(names_of(open_set(name, split, SIDE)))}


def _first(file: str, partners: list[dict[str, str]]) -> tuple[str, str]:
    """The training picture that a test picture resembles most, and why."""
    return next((way[file], why) for way, why in zip(partners, WHY, strict=True) if file in way)


def _of_groups(groups: Iterable[list[str]]) -> dict[str, list[str]]:
    """File -> all files of its group."""
    return {file: group for group in groups for file in group}


def _together(groups: Mapping[str, str]) -> list[list[str]]:
    found = defaultdict(list)
    for file, group in groups.items():
        found[group].append(file)
    return list(found.values())


def _near(seen: Looked) -> dict[str, list[str]]:
    """File -> its near duplicates, with all that equal one of the two."""
    equal = {**_of_groups(seen.same_bytes), **_of_groups(seen.same_pixels)}  # a group of equal pixels holds its equal files
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one, two in seen.near:
        ones, twos = equal.get(one, [one]), equal.get(two, [two])
        for file in ones:
            found[file] += twos
        for file in twos:
            found[file] += ones
    return found


def _partners(way: Mapping[str, list[str]], train: set[str], tested: list[str]) -> dict[str, str]:
    """Test picture -> the first picture for training that it has something in common with."""
    found = ((file, next((other for other in way.get(file, ()) if other in train), "")) for file in tested)
    return {file: other for file, other in found if other}


def _asked(name: str) -> Asked:
    parts = [open_set(name, split, SIDE).whole() for split in SPLITS]
    files = _digests.get(tuple(part.digest() for part in parts), lambda: files_digest(parts))
    return _asked_of(name, files)


def _asked_of(name: str, digest: str) -> Asked:
    """The look at a set's files of this digest."""
    request: LookRequest = {"dataset": name, "data": digest, "method": METHOD}
    return Asked(f"data:{name}", "look", request)
