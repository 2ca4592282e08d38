"""Which picture a text in a table means. No torch."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from urllib.parse import unquote

from ssl_core.reading.account import Part
from ssl_core.reading.sources import SUFFIXES
from ssl_core.reading.tables import words
from ssl_core.reading.tables.ends_of_names import Ends, ends_of
from ssl_core.reading.tables.table import Names

STAMP = re.compile(r"[0-9a-f]{6,}(?:-[0-9a-f]{4,}){0,4}[-_](?=.)")  # what a labelling tool puts before a file's name
SHARED = re.compile(r"[_-][^\W\d_]{1,12}$")  # an ending of names that tables may leave out, as "_aligned"
MOST = 0.9  # share of the pictures whose names have that ending
FEWEST = 4  # pictures among which it is looked for
ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]+://[^/]*/?", re.I)


class Matcher:
    """Pictures by the ways in which tables name them."""

    def __init__(self, pictures: Sequence[str]) -> None:
        self.pictures = pictures
        self.names = Names(pictures)
        self._bare: dict[str, list[str]] = {}

    def of(self, text: str, folder: str = "", part: Part | None = None) -> list[str]:
        """The pictures that a text may mean; of several those below the table's folder, then those of the part that it is about."""
        if folder and (near := f"{folder}/{text}") in self.names.exact:
            return [near]
        found = self._found(text)
        if len(found) > 1 and folder:
            found = [each for each in found if each.startswith(f"{folder}/")] or found
        if len(found) > 1 and part:
            found = [each for each in found if words.part_in_name(each) == part] or found
        return found

    def names_one(self, text: str) -> bool:
        """Whether a text names a picture."""
        return bool(text.strip()) and bool(self.of(text))

    def is_stem(self, text: str) -> bool:
        """Whether a text is a picture's whole name, letter for letter, but for the ending."""
        return text in self._by_stem

    def by_name(self, text: str) -> list[str]:
        """Pictures of the same file name in whatever folders."""
        return self._by_file.get(_last(_path(text)).lower(), [])

    def own(self, name: str) -> str:
        """The picture that a file is called as, but for its ending ("labels/a/1.txt" as "images/a/1.png"); "" where none or several are."""
        bare = name.rpartition(".")[0]
        found = self._by_stem.get(_last(bare), [])
        if len(found) < 2:
            return found[0] if found else ""
        folders = set(name.lower().split("/")[:-1])
        near = sorted(((len(folders & set(each.lower().split("/")[:-1])), each) for each in found), reverse=True)
        return near[0][1] if near[0][0] > near[1][0] else ""

    def _found(self, text: str) -> list[str]:
        if text in self.names.exact:
            return [text]
        if len(bare := self._by_stem.get(text, [])) == 1 and text.lower() not in self._by_file:  # what is most usual, without a search
            return bare
        path = _path(text)
        if not path or path.endswith("/"):
            return []
        return self.names.of(path) or self._stamped(path) or self._numbered(path) or self._other_ending(path) or self._short(path)

    def _stamped(self, path: str) -> list[str]:
        name = _last(path)
        match = STAMP.match(name)
        return self.names.of(name[match.end() :]) if match else []

    def _numbered(self, path: str) -> list[str]:
        """Numbers whose zeros a spreadsheet took: "1", "1.0" and "1.png" as "00001.png"."""
        bare, _, ending = path.rpartition(".") if path.lower().endswith(SUFFIXES) else (path, "", "")
        value = words.number(bare)
        if value is None or value < 0 or value != int(value):
            return []
        found = self._by_number.get(int(value), [])
        return [each for each in found if each.lower().endswith(f".{ending.lower()}")] if ending else found

    def _other_ending(self, path: str) -> list[str]:
        return self.names.of(path.rpartition(".")[0]) if path.lower().endswith(SUFFIXES) else []

    def _short(self, path: str) -> list[str]:
        """Names without the ending that all pictures share: "train_1.jpg" as "train_1_aligned.jpg"."""
        bare = path.rpartition(".")[0] if path.lower().endswith(SUFFIXES) else path
        return self.names.of(bare + self.shared_ending) if self.shared_ending else []

    def lacks_ending(self, text: str, picture: str) -> bool:
        """Whether a text names a picture but for the ending that all pictures share."""
        if not self.shared_ending:
            return False
        bare = _last(picture).rpartition(".")[0].lower()
        said = _last(_path(text)).lower()
        return bare == (said.rpartition(".")[0] if said.endswith(SUFFIXES) else said) + self.shared_ending.lower()

    def beginning_with(self, text: str) -> list[str]:
        """Pictures of a folder whose names are this text and a last word: "a_red.png" and "a_blue.png" for "a"."""
        return self._by_beginning.get(text, [])

    @cached_property
    def _by_beginning(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for picture in self.pictures:
            stem = _last(picture).rpartition(".")[0]
            if ending := SHARED.search(stem):
                found[stem[: ending.start()]].append(picture)
        return found

    @cached_property
    def ends(self) -> Ends:
        """Pictures by the ends of their file names."""
        return ends_of(self.pictures)

    @cached_property
    def shared_ending(self) -> str:
        """The ending that the names of nearly all pictures share, as "_aligned"; "" where they share none."""
        stems = [_last(picture).rpartition(".")[0] for picture in self.pictures]
        counts = Counter(found[0] for stem in stems if (found := SHARED.search(stem)))
        ending, count = counts.most_common(1)[0] if counts else ("", 0)
        return ending if len(stems) >= FEWEST and count >= MOST * len(stems) else ""

    @cached_property
    def _by_number(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for picture in self.pictures:
            bare = _last(picture).rpartition(".")[0]
            if bare.isascii() and bare.isdigit() and len(bare) < 19:
                found[int(bare)].append(picture)
        return found

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for picture in self.pictures:
            found[_last(picture).rpartition(".")[0]].append(picture)
        return found

    @cached_property
    def _by_file(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for picture in self.pictures:
            found[_last(picture).lower()].append(picture)
        return found


def _path(text: str) -> str:
    """A text as a path below some folder: without an address, a drive, quotes of addresses (%20) and what follows a caption's "#"."""
    path = text.strip().replace("\\", "/")
    if "?d=" in path:  # a labelling tool's local files
        path = path.partition("?d=")[2]
    if ADDRESS.match(path):
        path = ADDRESS.sub("", path).partition("?")[0]
    if "%" in path:
        path = unquote(path)
    path = re.sub(r"#\d+$", "", path)
    return re.sub(r"^(?:[A-Za-z]:)?(?:/|\./)*", "", path)


def _last(path: str) -> str:
    return path.rpartition("/")[2]
