"""metrics.jsonl: one line a logged step."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from ssl_core.records.encoders import drop_encoders

PARTS = ("train", "test")  # of a line of metrics


def curve(folder: Path) -> list[dict[str, Any]]:
    """The lines of metrics.jsonl; a last line that was written in part is left out."""
    lines: list[dict[str, Any]] = []
    try:
        text = (folder / "metrics.jsonl").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    for line in text.splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if isinstance(read, dict) and isinstance(read.get("step"), int | float):
            lines.append({**read, **{part: read[part] if isinstance(read.get(part), dict) else None for part in PARTS}})
    return lines


def keep_until(folder: Path, step: int) -> None:
    """Deletes metrics, pictures and encoders after `step`, which a resumed run writes again."""
    drop_encoders(folder, step if step else -1)
    for path in (folder / "pictures").glob("*.json"):
        if path.stem.isdigit() and (int(path.stem) > step or step == 0):
            path.unlink()
            path.with_suffix(".npz").unlink(missing_ok=True)
    metrics = folder / "metrics.jsonl"
    if not metrics.exists():
        return
    kept = [line for line in metrics.read_text(encoding="utf-8", errors="replace").splitlines() if _step_of(line) <= step and step]
    part = metrics.with_name("metrics.part")
    part.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    shutil.move(part, metrics)


def _step_of(line: str) -> float:
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return float("inf")
