"""Pictures and run: one choice of each in the sidebar, which every screen reads and none loses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.screen import links, work
from tests.pages.conftest import DONE, button, router, words

pytestmark = pytest.mark.usefixtures("no_starters")


def chosen(app: AppTest) -> tuple[str, str]:
    """Run and pictures, which the sidebar and the address say alike."""
    told = tuple(str(app.query_params[name]).strip("[]'") for name in (links.RUN, links.DATASET))
    shown = app.selectbox(key=links.PICKER).value, app.selectbox(key=links.PICTURES).value
    assert shown == told and not app.exception
    return told[0], told[1]


@pytest.fixture
def two(make_run: Callable[..., str]) -> None:
    """A run on digits and a later one on scenes."""
    make_run("rotation-1", created=1.0, dataset="digits")
    make_run("rotation-2", created=2.0)


@pytest.mark.usefixtures("two")
def test_a_chosen_run_takes_its_pictures_along() -> None:
    app = router(run="rotation-2")
    assert chosen(app) == ("rotation-2", "scenes")
    app.selectbox(key=links.PICKER).set_value("rotation-1").run()
    assert chosen(app) == ("rotation-1", "digits")


@pytest.mark.usefixtures("two")
def test_chosen_pictures_never_change_the_run_and_survive_other_screens() -> None:
    app = router(run="rotation-2")
    app.selectbox(key=links.PICTURES).set_value("digits").run()
    for place in ("map.py", "home.py", "data.py"):
        app.query_params.clear()  # as the menu does
        app.switch_page(place).run()
        assert app.query_params["dataset"] == "digits" and app.query_params["run"] == "rotation-2"
    assert chosen(app) == ("rotation-2", "digits")


@pytest.mark.usefixtures("two")
def test_an_address_that_names_both_is_taken_as_it_is() -> None:
    assert chosen(app := router(run="rotation-2", dataset="digits")) == ("rotation-2", "digits")
    app.query_params.update({"run": "rotation-1", "dataset": "scenes"})  # as Back and Forward do
    assert chosen(app.run()) == ("rotation-1", "scenes")


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("before", [{}, {"run": "rotation-2"}, {"run": "rotation-2", "dataset": "digits"}])
def test_a_click_that_comes_with_the_address_of_before_counts(before: dict[str, str]) -> None:
    app = router(run="rotation-2")
    app.query_params.clear()
    app.query_params.update(before)
    app.selectbox(key=links.PICKER).set_value("rotation-1").run()
    assert chosen(app) == ("rotation-1", "digits")


@pytest.mark.usefixtures("two")
def test_a_run_that_ends_or_gets_another_name_stays_the_chosen_one(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.jobs.status._lives", lambda status: True)
    at_work = make_run("rotation-0", {"state": "running", "step": 1, "steps": 9}, created=0.5)
    app = router(run=at_work)
    core.write_json(core.runs_root() / at_work / "status.json", DONE)
    assert chosen(app.run()) == (at_work, "scenes") == chosen(app.run())
    core.rename(at_work, "Another name")
    assert chosen(app.run()) == (at_work, "scenes") == chosen(app.run())


@pytest.mark.usefixtures("two")
def test_where_the_chosen_run_is_deleted_elsewhere_the_pictures_stay() -> None:
    app = router(run="rotation-2")
    core.delete("rotation-2")
    assert chosen(app.run()) == ("rotation-1", "scenes") and "no run 'rotation-2'" in words(app)


@pytest.mark.usefixtures("two")
def test_pictures_nobody_has_are_named_until_others_are_chosen() -> None:
    app = router(run="rotation-2", dataset="cows")
    said = "There are no pictures 'cows' here. Chosen are 'Scenes, our own drawings'."
    assert said in words(app) and said in words(app.run()) and app.query_params["dataset"] == "cows"
    app.selectbox(key=links.PICTURES).set_value("digits").run()
    assert said not in words(app) and chosen(app) == ("rotation-2", "digits")


@pytest.mark.usefixtures("two")
def test_a_folder_just_brought_is_what_the_form_and_the_game_start_with(own_set: Callable[[], str]) -> None:
    app = router("data.py", run="rotation-2")
    app.query_params["dataset"] = own_set()  # as the dialog does
    assert chosen(app.run()) == ("rotation-2", "mine") and "9 pictures to learn from" in words(app)
    app.query_params.clear()
    app.switch_page("pretext.py").run()
    assert "api/thumb/mine/test-" in words(app) and "api/thumb/scenes" not in words(app)
    button(app, "Train this").click().run()
    assert app.selectbox(key="train-dataset").value == "mine" and chosen(app) == ("rotation-2", "mine")


@pytest.mark.usefixtures("two")
def test_pictures_chosen_in_the_form_or_on_their_screen_are_the_chosen_ones() -> None:
    app = router("train.py", run="rotation-2", new="1")
    app.selectbox(key="train-dataset").set_value("digits").run()
    assert chosen(app) == ("rotation-2", "digits")
    app.switch_page("data.py").run()
    app.query_params["class"] = "3"
    app.button_group(key="data-set").set_value("scenes").run()
    assert chosen(app) == ("rotation-2", "scenes") and "class" not in app.query_params


@pytest.mark.usefixtures("two")
def test_the_shortcut_is_offered_where_the_pictures_can_have_one() -> None:
    app = router("pretext.py", dataset="scenes")
    assert app.toggle(key="pretext-leak")
    app.selectbox(key=links.PICTURES).set_value("digits").run()
    assert "pretext-leak" not in [each.key for each in app.toggle] and "api/thumb/digits/test-" in words(app)


@pytest.mark.usefixtures("two")
def test_a_screen_about_a_run_says_where_it_learnt_from_other_pictures() -> None:
    app = router("predictions.py", run="rotation-2", dataset="digits")
    said = "“Title of rotation-2” learnt from “Scenes, our own drawings”. This screen shows those, not “Handwritten digits”."
    assert said in words(app).replace("\\", "")
    app.selectbox(key=links.PICTURES).set_value("scenes").run()
    assert "This screen shows those" not in words(app)


def test_a_run_of_another_set_leaves_its_pictures_to_be_brought(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[dict[str, str]] = []
    monkeypatch.setattr(links, "current_run", lambda: "rotation-1")
    monkeypatch.setattr(links, "current_pictures", lambda: "digits")
    monkeypatch.setattr(links.st, "switch_page", lambda file, query_params: gone.append(query_params))
    links.go("train")
    links.go("predictions", run="rotation-2")
    links.go("fewshot", dataset="scenes")
    assert gone == [{"run": "rotation-1", "dataset": "digits"}, {"run": "rotation-2"}, {"run": "rotation-1", "dataset": "scenes"}]


def test_without_a_run_or_a_choice_the_pictures_are_scenes() -> None:
    app = router("data.py")
    assert app.selectbox(key=links.PICTURES).value == work.FIRST == app.query_params["dataset"] and "run" not in app.query_params
