"""Many visitors at once while a run trains; one who switches screens for long; several tabs on one run."""

from __future__ import annotations

import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

import ssl_core as core
from benchmarks.siege.labels import Server
from benchmarks.siege.visitor import Visitor
from benchmarks.siege.worker import told
from pages._kit.screen.links import PLACES
from ssl_core.records.runs import folder_of
from ssl_core.training.request import start_training
from tests.help.small import small_run, small_values

SLOWEST = 3.0  # seconds that 95 of 100 page switches may take at the most
MORE = 64.0  # MB that the server's memory may grow by
THINKS = (0.5, 2.0)  # seconds that a visitor looks at a screen
WARM = 2  # rounds over all screens before anything is counted
ENDLESS = 10**8  # steps: longer than any siege


class Borne(NamedTuple):
    """Times, faults and memory of the server under load."""

    what: str
    blows: str
    outcome: str
    held: bool

    def line(self) -> str:
        """As a line of the table."""
        return f"| {self.what} | {self.blows} | {self.outcome} | {told(self.held)} |"


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """The app's server, after every screen was opened once."""
    server = Server(folder)
    server.start()
    try:
        with Visitor(server.address) as first:
            for place in list(PLACES) * WARM:
                first.open(place, "run=rotation-1")
        yield server
    finally:
        server.kill()


@contextmanager
def at_work() -> Iterator[str]:
    """Inside, a run trains."""
    name = start_training(small_values(steps=ENDLESS))
    try:
        while core.run(name).status.step < 20:
            assert core.run(name).status.active, core.run(name).status.reason
            time.sleep(0.1)
        yield name
    finally:
        core.stop(folder_of(name))
        while core.run(name).status.active:
            time.sleep(0.1)


def besiege_screens(sessions: int, rounds: int, seed: int, folder: Path) -> Borne:
    """`sessions` visitors each open `rounds` screens, in an order of their own, while a run trains."""
    small_run(steps=2)
    with serving(folder) as server, at_work() as name:

        def visit(place: int) -> tuple[list[float], list[str]]:
            chance = random.Random(seed * 1000 + place)
            with Visitor(server.address) as visitor:
                times = []
                for _ in range(rounds):
                    time.sleep(chance.uniform(*THINKS))
                    times.append(visitor.open(chance.choice(list(PLACES)), f"run={chance.choice(('rotation-1', name))}"))
                return times, visitor.faults

        times, faults = together(visit, sessions)
        still = core.run(name).status.active
    outcome = f"p95 {slow(times):.2f} s, median {statistics.median(times):.2f} s; {len(faults)} errors{named(faults)}"
    outcome += "" if still else "; the run ended"
    held = slow(times) <= SLOWEST and not faults and still
    return Borne(f"{sessions} sessions while a run trains", f"{len(times)} page switches", outcome, held)


def besiege_memory(switches: int, runs: int, folder: Path) -> Borne:
    """One visitor switches screens, then opens run after run; the server's memory before and after."""
    first = small_run(steps=2)[0]
    for k in range(runs):
        shutil.copytree(first, first.with_name(f"copy-{k}"))
    with serving(folder) as server, Visitor(server.address) as visitor:
        places = list(PLACES)
        for k in range(max(len(places), switches // 5)):  # caches fill up to their bounds
            visitor.open(places[k % len(places)], f"run=copy-{k % runs}")
        before = megabytes(server)
        times = [visitor.open(places[k % len(places)], "run=rotation-1") for k in range(switches)]
        for k in range(runs):
            times += [visitor.open(place, f"run=copy-{k}") for place in ("train", "predictions")]
        after, faults = megabytes(server), visitor.faults
    outcome = f"{before:.0f} MB before, {after:.0f} MB after; p95 {slow(times):.2f} s; {len(faults)} errors{named(faults)}"
    return Borne("memory of the server", f"{switches} page switches, {runs} runs opened", outcome, after - before <= MORE and not faults)


def besiege_tabs(tabs: int, seconds: float, folder: Path) -> Borne:
    """`tabs` tabs follow one run that trains, each refreshing itself as its screen asks for."""
    small_run(steps=2)
    with serving(folder) as server, at_work() as name:

        def follow(_: int) -> tuple[list[float], list[str]]:
            with Visitor(server.address) as visitor:
                times, end = [visitor.open("train", f"run={name}")], time.monotonic() + seconds
                while time.monotonic() < end and visitor.timers:
                    part, wait = next(iter(visitor.timers.items()))
                    time.sleep(wait)
                    times.append(visitor.refresh(part))
                return times, visitor.faults + ([] if visitor.timers else ["train: it doesn't refresh itself"])

        before = core.run(name).status.step
        times, faults = together(follow, tabs)
        moved = core.run(name).status.step - before
    outcome = f"p95 {slow(times):.2f} s a refresh; {len(faults)} errors{named(faults)}; the run went on by {moved} steps"
    return Borne(
        f"{tabs} tabs on one training run", f"{len(times)} refreshes", outcome, slow(times) <= SLOWEST and not faults and moved > 0
    )


def together(visit: Callable[[int], tuple[list[float], list[str]]], count: int) -> tuple[list[float], list[str]]:
    """Runs all visitors at once; every time measured, and every fault."""
    with ThreadPoolExecutor(count) as pool:
        found = list(pool.map(visit, range(count)))
    return [each for times, _ in found for each in times], [each for _, faults in found for each in faults]


def slow(times: list[float]) -> float:
    """The 95th percentile of times."""
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def named(faults: list[str]) -> str:
    """The first faults by name."""
    return f" ({'; '.join(list(dict.fromkeys(faults))[:3])})" if faults else ""


def megabytes(server: Server) -> float:
    """Resident memory of the server's process in MB."""
    time.sleep(1)
    return float(psutil.Process(server.process.pid).memory_info().rss) / 2**20
