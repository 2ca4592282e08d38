"""Networks of runs and baselines, a few of them kept in memory, each with the lock under which it is asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

from ssl_core.models.build import build_task, load_task
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.tasks.base import PretextTask

MODELS = 6  # kept in memory


class Model(NamedTuple):
    """A task in eval mode with the lock under which it is asked."""

    task: PretextTask
    lock: threading.Lock


_models: OrderedDict[tuple[str, str], Model] = OrderedDict()
_shelf = threading.Lock()


def model_of(name: str, trained: bool = True) -> Model:
    """The task of a run as trained so far, or before its first step; a few are kept in memory."""
    folder = folder_of(name)
    last = latest_checkpoint(folder) if trained else None
    key = (str(folder), f"{last}{last.stat().st_mtime if last else ''}")
    with _shelf:
        if key not in _models:
            task = load_task(folder) if trained else build_task(spec_of(folder)).requires_grad_(False)
            _models[key] = Model(task, threading.Lock())
        _models.move_to_end(key)
        while len(_models) > MODELS:
            _models.popitem(last=False)
        return _models[key]
