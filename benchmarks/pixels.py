"""Whether screens look the same before and after a change, to the pixel.

  python -m benchmarks.pixels prepare HOME --checkout BEFORE    runs and caches to look at, made once by the version before
  python -m benchmarks.pixels shoot HOME OUT --checkout TREE    every screen of a version, light and dark, as PNG files
  python -m benchmarks.pixels compare OUT OTHER                 which files differ, by how many pixels, and where

HOME begins as a copy of tests/kept/v1 (the starter runs come with each checkout); `prepare` visits every screen until all that the
screens ask for is measured. `shoot` works on a copy of HOME, always at one path, since screens name the folders of own pictures.

What could differ by itself is held: the browser's date is fixed and motion reduced; durations that a screen foresees are measured in
`prepare` and lie in HOME/cache/machine.json, so HOME serves one machine; chance on the server always takes the first of what it is
offered (`python` reads HOME/site/sitecustomize.py). No screen says when something was, so the server's clock needs no holding. There is
no tolerance: a picture is taken as soon as three in a row are equal and the script rests, and then compared bit by bit.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.screens import FLAGS, PATIENCE, PLACES, READY, ROOT, WHOLE, app
from tests.suite import present

KEPT = ROOT / "tests" / "kept" / "v1"
RUNS = ("rotation-starter", "rotation-1")  # one that came with the program; one of the kept folder, with jobs of its own
MODES = ("light", "dark")
SIZE = "1280x720"
DATE = datetime(2026, 1, 2, 12, tzinfo=UTC)
# One tile, painted whole by one thread: else the edge of a tile, or of what was painted anew, decides how a rounded corner is smoothed.
PLAIN = ["--default-tile-width=4096", "--default-tile-height=4096", "--disable-partial-raster", "--num-raster-threads=1"]
PLAIN += ["--force-color-profile=srgb", "--font-render-hinting=none", "--disable-lcd-text", "--disable-threaded-animation"]
EQUAL, PAUSE = 3, 400  # pictures in a row that must be equal, milliseconds between two
LONGEST = 120.0  # seconds until a screen must be still
CHANCE = """import random
random.choice = lambda options: options[0]
random.randrange = lambda first, *rest: first if rest else 0
"""


class Difference(NamedTuple):
    """How two pictures differ: the number of unequal pixels, and the smallest box around them (left, top, right, bottom)."""

    pixels: int
    box: tuple[int, int, int, int]


def main() -> int:
    """Exit status: 0 where all pictures are equal or were made, 1 where some differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("prepare", "shoot"):
        each = commands.add_parser(name)
        each.add_argument("home", type=Path)
        if name == "shoot":
            each.add_argument("out", type=Path)
        each.add_argument("--checkout", type=Path, default=ROOT, help="whose app is started (default: this one)")
        each.add_argument("--runs", nargs="*", default=list(RUNS), help="each screen is opened for each of these")
        each.add_argument("--screens", nargs="*", default=list(PLACES), help="home is ''")
        each.add_argument("--size", default=SIZE, help="of the window; a taller one shows what lies below the fold")
    two = commands.add_parser("compare")
    two.add_argument("out", type=Path)
    two.add_argument("other", type=Path)
    asked = parser.parse_args()
    if asked.command == "compare":
        return compared(asked.out, asked.other)
    return prepare(asked) if asked.command == "prepare" else shoot(asked)


def prepare(asked: argparse.Namespace) -> int:
    """Visits every screen again and again until no visit starts a new job, so that HOME holds every result that screens show."""
    for part in ("runs", "cache"):
        shutil.copytree(KEPT / part, asked.home / part)
    (asked.home / "site").mkdir()
    (asked.home / "site" / "sitecustomize.py").write_text(CHANCE)
    before: set[Path] = set()
    with served(asked) as (address, browser, shown):
        while (now := set(shown.rglob("*.json"))) != before:
            before = now
            for place, run in visits(asked):
                still(browser, address, place, run, MODES[0], asked.size)
            wait_for_jobs(shown)
        for part in ("runs", "cache"):
            shutil.rmtree(asked.home / part)
            shutil.copytree(shown / part, asked.home / part, ignore=shutil.ignore_patterns(".awake", ".queue", "*.lock"))
    print(f"{asked.home}: ready after {len(before)} files of measurements")
    return 0


def shoot(asked: argparse.Namespace) -> int:
    """Takes all pictures, after one visit of each screen, which loads what is loaded at first use."""
    asked.out.mkdir(parents=True, exist_ok=True)
    with served(asked) as (address, browser, _):
        for place, run in visits(asked):
            still(browser, address, place, run, MODES[0], asked.size)
        for mode in MODES:
            for place, run in visits(asked):
                file = asked.out / f"{place or 'home'}_{run}_{mode}.png"
                file.write_bytes(still(browser, address, place, run, mode, asked.size))
    return 0


def visits(asked: argparse.Namespace) -> list[tuple[str, str]]:
    """Which screen for which run."""
    return [(place, run) for run in asked.runs for place in asked.screens]


@contextmanager
def served(asked: argparse.Namespace) -> Iterator[tuple[str, Browser, Path]]:
    """The app of the checkout on a copy of HOME, and a browser; the copy is deleted afterwards."""
    shown = asked.home.resolve().with_name(f"{asked.home.name}-shown")
    shutil.rmtree(shown, ignore_errors=True)
    shutil.copytree(asked.home, shown)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SSL_")},
        "SSL_RUNS": str(shown / "runs"),
        "SSL_CACHE": str(shown / "cache"),
        "SSL_DATA": str(shown / "no data"),
        "TORCH_HOME": str(shown / "no weights"),
        "HOME": str(shown),
        "PYTHONPATH": str(shown / "site"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
    try:
        with app(asked.checkout, environment) as address, sync_playwright() as player:
            browser = player.chromium.launch(executable_path=present(), args=[*FLAGS, *PLAIN])
            yield address, browser, shown
            browser.close()
    finally:
        shutil.rmtree(shown, ignore_errors=True)


def still(browser: Browser, address: str, place: str, run: str, mode: str, size: str) -> bytes:
    """A screen as PNG once nothing on it moves, in a new browser context."""
    began, (width, height) = time.monotonic(), (int(side) for side in size.split("x"))
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if mode == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    try:
        page = context.new_page()
        page.clock.set_fixed_time(DATE)
        page.goto(f"{address}/{place}?run={run}", timeout=1000 * PATIENCE)
        page.locator("h1").first.wait_for(timeout=1000 * PATIENCE)
        picture = _still(page, f"{place or 'home'} of {run}")
        print(f"{place or 'home'} of {run}, {mode}: still after {time.monotonic() - began:.1f} s", flush=True)
        return picture
    finally:
        context.close()


def _still(page: Page, what: str) -> bytes:
    """A picture of a page at rest: EQUAL pictures in a row are equal, and no request is open."""
    end, equal, last = time.monotonic() + LONGEST, 0, b""
    while equal < EQUAL:
        if time.monotonic() > end:
            raise SystemExit(f"{what} wasn't still within {LONGEST:.0f} s.")
        page.wait_for_timeout(PAUSE)
        page.mouse.move(0, 0)
        rests = page.locator(READY).count() == 1 and page.evaluate(WHOLE)
        now = page.screenshot(animations="disabled")
        equal = equal + 1 if rests and now == last else 0
        last = now
    return last


def wait_for_jobs(home: Path) -> None:
    """Returns when no job is queued or running."""
    while any(_state(path) in ("queued", "running") for path in home.rglob("status.json")):
        time.sleep(0.5)


def _state(path: Path) -> str:
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["state"])
    except (OSError, ValueError):  # just being replaced
        return "queued"


def compared(first: Path, second: Path) -> int:
    """Prints for every file whether it is equal in both folders."""
    names = sorted({path.name for folder in (first, second) for path in folder.glob("*.png")})
    differing = 0
    for name in names:
        told = differs(first / name, second / name)
        differing += told != ""
        print(f"{name}: {told or 'equal'}")
    print(f"{len(names) - differing} of {len(names)} are equal")
    return 1 if differing or not names else 0


def differs(first: Path, second: Path) -> str:
    """How two picture files differ, in words; "" where they are equal."""
    lacking = [str(path) for path in (first, second) if not path.exists()]
    if lacking:
        return f"there is no {lacking[0]}"
    one, two = (np.asarray(Image.open(path).convert("RGBA")) for path in (first, second))
    if one.shape != two.shape:
        return f"{one.shape[1]} x {one.shape[0]} and {two.shape[1]} x {two.shape[0]} pixels"
    found = difference(one, two)
    return "" if found is None else f"pixels that differ: {found.pixels}, all from {found.box[:2]} to {found.box[2:]}"


def difference(one_HWC: np.ndarray, two_HWC: np.ndarray) -> Difference | None:
    """Where two pictures of one size differ; None where they are equal."""
    unlike_HW = (one_HWC != two_HWC).any(2)
    rows, columns = np.flatnonzero(unlike_HW.any(1)), np.flatnonzero(unlike_HW.any(0))
    if not len(rows):
        return None
    return Difference(int(unlike_HW.sum()), (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))


if __name__ == "__main__":
    sys.exit(main())
