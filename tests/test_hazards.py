"""Every hazard of the table, made to happen: the exact sentence is said, and what must still be there is."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import ssl_core as core
from ssl_core.__main__ import main
from ssl_core.settings import SettingsError
from tests.hazards import BROWSER, HAZARDS, SCREEN, TERMINAL, VALUES, Hazard, found
from tests.pages.conftest import DONE, PAGES, button, make_run, no_starters, open_page, words  # noqa: F401
from tests.small import small_values

SMALL = ["--backbone.width", "4", "--dataset.n-train", "24", "--dataset.n-test", "12", "--batch", "8", "--precision", "fp32"]
REFUSED: dict[str, Any] = {"task": "inpainting", "backbone": "convnet"}


class Told(NamedTuple):
    """What was said, and what is there afterwards."""

    said: str
    left: str


class Stage:
    """A place for hazards: folders of its own, a command line, screens, and runs that stand as they should."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], run: Callable[..., str]) -> None:
        self.home, self.patch, self.capsys, self.run = home, patch, capsys, run

    def command(self, *argv: str) -> str:
        """What the command line says on both its ways out; a mistake of the person's ends with 2 and one line."""
        self.capsys.readouterr()
        code = main(list(argv))
        out, err = self.capsys.readouterr()
        assert code != 2 or len(err.strip().splitlines()) == 1, err
        assert code == 1 or "Traceback" not in out + err
        return out + err

    def full(self, when: Callable[[str], bool]) -> None:
        """From now on the disk has no room for files whose name is such."""
        rename = os.replace

        def refuse(source: Any, target: Any, **rest: Any) -> None:
            if when(str(target)):
                raise OSError(errno.ENOSPC, "No space left on device", str(target))
            rename(source, target, **rest)

        self.patch.setattr(os, "replace", refuse)


def seen(app: AppTest) -> str:
    """What a screen says, and its buttons."""
    assert not app.exception, app.exception
    return words(app).replace("\\", "") + "\n" + "\n".join(f"button: {each.label}" for each in app.button) + str(app.title[0].value)


def same(text: str) -> Told:
    return Told(text, text)


STAGES: dict[tuple[str, str], Callable[[Stage], Told]] = {}


def stage(name: str, place: str) -> Callable[[Callable[[Stage], Told]], Callable[[Stage], Told]]:
    """This function makes the hazard happen."""

    def kept(function: Callable[[Stage], Told]) -> Callable[[Stage], Told]:
        STAGES[name, place] = function
        return function

    return kept


@pytest.fixture
def here(
    clean_folders: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    make_run: Callable[..., str],  # noqa: F811
    no_starters: None,  # noqa: F811
) -> Iterator[Stage]:
    monkeypatch.setenv("SSL_DATA", str(clean_folders / "data"))
    monkeypatch.setattr("ssl_core.request.expect", lambda values: 41.0)
    monkeypatch.setattr(os, "nice", lambda by: 0)  # what is worked in this process would slow all tests after it
    yield Stage(clean_folders, monkeypatch, capsys, make_run)
    for run in core.runs(starters=False):
        if run.status.pid and run.status.pid != os.getpid() and run.status.active:
            os.kill(run.status.pid, signal.SIGKILL)


ROWS = [row for row in HAZARDS if row.place != BROWSER]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.hazard}, {row.place}")
def test_the_sentence_is_said_and_the_rest_goes_on(row: Hazard, here: Stage) -> None:
    told = STAGES[row.hazard, row.place](here)
    assert found(row.sentence, told.said), told.said
    assert found(row.remains, told.left), told.left


def test_every_row_of_the_table_is_made_to_happen() -> None:
    assert {(row.hazard, row.place) for row in ROWS} == set(STAGES)
    assert len({(row.hazard, row.place) for row in HAZARDS}) == len(HAZARDS)


# Nothing there


@stage("no data set", TERMINAL)
def _(here: Stage) -> Told:
    return Told(here.command("train", "rotation", "--dataset", "imagenette"), scenes(here))


def scenes(here: Stage) -> str:
    """A set that is always there, made small."""
    info = core.open_set("scenes", "train", options={"n_train": 24, "n_test": 12}).info
    return f"scenes: {info.samples} + {core.open_set('scenes', 'test', options={'n_train': 24, 'n_test': 12}).info.samples}"


@stage("no data set", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(open_page("data", dataset="imagenette")))


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
    from ssl_core.request import new_run
    from ssl_core.work import work

    without(here)
    name = new_run(small_values(device="cuda"))
    work(core.run(name).folder)
    return same(seen(open_page("train", run=name)))


@stage("no network", TERMINAL)
def _(here: Stage) -> Told:
    here.patch.setattr("torch.hub.get_dir", lambda: str(here.home / "hub"))
    few = ["--train-images", "20", "--test-images", "20", "--image-size", "8"]
    return same(here.command("compare", "imagenet:mobilenet_v2", "pixels", "--dataset", "digits", *few))


@stage("no network", SCREEN)
def _(here: Stage) -> Told:
    here.patch.setattr("torch.hub.get_dir", lambda: str(here.home / "hub"))
    here.patch.setattr("ssl_core.forecast.expect_comparison", lambda *_, **__: 25.0)
    here.patch.setattr("ssl_core.jobs.start", work_imagenet)
    run = here.run(dataset="digits", data={"samples": 1000}, recipe={"image_size": 8})
    button(open_page("benchmark", run=run), "Compare").click().run()
    return same(seen(open_page("benchmark", run=run)))


def work_imagenet(folder: Path) -> None:
    """Of all jobs only ImageNet's is worked, here and now."""
    from ssl_core.work import work

    if "imagenet" in (folder / "spec.json").read_text(encoding="utf-8"):
        work(folder)


# Something ends


@stage("a run that fails", TERMINAL)
def _(here: Stage) -> Told:
    wild = ["--rate", "1000", "--optimiser", "sgd", "--steps", "20"]
    return Told(here.command("train", "inpainting", *SMALL, *wild), here.command("runs"))


@stage("a run that fails", SCREEN)
def _(here: Stage) -> Told:
    reason = "'loss' is not finite (nan) at step 12. Try a smaller learning rate."
    return same(seen(open_page("train", run=here.run(status={"state": "failed", "reason": reason}, steps=(0,)))))


@stage("a killed worker", TERMINAL)
def _(here: Stage) -> Told:
    from ssl_core.request import start_training

    name = start_training(small_values(steps=1_000_000))
    until(lambda: core.run(name).status.step > 5)
    os.kill(core.run(name).status.pid, signal.SIGKILL)
    until(lambda: core.run(name).status.state == "interrupted")
    said = here.command("runs", "--json")
    assert '"status": "interrupted"' in said
    resumed = subprocess.Popen([sys.executable, "-m", "ssl_core", "resume", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    until(lambda: core.run(name).status.state == "running")
    here.command("stop", name)
    out, _ = resumed.communicate(timeout=120)
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


# Pictures


def photos(here: Stage) -> Path:
    """Two classes of good pictures and a damaged one."""
    for name, count in (("cats", 6), ("dogs", 6)):
        (here.home / "mine" / name).mkdir(parents=True)
        for place in range(count):
            Image.fromarray(np.full((20, 20, 3), 20 * place, np.uint8)).save(here.home / "mine" / name / f"{place}.png")
    (here.home / "mine" / "cats" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    return here.home / "mine"


@stage("a corrupt picture among good ones", TERMINAL)
def _(here: Stage) -> Told:
    return same(here.command("data", str(photos(here)), "--json"))


@stage("a corrupt picture among good ones", SCREEN)
def _(here: Stage) -> Told:
    from ssl_core.library import decoded

    name = core.add_folder("mine", photos(here))
    for split in ("train", "test"):
        decoded(name, split)
    return same(seen(open_page("data", dataset=name)))


@stage("an upload that isn't a picture", SCREEN)
def _(here: Stage) -> Told:
    from tests.evaluation import run_with_weights

    app = open_page("predictions", run=run_with_weights())
    app.get("file_uploader")[0].set_value(("mine.png", b"not a picture", "image/png")).run()
    return same(seen(app))


@stage("dropped files that aren't pictures", SCREEN)
def _(here: Stage) -> Told:
    def form() -> None:
        import streamlit as st

        from pages._kit import bring

        st.title("form")
        bring.form()

    app = AppTest.from_function(form, default_timeout=60).run()
    app.file_uploader(key="own-files").set_value([("notes.jpg", b"words", "image/jpeg")]).run()
    app.button(key="own-go").click().run()
    return same(seen(app))


@stage("a folder without pictures", TERMINAL)
def _(here: Stage) -> Told:
    (here.home / "empty").mkdir()
    (here.home / "empty" / "notes.txt").write_text("words")
    return Told(here.command("train", "rotation", "--dataset", str(here.home / "empty")), scenes(here))


# Wrong requests


@stage("an option out of range", TERMINAL)
def _(here: Stage) -> Told:
    asked = ["train", "inpainting", *SMALL, "--steps", "1", "--json", "--area"]
    return Told(here.command(*asked, "3"), here.command(*asked, "0.5"))


def refused(values: dict[str, Any]) -> Told:
    """A request that isn't granted leaves no run; the same one, mended, is granted."""
    from ssl_core.request import new_run

    with pytest.raises(SettingsError) as error:
        new_run(values)
    assert not core.runs(starters=False)
    return Told(str(error.value), new_run(REFUSED))


@stage("an option out of range", VALUES)
def _(here: Stage) -> Told:
    return refused({**REFUSED, "options": {"area": 3}})


@stage("an option that isn't there", VALUES)
def _(here: Stage) -> Told:
    return refused({**REFUSED, "options": {"aera": 0.3}})


@stage("an option out of range in the address", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(open_page("train", task="inpainting", area="3")))


@stage("an option out of range in the form", SCREEN)
def _(here: Stage) -> Told:
    app = open_page("train")
    app.number_input(key="recipe-rotation-clip").set_value(0.0).run()  # the widget can only say "at least"
    button(app, "Train").click().run()
    assert not core.runs(starters=False)
    return same(seen(app))


@stage("a wrong run", TERMINAL)
def _(here: Stage) -> Told:
    here.run()
    return Told(here.command("stop", "nobody-7"), here.command("runs"))


@stage("a wrong run", SCREEN)
def _(here: Stage) -> Told:
    here.run()
    app = AppTest.from_file(str(PAGES / "main.py"), default_timeout=60)
    app.switch_page("runs.py")  # home is about no run and draws no picker
    app.query_params["run"] = "nobody-7"
    app.run()
    return Told(seen(app), str(app.selectbox(key="run_picker").options))


# Broken machines


def crooked(here: Stage) -> None:
    """A task's file that can't be imported stands beside the good ones."""
    from ssl_core import parts, tasks
    from ssl_core.catalogue import collect
    from ssl_core.tasks.base import PretextTask

    (here.home / "tasks").mkdir()
    (here.home / "tasks" / "crooked.py").write_text("nobody.knows()\n")
    here.patch.setattr(tasks, "__path__", [*tasks.__path__, str(here.home / "tasks")])
    here.patch.setitem(parts.ALL, "tasks", collect(tasks, PretextTask, "pretext task"))


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


@stage("a full disk while training", TERMINAL)
def _(here: Stage) -> Told:
    here.run()
    here.full(lambda name: "checkpoints" in name)
    said = here.command("train", "rotation", *SMALL, "--steps", "2")
    assert core.run("rotation-2").status.state == "failed"
    return Told(said, here.command("runs"))


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
