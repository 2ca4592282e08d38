"""Invent labels and learn them: pictures get labels of the network's own, every label used equally often.

Axes: T head (a set of labels), K label of a head.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ssl_core.functional import distributed
from ssl_core.functional.losses.sinkhorn import rounded, sinkhorn
from ssl_core.functional.metrics.collapse import in_use
from ssl_core.functional.pairs import Edit, edited
from ssl_core.functional.transforms.views import Edits, view
from ssl_core.settings import Recipe, SettingsError
from ssl_core.tasks.base import Embed, Group, MakeBackbone, Measure, Preset, PretextTask, Verdict, groups_of, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, Samples

ITERATIONS = 60  # of Sinkhorn: labels are then used equally often to within a few per cent


class SeLa(PretextTask):
    """Sort all pictures into clusters of equal size, learn these as if they were classes, sort again (SeLa)."""

    title = "Which of your own classes is it?"
    learning = "Learning labels of its own making"
    family = "cluster"
    paper = "1911.05371"
    crops = True
    metric = "agree"
    measure = Measure("New copies given the same label")
    needs: ClassVar = frozenset({"pooled", "index"})  # a label of its own for each picture
    remedy = "Switch 'use all labels equally' on: without it one label for all is the easiest to learn."

    class Options(Edits):
        """What a person may set of SeLa."""

        clusters: int = Field(64, ge=2, le=65536, title="number of labels", description="Labels that the network invents, for each head.")
        heads: int = Field(4, ge=1, le=64, description="Independent sets of labels.")
        sharpness: float = Field(10, gt=0, le=100, description="Larger: pictures keep to their likeliest label when all are evened out.")
        every: float = Field(1, gt=0, le=10000, title="sort again every", description="Epochs between two sortings of all pictures.")
        equal: bool = Field(True, title="use all labels equally", description="Off, one label soon takes all: collapse.")

    Play: ClassVar = Edit

    presets: ClassVar = {
        "cpu": Preset(Options(), Recipe(batch=128, epochs=16, optimiser="muon", rate=6e-3, warmup_share=0.05, decay=1e-4)),
        "gpu": Preset(
            Options(clusters=128, heads=10), Recipe(backbone="resnet", batch=256, epochs=200, optimiser="sgd", rate=0.05, decay=5e-4)
        ),
        # the authors' cifar.py: its defaults, its rates for 800 epochs, 400 sortings. Theirs sorts one head each time, this one all of them
        "paper": Preset(
            Options(clusters=128, heads=20, every=2, colour=0.4, jitter="always"),
            Recipe(
                backbone="resnet",
                batch=64,
                epochs=800,
                optimiser="sgd",
                rate=0.05,
                nesterov=False,
                schedule="steps",
                milestones=(480, 640),
                decay=5e-4,
            ),
            "the authors’ rates and heads; every head is sorted each time, where theirs sorts one",
        ),
        "collapse": Preset(Options(equal=False), Recipe(batch=128, epochs=6, rate=2e-3, decay=1e-4), "a collapse on purpose, to be mended"),
    }

    label_TS: Tensor
    sortings: Tensor  # how often labels were assigned so far

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        if data.samples < options.clusters:
            raise SettingsError(f"'clusters' of sela must be at most the number of pictures, {data.samples}. Got {options.clusters}.")
        self.heads = nn.Linear(self.backbone.width, options.heads * options.clusters)
        self.register_buffer("label_TS", torch.zeros(options.heads, data.samples, dtype=torch.int64))
        self.register_buffer("sortings", torch.zeros((), dtype=torch.int64))

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """An edited copy of each picture; in eval mode with a second copy, whose label is the target: held-out pictures have no label.

        Played: a copy edited by hand; the target is the label of the unedited picture.
        """
        if play is not None:
            plain_BCHW = samples.images_BCHW
            return {"images_BCHW": edited(plain_BCHW, self.heed(play)), "index_B": samples.index_B, "other_BCHW": plain_BCHW}
        batch = {"images_BCHW": view(samples.images_BCHW, rng, self.options, self.data.image_size), "index_B": samples.index_B}
        if not self.training:
            batch["other_BCHW"] = view(samples.images_BCHW, rng, self.options, self.data.image_size)
        return batch

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """CE(head t, own label t), the mean over heads; for a held-out picture the label is the likeliest one of its second copy."""
        logits_BTK = self._logits(batch["images_BCHW"])
        if "other_BCHW" in batch:
            label_BT = self._logits(batch["other_BCHW"]).argmax(2)
            agree = (logits_BTK.argmax(2) == label_BT).float().mean()
        else:
            label_BT = self.label_TS[:, batch["index_B"]].T
            agree = torch.full((), torch.nan, device=logits_BTK.device)
        loss = cross_entropy(logits_BTK.flatten(0, 1), label_BT.flatten())
        learnt = (logits_BTK.detach().argmax(2) == label_BT).float().mean()
        shown = {"probability_BK": logits_BTK[:, 0].detach().float().softmax(1), "label_B": label_BT[:, 0]}
        used = in_use(logits_BTK[:, 0].detach().argmax(1), self.options.clusters)
        return Output(loss, {"agree": agree, "learnt": learnt, "used": used}, shown, answer_BK=logits_BTK[:, 0])

    def _logits(self, images_BCHW: Tensor) -> Tensor:
        """B T K logits."""
        logits_BTK: Tensor = self.heads(self.backbone(images_BCHW).pooled_BD).view(len(images_BCHW), self.options.heads, -1)
        return logits_BTK

    @torch.no_grad()
    def refresh(self, embed: Embed, rng: torch.Generator) -> None:
        """Labels at random, all used equally, before the first epoch; then by optimal transport (eq. 5 of the paper)."""
        S, K = self.label_TS.shape[1], self.options.clusters
        if int(self.sortings) == 0:
            for t in range(self.options.heads):
                order_S = torch.randperm(S, generator=rng, device=rng.device).to(self.label_TS.device)
                self.label_TS[t, order_S] = torch.arange(S, device=order_S.device) % K
        elif self.clock.epoch + 1e-6 < self.options.every * int(self.sortings):
            return
        else:
            log_STK = embed(lambda images_BCHW: self._logits(images_BCHW).float().log_softmax(2))
            for t in range(self.options.heads):
                self.label_TS[t, : len(log_STK)] = self._sorted(log_STK[:, t])  # files that can't be read have no row
        self.sortings += 1

    def _sorted(self, log_SK: Tensor) -> Tensor:
        if not self.options.equal:
            return log_SK.argmax(1)
        with distributed.alone():  # every process holds the rows of all pictures
            return rounded(sinkhorn(log_SK, 1 / self.options.sharpness, ITERATIONS))

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: its copy with the likeliest label of the first head."""
        sure_B, said_B = output.shown["probability_BK"].max(1)
        right_B = said_B == output.shown["label_B"]
        images = to_uint8(batch["images_BCHW"]).numpy()
        return [
            [Panel(images[b], f"label {int(said_B[b]) + 1}, {100 * float(sure_B[b]):.0f} % sure", right=bool(right_B[b]))]
            for b in range(len(images))
        ]

    def preview(self, batch: Batch) -> list[list[Panel]]:
        """A row a picture: one copy."""
        return [[Panel(image, "an edited copy")] for image in to_uint8(batch["images_BCHW"]).numpy()]

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: the likeliest labels of the first head."""
        found = []
        for probability_K, label in zip(output.shown["probability_BK"], output.shown["label_B"].tolist(), strict=True):
            top = probability_K.topk(min(4, len(probability_K)))
            bars = tuple((f"label {k + 1}", p) for k, p in zip(top.indices.tolist(), top.values.tolist(), strict=True))
            word = "the same label as" if int(top.indices[0]) == label else "another label than"
            found.append(Verdict(f"It gives the copy {word} the picture itself.", bars, chance=1 / len(probability_K)))
        return found

    def groups(self, batch: Batch, output: Output) -> list[Group]:
        """The pictures by their label of the first head."""
        label_B = output.shown["label_B"]
        sure_B = output.shown["probability_BK"].gather(1, label_B[:, None])[:, 0]
        return groups_of(label_B, sure_B, lambda k: f"label {k + 1}")

    def chance(self) -> dict[str, float]:
        """One of K labels, a loss of ln K."""
        return {"agree": 1 / self.options.clusters, "loss": math.log(self.options.clusters)}
