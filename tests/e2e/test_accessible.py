"""Each screen for every eye and hand: names and contrast by axe, light and dark, by keyboard alone, twice as large, and at rest."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from pages._kit.screen import links
from tests.help.visiting import fresh, open_house

pytestmark = [pytest.mark.browser, pytest.mark.survey]
PATIENCE = 60_000  # milliseconds
STOPS = 80  # more than any screen has
STARTER = "run=rotation-starter"
SETTLED = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]")"""
OPENED = {  # what a click opens, and what is there then
    "data": ("Use my own pictures", "[role=dialog]"),
    "runs": ("Actions for Rotation, starter", "[data-testid=stPopoverBody]"),
    "predictions": (re.compile("arrow (up|right|down|left)"), "[role=dialog] .whole .part"),
    "benchmark": (re.compile("Compare something else|^tune"), "[role=dialog]"),  # the second while a figure is missing
}
EXCUSED = (  # rule, selector, why it may stay
    ("list", "[data-testid=stSidebarNavItems]", "Streamlit's menu puts a box around each group of its items"),
    ("listitem", "[data-testid=stSidebarNavItems] li", "as above"),
    ("color-contrast", ".shape", "a graphic, not text: hidden from readers, beside its name in ink; axe takes ✖ alone for a letter"),
)
SERIOUS = """async ([excused, rules]) => {
  const { violations } = await axe.run({ resultTypes: ["violations"], elementRef: true, ...(rules ? { runOnly: [rules] } : {}) });
  const serious = violations.filter((rule) => rule.impact === "serious" || rule.impact === "critical");
  return serious.flatMap((rule) => rule.nodes
    .filter((node) => !excused.some(([id, selector]) => id === rule.id && node.element.matches(selector)))
    .map((node) => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
}"""
BY_KEYS = {  # screen -> what is reached by Tab, the keys pressed there, and what stands on the page then
    "": ("Turn a picture", "Enter", "You choose, it answers"),
    "data": ("to learn from", "ArrowRight Enter", "1 to 32 of 2"),
    "pretext": ("Train this", "Enter", "Teach a network from nothing"),
    "train": ("Train, about", "Enter", "Stop and keep it"),
    "runs": ("Actions for Rotation, starter", "Enter", "Show it"),
    "predictions": ("↑ up", "ArrowRight Enter", "“Its top points right”"),
    "attention": ("Next picture", "Enter", "Where does it look?"),
    "map": ("A class", "f i s h Enter", "fish: "),
    "benchmark": ("See all", "Enter", "The pictures behind the number"),
    "fewshot": ("", "1", "Saved, 1 label"),
}
FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
  return {
    name: (at.getAttribute("aria-label") || at.innerText || at.querySelector("img")?.alt || "").replace(/^[a-z_]+\\n/, ""),
    option: at.getAttribute("role") === "option",
    goal: at.getAttribute("role") === "option" || at.getAttribute("kind") === "primary" && !at.closest("[class*=st-key-pick]"),
    ringed: !at.matches("a, button") || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none",
  };
}"""
SHOWN = "(document.body.innerText + [...document.images].map(each => each.src))"
MOVING = """() => {
  const within = (root) => [...root.querySelectorAll("*")].flatMap((each) => [each, ...(each.shadowRoot ? within(each.shadowRoot) : [])]);
  const seconds = (style) => `${style.transitionDuration},${style.animationDuration}`.split(",").map(parseFloat);
  const moves = (each) => Math.max(...seconds(getComputedStyle(each))) > 0.0001;
  return within(document).filter(moves).map((each) => each.outerHTML.slice(0, 120));
}"""
HAS_GROUND = """colour => getComputedStyle(document.querySelector(".stApp")).backgroundColor === `rgb(${colour.join(", ")})`"""
SIDEWAYS = """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
  .map((each) => each.scrollWidth - each.clientWidth)"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as it comes, with the runs that ship."""
    with open_house(tmp_path_factory.mktemp("accessible")) as house:
        house.start()
        yield house.address


def page_of(browser: Any, **settings: Any) -> Any:
    page = browser.new_context(**settings).new_page()
    page.set_default_timeout(PATIENCE)
    return page


@pytest.fixture(scope="module")
def wide(browser: Any) -> Any:
    return page_of(browser, viewport={"width": 1280, "height": 720}, reduced_motion="reduce")


def visit(page: Any, address: str) -> Any:
    page.goto(address)
    page.locator("h1").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_function(SETTLED)
    return page


@pytest.fixture(scope="module", params=links.PLACES, ids=lambda place: place or "home")
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def screen(place: str, address: str, wide: Any) -> Any:
    """A screen, visited once for all its tests."""
    visit(wide, f"{address}/{place}")
    wide.evaluate(AXE_SCRIPT)  # by the debugger, so that the page's own Content-Security-Policy stays as it is
    return wide


def serious(page: Any, rules: str = "", patience: float = 10) -> list[str]:
    """What axe finds and goes on finding: colours come in one after another when the theme changes."""
    until = time.monotonic() + patience
    while (found := page.evaluate(SERIOUS, [[row[:2] for row in EXCUSED], rules])) and time.monotonic() < until:
        page.wait_for_timeout(200)
    return list(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme: str, screen: Any) -> None:
    screen.emulate_media(color_scheme=scheme)
    ground = "#15171c" if scheme == "dark" else "#fbfaf7"
    screen.wait_for_function(HAS_GROUND, arg=[int(ground[k : k + 2], 16) for k in (1, 3, 5)])
    assert serious(screen, rules="" if scheme == "light" else "color-contrast") == []  # names are the same in the dark


def test_tab_reaches_the_primary_button_or_the_wall_and_each_button_before_it_is_ringed(screen: Any) -> None:
    stops: list[Any] = []
    while not (stops and stops[-1]["goal"]):
        screen.keyboard.press("Tab")
        stops.append(screen.evaluate(FOCUSED))
        assert len(stops) < STOPS, stops
    assert [stop["name"] for stop in stops if not stop["ringed"]] == []


def reach(page: Any, name: str) -> None:
    """Presses Tab until the focus stands on what is named so, or, without a name, on a picture of the wall."""
    stops: list[str] = []
    while len(stops) < STOPS:
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["name"].strip().startswith(name) if name else at["option"]:
            return
        stops.append(at["name"])
    raise AssertionError(f"'{name}' can't be reached by Tab, only {stops}")


def test_what_a_screen_is_for_can_be_done_without_a_mouse(place: str, screen: Any, address: str) -> None:
    name, keys, there = BY_KEYS[place]
    visit(screen, f"{address}/{place}?{STARTER}")
    reach(screen, name)
    before = screen.evaluate(SHOWN)
    for key in keys.split():
        screen.keyboard.press(key)
    screen.wait_for_function(f"before => {SHOWN} !== before", arg=before)
    screen.get_by_text(there).first.wait_for()
    if place == "train":
        reach(screen, "Stop and keep it")
        screen.keyboard.press("Enter")
        screen.get_by_text("Stopped, and kept").first.wait_for()


def test_nothing_moves_for_who_asked_for_less_motion(screen: Any) -> None:
    assert screen.evaluate(MOVING) == []


def test_twice_as_large_no_screen_scrolls_sideways(screen: Any) -> None:
    try:
        screen.set_viewport_size({"width": 640, "height": 360})  # what 200 % leave of 1280 × 720
        screen.wait_for_function(SETTLED)
        assert max(screen.evaluate(SIDEWAYS)) <= 0
    finally:
        screen.set_viewport_size({"width": 1280, "height": 720})


@pytest.mark.parametrize("opened", OPENED)
def test_axe_finds_nothing_serious_in_what_a_click_opens(opened: str, address: str, wide: Any) -> None:
    button, there = OPENED[opened]
    visit(wide, f"{address}/{opened}?{STARTER}")  # named: the newest run is what a test before trained
    wide.evaluate(AXE_SCRIPT)
    wide.get_by_role("button", name=button, exact=False).first.click()
    wide.locator(there).wait_for()
    wide.wait_for_function(SETTLED)
    assert serious(wide) == []


def test_axe_would_find_what_is_wrong(browser: Any) -> None:
    page = page_of(browser)
    page.set_content('<main><img src="data:,"><p style="color: #aaa">pale</p><button></button></main>')
    page.evaluate(AXE_SCRIPT)
    assert {each.partition(":")[0] for each in serious(page, patience=0)} >= {"image-alt", "color-contrast", "button-name"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_in(scheme: str, address: str, browser: Any) -> None:
    with fresh(browser, color_scheme=scheme) as page:
        page.goto(f"{address}/runs")
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
