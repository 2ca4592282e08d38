"""Class names of one's own can be corrected, extended and taken away, and labels, log and undo go along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ssl_core.labels.store import Store
from ssl_core.library.listing import Listing
from ssl_core.settings import SettingsError
from tests.help.labelling import click


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "runs" / "labels.sqlite", lambda name: None)
    made.set_classes("own", ["cat", "dgo"])
    made.act([click("train-1", "cat", "own"), click("train-2", "dgo", "own")])
    yield made
    made.close()


def test_a_class_with_labels_is_renamed_with_them(store: Store) -> None:
    before = store.state("own").seq
    assert store.set_classes("own", ["cat", "dog", "bird"], {"dgo": "dog"}) == ("cat", "dog", "bird")
    assert store.labels("own") == {"train-1": "cat", "train-2": "dog"} and store.classes("own") == ("cat", "dog", "bird")
    assert store.state("own").seq > before  # browsers see that their own word is old
    assert [(past.id, past.name, past.before) for past in store.history("own")][-1] == (None, "dog", "dgo")


def test_an_undo_after_a_rename_takes_the_last_label_back_and_brings_new_names(store: Store) -> None:
    store.act([click("train-1", "dgo", "own")])
    store.set_classes("own", ["tom", "dog"], {"dgo": "dog", "cat": "tom"})
    assert store.state("own").next_undo == "dog instead of tom"
    assert store.undo("own").now == {"train-1": "tom"} and store.undo("own").undone == "dog"
    assert store.labels("own") == {"train-1": "tom"}


def test_two_classes_change_names(store: Store) -> None:
    store.set_classes("own", ["dgo", "cat"], {"cat": "dgo", "dgo": "cat"})
    assert store.labels("own") == {"train-1": "dgo", "train-2": "cat"}


def test_other_sets_keep_their_names(store: Store) -> None:
    store.act([click("train-1", "cat", "other")])
    store.set_classes("own", ["tom", "dgo"], {"cat": "tom"})
    assert store.labels("other") == {"train-1": "cat"}


@pytest.mark.parametrize("names", [["cat", "cat"], ["cat"], ["cat", "x" * 41]])
def test_a_rename_that_is_refused_changes_nothing(store: Store, names: list[str]) -> None:
    with pytest.raises(SettingsError):
        store.set_classes("own", names, {"dgo": names[-1]})
    assert store.labels("own") == {"train-1": "cat", "train-2": "dgo"} and store.classes("own") == ("cat", "dgo")


def test_a_class_that_was_taken_away_comes_back_with_its_label(store: Store) -> None:
    store.act([click("train-2", None, "own")])
    store.set_classes("own", ["cat", "dog"])
    store.undo("own")
    assert store.labels("own")["train-2"] == "dgo" and store.classes("own") == ("cat", "dog", "dgo")


def test_a_class_of_sleeping_labels_only_says_why_it_can_not_go(tmp_path: Path) -> None:
    names = ["abcd"]

    def listing(name: str) -> Listing:
        return Listing(names[0], {f"train-{i}": letter for i, letter in enumerate(names[0])})

    store = Store(tmp_path / "l.sqlite", listing)
    store.set_classes("own", ["cat", "dog"])
    store.act([click("train-0", "cat", "own"), click("train-1", "dog", "own")])
    names[0] = "acd"
    with pytest.raises(SettingsError, match="'dog' has 1 label of a picture that isn't there any more. Keep the name until"):
        store.set_classes("own", ["cat", "bird"])
    store.set_classes("own", ["cat", "bird"], {"dog": "bird"})
    names[0] = "abcd"
    assert store.labels("own") == {"train-0": "cat", "train-1": "bird"}
    store.close()


def test_ten_names_are_the_most(store: Store) -> None:
    names = ["cat", "dgo", *map(str, range(8))]
    assert len(store.set_classes("own", names)) == 10
    with pytest.raises(SettingsError, match="Own classes must be 2 to 10 names. Got 11."):
        store.set_classes("own", [*names, "more"])
