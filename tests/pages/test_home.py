"""Home: a finished run's answers at once, three ways on, no torch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.pages.conftest import DONE, PAGES, button, open_page, words


def test_title_says_what_this_is_in_under_twelve_words() -> None:
    app = open_page("home")
    assert not app.exception and len(app.title[0].value.split()) < 12


def test_three_ways_on_and_one_primary_button() -> None:
    app = open_page("home")
    kinds = {each.label: each.proto.type for each in app.button}
    assert list(kinds) == ["Two-minute tour", "Turn a picture", "Train one yourself", "Label pictures"]
    assert list(kinds.values()).count("primary") == 1 and kinds["Turn a picture"] == "primary"


def test_privacy_is_said() -> None:
    assert "No picture leaves it." in words(open_page("home"))


def test_without_starter_pictures_it_says_so_and_gives_no_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("pages._kit.screen.readers.ASSETS", tmp_path)
    text = words(open_page("home"))
    assert "No finished run is here yet." in text  # and no number
    assert " sure" not in text


def test_ready_made_pictures_come_with_arrow_caption_and_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "starter" / "home"
    home.mkdir(parents=True)
    Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(home / "1.png")
    told = {
        "run": "rotation-photos",
        "sentence": "It played.",
        "pictures": [{"file": "1.png", "caption": "62 % sure", "mark": "left", "right": False}],
    }
    (home / "home.json").write_text(json.dumps(told))
    monkeypatch.setattr("pages._kit.screen.readers.ASSETS", tmp_path)
    text = words(open_page("home"))
    assert "It played." in text and 'class="disc left wrong"' in text and 'alt="✗ Wrong, 62 % sure, arrow left"' in text


def test_home_never_loads_torch() -> None:
    script = (
        "import sys; from streamlit.testing.v1 import AppTest; "
        f"app = AppTest.from_file({str(PAGES / 'main.py')!r}, default_timeout=180).run(); "
        "assert not app.exception and app.title; sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=PAGES.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]


def test_play_opens_predictions() -> None:
    app = open_page("home")
    assert button(app, "Turn").key == "go-predictions"


def test_how_often_it_is_right_stands_beside_what_guessing_gives(
    make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = make_run(status={**DONE, "facts": {"tested": 2000}})
    home = tmp_path / "starter" / "home"
    home.mkdir(parents=True)
    Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(home / "1.png")
    told = {"run": run, "sentence": "It played.", "pictures": [{"file": "1.png", "caption": "62 % sure"}]}
    (home / "home.json").write_text(json.dumps(told))
    monkeypatch.setattr("pages._kit.screen.readers.ASSETS", tmp_path)
    text = words(open_page("home")).replace("\u00a0", " ")
    assert (
        "On 2 000 new pictures of the kind it learnt from, it is right **79.0 ± 1.8 %** of the time. Guessing would be right 25 %." in text
    )


@pytest.mark.parametrize(("listed", "opened"), [((), ""), (("rotation-2",), "rotation-2"), (("rotation-2", "rotation-1"), "rotation-1")])
def test_play_opens_a_run_that_is_on_the_list(
    listed: tuple[str, ...],
    opened: str,
    make_run: Callable[..., str],
    no_starters: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "starter" / "home").mkdir(parents=True)
    (tmp_path / "starter" / "home" / "home.json").write_text(json.dumps({"run": "rotation-1", "pictures": []}))
    monkeypatch.setattr("pages._kit.screen.readers.ASSETS", tmp_path)
    gone: list[dict[str, str]] = []
    monkeypatch.setattr("pages._kit.screen.links.go", lambda place, **query: gone.append(query))
    for name in listed:
        make_run(name)
    make_run("inpainting-1", task="inpainting")
    button(open_page("home"), "Turn").click().run()
    assert gone == [{"run": opened} if opened else {}]
