"""The app's process: marks runs whose worker is gone at its start, loads torch in a thread, and says at its end which runs go on."""

from __future__ import annotations

import asyncio
import gc
import os
import shlex
import sys
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import ssl_core as core

GLANCE = 1.0  # seconds between two calls of `core.reap`: a killed worker must show as interrupted within 3
listing = threading.Event()  # set while, at the app's start, the data sets' folders are read for the first time
ready = threading.Event()  # set once the part of the core that answers about single pictures is loaded


def load() -> None:
    """Loads torch and all that imports it, so that the first question about a picture doesn't wait for that."""
    listing.set()
    _ = core.play
    gc.collect()
    gc.freeze()  # loaded modules stay until the end: later collections needn't visit them
    ready.set()
    try:
        core.list_sets()  # keeps the folders' indices in memory, so that the list of sets takes milliseconds
    finally:
        listing.clear()
    core.menu("tasks")  # fills the cache of which network fits which task, which takes seconds, before the first screen with a form
    core.list_sets()  # lists the folders of data sets, which takes seconds where one holds 100,000 files
    core.keep_spare()


def still_at_work(runs: Iterable[core.Run]) -> str:
    """What to tell a person who ends the app while runs train: they go on, and how to stop them; "" where none is at work."""
    active = [run.id for run in runs if run.status.active]
    if not active:
        return ""
    command = core.COMMAND.replace("python ", f"{shlex.quote(os.path.relpath(sys.executable))} ", 1)
    ways = "\n".join(f"  {command} stop {name}" for name in active)
    who = "This run goes on" if len(active) == 1 else f"These {len(active)} runs go on"
    return f"{who} without the app, which finds them again at its next start. To stop and keep what is learnt:\n{ways}"


async def _look_after_children() -> None:
    while True:
        await asyncio.sleep(GLANCE)
        core.reap()


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """The app's start and end."""
    core.reconcile()
    threading.Thread(target=load, name="load torch", daemon=True).start()
    looking = asyncio.create_task(_look_after_children())
    yield
    gc.unfreeze()  # otherwise extension modules report leaks at exit
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    core.dismiss_spare()
    core.dismiss()
    if told := still_at_work(core.runs(starters=False)):
        print(f"\n{told}", flush=True)
