"""Decoding: once, whole, and honest about what couldn't be read."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ssl_core.datasets.base import BadPicture, ImageSet, Pictures, statistics
from ssl_core.functional.words import WORDS_PER_CAPTION, word_ids
from ssl_core.library.arrays import BLOCK, decode
from ssl_core.library.decoded import Decoded
from ssl_core.settings import Settings
from ssl_core.system.roots import data_root
from ssl_core.types import DataInfo


def whole(pictures: Decoded) -> np.ndarray:
    """All pictures at once, for a test."""
    return pictures.images(range(len(pictures)))


class Counted(ImageSet):
    """Pictures of one value each: place i is all i; some can't be read."""

    name = "counted"
    title = "Counted"

    def __init__(self, count: int = 12, bad: tuple[int, ...] = (), words: tuple[str, ...] = ()) -> None:
        super().__init__(Settings(), "train", 8)
        self.count, self.bad, self.reads, self.closed = count, bad, 0, 0
        self.info = DataInfo(count, ("even", "odd"), 8, True, words)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        if i in self.bad:
            raise BadPicture(f"{i}.png", "is empty")
        return torch.full((3, 8, 8), i % 256, dtype=torch.uint8), i % 2

    def picture(self, i: int, size: int) -> np.ndarray:
        return np.full((size, size, 3), i % 256, np.uint8)

    def caption(self, i: int) -> str:
        return "odd thing" if i % 2 else "even thing"

    def identity(self) -> dict[str, Any]:
        return {"count": self.count, "bad": list(self.bad)}

    def read_many(self, ids: Iterable[int]) -> Pictures:
        self.reads += 1
        return super().read_many(ids)

    def close(self) -> None:
        self.closed += 1


def test_every_picture_is_in_its_row(tmp_path: Path) -> None:
    arrays = decode(Counted(), tmp_path)
    assert whole(arrays).shape == (12, 3, 8, 8) and whole(arrays).dtype == np.uint8
    assert whole(arrays)[:, 0, 0, 0].tolist() == list(range(12))
    assert arrays.label_N.tolist() == [0, 1] * 6
    assert arrays.id_N.tolist() == list(range(12))


def test_pictures_that_cannot_be_read_are_named_and_leave_no_empty_row(tmp_path: Path) -> None:
    arrays = decode(Counted(bad=(0, 5, 11)), tmp_path)
    assert arrays.skipped == [("0.png", "is empty"), ("5.png", "is empty"), ("11.png", "is empty")]
    assert arrays.id_N.tolist() == [1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert whole(arrays)[:, 0, 0, 0].tolist() == arrays.id_N.tolist()


def test_a_set_of_only_bad_pictures_is_empty_and_named(tmp_path: Path) -> None:
    arrays = decode(Counted(2, bad=(0, 1)), tmp_path)
    assert len(whole(arrays)) == len(arrays.label_N) == 0
    assert len(arrays.skipped) == 2


def test_the_second_time_nothing_is_read(tmp_path: Path) -> None:
    first = decode(Counted(bad=(3,)), tmp_path)
    again = Counted(bad=(3,))
    second = decode(again, tmp_path)
    assert again.reads == 0
    assert np.array_equal(whole(first), whole(second)) and first.skipped == second.skipped


def test_decoded_pixels_are_mapped_not_loaded(tmp_path: Path) -> None:
    assert isinstance(decode(Counted(), tmp_path)._images_NCHW, np.memmap)


def test_half_written_arrays_are_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "arrays"
    half.mkdir()
    (half / "images.npy").write_bytes(b"half a file")
    assert whole(decode(Counted(), tmp_path))[:, 0, 0, 0].tolist() == list(range(12))


def test_a_stop_in_the_middle_leaves_nothing_that_counts_as_done(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def report(done: int, of: int) -> None:
        if done >= BLOCK:
            raise Stopped

    data = Counted(2 * BLOCK)
    with pytest.raises(Stopped):
        decode(data, tmp_path, report)
    assert data.closed == 1
    assert not (tmp_path / "arrays").exists()
    assert len(decode(Counted(2 * BLOCK), tmp_path).id_N) == 2 * BLOCK


def test_a_full_disk_is_an_error_before_any_picture_is_read_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    data = Counted()
    with pytest.raises(OSError, match="No space left"):
        decode(data, tmp_path)
    assert data.reads == 0 and not list(tmp_path.iterdir())


def test_a_disk_that_keeps_no_room_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(*_: int) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "posix_fallocate", unable)
    assert len(decode(Counted(), tmp_path).id_N) == 12


def test_arrays_have_their_room_on_the_disk_before_they_are_filled(tmp_path: Path) -> None:
    facts = []
    decode(Counted(2 * BLOCK), tmp_path, lambda done, of: facts.append(next(tmp_path.rglob("images.npy")).stat()))
    assert facts[0].st_blocks * 512 >= facts[0].st_size == facts[-1].st_size


def test_report_counts_to_the_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    decode(Counted(BLOCK + 1), tmp_path, lambda done, of: seen.append((done, of)))
    assert seen == [(0, BLOCK + 1), (BLOCK, BLOCK + 1), (BLOCK + 1, BLOCK + 1)]


def test_captions_become_word_ids(tmp_path: Path) -> None:
    arrays = decode(Counted(2, words=("even", "odd", "thing")), tmp_path)
    words = arrays.column("words")
    assert words is not None
    assert words[[0, 1]][:, :3].tolist() == [[1, 3, 0], [2, 3, 0]]


def test_without_captions_there_are_no_words(tmp_path: Path) -> None:
    assert decode(Counted(), tmp_path).column("words") is None


def test_word_ids_are_padded_cut_and_leave_unknown_words_out() -> None:
    assert word_ids("Red, green mauve red", ("green", "red"))[:4].tolist() == [2, 1, 2, 0]
    assert len(word_ids("red " * 100, ("red",))) == WORDS_PER_CAPTION


def test_digest_follows_identity_and_size() -> None:
    plain, other = Counted(), Counted(13)
    larger = Counted()
    larger.image_size = 16
    assert plain.digest() == Counted().digest()
    assert len({plain.digest(), other.digest(), larger.digest()}) == 3


def test_statistics_are_numpys() -> None:
    mean_C, std_C = statistics(Counted(64))
    values = np.arange(64) / 255
    assert mean_C == pytest.approx([values.mean()] * 3, abs=1e-4)
    assert std_C == pytest.approx([values.std()] * 3, abs=2e-3)  # of 64 × 64 pixels, divided by n - 1


def test_statistics_of_nothing_readable_are_neutral() -> None:
    assert statistics(Counted(2, bad=(0, 1))) == ([0.5] * 3, [0.25] * 3)


def test_what_was_decoded_is_noted(tmp_path: Path) -> None:
    decode(Counted(bad=(1,)), tmp_path)
    note = json.loads((tmp_path / "arrays" / "done.json").read_text())
    assert note["rows"] == 11 and note["data"] == {"count": 12, "bad": [1]}


def test_data_root_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    assert data_root() == tmp_path
    monkeypatch.delenv("SSL_DATA")
    assert data_root() == Path("data")
