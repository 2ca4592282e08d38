"""Encoders that a run without an end keeps, at 100, 200, 400, … steps; they and its snapshots are thinned as it goes on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssl_core.records.snapshots import snapshot_steps

if TYPE_CHECKING:
    from torch import Tensor

HOME = "encoders"
KEPT = 10  # encoders, and snapshots of marked steps, that stay
RECENT = 3  # snapshots between two marked steps that stay: the newest


def kept_encoders(folder: Path) -> dict[int, Path]:
    """The encoders that a run kept, by their step, in order."""
    found = (path for path in (folder / HOME).glob("*.safetensors") if path.stem.isdigit())
    return {int(path.stem): path for path in sorted(found)}


def keep_encoder(folder: Path, step: int, state: dict[str, Tensor]) -> None:
    """Writes encoders/<step>.safetensors, in one step."""
    from safetensors.torch import save_file

    home = folder / HOME
    home.mkdir(exist_ok=True)
    plain: dict[str, Any] = {name: value.detach().cpu().contiguous().clone() for name, value in state.items()}
    save_file(plain, home / f"{step:08d}.part")
    os.replace(home / f"{step:08d}.part", home / f"{step:08d}.safetensors")


def thin(folder: Path, marked: Callable[[int], bool]) -> None:
    """Deletes encoders and snapshots so that KEPT of marked steps stay, and of other steps the first and the RECENT newest."""
    encoders = kept_encoders(folder)
    for step in set(encoders) - set(thinned(list(encoders))):
        encoders[step].unlink(missing_ok=True)
    steps = snapshot_steps(folder)
    beside = [step for step in steps if step and not marked(step)]
    stay = {0, *thinned([step for step in steps if marked(step)]), *beside[-RECENT:]}
    for step in set(steps) - stay:
        for suffix in (".json", ".npz"):
            (folder / "pictures" / f"{step:08d}{suffix}").unlink(missing_ok=True)


def thinned(steps: list[int], most: int = KEPT) -> list[int]:
    """At most `most` of ascending steps: the first and last stay, and between them those that leave the ratios of neighbours even."""
    kept = list(steps)
    while len(kept) > max(2, most):
        del kept[min(range(1, len(kept) - 1), key=lambda at: kept[at + 1] / max(1, kept[at - 1]))]
    return kept
