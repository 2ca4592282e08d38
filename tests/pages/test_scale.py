"""Scales of numbers: where sliders stop, how numbers are written, how far − and + go."""

from __future__ import annotations

import math

import pytest

import ssl_core as core
from pages._kit.screen import scale

REAL = [
    (f"{owner}.{control.name}", control)
    for owner, controls in [("recipe", core.recipe_controls()), *((part.name, part.controls) for part in core.menu("tasks"))]
    for control in controls
    if control.kind == "float" and not control.optional
]


@pytest.mark.parametrize(("name", "control"), REAL, ids=[name for name, _ in REAL])
def test_a_slider_stops_at_allowed_numbers_of_three_digits_and_at_the_default(name: str, control: core.Control) -> None:
    stops = scale.stops(control, control.default)
    assert stops == sorted(set(stops)) and control.default in stops and 5 <= len(stops) <= 160
    assert all(scale.allowed(control, stop) and math.isclose(float(scale.digits(stop)), stop, rel_tol=1e-9) for stop in stops)


def test_a_logarithmic_slider_has_as_many_stops_in_each_decade() -> None:
    rate = next(control for name, control in REAL if name == "recipe.rate")
    stops = scale.stops(rate, 1e-3)
    assert [scale.digits(stop) for stop in (stops[0], stops[-1])] == ["0.00001", "0.1"]
    assert {sum(low <= stop < 10 * low * 0.999 for stop in stops) for low in (1e-5, 1e-4, 1e-3, 1e-2)} == {6}
    assert 0.0123 in scale.stops(rate, 1e-3, 0.0123) and 4.0 in scale.stops(rate, 4.0)  # a typed number, another preset's default


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "0.001"), (0.0012345, "0.00123"), (0, "0"), (1500.0, "1500"), (12345, "12300"), (1e-6, "0.000001"), (3e-9, "3e-09")]
    + [(0.9995, "0.9995"), (0.99, "0.99"), (1.0, "1"), (0.5, "0.5"), (-0.25, "-0.25"), (0.0999999, "0.1"), (math.inf, "inf")],
)
def test_numbers_have_three_significant_digits(value: float, text: str) -> None:
    assert scale.digits(value) == text


@pytest.mark.parametrize("value", [1e-5, 0.001, 0.002, 0.0015, 0.3, 1.0, 7.0, 30.0])
def test_minus_never_takes_a_number_to_zero(value: float) -> None:
    assert 0.04 * value <= scale.fine_step(value) <= 0.51 * value


@pytest.mark.parametrize(("default", "step"), [(None, 1), (0, 1), (10, 1), (32, 8), (256, 64), (4096, 1024), (300, 10), (10_000, 1000)])
def test_whole_numbers_go_up_by_a_step_of_their_size(default: int | None, step: int) -> None:
    assert scale.whole_step(default) == step
