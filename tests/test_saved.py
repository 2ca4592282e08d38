"""Checkpoints that were cut short or overwritten are told from whole ones, and the one before is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ssl_core.build import load_task
from ssl_core.jobs import read_json, status_of, write_json
from ssl_core.request import prolong
from ssl_core.saved import checkpoints, damage, drop_damaged, latest_checkpoint, whole
from ssl_core.settings import SettingsError
from ssl_core.work import work
from tests.small import small_run


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
    assert whole(newest) and damage(run) == ""
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
    assert "(step 8) is used" in status.warning and whole(latest_checkpoint(run) or run) and damage(run) == ""


def test_where_no_checkpoint_can_be_read_it_is_said_and_nothing_is_deleted(run: Path) -> None:
    for each in checkpoints(run):
        empty(each / "weights.safetensors")
    for ask in (lambda: load_task(run), lambda: prolong(run.name, None), lambda: drop_damaged(run)):
        with pytest.raises(SettingsError, match="No checkpoint of 'rotation-1' can be read any more"):
            ask()
    assert len(checkpoints(run)) == 2 and "No checkpoint" in damage(run)


def test_a_checkpoint_that_is_damaged_inside_names_the_way_on(run: Path) -> None:
    rest = run / "checkpoints" / "00000010" / "rest.pt"
    text = bytearray(rest.read_bytes())
    text[200:260] = b"\xff" * 60
    rest.write_bytes(text)
    status = work(run)
    assert status.state == "failed" and "Delete '" in status.reason and "to go on from the one before" in status.reason
