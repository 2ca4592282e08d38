"""Archives that can only be read as a stream: unpacked once into the cache, in one step; a failure leaves nothing behind.

`<cache>/archives/<key>/` holds one file `bytes`, the pictures one after another, and `index.json`, which says where each begins: no name
from an archive ever becomes a name on the disk. At most 20 GB, 100 times the archive's own size, 200 000 files; the disk's last GB stays
free.
"""

from __future__ import annotations

import bz2
import hashlib
import json
import lzma
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from filelock import FileLock

from ssl_core.reading.archives.tars import Damaged, OnDisk, members
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.sources import MOST_FILES, MOST_UNPACKED, RATIO, REMEDY, TRIFLE, LeftOut, Listed, Sieve, too_large
from ssl_core.settings import SettingsError
from ssl_core.system.roots import cache_root

Report = Callable[[int, int], object]  # bytes of the archive read, of how many; may raise to stop the work
AT_ONCE = 5 * 2**20  # bytes of an archive that is unpacked without asking: it takes about a second
PIECE = 2**16
STAYS_FREE = 2**30  # bytes of the disk
MEMORY = 256 * 2**20  # bytes that a decoder of xz may take
MAGIC = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\0": "xz"}


def silent(done: int, of: int) -> None:
    """Reports nothing."""


def packing(path: Path) -> str:
    """How a file is compressed, by its first bytes; "" where it isn't in a way that is read here."""
    with open(path, "rb") as file:
        head = file.read(6)
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), "")


class Gunzip:
    """zlib's decompressor with the interface of those of bz2 and lzma."""

    def __init__(self) -> None:
        self.decoder, self.rest, self.full = zlib.decompressobj(31), b"", False

    def decompress(self, data: bytes, most: int) -> bytes:
        """Decompresses `data` to at most so many bytes; the rest is kept."""
        piece = self.decoder.decompress(self.rest + data, most)
        self.rest, self.full = self.decoder.unconsumed_tail, len(piece) == most
        return piece

    @property
    def needs_input(self) -> bool:
        """Whether more data is needed before more comes out."""
        return not self.rest and not self.full

    @property
    def eof(self) -> bool:
        """Whether the end was reached."""
        return self.decoder.eof

    @property
    def unused_data(self) -> bytes:
        """The data after the end of the stream."""
        return self.decoder.unused_data


class Decoder(Protocol):
    """The interface of the standard library's decompressors."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


DECODERS: dict[str, Callable[[], Decoder]] = {
    "gz": Gunzip,
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(memlimit=MEMORY),
}


class Unpacking:
    """The decompressed bytes of a file as a stream. Raises Damaged; SettingsError where they are too many times the file's size."""

    def __init__(self, path: Path, report: Report) -> None:
        self.path, self.report = path, report
        self.of, self.packed, self.out = path.stat().st_size, 0, 0
        self.place, self.held, self.used = 0, b"", 0  # position; the piece decompressed last, and how many of its bytes were read
        self.pieces = self._pieces(DECODERS[packing(path)])

    def read(self, size: int) -> bytes:
        """The next bytes, fewer at the end."""
        found = []
        while size and (piece := self._some(size)):
            found.append(piece)
            size -= len(piece)
        return b"".join(found)

    def skip(self, size: int) -> None:
        """Skips so many bytes."""
        while size and (piece := self._some(min(size, PIECE))):
            size -= len(piece)

    def tell(self) -> int:
        """The position in bytes."""
        return self.place

    def _some(self, most: int) -> bytes:
        if self.used == len(self.held):
            self.held, self.used = next(self.pieces, b""), 0
        piece = self.held[self.used : self.used + most]
        self.used += len(piece)
        self.place += len(piece)
        return piece

    def _pieces(self, make: Callable[[], Decoder]) -> Iterator[bytes]:
        decoder, data, streams = make(), b"", 1
        with open(self.path, "rb") as file:
            while True:
                if decoder.eof:  # concatenated compressed files count as one
                    data, streams = decoder.unused_data or self._more(file), streams + 1
                    if not data.strip(b"\0"):
                        return
                    if streams > MOST_FILES:
                        raise Damaged(f"is packed in more than {MOST_FILES:,} pieces")
                    decoder = make()
                elif decoder.needs_input and not data:
                    data = self._more(file)
                    if not data:
                        raise Damaged("ends too early (truncated); copy or download it again")
                yield from self._decoded(decoder, data)
                data = b""

    def _more(self, file: BinaryIO) -> bytes:
        self.report(self.packed, self.of)
        data = file.read(PIECE)
        self.packed += len(data)
        return data

    def _decoded(self, decoder: Decoder, data: bytes) -> Iterator[bytes]:
        try:
            piece = decoder.decompress(data, PIECE)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            raise Damaged(f"is damaged ({error})") from None
        self.out += len(piece)
        if self.out > TRIFLE and self.out > RATIO * self.packed:
            raise SettingsError(f"'{self.path.name}' would unpack to more than {RATIO} times its size. {REMEDY}")
        if piece:
            yield piece


class Place(NamedTuple):
    """The position of a file in the unpacked bytes."""

    name: str
    start: int
    size: int
    sum: int


class UnpackedStore:
    """Writes the unpacked files of an archive into the cache."""

    def __init__(self, folder: Path, archive: str) -> None:
        self.file = open(folder / "bytes", "wb")  # noqa: SIM115 (closed by `finish`)
        self.folder, self.archive, self.length = folder, archive, 0
        self.room = min(MOST_UNPACKED, shutil.disk_usage(folder).free - STAYS_FREE)
        self.places: dict[str, Place] = {}
        self.facts: dict[str, Any] = {}

    def add(self, name: str, data: bytes) -> None:
        """Adds a file; of several with the same name the last one counts."""
        if self.length + len(data) > self.room:
            limit = f"at most {MOST_UNPACKED / 2**30:.0f} GB is unpacked, and the disk's last GB stays free"
            raise SettingsError(f"'{self.archive}' unpacks to more than {self.length / 2**20:,.0f} MB: {limit}. {REMEDY}")
        self.file.write(data)
        self.places[name] = Place(name, self.length, len(data), zlib.crc32(data))
        self.length += len(data)

    def finish(self) -> None:
        """Writes the positions of all files."""
        self.file.close()
        with open(self.folder / "index.json", "w", encoding="utf-8") as file:
            json.dump({"places": list(self.places.values()), **self.facts}, file)


Fill = Callable[[Path, UnpackedStore, Report], None]


def fill_from_tar(path: Path, store: UnpackedStore, report: Report) -> None:
    """The files of a compressed tar that may be read, as a stream."""
    stream, sieve = Unpacking(path, report), Sieve(path.name)
    try:
        for member in members(stream):
            name = sieve.name(member.name, member.trick, too_large(member.size))
            if name is not None:
                data = stream.read(member.size)
                if len(data) < member.size:
                    raise Damaged("ends too early (truncated); copy or download it again")
                store.add(name, data)
    except Damaged as damage:
        raise SettingsError(f"'{path.name}' can't be opened as a tar: it {damage}.") from None
    store.facts |= {"left_out": sieve.left_out, "others": sieve.others}


def unpacked_home(path: Path) -> Path:
    """The cache folder of an archive: the same after the archive is moved, another after it changes."""
    facts = path.stat()
    key = repr((facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns))
    return cache_root() / "archives" / hashlib.sha256(key.encode()).hexdigest()[:16]


def waits(path: Path) -> bool:
    """Whether the archive isn't unpacked yet and is too large to unpack while a person waits."""
    return path.stat().st_size > AT_ONCE and not (unpacked_home(path) / "index.json").exists()


def unpack_archive(path: Path, fill: Fill, report: Report) -> Path:
    """Unpacks an archive that isn't in the cache yet; returns its folder there. Raises SettingsError."""
    home = unpacked_home(path)
    if (home / "index.json").exists():
        return home
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(home.parent / "lock"):
            if not (home / "index.json").exists():
                _unpack(path, home, fill, report)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(
            f"'{path.name}' can't be unpacked into '{home.parent}': {reason}. Make room, or choose another folder with SSL_CACHE."
        ) from None
    return home


def _unpack(path: Path, home: Path, fill: Fill, report: Report) -> None:
    for left in home.parent.glob("*.part"):  # this process holds the lock: what is there was left by a killed one
        shutil.rmtree(left, ignore_errors=True)
    part = Path(f"{home}.part")
    part.mkdir()
    store = UnpackedStore(part, path.name)
    try:
        fill(path, store, report)
        store.finish()
        os.replace(part, home)
    finally:
        store.file.close()
        shutil.rmtree(part, ignore_errors=True)


def _as_it_is(name: str, data: bytes, facts: dict[str, Any]) -> bytes:
    return data


class Unpacked:
    """The pictures of an archive that has to be unpacked first."""

    def __init__(self, path: Path, fill: Fill, report: Report, as_file: Callable[[str, bytes, dict[str, Any]], bytes] = _as_it_is) -> None:
        home = unpack_archive(path, fill, report)
        self.facts, self.as_file = json.loads((home / "index.json").read_text(encoding="utf-8")), as_file
        self.places = {place[0]: Place(*place) for place in self.facts.pop("places")}
        self.left_out: LeftOut = [(name, reason) for name, reason in self.facts.get("left_out", ())]
        self.others: list[str] = self.facts.get("others", [])  # an archive that an earlier version unpacked has none
        self.bytes = OnDisk(home / "bytes")

    def entries(self) -> Iterator[Listed]:
        """Every file inside that may be read."""
        return (Listed(place.name, place.size, place.sum) for place in self.places.values())

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises Unreadable."""
        _, start, size, _ = self.places[name]
        data = self.bytes.at(start, size)
        if len(data) < size:
            raise Unreadable("is damaged in the cache: clear the caches")
        return self.as_file(name, data, self.facts)
