"""The guided tour in a browser, from the first step to the last by doing what it says, within two minutes on a machine left alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

import ssl_core as core
from pages._kit.screen.tour import END, STEPS
from tests.help.visiting import QUIET, House, fresh, open_house, press

pytestmark = [pytest.mark.browser, pytest.mark.survey]
LONGEST = 120.0  # seconds
BLUE = """() => [...document.querySelectorAll("[data-testid=stMain] button[kind=primary]")]
  .filter((each) => each.offsetParent && !each.closest("[class*=st-key-pick]"))
  .filter((each) => getComputedStyle(each).backgroundColor !== "rgba(0, 0, 0, 0)")
  .map((each) => each.innerText.split("\\n").at(-1))"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The app as it comes."""
    with open_house(tmp_path_factory.mktemp("tour")) as made:
        made.start()
        yield made


def test_doing_what_it_says_leads_to_its_end_within_two_minutes(house: House, browser: Any) -> None:
    with fresh(browser) as page:
        page.goto(house.address)
        press(page, "Two-minute tour")
        began = time.monotonic()
        says(page, 1)
        assert blue(page) == []
        turn(page)
        says(page, 2)
        assert blue(page) == ["Guess before it does"]
        press(page, "Guess before it does")
        page.get_by_text("Your guess:").first.wait_for()
        turn(page)
        assert blue(page) == ["Open Train"]
        press(page, "Open Train")
        says(page, 3)
        page.get_by_role("button", name=re.compile("^Train, about")).wait_for()
        assert len(blue(page)) == 1
        press(page, re.compile("^Train, about"))
        says(page, 4)
        assert blue(page) == []
        press(page, "Open Few labels")
        says(page, 5)
        kinds = core.classes_of("scenes")
        of_kind = one_of_each()
        for kind, picture in of_kind.items():
            page.locator(f"[role=option][data-id={picture}]").focus()
            page.keyboard.press(str((kinds.index(kind) + 1) % len(kinds)))
        assert len(of_kind) == len(kinds)
        page.get_by_text(END).first.wait_for()
        page.get_by_text("10 names: ").first.wait_for()
        assert blue(page) == ["Try a photo of mine"]
        assert time.monotonic() - began < LONGEST and page.faults == []


def says(page: Any, number: int) -> None:
    """The strip stands at this step."""
    page.get_by_text(STEPS[number - 1].words).first.wait_for()


def one_of_each() -> dict[str, str]:
    """The first picture of each class on the wall."""
    kinds, data = core.classes_of("scenes"), core.open_set("scenes", "train")
    found: dict[str, str] = {}
    for picture in core.wall_page("scenes", 0):
        found.setdefault(kinds[data.label(core.PictureId.parse(picture).index)], picture)
    return found


def blue(page: Any) -> list[str]:
    """The words of the buttons in the page's first colour."""
    page.locator(QUIET).wait_for()
    return list(page.evaluate(BLUE))


def turn(page: Any) -> None:
    """The picture to the right, or the guess that it was."""
    page.get_by_test_id("stButtonGroup").get_by_text("→ right", exact=True).first.click()
