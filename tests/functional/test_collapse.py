"""Collapse is seen in numbers that have known values at both ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ssl_core.functional.metrics.collapse import collapsed, effective_directions, health
from ssl_core.functional.rng import generator


def spread_out(count: int = 512, dims: int = 32) -> torch.Tensor:
    return torch.randn(2, count, dims, generator=generator(0, "h"))


def test_vectors_in_all_directions_are_healthy() -> None:
    found = health(spread_out())
    assert found["spread"] == pytest.approx(1, abs=0.05) and found["cosine"] == pytest.approx(0, abs=0.02)
    assert found["alignment"] == pytest.approx(2, abs=0.1) and found["uniformity"] < -3
    assert collapsed(found) == ""


def test_one_point_is_a_collapse_and_is_named() -> None:
    found = health(torch.ones(2, 64, 32) + 1e-3 * spread_out(64))
    assert found["spread"] < 0.01 and found["cosine"] > 0.99 and found["uniformity"] > -0.01
    assert collapsed(found) == "It is collapsing: different pictures come out 100 % alike, whatever they show."


def test_a_loss_that_stays_at_ln_k_is_named_with_its_k() -> None:
    found = health(spread_out())
    assert collapsed(found, math.log(300), math.log(300)) == "It is stuck at a loss of 5.70 = ln 300: all clusters are alike to it."
    assert collapsed(found, 4.0, math.log(300)) == ""


def test_rank_counts_the_directions_in_use() -> None:
    base = torch.linalg.qr(torch.randn(200, 200, generator=generator(1, "h")))[0]
    assert effective_directions(base[:, :12] @ torch.eye(12))["rank"] == pytest.approx(12, rel=1e-3)
    assert effective_directions(torch.ones(50, 8))["rank"] == pytest.approx(1, abs=0.01)


def test_the_spectrum_holds_what_a_decomposition_by_numpy_finds() -> None:
    features_SD = torch.randn(300, 100, generator=generator(2, "h"))
    found, true = effective_directions(features_SD)["spectrum"], np.linalg.svd(features_SD.numpy(), compute_uv=False)
    assert isinstance(found, list) and len(found) == 33 and found[0] == 1
    assert found[-1] == pytest.approx(true[-1] / true[0], abs=1e-3) and found == sorted(found, reverse=True)


def test_one_picture_alone_says_nothing() -> None:
    assert health(torch.randn(2, 1, 8)) == {}
