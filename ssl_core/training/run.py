"""A training run between two steps: weights, optimisers, batches, metrics, checkpoints."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ssl_core.functional import distributed
from ssl_core.functional.metrics.collapse import collapsed, effective_directions, health
from ssl_core.functional.rng import generator, key, seed_layers
from ssl_core.jobs.report import Reporter
from ssl_core.models.build import build_task
from ssl_core.models.weights import load_checkpoint, plain_weights, save_checkpoint, weights_digest
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.records.curve import keep_until
from ssl_core.records.snapshots import save_snapshot
from ssl_core.records.spec import RunSpec
from ssl_core.system.disk import write_json
from ssl_core.system.processes import is_main
from ssl_core.training.accumulate import check_parts, part_of
from ssl_core.training.batches import open_batches
from ssl_core.training.beginning import taking
from ssl_core.training.device import open_fabric, pick_device, pick_speed
from ssl_core.training.elapsed import Elapsed
from ssl_core.training.finite import check_weights, means_of
from ssl_core.training.held_out import HeldOut, evaluate
from ssl_core.training.marks import Marks
from ssl_core.training.schedule import Schedule
from ssl_core.training.source import open_source
from ssl_core.training.steps import make_optimiser, set_rates, step_in_parts, still_until
from ssl_core.types import Batch, Clock, Samples, by_index

GLIMPSE = 256  # held-out pictures that metrics are measured on at each snapshot
HELD_OUT = 2000  # held-out pictures that metrics are measured on at the end
RANKED = 2048  # training pictures whose features' effective rank is measured once an epoch
SETTLED = 0.5  # epochs before which no collapse is reported: features of any network are alike at the start


class Training:
    """The state of a training run between two steps."""

    def __init__(self, folder: Path, spec: RunSpec, report: Reporter) -> None:
        self.folder, self.spec, self.report, self.recipe = folder, spec, report, spec.recipe
        self.processes = distributed.world()
        part = TASKS[spec.task]
        check_parts(part, part.Options.read(spec.options, part.name), self.recipe, self.processes)
        device, opened = pick_device(spec.device), time.monotonic()
        self.source = open_source(spec, device, lambda done, of: report(stage="reading pictures", step=done, steps=of))
        self.reading = time.monotonic() - opened  # seconds; next to none where the pictures lie decoded already
        self.task = build_task(spec, None if latest_checkpoint(folder) else taking(spec.began)).to(device)
        report(stage="measuring", step=0, steps=0 if spec.until_stopped else spec.steps or 0)
        self.facts = spec.facts or distributed.once(lambda: pick_speed(self.task, self.source, spec))
        self.fabric = open_fabric(device, self.facts["precision"], len(set(self.task.phases)))
        if self.facts["channels_last"]:
            self.task.to(memory_format=torch.channels_last)
        self.phases = self.task.phases
        self._set_up()
        self.write(spec)
        self.step, self.seconds, self.waited, self.elapsed = 0, 0.0, 0.0, Elapsed()
        self.window: dict[str, list[Tensor]] = {}  # metrics since the last line of metrics.jsonl
        self.test_rows = self.source.test_rows(HELD_OUT)
        self.embedding_VBD: Tensor | None = None  # of the last step; None for a task without embeddings
        self.directions: dict[str, Any] = {}  # effective rank of the features and its spectrum, as measured last
        self.warning = ""  # about a collapse; "" while there is none
        self.first: HeldOut | None = None  # metrics before the first step, where the trial has taken that look: its snapshot stays

    def _set_up(self) -> None:
        """What trains the task's weights: the wrapped model, and an optimiser for each phase."""
        self.model = self.fabric.setup_module(self.task, move_to_device=False)
        half = self.facts["precision"].startswith("bf16")
        self.optimisers = {phase: make_optimiser(self.task.parameters_of(phase), self.recipe, half) for phase in dict.fromkeys(self.phases)}
        self.still = still_until(self.task)

    def write(self, spec: RunSpec) -> None:
        """Writes a spec with what was measured, once: a resumed run computes the same way, and for as long."""
        spec = replace(spec, facts=self.facts)
        if is_main():
            write_json(self.folder / "spec.json", spec.plain())
        self.plan(spec)

    def plan(self, spec: RunSpec) -> None:
        """Opens the batches of a spec and reads from it how many steps there are; before the first step."""
        self.spec, self.batches = spec, open_batches(self.task, self.source, spec)
        self.per_epoch = self.batches.per_epoch
        self.total = spec.steps or max(1, round(self.recipe.epochs * self.per_epoch))
        self.schedule = Schedule(spec, self.per_epoch, self.total)
        self.marks = Marks(self.total, self.facts.get("looks"))

    def twin(self) -> Training:
        """A run of the same spec before its first step, with weights, optimisers and batches of its own; it shares the pictures alone."""
        other = copy.copy(self)
        other.task = build_task(self.spec).to(self.source.device)
        other.task.load_state_dict(self.task.state_dict())
        if self.facts["channels_last"]:
            other.task.to(memory_format=torch.channels_last)
        other._set_up()
        other.plan(self.spec)
        other.step, other.seconds, other.waited, other.window, other.embedding_VBD = 0, 0.0, 0.0, {}, None
        return other

    @property
    def clock(self) -> Clock:
        return self.schedule.clock(self.step)

    @property
    def rate(self) -> float:
        """The learning rate of this step."""
        return self.schedule.rate(self.step)

    @property
    def end(self) -> int:
        """The last step as a status says it; 0: none is known."""
        return 0 if self.marks.endless else self.total

    @property
    def warnings(self) -> str:
        """The warning about a collapse, and the one about pictures that can't be read; "" where there is none."""
        return " ".join(filter(None, (self.warning, self.batches.warning)))

    def one_step(self) -> None:
        """One batch: samples, then per phase transform and optimiser step. Metrics stay on the device."""
        began = time.perf_counter()
        samples = self.batches.at(self.step)
        self.waited += time.perf_counter() - began
        self.task.train()
        self.task.clock = self.clock
        for norm, moves_from in self.still:
            if moves_from.frozen(self.clock):
                norm.eval()  # frozen weights were learnt with these statistics
        for entry, phase in enumerate(self.phases):
            set_rates(self.optimisers[phase], self.recipe, self.clock, self.rate)
            batch, output = step_in_parts(
                self.task,
                self._parts(samples, entry),
                self.recipe.accumulate,
                phase,
                self.optimisers[phase],
                forward=self.model,
                backward=self.fabric.backward,
                clip=self.recipe.clip,
            )
            prefix = "" if phase == self.task.last_phase else f"{phase}/"
            for name, value in {"loss": output.loss.detach(), **output.metrics}.items():
                self.window.setdefault(prefix + name, []).append(value)
        self.task.after_step(batch, output)
        self.embedding_VBD = None if output.embedding_VBD is None else output.embedding_VBD.detach()
        self.step += 1
        self.seconds += time.perf_counter() - began

    def close(self) -> None:
        """Ends the threads that read batches, where there are any."""
        self.batches.close()

    def _parts(self, samples: Samples, entry: int) -> Iterator[Batch]:
        """The transformed parts of a batch, one where the recipe doesn't accumulate; each process and part has random draws of its own."""
        for part in range(self.recipe.accumulate):
            mine = ((f"process {distributed.rank()}",) if distributed.rank() else ()) + ((f"part {part}",) if part else ())
            seed_layers(key(self.spec.seed, self.step, entry, "layers", *mine), self.source.device)
            rng = generator(self.spec.seed, self.step, entry, "transform", *mine, device=self.source.device)
            yield self.task.transform(part_of(samples, part, self.recipe.accumulate), rng)

    def read_window(self) -> dict[str, float | None]:
        """The mean of each metric since the last line, over all processes. Raises NotFiniteError where a loss isn't finite."""
        means, self.window = means_of(self.window, self.step), {}
        return means

    def health(self) -> dict[str, Any] | None:
        """`metrics.collapse.health` of the last step's embeddings over all processes; None for a task without embeddings."""
        if self.embedding_VBD is None:
            return None
        return health(torch.stack([distributed.gather(view_BD) for view_BD in self.embedding_VBD])) | self.directions

    @torch.no_grad()
    def measure_directions(self, most: int = RANKED) -> None:
        """The effective rank of the encoder's features over RANKED training pictures, the same ones at each epoch."""
        if self.embedding_VBD is not None:
            encoder = self.task.encoder
            self.directions = effective_directions(self.embed(lambda images_BCHW: encoder(images_BCHW).pooled_BD, most))

    def ailing(self, measured: dict[str, Any] | None, train: dict[str, float | None]) -> str:
        """The warning about a collapse, with the task's remedy; "" where there is none, or before SETTLED epochs."""
        if self.clock.epoch < SETTLED:
            return ""
        grown = self.clock.epoch >= 1  # in the first epoch clusters have hardly formed
        guess = self.task.chance().get("loss") if grown and measured is not None and self.task.family == "cluster" else None
        fault = collapsed(measured or {}, train.get("loss"), guess, train.get("used") if grown else None)
        return f"{fault} {self.task.remedy}".strip() if fault else ""

    def save(self) -> None:
        """Writes a checkpoint that resumes to the same numbers. Rank 0 writes; every process must hold equal weights."""
        check_weights(self.task, self.step)
        window = {name: distributed.gather(torch.stack(values)).tolist() for name, values in self.window.items()}
        state: dict[str, Any] = {"step": self.step, "seconds": self.seconds, "looped": self.elapsed.total}
        state |= {"stretch": list(self.elapsed.stretch), "window": window, "facts": self.facts, "directions": self.directions}
        state |= {"batches": held} if (held := self.batches.state()) else {}
        digest = distributed.once(lambda: save_checkpoint(self.folder, self.task, self.optimisers, state))
        if distributed.rank() and weights_digest(plain_weights(self.task.state_dict())) != digest:
            raise RuntimeError(f"Process {distributed.rank()} holds other weights than the first one at step {self.step}.")
        self.report(weights=digest)

    def resume(self) -> None:
        """Restores the last checkpoint, where there is one, and removes log lines written after it."""
        last = latest_checkpoint(self.folder)
        if last is None:
            distributed.once(lambda: None if self.first else keep_until(self.folder, 0))
            return
        state = load_checkpoint(last, self.task, self.optimisers)
        self.step, self.seconds = state["step"], state["seconds"]
        looped, stretch = state.get("looped", self.seconds), state.get("stretch", [])
        self.elapsed.restore(self.step, self.seconds, looped, stretch, self.schedule.start)
        self.directions = state.get("directions", {})
        self.window = {name: list(distributed.shard(torch.tensor(values))) for name, values in state["window"].items()}
        self.batches.seek(self.step, state.get("batches", {}))
        distributed.once(lambda: keep_until(self.folder, self.step))

    @torch.no_grad()
    @distributed.alone()
    def look(self) -> HeldOut:
        """Saves a snapshot of the fixed pictures' panels; metrics on GLIMPSE held-out pictures, in the precision of the run."""
        self.task.eval()
        samples = self.source.fixed()
        batch = self.task.transform(samples, generator(self.spec.seed, "pictures", device=self.source.device))
        rows = self.task.render(batch, self.task(batch, self.task.last_phase))
        save_snapshot(self.folder, self.step, [by_index(row, self.source.place_S) for row in rows])
        with self.fabric.autocast():  # in bf16 in half the time; the test at the end is in float32
            return evaluate(self.task, self.source, self.test_rows[:GLIMPSE], self.spec.seed, self.task.last_phase, self.recipe.batch)

    @torch.no_grad()
    def embed(self, function: Callable[[Tensor], Tensor], first: int | None = None) -> Tensor:
        """Rows of function(images) over the training pictures in index order, in eval mode (for `refresh`).

        first: only so many, spread evenly over the set, since its order may be class by class.
        """
        self.task.eval()
        S = len(self.source.label_S)
        count = min(first or S, S)
        return distributed.map_shards(lambda rows_B: function(self.source.images(rows_B * S // count)), count)

    def refresh(self) -> None:
        """The task's `refresh` before an epoch: clustering, data-dependent initialisation."""
        self.task.clock = self.clock
        self.task.refresh(self.embed, generator(self.spec.seed, self.step // self.per_epoch, "refresh"))
