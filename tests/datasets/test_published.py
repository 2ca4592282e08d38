"""Published sets in torchvision's layout: the same pictures and labels as torchvision's own classes give, and damage said in words."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ssl_core.datasets import _published
from ssl_core.library import browse, names
from ssl_core.models import targets
from ssl_core.parts.catalogues import DATASETS
from ssl_core.reading import files
from ssl_core.records.spec import RunSpec
from ssl_core.settings import Recipe, SettingsError
from ssl_core.system.addresses import PUBLISHED
from ssl_core.types import DataInfo
from tests.help.layouts import LAYOUTS, photo

SIZES = {"cifar10": 32, "cifar100": 32, "fashionmnist": 28, "stl10": 96, "pcam": 96, "eurosat": 64}
CLASSES = {"flowers102": 102, "eurosat": 2, "fashionmnist": 10, "pcam": 2}  # the others name three


@pytest.fixture
def laid(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Lays out a set below SSL_DATA, or below a folder of its own there; what other tests added is in another folder of runs."""
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    monkeypatch.setenv("SSL_RUNS", str(tmp_path_factory.mktemp("runs")))
    monkeypatch.setenv("SSL_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setattr(files, "FRESH", 0.0)

    def lay(name: str, inside: str = "") -> Path:
        LAYOUTS[name](tmp_path / inside, monkeypatch)
        return tmp_path

    _published.forget_layouts()
    yield lay
    _published.forget_layouts()


def opened(name: str, split: str = "train", size: int = 32, **options: Any) -> Any:
    return DATASETS[name](DATASETS[name].Options.read(options, name), split, size)  # type: ignore[arg-type]


def theirs(name: str, root: Path, split: str) -> Any:
    """torchvision's own class, opened on the same files."""
    from torchvision import datasets

    train = split == "train"
    makers: dict[str, Callable[[], Any]] = {
        "cifar10": lambda: datasets.CIFAR10(root, train),
        "cifar100": lambda: datasets.CIFAR100(root, train),
        "stl10": lambda: datasets.STL10(root, split),
        "fashionmnist": lambda: datasets.FashionMNIST(root, train),
        "flowers102": lambda: datasets.Flowers102(root, split),
        "oxfordpets": lambda: datasets.OxfordIIITPet(root, "trainval" if train else "test"),
        "imagenette": lambda: datasets.Imagenette(root, "train" if train else "val", "160px"),
        "pcam": lambda: datasets.PCAM(root, split),
    }
    return makers[name]()


def test_all_nine_are_tried() -> None:
    assert set(LAYOUTS) == set(PUBLISHED) and set(PUBLISHED) < set(DATASETS) and not DATASETS.broken


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("name", sorted(set(PUBLISHED) - {"eurosat"}))
def test_pictures_and_labels_are_those_of_torchvision(name: str, split: str, laid: Callable[..., Path]) -> None:
    root = laid(name)
    ours, reference = opened(name, split, SIZES.get(name, 32)), theirs(name, root, split)
    assert len(ours) == len(reference) == ours.info.samples > 0
    for i in range(len(ours)):
        picture, label = reference[i]
        image_CHW, own = ours[i]
        assert own == label == ours.label(i)
        whole_HW3 = np.asarray(picture.convert("RGB"))
        if name in SIZES:
            assert (image_CHW.permute(1, 2, 0).numpy() == whole_HW3).all()
        else:
            assert (ours.picture(i, max(whole_HW3.shape)) == whole_HW3).all()
            assert image_CHW.shape == (3, 32, 32)


def test_every_picture_of_eurosat_is_in_one_half_with_its_folder_as_label(laid: Callable[..., Path]) -> None:
    from torchvision.datasets import EuroSAT

    reference = {Path(path).name: label for path, label in EuroSAT(laid("eurosat")).samples}
    halves = [opened("eurosat", split, 64) for split in ("train", "test")]
    ours = {Path(half.file(i)).name: half.label(i) for half in halves for i in range(len(half))}
    assert ours == reference and [len(half) for half in halves] == [10, 2]
    picture_HW3 = np.asarray(Image.open(halves[1].root / halves[1].file(0)))
    assert (halves[1][0][0].permute(1, 2, 0).numpy() == picture_HW3).all()
    assert halves[0].info.classes == ("annual crop", "forest")


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_the_same_place_gives_the_same_pixels_in_a_fresh_set(name: str, laid: Callable[..., Path]) -> None:
    laid(name)
    first = opened(name, size=24)
    _published.forget_layouts()
    again = opened(name, size=24)
    assert all((first[i][0] == again[i][0]).all() for i in range(len(first)))
    assert first.digest() == again.digest() != opened(name, "test", 24).digest()
    assert len(first.info.classes) == CLASSES.get(name, 3) and first.file(0) != first.file(1)
    assert first.picture(0, 40).shape[1] == 40 and first.info.colour is (name != "fashionmnist")


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_it_is_listed_once_and_only_under_its_name(name: str, laid: Callable[..., Path]) -> None:
    laid(name)
    ready = [row for row in browse.list_sets() if row.ready and row.name not in names.FIRST]
    assert [(row.name, row.source, row.download) for row in ready] == [(name, "built in", 0)]
    assert ready[0].samples_train == len(opened(name)) and ready[0].help


@pytest.mark.parametrize("name", ["flowers102", "cifar10"])
def test_torchvisions_folder_inside_one_of_our_name_is_found(name: str, laid: Callable[..., Path]) -> None:
    laid(name, inside=name)
    assert names.find(name).path is None and len(opened(name)) > 1


def test_class_folders_of_the_same_name_come_first(laid: Callable[..., Path], tmp_path: Path) -> None:
    laid("eurosat")
    for half in ("train", "test"):
        photo(tmp_path / "eurosat" / half / "sea" / f"{half}.png")
        photo(tmp_path / "eurosat" / half / "land" / f"{half}.png")
    row = next(row for row in browse.list_sets() if row.name == "eurosat")
    assert row.source == "data folder" and row.classes == ("land", "sea")


def test_the_hundred_thousand_without_labels_are_a_choice(laid: Callable[..., Path]) -> None:
    from torchvision.datasets import STL10

    reference = STL10(laid("stl10"), "unlabeled")
    ours = opened("stl10", size=96, learn_from="unlabelled")
    assert len(ours) == 4 and ours.info.classes == () and [ours.label(i) for i in range(4)] == [-1] * 4
    assert (ours[3][0].permute(1, 2, 0).numpy() == np.asarray(reference[3][0])).all()
    assert ours.digest() != opened("stl10", size=96).digest()
    assert len(opened("stl10", "test", learn_from="unlabelled").info.classes) == 3


def test_what_was_learnt_without_labels_is_measured_with_them(laid: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    laid("stl10")
    asked: dict[str, Any] = {"task": "rotation", "backbone": "convnet", "dataset": "stl10", "dataset_options": {"learn_from": "unlabelled"}}
    data = DataInfo(4, (), 32, True)
    spec = RunSpec(**asked, recipe=Recipe(image_size=32), data=data, mean=(0.5,) * 3, std=(0.2,) * 3)
    monkeypatch.setattr(targets, "folder_of", Path)
    monkeypatch.setattr(targets, "spec_of", lambda folder: spec)
    monkeypatch.setattr(targets, "run", lambda name: SimpleNamespace(title="Rotation 1"))
    target = targets.Target.parse("rotation-1")
    assert [len(target.pictures(split)) for split in ("train", "test")] == [3, 2] and target.pictures("train").info.classes
    assert browse.to_measure("scenes", {"n_train": 24}) == {"n_train": 24}


def test_the_validation_flowers_can_be_learnt_from_too(laid: Callable[..., Path]) -> None:
    laid("flowers102")
    more = opened("flowers102", with_validation=True)
    assert [Path(more.file(i)).stem for i in range(len(more))] == [f"image_{n:05d}" for n in (6, 1, 3, 5)]
    assert len(opened("flowers102", "test", with_validation=True)) == len(opened("flowers102", "test")) == 3


def test_what_is_not_there_is_refused_with_size_and_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    rows = {row.name: row for row in browse.list_sets()}
    for name, source in PUBLISHED.items():
        assert not rows[name].ready and rows[name].download == source.size
    assert rows["stl10"].reason == (
        f"STL-10 is not in '{tmp_path}': put its folder 'stl10_binary' there, or download it, 2.6 GB, "
        "on the Pictures screen or by 'python -m ssl_core fetch stl10'."
    )


DAMAGES = {
    "cifar10": ("cifar-10-batches-py/data_batch_1", "the checksum of 'data_batch_1' is wrong"),
    "stl10": ("stl10_binary/train_X.bin", "'train_X.bin' ends in the middle of a picture"),
    "fashionmnist": ("FashionMNIST/raw/train-images-idx3-ubyte", "is not complete"),
    "flowers102": ("flowers-102/setid.mat", "is not complete"),
    "oxfordpets": ("oxford-iiit-pet/annotations/trainval.txt", "is not complete"),
    "pcam": ("pcam/camelyonpatch_level_2_split_train_x.h5", "is not complete"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_file_cut_short_is_said_with_the_way_out(name: str, laid: Callable[..., Path]) -> None:
    file, words = DAMAGES[name]
    path = laid(name) / file
    path.write_bytes(path.read_bytes()[:-9] if name != "oxfordpets" else b"Abyssinian_1 one")
    with pytest.raises(SettingsError) as said:
        opened(name)[0]
    assert words in str(said.value) and "fetch it again" in str(said.value)


@pytest.mark.parametrize("name", ["flowers102", "eurosat"])
def test_a_picture_that_is_gone_is_skipped_and_named(name: str, laid: Callable[..., Path]) -> None:
    laid(name)
    data = opened(name)
    (data.root / data.file(0)).unlink()
    read = data.read_many(range(len(data)))
    assert read.skipped == [(data.file(0), "no such file or directory")] and list(read.id_N) == list(range(1, len(data)))


class Spell:
    """Pickled, it stands for a call of anything."""

    def __reduce__(self) -> Any:
        return (Path.touch, (Path("cast"),))


def test_a_pickle_that_wants_to_run_something_is_refused(
    laid: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid("cifar10")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cifar-10-batches-py" / "batches.meta").write_bytes(pickle.dumps({"label_names": [Spell()]}))
    with pytest.raises(SettingsError, match="it wants .*, which isn't let in"):
        opened("cifar10")
    assert not (tmp_path / "cast").exists()


def test_a_run_that_was_allowed_to_download_still_opens(laid: Callable[..., Path]) -> None:
    laid("cifar10")
    assert opened("cifar10", download=True).digest() == opened("cifar10").digest()
    with pytest.raises(SettingsError, match="cifar10 has no setting 'upload'"):
        opened("cifar10", upload=True)
