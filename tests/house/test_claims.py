"""What the long measurements reckon with: the distance of forgeries, what makes a row stale."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import claims, results


def test_the_frechet_distance_of_a_set_from_itself_is_nothing_and_of_a_shifted_one_the_shift_squared() -> None:
    rows_BD = np.random.default_rng(0).normal(size=(200, 6))
    assert claims.frechet(rows_BD, rows_BD) == pytest.approx(0, abs=1e-6)
    assert claims.frechet(rows_BD, rows_BD + 0.5) == pytest.approx(6 * 0.25, abs=1e-6)


def test_the_frechet_distance_of_two_gaussians_is_that_of_the_closed_form() -> None:
    rng = np.random.default_rng(1)
    one_BD, two_BD = rng.normal(size=(4000, 3)), rng.normal(size=(4000, 3)) * 2
    assert claims.frechet(one_BD, two_BD) == pytest.approx(3 * (2 - 1) ** 2, rel=0.1)  # Σ (σ₁ - σ₂)² where both are diagonal


def test_a_claim_that_there_is_none_of_is_told_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        claims.main(["peace"])
    assert ended.value.code == 2 and "CLAIM must be one of mae, clip, fixmatch, bigan" in capsys.readouterr().err


def test_answers_dealt_out_are_right_as_often_as_kinds_are_common() -> None:
    true = np.array([0] * 6 + [1] * 4)
    assert claims.dealt_out(np.zeros(10, int), true) == pytest.approx(0.6)
    assert claims.dealt_out(np.array([0, 1] * 5), true) == pytest.approx(0.5)
    shuffled = [np.mean(np.random.default_rng(seed).permutation(true) == true) for seed in range(2000)]
    assert claims.dealt_out(true, true) == pytest.approx(np.mean(shuffled), abs=0.01)


def test_claims_measured_anew_take_their_old_places_and_others_stay() -> None:
    first = claims.page("", {"a": "| a | 1 | holds |", "b": "| b | 2 | holds |"})
    again = claims.page(first, {"a": "| a | 3 | **misses** |", "c": "| c | 4 | holds |"})
    assert [line for line in again.splitlines() if line.startswith("| ")][1:] == [
        "| a | 3 | **misses** |",
        "| b | 2 | holds |",
        "| c | 4 | holds |",
    ]


def test_a_row_shows_its_own_measure_in_its_unit_beside_chance() -> None:
    assert results.held_out({"method": "rotation", "held_out": "0.7268", "chance": "0.2500"}) == (
        "right answers on test pictures: 72.7 % (chance 25.0 %)"
    )
    assert results.held_out({"method": "inpainting", "held_out": "16.5911", "chance": ""}) == "how close the filling comes: 16.6 dB"
