"""Data sets as a person uses them: listed, added, shown. torch loads inside functions only.

One picture is named by set, split and index; addresses write the last two as a `PictureId`, "train-123".
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ssl_core.library import names, sets
from ssl_core.library.names import FIRST, Found
from ssl_core.library.own import keep_files, name_from, note_folder, own_set, own_sets, remove, removed, restore
from ssl_core.library.sets import LARGEST, Options, PictureSet, open_set
from ssl_core.reading import files, sources, splits
from ssl_core.reading.archives.unpacked import Report, silent
from ssl_core.reading.images import pixels
from ssl_core.reading.images.ranges import Range
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.naming import several_names
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.system.addresses import PUBLISHED


def sample_pictures() -> list[tuple[str, np.ndarray]]:
    """Two photographs that come with scikit-learn, uint8 H W 3."""
    found = find_spec("sklearn")
    assert found is not None and found.submodule_search_locations
    home = Path(found.submodule_search_locations[0]) / "datasets" / "images"  # found without importing scikit-learn, which takes seconds
    return [(path.stem, upload_picture(path.read_bytes())) for path in sorted(home.glob("*.jpg"))]


class SetRow(NamedTuple):
    """A data set in a list."""

    name: str
    title: str
    help: str
    samples_train: int
    samples_test: int
    classes: tuple[str, ...]
    colour: bool
    source: str  # "built in", "data folder", "yours"
    ready: bool
    reason: str = ""  # why it isn't ready, and what to do
    download: int = 0  # bytes, where it isn't ready and can be downloaded
    packed: int = 0  # bytes of archives, where it isn't ready because they have to be unpacked first


def list_sets() -> list[SetRow]:
    """Every data set: built in, in the data folder, the person's own. Pictures are counted without being decoded."""
    shared = [Found(names.address_of(path), "data folder", path) for path in names.shared()]
    own = [Found(own.name, "yours", own.path) for own in own_sets()]
    hidden = {found.name for found in (*shared, *own)} - set(FIRST)
    built_in = [Found(name, "built in", None) for name in names.part_names() if name not in hidden]
    rows = [_row(found) for found in (*built_in, *shared, *own) if found.source == "built in" or found.name not in FIRST]
    return sorted(rows, key=lambda row: (row.name not in FIRST, ("built in", "data folder", "yours").index(row.source)))


def add_folder(name: str, path: str | Path, report: Report = silent) -> str:
    """Makes a folder or an archive of the person's a data set; it is only read. Returns its name in addresses and flags."""
    return note_folder(name, path, names.taken(), report)


def add_files(name: str, dropped: Sequence[tuple[str, bytes]], report: Report = silent) -> str:
    """Makes dropped pictures, or a dropped archive, a data set; a folder in a file's name is its class. Returns its name."""
    return keep_files(name, dropped, names.taken(), report)


def unpack_set(name: str, report: Report) -> str:
    """Unpacks a data set's archives into the cache where that wasn't done; remarks on the set in a sentence, "" for none."""
    path = names.find(name).path
    return "" if path is None else files.index(path, report).note.strip()


def remove_set(name: str) -> None:
    """Removes one of the person's own sets; `restore_set` brings it back."""
    remove(name)


def restore_set(name: str) -> None:
    """Brings a removed set back."""
    restore(name, names.taken())


def removed_sets() -> dict[str, str]:
    """Names and titles of the person's own sets that were taken off the list and can be restored, the last one first."""
    return removed(names.taken())


def known_as(text: str) -> str:
    """The name of a data set; a folder's path is made an own set first, the same one each time.

    Raises:
        SettingsError: there is no such set, or no picture in the folder.
    """
    found = names.find(text)
    if found.source != "folder" or found.path is None:
        return found.name
    for own in own_sets():
        if own.path.resolve() == found.path:
            return own.name
    stem, taken = name_from(splits.stem(found.path) or "pictures")[:50], names.taken() | {own.name for own in own_sets()}
    free = next(slug for slug in (stem, *(f"{stem}-{k}" for k in range(2, 10_000))) if slug not in taken)
    return add_folder(free, found.path)


def to_measure(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """Options of a data set for evaluation: the labelled part, where training used the unlabelled one."""
    from ssl_core.parts.catalogues import DATASETS

    return {**options, **DATASETS[name].measured} if name in DATASETS and options else options


def class_counts(name: str, split: str = "train", options: Options = None) -> dict[str, int]:
    """Class -> number of pictures, those that can't be read included; {} without classes."""
    data = open_set(name, split, options=options)
    label_S = sets.labels(data)
    return {title: int((label_S == k).sum()) for k, title in enumerate(data.info.classes)}


def ids_of_class(name: str, split: str, label: str | None = None, offset: int = 0, n: int = 24, options: Options = None) -> list[int]:
    """Indices of `n` pictures of a class (None: of any), the first `offset` left out."""
    data = open_set(name, split, options=options)
    if label is None:
        return list(range(offset, min(len(data), offset + n)))
    if label not in data.info.classes:
        raise SettingsError(f"'class' must be one of {several_names(data.info.classes, 20) or 'none'}. Got '{label[:60]}'.")
    places = np.flatnonzero(sets.labels(data) == data.info.classes.index(label))
    return [int(i) for i in places[offset : offset + n]]


def fixed_ids(name: str, n: int = 8, seed: int = 0, options: Options = None) -> list[int]:
    """Indices of `n` test pictures that can be read, evenly over the classes; the same ones every time."""
    from ssl_core.datasets.base import BadPicture

    data = open_set(name, "test", options=options)
    chosen: list[int] = []
    for i in _spread(sets.labels(data), np.random.default_rng(seed)):
        if len(chosen) == n:
            break
        try:
            data[i]
        except BadPicture:
            continue
        chosen.append(i)
    return chosen


def picture(name: str, split: str, i: int, size: int = 128, options: Options = None) -> np.ndarray:
    """One picture for a person: uint8 H W 3, its longer side `size`.

    Raises:
        SettingsError: there is no such picture, or it can't be read.
    """
    from ssl_core.datasets.base import BadPicture

    data = open_set(name, split, options=options)
    if not 0 <= i < len(data):
        raise SettingsError(f"'{name[:60]}' has {split} pictures 0 to {len(data) - 1}. Got {i}.")
    try:
        return data.picture(i, max(8, min(int(size), LARGEST)))
    except BadPicture as bad:
        raise SettingsError(f"The picture '{bad.file}' of '{name[:60]}' can't be shown: it {bad.reason}.") from None


def png(name: str, split: str, i: int, size: int = 128) -> bytes:
    """`picture` as a PNG file, for a set that has an address."""
    return pixels.encode_png(picture(addressed(name), split, i, size))


def png_mark(name: str, split: str) -> str:
    """Digest of a split: it changes when any of its pictures may have changed; no picture is opened."""
    return open_set(addressed(name), split).digest()


def addressed(name: str) -> str:
    """The name of a set that may stand in an address; a folder's path may not, so that no address reads any folder of the disk."""
    if names.find(name).source == "folder":
        raise SettingsError("Only named data sets have addresses. Add the folder as a data set first.")
    return name


def upload_picture(data: bytes, range_: Range | None = None) -> np.ndarray:
    """A visitor's own picture: uint8 H W 3, upright, at most 2048 pixels a side. range_: of numbers of 16 bits, as a set or run keeps it.

    Raises:
        SettingsError: it can't be read.
    """
    try:
        return pixels.whole_picture(data, LARGEST, enlarge=False, range_=range_)
    except Unreadable as error:
        raise SettingsError(f"This picture can't be read: it {error}. Choose another one.") from None


def range_of_run(name: str) -> Range | None:
    """The range by which a run's pictures of 16 bits were read, None where it had none. Raises SettingsError without such a run."""
    return Range.read(spec_of(folder_of(name)).range)


def pictures_stay(name: str, split: str = "test") -> bool:
    """Whether a split of a run's data set is here as it was when the run began: the same files with the same classes."""
    try:
        PictureSet.of_spec(spec_of(folder_of(name)), split).open()
    except SettingsError:
        return False
    return True


def remarks(name: str, options: Options = None, of_classes: bool = False) -> list[tuple[str, str]]:
    """Faults of the table about a set's pictures: the table's name, and the rest of a sentence that begins with it.

    of_classes: only why tables name no classes, which is to be said where a set has none.
    """
    return open_set(name, "train", options=options).remarks(of_classes)


def _row(found: Found) -> SetRow:
    from ssl_core.parts.catalogues import DATASETS

    part = DATASETS[found.name] if found.name in DATASETS and found.source != "yours" else None
    own = own_set(found.name) if found.source == "yours" else None
    folder = " ".join(sources.shown(splits.stem(found.path)).split()) if found.path else found.name
    title = own.title if own else part.title if part else folder
    words = (part.__doc__ or "").split("\n")[0] if part else ""
    if packed := sum(path.stat().st_size for path in files.waiting(found.path)) if found.path else 0:
        reason = f"{packed / 1e6:,.0f} MB to be unpacked once, into the cache."
        return SetRow(found.name, title, words, 0, 0, (), True, found.source, False, reason, packed=packed)
    try:
        train, test = open_set(found.name, "train"), open_set(found.name, "test")
    except SettingsError as error:
        size = PUBLISHED[found.name].size if found.source == "built in" and found.name in PUBLISHED else 0
        return SetRow(found.name, title, words, 0, 0, (), True, found.source, False, str(error), size)
    if found.path is not None:
        index = files.index(found.path)
        account = index.account.words if index.account and index.version > 1 else ""
        words = " ".join(filter(None, (words or f"Pictures in {found.path}.", account, index.note.strip())))
        title += " (JPEG)" if part and train.file(0).lower().endswith((".jpg", ".jpeg")) else ""  # not its authors' own pixels
    info = train.info
    title += " (stream)" if info.streamed else ""  # its number of pictures is that of a sample
    return SetRow(found.name, title, words, len(train), len(test), info.classes, info.colour, found.source, True)


def _spread(label_S: np.ndarray, rng: np.random.Generator) -> list[int]:
    """All indices, shuffled, such that every class occurs once before any occurs twice."""
    order_S = rng.permutation(len(label_S))
    turn_S = np.zeros(len(label_S), np.int64)  # how many of the same class come before
    for label in np.unique(label_S):
        mine = label_S[order_S] == label
        turn_S[mine] = np.arange(mine.sum())
    return [int(i) for i in order_S[np.argsort(turn_S, kind="stable")]]
