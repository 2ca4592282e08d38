"""CIFAR-10 in torchvision's layout: found, checked by its sums, refused in words where it isn't there."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import CIFAR10

from ssl_core.data import cifar10
from ssl_core.data.cifar10 import BATCHES, CLASSES, Cifar10
from ssl_core.settings import SettingsError


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    monkeypatch.setattr(Cifar10, "name", "cifar10", raising=False)
    cifar10._loaded.cache_clear()
    yield tmp_path
    cifar10._loaded.cache_clear()


def lay_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small batches in the published layout, and torchvision told their checksums."""
    rng = np.random.default_rng(0)
    files = {}
    for name in ("data_batch_1", "test_batch"):
        pixels = rng.integers(0, 256, (6, 3072), np.uint8)
        files[name] = pickle.dumps({"data": pixels, "labels": [0, 9, 3, 1, 2, 5]})
    files["batches.meta"] = pickle.dumps({"label_names": list(CLASSES)})
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    sums = {name: hashlib.md5(data).hexdigest() for name, data in files.items()}
    monkeypatch.setattr(CIFAR10, "train_list", [["data_batch_1", sums["data_batch_1"]]])
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", sums["test_batch"]]])
    monkeypatch.setattr(CIFAR10, "meta", {"filename": "batches.meta", "key": "label_names", "md5": sums["batches.meta"]})


def opened(split: str = "train", size: int = 32, **options: bool) -> Cifar10:
    return Cifar10(Cifar10.Options(**options), split, size)  # type: ignore[arg-type]


@pytest.mark.parametrize("where", ["", "cifar10"])
def test_torchvisions_layout_is_found(own_data: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    lay_out(own_data / where / BATCHES, monkeypatch)
    theirs = CIFAR10(str(own_data / where), train=False)
    test = opened("test")
    for i in range(6):
        image_CHW, label = test[i]
        assert torch.equal(image_CHW, torch.from_numpy(theirs.data[i]).permute(2, 0, 1))
        assert label == theirs.targets[i]


def test_another_size_is_resized(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(own_data / BATCHES, monkeypatch)
    assert opened(size=48)[0][0].shape == (3, 48, 48)
    assert opened().picture(0, 128).shape == (128, 128, 3)


def test_a_damaged_file_is_refused_by_its_sum(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(own_data / BATCHES, monkeypatch)
    batch = own_data / BATCHES / "data_batch_1"
    batch.write_bytes(batch.read_bytes()[:-1] + b"x")
    with pytest.raises(SettingsError, match="is not complete: delete 'cifar-10-batches-py' there and fetch it again"):
        opened()[0]


def test_where_it_is_missing_the_error_says_what_to_do(own_data: Path) -> None:
    with pytest.raises(SettingsError, match=f"CIFAR-10 is not in '{own_data}': put its folder .* or set 'download' to fetch 171 MB"):
        opened()


def test_without_a_network_the_download_says_so(own_data: Path) -> None:
    with pytest.raises(SettingsError, match="can't be downloaded .* put its folder 'cifar-10-batches-py' into"):
        opened(download=True)


def test_asking_for_the_download_changes_no_pixel(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(own_data / BATCHES, monkeypatch)
    assert opened(download=True).digest() == opened().digest() != opened("test").digest()
