"""What a visitor does with finished runs, in a browser: each address first, then pictures played with, and the map."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

import ssl_core as core
from pages._kit.screen import links
from tests.help.serving import ROOT
from tests.help.visiting import QUIET, House, at_rest, comes_to, fresh, open_house, title

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)>"
SAID = "what => (document.body.innerText + [...document.querySelectorAll('input')].map(each => each.value)).includes(what)"
RUNS = """
import os
from pathlib import Path
import numpy as np
from PIL import Image
import ssl_core as core
from ssl_core.jobs.folder import ask
from ssl_core.maps.layout import map_request
from ssl_core.models.targets import Target
from ssl_core.jobs.worker import work
from tests.help.labelling import click
from tests.help.small import small_run

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


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The app with one finished run of each game."""
    with open_house(tmp_path_factory.mktemp("results")) as made:
        subprocess.run([sys.executable, "-c", RUNS], cwd=ROOT, check=True)  # worked elsewhere: who works takes a lower priority
        made.start()
        yield made


@pytest.mark.parametrize("place", links.PLACES, ids=lambda place: place or "home")
def test_each_address_opens_first_without_a_fault_and_without_leaving_this_machine(place: str, house: House, browser: Any) -> None:
    """The run, its pictures, their classes and files bear names with markup: it is shown, and never becomes part of the page."""
    with fresh(browser) as page:
        page.goto(f"{house.address}/{place}?run={run_of('supervised')}&dataset=img-src-x-onerror-alert-1")
        page.locator("h1").first.wait_for()
        page.locator(QUIET).wait_for()
        menu = page.locator("[data-testid=stSidebarNavLink][aria-current=page]")
        expect(menu).to_contain_text(links.PLACES[place][1])
        comes_to(page, lambda: title(page).strip(), bool)
        page.wait_for_load_state("networkidle")
        if place in ("data", "runs", "train"):
            page.wait_for_function(SAID, arg=HOSTILE)
        page.locator(QUIET).wait_for()
        assert page.get_by_test_id("stException").count() == 0
        assert page.faults == [] and page.locator("[onerror], img[src=x]").count() == 0
        outside = [url for url in page.asked if not url.startswith((house.address, house.address.replace("http", "ws"), "data:", "blob:"))]
        assert outside == []


def run_of(task: str) -> str:
    """The finished run of a game."""
    return next(run.id for run in core.runs(starters=False) if run.task == task and run.status.state == "done")


def test_a_click_anywhere_in_a_row_opens_its_run(house: House, page: Any) -> None:
    page.goto(f"{house.address}/runs?run={run_of('rotation')}")
    row = page.locator(f".st-key-row-{run_of('mae')}")
    row.locator("img").first.wait_for()
    page.locator(QUIET).wait_for()
    at = at_rest(page, lambda: row.bounding_box())
    page.mouse.click(at["x"] + 0.8 * at["width"], at["y"] + 0.5 * at["height"])  # between its number and its menu
    expect(page).to_have_url(re.compile(f"/train.*run={run_of('mae')}(&|$)"))
    assert page.faults == []


def test_home_answers_a_photo_of_ones_own_as_it_is_turned_and_says_why_it_cant(house: House, page: Any) -> None:
    said = "() => document.querySelector('.own figcaption').textContent"
    page.goto(house.address)
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Choose a photo").click()
    asked.value.set_files(ROOT / "assets" / "starter" / "home" / "temple.jpg")
    face = page.locator(".own .face")
    expect(page.locator(".own figcaption")).to_have_text(re.compile("^(✓ Right|✗ Wrong), \\d+ % sure$"))
    page.locator(QUIET).wait_for()
    for key in ("ArrowRight", "ArrowRight"):
        face.press(key)
    assert face.locator("img").evaluate("each => each.style.rotate") == "180deg"
    box = face.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2, steps=4)  # a quarter turn clockwise
    page.mouse.up()
    assert face.locator("img").evaluate("each => each.style.rotate") == "270deg" and "sure" in page.evaluate(said)
    page.get_by_role("button", name="Use the camera").click()  # a headless browser has none, or may not use it
    expect(page.locator(".own .fault")).to_have_text(re.compile("photo"))
    page.get_by_role("button", name="Back to my photo").click()
    page.locator("html[data-large=ready]").wait_for(state="attached")
    face.press("Enter")
    expect(page.get_by_role("dialog").get_by_text("4 of 4")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("input[type=file]").set_input_files(ROOT / "README.md")
    expect(page.locator(".own .fault")).to_have_text(re.compile("can't be read"))
    page.reload()
    expect(page.locator(".own figcaption")).to_have_text(re.compile("sure$"))
    page.get_by_role("button", name="Take it away").click()
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    assert "own=" not in page.url and page.faults == []


def test_the_picture_is_turned_by_hand_and_answered(house: House, page: Any) -> None:
    page.goto(f"{house.address}/predictions?run={run_of('rotation')}")
    page.get_by_role("heading", name=re.compile("Its top points")).first.wait_for()
    page.get_by_test_id("stButtonGroup").get_by_text("→ right", exact=True).first.click()
    page.wait_for_function("() => [...document.querySelectorAll('img')].some(each => getComputedStyle(each).rotate === '-270deg')")
    page.get_by_role("heading", name=re.compile("Its top points (up|right|down|left)”: (true|not true), and \\d+.% sure")).first.wait_for()
    assert page.faults == []


def test_a_picture_opens_large_by_keyboard_and_the_arrow_keys_go_on(house: House, page: Any) -> None:
    dialog = page.get_by_role("dialog")
    page.goto(f"{house.address}/predictions?run={run_of('rotation')}")
    page.get_by_text("The same eight test pictures").wait_for()
    page.locator(QUIET).wait_for()
    page.locator("html[data-large=ready]").wait_for(state="attached")
    page.locator("[data-picture]:not([data-wall])").first.focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("1 of 8")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_text("2 of 8")).to_be_visible()
    page.wait_for_function("() => document.querySelector('[role=dialog] .whole img')?.naturalWidth > 0")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.faults == []


def test_a_picture_to_be_named_opens_large_and_keeps_its_name(house: House, page: Any) -> None:
    page.goto(f"{house.address}/fewshot?run={run_of('rotation')}")
    cell = page.get_by_role("option").nth(2)
    cell.wait_for()
    page.locator(QUIET).wait_for()
    page.locator("html[data-large=ready]").wait_for(state="attached")
    said = cell.get_attribute("aria-label")
    cell.hover()
    cell.locator(".large").click()
    expect(page.get_by_role("dialog").get_by_text("3 of 24")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(cell).to_have_attribute("aria-label", said or "")
    expect(cell).to_have_attribute("aria-selected", "false")


def test_the_hole_is_moved_and_filled_again(house: House, page: Any) -> None:
    page.goto(f"{house.address}/predictions?run={run_of('inpainting')}")
    box = page.get_by_role("application")
    box.wait_for()
    numbers = page.get_by_test_id("stMetric")
    numbers.first.wait_for()
    page.locator(QUIET).wait_for()
    before, said, place = at_rest(page, lambda: [box.get_attribute("aria-label"), numbers.all_inner_texts(), box.bounding_box()])
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] / 2 + 90, place["y"] + place["height"] / 2 + 60, steps=4)
    page.mouse.up()
    page.wait_for_function("([list, old]) => list.innerText !== old", arg=[numbers.first.element_handle(), said[0]])
    page.locator("[role=application][data-answered=true]").wait_for()
    expect(box).not_to_have_attribute("aria-label", before)
    box.focus()
    moved = at_rest(page, lambda: box.get_attribute("aria-label"))
    page.keyboard.press("ArrowLeft")
    expect(box).not_to_have_attribute("aria-label", moved)
    page.locator("[role=application][data-answered=true]").wait_for()
    assert page.faults == []


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
    expect(count).to_have_text("48 of 64 squares hidden")
    comes_to(page, lambda: canvas.evaluate(COVERED, 8), drawn)
    paint, place = at_rest(page, lambda: [canvas.evaluate("canvas => canvas.toDataURL()"), board.bounding_box()])
    x, y = ([place[corner] + (line + 0.5) * place["width"] / 8 for line in range(8)] for corner in "xy")
    page.mouse.move(x[1], y[3])
    page.mouse.down()
    page.mouse.move(x[5], y[3], steps=2)  # faster than a square a move
    page.mouse.up()
    after = drawn[:25] + ("0" if drawn[25] == "1" else "1") * 5 + drawn[30:]
    page.locator("p.count", has_text=f"{after.count('1')} of 64 squares hidden").wait_for()
    answered.wait_for()
    assert after.count("1") != 48
    comes_to(page, lambda: canvas.evaluate(COVERED, 8), after)
    comes_to(page, lambda: canvas.evaluate("canvas => canvas.toDataURL()"), lambda now: now != paint)
    page.keyboard.press("ArrowDown")  # below the square that was pressed first
    page.keyboard.press("Space")
    toggled = after[:33] + ("0" if after[33] == "1" else "1") + after[34:]
    page.locator("p.count", has_text=f"{toggled.count('1')} of 64 squares hidden").wait_for()
    answered.wait_for()
    expect(page.locator("p.heard")).to_have_text(re.compile("^row 5, column 2: "))
    assert page.faults == []


PIXELS = """xy => {
  const chart = document.querySelector('.js-plotly-plot'), {xaxis, yaxis} = chart._fullLayout, {left, top} = chart.getBoundingClientRect();
  return xy.map(([x, y]) => [left + xaxis._offset + xaxis.d2p(x), top + yaxis._offset + yaxis.d2p(y)]);
}"""


PICTURES = r"all => all.map(each => each.src.match(/(test-\d+)\.png/)?.[1])"


def test_a_lasso_opens_exactly_the_fifty_pictures_inside(house: House, page: Any) -> None:
    run = run_of("rotation")
    page.goto(f"{house.address}/map?run={run}")
    page.locator(".js-plotly-plot .point").first.wait_for()
    layout = core.layout(run, projector="pca")
    assert layout is not None and layout.n == 120
    order = layout.xy_S2[:, 0].argsort()
    fence = float(layout.xy_S2[order[49:51], 0].mean())
    (low_x, low_y), (_, high_y) = layout.xy_S2.min(0).tolist(), layout.xy_S2.max(0).tolist()
    page.locator(QUIET).wait_for()
    (left, bottom), (right, top) = at_rest(page, lambda: page.evaluate(PIXELS, [[low_x, low_y], [fence, high_y]]))
    corners = [(left - 8, bottom + 8), (right, bottom + 8), (right, top - 8), (left - 8, top - 8), (left - 8, bottom + 8)]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=5)
    page.mouse.up()
    page.get_by_text("In your lasso: 50 pictures").first.wait_for()
    ids = [layout.ids[row] for row in sorted(order[:50].tolist())]
    comes_to(page, lambda: page.locator("[data-testid=stButton] img").evaluate_all(PICTURES), ids[:16])


def test_an_entry_of_the_history_is_one_screen_named_by_its_run(house: House, page: Any) -> None:
    page.goto(f"{house.address}/runs?run={run_of('rotation')}")
    comes_to(page, page.title, "Runs · Selfsight")
    for menu, name in (("Map", "Map · Turns · Selfsight"), ("Pictures", "Pictures · Scenes, our own drawings · Selfsight")):
        page.get_by_test_id("stSidebarNavLink").filter(has_text=menu).click()
        comes_to(page, page.title, name)
    for name in ("Map · Turns · Selfsight", "Runs · Selfsight"):
        page.go_back()
        comes_to(page, page.title, name)
    assert page.faults == []


def test_a_picture_clicked_before_its_script_has_come_opens_all_the_same(house: House, page: Any) -> None:
    held: list[Any] = []
    page.route(re.compile("/api/asset/large.js"), lambda route: held.append(route))
    page.goto(f"{house.address}/pretext?run={run_of('rotation')}&dataset=scenes")
    page.locator("[data-picture]").first.click()
    comes_to(page, lambda: len(held), bool)
    held[0].continue_()
    page.get_by_role("dialog").wait_for()
    assert page.faults == []


def test_dark_is_chosen_once_for_all_screens(house: House, page: Any) -> None:
    page.goto(f"{house.address}/runs?run={run_of('rotation')}")
    page.get_by_test_id("stMainMenuButton").click()
    page.get_by_test_id("stMainMenuPopover").get_by_text("Dark").click()
    page.goto(f"{house.address}/predictions?run={run_of('rotation')}")
    page.locator("h1").first.wait_for()
    assert page.evaluate("getComputedStyle(document.querySelector('.stApp')).colorScheme") == "dark"
