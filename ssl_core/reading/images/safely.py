"""A picture's bytes given to a reader of them, whose every error becomes a reason to leave the picture out. No torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ssl_core.reading.images import icons, mended
from ssl_core.reading.images.opening import reason
from ssl_core.reading.images.unreadable import Unreadable

T = TypeVar("T")


def safely(data: bytes, read: Callable[[bytes], T]) -> T:
    """What `read` gives, of an icon's PNG, and of a PNG without damaged notes. Raises Unreadable."""
    try:
        return read(mended.without_damage(icons.largest_picture(data)))
    except Unreadable:
        raise
    except Exception as error:  # decoders raise anything on damaged bytes, and one picture must not end a training run
        raise Unreadable(reason(error, data)) from None
