"""A map coloured by what else is known of its pictures."""

from __future__ import annotations

import numpy as np
import pytest

from ssl_core.functional.metrics.intervals import Interval
from ssl_core.library.sets import open_set
from ssl_core.maps.colour import OTHERS, Factor, coloured, factors
from ssl_core.maps.layout import Layout
from ssl_core.maps.neighbours import class_shares
from ssl_core.reading.tables.table import read

N = 60
NAMES = [f"{k}.png" for k in range(N)]


@pytest.fixture
def layout() -> Layout:
    half = Interval(0.5, 0.4, 0.6)
    xy_S2 = np.random.default_rng(0).normal(size=(N, 2)).astype(np.float32)
    return Layout(xy_S2, [f"test-{k}" for k in range(N)], np.arange(N) % 3, ("a", "b", "c"), half, half, 0.3, "pca", N)


def test_scenes_can_be_coloured_by_what_they_are_made_of(layout: Layout) -> None:
    found = {factor.name: factor for factor in factors(layout, "scenes")}
    assert {"colour", "size", "place", "tilt", "flip"} <= found.keys() and "class" not in found
    assert found["tilt"].number and not found["colour"].number and set(found["flip"].values) == {"yes", "no"}
    known = open_set("scenes", "test").factors(7)
    assert known is not None and found["colour"].values[7] == known["colour"]


def test_kinds_take_the_place_of_classes(layout: Layout) -> None:
    drawn = coloured(layout, Factor("coat", False, ["red", "blue", None] * (N // 3)))
    assert drawn.classes == ("blue", "red") and drawn.by == "coat" and drawn.value_S is None
    assert drawn.label_S[:3].tolist() == [1, 0, -1]
    assert drawn.agreement_features is None and drawn.chance == pytest.approx(19 / 39)
    assert {row.name for row in class_shares(drawn)} == {"blue", "red"}


def test_agreement_is_that_of_the_factor(layout: Layout) -> None:
    side = ["left" if x < 0 else "right" for x in layout.xy_S2[:, 0]]
    found, guess = (coloured(layout, Factor("x", False, kinds)).agreement_plane for kinds in (side, side[::-1]))
    assert found is not None and guess is not None and found.value > 0.75 > guess.value


def test_numbers_shade_and_what_is_unknown_does_not(layout: Layout) -> None:
    drawn = coloured(layout, Factor("age", True, [None, *range(N - 1)]))
    assert drawn.classes == () and (drawn.label_S == -1).all() and drawn.agreement_plane is None
    assert drawn.value_S is not None and np.isnan(drawn.value_S[0]) and drawn.value_S[1:].tolist() == list(range(N - 1))


def test_many_kinds_leave_the_rare_ones_to_others(layout: Layout) -> None:
    drawn = coloured(layout, Factor("breed", False, [f"{min(k, 24) % 25:02d}" for k in range(N)]))
    assert len(drawn.classes) == 10 and drawn.classes[-1] == OTHERS and "24" in drawn.classes
    assert (drawn.label_S == 9).sum() == 16


@pytest.mark.parametrize(
    ("values", "offered"),
    [
        (["a"] * N, False),
        ([f"word {k}" for k in range(N)], False),
        ([None] * N, False),
        (list(range(N)), True),
        (["a", None] * (N // 2), False),
        ([f"word {max(1, k)}" for k in range(N)], True),
        ([f"2023-05-{1 + k % 28:02d}" for k in range(N)], True),
    ],
)
def test_what_tells_nothing_is_not_offered(layout: Layout, monkeypatch: pytest.MonkeyPatch, values: list[object], offered: bool) -> None:
    monkeypatch.setattr("ssl_core.datasets.digits.Digits.factors", lambda self, i: {"it": values[i]})
    assert bool(factors(layout, "digits")) is offered


def told_of(monkeypatch: pytest.MonkeyPatch, layout: Layout, values: list[object]) -> Factor:
    monkeypatch.setattr("ssl_core.datasets.digits.Digits.factors", lambda self, i: {"taken": values[i % len(values)]})
    (factor,) = factors(layout, "digits")
    return factor


def test_dates_shade_as_years(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    factor = told_of(monkeypatch, layout, ["2019-01-01", "2021-07-02 12:00", None])
    assert factor.name == "taken (year)" and factor.values[:3] == [2019, pytest.approx(2021.5, abs=0.01), None]
    drawn = coloured(layout, factor)
    assert drawn.value_S is not None and drawn.value_S[0] == 2019 and np.isnan(drawn.value_S[2])


def test_a_column_titled_class_in_a_table_colours_the_map(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    told = read("about.csv", b"file,label,class\n" + b"".join(b"%d.png,a,%s\n" % (k, b"xy"[k % 2 :][:1]) for k in range(N)), NAMES)
    monkeypatch.setattr("ssl_core.datasets.digits.Digits.factors", lambda self, i: told.factors[f"{i}.png"])
    assert [factor.name for factor in factors(layout, "digits")] == ["class (column)"]
