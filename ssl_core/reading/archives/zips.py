"""A zip, read in place. Nothing is written to disk, so a name in it can't reach another folder; sizes in its headers aren't trusted."""

from __future__ import annotations

import bz2
import copy
import io
import lzma
import stat
import struct
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO

from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.sources import REMEDY, LeftOut, Listed, Sieve, too_large, too_much
from ssl_core.settings import SettingsError

SIP = 32 * 2**20  # bytes a header may make us read at once: the list of 200 000 files is about 30 MB
PIECE = 2**20
ZIPPED = b"PK\3\4"  # the first bytes of a zip that isn't empty
HERE = (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)  # zipfile unpacks these without a bound on memory, so they are unpacked here
READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, *HERE)
OTHERS = {9: "deflate64", 93: "zstd"}
BROKEN = (
    *(OSError, EOFError, ValueError, LookupError, OverflowError, NotImplementedError),
    *(struct.error, zlib.error, lzma.LZMAError, zipfile.BadZipFile),
)


class Sips(io.BufferedReader):
    """A file that is read in pieces, whatever size a header asks for."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path))

    def read(self, size: int | None = -1) -> bytes:
        """At most `size` bytes."""
        if size is not None and size > SIP:
            raise ValueError(f"its list of contents says it is {size / 2**20:,.0f} MB long")
        return super().read(SIP if size is None or size < 0 else size)


def open_zip(path: Path) -> zipfile.ZipFile:
    """An open zip; reading from it is safe from several threads. Raises SettingsError."""
    try:
        file = Sips(path)
    except OSError as error:
        raise SettingsError(f"'{path.name}' can't be opened: {(error.strerror or str(error)).lower()}.") from None
    try:
        archive = zipfile.ZipFile(file)
        weakref.finalize(archive, file.close)
        return archive
    except BROKEN as error:
        file.close()
        begun = head(path) == ZIPPED
        reason = "it ends too early (truncated); copy or download it again" if begun and "not a zip" in str(error) else error
        raise SettingsError(f"'{path.name}' can't be opened as a zip: {reason}.") from None


def head(path: Path) -> bytes:
    """A file's first four bytes."""
    try:
        with open(path, "rb") as file:
            return file.read(4)
    except OSError:
        return b""


class Zip:
    """The pictures in a zip."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.left_out: LeftOut = []
        self.others: list[str] = []

    @cached_property
    def zip(self) -> zipfile.ZipFile:
        """The open archive."""
        return open_zip(self.path)

    @cached_property
    def files(self) -> dict[str, zipfile.ZipInfo]:
        """The files that are read, by name. Raises SettingsError where the zip would unpack to too many times its size."""
        sieve, files = Sieve(self.path.name), {}
        for info in self.zip.infolist():
            if not info.filename.endswith("/"):
                name = sieve.name(_name(info), trick_of(info), _fault(info))
                if name is not None:
                    files[name] = info
        bomb = too_much(sum(info.file_size for info in files.values()), self.path.stat().st_size)
        if bomb:
            raise SettingsError(f"'{self.path.name}' {bomb}. {REMEDY}")
        self.left_out, self.others = sieve.left_out, sieve.others
        return files

    def entries(self) -> Iterator[Listed]:
        """Every file inside that may be read; hidden files and the Finder's copies are among `others`."""
        for name, info in self.files.items():
            yield Listed(name, info.file_size, info.CRC)

    def read(self, name: str) -> bytes:
        """A file's bytes, no more than the zip's list says. Raises Unreadable."""
        try:
            info = self.files[name]
            if info.compress_type in HERE:
                return _unpacked(self.zip, info)
            with self.zip.open(info) as file:
                return b"".join(iter(lambda: file.read(PIECE), b""))
        except RuntimeError:
            raise Unreadable("is encrypted") from None
        except BROKEN as error:
            raise Unreadable(f"is damaged inside the zip ({str(error) or 'ends too early'})") from None


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A file packed by bzip2 or LZMA, a piece at a time and no more than the list says."""
    packed = copy.copy(info)
    packed.compress_type, packed.file_size = zipfile.ZIP_STORED, info.compress_size
    del packed.CRC  # the checksum is that of the unpacked bytes
    pieces, length = [], 0
    with archive.open(packed) as file:
        decoder = bz2.BZ2Decompressor() if info.compress_type == zipfile.ZIP_BZIP2 else _lzma(file, info.file_size)
        while length < info.file_size and not decoder.eof:
            data = file.read(PIECE) if decoder.needs_input else b""
            if not data and decoder.needs_input:
                break
            pieces.append(decoder.decompress(data, min(PIECE, info.file_size - length)))
            length += len(pieces[-1])
    whole = b"".join(pieces)
    if length < info.file_size or zlib.crc32(whole) != info.CRC:
        raise zipfile.BadZipFile("its sum is wrong" if length == info.file_size else "")
    return whole


def _lzma(file: IO[bytes], size: int) -> lzma.LZMADecompressor:
    """The decompressor for a member's header; its dictionary is never larger than the file."""
    version_and_length = file.read(4)
    form, back = struct.unpack("<BI", file.read(struct.unpack("<2xH", version_and_length)[0])[:5])
    settings = {"lc": form % 9, "lp": form // 9 % 5, "pb": form // 45, "dict_size": min(back, max(4096, size))}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, **settings}])


def _name(info: zipfile.ZipInfo) -> str:
    """The name decoded as UTF-8 where it can be: many programs write UTF-8 without setting the flag."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def trick_of(info: zipfile.ZipInfo) -> str:
    """Why a member is no plain file, as the rest of a sentence; "" where it is one."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "is a link, which is not followed"
    return "" if kind in (0, stat.S_IFREG) else "is no plain file"


def packing_fault(info: zipfile.ZipInfo) -> str:
    """Why a member can't be unpacked here, as the rest of a sentence; "" where it can."""
    if info.flag_bits & 1:
        return "is encrypted"
    if info.compress_type not in READ:
        return f"is packed in a way that isn't read here ({OTHERS.get(info.compress_type, info.compress_type)})"
    return ""


def _fault(info: zipfile.ZipInfo) -> str:
    return packing_fault(info) or too_large(info.file_size) or too_much(info.file_size, info.compress_size)
