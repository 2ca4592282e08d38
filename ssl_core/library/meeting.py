"""Whether the classes of a set meet in train and test: a class in one split only is named, and without one in both nothing is measured.

Of folders and archives alone: the sets that are built in have every class in both. No torch, no picture is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ssl_core.library.names import SPLITS, find
from ssl_core.reading import files
from ssl_core.reading.naming import several_names
from ssl_core.settings import SettingsError


class Meeting(NamedTuple):
    """The classes of labelled pictures by split."""

    both: tuple[str, ...]
    train: tuple[str, ...]  # in train only
    test: tuple[str, ...]  # in test only
    unlearnt: int  # test pictures of the classes in test only

    @property
    def apart(self) -> bool:
        """Whether both splits have classes and none in common."""
        return bool(self.train and self.test and not self.both)


def meeting(name: str) -> Meeting:
    """The classes of a data set by split. Raises SettingsError where there is no such set, or it can't be opened."""
    found = find(name)
    if found.path is None:
        return Meeting((), (), (), 0)
    index = files.index(found.path)
    of_train, of_test = (index.counts[split] for split in SPLITS)
    parts = (of_train.keys() & of_test.keys(), of_train.keys() - of_test.keys(), of_test.keys() - of_train.keys())
    both, train, test = (tuple(index.classes[k] for k in sorted(part)) for part in parts)
    return Meeting(both, train, test, sum(of_test[k] for k in parts[2]))


def check_classes_meet(name: str) -> None:
    """Raises SettingsError where no class of a data set is both in train and in test."""
    if reason := unmet_classes(name):
        raise SettingsError(reason)


def unmet_classes(name: str) -> str:
    """Why nothing is measured over a set's classes: none is both in train and in test, or leaks are unknown; else ""."""
    path = find(name).path
    if path is not None and (reason := files.index(path).unsettled):
        return reason
    found = meeting(name)
    return classes_apart(name, found.train, found.test) if found.apart else ""


def class_notes(name: str) -> list[str]:
    """A sentence on the classes that are in test only, and one on those in train only; [] where every class is in both."""
    found = meeting(name)
    if not found.both:
        return []
    one = len(found.test) == 1
    pictures = "1 picture, which counts" if found.unlearnt == 1 else f"{found.unlearnt:,} pictures, which count"
    said = [f"{named_classes(found.test)} {'is' if one else 'are'} in test only: never learnt from ({pictures} as wrong)."]
    said = said if found.test else []
    if found.train:
        said.append(f"{named_classes(found.train)} {'is' if len(found.train) == 1 else 'are'} in train only: never measured with.")
    return said


def apart_note(name: str) -> str:
    """How many test pictures of a set are left out since they can be found in training, as a sentence; "" where none is."""
    path = find(name).path
    aside = len(files.index(path).aside) if path is not None else 0
    said = "1 test picture that can be found in training is" if aside == 1 else f"{aside:,} test pictures that can be found in training are"
    return f"{said} left out of the test." if aside else ""


def classes_apart(name: str, train: Sequence[str], test: Sequence[str]) -> str:
    """Why nothing is measured on a set, and what to do."""
    return (
        f"The classes of '{name[:60]}' must meet: at least one must be in train and in test. Got {named_classes(train)} in train and "
        f"{named_classes(test)} in test, so no score would mean anything. Say on the screen Pictures (or by `data NAME --train … --test … "
        "--classes …`) which folders are train and test and what names classes, or choose another set."
    )


def named_classes(names: Iterable[str]) -> str:
    """The first classes in quotes, the others as a number."""
    return several_names((f"'{name[:60]}'" for name in names), last=" and ")
