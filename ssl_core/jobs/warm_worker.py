"""The warm worker: one process that works short jobs one after the other. Loading torch takes seconds, compiling UMAP half a minute.

Requests are files below SSL_CACHE/.awake/, in one folder for each pair of a runs root and a data root; the oldest is worked first.
server.json in that folder names the process that works them and its current job. The process ends when no request came for `IDLE` seconds,
when it holds more than `HEAVY` bytes, and when the program's files have changed since it began.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path

import psutil
from filelock import FileLock

from ssl_core.jobs import start as jobs_start
from ssl_core.jobs.start import open_child, reap
from ssl_core.jobs.status import Status, status_of, write_status
from ssl_core.jobs.worker import waiting_stage, work
from ssl_core.system.disk import disk_in_words, read_json, write_json
from ssl_core.system.processes import Process, alive, born, me, program
from ssl_core.system.roots import cache_root, data_root, runs_root

IDLE = 600.0  # seconds without a request after which the process ends
POLL = 0.3  # seconds between two looks for requests
CHECK = 3.0  # seconds between two reads of the program's files while no request waits: a read takes milliseconds
HEAVY = 3 * 2**30  # bytes of memory above which the process ends, and a new one takes its place


class Server(Process):
    """server.json: the process that works the requests."""

    program: str  # the program's files when it began
    at: str  # folder of the job in hand; "" for none
    nice: int  # its priority


@disk_in_words()
def hand_over(folder: Path) -> None:
    """Queues a job for the warm worker, which is started if there is none. A job that waits, is at work or is done stays as it is."""
    reap()
    with _queue_lock():
        server, status, ahead = _server(), status_of(folder), len(_requests())
        if status.state in ("done", "running") or (status.active and (_waits(folder) or _works_on(server, folder))):
            return
        for old in ("stop", "status.json"):
            (folder / old).unlink(missing_ok=True)
        if server and not server.get("at") and server.get("nice", 0) > os.nice(0):
            server = None  # that process runs at low priority, since a training started it: start one at normal priority
        place = ahead + bool(server and server.get("at"))
        write_status(folder, Status(state="queued", place=place, stage=waiting_stage(place), **_name(server or _start_worker(folder))))
        write_json(_home() / f"{time.time_ns():020d}.request", str(folder.resolve()))


@disk_in_words()
def stop_or_withdraw(folder: Path) -> None:
    """Asks a job to end; a job that still waits for the warm worker is stopped at once."""
    with _queue_lock():
        mine = [request for request in _requests() if read_json(request) == str(folder.resolve())]
        for request in mine:
            request.unlink(missing_ok=True)
        if mine and not _works_on(_server(), folder):
            write_status(folder, status_of(folder)._replace(state="stopped", stage="", place=0))
            _tell_places()
            return
    jobs_start.stop(folder)


def dismiss() -> None:
    """Ends the warm worker where it has neither a job nor a request: without server.json it stops at its next poll."""
    if not (_place() / "server.json").exists():
        return
    with _queue_lock():
        server = _server()
        if server and not server.get("at") and not _requests():
            (_home() / "server.json").unlink(missing_ok=True)


def serve(idle: float = IDLE, own_logs: bool = False) -> int:
    """Works requests until none came for `idle` seconds; the number worked. Returns 0 at once where another process serves.

    own_logs: stdout and stderr go into each job's log.txt.
    """
    began = program()  # read once: after an update this process mustn't be recorded as one of the new program
    with _queue_lock():
        if _server() and not _is_mine():
            return 0
        _write_server("", began)
    worked, last, check = 0, time.monotonic(), 0.0
    while True:
        leave = time.monotonic() - last > idle
        if _nothing_new() and not leave and time.monotonic() < check:
            time.sleep(min(POLL, idle))
            continue
        folder, check = _take(began, leave), time.monotonic() + CHECK
        if folder is None and not _is_mine():
            _leave()
            return worked
        if folder is None:
            time.sleep(min(POLL, idle))
            continue
        if own_logs:
            _print_into(folder / "log.txt")
        work(folder)
        _give_back()
        worked, last, check = worked + 1, time.monotonic(), 0.0
        if psutil.Process().memory_info().rss > HEAVY:
            _resign()


def _nothing_new() -> bool:
    """Whether no request waits and server.json is still there. Reads one folder."""
    place = _place()
    return (place / "server.json").exists() and next(place.glob("*.request"), None) is None


def _take(began: str, leave: bool) -> Path | None:
    """The next job; None where no request waits, and with `leave` this process then stops serving."""
    with _queue_lock():
        if not _is_mine():  # the caches were cleared, or a process of a newer program serves
            return None
        for request in _requests():
            folder = Path(read_json(request, ""))
            request.unlink(missing_ok=True)
            if (folder / "spec.json").exists():
                _write_server(str(folder), began)
                _tell_places()
                return folder
        if (server := _server()) and server.get("at"):  # only where server.json still is: once it is cleared, this process ends
            _write_server("", began)
        if leave:
            (_home() / "server.json").unlink(missing_ok=True)
        return None


def _resign() -> None:
    """Stops serving: the next request starts a new process."""
    with _queue_lock():
        if _is_mine():
            (_home() / "server.json").unlink()


def _leave() -> None:
    """Starts a new process for the requests that still wait, where no other process serves."""
    with _queue_lock():
        waiting = [Path(folder) for folder in _asked()]
        if waiting and not _server():
            successor = _name(_start_worker(waiting[0]))
            for folder in waiting:
                write_status(folder, status_of(folder)._replace(**successor))


def _give_back() -> None:
    """Frees the accelerator memory that torch still caches after a job."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def _tell_places() -> None:
    """Writes its position in the queue, from 1, into the status of each waiting job."""
    for place, folder in enumerate(map(Path, _asked()), 1):
        status = status_of(folder)
        if status.state == "queued" and status.place != place:
            write_status(folder, status._replace(place=place, stage=waiting_stage(place)))


def _print_into(log: Path) -> None:
    with open(log, "ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)


def _place() -> Path:
    """The folder of requests about these runs and these data: a process with other roots couldn't work them."""
    roots = f"{runs_root().resolve()}\0{data_root().resolve()}"
    return cache_root() / ".awake" / hashlib.sha256(os.fsencode(roots)).hexdigest()[:16]


def _home() -> Path:
    home = _place()
    home.mkdir(parents=True, exist_ok=True)
    return home


def _queue_lock() -> FileLock:
    """The lock under which requests are written and taken, so that a process that ends leaves no request behind."""
    return FileLock(_home() / "lock")


def _requests() -> list[Path]:
    return sorted(_home().glob("*.request"))


def _asked() -> list[str]:
    """Folders of the waiting jobs, in the order in which they are worked."""
    return [folder for request in _requests() if isinstance(folder := read_json(request), str) and (Path(folder) / "spec.json").exists()]


def _works_on(server: Server | None, folder: Path) -> bool:
    return server is not None and server.get("at") == str(folder.resolve())


def _waits(folder: Path) -> bool:
    return str(folder.resolve()) in _asked()


def _server() -> Server | None:
    """server.json of the process that serves this version of the program, None where none lives."""
    read = read_json(_home() / "server.json")
    if not isinstance(read, dict) or read.get("program") != program() or not alive(read.get("pid", 0), read.get("born", 0.0)):
        return None
    server: Server = read  # type: ignore[assignment]  # written by `_write_server`
    return server


def _is_mine() -> bool:
    server = _server()
    return server is not None and _name(server) == me()


def _name(server: Server) -> Process:
    """The fields of a status that identify a process."""
    return {"pid": server.get("pid", 0), "born": server.get("born", 0.0), "host": server.get("host", "")}


def _write_server(at: str, began: str) -> None:
    """at: the job in hand; began: the program as it was when this process began to serve."""
    kept = {**me(), "program": began, "at": at, "nice": os.nice(0)}
    if read_json(_home() / "server.json") != kept:
        write_json(_home() / "server.json", kept)


def _start_worker(folder: Path) -> Server:
    """Starts the warm worker and writes server.json; what it prints before its first job goes into that job's log."""
    with open(folder / "log.txt", "ab") as log:
        child = open_child([sys.executable, "-m", "ssl_core.jobs.warm_worker"], log)
    server: Server = {**me(), "pid": child.pid, "born": born(child.pid), "program": program(), "at": "", "nice": os.nice(0)}
    write_json(_home() / "server.json", server)
    return server


if __name__ == "__main__":
    serve(own_logs=True)
