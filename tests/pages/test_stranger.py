"""A network that meets pictures of another set: one line with both names, and a button that takes the better run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import ssl_core as core
from tests.pages.conftest import button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
LINE = "This network learnt from 'scenes' and meets"


@pytest.fixture
def better(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Every question whether a run is a stranger, answered by one sentence and another run."""
    asked: list[tuple[Any, ...]] = []

    def found(*given: Any) -> core.Stranger:
        asked.append(given)
        return core.Stranger(f"{LINE} {given[2] or given[1]} here.", "rotation-9", "Photographs")

    monkeypatch.setattr("ssl_core.models.meets.stranger", found)
    return asked


def test_few_labels_says_so_and_takes_the_better_run(make_run: Callable[..., str], better: list[tuple[Any, ...]]) -> None:
    make_run("rotation-9")
    app = open_page("fewshot", run=make_run("rotation-1"), dataset="digits")
    assert not app.exception and (("rotation-1", "digits", "") in better) and f"{LINE} digits here." in words(app).replace("\\", "")
    button(app, "Take “Photographs”").click().run()
    assert app.query_params["run"] in ("rotation-9", ["rotation-9"])


def test_a_run_that_knows_the_pictures_is_passed_over_in_silence(make_run: Callable[..., str]) -> None:
    app = open_page("fewshot", run=make_run("rotation-1"), dataset="scenes")
    assert not app.exception and LINE not in words(app).replace("\\", "")
