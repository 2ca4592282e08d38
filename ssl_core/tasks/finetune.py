"""Fine-tune: a network that has learnt from pictures is taught their classes, first a new head alone, then all of it at graded rates."""

from __future__ import annotations

from typing import ClassVar

import torch
from pydantic import Field
from torch import Tensor
from torch.nn.functional import cross_entropy

from ssl_core.settings import Recipe
from ssl_core.tasks._naming import NamesClass
from ssl_core.tasks.base import MakeBackbone, Preset
from ssl_core.types import Batch, DataInfo, Output, ParamGroup


class Finetune(NamesClass):
    """Teach names to a network that has already looked at pictures (fine-tuning): a new last layer first, then all of it, gently.

    Howard and Ruder (1801.06146): the head learns alone for a share of the run, the backbone frozen, its batch norm in eval mode; then all
    weights move, each group of layers at the rate of the one above divided by `fall`. The rate rises over a tenth of the run (their slanted
    triangle), then falls by a cosine.
    """

    title = "What is it, with a head start?"
    learning = "Learning names with a head start"
    family = "baseline"
    paper = "1801.06146"

    class Options(NamesClass.Options):
        """What a person may set of fine-tuning."""

        head_first: float = Field(
            0.2,
            ge=0,
            le=0.9,
            title="head alone, part of the run",
            description="So long only the new last layer learns; the network it sits on stays as it was.",
            json_schema_extra={"subject": "schedule"},
        )
        body: float = Field(
            0.1,
            ge=1e-4,
            le=1,
            title="rate of the network, part of the head’s",
            description="The deepest layers of the network learn at this part of the new last layer's rate.",
            json_schema_extra={"subject": "optimiser", "scale": "log"},
        )
        fall: float = Field(
            2.6,
            ge=1,
            le=10,
            title="fall of the rate by layer group",
            description="Each earlier group of layers learns so many times more slowly (1801.06146: 2.6; transformers 1.3 to 1.5).",
            json_schema_extra={"subject": "optimiser"},
        )
        smoothing: float = Field(
            0.0,
            ge=0,
            le=0.3,
            title="label smoothing",
            description="So much of each label is spread over all classes (0.1 is usual for transformers).",
            json_schema_extra={"subject": "labels"},
        )
        find_rate: bool = Field(
            True,
            title="find the rate first",
            description="Before the first step a range test tries rates from 1e-7 to 10 on a copy (1506.01186), and takes the steepest.",
            json_schema_extra={"subject": "optimiser"},
        )

    options: Options

    presets: ClassVar = {
        "cpu": Preset(Options(), Recipe(batch=32, epochs=12, optimiser="adamw", rate=3e-3, warmup_share=0.1, decay=0.01)),
        "gpu": Preset(Options(), Recipe(batch=128, epochs=20, optimiser="adamw", rate=3e-3, warmup_share=0.1, decay=0.01)),
    }
    needs: ClassVar = NamesClass.needs | {"index"}  # it draws labelled pictures alone
    from_nothing: ClassVar = {"head_first": 0.0, "body": 1.0, "fall": 1.0}

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        self.ranges = options.find_rate  # whether the loop tests rates before the first step

    def draw(self, label_S: Tensor, batch_size: int, rng: torch.Generator) -> Tensor:
        """T B indices of labelled pictures alone: with few labels an epoch is short."""
        rows = (label_S >= 0).nonzero().flatten()
        drawn: Tensor = rows[super().draw(label_S[rows], batch_size, rng)]
        return drawn

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """CE(logits, class) as in any naming; the labels smoothed while training: CE(logits, (1 - s) class + s / K)."""
        output = super().forward(batch, phase)
        if not (self.training and self.options.smoothing):
            return output
        known = (batch["label_B"] >= 0).sum().clamp(min=1)
        smooth = self.options.smoothing
        assert output.answer_BK is not None
        loss = cross_entropy(output.answer_BK, batch["label_B"], ignore_index=-1, reduction="sum", label_smoothing=smooth) / known
        return Output(loss, output.metrics, output.shown, answer_BK=output.answer_BK, sums=output.sums)

    def parameters_of(self, phase: str) -> list[ParamGroup]:
        """The head at the recipe's rate; the deepest layers at `body` of it, each group towards the input at that divided by `fall`."""
        groups = [ParamGroup([self.head.weight]), ParamGroup([self.head.bias], decay=False)]
        hidden = {id(weight) for weight in self.hidden_weights()}
        for depth, weights in enumerate(reversed(self.layer_groups())):
            rate, later = self.options.body / self.options.fall**depth, self.options.head_first
            inner = [weight for weight in weights if id(weight) in hidden]
            groups.append(ParamGroup([p for p in weights if p.ndim > 1], rate=rate, frozen_share=later, hidden=inner))
            groups.append(ParamGroup([p for p in weights if p.ndim <= 1], rate=rate, decay=False, frozen_share=later))
        return groups

    def layer_groups(self) -> list[list[Tensor]]:
        """The backbone's trainable weights from input to output, in as many groups as it has layers that can be probed.

        Weights are taken in the order in which the network was built. A block (all weights below one module, such as a residual block)
        stays together: groups hold about as many blocks each.
        """
        blocks: dict[str, list[Tensor]] = {}
        for name, weight in self.backbone.named_parameters():
            if weight.requires_grad:
                blocks.setdefault(_block_of(name), []).append(weight)
        each, many = list(blocks.values()), max(1, min(len(self.backbone.layers), len(blocks)))
        ends = [round(k * len(each) / many) for k in range(many + 1)]
        return [[weight for block in each[low:high] for weight in block] for low, high in zip(ends, ends[1:], strict=False)]


def _block_of(name: str) -> str:
    """The part of a weight's name that its block has: up to the last number, as in "net.layer2.0" of "net.layer2.0.conv1.weight"."""
    parts = name.split(".")[:-1]
    last = max((place for place, part in enumerate(parts) if part.isdigit()), default=0)
    return ".".join(parts[: last + 1])
