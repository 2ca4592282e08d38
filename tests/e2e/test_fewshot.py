"""The few-shot screen in a browser: names become a curve, files go out and come in, nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import ssl_core as core
from ssl_core.library import browse, sets
from ssl_core.types import PictureId
from tests.help.labelling import forget
from tests.help.serving import serving
from tests.help.small import small_run
from tests.help.visiting import PATIENCE, comes_to, press

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The app with one finished run and a folder without classes; its address and the run's name."""
    folder = tmp_path_factory.mktemp("fewshot")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_RUNS", str(folder / "runs"))
        patch.setenv("SSL_CACHE", str(folder / "cache"))
        patch.setenv("SSL_DATA", str(folder / "data"))  # no ImageNet here: it would look at the pictures for a minute
        run, _ = small_run(steps=2)
        photos = folder / "photos"
        photos.mkdir()
        for i in range(12):
            Image.fromarray(np.full((24, 24, 3), 20 + 200 * (i % 2), np.uint8)).save(photos / f"{i:02}.png")
        browse.add_folder("photos", photos)
        with serving([], folder) as address:
            yield address, run.name


@pytest.fixture
def page(app: tuple[str, str], browser: Any) -> Iterator[Any]:
    forget(core.runs_root())
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()


def show(page: Any, app: tuple[str, str], dataset: str) -> None:
    page.goto(f"{app[0]}/fewshot?run={app[1]}&dataset={dataset}")


def wall(page: Any) -> list[str]:
    """The pictures that hang there, all read at one moment."""
    page.locator("[role=option]").first.wait_for()
    return list(page.locator("[role=option]").evaluate_all("all => all.map(each => each.dataset.id)"))


def give(page: Any, picture: str, key: str) -> None:
    page.locator(f'[data-id="{picture}"]').focus()
    page.keyboard.press(key)


def says(page: Any, words: str) -> None:
    page.locator(".word", has_text=re.compile(words)).wait_for()


def test_names_become_a_curve_and_stay_after_a_reload(page: Any, app: tuple[str, str]) -> None:
    show(page, app, "digits")
    data = sets.open_set("digits", "train")
    for picture in wall(page)[:4]:
        give(page, picture, str((data.label(PictureId.parse(picture).index) + 1) % 10))
    says(page, "Saved, 4 labels")
    page.get_by_text(re.compile(r"^4 labels: .*this run .* ± .* %")).first.wait_for()
    page.get_by_text(re.compile(r"^4 labels: .*untrained .* ± .* %")).first.wait_for()
    page.reload()
    says(page, "Saved, 4 labels")
    expect(page.locator("[data-named=true]")).to_have_count(4)


def test_the_most_helpful_picture_hangs_first_and_the_way_back_is_there(page: Any, app: tuple[str, str]) -> None:
    show(page, app, "digits")
    before = wall(page)
    give(page, before[0], "1")
    says(page, "Saved")
    press(page, "Show me the picture that would help most")
    page.locator("[data-suggested=true]").wait_for()
    comes_to(page, lambda: wall(page), lambda now: now != before)
    press(page, "First pictures")
    comes_to(page, lambda: wall(page), before)


def test_labels_go_out_and_come_in_as_csv(page: Any, app: tuple[str, str], tmp_path: Path) -> None:
    show(page, app, "digits")
    named = wall(page)[5]
    give(page, named, "3")
    says(page, "Saved, 1 label")
    press(page, "Files")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Labels as CSV").click()
    lines = Path(coming.value.path()).read_text().splitlines()
    assert lines[0] == "id,class" and f"{named},2" in lines
    (tmp_path / "more.csv").write_text("id,class\ntrain-700,4\ntrain-701,cow\n")
    page.locator("input[type=file]").set_input_files(str(tmp_path / "more.csv"))
    page.get_by_text("1 added, 0 changed, 0 as before.").first.wait_for()
    page.get_by_text("Line 3: there is no class 'cow'.").first.wait_for()
    says(page, f"Saved, {len(lines)} labels")


def test_a_set_without_classes_asks_for_names_first(page: Any, app: tuple[str, str]) -> None:
    show(page, app, "photos")
    page.get_by_role("textbox", name=re.compile("What kinds of pictures")).fill("dark, bright")
    page.keyboard.press("Tab")
    press(page, "Use these names")
    first = wall(page)[:2]
    expect(page.locator(".pills button").first).to_have_text(re.compile(r"^1\s*●\s*dark$"))
    for picture in first:
        give(page, picture, "1")
    says(page, "Saved, 2 labels")
    page.get_by_text("each label is left out once").first.wait_for()


def test_an_address_with_an_unknown_run_still_shows_the_wall(page: Any, app: tuple[str, str]) -> None:
    page.goto(f"{app[0]}/fewshot?run=no-such-run&dataset=digits")
    page.get_by_text("There is no run 'no-such-run' here.").first.wait_for()
    expect(page.locator("[role=option]")).to_have_count(24)
