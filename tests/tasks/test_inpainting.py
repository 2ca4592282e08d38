"""Inpainting, card by card, and the simple fills it is held against."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.sparse import lil_matrix
from scipy.sparse.linalg import spsolve

from benchmarks.holes import psnr_of
from ssl_core.functional.metrics.intervals import mean_interval
from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.holes import border_mask, box_hole, hole_psnr, laplace_fill, mean_fill, random_blocks
from ssl_core.parts.catalogues import TASKS
from ssl_core.types import Samples
from tests.tasks.test_contract import build, pictures


def test_no_gradient_reaches_hidden_pixels() -> None:
    task = build("inpainting").eval()
    images = pictures(4).images_BCHW.clone().requires_grad_(True)
    batch = task.transform(Samples(images, torch.arange(4), torch.full((4,), -1)), generator(0, "t"))
    (slope,) = torch.autograd.grad(task.backbone(batch["seen_BCHW"]).pooled_BD.sum(), images)
    assert (slope * batch["hidden_B1HW"]).abs().max() == 0
    assert slope.abs().max() > 0


def with_truth(batch: dict[str, Any], more_B1HW: torch.Tensor) -> dict[str, Any]:
    return {**batch, "truth_BCHW": batch["truth_BCHW"] + 0.3 * more_B1HW}


@pytest.mark.parametrize("seam", [0, 2])
def test_only_hidden_pixels_and_their_seam_are_scored(seam: int) -> None:
    task = build("inpainting", TASKS["inpainting"].Options(seam=seam)).eval()
    batch = task.transform(pictures(4), generator(0, "t"))
    hidden, edge = batch["hidden_B1HW"], border_mask(batch["hidden_B1HW"], seam)
    loss, psnr = task(batch).loss, task(batch).metrics["psnr"]
    assert torch.allclose(loss, task(with_truth(batch, 1 - hidden - edge)).loss)
    assert not torch.allclose(loss, task(with_truth(batch, hidden)).loss)
    assert torch.allclose(loss, task(with_truth(batch, edge)).loss) == (seam == 0)
    assert torch.allclose(psnr, task(with_truth(batch, edge)).metrics["psnr"])


def test_the_seam_is_what_is_seen_around_a_hole() -> None:
    hidden = box_hole(1, 10, 0.3, 0.3, 0.2, 0.2, torch.device("cpu"))
    assert (
        border_mask(hidden, 2).sum() == 6 * 6 - 2 * 2 and (border_mask(hidden, 2) * hidden).sum() == 0 and border_mask(hidden, 0).sum() == 0
    )


def test_an_untrained_painter_starts_from_the_mean_colour_of_what_is_seen() -> None:
    task = build("inpainting").eval()
    for weight in task.painter.out.parameters():
        torch.nn.init.zeros_(weight)
    metrics = task(task.transform(pictures(8), generator(0, "t"))).metrics
    assert float(metrics["psnr"]) == pytest.approx(float(metrics["psnr_mean"]), abs=1e-3)


def judged(weight: float = 0.01) -> Any:
    return build("inpainting", TASKS["inpainting"].Options(adversarial=weight)).train()


def test_only_a_judge_brings_a_phase_of_its_own() -> None:
    assert build("inpainting").phases == ("main",) and judged().phases == ("judge", "main")


def test_judge_and_painter_share_no_weight_and_learn_from_their_own_phase_alone() -> None:
    task = judged()
    learnt = {phase: {id(p) for group in task.parameters_of(phase) for p in group["params"]} for phase in task.phases}
    assert not learnt["judge"] & learnt["main"] and len(learnt["judge"] | learnt["main"]) == len(list(task.parameters()))
    task(task.transform(pictures(4), generator(0, "t")), "judge").loss.backward()
    assert all(p.grad is None for p in task.painter.parameters()) and all(p.grad is None for p in task.backbone.parameters())
    assert any(bool(p.grad.abs().max() > 0) for p in task.judge.parameters())


def test_the_judge_sees_nothing_around_the_hole() -> None:
    task = judged()
    hidden = box_hole(2, 32, 0.25, 0.25, 0.5, 0.5, torch.device("cpu"))
    images = torch.rand(2, 3, 32, 32, requires_grad=True)
    (slope,) = torch.autograd.grad(task.judge(images, hidden).sum(), images)
    assert (slope * (1 - hidden)).abs().max() == 0 and (slope * hidden).abs().max() > 0


def test_the_painter_is_drawn_to_what_the_judge_takes_for_true() -> None:
    task, plain = judged(0.5), judged(0.5)
    plain.load_state_dict(task.state_dict())
    batch = task.transform(pictures(8), generator(0, "t"))
    with torch.no_grad():
        torch.nn.init.constant_(task.judge.decide.bias, -5.0)  # it sees through every painting
        torch.nn.init.constant_(plain.judge.decide.bias, 5.0)  # it falls for every painting
    assert task(batch, "main").loss > plain(batch, "main").loss + 2.0


def test_an_unsure_judge_costs_twice_ln_2() -> None:
    task = judged()
    task.judge.forward = lambda images_BCHW, hidden_B1HW: images_BCHW.new_zeros(len(images_BCHW))
    output = task(task.transform(pictures(4), generator(0, "t")), "judge")
    assert output.loss.item() == pytest.approx(2 * np.log(2), abs=1e-5) and output.metrics["told apart"] < 1


@pytest.mark.parametrize("area", [0.1, 0.25, 0.5])
def test_blocks_hide_about_what_was_asked_and_differ_from_image_to_image(area: float) -> None:
    hidden = random_blocks(400, 32, 3, area, generator(0, "t"))
    assert float(hidden.mean()) == pytest.approx(area, rel=0.12)
    assert len({row.numpy().tobytes() for row in hidden}) > 390
    assert set(hidden.unique().tolist()) == {0.0, 1.0}


def test_a_box_is_where_it_was_put() -> None:
    hidden = box_hole(1, 10, 0.2, 0.5, 0.3, 0.4, torch.device("cpu"))[0, 0]
    assert hidden.sum() == 12 and hidden[5:9, 2:5].min() == 1
    assert box_hole(1, 10, 0.95, 0.95, 0.5, 0.5, torch.device("cpu")).sum() >= 1


def exact_fill(image_HW: np.ndarray, hidden_HW: np.ndarray) -> np.ndarray:
    """Laplace's equation in the hole, solved directly; the picture's own edge lets nothing through."""
    places = {tuple(p): k for k, p in enumerate(np.argwhere(hidden_HW))}
    matrix, right = lil_matrix((len(places), len(places))), np.zeros(len(places))
    for (y, x), k in places.items():
        for p in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if 0 <= p[0] < len(image_HW) and 0 <= p[1] < len(image_HW):
                matrix[k, k] += 1
                if p in places:
                    matrix[k, places[p]] -= 1
                else:
                    right[k] += image_HW[p]
    filled = image_HW.copy()
    filled[hidden_HW] = spsolve(matrix.tocsr(), right)
    return filled


@pytest.mark.parametrize("hole", [(0.25, 0.25, 0.5, 0.5), (0.0, 0.5, 0.4, 0.5)])
def test_border_fill_solves_laplaces_equation(hole: tuple[float, float, float, float]) -> None:
    hidden = box_hole(1, 32, *hole, torch.device("cpu"))
    image = pictures(1).images_BCHW[:, :1]
    exact = exact_fill(image[0, 0].double().numpy(), hidden[0, 0].bool().numpy())
    assert np.abs(laplace_fill(image, hidden)[0, 0].numpy() - exact).max() < 2e-3


def test_fills_never_read_what_is_hidden() -> None:
    hidden = random_blocks(2, 32, 3, 0.25, generator(0, "t"))
    image = pictures(2).images_BCHW
    for fill in (mean_fill, laplace_fill):
        assert torch.allclose(fill(image, hidden), fill(image * (1 - hidden), hidden))


def test_psnr_counts_the_hole_alone() -> None:
    truth, hidden = torch.zeros(1, 3, 8, 8), box_hole(1, 8, 0, 0, 0.5, 0.5, torch.device("cpu"))
    assert float(hole_psnr(truth + 0.1 * hidden, truth, hidden)) == pytest.approx(20.0, abs=1e-4)


def test_a_row_shows_the_hole_the_fill_and_the_truth() -> None:
    task = build("inpainting").eval()
    with torch.no_grad():
        batch = task.transform(pictures(2), generator(0, "t"), task.Play())
        rows = task.render(batch, task(batch))
    hidden = batch["hidden_B1HW"][0, 0].bool().numpy()
    hole, filled, truth = (panel.image for panel in rows[0])
    assert (hole[hidden] == 128).all() and (filled[~hidden] == truth[~hidden]).all() and (filled[hidden] != truth[hidden]).any()


def test_the_starter_run_fills_holes_better_than_the_simple_fills() -> None:
    found = psnr_of("inpainting-starter")
    own = found.pop("this network")
    assert all(mean_interval((own - other).numpy()).lo > 0 for other in found.values()), {k: float(v.mean()) for k, v in found.items()}
