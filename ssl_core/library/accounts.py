"""The account of a data set, how a person chose it to be read, and what another reading would change. No torch."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ssl_core.library.look import leaks_of_index
from ssl_core.library.names import SPLITS, find
from ssl_core.reading import chosen, files
from ssl_core.reading.account import Account, Choice
from ssl_core.reading.chosen import Apart
from ssl_core.reading.index import Index
from ssl_core.settings import SettingsError


class Reading(NamedTuple):
    """How the pictures of a folder or an archive are read."""

    account: Account | None  # None: the first reading, from before folders had accounts
    choice: Choice  # only what a person said
    offered: Account | None  # the account that a set with the first reading would get, None where it has one


class Change(NamedTuple):
    """What another reading changes."""

    moved: int  # pictures that go from one split to another, come or go
    classes_before: tuple[str, ...]
    classes_after: tuple[str, ...]
    train: int  # pictures to learn from, afterwards
    test: int

    def words(self) -> str:
        """What changes, in a sentence."""
        if not self.moved and self.classes_before == self.classes_after:
            return "No picture changes its side or class."
        pictures = (
            "1 picture changes side or class, comes or goes"
            if self.moved == 1
            else f"{self.moved:,} pictures change side or class, come or go"
        )
        classes = f"{len(self.classes_before):,} classes become {len(self.classes_after):,}"
        return f"{pictures}; {classes}; then {self.train:,} pictures are to learn from and {self.test:,} to test."


def reading_of(name: str) -> Reading:
    """How a data set is read, by its name or the path of a folder.

    Raises:
        SettingsError: there is no such set, it can't be opened, or it is built in and has no folder.
    """
    path = set_path(name)
    index, kept = files.index(path), chosen.chosen(path)
    offered = None if index.account else files.previewed(path, kept.choice).account
    return Reading(index.account, kept.choice, offered)


def choose(name: str, choice: Choice) -> Choice:
    """Keeps how a data set is to be read, after trying it. Returns the choice before, with which `choose` undoes this one.

    Raises:
        SettingsError: the choice names a folder or a column that isn't there, or leaves no picture; or test pictures that leak are to be
            left out, and the pictures weren't looked at.
    """
    path = set_path(name)
    index, apart = _tried(name, path, choice)
    if not index.train and not index.test:
        raise SettingsError(f"This choice leaves no picture of '{name[:60]}' to learn from or to test. {_words(index)}")
    if not index.test and index.aside:
        raise SettingsError(f"Every test picture of '{name[:60]}' can be found in training too, so none is left to measure with.")
    before = chosen.keep_choice(path, choice, apart=apart)
    files.forget()
    return before.choice


def accept(name: str) -> None:
    """Gives a set with the first reading the reading that has an account."""
    path = set_path(name)
    kept = chosen.chosen(path)
    chosen.keep_choice(path, kept.choice, apart=kept.apart)
    files.forget()


def keep_first(name: str) -> None:
    """Gives a set the first reading, as folders were read before they had accounts: the way back from `accept`."""
    path = set_path(name)
    chosen.keep_choice(path, Choice(), version=1)
    files.forget()


def change(name: str, choice: Choice) -> Change:
    """What a choice would change; nothing is kept. Raises SettingsError as `choose`."""
    path = set_path(name)
    now, then = files.index(path), _tried(name, path, choice)[0]
    places = [_places(index) for index in (now, then)]
    moved = sum(places[0].get(file) != places[1].get(file) for file in {**places[0], **places[1]})
    return Change(moved, now.classes, then.classes, len(then.train), len(then.test))


def _tried(name: str, path: Path, choice: Choice) -> tuple[Index, Apart | None]:
    """The index that a choice would give, and the test pictures that it leaves out since they leak."""
    if not choice.apart:
        return files.previewed(path, choice), None
    whole = files.previewed(path, choice.with_(apart=False))
    apart = Apart(whole.sides_digest, tuple(whole.wrapping + leak.test for leak in leaks_of_index(name, whole).found))
    return files.previewed(path, choice, apart=apart), apart


def set_path(name: str) -> Path:
    """The folder or archive of a data set. Raises SettingsError for a built-in set."""
    found = find(name)
    if found.path is None:
        raise SettingsError(f"'{name[:60]}' is built in: only folders and archives can be read in another way.")
    return found.path


def _places(index: Index) -> dict[tuple[str, int, int], str]:
    """Split by file; a file is known by name, size and time of change, since the readings name folders differently."""
    return {
        (entry.name.rpartition("/")[2], entry.size, entry.stamp): f"{split} {index.labels[entry.name]}"
        for split in SPLITS
        for entry in index.entries(split)
    }


def _words(index: Index) -> str:
    return index.account.words if index.account else ""
