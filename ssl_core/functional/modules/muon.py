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


def orthogonalised(matrix_RC: Tensor, steps: int, half: bool = False) -> Tensor:
    """R C, or N R C: matrices with the singular vectors of the given ones and singular values near 1 (Newton–Schulz iteration); 0 stays 0.

    X ← (aI + bG + cG²) X with G = XXᵀ. The factors of all steps commute, so that they are multiplied as matrices of the shorter side,
    G ← P G P, and X is multiplied once: half the time for matrices twice as long as high.
    half: in bf16. Rounding moves eigenvalues of G by up to 0.004, some below 0, and each step multiplies those near 0 by a² = 12: three
    steps bear that, five don't.
    """
    a, b, c = QUINTIC
    tall = matrix_RC.shape[-2] > matrix_RC.shape[-1]
    x_RC = matrix_RC.float().mT if tall else matrix_RC.float()
    x_RC = x_RC / (x_RC.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    x_RC = x_RC.bfloat16() if half else x_RC
    added = torch.addmm if x_RC.ndim == 2 else torch.baddbmm  # a batch of one matrix takes up to twice as long
    gram_RR = x_RC @ x_RC.mT
    factor_RR = gram_RR
    for k in range(steps):
        power_RR = added(gram_RR, gram_RR, gram_RR, beta=b, alpha=c)
        power_RR.diagonal(dim1=-2, dim2=-1).add_(a)
        factor_RR = power_RR @ factor_RR if k else power_RR
        if k < steps - 1:  # the last step's G isn't needed
            gram_RR = power_RR @ (power_RR @ gram_RR)
    made_RC: Tensor = factor_RR @ x_RC
    return made_RC.mT if tall else made_RC


class Muon(Optimizer):
    """A group with `hidden` moves by Muon, any other by AdamW. With momentum m ← μm + g and direction O = orthogonalised(g + μm):

    A bank of filters (out × in × …) is read as the matrix out × (in·…): w ← √out · w / ‖w‖, then w ← w - 6.25 lr O. Its length is kept,
    so that weight decay has nothing to do. A matrix: w ← (1 - lr·decay) w - 0.2 √max(rows, columns) lr O.
    A group with lr 0 doesn't move at all. half: O of banks is computed in bf16, as the network is.
    """

    def __init__(
        self, params: Any, lr: float, betas: tuple[float, float] = (0.9, 0.999), weight_decay: float = 0.0, half: bool = False
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "hidden": False})
        self.half = half

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
            if not self.state[weight]:
                self.state[weight]["momentum"] = torch.zeros_like(weight)
            self.state[weight]["momentum"].mul_(MOMENTUM).add_(weight.grad)
        if group["lr"] == 0:
            return
        bank = weights[0].ndim > 2
        pulls = [_in_order(torch.add(w.grad, self.state[w]["momentum"], alpha=MOMENTUM), w) for w in weights if w.grad is not None]
        matrices = [pull.flatten(1) for pull in pulls]
        given = matrices[0] if len(matrices) == 1 else torch.stack(matrices)
        made = orthogonalised(given, BANK_STEPS if bank else MATRIX_STEPS, self.half and bank).to(weights[0].dtype)
        for weight, pull, step_RC in zip(weights, pulls, made[None] if made.ndim == 2 else made, strict=True):
            if bank:
                weight.mul_(len(weight) ** 0.5 / weight.norm().clamp_min(1e-7))
                _in_order(weight, weight).sub_(step_RC.view_as(pull), alpha=BANK_RATE * group["lr"])
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


def _in_order(values: Tensor, weight: Tensor) -> Tensor:
    """A view with the axes in the order in which the weight lies in memory: a bank in channels_last is out × … × in.

    Only the columns of its matrix change places, which every step of Muon is blind to; nothing has to be copied to read it as a matrix.
    """
    last = weight.ndim == 4 and weight.is_contiguous(memory_format=torch.channels_last) and not weight.is_contiguous()
    return values.movedim(1, -1) if last else values


def _by_shape(weights: Iterable[Tensor]) -> list[list[Tensor]]:
    alike: dict[torch.Size, list[Tensor]] = {}
    for weight in weights:
        alike.setdefault(weight.shape, []).append(weight)
    return list(alike.values())
