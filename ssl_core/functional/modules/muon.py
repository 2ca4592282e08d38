"""Muon: hidden weights move along their gradient with all singular values made equal; AdamW moves the rest.

Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024); the factor for transformers is Liu et al.'s, 2502.16982.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.adamw import adamw

MOMENTUM = 0.95
QUINTIC = (3.4445, -4.7750, 2.0315)  # a, b, c of aX + b(XXᵀ)X + c(XXᵀ)²X: takes singular values to [0.7, 1.2] in few steps
BANK_STEPS, MATRIX_STEPS = 3, 5  # of the iteration, for convolutions and for linear layers
BANK_RATE = 6.25  # factor on the learning rate for a bank of filters, whose length stays √out
MATRIX_RATE = 0.2  # times √(longer side): as long a step as AdamW's usual one (2502.16982, eq. 4)


def hidden_weights(network: nn.Module) -> list[Tensor]:
    """The weights that Muon is for: of each linear layer, and of each convolution but the first, unless grouped or transposed."""
    layers = list(network.modules())
    convolutions = [layer for layer in layers if isinstance(layer, nn.modules.conv._ConvNd)]
    banks = [layer.weight for layer in convolutions[1:] if layer.groups == 1 and not layer.transposed]
    return banks + [layer.weight for layer in layers if isinstance(layer, nn.Linear)]


def orthogonalised(matrix_NRC: Tensor, steps: int) -> Tensor:
    """N R C: matrices with the singular vectors of the given ones and singular values near 1 (Newton–Schulz iteration); 0 stays 0.

    X ← (aI + bG + cG²) X with G = XXᵀ. The factors of all steps commute, so that they are multiplied as matrices of the shorter side,
    G ← P G P, and X is multiplied once: half the time for matrices twice as long as high.
    """
    a, b, c = QUINTIC
    tall = matrix_NRC.shape[1] > matrix_NRC.shape[2]
    x_NRC = matrix_NRC.float().mT if tall else matrix_NRC.float()
    x_NRC = x_NRC / (x_NRC.norm(dim=(1, 2), keepdim=True) + 1e-7)
    gram_NRR, factor_NRR = x_NRC @ x_NRC.mT, torch.eye(x_NRC.shape[1], device=x_NRC.device).expand(len(x_NRC), -1, -1)
    for k in range(steps):
        power_NRR = torch.baddbmm(gram_NRR, gram_NRR, gram_NRR, beta=b, alpha=c)
        power_NRR.diagonal(dim1=1, dim2=2).add_(a)
        factor_NRR = power_NRR @ factor_NRR if k else power_NRR
        if k < steps - 1:  # the last step's G isn't needed
            gram_NRR = power_NRR @ (power_NRR @ gram_NRR)
    made_NRC: Tensor = factor_NRR @ x_NRC
    return made_NRC.mT if tall else made_NRC


class Muon(Optimizer):
    """A group with `hidden` moves by Muon, any other by AdamW. With momentum m ← μm + g and direction O = orthogonalised(g + μm):

    A bank of filters (out × in × …) is read as the matrix out × (in·…): w ← √out · w / ‖w‖, then w ← w - 6.25 lr O. Its length is kept,
    so that weight decay has nothing to do. A matrix: w ← (1 - lr·decay) w - 0.2 √max(rows, columns) lr O.
    A group with lr 0 doesn't move at all.
    """

    def __init__(self, params: Any, lr: float, betas: tuple[float, float] = (0.9, 0.999), weight_decay: float = 0.0) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "hidden": False})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One step; `closure` is evaluated first where there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            if group["hidden"]:
                for alike in _by_shape(weights):
                    self._move(alike, group)
            elif weights:
                self._move_rest(weights, group)
        return loss

    def _move(self, weights: list[Tensor], group: dict[str, Any]) -> None:
        """Weights of one shape, whose matrices are multiplied together."""
        for weight in weights:
            held = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
            held.mul_(MOMENTUM).add_(weight.grad)
        if group["lr"] == 0:
            return
        bank = weights[0].ndim > 2
        pulls = torch.stack([(w.grad + MOMENTUM * self.state[w]["momentum"]).flatten(1) for w in weights])
        steps = orthogonalised(pulls, BANK_STEPS if bank else MATRIX_STEPS).to(weights[0].dtype)
        for weight, step_RC in zip(weights, steps, strict=True):
            if bank:
                weight.mul_(len(weight) ** 0.5 / weight.norm().clamp_min(1e-7))
                weight.sub_(step_RC.view_as(weight), alpha=BANK_RATE * group["lr"])
            else:
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.sub_(step_RC, alpha=MATRIX_RATE * max(weight.shape) ** 0.5 * group["lr"])

    def _move_rest(self, weights: list[Tensor], group: dict[str, Any]) -> None:
        for weight in weights:
            if not self.state[weight]:
                zeros = {name: torch.zeros_like(weight, memory_format=torch.preserve_format) for name in ("exp_avg", "exp_avg_sq")}
                self.state[weight].update(zeros, step=torch.zeros(()))
        states = [self.state[weight] for weight in weights]
        grads = [weight.grad for weight in weights if weight.grad is not None]
        means, squares, counts = ([state[name] for state in states] for name in ("exp_avg", "exp_avg_sq", "step"))
        first, second = group["betas"]
        rest = {"lr": group["lr"], "weight_decay": group["weight_decay"], "beta1": first, "beta2": second}
        adamw(weights, grads, means, squares, [], counts, amsgrad=False, eps=1e-8, maximize=False, **rest)


def _by_shape(weights: Iterable[Tensor]) -> list[list[Tensor]]:
    alike: dict[torch.Size, list[Tensor]] = {}
    for weight in weights:
        alike.setdefault(weight.shape, []).append(weight)
    return list(alike.values())
