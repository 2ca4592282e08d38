"""The range of a camera with pictures of 16 bits: found by a look, kept with the set, and read by from then on."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ssl_core.jobs.worker import work
from ssl_core.library.accounts import accept, keep_first, reading_of
from ssl_core.library.browse import add_folder, range_of_run, upload_picture
from ssl_core.library.look import ask_look, look
from ssl_core.library.sets import open_set
from ssl_core.reading import files
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.system.disk import write_json
from ssl_core.training.request import new_run
from tests.help.folders import encoded
from tests.help.photographs import photograph

pytestmark = pytest.mark.usefixtures("clean_folders")
SIDE, LEVEL = 40, 2000  # pixels; of 4 095


def deep(seed: int, hot: bool = False) -> bytes:
    """A gray picture of 12 bits in 16; a hot pixel needs all 16."""
    values_HW = np.random.default_rng(seed).integers(LEVEL - 100, LEVEL + 100, (SIDE, SIDE)).astype(np.uint16)
    if hot:
        values_HW[5, 5] = 65535
    stream = io.BytesIO()
    Image.fromarray(values_HW).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def scans(tmp_path: Path) -> str:
    """Four pictures, one of them with a hot pixel."""
    return made(tmp_path, {f"{part}/{kind}/{k}.png": deep(k, k == 3) for k, (part, kind) in enumerate(PLACES)})


PLACES = [("train", "a"), ("train", "b"), ("test", "a"), ("test", "b")]


def made(tmp_path: Path, pictures: dict[str, bytes]) -> str:
    for name, data in pictures.items():
        (tmp_path / "scans" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "scans" / name).write_bytes(data)
    return add_folder("scans", tmp_path / "scans")


def looked(name: str) -> None:
    assert work(ask_look(name)).state == "done"
    files.forget()


def brightness(name: str, split: str) -> list[float]:
    data = open_set(name, split, SIDE)
    return [float(data[i][0].float().mean()) for i in range(len(data))]


def test_a_hot_pixel_makes_its_picture_dark_until_the_set_was_looked_at(scans: str) -> None:
    bright = LEVEL / 4095 * 255
    assert brightness(scans, "test") == pytest.approx([bright, bright / 16], rel=0.1)
    assert "pixels not looked at yet" in reading_of(scans).account.words
    before = {split: open_set(scans, split, SIDE).digest() for split in ("train", "test")}
    looked(scans)
    assert brightness(scans, "train") + brightness(scans, "test") == pytest.approx([bright] * 4, rel=0.02)
    words = reading_of(scans).account.words
    assert "12 bits in 16, read by the camera's range over the whole set; no picture comes twice, and each can be read" in words
    assert "not looked at" not in words and look(scans).range.plain() == {"bits": 12, "pictures": 4, "beyond": 0}
    assert all(open_set(scans, split, SIDE).digest() != digest for split, digest in before.items())
    assert open_set(scans, "train", SIDE).identity().keys() == {"files", "bits"}
    run = new_run({"task": "rotation", "dataset": scans, "recipe": {"image_size": 8, "batch": 2}})
    assert spec_of(folder_of(run)).range["bits"] == 12
    assert upload_picture(deep(8, hot=True), range_of_run(run)).mean() == pytest.approx(bright, rel=0.02)


def test_where_no_picture_has_16_bits_a_look_changes_no_digest(tmp_path: Path) -> None:
    same = encoded(photograph(7))
    name = made(
        tmp_path,
        {f"{part}/{kind}/1.png": encoded(photograph(k)) for k, (part, kind) in enumerate(PLACES)}
        | {"test/a/2.png": same, "train/a/2.png": same},
    )
    (tmp_path / "scans" / "train" / "a" / "cut.png").write_bytes(encoded(photograph(9))[:-30])
    files.forget()
    before = [open_set(name, split).digest() for split in ("train", "test")]
    looked(name)
    assert [open_set(name, split).digest() for split in ("train", "test")] == before
    assert open_set(name).range is None and open_set(name).identity().keys() == {"files"}
    words = reading_of(name).account.words
    assert "1 file repeats another byte for byte" in words and "1 file can't be read" in words and "bits" not in words


def test_what_was_seen_of_other_files_does_not_count(scans: str, tmp_path: Path) -> None:
    looked(scans)
    (tmp_path / "scans" / "train" / "a" / "new.png").write_bytes(deep(9))
    files.forget()
    assert open_set(scans).range is None and "pixels not looked at yet" in reading_of(scans).account.words


def test_a_set_that_was_used_before_keeps_its_pixels_until_its_account_is_accepted(scans: str, tmp_path: Path) -> None:
    write_json(_kept(tmp_path) / "before.json", [scans])
    before = open_set(scans, "test", SIDE).digest()
    looked(scans)
    assert open_set(scans, "test", SIDE).digest() == before
    assert "16 bits, each picture read by itself, as when the set was first used" in reading_of(scans).account.words
    accept(scans)
    assert open_set(scans, "test", SIDE).range.bits == 12
    keep_first(scans)
    assert open_set(scans, "test", SIDE).digest() == before


def _kept(tmp_path: Path) -> Path:
    kept = tmp_path / "runs" / "sets" / ".readings"
    kept.mkdir(parents=True, exist_ok=True)
    return kept


def test_a_damaged_note_of_a_look_is_as_none(scans: str, tmp_path: Path) -> None:
    looked(scans)
    (note,) = _kept(tmp_path).glob("*.seen.json")
    for text in ("{", "[]", '{"files": "x"}', '{"files": "x", "range": {"bits": 3}, "words": ""}'):
        note.write_text(text)
        files.forget()
        assert open_set(scans).range is None
