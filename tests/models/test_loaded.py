"""Networks are built one at a time, since torch's global generator gives their weights; what they read is read side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from ssl_core.functional.rng import generator, global_rng, key
from ssl_core.library.sets import PictureSet
from ssl_core.models import untrained
from ssl_core.models.build import build_task
from ssl_core.models.loaded import untrained_network
from ssl_core.parts import fit
from ssl_core.training.request import make_spec
from tests.help.small import small_values

PICTURES = PictureSet("digits", "train", 16, {})
BUILDS: dict[str, Callable[[], object]] = {
    "task": lambda: build_task(make_spec(small_values(dataset="digits", dataset_options={}))),
    "fit": lambda: fit._gives.__wrapped__("convnet", "{}", 16),
    "untrained": lambda: untrained.untrained_backbone(PICTURES, "convnet", 1),
}


@pytest.mark.parametrize("build", BUILDS.values(), ids=BUILDS.keys())
def test_no_other_thread_draws_the_weights_of_a_network_that_is_being_built(build: Callable[[], object], clean_folders: Path) -> None:
    build()  # what is read and cached at first is there
    with ThreadPoolExecutor(1) as other:
        with global_rng(key(0, "weights")):
            built = other.submit(build)
            drawn = [torch.rand(2)]
            threading.Event().wait(0.3)  # time for the other thread to draw, if it could
            drawn.append(torch.rand(2))
        built.result(timeout=60)
    rng = generator(0, "weights")
    assert all(torch.equal(one, torch.rand(2, generator=rng)) for one in drawn)


def test_the_global_generator_goes_on_as_if_nothing_had_been_built() -> None:
    torch.manual_seed(3)
    with global_rng(0):
        torch.rand(5)
    assert torch.equal(torch.rand(5), torch.rand(5, generator=torch.Generator().manual_seed(3)))


def test_a_network_is_built_while_another_reads_its_pictures(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, read_on = threading.Event(), threading.Event()

    def read(pictures: PictureSet) -> torch.Tensor:
        reading.set()
        assert read_on.wait(60)
        return torch.zeros(0, 3, 16, 16)

    monkeypatch.setattr(
        untrained, "calibration_images", lambda pictures: read(pictures) if pictures == PICTURES else torch.zeros(0, 3, 8, 8)
    )
    with ThreadPoolExecutor(2) as others:
        slow = others.submit(untrained_network, "convnet", 1, PICTURES)
        assert reading.wait(60)
        quick = others.submit(untrained_network, "convnet", 2, PictureSet("digits", "train", 8, {}))
        try:
            quick.result(timeout=20)
            assert not slow.done()
        finally:
            read_on.set()
        slow.result(timeout=60)
