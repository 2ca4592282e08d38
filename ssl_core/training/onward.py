"""Going on: a finished run trains on for another budget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ssl_core.jobs import start as jobs_start
from ssl_core.jobs.status import Status, status_of
from ssl_core.records.checkpoints import resumable
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import RunSpec, spec_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words, write_json
from ssl_core.system.roots import runs_root
from ssl_core.training.length import going_on


def go_on(
    name: str,
    minutes: float | None = None,
    steps: int | None = None,
    epochs: float | None = None,
    until_stopped: bool = False,
    **variables: str,
) -> str:
    """Has a finished run train on for another budget, in a process of its own; `budget.length_in_words` says what its learning rate does.

    variables: as `start_training`. Raises SettingsError as `lengthen`.
    """
    with disk_in_words():
        lengthen(name, minutes=minutes, steps=steps, epochs=epochs, until_stopped=until_stopped)
        jobs_start.start(folder_of(name), **variables)
    return name


def lengthen(name: str, **length: Any) -> None:
    """Adds a stretch to a finished run, `minutes`, `steps`, `epochs` or `until_stopped`, and sets the run back to queued.

    Raises:
        SettingsError: the run isn't done, came with the program, has no checkpoint to go on from, or the length isn't one.
    """
    folder, spec, status = own_run(name)
    if status.state != "done":
        raise SettingsError(f"Only a run that is done can go on for another budget. '{name}' is {status.state}. Resume it first.")
    resumable(folder)
    write_json(folder / "spec.json", going_on(spec, status.step, **length).plain())
    jobs_start.begin_again(folder)


def own_run(name: str) -> tuple[Path, RunSpec, Status]:
    """Folder, spec and status of a run that can be trained further.

    Raises:
        SettingsError: it came with the program, or is at work.
    """
    folder = folder_of(name)
    status = status_of(folder)
    if folder.parent != runs_root():
        raise SettingsError(f"The run '{name}' came with the program and can't be trained further. Start a new one.")
    if status.active:
        raise SettingsError(f"The run '{name}' is at work already.")
    return folder, spec_of(folder), status
