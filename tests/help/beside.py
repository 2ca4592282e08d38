"""Trains methods on given batches, step by step, in one process or in those that `torchrun` starts of this file.

    torchrun --nproc_per_node 2 -m tests.help.beside FOLDER CASE ...

writes FOLDER/<case>-<process>.pt for each case named, whole or not at all. The case "a run" comes last and trains a run by the command
line. All data are small and made up.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ssl_core.backbones.base import Build
from ssl_core.functional import distributed
from ssl_core.functional.rng import generator
from ssl_core.jobs.start import stop
from ssl_core.parts.catalogues import TASKS
from ssl_core.parts.fit import build_backbone
from ssl_core.settings import Recipe
from ssl_core.tasks.base import PretextTask
from ssl_core.training.device import open_fabric
from ssl_core.training.steps import make_optimiser, set_rates, step
from ssl_core.types import Batch, Clock, DataInfo, Samples
from tests.help.small import NARROW

STEPS, EPOCH = 6, 2  # steps in all, steps an epoch
SIZE, PICTURES = 16, 131  # more than two batches, and an odd number, so that two processes get unequal shards
RECIPE = Recipe(optimiser="sgd", rate=0.05)
RUN = "train moco --dataset digits --image-size 16 --backbone.width 4 --batch 256 --queue 512"
RUN += " --minutes 0.1 --device cpu --precision fp32 --json"


class Case(NamedTuple):
    """A method with its settings, compared with itself on one process."""

    task: str
    options: dict[str, Any] = {}
    norm: str = ""  # the backbone's normalisation; "": the one that the task asks for
    batch: int = 16
    recipe: Recipe = RECIPE


CASES = {
    "moco": Case("moco", {"queue": 32}, "group"),
    "moco, split batch norm": Case("moco", {"queue": 128}, "split", 64),
    "swav": Case("swav", {"queue": 32, "queue_from": 1, "bins": 12, "small": 2}, "none"),
    "sela": Case("sela", {"clusters": 5, "heads": 2}, "group"),
    "simclr": Case("simclr", {}, "group"),
    "simclr, batch norm": Case("simclr", {}, "batch"),
    "simclr, muon": Case("simclr", {}, "group", recipe=Recipe(optimiser="muon", rate=2e-3)),
    "clip": Case("clip", {}, "group", 32),
}
A_RUN = "a run"
AT_ONCE = 8  # cases at most that have one time limit
FEWER: dict[str, dict[str, Any]] = {"swav": {"bins": 100}}  # no more bins than pictures
DEFAULTS = {
    f"{name} by default": Case(name, FEWER.get(name, {})) for name in sorted(TASKS)
}  # where the task splits its batch norm, each process has its own statistics


def groups() -> list[list[str]]:
    """The cases in groups of nearly equal size, at most AT_ONCE each."""
    names = [*CASES, *DEFAULTS, A_RUN]
    count = -(-len(names) // AT_ONCE)
    return [names[k * len(names) // count : (k + 1) * len(names) // count] for k in range(count)]


def build(case: Case) -> PretextTask:
    """The task of a case, with the same weights in every process."""
    part = TASKS[case.task]
    backbone = "convnet" if {"tokens", "dropping", "masking"}.isdisjoint(part.needs) else "vit"
    words = ("a", "round", "flat", "tall", "cup", "tree")
    info = DataInfo(PICTURES, ("cup", "tree"), SIZE, True, words, case.batch)

    def make(**overrides: Any) -> Any:
        chosen = {**overrides, **({"norm": case.norm} if case.norm else {})}
        return build_backbone(backbone, NARROW[backbone], Build(SIZE)._replace(**chosen))

    torch.manual_seed(0)
    return part(part.Options.read(case.options), make, info)


def pictures() -> Samples:
    """Noise, with captions of three words and two classes."""
    rng = generator(0, "made up")
    label_S = torch.arange(PICTURES) % 2
    middle_S = torch.randint(2, 5, (PICTURES,), generator=rng)
    words_SL = torch.zeros(PICTURES, 16, dtype=torch.int64)
    words_SL[:, :3] = torch.stack([torch.ones(PICTURES, dtype=torch.int64), middle_S, 5 + label_S], 1)
    return Samples(torch.rand(PICTURES, 3, SIZE, SIZE, generator=rng), torch.arange(PICTURES), label_S, words_SL)


def own_part(batch: Batch) -> Batch:
    """This process's rows of a whole transformed batch: each tensor is sharded along the B of its name; `shuffle_N` stays whole."""
    return {name: _cut(value, name.rpartition("_")[2]) for name, value in batch.items()}


def _cut(value: Any, axes: str) -> Any:
    if isinstance(value, list):
        return [_cut(each, axes[1:]) for each in value]
    at = axes.find("B") if axes.isupper() and value.ndim else -1
    return value if at < 0 else distributed.shard(value.transpose(0, at)).transpose(0, at)


def learn(case: Case, given: bool = True) -> dict[str, Tensor]:
    """Losses and state_dict after each step. given: all processes train on shards of the same batches; else each draws its own edits."""
    task, everything = build(case), pictures()
    fabric = open_fabric(torch.device("cpu"), "32-true", len(set(task.phases)))
    model = fabric.setup_module(task, move_to_device=False)
    optimisers = {phase: make_optimiser(task.parameters_of(phase), case.recipe) for phase in dict.fromkeys(task.phases)}
    found = {}

    def embed(function: Any, first: int | None = None) -> Tensor:
        task.eval()
        return distributed.map_shards(lambda place_B: function(everything.images_BCHW[place_B]), first or PICTURES)

    for at in range(STEPS if given else 2):
        task.clock = Clock(at, at / EPOCH, at / STEPS)
        if at % EPOCH == 0:
            task.refresh(embed, generator(0, at))
        place_N = torch.randperm(PICTURES, generator=generator(0, at))[: case.batch]
        task.train()
        for phase in task.phases:
            batch = _batch(task, everything.rows(place_N), at, given)
            set_rates(optimisers[phase], case.recipe, task.clock)
            output = step(task, batch, phase, optimisers[phase], forward=model, backward=fabric.backward)
            found[f"{at} {phase} loss"] = output.loss.detach()
        task.after_step(batch, output)
        found |= {f"{at} {name}": value.clone() for name, value in task.state_dict().items()}
    return found


def _batch(task: PretextTask, samples: Samples, at: int, given: bool) -> Batch:
    if not given:
        return task.transform(samples.rows(distributed.shard(torch.arange(len(samples.index_B)))), generator(0, at, distributed.rank()))
    with distributed.alone():
        whole = task.transform(samples, generator(0, at))
    return own_part(whole)


def main(folder: Path, names: list[str]) -> int:
    """Trains the cases of these names. A_RUN among them is asked to stop after STEPS steps; the exit status is the command line's."""
    from ssl_core.__main__ import main as command_line
    from ssl_core.training import engine, trial

    def one_step(run: engine.Training, go: Any = engine.Training.one_step) -> None:
        go(run)
        if run.spec.steps and run.step == STEPS and distributed.rank() == 0:  # not in the trial, which has no steps yet
            stop(run.folder)

    torch.set_num_threads(1)
    distributed.join()
    for name in names:
        if name != A_RUN:
            part = folder / f"{name}-{distributed.rank()}.part"
            torch.save(learn((CASES | DEFAULTS)[name], name in CASES), part)
            part.rename(part.with_suffix(".pt"))
    engine.Training.one_step = one_step  # type: ignore[method-assign]
    trial.steps_within = lambda *_: 10 if distributed.rank() == 0 else 99  # what the first process finds counts for both
    return command_line(RUN.split()) if A_RUN in names else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
