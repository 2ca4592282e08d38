"""What was previewed is the set's reading once it is chosen, and the same as a fresh reading of its files."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from ssl_core.library import accounts
from ssl_core.reading import files, found_files
from ssl_core.reading.account import Choice
from ssl_core.reading.same_reading import same_reading
from ssl_core.system.memory import collector_paused
from tests.help.trees import planted


def test_a_chosen_reading_is_that_of_the_files(tmp_path: Path) -> None:
    folder = planted(tmp_path / "set", "train/{a,b}/{0-4}.png test/{a,b}/{5-6}.png")
    accounts.choose(str(folder), Choice(classes="none", test=("test/a",)))
    chosen, fresh = files.index(folder), files.fresh_index(folder)
    assert chosen.digests == fresh.digests and chosen.account == fresh.account and same_reading(chosen, fresh)


def test_a_file_that_comes_after_a_choice_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = planted(tmp_path / "set", "{a,b}/{0-4}.png")
    accounts.choose(str(folder), Choice(classes="none"))
    planted(folder, "a/5.png")
    monkeypatch.setattr(files, "FRESH", 0.0)
    index = files.index(folder)
    assert len(index.train) + len(index.test) == 11


def test_listings_of_large_folders_rest_and_small_ones_do_not() -> None:
    assert [found_files.rests(count) for count in (10, 10_000, 100_000)] == [0.0, 0.0, 18.0]


def test_the_collector_is_on_again_after_pauses_within_pauses() -> None:
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
