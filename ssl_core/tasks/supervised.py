"""Name the class: not a pretext task but the yardstick, the same network taught with every label."""

from __future__ import annotations

from typing import ClassVar

from ssl_core.settings import Recipe
from ssl_core.tasks._naming import NamesClass
from ssl_core.tasks.base import Preset


class Supervised(NamesClass):
    """Learn from labels: the yardstick that pretext tasks, which see none, are held against."""

    title = "What is it?"
    learning = "Learning names from labels"
    family = "baseline"

    class Options(NamesClass.Options):
        """What a person may set of supervised training."""

    presets: ClassVar = {
        "cpu": Preset(Options(), Recipe(batch=128, epochs=12, optimiser="muon", rate=4e-3, warmup_share=0.05, decay=0.01)),
        "gpu": Preset(Options(), Recipe(backbone="resnet", batch=128, epochs=30, optimiser="sgd", rate=0.1, decay=5e-4)),
    }
