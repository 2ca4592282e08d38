"""A folder is read in another way in a browser: one question, the dialog with its preview, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

import ssl_core as core
from ssl_core.reading import files
from tests.help.folders import fill
from tests.help.visiting import House, open_house, press

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("account")) as made:
        names = [f"{place}/{kind}/{k}.png" for place in ("north & east", "south") for kind in ("sea", "wood") for k in range(5)]
        fill(made.folder / "data" / "Dogs & Cats #1", names)
        made.start()
        yield made


def test_a_folder_is_read_differently_seen_at_once_kept_and_undone(house: House, page: Any) -> None:
    page.goto(f"{house.address}/data?dataset=dogs-cats-1")
    press(page, "As it is")
    expect(page.get_by_role("button", name="As it is")).to_have_count(0)
    press(page, "Read it differently")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Read it like this")).to_be_disabled()
    for part, folder in (("To learn from", "north & east (10)"), ("To test", "south (10)")):
        dialog.get_by_label(part, exact=True).click()
        page.get_by_role("option", name=folder, exact=True).click()
        page.keyboard.press("Escape")
    expect(dialog.get_by_text("10 pictures to learn from, 2 classes").first).to_be_visible()
    expect(dialog.locator("figure img")).to_have_count(8)
    press(dialog, "Read it like this")
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("test pictures, 10").first).to_be_visible()
    files.forget()
    assert core.reading_of("dogs-cats-1").choice.plain() == {"train": ["north & east"], "test": ["south"]}
    press(page, "Undo")
    expect(page.get_by_text("test pictures, 4").first).to_be_visible()
    assert page.faults == []
