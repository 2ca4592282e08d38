"""The guided tour in a browser, from the first step to the last by doing what it says, within two minutes on a machine left alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from pages._kit.screen.tour import END, STEPS
from tests.help.visiting import House, fresh, open_house, press

pytestmark = [pytest.mark.browser, pytest.mark.survey]
LONGEST = 120.0  # seconds


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
        turn(page)
        says(page, 2)
        press(page, "Guess before it does")
        page.get_by_text("Your guess:").first.wait_for()
        turn(page)
        press(page, "Open Train")
        says(page, 3)
        press(page, re.compile("^Train, about"))
        says(page, 4)
        press(page, "Open Few labels")
        says(page, 5)
        for place in range(8):
            page.locator("[role=option]").nth(place).focus()
            page.keyboard.press(str(place % 2 + 1))
        page.get_by_text(END).first.wait_for()
        assert time.monotonic() - began < LONGEST and page.faults == []


def says(page: Any, number: int) -> None:
    """The strip stands at this step."""
    page.get_by_text(STEPS[number - 1].words).first.wait_for()


def turn(page: Any) -> None:
    """The picture to the right, or the guess that it was."""
    page.get_by_test_id("stButtonGroup").get_by_text("→ right", exact=True).first.click()
