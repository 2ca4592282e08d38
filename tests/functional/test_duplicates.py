"""Near duplicates: copies are found, different pictures aren't, and no bucket makes the work grow with the square of the set."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from ssl_core.functional.duplicates import hashing
from ssl_core.functional.duplicates.hashing import SIDE, proposed_pairs
from ssl_core.functional.duplicates.search import Duplicates, near_duplicates
from tests.help.photographs import photograph

MANY = 150  # pictures of a set


def small(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream)


@pytest.fixture(scope="module")
def set_NHWC() -> np.ndarray:
    """Pictures of which no two are alike."""
    return np.stack([small(photograph(seed)) for seed in range(MANY)])


def pairs(found: Duplicates) -> list[tuple[int, int]]:
    return [(one, two) for one, two in found.pair_P2.tolist()]


CHANGED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG of quality 90": lambda picture: jpeg(picture, 90),
    "JPEG of quality 30": lambda picture: jpeg(picture, 30),
    "half the side": lambda picture: picture.resize((32, 32)),
    "twice the side": lambda picture: picture.resize((128, 128)),
    "cut at the left": lambda picture: picture.crop((3, 0, 64, 64)),
    "cut at the top": lambda picture: picture.crop((0, 3, 64, 64)),
    "cut at the right": lambda picture: picture.crop((0, 0, 61, 64)),
    "cut at the bottom": lambda picture: picture.crop((0, 0, 64, 61)),
    "cut all around": lambda picture: picture.crop((3, 3, 61, 61)),
    "cut, made smaller, recompressed": lambda picture: jpeg(picture.crop((3, 0, 64, 64)).resize((40, 40)), 50),
    "brighter": lambda picture: picture.point(lambda level: 0.9 * level + 20),
}


@pytest.mark.parametrize("change", CHANGED)
def test_a_changed_copy_is_found_and_nothing_else(set_NHWC: np.ndarray, change: str) -> None:
    copies = np.stack([small(CHANGED[change](photograph(seed))) for seed in range(20)])
    assert pairs(near_duplicates(np.concatenate([set_NHWC, copies]))) == [(k, MANY + k) for k in range(20)]


DIFFERENT: dict[str, Callable[[Image.Image], Image.Image]] = {
    "mirrored": lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "the middle alone": lambda picture: picture.crop((16, 16, 48, 48)),
    "one part another": lambda picture: patched(picture),
    "other colours": lambda picture: Image.merge("RGB", picture.split()[::-1]),
    "negative": lambda picture: picture.point(lambda level: 255 - level),
}


def patched(picture: Image.Image) -> Image.Image:
    other = picture.copy()
    other.paste(photograph(10_000).crop((0, 0, 24, 24)), (20, 20))
    return other


@pytest.mark.parametrize("change", DIFFERENT)
def test_what_is_another_picture_is_no_duplicate(set_NHWC: np.ndarray, change: str) -> None:
    others = np.stack([small(DIFFERENT[change](photograph(seed))) for seed in range(20)])
    assert pairs(near_duplicates(np.concatenate([set_NHWC, others]))) == []


def test_pictures_of_one_layout_are_no_duplicates_by_what_all_share() -> None:
    """As X-rays are: a layout over all, and a little that is each picture's own."""
    layout = photograph(20_000)
    alike = [small(Image.blend(layout, photograph(seed), 0.15)) for seed in range(MANY)]
    copy = small(jpeg(Image.blend(layout, photograph(7), 0.15), 85))
    assert pairs(near_duplicates(np.stack([*alike, copy]))) == [(7, MANY)]


def test_pictures_of_one_colour_are_compared_with_none(set_NHWC: np.ndarray) -> None:
    plain = np.full((3, SIDE, SIDE, 3), 200, np.uint8)
    found = near_duplicates(np.concatenate([plain, set_NHWC[:5]]))
    assert (pairs(found), found.plain.tolist()) == ([], [0, 1, 2])


def test_rows_left_out_take_no_part(set_NHWC: np.ndarray) -> None:
    twice = np.concatenate([set_NHWC[:10], set_NHWC[:10]])
    assert pairs(near_duplicates(twice, np.array([0, 3, 13, 14]))) == [(3, 13)]


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_pictures_have_no_pairs(set_NHWC: np.ndarray, count: int) -> None:
    assert pairs(near_duplicates(set_NHWC[:count])) == []


def test_a_full_bucket_is_looked_at_in_part_and_said(set_NHWC: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "CROWD", 4)
    found = near_duplicates(np.concatenate([set_NHWC[:40], np.repeat(set_NHWC[40:41], 30, axis=0)]))
    assert found.crowded.tolist() == [*range(40, 70)]
    assert 0 < len(found.pair_P2) < 30 * 29 // 2


def test_the_work_can_be_stopped_at_any_report(set_NHWC: np.ndarray) -> None:
    def stop(done: int, of: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        near_duplicates(set_NHWC, report=stop)


def test_proposals_are_far_fewer_than_all_pairs(set_NHWC: np.ndarray) -> None:
    proposed, _ = proposed_pairs(set_NHWC.mean(axis=3).astype(np.uint8))
    assert len(proposed) < MANY


def test_frequencies_of_a_cut_are_those_of_the_cut_picture() -> None:
    """Against Pillow, which cuts and resizes by a triangle too."""
    picture = photograph(3, 320).convert("L").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    cut = hashing._frequencies(np.asarray(picture)[None], (0.05, 0, 0, 0.05))
    box = (0.05 * SIDE, 0, SIDE, 0.95 * SIDE)
    by_pillow = np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box))
    assert np.corrcoef(cut[0], hashing._frequencies(by_pillow[None], (0, 0, 0, 0))[0])[0, 1] > 0.999
