"""work(folder): any kind of job, in a process of its own, the only writer of its folder."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ssl_core.jobs.folder import newer
from ssl_core.jobs.kinds import OPENED, ROOMS, SLOTS
from ssl_core.jobs.queue import LeftQueue, wait_in_line
from ssl_core.jobs.start import stop_asked
from ssl_core.jobs.status import Status, reached, status_of, write_last_status, write_status
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_fault, read_json
from ssl_core.system.processes import is_main, me, program

WORDS = ("state", "stage", "place", "weights")  # of a status: what is written at once
BEAT = 20.0  # seconds between two heartbeats, at the least
RARELY = 0.3  # seconds between two writes of a status in which only numbers moved
NO_MEMORY = ("can't allocate memory", "out of memory", "not enough memory")  # how torch says it where it raises no error of its own
UPDATED = "The program was updated while this ran. "
REMEDIES = {"train": "Resume it to go on."}  # by kind of job; any other has nothing to go on from
GONE = "Its folder was deleted while it was at work. Nothing of it is left."


class Stopped(Exception):
    """Somebody asked the job to end."""


class Broadcast:
    """What the first process says, once, to those that `torchrun` started beside it: learn this spec along, or go home (None)."""

    def __init__(self) -> None:
        self.given = int(os.environ.get("WORLD_SIZE", 1)) == 1

    def __call__(self, spec: Any) -> Any:
        """Gives it, or hears it; nothing happens where there is nobody else, or a second time."""
        if self.given:
            return None
        from ssl_core.functional import distributed

        self.given = True
        distributed.join()
        return distributed.broadcast(spec if spec and _kind(spec) == "train" else None)


class Reporter:
    """Keeps status.json true: `report(stage="measuring", step=3)`."""

    def __init__(self, folder: Path, echo: Callable[[Status], None] | None = None) -> None:
        self.folder, self.echo = folder, echo
        self.program = program()  # as it was when the work began: what is imported later must be of the same
        self.note = ""  # stands before every warning: what was mended before the work began
        self.began, self.written, self.lock = time.monotonic(), 0.0, threading.Lock()
        old = read_json(folder / "status.json")
        self.status = reached(old if isinstance(old, dict) else {})._replace(stage="waking up", **me())
        write_status(folder, self.status)

    def __call__(self, **changes: Any) -> Status:
        """Changes fields; written at once where words changed, else a few times a second."""
        loud = any(changes.get(name, getattr(self.status, name)) != getattr(self.status, name) for name in WORDS)
        if "warning" in changes:
            changes["warning"] = f"{self.note} {changes['warning']}".strip()
        with self.lock:
            self.status = self.status._replace(**changes, wall=time.monotonic() - self.began)
            if loud or time.monotonic() - self.written > RARELY:
                self._write()
                if self.echo:
                    self.echo(self.status)
        return self.status

    def _write(self) -> None:
        write_status(self.folder, self.status)
        self.written = time.monotonic()

    @contextlib.contextmanager
    def beating(self) -> Iterator[None]:
        """Inside, the status has a fresh heartbeat however long a stage says nothing: another machine has no other sign of life."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(BEAT):
                with self.lock, contextlib.suppress(OSError):  # what is wrong with the disk is said by who works
                    self._write()

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def progress(self, stage: str, done: int = 0, of: int = 0) -> None:
        """How most jobs report; ends the job where a stop was asked for."""
        if stop_asked(self.folder):
            raise Stopped
        self(stage=stage, step=done, steps=of)


def work(folder: Path, echo: Callable[[Status], None] | None = None) -> Status:
    """Works a job folder to its end; how it stands then. A job that somebody else works is left alone.

    Of several processes that `torchrun` started the first is the worker; the others learn along and write nothing.
    """
    folder, word = Path(folder), Broadcast()
    if not is_main():
        return _learn_along(folder, word)
    try:
        with FileLock(folder / "work.lock", timeout=0):
            if status_of(folder).state == "done":
                return status_of(folder)
            report = Reporter(folder, echo)
            with report.beating():
                return _work(folder, report, word)
    except Timeout:
        return status_of(folder)
    finally:
        word(None)


def _learn_along(folder: Path, word: Broadcast) -> Status:
    _on_end(lambda *_: None)  # the first process hears of it too, saves, and tells
    if (spec := word(None)) is not None:
        _room(spec)(folder, spec, lambda **_: Status())
    return status_of(folder)


def _work(folder: Path, report: Reporter, word: Broadcast) -> Status:
    _on_end(lambda *_: (folder / "stop").touch())
    try:
        spec = _spec(folder)
        slot = SLOTS.get(_kind(spec), "look")
        with wait_in_line(slot, lambda place: report(place=place, stage=waiting_stage(place)), lambda: stop_asked(folder)):
            report(state="running", stage="waking up", place=0, warning="")
            word(spec)
            _room(spec)(folder, spec, report)
        return report.status if report.status.state in ("done", "stopped") else report(state="done", stage="", left=0.0)
    except (Stopped, LeftQueue):
        return report(state="stopped", stage="")
    except BaseException as error:  # whatever happened, the folder says it
        return _failed(folder, report, error)
    finally:
        (folder / "stop").unlink(missing_ok=True)
        (folder / "started").unlink(missing_ok=True)


def _failed(folder: Path, report: Reporter, error: BaseException) -> Status:
    """How a job stands that ended by a fault; also where its folder is gone or the disk takes no word of it any more.

    Where the program was replaced meanwhile, the fault is most likely the mixture's: the job counts as interrupted.
    """
    spec = read_json(folder / "spec.json")
    reason, state = reason_of(error, spec) if folder.is_dir() else GONE, "failed"
    told = isinstance(error, MemoryError) or disk_fault(error) or reason == GONE  # whatever the program is: those say all there is to know
    if not told and program() != report.program:
        kind = spec.get("kind", "") if isinstance(spec, dict) else ""
        reason, state = UPDATED + REMEDIES.get(kind, "Ask for it again."), "interrupted"
    if not told and (state == "interrupted" or not isinstance(error, SettingsError)):
        traceback.print_exc(file=sys.stderr)
    try:
        return report(state=state, stage="", reason=reason, left=None)
    except OSError:
        write_last_status(folder, report.status)
        return report.status


def _on_end(handler: Any) -> None:
    with contextlib.suppress(ValueError):  # not the main thread: a notebook; then only the `stop` file ends it
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, handler)


def _kind(spec: Any) -> str:
    return str(spec["kind"] if isinstance(spec, dict) else spec.kind)


def _room(spec: Any) -> Callable[..., Any]:
    room, name = ROOMS[_kind(spec)].split(":")
    function: Callable[..., Any] = getattr(importlib.import_module(room), name)
    return function


def waiting_stage(place: int) -> str:
    """The stage of a job that has so many before it."""
    return "waking up" if place == 0 else f"waiting, {place} ahead"


def _spec(folder: Path) -> Any:
    spec = read_json(folder / "spec.json")
    if not isinstance(spec, dict) or spec.get("kind") not in ROOMS:
        raise SettingsError(f"'{folder.name}' holds no job: its spec.json is missing, broken, or of a kind this version doesn't know.")
    if told := OPENED.get(spec["kind"]):
        room, name = told.split(":")
        return getattr(importlib.import_module(room), name)(folder)
    if fault := newer(spec, folder.name):
        raise SettingsError(fault)
    return spec


def reason_of(error: BaseException, spec: Any = None) -> str:
    """Why a job failed, in a sentence with a remedy."""
    if isinstance(error, SettingsError | ArithmeticError):
        return str(error)
    if told := disk_fault(error):
        return told
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError" or any(words in str(error) for words in NO_MEMORY):
        recipe = spec["recipe"] if isinstance(spec, dict) and isinstance(spec.get("recipe"), dict) else {}
        now = {name: f" (now {recipe[name]})" if name in recipe else "" for name in ("batch", "image_size")}
        return f"Memory ran out. Try a smaller batch{now['batch']} or smaller pictures{now['image_size']}."
    return f"{type(error).__name__}: {error}. The log has the details."
