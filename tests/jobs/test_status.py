"""A job tells its state by its folder alone."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from ssl_core.jobs import start as jobs_start
from ssl_core.jobs.folder import ask
from ssl_core.jobs.report import StatusReporter
from ssl_core.jobs.start import start, stop
from ssl_core.jobs.status import Status, status_of, write_last_status, write_status
from ssl_core.jobs.worker import work
from ssl_core.records.runs import run
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.processes import me
from tests.help.small import unstarted_run


@pytest.fixture
def folder(clean_folders: Path) -> Path:
    return unstarted_run()


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


def test_the_same_request_is_the_same_folder(clean_folders: Path) -> None:
    one, two, other = (ask("probe", {"target": t}, clean_folders) for t in ("a", "a", "b"))
    assert one == two != other and one.name.startswith("probe-")


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


def test_a_last_word_on_a_full_disk_takes_the_place_of_the_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_status(folder, Status(state="running", stage="learning " * 99, step=3, **me()))
    write_last_status(folder, Status(state="failed", step=3, reason="The disk is full."))
    assert status_of(folder) == Status(state="failed", step=3, reason="The disk is full.")


def test_a_stop_request_is_a_file(folder: Path) -> None:
    stop(folder)
    assert jobs_start.stop_asked(folder)
