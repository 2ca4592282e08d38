"""Two halves of a brain: one sees light and guesses colour, the other sees colour and guesses light.

Axes: Q bin of colour (a, b) or of light L.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy, interpolate

from ssl_core.backbones.base import Backbone
from ssl_core.functional.modules.muon import hidden_weights
from ssl_core.functional.pooling import mean_over_positions
from ssl_core.functional.transforms.augment import flip
from ssl_core.functional.transforms.cielab import annealed_mean, colour_bins, light_bin, nearest_bin, to_lab, to_rgb
from ssl_core.settings import Recipe, Settings
from ssl_core.tasks._closer import closer
from ssl_core.tasks.base import MakeBackbone, Measure, Preset, PretextTask, Verdict, to_uint8
from ssl_core.types import Batch, DataInfo, Features, Output, Panel, Samples

LIGHTS = 50  # bins of L from black to white
COARSE = 2  # pixels a side of a predicted cell, where the backbone's stride allows it


class Halves(Backbone):
    """Two networks without connections: `light` gets L alone, `colour` a and b alone; their features are concatenated."""

    title = "Two halves"

    def __init__(self, light: Backbone, colour: Backbone) -> None:
        super().__init__(light.options, light.asked._replace(channels=3))
        self.light, self.colour = light, colour
        self.gives = frozenset({"pooled", "map"})
        self.width, self.stride, self.layers = light.width + colour.width, light.stride, light.layers

    def forward(
        self, images_BCHW: Tensor, *, keep_BN: Tensor | None = None, mask_BN: Tensor | None = None, attention: bool = False
    ) -> Features:
        """Pooled features and maps of both halves, concatenated along D, from RGB."""
        assert keep_BN is None and mask_BN is None and not attention, "halves have no tokens"
        map_BDHW = torch.cat(self.maps(to_lab(images_BCHW)), 1)
        return Features(mean_over_positions(map_BDHW), map_BDHW)

    def maps(self, lab_BCHW: Tensor) -> tuple[Tensor, Tensor]:
        """The maps B D H W of the two halves: from L / 50 - 1 alone, and from a / 50 and b / 50 alone."""
        light_B1HW, colour_B2HW = lab_BCHW[:, :1] / 50 - 1, lab_BCHW[:, 1:] / 50
        one, two = self.light(light_B1HW).map_BDHW, self.colour(colour_B2HW).map_BDHW
        assert one is not None and two is not None
        return one, two

    def first_centre(self, layer: str) -> float:
        """That of either half: both are the same network."""
        return self.light.first_centre(layer)

    def stages(self, images_BCHW: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Layer by layer, B D H W, both halves concatenated along D; from RGB."""
        lab_BCHW = to_lab(images_BCHW)
        halves = zip(self.light.stages(lab_BCHW[:, :1] / 50 - 1), self.colour.stages(lab_BCHW[:, 1:] / 50), strict=True)
        for (name, one_BDHW), (_, two_BDHW) in halves:
            yield name, torch.cat([one_BDHW, two_BDHW], 1)


class SplitBrain(PretextTask):
    """Show one half of a network only the light and the other only the colours, and have each guess the other's (split-brain)."""

    title = "What does the other half see?"
    learning = "Learning to guess light from colour and colour from light"
    family = "predict"
    paper = "1611.09842"
    metric = "gain"
    measure = Measure(
        "Part of the colour that it guesses",
        counted=False,
        help="How much closer to the truth than gray it comes; 100 % is exact.",
    )
    headline = 3
    needs: ClassVar = frozenset({"map", "colour"})

    class Options(Settings):
        """What a person may set of split-brain."""

        coarse: int = Field(
            20,
            ge=5,
            le=60,
            title="width of a colour bin",
            description="Smaller: more colours to choose from.",
            json_schema_extra={"first": 4},
        )
        mirror: bool = Field(
            True,
            title="mirror at random",
            description="Half of the pictures are shown mirrored.",
            json_schema_extra={"subject": "augmentation"},
        )

    class Play(Settings):
        """What a person may change by hand."""

        light: float = Field(1.0, ge=0.3, le=1.5, title="light", description="Times the picture's own.")
        colour: float = Field(
            1.0, ge=0.0, le=1.5, title="strength of the colours", description="0 takes them away; the second half then sees nothing."
        )

    presets: ClassVar = {
        "cpu": Preset(Options(), Recipe(batch=64, epochs=8, optimiser="muon", rate=5e-3, warmup_share=0.05, decay=0.01)),
        "gpu": Preset(Options(coarse=10), Recipe(backbone="resnet", batch=128, epochs=50, optimiser="adam", rate=1e-3)),
    }

    bins_Q2: Tensor

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        assert isinstance(self.backbone, Halves)
        self.halves = self.backbone
        self.register_buffer("bins_Q2", colour_bins(options.coarse).clone(), persistent=False)
        grow = max(1, self.backbone.stride // COARSE)
        self.cell = self.backbone.stride // grow  # pixels a side of a predicted cell
        self.guess_colour = _guess(self.halves.light.width, len(self.bins_Q2), grow)
        self.guess_light = _guess(self.halves.colour.width, LIGHTS, grow)

    def hidden_weights(self) -> list[Tensor]:
        """Of each half: both have a first convolution."""
        return hidden_weights(self.halves.light) + hidden_weights(self.halves.colour)

    def build(self, make_backbone: MakeBackbone) -> Backbone:
        """Two backbones of half the width, one for L and one for a and b."""
        return Halves(make_backbone(channels=1, width=0.5), make_backbone(channels=2, width=0.5))

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """The pictures in Lab, half of them mirrored while training."""
        images_BCHW = samples.images_BCHW
        if play is None and self.options.mirror and self.training:
            images_BCHW = flip(images_BCHW, rng)
        lab_BCHW = to_lab(images_BCHW)
        if play is not None:
            lab_BCHW = lab_BCHW * torch.tensor([play.light, play.colour, play.colour], device=lab_BCHW.device)[:, None, None]
            lab_BCHW[:, 0].clamp_(0, 100)
        return {"lab_BCHW": lab_BCHW}

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """CE(F₁(L), ab) + CE(F₂(ab), L), both classifications of cells of `self.cell` pixels (section 3.1 of the paper).

        gain: 1 - (a-b distance of the predicted colour from the truth) / (that of gray).
        """
        lab_BCHW = batch["lab_BCHW"]
        light_BDHW, colour_BDHW = self.halves.maps(lab_BCHW)
        colour_BQHW, light_BQHW = self.guess_colour(light_BDHW), self.guess_light(colour_BDHW)
        small_BCHW = self._small(lab_BCHW)
        high, wide = small_BCHW.shape[2:]  # an odd size: the map is larger than the picture
        colour_BQHW, light_BQHW = colour_BQHW[..., :high, :wide], light_BQHW[..., :high, :wide]
        is_colour_BHW, is_light_BHW = nearest_bin(small_BCHW[:, 1:], self.bins_Q2), light_bin(small_BCHW[:, 0], LIGHTS)
        of_colour, of_light = cross_entropy(colour_BQHW, is_colour_BHW), cross_entropy(light_BQHW, is_light_BHW)
        ab_BCHW = annealed_mean(colour_BQHW.detach(), self.bins_Q2)
        cells, own, gray = (
            ab_BCHW[:, 0].numel(),
            _distance(ab_BCHW, small_BCHW[:, 1:]),
            _distance(torch.zeros_like(ab_BCHW), small_BCHW[:, 1:]),
        )
        metrics = {
            "gain": 1 - own / gray.clamp(min=1e-3),
            "loss_colour": of_colour.detach(),
            "loss_light": of_light.detach(),
        }
        middle_Q = (torch.arange(LIGHTS, device=lab_BCHW.device) + 0.5) * 100 / LIGHTS
        light_BHW = torch.einsum("bqhw,q->bhw", light_BQHW.detach().float().softmax(1), middle_Q)
        shown, sums = {"ab_BCHW": ab_BCHW, "light_BHW": light_BHW}, {"own": own * cells, "gray": gray * cells, "cells": torch.tensor(cells)}
        return Output(of_colour + of_light, metrics, shown, sums=sums)

    def measures(self, sums: Mapping[str, Tensor]) -> dict[str, float | None]:
        """gain: as in `forward`, of all cells of the set."""
        return {"gain": 1 - float(sums["own"] / sums["gray"].clamp(min=1e-3 * float(sums["cells"])))}

    def _small(self, lab_BCHW: Tensor) -> Tensor:
        """The mean Lab of each predicted cell; cells at the edge may be smaller."""
        return avg_pool2d(lab_BCHW, self.cell, ceil_mode=True)

    def _pictures(self, batch: Batch, output: Output) -> list[Tensor]:
        """Gray, gray with predicted colours, truth, colours at equal light, colours with predicted light: B 3 H W in [0, 1] each."""
        lab_BCHW = batch["lab_BCHW"]
        size = lab_BCHW.shape[2:]
        ab_BCHW = interpolate(output.shown["ab_BCHW"], size, mode="bilinear", align_corners=False)
        light_B1HW = interpolate(output.shown["light_BHW"][:, None], size, mode="bilinear", align_corners=False)
        light, colour = lab_BCHW[:, :1], lab_BCHW[:, 1:]
        flat = torch.full_like(light, 60.0)
        pairs = [(light, 0 * colour), (light, ab_BCHW), (light, colour), (flat, colour), (light_B1HW, colour)]
        return [to_rgb(torch.cat(pair, 1)) for pair in pairs]

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: gray, coloured by the first half, truth; colours alone, lit by the second half."""
        pictures = [to_uint8(images_BCHW).numpy() for images_BCHW in self._pictures(batch, output)]
        off_B, gray_B = self._off(batch, output)
        return [
            [
                Panel(pictures[0][b], "one half sees this"),
                Panel(pictures[1][b], f"colours it, {off_B[b]:.0f} off", right=off_B[b] < gray_B[b]),
                Panel(pictures[2][b], f"the truth; gray is {gray_B[b]:.0f} off"),
                Panel(pictures[3][b], "the other half sees this"),
                Panel(pictures[4][b], "and lights it like this"),
            ]
            for b in range(len(off_B))
        ]

    def _off(self, batch: Batch, output: Output) -> tuple[list[float], list[float]]:
        """Mean a-b distance from the truth of the predicted colours, and of gray: a number a picture each."""
        ab_BCHW = output.shown["ab_BCHW"]
        truth_BCHW = self._small(batch["lab_BCHW"])[:, 1:]
        return [(x - truth_BCHW).norm(dim=1).mean((1, 2)).tolist() for x in (ab_BCHW, torch.zeros_like(ab_BCHW))]  # type: ignore[return-value]

    def preview(self, batch: Batch) -> list[list[Panel]]:
        """A row a picture: the input of each half."""
        light, colour = batch["lab_BCHW"][:, :1], batch["lab_BCHW"][:, 1:]
        gray = to_uint8(to_rgb(torch.cat([light, 0 * colour], 1))).numpy()
        tint = to_uint8(to_rgb(torch.cat([torch.full_like(light, 60.0), colour], 1))).numpy()
        return [[Panel(a, "light, for one half"), Panel(b, "colour, for the other")] for a, b in zip(gray, tint, strict=True)]

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: a-b distance of the predicted colours from the truth, beside that of gray."""
        return [self._verdict(off, gray) for off, gray in zip(*self._off(batch, output), strict=True)]

    @staticmethod
    def _verdict(off: float, gray: float) -> Verdict:
        sentence = f"Its colours are {closer(gray - off, 'steps')} no colours."
        return Verdict(sentence, numbers=(("its colours", off, "steps off"), ("no colours", gray, "steps off")))

    def chance(self) -> dict[str, float]:
        """0 is the gain of gray; a uniform guess costs ln Q + ln LIGHTS, Q the number of colour bins."""
        return {"gain": 0.0, "loss": math.log(len(self.bins_Q2)) + math.log(LIGHTS)}


def _guess(width: int, bins: int, grow: int) -> nn.Sequential:
    """From a map to logits on a grid `grow` times finer: 1 × 1 convolution, then pixel shuffle."""
    last = nn.Conv2d(width, bins * grow**2, 1)
    nn.init.normal_(last.weight, std=0.01)
    assert last.bias is not None
    nn.init.zeros_(last.bias)
    return nn.Sequential(last, nn.PixelShuffle(grow))


def _distance(one_BCHW: Tensor, two_BCHW: Tensor) -> Tensor:
    """The mean Euclidean distance in the a-b plane, without gradient."""
    distance: Tensor = (one_BCHW - two_BCHW).norm(dim=1).mean().detach()
    return distance
