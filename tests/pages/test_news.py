"""What the browser's tab is called, and news of runs that end while another screen is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.screen import tab
from tests.pages.conftest import DONE, button, router, words

pytestmark = pytest.mark.usefixtures("no_starters")
AT_WORK = {"state": "running", "stage": "learning", "step": 37, "steps": 100}


@pytest.fixture
def at_work(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A run whose process counts as alive."""
    monkeypatch.setattr("ssl_core.jobs.status._lives", lambda status: True)
    return make_run("rotation-9", AT_WORK, created=9.0)


def ends(run: str, **more: str) -> None:
    core.write_json(core.runs_root() / run / "status.json", DONE | more)


def said(app: AppTest) -> list[str]:
    """The notices on a screen."""
    assert not app.exception
    return [each.value.replace("\\", "") for each in app.markdown if "Title of rotation-9”" in each.value and "material/" in each.value]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", "Selfsight"),
        ("train", "37 % · Train · Title of rotation-9 · Selfsight"),
        ("map", "37 % · Map · Title of rotation-9 · Selfsight"),
        ("data", "37 % · Pictures · Digits · Selfsight"),
        ("runs", "37 % · Runs · Selfsight"),
    ],
)
def test_the_tab_says_how_far_which_screen_and_what_about(place: str, words: str, at_work: str) -> None:
    assert tab.title(place, core.run(at_work), "Digits") == words


def test_a_run_that_has_ended_or_learns_without_an_end_has_no_per_cent(at_work: str) -> None:
    run = core.run(at_work)
    endless = run._replace(status=run.status._replace(steps=0))
    ended = run._replace(status=run.status._replace(state="done"))
    assert {tab.title("map", each, "") for each in (endless, ended)} == {"Map · Title of rotation-9 · Selfsight"}


def test_a_run_that_ends_behind_another_screen_says_so_once(at_work: str, make_run: Callable[..., str]) -> None:
    make_run("rotation-1")
    app = router("data.py", run="rotation-1")
    assert said(app) == []
    ends(at_work)
    assert said(app.run()) == [":material/check_circle: “Title of rotation-9” is done."] == said(app.run())
    app.switch_page("attention.py").run()
    assert len(said(app)) == 1
    button(app, "Close").click().run()
    assert said(app) == [] == said(app.run())


def test_the_notice_leads_to_the_run(at_work: str, make_run: Callable[..., str]) -> None:
    make_run("rotation-1")
    app = router("data.py", run="rotation-1")
    ends(at_work, state="failed", reason="The loss isn't finite at step 12.")
    assert said(app.run()) == [":material/error: “Title of rotation-9” failed: The loss isn't finite at step 12."]
    button(app, "Show it").click().run()
    assert app.query_params["run"] == at_work and said(app) == [] and "The loss isn't finite" in words(app)


@pytest.mark.parametrize("place", ["train.py", "runs.py"])
def test_a_screen_that_shows_the_run_needs_no_notice(place: str, at_work: str) -> None:
    app = router(place, run=at_work)
    ends(at_work)
    assert said(app.run()) == []
    app.switch_page("data.py").run()
    assert said(app) == []
