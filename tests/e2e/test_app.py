"""The app in a browser: each address first, a training to its end, and whatever a visitor does with the results."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import ssl_core as core
from pages._kit import links
from ssl_core.request import start_training
from ssl_core.runs import folder_of
from tests.hazards import BROWSER, found, hazard
from tests.serving import ROOT, serving
from tests.small import small_values

pytestmark = pytest.mark.browser
PATIENCE = 300_000  # milliseconds: on a busy machine a worker takes its time to wake up
QUIET = "[data-testid=stApp][data-test-script-state=notRunning]"
KNOWN = re.compile(r"/\w+/_stcore/(health|host-config)$")  # Streamlit looks for its server below a deep link first
AT_ONCE = 3.0  # seconds in which a killed worker must show
SWITCH = 1.5  # seconds a page switch may take while a run trains
HOSTILE = "<img src=x onerror=alert(1)>"
RUNS = """
import os
from pathlib import Path
import numpy as np
from PIL import Image
import ssl_core as core
from ssl_core.jobs import ask
from ssl_core.mapping import map_request
from ssl_core.targets import Target
from ssl_core.work import work
from tests.labelling import click
from tests.small import small_run

HOSTILE = "<img src=x onerror=alert(1)>"
photos = Path(os.environ["SSL_RUNS"]).parent / "photos"
for name in (HOSTILE, HOSTILE + "2"):
    (photos / name).mkdir(parents=True)
    for k in range(8):
        Image.fromarray(np.random.default_rng(k).integers(0, 255, (24, 24, 3), np.uint8)).save(photos / name / f"{HOSTILE}{k}.png")
hostile = core.add_folder(HOSTILE, photos)
small_run("supervised", title=HOSTILE, dataset=hostile, dataset_options={}, steps=2)
core.label_store(core.runs_root()).act([click("train-1", HOSTILE, hostile)])
small_run("inpainting", title="Holes")
small_run("mae", title="Squares")
folder, _ = small_run("rotation", title="Turns", dataset_options={"n_train": 64, "n_test": 120})
work(ask("project", map_request(Target.parse(folder.name), "pca"), folder))
"""


class House:
    """The app with folders of its own; it can be ended and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.open = folder, ExitStack()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self) -> None:
        self.address = self.open.enter_context(serving(["--server.port", str(self.port)], self.folder)).rstrip("/")

    def end(self) -> str:
        """Ends the app as Ctrl+C does; what it printed."""
        self.open.close()
        return (self.folder / "server.log").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The app with one finished run of each game."""
    folder = tmp_path_factory.mktemp("app")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RUNS", "CACHE", "DATA"):
            patch.setenv(f"SSL_{name}", str(folder / name.lower()))
        subprocess.run([sys.executable, "-c", RUNS], cwd=ROOT, check=True)  # worked elsewhere: who works takes a lower priority
        made = House(folder)
        made.start()
        yield made
        made.end()
        for run in core.runs(starters=False):
            core.stop(run.folder)


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with fresh(browser) as opened:
        yield opened


@contextmanager
def fresh(browser: Any, **settings: Any) -> Iterator[Any]:
    """A visitor who was never here; what went wrong in the page and where it asked is written down."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **settings})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.faults, page.asked = [], []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("console", lambda said: page.faults.append(f"{said.text} {where(said)}") if said.type == "error" and not known(said) else None)
    page.on("request", lambda request: page.asked.append(request.url))
    try:
        yield page
    finally:
        context.close()


def where(said: Any) -> str:
    return str((said.location or {}).get("url", ""))


def known(said: Any) -> bool:
    return "404" in said.text and KNOWN.search(where(said)) is not None


@contextmanager
def at_work(steps: int = 1_000_000, **more: Any) -> Iterator[core.Run]:
    """A run that trains until it is stopped, and has learnt a little already."""
    name = start_training(small_values(steps=steps, **more))
    try:
        wait_for(lambda: core.run(name).status.step > 20, lambda: (folder_of(name) / "log.txt").read_text())
        yield core.run(name)
    finally:
        core.stop(folder_of(name))
        wait_for(lambda: not core.run(name).status.active)


def wait_for(happened: Any, why: Any = lambda: "", seconds: float = PATIENCE / 1000) -> float:
    """Waits until something is so; the seconds it took."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < seconds, why()
        time.sleep(0.05)
    return time.monotonic() - began


def title(page: Any) -> str:
    return str(page.locator("h1").first.inner_text())


@pytest.mark.parametrize("place", links.PLACES, ids=lambda place: place or "home")
def test_each_address_opens_first_without_a_fault_and_without_leaving_this_machine(place: str, house: House, browser: Any) -> None:
    """The run, its pictures, their classes and files bear names with markup: it is shown, and never becomes part of the page."""
    with fresh(browser) as page:
        page.goto(f"{house.address}/{place}?run={run_of('supervised')}&dataset=img-src-x-onerror-alert-1")
        page.locator("h1").first.wait_for()
        page.locator(QUIET).wait_for()
        menu = page.locator("[data-testid=stSidebarNavLink][aria-current=page]")
        assert links.PLACES[place][1] in menu.inner_text() and title(page).strip()
        assert page.get_by_test_id("stException").count() == 0
        page.wait_for_load_state("networkidle")
        assert page.faults == [] and page.locator("[onerror], img[src=x]").count() == 0
        if place in ("data", "runs", "train"):
            assert HOSTILE in page.locator("body").inner_text() + page.get_by_role("textbox").evaluate_all(
                "all => all.map(e => e.value).join()"
            )
        outside = [url for url in page.asked if not url.startswith((house.address, house.address.replace("http", "ws"), "data:", "blob:"))]
        assert outside == []


def test_train_to_done_and_the_pictures_change(house: House, page: Any) -> None:
    page.goto(f"{house.address}/train?task=rotation&n_train=320&n_test=64")
    page.get_by_role("button", name=re.compile("^Train, about")).click()
    first = page.locator("img[alt*='before its first step']")
    first.first.wait_for()
    assert first.count() == 8
    before = [each.get_attribute("alt") for each in first.all()]
    page.get_by_role("heading", level=1, name=re.compile(r"^Right .* of the time, chance 25 %$")).wait_for()
    after = page.locator("img[alt*='at first']")
    after.first.wait_for()
    now = [each.get_attribute("alt") for each in after.all()]
    assert len(now) == 8 and now != before
    assert page.get_by_role("button", name="Play with it").is_visible()
    assert "task=" not in page.url and re.search(r"run=rotation-\d+", page.url)


def run_of(task: str) -> str:
    """The finished run of a game."""
    return next(run.id for run in core.runs(starters=False) if run.task == task and run.status.state == "done")


def test_the_picture_is_turned_by_hand_and_answered(house: House, page: Any) -> None:
    page.goto(f"{house.address}/predictions?run={run_of('rotation')}")
    page.get_by_role("heading", name=re.compile("Its top points")).wait_for()
    page.get_by_test_id("stButtonGroup").get_by_text("→ right", exact=True).first.click()
    page.wait_for_function("() => [...document.querySelectorAll('img')].some(each => getComputedStyle(each).rotate === '-270deg')")
    page.get_by_role("heading", name=re.compile("Its top points (up|right|down|left)”: (right|wrong), and \\d+.% sure")).wait_for()
    assert page.faults == []


def test_the_hole_is_moved_and_filled_again(house: House, page: Any) -> None:
    page.goto(f"{house.address}/predictions?run={run_of('inpainting')}")
    box = page.get_by_role("application")
    box.wait_for()
    before, numbers = box.get_attribute("aria-label"), page.get_by_test_id("stMetric")
    numbers.first.wait_for()
    said = numbers.all_inner_texts()
    place = box.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] / 2 + 90, place["y"] + place["height"] / 2 + 60, steps=4)
    page.mouse.up()
    page.wait_for_function("([list, old]) => list.innerText !== old", arg=[numbers.first.element_handle(), said[0]])
    page.locator("[role=application][data-answered=true]").wait_for()
    assert box.get_attribute("aria-label") != before
    box.focus()
    moved = box.get_attribute("aria-label")
    page.keyboard.press("ArrowLeft")
    page.locator("[role=application][data-answered=true]").wait_for()
    assert box.get_attribute("aria-label") != moved and page.faults == []


COVERED = """(canvas, side) => {
  const pen = canvas.getContext("2d"), at = (line) => Math.floor((line + 0.5) * canvas.width / side);
  const solid = (k) => pen.getImageData(at(k % side), at(Math.floor(k / side)), 1, 1).data[3] > 0;
  return Array.from({ length: side * side }, (_, k) => Number(solid(k))).join("");
}"""


def test_squares_are_hidden_by_dragging_and_by_keys_and_painted_again(house: House, page: Any) -> None:
    run = run_of("mae")
    drawn = core.opening(run)["squares"]["hidden"]
    page.goto(f"{house.address}/predictions?run={run}")
    board, canvas, count = page.get_by_role("application"), page.locator("canvas"), page.locator("p.count")
    answered = page.locator("[role=application][data-answered=true]")
    answered.wait_for()
    assert count.inner_text() == "48 of 64 squares hidden" and canvas.evaluate(COVERED, 8) == drawn
    paint, place = canvas.evaluate("canvas => canvas.toDataURL()"), board.bounding_box()
    x, y = ([place[corner] + (line + 0.5) * place["width"] / 8 for line in range(8)] for corner in "xy")
    page.mouse.move(x[1], y[3])
    page.mouse.down()
    page.mouse.move(x[5], y[3], steps=2)  # faster than a square a move
    page.mouse.up()
    after = drawn[:25] + ("0" if drawn[25] == "1" else "1") * 5 + drawn[30:]
    page.locator("p.count", has_text=f"{after.count('1')} of 64 squares hidden").wait_for()
    answered.wait_for()
    assert after.count("1") != 48 and canvas.evaluate(COVERED, 8) == after and canvas.evaluate("canvas => canvas.toDataURL()") != paint
    page.keyboard.press("ArrowDown")  # below the square that was pressed first
    page.keyboard.press("Space")
    toggled = after[:33] + ("0" if after[33] == "1" else "1") + after[34:]
    page.locator("p.count", has_text=f"{toggled.count('1')} of 64 squares hidden").wait_for()
    answered.wait_for()
    assert page.locator("p.heard").inner_text().startswith("row 5, column 2: ")
    assert page.faults == []


PIXELS = """xy => {
  const chart = document.querySelector('.js-plotly-plot'), {xaxis, yaxis} = chart._fullLayout, {left, top} = chart.getBoundingClientRect();
  return xy.map(([x, y]) => [left + xaxis._offset + xaxis.d2p(x), top + yaxis._offset + yaxis.d2p(y)]);
}"""


def test_a_lasso_opens_exactly_the_fifty_pictures_inside(house: House, page: Any) -> None:
    run = run_of("rotation")
    page.set_viewport_size({"width": 1280, "height": 1100})  # the whole map in sight
    page.goto(f"{house.address}/map?run={run}")
    page.locator(".js-plotly-plot .point").first.wait_for()
    layout = core.layout(run, projector="pca")
    assert layout is not None and layout.n == 120
    order = layout.xy_S2[:, 0].argsort()
    fence = float(layout.xy_S2[order[49:51], 0].mean())
    (low_x, low_y), (_, high_y) = layout.xy_S2.min(0).tolist(), layout.xy_S2.max(0).tolist()
    (left, bottom), (right, top) = page.evaluate(PIXELS, [[low_x, low_y], [fence, high_y]])
    corners = [(left - 8, bottom + 8), (right, bottom + 8), (right, top - 8), (left - 8, top - 8), (left - 8, bottom + 8)]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=5)
    page.mouse.up()
    page.get_by_text("In your lasso: 50 pictures").wait_for()
    ids = [layout.ids[row] for row in sorted(order[:50].tolist())]
    shown = page.locator("[data-testid=stButton] img").evaluate_all("all => all.map(each => each.src)")
    assert [re.search(r"(test-\d+)\.png", source)[1] for source in shown] == ids[: len(shown)] and len(shown) == 16


@pytest.mark.survey
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_in(scheme: str, house: House, browser: Any) -> None:
    with fresh(browser, color_scheme=scheme) as page:
        page.goto(f"{house.address}/runs")
        page.locator("h1").first.wait_for()
        ink, ground = page.evaluate(
            "[getComputedStyle(document.querySelector('h1')).color, getComputedStyle(document.querySelector('.stApp')).backgroundColor]"
        )
        assert (lightness(ground) > lightness(ink)) == (scheme == "light")
        high, low = sorted((lightness(ink), lightness(ground)), reverse=True)
        assert (high + 0.05) / (low + 0.05) > 7  # WCAG's contrast for small text, AAA


def lightness(colour: str) -> float:
    """Relative luminance of "rgb(r, g, b)" as WCAG defines it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def still(page: Any, name: str) -> None:
    """What the table of hazards says must be said, and there."""
    row = hazard(name, BROWSER)
    page.get_by_role("button", name=row.remains).wait_for()
    assert name.startswith("the server") or found(row.sentence, title(page))


def test_a_reload_and_a_second_tab_show_the_same_run_and_either_stops_it(house: House, browser: Any) -> None:
    with at_work() as run, fresh(browser) as one, fresh(browser) as two:
        for tab in (one, two):
            tab.goto(f"{house.address}/train?run={run.id}")
            still(tab, "two tabs")
        one.reload()
        still(one, "a reload in the middle of training")
        two.get_by_role("button", name="Stop and keep it").click()
        for tab in (one, two):
            tab.get_by_role("heading", level=1, name="Stopped, and kept").wait_for()
            tab.get_by_role("button", name="Resume").wait_for()
        assert core.run(run.id).status.state == "stopped" and one.faults == two.faults == []


def test_the_server_ended_while_a_run_trains_says_so_and_finds_it_again(house: House, browser: Any) -> None:
    name = "the server ended while a run trains"
    with at_work() as run:
        said = house.end()
        try:
            assert found(hazard(name, BROWSER).sentence, said) and f"stop {run.id}" in said, said
            assert core.run(run.id).status.active
        finally:
            house.start()
        with fresh(browser) as page:
            page.goto(f"{house.address}/train?run={run.id}")
            still(page, name)


@pytest.mark.timed
def test_a_killed_worker_shows_at_once(house: House, page: Any) -> None:
    with at_work() as run:
        page.goto(f"{house.address}/train?run={run.id}")
        page.get_by_role("button", name="Stop and keep it").wait_for()
        os.kill(core.run(run.id).status.pid, signal.SIGKILL)
        began = time.monotonic()
        page.get_by_role("heading", level=1, name=re.compile("^Interrupted")).wait_for()
        seconds = time.monotonic() - began
        still(page, "a killed worker")
        assert seconds <= 3 * AT_ONCE


@pytest.mark.timed
def test_while_a_run_trains_a_page_switch_is_quick(house: House, page: Any) -> None:
    with at_work() as run:
        page.goto(f"{house.address}/runs?run={run.id}")
        page.locator("h1").first.wait_for()
        page.locator(QUIET).wait_for()
        seconds = [switch(page, label) for label in ("Pictures", "The game", "Home", "Train", "Runs") * 2]
        assert statistics.median(seconds) <= 3 * SWITCH, seconds


def switch(page: Any, label: str) -> float:
    """Seconds from a click in the menu until the other screen stands."""
    old = title(page)
    began = time.monotonic()
    page.get_by_test_id("stSidebarNavLink").filter(has_text=label).first.click()
    page.wait_for_function("old => { const now = document.querySelector('h1'); return now && now.innerText !== old }", arg=old)
    page.locator(QUIET).wait_for()
    return time.monotonic() - began
