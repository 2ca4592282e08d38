"""Pictures: checked, looked at, and what can't be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

import ssl_core as core
from tests.help.photographs import photograph
from tests.pages.conftest import button, open_page, words


def test_pictures_are_checked_when_asked_and_what_cannot_be_read_is_said_on_every_screen(
    own_set: Callable[[], str], make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = own_set()
    started: list[Path] = []
    monkeypatch.setattr("ssl_core.jobs.start.start", started.append)
    monkeypatch.setattr("ssl_core.training.request.expect", lambda values: 41.0)
    app = open_page("data", dataset=name)
    assert "broken.png" not in words(app) and not started
    button(app, "Check all 11 pictures").click().run()
    assert len(started) == 1
    from ssl_core.jobs.worker import work

    work(started[0])
    app = open_page("data", dataset=name)
    assert "1 file could not be read and is left out" in [each.label for each in app.expander] and "broken.png" in words(app)
    assert not [each for each in app.button if each.label.startswith("Check all")]
    gone = {split: len(core.check(name).left_out[split]) for split in ("train", "test")}
    assert gone == {"train": 1, "test": 0}
    run = make_run(dataset=name, recipe={"image_size": 32})
    assert "(1 left out)" in words(open_page("train", dataset=name, new="1"))
    assert "1 file could not be read and is left out. The screen Pictures names them." in words(open_page("train", run=run))
    assert "on mine (1 left out)" in words(open_page("runs", run=run))


@pytest.fixture
def leaking_set(tmp_path: Path) -> str:
    """Pictures of which one for testing is a copy of one for training."""
    for part, seeds in (("train", (1, 2, 3)), ("test", (4, 5))):
        for kind in ("cats", "dogs"):
            (tmp_path / "leaking" / part / kind).mkdir(parents=True)
            for seed in seeds:
                photograph(seed + 10 * (kind == "dogs")).save(tmp_path / "leaking" / part / kind / f"{seed}.png")
    photograph(2).save(tmp_path / "leaking" / "test" / "cats" / "copy.jpg", quality=50)
    return core.add_folder("leaking", tmp_path / "leaking")


def test_a_look_names_the_test_pictures_that_are_in_training(leaking_set: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Path] = []
    monkeypatch.setattr("ssl_core.jobs.start.start", started.append)
    app = open_page("data", dataset=leaking_set)
    assert "near duplicate" not in words(app)
    button(app, "Look for duplicates").click().run()
    from ssl_core.jobs.worker import work

    work(started[0])
    app = open_page("data", dataset=leaking_set)
    assert not app.exception and "Of 5 test pictures 1 can be found in training: 1 as a near duplicate." in words(app)
    assert "Test pictures that are also in training: 1" in [each.label for each in app.expander]
    assert not [each for each in app.button if each.label == "Look for duplicates"]
    button(app, "Leave this 1 picture out of the test").click().run()
    assert not app.exception and len(core.open_set(leaking_set, "test")) == 4
    assert "1 test picture that can be found in training is left out of the test. 4 are left to measure with." in words(app)
    app.button(key="apart-undo").click().run()
    assert not app.exception and len(core.open_set(leaking_set, "test")) == 5 and button(app, "Leave this 1 picture")


def test_a_look_at_work_can_be_stopped_and_says_why_it_failed(leaking_set: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.jobs.start.start", lambda folder: None)
    folder = core.request_look(leaking_set)
    at_work = {"state": "running", "stage": "comparing pictures", "step": 4, "steps": 11}
    me = {"pid": os.getpid(), "born": psutil.Process().create_time()}
    core.write_json(folder / "status.json", at_work | me)
    app = open_page("data", dataset=leaking_set)
    assert "Comparing pictures: 4 of 11" in [each.proto.text for each in app.get("progress")]
    button(app, "Stop").click().run()
    assert (folder / "stop").exists()
    core.write_json(folder / "status.json", {"state": "failed", "reason": "The disk is full."})
    app = open_page("data", dataset=leaking_set)
    assert "The disk is full." in words(app) and button(app, "Look for duplicates")


def test_sets_that_come_along_are_not_looked_at() -> None:
    assert not [each for each in open_page("data", dataset="digits").button if each.label == "Look for duplicates"]


def test_a_check_at_work_shows_how_far_it_is_and_can_be_stopped(own_set: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    name = own_set()
    monkeypatch.setattr("ssl_core.jobs.start.start", lambda folder: None)
    folder = core.request_check(name)
    at_work = {"state": "running", "stage": "reading pictures", "step": 4, "steps": 11}
    me = {"pid": os.getpid(), "born": psutil.Process().create_time()}
    core.write_json(folder / "status.json", at_work | me)
    app = open_page("data", dataset=name)
    assert "Opening all pictures: 4 of 11" in [each.proto.text for each in app.get("progress")]
    button(app, "Stop").click().run()
    assert (folder / "stop").exists()
    core.write_json(folder / "status.json", {"state": "failed", "reason": "The disk is full."})
    app = open_page("data", dataset=name)
    assert "The disk is full." in words(app) and button(app, "Check all 11 pictures")
