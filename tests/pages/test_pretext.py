"""The game: options move the pictures at once."""

from __future__ import annotations

from tests.pages.conftest import button, open_page, words


def test_four_pictures_stand_beside_what_the_network_gets() -> None:
    app = open_page("pretext", task="rotation")
    text = words(app)
    assert not app.exception
    assert text.count("/api/thumb/scenes/test-") == 4 and text.count('alt="turned by 90°"') == 4 and text.count('alt="turned by 180°"') == 4


def test_moving_an_option_changes_the_pictures() -> None:
    app = open_page("pretext", task="inpainting")
    before = words(app)
    app.slider(key="pretext-inpainting-area").set_value(0.5).run()
    assert words(app) != before and "hides 5" in words(app)


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


def test_the_only_primary_button_trains_this() -> None:
    app = open_page("pretext")
    assert [each.label for each in app.button if each.proto.type == "primary"] == ["Train this"]
