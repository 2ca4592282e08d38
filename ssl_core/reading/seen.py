"""What the last look at a folder's pixels found, kept in a small file beside the folder's choice and read with its listing. No torch."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ssl_core.reading import chosen
from ssl_core.reading.images.ranges import Range
from ssl_core.system.disk import disk_in_words, read_json, write_json

ENDING = ".seen.json"


class SeenPixels(NamedTuple):
    """What reading a folder needs of a look at its pixels."""

    files: str  # digest of the files that were looked at (`Index.files_digest`): of others it says nothing
    range: Range | None  # of pictures of 16 bits; None where there are none
    words: str  # duplicates and files that can't be read, as part of a sentence


def seen_pixels(path: Path) -> SeenPixels | None:
    """What was kept of the last look at a folder or an archive; None where there was none, or its file is damaged."""
    kept = read_json(_file(path))
    if not isinstance(kept, dict):
        return None
    try:
        return SeenPixels(str(kept["files"]), Range.read(kept["range"]), str(kept["words"]))
    except (KeyError, ValueError):
        return None


def keep_seen_pixels(path: Path, seen: SeenPixels) -> None:
    """Keeps what a look found. Raises SettingsError on a full disk."""
    file = _file(path)
    with disk_in_words():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, {"files": seen.files, "range": seen.range.plain() if seen.range else None, "words": seen.words})


def seen_stamp(path: Path) -> tuple[int, int]:
    """Changes whenever the folder was looked at."""
    try:
        facts = _file(path).stat()
    except OSError:
        return 0, 0
    return facts.st_mtime_ns, facts.st_ino  # a clock's tick can hold two changes, each of which writes another file


def _file(path: Path) -> Path:
    return chosen.kept_file(path, ENDING)
