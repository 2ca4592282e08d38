"""A label action as a click makes one, and an empty store."""

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from ssl_core.labels.log import Action


def click(picture, name, set_name="scenes"):
    return Action(set_name, picture, name, str(uuid.uuid4()))


def forget(runs: Path) -> None:
    """Deletes all labels, actions and classes. The file stays, since a server has it open."""
    file = runs / "labels.sqlite"
    if file.exists():
        with closing(sqlite3.connect(file, timeout=30)) as base, base:
            for table in ("actions", "labels", "classes"):
                base.execute(f"DELETE FROM {table}")
