"""Each screen in narrow and enlarged windows, light and dark: nothing cut off, broken, pale or on top of something else.

The suite sees 150 % and a phone. `-m survey` sees all windows, and the page after its own menu switched it against the system.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pages._kit.screen import links
from tests.help import surveying
from tests.help.surveying import WINDOWS
from tests.help.visiting import PATIENCE, open_house

pytestmark = pytest.mark.browser
STARTER = "run=rotation-starter"
IN_TURN = (("150 %", "light"), ("150 %", "dark"), ("390", "dark"), ("390", "light"))  # one load, and a switch in each direction
OFFERED = {"light": "dark", "dark": "light"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as it comes, with the runs that ship."""
    with open_house(tmp_path_factory.mktemp("width")) as house:
        house.start()
        yield house.address


@pytest.fixture(scope="module")
def visitor(browser: Any) -> Any:
    page = browser.new_context(viewport=WINDOWS["150 %"]._asdict(), color_scheme="light", reduced_motion="reduce").new_page()
    page.set_default_timeout(PATIENCE)
    return page


@pytest.fixture(params=links.PLACES, ids=lambda place: place or "home")
def screen(request: pytest.FixtureRequest, address: str, visitor: Any) -> Any:
    """A screen just opened at 150 %, light."""
    visitor.emulate_media(color_scheme="light", reduced_motion="reduce")
    visitor.set_viewport_size(WINDOWS["150 %"]._asdict())
    visitor.goto(f"{address}/{request.param}?{STARTER}")
    visitor.locator("h1").first.wait_for()
    return visitor


def test_everything_fits_and_can_be_read(screen: Any) -> None:
    found = {}
    for window, scheme in IN_TURN:
        surveying.fit(screen, WINDOWS[window], scheme)
        found[window, scheme] = surveying.faults(screen)
    assert not any(found.values()), found


@pytest.mark.survey
@pytest.mark.parametrize("scheme", OFFERED)
def test_everything_fits_and_can_be_read_in_every_window_and_against_the_system(scheme: str, screen: Any) -> None:
    surveying.fit(screen, WINDOWS["150 %"], OFFERED[scheme])
    surveying.choose(screen, scheme)
    found = {}
    try:
        for window, size in WINDOWS.items():
            surveying.fit(screen, size)
            found[window] = surveying.faults(screen)
    finally:
        surveying.choose(screen, "system")
    assert not any(found.values()), found


def test_a_narrow_pages_sidebar_lies_behind_its_button_and_closes_by_itself(address: str, page: Any) -> None:
    page.set_viewport_size(WINDOWS["150 %"]._asdict())
    page.goto(f"{address}/runs")
    sidebar, opener = page.locator("[data-testid=stSidebar]"), page.locator("[data-testid=stExpandSidebarButton]")
    menu = sidebar.locator("[data-testid=stSidebarNavLink]").first
    ways = (lambda: page.keyboard.press("Escape"), lambda: page.locator("h1").first.click(), lambda: menu.click())
    for away in ways:
        page.locator("[data-testid=stSidebar][data-collapsed=true]").wait_for(state="attached")
        opener.click()
        page.locator("[data-testid=stSidebar][data-collapsed=false]").wait_for()
        away()
    page.locator("[data-testid=stSidebar][data-collapsed=true]").wait_for(state="attached")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.locator("[data-testid=stSidebar][data-collapsed=false]").wait_for()


def test_the_survey_finds_what_is_wrong(browser: Any) -> None:
    page = browser.new_context(viewport={"width": 300, "height": 300}).new_page()
    page.set_content(
        """<style>body { background: white; font: 16px sans-serif } p { margin: 0 }</style>
        <p style="width: 60px; overflow: hidden; white-space: nowrap">a caption that is too long</p>
        <p style="margin-left: 280px; white-space: nowrap">beyond the window</p>
        <p style="width: 30px; word-break: break-all">letters</p><p style="color: #aaa">pale</p>
        <button style="border: 1px solid #eee; background: white">faint</button>
        <button style="width: 90px">one</button><button style="margin-left: -60px">other</button>"""
    )
    kinds = {each.partition(":")[0] for each in surveying.faults(page, patience=0)}
    wanted = {"cut at the side", "outside of the window", "broken word", "pale", "faint edge", "over another control", "scrolls sideways"}
    assert kinds == wanted
