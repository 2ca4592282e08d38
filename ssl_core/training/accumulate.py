"""A batch in parts, one after another (gradient accumulation): the memory of one part, and one step of the optimiser for all of them.

Part p of n holds the rows p, p + n, p + 2 n, …, as rank p of n processes would. Each part is transformed with random draws of its own, and
the gradient is the mean of the parts' gradients. That equals the gradient of the whole batch, up to rounding, where the loss is a mean over
pictures and the network has no batch norm, which takes its statistics from each part alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ssl_core.settings import Recipe, Settings, SettingsError
from ssl_core.tasks.base import PretextTask
from ssl_core.types import Batch, Output, Samples, axes_of


def check_parts(task: type[PretextTask], options: Settings, recipe: Recipe, processes: int = 1) -> None:
    """Refuses a recipe whose `accumulate`, with this number of processes, doesn't suit the task or the batch.

    Raises:
        SettingsError: the task compares the pictures of a batch with each other, the batch can't be divided into equal parts of at
            least 2 pictures for each process, or it has fewer pictures that teach with their label than parts.
    """
    parts = recipe.accumulate
    if parts > 1 and task.compares:
        raise SettingsError(
            f"'accumulate' of the recipe must be 1 for {task.name}: it compares the pictures of a batch with each other, and in a part "
            f"each would meet fewer. Got {parts}. Take a smaller batch instead."
        )
    among = f" for each of {processes} processes" if processes > 1 else ""
    if parts > 1 and (recipe.batch % (parts * processes) or recipe.batch // (parts * processes) < 2):
        raise SettingsError(
            f"'accumulate' must cut the batch of {recipe.batch} into equal parts of 2 pictures or more{among}. Got {parts}. "
            f"Try a batch of {2 * parts * processes * max(1, round(recipe.batch / (2 * parts * processes)))}."
        )
    labelled = task.labelled_rows(options, recipe.batch)
    if labelled < parts * processes:
        raise SettingsError(_too_few_labels(task.name, labelled, recipe.batch, parts, processes))


def _too_few_labels(task: str, labelled: int, batch: int, parts: int, processes: int) -> str:
    """Why a batch with fewer labelled pictures than parts × processes isn't divided: in a part without one, the label's loss would be 0."""
    have = f"{labelled} labelled picture{'s' * (labelled != 1)} in a batch of {batch}"
    if labelled < processes:
        most = f"The number of processes must be at most {labelled} for {task} with {have}"
        return f"{most}: each needs one. Got {processes}. Take a larger batch."
    among = f" for each of {processes} processes" if processes > 1 else ""
    return (
        f"'accumulate' of the recipe must be at most {labelled // processes} for {task} with {have}: each part{among} needs one. "
        f"Got {parts}. Take fewer parts or a larger batch."
    )


def part_of(samples: Samples, part: int, parts: int) -> Samples:
    """Rows part, part + parts, part + 2 parts, …; all of them where there is one part."""
    return samples if parts == 1 else samples.rows(slice(part, None, parts))


def whole_batch(batches: Sequence[Batch]) -> Batch:
    """Joins the parts of a batch: each tensor along the B of its name ("views_VBCHW": the second axis), in the batch's order.

    Where rows k B + b hold several copies k of each picture b, the joined rows are in that order too. A tensor without B in its name,
    such as an order of the part's own rows, is that of the last part.
    """
    first = batches[0]
    return first if len(batches) == 1 else {name: _joined([batch[name] for batch in batches], axes_of(name)) for name in first}


def whole_output(outputs: Sequence[Output]) -> Output:
    """Joins the outputs of a batch's parts: loss and metrics are means over parts (NaN metrics left out), everything else is by row."""
    if len(outputs) == 1:
        return outputs[0]
    metrics = {name: torch.stack([each.metrics[name].float() for each in outputs]).nanmean() for name in outputs[0].metrics}
    answers, embeddings = ([getattr(each, field) for each in outputs] for field in ("answer_BK", "embedding_VBD"))
    return Output(
        torch.stack([each.loss for each in outputs]).mean(),
        metrics,
        whole_batch([each.shown for each in outputs]),
        None if answers[0] is None else _joined(answers, "BK"),
        None if embeddings[0] is None else _joined(embeddings, "VBD"),
    )


def detached(output: Output) -> Output:
    """An output that holds no graph, so that the memory of its part is free for the next one."""
    plain: dict[str, Any] = {field: value.detach() for field, value in output._asdict().items() if isinstance(value, Tensor)}
    return output._replace(**plain)


def _joined(values: Sequence[Any], axes: str) -> Any:
    if isinstance(values[0], list | tuple):
        return [_joined(each, axes[1:]) for each in zip(*values, strict=True)]
    at = axes.find("B")
    if not isinstance(values[0], Tensor) or at < 0 or at >= values[0].ndim:
        return values[-1]
    return torch.stack(list(values), at + 1).flatten(at, at + 1)
