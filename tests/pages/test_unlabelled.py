"""Without labels: a look that broke off can be taken up again, and weights that aren't here are offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ssl_core as core
from tests.pages.conftest import button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
IMAGENET, RANDOM = "imagenet:mobilenet_v2", "random:convnet"


def opened(monkeypatch: pytest.MonkeyPatch, run: str, left_out: list[tuple[str, str]]) -> tuple[Any, list[list[str]]]:
    asked: list[list[str]] = []
    monkeypatch.setattr("ssl_core.fewshot.wall.classes_of", lambda name: ())
    monkeypatch.setattr("ssl_core.evaluation.labelfree.spreads", lambda texts, name: core.Spreads([], [], [], left_out))
    monkeypatch.setattr("ssl_core.evaluation.labelfree.request_spreads", lambda texts, name: asked.append(list(texts)))
    app = open_page("benchmark", run=run)
    assert not app.exception, app.exception
    return app, asked


def test_a_look_that_failed_can_be_tried_again(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run()
    app, asked = opened(monkeypatch, run, [(RANDOM, "The disk is full.")])
    assert "is left out. The disk is full." in words(app).replace("\\", "") and not asked
    button(app, "Try again").click().run()
    assert asked == [[run, IMAGENET, f"untrained:{run}"]]


def test_weights_that_are_not_here_are_offered_and_not_tried_in_vain(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = opened(monkeypatch, make_run(), [(IMAGENET, "Its weights aren't here.")])
    assert button(app, "Download, ") and not any(each.label == "Try again" for each in app.button)
