"""CKA, shared neighbours, rank, alignment and uniformity: beside slow loops, closed forms and the numbers of Gaussian clouds."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ssl_core.functional.metrics.cka import cka
from ssl_core.functional.metrics.collapse import effective_directions, health
from ssl_core.functional.metrics.shared_neighbours import shared_neighbours


def cloud(n: int, width: int = 512, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, width)).astype(np.float32)


def slow_hsic(x_SD: np.ndarray, y_SD: np.ndarray) -> float:
    """The unbiased estimate of HSIC as Song et al. (2012) write it, equation 5."""
    k_SS, l_SS = (each.astype(float) @ each.T.astype(float) for each in (x_SD, y_SD))
    np.fill_diagonal(k_SS, 0)
    np.fill_diagonal(l_SS, 0)
    n, one_S = len(k_SS), np.ones(len(k_SS))
    total = np.trace(k_SS @ l_SS) + (one_S @ k_SS @ one_S) * (one_S @ l_SS @ one_S) / ((n - 1) * (n - 2))
    return float((total - 2 / (n - 2) * (one_S @ k_SS @ l_SS @ one_S)) / (n * (n - 3)))


def biased(x_SD: np.ndarray, y_SD: np.ndarray) -> float:
    """CKA as first published: ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) of centred features."""
    x_SD, y_SD = x_SD - x_SD.mean(0), y_SD - y_SD.mean(0)
    return float(np.linalg.norm(y_SD.T @ x_SD) ** 2 / (np.linalg.norm(x_SD.T @ x_SD) * np.linalg.norm(y_SD.T @ y_SD)))


def test_cka_is_the_quotient_of_unbiased_estimates() -> None:
    x_SD = cloud(40, 6) + 3
    others = [cloud(40, 9, 1), np.tanh(x_SD @ cloud(6, 4, 2))]
    slow = [slow_hsic(x_SD, y) / np.sqrt(slow_hsic(x_SD, x_SD) * slow_hsic(y, y)) for y in others]
    assert cka([x_SD], others)[0] == pytest.approx(slow, abs=1e-5)


def test_cka_ignores_rotation_and_scale() -> None:
    x_SD, turn = cloud(300, 64), np.linalg.qr(cloud(64, 64, 1))[0]
    assert cka([x_SD], [x_SD, 7 * x_SD @ turn + 5])[0] == pytest.approx([1, 1], abs=1e-5)


@pytest.mark.parametrize(("n", "plain"), [(256, 0.66), (1024, 0.33)])
def test_independent_clouds_are_near_0_where_the_plain_estimate_isnt(n: int, plain: float) -> None:
    x_SD, y_SD = cloud(n), cloud(n, seed=1)
    assert biased(x_SD, y_SD) == pytest.approx(plain, abs=0.02) and abs(cka([x_SD], [y_SD])[0, 0]) < 0.02


@pytest.mark.parametrize(("n", "rank"), [(256, 237), (512, 412), (2048, 495)])
def test_the_rank_of_a_cloud_depends_on_the_number_of_pictures(n: int, rank: int) -> None:
    assert effective_directions(torch.from_numpy(cloud(n)))["rank"] == pytest.approx(rank, abs=2)


def test_features_of_rank_r_have_at_most_r_directions() -> None:
    found = effective_directions(torch.from_numpy(cloud(400, 7) @ cloud(7, 128, 1)))["rank"]
    assert isinstance(found, float) and 5 < found <= 7.05  # of 128 singular values, 121 count with 1e-7 each


def test_a_collapsed_network_has_rank_1_and_uniformity_0() -> None:
    same_SD = torch.from_numpy(np.repeat(cloud(1, 64), 100, 0))
    measured = health(torch.stack([same_SD, same_SD]))
    assert effective_directions(same_SD)["rank"] == pytest.approx(1, abs=1e-2)
    assert measured["uniformity"] == pytest.approx(0, abs=1e-5) and measured["alignment"] == 0


@pytest.mark.parametrize(("width", "uniformity"), [(64, -3.88), (512, -3.98)])
def test_uniformity_of_a_cloud_is_near_the_uniform_distributions(width: int, uniformity: float) -> None:
    assert health(torch.from_numpy(cloud(1000, width))[None])["uniformity"] == pytest.approx(uniformity, abs=0.01)


def test_shared_neighbours_are_those_of_a_slow_loop() -> None:
    a_SD, b_SD = cloud(60, 5), cloud(60, 5) + 0.7 * cloud(60, 5, 1)
    near = []
    for each in (a_SD, b_SD):
        unit = each / np.linalg.norm(each, axis=1, keepdims=True)
        near.append([set(sorted((j for j in range(60) if j != i), key=lambda j: -float(unit[i] @ unit[j]))[:4]) for i in range(60)])
    slow = np.mean([len(x & y) / 4 for x, y in zip(*near, strict=True)])
    found = shared_neighbours(a_SD, b_SD, 4)
    assert found.value == pytest.approx(slow) and found.lo < found.value < found.hi
    assert shared_neighbours(a_SD, 2 * a_SD, 4).value == 1.0


def test_independent_features_share_neighbours_by_chance() -> None:
    found = shared_neighbours(cloud(500, 20), cloud(500, 20, 1), 10)
    assert found.lo < 10 / 499 < found.hi and found.value == pytest.approx(10 / 499, abs=0.008)
