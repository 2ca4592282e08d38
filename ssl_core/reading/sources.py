"""The interface of sources of files, the source of a folder, and which file names are safe. No torch."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Container, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from ssl_core.reading.images.formats import ENDINGS
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.settings import SettingsError

# every name that says "picture": what can't be read is skipped and named when it is opened, not passed over in silence
SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".heif")
TABLES = (".csv", ".tsv")  # files about the pictures
PICTURES = ENDINGS  # every ending that is read now; the first reading knows SUFFIXES alone
BESIDE = (".txt", ".md", ".rtf", ".pdf", ".doc", ".docx", ".json", ".xml", ".html", ".htm", ".log", ".ini", ".yaml", ".yml")  # no pictures
LISTS = (*TABLES, ".txt", ".lst", ".json", ".jsonl", ".ndjson", ".xml", ".xlsx")  # files that may say something of the pictures
KNOWN_FIRST, READABLE = SUFFIXES + TABLES, PICTURES + LISTS
TARS = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz")
ARCHIVES = (".zip", *TARS, ".npz")
MOST_FILES = 200_000  # a typed path may be a whole disk
MOST_BYTES = 500 * 2**20  # of one picture's file
MOST_UNPACKED = 20 * 2**30  # bytes of one archive that are written into our cache
RATIO = 100  # how many times its own size an archive, or a file in it, may unpack to
TRIFLE = 10 * 2**20  # bytes below which the ratio isn't checked
MOST_LETTERS = 1024  # of a name in an archive
UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, and bytes that are no UTF-8
ORDINARY = re.compile(
    "(?:[a-zA-Z0-9][a-zA-Z0-9_ ()+.-]{0,99}/){0,4}[a-zA-Z0-9][a-zA-Z0-9_ ()+.-]{0,99}"
)  # a name nobody has to think about
REMEDY = "Unpack it yourself and name the folder."

LeftOut = list[tuple[str, str]]  # a file's name and the rest of a sentence that begins with it


class Listed(NamedTuple):
    """One file of a source."""

    name: str  # the argument of `read`
    size: int  # bytes
    stamp: int  # time of the last change, or a checksum


class FileSource(Protocol):
    """Lists files and reads them."""

    left_out: LeftOut  # files that `entries` found and refused
    others: list[str]  # files that `entries` found and that can't be read: hidden ones, and those of other kinds

    def entries(self) -> Iterator[Listed]: ...  # files that may be pictures or say something of them (`readable`)
    def read(self, name: str) -> bytes: ...


class Tree:
    """A folder on disk. Links that lead out of it, and linked folders, are not followed."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._above = len(str(self.root).rstrip(os.sep)) + 1  # letters of a path before the name below the root
        self.left_out: LeftOut = []
        self.others: list[str] = []

    def entries(self) -> Iterator[Listed]:
        """Every file below that may be read; subfolders that can't be opened go to `left_out`. Raises OSError."""
        seen, heap, hidden = 0, [str(self.root)], list[str]()
        while heap:
            for entry in self._opened(heap.pop()):
                seen += 1
                if seen > MOST_FILES:
                    raise SettingsError(f"'{self.root}' holds more than {MOST_FILES:,} files: choose a folder further down.")
                if is_folder(entry, linked=False):
                    (hidden if entry.name.startswith(".") else heap).append(entry.path)
                elif entry.name.startswith("."):
                    self.others.append(self._name(entry.path))
                elif listed := self._listed(entry):
                    yield listed
        self.others += [self._name(file) for folder in hidden for file in _below(folder)]

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises Unreadable."""
        try:
            return (self.root / name).read_bytes()
        except OSError as error:
            raise Unreadable((error.strerror or "can't be read").lower()) from None

    def _opened(self, folder: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as listing:
                yield from listing
        except OSError as error:
            if folder == str(self.root):
                raise
            self.left_out.append((self._name(folder), _shut(error)))

    def _listed(self, entry: os.DirEntry[str]) -> Listed | None:
        try:
            if not entry.is_symlink() and entry.is_file(follow_symlinks=False) and may_be_read(entry.name):  # all but a few
                plain = entry.stat()
                return Listed(self._name(entry.path), plain.st_size, plain.st_mtime_ns)
            fault = self._fault(entry)
            facts = entry.stat() if not fault and may_be_read(entry.name) and self._is_mine(entry) else None
        except OSError as error:
            fault, facts = _shut(error), None
        if fault:
            self.left_out.append((self._name(entry.path), fault))
        elif facts is None:
            self.others.append(self._name(entry.path))
        return Listed(self._name(entry.path), facts.st_size, facts.st_mtime_ns) if facts else None

    def _name(self, path: str) -> str:
        return path[self._above :].replace(os.sep, "/")

    def _is_mine(self, entry: os.DirEntry[str]) -> bool:
        """Whether this is a plain file, or a link to one in the same folder. Raises OSError."""
        return entry.is_file() and (not entry.is_symlink() or Path(os.path.realpath(entry.path)).is_relative_to(self.root))

    def _fault(self, entry: os.DirEntry[str]) -> str:
        """Why a picture, a table or a link to a folder isn't read; "" where it is read, or isn't any of these. Raises OSError."""
        named = picture_or_table(entry.name)
        if not entry.is_symlink():
            return "is no plain file" if named and not entry.is_file(follow_symlinks=False) else ""
        if not named and not entry.is_dir():
            return ""
        target = Path(os.path.realpath(entry.path))
        if not target.is_relative_to(self.root):
            return "is a link out of the folder, which is not followed"
        if entry.is_dir():
            return "is a link to a folder, which is not followed"
        return "" if entry.is_file() else "is a link to nothing"


def _below(folder: str) -> Iterator[str]:
    """Paths of the files in a hidden folder, at most MOST_FILES."""
    found = (os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)
    return itertools.islice(found, MOST_FILES)


def _shut(error: OSError) -> str:
    return f"can't be opened ({(error.strerror or str(error)).lower()})"


def is_folder(entry: os.DirEntry[str], linked: bool = True) -> bool:
    """Whether the entry is a folder or, if links count, a link to one; a link to itself isn't."""
    try:
        return entry.is_dir(follow_symlinks=linked)
    except OSError:
        return False


def picture_or_table(name: str) -> bool:
    """Whether a file's name says that it is a picture or a table of the kinds that the first reading knew."""
    return name.lower().endswith(KNOWN_FIRST)


def may_be_read(name: str) -> bool:
    """Whether a file may be a picture or say something of pictures: by its ending, or because it has none."""
    return name.lower().endswith(READABLE) or "." not in name.rpartition("/")[2]


def shown(name: str) -> str:
    """A name that can be shown: control characters and bytes that aren't UTF-8 become "�"."""
    return UNSHOWN.sub("\ufffd", name)


def unlike(name: str, found: Container[str]) -> str:
    """The name, with a number added where it is taken; fast among thousands of equal names."""
    if name not in found:
        return name
    start, dot, end = name.rpartition(".")
    free = 2
    while f"{start}~{free}{dot}{end}" in found:
        free *= 2
    taken = free // 2
    while free - taken > 1:
        middle = (free + taken) // 2
        if f"{start}~{middle}{dot}{end}" in found:
            taken = middle
        else:
            free = middle
    return f"{start}~{free}{dot}{end}"


def safe(raw: str) -> tuple[str, str]:
    """The name of a file in an archive, and why the file can't be used; "" where it can.

    Nothing is ever written under such a name; it still becomes a class, and is shown.
    """
    text = shown(raw.replace("\\", "/"))
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if len(text) > MOST_LETTERS:
        return text[:60] + "…", f"has a name of {len(text):,} characters; up to {MOST_LETTERS:,} are read"
    if text.startswith("/") or re.match("[A-Za-z]:/", text):
        return text, "is named by an absolute path"
    if ".." in parts:
        return text, "leads out of the archive"
    return "/".join(parts), ""


class Sieve:
    """Files of an archive that are read, by name, and why others are not.

    Hidden files and kinds that can't be read go to `others`, as in folders; whatever looks like a trick is named.
    """

    def __init__(self, archive: str) -> None:
        self.archive, self.seen = archive, 0
        self.left_out: LeftOut = []
        self.others: list[str] = []
        self.names: dict[str, str] = {}  # as shown, as written

    def name(self, raw: str, trick: str = "", fault: str = "") -> str | None:
        """The name to keep a file under, None where it isn't kept.

        `trick` says why no file of this kind is read (a link), `fault` why a picture can't be (encrypted).
        """
        self.seen += 1
        if self.seen > MOST_FILES:
            raise SettingsError(f"'{self.archive}' holds more than {MOST_FILES:,} files: make several archives of it.")
        ordinary = ORDINARY.fullmatch(raw) is not None
        name, bad = (raw, "") if ordinary else safe(raw)
        if not (ordinary or bad) and any(part.startswith((".", "__MACOSX")) for part in name.split("/")):
            self.others.append(name)
            return None
        if not (bad or trick) and name.lower().endswith(ARCHIVES):
            trick = "is an archive inside an archive, which is not opened"
        if bad or trick or (fault and picture_or_table(name)):
            self.left_out.append((name, bad or trick or fault))
            return None
        if fault or not may_be_read(name):
            self.others.append(name)
            return None
        if self.names.get(name) == raw:
            self.left_out += [(name, "is in it more than once: the last one counts")] if picture_or_table(name) else []
        elif name in self.names:  # two names that look equal when shown
            name = unlike(name, self.names)
        self.names[name] = raw
        return name


def too_much(unpacked: int, packed: int) -> str:
    """Why an archive that unpacks to so many times its size is refused; "" where it isn't."""
    if unpacked <= TRIFLE or unpacked <= RATIO * packed:
        return ""
    return f"would unpack to {unpacked / 2**20:,.0f} MB, {unpacked // max(1, packed):,} times its size; up to {RATIO} times is read"


def too_large(size: int) -> str:
    """Why a picture's file of so many bytes is not read; "" where it is."""
    return f"is larger than {MOST_BYTES // 2**20} MB" if size > MOST_BYTES else ""
