"""The folder of a job. Its name is a digest of the request, so that equal requests share one folder."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path

from ssl_core.jobs.kinds import KINDS
from ssl_core.system.disk import disk_in_words, write_json

VERSION = 1  # of the format of job folders; a newer one is refused in a sentence


def job_name(kind: str, request: Mapping[str, object]) -> str:
    """The name of a request's folder: kind, and 16 hexadecimal digits of the SHA-256 of its JSON with sorted keys."""
    text = json.dumps(request, sort_keys=True)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


@disk_in_words()
def ask(kind: str, request: Mapping[str, object], home: Path) -> Path:
    """Makes the folder of a job below `home` where there is none yet; the folder. The job isn't started."""
    assert kind in KINDS, kind
    folder = home / "jobs" / job_name(kind, request)
    if not (folder / "spec.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "spec.json", {"kind": kind, "version": VERSION, "created": time.time(), **request})
    return folder


def newer(spec: Mapping[str, object], name: str) -> str:
    """Why this version can't work a spec that a later version wrote, in a sentence; "" where none did."""
    version = spec.get("version", 0)
    if isinstance(version, int) and version <= VERSION:
        return ""
    return f"'{name}' was made by a newer version ({str(version)[:20]}) than this one ({VERSION}). Update Selfsight to work it."
