"""What ends a run by its name and step: a loss or weight that is NaN or infinite."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from ssl_core.functional import distributed


class NotFiniteError(ArithmeticError):
    """A loss or weight that is NaN or infinite: the run ends with its name and step."""


def means_of(window: Mapping[str, Sequence[Tensor]], step: int) -> dict[str, float | None]:
    """The mean of each metric over its values and all processes; None where it isn't finite. Raises NotFiniteError where a loss isn't."""
    means = {name: distributed.gather(torch.stack([v.float() for v in values])).nanmean().item() for name, values in window.items()}
    for name, value in means.items():
        if name.endswith("loss") and not math.isfinite(value):
            raise NotFiniteError(f"'{name}' is not finite ({value}) at step {step}. Try a smaller learning rate.")
    return {name: value if math.isfinite(value) else None for name, value in means.items()}


def check_weights(network: nn.Module, step: int) -> None:
    """Raises NotFiniteError where a weight isn't finite, before it could be saved."""
    for name, value in network.state_dict().items():
        if value.is_floating_point() and not torch.isfinite(value).all():
            raise NotFiniteError(f"The weight '{name}' is not finite at step {step}. Try a smaller learning rate.")
