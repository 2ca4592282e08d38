"""A run over time on Benchmark: the button, the curves, the conclusion, and why there may be none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ssl_core as core
from ssl_core.evaluation.overtime import correlations
from ssl_core.jobs.status import Status
from ssl_core.probes.base import RIGHT
from ssl_core.settings import SettingsError
from tests.pages.conftest import button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")


@pytest.fixture
def shows(monkeypatch: pytest.MonkeyPatch, make_run: Callable[..., str]) -> Callable[..., Any]:
    """Opens the screen on so many scored encoders of ten."""
    monkeypatch.setattr("ssl_core.evaluation.forecast.expect_comparison", lambda *_, **__: 25.0)
    run = make_run(data={"samples": 1000}, recipe={"image_size": 32})

    def opened(scored: int, **fields: Any) -> Any:
        moments = [
            core.Moment(2**k, f"{run}@{2**k}", 0.3 + k / 20, 0.25 + k / 20, 0.35 + k / 20, 2.0 - k / 10, 20.0 + k) for k in range(scored)
        ]
        found = core.OverTime(run, "linear", RIGHT, "held-out", moments, None, 200, *correlations(moments), [], [], [])
        monkeypatch.setattr("ssl_core.evaluation.overtime.over_time", lambda *_, **__: found._replace(**fields))
        app = open_page("benchmark", run=run)
        assert not app.exception, app.exception
        return app

    return opened


def test_the_conclusion_gives_rho_with_n_and_says_what_it_isnt(shows: Callable[..., Any]) -> None:
    said = words(shows(8))
    assert "In this run a lower pretext loss went with better features" in said and "ρ of held-out loss and score -1.00, n = 8" in said
    assert "not that one predicts the other in the next" in said and "Loss of its own game (held-out pictures)" in said


def test_of_three_encoders_no_correlation_is_given(shows: Callable[..., Any]) -> None:
    assert "Of fewer than four encoders no rank correlation is given." in words(shows(3))


def test_a_click_asks_for_what_is_missing(shows: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("ssl_core.evaluation.overtime.request_over_time", lambda *given, **_: asked.append(given))
    app = shows(0, missing=["a", "b", "c"])
    button(app, "Score 3 networks of its way").click().run()
    assert len(asked) == 1 and asked[0][2] == "linear"


def test_jobs_at_work_can_be_stopped(shows: Callable[..., Any]) -> None:
    app = shows(2, waiting=[("rotation-1@4", Status(state="running", stage="scoring"))], missing=[])
    assert "2 of 3 scored; rotation-1@4: scoring" in words(app) and button(app, "Stop")


def test_a_run_without_encoders_says_why(shows: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any, **__: Any) -> None:
        raise SettingsError("'rotation-1' kept no encoders on its way.")

    app = shows(0)
    monkeypatch.setattr("ssl_core.evaluation.overtime.over_time", none)
    app.run()
    assert "kept no encoders on its way" in words(app)
