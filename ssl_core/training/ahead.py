"""Batches that a thread reads while the loop computes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Full, Queue

from torch import Tensor

from ssl_core.types import Samples

WAIT = 0.05  # seconds between two looks at whether the reader is to stop


class ReadAhead(Iterator[Samples]):
    """Samples of one batch of rows after the other, in order, at most `most` of them read before they are asked for.

    An error while reading is raised where its batch would have come. `rows` may be endless: nothing asks for its length.
    """

    def __init__(self, read: Callable[[Tensor], Samples], rows: Iterable[Tensor], most: int) -> None:
        self.read, self.rows = read, rows
        self.waiting: Queue[Samples | BaseException] = Queue(most)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._work, name="reader of batches", daemon=True)
        self.thread.start()

    def _work(self) -> None:
        try:
            for rows_B in self.rows:
                if self.stopped.is_set() or not self._put(self.read(rows_B)):
                    return
            self._put(StopIteration())
        except BaseException as error:  # whatever it is, the loop must not wait for ever
            self._put(error)

    def _put(self, found: Samples | BaseException) -> bool:
        """Hands on what was read once there is space for it; False where the reader was stopped before."""
        while not self.stopped.is_set():
            try:
                self.waiting.put(found, timeout=WAIT)
                return True
            except Full:
                continue
        return False

    def __next__(self) -> Samples:
        if self.stopped.is_set():
            raise StopIteration
        found = self.waiting.get()
        if isinstance(found, BaseException):
            self.stopped.set()
            raise found
        return found

    def close(self) -> None:
        """Ends the thread and lets go of what was read."""
        self.stopped.set()
        self.thread.join()
        while True:
            try:
                self.waiting.get_nowait()
            except Empty:
                return
