"""The header of a TIFF in plain numbers: size, bands, kind of numbers, packing and where its blocks lie. No torch."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from ssl_core.reading.images.unreadable import Unreadable

BACKWARDS = b"MM\0+"  # a large TIFF with the heavy byte first, whose header Pillow takes for damaged
PREFIXES = tuple(TiffImagePlugin.PREFIXES)
CHANNELS = 4  # more are bands, of which Pillow would silently show some
WIDTH, HEIGHT, BITS, PACKING, FILL, TURN, SAMPLES, PLANES, PREDICTOR, KIND = 256, 257, 258, 259, 266, 274, 277, 284, 317, 339
PHOTOMETRIC = 262
STRIPS, ROWS, STRIP_SIZES, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_SIZES = 273, 278, 279, 322, 323, 324, 325
NEEDED = (WIDTH, HEIGHT, BITS, PACKING, FILL, TURN, SAMPLES, PLANES, PREDICTOR, KIND, ROWS, TILE_WIDTH, TILE_HEIGHT, PHOTOMETRIC)
PACKINGS = (1, 5, 8, 32773, 32946)  # none, LZW, deflate, PackBits, deflate's older number
BRIGHT = (1, 2)  # larger numbers are brighter, gray or colours: no inks, no palette, no sensor's own pattern
KINDS = {1: "u", 2: "i", 3: "f"}
READ = ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8")
STRANGE = "is a TIFF of a kind that isn't read here: save it as PNG, or as TIFF with 8 or 16 bits"
BROKEN = "begins like a TIFF but is cut short or damaged"
MOST_UNPACKED = 400 * 10**6  # bytes
MOST_PAGES = 10_000  # that are counted


class Bands(NamedTuple):
    """What the header of such a TIFF says."""

    width: int
    height: int
    bands: int
    kind: np.dtype  # of a number, in the file's order of bytes
    packing: int
    predictor: int
    apart: bool  # whether each band lies in a plane of its own
    block: tuple[int, int]  # width and height of a tile, or of a strip
    tiled: bool
    places: list[tuple[int, int]]  # where each block begins, and its bytes
    orientation: int

    @property
    def across(self) -> int:
        """How many blocks lie side by side."""
        return -(-self.width // self.block[0])

    @property
    def together(self) -> int:
        """Bands that lie in one plane."""
        return 1 if self.apart else self.bands

    @property
    def row(self) -> int:
        """Bytes of a row of one plane, as far as its blocks go."""
        return self.across * self.block[0] * self.together * self.kind.itemsize

    @property
    def shown(self) -> int:
        """Bands that are seen: three as colours, else one as gray."""
        return 3 if self.bands >= 3 else 1

    @property
    def unpacked(self) -> int:
        """Bytes of all planes that are looked at, and of one block."""
        planes = self.shown if self.apart else 1
        return planes * self.row * self.height + self.row // self.across * self.block[1]


def bands_of(data: bytes) -> Bands | None:
    """The header of a TIFF that Pillow doesn't read, None where it does, or where it is none. Raises Unreadable."""
    if data[:4] not in PREFIXES:
        return None
    if data[:4] == BACKWARDS:
        raise Unreadable(STRANGE)
    tags = _tags(data)
    if not tags or (_one(tags, SAMPLES, 1) <= CHANNELS and _pillow_opens(data)):
        return None
    found = _header(data, tags)
    if found.unpacked > MOST_UNPACKED:
        size = f"{found.unpacked / 1e6:,.0f} MB ({found.bands} bands of {8 * found.kind.itemsize} bits)"
        raise Unreadable(f"unpacks to {size}; up to {MOST_UNPACKED // 10**6} MB are read")
    return found


def words_of(data: bytes) -> Bands | None:
    """The header of a TIFF of colours, or of gray with alpha, of 16 bits without sign; None of others and of unreadable ones."""
    if data[:4] not in PREFIXES or data[:4] == BACKWARDS:
        return None
    tags = _tags(data)
    bands = _one(tags, SAMPLES, 1)
    meant = {2: 1, 3: 2, 4: 2}.get(bands)  # the PhotometricInterpretation that goes with so many bands
    if not tags or meant != _one(tags, PHOTOMETRIC, 1) or _kind(tags) != "u2":
        return None
    try:
        found = _header(data, tags)
    except Unreadable:
        return None
    return found if found.unpacked <= MOST_UNPACKED else None


def pages(data: bytes) -> int:
    """How many pages a TIFF has: its directories are followed from one to the next, up to MOST_PAGES; 1 of any other file."""
    if data[:4] not in PREFIXES or data[:4] == BACKWARDS:
        return 1
    order, large = ">" if data[:1] == b"M" else "<", 43 in data[2:4]
    entries, entry, offset = (f"{order}Q", 20, f"{order}Q") if large else (f"{order}H", 12, f"{order}I")
    (place,) = struct.unpack_from(offset, data, 8 if large else 4)
    seen: set[int] = set()
    while place and place not in seen and len(seen) < MOST_PAGES and place + struct.calcsize(entries) <= len(data):
        seen.add(place)
        (count,) = struct.unpack_from(entries, data, place)
        after = place + struct.calcsize(entries) + entry * count
        place = struct.unpack_from(offset, data, after)[0] if after + struct.calcsize(offset) <= len(data) else 0
    return max(1, len(seen))


def tile_pixels(data: bytes) -> int:
    """Pixels of one tile, which are unpacked together however small the picture is; 0 without tiles."""
    tags = _tags(data)
    return max(0, _one(tags, TILE_WIDTH, 0)) * max(0, _one(tags, TILE_HEIGHT, 0)) if TILES in tags else 0


def _tags(data: bytes) -> dict[int, tuple[int, ...]]:
    """What the header says in whole numbers; nothing where it is damaged."""
    try:
        stream = io.BytesIO(data)
        found = TiffImagePlugin.ImageFileDirectory_v2(stream.read(16 if 43 in data[2:4] else 8))
        stream.seek(found.next)
        found.load(stream)
        tags = {tag: found[tag] for tag in (*NEEDED, STRIPS, STRIP_SIZES, TILES, TILE_SIZES) if tag in found}
    except Exception:  # what is wrong with it is said when the pixels are read
        return {}
    plain = {tag: value if isinstance(value, tuple) else (value,) for tag, value in tags.items()}
    return {tag: value for tag, value in plain.items() if value and all(isinstance(each, int) for each in value)}


def _one(tags: Mapping[int, tuple[int, ...]], tag: int, otherwise: int) -> int:
    return tags.get(tag, (otherwise,))[0]


def _pillow_opens(data: bytes) -> bool:
    try:
        Image.open(io.BytesIO(data), formats=("TIFF",)).close()
    except UnidentifiedImageError:
        return False
    except Exception:  # it opens, and says what is wrong, where it is read
        return True
    return True


def _header(data: bytes, tags: dict[int, tuple[int, ...]]) -> Bands:
    """What the header says, as far as it hangs together. Raises Unreadable."""
    width, height, bands, planes = _one(tags, WIDTH, 0), _one(tags, HEIGHT, 0), _one(tags, SAMPLES, 1), _one(tags, PLANES, 1)
    packing, predictor, tiled = _one(tags, PACKING, 1), _one(tags, PREDICTOR, 1), TILES in tags
    name = _kind(tags)
    known = _one(tags, PHOTOMETRIC, 1) in BRIGHT and name in READ and packing in PACKINGS and _one(tags, FILL, 1) == 1
    if not known or predictor not in (1, 2, 3) or (predictor == 3 and name[0] != "f"):
        raise Unreadable(STRANGE)
    block = (_one(tags, TILE_WIDTH, 0), _one(tags, TILE_HEIGHT, 0)) if tiled else (width, min(_one(tags, ROWS, height), height))
    starts, sizes = (tags.get(tag, ()) for tag in ((TILES, TILE_SIZES) if tiled else (STRIPS, STRIP_SIZES)))
    if min(width, height, bands, *block) < 1 or len(starts) != len(sizes) or min(*starts, *sizes, 0) < 0:
        raise Unreadable(BROKEN)
    kind, places = np.dtype(name).newbyteorder(">" if data[:1] == b"M" else "<"), list(zip(starts, sizes, strict=True))
    return Bands(width, height, bands, kind, packing, predictor, planes == 2, block, tiled, places, _one(tags, TURN, 1))


def _kind(tags: Mapping[int, tuple[int, ...]]) -> str:
    """What all numbers are, as numpy calls it; "" where they differ, or are no whole bytes."""
    kinds, bits = set(tags.get(KIND, (1,))), set(tags.get(BITS, (1,)))
    if len(kinds) != 1 or len(bits) != 1 or min(bits) % 8:
        return ""
    return f"{KINDS.get(kinds.pop(), '')}{bits.pop() // 8}"
