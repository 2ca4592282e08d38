"""Labels in and out: a browser's request, a CSV file. Nothing here loads torch."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Collection, Mapping
from typing import NamedTuple

from ssl_core.labels.label_rows import label_rows
from ssl_core.labels.log import Action
from ssl_core.labels.store import Store, class_name
from ssl_core.settings import SettingsError
from ssl_core.types import PictureId

MOST_ACTIONS = 200  # a request
LONGEST_MARK = 100  # characters
FAULTS_SHOWN = 20


class Taken(NamedTuple):
    """What was done with the rows of a file of labels."""

    added: int  # pictures that had no label
    changed: int
    same: int
    faults: list[str]  # rows left out, a sentence each with the reason; the last one counts the rest


def read_actions(value: object) -> list[Action]:
    """The actions in a request's body.

    Raises:
        SettingsError: saying which of them is wrong and what is allowed.
    """
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_ACTIONS:
        raise SettingsError(f"A request must be a list of 1 to {MOST_ACTIONS} actions. Got {_count(value)}.")
    return [_read_action(item, k) for k, item in enumerate(value, 1)]


def _count(value: object) -> str:
    return str(len(value)) if isinstance(value, list) else f"{type(value).__name__}"


def _read_action(item: object, k: int) -> Action:
    keys = {"set", "id", "class", "action", "undo", "file", "mark"}
    if not isinstance(item, dict) or not set(item) <= keys or not {"set", "action"} <= set(item):
        raise SettingsError(f"Action {k} must be an object with 'set', 'id', 'class', 'action'. Got {str(item)[:60]}.")
    set_name, undo = item["set"], item.get("undo", False)
    if not isinstance(set_name, str) or not 0 < len(set_name) <= 300 or not set_name.isprintable():
        raise SettingsError(f"'set' of action {k} must be the name of a data set. Got {str(set_name)[:60]!r}.")
    if not isinstance(undo, bool):
        raise SettingsError(f"'undo' of action {k} must be true or false. Got {str(undo)[:60]!r}.")
    if undo:
        return Action(set_name, None, None, _uuid(item["action"], k), undo=True)
    picture, name = item.get("id"), item.get("class")
    if not isinstance(picture, str) or PictureId.find(picture) is None:
        raise SettingsError(f"'id' of action {k} must be a picture's, like train-12. Got {str(picture)[:60]!r}.")
    if "class" not in item:
        raise SettingsError(f"Action {k} needs a 'class': a name, or null to take the label away.")
    file, mark = item.get("file", ""), item.get("mark", "")
    if not isinstance(file, str) or len(file) > 4096:
        raise SettingsError(f"'file' of action {k} must be the name of the picture's file. Got {str(file)[:60]!r}.")
    if not isinstance(mark, str) or len(mark) > LONGEST_MARK:
        raise SettingsError(f"'mark' of action {k} must be the mark of the picture's file. Got {str(mark)[:60]!r}.")
    return Action(set_name, picture, None if name is None else class_name(name), _uuid(item["action"], k), file=file, mark=mark)


def _uuid(value: object, k: int) -> str:
    try:
        return str(uuid.UUID(value if isinstance(value, str) else ""))
    except ValueError:
        raise SettingsError(f"'action' of action {k} must be a UUID. Got {str(value)[:60]!r}.") from None


def csv_out(store: Store, set_name: str) -> str:
    """The labels of a set as CSV, in the order in which they were given; with a column of file names where the set has files."""
    text, files, labels = io.StringIO(), store.files(set_name), store.labels(set_name)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "class", "file"] if files else ["id", "class"])
    writer.writerows([picture, name, files.get(picture, "")] if files else [picture, name] for picture, name in labels.items())
    return text.getvalue()


def csv_in(
    store: Store,
    set_name: str,
    data: bytes | str,
    classes: Collection[str] = (),
    sizes: Mapping[str, int] | None = None,
    called: str = "labels.csv",
) -> Taken:
    """Labels read from a table with the columns id and class, or file and label; all good rows are stored at once, and undone at once.

    A column `file`, as `csv_out` writes it, counts before the id: ids change when files are added or removed. Exports of labelling tools
    (CSV, JSON) are read like tables beside pictures.
    classes: allowed class names, () for any; sizes: split -> number of pictures, None where unknown; called: the file's name, whose
    ending says its kind.

    Raises:
        SettingsError: where there is no such table in the file.
    """
    known, faults = store.labels(set_name), []
    wanted: dict[str, str] = {}
    id_of = {file.strip(): picture for picture, file in store.files(set_name).items()}
    for line, given, name, file in label_rows(data, called, list(id_of)):
        picture = id_of.get(file, "") if id_of and file else given
        fault = (
            f"there is no file '{file[:60]}' here"
            if not picture and file
            else _fault(picture, name, classes, sizes) or (f"{picture} is there twice" if picture in wanted else "")
        )
        if fault:
            faults.append(f"Line {line}: {fault}.")
        else:
            wanted[picture] = class_name(name)
    new = {picture: name for picture, name in wanted.items() if known.get(picture) != name}
    if new:
        store.act([Action(set_name, picture, name, str(uuid.uuid4())) for picture, name in new.items()], together=True)
    changed = sum(picture in known for picture in new)
    return Taken(len(new) - changed, changed, len(wanted) - len(new), _shortened(faults))


def _fault(picture: str, name: str, classes: Collection[str], sizes: Mapping[str, int] | None) -> str:
    found = PictureId.find(picture)
    if found is None:
        return f"'{picture[:40]}' isn't a picture's id, like train-12"
    if sizes is not None and found.index >= sizes[found.split]:
        kind = "training" if found.split == "train" else "test"
        return f"there is no {picture}: the set has {sizes[found.split]} {kind} pictures"
    try:
        clean = class_name(name)
    except SettingsError:
        return f"'{name[:40]}' isn't a class name"
    return f"there is no class '{clean}'" if classes and clean not in classes else ""


def _shortened(faults: list[str]) -> list[str]:
    rest = len(faults) - FAULTS_SHOWN
    return faults if rest <= 0 else [*faults[:FAULTS_SHOWN], f"And {rest} more."]
