"""Checkpoints that were cut short or overwritten are told from whole ones, and the one before is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ssl_core.jobs.status import status_of
from ssl_core.jobs.worker import work
from ssl_core.models.build import load_task
from ssl_core.records.checkpoints import checkpoints, damage, drop_damaged, is_whole, latest_checkpoint
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json, write_json
from ssl_core.training.request import prolong
from tests.help.small import small_run


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with checkpoints at steps 8 and 10."""
    home = tmp_path_factory.mktemp("saved")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_RUNS", str(home / "runs"))
        patch.setenv("SSL_CACHE", str(home / "cache"))
        return small_run(steps=10)[0]


@pytest.fixture
def run(trained: Path, clean_folders: Path) -> Path:
    """A copy of it, interrupted at its end."""
    folder = clean_folders / "runs" / trained.name
    shutil.copytree(trained, folder)
    write_json(folder / "status.json", {**read_json(folder / "status.json"), "state": "interrupted", "steps": 10, "step": 10})
    return folder


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def overwrite(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * (path.stat().st_size // 256))


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [cut, overwrite, zeros, empty])
@pytest.mark.parametrize("name", ["weights.safetensors", "rest.pt"])
def test_a_damaged_checkpoint_is_passed_over_and_named(harm: object, name: str, run: Path) -> None:
    newest, before = checkpoints(run)
    assert is_whole(newest) and damage(run) == ""
    harm(newest / name)  # type: ignore[operator]
    assert latest_checkpoint(run) == before
    assert damage(run) == "The newest checkpoint of 'rotation-1' (step 10) can't be read. The one before (step 8) is used."
    assert load_task(run)


def test_a_run_goes_on_from_the_checkpoint_before_to_the_same_weights_and_says_so(run: Path) -> None:
    weights = status_of(run).weights
    cut(run / "checkpoints" / "00000010" / "weights.safetensors")
    prolong(run.name, None)
    status = work(run)
    assert (status.state, status.weights) == ("done", weights)
    assert "(step 8) is used" in status.warning and is_whole(latest_checkpoint(run) or run) and damage(run) == ""


def test_where_no_checkpoint_can_be_read_it_is_said_and_nothing_is_deleted(run: Path) -> None:
    for each in checkpoints(run):
        empty(each / "weights.safetensors")
    for ask in (lambda: load_task(run), lambda: prolong(run.name, None), lambda: drop_damaged(run)):
        with pytest.raises(SettingsError, match="No checkpoint of 'rotation-1' can be read any more"):
            ask()
    assert len(checkpoints(run)) == 2 and "No checkpoint" in damage(run)


def inside(path: Path) -> None:
    """Other bytes where no length and no end tells of it."""
    text = bytearray(path.read_bytes())
    text[-3000:-2900] = bytes(100) if any(text[-3000:-2900]) else b"\xff" * 100
    path.write_bytes(text)


def missing(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(("harm", "name"), [(inside, "weights.safetensors"), (inside, "rest.pt"), (missing, "rest.pt")])
def test_a_run_does_not_go_on_from_a_checkpoint_that_is_not_what_was_written(harm: object, name: str, run: Path) -> None:
    weights = status_of(run).weights
    harm(run / "checkpoints" / "00000010" / name)  # type: ignore[operator]
    status = work(run)
    assert (status.state, status.weights) == ("done", weights) and "(step 8) is used" in status.warning


def test_weights_that_changed_on_the_disk_are_not_looked_through(run: Path) -> None:
    inside(run / "checkpoints" / "00000010" / "weights.safetensors")
    with pytest.raises(SettingsError, match=r"weights of 'rotation-1' at step 10 are damaged. Delete '.*00000010' to use the ones before"):
        load_task(run)


def test_a_folder_that_was_copied_without_its_optimisers_is_looked_through_and_not_trained(run: Path) -> None:
    for each in checkpoints(run):
        missing(each / "rest.pt")
    assert load_task(run) and damage(run) == ""
    with pytest.raises(SettingsError, match="'rotation-1' can't go on: rest.pt of its checkpoints is missing or damaged. Copy its folder"):
        prolong(run.name, None)
    assert work(run).state == "failed" and len(checkpoints(run)) == 2


def test_a_checkpoint_of_an_earlier_version_that_is_damaged_inside_names_the_way_on(run: Path) -> None:
    rest = run / "checkpoints" / "00000010" / "rest.pt"
    rest.with_name("sha256.json").unlink()
    text = bytearray(rest.read_bytes())
    text[200:260] = b"\xff" * 60
    rest.write_bytes(text)
    status = work(run)
    assert status.state == "failed" and "Delete '" in status.reason and "to go on from the one before" in status.reason
