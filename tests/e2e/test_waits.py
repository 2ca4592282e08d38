"""Waits of a visitor, measured in one visit: the first picture, the next screen while a run trains, the end of a killed worker."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

import ssl_core as core
from benchmarks import __main__ as bench
from benchmarks import waits
from tests.help.visiting import fresh, open_house, still

pytestmark = [pytest.mark.browser, pytest.mark.timed]
SLACK, PART = 3.0, 1 / 20  # of the benchmarks' limit and size
AT_ONCE = 3.0  # seconds in which a killed worker must show


@pytest.fixture(scope="module")
def seconds(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """The seconds of each wait, of one server that had just started, in one page, beside one run."""
    with open_house(tmp_path_factory.mktemp("waits")) as house, fresh(browser) as page:
        house.start()
        found = {"first": waits.first_seen(page, house.address)}
        places = waits.seen_before(page, house.address, PART)
        with waits.at_work() as folder:
            found["busy"] = waits.switched_beside(folder, page, places)
            found["killed"] = killed(page, house.address, folder)
    return found


def killed(page: Any, address: str, folder: Path) -> float:
    """Seconds from a worker's death until its page says so."""
    page.goto(f"{address}/train?run={folder.name}")
    page.get_by_role("button", name="Stop and keep it").first.wait_for()
    os.kill(core.status_of(folder).pid, signal.SIGKILL)
    began = time.monotonic()
    page.get_by_role("heading", level=1, name=re.compile("^Interrupted")).first.wait_for()
    taken = time.monotonic() - began
    still(page, "a killed worker")
    return taken


@pytest.mark.parametrize("name", ["first", "busy"])
def test_a_visitor_does_not_wait(name: str, seconds: dict[str, float]) -> None:
    assert bench.ROWS[name].holds(seconds[name], SLACK), f"{seconds[name]:.2f} s"


def test_a_killed_worker_shows_at_once(seconds: dict[str, float]) -> None:
    assert seconds["killed"] <= 3 * AT_ONCE
