"""What guessing gives in a run's held-out metrics, also where the version that measured them named another number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

VERSION = 2  # of the chance that a run's status holds; 1: that of a whole batch, also where fewer pictures were measured
# task -> the others among which a held-out picture's partner is found, in a batch of n pictures
OTHERS: dict[str, Callable[[int], int]] = {"simclr": lambda n: 2 * n - 1, "clip": lambda n: n}


def chance_of(spec: Mapping[str, Any], chance: Mapping[str, float], facts: Mapping[str, Any]) -> dict[str, float]:
    """Chance as `training.held_out` names it: the mean over held-out batches, weighted by their pictures; the last has the remainder.

    A run of an earlier version keeps a whole batch's; the number of pictures tested and the batch size tell the rest.
    """
    recipe = spec.get("recipe")
    others, tested, batch = (
        OTHERS.get(str(spec.get("task"))),
        facts.get("tested"),
        recipe.get("batch") if isinstance(recipe, dict) else None,
    )
    if "chance" in facts or others is None or not isinstance(tested, int) or not isinstance(batch, int) or "found" not in chance:
        return dict(chance)
    if tested < 1 or batch < 1:
        return dict(chance)
    sizes = [batch] * (tested // batch) + [tested % batch] * (tested % batch > 0)
    mended = {"found": sum(n / max(1, others(n)) for n in sizes) / tested}
    if "loss" in chance:
        mended["loss"] = sum(n * math.log(max(1, others(n))) for n in sizes) / tested
    return {**chance, **mended}
