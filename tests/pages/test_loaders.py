"""Cached readers: what they keep is asked for again when it may be another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import ssl_core as core
from pages._kit.screen import readers


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Data sets that aren't on this machine as long as they stand in here."""
    gone, there = {"scenes"}, core.PictureSet.open

    def opened(asked: core.PictureSet) -> core.ImageSet:
        if asked.dataset in gone:
            raise core.SettingsError(f"'{asked.dataset}' isn't on this machine.")
        return there(asked)

    monkeypatch.setattr("ssl_core.library.sets.PictureSet.open", opened)
    return gone


def test_pictures_that_have_come_are_shown_at_once(make_run: Callable[..., str], away: set[str]) -> None:
    run = core.run(make_run(steps=(0, 60)))
    before = readers.latest_look(run)
    away.clear()
    after = readers.latest_look(run)
    assert before is not None and after is not None and (before.dataset, after.dataset) == ("", "scenes")


def test_what_a_network_said_at_first_is_asked_again_when_its_pictures_have_come(
    make_run: Callable[..., str], away: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[core.Panel(np.zeros((8, 8, 3), np.uint8), "says 90°")]]
    shown = core.Shown(0, [0], rows, "scenes", ["test-0"], "accuracy", 1)

    def untrained(run_id: str) -> core.Shown:
        core.open_set("scenes", "test")
        return shown

    monkeypatch.setattr("ssl_core.predictions.play.untrained", untrained)
    run = core.run(make_run())
    assert readers.first_look(run) is None
    away.clear()
    assert readers.first_look(run) is not None
