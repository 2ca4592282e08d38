"""Guess the turn: every picture is shown turned by 0, 90, 180 and 270 degrees, and the network says which way is up."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import nn
from torch.nn.functional import cross_entropy

from ssl_core.functional.transforms.augment import flip, pad_crop
from ssl_core.functional.transforms.turns import all_turns, rotate_quarters
from ssl_core.settings import Recipe, Settings
from ssl_core.tasks.base import MakeBackbone, Preset, PretextTask, Verdict, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, Samples

EDGES = ("up", "right", "down", "left")  # where the top points after 0, 1, 2, 3 clockwise quarter turns
ARROWS = tuple(f"{arrow} {edge}" for arrow, edge in zip("↑→↓←", EDGES, strict=True))


class Rotation(PretextTask):
    """Turn a picture by 0, 90, 180 or 270 degrees and have the network say which way is up (RotNet)."""

    title = "Which way is up?"
    learning = "Learning which way is up"
    family = "predict"
    paper = "1803.07728"
    metric = "accuracy"
    requires: ClassVar = frozenset({"turn"})

    class Options(Settings):
        """What a person may set of rotation."""

        copies: Literal["all", "one"] = Field(
            "all",
            title="turns of a picture in a batch",
            description="All four turns of a picture in one batch (as published), or one at random.",
            json_schema_extra={"names": ["all four", "one"]},
        )
        mirror: bool = Field(
            True,
            title="mirror at random",
            description="Half of the pictures are shown mirrored, before they are turned.",
            json_schema_extra={"subject": "augmentation", "first": 4},
        )
        border: int = Field(
            0,
            ge=0,
            le=64,
            title="border",
            description="Pixels by which a picture is moved at most before it is turned; black comes in.",
            json_schema_extra={"subject": "augmentation"},
        )

    class Play(Settings):
        """What a person may turn by hand."""

        turn: Literal[0, 90, 180, 270] = Field(
            0, title="its top points", description="Degrees clockwise.", json_schema_extra={"names": list(ARROWS)}
        )

    presets: ClassVar = {
        "cpu": Preset(Options(), Recipe(batch=32, epochs=1.25, optimiser="muon", rate=8e-3, warmup_share=0.05, decay=0.01)),
        "gpu": Preset(Options(), Recipe(backbone="resnet", batch=128, epochs=30, optimiser="sgd", rate=0.1, decay=5e-4)),
        # the authors' CIFAR10_RotNet_NIN4blocks.py (network in network there): rates 0.1, 0.02, 0.004, 0.0008; crops with a border of 4
        "paper": Preset(
            Options(border=4),
            Recipe(
                backbone="resnet",
                batch=128,
                epochs=200,
                optimiser="sgd",
                rate=0.1,
                decay=5e-4,
                schedule="steps",
                milestones=(60, 120, 160),
                drop=5,
            ),
        ),
    }

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        self.head = nn.Linear(self.backbone.width, len(EDGES))

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """Pictures and their turns: all four copies (row kB + b is copy k of picture b), one at random, or the one played."""
        images_BCHW, count = samples.images_BCHW, len(samples.images_BCHW)
        if play is not None:
            turn_B = torch.full((count,), play.turn // 90, device=images_BCHW.device)
            return {"images_BCHW": rotate_quarters(images_BCHW, turn_B), "turn_B": turn_B}
        if self.options.mirror and self.training:
            images_BCHW = flip(images_BCHW, rng)
        if self.options.border and self.training:
            images_BCHW = pad_crop(images_BCHW, rng, self.options.border)
        if self.options.copies == "one":
            turn_B = torch.randint(4, (count,), generator=rng, device=images_BCHW.device)
            return {"images_BCHW": rotate_quarters(images_BCHW, turn_B), "turn_B": turn_B}
        return {"images_BCHW": all_turns(images_BCHW), "turn_B": torch.arange(4, device=images_BCHW.device).repeat_interleave(count)}

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """CE(logits, turn), the mean over all copies (eq. 2-3 of the paper)."""
        logits_BK = self.head(self.backbone(batch["images_BCHW"]).pooled_BD)
        loss = cross_entropy(logits_BK, batch["turn_B"])
        right = (logits_BK.argmax(1) == batch["turn_B"]).float().mean()
        shown = {"probability_BK": logits_BK.detach().float().softmax(1)}
        return Output(loss, {"accuracy": right.detach()}, shown, answer_BK=logits_BK)

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: its copies, each with an arrow on the edge where the network says the top is."""
        panels = [
            self._panel(image, int(truth), probability_K)
            for image, truth, probability_K in zip(
                to_uint8(batch["images_BCHW"]).numpy(), batch["turn_B"], output.shown["probability_BK"], strict=True
            )
        ]
        copies = 4 if self._all_copies(batch) else 1
        count = len(panels) // copies
        # a summary shows the first panel of each row alone: another turn for every picture
        return [[panels[(b + k) % copies * count + b] for k in range(copies)] for b in range(count)]

    def preview(self, batch: Batch) -> list[list[Panel]]:
        """A row a picture: its turned copies."""
        images, count = to_uint8(batch["images_BCHW"]).numpy(), len(batch["turn_B"]) // (4 if self._all_copies(batch) else 1)
        return [
            [Panel(images[k], f"turned by {int(batch['turn_B'][k]) * 90}°") for k in range(b, len(images), count)] for b in range(count)
        ]

    def _all_copies(self, batch: Batch) -> bool:
        turn_B = batch["turn_B"]  # a played batch has the same turn everywhere
        in_order = torch.equal(turn_B, turn_B.sort().values) and len(turn_B.unique()) == len(EDGES)
        return self.options.copies == "all" and in_order

    def _panel(self, image: Any, truth: int, probability_K: torch.Tensor) -> Panel:
        said = int(probability_K.argmax())
        mirrored = self.options.mirror and self.training  # the original, shown finer, isn't mirrored
        caption = f"says {said * 90}°, {float(probability_K[said]):.0%} sure".replace("%", " %")
        return Panel(image, caption, mark=EDGES[said], right=said == truth, turns=None if mirrored else -truth % 4)

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture, about its first copy."""
        rows = range(len(batch["turn_B"]) // (4 if self._all_copies(batch) else 1))
        return [self._verdict(int(batch["turn_B"][b]), output.shown["probability_BK"][b].tolist()) for b in rows]

    def _verdict(self, truth: int, probabilities: list[float]) -> Verdict:
        said = max(range(4), key=probabilities.__getitem__)
        so = "true" if said == truth else "not true"  # "right" is a direction here
        sentence = f"“Its top points {EDGES[said]}”: {so}, and {probabilities[said]:.0%} sure.".replace("%", " %")
        return Verdict(sentence, tuple(zip(ARROWS, probabilities, strict=True)), chance=0.25, truth=truth)

    def chance(self) -> dict[str, float]:
        """One of four: a quarter right, a loss of ln 4."""
        return {"accuracy": 1 / 4, "loss": math.log(4)}
