"""The columns that a person named, as TABLE:COLUMN. No torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ssl_core.reading.account import Choice
from ssl_core.reading.naming import quoted
from ssl_core.reading.tables.joined import Labels
from ssl_core.reading.tables.one_table import Said
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.reading.tables.table import MOST_CLASSES
from ssl_core.settings import SettingsError

Columns = Mapping[str, tuple[str, str]]  # by field of the Choice: table and title


def chosen_columns(choice: Choice, sheets: Sequence[Sheet]) -> dict[str, tuple[str, str]]:
    """The columns that a person said, as table and title. Raises SettingsError."""
    said = {"file": choice.file, "classes": choice.classes, "split": choice.split, "group": choice.group}
    return {key: _column_said(key, text, sheets) for key, text in said.items() if text is not None and not _no_column(key, text)}


def _no_column(key: str, text: str) -> bool:
    """Whether a choice names no column of a table."""
    return text in ("none", "names", "folders") or (key in ("classes", "group") and text.startswith(("folders:", "names:")))


def _column_said(key: str, text: str, sheets: Sequence[Sheet]) -> tuple[str, str]:
    owner = {"file": "files", "classes": "classes", "split": "splits", "group": "groups"}[key]
    sheet = next((each for each in sheets if text.startswith(f"{each.name}:")), None)
    if sheet is None:
        names = quoted(each.name for each in sheets) or "none"
        raise SettingsError(
            f"'{key}' must be TABLE:COLUMN, the column that names {owner}. Tables that are read here: {names}. Got '{text[:80]}'."
        )
    title = text[len(sheet.name) + 1 :]
    ends = title.split(" to ", 1)
    if title not in sheet.titles and not (key == "classes" and len(ends) == 2 and set(ends) <= set(sheet.titles)):
        raise SettingsError(f"'{key}' must be a column of '{sheet.name}': {quoted(sheet.titles, 20)}. Got '{title[:80]}'.")
    return sheet.name, title


def check_tables_name_pictures(chosen: Columns, without: Sequence[Sheet]) -> None:
    """Refuses a column of a table whose rows are about no picture. without: those tables. Raises SettingsError."""
    for key, (table, title) in chosen.items():
        sheet = next((each for each in without if each.name == table), None)
        if sheet is None:
            continue
        if key == "file":
            allowed, remedy = "must be a column whose texts name pictures", f"The columns of '{table}': {quoted(sheet.titles, 20)}"
        else:
            allowed = "must be a column of a table whose rows are about pictures"
            remedy = f"If one of the columns of '{table}' names pictures ({quoted(sheet.titles, 20)}), choose it by 'file' first"
        raise SettingsError(f"'{key}' {allowed}. {remedy}. Got '{table}:{title[:80]}', which names no picture that is there.")


def check_columns_say(chosen: Columns, tables: Sequence[Said], labels: Labels) -> None:
    """Refuses a column that says no class, part or group. Raises SettingsError."""
    for said in tables:
        name = said.known.sheet.name
        for key in (key for key, (table, _) in chosen.items() if table == name):
            if why := _says_nothing(key, said, labels):
                raise SettingsError(f"{why} Got '{name}:{chosen[key][1][:80]}'.")


def _says_nothing(key: str, said: Said, labels: Labels) -> str:
    """Why a chosen column changes nothing, "" where it does."""
    fault = labels.refused.get(said.known.sheet.name)
    if key == "classes" and fault is not None and fault.what == "too many classes":
        return f"'classes' must be a column of at most {MOST_CLASSES:,} different labels; it gives {fault.number:,}."
    if key == "classes" and not said.labels:
        return "'classes' must be a column with labels, or the first and the last of columns of which one is the largest in each row."
    if key == "split" and not any(said.parts.values):
        return "'split' must be a column that says train, validation or test, numbers folds, or has two values."
    if key == "group" and not said.group.column:
        return "'group' must be another column than the one that names classes."
    values = [value for value in said.group.values if value] if key == "group" else []
    if key == "group" and not 1 < len(set(values)) < len(values):
        return f"'group' must be a column of several values that pictures share; it has {len(set(values)):,} for {len(values):,} pictures."
    return ""
