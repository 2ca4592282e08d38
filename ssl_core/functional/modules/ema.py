"""Teachers: networks without gradient whose weights are a moving average of a student's."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


@torch.no_grad()
def ema_update(teachers: nn.ModuleList, students: Sequence[nn.Module], memory: float, statistics: bool = False) -> None:
    """teacher ← memory · teacher + (1 - memory) · student for every weight (exponential moving average, EMA), in place.

    memory: 0 copies the student, 0.999 moves by a thousandth of the difference a step. `statistics`: whether batch norm's running
    statistics are averaged too (and counters copied), for a teacher that is never in training mode itself.
    """
    for teacher, student in zip(teachers, students, strict=True):
        torch._foreach_lerp_(list(teacher.parameters()), [p.detach() for p in student.parameters()], 1 - memory)
        for kept, fresh in zip(teacher.buffers(), student.buffers(), strict=True):
            if statistics and kept.is_floating_point():
                kept.lerp_(fresh, 1 - memory)
            elif statistics:
                kept.copy_(fresh)
