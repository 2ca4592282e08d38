"""Benchmark as curves over labels and shots: the points, where curves cross in words, the pictures behind a point."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import ssl_core as core
from pages._kit.benchmark import curve
from pages._kit.figures import along
from ssl_core.evaluation.compare import pairs_of
from ssl_core.evaluation.values import interval_of
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import SeriesPoint
from tests.pages.conftest import open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
N, DRAWS, PIXELS = 400, 5, "pixels"


def drawn(share: float, rng: np.random.Generator) -> np.ndarray:
    """Right or wrong, T x S: a picture is right in every draw, but for a tenth."""
    return (np.arange(N) < N * share) ^ (rng.random((DRAWS, N)) < 0.05)


def compared(run: str, shares: dict[str, dict[int, float]], protocol: str = "fractions", dataset: str = "scenes") -> core.Comparison:
    """A comparison whose targets reach these shares, by labels of a class or by shots."""
    rng, scored, measure = np.random.default_rng(0), [], PROBES[protocol].measure
    label_S = np.arange(N) % 10
    for text, line in shares.items():
        target, points = core.Target.parse(text, dataset), []
        for at, share in line.items():
            values = drawn(share, rng) if protocol == "fractions" else drawn(share, rng)[0].astype(float)
            unit_E = None if protocol == "fractions" else rng.normal(share, 0.1, 600)
            point = SeriesPoint(at, values, {}, unit_E=unit_E)
            score = interval_of(values if unit_E is None else unit_E, measure)
            points.append(core.ScoredPoint(at, *score, values, {}, unit_E=point.unit_E))
        last = points[-1]
        value_S = last.share_S >= 0.5
        row = core.ProbeRow(text, target.title, target.detail, last.accuracy, last.lo, last.hi, "stage4", 32, 3.0, measure)
        guess_S = np.where(value_S, label_S, (label_S + 1) % 10)
        chance = None if protocol == "fractions" else 0.2
        scored.append(core.Scored(row, 1000, N, np.arange(N), value_S, guess_S, label_S, None, None, points, last.unit_E, chance))
    classes = tuple(core.open_set("scenes", "test").info.classes)
    pairs = pairs_of({each.row.target: each.values for each in scored}, measure)
    return core.Comparison(protocol, measure, classes, "compare", scored, pairs, [], [], [], series=PROBES[protocol].series)


@pytest.fixture
def run(make_run: Callable[..., str]) -> str:
    return make_run(data={"samples": 1000}, recipe={"image_size": 32})


@pytest.fixture
def shows(monkeypatch: pytest.MonkeyPatch, run: str) -> Callable[..., Any]:
    """Opens the screen on a comparison that stands as given."""

    def opened(found: core.Comparison) -> Any:
        monkeypatch.setattr("ssl_core.evaluation.compare.comparison", lambda *_, **__: found)
        app = open_page("benchmark", run=run, protocol="fractions" if found.series == "points" else "episodes")
        assert not app.exception, app.exception
        return app

    return opened


CROSSED = {"run": {4: 0.6, 25: 0.65, 1000: 0.7}, PIXELS: {4: 0.3, 25: 0.64, 1000: 0.9}}


def test_the_screen_says_where_two_curves_cross_as_far_as_intervals_bear_it(run: str, shows: Callable[..., Any]) -> None:
    said = words(shows(compared(run, {run: CROSSED["run"], PIXELS: CROSSED[PIXELS]})))
    assert (
        "This run is ahead of raw pixels with 4, not to be told apart by these pictures with 25, behind raw pixels with 1 000"
        in said.replace("\u00a0", " ")
    )
    assert "The curves cross between 4 and 1 000 labels of each class." in said.replace("\u00a0", " ")
    assert "the same 5 draws of the labels for every network" in said


def test_no_crossing_is_named_where_one_is_ahead_everywhere() -> None:
    pairs = [core.PointPair(at, 0.2, 0.1, 0.3, 0.95) for at in (4, 25)]
    assert (
        curve.in_words("raw pixels", pairs, "labels of each class")
        == "This run is ahead of raw pixels at every number of labels of each class."
    )
    assert core.crossing(pairs) is None
    level = [pair._replace(lo=-0.1) for pair in pairs]
    assert "show no difference at any number" in curve.in_words("raw pixels", level, "labels of each class")
    assert core.crossing(level) is None


def test_episodes_are_said_to_be_of_these_pictures(run: str, shows: Callable[..., Any]) -> None:
    said = words(shows(compared(run, {run: {1: 0.5, 5: 0.7}, PIXELS: {1: 0.3, 5: 0.4}}, "episodes")))
    assert "mean over all episodes of these test pictures" in said
    assert "Queries named correctly, on these" in said and "This run’s features are ahead of raw pixels by 30.6" in said


def test_a_curve_has_a_mark_for_each_point_that_names_it_and_published_ones_name_nothing(run: str) -> None:
    one = along.Curve("This run", (4, 25), (0.4, 0.6), (0.3, 0.5), (0.5, 0.7), "#123456", True, ("r|4", "r|25"))
    grey = along.Curve("Paper", (4, 400), (0.8, 0.9), (0.8, 0.9), (0.8, 0.9), "#888888")
    figure = along.figure([one, grey], 0.1, "labels of each class")
    marks = [trace for trace in figure.data if trace.hoverinfo == "text"]
    assert [list(trace.customdata or ()) for trace in marks] == [["r|4", "r|25"], []]
    assert marks[0].hovertext[1] == "This run 60.0 % (50.0 to 70.0)<br>labels of each class: 25"
    assert figure.layout.xaxis.ticktext == ("4", "25", "400") and figure.layout.yaxis.range[1] > 90


def test_the_pictures_behind_a_point_are_those_that_its_draws_got_wrong(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tiles: list[Any] = []
    heads: list[str] = []
    found = compared(run, {run: {4: 0.5, 100: 0.9}})
    monkeypatch.setattr(curve.gallery, "show", lambda shown, **_: tiles.extend(shown))
    monkeypatch.setattr(curve.gallery, "picture", lambda dataset, picture, caption, size: (picture, caption))
    column = SimpleNamespace(markdown=heads.append, number_input=lambda *_, **__: 1)
    monkeypatch.setattr(curve.st, "columns", lambda *_, **__: (column, column))
    asked = curve.Asked(core.run(run), [run], "fractions", {})
    curve.mostly_wrong(asked, found, f"{run}|4")
    share_S = found.scored[0].points[0].share_S
    assert f"{int((share_S < 0.5).sum())}** of 400 mostly wrong" in heads[0]
    assert len(tiles) == curve.PAGE and all("right in 0 of 5 draws" in caption for _, caption in tiles)
