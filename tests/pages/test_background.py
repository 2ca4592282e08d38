"""Answers that a screen doesn't wait for."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from pages._kit.screen import background


@pytest.fixture(autouse=True)
def impatient(own_folders: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "WAIT", 0.01)


def test_a_slow_answer_comes_later_and_is_worked_out_once() -> None:
    ready, worked = threading.Event(), []

    def work() -> str:
        worked.append(ready.wait(300))
        return "there"

    assert not background.ask("maps", "one", work).done()
    answer = background.ask("maps", "one", work, wait=False)
    ready.set()
    assert answer.result(300) == "there" and background.ask("maps", "one", work).done() and worked == [True]


def test_answers_of_a_lane_come_one_after_the_other_and_lanes_do_not_wait_for_each_other() -> None:
    ready, order = threading.Event(), list[str]()

    def wait() -> None:
        ready.wait(300)
        order.append("first")

    first = background.ask("maps", "first", wait)
    second = background.ask("maps", "second", lambda: order.append("second"))
    background.ask("times", "third", lambda: order.append("third")).result(300)
    ready.set()
    first.result(300)
    second.result(300)
    assert order == ["third", "first", "second"]


def test_an_error_is_raised_and_the_next_one_who_asks_tries_again() -> None:
    def fails() -> str:
        raise ValueError("no weights")

    with pytest.raises(ValueError, match="no weights"):
        background.ask("maps", "one", fails).result(300)
    background.ask("maps", "one", fails).exception(300)
    assert background.ask("maps", "one", lambda: "there").result(300) == "there"


def test_old_answers_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "KEPT", 2)
    worked: list[int] = []
    for key in (1, 2, 3, 1):
        background.ask("maps", key, partial(worked.append, key)).result(300)
    assert worked == [1, 2, 3, 1]
