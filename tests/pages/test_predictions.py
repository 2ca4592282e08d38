"""Predictions: a picture changed by hand, the network's answer, and the duel; the same page for every task."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest
from PIL import Image
from pydantic import Field, create_model
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.components import hole, squares
from pages._kit.figures import choose, own
from pages._kit.predictions import beside, duel
from tests.help.evaluation import run_with_weights
from tests.help.folders import plain
from tests.pages.conftest import button, open_page, words


def turned(app: AppTest) -> Any:
    """The control that turns the picture, or asks for the guess."""
    return app.get("button_group")[0]


def test_the_arrow_and_the_sentence_say_the_same_answer() -> None:
    app = open_page("predictions", run=run_with_weights())
    assert not app.exception
    said = app.header[0].value.split("”")[0].removeprefix("“Its top points ")
    assert said in ("up", "right", "down", "left") and f'class="disc {said}' in words(app)


def test_turning_by_hand_turns_the_fine_picture() -> None:
    app = open_page("predictions", run=run_with_weights())
    assert "rotate:" not in words(app)
    turned(app).set_value(90).run()
    assert not app.exception
    assert "rotate:-270deg" in words(app)  # three quarters counter-clockwise


def test_an_address_opens_its_picture_and_its_turn() -> None:
    app = open_page("predictions", run=run_with_weights(), picture="test-7", turn="180")
    assert "api/thumb/digits/test-7.png?size=512" in words(app) and "rotate:-180deg" in words(app)


def test_the_address_says_picture_turn_and_who_is_asked_beside_it() -> None:
    name = run_with_weights()
    app = open_page("predictions", run=name)
    assert dict(app.query_params) == {"run": name}  # as it opens by itself
    app.button(key="pictures-1").click().run()
    turned(app).set_value(90).run()
    app.selectbox(key=f"beside-{name}").set_value("before").run()
    shown = choose.offered(core.run(name))[1]
    assert dict(app.query_params) == {"run": name, "picture": shown, "turn": "90", "beside": "before"}
    turned(app).set_value(0).run()
    app.selectbox(key=f"beside-{name}").set_value("").run()
    assert dict(app.query_params) == {"run": name, "picture": shown}


def test_a_link_brings_back_what_was_on_screen() -> None:
    name = run_with_weights()
    app = open_page("predictions", run=name)
    app.button(key="pictures-1").click().run()
    turned(app).set_value(270).run()
    again = open_page("predictions", **dict(app.query_params))
    assert turned(again).value == 270 and again.header[0].value == app.header[0].value


def test_a_picture_that_the_menu_dropped_from_the_address_stands_there_again() -> None:
    app = open_page("predictions", run=run_with_weights(), picture="test-7")
    del app.query_params["picture"]
    app.run()
    assert app.query_params["picture"] == "test-7" and "digits/test-7.png?size=512" in words(app)


def test_an_address_that_changed_wins_over_the_picture_chosen_last() -> None:
    app = open_page("predictions", run=run_with_weights(), picture="test-7")
    app.query_params["picture"] = "test-9"
    app.run()
    assert "digits/test-9.png?size=512" in words(app)


def test_back_brings_picture_turn_and_rival_of_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    name = run_with_weights()
    app = open_page("predictions", run=name, picture="test-7", turn="180", beside="before")
    app.button(key="pictures-1").click().run()
    turned(app).set_value(90).run()
    app.selectbox(key=f"beside-{name}").set_value("").run()
    monkeypatch.setattr("pages._kit.screen.address.went_back", lambda: True)
    link = {"picture": "test-7", "turn": "180", "beside": "before"}
    for names in (link, {}, link):
        app.query_params.clear()
        app.query_params.update({"run": name, **names})
        app.run()
        assert turned(app).value == int(names.get("turn", 0))
        assert app.selectbox[0].value == names.get("beside", "")
        assert f"/{names.get('picture', choose.offered(core.run(name))[0])}.png?size=512" in words(app)


def went_back(monkeypatch: pytest.MonkeyPatch, back: bool = True) -> None:
    monkeypatch.setattr("pages._kit.screen.address.went_back", lambda: back)


def test_back_leaves_a_round_and_keeps_a_picture_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The round was about another picture; an address from before one's own picture names none."""
    name = run_with_weights()
    app = open_page("predictions", run=name, turn="90")
    button(app, duel.FIRST).click().run()
    went_back(monkeypatch)
    app.query_params.clear()
    app.query_params.update({"run": name, "turn": "90"})
    app.run()
    assert turned(app).value == 90 and app.query_params["turn"] in ("90", ["90"])
    went_back(monkeypatch, False)
    app.get("file_uploader")[0].set_value(("mine.png", plain(9), "image/png")).run()
    assert app.session_state[choose.PICTURE] == choose.OWN
    went_back(monkeypatch)
    app.run()
    assert app.session_state[choose.PICTURE] == choose.OWN and not app.exception


def test_a_round_is_not_told_by_the_address() -> None:
    app = open_page("predictions", run=run_with_weights(), turn="90")
    button(app, "Guess before it does").click().run()
    assert "turn" not in app.query_params


def test_a_turn_out_of_range_in_the_address_is_named() -> None:
    app = open_page("predictions", run=run_with_weights(), turn="45")
    assert "'turn' of Which way is up? must be one of 0, 90, 180, 270. Got 45. Shown is 0." in words(app)


def test_before_the_guess_nothing_tells_the_answer() -> None:
    app = open_page("predictions", run=run_with_weights())
    button(app, "Guess before it does").click().run()
    assert not app.exception
    assert app.header[0].value == "Your guess first, then its answer"
    assert 'class="disc' not in words(app) and "sure" not in words(app)
    assert "data-wall" not in words(app)  # a whole picture, the right way up, would tell


def test_a_guess_is_counted_once_and_the_network_answers_after_it() -> None:
    app = open_page("predictions", run=run_with_weights())
    button(app, "Guess before it does").click().run()
    turned(app).set_value(90).run()
    app.run()
    assert not app.exception
    assert "of 1** · the network" in words(app) and "Its top points" in app.header[0].value
    button(app, "Next picture").click().run()
    turned(app).set_value(0).run()
    assert "of 2** · the network" in words(app)


def test_the_secret_stays_where_it_was_after_the_guess() -> None:
    app = open_page("predictions", run=run_with_weights())
    button(app, "Guess before it does").click().run()
    secret = duel.Round(*app.session_state["duel-round-rotation-1"]).secret
    turned(app).set_value((secret + 90) % 360).run()
    assert turned(app).value == secret and "You missed it. You **0 of 1**" in words(app)


def test_the_untrained_network_answers_beside_it() -> None:
    from tests.help.evaluation import learn_on

    name = run_with_weights()
    learn_on(core.run(name).folder, step=5, seed=9)
    app = open_page("predictions", run=name)
    said = app.header[0].value
    app.selectbox(key=f"beside-{name}").set_value("before").run()
    assert not app.exception and app.header[0].value == said
    assert "itself, before training says" in words(app) and words(app).count("Its top points") == 1  # beside the header


def test_another_run_of_the_same_game_is_asked_the_same() -> None:
    one, two = run_with_weights(), run_with_weights(seed=3)
    other = run_with_weights(task="inpainting", recipe={"image_size": 16, "batch": 64})
    app = open_page("predictions", run=one, beside=two)
    assert not app.exception and f"{core.run(two).title} says" in words(app)
    assert set(beside.rivals(core.run(one))) == {"", "before", two} and other not in beside.rivals(core.run(one))


def test_inpainting_is_played_with_a_rectangle_and_answered_in_decibels() -> None:
    name = run_with_weights(task="inpainting", recipe={"image_size": 16, "batch": 64})
    app = open_page("predictions", run=name)
    assert not app.exception
    assert [each.label for each in app.metric] == ["This network", "Border fill", "Mean colour"]
    assert all(each.value.endswith(" dB") for each in app.metric)
    (component,) = app.get("bidi_component")
    assert '"left":0.3' in component.proto.json.replace(" ", "")


def test_a_task_without_play_shows_its_fixed_pictures(make_run: Callable[..., str]) -> None:
    app = open_page("predictions", run=make_run("supervised-1", task="supervised", steps=(60,)))
    assert not app.exception
    assert "nothing to change by hand" in words(app) and words(app).count("90 % sure") >= 2


def test_a_run_without_weights_says_so_and_shows_what_it_has(make_run: Callable[..., str]) -> None:
    app = open_page("predictions", run=make_run(steps=(0,), fixed=[0, 1]))
    assert not app.exception
    assert "can't be" in words(app) or "no weights yet" in words(app)


def test_a_run_that_can_not_answer_yet_has_nothing_to_move(make_run: Callable[..., str]) -> None:
    app = open_page("predictions", run=make_run(status={"state": "running", "step": 3, "steps": 60}, steps=(0,)))
    assert not app.exception
    assert "can't be asked yet" in words(app) and words(app).count("30 % sure") >= 2
    assert len(app.toggle) == 0 and len(app.get("button_group")) == 0


def test_without_a_run_the_way_on_is_training(no_starters: None) -> None:
    app = open_page("predictions")
    assert not app.exception and "There is no run yet" in words(app)


def test_the_one_primary_button_starts_the_duel() -> None:
    app = open_page("predictions", run=run_with_weights())
    primary = [each.label for each in app.button if each.proto.type == "primary" and not each.key.startswith("pictures-")]
    assert primary == ["Guess before it does"]


def file_of(shape: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((*shape, 3), 200, np.uint8)).save(file, "png")
    return file.getvalue()


def test_a_dropped_picture_is_answered() -> None:
    app = open_page("predictions", run=run_with_weights())
    app.get("file_uploader")[0].set_value(("mine.png", file_of((40, 60)), "image/png")).run()
    assert not app.exception
    assert app.session_state["picture"] == "own" and "data:image/png;base64" in words(app)


def test_a_dropped_picture_is_shown_again_after_a_reload_until_it_is_taken_away() -> None:
    run = run_with_weights()
    app = open_page("predictions", run=run)
    app.get("file_uploader")[0].set_value(("mine.png", file_of((40, 60)), "image/png")).run()
    name = app.session_state[own.NAME]
    assert "picture" not in app.query_params and app.query_params[own.ADDRESS] in (name, [name])
    again = open_page("predictions", run=run, own=name)
    assert again.session_state[choose.PICTURE] == choose.OWN and own.PRIVACY in words(again)
    button(again, own.AWAY).click().run()
    assert not again.exception and core.own_picture(name) is None and own.ADDRESS not in again.query_params
    assert own.SQUARE not in again.session_state
    gone = open_page("predictions", run=run, own=name)
    assert not gone.exception and choose.PICTURE not in gone.session_state


def test_any_format_that_is_read_can_be_dropped() -> None:
    file = io.BytesIO()
    Image.fromarray(np.linspace(0, 7, 600, dtype=np.float32).reshape(20, 30)).save(file, "tiff")
    app = open_page("predictions", run=run_with_weights())
    assert {".tiff", ".webp", ".heic"} <= set(app.get("file_uploader")[0].proto.type)
    app.get("file_uploader")[0].set_value(("mine.tiff", file.getvalue(), "image/tiff")).run()
    assert not app.exception and app.session_state["picture"] == "own"


def test_a_file_that_is_no_picture_gets_a_reason_and_the_picture_stays() -> None:
    app = open_page("predictions", run=run_with_weights())
    app.get("file_uploader")[0].set_value(("mine.png", b"not a picture", "image/png")).run()
    assert not app.exception
    assert "This picture can't be read" in words(app) and "picture" not in app.session_state
    order = [(each.type, str(getattr(each, "value", ""))) for each in app]
    reason = next(place for place, (_, said) in enumerate(order) if "This picture can't be read" in said)
    assert reason < [kind for kind, _ in order].index("file_uploader")  # where the file was dropped, not below it


def test_a_number_that_no_held_out_picture_has_is_said_and_the_picture_stays() -> None:
    app = open_page("predictions", run=run_with_weights())
    field = next(each for each in app.number_input if str(each.key).startswith("pictures-number"))
    field.set_value(9999).run()
    assert "have the numbers 0 to 354. Got 9999." in words(app) and "picture" not in app.session_state


def test_a_picture_is_kept_as_its_middle_square() -> None:
    image = np.zeros((4, 8, 3), np.uint8)
    image[:, 2:6] = 255
    assert choose.fine(image).min() == 255 and choose.fine(image).shape == (4, 4, 3)


@pytest.mark.parametrize(("task", "boxes"), [("inpainting", ["hole"]), ("rotation", [])])
def test_a_rectangle_is_known_by_its_four_sides(task: str, boxes: list[str]) -> None:
    part = next(part for part in core.menu("tasks") if part.name == task)
    assert [each.name for each in part.play if hole.is_box(each)] == boxes


@pytest.mark.parametrize(("task", "drawings"), [("mae", ["squares"]), ("inpainting", []), ("rotation", [])])
def test_a_drawing_is_known_by_its_one_text(task: str, drawings: list[str]) -> None:
    part = next(part for part in core.menu("tasks") if part.name == task)
    assert [each.name for each in part.play if squares.is_drawing(each)] == drawings


@pytest.mark.parametrize(("size", "count"), [(32, 64), (16, 16)])
def test_a_drawing_has_as_many_squares_as_its_network(size: int, count: int) -> None:
    run = run_with_weights(task="mae", recipe={"image_size": size})
    start = core.opening(run)["squares"]["hidden"]
    assert len(start) == count and start.count("1") == 3 * count // 4
    app = open_page("predictions", run=run)
    assert not app.exception and "Drag over the squares, or take another picture." in words(app)
    (shown,) = (json.loads(each.proto.json) for each in app.get("bidi_component") if "squares" in each.proto.component_name)
    assert shown["start"] == shown["drawn"] == start


class Drawing(core.Settings):
    hidden: str = ""


class Box(core.Settings):
    left: float = Field(0.3, ge=0, le=1)
    top: float = Field(0.3, ge=0, le=1)
    width: float = Field(0.4, ge=0, le=1)
    height: float = Field(0.4, ge=0, le=1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hidden": (Box, Box())}, "Move the rectangle, or take another picture."),
        ({"squares": (Drawing, Drawing())}, "Drag over the squares, or take another picture."),
        ({"turn": (Literal[0, 90], 0)}, "Choose something else, or take another picture."),
        ({"sentence": (str, "a red car")}, "Type other words, or take another picture."),
        (
            {"light": (float, Field(1.0, ge=0.3, le=1.5)), "colour": (float, Field(1.0, ge=0, le=1))},
            "Move a slider, or take another picture.",
        ),
        ({"number": (int, Field(1, ge=0, le=9999))}, "Give another number, or take another picture."),
        ({"grey": (bool, False), "word": (str, "")}, "Flip the switch, type other words, or take another picture."),
        ({}, "Take another picture."),
    ],
)
def test_the_invitation_fits_what_can_be_changed(fields: dict[str, Any], said: str) -> None:
    play = create_model("Play", __base__=core.Settings, **fields)
    assert duel.invitation(play.controls()) == said


def test_only_a_task_with_a_rectangle_speaks_of_one() -> None:
    for part in core.menu("tasks"):
        boxed = any(hole.is_box(each) for each in part.play)
        assert ("rectangle" in duel.invitation(part.play)) == boxed, part.name


def test_the_invitation_stands_beside_the_button() -> None:
    app = open_page("predictions", run=run_with_weights(task="splitbrain", dataset="scenes", recipe={"image_size": 16, "batch": 64}))
    assert not app.exception
    assert "Move a slider, or take another picture." in words(app) and "rectangle" not in words(app)
