"""Home: photographs with a run's answers at once, one's own among them, three ways on, no torch."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import ssl_core as core
from benchmarks.home import PHOTO_OF, answers_for_home, chosen_for_home
from pages._kit.components import turn
from pages._kit.figures import own as kept
from pages._kit.home import begin, photographs
from ssl_core.system.origin import STARTER
from ssl_core.training.request import make_spec
from tests.pages.conftest import DONE, PAGES, button, open_page, words

FOUR = [{"caption": f"says {degrees}°, 62 % sure", "mark": "left", "right": degrees == 90} for degrees in photographs.TURNS]


@pytest.fixture
def ships(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Lets Home ship one photograph of a run."""

    def made(run: str) -> None:
        home = tmp_path / "starter" / "home"
        home.mkdir(parents=True)
        Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(home / "1.png")
        picture = {"file": "1.png", "name": "a house", "turn": 270, "answers": FOUR}
        (home / "home.json").write_text(json.dumps({"run": run, "sentence": "It played.", "credit": "By *me*.", "pictures": [picture]}))
        monkeypatch.setattr("pages._kit.screen.readers.ASSETS", tmp_path)

    return made


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """The screens that were opened."""
    opened: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr("pages._kit.screen.links.go", lambda place, **query: opened.append((place, query)))
    return opened


def photo() -> str:
    """A file of a picture all black, twice as wide as high, as the browser sends it."""
    file = io.BytesIO()
    Image.new("RGB", (120, 60), (0, 0, 0)).save(file, "jpeg")
    return base64.b64encode(file.getvalue()).decode()


def sent(data: str, run: str, then: str = "") -> AppTest:
    """What a photograph that the browser sends leaves in the session."""

    def screen(data: str, run: str, then: str) -> None:
        from pages._kit.home import photographs
        from pages._kit.large import photographs as large

        photographs.take({"name": "me.jpg", "data": data, "asked": 3}, run)
        if then:
            large.body()

    return AppTest.from_function(screen, args=(data, run, then), default_timeout=180).run()


def test_title_says_what_this_is_in_under_twelve_words() -> None:
    app = open_page("home")
    assert not app.exception and len(app.title[0].value.split()) < 12


def test_three_ways_on_and_one_primary_button() -> None:
    kinds = {each.label: each.proto.type for each in open_page("home").button}
    assert list(kinds) == ["Two-minute tour", "Watch one learn, 1 minute", "Turn a picture", "Label pictures"]
    assert [label for label, kind in kinds.items() if kind == "primary"] == ["Watch one learn, 1 minute"]


def test_privacy_is_said() -> None:
    assert "**Everything stays on this computer.** No picture leaves it." in words(open_page("home"))


def test_without_starter_pictures_it_says_so_and_gives_no_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("pages._kit.screen.readers.ASSETS", tmp_path)
    text = words(open_page("home"))
    assert "No finished run is here yet." in text  # and no number
    assert " sure" not in text


def test_ready_made_pictures_come_with_an_answer_to_each_turn(ships: Callable[..., None]) -> None:
    ships("rotation-photos")
    assert "It played." in words(open_page("home"))
    shown = turn.plain(photographs.story().photographs[0])
    assert shown["turn"] == 3 and shown["source"].startswith("data:image/png;base64,")
    assert [each["said"] for each in shown["answers"]] == ["✗ Wrong", "✓ Right", "✗ Wrong", "✗ Wrong"]
    assert {(each["mark"], each["sure"]) for each in shown["answers"]} == {("left", "62 % sure")}


def test_of_the_three_that_ship_the_network_gets_one_wrong_and_the_sentence_stays_true_after_a_turn() -> None:
    told = photographs.story()
    assert [each.shown.right for each in told.photographs] == [True, True, False]
    assert "where is its arrow wrong?" in told.sentence
    assert not any(number in told.sentence for number in ("two", "three", "one wrong"))


def test_the_two_right_ones_that_ship_are_two_photographs() -> None:
    assert len({PHOTO_OF[each.name] for each in photographs.story().photographs[:2]}) == 2


def test_the_shipped_answers_are_those_of_the_shipped_run() -> None:
    told = json.loads((STARTER / "home" / "home.json").read_text())
    one = told["pictures"][-1]
    again = answers_for_home(told["run"], np.array(Image.open(STARTER / "home" / one["file"])))
    assert [(each["mark"], each["right"]) for each in again] == [(each["mark"], each["right"]) for each in one["answers"]]


def test_home_gets_the_surest_wrong_answer_and_two_right_ones_turned_differently() -> None:
    def four(*rows: tuple[bool, float]) -> list[dict[str, Any]]:
        return [{"right": right, "sure": sure} for right, sure in rows]

    answers = {
        "a": four((True, 0.9), (True, 0.8), (True, 0.7), (True, 0.3)),
        "b": four((True, 0.9), (True, 0.6), (True, 0.5), (False, 0.4)),
        "c": four((True, 0.99), (False, 0.5), (False, 0.6), (True, 0.9)),
    }
    assert [(each.name, each.degrees) for each in chosen_for_home(answers)] == [("a", 90), ("b", 180), ("c", 180)]
    others = answers | {"d": four((True, 0.9), (False, 0.3), (False, 0.3), (True, 0.4))}
    of = {"a": "one", "b": "one", "d": "two"}
    assert [(each.name, each.degrees) for each in chosen_for_home(others, of)] == [("a", 90), ("d", 270), ("c", 180)]
    with pytest.raises(AssertionError, match="every answer is right"):
        chosen_for_home({"a": answers["a"]})


def test_home_never_loads_torch() -> None:
    script = (
        "import sys; from streamlit.testing.v1 import AppTest; "
        f"app = AppTest.from_file({str(PAGES / 'main.py')!r}, default_timeout=180).run(); "
        "assert not app.exception and app.title; sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PAGES.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]


def test_ones_own_photo_is_answered_after_each_turn_and_kept_for_the_other_screens() -> None:
    app = sent(photo(), "photos-starter")
    own = app.session_state[kept.ANSWERS]
    assert not app.exception and app.session_state[photographs.FAULT] == "" and app.session_state[photographs.ASKED] == 3
    assert len(own["answers"]) == 4 and sum(answer["right"] for answer in own["answers"]) <= 4 and own["run"] == "photos-starter"
    assert Image.open(io.BytesIO(app.session_state["own-pixels"])).size == (60, 60)
    assert "unlike" in own["note"]  # the network learnt from photographs


def test_a_reload_shows_ones_own_photo_again_until_it_is_taken_away() -> None:
    name = sent(photo(), "photos-starter").session_state[kept.NAME]
    app = open_page("home", own=name)
    assert f"Your photo is kept for a reload, {core.DAYS} days at most. It counts as upright" in words(app)
    assert app.query_params[kept.ADDRESS] in (name, [name])

    def away() -> None:
        from pages._kit.figures import own
        from pages._kit.home import photographs

        own.restore()
        photographs.take({"away": True}, "photos-starter")

    other = AppTest.from_function(away)
    other.query_params[kept.ADDRESS] = name
    other.run()
    assert not other.exception and core.own_picture(name) is None and kept.ADDRESS not in other.query_params
    again = open_page("home", own=name)
    assert "is kept for a reload" not in words(again) and kept.ADDRESS not in again.query_params


@pytest.mark.parametrize(
    ("data", "run", "reason"),
    [
        (base64.b64encode(b"# no picture").decode(), "photos-starter", "This picture can't be read: it is no picture in a format"),
        ("!", "photos-starter", "it arrived damaged"),
        (photo(), "", "No network is here that could answer."),
        (photo(), "rotation-9", "rotation-9"),
    ],
)
def test_a_photo_that_cant_be_answered_has_a_reason(data: str, run: str, reason: str) -> None:
    app = sent(data, run)
    assert not app.exception and reason in app.session_state[photographs.FAULT] and kept.SQUARE not in app.session_state


def test_a_photograph_opens_large_with_all_its_answers_and_ones_own_can_be_played_with(ships: Callable[..., None]) -> None:
    ships("photos-starter")
    app = sent(photo(), "photos-starter", "large")
    text = words(app)
    assert "Upside down: ✗ Wrong: “its top points left”, 62 % sure" in text and "Turned clockwise: ✓ Right, 62 % sure" in text
    assert "By \\*me\\*." in text and "1 of 2" in text and "at 32\u00a0×\u00a032 pixels" in text
    app.button(key="large-Next").click().run()
    assert app.button(key="large-play").label == "Play with it" and "60\u00a0×\u00a060 pixels, shown upright." in words(app)


def test_a_busy_machine_is_said_below_the_button(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.system.load.busy", lambda: True)
    assert begin.BUSY in words(open_page("home"))
    monkeypatch.setattr("ssl_core.system.load.busy", lambda: False)
    assert begin.BUSY not in words(open_page("home"))


def test_watching_begins_a_run_that_the_core_takes(gone: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_spec(begin.LEARNS).minutes == 0.8
    asked: list[dict[str, Any]] = []

    def start(values: dict[str, Any]) -> str:
        asked.append(values)
        return "rotation-7"

    monkeypatch.setattr(core, "start_training", start)
    button(open_page("home", run="photos-starter"), "Watch one learn").click().run()
    assert asked == [begin.LEARNS] and gone == [("train", {"run": "rotation-7"})]


def test_watching_opens_the_run_that_is_at_work(make_run: Callable[..., str], gone: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    make_run("rotation-1")
    make_run("simclr-1", task="simclr", status={"state": "queued", "step": 0, "steps": 60})
    monkeypatch.setattr(core, "start_training", lambda values: pytest.fail("a second run would only wait for the first"))
    button(open_page("home"), "Watch the one at work").click().run()
    assert gone == [("train", {"run": "simclr-1"})]


def test_how_often_it_is_right_stands_beside_what_guessing_gives(make_run: Callable[..., str], ships: Callable[..., None]) -> None:
    ships(make_run(status={**DONE, "facts": {"tested": 2000}}))
    text = words(open_page("home")).replace("\u00a0", " ")
    assert (
        "On 2 000 test pictures of the kind it learnt from, it is right **79.0 ± 1.8 %** of the time. Guessing would be right 25 %." in text
    )


@pytest.mark.parametrize(("listed", "opened"), [((), ""), (("rotation-2",), "rotation-2"), (("rotation-2", "rotation-1"), "rotation-1")])
def test_play_opens_a_run_that_is_on_the_list(
    listed: tuple[str, ...],
    opened: str,
    make_run: Callable[..., str],
    no_starters: None,
    ships: Callable[..., None],
    gone: list[Any],
) -> None:
    ships("rotation-1")
    for name in listed:
        make_run(name)
    make_run("inpainting-1", task="inpainting")
    button(open_page("home"), "Turn").click().run()
    assert gone == [("predictions", {"run": opened} if opened else {})]
