"""Batches that a thread reads while the loop computes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Full, Queue
from typing import Generic, TypeVar

from ssl_core.types import Samples

Rows = TypeVar("Rows")  # what a batch is read from: a tensor of rows, a list of pictures

WAIT = 0.05  # seconds between two checks whether the reader is to stop


class ReadAhead(Iterator[Samples], Generic[Rows]):
    """The samples of each batch of rows, in order; a thread reads at most `most` batches in advance.

    An error while reading is raised in place of its batch. `rows` may be endless: its length isn't used.
    """

    def __init__(self, read: Callable[[Rows], Samples], rows: Iterable[Rows], most: int) -> None:
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
        except BaseException as error:  # any error must reach the loop, which would otherwise wait for ever
            self._put(error)

    def _put(self, found: Samples | BaseException) -> bool:
        """Queues a batch or an error once there is space; False where the reader was stopped before."""
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
        """Ends the thread and drops the batches read in advance."""
        self.stopped.set()
        self.thread.join()
        while True:
            try:
                self.waiting.get_nowait()
            except Empty:
                return
