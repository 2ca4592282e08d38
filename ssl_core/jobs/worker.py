"""work(folder): a job of any kind, worked by this process, the only writer of the folder."""

from __future__ import annotations

import contextlib
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ssl_core.jobs.folder import newer
from ssl_core.jobs.kinds import KINDS, function_at, kind_of
from ssl_core.jobs.parallel import Job, JobBroadcast
from ssl_core.jobs.queue import LeftQueue, wait_in_line
from ssl_core.jobs.report import SilentReporter, StatusReporter, Stopped
from ssl_core.jobs.start import PROMISE, stop_asked
from ssl_core.jobs.status import Status, status_of, write_last_status
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_fault, read_json
from ssl_core.system.processes import is_main, program

NO_MEMORY = ("can't allocate memory", "out of memory", "not enough memory")  # how torch says it where it raises no error of its own
LESS_MEMORY = "Try a smaller batch or smaller pictures."  # where the kind of job has no better advice
UPDATED = "The program was updated while this ran."
GONE = "Its folder was deleted while it was at work. Nothing of it is left."


def work(folder: Path, echo: Callable[[Status], None] | None = None) -> Status:
    """Works a job folder to its end; how the job stands then. A job that another process works is left alone.

    Of several processes that were launched together the first is the worker; the others compute along and write nothing.
    """
    folder, broadcast = Path(folder), JobBroadcast()
    if not is_main():
        return _work_along(folder, broadcast)
    try:
        with FileLock(folder / "work.lock", timeout=0):
            if status_of(folder).state == "done":
                return status_of(folder)
            report = StatusReporter(folder, echo)
            with report.beating(), _signals_to(lambda *_: (folder / "stop").touch()):
                status = _work(folder, report, broadcast)
    except Timeout:
        return status_of(folder)
    finally:
        broadcast(None)
    if status.state == "done" and program() == report.program:  # after an update, what follows isn't of this program
        _ask_what_follows(folder)
    return status


def _work_along(folder: Path, broadcast: JobBroadcast) -> Status:
    with _signals_to(lambda *_: None):  # the first process gets the signal too: it saves, and tells the others to end
        if (job := broadcast(None)) is not None:
            function_at(KINDS[job.kind].work)(folder, job.request, SilentReporter())
    return status_of(folder)


def _work(folder: Path, report: StatusReporter, broadcast: JobBroadcast) -> Status:
    try:
        job = read_job(folder)
        kind = KINDS[job.kind]
        with wait_in_line(kind.slot, lambda place: report(place=place, stage=waiting_stage(place)), lambda: stop_asked(folder)):
            report(state="running", stage="waking up", place=0, warning="")
            broadcast(job)
            function_at(kind.work)(folder, job.request, report)
        return report.status if report.status.state in ("done", "stopped") else report(state="done", stage="", left=0.0)
    except (Stopped, LeftQueue):
        return report(state="stopped", stage="")
    except BaseException as error:  # whatever happened, the folder says it
        return _failed(folder, report, error)
    finally:
        for request in ("stop", PROMISE):
            (folder / request).unlink(missing_ok=True)
        (folder / "started").unlink(missing_ok=True)


def _failed(folder: Path, report: StatusReporter, error: BaseException) -> Status:
    """How a job stands that ended by a fault; also where its folder was deleted, or the disk is full.

    Where the program was replaced meanwhile, modules of two versions are the likely cause: the job counts as interrupted.
    """
    less_memory = _less_memory(folder) if _out_of_memory(error) else LESS_MEMORY
    reason, state = reason_of(error, less_memory) if folder.is_dir() else GONE, "failed"
    known = isinstance(error, MemoryError) or disk_fault(error) or reason == GONE  # the same fault in any version of the program
    if not known and program() != report.program:
        kind = kind_of(folder)
        reason, state = f"{UPDATED} {kind.on_update if kind else ''}".strip(), "interrupted"
    if not known and (state == "interrupted" or not isinstance(error, SettingsError)):
        traceback.print_exc(file=sys.stderr)
    try:
        return report(state=state, stage="", reason=reason, left=None)
    except OSError:
        write_last_status(folder, report.status)
        return report.status


def _ask_what_follows(folder: Path) -> None:
    """Calls the `after` of a finished job's kind. The job is done, whatever happens there: a fault goes into the log."""
    if (kind := kind_of(folder)) and kind.after:
        try:
            function_at(kind.after)(folder)
        except SettingsError:
            return
        except Exception:
            traceback.print_exc(file=sys.stderr)


@contextlib.contextmanager
def _signals_to(handler: Callable[..., None]) -> Iterator[None]:
    """Inside, SIGTERM and SIGINT call `handler`; afterwards they do what they did before: this process may be a notebook's."""
    before: dict[signal.Signals, Any] = {}
    with contextlib.suppress(ValueError):  # not the main thread: then only the `stop` file ends the job
        for sign in (signal.SIGTERM, signal.SIGINT):
            before[sign] = signal.signal(sign, handler)
    try:
        yield
    finally:
        for sign, earlier in before.items():
            signal.signal(sign, earlier)


def waiting_stage(place: int) -> str:
    """The stage of a job that has `place` others before it."""
    return "waking up" if place == 0 else f"waiting, {place} ahead"


def read_job(folder: Path) -> Job:
    """The job in a folder.

    Raises:
        SettingsError: spec.json is missing, broken, of an unknown kind or of a newer version, or its kind refuses the request.
    """
    spec, kind = read_json(folder / "spec.json"), kind_of(folder)
    if kind is None:
        raise SettingsError(f"'{folder.name}' holds no job: its spec.json is missing, broken, or of a kind this version doesn't know.")
    if kind.read:
        return Job(spec["kind"], function_at(kind.read)(folder))
    if fault := newer(spec, folder.name):
        raise SettingsError(fault)
    return Job(spec["kind"], spec)


def _less_memory(folder: Path) -> str:
    kind = kind_of(folder)
    return str(function_at(kind.less_memory)(read_json(folder / "spec.json"))) if kind and kind.less_memory else LESS_MEMORY


def _out_of_memory(error: BaseException) -> bool:
    named = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return named or any(words in str(error) for words in NO_MEMORY)


def reason_of(error: BaseException, less_memory: str = LESS_MEMORY) -> str:
    """Why a job failed, in a sentence with a remedy; `less_memory` is the remedy where memory ran out."""
    if isinstance(error, SettingsError | ArithmeticError):
        return str(error)
    if told := disk_fault(error):
        return told
    if _out_of_memory(error):
        return f"Memory ran out. {less_memory}"
    return f"{type(error).__name__}: {error}. The log has the details."
