"""The columns that a person named, as TABLE:COLUMN. No torch."""

from __future__ import annotations

from collections.abc import Sequence

from ssl_core.reading.account import Choice
from ssl_core.reading.tables import words
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.settings import SettingsError


def chosen_columns(choice: Choice, sheets: Sequence[Sheet]) -> dict[str, tuple[str, str]]:
    """The columns that a person said, as table and title. Raises SettingsError."""
    said = {"file": choice.file, "classes": choice.classes, "split": choice.split, "group": choice.group}
    return {key: _column_said(key, text, sheets) for key, text in said.items() if text is not None and not _no_column(key, text)}


def _no_column(key: str, text: str) -> bool:
    """Whether a choice names no column of a table."""
    return text in ("none", "names", "folders") or (key in ("classes", "group") and text.startswith("folders:"))


def _column_said(key: str, text: str, sheets: Sequence[Sheet]) -> tuple[str, str]:
    owner = {"file": "files", "classes": "classes", "split": "splits", "group": "groups"}[key]
    sheet = next((each for each in sheets if text.startswith(f"{each.name}:")), None)
    if sheet is None:
        names = words.quoted(each.name for each in sheets) or "none"
        raise SettingsError(
            f"'{key}' must be TABLE:COLUMN, the column that names {owner}. Tables that are read here: {names}. Got '{text[:80]}'."
        )
    title = text[len(sheet.name) + 1 :]
    ends = title.split(" to ", 1)
    if title not in sheet.titles and not (key == "classes" and len(ends) == 2 and set(ends) <= set(sheet.titles)):
        raise SettingsError(f"'{key}' must be a column of '{sheet.name}': {words.quoted(sheet.titles, 20)}. Got '{title[:80]}'.")
    return sheet.name, title
