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


@pytest.mark.parametrize(("here", "starter", "asked"), [(True, True, {}), (False, True, {"run": "supervised-starter"}), (False, False, {})])
def test_names_go_to_a_network_whose_features_few_suffice_for(
    here: bool,
    starter: bool,
    asked: dict[str, str],
    make_run: Callable[..., str],
    opened: list[dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ImageNet's network where its weights are here, since it stands beside every run, else the supervised starter."""
    monkeypatch.setattr("pages._kit.screen.downloads.here", lambda target: here)
    if starter:
        make_run("supervised-starter", task="supervised")
    button(on_step(5, "runs.py"), "Open Few labels").click().run()
    assert opened == [{"dataset": "scenes"} | asked]
    assert tour.whose_curve().startswith("Watch ImageNet’s" if here else "The blue curve is of “Supervised, starter”" if starter else "")


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


def test_labels_from_before_the_tour_are_no_step_on_any_set() -> None:
    def screen(counts: tuple[tuple[str, int], ...]) -> None:
        from pages._kit.screen import tour

        for dataset, labels in counts:
            tour.count(dataset, labels, "They are worth it.")

    def after(*counts: tuple[str, int]) -> int:
        app = AppTest.from_function(screen, args=(counts,), default_timeout=180)
        app.session_state[TOUR] = 5
        return int(app.run().session_state[TOUR])

    assert after(("digits", 0), ("mine", 20), ("mine", 21), ("digits", 1)) == 5
    assert after(("digits", 0), ("mine", 20), ("mine", 22)) == 6
    assert after(("digits", 3), ("digits", 5)) == 6


def test_eight_more_names_are_enough_once_their_curve_is_there_also_of_other_pictures() -> None:
    """The last step counts from two, which another set may have seen."""

    def screen() -> None:
        import streamlit as st

        from pages._kit.screen import tour

        tour.count(*st.session_state["given"])

    app = AppTest.from_function(screen, default_timeout=180)
    app.session_state[TOUR], steps = 5, []
    for given in (("scenes", 0, ""), ("scenes", 2, ""), ("mine", 0, ""), ("mine", 7, "Good."), ("mine", 8, ""), ("mine", 8, "Good.")):
        app.session_state["given"] = given
        steps.append(app.run().session_state[TOUR])
    assert steps == [5, 6, 6, 6, 6, 7] and app.session_state[tour.REACHED] == "Good."


def few(*accuracies: float, waiting: str = "") -> core.FewShot:
    """Curves of ten labels that end at these accuracies on 2 000 pictures of ten classes; waiting: a target whose features are computed."""
    points = [core.Point(10, each, each - 0.02, each + 0.02) for each in accuracies]
    targets = ("rotation-1", "imagenet:mobilenet_v2")
    lines = [core.FewLine(target, f"Title of {target}", [point]) for target, point in zip(targets, points, strict=False)]
    left = [(waiting, core.Status())] if waiting else []
    return core.FewShot(lines, 10, ("a",) * 10, 2000, True, 0.1, left, [], [], {}, 10)


@pytest.mark.parametrize(
    ("curves", "said"),
    [
        (few(0.3, 0.7), "10 names, and ImageNet’s network is right on 70.0 ± 2.0 % of hidden pictures (chance: 10 %)."),
        (few(0.7), "10 names, and “Title of rotation-1” is right on 70.0 ± 2.0 % of hidden pictures (chance: 10 %)."),
        (few(0.11, 0.1), "No curve is above chance (10 %): do the names fit?"),
        (few(0.3, waiting="imagenet:mobilenet_v2"), ""),
        (few(0.11, waiting="untrained:rotation-1"), "No curve is above chance (10 %): do the names fit?"),
        (few(), ""),
    ],
)
def test_names_are_praised_by_what_they_are_worth(curves: core.FewShot, said: str) -> None:
    assert worth_of.in_words(curves) == said
