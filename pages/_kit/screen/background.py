"""Answers that a screen doesn't wait for: each is worked out in a thread, and is shown once it is there."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Unfinished
from typing import Any

WAIT = 0.3  # seconds that a screen waits for an answer before it is drawn without it
POLL = 0.5  # seconds between two looks whether an answer has come
KEPT = 64  # answers kept, the last asked ones

_answers: OrderedDict[Hashable, Future[Any]] = OrderedDict()
_lanes: dict[str, threading.Lock] = {}
_lock = threading.Lock()


def ask(lane: str, key: Hashable, work: Callable[[], Any], wait: bool = True) -> Future[Any]:
    """The answer that `work` gives, by `key`: worked out once, those of one lane one after the other. Nothing of Streamlit may be in it.

    wait: up to WAIT seconds, so that a quick answer needs no second drawing. An error is raised by `result()`, and not kept.
    """
    with _lock:
        answer = _answers.get((lane, key)) or _begin(lane, key, work)
        _answers.move_to_end((lane, key))
    if wait:
        with contextlib.suppress(Unfinished):
            answer.exception(WAIT)
    if answer.done() and answer.exception():
        with _lock:
            _answers.pop((lane, key), None)
    return answer


def _begin(lane: str, key: Hashable, work: Callable[[], Any]) -> Future[Any]:
    answer: Future[Any] = Future()
    turn = _lanes.setdefault(lane, threading.Lock())
    _answers[lane, key] = answer
    while len(_answers) > KEPT:
        _answers.popitem(last=False)
    threading.Thread(target=_work, args=(answer, turn, work), name=f"answers: {lane}", daemon=True).start()
    return answer


def _work(answer: Future[Any], turn: threading.Lock, work: Callable[[], Any]) -> None:
    with turn:
        try:
            answer.set_result(work())
        except BaseException as error:  # the screen that asked must hear of it, whatever it is
            answer.set_exception(error)


def forget() -> None:
    """Drops all answers."""
    with _lock:
        _answers.clear()
