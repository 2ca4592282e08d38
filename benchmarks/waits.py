"""What a visitor waits for: the address, the first picture, the next screen."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from playwright.sync_api import sync_playwright

import ssl_core as core
import start
from benchmarks import LeftOut
from benchmarks.answers import fresh_run
from benchmarks.screens import FLAGS
from pages._kit.screen.links import PLACES
from tests.help.serving import ask_server, serving
from tests.suite import present

PATIENCE = 120_000  # milliseconds
INSTALLED_WITHIN = 1800.0  # seconds
ONCE_ROUND = [*list(PLACES)[1:], ""]  # every screen from another one, beginning at home
ROUNDS = 3  # over all addresses, after a first round that isn't counted
SWITCHES = 10  # while a run trains
LONG = {
    "task": "rotation",
    "dataset_options": {"n_train": 600, "n_test": 64},
    "recipe": {"epochs": 1000.0},
}  # longer than anybody watches
STROKES = 40
RUNS, LISTED = 1000, 5  # runs in the list, and times it is opened
BOARD = "[role=application]"
STROKE = """frame => new Promise(done => {
  const began = performance.now();
  const look = () => frame.dataset.answered === 'true' ? done(performance.now() - began) : requestAnimationFrame(look);
  frame.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true }));
  look();
})"""
PICTURE = "() => [...document.querySelectorAll('[data-testid=stMain] img')].some(each => each.complete && each.naturalWidth > 0)"
ARRIVED = """([place, old]) => { const title = document.querySelector('h1');
  return location.pathname === '/' + place && title && title.innerText !== old
    && document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning' }"""


def address_printed(part: float = 1.0) -> float:
    """Seconds from `python3 start.py` to the printed address, in an environment that start.py has made."""
    stamp = start.VENV / f"{start.APP[-1]}.stamp"
    if not stamp.exists() or stamp.read_text() != start.stamp_of(start.APP, start.healthy()):
        raise LeftOut("This environment was not made by start.py: run `python3 start.py` once.")
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with serving([], Path(folder), [sys.executable, start.__file__], Path(folder)):
            return time.perf_counter() - began


def first_start(part: float = 1.0) -> float:
    """Seconds from `python3 start.py` in a fresh clone, with an empty HOME, to the printed address, all packages being installed."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(Path(start.__file__).parent), str(clone)], check=True)
        outside = getattr(sys, "_base_executable", sys.executable)  # this environment's own Python would find its packages
        began = time.perf_counter()
        with serving([], Path(folder), [outside, str(clone / "start.py")], Path(folder), INSTALLED_WITHIN):
            return time.perf_counter() - began


def first_picture(part: float = 1.0, browser: Any = None) -> float:
    """Seconds from the first request to a server that has just started to the first picture on the home screen."""
    with house() as address, visitor(browser) as page:
        return first_seen(page, address)


def first_seen(page: Any, address: str) -> float:
    """Seconds from the first request to the first picture."""
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(PICTURE)
    return time.perf_counter() - began


def pages_switched(part: float = 1.0, browser: Any = None) -> float:
    """Seconds from a click in the menu to the whole next screen, the 95th percentile over all ten, each seen before."""
    with house() as address, visitor(browser) as page:
        page.goto(address)
        arrive(page, "")
        looked_round(page, address, ONCE_ROUND)
        places = ONCE_ROUND * max(1, round(ROUNDS * part))
        return float(np.percentile([switched(page, place) for place in places], 95))


def switched_at_work(part: float = 1.0, browser: Any = None) -> float:
    """Seconds from a click in the menu to the whole next screen while a run trains, the median of ten."""
    with ExitStack() as closing:
        folder = closing.enter_context(tempfile.TemporaryDirectory())
        # set in this process too: server and worker must look for the run in the same folder
        closing.enter_context(patch.dict(os.environ, SSL_RUNS=f"{folder}/runs", SSL_CACHE=f"{folder}/cache"))
        address, page = closing.enter_context(house()), closing.enter_context(visitor(browser))
        page.goto(address)
        places = seen_before(page, address, part)
        return switched_beside(closing.enter_context(at_work()), page, places)


def seen_before(page: Any, address: str, part: float = 1.0) -> list[str]:
    """The screens that are switched to while a run trains, at least three, each opened once; the page is at home when this begins."""
    arrive(page, "")
    places = (ONCE_ROUND * SWITCHES)[: max(3, round(SWITCHES * part))]
    looked_round(page, address, [*dict.fromkeys(places)])
    return places


def switched_beside(folder: Path, page: Any, places: list[str]) -> float:
    """The median of the seconds of these switches. folder: that of a run that trains from the first of them to the last."""
    median = statistics.median(switched(page, place) for place in places)
    assert core.status_of(folder).state == "running", core.status_of(folder).reason
    return median


def thousand_listed(part: float = 1.0, browser: Any = None) -> float:
    """Seconds from a click in the menu to the whole list of a thousand runs, the median of five; the first time, uncounted, reads them."""
    with ExitStack() as closing:
        folder = closing.enter_context(tempfile.TemporaryDirectory())
        closing.enter_context(patch.dict(os.environ, SSL_RUNS=f"{folder}/runs", SSL_CACHE=f"{folder}/cache"))
        many_runs(core.home_of(fresh_run("rotation")), round(RUNS * part))
        address, page = closing.enter_context(house()), closing.enter_context(visitor(browser))
        page.goto(address)
        arrive(page, "")
        return statistics.median([(switched(page, "runs"), switched(page, ""))[0] for _ in range(1 + LISTED)][1:])


def many_runs(folder: Path, count: int) -> None:
    """Copies a run `count` times, each with pictures and metrics, without weights."""
    shutil.rmtree(folder / "checkpoints")
    spec = core.read_json(folder / "spec.json", {})
    for number in range(2, count + 1):
        copy = folder.with_name(f"rotation-{number}")
        shutil.copytree(folder, copy)
        core.write_json(copy / "spec.json", {**spec, "title": f"Rotation {number}", "created": spec["created"] + number})


def squares_painted(part: float = 1.0, browser: Any = None) -> float:
    """Milliseconds from a square hidden or shown by key to its picture painted anew, on the screen, the 90th percentile."""
    with ExitStack() as closing:
        folder = closing.enter_context(tempfile.TemporaryDirectory())
        closing.enter_context(patch.dict(os.environ, SSL_RUNS=f"{folder}/runs", SSL_CACHE=f"{folder}/cache"))
        run = fresh_run("mae")
        address, page = closing.enter_context(house()), closing.enter_context(visitor(browser))
        page.goto(f"{address.rstrip('/')}/predictions?run={run}")
        page.locator(BOARD).focus()
        taken = [painted(page, "ArrowRight" if k % 7 else "ArrowDown") for k in range(3 + max(5, round(STROKES * part)))]
        return float(np.percentile(taken[3:], 90))


def painted(page: Any, way: str) -> float:
    """Hides or shows the square before the last one's neighbour; milliseconds until the network's answer is in the picture."""
    page.wait_for_selector(f"{BOARD}[data-answered=true]")
    page.keyboard.press(way)
    return float(page.locator(BOARD).evaluate(STROKE))


@contextmanager
def at_work() -> Iterator[Path]:
    """Inside, a run trains; its folder."""
    folder = core.home_of(core.start_training(LONG))
    try:
        wait_for(lambda: core.status_of(folder).step > 0, "the run's first step")
        yield folder
    finally:
        core.stop(folder)
        wait_for(lambda: not core.status_of(folder).active, "the run's end")


def looked_round(page: Any, address: str, places: list[str]) -> None:
    """Opens screens in turn, on a server that is ready."""
    wait_for(lambda: json.loads(ask_server(f"{address.rstrip('/')}/api/health")[1])["ready"], "a server that is ready")
    for place in places:
        switched(page, place)


def wait_for(true: Callable[[], bool], what: str) -> None:
    """Waits until a condition holds.

    Raises:
        TimeoutError: it doesn't hold within PATIENCE.
    """
    end = time.monotonic() + PATIENCE / 1000
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.2)


def switched(page: Any, place: str) -> float:
    """Opens a screen by the menu; seconds until it is whole."""
    old = page.locator("h1").first.inner_text()
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text=PLACES[place][1])
    began = time.perf_counter()
    link.click()
    arrive(page, place, old)
    return time.perf_counter() - began


def arrive(page: Any, place: str, old: str = "") -> None:
    """Waits until a screen is there, in place of the one titled `old`, and its script has ended."""
    page.wait_for_function(ARRIVED, arg=[place, old])


@contextmanager
def house() -> Iterator[str]:
    """The app, just started; its address."""
    with tempfile.TemporaryDirectory() as folder, serving([], Path(folder)) as address:
        yield address


@contextmanager
def visitor(browser: Any = None) -> Iterator[Any]:
    """A page without cookies or cache, in an open browser or in one started for it."""
    with ExitStack() as closing:
        context = (browser or closing.enter_context(opened())).new_context(viewport={"width": 1280, "height": 720})
        closing.callback(context.close)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        yield page


@contextmanager
def opened() -> Iterator[Any]:
    """A browser, closed afterwards."""
    path = present()
    if path is None:
        raise LeftOut("There is no browser: `python3 start.py test` finds or fetches one.")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
