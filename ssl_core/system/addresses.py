"""Where published data sets are downloaded: addresses, sizes, checksums, said once. Folders are torchvision's. No torch.

Checksums are those that torchvision records. Where torchvision names an address without https, or one behind a page to click through,
another address of the same file, with the same checksum, is named here.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class File(NamedTuple):
    """One file to download."""

    address: str
    size: int  # bytes, for progress and the check of free space; `sum` decides whether a file is complete
    sum: str  # "md5:…" or "sha256:…"; the first digits are enough
    into: str = ""  # folder below the root that the file, or the content of the archive, goes into

    @property
    def name(self) -> str:
        """The file's name on disk: the last part of the address."""
        return self.address.partition("?")[0].rpartition("/")[2]


class Publication(NamedTuple):
    """A data set as its authors publish it."""

    title: str
    marks: tuple[str, ...]  # paths below the root: the set is there if one of them exists; `files` make the first
    files: tuple[File, ...]

    @property
    def folder(self) -> str:
        """The set's folder below the root."""
        return self.marks[0].split("/")[0]

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(file.size for file in self.files)


CIFAR = "https://www.cs.toronto.edu/~kriz/"
FASHION = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
FLOWERS = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/"
PETS = "https://www.robots.ox.ac.uk/~vgg/data/pets/data/"
EUROSAT = "https://huggingface.co/datasets/torchgeo/eurosat/resolve/c877bcd43f099cd0196738f714544e355477f3fd/"
PCAM = "https://zenodo.org/records/2546921/files/camelyonpatch_level_2_split_"

PUBLISHED: dict[str, Publication] = {
    "cifar10": Publication(
        "CIFAR-10",
        ("cifar-10-batches-py",),
        (File(CIFAR + "cifar-10-python.tar.gz", 170_498_071, "md5:c58f30108f718f92721af3b95e74349a"),),
    ),
    "cifar100": Publication(
        "CIFAR-100",
        ("cifar-100-python",),
        (File(CIFAR + "cifar-100-python.tar.gz", 169_001_437, "md5:eb9058c3a382ffc7106e4002c42a8d85"),),
    ),
    "eurosat": Publication(
        "EuroSAT",
        ("eurosat/2750",),
        (File(EUROSAT + "EuroSAT.zip", 94_280_567, "md5:c8fa014336c82ac7804f0398fcb19387", "eurosat"),),
    ),
    "fashionmnist": Publication(
        "Fashion-MNIST",
        ("FashionMNIST/raw",),
        (
            File(FASHION + "train-images-idx3-ubyte.gz", 26_421_880, "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d", "FashionMNIST/raw"),
            File(FASHION + "train-labels-idx1-ubyte.gz", 29_515, "md5:25c81989df183df01b3e8a0aad5dffbe", "FashionMNIST/raw"),
            File(FASHION + "t10k-images-idx3-ubyte.gz", 4_422_102, "md5:bef4ecab320f06d8554ea6380940ec79", "FashionMNIST/raw"),
            File(FASHION + "t10k-labels-idx1-ubyte.gz", 5_148, "md5:bb300cfdad3c16e7a12a480ee83cd310", "FashionMNIST/raw"),
        ),
    ),
    "flowers102": Publication(
        "Oxford's 102 flowers",
        ("flowers-102/jpg",),
        (
            File(FLOWERS + "imagelabels.mat", 502, "md5:e0620be6f572b9609742df49c70aed4d", "flowers-102"),
            File(FLOWERS + "setid.mat", 14_989, "md5:a5357ecc9cb78c4bef273ce3793fc85c", "flowers-102"),
            File(FLOWERS + "102flowers.tgz", 344_862_509, "md5:52808999861908f626f3c1f4e79d11fa", "flowers-102"),
        ),
    ),
    "imagenette": Publication(  # the smallest of three sizes is downloaded; another that is there already is read instead
        "Imagenette",
        ("imagenette2-160/train", "imagenette2-320/train", "imagenette2/train"),
        (File("https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz", 99_003_388, "md5:e793b78cc4c9e9a4ccc0c1155377a412"),),
    ),
    "oxfordpets": Publication(
        "Oxford's pets",
        ("oxford-iiit-pet/images",),
        (
            File(PETS + "annotations.tar.gz", 19_173_078, "md5:95a8c909bbe2e81eed6a22bccdf3f68f", "oxford-iiit-pet"),
            File(PETS + "images.tar.gz", 791_918_971, "md5:5c4f3ee8e5d25df40f4fd59a7f44e54c", "oxford-iiit-pet"),
        ),
    ),
    "pcam": Publication(
        "PatchCamelyon",
        ("pcam/camelyonpatch_level_2_split_train_x.h5",),
        (
            File(PCAM + "test_y.h5.gz", 3_040, "md5:60a7035772fbdb7f34eb86d4420cf66a", "pcam"),
            File(PCAM + "train_y.h5.gz", 21_378, "md5:35c2d7259d906cfc8143347bb8e05be7", "pcam"),
            File(PCAM + "test_x.h5.gz", 800_875_929, "md5:d8c2d60d490dbd479f8199bdfa0cf6ec", "pcam"),
            File(PCAM + "train_x.h5.gz", 6_421_353_462, "md5:1571f514728f59376b705fc836ff4b63", "pcam"),
        ),
    ),
    "stl10": Publication(
        "STL-10",
        ("stl10_binary",),
        (File("https://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz", 2_640_397_119, "md5:91f7769df0f17e558f3565bffb0c7dfb"),),
    ),
}


def megabytes(size: int) -> str:
    """Bytes as a person says them: "170 MB", "2.6 GB"."""
    return f"{size / 1e6:.0f} MB" if size < 999.5e6 else f"{size / 1e9:.1f} GB"


def root_of(name: str, data: Path) -> tuple[Path, str] | None:
    """The root below which a published set lies, and the mark found there; None where no mark is found."""
    for root in (data / name, data):
        for mark in PUBLISHED[name].marks:
            if (root / mark).exists():
                return root, mark
    return None


def is_published(folder: Path) -> bool:
    """Whether a folder below the data root is a published set as torchvision lays it out, not a person's own folder of classes."""
    own = PUBLISHED.get(folder.name)
    if own is not None and any((folder / mark).exists() for mark in own.marks):
        return True
    if own is not None and any(folder.glob("train*")):
        return False
    marks = [mark for source in PUBLISHED.values() for mark in source.marks]
    return any(mark.split("/")[0] == folder.name and (folder.parent / mark).exists() for mark in marks)
