"""Training from a notebook: `train` starts a run in a process of its own, a `Handle` follows it, also after a restart of the kernel."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from ssl_core.jobs.start import stop as ask_to_stop
from ssl_core.jobs.status import Status, status_of
from ssl_core.library import browse
from ssl_core.notebook.progress import Bar, until_ended
from ssl_core.notebook.table import Table, plain
from ssl_core.predictions.film import write_film
from ssl_core.records import runs
from ssl_core.records.budget import only_one
from ssl_core.records.curve import PARTS, curve
from ssl_core.records.verdict import CurveVerdict, verdict_of
from ssl_core.settings import Recipe, SettingsError
from ssl_core.training import events, onward, request

UNSHOWN = ("tested", "speed", "wait", "health_")  # how fields of `metrics` begin that are kept and not printed
NO_MAPS = {"SSL_NO_MAPS": "1"}  # a map is drawn where `core.project` asks: the next question would wait for it in line


class Handle:
    """A training run, followed from outside: it is worked by a process of its own, which outlives this one.

    The run is found again by its name, after a restart of the kernel too: `core.handle("simclr-1")`.
    """

    def __init__(self, name: str) -> None:
        self.name = runs.run(name).id
        self._folder = runs.folder_of(name).resolve()

    @property
    def run(self) -> runs.Run:
        """The run as lists have it: its folder, spec and title."""
        return runs.run(self.name)

    @property
    def status(self) -> Status:
        """How the run stands: state (queued, running, done, stopped, failed, interrupted), stage, step, steps, metrics, …"""
        return status_of(self._folder)

    @property
    def metrics(self) -> Table:
        """The curve: a row a logged step; fields `train_…` are means since the row before, `test_…` are on held-out pictures.

        Fields `health_…` say whether what the method compares still tells pictures apart; they aren't printed.
        """
        rows = [_flat(line) for line in curve(self._folder)]
        table = Table(rows, [], f"{self.name}: metrics by step (seconds: in the loop)")
        table.columns = tuple(plain(field, number=True) for field in table.fields if not field.startswith(UNSHOWN))
        return table

    @property
    def verdict(self) -> CurveVerdict:
        """What the curve says in words (kind, words, next, since), by intervals: learning, flat since a step, collapsed, …"""
        return verdict_of(self.run)

    def wait(self, on_interrupt: Literal["leave", "stop"] = "leave", progress: bool = True) -> Handle:
        """Waits until the run has ended, with a progress bar; the handle itself.

        on_interrupt: what Ctrl-C (the notebook's stop button) does. "leave": the run goes on in its own process and KeyboardInterrupt
        goes through, so that no later cell goes on with a half-trained run. "stop": the run saves and ends, and `wait` returns.

        Raises:
            SettingsError: the run failed or was interrupted; the sentence says why and what to do.
        """
        if on_interrupt not in ("leave", "stop"):
            raise SettingsError(f"'on_interrupt' of wait must be one of leave, stop. Got {str(on_interrupt)[:60]}.")
        bar = Bar(self.name, progress)
        try:
            status = until_ended(self._folder, bar)
        except KeyboardInterrupt:
            if on_interrupt == "leave":
                bar.say(f"{self.name} goes on in its own process. core.handle({self.name!r}).wait() waits for it again.")
                raise
            bar.say(f"{self.name} was asked to save and end.")
            status = until_ended(self.stop()._folder, bar)
        self._check(status)
        bar.say(repr(self))
        return self

    def stop(self) -> Handle:
        """Asks the run to save and end after its step; nothing happens where it has ended. `wait` waits until it did."""
        if self.status.active:
            ask_to_stop(self._folder)
        return self

    def resume(self, epochs: float | None = None, steps: int | None = None) -> Handle:
        """Has a stopped or interrupted run go on from its last checkpoint; with `epochs` or `steps` up to a new end.

        Raises:
            SettingsError: the run is at work, is done and no new end is named, or has nothing to go on from.
        """
        request.resume(self.name, epochs, steps, **NO_MAPS)
        return self

    def go_on(
        self, minutes: float | None = None, steps: int | None = None, epochs: float | None = None, until_stopped: bool = False
    ) -> Handle:
        """Has a finished run learn for longer, by one of these; `run.continued_words` says what its learning rate does."""
        onward.go_on(self.name, minutes, steps, epochs, until_stopped, **NO_MAPS)
        return self

    def _check(self, status: Status) -> None:
        if status.state == "failed":
            raise SettingsError(f"The run '{self.name}' failed at step {status.step}: {status.reason}")
        if status.state == "interrupted":
            remedy = "'.resume()' goes on from its last checkpoint, where it has one"
            raise SettingsError(f"The run '{self.name}' was interrupted at step {status.step}: {status.reason.rstrip('.')}. {remedy}.")

    def __repr__(self) -> str:
        status = self.status
        numbers = ", ".join(f"{name} {value:.3f}" for name, value in status.metrics.items() if value is not None)
        of = f" of {status.steps}" if status.steps else ""
        return f"{self.name}: {status.state}, step {status.step}{of}" + (f"; held out: {numbers}" if numbers else "")


def _flat(line: dict[str, Any]) -> dict[str, Any]:
    """A line of metrics.jsonl as fields of a row; lists in it (a spectrum) stay in the file."""
    flat = {name: value for name, value in line.items() if name not in (*PARTS, "health")}
    groups = {part: line[part] for part in PARTS} | {"health": line.get("health")}
    flat |= {f"{group}_{name}": value for group, values in groups.items() for name, value in (values or {}).items()}
    return {name: value for name, value in flat.items() if not isinstance(value, list | dict)}


def handle(name: str) -> Handle:
    """The handle of a run by its name, as `core.list_runs()` lists it; also of a run that another process started.

    Raises:
        SettingsError: there is no such run.
    """
    return Handle(name)


def train(
    task: str,
    *,
    dataset: str | Path = "scenes",
    minutes: float | None = None,
    steps: int | None = None,
    epochs: float | None = None,
    until_stopped: bool = False,
    backbone: str | None = None,
    preset: str | None = None,
    seed: int = 0,
    device: str = "auto",
    precision: str = "auto",
    labels_from: str = "dataset",
    title: str = "",
    backbone_options: Mapping[str, Any] | None = None,
    dataset_options: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Handle:
    """Starts a training run in a process of its own and returns at once; `.wait()` waits for it.

    dataset: a name of `core.list_datasets()`, or the path of a folder or archive. minutes (of learning), steps, epochs or until_stopped
    (at a constant rate until `.stop()`): one of them; else the preset's epochs. A stream (a folder of numbered tar files) has no epochs.
    device: auto, cpu, cuda or mps; precision: auto, fp32 or bf16; labels_from: dataset, or store (labels given by hand).
    settings: the task's own settings and the recipe's, by name: `temperature=0.2, batch=256, rate=1e-3`.
    `core.list_settings(task)` lists them. What isn't said is the preset's, as on the command line and the screens.

    Raises:
        SettingsError: something isn't there, isn't allowed or doesn't go together; nothing was started.
    """
    only_one({"steps": steps, "epochs": epochs, "minutes": minutes, "until_stopped": until_stopped})
    options, recipe = _sorted_out(task, settings if epochs is None else {**settings, "epochs": epochs})
    values: dict[str, Any] = {"task": task, "dataset": str(dataset), "backbone": backbone, "preset": preset, "seed": seed}
    values |= {"steps": steps, "minutes": minutes, "until_stopped": until_stopped}
    values |= {"device": device, "precision": precision, "labels_from": labels_from, "title": title}
    values |= {"backbone_options": dict(backbone_options or {}), "dataset_options": dict(dataset_options or {})}
    browse.unpack_set(str(dataset), lambda done, of: None)
    return Handle(request.start_training({**values, "options": options, "recipe": recipe}, **NO_MAPS))


def _sorted_out(task: str, settings: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings by their owner: the task's options, and the recipe's."""
    from ssl_core.parts.catalogues import TASKS

    own, recipe = (tuple(control.name for control in part.controls()) for part in (TASKS[task].Options, Recipe))
    for name in settings:
        if name not in (*own, *recipe):
            near = difflib.get_close_matches(name, (*own, *recipe), n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise SettingsError(f"{task} has no setting '{name[:60]}'.{hint} It has: {', '.join(own)}; the recipe: {', '.join(recipe)}.")
    options = {name: value for name, value in settings.items() if name in own}
    return options, {name: value for name, value in settings.items() if name not in own}


def tensorboard(run: str | Handle, folder: str | Path) -> Path:
    """Writes the metrics of a run as TensorBoard event files into FOLDER/RUN; that folder. `tensorboard --logdir FOLDER` shows them.

    Tags are `loss/train`, `loss/test`, …, `rate` (learning rate) and `speed` (pictures a second), by step and wall time. Written again,
    a run's files are replaced.

    Raises:
        SettingsError: there is no such run, it has no metrics yet, or the package tensorboard isn't installed.
    """
    return events.write_events(run.name if isinstance(run, Handle) else run, folder)


def film(run: str | Handle, out: str | Path, curve: bool = False) -> Path:
    """Writes a film, .webp or .gif of at most 3 MB: a run's eight pictures by stored look, or with `curve` its curve as it grew; its path.

    Raises:
        SettingsError: there is no such run, it has drawn or measured nothing yet, or `out` ends otherwise or can't be written.
    """
    write_film(run.name if isinstance(run, Handle) else run, out, curve)
    return Path(out)
