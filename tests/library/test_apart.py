"""Test pictures that leak, left out of the test by choice: that is part of the protocol, and needs a look at the pixels."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.evaluation.compare import comparison
from ssl_core.evaluation.probe import probe_request
from ssl_core.evaluation.protocol import Protocol
from ssl_core.jobs.folder import ask
from ssl_core.jobs.worker import work
from ssl_core.library.accounts import change, choose, reading_of
from ssl_core.library.browse import add_folder
from ssl_core.library.look import ask_look, leaks, look
from ssl_core.library.sets import open_set
from ssl_core.models.targets import parse_all
from ssl_core.reading import files
from ssl_core.reading.account import Choice
from ssl_core.records.homes import home_of
from ssl_core.settings import SettingsError
from tests.help.folders import encoded
from tests.help.photographs import photograph

pytestmark = pytest.mark.usefixtures("clean_folders")
APART = Choice(apart=True)
PLAIN = {
    f"{part}/{kind}/{k}.png": (10 * j + k, "PNG") for j, part in enumerate(("train", "test")) for kind in ("cat", "dog") for k in (1, 2)
}
LEAKING = {"test/cat/same.png": (1, "PNG"), "test/dog/pixels.bmp": (2, "BMP"), "test/dog/near.jpg": (2, "JPEG")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four pictures to learn from, and seven to test, of which three leak."""
    for name, (seed, form) in {**PLAIN, **LEAKING}.items():
        (tmp_path / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
        seed += 20 * ("dog" in name and name in PLAIN)
        (tmp_path / "mine" / name).write_bytes(encoded(photograph(seed, 64), form))
    return tmp_path / "mine"


@pytest.fixture
def mine(folder: Path) -> str:
    return add_folder("mine", folder)


def looked(name: str) -> None:
    assert work(ask_look(name)).state == "done"
    files.forget()


def test_without_a_look_it_is_refused_with_what_to_do(mine: str) -> None:
    for asked in (choose, change):
        with pytest.raises(SettingsError, match="'apart' of 'mine' needs a finished look.*Look at the pictures first"):
            asked(mine, APART)
    assert reading_of(mine).choice == Choice()


def test_what_leaks_is_left_out_of_the_test_and_said(mine: str) -> None:
    looked(mine)
    leaking = sorted(leak.test for leak in leaks(mine).found)
    assert leaking == sorted(LEAKING)
    before, kept_look = {split: open_set(mine, split).digest() for split in ("train", "test")}, look(mine)
    assert change(mine, APART).test == 4
    assert choose(mine, APART) == Choice()
    test = open_set(mine, "test")
    assert len(test) == 4 and not {test.file(i) for i in range(4)} & set(LEAKING)
    assert test.digest() != before["test"] and len(open_set(mine, "train")) == 4
    account = reading_of(mine).account
    assert "4 to test" in account.words and "3 pictures are for test, found in training too, and left out by choice" in account.words
    assert sum(row.files for row in account.rows) == len(PLAIN) + len(LEAKING)
    assert look(mine) == kept_look and "not looked at" not in account.words  # the look is about files, whatever is chosen
    assert leaks(mine).found == []
    assert choose(mine, Choice()) == APART
    assert open_set(mine, "test").digest() == before["test"] and len(open_set(mine, "test")) == 7


def test_a_new_look_sees_what_is_left_out(mine: str) -> None:
    looked(mine)
    choose(mine, APART)
    pictures = look(mine).pictures
    (work_folder,) = {ask_look(mine)}
    (work_folder / "result.json").unlink()
    looked(mine)
    assert look(mine).pictures == pictures == 11
    choose(mine, Choice())
    assert len(leaks(mine).found) == 3


def test_figures_from_before_and_after_never_stand_in_one_comparison(mine: str) -> None:
    looked(mine)
    _score(mine)
    assert comparison(["pixels"], mine, "knn", image_size=8).n_test == 7
    choose(mine, APART)
    after = comparison(["pixels"], mine, "knn", image_size=8)
    assert after.missing == ["pixels"] and not after.rows
    _score(mine)
    after = comparison(["pixels"], mine, "knn", image_size=8)
    assert after.n_test == 4 and after.notes == ["3 test pictures that can be found in training are left out of the test."]
    choose(mine, Choice())
    assert comparison(["pixels"], mine, "knn", image_size=8).n_test == 7


def test_where_files_changed_since_nothing_is_measured_until_it_is_chosen_anew(mine: str, folder: Path) -> None:
    looked(mine)
    choose(mine, APART)
    (folder / "train" / "cat" / "new.png").write_bytes(encoded(photograph(11, 64)))
    files.forget()
    assert len(open_set(mine, "test")) == 7 and any(
        "have changed since they were looked at" in r.words for r in reading_of(mine).account.remarks
    )
    with pytest.raises(SettingsError, match="Look at the pictures again"):
        comparison(["pixels"], mine, "knn", image_size=8)
    looked(mine)
    choose(mine, APART)
    assert len(open_set(mine, "test")) == 3  # test/cat/1.png has a copy now
    assert comparison(["pixels"], mine, "knn", image_size=8).missing == ["pixels"]


def test_folders_around_all_pictures_change_nothing(folder: Path) -> None:
    (folder.parent / "around" / "more").mkdir(parents=True)
    folder.rename(folder.parent / "around" / "more" / "mine")
    name = add_folder("around", folder.parent / "around")
    looked(name)
    before = look(name)
    choose(name, APART)
    assert len(open_set(name, "test")) == 4 and look(name) == before


def test_groups_on_both_sides_leak_too(folder: Path) -> None:
    rows = [f"{name},{'ann' if name.endswith(('train/cat/1.png', 'test/dog/11.png', 'test/dog/1.png')) else name}" for name in PLAIN]
    (folder / "patients.csv").write_text("file,patient_id\n" + "\n".join(rows) + "\n")
    name = add_folder("mine", folder)
    looked(name)
    choose(name, APART.with_(group="patients.csv:patient_id"))
    assert "test/dog/1.png" not in {open_set(name, "test").file(i) for i in range(len(open_set(name, "test")))}
    assert len(open_set(name, "test")) == 3


def test_where_every_test_picture_leaks_the_choice_is_refused(folder: Path) -> None:
    for name in PLAIN:
        if name.startswith("test"):
            (folder / name).unlink()
    name = add_folder("mine", folder)
    looked(name)
    with pytest.raises(SettingsError, match="Every test picture of 'mine'"):
        choose(name, APART)
    assert reading_of(name).choice == Choice()


def _score(name: str) -> None:
    (target,) = parse_all(["pixels"], name, 8)
    assert work(ask("probe", probe_request(target, Protocol("knn", image_size=8)), home_of("pixels"))).state == "done"
