"""The guided two minutes: goes on when something has happened, can be left, taken up again, and brought back by an address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from pages._kit.screen import links
from pages._kit.screen.tour import END, STEPS, TOUR
from tests.pages.conftest import button, words
from tests.pages.test_main import router

pytestmark = pytest.mark.usefixtures("no_starters")


def on_step(number: int, place: str = "", **query: str) -> AppTest:
    """The app as an address with that step opens it."""
    return router(place or links.PLACES[STEPS[number - 1].place][0], tour=str(number), **query)


def happens(app: AppTest, *events: str) -> AppTest:
    """What screens say when a visitor did something, said by a script of its own with the app's memory."""

    def screen(said: tuple[str, ...]) -> None:
        from pages._kit.screen import tour

        for event in said:
            tour.happened(event)
        tour.strip("train")

    told = AppTest.from_function(screen, args=(events,), default_timeout=180)
    told.session_state[TOUR] = app.session_state[TOUR]
    return told.run()


def test_nobody_is_on_the_tour_unasked() -> None:
    app = router("home.py")
    assert "tour" not in app.query_params and "1 of 6" not in words(app)


def test_an_address_brings_back_the_step_and_the_strip_says_what_to_do() -> None:
    app = on_step(3)
    assert STEPS[2].words in words(app) and app.query_params["tour"] == "3"


@pytest.mark.parametrize("said", ["0", "9", "-1", "x", "1e3", "²"])
def test_a_step_there_is_not_is_no_tour(said: str) -> None:
    app = router("train.py", tour=said)
    assert not app.exception and "tour" not in app.query_params and "of 6" not in words(app)


def test_only_what_the_step_waits_for_leads_on() -> None:
    app = on_step(3)
    assert happens(app, "turned", "learnt", "named").session_state[TOUR] == 3
    assert happens(app, "begun").session_state[TOUR] == 4


def test_on_another_screen_the_strip_opens_the_right_one() -> None:
    app = on_step(5, "runs.py")
    assert STEPS[4].words not in words(app) and "Well done." in words(app)
    button(app, "Open Few labels").click().run()
    assert not app.exception and STEPS[4].words in words(app)


def test_a_step_can_be_skipped_and_the_tour_left_and_taken_up_again() -> None:
    app = on_step(3)
    button(app, "Skip").click().run()
    assert app.session_state[TOUR] == 4
    button(app, "Leave the tour").click().run()
    assert "tour" not in app.query_params and "of 6" not in words(app)
    app.switch_page("home.py").run()
    button(app, "Tour: on with step 4").click().run()
    assert STEPS[3].words in words(app) and app.query_params["tour"] == "4"


def test_a_run_at_work_is_the_third_step_and_its_end_the_fourth(make_run: Callable[..., str]) -> None:
    make_run(status={"state": "queued", "step": 0, "steps": 60})
    app = on_step(3)
    assert app.session_state[TOUR] == 4
    make_run("rotation-2", created=2.0)
    assert on_step(4, run="rotation-2").session_state[TOUR] == 5


def test_after_the_last_step_it_ends() -> None:
    app = on_step(6, "runs.py")
    button(app, "Skip").click().run()
    assert END in words(app)
    button(app, "Close").click().run()
    assert END not in words(app) and "tour" not in app.query_params


def test_labels_from_before_the_tour_are_no_step_on_any_set() -> None:
    def screen(counts: tuple[tuple[str, int], ...]) -> None:
        from pages._kit.screen import tour

        for dataset, labels in counts:
            tour.count(dataset, labels)

    def after(*counts: tuple[str, int]) -> int:
        app = AppTest.from_function(screen, args=(counts,), default_timeout=180)
        app.session_state[TOUR] = 5
        return int(app.run().session_state[TOUR])

    assert after(("digits", 0), ("mine", 20), ("mine", 21), ("digits", 1)) == 5
    assert after(("digits", 0), ("mine", 20), ("mine", 22)) == 6
    assert after(("digits", 3), ("digits", 5)) == 6


def test_six_more_names_are_enough_also_of_other_pictures() -> None:
    """The last step counts from two, which another set may have seen."""

    def screen() -> None:
        import streamlit as st

        from pages._kit.screen import tour

        tour.count(*st.session_state["given"])

    app = AppTest.from_function(screen, default_timeout=180)
    app.session_state[TOUR], steps = 5, []
    for given in (("scenes", 0), ("scenes", 2), ("mine", 0), ("mine", 5), ("mine", 6)):
        app.session_state["given"] = given
        steps.append(app.run().session_state[TOUR])
    assert steps == [5, 6, 6, 6, 7]
