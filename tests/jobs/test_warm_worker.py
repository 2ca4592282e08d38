"""The process that stays awake for what people ask about networks."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ssl_core.jobs import start, status, warm_worker
from ssl_core.jobs.folder import ask
from ssl_core.jobs.status import status_of
from ssl_core.maps.layout import layout, map_request, request_layout
from ssl_core.models.targets import Target
from ssl_core.parts import catalogues
from ssl_core.records.homes import home_of
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.processes import alive, born, me
from tests.help.evaluation import run_with_weights


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where requests lie in a cache of this test's own, so that no other test's process serves it."""
    monkeypatch.setenv("SSL_CACHE", str(tmp_path))
    return warm_worker._place()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that stands for one that serves, and does nothing."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def started_by(monkeypatch: pytest.MonkeyPatch, process: Any) -> list[Any]:
    """From now on this process stands for the one that would be started; how often that was."""
    started: list[Any] = []
    monkeypatch.setattr(start.subprocess, "Popen", lambda *_, **__: started.append(process) or process)
    return started


def asked(seed: int, *layers: str | None) -> list[Path]:
    """Jobs that take no time, of a run that nobody else asks about."""
    name = run_with_weights(seed=seed)
    return [ask("project", map_request(Target.parse(name), "pca", None, layer), home_of(name)) for layer in layers]


def until(happened: Any, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Here:
    """This process, as if it had been started to serve."""

    pid = me()["pid"]

    def poll(self) -> None:
        return None


def test_one_process_is_started_for_many_requests_and_works_them_in_order(idle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders, started = asked(7, "stage1", "stage2", None), started_by(monkeypatch, Here())
    for folder in folders:
        warm_worker.hand_over(folder)
        warm_worker.hand_over(folder)  # a second click
    assert len(started) == 1 and [status_of(folder).state for folder in folders] == ["queued"] * 3
    assert [status_of(folder).place for folder in folders] == [0, 1, 2] and status_of(folders[2]).stage == "waiting, 2 ahead"
    assert warm_worker.serve(idle=0.05) == 3
    assert [status_of(folder).state for folder in folders] == ["done"] * 3
    begun = [read_json(folder / "status.json")["beat"] for folder in folders]
    assert begun == sorted(begun) and not list(idle.glob("*.request"))


def test_who_waits_hears_how_many_are_ahead(idle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders, places = asked(11, "stage1", "stage2", None), []
    started_by(monkeypatch, Here())
    for folder in folders:
        warm_worker.hand_over(folder)
    monkeypatch.setattr(warm_worker, "work", lambda folder: places.append([status_of(each).place for each in folders]))
    warm_worker.serve(idle=0.05)
    assert places == [[0, 1, 2], [0, 1, 1], [0, 1, 1]]


def test_a_waiting_job_that_is_stopped_has_ended_at_once_and_can_be_asked_for_again(
    idle: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    first, second = asked(12, "stage1", "stage2")
    started_by(monkeypatch, sleeper)
    warm_worker.hand_over(first)
    warm_worker.hand_over(second)
    warm_worker.stop_or_withdraw(first)
    assert (status_of(first).state, status_of(second).place) == ("stopped", 1)
    warm_worker.hand_over(first)
    assert [status_of(each).state for each in (first, second)] == ["queued"] * 2 and len(warm_worker._requests()) == 2


def test_a_job_at_work_is_asked_to_stop(idle: Path) -> None:
    (folder,) = asked(13, None)
    warm_worker.stop_or_withdraw(folder)
    assert (folder / "stop").exists()


def test_a_waiting_job_is_interrupted_when_its_process_dies(
    idle: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    (folder,) = asked(8, None)
    started_by(monkeypatch, sleeper)
    warm_worker.hand_over(folder)
    assert status_of(folder).state == "queued"
    sleeper.kill()
    sleeper.wait()
    assert status_of(folder).state == "interrupted"
    started = started_by(monkeypatch, Here())
    warm_worker.hand_over(folder)
    assert len(started) == 1 and status_of(folder).state == "queued"


def test_a_job_that_killed_its_process_is_not_begun_again_by_the_next(idle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would kill that one too."""
    first, second = asked(14, "stage1", "stage2")
    started_by(monkeypatch, Here())
    warm_worker.hand_over(first)
    warm_worker.hand_over(second)
    worked = []

    def dies(folder: Path) -> None:
        worked.append(folder)
        if len(worked) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(warm_worker, "work", dies)
    with pytest.raises(KeyboardInterrupt):
        warm_worker.serve(idle=0.05)
    warm_worker.serve(idle=0.05)
    assert worked == [first, second]


def test_a_second_process_leaves_at_once(idle: Path, sleeper: subprocess.Popen[bytes]) -> None:
    serves(idle, sleeper)
    began = time.monotonic()
    assert warm_worker.serve(idle=120) == 0 and time.monotonic() - began < 60  # one that stayed would wait for requests twice as long


def serves(idle: Path, process: subprocess.Popen[bytes], **other: Any) -> None:
    idle.mkdir(parents=True)
    name = {**me(), "pid": process.pid, "born": born(process.pid), "program": warm_worker.program(), "at": "", "nice": 0, **other}
    write_json(idle / "server.json", name)


def test_a_process_of_an_earlier_program_is_not_handed_anything(
    idle: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    (folder,) = asked(15, None)
    serves(idle, sleeper, program="before")
    started = started_by(monkeypatch, Here())
    warm_worker.hand_over(folder)
    assert len(started) == 1 and read_json(idle / "server.json")["pid"] == Here.pid


def test_a_process_that_a_training_woke_is_not_asked_by_who_waits_for_an_answer(
    idle: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    first, second = asked(17, "stage1", "stage2")
    serves(idle, sleeper, nice=10)
    started = started_by(monkeypatch, Here())
    warm_worker.hand_over(first)
    assert len(started) == 1 and read_json(idle / "server.json")["pid"] == Here.pid
    warm_worker.hand_over(second)
    assert len(started) == 1


def test_other_runs_or_data_have_a_process_of_their_own(
    idle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    (folder,) = asked(18, None)
    serves(idle, sleeper)
    monkeypatch.setenv("SSL_DATA", str(tmp_path / "other"))
    started = started_by(monkeypatch, Here())
    warm_worker.hand_over(folder)
    assert len(started) == 1 and read_json(idle / "server.json")["pid"] == sleeper.pid


def test_a_job_in_hand_is_not_asked_for_twice_and_hears_a_stop(idle: Path, sleeper: subprocess.Popen[bytes]) -> None:
    (folder,) = asked(19, None)
    serves(idle, sleeper, at=str(folder.resolve()))
    waits = status.Status(stage="waiting, 1 ahead", pid=sleeper.pid, born=born(sleeper.pid))  # in the line of all processes
    status.write_status(folder, waits)
    warm_worker.hand_over(folder)
    assert not warm_worker._requests()
    warm_worker.stop_or_withdraw(folder)
    assert (folder / "stop").exists()


def test_who_still_waits_when_a_process_leaves_gets_a_fresh_one(
    idle: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    first, second = asked(20, "stage1", "stage2")
    started_by(monkeypatch, Here())
    warm_worker.hand_over(first)
    warm_worker.hand_over(second)
    started = started_by(monkeypatch, sleeper)

    def worked(folder: Path) -> None:
        monkeypatch.setattr(warm_worker, "program", lambda: "newer")

    monkeypatch.setattr(warm_worker, "work", worked)
    assert warm_worker.serve(idle=60) == 1 and started == [sleeper]
    assert (status_of(second).state, status_of(second).pid) == ("queued", sleeper.pid)


def test_a_process_leaves_when_the_program_changes_or_its_caches_are_cleared(
    idle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for change in (lambda: monkeypatch.setattr(warm_worker, "program", lambda: "newer"), (idle / "server.json").unlink):
        ended: list[int] = []
        thread = threading.Thread(target=lambda ended=ended: ended.append(warm_worker.serve(idle=60)))
        thread.start()
        until((idle / "server.json").exists)
        change()
        thread.join(60)
        monkeypatch.undo()
        monkeypatch.setenv("SSL_CACHE", str(tmp_path))
        assert ended == [0]
        (idle / "server.json").unlink(missing_ok=True)


def test_a_process_with_much_memory_makes_room_for_a_fresh_one(
    idle: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    first, second = asked(16, "stage1", "stage2")
    started_by(monkeypatch, Here())
    warm_worker.hand_over(first)
    warm_worker.hand_over(second)
    started = started_by(monkeypatch, sleeper)
    monkeypatch.setattr(warm_worker, "HEAVY", 1)
    assert warm_worker.serve(idle=60) == 1 and started == [sleeper]
    assert (status_of(second).state, status_of(second).pid) == ("queued", sleeper.pid) and status_of(first).state == "done"


def test_a_process_with_nothing_to_do_is_sent_home(idle: Path, sleeper: subprocess.Popen[bytes]) -> None:
    warm_worker.dismiss()
    assert not idle.exists()
    serves(idle, sleeper, at="somewhere")
    warm_worker.dismiss()
    assert (idle / "server.json").exists()
    serves_again = {**read_json(idle / "server.json"), "at": ""}
    write_json(idle / "server.json", serves_again)
    warm_worker.dismiss()
    assert not (idle / "server.json").exists()


def test_what_a_page_asks_for_is_worked_by_a_process_of_its_own(idle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: request, fresh process, result; PCA stands in for the slow projector."""
    name = run_with_weights(seed=9)
    monkeypatch.setattr(catalogues.PROJECTORS["pca"], "slow", True)
    folder = request_layout(name, projector="pca")
    assert folder is not None
    until(lambda: not status_of(folder).active)
    server = read_json(idle / "server.json")
    child = start._children[-1]
    child.kill()
    child.wait()
    assert status_of(folder).state == "done", (folder / "log.txt").read_text()
    found = layout(name, projector="pca")
    assert found is not None and found.n == 355 and server["pid"] == child.pid and not alive(child.pid, server["born"])
