"""How many of 16 bits a picture needs. No torch."""

from __future__ import annotations

from ssl_core.reading.images import deep, jpeg2000, netpbm, room, tiff_header
from ssl_core.reading.images.deep import Deep
from ssl_core.reading.images.finished import orientation_of
from ssl_core.reading.images.formats import CODESTREAM, JP2
from ssl_core.reading.images.modes import number_strips
from ssl_core.reading.images.opening import check_size, extra_pixels, opened, verify
from ssl_core.reading.images.room import MEGAPIXELS
from ssl_core.reading.images.safely import safely
from ssl_core.reading.images.unreadable import Unreadable


def bits_of(data: bytes) -> int | None:
    """The bits that a picture of 16 needs, for `Range.over`; None of pictures of other numbers. Raises Unreadable."""
    return safely(data, _bits)


def checked_orientation(data: bytes, found: Deep) -> int:
    """The orientation of such a picture, its size and checksums checked. Raises Unreadable, or what Pillow raises."""
    check_size(found.width, found.height)
    if found.pixels > 2 * MEGAPIXELS * 10**6:
        raise Unreadable(f"unpacks to {found.pixels / 1e6:.0f} megapixels; up to {2 * MEGAPIXELS} are read")
    if found.orientation is not None:
        return found.orientation
    with opened(data) as picture, room.ROOM.taken(found.pixels):
        verify(picture, data)
        return orientation_of(picture)


def _bits(data: bytes) -> int | None:
    if (head := netpbm.header_of(data)) is not None:
        check_size(head.width, head.height)
        found = netpbm.deep_netpbm(data, head)
    elif (found := deep.deep_of(data)) is not None:
        checked_orientation(data, found)
    else:
        found = _deep_gray(data)
    if found is None:
        return None
    with room.ROOM.taken(found.pixels):
        return deep.count_bits(found)


def _deep_gray(data: bytes) -> Deep | None:
    """The numbers of a gray PNG, TIFF or JPEG 2000 of 16 bits; None of any other file."""
    if (
        not data.startswith((deep.PNG, *tiff_header.PREFIXES, JP2, CODESTREAM))
        or tiff_header.bands_of(data)
        or jpeg2000.says_its_white(data)
    ):
        return None
    picture = opened(data)
    if not picture.mode.startswith("I;16"):
        return None
    extra = extra_pixels(picture, data)
    verify(picture, data)
    w, h = picture.size
    return Deep(w, h, 1, lambda: ((top, values_HW[:, :, None]) for top, values_HW in number_strips(picture)), None, extra)
