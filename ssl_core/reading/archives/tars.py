"""Tar files: their headers read by our own few lines, which allot no memory and believe no number; a plain tar is read in place.

A tar is a row of blocks of 512 bytes: a header, its file's bytes, the next header …, then a block of zeros. A long name comes
before its header as a file of its own, in one of two ways ("L" of GNU, "x" of POSIX).
"""

from __future__ import annotations

import os
import re
import weakref
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.sources import MOST_FILES, LeftOut, Listed, Sieve, too_large
from ssl_core.settings import SettingsError

BLOCK = 512
LONGEST = 2**16  # bytes of a long name's own file
MOST_HEADERS = 4 * MOST_FILES  # folders and long names have headers of their own
PLAIN = (b"0", b"\0", b"7")
NO_BYTES = (b"1", b"2", b"3", b"4", b"6")
ABOUT_ALL = (b"g", b"K")  # headers that leave what was said of the next file as it is
TRICKS = {
    b"1": "is a link, which is not followed",
    b"2": "is a link, which is not followed",
    b"3": "is a device, not a picture",
    b"4": "is a device, not a picture",
    b"6": "is a pipe, not a picture",
    b"S": "is a sparse file, which isn't read here",
}


class Damaged(Exception):
    """A tar that can't be read from here on: the reason as the rest of a sentence."""


class Stream(Protocol):
    """A stream of bytes."""

    def read(self, size: int) -> bytes: ...  # fewer only at the end
    def skip(self, size: int) -> None: ...
    def tell(self) -> int: ...


class Member(NamedTuple):
    """The header of the file that follows in the stream."""

    name: str
    size: int  # bytes
    stamp: int  # time of the last change, and the header's sum
    trick: str  # why it isn't a regular file; "" where it is


def members(stream: Stream) -> Iterator[Member]:
    """Every file of a tar; between two of them the caller may read the first one's bytes from the stream. Raises Damaged."""
    said: dict[str, str] = {}  # what earlier headers said of the next file
    for _ in range(MOST_HEADERS):
        header = _header(stream)
        if not header:
            return
        kind, size = header[156:157], _number(header[124:136])
        if kind in (b"L", b"x"):
            own = _own(stream, size)
            said |= _records(own) if kind == b"x" else {"path": _words(own.split(b"\0")[0])}
            stream.skip(-size % BLOCK)
            continue
        size = _size(said, size)
        if kind in NO_BYTES:
            size = 0  # whatever the header says: it has no bytes
        if kind == b"S":
            _pass_holes(stream, header)
        end = stream.tell() + size + -size % BLOCK
        if kind in PLAIN or kind in TRICKS:
            holes = "holes" in said
            stamp = zlib.crc32(header[136:156])  # time of the last change, and the header's sum
            yield Member(said.get("path", _short(header)), size, stamp, TRICKS[b"S" if holes else kind] if holes or kind in TRICKS else "")
        if kind not in ABOUT_ALL:
            said = {}
        stream.skip(end - stream.tell())
    raise Damaged(f"is damaged (more than {MOST_HEADERS:,} headers)")


def _header(stream: Stream) -> bytes:
    """The next header, b"" at the end."""
    block = stream.read(BLOCK)
    if len(block) < BLOCK:
        raise Damaged("ends too early (truncated)" if stream.tell() else "is empty")
    if not any(block):
        return b""
    told = block[148:156].split(b"\0")[0].strip()
    if not re.fullmatch(b"[0-7]+", told) or int(told, 8) != sum(block[:148]) + 8 * ord(" ") + sum(block[156:]):
        raise Damaged("is damaged (a header's sum is wrong)" if stream.tell() > BLOCK else "is no tar")
    return block


def _number(field: bytes) -> int:
    """Octal digits, or, for what is larger, plain bytes after the first."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    text = field.split(b"\0")[0].strip()
    if not re.fullmatch(b"[0-7]*", text):
        raise Damaged("is damaged (a header holds no number)")
    return int(text or b"0", 8)


def _size(said: dict[str, str], size: int) -> int:
    """A file's bytes; 12 digits are too few above 8 GB, so that it may have been said before."""
    text = said.get("size", str(size))
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise Damaged("is damaged (a header holds no number)")
    return int(text)


def _pass_holes(stream: Stream, header: bytes) -> None:
    """GNU's list of holes may go on for blocks after the header."""
    more, flag = header, 482
    while more[flag : flag + 1] == b"\1":
        more, flag = stream.read(BLOCK), 504


def _own(stream: Stream, size: int) -> bytes:
    if size > LONGEST:
        raise Damaged(f"is damaged (a name of {size:,} bytes)")
    return stream.read(size)


def _records(data: bytes) -> dict[str, str]:
    """What is used of POSIX's records, "length key=value" and a line's end each; a file of them says more of the next header."""
    found, place = {}, 0
    while place < len(data):
        digits, _, _ = data[place : place + 20].partition(b" ")
        length = int(digits) if digits.isdigit() else 0
        key, equals, value = data[place + len(digits) + 1 : place + length - 1].partition(b"=")
        if not equals or length < 5:
            raise Damaged("is damaged (a name in pieces)")
        if key in (b"path", b"size"):  # the others are not kept: there may be more of them than memory
            found[key.decode()] = _words(value)
        elif key.startswith(b"GNU.sparse"):
            found["holes"] = ""
        place += length
    return found


def _short(header: bytes) -> str:
    name, prefix = header[:100].split(b"\0")[0], header[345:500].split(b"\0")[0]
    return _words(prefix + b"/" + name if prefix and header[257:263] == b"ustar\0" else name)


def _words(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


class OnDisk:
    """A file as a stream, and its bytes by position; several threads may read by position."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self.file)
        self.place, self.length = 0, os.fstat(self.file).st_size

    def read(self, size: int) -> bytes:
        """The next bytes."""
        data = self.at(self.place, size)
        self.place += len(data)
        return data

    def skip(self, size: int) -> None:
        """Skips so many bytes."""
        self.place += size

    def tell(self) -> int:
        """The position in bytes."""
        return self.place

    def at(self, place: int, size: int) -> bytes:
        """Bytes from a position on, fewer at the end."""
        pieces, missing = [], min(size, max(0, self.length - place))
        while missing and (piece := os.pread(self.file, missing, place)):
            pieces.append(piece)
            place, missing = place + len(piece), missing - len(piece)
        return b"".join(pieces)


class Tar:
    """The pictures in an uncompressed tar, read in place: nothing is written to disk, so a name in it can't reach another folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.left_out: LeftOut = []
        self.others: list[str] = []
        self.bytes = OnDisk(path)
        self.places: dict[str, tuple[int, int]] = {}

    def entries(self) -> Iterator[Listed]:
        """Every file inside that may be read; of a damaged tar, those before the damage.

        Raises:
            SettingsError: there is none.
        """
        sieve, listed = Sieve(self.path.name), {}
        try:
            for member in members(self.bytes):
                place, name = self.bytes.tell(), sieve.name(member.name, member.trick, too_large(member.size))
                if name is None:
                    continue
                listed[name] = Listed(name, member.size, member.stamp ^ place)
                self.places[name] = place, member.size
        except Damaged as damage:
            if not listed:
                raise SettingsError(f"'{self.path.name}' can't be opened as a tar: it {damage}.") from None
            sieve.left_out.append((self.path.name, f"{damage}: what comes after {list(listed)[-1]} is not read"))
        self.left_out, self.others = sieve.left_out, sieve.others
        yield from listed.values()

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises Unreadable."""
        place, size = self.places[name]
        try:
            data = self.bytes.at(place, size)
        except OSError as error:
            raise Unreadable((error.strerror or "can't be read").lower()) from None
        if len(data) < size:
            raise Unreadable("ends too early (truncated)")
        return data
