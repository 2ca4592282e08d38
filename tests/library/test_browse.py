"""Data sets as a person names them: found, added, shown, decoded."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ssl_core.fewshot import support
from ssl_core.library import browse, names, sets
from ssl_core.library.sets import PictureSet
from ssl_core.models import features, untrained
from ssl_core.models.targets import Target
from ssl_core.reading import READS
from ssl_core.reading.images import pixels, unreadable
from ssl_core.settings import SettingsError
from ssl_core.types import PictureId
from tests.help.dropped import DROPPED, encoded, lay, rows, total

pytestmark = pytest.mark.usefixtures("own_folders")


# names


def test_scenes_and_digits_are_always_there(own_folders: Path) -> None:
    assert rows()["scenes"].ready and rows()["digits"].ready
    assert rows()["scenes"].source == "built in" and rows()["digits"].colour is False
    assert (rows()["digits"].samples_train, rows()["digits"].samples_test) == (1442, 355)


def test_scenes_stay_scenes_whatever_lies_in_the_data_folder(own_folders: Path) -> None:
    lay(own_folders / "data" / "scenes")
    assert type(sets.open_set("scenes")).__name__ == "Scenes"
    assert [row.source for row in browse.list_sets() if row.name == "scenes"] == ["built in"]


def test_a_folder_in_the_data_folder_has_its_name(own_folders: Path) -> None:
    lay(own_folders / "data" / "pets")
    assert total("pets") == 40
    assert rows()["pets"]._replace(help="") == browse.SetRow(
        "pets", "pets", "", len(sets.open_set("pets")), len(sets.open_set("pets", "test")), ("cat", "dog"), True, "data folder", True
    )


def test_a_folder_whose_name_no_address_takes_has_one_that_does(own_folders: Path) -> None:
    for title in ("My pictures", "my  Pictures", "Dogs & Cats", "???", "_private"):
        lay(own_folders / "data" / title)
    named = {row.title: row.name for row in browse.list_sets() if row.source == "data folder"}
    assert named["Dogs & Cats"] == "dogs-cats" and "_private" not in named
    twins = [row.name for row in browse.list_sets() if row.title.lower() == "my pictures"]
    assert len(set(twins)) == 2 and all(name.startswith("my-pictures-") for name in twins)  # neither is called as the other might be
    assert named["???"].startswith("pictures-") and len({row.name for row in browse.list_sets()}) == len(browse.list_sets())
    assert all(total(name) == 40 for name in (*named.values(), *twins, "Dogs & Cats"))
    assert browse.known_as("Dogs & Cats") == "dogs-cats" and "dogs-cats" in names.taken()


def test_a_folder_keeps_its_address_when_another_of_its_name_comes_and_the_other_gets_a_digest(own_folders: Path) -> None:
    lay(own_folders / "data" / "dogs-cats")
    lay(own_folders / "data" / "Dogs & Cats")
    found = {row.title: row.name for row in browse.list_sets() if row.source == "data folder"}
    assert found["dogs-cats"] == "dogs-cats" and found["Dogs & Cats"].startswith("dogs-cats-")


def test_the_data_folder_comes_before_a_built_in_set_of_the_same_name(own_folders: Path) -> None:
    for half in ("train", "test"):
        lay(own_folders / "data" / "cifar10" / half, [(f"cat/{k}.jpg", encoded(k, form="JPEG")) for k in range(3)])
    assert len(sets.open_set("cifar10", options={"download": False})) == 3
    assert rows()["cifar10"].title == "CIFAR-10 photographs (JPEG)"  # not its authors' own pixels
    with pytest.raises(SettingsError, match="cifar10 has no setting 'upload'"):
        sets.open_set("cifar10", options={"upload": True})


def test_a_built_in_set_that_is_missing_says_what_to_do(own_folders: Path) -> None:
    row = rows()["cifar10"]
    assert not row.ready and "download it, 170 MB, on the Pictures screen or by" in row.reason
    assert row.download == 170_498_071
    with pytest.raises(SettingsError, match="CIFAR-10 is not in"):
        sets.open_set("cifar10")


def test_an_existing_folder_opens_by_its_path(own_folders: Path) -> None:
    assert total(str(lay(own_folders / "elsewhere"))) == 40


def test_folders_without_pictures_are_not_listed(own_folders: Path) -> None:
    (own_folders / "data" / "weights").mkdir(parents=True)
    (own_folders / "data" / "weights" / "net.pth").write_bytes(b"weights")
    assert "weights" not in rows()


def test_an_unknown_name_lists_what_there_is(own_folders: Path) -> None:
    lay(own_folders / "data" / "pets")
    with pytest.raises(
        SettingsError, match=r"no data set 'scene'\. Did you mean 'scenes'\? There are: .*digits, .*scenes, .*pets; or name a folder"
    ):
        sets.open_set("scene")


@pytest.mark.parametrize("name", ["", "../pets", "..", ".", "data/../data", "a\0b", "folder", "base", "x" * 5000, ".trash", "pets/"])
def test_names_that_lead_elsewhere_are_refused(own_folders: Path, name: str) -> None:
    lay(own_folders / "data" / "pets")
    with pytest.raises(SettingsError):
        browse.png(name, "train", 0)


@pytest.mark.parametrize(("split", "size"), [("valid", 32), ("train", 7), ("train", 10**6)])
def test_a_wrong_split_or_size_is_refused_by_name(split: str, size: int) -> None:
    with pytest.raises(SettingsError, match="'split' must be one of|'image_size' must be between"):
        sets.open_set("digits", split, size)


def test_an_unknown_option_is_refused_by_name(own_folders: Path) -> None:
    with pytest.raises(SettingsError, match="digits has no setting 'noise'"):
        sets.open_set("digits", options={"noise": 1})
    lay(own_folders / "data" / "pets")
    with pytest.raises(SettingsError, match="pets has no setting 'path'"):
        sets.open_set("pets", options={"path": "/"})


def test_options_reach_the_set() -> None:
    assert len(sets.open_set("scenes", options={"n_train": 50})) == 50


def test_a_set_is_opened_once() -> None:
    assert sets.open_set("digits") is sets.open_set("digits")
    assert sets.open_set("digits") is not sets.open_set("digits", "test")


def test_a_changed_folder_is_opened_anew(own_folders: Path) -> None:
    root = lay(own_folders / "data" / "pets")
    before = sets.open_set("pets")
    lay(root, [("cat/new.png", encoded(9))])
    assert sets.open_set("pets") is not before and total("pets") == 41


# pictures


def test_counts_and_places_of_a_class_agree(own_folders: Path) -> None:
    lay(own_folders / "data" / "pets")
    train = sets.open_set("pets")
    counts = browse.class_counts("pets", "train")
    dogs = browse.ids_of_class("pets", "train", "dog", 0, 100)
    assert sum(counts.values()) == len(train) and counts["dog"] == len(dogs)
    assert all(train.file(i).startswith("dog/") for i in dogs)
    assert browse.ids_of_class("pets", "train", "dog", 2, 3) == dogs[2:5]
    assert browse.ids_of_class("pets", "train", None, 0, 5) == [0, 1, 2, 3, 4]


def test_an_unknown_class_is_refused(own_folders: Path) -> None:
    with pytest.raises(SettingsError, match="'class' must be one of 0, 1, 2.* Got 'ten'"):
        browse.ids_of_class("digits", "train", "ten")


def test_fixed_pictures_are_spread_and_stay() -> None:
    chosen = browse.fixed_ids("digits", 10)
    test = sets.open_set("digits", "test")
    assert {test.label(i) for i in chosen} == set(range(10))
    assert chosen == browse.fixed_ids("digits", 10) != browse.fixed_ids("digits", 10, seed=1)
    assert chosen[:8] == browse.fixed_ids("digits", 8)


def test_fixed_pictures_can_be_read(own_folders: Path) -> None:
    bad = [(f"test/cat/bad{k}.png", b"") for k in range(12)]
    good = [(f"test/cat/good{k}.png", encoded(k)) for k in range(4)]
    lay(own_folders / "data" / "pets", [*bad, *good, ("train/cat/x.png", encoded(1))])
    test = sets.open_set("pets", "test")
    assert {test.file(i) for i in browse.fixed_ids("pets", 8)} == {name for name, _ in good}


def test_an_address_shows_the_picture(own_folders: Path) -> None:
    lay(own_folders / "data" / "pets", [("train/a.png", encoded(90, (40, 20))), ("test/b.png", encoded(1))])
    shown = np.asarray(Image.open(io.BytesIO(browse.png("pets", "train", 0, 64))))
    assert shown.shape == (32, 64, 3)
    assert np.array_equal(shown, browse.picture("pets", "train", 0, 64)) and shown[5, 5].tolist() == [90, 165, 40]


@pytest.mark.parametrize(
    "text", ["", "train", "train-", "train--1", "valid-3", "train-1.png", "../train-1", "train-1e3", "train-99999999999"]
)
def test_a_malformed_id_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="'id' must be 'train-' or 'test-' and a number"):
        PictureId.parse(text)


def test_an_id_is_read_as_it_is_written() -> None:
    assert PictureId.parse("test-12") == PictureId("test", 12) and str(PictureId("test", 12)) == "test-12"
    assert PictureId.texts("train", np.array([3, 10])) == ["train-3", "train-10"] and PictureId.find("gone:cat.png") is None


@pytest.mark.parametrize("i", [-1, 355, 10**8])
def test_a_picture_that_is_not_there_is_refused(i: int) -> None:
    with pytest.raises(SettingsError, match="'digits' has test pictures 0 to 354"):
        browse.picture("digits", "test", i)


def test_a_broken_picture_says_so(own_folders: Path) -> None:
    lay(own_folders / "data" / "pets", [("train/a.png", b""), ("test/b.png", encoded(1))])
    with pytest.raises(SettingsError, match="The picture 'train/a.png' of 'pets' can't be shown: it is empty"):
        browse.png("pets", "train", 0)


def test_a_path_has_no_address(own_folders: Path) -> None:
    with pytest.raises(SettingsError, match="Only named data sets have addresses"):
        browse.png(str(lay(own_folders / "private")), "train", 0)


def test_a_visitors_picture_is_upright_and_bounded() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert browse.upload_picture(encoded(7, (30, 20), exif=exif)).shape == (30, 20, 3)
    assert browse.upload_picture(encoded(7, (3000, 1500))).shape == (1024, 2048, 3)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"GIF89a", "it begins like a GIF but is cut short"),
        (b"hello", "it is no picture in a format"),
        (encoded()[:60], "it ends too early|it is damaged"),
    ],
)
def test_a_visitors_broken_picture_is_refused_in_words(data: bytes, reason: str) -> None:
    with pytest.raises(SettingsError, match=f"This picture can't be read: .*({reason}).* Choose another one"):
        browse.upload_picture(data)


# decoding


def test_decoding_fills_the_cache_once(own_folders: Path) -> None:
    first = PictureSet("digits", "test").decoded()
    seen: list[tuple[int, int]] = []
    second = PictureSet("digits", "test").decoded(lambda *count: seen.append(count))
    assert seen == [] and np.array_equal(first.images(range(355)), second.images(range(355)))
    home = own_folders / "cache" / "data" / sets.open_set("digits", "test").digest()
    assert sorted(path.name for path in home.iterdir()) == ["arrays", "lock"]
    assert np.array_equal(first.images([7])[0], sets.open_set("digits", "test")[7][0].numpy())


def test_a_set_with_a_file_left_out_is_not_taken_for_decoded(own_folders: Path) -> None:
    root = own_folders / "data" / "pets"
    lay(root, [(f"{half}/{kind}/{k}.png", encoded(k)) for half in ("train", "test") for kind in ("cat", "dog") for k in range(3)])
    (own_folders / "away.png").write_bytes(encoded(3))
    for half in ("train", "test"):
        (root / half / "cat" / "link.png").symlink_to(own_folders / "away.png")
    target = Target.parse("pixels", "pets")
    assert PictureSet("pets", "train", target.image_size).skipped() and not PictureSet("pets", "train", target.image_size).is_decoded()
    assert set(support.features(target, [0, 1])) == {0, 1}
    untrained.calibration_images(target.picture_set("train"))
    assert features.seen_already(target, 9) is None
    assert not list((own_folders / "cache").rglob("done.json"))  # nobody waited for the whole set
    PictureSet("pets", "train", target.image_size).decoded()
    assert PictureSet("pets", "train", target.image_size).is_decoded()


def test_skipped_pictures_are_named_after_decoding(own_folders: Path) -> None:
    lay(
        own_folders / "data" / "pets",
        [*((f"train/{name}", data) for name, data in DROPPED), ("train/cat/bad.png", b""), ("test/cat/x.png", encoded())],
    )
    assert PictureSet("pets").skipped() is None
    assert len(PictureSet("pets").decoded().id_N) == 40
    assert PictureSet("pets").skipped() == [("train/cat/bad.png", "is empty")]


def test_what_a_killed_worker_left_is_thrown_away(own_folders: Path) -> None:
    home = own_folders / "cache" / "data" / sets.open_set("digits", "test").digest()
    (home / "arrays.4242.part").mkdir(parents=True)
    (home / "arrays.4242.part" / "images.npy").write_bytes(b"half")
    assert len(PictureSet("digits", "test").decoded().id_N) == 355
    assert not (home / "arrays.4242.part").exists()


def test_two_at_once_decode_once() -> None:
    reads: list[int] = []
    threads = [
        threading.Thread(target=PictureSet("digits", "train", 8).decoded, args=(lambda done, of: reads.append(done),)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reads.count(500) == 1


def test_the_data_job_decodes_both_halves(own_folders: Path) -> None:
    class Told:
        def progress(self, stage: str, done: int = 0, of: int = 0) -> None:
            assert stage == "reading pictures"

    sets.work_data(own_folders, {"dataset": "digits", "image_size": 16}, Told())
    assert PictureSet("digits", "train", 16).skipped() == PictureSet("digits", "test", 16).skipped() == []
    assert '"samples": 1442' in (own_folders / "result.json").read_text()


@pytest.mark.parametrize(
    ("name", "counts"),
    [("cifar10", (50_000, 10_000, 10)), ("imagenette", (2000, 1000, 10)), ("flowers12", (720, 240, 12)), ("camvid", (120, 60, 0))],
)
def test_real_sets_are_listed_with_their_counts(
    real_data: Path, monkeypatch: pytest.MonkeyPatch, name: str, counts: tuple[int, int, int]
) -> None:
    monkeypatch.setenv("SSL_DATA", str(real_data))
    row = rows()[name]
    assert (row.samples_train, row.samples_test, len(row.classes)) == counts
    assert row.ready and row.source == "data folder"


def test_zips_in_the_data_folder_are_a_set(own_folders: Path) -> None:
    for half in ("train", "test"):
        path = own_folders / "data" / "pets" / f"{half}.zip"
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in DROPPED:
                archive.writestr(name, data)
    assert (rows()["pets"].samples_train, rows()["pets"].samples_test) == (40, 40)


HALVES = [*((f"train/{name}", data) for name, data in DROPPED), ("test/cat/x.png", encoded())]


def older(own_folders: Path, split: str = "train", **facts: object) -> None:
    """Makes a set's arrays those of a version that didn't note what it can read."""
    (done,) = (own_folders / "cache" / "data" / sets.open_set("pets", split).digest()).glob("arrays/done.json")
    noted = {key: value for key, value in json.loads(done.read_text()).items() if key != "reads"}
    done.write_text(json.dumps({**noted, **facts}))


def test_what_an_older_version_skipped_is_tried_anew(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(own_folders / "data" / "pets", HALVES)
    square, refused = pixels.square, encoded(7)

    def as_before(data: bytes, size: int, range_: None = None) -> np.ndarray:
        if data == refused:
            raise unreadable.Unreadable("has 5 channels; up to 4 are read")
        return square(data, size)

    with monkeypatch.context() as patch:
        patch.setattr(pixels, "square", as_before)
        assert len(PictureSet("pets").decoded().id_N) == 38 and len(PictureSet("pets").skipped() or []) == 2
    assert PictureSet("pets").is_decoded() and len(PictureSet("pets").decoded().id_N) == 38
    older(own_folders)
    assert not PictureSet("pets").is_decoded() and PictureSet("pets").skipped() is None and PictureSet("pets").indices() is None
    assert len(PictureSet("pets").decoded().id_N) == 40
    assert PictureSet("pets").is_decoded() and PictureSet("pets").skipped() == []


def test_what_still_cant_be_read_is_tried_once_a_version(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(own_folders / "data" / "pets", [*HALVES, ("train/cat/bad.png", b"")])
    PictureSet("pets").decoded()
    older(own_folders)
    for version in (READS + 1, READS + 2):
        assert len(PictureSet("pets").decoded().id_N) == 40 and PictureSet("pets").is_decoded()
        assert PictureSet("pets").skipped() == [("train/cat/bad.png", "is empty")]
        monkeypatch.setattr("ssl_core.library.arrays.READS", version)
        assert PictureSet("pets").is_decoded() is False and PictureSet("pets").skipped() is None


def test_arrays_that_skipped_nothing_stay_whatever_version_made_them(own_folders: Path) -> None:
    lay(own_folders / "data" / "pets", HALVES)
    PictureSet("pets").decoded()
    older(own_folders)
    seen: list[tuple[int, int]] = []
    assert PictureSet("pets").is_decoded() and PictureSet("pets").skipped() == []
    assert len(PictureSet("pets").decoded(lambda *count: seen.append(count)).id_N) == 40 and not seen
