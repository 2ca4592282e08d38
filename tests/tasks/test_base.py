"""What every task shows before it has learnt anything, where it has no pictures of its own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ssl_core.functional.rng import generator
from ssl_core.parts.catalogues import TASKS
from ssl_core.tasks.base import PretextTask, to_uint8
from ssl_core.types import Batch, Panel
from tests.tasks.test_contract import build, pictures


def shown(batch: Batch) -> list[list[Panel]]:
    """The rows of a task that says nothing about how it is shown."""
    return PretextTask.preview(None, batch)  # type: ignore[arg-type]


@pytest.mark.parametrize(("views", "words"), [(1, ["one copy"]), (3, ["one copy", "another copy", "copy 3"])])
def test_stacked_views_stand_side_by_side_a_row_a_picture(views: int, words: list[str]) -> None:
    views_VBCHW = torch.rand(views, 2, 3, 8, 8, generator=generator(0, "views"))
    rows = shown({"views_VBCHW": views_VBCHW, "shuffle_B": torch.arange(2)})
    assert [[panel.caption for panel in row] for row in rows] == [words, words]
    for b, row in enumerate(rows):
        for v, panel in enumerate(row):
            assert np.array_equal(panel.image, to_uint8(views_VBCHW[v])[b].numpy())


def test_a_stack_of_other_things_is_no_picture() -> None:
    images_BCHW = torch.rand(2, 3, 8, 8, generator=generator(0, "images"))
    rows = shown({"cut_out_BCHW": images_BCHW, "light_VBCHW": torch.rand(2, 2, 1, 8, 8, generator=generator(0, "light"))})
    assert [[panel.caption for panel in row] for row in rows] == [["cut out"], ["cut out"]]


@pytest.mark.parametrize("name", ["simclr", "moco"])
def test_two_copies_are_shown_by_the_one_preview(name: str) -> None:
    task = build(name).eval()
    assert type(task).preview is PretextTask.preview
    rows = task.preview(task.transform(pictures(3), generator(0, "preview")))
    assert [[panel.caption for panel in row] for row in rows] == [["one copy", "another copy"]] * 3


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_learns_with_its_weights_in_either_memory_format(name: str) -> None:
    losses = []
    for layout in (torch.contiguous_format, torch.channels_last):
        task = build(name).train().to(memory_format=layout)
        samples = pictures(64)  # enough for batch norm in groups
        samples = samples._replace(images_BCHW=samples.images_BCHW.contiguous(memory_format=layout))
        for phase in dict.fromkeys(task.phases):
            loss = task(task.transform(samples, generator(0, "layout")), phase).loss
            if loss.requires_grad:
                loss.backward()
            losses.append(float(loss.detach()))
    half = len(losses) // 2
    assert losses[:half] == pytest.approx(losses[half:], rel=1e-3)


def test_a_picture_sorted_alone_goes_to_its_nearest_bin() -> None:
    task, whole = build("swav").eval(), pictures(8)
    said = []
    for b in range(8):
        one = whole._replace(images_BCHW=whole.images_BCHW[b : b + 1], index_B=whole.index_B[b : b + 1], label_B=whole.label_B[b : b + 1])
        with torch.no_grad():
            batch = task.transform(one, generator(b, "alone"), task.Play())
            output = task(batch)
        ((first, second),) = task.render(batch, output)
        near_V = (output.shown["embedding_VBD"] @ torch.nn.functional.normalize(task.bins.weight, dim=1).T).argmax(2)[:, 0].tolist()
        assert [first.caption.split(",")[0], second.caption.split(",")[0]] == [f"bin {k + 1}" for k in near_V]
        assert second.right == (near_V[0] == near_V[1])
        said.append(near_V[0])
    assert len(set(said)) > 1  # the first bin isn't every picture's


def images(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=generator(0, "images"))


def holds(rows: list[list[Panel]], at: int, expected_CHW: list[torch.Tensor]) -> bool:
    """Whether a row shows exactly these images."""
    return len(rows[at]) == len(expected_CHW) and all(
        np.array_equal(panel.image, to_uint8(image_CHW[None])[0].numpy()) for panel, image_CHW in zip(rows[at], expected_CHW, strict=True)
    )


def test_crops_of_several_sizes_stand_in_the_row_of_their_sample() -> None:
    crops = [images(6, 3, size, size) for size in (16, 16, 8)]
    rows = shown({"crops_VBCHW": crops})
    assert len(rows) == 6 and [panel.caption for panel in rows[0]] == ["one copy", "another copy", "copy 3"]
    assert all(holds(rows, b, [crop[b] for crop in crops]) for b in range(6))


def test_tiles_stand_in_the_row_of_their_sample() -> None:
    tiles_BTCHW = images(6, 4, 3, 8, 8)
    rows = shown({"tiles_BTCHW": tiles_BTCHW, "order_B": torch.arange(6)})
    assert len(rows) == 6 and [panel.caption for panel in rows[0]] == ["tile 1", "tile 2", "tile 3", "tile 4"]
    assert all(holds(rows, b, list(tiles_BTCHW[b])) for b in range(6))


def test_tiles_below_each_other_stand_in_the_row_of_their_sample() -> None:
    tiles_BTCHW = images(6, 4, 3, 8, 8)
    rows = shown({"tiles_BTCHW": tiles_BTCHW.flatten(0, 1), "order_B": torch.arange(6)})
    assert len(rows) == 6 and all(holds(rows, b, list(tiles_BTCHW[b])) for b in range(6))


def test_copies_below_each_other_stand_in_the_row_of_their_sample() -> None:
    copies_BCHW = images(12, 3, 8, 8)
    rows = shown({"copies_BCHW": copies_BCHW, "index_B": torch.arange(6)})
    assert len(rows) == 6 and all(holds(rows, b, [copies_BCHW[b], copies_BCHW[6 + b]]) for b in range(6))


def test_a_batch_without_images_has_empty_rows() -> None:
    assert shown({"light_B1HW": images(3, 1, 8, 8)}) == [[], [], []]
