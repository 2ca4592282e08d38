"""Hazards made to happen: something isn't there, ends, or is broken."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import ssl_core as core
from tests.hazards.hazard import SCREEN, TERMINAL
from tests.hazards.table import found
from tests.help.small import small_run, small_values
from tests.help.staging import SMALL, Stage, Told, same, scenes, seen, stage
from tests.pages.conftest import button, open_page

# Nothing there


@stage("no data set", TERMINAL)
def _(here: Stage) -> Told:
    return Told(here.command("train", "rotation", "--dataset", "elephants"), scenes(here))


@stage("no data set", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(open_page("data", dataset="elephants")))


@stage("no run", TERMINAL)
def _(here: Stage) -> Told:
    return Told(here.command("runs"), here.command("parts"))


@stage("no run", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(open_page("predictions")))


@stage("no GPU", TERMINAL)
def _(here: Stage) -> Told:
    without(here)
    said = here.command("train", "rotation", *SMALL, "--steps", "1", "--device", "cuda")
    return Told(said, here.command("train", "rotation", *SMALL, "--steps", "1", "--json"))


def without(here: Stage) -> None:
    """As on a machine without accelerators."""
    here.patch.setattr("torch.cuda.is_available", lambda: False)
    here.patch.setattr("torch.backends.mps.is_available", lambda: False)


@stage("no GPU", SCREEN)
def _(here: Stage) -> Told:
    from ssl_core.jobs.worker import work
    from ssl_core.training.request import new_run

    without(here)
    name = new_run(small_values(device="cuda"))
    work(core.run(name).folder)
    return same(seen(open_page("train", run=name)))


@stage("no network", TERMINAL)
def _(here: Stage) -> Told:
    here.patch.setattr("torch.hub.get_dir", lambda: str(here.home / "hub"))
    return compared_with_imagenet(here)


def compared_with_imagenet(here: Stage) -> Told:
    """What the command line says to a comparison with ImageNet."""
    few = ["--train-images", "20", "--test-images", "20", "--image-size", "8"]
    return same(here.command("compare", "imagenet:mobilenet_v2", "pixels", "--dataset", "digits", *few))


@stage("no network", SCREEN)
def _(here: Stage) -> Told:
    here.patch.setattr("torch.hub.get_dir", lambda: str(here.home / "hub"))
    return seen_beside_imagenet(here)


def seen_beside_imagenet(here: Stage) -> Told:
    """What the screen says to the same."""
    here.patch.setattr("ssl_core.evaluation.forecast.expect_comparison", lambda *_, **__: 25.0)
    here.patch.setattr("ssl_core.jobs.warm_worker.hand_over", work_imagenet)
    run = here.run(dataset="digits", data={"samples": 1000}, recipe={"image_size": 8})
    button(open_page("benchmark", run=run), "Compare").click().run()
    return same(seen(open_page("benchmark", run=run)))


def work_imagenet(folder: Path) -> None:
    """Of all jobs only ImageNet's is worked, here and now."""
    from ssl_core.jobs.worker import work

    if "imagenet" in (folder / "spec.json").read_text(encoding="utf-8"):
        work(folder)


# Something ends


@stage("a run that fails", TERMINAL)
def _(here: Stage) -> Told:
    wild = ["--rate", "1000", "--optimiser", "sgd", "--warmup", "0.25", "--steps", "20"]
    return Told(here.command("train", "inpainting", *SMALL, *wild), here.command("runs"))


@stage("a run that fails", SCREEN)
def _(here: Stage) -> Told:
    reason = "'loss' is not finite (nan) at step 12. Try a smaller learning rate."
    return same(seen(open_page("train", run=here.run(status={"state": "failed", "reason": reason}, steps=(0,)))))


@stage("a killed worker", TERMINAL)
def _(here: Stage) -> Told:
    from ssl_core.training.request import start_training

    name = start_training(small_values(steps=1_000_000))
    until(lambda: core.run(name).status.step > 5)
    os.kill(core.run(name).status.pid, signal.SIGKILL)
    until(lambda: core.run(name).status.state == "interrupted")
    said = here.command("runs", "--json")
    assert '"status": "interrupted"' in said
    resumed = subprocess.Popen([sys.executable, "-m", "ssl_core", "resume", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    until(lambda: core.run(name).status.state == "running")
    here.command("stop", name)
    out, _ = resumed.communicate(timeout=300)
    return Told(said, out.decode())


def until(happened: Callable[[], bool], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@stage("a killed worker", SCREEN)
def _(here: Stage) -> Told:
    lost = {"state": "running", "step": 37, "steps": 100, "pid": 2**22 - 3, "born": 1.0}
    return same(seen(open_page("train", run=here.run(status=lost, steps=(0,)))))


# Broken machines


def crooked(here: Stage) -> None:
    """A task's file that can't be imported stands beside the good ones."""
    from ssl_core import tasks
    from ssl_core.parts import catalogues
    from ssl_core.parts.collect import collect
    from ssl_core.tasks.base import PretextTask

    (here.home / "tasks").mkdir()
    (here.home / "tasks" / "crooked.py").write_text("nobody.knows()\n")
    here.patch.setattr(tasks, "__path__", [*tasks.__path__, str(here.home / "tasks")])
    here.patch.setitem(catalogues.ALL, "tasks", collect(tasks, PretextTask, "pretext task"))


@stage("a broken task file", TERMINAL)
def _(here: Stage) -> Told:
    crooked(here)
    return same(here.command("parts"))


@stage("a broken task file", SCREEN)
def _(here: Stage) -> Told:
    crooked(here)
    assert found("'ssl_core/tasks/crooked.py' can't be used: NameError", seen(open_page("pretext")))
    return same(seen(open_page("train")))


@stage("a full disk", TERMINAL)
def _(here: Stage) -> Told:
    here.run()
    here.full(lambda name: name.endswith("spec.json"))
    return Told(here.command("train", "rotation", *SMALL), here.command("runs"))


@stage("a full disk", SCREEN)
def _(here: Stage) -> Told:
    app = open_page("train")
    here.full(lambda name: name.endswith("spec.json"))
    button(app, "Train").click().run()
    return same(seen(app))


@stage("a full disk while pictures are decoded", TERMINAL)
def _(here: Stage) -> Told:
    def full(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    here.patch.setattr(os, "posix_fallocate", full)
    said = here.command("train", "rotation", *SMALL, "--steps", "2")
    left = "something" if list((here.home / "cache").rglob("*.part")) else "nothing"
    return Told(said, f"{scenes(here).partition(':')[0]}, {left} half made")


@stage("a full disk while training", TERMINAL)
def _(here: Stage) -> Told:
    here.run()
    here.full(lambda name: "checkpoints" in name)
    said = here.command("train", "rotation", *SMALL, "--steps", "2")
    assert core.run("rotation-2").status.state == "failed"
    return Told(said, here.command("runs"))


@stage("a full disk while training", SCREEN)
def _(here: Stage) -> Told:
    here.full(lambda name: "checkpoints" in name)
    return same(seen(open_page("train", run=small_run(steps=2)[0].name)))


def shut(here: Stage) -> None:
    """Runs are to live below something that is no folder: not even root can write there."""
    (here.home / "file").touch()
    here.patch.setenv("SSL_RUNS", str(here.home / "file" / "runs"))


@stage("a runs folder that can't be written", TERMINAL)
def _(here: Stage) -> Told:
    shut(here)
    return Told(here.command("train", "rotation", *SMALL), here.command("runs"))


@stage("a runs folder that can't be written", SCREEN)
def _(here: Stage) -> Told:
    shut(here)
    app = open_page("train")
    button(app, "Train").click().run()
    return same(seen(app))
