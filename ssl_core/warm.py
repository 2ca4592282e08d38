"""One process that stays awake for maps: UMAP compiles for half a minute at its first map, and takes seconds for each next one.

Requests are files in SSL_CACHE/.maps/, the oldest goes first; server.json there says who serves them. That process leaves when idle.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from filelock import FileLock

from ssl_core.jobs import Status, adopt, cache_root, disk_in_words, read_json, reap, runs_root, status_of, write_json, write_status
from ssl_core.processes import alive, born, me
from ssl_core.work import work

IDLE = 600.0  # seconds without a request after which the process leaves
GLANCE = 0.3  # seconds between two looks for requests


@disk_in_words()
def hand_over(folder: Path) -> None:
    """Has a job worked by the warm process, started now if none is awake; nothing happens where it is at work or done."""
    reap()
    with _door():
        if status_of(folder).state in ("done", "running") or (_waits(folder) and status_of(folder).active):
            return
        for old in ("stop", "status.json"):
            (folder / old).unlink(missing_ok=True)
        server, stage = _server(), "waiting for the map before it" if _requests() else "waking up"
        write_status(folder, Status(state="queued", stage=stage, **(server or _wake(folder))))
        write_json(_home() / f"{time.time_ns():020d}.request", str(folder.resolve()))


def serve(idle: float = IDLE, own_logs: bool = False) -> int:
    """Works requests until none came for `idle` seconds; how many it worked. Leaves at once where another process serves.

    own_logs: what is printed goes into each job's log.txt.
    """
    with _door():
        if _server() not in (None, me()):
            return 0
        write_json(_home() / "server.json", me())
    worked = 0
    while True:
        worked += _until_idle(idle, own_logs)
        with _door():
            if _server() != me():  # the caches were cleared, and with them the note that this process serves
                return worked
            if not _requests():  # one may have come after the last look
                (_home() / "server.json").unlink()
                return worked


def _until_idle(idle: float, own_logs: bool) -> int:
    worked, last = 0, time.monotonic()
    while time.monotonic() - last < idle and (_home() / "server.json").exists():
        for request in _requests():
            folder = Path(read_json(request, ""))
            request.unlink(missing_ok=True)
            if (folder / "spec.json").exists():
                if own_logs:
                    _print_into(folder / "log.txt")
                work(folder)
                _listen_again()
                worked += 1
            last = time.monotonic()
        time.sleep(min(GLANCE, idle))
    return worked


def _print_into(log: Path) -> None:
    with open(log, "ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)


def _listen_again() -> None:
    """A worker turns signals into a request to stop its job; between jobs they end the process as always."""
    for sign, usual in ((signal.SIGTERM, signal.SIG_DFL), (signal.SIGINT, signal.default_int_handler)):
        signal.signal(sign, usual)


def _home() -> Path:
    home = cache_root() / ".maps"
    home.mkdir(parents=True, exist_ok=True)
    return home


def _door() -> FileLock:
    """Held for moments by whoever asks, comes or leaves: so no request is left behind by a process that leaves."""
    return FileLock(_home() / "lock")


def _requests() -> list[Path]:
    return sorted(_home().glob("*.request"))


def _waits(folder: Path) -> bool:
    return any(read_json(request) == str(folder.resolve()) for request in _requests())


def _server() -> dict[str, Any] | None:
    """The living process that serves, None where there is none."""
    server = read_json(_home() / "server.json")
    return server if isinstance(server, dict) and alive(server.get("pid", 0), server.get("born", 0.0)) else None


def _wake(folder: Path) -> dict[str, Any]:
    """Starts the process and notes that it serves; its first words go into the log of the job that woke it."""
    roots = {"SSL_RUNS": str(runs_root().resolve()), "SSL_CACHE": str(cache_root().resolve())}
    where = os.pathsep.join(filter(None, [str(Path(__file__).resolve().parent.parent), os.environ.get("PYTHONPATH")]))
    with open(folder / "log.txt", "ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "ssl_core.warm"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, **roots, "PYTHONPATH": where},
        )
    adopt(child)
    server = {**me(), "pid": child.pid, "born": born(child.pid)}
    write_json(_home() / "server.json", server)
    return server


if __name__ == "__main__":
    serve(own_logs=True)
