"""The interface of pictures in bulk: arrays keep it, and pictures in several files, read block by block, serve whoever reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from ssl_core.fewshot.support import features as features_of_some
from ssl_core.library.decoded import Decoded, RowColumn, Rows
from ssl_core.library.sets import PictureSet
from ssl_core.models.features import embedded
from ssl_core.models.targets import Target
from ssl_core.models.untrained import calibration_images
from ssl_core.training.source import BatchSource, all_images

SHARD = 100  # pictures of a file
MOST = 640  # rows that anybody may ask for at once: those of the calibration, less than half of the set


class Sharded(Decoded):
    """Pictures in files of 100; a file is opened for the rows that are asked for, and nobody may ask for a whole set."""

    def __init__(self, source: Decoded, folder: Path) -> None:
        super().__init__(source.label_N, source.id_N, source.skipped)
        self.folder, self.words, self.read = folder, source.column("words"), 0
        folder.mkdir()
        for number, (_, images_BCHW) in enumerate(source.blocks(SHARD)):
            np.save(folder / f"{number}.npy", images_BCHW)

    def images(self, rows: Rows) -> np.ndarray:
        assert len(rows) <= MOST < len(self) and len(set(np.asarray(rows).tolist())) == len(rows)
        self.read += len(rows)
        opened = {shard: np.load(self.folder / f"{shard}.npy") for shard in {int(row) // SHARD for row in rows}}
        return np.stack([opened[int(row) // SHARD][int(row) % SHARD] for row in rows])

    def column(self, name: str) -> RowColumn | None:
        return self.words if name == "words" else None


@pytest.fixture
def sharded(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sharded]:
    """Digits for training, in shards from here on; the arrays are gone from memory's reach."""
    found = Sharded(PictureSet("digits", "train", 8).decoded(), clean_folders / "shards")
    monkeypatch.setattr(PictureSet, "decoded", lambda asked, report=None: found)
    monkeypatch.setattr(PictureSet, "is_decoded", lambda asked: True)
    yield found


def digit(i: int) -> np.ndarray:
    return PictureSet("digits", "train", 8).open()[i][0].numpy()


def test_shards_serve_training(sharded: Sharded) -> None:
    label_S = torch.from_numpy(sharded.label_N)
    source = BatchSource(sharded, sharded, label_S, label_S, [7], torch.device("cpu"))
    assert sharded.read == 0  # nothing is read before the first batch
    samples = source.train(torch.tensor([650, 3, 99, 100]))
    assert [int(i) for i in samples.label_B] == [PictureSet("digits", "train", 8).open().label(i) for i in (650, 3, 99, 100)]
    assert np.array_equal((samples.images_BCHW * 255).round().byte().numpy(), np.stack([digit(i) for i in (650, 3, 99, 100)]))
    assert sharded.read == 4 and np.array_equal((source.fixed().images_BCHW[0] * 255).round().byte().numpy(), digit(7))


def test_shards_reach_an_accelerator_whole(sharded: Sharded) -> None:
    whole_SCHW = all_images(sharded, torch.device("cpu")).numpy()
    assert whole_SCHW.shape == (1442, 3, 8, 8) and sharded.read == 1443  # one of them to know their size
    assert np.array_equal(whole_SCHW[[0, 777, 1441]], np.stack([digit(i) for i in (0, 777, 1441)]))


def test_shards_serve_features(sharded: Sharded) -> None:
    found = embedded(Target.parse("pixels", "digits", {}, 8), "train", 600)
    assert len(found.id_S) == 600
    assert np.allclose(found.features_SD[17], digit(int(found.id_S[17])).reshape(-1) / np.float32(255))


def test_shards_serve_calibration(sharded: Sharded) -> None:
    images_SCHW = calibration_images(PictureSet("digits", "train", 8))
    assert len(images_SCHW) == 640 and sharded.read == 640


def test_shards_serve_support_sets(sharded: Sharded) -> None:
    found = features_of_some(Target.parse("pixels", "digits", {}, 8), [1200, 5, 640])
    assert set(found) == {1200, 5, 640} and np.allclose(found[1200], digit(1200).reshape(-1) / np.float32(255))


def test_arrays_read_rows_in_the_order_asked(clean_folders: Path) -> None:
    pictures = PictureSet("digits", "test", 8).decoded()
    rows = [9, 0, 4]
    data = PictureSet("digits", "test", 8).open()
    assert np.array_equal(pictures.images(rows), np.stack([data[i][0].numpy() for i in rows]))
    assert pictures.images([]).shape == (0, 3, 8, 8)


def test_a_block_that_was_read_can_be_written_to(clean_folders: Path) -> None:
    pictures = PictureSet("digits", "test", 8).decoded()
    pictures.images([0])[:] = 0
    assert pictures.images([0]).any()


def test_blocks_are_every_row_once(clean_folders: Path) -> None:
    pictures = PictureSet("digits", "test", 8).decoded()
    rows = [rows_B for rows_B, images_BCHW in pictures.blocks(100) if len(rows_B) == len(images_BCHW)]
    assert [len(each) for each in rows] == [100, 100, 100, 55] and np.concatenate(rows).tolist() == list(range(355))


def test_boxes_masks_and_captions_are_columns_where_a_set_has_them(clean_folders: Path) -> None:
    asked = PictureSet("scenes", "test", 16, {"n_train": 10, "n_test": 10})
    data, pictures = asked.open(), asked.decoded()
    columns = {name: pictures.column(name) for name in ("box", "mask", "caption", "words")}
    box, mask, caption, words = columns.values()
    assert box is not None and mask is not None and caption is not None and words is not None
    assert np.allclose(box[[3, 1]], [data.box(3), data.box(1)])
    assert mask[[2]].dtype == np.uint8 and np.array_equal(mask[[2]][0], data.mask(2))
    assert caption[[4, 0]].tolist() == [data.caption(4), data.caption(0)]


def test_a_set_without_boxes_masks_and_captions_has_no_such_columns(clean_folders: Path) -> None:
    pictures = PictureSet("digits", "test", 8).decoded()
    assert [pictures.column(name) for name in ("box", "mask", "caption", "words", "depth")] == [None] * 5
