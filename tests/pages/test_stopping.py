"""Stop: the answer stands in the button's place, in every tab, until the job has ended; and nothing is said above controls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import ssl_core as core
from pages._kit.screen import stopping
from tests.pages.conftest import button, open_page, words
from tests.pages.test_train import at_work

SAID = "Stopping: it finishes its step and saves."


def test_the_answer_stands_where_stop_stood_in_every_tab(make_run: Callable[..., str]) -> None:
    run = make_run(status=at_work(), steps=(0, 12))
    here, elsewhere = open_page("train", run=run), open_page("train", run=run)
    button(here, "Stop").click().run()
    elsewhere.run()
    for app in (here, elsewhere, open_page("train", run=run)):
        assert SAID in words(app) and not [each for each in app.button if each.label.startswith("Stop")]
    assert core.run(run).status.stopping


def test_a_run_that_has_ended_is_not_stopping(make_run: Callable[..., str]) -> None:
    run = make_run(status={"state": "stopped", "step": 12, "stopping": True}, steps=(0, 12))
    (core.runs_root() / run / "stop").touch()
    assert not core.run(run).status.stopping and SAID not in words(open_page("train", run=run))


def test_a_stop_that_can_not_be_written_is_said_and_the_button_stays(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise core.SettingsError("The folder of runs can't be written to.")

    monkeypatch.setattr("ssl_core.jobs.start.stop", refuse)
    app = open_page("train", run=make_run(status=at_work(), steps=(0, 12)))
    button(app, "Stop").click().run()
    assert "can't be written to" in words(app) and SAID not in words(app) and button(app, "Stop")


def test_no_screen_says_a_thing_above_its_controls(root: Path) -> None:
    files = list((root / "pages").rglob("*.py"))
    assert len(files) > 60 and stopping.ICON and [file.name for file in files if "st.toast(" in file.read_text(encoding="utf-8")] == []
