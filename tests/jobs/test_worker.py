"""A worker works a job once, and says in a sentence how it ended."""

from __future__ import annotations

import errno
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from ssl_core.jobs import start as jobs_start
from ssl_core.jobs.folder import ask
from ssl_core.jobs.kinds import KINDS, function_at
from ssl_core.jobs.parallel import Job
from ssl_core.jobs.status import Status, status_of, write_status
from ssl_core.jobs.worker import reason_of, work
from ssl_core.records.spec import less_memory
from ssl_core.settings import SettingsError
from ssl_core.system import disk
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.processes import me
from tests.help.small import small_run, unstarted_run


@pytest.fixture
def folder(clean_folders: Path) -> Path:
    return unstarted_run()


def test_of_two_servers_one_starts_a_worker_and_of_two_workers_one_works(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *command, **_: begun.append(command))
    for _ in range(2):
        monkeypatch.setattr(jobs_start, "_children", [])  # each server knows its own children alone
        jobs_start.start(folder)
    assert len(begun) == 1
    write_status(folder, Status(state="running", step=3, **me()))
    with FileLock(folder / "work.lock"):
        assert work(folder).step == 3  # the other one has the folder


def test_a_job_of_an_unknown_kind_fails_in_words(clean_folders: Path) -> None:
    clean_folders.joinpath("job").mkdir()
    write_json(clean_folders / "job" / "spec.json", {"kind": "magic"})
    status = work(clean_folders / "job")
    assert status.state == "failed" and "holds no job" in status.reason


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_job_names_functions_that_are_there(kind: str) -> None:
    named = KINDS[kind]
    assert all(callable(function_at(path)) for path in (named.work, named.read, named.less_memory, named.after) if path)


@pytest.mark.parametrize(("maps", "asked"), [("", 1), ("1", 0)])
def test_a_run_worked_in_any_process_gets_its_map_unless_switched_off(
    maps: str, asked: int, clean_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_NO_MAPS", maps)
    handed: list[Path] = []
    monkeypatch.setattr("ssl_core.jobs.warm_worker.hand_over", handed.append)
    folder, status = small_run(steps=2)
    assert status.state == "done" and len(handed) == asked
    assert all(job.parent.parent == folder and read_json(job / "spec.json")["kind"] == "project" for job in handed)


def test_a_fault_in_what_follows_leaves_a_job_done(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def function(path: str) -> Callable[..., Any]:
        return lambda *_: 1 / 0 if path == KINDS["train"].after else None

    monkeypatch.setattr("ssl_core.jobs.worker.read_job", lambda folder: Job("train", None))
    monkeypatch.setattr("ssl_core.jobs.worker.function_at", function)
    assert work(folder).state == status_of(folder).state == "done"
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_job_from_a_newer_version_is_refused(folder: Path) -> None:
    write_json(folder / "spec.json", {"kind": "train", "version": 99})
    status = work(folder)
    assert status.state == "failed" and "made by a newer version (99)" in status.reason


def test_a_job_that_is_done_is_not_worked_again(folder: Path) -> None:
    write_status(folder, Status(state="done", step=7))
    assert work(folder).step == 7


def job_of(kind: str, home: Path) -> Path:
    """A job that its room can work or refuse."""
    made = ask("probe", {"target": "rotation-1"}, home)
    asked = {
        "kind": kind,
        "version": 1,
        "task": "rotation",
        "backbone": "convnet",
        "dataset": "scenes",
        "recipe": {},
        "mean": [],
        "std": [],
    }
    write_json(made / "spec.json", {**asked, "data": {"samples": 2, "classes": [], "image_size": 8, "colour": True}})
    return made


@pytest.fixture
def room(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException, bool], None]:
    """From now on every job ends by this fault, and the program's files are replaced just before or stay."""
    package = clean_folders / "program"
    package.mkdir()
    (package / "engine.py").write_text("was = 1")
    monkeypatch.setattr("ssl_core.system.processes.PACKAGE", package)

    def prepare(error: BaseException, updated: bool) -> None:
        def fails(*_: object) -> None:
            if updated:
                (package / "engine.py").rename(package / "loop.py")
            raise error

        monkeypatch.setattr("ssl_core.jobs.worker.function_at", lambda path: fails if ":work_" in path else function_at(path))

    return prepare


MIXED = [
    ModuleNotFoundError("No module named 'ssl_core.looking'"),
    ImportError("cannot import name 'Look'"),
    AttributeError("no 'Look'"),
    SettingsError("There is no task 'moco'."),
]


@pytest.mark.parametrize("error", [*MIXED, ArithmeticError("nan")], ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("kind, remedy", [("train", "Resume it to go on."), ("probe", "Ask for it again.")])
def test_a_job_whose_program_was_replaced_is_interrupted_in_one_sentence(
    error: Exception, kind: str, remedy: str, room: Any, clean_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room(error, True)
    folder = job_of(kind, clean_folders)
    assert work(folder)[:2] == ("interrupted", "")
    assert status_of(folder).reason == f"The program was updated while this ran. {remedy}"
    assert f"{type(error).__name__}: {error}" in capsys.readouterr().err  # the log keeps what really happened


@pytest.mark.parametrize("error", MIXED, ids=lambda e: type(e).__name__)
def test_the_same_fault_of_a_program_that_stayed_is_a_failure(error: Exception, room: Any, clean_folders: Path) -> None:
    room(error, False)
    status = work(job_of("train", clean_folders))
    assert status.state == "failed" and str(error) in status.reason


@pytest.mark.parametrize("error, words", [(MemoryError(), "smaller batch"), (OSError(errno.ENOSPC, "No space left"), "Make room")])
def test_a_full_disk_or_memory_is_said_whatever_the_program_is(error: Exception, words: str, room: Any, clean_folders: Path) -> None:
    room(error, True)
    status = work(job_of("train", clean_folders))
    assert status.state == "failed" and words in status.reason


def test_reasons_name_a_remedy() -> None:
    full = OSError(28, "No space left on device")
    assert "Make room" in reason_of(full)
    assert "smaller batch" in reason_of(MemoryError())
    assert "(now 128)" in reason_of(RuntimeError("DefaultCPUAllocator: can't allocate memory"), less_memory({"recipe": {"batch": 128}}))
    assert "Make room" in reason_of(RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed"))
    assert "Make room" in reason_of(RuntimeError("[enforce fail at inline_container.cc:671] . unexpected pos 51008 vs 50900"))
    assert "another folder" in reason_of(OSError(13, "Permission denied", "runs"))
    assert "ValueError: odd" in reason_of(ValueError("odd"))


def test_a_full_disk_is_known_by_numpys_words_too() -> None:
    assert disk.disk_fault(OSError("2879808 requested and 1310592 written")).startswith("The disk is full.")
    assert not disk.disk_fault(OSError(errno.EIO, "requested and refused"))


def test_a_job_gives_signals_back_to_the_process_that_worked_it(clean_folders: Path) -> None:
    """A notebook or a test that works a job itself can be interrupted afterwards."""
    before = [signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)]
    work(ask("data", {"dataset": "digits", "image_size": 8}, clean_folders))
    assert [signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)] == before
