"""What was asked of one reading is never worked on another: a job's pictures are pinned to the digests that its request names."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ssl_core.evaluation.compare import comparison, request_comparison
from ssl_core.evaluation.probe import probe_asked
from ssl_core.evaluation.protocol import Protocol
from ssl_core.jobs.worker import work
from ssl_core.library import sets
from ssl_core.library.accounts import choose
from ssl_core.library.arrays import decoded
from ssl_core.library.browse import add_folder, pictures_stay
from ssl_core.library.look import ask_look, look
from ssl_core.library.names import Found
from ssl_core.library.sets import PictureSet, open_set
from ssl_core.models.samples import fixed_samples
from ssl_core.models.targets import Target, parse_all
from ssl_core.reading import files
from ssl_core.reading.account import Choice
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json, write_json
from ssl_core.training.request import new_run
from tests.help.evaluation import run_with_weights
from tests.help.folders import encoded
from tests.help.photographs import photograph
from tests.help.trees import planted

pytestmark = pytest.mark.usefixtures("clean_folders")
SWAPPED = Choice(train=("test",), test=("train",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight pictures to learn from, four to test."""
    found = planted(tmp_path / "mine", "train/{cats,dogs}/{0-3}.png test/{cats,dogs}/{4-5}.png")
    for seed, path in enumerate(sorted(found.rglob("*.png"))):
        path.write_bytes(encoded(photograph(seed, 16), "PNG"))
    add_folder("mine", found)
    return found


def asked() -> Target:
    (target,) = parse_all(["pixels"], "mine")
    return target


def test_a_score_asked_of_one_reading_is_not_computed_on_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = probe_asked(asked(), Protocol("knn")).ask()
    choose("mine", SWAPPED)
    refused = work(job)
    assert refused.state == "failed" and "The pictures of 'mine' have changed since this was asked. Ask again." in refused.reason
    assert comparison(["pixels"], "mine", "knn").missing == ["pixels"]
    choose("mine", Choice())
    monkeypatch.setattr("ssl_core.records.asked.warm_worker.hand_over", work)
    request_comparison(["pixels"], "mine", "knn")
    assert comparison(["pixels"], "mine", "knn").n_test == 4


def test_a_listing_two_seconds_old_doesnt_refuse_a_job_of_the_present_reading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FRESH", 3600.0)
    before = open_set("mine").digest()
    with monkeypatch.context() as other:
        other.setattr(files, "forget", lambda: None)  # as if another process chose
        other.setattr(files, "adopt", lambda *_: None)
        choose("mine", SWAPPED)
    assert open_set("mine").digest() == before
    files.forget()
    now = open_set("mine").digest()
    with pytest.raises(SettingsError, match="have changed since this was asked"):
        PictureSet("mine", pinned=before).open()
    assert PictureSet("mine", pinned=now).open().digest() == now


def test_a_set_opened_while_its_reading_changes_isnt_kept_as_the_one_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp, before = sets._stamp, open_set("mine", "train", 64).digest()

    def late(found: Found) -> str:
        was = stamp(found)
        choose("mine", SWAPPED)
        return was

    sets._open.forget()
    monkeypatch.setattr(sets, "_stamp", late)
    assert len(open_set("mine", "train", 64)) == 4
    monkeypatch.setattr(sets, "_stamp", stamp)
    choose("mine", Choice())
    assert (len(open_set("mine", "train", 64)), open_set("mine", "train", 64).digest()) == (8, before)


def away_meanwhile(folder: Path) -> Callable[[int, int], None]:
    """Takes a picture away as soon as reading begins."""
    return lambda done, of: os.rename(folder / "train/cats/1.png", folder.parent / "1.png") if done == 0 else None


def test_arrays_arent_kept_without_a_picture_that_went_while_they_were_made(folder: Path) -> None:
    with pytest.raises(SettingsError, match="Files of 'mine' changed while its pictures were read. Ask again."):
        decoded(open_set("mine"), away_meanwhile(folder))
    os.rename(folder.parent / "1.png", folder / "train/cats/1.png")
    assert len(decoded(open_set("mine"))) == 8


def test_a_look_isnt_kept_that_missed_a_picture(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job, opened = ask_look("mine"), sets.PictureSet.open
    gone = away_meanwhile(folder)

    def open_and_lose(self: PictureSet) -> object:
        data = opened(self)
        if self.split == "test" and (folder / "train/cats/1.png").exists():
            gone(0, 1)
        return data

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(PictureSet, "open", open_and_lose)
        assert "changed while its pictures were read" in work(job).reason
    os.rename(folder.parent / "1.png", folder / "train/cats/1.png")
    files.forget()
    assert look("mine") is None


def test_two_threads_that_write_one_file_leave_one_of_the_two_values(tmp_path: Path) -> None:
    file, faults = tmp_path / "one.json", []

    def write(value: int) -> None:
        try:
            for _ in range(20):
                write_json(file, [value] * 2000)
        except OSError as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults and read_json(file) in ([k] * 2000 for k in range(3)) and list(tmp_path.iterdir()) == [file]


def test_a_run_shows_and_resumes_only_what_it_began_with(folder: Path) -> None:
    (folder / "test/cats/6.png").write_bytes(encoded(photograph(60, 16), "PNG"))
    files.forget()
    name = new_run({"task": "rotation", "dataset": "mine", "recipe": {"image_size": 16, "batch": 4}, "steps": 1, "device": "cpu"})
    assert pictures_stay(name) and pictures_stay(name, "train") and len(fixed_samples(spec_of(folder_of(name))).label_B) == 5
    os.rename(folder / "test/cats/6.png", folder.parent / "6.png")  # of the held-out pictures alone
    files.forget()
    assert pictures_stay(name, "train") and not pictures_stay(name)
    with pytest.raises(SettingsError, match="The pictures of 'mine' have changed since this run began. Start a new run."):
        fixed_samples(spec_of(folder_of(name)))
    assert "have changed since this run began" in work(folder_of(name)).reason
    os.rename(folder.parent / "6.png", folder / "test/cats/6.png")
    files.forget()
    assert pictures_stay(name)


def test_a_run_measured_on_another_reading_than_it_learnt_from_says_so(folder: Path) -> None:
    name = run_with_weights(dataset="mine", recipe={"image_size": 16, "batch": 4})
    assert comparison([name], "mine", "knn").notes == []
    choose("mine", SWAPPED)
    (note,) = comparison([name], "mine", "knn").notes
    assert note == (
        "'Rotation 1' learnt from this set when it was read in another way or had other files: "
        "pictures to test with may be among those learnt from."
    )
    choose("mine", Choice())
    assert comparison([name], "mine", "knn").notes == []
