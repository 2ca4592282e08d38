"""Browser tests' visitors: a server with its own folders, a page that records its errors and requests, a run at work."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import ssl_core as core
from ssl_core.records.runs import folder_of
from ssl_core.system.processes import alive
from ssl_core.training.request import start_training
from tests.hazards.hazard import BROWSER
from tests.hazards.table import found, hazard
from tests.help.serving import held_port, serving
from tests.help.small import small_values

PATIENCE = 300_000  # milliseconds: a worker takes long to start on a busy machine
QUIET = "[data-testid=stApp][data-test-script-state=notRunning]"


class House:
    """The app with its own folders; it can be ended and started again at the same address."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port, self.open = folder, port, ExitStack()

    def start(self) -> None:
        self.address = self.open.enter_context(serving(["--server.port", str(self.port)], self.folder)).rstrip("/")

    def end(self) -> str:
        """Ends the app as Ctrl+C does. Returns what it printed."""
        self.open.close()
        return (self.folder / "server.log").read_text(encoding="utf-8")


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """A server with its own folders, which this process uses too; runs that are still at work at the end are stopped."""
    with pytest.MonkeyPatch.context() as patch, held_port() as port:
        for name in ("RUNS", "CACHE", "DATA"):
            patch.setenv(f"SSL_{name}", str(folder / name.lower()))
        made = House(folder, port)
        try:
            yield made
        finally:
            made.end()
            for run in core.runs(starters=False):
                core.stop(run.folder)
            end_warm_worker()


def end_warm_worker() -> None:
    """Ends the warm worker of this process's folders, whatever it works on: it would stay for ten minutes after its last job."""
    for file in core.cache_root().glob(".awake/*/server.json"):
        server = core.read_json(file, {})
        if alive(server.get("pid", 0), server.get("born", 0.0)):
            os.kill(server["pid"], signal.SIGKILL)


@contextmanager
def fresh(browser: Any, **settings: Any) -> Iterator[Any]:
    """The page of a new visitor; `page.faults` records errors in the page, `page.asked` the addresses of its requests."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, "reduced_motion": "reduce", **settings})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.faults, page.asked = [], []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("console", lambda said: page.faults.append(f"{said.text} {where(said)}") if said.type == "error" else None)
    page.on("request", lambda request: page.asked.append(request.url))
    try:
        yield page
    finally:
        context.close()


def where(said: Any) -> str:
    return str((said.location or {}).get("url", ""))


@contextmanager
def at_work(steps: int = 1_000_000, **more: Any) -> Iterator[core.Run]:
    """A run that trains until it is stopped, and has done more than 20 steps."""
    name = start_training(small_values(steps=steps, **more))
    try:
        wait_for(lambda: core.run(name).status.step > 20, lambda: (folder_of(name) / "log.txt").read_text())
        yield core.run(name)
    finally:
        core.stop(folder_of(name))
        wait_for(lambda: not core.run(name).status.active)


def wait_for(happened: Any, why: Any = lambda: "", seconds: float = PATIENCE / 1000) -> float:
    """Waits until `happened()` is true. Returns the seconds that took; fails after `seconds` with `why()`."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < seconds, why()
        time.sleep(0.05)
    return time.monotonic() - began


def comes_to(page: Any, read: Callable[[], Any], wanted: Any) -> None:
    """Waits until `read()` equals `wanted`, or fulfils `wanted` where that is a function."""
    until, fits = time.monotonic() + PATIENCE / 1000, wanted if callable(wanted) else lambda found: found == wanted
    while not fits(found := read()):
        assert time.monotonic() < until, f"the page still says {found!r}"
        page.wait_for_timeout(50)


def at_rest(page: Any, read: Callable[[], Any]) -> Any:
    """The value of `read()` once it has stayed the same for 200 ms, since until then elements still move."""
    found = read()
    for _ in range(int(PATIENCE / 200)):
        before = found
        page.wait_for_timeout(200)
        if (found := read()) == before and found is not None:
            return found
    raise AssertionError(f"it never rested, and was {found!r} last")


def press(inside: Any, name: str | re.Pattern[str]) -> None:
    """Presses the button of that name once there is one: until a rerun ends, the button from before it stands beside the new one."""
    button = inside.get_by_role("button", name=name)
    wait_for(lambda: button.count() == 1, lambda: f"{button.count()} buttons are called {name!r}")
    button.click()


def title(page: Any) -> str:
    return str(page.locator("h1").first.inner_text())


def still(page: Any, name: str) -> None:
    """What the table of hazards says must be said, and there."""
    row = hazard(name, BROWSER)
    page.get_by_role("button", name=row.remains).first.wait_for()
    if not name.startswith("the server"):
        comes_to(page, lambda: title(page), lambda said: found(row.sentence, said))
