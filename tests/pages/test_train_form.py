"""The form of Train: three settings open, the rest folded by subject; the way back, what isn't read, and what isn't allowed."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.run import subjects
from ssl_core.parts.catalogues import TASKS
from tests.pages.conftest import button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
Asked = list[dict[str, Any]]
KINDS = ("number_input", "toggle", "select_slider", "slider", "selectbox", "segmented_control", "text_input")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Nothing is measured and nothing starts; what was asked for."""
    asked: Asked = []
    monkeypatch.setattr("ssl_core.training.request.expect", lambda values: 41.0)
    monkeypatch.setattr("ssl_core.training.request.start_training", lambda values: asked.append(values) or "rotation-9")
    return asked


def number(app: AppTest, name: str, scope: str = "recipe-rotation-cpu") -> Any:
    return app.number_input(key=f"{scope}-{name}")


def back(app: AppTest, name: str, scope: str = "recipe-rotation-cpu") -> Any:
    """The button that puts a setting back; None where it has its usual value."""
    return next((each for each in app.button if each.key == f"back-{scope}-{name}"), None)


def named(app: AppTest) -> set[str]:
    """Names of all settings that have a widget."""
    return {str(each.key).removesuffix("-at").rpartition("-")[2] for kind in KINDS for each in getattr(app, kind)}


def owner(control: core.Control, subject: str = "task") -> subjects.Owner:
    return subjects.Owner("options", "the game", [control], "s", {}, {}, subject)


def test_every_subject_has_its_heading() -> None:
    assert set(subjects.HEADINGS) == set(core.SUBJECTS)


def test_a_setting_without_a_subject_is_folded_under_that_of_its_owner() -> None:
    game, album = (owner(core.Control("n", "n", "", "bool", False), subject) for subject in ("task", "pictures"))
    rate = owner(core.Control("r", "r", "", "bool", False, subject="optimiser"))
    assert list(subjects.folded([(each, each.controls[0]) for each in (album, rate, game)])) == ["task", "optimiser", "pictures"]


@pytest.mark.parametrize(("task", "third"), [("rotation", "mirror"), ("simclr", "smallest"), ("fixmatch", "labels_per_class")])
def test_length_and_two_settings_stand_open_and_all_others_in_folds(quick: Asked, task: str, third: str) -> None:
    app = open_page("train", task=task)
    keys = {str(each.key) for kind in KINDS for each in getattr(app, kind)}
    folded = {str(each.key) for fold in app.expander for kind in KINDS for each in getattr(fold, kind)}
    settings = {key.removesuffix("-at") for key in keys - folded if key.startswith(("recipe-", "train-" + task, "data-", "network-"))}
    assert {key.rpartition("-")[2] for key in settings} == {"image_size", third}
    assert "train-long" in keys - folded and "train-minutes" in folded
    assert not app.exception and [fold.label for fold in app.expander][-1] == "The pictures"


def test_a_slider_and_a_typed_number_are_one_and_the_way_back_ends_it(quick: Asked) -> None:
    app = open_page("train")
    usual = number(app, "rate").value
    assert usual == TASKS["rotation"].presets["cpu"].recipe.rate and back(app, "rate") is None
    app.select_slider(key="recipe-rotation-cpu-rate-at").set_value(0.01).run()
    assert number(app, "rate").value == 0.01 and "Not as usual: learning rate 0.01." in words(app)
    number(app, "rate").set_value(0.0123).run()
    assert app.select_slider(key="recipe-rotation-cpu-rate-at").value == 0.0123
    assert back(app, "rate").label == f"Back to {usual:g}"
    back(app, "rate").click().run()
    assert number(app, "rate").value == usual and "Not as usual" not in words(app)
    button(app, "Train").click().run()
    assert quick[0]["recipe"] == {}


def test_a_value_that_is_not_allowed_stands_where_the_button_stood(quick: Asked) -> None:
    app = open_page("train")
    number(app, "rate").set_value(0.0).run()
    assert "Learning rate must be above 0 and at most 1000. Got 0." in words(app)
    assert [(each.label, each.disabled) for each in app.button if each.label.startswith("Train")] == [("Train", True)]
    button(app, "Back to the usual").click().run()
    assert not button(app, "Train, about").disabled and "must be" not in words(app)


def test_settings_that_do_not_go_together_are_said_there_too() -> None:
    """What only the core can know: a batch that can't be cut into the parts."""
    app = open_page("train")
    number(app, "accumulate").set_value(7).run()
    assert "must cut the batch of 32 into equal parts" in words(app)
    assert [each.disabled for each in app.button if each.label.startswith("Train")] == [True]


def test_what_is_not_read_is_not_shown_and_has_no_say(quick: Asked) -> None:
    app = open_page("train")
    assert named(app).isdisjoint({"labels_per_class", "room", "milestones", "drop", "momentum", "nesterov", "warmup"})
    assert {"betas", "rate_end", "warmup_share", "accumulate"} <= named(app)
    app.selectbox(key="recipe-rotation-cpu-schedule").set_value("steps").run()
    app.text_input(key="recipe-rotation-cpu-milestones").set_value("1, 2").run()
    assert "milestones 1, 2" in words(app) and "rate_end" not in named(app)
    app.selectbox(key="recipe-rotation-cpu-schedule").set_value("cosine").run()
    assert "milestones" not in named(app) | set(words(app).split())
    button(app, "Train").click().run()
    assert quick[0]["recipe"] == {}


def test_what_a_preset_says_and_is_not_read_any_more_goes_back_to_its_default(quick: Asked) -> None:
    """FixMatch's preset has turns alone at first; without turns that would be refused, and nobody could see why."""
    app = open_page("train", task="fixmatch")
    number(app, "turns", "train-fixmatch-cpu").set_value(0.0).run()
    button(app, "Train").click().run()
    assert quick[0]["options"] == {"turns": 0.0, "late": 0.0}


def test_the_networks_own_settings_are_asked_for_where_they_are_changed(quick: Asked) -> None:
    app = open_page("train")
    number(app, "width", "network-cpu-convnet").set_value(48).run()
    button(app, "Train").click().run()
    assert quick[0]["backbone_options"] == {"width": 48}


def test_an_address_that_fills_a_fold_is_named_outside_it(quick: Asked) -> None:
    app = open_page("train", n_train="3000")
    assert "Not as usual: training pictures 3000." in words(app)


def test_what_is_no_list_of_numbers_is_refused(quick: Asked) -> None:
    app = open_page("train")
    app.text_input(key="recipe-rotation-cpu-betas").set_value("0.9, high").run()
    assert "Betas must be a list of numbers. Got 0.9, high." in words(app)
