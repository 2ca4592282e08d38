"""A target's network taught the names by a run of its own, and that run's answers to test pictures.

Axes: S test picture, K class.
"""

from __future__ import annotations

import sys
import tempfile
import time

import numpy as np
import torch

from ssl_core.jobs.report import Stopped
from ssl_core.jobs.start import open_child, stop
from ssl_core.jobs.status import status_of
from ssl_core.library.sets import PictureSet
from ssl_core.models.features import BATCH, Report
from ssl_core.models.loaded import model_of
from ssl_core.models.targets import Target
from ssl_core.probes.base import Tuned
from ssl_core.records.runs import Run, runs
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError

TUNABLE = ("run", "untrained", "imagenet")  # kinds of targets whose network a run can begin with
POLL = 0.5  # seconds between two looks at the run


def tuned(target: Target, minutes: float, labels_per_class: int | None, seed: int, id_S: np.ndarray, report: Report) -> Tuned:
    """Trains a copy of the target's network as a run, waits for its end, and asks it about test pictures.

    id_S: their indices in the split. report: gets the run's steps; where it raises to stop the work, the run is stopped too.

    Raises:
        SettingsError: the target has no network to teach, or the run failed; the sentence says why.
    """
    if target.kind not in TUNABLE:
        raise SettingsError(f"'{target.title}' has no network that can be fine-tuned. Choose a run, untrained:RUN or imagenet:MODEL.")
    title = f"{target.title}, fine-tuned"[:60] + f" {seed}"
    run = _trained(title, [*_flags(target, minutes, labels_per_class, seed), "--title", title], report)
    whole = spec_of(run.folder).data.samples if labels_per_class is None else None
    return Tuned(run.id, whole, _logits(run.id, target, id_S, report))


def _flags(target: Target, minutes: float, labels_per_class: int | None, seed: int) -> list[str]:
    """The command that a person would type for the same run."""
    flags = ["--from", target.text, "--dataset", target.dataset, "--image-size", str(target.seen_size)]
    flags += ["--minutes", f"{minutes:g}", "--seed", str(seed)]
    flags += ["--labels-per-class", str(labels_per_class)] if labels_per_class is not None else []
    for name, value in target.dataset_options.items():
        flags += [f"--dataset.{name.replace('_', '-')}", str(value)]
    return flags


def _trained(title: str, flags: list[str], report: Report) -> Run:
    """The run of that title, at its end."""
    before = {run.id for run in runs(starters=False)}
    with tempfile.TemporaryFile() as log:
        child = open_child([sys.executable, "-m", "ssl_core", "train", "finetune", *flags], log)
        found: Run | None = None
        try:
            while child.poll() is None:
                found = found or next((run for run in runs(starters=False) if run.title == title and run.id not in before), None)
                status = status_of(found.folder) if found else None
                report("teaching it the names", status.step if status else 0, status.steps if status else 0)
                time.sleep(POLL)
        except Stopped:
            if found is not None:
                stop(found.folder)
            child.terminate() if found is None else child.wait()
            raise
        log.seek(0)
        said = log.read().decode(errors="replace").strip().splitlines()
    found = found or next((run for run in runs(starters=False) if run.title == title and run.id not in before), None)
    state = status_of(found.folder) if found else None
    if found is None or state is None or state.state != "done":
        reason = (state.reason if state else "") or (said[-1] if said else "It ended without a word.")
        raise SettingsError(f"Fine-tuning it failed: {reason}")
    return found


@torch.no_grad()
def _logits(run_name: str, target: Target, id_S: np.ndarray, report: Report) -> np.ndarray:
    """S x K: the run's logits for the pictures, read at the size that it learnt with."""
    task, lock = model_of(run_name)
    size = task.data.image_size
    pictures = PictureSet(target.dataset, "test", size, target.dataset_options).decoded(
        lambda done, of: report("reading pictures", done, of)
    )
    rows_S, found = pictures.rows_of(id_S.tolist()), []
    for at in range(0, len(rows_S), BATCH):
        images_BCHW = torch.from_numpy(pictures.images(rows_S[at : at + BATCH])).float() / 255
        with lock:
            output = task({"images_BCHW": images_BCHW, "label_B": torch.full((len(images_BCHW),), -1)})
        assert output.answer_BK is not None
        found.append(output.answer_BK.numpy())
        report("testing", at, len(rows_S))
    return np.concatenate(found)
