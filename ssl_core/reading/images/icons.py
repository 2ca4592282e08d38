"""The largest picture of an ICO: a PNG, or a bitmap with a mask. No torch."""

from __future__ import annotations

import struct

from ssl_core.reading.images.formats import is_icon
from ssl_core.reading.images.unreadable import Unreadable

PNG = b"\x89PNG\r\n\x1a\n"
BROKEN = "begins like an ICO but is cut short or damaged"


def largest_picture(data: bytes) -> bytes:
    """The PNG that is the largest picture of an ICO; the file itself where that is a bitmap, or of another file. Raises Unreadable."""
    if not is_icon(data[:32]):
        return data
    count = int.from_bytes(data[4:6], "little")
    if len(data) < 6 + 16 * count:
        raise Unreadable(BROKEN)
    entries = [struct.unpack_from("<BBBBHHII", data, 6 + 16 * k) for k in range(count)]
    width, height, *_, size, start = max(entries, key=lambda entry: ((entry[0] or 256) * (entry[1] or 256), entry[5]))
    picture = data[start : start + size]
    if len(picture) < size or size < 16:
        raise Unreadable(BROKEN)
    if picture.startswith(PNG):
        return picture
    if any(_bitmap(data, entry) not in (None, (entry[0] or 256, 2 * (entry[1] or 256))) for entry in entries):
        raise Unreadable("is damaged (its directory names another size)")
    return data


def _bitmap(data: bytes, entry: tuple[int, ...]) -> tuple[int, int] | None:
    """Width and height, with the mask's, as an entry's own bitmap says them; None of a PNG."""
    start = entry[7]
    if data[start : start + 8] == PNG:
        return None
    found: tuple[int, int] = struct.unpack_from("<ii", data, start + 4)
    return found
