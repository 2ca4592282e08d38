"""Every file of a random tree is in exactly one row of the account, in folders, zips and tars, in any order of listing."""

from __future__ import annotations

import random
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from ssl_core.reading.account import Choice
from ssl_core.reading.layout.understood import laid_out
from ssl_core.reading.sources import PICTURES
from ssl_core.reading.understood import understood
from tests.help.trees import PNG

FOLDERS = [
    "train",
    "test",
    "val",
    "seg_train",
    "test_set",
    "dev",
    "unlabeled",
    "cats",
    "dogs",
    "0",
    "1",
    "2017",
    "images",
    "masks",
    "mask",
    "ground_truth",
    "JPEGImages",
    "@eaDir",
    "#recycle",
    ".cache",
    "__MACOSX",
    "thumbs",
    "part_1",
    "part_2",
    "Train",
    "a&b",
    "éa",
    "no%20de",
    "train_images",
    "annotations",
]
FILES = [
    "a.png",
    "b.jpg",
    "cat.0.png",
    "dog.1.png",
    "a_mask.png",
    "IMG_1.JPG",
    ".hidden",
    "Thumbs.db",
    "labels.csv",
    "train.txt",
    "test.csv",
    "x.json",
    "y.xml",
    "z.svg",
    "README.md",
    "noending",
    "w.xlsx",
    "m.jsonl",
    "q.pdf",
    "é.png",
    "a#b.png",
    "sample_submission.csv",
    "_classes.csv",
    "classes.txt",
]
TEXTS = {
    "labels.csv": b"file,label\na.png,x\nb.jpg,y\ncat.0.png,x\n",
    "train.txt": b"a\nb\n",
    "test.csv": b"file;label;split\na.png;1;test\n",
    "x.json": b'{"a.png": "x", "b.jpg": "y"}',
    "y.xml": b"<annotation><object><name>x</name></object></annotation>",
    "m.jsonl": b'{"file_name": "a.png", "label": "x"}\n',
    "_classes.csv": b"filename, x, y\na.png, 1, 0\nb.jpg, 0, 1\n",
    "classes.txt": b"0 x\n1 y\n",
    "sample_submission.csv": b"\xff\xfe\x00",
    "w.xlsx": b"PK",
}


def random_tree(seed: int) -> dict[str, bytes]:
    """Names with their bytes; at least one is a picture."""
    rng = random.Random(seed)
    folders = [""]
    for _ in range(rng.randint(0, 9)):
        folders.append(f"{rng.choice(folders)}{rng.choice(FOLDERS)}/")
    names = {f"{rng.choice(folders)}{rng.choice(FILES)}" for _ in range(rng.randint(1, 60))} | {"a.png"}
    names -= {name for name in names if any(other.startswith(f"{name}/") for other in names)}
    return {
        name: TEXTS.get(name.rpartition("/")[2], PNG if name.lower().endswith((*PICTURES, "noending")) else b"?") for name in sorted(names)
    }


def written(root: Path, tree: dict[str, bytes], kind: str) -> Path:
    """The tree as a folder, a zip or a tar."""
    if kind == "folder":
        for name, data in tree.items():
            (root / "set" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "set" / name).write_bytes(data)
        return root / "set"
    folder = written(root, tree, "folder")
    path = root / f"set.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name in tree:
                archive.write(folder / name, name)
    else:
        with tarfile.open(path, "w") as archive:
            for name in tree:
                archive.add(folder / name, name)
    return path


@pytest.mark.parametrize("kind", ["folder", "zip", "tar"])
def test_every_file_is_in_exactly_one_row(kind: str, tmp_path: Path) -> None:
    for seed in range(25):
        tree = random_tree(seed)
        found = understood(written(tmp_path / str(seed), tree, kind))
        assert found.account is not None
        rows = found.account.rows
        assert sum(row.files for row in rows) == len(tree), (seed, rows)
        count = Counter({(row.kind, row.part): 0 for row in rows})
        for row in rows:
            count[row.kind, row.part] += row.files
        learnt = count["picture", "train"] + count["picture", "unlabelled"]
        assert (len(found.train), len(found.test)) == (learnt, count["picture", "test"]), seed
        assert not {entry.name for entry in found.train} & {entry.name for entry in found.test}
        assert found.account.words.endswith(".") and len(set(rows)) == len(rows)


def test_an_archive_beside_pictures_is_a_row_too(tmp_path: Path) -> None:
    tree = {"cats/a.png": PNG, "dogs/b.png": PNG, "old.zip": b"PK", "cats/more.tar.gz": b"x"}
    account = understood(written(tmp_path, tree, "folder")).account
    assert account is not None and sum(row.files for row in account.rows) == 4


def test_the_order_of_listing_does_not_matter() -> None:
    for seed in range(60):
        names = list(random_tree(seed))
        once = laid_out(names, Choice(), lambda name: name.lower().endswith(PICTURES))
        random.Random(seed).shuffle(names)
        again = laid_out(names, Choice(), lambda name: name.lower().endswith(PICTURES))
        assert (once.roles, once.where, once.assumed) == (again.roles, again.where, again.assumed), seed
