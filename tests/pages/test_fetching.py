"""Downloads on screen: offered with their size, never begun by a look, shown while they come, stopped, gone on with."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from ssl_core.jobs import start
from ssl_core.jobs import status as jobs_status
from ssl_core.library.fetch import asked
from ssl_core.system.addresses import PUBLISHED
from tests.pages.conftest import PAGES, button, open_page, words

SCREENS = sorted(path.stem for path in PAGES.glob("[a-z]*.py") if path.stem != "main")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Jobs that were started; none is."""
    folders: list[Path] = []
    monkeypatch.setattr(start, "start", folders.append)
    return folders


def stands(name: str, **status: Any) -> Path:
    """A download that stands so."""
    folder = asked(core.offer(name))
    here = {"host": "elsewhere", "beat": 4e9} if status["state"] == "running" else {}
    core.write_json(folder / "status.json", {**status, **here})
    return folder


def opened(name: str = "data", **query: str) -> AppTest:
    app = open_page(name, **query)
    assert not app.exception, app.exception
    return app


def test_every_published_set_has_a_button_that_says_its_size(started: list[Path]) -> None:
    labels = [each.label for each in opened().button]
    for source in PUBLISHED.values():
        assert f"Download, {core.megabytes(source.size)}" in labels
    assert started == []


def test_one_press_starts_it(started: list[Path]) -> None:
    opened().button(key="get-cifar10").click().run()
    (folder,) = started
    assert core.read_json(folder / "spec.json")["name"] == "cifar10"


def test_while_it_comes_megabytes_and_time_are_said_and_stop_asks_for_its_end(started: list[Path], monkeypatch: Any) -> None:
    monkeypatch.setattr(jobs_status, "STALE", 1e12)
    folder = stands("cifar10", state="running", stage="downloading", step=40_000_000, steps=170_498_071, left=31.0)
    app = opened()
    assert [bar.proto.text for bar in app.get("progress")] == ["40 MB of 170 MB, 31 s left"]
    assert not [each for each in app.button if each.key == "get-cifar10"]
    app.button(key="stop-cifar10").click().run()
    assert (folder / "stop").exists() and started == []


def test_a_stopped_one_says_what_is_left(started: list[Path]) -> None:
    folder = stands("cifar10", state="stopped", step=40_000_000, steps=170_498_071)
    app = opened()
    assert app.button(key="get-cifar10").label == "Go on, 130 MB left"
    app.button(key="get-cifar10").click().run()
    assert started == [folder]


def test_a_failed_one_says_why_and_can_be_tried_again(started: list[Path]) -> None:
    stands("cifar10", state="failed", reason="It broke off <b>here</b>.")
    app = opened()
    assert "It broke off \\<b\\>here\\</b\\>." in words(app) and app.button(key="get-cifar10").label == "Download, 170 MB"


def test_a_set_that_the_address_names_and_is_not_here_says_where_it_can_be_had(started: list[Path]) -> None:
    text = words(opened(dataset="cifar10")).replace("\\", "")
    assert "CIFAR-10 photographs: not on this machine yet. Download it below, 170 MB. Shown is 'scenes'." in text and started == []


def test_weights_that_are_missing_are_offered_once(started: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))

    def page() -> None:
        from pages._kit.screen import downloads

        downloads.weights(["rotation-1", "imagenet:resnet18", "pixels"])

    app = AppTest.from_function(page, default_timeout=180).run()
    assert [each.label for each in app.button] == ["Download, 47 MB"]
    button(app, "Download").click().run()
    assert core.read_json(started[0] / "spec.json")["name"] == "imagenet:resnet18"


def test_opening_every_screen_asks_nobody_on_the_net(started: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for measured in ("training.request.expect", "evaluation.forecast.expect_comparison", "maps.layout.expect_map"):
        monkeypatch.setattr(f"ssl_core.{measured}", lambda *_, **__: 25.0)
    wanted: list[Any] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo
    monkeypatch.setattr(socket.socket, "connect", lambda self, to: (wanted.append(to), connect(self, to))[1])
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **named: (wanted.append(host), look_up(host, *rest, **named))[1])
    for screen in SCREENS:
        assert opened(screen, run="rotation-starter").title[0].value
    assert wanted == [] and started == []
