"""How the folders of data sets are read: the account of each, and the choice of another reading."""

from __future__ import annotations

from typing import Any

from ssl_core.library import accounts
from ssl_core.library.changes import Change
from ssl_core.reading.account import Account, Choice
from ssl_core.settings import SettingsError


def account(name: str) -> Account:
    """What was understood of a folder or an archive: `.words`, `.rows` of files by role, `.remarks` with other readings, `.assumed`.

    Of a set that was used before folders had accounts it is the account that `core.accept_reading` would give the set.

    Raises:
        SettingsError: there is no such set, or it is built in.
    """
    found = accounts.reading_of(name)
    known = found.account or found.offered
    if known is None:  # never: a folder has an account or is offered one
        raise SettingsError(f"'{name[:60]}' has no account.")
    return known


def choose_reading(name: str, **choice: Any) -> Change:
    """Keeps how a folder is read, beside what was chosen before: `choose_reading("mine", train=["a"], classes="labels.csv:kind")`.

    Takes train, validation, test, unlabelled, masks (lists of folders), classes, file, split, group, merged ({"old": "new"}), apart.

    Raises:
        SettingsError: the choice has another key or value, names what isn't there, or leaves no picture.
    """
    said = {key: list(value) if isinstance(value, tuple) else value for key, value in choice.items()}
    return _kept(name, Choice.read({**accounts.reading_of(name).choice.plain(), **said}))


def accept_reading(name: str) -> Change:
    """Gives a set that was used before folders had accounts the reading with an account. Raises SettingsError as `account`."""
    return _kept(name, accounts.reading_of(name).choice)


def forget_reading(name: str) -> None:
    """Forgets what was chosen: the folder is read as its files say. Raises SettingsError as `account`."""
    if accounts.reading_of(name).account is not None:
        accounts.choose(name, Choice(), answers=False)


def _kept(name: str, choice: Choice) -> Change:
    changed = accounts.change(name, choice)
    accounts.choose(name, choice)
    return changed
