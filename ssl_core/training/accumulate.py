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
    """Refuses a recipe whose batch or `accumulate`, with this number of processes, doesn't suit the task.

    Raises:
        SettingsError: processes can't share the batch equally; the task compares the pictures of a batch with each other; the batch can't
            be divided into equal parts of at least 2 pictures for each process; or fewer of its pictures teach with their label than that.
    """
    parts = recipe.accumulate
    if recipe.batch % processes:
        raise SettingsError(f"'batch' must be a multiple of the number of processes, {processes}. Got {recipe.batch}.")
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


def whole_batch(batches: Sequence[Batch], count: int | None = None) -> Batch:
    """Joins the parts of a batch: each tensor along the B of its name ("views_VBCHW": the second axis), in the batch's order.

    Rows that hold two axes of the name at once keep their order too: k B + b (copies k of each picture b), or b T + t (a name such as
    "tiles_BTCHW" for four axes). A value without B in its name, such as an order of the part's own rows, is that of the last part.
    count: pictures in a part; None: as many as the names in the batch say.

    Raises:
        SettingsError: the axes of a tensor don't fit its name.
    """
    first = batches[0]
    if len(batches) == 1:
        return first
    count = pictures_in(first) if count is None else count
    return {name: _joined(name, [batch[name] for batch in batches], axes_of(name), count) for name in first}


def pictures_in(batch: Batch) -> int | None:
    """The pictures of a batch: the shortest B among tensors with all axes of their names; None where there is no such tensor."""
    named = [(axes_of(name), value) for name, value in batch.items() if isinstance(value, Tensor)]
    return min((value.shape[axes.index("B")] for axes, value in named if "B" in axes and len(axes) == value.ndim), default=None)


def whole_output(outputs: Sequence[Output], count: int | None = None) -> Output:
    """Joins the outputs of a batch's parts: loss and metrics are means over parts (NaN metrics left out), everything else is by row.

    count: pictures in a part. Raises SettingsError as `whole_batch`.
    """
    if len(outputs) == 1:
        return outputs[0]
    metrics = {name: torch.stack([each.metrics[name].float() for each in outputs]).nanmean() for name in outputs[0].metrics}
    by_row = {name: [getattr(each, name) for each in outputs] for name in ("answer_BK", "embedding_VBD")}
    whole: dict[str, Any] = {
        name: None if parts[0] is None else _joined(name, parts, axes_of(name), count) for name, parts in by_row.items()
    }
    return Output(
        torch.stack([each.loss for each in outputs]).mean(), metrics, whole_batch([each.shown for each in outputs], count), **whole
    )


def detached(output: Output) -> Output:
    """An output that holds no graph, so that the memory of its part is free for the next one."""
    plain: dict[str, Any] = {field: value.detach() for field, value in output._asdict().items() if isinstance(value, Tensor)}
    return output._replace(**plain)


def _joined(name: str, values: Sequence[Any], axes: str, count: int | None) -> Any:
    first = values[0]
    if isinstance(first, list | tuple) and axes[:1] == "B":  # one item a picture
        return [item for items in zip(*values, strict=True) for item in items]
    if isinstance(first, list | tuple):
        return [_joined(name, each, axes[1:], count) for each in zip(*values, strict=True)]
    if not isinstance(first, Tensor) or "B" not in axes:
        return values[-1]
    at, pieces = _place_of_pictures(name, first, axes, count)
    rows = [value.unflatten(at, (-1, pieces)) for value in values]
    return torch.stack(rows, at + 1).flatten(at, at + 2)


def _place_of_pictures(name: str, value: Tensor, axes: str, count: int | None) -> tuple[int, int]:
    """The axis of a tensor along which pictures follow each other, and how many of its rows in a row are of the same picture.

    All axes of the name: 1 row, in that order also where several copies k follow each other in rows k B + b. One axis less: the first two
    are one, rows v B + b of a name such as "views_VBCHW", or rows b T + t of one such as "tiles_BTCHW".
    """
    at = axes.index("B")
    if value.ndim == len(axes):
        return at, 1
    if value.ndim == len(axes) - 1 and at == 1:
        return 0, 1
    if value.ndim == len(axes) - 1 and at == 0 and count and len(value) % count == 0:
        return 0, len(value) // count
    raise SettingsError(
        f"'accumulate' needs tensors with the axes of their names. '{name}' names {len(axes)}, and has the shape "
        f"{' x '.join(map(str, value.shape))}. Rename it, or give it these axes."
    )
