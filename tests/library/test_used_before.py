"""A set used before folders had accounts keeps its reading and digests until the account is taken; labels follow files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import ssl_core as core
from ssl_core.library import accounts
from ssl_core.library.listing import listing
from ssl_core.reading import files
from ssl_core.reading.first import first_reading
from ssl_core.reading.same_reading import same_reading
from ssl_core.reading.understood import understood
from tests.help.folders import fill

CHANGED = {  # layouts that the two readings read differently
    "words of a split": [f"{half}/{kind}/{k}.png" for half in ("seg_train", "seg_test") for kind in ("sea", "wood") for k in range(60)],
    "validation under another word": [f"{part}/{kind}/{k}.png" for part in ("train", "dev") for kind in ("sea", "wood") for k in range(50)],
    "numbered parts": [f"scans_part_{1 + k % 2}/{k:03d}.png" for k in range(200)],
    "masks": [f"{kind}/{k}{end}.png" for kind in ("sea", "wood") for k in range(60) for end in ("", "_mask")],
    "class folders": [f"{kind}/{k}.png" for kind in ("ant", "bee", "cow") for k in range(70)],
}


def labelled(name: str) -> dict[str, str]:
    """Labels each picture of a set with the name of its file; the label by file."""
    store, found = core.label_store(core.runs_root()), listing(name)
    assert found is not None
    store.act([core.Action(name, picture, Path(file).name[:40], str(uuid.uuid4())) for picture, file in found.file_of.items()])
    return {file: Path(file).name for file in found.file_of.values()}


@pytest.fixture
def own(own_folders: Path) -> Iterator[Path]:
    """Folders of one's own; the store of labels is closed at the end."""
    yield own_folders
    core.label_store(core.runs_root()).close()


@pytest.mark.parametrize("layout", CHANGED)
def test_a_set_used_before_keeps_its_reading_and_labels_follow_their_files(own: Path, layout: str) -> None:
    root = fill(own / "photos", CHANGED[layout]).resolve()
    spec = own / "runs" / "simclr-1" / "spec.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"dataset": "mine"}))  # a run of an earlier version, which knew the set by this name
    (own / "runs" / "sets" / "mine").mkdir(parents=True)
    (own / "runs" / "sets" / "mine" / "set.json").write_text(json.dumps({"title": "mine", "path": str(root)}))
    first = first_reading(root)
    kept = files.index(root)
    assert kept.version == 1 and kept.digests == first.digests and kept.account is None
    wanted = labelled("mine")

    changed = accounts.change("mine", core.Choice())
    assert changed.moved or first.classes != understood(root).classes
    accounts.accept("mine")
    now, store = files.index(root), core.label_store(core.runs_root())
    assert now.account is not None and now.digests == understood(root).digests != first.digests
    found = listing("mine")
    assert found is not None
    of_pictures = {found.file_of[picture]: name for picture, name in store.labels("mine").items()}
    assert of_pictures and all(Path(file).name == name for file, name in of_pictures.items())
    assert len(of_pictures) + store.state("mine").away == len(wanted)  # of masks and of what is left aside the labels wait

    accounts.keep_first("mine")
    assert files.index(root).digests == first.digests
    again = listing("mine")
    assert again is not None and {again.file_of[picture]: name for picture, name in store.labels("mine").items()} == wanted


def test_a_set_that_nobody_used_gets_an_account(own: Path) -> None:
    root = fill(own / "photos", CHANGED["words of a split"]).resolve()
    assert files.index(root).account is not None and files.index(root).classes == ("sea", "wood")
    core.add_folder("mine", root)
    assert files.index(root).version == 2


def test_a_set_that_both_read_alike_keeps_its_digest(own: Path) -> None:
    root = fill(own / "photos", [f"{half}/{kind}/{k}.png" for half in ("train", "test") for kind in "ab" for k in range(5)]).resolve()
    assert same_reading(first_reading(root), understood(root))
    assert files.index(root).digests == first_reading(root).digests and files.index(root).account is not None
