"""How soon each screen is quiet after a switch, and how far its parts move: `python -m benchmarks.quiet [--only train map]`.

Walks all ten screens in a browser, each from another one, the second round counted; then starts a training. Quiet: the script has ended,
nothing of it is a placeholder, every picture has arrived, and it stays so for STILL seconds. Moved: the browser's layout shift (a share of
the window times a share of its height, summed), all of it and without the half second after a click, which browsers leave out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from playwright.sync_api import Page

from benchmarks.screens import WHOLE
from benchmarks.waits import PATIENCE, arrive, house, visitor
from pages._kit.screen.links import PLACES

ROUNDS = 2  # the first one, uncounted, reads everything once
STILL = 0.4  # seconds
LEARNING = 12.0  # seconds that a training is watched from the click on
WATCH = """() => { window.shifts = [];
  const named = node => node && (node.closest?.('[data-testid],[class*=st-key]')?.dataset.testid || node.nodeName) || 'gone';
  const at = rect => [rect.x, rect.y, rect.width, rect.height].map(Math.round).join(' ');
  new PerformanceObserver(list => { for (const each of list.getEntries()) window.shifts.push({
      value: each.value, clicked: each.hadRecentInput, at: performance.now(),
      what: [...each.sources].slice(0, 3).map(one => `${named(one.node)} ${at(one.previousRect)} → ${at(one.currentRect)}`).join(', ')
  }) }).observe({ type: 'layout-shift', buffered: true }) }"""
SHIFTS = "() => window.shifts.splice(0)"
QUIET = f"""() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning' && ({WHOLE})()"""


class Visit(NamedTuple):
    """A switch to a screen."""

    place: str
    seconds: float  # from the click until it is quiet
    shift: float  # without the half second after the click
    whole: float  # all of it
    moved: str  # what moved most, the three largest moves


def main() -> None:
    """Prints a line for each screen, then the median, the 95th percentile, and the farthest move."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quiet", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--address", help="of an app that runs already")
    parser.add_argument("--only", nargs="*", default=list(PLACES), help="names of screens; home is ''")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    with contextlib.nullcontext(asked.address) if asked.address else house() as address, visitor() as page:
        visits = list(walk(page, address, asked.only, asked.rounds))
        taken = switches(visits)
        print(f"quiet after {np.median(taken):.2f} s in the middle, {np.percentile(taken, 95):.2f} s at the 95th percentile")
        print(
            f"moved by {max(each.shift for each in visits):.3f} at most, {max(each.whole for each in visits):.3f} with what follows a click"
        )


def quiet_seconds(part: float = 1.0, browser: Any = None) -> float:
    """Seconds from a click in the menu until the next screen is quiet, the 95th percentile over all ten, each seen before."""
    with house() as address, visitor(browser) as page:
        return float(np.percentile(switches(walk(page, address, list(PLACES), ROUNDS)), 95))


def switches(visits: Iterable[Visit]) -> list[float]:
    """The seconds of each switch; those of the training are as long as it was watched."""
    return [each.seconds for each in visits if each.place != "training"]


def walk(page: Page, address: str, places: list[str], rounds: int) -> Iterator[Visit]:
    """Switches to each of the screens, `rounds` times, then starts a training; the visits of the last round, printed as they come."""
    page.add_init_script(f"({WATCH})()")
    page.goto(address)
    arrive(page, "")
    for number in range(rounds):
        for place in [*places[1:], *places[:1]] if len(places) > 1 else places:
            visit = switch(page, place)
            said(f"round {number + 1}", visit)
            if number == rounds - 1:
                yield visit
    if "train" in places:
        visit = train(page)
        said("", visit)
        yield visit


def said(when: str, visit: Visit) -> None:
    """Prints a visit."""
    print(f"{when:8} {visit.place or 'home':12} {visit.seconds:6.2f} s  {visit.shift:.3f} {visit.whole:.3f}  {visit.moved}", flush=True)


def switch(page: Page, place: str) -> Visit:
    """Opens a screen by the menu."""
    old = page.locator("h1").first.inner_text()
    page.evaluate(SHIFTS)
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text=PLACES[place][1])
    began = time.perf_counter()
    link.click()
    arrive(page, place, old)
    return Visit(place, rest(page) - began, *moves(page))


def rest(page: Page) -> float:
    """Waits until the screen has been quiet for STILL seconds; when that began, by `time.perf_counter`."""
    since, end = time.perf_counter(), time.monotonic() + PATIENCE / 1000
    while time.perf_counter() - since < STILL:
        if not page.evaluate(QUIET):
            since = time.perf_counter()
        if time.monotonic() > end:
            raise TimeoutError("the screen was never quiet")
        page.wait_for_timeout(20)
    return since


def moves(page: Page) -> tuple[float, float, str]:
    """The layout shift since it was read last: without what follows a click, all of it, and the largest ones in words."""
    found = page.evaluate(SHIFTS)
    most = sorted(found, key=lambda each: float(each["value"]), reverse=True)[:3]
    told = "; ".join(f"{each['value']:.3f}: {each['what']}" for each in most)
    return sum(each["value"] for each in found if not each["clicked"]), sum(each["value"] for each in found), told


def train(page: Page) -> Visit:
    """Starts a training by its button, and watches it for LEARNING seconds; it is stopped afterwards. The seconds are those watched."""
    page.get_by_test_id("stSidebarNavLink").filter(has_text=PLACES["train"][1]).click()
    rest(page)
    if page.get_by_role("button", name="Set up another").count():
        page.get_by_role("button", name="Set up another").click()
        rest(page)
    page.evaluate(SHIFTS)
    began = time.perf_counter()
    page.get_by_role("button", name="Train").first.click()
    page.wait_for_timeout(1000 * LEARNING)
    visit = Visit("training", time.perf_counter() - began, *moves(page))
    print(json.dumps(page.get_by_test_id("stMain").inner_text()[:200]))
    page.get_by_role("button", name="Stop and keep it").click()
    return visit


if __name__ == "__main__":
    main()
