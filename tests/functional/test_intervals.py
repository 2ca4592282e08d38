"""Intervals against closed forms, other libraries, and repetition."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from ssl_core.functional.metrics.intervals import difference_of_shares, mean_interval, paired_difference, psnr, share_interval, wilson


@pytest.mark.parametrize(("right", "n"), [(0, 10), (3, 10), (10, 10), (812, 2000), (1999, 2000)])
def test_wilson_is_scipys(right: int, n: int) -> None:
    theirs = stats.binomtest(right, n).proportion_ci(method="wilson")
    ours = wilson(right, n)
    assert ours.value == right / n
    assert (ours.lo, ours.hi) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_wilson_of_nothing_says_nothing() -> None:
    value, lo, hi = wilson(0, 0)
    assert math.isnan(value) and (lo, hi) == (0, 1)


def test_paired_difference_is_the_hand_computed_one() -> None:
    a_S = np.array([1] * 60 + [0] * 40, bool)
    b_S = np.array([1] * 50 + [0] * 10 + [1] * 4 + [0] * 36, bool)  # only a right: 10, only b: 4
    value, lo, hi = paired_difference(a_S, b_S)
    assert value == pytest.approx(0.06)
    p1, p2 = 11 / 102, 5 / 102
    half = 1.959964 * math.sqrt((p1 + p2 - (p1 - p2) ** 2) / 102)
    assert (lo, hi) == pytest.approx((p1 - p2 - half, p1 - p2 + half))


def test_paired_difference_turns_its_sign_with_its_arguments() -> None:
    rng = np.random.default_rng(0)
    a_S, b_S = rng.random(500) < 0.7, rng.random(500) < 0.6
    there, back = paired_difference(a_S, b_S), paired_difference(b_S, a_S)
    assert (there.value, there.lo, there.hi) == pytest.approx((-back.value, -back.hi, -back.lo))


def test_pairing_is_narrower_than_two_separate_intervals() -> None:
    rng = np.random.default_rng(1)
    a_S = rng.random(2000) < 0.7
    b_S = np.where(rng.random(2000) < 0.1, ~a_S, a_S)  # they disagree on a tenth
    difference, alone = paired_difference(a_S, b_S), wilson(a_S.sum(), 2000)
    assert difference.hi - difference.lo < 0.75 * math.sqrt(2) * (alone.hi - alone.lo)


@pytest.mark.parametrize("n", [30, 500])
def test_paired_interval_covers_the_truth_in_about_95_of_100(n: int) -> None:
    rng, covered = np.random.default_rng(2), 0
    for _ in range(2000):
        both = rng.choice(4, n, p=[0.5, 0.12, 0.06, 0.32])  # both right, only a, only b, neither
        _, lo, hi = paired_difference(both < 2, (both == 0) | (both == 2))
        covered += lo <= 0.06 <= hi
    assert 0.93 < covered / 2000 < 0.98


def test_the_difference_of_two_shares_is_newcombes() -> None:
    value, lo, hi = difference_of_shares(56, 70, 48, 80)  # the example of his paper (1998, table II, method 10)
    assert (value, lo, hi) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_the_difference_of_shares_on_the_same_pictures_is_never_narrower_than_the_paired_one() -> None:
    rng = np.random.default_rng(4)
    for share in (0.02, 0.1, 0.4):
        a_S = rng.random(2000) < 0.7
        b_S = np.where(rng.random(2000) < share, ~a_S, a_S)
        apart, paired = difference_of_shares(a_S.sum(), 2000, b_S.sum(), 2000), paired_difference(a_S, b_S)
        assert apart.hi - apart.lo > paired.hi - paired.lo and apart.value == pytest.approx(paired.value)


def test_a_network_never_differs_from_itself() -> None:
    a_S = np.arange(100) % 3 == 0
    value, lo, hi = paired_difference(a_S, a_S)
    assert value == 0 and lo < 0 < hi  # 100 pictures can't prove that there is no difference at all


def test_mean_interval_is_scipys_and_leaves_gaps_out() -> None:
    values = np.append(np.random.default_rng(3).normal(2, 1, 400), np.nan)
    ours, spread = mean_interval(values), stats.sem(values[:-1])
    assert ours == pytest.approx((values[:-1].mean(), *stats.t.interval(0.95, 399, values[:-1].mean(), spread)), rel=1e-6)


@pytest.mark.parametrize("n", [3, 8])
def test_the_interval_of_a_mean_of_few_numbers_covers_the_truth_in_95_of_100(n: int) -> None:
    rng = np.random.default_rng(5)
    found = [mean_interval(rng.normal(2, 1, n)) for _ in range(4000)]
    assert 0.94 < np.mean([each.lo <= 2 <= each.hi for each in found]) < 0.96


def test_shares_of_several_networks_have_an_interval_where_all_are_equal_and_stay_between_0_and_1() -> None:
    for share_S in (np.ones(8), np.zeros(8), np.full(5, 2 / 3), np.array([1.0, 1.0, 2 / 3])):
        value, lo, hi = share_interval(share_S, 3)
        assert value == pytest.approx(share_S.mean()) and 0 <= lo <= value <= hi <= 1 and hi - lo > 0.1
    one_S = np.random.default_rng(6).random(300) < 0.7
    assert share_interval(one_S) == pytest.approx(wilson(int(one_S.sum()), 300), abs=2e-4)  # of one network they are right or wrong


def test_the_interval_of_shares_of_three_networks_covers_the_truth_in_about_95_of_100() -> None:
    rng, covered = np.random.default_rng(7), 0
    for _ in range(2000):
        ease_S = rng.beta(2, 1, 40)  # how easy each picture is: the networks are right on the same ones, mean 2/3
        value = share_interval((rng.random((3, 40)) < ease_S).mean(0), 3)
        covered += value.lo <= 2 / 3 <= value.hi
    assert 0.93 < covered / 2000 < 0.975


def test_paired_differences_of_shares_have_an_interval_where_all_are_equal() -> None:
    value, lo, hi = paired_difference(np.ones(5), np.full(5, 2 / 3))
    assert value == pytest.approx(1 / 3) and -1 <= lo < 0 < hi <= 1  # five pictures prove nothing
    a_S, b_S = np.arange(60) % 3 == 0, np.arange(60) % 4 == 0
    assert paired_difference(a_S, b_S) == paired_difference(a_S.astype(float), b_S.astype(float))


def test_psnr_of_an_error_of_a_tenth_is_20_decibels() -> None:
    truth = torch.full((2, 3, 4, 4), 0.5)
    assert psnr(truth + 0.1, truth).tolist() == pytest.approx([20, 20], abs=1e-4)
    assert torch.isinf(psnr(truth, truth)).all()


def test_psnr_counts_masked_pixels_only() -> None:
    truth, mask = torch.zeros(1, 3, 4, 4), torch.zeros(1, 4, 4)
    guess = truth + 1
    mask[:, 1, 1] = 1
    guess[:, :, 1, 1] = 0.1
    assert psnr(guess, truth, mask).item() == pytest.approx(20, abs=1e-4)
