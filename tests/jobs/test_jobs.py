"""Jobs and runs: a folder tells its state by itself, and nothing that is done to runs loses one."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock

from ssl_core.jobs import start as jobs_start
from ssl_core.jobs.folder import ask
from ssl_core.jobs.kinds import KINDS, function_at
from ssl_core.jobs.parallel import Job
from ssl_core.jobs.queue import LeftQueue, wait_in_line
from ssl_core.jobs.report import StatusReporter
from ssl_core.jobs.start import start, stop
from ssl_core.jobs.status import Status, status_of, write_last_status, write_status
from ssl_core.jobs.worker import reason_of, work
from ssl_core.records.bin import clear_caches, delete, rename, undelete
from ssl_core.records.curve import curve
from ssl_core.records.homes import home_of
from ssl_core.records.runs import folder_of, new_run_folder, reconcile, run, runs
from ssl_core.records.spec import less_memory
from ssl_core.settings import SettingsError
from ssl_core.system import disk, roots
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.processes import alive, me, program
from tests.help.small import small_run


@pytest.fixture
def folder(clean_folders: Path) -> Path:
    made = new_run_folder("rotation")
    write_json(made / "spec.json", {"kind": "train", "version": 1, "task": "rotation", "dataset": "scenes", "created": time.time()})
    return made


def test_a_living_process_is_told_by_pid_and_start_time() -> None:
    born = psutil.Process().create_time()
    assert alive(os.getpid(), born)
    assert not alive(os.getpid(), born - 100)  # the pid was used again
    assert not alive(0, 0) and not alive(2**22 + 7, born)


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    born = psutil.Process(child.pid).create_time()
    deadline = time.monotonic() + 120
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(child.pid, born)
    child.wait()


def test_states_follow_from_the_folder_alone(folder: Path) -> None:
    assert status_of(folder).state == "queued"
    write_status(folder, Status(state="running", **me()))
    assert status_of(folder).state == "running"
    write_status(folder, Status(state="running", step=37, **{**me(), "born": 1.0}))
    gone = status_of(folder)
    assert (gone.state, gone.step) == ("interrupted", 37) and gone.reason
    for state in ("done", "stopped", "failed"):
        write_status(folder, Status(state=state, **{**me(), "born": 1.0}))
        assert status_of(folder).state == state


def test_a_clock_set_back_changes_no_state(folder: Path) -> None:
    write_status(folder, Status(state="running", **me()))
    write_json(folder / "status.json", {**read_json(folder / "status.json"), "beat": time.time() + 86400})
    assert status_of(folder).state == "running"


def test_a_clock_set_back_makes_no_living_process_look_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, began = me(), psutil.Process().create_time()
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: began - 3600)  # Linux reckons it from the clock as it is now
    assert alive(mine["pid"], mine["born"])
    assert not alive(mine["pid"], mine["born"] - 100)


def test_a_job_whose_worker_died_before_its_first_word_is_not_waited_for_until_the_clock_has_caught_up(folder: Path) -> None:
    os.utime(folder / "spec.json", (time.time() + 86400,) * 2)
    assert status_of(folder).state == "interrupted"


def test_a_folder_from_another_machine_lives_by_its_heartbeat(folder: Path) -> None:
    foreign = Status(state="running", pid=1, born=1.0, host="another-machine")
    write_status(folder, foreign)
    assert status_of(folder).state == "running"
    write_json(folder / "status.json", {**foreign._asdict(), "beat": time.time() - 3600})
    assert status_of(folder).state == "interrupted"


def test_a_broken_status_is_no_traceback(folder: Path) -> None:
    (folder / "status.json").write_text('{"state": "runn')
    assert status_of(folder).state in ("queued", "interrupted")


@pytest.mark.parametrize("text", ["[1]", '{"state": "dreaming", "step": "x", "metrics": [1]}', '{"state": 3, "facts": null, "speed": NaN}'])
def test_a_status_by_another_hand_is_no_traceback(text: str, folder: Path) -> None:
    (folder / "status.json").write_text(text)
    status = run("rotation-1").status
    assert (status.step, status.metrics, status.facts, status.speed) == (0, {}, {}, 0.0)


@pytest.mark.parametrize("text", ["[]", "3", '{"a": 1}', '[1, null, "rotation-1"]', "{"])
def test_a_list_of_hidden_runs_by_another_hand_hides_no_run_of_yours(text: str, folder: Path) -> None:
    (roots.runs_root() / ".hidden.json").write_text(text)
    assert "rotation-1" in [each.id for each in runs()]


def test_lines_of_metrics_that_are_none_are_left_out(folder: Path) -> None:
    (folder / "metrics.jsonl").write_text('3\nnull\n"x"\n{"step": "a"}\n{"step": 1, "train": 5, "test": {"loss": 1.0}}\n')
    (line,) = curve(folder)
    assert (line["step"], line["train"], line["test"]) == (1, None, {"loss": 1.0})


def test_a_torn_last_line_of_metrics_is_left_out(folder: Path) -> None:
    (folder / "metrics.jsonl").write_text('{"step": 1}\n{"step": 2}\n{"ste')
    assert [line["step"] for line in curve(folder)] == [1, 2]


def test_the_same_request_is_the_same_folder(clean_folders: Path) -> None:
    one, two, other = (ask("probe", {"target": t}, clean_folders) for t in ("a", "a", "b"))
    assert one == two != other and one.name.startswith("probe-")


def test_run_numbers_are_never_used_twice(folder: Path) -> None:
    assert folder.name == "rotation-1"
    write_status(folder, Status(state="done"))
    delete("rotation-1")
    assert new_run_folder("rotation").name == "rotation-2"


def test_delete_and_undo_bring_everything_back(folder: Path) -> None:
    write_status(folder, Status(state="done", step=5))
    rename("rotation-1", "  My   turn ")
    delete("rotation-1")
    assert "rotation-1" not in [r.id for r in runs()]
    undelete("rotation-1")
    assert run("rotation-1").title == "My turn" and run("rotation-1").status.step == 5


def test_a_run_at_work_is_not_deleted(folder: Path) -> None:
    write_status(folder, Status(state="running", **me()))
    with pytest.raises(SettingsError, match="is at work. Stop it first"):
        delete("rotation-1")
    with pytest.raises(SettingsError, match="Something is at work"):
        clear_caches()


@pytest.mark.parametrize("name", ["", "../rotation-1", "/etc/passwd", ".trash", "no such run", "a" * 200, "rotation-1/../rotation-1", "\0"])
def test_names_never_leave_the_runs_folder(name: str, folder: Path) -> None:
    with pytest.raises(SettingsError, match="There is no run"):
        folder_of(name)


def test_an_empty_title_is_refused(folder: Path) -> None:
    with pytest.raises(SettingsError, match="at least one letter"):
        rename("rotation-1", "   ")


def test_an_unreadable_run_is_left_out_of_the_list(folder: Path) -> None:
    (folder / "spec.json").write_text("{")
    assert "rotation-1" not in [r.id for r in runs()]
    with pytest.raises(SettingsError, match="can't be read"):
        run("rotation-1")


def test_reconciling_writes_down_who_died(folder: Path) -> None:
    write_status(folder, Status(state="running", **{**me(), "born": 1.0}))
    assert (reconcile(), reconcile()) == (1, 0)
    assert read_json(folder / "status.json")["state"] == "interrupted"


def test_clearing_caches_keeps_runs(folder: Path) -> None:
    write_status(folder, Status(state="done"))
    home_of("random:convnet").mkdir(parents=True)
    (home_of("random:convnet") / "features.npz").write_bytes(b"x" * 1000)
    assert clear_caches() >= 1000
    assert run("rotation-1").id == "rotation-1" and not home_of("random:convnet").exists()


def test_clearing_caches_leaves_alone_what_is_somebody_elses(folder: Path) -> None:
    write_status(folder, Status(state="done"))
    theirs = [roots.cache_root() / name for name in ("pip/wheel", "data/cifar10/train.zip", "runs/rotation-9/spec.json", "fetch/notes")]
    for path in [*theirs, *(ours := [roots.cache_root() / f"{name}/0123456789abcdef/x" for name in ("data", "archives", "targets")])]:
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    (roots.runs_root() / ".trash" / "rotation-7").mkdir(parents=True)
    (roots.runs_root() / ".trash" / "rotation-7" / "spec.json").write_text("{}")
    clear_caches()
    assert all(path.exists() for path in theirs) and not any(path.exists() for path in ours)
    assert not (roots.runs_root() / ".trash" / "rotation-7").exists()


def test_nothing_is_cleared_while_somebody_measures_a_run(folder: Path) -> None:
    write_status(folder, Status(state="done"))
    write_status(ask("probe", {"target": "rotation-1"}, folder), Status(state="running", **me()))
    with pytest.raises(SettingsError, match="Something is at work"):
        clear_caches()


def test_a_number_is_not_used_again_after_the_caches_were_cleared(folder: Path) -> None:
    write_status(folder, Status(state="done"))
    delete("rotation-1")
    clear_caches()
    assert new_run_folder("rotation").name == "rotation-2"
    (roots.runs_root() / ".numbers.json").write_text("[1")
    assert new_run_folder("rotation").name == "rotation-3"


def test_a_run_that_waits_to_go_on_keeps_what_it_reached(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.jobs.start.subprocess.Popen", lambda *_, **__: Ended())
    write_status(
        folder, Status(state="stopped", step=5, steps=9, weights="w", metrics={"accuracy": 0.5}, reason="asked", pid=7, warning="!")
    )
    start(folder)
    now = status_of(folder)
    assert (now.state, now.step, now.weights, now.metrics) == ("queued", 5, "w", {"accuracy": 0.5}) and not now.reason + now.warning
    assert work(folder).state == "failed" and status_of(folder).metrics == {"accuracy": 0.5}  # its spec is too short to be worked


class Ended:
    def poll(self) -> int:
        return 0


def test_a_stage_that_says_nothing_still_beats(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.jobs.report.BEAT", 0.05)
    report = StatusReporter(folder)
    report(state="running")
    before = read_json(folder / "status.json")["beat"]
    with report.beating():
        until = time.monotonic() + 120
        while read_json(folder / "status.json")["beat"] == before and time.monotonic() < until:
            time.sleep(0.02)
    after = read_json(folder / "status.json")["beat"]
    assert after > before
    assert "heartbeat" not in [thread.name for thread in threading.enumerate()]  # it ends with the work


def test_runs_of_another_machine_are_left_for_it_to_reconcile(folder: Path) -> None:
    write_json(folder / "status.json", Status(state="running", host="elsewhere", pid=1, beat=time.time() - 100)._asdict())
    assert status_of(folder).state == "interrupted" and reconcile() == 0
    assert read_json(folder / "status.json")["state"] == "running"


def test_a_thousand_runs_are_listed_within_a_second(clean_folders: Path) -> None:
    root = roots.runs_root()
    for k in range(1000):
        (root / f"rotation-{k}").mkdir(parents=True)
        (root / f"rotation-{k}" / "spec.json").write_text(json.dumps({"kind": "train", "created": k}))
        (root / f"rotation-{k}" / "status.json").write_text(json.dumps({"state": "done"}))
    began = time.process_time()
    listed = runs(starters=False)
    assert len(listed) == 1000 and listed[0].id == "rotation-999"
    assert time.process_time() - began < 1.0


def test_where_nothing_can_be_written_every_change_is_refused_in_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_status(folder, Status(state="done"))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(folder))

    for name in ("os.replace", "shutil.move", "pathlib.Path.touch"):
        monkeypatch.setattr(name, refuse)
    for change in (lambda: rename("rotation-1", "x"), lambda: delete("rotation-1"), lambda: stop(folder)):
        with pytest.raises(SettingsError, match="can't be written. Choose another folder with SSL_RUNS"):
            change()
    assert run("rotation-1").title == "rotation-1"


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


# The worker


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


def test_the_program_has_another_name_when_a_file_is_written_moved_added_or_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.system.processes.PACKAGE", tmp_path)
    (tmp_path / "one.py").write_text("1")
    (tmp_path / "two.py").write_text("2")
    names = [program()]
    assert program() == names[0]
    os.utime(tmp_path / "one.py", ns=(1, 1))  # older than it was: git gives a file of before a time of its own
    names.append(program())
    (tmp_path / "room").mkdir()
    (tmp_path / "one.py").rename(tmp_path / "room" / "one.py")
    names.append(program())
    (tmp_path / "three.py").touch()
    names.append(program())
    (tmp_path / "two.py").unlink()
    names.append(program())
    assert len(set(names)) == 5


def test_the_program_has_a_name_while_its_folders_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update replaces files one by one, and whoever is at work asks in the midst of it."""
    monkeypatch.setattr("ssl_core.system.processes.PACKAGE", tmp_path / "package")
    for name in ("reading", "tasks"):
        (tmp_path / "package" / name).mkdir(parents=True)
        (tmp_path / "package" / name / "base.py").touch()
    look, whole = os.scandir, program()

    def gone(path: Any) -> Any:
        if str(path).endswith("reading"):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", gone)
    assert program() != whole
    monkeypatch.setattr("ssl_core.system.processes.PACKAGE", tmp_path / "nowhere")
    assert program()


def test_reasons_name_a_remedy() -> None:
    full = OSError(28, "No space left on device")
    assert "Make room" in reason_of(full)
    assert "smaller batch" in reason_of(MemoryError())
    assert "(now 128)" in reason_of(RuntimeError("DefaultCPUAllocator: can't allocate memory"), less_memory({"recipe": {"batch": 128}}))
    assert "Make room" in reason_of(RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed"))
    assert "Make room" in reason_of(RuntimeError("[enforce fail at inline_container.cc:671] . unexpected pos 51008 vs 50900"))
    assert "another folder" in reason_of(OSError(13, "Permission denied", "runs"))
    assert "ValueError: odd" in reason_of(ValueError("odd"))


def test_the_older_ticket_goes_first_and_the_other_hears_its_place(clean_folders: Path) -> None:
    heard: list[int] = []
    with (
        wait_in_line("train", lambda place: None, lambda: False),
        pytest.raises(LeftQueue),
        wait_in_line("train", heard.append, lambda: bool(heard)),
    ):
        raise AssertionError("two at once")
    assert heard == [1]
    with wait_in_line("train", heard.append, lambda: False):
        pass
    assert heard == [1, 0]


def test_a_clock_set_back_lets_nobody_jump_the_line(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    with wait_in_line("train", lambda place: None, lambda: False):
        monkeypatch.setattr(time, "time_ns", lambda: 1)
        with pytest.raises(LeftQueue), wait_in_line("train", heard.append, lambda: bool(heard)):
            raise AssertionError("two at once")
    assert heard == [1]


def test_what_is_no_ticket_stands_in_nobodys_way(clean_folders: Path) -> None:
    line = roots.runs_root() / ".queue" / "train"
    line.mkdir(parents=True)
    for name in ("00000-notes.txt", "ticket", f"{0:020d}-x-1.00"):
        (line / name).touch()
    heard: list[int] = []
    with wait_in_line("train", heard.append, lambda: False):
        assert heard == [0]


def test_a_last_word_on_a_full_disk_takes_the_place_of_the_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_status(folder, Status(state="running", stage="learning " * 99, step=3, **me()))
    write_last_status(folder, Status(state="failed", step=3, reason="The disk is full."))
    assert status_of(folder) == Status(state="failed", step=3, reason="The disk is full.")


def test_tickets_of_dead_processes_do_not_count(clean_folders: Path) -> None:
    line = roots.runs_root() / ".queue" / "train"
    line.mkdir(parents=True)
    (line / f"{0:020d}-{os.getpid()}-1.00").touch()
    heard: list[int] = []
    with wait_in_line("train", heard.append, lambda: False):
        assert heard == [0]


def test_a_stop_request_is_a_file(folder: Path) -> None:
    stop(folder)
    assert jobs_start.stop_asked(folder)


def test_a_full_disk_is_known_by_numpys_words_too() -> None:
    assert disk.disk_fault(OSError("2879808 requested and 1310592 written")).startswith("The disk is full.")
    assert not disk.disk_fault(OSError(errno.EIO, "requested and refused"))


def test_a_job_gives_signals_back_to_the_process_that_worked_it(clean_folders: Path) -> None:
    """A notebook or a test that works a job itself can be interrupted afterwards."""
    before = [signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)]
    work(ask("data", {"dataset": "digits", "image_size": 8}, clean_folders))
    assert [signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)] == before
