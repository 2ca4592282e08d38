"""What the tasks that name a picture's class share: head, loss, metrics, pictures and words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ssl_core.functional.transforms.augment import flip
from ssl_core.settings import Settings
from ssl_core.tasks.base import MakeBackbone, PretextTask, Verdict, ratio, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, Samples


class NamesClass(PretextTask):
    """Learn from labels."""

    metric = "accuracy"
    counts: ClassVar = {"accuracy": "known"}
    needs: ClassVar = frozenset({"pooled", "labels"})

    class Options(Settings):
        """What a person may set of learning from labels."""

        mirror: bool = Field(
            True,
            title="mirror at random",
            description="Half of the pictures are shown mirrored.",
            json_schema_extra={"subject": "augmentation", "first": 4},
        )

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        self.head = nn.Linear(self.backbone.width, len(data.classes))

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """The pictures, half of them mirrored while training, and their classes (-1: not known, not counted)."""
        images_BCHW = samples.images_BCHW
        if self.options.mirror and self.training:
            images_BCHW = flip(images_BCHW, rng)
        return {"images_BCHW": images_BCHW, "label_B": samples.label_B}

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """CE(logits, class), the mean over pictures whose class is known; 0 where none is."""
        logits_BK = self.head(self.backbone(batch["images_BCHW"]).pooled_BD)
        label_B = batch["label_B"]
        known_B = label_B >= 0
        summed = cross_entropy(logits_BK, label_B, ignore_index=-1, reduction="sum")
        right, known = ((logits_BK.argmax(1) == label_B) & known_B).sum(), known_B.sum()
        shown = {"probability_BK": logits_BK.detach().float().softmax(1)}
        sums = {"right": right, "known": known, "loss": summed.detach()}
        return Output(summed / known.clamp(min=1), {"accuracy": (right / known).detach()}, shown, answer_BK=logits_BK, sums=sums)

    def measures(self, sums: Mapping[str, Tensor]) -> dict[str, float | None]:
        """Accuracy and loss over the pictures whose class is known."""
        return {"accuracy": ratio(sums["right"], sums["known"]), "loss": ratio(sums["loss"], sums["known"].clamp(min=1))}

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: the picture with its likeliest name."""
        images, probability_BK = to_uint8(batch["images_BCHW"]).numpy(), output.shown["probability_BK"]
        sure_B, said_B = probability_BK.max(1)
        turns = None if self.training else 0
        return [
            [
                Panel(
                    image,
                    f"says {self.data.classes[int(said)]}, {float(sure):.0%} sure".replace("%", " %"),
                    right=None if truth < 0 else int(said) == int(truth),
                    turns=turns,
                )
            ]
            for image, sure, said, truth in zip(images, sure_B, said_B, batch["label_B"].tolist(), strict=True)
        ]

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: the five likeliest names."""
        return [
            self._verdict(p_K, int(label)) for p_K, label in zip(output.shown["probability_BK"], batch["label_B"].tolist(), strict=True)
        ]

    def _verdict(self, probability_K: torch.Tensor, truth: int) -> Verdict:
        top = probability_K.topk(min(5, len(probability_K)))
        said = int(top.indices[0])
        end = "" if truth < 0 else ": right" if said == truth else f": wrong, it is a {self.data.classes[truth]}"
        sentence = f"“A {self.data.classes[said]}”{end}, {float(top.values[0]):.0%} sure.".replace("%", " %")
        places = [int(k) for k in top.indices]
        bars = tuple((self.data.classes[k], float(probability_K[k])) for k in places)
        return Verdict(sentence, bars, chance=1 / len(probability_K), truth=places.index(truth) if truth in places else None)

    def chance(self) -> dict[str, float]:
        """1 / K right, a loss of ln K."""
        return {"accuracy": 1 / len(self.data.classes), "loss": math.log(len(self.data.classes))}
