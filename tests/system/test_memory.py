"""Facts about the bounded cache."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ssl_core.system.memory import Kept


def filled(most: int, *keys: str) -> Kept[str, str]:
    kept = Kept[str, str](most)
    for key in keys:
        kept.get(key, key.upper)
    return kept


def test_a_value_is_made_at_the_first_question_only() -> None:
    kept, made = Kept[str, object](2), []
    first = kept.get("a", lambda: made.append(1) or object())
    assert kept.get("a", object) is first and made == [1]


def test_the_least_recently_used_goes_first() -> None:
    kept = filled(2, "a", "b")
    kept.get("a", str)
    kept.get("c", str)
    assert (kept.known("a"), kept.known("b"), len(kept)) == ("A", None, 2)


def test_looking_at_a_value_counts_as_use() -> None:
    kept = filled(2, "a", "b")
    assert kept.known("a") == "A"
    kept.put("c", "C")
    assert (kept.known("a"), kept.known("b"), kept.known("c")) == ("A", None, "C")


def test_what_goes_is_told_once() -> None:
    dropped: list[int] = []
    kept = Kept[str, int](1, dropped.append)
    kept.put("a", 1)
    kept.put("a", 2)
    kept.put("b", 3)
    kept.forget()
    kept.forget()
    assert dropped == [1, 2, 3]


def test_a_value_of_none_is_a_value() -> None:
    kept = Kept[str, None](1)
    kept.get("a", lambda: None)
    kept.get("a", lambda: pytest.fail("made twice"))
    assert len(kept) == 1


def test_a_fault_while_making_is_raised_and_not_kept() -> None:
    kept = Kept[str, int](1)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert len(kept) == 0 and kept.get("a", lambda: 5) == 5


def test_many_threads_make_a_value_once() -> None:
    kept, made, together = Kept[str, object](4), [], threading.Barrier(8)

    def asked() -> object:
        together.wait(30)
        return kept.get("a", lambda: made.append(1) or object())

    with ThreadPoolExecutor(8) as hands:
        found = [future.result(30) for future in [hands.submit(asked) for _ in range(8)]]
    assert made == [1] and len(set(map(id, found))) == 1 and not kept._making


def test_a_slow_value_holds_up_no_other_key() -> None:
    kept, begun, done = Kept[str, str](4), threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert done.wait(30)
        return "A"

    with ThreadPoolExecutor(1) as hands:
        waiting = hands.submit(kept.get, "a", slow)
        assert begun.wait(30) and kept.get("b", lambda: "B") == "B" and kept.known("a") is None
        done.set()
        assert waiting.result(30) == "A"


def test_who_waits_for_a_value_that_fails_makes_it() -> None:
    kept, begun, go = Kept[str, int](1), threading.Event(), threading.Event()

    def fails() -> int:
        begun.set()
        assert go.wait(30)
        raise ValueError

    with ThreadPoolExecutor(2) as hands:
        first = hands.submit(kept.get, "a", fails)
        assert begun.wait(30)
        second = hands.submit(kept.get, "a", lambda: 7)
        go.set()
        assert isinstance(first.exception(30), ValueError) and second.result(30) == 7


def test_a_value_made_across_a_forgetting_is_not_kept() -> None:
    kept = Kept[str, int](2)

    def meanwhile() -> int:
        kept.forget()
        return 1

    assert kept.get("a", meanwhile) == 1 and kept.known("a") is None


def test_threads_that_fill_and_forget_stay_within_the_bound() -> None:
    kept = Kept[int, int](5)

    def busy(start: int) -> list[bool]:
        return [kept.get(k % 17, lambda k=k: k % 17) == k % 17 and len(kept) <= 5 for k in range(start, start + 400)]

    with ThreadPoolExecutor(4) as hands:
        assert all(all(right) for right in hands.map(busy, range(0, 40, 10)))
    assert len(kept) <= 5
