"""Checkpoints as files: which there are, and which can still be read. Nothing here loads torch."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

from ssl_core.settings import SettingsError

WEIGHTS, REST = "weights.safetensors", "rest.pt"
DIGESTS = "sha256.json"  # SHA-256 of the two files when they were written
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
    newest = next((each for each in found if is_whole(each)), None)
    if found and newest is None:
        raise SettingsError(f"No checkpoint of '{folder.name}' can be read any more: its files are damaged. Train it anew, or delete it.")
    return newest


def is_whole(checkpoint: Path) -> bool:
    """Whether the files of a checkpoint have the length that their headers say; their contents aren't read."""
    rest = checkpoint / REST  # runs that came with the program have none: they aren't trained further
    return _whole_weights(checkpoint / WEIGHTS) and (not rest.exists() or zipfile.is_zipfile(rest))


def _whole_weights(path: Path) -> bool:
    """safetensors: the first 8 bytes are the length of the JSON header, which holds the offset at which each weight ends."""
    try:
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            head = json.loads(file.read(length)) if 2 <= length <= LONGEST_HEADER else {}
        ends = [entry["data_offsets"][1] for name, entry in head.items() if name != "__metadata__"]
        return bool(ends) and path.stat().st_size == 8 + length + max(ends)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return False


def note_digests(checkpoint: Path) -> None:
    """Writes the SHA-256 of a checkpoint's files beside them."""
    digests = {path.name: _digest(path) for path in sorted(checkpoint.iterdir())}
    (checkpoint / DIGESTS).write_text(json.dumps(digests))


def intact(checkpoint: Path, *names: str) -> bool:
    """Whether files of a checkpoint have the SHA-256 noted when they were written; True where an earlier version noted none."""
    try:
        digests = json.loads((checkpoint / DIGESTS).read_text())
        return all(digests[name] == _digest(checkpoint / name) for name in names)
    except FileNotFoundError:
        return True
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damage(folder: Path) -> str:
    """A warning about checkpoints that can't be read any more; "" where the newest one can."""
    found = checkpoints(folder)
    if not found or is_whole(found[0]):
        return ""
    try:
        good = latest_checkpoint(folder)
    except SettingsError as error:
        return str(error)
    assert good is not None
    return _passed_over(folder, found[0], good)


def resumable(folder: Path) -> Path | None:
    """The newest checkpoint that a run can go on from, None where none was saved; its files are read whole.

    Raises:
        SettingsError: there are some, and none will do.
    """
    if latest_checkpoint(folder) is None:
        return None
    for each in checkpoints(folder):
        if is_whole(each) and (each / REST).exists() and intact(each, WEIGHTS, REST):
            return each
    told = f"'{folder.name}' can't go on: {REST} of its checkpoints is missing or damaged."
    raise SettingsError(f"{told} Copy its folder again, or train it anew.")


def drop_damaged(folder: Path) -> str:
    """Deletes the damaged checkpoints newer than the one that a run resumes from; a warning that says so, "" where none was."""
    good = resumable(folder)
    dropped = [each for each in checkpoints(folder) if good is not None and each > good]
    for each in dropped:
        shutil.rmtree(each, ignore_errors=True)
    return _passed_over(folder, dropped[0], good) if dropped and good else ""


def _passed_over(folder: Path, newest: Path, good: Path) -> str:
    told = f"The newest checkpoint of '{folder.name}' (step {int(newest.name)}) can't be read."
    return f"{told} The one before (step {int(good.name)}) is used."
