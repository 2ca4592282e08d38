"""What the app does at its start, while it runs, and at its end."""

from __future__ import annotations

import asyncio
import gc
import platform
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import ssl_core as core
from pages._kit.server import life


def run(name: str, state: str) -> core.Run:
    return core.Run(name, Path(name), name, {}, core.Status(state=state), False)


def test_at_the_end_runs_that_go_on_are_named_with_the_way_to_stop_them() -> None:
    said = life.still_at_work([run("rotation-1", "running"), run("rotation-0", "done"), run("inpainting-2", "queued")])
    assert "These 2 runs go on" in said
    assert "-m ssl_core stop rotation-1\n" in said and said.endswith("-m ssl_core stop inpainting-2") and "rotation-0" not in said


def test_where_nothing_trains_nothing_is_said() -> None:
    assert life.still_at_work([run("rotation-0", "done"), run("rotation-1", "interrupted")]) == ""


def test_a_worker_that_died_unseen_is_interrupted_when_the_app_starts(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "load", lambda: None)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    folder = clean_folders / "runs" / "rotation-1"
    folder.mkdir(parents=True)
    core.write_json(folder / "spec.json", {"kind": "train", "task": "rotation"})
    lost = core.Status(state="running", pid=ended.pid, born=1.0, host=platform.node())
    core.write_json(folder / "status.json", lost._asdict())

    async def start() -> None:
        async with life.lifespan(None):
            assert core.read_json(folder / "status.json")["state"] == "interrupted"

    asyncio.run(start())


def test_loading_makes_the_app_ready_and_spares_what_is_loaded_from_collections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "ready", threading.Event())
    life.load()
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    assert life.ready.is_set() and frozen > 1000 and "torch" in sys.modules
