"""The sizes that ImageNet's networks see, and pictures read anew from their files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ssl_core.backbones.torchvision import native_size
from ssl_core.library.arrays import decoded
from ssl_core.library.sets import PictureSet
from ssl_core.models.blocks import balanced_rows, read_anew
from ssl_core.models.features import embed_request, embedded, target_of, unchanged_target
from ssl_core.models.sizes import sizes_in_words
from ssl_core.models.targets import Target, parse_all
from ssl_core.reading.images.sides import shorter_side, side_of_files
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.settings import SettingsError
from tests.help.evaluation import SIZE, run_with_weights

IMAGENET = "imagenet:mobilenet_v2"


def photographs(root: Path, side: int, count: int = 8, broken: int = 0) -> str:
    """A folder of two classes with `count` random pictures a split and class, `broken` of them damaged; its path."""
    rng = np.random.default_rng(0)
    for split in ("train", "test"):
        for name in ("cat", "dog"):
            (root / split / name).mkdir(parents=True)
            for k in range(count):
                file = root / split / name / f"{k}.png"
                Image.fromarray(rng.integers(0, 255, (side, side + 40, 3), np.uint8)).save(file)
                if k < broken:
                    file.write_bytes(file.read_bytes()[:60])
    return str(root)


@pytest.mark.parametrize(("side", "seen"), [(32, 128), (127, 128), (160, 160), (224, 224), (300, 224)])
def test_imagenet_sees_files_at_its_own_size_or_theirs_but_at_least_128(side: int, seen: int, tmp_path: Path) -> None:
    target = Target.parse(IMAGENET, photographs(tmp_path / "set", side, 2))
    assert (target.seen_size, target.read_size) == (seen, seen)
    assert target.pictures("test")[0][0].shape == (3, seen, seen)


def test_drawn_pictures_are_drawn_at_the_networks_size_and_digits_are_enlarged_to_128() -> None:
    assert [Target.parse(IMAGENET, name).seen_size for name in ("scenes", "digits")] == [224, 128]
    assert [native_size(name) for name in ("mobilenet_v2", "resnet18", "inception_v3")] == [224, 224, 299]


def test_a_size_that_is_asked_for_is_everybodys(tmp_path: Path) -> None:
    data = photographs(tmp_path / "set", 160, 2)
    run = run_with_weights()
    assert [target.seen_size for target in parse_all([run, IMAGENET], data)] == [SIZE, 160]
    assert [target.seen_size for target in parse_all([run, IMAGENET], data, 48)] == [48, 48]
    assert Target.parse(IMAGENET, data, None, 48).read_size == 48


def test_a_request_says_version_and_size_and_is_read_back_as_it_was_asked(tmp_path: Path) -> None:
    target = Target.parse(IMAGENET, photographs(tmp_path / "set", 160, 2))
    request = embed_request(target, "test", 4)
    assert (request["measure"], request["seen"], request["image_size"], request["precision"]) == (2, 160, 160, "fp32")
    assert embed_request(target_of(request), "test", 4) == request
    run = embed_request(Target.parse(run_with_weights()), "test", 4)
    assert "measure" not in run and "seen" not in run  # nothing of a run's own features changed: what is stored holds


def test_what_an_earlier_version_asked_for_is_not_worked_as_if_it_were_of_now(tmp_path: Path) -> None:
    request = embed_request(Target.parse(IMAGENET, photographs(tmp_path / "set", 160, 2)), "test", 4)
    del request["measure"], request["seen"]
    with pytest.raises(SettingsError, match="by a version that measured otherwise. Ask again"):
        unchanged_target(request)


def test_files_are_read_anew_and_no_array_of_them_is_kept(tmp_path: Path, clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stripes that a picture of 32 px can't hold reach the network."""
    seen: list[np.ndarray] = []

    def look(self: Target, images_BCHW: torch.Tensor, *_: object) -> torch.Tensor:
        seen.append(images_BCHW.numpy())
        return images_BCHW.mean((2, 3))

    monkeypatch.setattr(Target, "features", look)
    monkeypatch.setattr(Target, "layer_named", lambda *_: "last")
    data = photographs(tmp_path / "set", 160)
    target = parse_all([run_with_weights(), IMAGENET], data)[1]
    found = embedded(target, "test", 6)
    (block,) = seen
    own = np.stack([target.pictures("test")[int(i)][0].numpy() for i in found.id_S]) / 255
    np.testing.assert_allclose(block[np.argsort(found.id_S)], own, atol=1e-6)
    assert block.std() > 0.2 and not target.picture_set("test").is_decoded()


def test_pictures_read_anew_are_those_of_the_decoded_set_and_a_broken_one_is_replaced(tmp_path: Path, clean_folders: Path) -> None:
    pictures = PictureSet(photographs(tmp_path / "set", 40, 30, broken=9), "train", 16)
    blocks = list(read_anew(pictures, 24, 5))
    whole = decoded(pictures.fresh())
    rows_S = balanced_rows(whole.label_N, whole.id_N, 24)
    found = {int(i): image for block in blocks for i, image in zip(block.id_B, block.images_BCHW, strict=True)}
    assert set(whole.id_N[rows_S].tolist()) <= set(found)
    assert all((found[int(i)] == image).all() for i, image in zip(whole.id_N[rows_S], whole.images(rows_S), strict=True))


def test_the_side_of_files_is_the_median_by_their_headers_and_damaged_ones_do_not_count(tmp_path: Path) -> None:
    def file(i: int) -> bytes:
        if i == 1:
            raise Unreadable("is gone")
        path = tmp_path / f"{i}.png"
        Image.new("RGB", (50 + 10 * i, 90)).save(path)
        return path.read_bytes() if i else b"nothing"

    assert side_of_files(file, 5) == 80 and side_of_files(lambda i: b"", 3) is None and side_of_files(file, 0) is None
    with pytest.raises(Unreadable):
        shorter_side(b"nothing")


def test_both_sizes_are_said_where_they_differ() -> None:
    assert sizes_in_words({"run": 32, "ImageNet": 224}) == "run 32 px, ImageNet 224 px"
    assert sizes_in_words({"run": 224, "ImageNet": 224}) == "224 px"
