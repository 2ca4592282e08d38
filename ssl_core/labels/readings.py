"""What another reading of a folder changes beside its pictures: labels that move with their files, results that become stale."""

from __future__ import annotations

from typing import NamedTuple

from ssl_core.labels.store import label_store
from ssl_core.library.accounts import change
from ssl_core.library.changes import Change
from ssl_core.library.names import find
from ssl_core.reading.account import Choice
from ssl_core.reading.used import specs_of_results
from ssl_core.system.roots import runs_root


class Effect(NamedTuple):
    """What a choice of how a folder is read changes."""

    change: Change
    labels: int  # that were given to the set's pictures
    results: int  # runs that learnt from the set, and measurements on it

    def words(self) -> str:
        """What changes, in sentences."""
        words = [self.change.words()]
        if self.change.moved or self.change.classes_before != self.change.classes_after:
            if self.labels:
                words.append(f"{self.labels:,} {'label moves with its file' if self.labels == 1 else 'labels move with their files'}.")
            if self.results:
                words.append(f"{self.results:,} {'result becomes' if self.results == 1 else 'results become'} stale.")
        return " ".join(words)


def effect_of(name: str, choice: Choice) -> Effect:
    """What a choice changes; nothing is kept. Raises SettingsError as `library.accounts.choose`."""
    changed, own = change(name, choice), find(name).name
    results = sum(spec.get("dataset") in (own, name) for spec in specs_of_results())
    return Effect(changed, len(label_store(runs_root()).labels(own)), results)
