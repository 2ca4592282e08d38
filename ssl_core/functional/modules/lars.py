"""LARS: SGD whose step is as long, relative to the weight, in every layer (1708.03888)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.optim import Optimizer

TRUST = 1e-3  # eta of the paper


class Lars(Optimizer):
    """v ← μv + r (g + βw), w ← w − lr·v, with r = η‖w‖ / ‖g + βw‖; r = 1 for gains and biases (weight_decay 0)."""

    def __init__(self, params: Any, lr: float, momentum: float = 0.9, weight_decay: float = 0.0) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One step; `closure` is evaluated first where there is one."""
        loss = None if closure is None else closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._move(weight, group)
        return loss

    def _move(self, weight: torch.Tensor, group: dict[str, Any]) -> None:
        direction = weight.grad
        if weight.ndim > 1:
            direction = direction + group["weight_decay"] * weight
            length, size = direction.norm(), weight.norm()
            direction = direction * torch.where((size > 0) & (length > 0), TRUST * size / length, torch.ones_like(size))
        state = self.state[weight]
        if "velocity" not in state:
            state["velocity"] = torch.zeros_like(weight)
        state["velocity"].mul_(group["momentum"]).add_(direction)
        weight.sub_(group["lr"] * state["velocity"])
