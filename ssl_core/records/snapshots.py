"""The fixed pictures of a run as they were answered at some step. Reading needs no torch."""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ssl_core.records.runs import run as find_run
from ssl_core.settings import SettingsError
from ssl_core.system.disk import write_json
from ssl_core.types import Panel, PictureId


def save_snapshot(folder: Path, step: int, rows: list[list[Panel]]) -> None:
    """Writes pictures/<step>.npz (uint8) and .json (everything but the pixels); the JSON appears last."""
    home = folder / "pictures"
    home.mkdir(exist_ok=True)
    drawn = {f"{r}-{p}": panel.image for r, row in enumerate(rows) for p, panel in enumerate(row)}
    arrays: dict[str, Any] = {name: image for name, image in drawn.items() if not isinstance(image, int)}
    np.savez_compressed(home / f"{step:08d}.npz", **arrays)
    write_json(home / f"{step:08d}.json", [[_plain(panel) for panel in row] for row in rows])


def _plain(panel: Panel) -> dict[str, object]:
    said = panel._asdict()
    said["image"] = said["image"] if isinstance(said["image"], int) else None
    return said


def snapshot_steps(folder: Path) -> list[int]:
    """The steps of which there are pictures, in order."""
    return sorted(int(path.stem) for path in (folder / "pictures").glob("*.json") if path.stem.isdigit())


def load_snapshot(folder: Path, step: int) -> list[list[Panel]]:
    """The rows of panels that were saved at a step."""
    stem = folder / "pictures" / f"{step:08d}"
    said = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(stem.with_suffix(".npz")) as arrays:
        return [
            [Panel(**{**p, "image": arrays[f"{r}-{k}"] if p["image"] is None else p["image"]}) for k, p in enumerate(row)]
            for r, row in enumerate(said)
        ]


class Shown(NamedTuple):
    """Pictures as a run answered them at a step."""

    step: int
    steps: list[int]  # of which there are pictures
    rows: list[list[Panel]]
    dataset: str
    ids: list[str]  # "test-45": which picture each row is about
    metric: str
    glance: int  # panels of a row that are enough at a glance


def pictures(name: str, step: int | None = None) -> Shown:
    """The fixed pictures of a run at a step (the last one there is, where none is said).

    Raises:
        SettingsError: where the run has no pictures yet.
    """
    run = find_run(name)
    steps = snapshot_steps(run.folder)
    if not steps:
        raise SettingsError(f"The run '{name}' has drawn no pictures yet.")
    asked = steps[-1] if step is None else max((s for s in steps if s <= step), default=steps[0])
    ids = PictureId.texts("test", run.fixed)
    for found in [asked, *reversed([s for s in steps if s != asked])]:
        if (rows := _readable(run.folder, found)) is not None:
            return Shown(found, steps, rows, run.dataset, ids, run.metric, run.headline)
    raise SettingsError(f"The pictures of the run '{name}' can't be read any more: their files are damaged.")


def _readable(folder: Path, step: int) -> list[list[Panel]] | None:
    """The rows of a step, None where their files are damaged."""
    try:
        return load_snapshot(folder, step)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
