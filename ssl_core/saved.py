"""Checkpoints as files: which there are, and which can still be read. Nothing here loads torch."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

from ssl_core.settings import SettingsError

WEIGHTS, REST = "weights.safetensors", "rest.pt"
LONGEST_HEADER = 100_000_000  # bytes: what the format allows


def checkpoints(folder: Path) -> list[Path]:
    """The finished checkpoints of a run, the newest first."""
    found = (path.parent for path in (folder / "checkpoints").glob(f"*/{WEIGHTS}"))
    return sorted((path for path in found if path.name.isdigit()), reverse=True)


def latest_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint of a run that is whole, None where none was saved.

    Raises:
        SettingsError: there are some, and none can be read.
    """
    found = checkpoints(folder)
    newest = next((each for each in found if whole(each)), None)
    if found and newest is None:
        raise SettingsError(f"No checkpoint of '{folder.name}' can be read any more: its files are damaged. Train it anew, or delete it.")
    return newest


def whole(checkpoint: Path) -> bool:
    """Whether the files of a checkpoint are as long as they say and begin and end as they should."""
    rest = checkpoint / REST  # runs that came with the program have none: they aren't trained further
    return _whole_weights(checkpoint / WEIGHTS) and (not rest.exists() or zipfile.is_zipfile(rest))


def _whole_weights(path: Path) -> bool:
    """safetensors: eight bytes say how long the JSON head is, and the head where the last weight ends."""
    try:
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            head = json.loads(file.read(length)) if 2 <= length <= LONGEST_HEADER else {}
        ends = [entry["data_offsets"][1] for name, entry in head.items() if name != "__metadata__"]
        return bool(ends) and path.stat().st_size == 8 + length + max(ends)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return False


def damage(folder: Path) -> str:
    """What to tell of checkpoints that can't be read any more; "" where the newest one can."""
    found = checkpoints(folder)
    if not found or whole(found[0]):
        return ""
    try:
        good = latest_checkpoint(folder)
    except SettingsError as error:
        return str(error)
    assert good is not None
    newest, before = int(found[0].name), int(good.name)
    return f"The newest checkpoint of '{folder.name}' (step {newest}) can't be read. The one before (step {before}) is used."


def drop_damaged(folder: Path) -> str:
    """Deletes what is newer than the newest checkpoint that is whole: what a resumed run learns again. What was said of it."""
    told, good = damage(folder), latest_checkpoint(folder)
    for each in checkpoints(folder):
        if good is not None and each > good:
            shutil.rmtree(each, ignore_errors=True)
    return told
