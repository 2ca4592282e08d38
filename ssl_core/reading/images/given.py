"""Picture files and folders that a command line names, as squares of pixels; what can't be read is said on stderr. No torch."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ssl_core.reading.images.formats import ENDINGS, HEAD, ending_of, format_of
from ssl_core.reading.images.pixels import square
from ssl_core.reading.images.ranges import Range
from ssl_core.reading.images.unreadable import Unreadable

MOST_BYTES = 500 * 2**20  # of one file


class Given:
    """The pictures one after another: file and uint8 H W 3. After the last, `failed` is the number of files that can't be read."""

    def __init__(self, names: Sequence[str], size: int, range_: Mapping[str, Any] | None = None) -> None:
        self.names, self.size, self.range, self.failed = names, size, Range.read(range_), 0
        for stream in (sys.stdout, sys.stderr):
            getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")  # names of files may hold any bytes

    def __iter__(self) -> Iterator[tuple[str, np.ndarray]]:
        if not self.names:
            self._say(f"Name picture files or folders: python {Path(sys.argv[0]).name} picture.png")
        for name in self.names:
            found = files_of(Path(name)) if os.path.isdir(name) else [Path(name)]
            if not found:
                self._say(f"There is no picture in the folder '{name}'.")
            for file in found:
                try:
                    yield str(file), square(_bytes(file), self.size, self.range)
                except Unreadable as error:
                    self._say(f"'{file}' is left out: it {error}.")
                except OSError as error:
                    self._say(f"'{file}' is left out: {(error.strerror or str(error)).lower()}.")

    def _say(self, sentence: str) -> None:
        self.failed += 1
        print(sentence, file=sys.stderr, flush=True)


def files_of(folder: Path) -> list[Path]:
    """The picture files below a folder, sorted, hidden ones left out: by their endings, without one by their first bytes."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place, name) for name in files if not name.startswith(".") and _is_picture(Path(place, name))]
    return sorted(found)


def _is_picture(file: Path) -> bool:
    ending = ending_of(file.name)
    if ending in ENDINGS or ending:
        return ending in ENDINGS
    try:
        with file.open("rb") as stream:
            return format_of(stream.read(HEAD)) != ""
    except OSError:
        return False


def _bytes(file: Path) -> bytes:
    if file.stat().st_size > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES // 2**20} MB")
    return file.read_bytes()
