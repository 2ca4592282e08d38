"""One optimiser step, the optimiser's groups, and the learning rate and weight decay by clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm
from torch.optim import Optimizer

from ssl_core.functional import distributed
from ssl_core.functional.modules.lars import Lars
from ssl_core.functional.modules.muon import Muon
from ssl_core.settings import Recipe, SettingsError
from ssl_core.tasks.base import PretextTask
from ssl_core.training.accumulate import detached, pictures_in, whole_batch, whole_output
from ssl_core.types import PARAM_GROUP_FIELDS, Batch, Clock, Output, ParamGroup


def step(
    task: PretextTask,
    batch: Batch,
    phase: str,
    optimiser: Optimizer,
    *,
    forward: Callable[..., Output] | None = None,
    backward: Callable[[Tensor], None] | None = None,
    clip: float | None = None,
) -> Output:
    """Forward, backward, clip, optimiser on exactly the weights of a phase; no other weight holds a gradient afterwards."""
    return step_in_parts(task, [batch], 1, phase, optimiser, forward=forward, backward=backward, clip=clip)[1]


def step_in_parts(
    task: PretextTask,
    batches: Iterable[Batch],
    parts: int,
    phase: str,
    optimiser: Optimizer,
    *,
    forward: Callable[..., Output] | None = None,
    backward: Callable[[Tensor], None] | None = None,
    clip: float | None = None,
) -> tuple[Batch, Output]:
    """As `step`, with the mean gradient of a batch's parts, computed one after another; the joined batch and its joined output."""
    chosen = {id(p) for group in param_groups(task, phase) for p in group.params}
    done: list[tuple[Batch, Output]] = []
    before = [(p, p.requires_grad) for p in task.parameters()]
    for p, _ in before:
        p.grad = None
        p.requires_grad_(id(p) in chosen)
    try:
        for batch in batches:
            output = (forward or task)(batch, phase)
            loss = output.loss if parts == 1 else output.loss / parts
            backward(loss) if backward else loss.backward()
            done.append((batch, output if parts == 1 else detached(output)))
    finally:
        for p, trained in before:
            p.requires_grad_(trained)
    if clip is not None:
        torch.nn.utils.clip_grad_norm_([p for p, _ in before if p.grad is not None], clip)
    optimiser.step()
    distributed.average_statistics(task)
    count = pictures_in({**done[0][1].shown, **done[0][0]})
    return whole_batch([batch for batch, _ in done], count), whole_output([output for _, output in done], count)


def as_group(given: ParamGroup | Mapping[str, Any]) -> ParamGroup:
    """A group of weights; a plain dict, as task files may give one, becomes one.

    Raises:
        SettingsError: a dict has no "params", or a key that no group has.
    """
    if isinstance(given, ParamGroup):
        return given
    if "params" not in given or (unknown := [key for key in given if key not in PARAM_GROUP_FIELDS]):
        fault = f"Got '{unknown[0]}'" if "params" in given else "'params' is missing"
        raise SettingsError(f"A group of 'parameters_of' may have {', '.join(PARAM_GROUP_FIELDS)}. {fault}.")
    return ParamGroup(**{**given, "params": list(given["params"])})


def param_groups(task: PretextTask, phase: str) -> list[ParamGroup]:
    """The groups of weights that a phase trains, empty ones left out."""
    return [group for group in map(as_group, task.parameters_of(phase)) if group.params]


class Thaw(NamedTuple):
    """When frozen weights begin to move: once both have passed; `NEVER` where no phase trains them."""

    epoch: float
    share: float  # of the run

    def frozen(self, clock: Clock) -> bool:
        """Whether they don't move yet."""
        return clock.epoch < self.epoch or clock.progress < self.share


NEVER = Thaw(math.inf, math.inf)


def still_until(task: PretextTask) -> list[tuple[_BatchNorm, Thaw]]:
    """The batch norms of the backbone that begin frozen, each with the time from which its own gain or bias moves.

    A norm moves from the earliest thaw of its weights, in whatever phase they are trained.
    """
    starts = {
        id(p): Thaw(group.frozen_epochs, group.frozen_share)
        for phase in task.phases
        for group in param_groups(task, phase)
        for p in group.params
    }
    whole = min((starts.get(id(p), NEVER) for p in task.backbone.parameters()), default=NEVER)  # for a norm without weights
    norms = [layer for layer in task.backbone.modules() if isinstance(layer, _BatchNorm)]
    thaws = [min((starts.get(id(p), NEVER) for p in layer.parameters(recurse=False)), default=whole) for layer in norms]
    return [(layer, thaw) for layer, thaw in zip(norms, thaws, strict=True) if max(thaw) > 0]


def _hidden_apart(group: ParamGroup) -> list[ParamGroup]:
    """A group's hidden weights and its others, as two groups; one that is empty is left out."""
    hidden = {id(weight) for weight in group.hidden}
    inner = [weight for weight in group.params if id(weight) in hidden]
    others = [weight for weight in group.params if id(weight) not in hidden]
    return [part for part in (replace(group, params=inner, hidden=inner), replace(group, params=others, hidden=())) if part.params]


def _plain(group: ParamGroup, recipe: Recipe) -> dict[str, Any]:
    """A group as torch's optimisers take it, with what `set_rates` reads."""
    return {
        "params": list(group.params),
        "factor": group.rate,
        "scheduled": group.schedule,
        "decayed": group.decay,
        "frozen_epochs": group.frozen_epochs,
        "frozen_share": group.frozen_share,
        "weight_decay": recipe.decay if group.decay else 0.0,
        **({"hidden": bool(group.hidden)} if recipe.optimiser == "muon" else {}),
    }


def make_optimiser(groups: Iterable[ParamGroup | Mapping[str, Any]], recipe: Recipe, half: bool = False) -> Optimizer:
    """The recipe's optimiser over a phase's groups, each with its factor on the learning rate and with or without weight decay.

    half: the run computes in bf16; Muon's matrices are multiplied so too, weights and their moments stay in float32.
    """
    given = [group for group in map(as_group, groups) if group.params]
    if recipe.optimiser == "muon":
        parts = [_plain(part, recipe) for group in given for part in _hidden_apart(group)]
        return Muon(parts, recipe.rate, betas=recipe.betas, half=half)
    plain = [_plain(group, recipe) for group in given]
    if recipe.optimiser == "sgd":
        return torch.optim.SGD(plain, recipe.rate, momentum=recipe.momentum, nesterov=recipe.nesterov and recipe.momentum > 0)
    if recipe.optimiser == "lars":
        return Lars(plain, recipe.rate, momentum=recipe.momentum)
    kind = torch.optim.AdamW if recipe.optimiser == "adamw" else torch.optim.Adam
    return kind(plain, recipe.rate, betas=recipe.betas)


def rate_at(recipe: Recipe, clock: Clock) -> float:
    """The learning rate before the step at `clock`: linear warm-up, then cosine, 7/16 of one (FixMatch, section 2.3), steps or constant.

    A warm-up by share lies before the schedule, which falls over what is left of the run. One in epochs covers the schedule's first part,
    which counts from step 0: the rate falls at once where the warm-up ends, and a run shorter than the warm-up never reaches its rate.
    """
    share, progress = recipe.warmup_share, min(clock.progress, 1.0)
    if clock.epoch < recipe.warmup:
        return recipe.rate * (clock.epoch + 1e-3) / recipe.warmup
    if progress < share:
        return recipe.rate * max(progress / share, 1e-3)
    wave = math.pi * (progress - share) / (1 - share)
    if recipe.schedule == "cosine":
        return recipe.rate_end + (recipe.rate - recipe.rate_end) * 0.5 * (1 + math.cos(wave))
    if recipe.schedule == "sixteenth":
        return recipe.rate * math.cos(7 / 16 * wave)
    if recipe.schedule == "steps":
        return recipe.rate / recipe.drop ** sum(clock.epoch >= milestone for milestone in recipe.milestones)
    return recipe.rate


def set_rates(optimiser: Optimizer, recipe: Recipe, clock: Clock, rate: float | None = None) -> float:
    """Writes learning rate and weight decay at `clock` into the groups; the rate of a group with factor 1.

    rate: of a stretch with a schedule of its own; None: the recipe's at `clock`.
    """
    rate = rate_at(recipe, clock) if rate is None else rate
    for group in optimiser.param_groups:
        frozen = Thaw(group["frozen_epochs"], group.get("frozen_share", 0.0)).frozen(clock)  # older checkpoints know no share
        group["lr"] = 0.0 if frozen else group["factor"] * (rate if group["scheduled"] else recipe.rate)
        if group["decayed"] and recipe.decay_end is not None:
            wave = 0.5 * (1 + math.cos(math.pi * min(clock.progress, 1.0)))
            group["weight_decay"] = recipe.decay_end + (recipe.decay - recipe.decay_end) * wave
    return rate
