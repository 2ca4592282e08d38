"""Small data sets in the layout of torchvision's classes; the checksums expected by our code and by torchvision are set to theirs."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ssl_core.datasets import cifar10, cifar100
from ssl_core.datasets.imagenette import CLASSES as WORDNET

Patch = pytest.MonkeyPatch
RNG = np.random.default_rng(0)


def noise(*shape: int) -> np.ndarray:
    return RNG.integers(0, 256, shape, np.uint8)


def photo(path: Path, size: tuple[int, int] = (20, 14)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(noise(size[1], size[0], 3)).save(path)


def sum_of(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def _batches(
    folder: Path, batches: dict[str, int], meta: tuple[str, dict[str, Any]], labels: str, module: Any, theirs: Any, patch: Patch
) -> None:
    folder.mkdir(parents=True)
    for name, count in batches.items():
        (folder / name).write_bytes(pickle.dumps({"data": noise(count, 3072), labels: [k % 3 for k in range(count)]}, protocol=2))
    (folder / meta[0]).write_bytes(pickle.dumps(meta[1], protocol=2))
    train, test = ({name: sum_of(folder / name) for name in batches if ("test" in name) is wanted} for wanted in (False, True))
    patch.setattr(module, "SUMS", {"train": {k: f"md5:{v}" for k, v in train.items()}, "test": {k: f"md5:{v}" for k, v in test.items()}})
    patch.setattr(module, "COUNT", {"train": sum(batches[n] for n in train), "test": sum(batches[n] for n in test)})
    patch.setattr(theirs, "train_list", [list(pair) for pair in train.items()])
    patch.setattr(theirs, "test_list", [list(pair) for pair in test.items()])
    patch.setattr(theirs, "meta", {"filename": meta[0], "key": next(iter(meta[1])), "md5": sum_of(folder / meta[0])})


def lay_cifar10(root: Path, patch: Patch) -> None:
    from torchvision.datasets import CIFAR10

    names = {"label_names": ["airplane", "automobile", "bird"]}
    batches = {"data_batch_1": 4, "data_batch_2": 3, "test_batch": 5}
    _batches(root / "cifar-10-batches-py", batches, ("batches.meta", names), "labels", cifar10, CIFAR10, patch)


def lay_cifar100(root: Path, patch: Patch) -> None:
    from torchvision.datasets import CIFAR100

    names = {"fine_label_names": ["apple", "aquarium_fish", "baby"]}
    _batches(root / "cifar-100-python", {"train": 6, "test": 4}, ("meta", names), "fine_labels", cifar100, CIFAR100, patch)


def lay_stl10(root: Path, patch: Patch) -> None:
    from torchvision.datasets import STL10

    folder = root / "stl10_binary"
    folder.mkdir(parents=True)
    for name, count in (("train_X.bin", 3), ("unlabeled_X.bin", 4), ("test_X.bin", 2)):
        noise(count, 3, 96, 96).tofile(folder / name)
    np.array([1, 3, 2], np.uint8).tofile(folder / "train_y.bin")
    np.array([2, 1], np.uint8).tofile(folder / "test_y.bin")
    (folder / "class_names.txt").write_text("airplane\nbird\ncar\n")
    patch.setattr(STL10, "train_list", [[n, sum_of(folder / n)] for n in ("train_X.bin", "train_y.bin", "unlabeled_X.bin")])
    patch.setattr(STL10, "test_list", [[n, sum_of(folder / n)] for n in ("test_X.bin", "test_y.bin")])


def lay_fashionmnist(root: Path, patch: Patch) -> None:
    folder = root / "FashionMNIST" / "raw"
    folder.mkdir(parents=True)
    for stem, count in (("train", 5), ("t10k", 3)):
        head = np.array([0x0803, count, 28, 28], ">i4").tobytes()
        (folder / f"{stem}-images-idx3-ubyte").write_bytes(head + noise(count, 28, 28).tobytes())
        head = np.array([0x0801, count], ">i4").tobytes()
        (folder / f"{stem}-labels-idx1-ubyte").write_bytes(head + bytes(k % 10 for k in range(count)))


def lay_flowers102(root: Path, patch: Patch) -> None:
    from scipy.io import savemat
    from torchvision.datasets import Flowers102

    home = root / "flowers-102"
    for n in range(1, 8):
        photo(home / "jpg" / f"image_{n:05d}.jpg")
    savemat(home / "imagelabels.mat", {"labels": np.array([[1, 1, 2, 2, 3, 3, 102]], np.uint8)})
    parts = {"trnid": [[6, 1]], "valid": [[3, 5]], "tstid": [[7, 2, 4]]}
    savemat(home / "setid.mat", {key: np.array(value, np.uint16) for key, value in parts.items()})
    known = {"image": ("102flowers.tgz", "")} | {
        k: (f, sum_of(home / f)) for k, f in (("label", "imagelabels.mat"), ("setid", "setid.mat"))
    }
    patch.setattr(Flowers102, "_file_dict", known)


def lay_oxfordpets(root: Path, patch: Patch) -> None:
    home, rows = root / "oxford-iiit-pet", []
    for k, name in enumerate(("Abyssinian_1", "Abyssinian_2", "american_bulldog_10", "Bengal_7")):
        photo(home / "images" / f"{name}.jpg")
        rows.append(f"{name} {(1, 1, 2, 3)[k]} {(1, 1, 2, 1)[k]} 1")
    (home / "annotations").mkdir()
    (home / "annotations" / "trainval.txt").write_text("\n".join(rows) + "\n")
    (home / "annotations" / "test.txt").write_text("\n".join([rows[0], *rows[2:]]) + "\n")


def lay_imagenette(root: Path, patch: Patch) -> None:
    for half, count in (("train", 2), ("val", 1)):
        for number in list(WORDNET)[:3]:
            for k in range(count):
                photo(root / "imagenette2-160" / half / number / f"{number}_{k}.JPEG")


def lay_eurosat(root: Path, patch: Patch) -> None:
    for kind in ("AnnualCrop", "Forest"):
        for k in range(6):
            photo(root / "eurosat" / "2750" / kind / f"{kind}_{k}.jpg", (64, 64))


def lay_pcam(root: Path, patch: Patch) -> None:
    import h5py

    (root / "pcam").mkdir(parents=True)
    for half, count in (("train", 3), ("test", 2)):
        stem = root / "pcam" / f"camelyonpatch_level_2_split_{half}"
        with h5py.File(f"{stem}_x.h5", "w") as file:
            file["x"] = noise(count, 96, 96, 3)
        with h5py.File(f"{stem}_y.h5", "w") as file:
            file["y"] = (np.arange(count) % 2).reshape(-1, 1, 1, 1).astype(np.uint8)


LAYOUTS = {name.removeprefix("lay_"): function for name, function in list(globals().items()) if name.startswith("lay_")}
