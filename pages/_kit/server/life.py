"""What the app does while it lives: finds orphans at its start, loads what is slow behind the scenes, says at its end what goes on."""

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

GLANCE = 1.0  # seconds between two looks for ended children: a killed one must show as interrupted within 3
ready = threading.Event()  # the part of the core that answers about single pictures has been loaded


def load() -> None:
    """Loads torch and what stands on it, so that the first question about a picture doesn't wait for it."""
    _ = core.play
    gc.collect()
    gc.freeze()  # what is loaded by now stays; later collections needn't look through it
    ready.set()
    core.menu("tasks")  # asks which network fits which task: seconds, for the first screen with a form


def still_at_work(runs: Iterable[core.Run]) -> str:
    """What to tell somebody who ends the app while runs train: they go on, and how to stop them; "" where none does."""
    active = [run.id for run in runs if run.status.active]
    if not active:
        return ""
    python = shlex.quote(os.path.relpath(sys.executable))
    ways = "\n".join(f"  {python} -m ssl_core stop {name}" for name in active)
    who = "This run goes on" if len(active) == 1 else f"These {len(active)} runs go on"
    return f"{who} without the app, which finds them again at its next start. To stop and keep what is learnt:\n{ways}"


async def _look_after_children() -> None:
    while True:
        await asyncio.sleep(GLANCE)
        core.reap()


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """The app from its start to its end."""
    core.reconcile()
    threading.Thread(target=load, name="load torch", daemon=True).start()
    looking = asyncio.create_task(_look_after_children())
    yield
    gc.unfreeze()  # else extension modules complain of leaks on the way out
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    core.dismiss()
    if told := still_at_work(core.runs(starters=False)):
        print(f"\n{told}", flush=True)
