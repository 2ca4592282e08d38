"""The table of job kinds. Functions stand as texts "module:name", imported when a job needs them: this package knows none of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ssl_core.system.disk import read_json


class Kind(NamedTuple):
    """How jobs of one kind are worked."""

    work: str  # work(folder, request, report): does what the request asks, and writes its result into the folder
    read: str = ""  # read(folder) -> request, where the request is more than the JSON of spec.json; raises SettingsError
    made: tuple[str, ...] = ("result.json",)  # files that a job of this kind leaves once it is done
    slot: str = "look"  # jobs of one slot run one at a time: a download keeps nobody waiting who wants to look
    niceness: int = 0  # of a process that works only this job: what takes minutes lets those go first who wait for an answer
    parallel: bool = False  # whether the processes launched beside the first one work the job too
    less_memory: str = ""  # less_memory(spec.json) -> what to try where memory ran out, in a sentence
    on_update: str = "Ask for it again."  # what to do where the program was replaced while the job ran, in a sentence
    load: str = ""  # load(): imports what a job of this kind imports on its way, so that a spare interpreter has it before the job comes
    after: str = ""  # after(folder): what is asked for once the job is done


KINDS = {
    "train": Kind(
        "ssl_core.training.engine:work_train",
        read="ssl_core.records.spec:spec_of",
        slot="train",
        niceness=10,
        parallel=True,
        on_update="Resume it to go on.",
        less_memory="ssl_core.records.spec:less_memory",
        load="ssl_core.training.device:load_fabric",
        after="ssl_core.maps.layout:map_finished_run",
    ),
    "data": Kind("ssl_core.library.sets:work_data"),
    "look": Kind("ssl_core.library.look_job:work_look", slot="pictures", niceness=10),
    "fetch": Kind("ssl_core.library.fetch:work_fetch", slot="fetch"),
    "probe": Kind("ssl_core.evaluation.probe:work_probe", made=("result.json", "result.npz")),
    "embed": Kind("ssl_core.evaluation.probe:work_embed", made=("features.npz",)),
    "similar": Kind("ssl_core.evaluation.similarity:work_similar"),
    "project": Kind("ssl_core.maps.layout:work_project", made=("result.json", "result.npz")),
    "explain": Kind("ssl_core.explanations.shares:work_explain"),
}


def kind_of(folder: Path) -> Kind | None:
    """The kind of the job in a folder, None where spec.json is missing, broken, or of a kind that this version doesn't know."""
    spec = read_json(folder / "spec.json")
    kind = spec.get("kind") if isinstance(spec, dict) else None
    return KINDS.get(kind) if isinstance(kind, str) else None


def function_at(path: str) -> Callable[..., Any]:
    """The function that "module:name" names, imported now."""
    module, name = path.split(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function
