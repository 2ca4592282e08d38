"""A thread reads batches ahead of the loop: the same batches, and no thread that outlives its loop."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor

from ssl_core.jobs.start import stop
from ssl_core.jobs.worker import work
from ssl_core.models.build import load_task
from ssl_core.records.curve import curve
from ssl_core.records.runs import folder_of
from ssl_core.training import batches, engine
from ssl_core.training.ahead import ReadAhead
from ssl_core.training.request import new_run, prolong
from ssl_core.training.source import BatchSource
from ssl_core.types import Samples
from tests.help.small import small_run, small_values


def made(rows_B: Tensor) -> Samples:
    return Samples(torch.zeros(len(rows_B), 3, 8, 8), rows_B, rows_B)


def rows(numbers: Iterator[int] | range) -> Iterator[Tensor]:
    return (torch.tensor([number]) for number in numbers)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "reader of batches"]


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_batches_come_in_order_and_end() -> None:
    reader = ReadAhead(made, rows(range(7)), 2)
    assert [int(samples.index_B) for samples in reader] == list(range(7))
    reader.close()
    assert not threads()


def test_no_more_are_read_than_may_wait() -> None:
    read: list[int] = []
    reader = ReadAhead(lambda rows_B: read.append(int(rows_B)) or made(rows_B), rows(itertools.count()), 2)  # type: ignore[func-returns-value]
    until(lambda: len(read) == 3)  # two wait, the third is in the thread's hand
    assert int(next(reader).index_B) == 0
    until(lambda: len(read) == 4)
    reader.close()
    assert not threads() and len(read) == 4


def test_an_error_comes_where_its_batch_would_have_come() -> None:
    def breaking(rows_B: Tensor) -> Samples:
        if int(rows_B) == 2:
            raise OSError("the disk is gone")
        return made(rows_B)

    reader = ReadAhead(breaking, rows(range(5)), 4)
    assert [int(next(reader).index_B) for _ in range(2)] == [0, 1]
    with pytest.raises(OSError, match="the disk is gone"):
        next(reader)
    reader.close()
    assert not threads()


def losses(folder: Path) -> list[float | None]:
    return [line["train"]["loss"] for line in curve(folder) if line["train"]]


def test_a_run_is_the_same_to_the_bit(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for ahead in (0, 2):
        monkeypatch.setattr(batches, "AHEAD", ahead)
        folder, status = small_run(steps=20)  # two epochs and a half
        assert status.state == "done", status.reason
        found.append((losses(folder), status.weights))
    assert found[0] == found[1] and not threads()


def test_a_run_goes_on_to_the_same_numbers(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "AHEAD", 2)
    whole, _ = small_run(steps=12)
    parted, one_step = folder_of(new_run(small_values(steps=12))), engine.Training.one_step

    def then_stop(run: engine.Training) -> None:
        one_step(run)
        if run.step == 5:
            stop(parted)

    monkeypatch.setattr(engine.Training, "one_step", then_stop)
    assert work(parted).state == "stopped" and not threads()
    monkeypatch.setattr(engine.Training, "one_step", one_step)
    prolong(parted.name, None)
    assert work(parted).state == "done" and losses(parted) == losses(whole)
    assert all(
        torch.equal(one, two)
        for one, two in zip(load_task(whole).state_dict().values(), load_task(parted).state_dict().values(), strict=True)
    )


def test_a_run_that_fails_leaves_no_thread(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "AHEAD", 2)
    read, asked = BatchSource.train, itertools.count()

    def breaking(source: BatchSource, rows_B: Tensor) -> Samples:
        if next(asked) == 4:
            raise OSError("the disk is gone")
        return read(source, rows_B)

    monkeypatch.setattr(BatchSource, "train", breaking)
    _, status = small_run(steps=8)
    assert status.state == "failed" and "the disk is gone" in status.reason and not threads()
