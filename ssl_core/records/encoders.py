"""Encoders that a run keeps on its way, at steps each about twice the one before; `RUN@STEP` names one as a target."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssl_core.records.snapshots import snapshot_steps
from ssl_core.settings import SettingsError

if TYPE_CHECKING:
    from torch import Tensor

HOME = "encoders"
KEPT = 10  # encoders, and snapshots of marked steps, that stay
MOST_BYTES = 500_000_000  # of the encoders of a run; of large networks fewer stay
RECENT = 3  # snapshots between two marked steps that stay: the newest


def kept_encoders(folder: Path) -> dict[int, Path]:
    """The encoders that a run kept, by their step, in order."""
    found = (path for path in (folder / HOME).glob("*.safetensors") if path.stem.isdigit())
    return {int(path.stem): path for path in sorted(found)}


def kept_at(text: str) -> tuple[str, int | None]:
    """Run and step of "rotation-1@120"; None: no step is named, so that it is the run as it is now."""
    name, _, step = text.rpartition("@")
    return (name, int(step)) if name and ":" not in name and step.isdigit() and len(step) < 13 else (text, None)


def kept_encoder(folder: Path, step: int) -> Path:
    """The file of the encoder that a run kept at a step.

    Raises:
        SettingsError: none was kept at that step.
    """
    kept = kept_encoders(folder)
    if step not in kept:
        steps = ", ".join(map(str, kept)) or "none: it was trained by an earlier version, or its caches were cleared"
        raise SettingsError(f"'{folder.name}' kept no encoder at step {step}. It kept those of: {steps}.")
    return kept[step]


def drop_encoders(folder: Path, after: int = -1) -> None:
    """Deletes the encoders that were kept after a step; by default all."""
    for step, path in kept_encoders(folder).items():
        if step > after:
            path.unlink(missing_ok=True)


def keep_encoder(folder: Path, step: int, state: dict[str, Tensor]) -> None:
    """Writes encoders/<step>.safetensors, in one step."""
    from safetensors.torch import save_file

    home = folder / HOME
    home.mkdir(exist_ok=True)
    plain: dict[str, Any] = {name: value.detach().cpu().contiguous().clone() for name, value in state.items()}
    save_file(plain, home / f"{step:08d}.part")
    os.replace(home / f"{step:08d}.part", home / f"{step:08d}.safetensors")


def thin_encoders(folder: Path) -> None:
    """Deletes encoders so that KEPT stay, or as many as MOST_BYTES hold where these are fewer."""
    encoders = kept_encoders(folder)
    largest = max((path.stat().st_size for path in encoders.values()), default=1)
    for step in set(encoders) - set(thinned(list(encoders), min(KEPT, MOST_BYTES // largest))):
        encoders[step].unlink(missing_ok=True)


def thin(folder: Path, marked: Callable[[int], bool]) -> None:
    """Of a run without an end: deletes encoders (`thin_encoders`) and snapshots.

    KEPT snapshots of marked steps stay, and of other steps the first and the RECENT newest.
    """
    thin_encoders(folder)
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
