"""The label wall in a browser, alone on a page: whatever happens, what was clicked is stored once."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError, expect

from ssl_core.labels.store import Store
from tests.help.labelling import forget
from tests.help.serving import held_port
from tests.help.visiting import comes_to

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
APP = """
import streamlit as st
from pages._kit.server import api
from pages._kit.server.guard import MIDDLEWARE
app = st.App("page.py", routes=api.ROUTES, middleware=MIDDLEWARE)
"""
PAGE = """
import streamlit as st
from pages._kit.server import api
from pages._kit.components import wall
st.set_page_config(layout="wide")
state = api.store().state("scenes")
first = 24 * int(st.query_params.get("part", 0))
ids = [f"train-{i}" for i in range(first, first + 24)]
names = ("house", "tree", "car", "boat", "cup", "lamp", "fish", "bird", "flower", "umbrella")
wall.saved("saved", "scenes", state)
rev = wall.wall("wall", "scenes", ids, names, state, {"train-0": "a first picture"}, suggested="train-5")
st.write(f"RERUN sees {state.total}")
"""


class Server:
    """The app as a process of its own, on the same port each time it is started."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        (folder / "app.py").write_text(APP)
        (folder / "page.py").write_text(PAGE)
        shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
        self.start()

    def start(self):
        env = {**os.environ, "PYTHONPATH": str(ROOT), "SSL_RUNS": str(self.folder / "runs"), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        with open(self.folder / "log.txt", "ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=env, stdout=log, stderr=log, start_new_session=True)
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError((self.folder / "log.txt").read_text())

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stored(self):
        store = Store(self.folder / "runs" / "labels.sqlite")
        try:
            return store.labels("scenes"), [past for past in store.history("scenes") if past.id]
        finally:
            store.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with held_port() as port:
        made = Server(tmp_path_factory.mktemp("wall"), port)
        yield made
        made.kill()


@pytest.fixture
def page(server, browser):
    """The wall without any label, in a browser of its own."""
    forget(server.folder / "runs")
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.set_default_timeout(300_000)
    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    under_way = set()  # a label on its way outlives its page: it would come after the next test has begun
    page.on("request", lambda request: under_way.add(request) if request.method == "POST" else None)
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: under_way.discard(request))
    show(page, server)
    yield page
    comes_to(page, lambda: len(under_way), 0)
    assert page.faults == []
    context.close()


def show(page, server, part=0):
    page.goto(f"http://127.0.0.1:{server.port}/?part={part}")
    picture(page, 24 * part).wait_for()


def picture(page, place):
    return page.locator(f'[data-id="train-{place}"]')


def says(page, text):
    try:
        page.locator(".word", has_text=re.compile(text)).wait_for()
    except TimeoutError as late:
        raise AssertionError(f"{page.locator('.word').all_inner_texts()}, focus on {page.evaluate(FOCUS)}") from late


FOCUS = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.outerHTML.slice(0, 120);
}"""


IN_WALL = "[...document.querySelectorAll('*')].map(each => each.shadowRoot).find(root => root && root.querySelector('.wall'))"


def burst(page, places, gap=0, after=""):
    """Clicks on pictures as fast as the browser can, or every `gap` milliseconds; doesn't wait for them."""
    click = f"place => {IN_WALL}.querySelector(`[data-id='train-${{place}}']`).click()"
    each = f"(place, k) => {gap} ? setTimeout(click, {gap} * k, place) : click(place)"
    page.evaluate(f"places => {{ const click = {click}; places.forEach({each}); {after} }}", places)


def name(page, word):
    return page.get_by_role("button", name=re.compile(rf"^\d\W*{word}$"))


def test_a_picture_then_a_name(page, server):
    says(page, "No labels yet")
    picture(page, 3).click()
    name(page, "bird").click()
    says(page, "^✓ Saved, 1 label$")
    assert server.stored()[0] == {"train-3": "bird"}
    expect(picture(page, 3).locator(".chip")).to_have_text("▼bird")
    page.get_by_text("RERUN sees 1").wait_for()  # the charts beside it follow


def test_a_name_then_pictures(page, server):
    name(page, "car").click()
    for place in (0, 1, 2):
        picture(page, place).click()
    says(page, "Saved, 3 labels")
    assert server.stored()[0] == {f"train-{place}": "car" for place in (0, 1, 2)}


def test_keys_alone_name_and_move_and_take_away(page, server):
    picture(page, 5).focus()
    for key in ("3", "ArrowRight", "0", "ArrowDown", "1", "ArrowLeft", "Numpad2", "Home", "4", "End", "5", "Delete"):
        page.keyboard.press(key)
    says(page, "Saved, 5 labels")
    expected = {"train-5": "car", "train-6": "umbrella", "train-12": "house", "train-11": "tree", "train-0": "boat"}
    assert server.stored()[0] == expected


def test_letters_that_are_streamlits_own_keys_stay_in_the_wall(page):
    picture(page, 5).focus()
    page.keyboard.press("r")
    page.keyboard.press("c")
    page.keyboard.press("1")
    page.get_by_text("RERUN sees 1").wait_for()  # what a letter would have opened is there before that
    assert page.get_by_role("dialog").count() == 0


def test_the_wall_is_told_in_words(page):
    wall = page.get_by_role("listbox", name="24 pictures to name")
    expect(wall.get_by_role("option")).to_have_count(24)
    wall.get_by_role("option", name="a first picture, no name yet").click()
    name(page, "bird").click()
    wall.get_by_role("option", name="a first picture, named bird").wait_for()
    expect(wall.get_by_role("option", name="picture 5, no name yet, would help most")).to_have_count(1)
    assert page.get_by_alt_text("a first picture").evaluate("image => image.decode().then(() => image.naturalWidth)") == 192


def test_undo_takes_back_step_by_step_and_says_what(page, server):
    name(page, "car").click()
    picture(page, 0).click()
    name(page, "boat").click()
    picture(page, 0).click()
    says(page, "Saved, 1 label")
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    page.get_by_role("button", name="Undo boat instead of car").wait_for()
    undo.click()
    says(page, "Taken back: boat instead of car. Saved, 1 label")
    expect(picture(page, 0).locator(".chip")).to_have_text("◆car")
    picture(page, 0).focus()
    page.keyboard.press("Control+z")
    says(page, "Taken back: car. Saved, 0 labels")
    assert server.stored()[0] == {}


def test_control_z_takes_back_wherever_the_focus_is(page, server):
    name(page, "car").click()
    picture(page, 0).click()
    says(page, "Saved, 1 label")
    page.get_by_text("RERUN sees 1").click()
    page.keyboard.press("Control+z")
    says(page, "Taken back: car. Saved, 0 labels")
    assert server.stored()[0] == {}


def test_two_hundred_keys_are_two_hundred_actions_none_doubled(page, server):
    picture(page, 0).focus()
    for k in range(200):  # the nine names one after the other on each picture: every key changes something
        page.keyboard.press(str(1 + k % 9))
        if k % 9 == 8:
            page.keyboard.press("ArrowRight")
    says(page, "Saved, 23 labels")
    labels, actions = server.stored()
    assert len(labels) == 23
    assert [(past.id, past.name) for past in actions] == [(f"train-{k // 9}", NAMES[k % 9]) for k in range(200)]


NAMES = ("house", "tree", "car", "boat", "cup", "lamp", "fish", "bird", "flower", "umbrella")


def test_a_reload_right_after_the_last_click_keeps_every_label(page, server):
    name(page, "car").click()
    burst(page, list(range(20)), after="location.reload()")
    says(page, "Saved, 20 labels")
    labels, actions = server.stored()
    assert len(labels) == len(actions) == 20
    expect(picture(page, 19).locator(".chip")).to_have_text("◆car")


def test_a_killed_server_loses_nothing(page, server):
    name(page, "car").click()
    for place in range(6):
        picture(page, place).click()
    says(page, "Saved, 6 labels")
    server.kill()
    assert len(server.stored()[0]) == 6  # what was acknowledged is on disk
    burst(page, [6, 7, 8, 9])
    says(page, "Not saved yet, trying again")
    server.start()
    says(page, "Saved, 10 labels")  # what was clicked meanwhile came after
    labels, actions = server.stored()
    assert len(labels) == len(actions) == 10


def test_a_server_killed_in_the_middle_of_a_burst_has_each_label_once(page, server):
    name(page, "car").click()
    burst(page, list(range(24)), gap=15)
    comes_to(page, lambda: len(server.stored()[0]), lambda stored: stored > 0)
    server.kill()
    server.start()
    says(page, "Saved, 24 labels")
    labels, actions = server.stored()
    assert len(labels) == len(actions) == 24


def test_an_answer_that_is_cut_off_counts_as_none_and_the_label_is_stored_once(page, server):
    def cut(route):
        route.fetch()  # the server stores the label
        route.fulfill(status=200, content_type="application/json", body='{"seq": 1, "co')

    page.route("**/api/label", cut, times=1)
    name(page, "car").click()
    picture(page, 3).click()
    says(page, "Saved, 1 label")
    picture(page, 4).click()
    says(page, "Saved, 2 labels")
    labels, actions = server.stored()
    assert len(labels) == len(actions) == 2


def test_a_second_tab_shows_the_same_labels(page, server, browser):
    name(page, "fish").click()
    picture(page, 7).click()
    says(page, "Saved, 1 label")
    other = browser.new_page()
    show(other, server)
    says(other, "Saved, 1 label")
    expect(other.locator('[data-id="train-7"] .chip')).to_have_text("★fish")
    other.close()


def test_a_request_that_is_refused_says_why_and_stops_nothing(page, server):
    page.route("**/api/label", lambda route: route.fulfill(status=400, json={"reason": "No such picture."}), times=1)
    name(page, "fish").click()
    picture(page, 7).click()
    says(page, "Not saved: No such picture.")
    expect(picture(page, 7).locator(".chip")).to_have_text("")
    picture(page, 8).click()
    says(page, "Saved, 1 label")


def test_at_twice_the_size_the_wall_folds_and_nothing_sticks_out(page):
    page.set_viewport_size({"width": 400, "height": 500})
    picture(page, 23).scroll_into_view_if_needed()
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    comes_to(page, lambda: picture(page, 0).bounding_box()["width"], lambda width: width > 70)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chips_are_readable_in(page, scheme):
    page.emulate_media(color_scheme=scheme)
    picture(page, 0).focus()
    page.keyboard.press("8")
    chip = picture(page, 0).locator(".chip")
    chip.wait_for()
    colours = "chip => [getComputedStyle(chip).color, getComputedStyle(chip).backgroundColor]"
    comes_to(page, lambda: chip.evaluate(colours), lambda found: contrast(*found) > 7)


def contrast(one, other):
    def light(colour):
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        return sum(
            weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
            for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
