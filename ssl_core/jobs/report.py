"""How the function that works a job says how far it is. A job's function knows `Reporter` alone; the worker hands it one."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from ssl_core.jobs.start import stop_asked
from ssl_core.jobs.status import Status, reached, write_status
from ssl_core.system.disk import read_json
from ssl_core.system.processes import me, program

LOUD = ("state", "stage", "place", "weights")  # fields of a status that are written at once
BEAT = 20.0  # seconds between two heartbeats, at the least
RARELY = 0.3  # seconds between two writes of a status in which only numbers moved


class Stopped(Exception):
    """Somebody asked the job to end."""


class Reporter(Protocol):
    """What a job's function is handed to report by."""

    note: str  # stands before every warning: what was mended before the work began
    since: float  # when the work began, after waiting in line; by the clock `time.monotonic`

    def __call__(self, **changes: Any) -> Status:
        """Changes fields of the job's Status; the status as it is then."""

    def progress(self, stage: str, done: int = 0, of: int = 0) -> None:
        """Reports a stage in words, with `done` of `of` steps.

        Raises:
            Stopped: somebody asked the job to end.
        """


class SilentReporter:
    """Reports nothing: for processes that work a job beside the one that writes its folder."""

    note, since = "", 0.0

    def __call__(self, **changes: Any) -> Status:
        """An empty status."""
        return Status()

    def progress(self, stage: str, done: int = 0, of: int = 0) -> None:
        """Nothing."""


class StatusReporter:
    """Keeps status.json true: `report(stage="measuring", step=3)`."""

    def __init__(self, folder: Path, echo: Callable[[Status], None] | None = None) -> None:
        self.folder, self.echo = folder, echo
        self.program = program()  # as the files were when the work began: modules imported later must be of the same version
        self.note = ""
        self.began, self.written, self.lock = time.monotonic(), 0.0, threading.Lock()
        self.since = self.began
        old = read_json(folder / "status.json")
        self.status = reached(old if isinstance(old, dict) else {})._replace(stage="waking up", **me())
        write_status(folder, self.status)

    def __call__(self, **changes: Any) -> Status:
        """Changes fields; written at once where words changed, else a few times a second."""
        loud = any(changes.get(name, getattr(self.status, name)) != getattr(self.status, name) for name in LOUD)
        if "warning" in changes:
            changes["warning"] = f"{self.note} {changes['warning']}".strip()
        if changes.get("state", self.status.state) == "running" != self.status.state:
            self.since = time.monotonic()
        with self.lock:
            self.status = self.status._replace(**changes, wall=time.monotonic() - self.began)
            if loud or time.monotonic() - self.written > RARELY:
                self._write()
                if self.echo:
                    self.echo(self.status)
        return self.status

    def progress(self, stage: str, done: int = 0, of: int = 0) -> None:
        """How most jobs report; ends the job where a stop was asked for."""
        if stop_asked(self.folder):
            raise Stopped
        self(stage=stage, step=done, steps=of)

    @contextlib.contextmanager
    def beating(self) -> Iterator[None]:
        """Inside, the status gets a heartbeat every BEAT seconds however long a stage lasts: another machine has no other sign of life."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(BEAT):
                with self.lock, contextlib.suppress(OSError):  # a fault of the disk is reported by the thread that works
                    self._write()

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _write(self) -> None:
        write_status(self.folder, self.status)
        self.written = time.monotonic()
