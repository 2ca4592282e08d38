"""The interpreter that waits for a training with everything imported: it works a run as a fresh one would, and nobody depends on it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import ssl_core as core
from ssl_core.jobs import spare, start
from ssl_core.jobs.environment import child_environment
from ssl_core.records.runs import folder_of
from ssl_core.training.request import new_run
from tests.help.small import keep_scenes, small_values, unstarted_run

HEARS = "import sys; print(flush=True); sys.stdin.read()"  # a process that stands for a spare: it waits for its pipe, and takes no job
PATIENCE = 300.0  # seconds: a worker takes long to start on a busy machine
LIKE = ("Umask", "SigBlk", "SigIgn", "SigCgt", "Threads", "Cpus_allowed", "NoNewPrivs")  # of /proc/<pid>/status


def until(happened: Callable[[], Any], why: Callable[[], Any] = lambda: "") -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, why()
        time.sleep(0.02)


# In the spare


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """What a spare reads its job from, in a process that has nothing to import."""
    monkeypatch.setattr(spare, "function_at", lambda path: lambda: None)
    monkeypatch.setattr(os, "nice", lambda more: 0)
    reads, writes = os.pipe()
    yield reads, writes
    os.close(reads)


@pytest.mark.parametrize(
    ("told", "folder"),
    [(b"/runs/rotation-1\0", Path("/runs/rotation-1")), (b"", None), (b"/runs/rota", None)],
    ids=["a job", "the app has ended", "the app has ended while it wrote"],
)
def test_a_spare_works_what_it_is_told_and_leaves_with_the_app(told: bytes, folder: Path | None, pipe: tuple[int, int]) -> None:
    os.write(pipe[1], told)
    os.close(pipe[1])
    assert spare.wait_for_job(pipe[0]) == folder


@pytest.mark.parametrize("reason", ["idle", "update", "memory"])
def test_a_spare_leaves_by_itself(reason: str, pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare, "CHECK", 0.01)
    if reason == "update":
        stamps = iter(["before"])
        monkeypatch.setattr(spare, "program", lambda: next(stamps, "after"))
    if reason == "memory":
        monkeypatch.setattr(spare, "SHORT", 2**60)
    assert spare.wait_for_job(pipe[0], idle=0.01 if reason == "idle" else PATIENCE) is None
    os.close(pipe[1])


def test_a_spare_of_the_program_before_an_update_takes_no_job(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    stamps = iter(["before"])
    monkeypatch.setattr(spare, "program", lambda: next(stamps, "after"))
    os.write(pipe[1], b"/runs/rotation-1\0")
    os.close(pipe[1])
    assert spare.wait_for_job(pipe[0]) is None


# In the app


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """This process keeps a spare, for which another process stands."""
    monkeypatch.setenv("SSL_RUNS", str(tmp_path))
    monkeypatch.delenv("SSL_NO_SPARE")
    monkeypatch.setattr(spare, "_keeper", spare.Keeper())
    begin, like = subprocess.Popen, spare._like
    mine = ("PYTEST_CURRENT_TEST",)  # which pytest changes when a test's fixtures are there
    monkeypatch.setattr(spare, "_like", lambda given: like({name: value for name, value in given.items() if name not in mine}))
    monkeypatch.setattr(subprocess, "Popen", lambda command, **more: begin([sys.executable, "-S", "-c", HEARS], **more))
    spare.keep_spare()
    assert spare._keeper.spare is not None
    process = spare._keeper.spare.process
    until(spare._keeper.spare.ready)
    yield process
    spare.dismiss_spare()
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs for which an ordinary worker is started."""
    started: list[str] = []
    monkeypatch.setattr(start, "open_child", lambda command, log, **variables: started.append(Path(command[-1]).name))
    return started


def test_a_run_goes_to_the_spare_and_the_next_one_to_a_worker(kept: subprocess.Popen[bytes], workers: list[str]) -> None:
    first, second = unstarted_run(), unstarted_run()
    for folder in (first, first, second):  # a second click
        start.start(folder)
    assert workers == [second.name] and spare._keeper.spare is None


def test_a_spare_that_died_while_it_waited_costs_nothing(kept: subprocess.Popen[bytes], workers: list[str]) -> None:
    kept.kill()
    kept.wait()
    folder = unstarted_run()
    start.start(folder)
    assert workers == [folder.name]


def test_a_spare_that_still_imports_gets_no_job(kept: subprocess.Popen[bytes], workers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare.Spare, "ready", lambda self: False)
    folder = unstarted_run()
    start.start(folder)
    assert workers == [folder.name] and kept.wait(PATIENCE) == -signal.SIGKILL


def test_a_job_that_a_spare_did_not_take_gets_a_worker(kept: subprocess.Popen[bytes], workers: list[str]) -> None:
    folder = unstarted_run()
    start.start(folder)
    start.reap()
    kept.wait()
    start.reap()
    start.reap()
    assert workers == [folder.name]


def test_a_spare_that_never_took_its_job_is_ended_when_the_job_is_started_again(kept: subprocess.Popen[bytes], workers: list[str]) -> None:
    folder = unstarted_run()
    kept.send_signal(signal.SIGSTOP)
    start.start(folder)
    (folder / "started").unlink()
    start.start(folder)
    kept.wait(PATIENCE)
    start.reap()
    assert workers == [folder.name]


def test_a_job_of_another_environment_or_kind_goes_to_a_worker(kept: subprocess.Popen[bytes], workers: list[str], tmp_path: Path) -> None:
    start.start(unstarted_run(), SSL_NO_MAPS="0")
    look = core.home_of("digits") / "jobs" / "look-1"
    assert workers == ["rotation-1"] and spare.give_to_spare(look, child_environment()) is None and spare._keeper.spare is not None


def test_no_spare_is_started_where_memory_is_short_or_a_run_is_at_work(
    kept: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.kill()
    kept.wait()
    for name, value in (("FREE", 2**60), ("occupied", lambda slot: slot == "train")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(spare, name, value)
            spare.renew_spare()
            assert spare._keeper.spare is None
    monkeypatch.setenv("SSL_NO_SPARE", "1")
    spare.keep_spare()
    assert spare._keeper.spare is None


# Both


class Seen(NamedTuple):
    """What a run has written, and what its worker is like."""

    lines: list[dict[str, Any]]
    process: dict[str, Any]


def at_work(steps: int = 12) -> tuple[Seen, int]:
    """Starts a small run without an end; as it is after so many steps, and its worker's pid. It has ended afterwards."""
    values = small_values(steps=None, until_stopped=True)
    keep_scenes(values)
    folder = folder_of(new_run(values))
    start.start(folder)
    try:
        until(lambda: core.status_of(folder).step >= steps, lambda: (folder / "log.txt").read_text())
        pid = core.status_of(folder).pid
        process = like(pid, folder)
    finally:
        start.stop(folder)
    until(lambda: pid not in children())
    lines = [json.loads(text) for text in (folder / "metrics.jsonl").read_text().splitlines()[:steps]]
    return Seen([{name: line.get(name) for name in ("step", "train", "test", "rate", "health")} for line in lines], process), pid


def children() -> list[int]:
    """The processes of jobs that this one has started and that haven't ended."""
    start.reap()
    return [child.pid for child in start._children]


def like(pid: int, folder: Path) -> dict[str, Any]:
    """A process as the system describes it; the run's own folder is called RUN."""
    home = Path(f"/proc/{pid}")
    fields = dict(line.split(":\t", 1) for line in (home / "status").read_text().splitlines())
    return {
        "environment": sorted((home / "environ").read_bytes().split(b"\0")),
        "folder": os.readlink(home / "cwd"),
        "files": opened(home / "fd", folder),
        "nice": (home / "stat").read_text().rpartition(")")[2].split()[16],
        **{name: fields[name] for name in LIKE},
    }


def opened(home: Path, folder: Path) -> list[str]:
    """The files that a process keeps open, those left out that it has open for a moment."""
    kept: set[tuple[str, str]] | None = None
    for _ in range(10):
        with contextlib.suppress(OSError):  # one was closed meanwhile
            now = {(each.name, os.readlink(each).replace(str(folder), "RUN").partition(":[")[0]) for each in (home / "fd").iterdir()}
            kept = now if kept is None else kept & now
        time.sleep(0.01)
    return sorted(name for _, name in kept or ())


@pytest.mark.skipif(sys.platform != "linux", reason="compares processes as Linux describes them")
def test_a_run_in_a_spare_is_one_in_a_fresh_interpreter_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh, _ = at_work()
    monkeypatch.setattr(spare, "_keeper", spare.Keeper())
    spare._keeper.wanted = True  # with the environment of `fresh`, in which SSL_NO_SPARE is set
    spare.renew_spare()
    assert spare._keeper.spare is not None
    until(spare._keeper.spare.ready)
    waits = spare._keeper.spare.process.pid
    spared, worker = at_work()
    assert worker == waits
    assert spared == fresh and len(fresh.lines) == 12
