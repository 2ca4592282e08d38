"""A job's request with its folder: equal requests share one, and its result, status and refusal are found by it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ssl_core.jobs import warm_worker
from ssl_core.jobs.status import Status, write_status
from ssl_core.records.asked import Asked, Unfinished
from ssl_core.records.homes import home_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json, write_json

REQUEST = {"target": "pixels", "knows": "pixels", "pictures": 3}
pytestmark = pytest.mark.usefixtures("clean_folders")


def asked(**changes: Any) -> Asked:
    return Asked.of("probe", {**REQUEST, **changes})


def ended(folder: Path, state: str = "done", reason: str = "") -> None:
    write_status(folder, Status(state=state, reason=reason))


def scored(folder: Path, accuracy: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "result.json", {"accuracy": accuracy})
    np.savez(folder / "result.npz", right=np.ones(3, bool))


def test_the_request_names_the_folder_as_earlier_versions_named_it() -> None:
    assert asked().folder == home_of("pixels") / "jobs" / "probe-5dd528fbc5c5a0d5"
    assert asked(pictures=4).folder != asked().folder


def test_asking_writes_the_request_once_and_starts_nothing() -> None:
    folder = asked().ask()
    first = read_json(folder / "spec.json")
    assert {**first, **REQUEST, "kind": "probe"} == first
    assert asked().ask() == folder and read_json(folder / "spec.json") == first
    assert not (folder / "status.json").exists()


def test_nobody_asked_has_no_status_and_no_result() -> None:
    assert (asked().status(), asked().finished(), asked().result()) == (None, None, None)


def test_a_job_is_finished_once_all_its_files_are_there() -> None:
    folder = asked().ask()
    write_json(folder / "result.json", {"accuracy": 0.5})
    assert asked().finished() is None and asked().result() is None
    scored(folder, 0.5)
    assert asked().finished() == folder and asked().result() == {"accuracy": 0.5}


def test_what_came_with_the_program_is_found_after_what_was_worked_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("ssl_core.records.runs"), "STARTER", tmp_path / "starter")
    shipped = tmp_path / "starter" / "baselines" / home_of("pixels").name / "jobs" / asked().folder.name
    scored(shipped, 0.25)
    assert asked().finished() == shipped and asked().result() == {"accuracy": 0.25}
    scored(asked().folder, 0.75)
    assert asked().finished() == asked().folder and asked().result() == {"accuracy": 0.75}


def test_a_damaged_result_here_gives_way_to_the_one_that_came_with_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("ssl_core.records.runs"), "STARTER", tmp_path / "starter")
    scored(tmp_path / "starter" / "baselines" / home_of("pixels").name / "jobs" / asked().folder.name, 0.25)
    scored(asked().folder, 0.75)
    (asked().folder / "result.json").write_text("{")
    assert asked().result() == {"accuracy": 0.25}


def test_jobs_of_another_root_stay_below_it(tmp_path: Path) -> None:
    elsewhere = Asked("cifar10", "fetch", {"name": "cifar10"}, tmp_path)
    assert elsewhere.ask().parent == tmp_path / "jobs" and elsewhere.folders() == [elsewhere.folder]


def test_a_job_whose_product_was_deleted_is_asked_for_again() -> None:
    folder = asked().ask()
    ended(folder)
    assert asked().ask_again(lost=lambda: False) == folder and asked().status().state == "done"
    assert asked().ask_again(lost=lambda: True) == folder and asked().status().state == "queued"


def test_a_job_at_work_is_left_alone_where_its_product_is_not_there_yet() -> None:
    folder = asked().ask()
    ended(folder, "stopped", "a person did it")
    assert asked().ask_again(lost=lambda: True) == folder and asked().status().reason == "a person did it"


def test_only_a_job_that_waits_or_works_is_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Path] = []
    monkeypatch.setattr(warm_worker, "stop_or_withdraw", told.append)
    asked().withdraw()
    folder = asked().ask()
    asked().withdraw()
    ended(folder)
    asked().withdraw()
    assert told == [folder]


def test_other_weights_than_those_asked_about_are_refused_in_words() -> None:
    assert asked().unchanged("pixels") and not asked().unchanged("f00")
    asked().check_unchanged("pixels", "Raw pixels")
    with pytest.raises(SettingsError, match="'Raw pixels' has learnt on since this was asked. Ask again for its newest weights."):
        asked().check_unchanged("f00", "Raw pixels")


@pytest.mark.parametrize(
    ("state", "reason", "kept"),
    [
        ("queued", "", "waiting"),
        ("failed", "The disk is full.", "The disk is full."),
        ("stopped", "", "Scoring it was stopped. Ask again."),
    ],
)
def test_an_unfinished_job_waits_or_is_left_out_with_its_reason(state: str, reason: str, kept: str) -> None:
    folder, found = asked().ask(), Unfinished.empty()
    if state != "queued":
        ended(folder, state, reason)
    found.add(asked(), "Scoring it", "Ask again.")
    assert [text for text, _ in found.waiting] == (["pixels"] if kept == "waiting" else [])
    assert found.left_out == ([] if kept == "waiting" else [("pixels", kept)]) and not found.missing


def test_what_nobody_asked_for_is_missing_and_what_cannot_be_asked_for_is_left_out() -> None:
    found = Unfinished.empty()
    found.add(asked(), "Scoring it", "Ask again.")
    found.leave_out("nobody", SettingsError("There is no run 'nobody'."))
    assert found == ([], ["pixels"], [("nobody", "There is no run 'nobody'.")])
