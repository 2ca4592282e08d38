"""JSON files written in one step and read without an error; faults of the disk as sentences."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ssl_core.settings import SettingsError

FULL = (errno.ENOSPC, errno.EDQUOT)
SHUT = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)
FULL_WORDS = ("no space left", "failed writing", "unexpected pos", "requested and")  # errors of safetensors, torch and numpy, without errno


def disk_fault(error: BaseException) -> str:
    """A fault of the disk (full, not writable, name too long) as a sentence with a remedy; "" for any other error."""
    untyped = getattr(error, "errno", None) is None and any(words in str(error).lower() for words in FULL_WORDS)
    if untyped or (isinstance(error, OSError) and error.errno in FULL):
        return "The disk is full. Make room (Runs → Clear caches helps), then resume or start again."
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return f"'{str(error.filename)[:60]}…' is too long for the name of a file. Choose a shorter one."
    if isinstance(error, OSError) and error.errno in SHUT:
        return f"'{error.filename}' can't be written. Choose another folder with SSL_RUNS or SSL_CACHE."
    return ""


@contextlib.contextmanager
def disk_in_words() -> Iterator[None]:
    """Inside, an OSError that is a fault of the disk becomes a SettingsError with a remedy."""
    try:
        yield
    except OSError as error:
        if told := disk_fault(error):
            raise SettingsError(told) from error
        raise


def write_json(path: Path, value: object) -> None:
    """Replaces a file in one step: a reader sees the old text or the new, never a part."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with open(part, "w", encoding="utf-8") as file:
            json.dump(value, file, indent=1, allow_nan=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)  # on a full disk this file would take the space that the next try needs
        raise


def read_json(path: Path, default: Any = None) -> Any:
    """The value in a JSON file; `default` where there is none or it can't be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return default


def disk_use(folder: Path) -> int:
    """Bytes of a file, or of all files below a folder; files deleted meanwhile count as 0."""
    total = 0
    for path in [str(folder), *(os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)]:
        with contextlib.suppress(OSError):
            facts = os.lstat(path)
            total += facts.st_size if stat.S_ISREG(facts.st_mode) else 0
    return total
