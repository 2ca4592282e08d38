"""A training in a browser: begun, watched to its end, stopped from another tab, and found again when a server ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import ssl_core as core
from tests.hazards.hazard import BROWSER
from tests.hazards.table import found, hazard
from tests.help.serving import serving
from tests.help.visiting import PATIENCE, QUIET, House, at_work, comes_to, fresh, open_house, press, still

pytestmark = pytest.mark.browser
STILL = 0.05  # layout shift that a training may bring when it starts: shares of the window times shares of its longer side, summed
MOVES = """() => { window.moved = 0; new PerformanceObserver(all => { for (const each of all.getEntries()) window.moved += each.value })
  .observe({ type: 'layout-shift' }) }"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The app without any run of one's own."""
    with open_house(tmp_path_factory.mktemp("training")) as made:
        made.start()
        yield made


def test_train_to_done_and_the_pictures_change(house: House, page: Any) -> None:
    page.goto(f"{house.address}/train?task=rotation&n_train=320&n_test=64&minutes=0.05")
    page.get_by_role("button", name=re.compile("^Train, about")).first.wait_for()
    page.evaluate(MOVES)
    press(page, re.compile("^Train, about"))
    before = told(page, "before its first step")
    page.locator(QUIET).wait_for()
    assert page.evaluate("window.moved") <= STILL
    ended = re.compile(r"^(Right|Nothing learnt that shows: right|Below chance: right) .* of the time, chance 25 %$")
    page.get_by_role("heading", level=1, name=ended).first.wait_for()
    assert told(page, "at first") != before
    page.get_by_role("button", name="Play with it").first.wait_for()
    expect(page).to_have_url(re.compile(r"run=rotation-\d+"))
    expect(page).not_to_have_url(re.compile("task="))


def told(page: Any, when: str) -> list[str]:
    """What the eight pictures of a moment say, all read at once: in the next they may be others."""
    said: list[str] = []

    def eight() -> bool:
        said[:] = page.locator(f"img[alt*='{when}']").evaluate_all("all => all.map(each => each.alt)")
        return len(said) == 8

    comes_to(page, eight, True)
    return said


def test_a_reload_a_second_tab_and_another_server_show_the_same_run_and_any_stops_it(house: House, tmp_path: Path, browser: Any) -> None:
    with at_work() as run, serving([], tmp_path) as other, fresh(browser) as one, fresh(browser) as two:
        one.goto(f"{house.address}/train?run={run.id}")
        still(one, "two tabs")
        two.goto(f"{other.rstrip('/')}/train?run={run.id}")
        still(two, "two servers on one folder of runs")
        one.reload()
        still(one, "a reload in the middle of training")
        press(two, "Stop and keep it")
        for tab in (one, two):
            tab.get_by_role("heading", level=1, name="Stopped, and kept").first.wait_for()
            tab.get_by_role("button", name="Resume").first.wait_for()
        assert core.run(run.id).status.state == "stopped" and one.faults == two.faults == []


def test_the_server_ended_while_a_run_trains_says_so_and_its_page_comes_back_by_itself(house: House, browser: Any) -> None:
    name = "the server ended while a run trains"
    with at_work() as run, fresh(browser) as page:
        page.goto(f"{house.address}/train?run={run.id}")
        still(page, name)
        assert page.faults == [] and not [asked for asked in page.asked if "/train/_stcore" in asked]
        said = house.end()
        try:
            assert found(hazard(name, BROWSER).sentence, said) and f"stop {run.id}" in said, said
            gone = page.get_by_role("alert").filter(has_text="Selfsight doesn’t answer")
            gone.wait_for()
            words = gone.inner_text()
            assert "Trainings go on by themselves" in words and f"{core.START} --port {house.port}" in words, words
            assert core.run(run.id).status.active
        finally:
            house.start()
        expect(gone).to_have_count(0, timeout=PATIENCE)
        still(page, name)
        page.locator(QUIET).wait_for()
        expect(page.get_by_text("Connection error")).to_have_count(0, timeout=PATIENCE)  # Streamlit's box fades as it closes
