"""Every method side by side, on Runs."""

from __future__ import annotations

from typing import Any

import pytest

import ssl_core as core
from ssl_core.probes.base import RIGHT
from tests.pages.conftest import button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")


def test_rows_start_a_run_here_or_lead_to_the_pictures_and_what_stands_apart_is_said(
    make_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run()
    asked = {"task": "simclr", "dataset": "cifar10", "steps": 534}
    ours = core.EveryRow("SimCLR", "", "simclr", 0.53, 0.51, 0.55, 534, 72.0, asked, {"random": 0.36, "held_out": 0.46})
    mine = core.EveryRow("Rotation 1", run, "rotation", 0.5, 0.48, 0.52, 900, 61.0, {}, {})
    group = core.Every("cifar10", "linear", 5000, 2000, 32, "", RIGHT, [ours, mine])
    monkeypatch.setattr("ssl_core.evaluation.every.every_run", lambda *_: [group])
    monkeypatch.setattr("ssl_core.evaluation.every.unlike_measured", lambda *_: [core.run(run)._replace(title="Another one")])
    started: list[dict[str, Any]] = []
    monkeypatch.setattr("ssl_core.training.request.start_training", lambda values, **_: started.append(values) or run)
    app = open_page("runs", run=run)
    assert "Its pictures" not in [each.label for each in app.button]  # nothing is read before the section is opened
    app.toggle[0].set_value(True).run()
    said = words(app)
    assert (
        not app.exception
        and "never measured so: Another one" in said
        and "36 %" in said
        and "Scores stand in one picture only where" in said
    )
    button(app, "Train it here").click().run()
    assert started == [{**asked, "title": "SimCLR"}]
