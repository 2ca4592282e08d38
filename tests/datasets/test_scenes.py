"""The data set `scenes`."""

from collections.abc import Iterator
from concurrent.futures import Future

import numpy as np
import pytest
import torch

from ssl_core.datasets._drawing.caption import WORDS
from ssl_core.datasets._drawing.scene import CLASSES
from ssl_core.datasets.scenes import Scenes
from ssl_core.parts.catalogues import DATASETS
from ssl_core.settings import SettingsError


@pytest.fixture
def scenes() -> Scenes:
    return Scenes(Scenes.Options(n_train=40, n_test=20), "train", 32)


def test_length_follows_the_options(scenes: Scenes) -> None:
    assert len(scenes) == scenes.info.samples == 40
    assert len(Scenes(Scenes.Options(n_train=40, n_test=20), "test", 32)) == 20


def test_network_gets_the_picture_drawn_at_its_size(scenes: Scenes) -> None:
    image_CHW, label = scenes[3]
    assert image_CHW.dtype == torch.uint8 and image_CHW.shape == (3, 32, 32) and label == scenes.label(3)
    assert np.array_equal(image_CHW.permute(1, 2, 0).numpy(), scenes.picture(3, 32))
    assert scenes.picture(3, 128).shape == (128, 128, 3)


def test_one_by_one_and_many_at_once_are_the_same_pixels(scenes: Scenes) -> None:
    many = scenes.read_many(range(12))
    assert np.array_equal(many.images_NCHW, np.stack([scenes[i][0].numpy() for i in range(12)]))
    assert many.label_N.tolist() == [scenes[i][1] for i in range(12)] and many.skipped == []


@pytest.fixture
def helped(scenes: Scenes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scenes]:
    """Scenes of which every three are a block to share with one helper process."""
    monkeypatch.setattr("ssl_core.datasets.scenes.WORTH_HELP", 0)
    monkeypatch.setattr("ssl_core.datasets._drawing.scene.BLOCK", 3 * 32 * 32)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    yield scenes
    assert scenes.helpers is not None
    scenes.close()
    assert scenes.helpers is None


def test_helper_processes_draw_the_same_pixels(helped: Scenes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Future, "cancel", lambda self: False)  # so that this process can take no block back
    drawn = helped.read_many(range(8))
    assert np.array_equal(drawn.images_NCHW, np.stack([helped[i][0].numpy() for i in range(8)]))
    assert drawn.captions == tuple(helped.caption(i) for i in range(8))


def test_pictures_drawn_here_and_by_helpers_are_in_order(helped: Scenes) -> None:
    drawn = helped.read_many(range(39, -1, -1))
    assert np.array_equal(drawn.images_NCHW, np.stack([helped[i][0].numpy() for i in range(39, -1, -1)]))
    assert drawn.captions == tuple(helped.caption(i) for i in range(39, -1, -1))


def test_no_pictures_are_no_pictures(scenes: Scenes) -> None:
    assert scenes.read_many([]).images_NCHW.shape == (0, 3, 32, 32)


def test_box_holds_the_mask(scenes: Scenes) -> None:
    for i in range(10):
        left, top, width, height = scenes.box(i)
        rows, columns = np.nonzero(scenes.mask(i))
        assert left - 0.03 < columns.min() / 32 and (columns.max() + 1) / 32 < left + width + 0.03
        assert top - 0.03 < rows.min() / 32 and (rows.max() + 1) / 32 < top + height + 0.03


def test_caption_and_factors_name_the_class(scenes: Scenes) -> None:
    for i in range(20):
        name = CLASSES[scenes.label(i)]
        assert scenes.factors(i)["class"] == name and name in scenes.caption(i).split()
        assert set(scenes.caption(i).split()) <= set(WORDS) == set(scenes.info.words)


def test_adding_the_file_was_the_registration() -> None:
    assert DATASETS["scenes"].name == "scenes"


def test_each_option_that_changes_pixels_changes_the_digest() -> None:
    make = DATASETS["scenes"]
    scenes, again = (make(make.Options(n_train=40, n_test=20), "train", 32) for _ in range(2))
    others = [
        Scenes(Scenes.Options(n_train=40, n_test=20, **{k: v}), "train", 32) for k, v in (("seed", 1), ("clutter", 2), ("leak", True))
    ]
    assert len({data.digest() for data in (scenes, *others)}) == 4
    assert scenes.digest() == again.digest()


def test_picture_beyond_the_end_is_refused(scenes: Scenes) -> None:
    with pytest.raises(IndexError):
        scenes[40]


@pytest.mark.parametrize(("name", "value"), [("n_train", 3), ("clutter", 21), ("seed", -1)])
def test_option_out_of_range_is_refused_by_name(name: str, value: int) -> None:
    with pytest.raises(SettingsError, match=name):
        Scenes.Options.read({name: value})
