"""What on a page is cut off, broken, pale or on top of something else, at any width, light and dark."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

from ssl_core.palette import COLOURS, rgb

FAULTS = (Path(__file__).parent / "survey.js").read_text(encoding="utf-8")
QUIET = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]")"""
DARK = "rgb({}, {}, {})".format(*rgb(COLOURS["paper"].dark))
GROUND = f"""scheme => (getComputedStyle(document.querySelector(".stApp")).backgroundColor === "{DARK}") === (scheme === "dark")"""
STILL = """async () => {
  const wide = (each) => Math.round(each.getBoundingClientRect().width);
  const boxes = () => [...document.querySelectorAll("[data-testid=stMain] *")].map(wide).join();
  const frame = () => new Promise((go) => setTimeout(go, 40));
  const until = Date.now() + 60000;
  for (let same = 0, last = boxes(); same < 3; ) {
    if (Date.now() > until) throw new Error("the page still moves after a minute");
    await frame(); const now = boxes(); same = now === last ? same + 1 : 0; last = now;
  }
}"""  # bounded by itself: a script that a page evaluates has no time limit of Playwright's


class Window(NamedTuple):
    """A window as a person has it: its zoom as CSS pixels that are left."""

    width: int
    height: int


WINDOWS = {"100 %": Window(1280, 720), "150 %": Window(853, 480), "200 %": Window(640, 360), "390": Window(390, 844)}


def fit(page: Any, window: Window, scheme: str = "") -> None:
    """Makes the window so large, and waits until nothing moves. scheme: the system's from now on, which the page follows in place."""
    if scheme:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_function(GROUND, arg=scheme)
    page.set_viewport_size(window._asdict())
    page.wait_for_function(QUIET)
    page.evaluate(STILL)


def faults(page: Any, patience: float = 10) -> list[str]:
    """What is wrong on the page and stays so for `patience` seconds, a sentence each: a theme's colours come in one after another."""
    until = time.monotonic() + patience
    while (found := page.evaluate(FAULTS)) and time.monotonic() < until:
        page.wait_for_timeout(50)
    return [str(each) for each in found]


def choose(page: Any, theme: str) -> None:
    """Chooses "system", "light" or "dark" in the page's own menu."""
    page.locator("[data-testid=stMainMenu]").click()
    page.locator("[data-testid=stMainMenuPopover]").get_by_text(theme.capitalize()).click()
    page.keyboard.press("Escape")
    if theme != "system":
        page.wait_for_function(GROUND, arg=theme)
    page.evaluate(STILL)
