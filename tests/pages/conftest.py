"""Screens without a browser: folders of their own, and runs that stand as a test wants them to."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.screen import background

for _module in pkgutil.walk_packages(core.__path__, "ssl_core."):
    # one that is first imported while a test has replaced a function would keep the replacement for good
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)


# each AppTest looks through all installed packages for components, 0.1 s; they stay the same while tests run
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)

PAGES = Path(__file__).resolve().parents[2] / "pages"
DONE = {
    "state": "done",
    "step": 60,
    "steps": 60,
    "seconds": 40.0,
    "metrics": {"accuracy": 0.79},
    "chance": {"accuracy": 0.25},
    "weights": "d",
}


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs, caches and data of this test alone."""
    for name in ("RUNS", "CACHE", "DATA"):
        monkeypatch.setenv(f"SSL_{name}", str(tmp_path / name.lower()))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # AppTest leaves its own, for later workers to run
    st.cache_data.clear()
    background.forget()
    monkeypatch.setattr(background, "WAIT", 60.0)  # no browser asks again: a screen waits for its answers
    return tmp_path


@pytest.fixture
def no_starters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As if nothing came with the program."""
    monkeypatch.setattr(sys.modules["ssl_core.records.runs"], "STARTER", tmp_path / "starter")


@pytest.fixture
def make_run() -> Callable[..., str]:
    """Makes a run that stands as its status says; pictures of one arrow each, at the steps named."""

    def made(name: str = "rotation-1", status: dict[str, Any] | None = None, steps: tuple[int, ...] = (), **spec: Any) -> str:
        folder = core.runs_root() / name
        folder.mkdir(parents=True)
        said = {"kind": "train", "version": 1, "created": 1.0, "task": "rotation", "backbone": "convnet", "dataset": "scenes"}
        said |= {"metric": "accuracy", "glance": 1, "fixed": [0, 1], "learning": "Learning which way is up", "recipe": {}}
        data = {"samples": 1000, "classes": [], "image_size": 32, "colour": True, **spec.pop("data", {})}
        said |= {"data": data, "mean": [0.5] * 3, "std": [0.25] * 3}
        core.write_json(folder / "spec.json", {**said, "title": f"Title of {name}", **spec})
        core.write_json(folder / "status.json", DONE if status is None else status)
        for step in steps:
            picture(folder, step)
        line = '{"step": 60, "train": {"loss": 0.58}, "test": {"accuracy": 0.77}, "tested": 256}\n'
        (folder / "metrics.jsonl").write_text(line)
        return name

    return made


def picture(folder: Path, step: int) -> None:
    """What a worker leaves at a step: two pictures, each with its answer."""
    from ssl_core.records.snapshots import save_snapshot

    image = np.full((8, 8, 3), 120, np.uint8)
    right = step > 0
    save_snapshot(folder, step, [[core.Panel(image, f"says 90°, {30 + step} % sure", "left", right, 1)]] * 2)


def open_page(name: str, **query: str) -> AppTest:
    """A screen as its address opens it, without the router."""
    app = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=180)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def router(place: str = "runs.py", **query: str) -> AppTest:
    """The app as an address opens it, with its sidebar."""
    app = AppTest.from_file(str(PAGES / "main.py"), default_timeout=180)
    if place:
        app.switch_page(place)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def words(app: AppTest) -> str:
    """Everything a screen says."""
    html = [element.proto.body for element in app.get("html") if not element.proto.body.startswith("<style>")]
    return "\n".join([*(each.value for each in (*app.title, *app.markdown, *app.caption, *app.warning)), *html])


def button(app: AppTest, start: str) -> Any:
    """The first button whose words begin so."""
    return next(each for each in app.button if each.label.startswith(start))


@pytest.fixture
def own_set(tmp_path: Path) -> Callable[[], str]:
    """A folder of two classes with a damaged picture in it, as a data set."""

    def made() -> str:
        for name, count in (("cats", 6), ("dogs", 4)):
            (tmp_path / "mine" / name).mkdir(parents=True)
            for place in range(count):
                image = np.full((40, 40, 3), 20 * place, np.uint8)
                Image.fromarray(image).save(tmp_path / "mine" / name / f"{place}.png")
        (tmp_path / "mine" / "cats" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
        return core.add_folder("mine", tmp_path / "mine")

    return made
