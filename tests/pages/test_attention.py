"""Attention: rows of maps on one scale, and shares that a button has measured."""

from __future__ import annotations

import re
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ssl_core as core
from pages._kit.figures import heat
from pages._kit.large import loose
from pages._kit.screen import background
from ssl_core.explanations import attention
from tests.help.evaluation import run_with_weights
from tests.pages.conftest import button, open_page, words


@pytest.fixture(autouse=True)
def nothing_to_fetch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))


def test_the_run_its_twin_and_why_imagenet_is_missing_stand_below_each_other() -> None:
    app = open_page("attention", run=run_with_weights())
    text = words(app)
    assert not app.exception
    assert text.count('alt="stage 4"') == 2 and text.count('alt="for “') == 2
    assert "**Before training**" in text and "aren't on this machine" in text.replace("\\", "")
    assert [each.label for each in app.button if each.label.startswith("Download")] == ["Download, 14 MB"]


def test_maps_open_large_in_the_order_of_the_screen() -> None:
    app = open_page("attention", run=run_with_weights())
    places = [int(place) for place in re.findall(r'data-set="\*maps" data-picture="(\d+)"', words(app))]
    kept = app.session_state[loose.KEPT]
    assert places == list(range(len(kept))) and len(kept) > 5
    assert kept[0].caption.endswith(": stage 1") and kept[-1].caption.startswith("Before training")


def test_maps_that_take_long_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    ready, look = threading.Event(), attention.attention
    monkeypatch.setattr(background, "WAIT", 0.0)
    monkeypatch.setattr(attention, "attention", lambda *given: look(*given) if ready.wait(300) else [])
    app = open_page("attention", run=run_with_weights())
    assert words(app).count("Looking …") == 3 and "Does it look at the thing" in words(app) and 'alt="stage 4"' not in words(app)
    ready.set()
    for answer in list(background._answers.values()):
        answer.result(300)
    text = words(app.run())
    assert not app.exception and "Looking …" not in text and text.count('alt="stage 4"') == 2


def test_an_unticked_network_goes() -> None:
    app = open_page("attention", run=run_with_weights())
    app.get("button_group")[0].set_value([]).run()
    assert not app.exception
    assert words(app).count('alt="stage 4"') == 1 and "**Before training**" not in words(app)


def test_another_run_can_be_ticked() -> None:
    first, second = run_with_weights(), run_with_weights(seed=2, title="The other one")
    app = open_page("attention", run=first)
    app.get("button_group")[0].set_value([second]).run()
    assert not app.exception and "**The other one**" in words(app)


def test_a_title_with_signs_is_shown_as_it_is() -> None:
    first, _ = run_with_weights(), run_with_weights(seed=2, title="a_b_ *x*")
    assert "a\\_b\\_ \\*x\\*" in open_page("attention", run=first).get("button_group")[0].options


@pytest.fixture
def nothing_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As if no shares came along with the program."""
    monkeypatch.setattr(sys.modules["ssl_core.records.runs"], "STARTER", tmp_path / "none")


def test_nothing_is_measured_by_opening_and_the_button_starts_it(monkeypatch: pytest.MonkeyPatch, nothing_measured: None) -> None:
    import ssl_core.jobs.warm_worker

    started: list[Path] = []
    monkeypatch.setattr(ssl_core.jobs.warm_worker, "hand_over", started.append)
    app = open_page("attention", run=run_with_weights())
    assert started == []
    button(app, "Measure on 200 pictures of scenes").click().run()
    assert not app.exception and len(started) == 3  # the run, its twin, ImageNet


def test_measured_shares_are_said_with_interval_area_and_middle(monkeypatch: pytest.MonkeyPatch, nothing_measured: None) -> None:
    import ssl_core.jobs.warm_worker

    name = run_with_weights()
    monkeypatch.setattr(ssl_core.jobs.warm_worker, "hand_over", lambda folder: None)
    over = [0.2, 0.17, 0.23]
    kinds = {
        "stages": {"share": [0.6, 0.57, 0.63], "centre": [0.4, 0.37, 0.43], "over": over, "other": [0.3, 0.27, 0.33], "over_other": over}
    }
    for folder in core.request_shares(core.companions(name)[:2], "scenes"):
        core.write_json(folder / "result.json", {"n": 200, "area": 0.28, "kinds": kinds})
    text = words(open_page("attention", run=name)).replace(" ", " ")
    assert "**60 ± 3 %** of its attention falls on the object, whose box is 28 % of the picture" in text
    assert "it looks at the thing rather than at the middle (40 ± 3 %)" in text and "on 200 of 2\u00a0000 test pictures of scenes" in text


@pytest.mark.parametrize(
    ("over", "over_other", "said"),
    [
        ([0.04, 0.01, 0.07], [0.09, 0.05, 0.13], "it looks at the thing rather than at the middle"),
        ([-0.04, -0.07, -0.01], [0.09, 0.05, 0.13], "it looks at the middle (56 ± 5 %) rather than at the thing"),
        ([0.04, -0.01, 0.09], [0.09, 0.05, 0.13], "no clear difference from the middle"),
        ([0.04, 0.01, 0.07], [0.03, -0.02, 0.08], "no clear difference from where other pictures have theirs (50 ± 5 %)"),
    ],
)
def test_the_verdict_compares_the_same_pictures(
    over: list[float], over_other: list[float], said: str, monkeypatch: pytest.MonkeyPatch, nothing_measured: None
) -> None:
    import ssl_core.jobs.warm_worker

    name = run_with_weights()
    monkeypatch.setattr(ssl_core.jobs.warm_worker, "hand_over", lambda folder: None)
    means = {"share": [0.6, 0.55, 0.65], "centre": [0.56, 0.51, 0.61], "other": [0.5, 0.45, 0.55]}
    kinds: dict[str, Any] = {"stages": {**means, "over": over, "over_other": over_other, "n": 188}}
    for place, folder in enumerate(core.request_shares(core.companions(name)[:2], "scenes")):
        kinds["stages"] |= {"n": 200} if place else {}
        core.write_json(folder / "result.json", {"n": 200, "area": 0.28, "kinds": kinds})
    text = words(open_page("attention", run=name))
    assert said in text
    assert "on 188 to 200 of 2\u00a0000 test pictures (maps in which nothing stood out are left out) of scenes" in text


def test_the_one_primary_button_is_the_next_picture() -> None:
    app = open_page("attention", run=run_with_weights())
    before = words(app)
    primary = [each for each in app.button if each.proto.type == "primary" and not each.key.startswith("pictures-")]
    assert [each.label for each in primary] == ["Next picture"]
    primary[0].click().run()
    assert not app.exception and words(app) != before


def test_without_a_run_the_way_on_is_training(no_starters: None) -> None:
    app = open_page("attention")
    assert not app.exception and "There is no run yet" in words(app)


def test_the_scale_rises_in_lightness_and_ends_at_its_top() -> None:
    lightness = heat.colours(np.linspace(0, heat.TOP, 40)) @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(lightness) > 0).all()
    np.testing.assert_allclose(heat.colours(np.array([heat.TOP, 9.0])), heat.STOPS[[-1, -1]])


def test_a_map_is_brightest_where_it_is_strongest() -> None:
    times = np.zeros((4, 4), np.float32)
    times[0, 3] = 2
    drawn = heat.overlay(np.full((50, 50, 3), 90, np.uint8), times)
    row, column = np.unravel_index(drawn.astype(int).sum(2).argmax(), drawn.shape[:2])
    assert drawn.shape == (heat.SIDE, heat.SIDE, 3) and row < heat.SIDE / 4 and column > 3 * heat.SIDE / 4
