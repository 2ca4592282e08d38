"""Jobs wait in line, the older ticket first; a ticket without its process counts no more."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ssl_core.jobs.queue import LeftQueue, wait_in_line
from ssl_core.system import roots


def test_the_older_ticket_goes_first_and_the_other_hears_its_place(clean_folders: Path) -> None:
    heard: list[int] = []
    with (
        wait_in_line("train", lambda place: None, lambda: False),
        pytest.raises(LeftQueue),
        wait_in_line("train", heard.append, lambda: bool(heard)),
    ):
        raise AssertionError("two at once")
    assert heard == [1]
    with wait_in_line("train", heard.append, lambda: False):
        pass
    assert heard == [1, 0]


def test_a_clock_set_back_lets_nobody_jump_the_line(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    with wait_in_line("train", lambda place: None, lambda: False):
        monkeypatch.setattr(time, "time_ns", lambda: 1)
        with pytest.raises(LeftQueue), wait_in_line("train", heard.append, lambda: bool(heard)):
            raise AssertionError("two at once")
    assert heard == [1]


def test_what_is_no_ticket_stands_in_nobodys_way(clean_folders: Path) -> None:
    line = roots.runs_root() / ".queue" / "train"
    line.mkdir(parents=True)
    for name in ("00000-notes.txt", "ticket", f"{0:020d}-x-1.00"):
        (line / name).touch()
    heard: list[int] = []
    with wait_in_line("train", heard.append, lambda: False):
        assert heard == [0]


def test_tickets_of_dead_processes_do_not_count(clean_folders: Path) -> None:
    line = roots.runs_root() / ".queue" / "train"
    line.mkdir(parents=True)
    (line / f"{0:020d}-{os.getpid()}-1.00").touch()
    heard: list[int] = []
    with wait_in_line("train", heard.append, lambda: False):
        assert heard == [0]
