"""Which pictures can't be read: known at whichever size somebody decoded them, and a job that opens them all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ssl_core.jobs import start
from ssl_core.library import browse, sets, unreadable
from ssl_core.records.runs import Run, run
from ssl_core.system import disk, roots
from ssl_core.system.disk import read_json
from tests.help.folders import fill

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
    monkeypatch.setattr(start, "start", found.append)
    return found


@pytest.fixture
def mine(own_folders: Path) -> str:
    """Twenty pictures, and one in each half that is none."""
    root = fill(own_folders / "mine", [f"{part}/{kind}/{k}.png" for part in ("train", "test") for kind in ("cat", "dog") for k in range(5)])
    for part in ("train", "test"):
        (root / part / "cat" / "broken.png").write_bytes(BROKEN)
    return browse.add_folder("mine", root)


def names(name: str) -> dict[str, list[str]]:
    return {part: [Path(file).name for file, _ in found] for part, found in unreadable.check(name).left_out.items()}


def test_before_anybody_looked_nothing_is_known(mine: str) -> None:
    assert unreadable.check(mine) == unreadable.Check({"train": [], "test": []}, False, None)


def test_the_job_opens_every_picture(mine: str, started: list[Path]) -> None:
    folder = unreadable.request_check(mine)
    assert started == [folder] and unreadable.check(mine).status is not None
    sets.work_data(folder, read_json(folder / "spec.json"), Told())
    assert unreadable.check(mine).whole and names(mine) == {"train": ["broken.png"], "test": ["broken.png"]}


def test_what_training_found_is_known_at_its_own_size(mine: str, make_run_of: Callable[[str, int], Run]) -> None:
    trained = make_run_of(mine, 24)
    assert unreadable.left_out_of(trained) == 0
    for part in ("train", "test"):
        sets.PictureSet(mine, part, 24).decoded()
    assert unreadable.check(mine).whole and names(mine)["train"] == ["broken.png"] and unreadable.left_out_of(trained) == 1


@pytest.fixture
def make_run_of(own_folders: Path) -> Callable[[str, int], Run]:
    """Makes a run on pictures of a size."""

    def made(dataset: str, size: int) -> Run:
        folder = roots.runs_root() / "rotation-1"
        folder.mkdir(parents=True)
        spec = {"kind": "train", "version": 1, "created": 1.0, "task": "rotation", "backbone": "convnet", "dataset": dataset}
        disk.write_json(folder / "spec.json", spec | {"recipe": {"image_size": size}, "title": "R"})
        return run("rotation-1")

    return made


def test_a_folder_that_changed_is_asked_about_anew(mine: str, started: list[Path], own_folders: Path) -> None:
    before = unreadable.request_check(mine)
    (own_folders / "mine" / "train" / "cat" / "0.png").unlink()
    browse.files.forget()
    assert unreadable.check(mine).status is None and unreadable.request_check(mine) != before


def test_what_was_read_before_the_cache_was_cleared_is_read_again(mine: str, started: list[Path]) -> None:
    folder = unreadable.request_check(mine)
    disk.write_json(folder / "status.json", {"state": "done"})
    unreadable.request_check(mine)
    assert not (folder / "status.json").exists()


def test_a_job_can_be_asked_to_end(mine: str, started: list[Path]) -> None:
    unreadable.stop_check(mine)
    folder = unreadable.request_check(mine)
    unreadable.stop_check(mine)
    assert start.stop_asked(folder)
