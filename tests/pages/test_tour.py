"""The guided two minutes: goes on when something has happened, can be left, taken up again, and brought back by an address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.fewshot import worth_of
from pages._kit.screen import links, readers, tour
from pages._kit.screen.tour import END, STEPS, TOUR
from tests.pages.conftest import DONE, button, words
from tests.pages.test_main import router

pytestmark = pytest.mark.usefixtures("no_starters")


def on_step(number: int, place: str = "", **query: str) -> AppTest:
    """The app as an address with that step opens it."""
    return router(place or links.PLACES[STEPS[number - 1].place][0], tour=str(number), **query)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What the screens that the tour opened were given."""
    asked: list[dict[str, str]] = []
    monkeypatch.setattr("pages._kit.screen.links.go", lambda place, **query: asked.append(query))
    return asked


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
    assert STEPS[4].words not in words(app) and "Next is the screen “Few labels”." in words(app)
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
    app = on_step(4, run="rotation-2")
    assert app.session_state[TOUR] == 5 and "Well done: your network has learnt. Next is" in words(app)


def test_a_network_that_learnt_nothing_and_a_skipped_step_arent_praised(make_run: Callable[..., str]) -> None:
    make_run(status={**DONE, "metrics": {"accuracy": 0.25}, "facts": {"tested": 200}})
    app = on_step(4, run="rotation-1")
    assert app.session_state[TOUR] == 5 and "Well done" not in words(app)
    skipped = on_step(4, "runs.py")
    button(skipped, "Skip").click().run()
    assert "Next is the screen “Few labels”." in words(skipped) and "Well done" not in words(skipped)


def test_the_tour_begins_with_the_best_rotation_run(make_run: Callable[..., str], opened: list[dict[str, str]]) -> None:
    for place, accuracy in enumerate((0.5, 0.8, 0.6)):
        make_run(f"rotation-{place}", created=float(place), status={**DONE, "metrics": {"accuracy": accuracy}})
    make_run("supervised-1", task="supervised", status={**DONE, "metrics": {"accuracy": 0.99}})
    button(router("home.py"), "Two-minute tour").click().run()
    assert opened == [{"run": "rotation-1"}]


def test_a_guess_is_made_against_the_run_on_the_screen(make_run: Callable[..., str], opened: list[dict[str, str]]) -> None:
    make_run("rotation-1")
    make_run("rotation-2", created=2.0, status={**DONE, "metrics": {"accuracy": 0.5}})
    button(on_step(2, "runs.py", run="rotation-2"), "Open Predictions").click().run()
    assert opened == [{}]


@pytest.mark.parametrize(("here", "starter"), [(True, True), (False, True), (False, False)])
def test_the_run_that_learnt_stays_chosen_and_a_curve_that_climbs_stands_beside_it(
    here: bool, starter: bool, make_run: Callable[..., str], opened: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """ImageNet's network where its weights are here, since it stands beside every run, else the supervised starter."""
    monkeypatch.setattr("pages._kit.screen.downloads.here", lambda target: here)
    make_run("rotation-1")
    if starter:
        make_run("supervised-starter", task="supervised", created=9.0)
    app = on_step(4, run="rotation-1")
    assert app.session_state[TOUR] == 5 and app.session_state[tour.MINE] == "rotation-1"
    button(app, "Open Few labels").click().run()
    assert opened == [{"dataset": "scenes", "run": "rotation-1"}]
    rival = "ImageNet’s from 1.3 million named photographs" if here else "“Supervised, starter” from named pictures" if starter else ""
    said, beside = compared("rotation-1")
    assert said == (f"Yours learnt to tell up from down, {rival}. Both curves stand here." if rival else "")
    assert beside == (["supervised-starter"] if starter and not here else [])


def compared(mine: str) -> tuple[str, list[str]]:
    """What the strip says about the curves of the run that learnt, and which run is put beside it."""

    def screen(mine: str) -> None:
        import streamlit as st

        from pages._kit.screen import tour

        st.session_state.update({tour.TOUR: 5, tour.MINE: mine})
        st.session_state["said"] = tour.whose_curve(), tour.beside(mine)

    said: tuple[str, list[str]] = AppTest.from_function(screen, args=(mine,), default_timeout=180).run().session_state["said"]
    return said


def test_names_that_were_there_count_and_the_strip_says_how_many_are_asked_for() -> None:
    """Within one script run the words change too, as they must where only the screen's fragment runs again."""

    def screen() -> None:
        import streamlit as st

        from pages._kit.screen import tour

        tour.strip("fewshot")
        tour.count(*st.session_state["given"])

    app = AppTest.from_function(screen, default_timeout=180)
    app.session_state[TOUR], steps, said = 5, [], []
    for given in ((1, ""), (2, ""), (4, ""), (10, ""), (10, "Good.")):
        app.session_state["given"] = given
        steps.append(app.run().session_state[TOUR])
        said.append(words(app))
    assert steps == [5, 6, 6, 6, 7] and app.session_state[tour.REACHED] == "Good."
    for text, count in zip(said, ("1 of 2", "2 of 10", "4 of 10", "10 of 10"), strict=False):
        assert f"**{count}** names are there." in text
    assert f"Good. {END}" in said[-1]
    again = AppTest.from_function(screen, default_timeout=180)
    again.session_state[TOUR], again.session_state["given"] = 6, (4, "")
    assert again.run().session_state[TOUR] == 6 and "**4 of 10** names are there." in words(again)


def test_during_a_step_only_the_button_that_it_asks_for_is_blue() -> None:
    """The strip names that button, and assets/style.css has a rule for each name."""
    styles = (readers.ASSETS / "style.css").read_text()
    assert {step.button for step in STEPS} == {"nothing", "next", "train"}
    for name in {step.button for step in STEPS}:
        assert f"body:has(.st-key-tour-asks-{name}) .stMain button" in styles
    assert button(on_step(3, "runs.py"), "Open Train").proto.type == "primary"


def test_after_the_last_step_it_ends() -> None:
    app = on_step(6, "runs.py")
    button(app, "Skip").click().run()
    assert END in words(app)
    button(app, "Close").click().run()
    assert END not in words(app) and "tour" not in app.query_params


def test_the_end_is_in_no_address_and_over_on_another_screen() -> None:
    app = on_step(6, "runs.py")
    button(app, "Skip").click().run()
    assert END in words(app) and "tour" not in app.query_params
    app.switch_page("home.py").run()
    assert END not in words(app) and app.session_state[TOUR] == 0
    assert END not in words(router("runs.py", tour="7"))


def test_a_press_in_the_strip_is_kept_where_the_next_click_ends_the_callback() -> None:
    """The callback writes to no session state, where Streamlit would end it: it appends to a list, which the next run takes."""
    app = on_step(3, "runs.py")
    tour._press(app.session_state[tour.PRESSED], 0, 3)
    app.switch_page("home.py").run()
    assert app.session_state[TOUR] == 0 and "tour" not in app.query_params and not app.session_state[tour.PRESSED]
    assert button(app, "Tour: on with step 3")


def few(*accuracies: float, waiting: str = "") -> core.FewShot:
    """Curves of ten labels that end at these accuracies on 2 000 pictures of ten classes; waiting: a target whose features are computed."""
    points = [core.FewPoint(10, each, each - 0.02, each + 0.02) for each in accuracies]
    targets = ("rotation-1", "imagenet:mobilenet_v2", "untrained:rotation-1")
    lines = [core.FewLine(target, f"Title of {target}", [point]) for target, point in zip(targets, points, strict=False)]
    left = [(waiting, core.Status())] if waiting else []
    return core.FewShot(lines, 10, ("a",) * 10, 2000, True, 0.1, left, [], [], {}, 10)


@pytest.mark.parametrize(
    ("curves", "said"),
    [
        (
            few(0.3, 0.7, 0.12),
            "10 names: 70 % of hidden pictures named right with ImageNet’s features, 30 % with your network’s, "
            "12 % with an untrained one’s. What each learnt before makes the difference.",
        ),
        (few(0.7), "10 names: 70 % of hidden pictures named right with your network’s features (chance: 10 %)."),
        (few(0.11, 0.1), "No curve is above chance (10 %): do the names fit?"),
        (few(0.3, waiting="imagenet:mobilenet_v2"), ""),
        (few(0.11, waiting="untrained:rotation-1"), "No curve is above chance (10 %): do the names fit?"),
        (few(), ""),
    ],
)
def test_names_are_praised_by_what_they_are_worth_to_each_network(curves: core.FewShot, said: str) -> None:
    assert worth_of.in_words(curves, "rotation-1") == said


def test_a_run_that_nobody_trained_here_is_named_by_its_title() -> None:
    assert "30 % with “Title of rotation-1”’s" in worth_of.in_words(few(0.3, 0.7))
