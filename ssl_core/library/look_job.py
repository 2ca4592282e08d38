"""The job of kind `look`: opens every picture of a set once, and finds out what no file name says. No torch at import.

result.json names files, never positions or parts: it stays true where the same files are split or classed anew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ssl_core.functional.duplicates.hashing import SIDE
from ssl_core.functional.duplicates.search import near_duplicates
from ssl_core.jobs.report import Reporter
from ssl_core.library.looked import Looked
from ssl_core.library.names import SPLITS, find
from ssl_core.library.sets import open_set
from ssl_core.reading.images.facts import SEEN, Facts, digest_of, is_gray, picture_facts, pixel_digest, squeezed
from ssl_core.reading.images.ranges import Range
from ssl_core.reading.images.stacks import stack_words
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.index import digest_of_files
from ssl_core.reading.seen import SeenPixels, keep_seen_pixels
from ssl_core.records.requests import LookRequest
from ssl_core.settings import SettingsError
from ssl_core.system.disk import write_json

if TYPE_CHECKING:
    from ssl_core.datasets.base import ImageSet

HANDS = 2  # threads that open pictures: Pillow releases the interpreter's lock meanwhile
BLOCK = 64  # pictures between two looks at whether a stop was asked for
NAMED = 200_000  # pairs of near duplicates that are kept by name, and groups of equal files
SIZES = 1000  # sizes in pixels that are kept with their counts, the most frequent first


class Twins(NamedTuple):
    """Duplicates by row of the pictures that can be read."""

    same_bytes: list[list[int]]  # groups of equal files
    same_pixels: list[list[int]]  # groups of equal pixels in files that differ, with the equal files of each
    near_P2: np.ndarray  # pairs; of equal files and pixels only the first takes part
    plain: int  # pictures of nearly one colour, which are compared by bytes and pixels alone
    crowded: int  # pictures that were compared with some of those that have their hash, not with all


@dataclass
class _Seen:
    """What was found so far, a row a readable picture."""

    file: list[str] = field(default_factory=list)  # as in result.json
    place: list[tuple[str, int]] = field(default_factory=list)  # split and index
    facts: list[Facts] = field(default_factory=list)  # without their pixels, which lie in one array
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def work_look(folder: Path, spec: LookRequest, report: Reporter) -> None:
    """Opens every picture of every part, finds duplicates, and writes result.json.

    Raises:
        SettingsError: files changed since the job was asked for, or the disk is full.
    """
    sets = {split: open_set(spec["dataset"], split, SIDE).whole() for split in SPLITS}
    if files_digest(list(sets.values())) != spec["data"]:
        raise SettingsError(f"The files of '{spec['dataset']}' have changed since they were to be looked at. Look again.")
    seen, thumb_NHWC = _opened(sets, report)
    twins = _twins(sets, seen, thumb_NHWC, report)
    for data in sets.values() if len(seen.unreadable) > sum(len(data.left_out()) for data in sets.values()) else ():
        data.check_files()  # a file that went while the pictures were opened may come back
    result = {**_facts_in_all(seen), **_named(seen.file, twins)}
    if (path := find(spec["dataset"]).path) is not None:
        found = Looked.read(result)
        keep_seen_pixels(path, SeenPixels(spec["data"], found.range, found.account_words()))
    write_json(folder / "result.json", result)


def files_digest(parts: list[ImageSet]) -> str:
    """Digest of the files of a set, whichever part or class each is in; of sets without files that of their parts."""
    stamps = sorted(stamp for part in parts for stamp in part.stamps())
    if not stamps:
        return digest_of(repr([part.digest() for part in parts]).encode())
    return digest_of_files(stamps, sorted(left for part in parts for left in part.left_out()))


def names_of(data: ImageSet) -> list[str]:
    """The name of each picture in result.json: its file's, which no other has; of pictures without files "test-12"."""
    return [name for name, _, _ in data.stamps()] or [f"{data.split}-{i}" for i in range(len(data))]


def _opened(sets: dict[str, ImageSet], report: Reporter) -> tuple[_Seen, np.ndarray]:
    """Facts and N SIDE SIDE 3 pixels of every picture that can be read."""
    seen, total = _Seen(), sum(map(len, sets.values()))
    thumb_NHWC, done = np.empty((total, SIDE, SIDE, 3), np.uint8), 0
    with ThreadPoolExecutor(HANDS, thread_name_prefix="look") as hands:
        for split, data in sets.items():
            seen.unreadable += data.left_out()
            names, look = names_of(data), partial(_facts, data)
            for start in range(0, len(data), BLOCK):
                report.progress("looking at pictures", done, total)
                places = range(start, min(start + BLOCK, len(data)))
                for i, found in zip(places, hands.map(look, places), strict=True):
                    if isinstance(found, str):
                        seen.unreadable.append((data.file(i), found))
                        continue
                    thumb_NHWC[len(seen.place)] = found.thumb_HW3
                    seen.place.append((split, i))
                    seen.file.append(names[i])
                    seen.facts.append(found._replace(thumb_HW3=thumb_NHWC[:0]))
                done += len(places)
            data.close()
    return seen, thumb_NHWC[: len(seen.place)]


def _facts(data: ImageSet, i: int) -> Facts | str:
    """What is known of picture i once it was opened; why it can't be read."""
    from ssl_core.datasets.base import BadPicture

    try:
        file = data.file_bytes(i)
        if file is not None:
            return picture_facts(file, SIDE)
        seen_HW3 = data.picture(i, SEEN)
    except BadPicture as bad:
        return bad.reason
    except Unreadable as error:
        return str(error)
    return Facts(digest_of(seen_HW3.tobytes()), 0, 0, "", 1, is_gray(seen_HW3), squeezed(seen_HW3, SIDE))


def _twins(sets: dict[str, ImageSet], seen: _Seen, thumb_NHWC: np.ndarray, report: Reporter) -> Twins:
    """Equal files first, then equal pixels among those that differ, then near duplicates among what is left."""
    of_bytes = _groups((facts.bytes_digest for facts in seen.facts), range(len(seen.facts)))
    first = [group[0] for group in of_bytes]
    of_pixels = _pixel_groups(sets, seen, thumb_NHWC, first, report)
    again = {row for group in of_pixels for row in group[1:]}
    row_M = np.array([row for row in first if row not in again], np.int64)
    near = near_duplicates(thumb_NHWC, row_M, lambda done, of: report.progress("comparing pictures", done, of))
    alike = {group[0]: group for group in of_bytes}
    same_pixels = [[each for row in group for each in alike[row]] for group in of_pixels]
    same_bytes = [group for group in of_bytes if len(group) > 1]
    return Twins(same_bytes, same_pixels, near.pair_P2, len(near.plain), len(near.crowded))


def _pixel_groups(sets: dict[str, ImageSet], seen: _Seen, thumb_NHWC: np.ndarray, first: list[int], report: Reporter) -> list[list[int]]:
    """Groups of rows among `first` whose pixels at full size are equal; only what is equal in small is opened again."""
    in_small = [group for group in _groups((digest_of(thumb_NHWC[row].tobytes()) for row in first), first) if len(group) > 1]
    again, digests, named = [row for group in in_small for row in group], [], []
    for done, row in enumerate(again):
        report.progress("comparing equal pictures", done, len(again))
        split, i = seen.place[row]
        file = sets[split].file_bytes(i)
        digest = pixel_digest(file) if file is not None else ""
        if digest:
            digests.append(digest)
            named.append(row)
    return [group for group in _groups(digests, named) if len(group) > 1]


def _groups(keys: Iterable[Hashable], rows: Iterable[int]) -> list[list[int]]:
    """Rows by equal key, in the order in which keys first come."""
    found = defaultdict(list)
    for key, row in zip(keys, rows, strict=True):
        found[key].append(row)
    return list(found.values())


def _facts_in_all(seen: _Seen) -> dict[str, Any]:
    """Counts over all pictures, and the files that can't be read or hold several pages."""
    sizes = Counter((facts.width, facts.height) for facts in seen.facts if facts.width)
    by_area = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    gray = sum(facts.gray for facts in seen.facts)
    return {
        "pictures": len(seen.facts),
        "unreadable": seen.unreadable,
        "sizes": [[*size, count] for size, count in sizes.most_common(SIZES)],
        "smallest": by_area[:1],
        "largest": by_area[-1:],
        "gray": gray,
        "colour": len(seen.facts) - gray,
        "modes": dict(Counter(facts.mode for facts in seen.facts if facts.mode)),
        "range": found.plain() if (found := Range.over(facts.bits for facts in seen.facts)) else None,
        "stacks": stack_words([facts.stack for facts in seen.facts if facts.stack]),
        "pages": [[file, facts.pages] for file, facts in zip(seen.file, seen.facts, strict=True) if facts.pages > 1],
    }


def _named(file: list[str], twins: Twins) -> dict[str, Any]:
    """Duplicates by the names of their files."""
    return {
        "same_bytes": [[file[row] for row in group] for group in twins.same_bytes[:NAMED]],
        "same_pixels": [[file[row] for row in group] for group in twins.same_pixels[:NAMED]],
        "near": [[file[one], file[two]] for one, two in twins.near_P2[:NAMED].tolist()],
        "near_pairs": len(twins.near_P2),
        "plain": twins.plain,
        "crowded": twins.crowded,
    }
