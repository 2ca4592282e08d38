"""Which pictures can't be read: known at whichever size somebody decoded them, and a job that opens them all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ssl_core import checking, decoding, jobs, library
from ssl_core.jobs import read_json
from ssl_core.runs import Run, run
from tests.folders import fill

pytestmark = pytest.mark.usefixtures("own_folders")
BROKEN = b"\x89PNG\r\n\x1a\nno more"


class Told:
    """A reporter that nobody listens to."""

    def progress(self, stage: str, done: int = 0, of: int = 0) -> None:
        return


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Jobs that were started; none of them is worked."""
    found: list[Path] = []
    monkeypatch.setattr(jobs, "start", found.append)
    return found


@pytest.fixture
def mine(own_folders: Path) -> str:
    """Twenty pictures, and one in each half that is none."""
    root = fill(own_folders / "mine", [f"{part}/{kind}/{k}.png" for part in ("train", "test") for kind in ("cat", "dog") for k in range(5)])
    for part in ("train", "test"):
        (root / part / "cat" / "broken.png").write_bytes(BROKEN)
    return library.add_folder("mine", root)


def names(name: str) -> dict[str, list[str]]:
    return {part: [Path(file).name for file, _ in found] for part, found in checking.check(name).left_out.items()}


def test_before_anybody_looked_nothing_is_known(mine: str) -> None:
    assert checking.check(mine) == checking.Check({"train": [], "test": []}, False, None)


def test_the_job_opens_every_picture(mine: str, started: list[Path]) -> None:
    folder = checking.request_check(mine)
    assert started == [folder] and checking.check(mine).status is not None
    decoding.work_data(folder, read_json(folder / "spec.json"), Told())
    assert checking.check(mine).whole and names(mine) == {"train": ["broken.png"], "test": ["broken.png"]}


def test_what_training_found_is_known_at_its_own_size(mine: str, make_run_of: Callable[[str, int], Run]) -> None:
    trained = make_run_of(mine, 24)
    assert checking.left_out_of(trained) == 0
    for part in ("train", "test"):
        decoding.decoded(mine, part, 24)
    assert checking.check(mine).whole and names(mine)["train"] == ["broken.png"] and checking.left_out_of(trained) == 1


@pytest.fixture
def make_run_of(own_folders: Path) -> Callable[[str, int], Run]:
    """Makes a run on pictures of a size."""

    def made(dataset: str, size: int) -> Run:
        folder = jobs.runs_root() / "rotation-1"
        folder.mkdir(parents=True)
        spec = {"kind": "train", "version": 1, "created": 1.0, "task": "rotation", "backbone": "convnet", "dataset": dataset}
        jobs.write_json(folder / "spec.json", spec | {"recipe": {"image_size": size}, "title": "R"})
        return run("rotation-1")

    return made


def test_a_folder_that_changed_is_asked_about_anew(mine: str, started: list[Path], own_folders: Path) -> None:
    before = checking.request_check(mine)
    (own_folders / "mine" / "train" / "cat" / "0.png").unlink()
    library.files.forget()
    assert checking.check(mine).status is None and checking.request_check(mine) != before


def test_what_was_read_before_the_cache_was_cleared_is_read_again(mine: str, started: list[Path]) -> None:
    folder = checking.request_check(mine)
    jobs.write_json(folder / "status.json", {"state": "done"})
    checking.request_check(mine)
    assert not (folder / "status.json").exists()


def test_a_job_can_be_asked_to_end(mine: str, started: list[Path]) -> None:
    checking.stop_check(mine)
    folder = checking.request_check(mine)
    checking.stop_check(mine)
    assert jobs.stop_asked(folder)
