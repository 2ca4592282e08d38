"""TIFFs that Pillow doesn't read: more than four bands, floats of 64 bits, and what else its header says in plain numbers. No torch.

Such a file is handed to Pillow as a gray one whose rows are the bytes of the true rows, so that libtiff does no more than unpack them;
what these bytes mean is undone here. The first three bands are red, green and blue, each from black to white by what is in the picture.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import numpy as np
from PIL import Image

from ssl_core.reading.images.levels import ends, levels
from ssl_core.reading.images.tiff_header import (
    BITS,
    BROKEN,
    HEIGHT,
    PACKING,
    PHOTOMETRIC,
    ROWS,
    SAMPLES,
    STRIP_SIZES,
    STRIPS,
    TILE_HEIGHT,
    TILE_SIZES,
    TILE_WIDTH,
    TILES,
    WIDTH,
    Bands,
)
from ssl_core.reading.images.unreadable import Unreadable

PIECE = 2**20  # bytes whose meaning is undone at once


def words(data: bytes, found: Bands) -> Iterator[tuple[int, np.ndarray]]:
    """Numbers H W C of all bands by strips of rows, each with its first row."""
    planes = [_plane(data, found, k) for k in range(found.bands if found.apart else 1)]
    for parts in zip(*(_rows(planes, found, band) for band in range(found.bands)), strict=True):
        yield parts[0][0], np.stack([values_HW for _, values_HW in parts], 2).astype(np.uint16)


def tiff_picture(data: bytes, found: Bands) -> Image.Image:
    """The first three bands as RGB, or the first as L. Raises Unreadable; of damaged bytes whatever Pillow raises."""
    planes = [_plane(data, found, k) for k in range(found.shown if found.apart else 1)]
    ranges = [ends(values_HW for _, values_HW in _rows(planes, found, band)) for band in range(found.shown)]
    if not any(ranges):
        raise Unreadable("holds no finite number")
    level_HWC = np.zeros((found.height, found.width, found.shown), np.uint8)
    for band, known in enumerate(ranges):
        for top, values_HW in _rows(planes, found, band) if known else ():
            level_HWC[top : top + len(values_HW), :, band] = levels(values_HW, *known)  # type: ignore[misc]
    return Image.fromarray(level_HWC if found.shown == 3 else level_HWC[:, :, 0])


def _plane(data: bytes, found: Bands, k: int) -> Image.Image:
    """The k-th plane's bytes as a gray picture, its rows as wide as its blocks go."""
    count = found.across * -(-found.height // found.block[1])
    places = found.places[k * count : (k + 1) * count]
    if len(places) < count or any(start + size > len(data) for start, size in places):
        raise Unreadable("ends too early (truncated)")
    if sum(size for _, size in places) > len(data):
        raise Unreadable(BROKEN)
    starts, sizes = np.cumsum([8, *(size for _, size in places)]).tolist()[:-1], [size for _, size in places]
    tags = {WIDTH: found.row, HEIGHT: found.height, BITS: 8, PACKING: found.packing, PHOTOMETRIC: 1, SAMPLES: 1}
    if found.tiled:
        tags |= {TILE_WIDTH: found.row // found.across, TILE_HEIGHT: found.block[1]}
    else:
        tags[ROWS] = found.block[1]
    lists = {TILES: starts, TILE_SIZES: sizes} if found.tiled else {STRIPS: starts, STRIP_SIZES: sizes}
    bytes_ = memoryview(data)
    return Image.open(io.BytesIO(written([bytes_[start : start + size] for start, size in places], tags, lists)), formats=("TIFF",))


def written(pieces: list[memoryview], tags: dict[int, int], lists: dict[int, list[int]]) -> bytes:
    """A TIFF of these bytes, numbers and lists of numbers; little-endian."""
    length = sum(map(len, pieces))
    place, listed, entries = 8 + length + length % 2, b"", {tag: (1, value) for tag, value in tags.items()}
    for tag, values in lists.items():
        entries[tag] = (len(values), values[0] if len(values) == 1 else place + len(listed))
        listed += struct.pack(f"<{len(values)}I", *values) if len(values) > 1 else b""
    directory = b"".join(struct.pack("<HHII", tag, 4, *entries[tag]) for tag in sorted(entries))
    begun = b"II*\0" + struct.pack("<I", place + len(listed))
    return b"".join([begun, *pieces, bytes(length % 2), listed, struct.pack("<H", len(entries)), directory, bytes(4)])


def _rows(planes: list[Image.Image], found: Bands, band: int) -> Iterator[tuple[int, np.ndarray]]:
    """One band's numbers by strips of rows, each with its first row."""
    plane, within = (planes[band], 0) if found.apart else (planes[0], band)
    step = max(1, PIECE // found.row)
    for top in range(0, found.height, step):
        bytes_HW = np.asarray(plane.crop((0, top, found.row, min(found.height, top + step))))
        yield top, _meant(bytes_HW, found)[:, : found.width, within]


def _meant(bytes_HW: np.ndarray, found: Bands) -> np.ndarray:
    """The numbers H W C that some rows of bytes stand for: the difference to the number before, which packs better, is undone."""
    h, wide = len(bytes_HW), (len(bytes_HW), found.across * found.block[0], found.together)
    if found.predictor == 3:  # bytes of one weight beside each other, the heaviest first
        size = found.kind.itemsize
        sums = np.add.accumulate(bytes_HW.reshape(h, found.across, -1, found.together), axis=2, dtype=np.uint8)
        sorted_ = sums.reshape(h, found.across, size, -1).transpose(0, 1, 3, 2)
        return np.ascontiguousarray(sorted_).view(f">f{size}").reshape(wide)
    if found.predictor == 2:
        whole = np.dtype(f"u{found.kind.itemsize}")
        steps = bytes_HW.view(whole.newbyteorder(found.kind.byteorder)).reshape(h, found.across, -1, found.together).astype(whole)
        return np.add.accumulate(steps, axis=2, dtype=whole).view(found.kind.newbyteorder("=")).reshape(wide)
    return bytes_HW.view(found.kind).reshape(wide)
