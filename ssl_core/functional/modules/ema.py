"""Teachers: networks without gradient that follow another one."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


@torch.no_grad()
def ema_update(teachers: nn.ModuleList, students: Sequence[nn.Module], memory: float, statistics: bool = False) -> None:
    """Every weight of the teacher becomes memory × itself + (1 - memory) × the student's (EMA).

    memory: 0 is a copy of the student, 0.999 changes by a thousandth a step. `statistics`: batch norm's averages follow too, for a
    teacher that never trains on pictures of its own.
    """
    for teacher, student in zip(teachers, students, strict=True):
        torch._foreach_lerp_(list(teacher.parameters()), [p.detach() for p in student.parameters()], 1 - memory)
        for kept, fresh in zip(teacher.buffers(), student.buffers(), strict=True):
            if statistics and kept.is_floating_point():
                kept.lerp_(fresh, 1 - memory)
            elif statistics:
                kept.copy_(fresh)
