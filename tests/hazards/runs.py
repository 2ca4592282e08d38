"""Hazards made to happen: runs that memory, disk, clock, other versions or other hands got at; labels and requests likewise."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from streamlit.testing.v1 import AppTest

import ssl_core as core
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.processes import me
from ssl_core.system.roots import runs_root
from tests.hazards.hazard import SCREEN, TERMINAL
from tests.help.small import small_run
from tests.help.staging import SMALL, Stage, Told, same, seen, stage
from tests.pages.conftest import PAGES, button, open_page


def screen(name: str, run: str) -> AppTest:
    """A screen through the router."""
    app = AppTest.from_file(str(PAGES / "main.py"), default_timeout=180)
    app.switch_page(f"{name}.py")
    app.query_params["run"] = run
    return app.run()


# Memory, disk, clock


def failing(here: Stage, fault: Callable[[], BaseException]) -> None:
    """The first step of any training ends so."""

    def step(*_: Any, **__: Any) -> None:
        raise fault()

    here.patch.setattr("ssl_core.training.run.step_in_parts", step)


def no_memory() -> BaseException:
    return RuntimeError("[enforce fail at alloc_cpu.cpp:121] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate …")


@stage("memory runs out", TERMINAL)
def _(here: Stage) -> Told:
    failing(here, no_memory)
    return Told(here.command("train", "rotation", *SMALL, "--steps", "2"), here.command("runs"))


@stage("memory runs out", SCREEN)
def _(here: Stage) -> Told:
    failing(here, MemoryError)
    return same(seen(open_page("train", run=small_run(steps=2)[0].name)))


def learning(status: Path) -> bool:
    return status.exists() and "learning" in status.read_text()


@stage("a disk too full for the last word", TERMINAL)
def _(here: Stage) -> Told:
    here.full(lambda name: "checkpoints" in name or (Path(name).name == "status.json" and learning(Path(name))))
    said = here.command("train", "rotation", *SMALL, "--steps", "2")
    return Told(said, here.command("runs"))


@stage("a disk too full for the last word", SCREEN)
def _(here: Stage) -> Told:
    here.full(lambda name: "checkpoints" in name or (Path(name).name == "status.json" and learning(Path(name))))
    return same(seen(open_page("train", run=small_run(steps=2)[0].name)))


@stage("a clock set back", TERMINAL)
def _(here: Stage) -> Told:
    name = here.run(status={"state": "running", "step": 37, "steps": 100, **me()})
    began = psutil.Process().create_time()
    here.patch.setattr(psutil.Process, "create_time", lambda self: began - 3600)
    here.patch.setattr("time.time", lambda: 1.0)
    return Told(here.command("runs"), here.command("stop", name))


@stage("a clock set back", SCREEN)
def _(here: Stage) -> Told:
    began = psutil.Process().create_time()
    here.patch.setattr(psutil.Process, "create_time", lambda self: began - 3600)
    return same(seen(open_page("train", run=here.run(status={"state": "running", "step": 37, "steps": 100, **me()}))))


def somebody_elses(here: Stage) -> str:
    """A run whose worker ended; its pid has been given to a process that began later."""
    worker = me()
    return here.run(status={"state": "running", "step": 37, "steps": 100, **worker, "born": worker["born"] - 60})


@stage("a pid that another process has by now", TERMINAL)
def _(here: Stage) -> Told:
    name = somebody_elses(here)
    return Told(here.command("runs"), here.command("stop", name))


@stage("a pid that another process has by now", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(open_page("train", run=somebody_elses(here))))


def a_thousand(here: Stage) -> None:
    folder = core.run(here.run()).folder
    for number in range(2, 1001):
        shutil.copytree(folder, folder.with_name(f"rotation-{number}"))


@stage("a thousand runs", TERMINAL)
def _(here: Stage) -> Told:
    a_thousand(here)
    return same(here.command("runs"))


@stage("a thousand runs", SCREEN)
def _(here: Stage) -> Told:
    a_thousand(here)
    return same(seen(open_page("runs")))


# What is left of a run


def cut_short(every: bool = False) -> str:
    """A run that was interrupted at step 10, its newest checkpoint cut short, or each."""
    folder, status = small_run(steps=10)
    write_json(folder / "status.json", {**status._asdict(), "state": "interrupted"})
    for each in sorted((folder / "checkpoints").iterdir())[0 if every else -1 :]:
        weights = each / "weights.safetensors"
        weights.write_bytes(weights.read_bytes()[:-9])
    return folder.name


@stage("a checkpoint cut short", TERMINAL)
def _(here: Stage) -> Told:
    name = cut_short()
    told = here.command("runs")
    return Told(told, here.command("resume", name, "--json"))


@stage("a checkpoint cut short", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(screen("train", cut_short())))


@stage("no checkpoint can be read", TERMINAL)
def _(here: Stage) -> Told:
    name = cut_short(every=True)
    return Told(here.command("resume", name), here.command("runs"))


@stage("no checkpoint can be read", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(screen("predictions", cut_short(every=True))))


def rewritten(here: Stage, **changes: Any) -> str:
    """A finished run whose spec.json says something else; what is None is taken out."""
    name = here.run()
    path = runs_root() / name / "spec.json"
    write_json(path, {key: value for key, value in {**read_json(path), **changes}.items() if value is not None})
    return name


@stage("a run of a newer version", TERMINAL)
def _(here: Stage) -> Told:
    name = rewritten(here, version=2, recipe=["new"], measure={"kind": 3})
    return Told(here.command("resume", name), here.command("runs"))


@stage("a run of a newer version", SCREEN)
def _(here: Stage) -> Told:
    rewritten(here, version=2, recipe=["new"], measure={"kind": 3})
    return same(seen(open_page("runs")))


@stage("a run of an older version", TERMINAL)
def _(here: Stage) -> Told:
    name = rewritten(here, version=None, data=None)
    return Told(here.command("resume", name, "--epochs", "3"), here.command("runs"))


@stage("a run of an older version", SCREEN)
def _(here: Stage) -> Told:
    name = rewritten(here, version=None, data=None)
    (runs_root() / name / "status.json").write_text('{"state": "stopped", "step": 37}')
    app = open_page("train", run=name)
    button(app, "Resume").click().run()
    return same(seen(app))


def copied(here: Stage) -> str:
    """A folder that was at work on another machine, under the name that copying gives it."""
    name = here.run(status={"state": "running", "step": 37, "steps": 100, "pid": 1, "born": 1.0, "host": "elsewhere", "beat": 1.0})
    shutil.move(runs_root() / name, runs_root() / f"{name} (copy)")
    return f"{name} (copy)"


@stage("a run copied from another machine", TERMINAL)
def _(here: Stage) -> Told:
    name = copied(here)
    return Told(here.command("runs"), here.command("stop", name))


@stage("a run copied from another machine", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(open_page("train", run=copied(here))))


@stage("a run deleted while it is at work", TERMINAL)
def _(here: Stage) -> Told:
    failing(here, lambda: shutil.rmtree(runs_root() / "rotation-1") or FileNotFoundError())
    return Told(here.command("train", "rotation", *SMALL, "--steps", "2"), here.command("runs"))


@stage("a run deleted while its screen is open", SCREEN)
def _(here: Stage) -> Told:
    here.run("rotation-1")
    here.run("rotation-2")
    app = screen("train", "rotation-1")
    core.delete("rotation-1")
    app.query_params["run"] = "rotation-1"
    return same(seen(app.run()))
