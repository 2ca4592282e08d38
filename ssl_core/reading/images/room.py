"""A bound on the pixels that all threads hold together. No torch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MEGAPIXELS = 100


class Room:
    """A bound on the pixels of all threads together; requests are granted in order, so that a large picture isn't passed over forever."""

    def __init__(self, pixels: int) -> None:
        self.whole = self.free = pixels
        self.first, self.changed = threading.Lock(), threading.Condition()

    @contextmanager
    def taken(self, pixels: int) -> Iterator[None]:
        """Waits until so many pixels are free."""
        pixels = min(pixels, self.whole)
        with self.first, self.changed:
            self.changed.wait_for(lambda: self.free >= pixels)
            self.free -= pixels
        try:
            yield
        finally:
            with self.changed:
                self.free += pixels
                self.changed.notify_all()


ROOM = Room(MEGAPIXELS * 10**6)  # of all threads that read pictures
