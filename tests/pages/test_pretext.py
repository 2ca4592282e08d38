"""The game: options move the pictures at once."""

from __future__ import annotations

import pytest

import ssl_core as core
from tests.pages.conftest import button, open_page, words


def test_four_pictures_stand_beside_what_the_network_gets() -> None:
    app = open_page("pretext", task="rotation")
    text = words(app)
    assert not app.exception
    assert text.count("api/thumb/scenes/test-") == 4 and text.count('alt="turned by 90°"') == 4 and text.count('alt="turned by 180°"') == 4


def test_moving_an_option_changes_the_pictures() -> None:
    app = open_page("pretext", task="inpainting")
    before = words(app)
    app.select_slider(key="pretext-inpainting-area-at").set_value(0.5).run()
    assert words(app) != before and "hides 5" in words(app)


def test_a_value_that_is_not_allowed_stands_where_the_button_stood() -> None:
    app = open_page("pretext", task="inpainting")
    app.number_input(key="pretext-inpainting-area").set_value(3.0).run()
    assert "Part that is hidden must be between 0.05 and 0.6. Got 3." in words(app)
    assert [(each.label, each.disabled) for each in app.button if each.label.startswith("Train")] == [("Train this", True)]
    app.button(key="back-pretext-inpainting-area").click().run()
    assert not button(app, "Train this").disabled and "must be" not in words(app)


def test_the_same_game_can_be_rolled_again() -> None:
    app = open_page("pretext", task="inpainting")
    before = words(app)
    button(app, "Roll").click().run()
    assert words(app) != before


def test_an_option_out_of_range_in_the_address_is_named_and_the_default_shown() -> None:
    app = open_page("pretext", task="inpainting", area="9")
    assert "'area' of What is behind the hole? must be between 0.05 and 0.6. Got 9. Shown is 0.25." in words(app)


def test_a_shortcut_is_let_in_and_explained() -> None:
    app = open_page("pretext", task="rotation")
    before = words(app)
    app.toggle(key="pretext-leak").set_value(True).run()
    assert "A shortcut." in words(app) and "A shortcut." not in before


def test_a_reload_brings_back_the_game_its_settings_the_shortcut_and_the_roll() -> None:
    app = open_page("pretext", task="rotation")
    app.selectbox(key="pretext-task").set_value("inpainting").run()
    app.select_slider(key="pretext-inpainting-area-at").set_value(0.5).run()
    app.toggle(key="pretext-leak").set_value(True).run()
    button(app, "Roll").click().run()
    held = {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}
    again = open_page("pretext", **held)
    assert again.selectbox(key="pretext-task").value == "inpainting" and again.toggle(key="pretext-leak").value
    assert words(again) == words(app) and "hides 5" in words(again)
    again.selectbox(key="pretext-task").set_value("rotation").run()
    assert "area" not in again.query_params


def test_what_the_network_gets_opens_large_and_so_does_a_picture_with_a_shortcut() -> None:
    app = open_page("pretext", task="rotation")
    assert words(app).count('data-set="*maps"') == 16 and words(app).count('data-set="scenes"') == 4
    app.toggle(key="pretext-leak").set_value(True).run()
    assert words(app).count('data-set="*maps"') == 20


def test_the_only_primary_button_trains_this() -> None:
    app = open_page("pretext")
    assert [each.label for each in app.button if each.proto.type == "primary"] == ["Train this"]


def test_a_game_of_sentences_shows_each_pictures_own() -> None:
    text = words(open_page("pretext", task="clip"))
    assert "“”" not in text and text.count("“a ") + text.count("“the ") >= 2
    assert "each comes with a sentence (caption)" in text and "Nobody names" not in text


@pytest.mark.parametrize("task", ["rotation", "simclr", "fixmatch", "supervised"])
def test_only_a_game_without_names_is_said_to_do_without(task: str) -> None:
    needs = next(part.needs for part in core.menu("tasks") if part.name == task)
    text = words(open_page("pretext", task=task))
    assert ("Nobody names or sorts them." in text) == ("labels" not in needs)
    assert ("somebody named some of them first (labels)" in text) == ("labels" in needs)


@pytest.mark.parametrize(
    ("task", "said"), [("bigan", "at most 32 pixels a side"), ("swav", "at most 32 pixels a side"), ("mae", "gets: 32 pixels a side")]
)
def test_the_size_said_is_that_of_the_pictures(task: str, said: str) -> None:
    assert said in words(open_page("pretext", task=task))
