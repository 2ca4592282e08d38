"""The eight pictures at any stored look, and the links to their films."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pages._kit.run import eight
from tests.pages.conftest import open_page, words


def test_the_slider_shows_how_the_pictures_were_answered_then(make_run: Callable[..., str]) -> None:
    app = open_page("predictions", run=make_run("supervised-1", task="supervised", steps=(0, 20, 60)))
    assert not app.exception and words(app).count("90 % sure") >= 2
    slider = app.select_slider[-1]
    assert list(slider.options) == ["0", "20", "60"] and slider.value == 60
    slider.set_value(20).run()
    assert words(app).count("50 % sure") >= 2 and words(app).count("90 % sure") == 0
    app.select_slider[-1].set_value(0).run()
    assert "before its first step" in words(app) and words(app).count("50 % sure") == 0


def test_the_pictures_are_drawn_before_the_slider(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """They stand above it: drawn after it, they would push it down."""
    order: list[str] = []
    for name in ("draw", "slide"):
        monkeypatch.setattr(eight, name, lambda *given, name=name: order.append(name))
    open_page("train", run=make_run(steps=(0, 20, 60)))
    assert order[:2] == ["draw", "slide"]


def test_one_look_has_no_slider(make_run: Callable[..., str]) -> None:
    app = open_page("predictions", run=make_run("supervised-1", task="supervised", steps=(0,)))
    assert not app.exception and not app.select_slider and "begins with the second look" in words(app)


def test_a_slider_at_the_end_follows_a_run_and_one_that_was_moved_stays(make_run: Callable[..., str]) -> None:
    from tests.pages.conftest import core, picture

    name = make_run("supervised-1", {"state": "running", "step": 30, "steps": 90}, (0, 20), task="supervised")
    app = open_page("predictions", run=name)
    assert app.select_slider[-1].value == 20
    picture(core.run(name).folder, 40)
    app.run()
    assert app.select_slider[-1].value == 40
    app.select_slider[-1].set_value(20).run()
    picture(core.run(name).folder, 60)
    app.run()
    assert app.select_slider[-1].value == 20 and list(app.select_slider[-1].options) == ["0", "20", "40", "60"]


def test_a_browser_that_answers_late_does_not_move_the_slider_back(make_run: Callable[..., str]) -> None:
    """It sends the slider as it was before the last look was added, while the server has already put it to that look."""
    from tests.pages.conftest import DONE, core, picture

    name = make_run("supervised-1", {"state": "running", "step": 30, "steps": 69}, (0, 39), task="supervised")
    app = open_page("predictions", run=name)
    late = app.select_slider[-1].key
    folder = core.run(name).folder
    picture(folder, 69)
    core.write_json(folder / "status.json", DONE)
    assert app.run().select_slider[-1].value == 69
    app.session_state[late] = 0  # what the browser still says of the slider before
    assert app.run().select_slider[-1].value == 69 and app.select_slider[-1].key != late


def test_each_film_is_a_link(make_run: Callable[..., str]) -> None:
    said = words(open_page("predictions", run=make_run("supervised-1", task="supervised", steps=(0, 60))))
    for file in ("film.webp", "film.gif", "curve.webp", "curve.gif"):
        assert f'href="api/file/{file}?run=supervised-1" download' in said
