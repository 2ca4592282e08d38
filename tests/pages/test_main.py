"""The router: menu, run picker, and the run in the address."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pages._kit.screen import links
from tests.pages.conftest import PAGES, router, words

pytestmark = pytest.mark.usefixtures("no_starters")


def test_every_place_has_its_file() -> None:
    assert all((PAGES / file).exists() for file, *_ in links.PLACES.values())


def test_the_newest_run_is_chosen_and_written_into_the_address(make_run: Callable[..., str]) -> None:
    make_run("rotation-1", created=1.0)
    make_run("rotation-2", created=2.0)
    app = router()
    assert app.selectbox(key=links.PICKER).value == "rotation-2" and app.query_params["run"] == "rotation-2"


def test_the_address_chooses_the_run(make_run: Callable[..., str]) -> None:
    make_run("rotation-1", created=1.0)
    make_run("rotation-2", created=2.0)
    app = router(run="rotation-1")
    assert app.selectbox(key=links.PICKER).value == "rotation-1"


def test_a_choice_changes_the_address_and_survives_a_page_switch(make_run: Callable[..., str]) -> None:
    make_run("rotation-1", created=1.0)
    make_run("rotation-2", created=2.0)
    app = router(run="rotation-2")
    app.selectbox(key=links.PICKER).set_value("rotation-1").run()
    assert app.query_params["run"] == "rotation-1"
    app.query_params.clear()  # as a page switch does
    app.switch_page("runs.py").run()
    assert app.query_params["run"] == "rotation-1" and app.selectbox(key=links.PICKER).value == "rotation-1"


def test_a_run_nobody_has_is_named_and_another_shown(make_run: Callable[..., str]) -> None:
    make_run("rotation-1")
    app = router(run="nobody-7")
    assert "There is no run 'nobody-7' here. Shown is 'rotation-1'." in words(app).replace("\\", "")


def test_without_any_run_the_sidebar_says_so() -> None:
    app = router()
    assert "No run yet. Train one." in words(app) and not app.exception


def test_home_draws_no_pickers_and_keeps_the_choice(make_run: Callable[..., str]) -> None:
    make_run("rotation-1", created=1.0)
    make_run("rotation-2", created=2.0)
    app = router("", run="rotation-1")
    assert not app.selectbox and app.query_params["run"] == "rotation-1"
    app.run()
    app.query_params.clear()  # as a page switch does
    app.switch_page("runs.py").run()
    assert app.query_params["run"] == "rotation-1" and app.selectbox(key=links.PICKER).value == "rotation-1"
