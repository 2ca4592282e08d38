"""Rotation, card by card."""

from __future__ import annotations

import torch

from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.turns import all_turns, rotate_quarters
from ssl_core.types import Samples
from tests.tasks.test_contract import build, pictures


def test_all_four_turns_are_exact_and_in_order() -> None:
    image = torch.arange(9.0).view(1, 1, 3, 3)
    clockwise = torch.tensor([[6.0, 3, 0], [7, 4, 1], [8, 5, 2]])
    assert torch.equal(all_turns(image)[1, 0], clockwise)
    assert torch.equal(all_turns(all_turns(image)[1:2])[3:4], image)


def test_each_image_gets_its_own_turn() -> None:
    images = torch.rand(5, 3, 8, 8)
    turned = rotate_quarters(images, torch.tensor([0, 1, 2, 3, 1]))
    for b, quarters in enumerate((0, 1, 2, 3, 1)):
        assert torch.equal(turned[b], torch.rot90(images[b], -quarters, (1, 2)))


def test_the_arrow_stands_where_the_top_went() -> None:
    """A picture turned a quarter clockwise has its top on the right."""
    top = torch.zeros(1, 3, 32, 32)
    top[:, :, 0] = 1
    task = build("rotation").eval()
    batch = task.transform(Samples(top, torch.tensor([-1]), torch.tensor([-1])), generator(0, "t"), task.Play(turn=90))
    assert batch["images_BCHW"][0, 0, :, -1].min() == 1
    task.head.weight.data.zero_()
    task.head.bias.data = torch.tensor([0.0, 9, 0, 0])
    panel = task.render(batch, task(batch))[0][0]
    assert (panel.mark, panel.right, panel.caption) == ("right", True, "says 90°, 100 % sure")
    assert task.verdicts(batch, task(batch))[0].sentence.startswith("“Its top points right”: true, and 100 % sure")


def test_rows_of_a_batch_hold_the_turns_of_one_picture() -> None:
    task, samples = build("rotation").eval(), pictures(3)
    batch = task.transform(samples, generator(0, "t"))
    rows = task.render(batch, task(batch))
    assert [len(row) for row in rows] == [4, 4, 4]
    for b, row in enumerate(rows):
        original = (samples.images_BCHW[b] * 255).round().byte().permute(1, 2, 0)
        assert all(torch.equal(torch.from_numpy(panel.image), torch.rot90(original, panel.turns, (0, 1))) for panel in row)
    assert [row[0].turns for row in rows] == [0, -1 % 4, -2 % 4]


def test_an_untrained_network_guesses_a_quarter_right() -> None:
    task = build("rotation").train()
    with torch.no_grad():
        accuracy = task(task.transform(pictures(64), generator(0, "t"))).metrics["accuracy"]
    assert abs(float(accuracy) - 0.25) < 0.12
