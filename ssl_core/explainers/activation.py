"""Where a network's activation is largest (activation-based attention, Zagoruyko and Komodakis, 1612.03928)."""

from __future__ import annotations

import torch
from pydantic import Field
from torch import Tensor

from ssl_core.backbones.base import Backbone
from ssl_core.explainers.base import Answer, Explainer, HeatMap, lateness
from ssl_core.settings import Settings


class Activation(Explainer):
    """Where the network is excited, stage by stage: needs no answer, so it fits any network trained without labels.

    A map holds Σ_c |F_c|^p at each position (F_sum^p of section 3.1): unit activation to the power p, whose scale differs from stage to
    stage and from network to network. Divided by its own mean, a map holds multiples of the picture's average, which can be compared.
    """

    title = "Excitement, stage by stage"
    label, kind = "its last stage", "stages"

    class Options(Settings):
        """What is shown."""

        stages: int = Field(4, ge=1, le=48, description="How many of the network's last stages.")
        power: float = Field(2, ge=1, le=8, description="Higher: the strongest places stand out more.")

    def maps(self, backbone: Backbone, images_BCHW: Tensor, answer: Answer | None = None) -> list[HeatMap]:
        """A map of each of the last `stages` stages, input to output: B H W at the stage's own resolution. `answer` isn't used."""
        assert not backbone.training, "explain a network in eval mode"
        layers = backbone.layers[-self.options.stages :]
        with torch.no_grad():
            found = backbone.activations(images_BCHW, layers)
        names = {name: f"stage {backbone.layers.index(name) + 1}" for name in layers}
        maps = {name: found[name].float().abs().pow(self.options.power).sum(1) for name in layers}
        return [HeatMap(names[name], map_BHW, lateness(backbone, name, images_BCHW, map_BHW.shape[-1])) for name, map_BHW in maps.items()]
